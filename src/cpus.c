/* cpus.c: how many processors this process may really use. */
#include "prun/compat.h"

#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "prun/cpus.h"

/* quota/period of one group, rounded up; 0: no limit or nothing to read. */
static unsigned
quota_v2(const char *dir)
{
	char path[5 * PATH_MAX], quota[32];
	unsigned long period = 0;
	unsigned n = 0;
	snprintf(path, sizeof(path), "%s/cpu.max", dir);
	FILE *f = fopen(path, "re");
	if (!f)
		return 0;
	if (fscanf(f, "%31s %lu", quota, &period) == 2 && strcmp(quota, "max") != 0 && period)
		n = (unsigned)((strtoul(quota, NULL, 10) + period - 1) / period);
	fclose(f);
	return n;
}

static long
number_in(const char *dir, const char *name)
{
	char path[5 * PATH_MAX];
	long v = -1;
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	FILE *f = fopen(path, "re");
	if (!f)
		return -1;
	if (fscanf(f, "%ld", &v) != 1)
		v = -1;
	fclose(f);
	return v;
}

static unsigned
quota_v1(const char *dir)
{
	long quota = number_in(dir, "cpu.cfs_quota_us"), period = number_in(dir, "cpu.cfs_period_us");
	return quota > 0 && period > 0 ? (unsigned)((quota + period - 1) / period) : 0;
}

static unsigned
least(unsigned a, unsigned b)
{
	return !a ? b : !b ? a : a < b ? a : b;
}

/* A group is bound by its ancestors too, and inside a container the path may not exist below root. */
static unsigned
up_the_tree(const char *root, const char *group, unsigned (*quota)(const char *))
{
	char dir[4 * PATH_MAX];
	unsigned n = 0;
	snprintf(dir, sizeof(dir), "%s%s", root, group);
	for (;;) {
		n = least(n, quota(dir));
		char *slash = strrchr(dir, '/');
		if (!slash || strlen(dir) <= strlen(root))
			return n;
		*slash = '\0';
	}
}

/* Is `cpu` one of the controllers of a v1 line ("cpu,cpuacct")? */
static int
names_cpu(const char *controllers)
{
	for (const char *p = controllers; *p; p += strcspn(p, ",") + (p[strcspn(p, ",")] == ','))
		if (strncmp(p, "cpu", 3) == 0 && (p[3] == ',' || !p[3]))
			return 1;
	return 0;
}

unsigned
cpus_quota(const char *root, const char *self)
{
	char line[PATH_MAX], v1[2 * PATH_MAX];
	unsigned n = 0;
	FILE *f = fopen(self, "re");
	if (!f)
		return 0;
	while (fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\n")] = '\0';
		char *controllers = strchr(line, ':');
		char *group = controllers ? strchr(controllers + 1, ':') : NULL;
		if (!group)
			continue;
		*group++ = '\0';
		controllers++;
		if (!*controllers) {
			n = least(n, up_the_tree(root, group, quota_v2));
		} else if (names_cpu(controllers)) {
			snprintf(v1, sizeof(v1), "%s/%s", root, controllers);
			n = least(n, up_the_tree(v1, group, quota_v1));
			snprintf(v1, sizeof(v1), "%s/cpu", root);
			n = least(n, up_the_tree(v1, group, quota_v1));
		}
	}
	fclose(f);
	return n;
}

unsigned
cpus_usable(void)
{
	cpu_set_t set;
	unsigned n = 0;
	if (sched_getaffinity(0, sizeof(set), &set) == 0)
		n = (unsigned)CPU_COUNT(&set);
	if (!n) {
		long online = sysconf(_SC_NPROCESSORS_ONLN);
		n = online > 0 ? (unsigned)online : 1;
	}
	return least(n, cpus_quota("/sys/fs/cgroup", "/proc/self/cgroup"));
}
