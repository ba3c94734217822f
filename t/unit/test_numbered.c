/* test_numbered.c: numbers at the ends of names, as Python's int() and lower() would see them. */
#include "prun/compat.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "prun/numbered.h"

static char top[64];

static void
make_top(void)
{
	strcpy(top, "/tmp/prun-numbered-XXXXXX");
	cr_assert(mkdtemp(top));
}

static void
remove_top(void)
{
	char command[96];
	snprintf(command, sizeof(command), "rm -rf %s", top);
	cr_assert(system(command) == 0);
}

TestSuite(numbered, .init = make_top, .fini = remove_top);

static void
put(const char *name)
{
	char path[320];
	snprintf(path, sizeof(path), "%s/%s", top, name);
	int fd = open(path, O_CREAT | O_WRONLY, 0600);
	cr_assert(fd >= 0, "%s", path);
	close(fd);
}

Test(numbered, highest)
{
	cr_expect(numbered_highest(top, "test_a") == NUMBERED_NONE);
	put("test_a0");
	put("TEST_A7");
	put("test_acurrent");
	put("test_b9");
	put("test_a");
	put("test_a_8");
	put("test_a8_");
	put("test_a8__8");
	put("test_a1.9");
	cr_expect(numbered_highest(top, "test_a") == 7);
	cr_expect(numbered_highest(top, "Test_A") == 7);
	put("test_a1_00");
	cr_expect(numbered_highest(top, "test_a") == 100);
	put("test_a0000000000000000000999");
	cr_expect(numbered_highest(top, "test_a") == NUMBERED_UNSURE);
}

Test(numbered, no_number_of_its_own)
{
	static const char *const odd[] = {"n+5", "n-5", "n 5", "n5\t", "n\xd9\xa3", "n1\xff"};
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		put(odd[i]);
		cr_expect(numbered_highest(top, "n") == NUMBERED_UNSURE, "%s", odd[i]);
		char path[320];
		snprintf(path, sizeof(path), "%s/%s", top, odd[i]);
		cr_assert(unlink(path) == 0);
	}
}

/* The Kelvin sign is a k in lower case. */
Test(numbered, other_letters)
{
	put("test_\xe2\x84\xaa" "5");
	cr_expect(numbered_highest(top, "test_k") == NUMBERED_UNSURE);
	cr_expect(numbered_highest(top, "tess") == NUMBERED_NONE);
	cr_expect(numbered_highest(top, "test_") == NUMBERED_UNSURE);
}

Test(numbered, no_folder)
{
	cr_expect(numbered_highest("/nonexistent", "a") == NUMBERED_UNSURE);
}

Test(numbered, unlinked)
{
	char path[128], link[128];
	snprintf(path, sizeof(path), "%s/folder", top);
	cr_expect(numbered_unlinked(path));
	cr_assert(mkdir(path, 0700) == 0);
	cr_expect(numbered_unlinked(path));
	snprintf(path, sizeof(path), "%s/missing/deep", top);
	cr_expect(numbered_unlinked(path));
	snprintf(link, sizeof(link), "%s/link", top);
	cr_assert(symlink("folder", link) == 0);
	cr_expect_not(numbered_unlinked(link));
	snprintf(path, sizeof(path), "%s/link/deep", top);
	cr_expect_not(numbered_unlinked(path));
	cr_expect_not(numbered_unlinked("tmp"));
	cr_expect_not(numbered_unlinked("/tmp/../tmp"));
	cr_expect_not(numbered_unlinked("/tmp/./a"));
	cr_expect_not(numbered_unlinked("/tmp//a"));
	cr_expect_not(numbered_unlinked("/tmp/"));
	cr_expect_not(numbered_unlinked("/"));
	cr_expect_not(numbered_unlinked(""));
}
