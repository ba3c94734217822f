/* test_remove.c: folders removed with all that is in them, and nothing else. */
#include "prun/compat.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "prun/remove.h"

static char top[64], folder[80];

static void
make_top(void)
{
	strcpy(top, "/tmp/prun-remove-XXXXXX");
	cr_assert(mkdtemp(top));
	snprintf(folder, sizeof(folder), "%s/folder", top);
	cr_assert(mkdir(folder, 0700) == 0);
}

static void
remove_top(void)
{
	char command[96];
	snprintf(command, sizeof(command), "rm -rf %s", top);
	cr_assert(system(command) == 0);
}

TestSuite(remove, .init = make_top, .fini = remove_top);

static const char *
in_folder(const char *name)
{
	static char path[128];
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static void
put(const char *path)
{
	int fd = open(path, O_CREAT | O_WRONLY, 0600);
	cr_assert(fd >= 0, "%s", path);
	close(fd);
}

static bool
yes(void *arg)
{
	++*(int *)arg;
	return true;
}

static bool
no(void *arg)
{
	++*(int *)arg;
	return false;
}

/* 4 folders of 300 folders with a file each, and 300 files. */
static void
fill(void)
{
	char name[32];
	for (int i = 0; i < 4; i++) {
		snprintf(name, sizeof(name), "gw%d", i);
		cr_assert(mkdir(in_folder(name), 0700) == 0);
		for (int j = 0; j < 300; j++) {
			snprintf(name, sizeof(name), "gw%d/test%d", i, j);
			cr_assert(mkdir(in_folder(name), 0700) == 0);
			snprintf(name, sizeof(name), "gw%d/test%d/file", i, j);
			put(in_folder(name));
		}
	}
	for (int i = 0; i < 300; i++) {
		snprintf(name, sizeof(name), "file%d", i);
		put(in_folder(name));
	}
}

Test(remove, all)
{
	int asked = 0;
	fill();
	cr_expect(remove_tree(folder, yes, &asked));
	cr_expect(access(folder, F_OK) < 0 && errno == ENOENT);
}

/* On one processor no other thread can have removed all before this one asks. */
Test(remove, stops)
{
	int asked = 0;
	cpu_set_t one;
	CPU_ZERO(&one);
	CPU_SET(sched_getcpu(), &one);
	cr_assert(sched_setaffinity(0, sizeof(one), &one) == 0);
	fill();
	cr_expect_not(remove_tree(folder, no, &asked));
	cr_expect(asked <= 1, "%d", asked);
	cr_expect(access(folder, F_OK) == 0);
}

Test(remove, does_not_follow_links)
{
	char kept[80], file[96];
	int asked = 0;
	snprintf(kept, sizeof(kept), "%s/kept", top);
	cr_assert(mkdir(kept, 0700) == 0);
	snprintf(file, sizeof(file), "%s/file", kept);
	put(file);
	cr_assert(symlink(kept, in_folder("link")) == 0);
	cr_assert(mkdir(in_folder("inner"), 0700) == 0);
	cr_assert(symlink(kept, in_folder("inner/link")) == 0);
	cr_assert(symlink("nowhere", in_folder("inner/broken")) == 0);
	cr_expect(remove_tree(folder, yes, &asked));
	cr_expect(access(file, F_OK) == 0);
	cr_assert(symlink(kept, folder) == 0);
	cr_expect_not(remove_tree(folder, yes, &asked), "the folder itself is a link");
	cr_expect(access(file, F_OK) == 0);
}

/* Deeper than threads open folders. */
Test(remove, leaves_what_lies_deep)
{
	int asked = 0, fd = open(folder, O_RDONLY | O_DIRECTORY), in;
	for (int i = 0; i < 150; i++) {
		cr_assert(mkdirat(fd, "d", 0700) == 0);
		in = openat(fd, "d", O_RDONLY | O_DIRECTORY);
		cr_assert(in >= 0);
		close(fd);
		fd = in;
	}
	close(fd);
	cr_expect_not(remove_tree(folder, yes, &asked));
	cr_expect(access(in_folder("d/d/d"), F_OK) == 0);
}

Test(remove, no_folder)
{
	int asked = 0;
	cr_expect_not(remove_tree(in_folder("missing"), yes, &asked));
	put(in_folder("file"));
	cr_expect_not(remove_tree(in_folder("file"), yes, &asked));
	cr_expect(access(in_folder("file"), F_OK) == 0);
}
