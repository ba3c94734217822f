/* cpus.h: how many processors this process may really use. */
#ifndef PRUN_CPUS_H
#define PRUN_CPUS_H

/* The least of the affinity mask and the cgroup's CPU quota (v2 or v1, every ancestor), rounded up; at
 * least 1. */
unsigned cpus_usable(void);

/*
 * The quota alone, in processors rounded up; 0 when there is none.  `root` is where cgroups are mounted
 * (/sys/fs/cgroup), `self` the list of this process's groups (/proc/self/cgroup).
 */
unsigned cpus_quota(const char *root, const char *self);

#endif
