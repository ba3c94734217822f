/* test_cpus.c: CPU quotas of cgroup trees, v1 and v2, as a container or a systemd slice has them. */
#include "prun/compat.h"

#include <criterion/criterion.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "prun/cpus.h"

static char top[64], root[96], self[96];

/* Write `text` into a file below top, with the folders that lead to it. */
static void
put(const char *name, const char *text)
{
	char path[256];
	snprintf(path, sizeof(path), "%s/%s", top, name);
	for (char *p = path + strlen(top) + 1; (p = strchr(p, '/')); *p++ = '/') {
		*p = '\0';
		mkdir(path, 0700);
	}
	FILE *f = fopen(path, "w");
	cr_assert(f, "%s", path);
	fputs(text, f);
	fclose(f);
}

static void
make_tree(void)
{
	strcpy(top, "/tmp/prun-cpus-XXXXXX");
	cr_assert(mkdtemp(top));
	snprintf(root, sizeof(root), "%s/cg", top);
	snprintf(self, sizeof(self), "%s/self", top);
	put("cg/x", "");
}

static void
remove_tree(void)
{
	char command[128];
	snprintf(command, sizeof(command), "rm -rf '%s'", top);
	cr_expect_eq(system(command), 0);
}

TestSuite(cpus, .init = make_tree, .fini = remove_tree);

static void
expect(unsigned want)
{
	unsigned got = cpus_quota(root, self);
	cr_expect_eq(got, want, "%u, not %u", got, want);
}

Test(cpus, nothing_there)
{
	expect(0);
	put("self", "");
	expect(0);
	put("self", "nonsense\n\n:\n0:\n");
	expect(0);
	put("self", "0::/\n");
	expect(0);
}

Test(cpus, v2)
{
	put("self", "0::/\n");
	put("cg/cpu.max", "200000 100000\n");
	expect(2);
	put("cg/cpu.max", "200001 100000\n");
	expect(3);
	put("cg/cpu.max", "1000 100000\n");
	expect(1);
	put("cg/cpu.max", "max 100000\n");
	expect(0);
	put("cg/cpu.max", "100000 0\n");
	expect(0);
	put("cg/cpu.max", "");
	expect(0);
	put("cg/cpu.max", "300000");
	expect(0);
}

Test(cpus, v2_is_bound_by_its_ancestors)
{
	put("self", "0::/user.slice/u.service/deep\n");
	put("cg/user.slice/u.service/deep/cpu.max", "max 100000\n");
	put("cg/user.slice/u.service/cpu.max", "600000 100000\n");
	expect(6);
	put("cg/user.slice/cpu.max", "400000 100000\n");
	expect(4);
	put("cg/user.slice/u.service/deep/cpu.max", "150000 50000\n");
	expect(3);
	put("cg/cpu.max", "50000 100000\n");
	expect(1);
}

/* In a container the list names the host's path, which is not below the mount. */
Test(cpus, v2_path_of_the_host)
{
	put("self", "0::/kubepods/pod1/c1\n");
	put("cg/cpu.max", "250000 100000\n");
	expect(3);
}

Test(cpus, v1)
{
	put("self", "12:pids:/p\n4:cpu,cpuacct:/docker/c1\n1:name=systemd:/\n");
	expect(0);
	put("cg/cpu,cpuacct/docker/c1/cpu.cfs_quota_us", "350000\n");
	expect(0);
	put("cg/cpu,cpuacct/docker/c1/cpu.cfs_period_us", "100000\n");
	expect(4);
	put("cg/cpu,cpuacct/docker/c1/cpu.cfs_quota_us", "-1\n");
	expect(0);
	put("cg/cpu,cpuacct/cpu.cfs_quota_us", "200000\n");
	put("cg/cpu,cpuacct/cpu.cfs_period_us", "100000\n");
	expect(2);
	put("cg/cpu,cpuacct/docker/c1/cpu.cfs_quota_us", "100000\n");
	expect(1);
}

Test(cpus, v1_by_the_short_name)
{
	put("self", "4:cpuacct,cpu:/docker/c1\n");
	put("cg/cpu/cpu.cfs_quota_us", "200000\n");
	put("cg/cpu/cpu.cfs_period_us", "100000\n");
	expect(2);
}

/* cpuset and cpuacct have no quota; their lines do not count. */
Test(cpus, v1_other_controllers)
{
	put("self", "5:cpuset:/a\n4:cpuacct:/a\n");
	put("cg/cpuset/a/cpu.cfs_quota_us", "100000\n");
	put("cg/cpuset/a/cpu.cfs_period_us", "100000\n");
	put("cg/cpu/a/cpu.cfs_quota_us", "100000\n");
	put("cg/cpu/a/cpu.cfs_period_us", "100000\n");
	expect(0);
}

Test(cpus, both)
{
	put("self", "4:cpu:/a\n0::/b\n");
	put("cg/cpu/a/cpu.cfs_quota_us", "500000\n");
	put("cg/cpu/a/cpu.cfs_period_us", "100000\n");
	put("cg/b/cpu.max", "300000 100000\n");
	expect(3);
}

Test(cpus, usable_is_within_the_affinity)
{
	cpu_set_t set, one;
	cr_assert_eq(sched_getaffinity(0, sizeof(set), &set), 0);
	unsigned n = cpus_usable();
	cr_expect_geq(n, 1);
	cr_expect_leq(n, (unsigned)CPU_COUNT(&set));
	for (int i = 0; i < CPU_SETSIZE; i++)
		if (CPU_ISSET(i, &set)) {
			CPU_ZERO(&one);
			CPU_SET(i, &one);
			break;
		}
	cr_assert_eq(sched_setaffinity(0, sizeof(one), &one), 0);
	cr_expect_eq(cpus_usable(), 1);
}
