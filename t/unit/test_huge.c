/* test_huge.c: memory in huge pages: which is moved there, and that nothing in it changes. */
#include "prun/compat.h"

#include <criterion/criterion.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "prun/huge.h"

#define SIZE (8u << 20)

/* What a file of /proc/self says of `name`, in kilobytes; 0 if nothing. */
static unsigned long
kilobytes(const char *path, const char *name)
{
	char line[256];
	unsigned long n = 0;
	FILE *f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f))
		if (strncmp(line, name, strlen(name)) == 0)
			n = strtoul(line + strlen(name), NULL, 10);
	if (f)
		fclose(f);
	return n;
}

/* Kilobytes that lie in huge pages, of all this process has. */
static unsigned long
huge_now(void)
{
	return kilobytes("/proc/self/smaps_rollup", "AnonHugePages:");
}

static char *
memory(size_t touched)
{
	char *p = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	cr_assert(p != MAP_FAILED);
	prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0); /* as where the kernel does nothing by itself */
	for (size_t i = 0; i < touched; i++)
		p[i] = (char)(i / 7);
	prctl(PR_SET_THP_DISABLE, 0, 0, 0, 0);
	return p;
}

Test(huge, what_is_in_use_is_gathered_and_stays_what_it_was)
{
	char *p = memory(SIZE);
	size_t n = huge_gather(SIZE_MAX);
	if (n == 0)
		cr_skip_test("the kernel has no huge pages for us, or none now");
	cr_expect_geq(huge_now(), n / 1024); /* some may be refused, for a moment */
	for (size_t i = 0; i < SIZE; i++)
		cr_assert_eq(p[i], (char)(i / 7));
}

Test(huge, what_is_hardly_used_takes_no_more_than_before)
{
	(void)memory(SIZE / 64);
	unsigned long before = huge_now();
	huge_gather(SIZE_MAX);
	cr_expect_eq(huge_now(), before);
}

Test(huge, no_more_than_may_be)
{
	(void)memory(SIZE);
	cr_expect_leq(huge_gather(4u << 20), 4u << 20);
}

Test(huge, nothing_may_be)
{
	cr_expect_eq(huge_gather(0), 0);
}

/* The interpreter's, for these tests. */
typedef struct {
	void *ctx;
	void *(*alloc)(void *ctx, size_t size);
	void (*free)(void *ctx, void *at, size_t size);
} PyObjectArenaAllocator;

static PyObjectArenaAllocator arenas;
void PyObject_SetArenaAllocator(PyObjectArenaAllocator *allocator);

void
PyObject_SetArenaAllocator(PyObjectArenaAllocator *allocator)
{
	arenas = *allocator;
}

enum { ARENA = 1 << 20, MANY = 20 };

Test(huge, arenas_lie_together)
{
	char *arena[MANY];
	int apart = 0;
	huge_arenas();
	for (int i = 0; i < MANY; i++) {
		arena[i] = arenas.alloc(arenas.ctx, ARENA);
		cr_assert(arena[i]);
		memset(arena[i], i, ARENA);
		apart += i == 0 || arena[i] != arena[i - 1] + ARENA;
	}
	cr_expect_leq(apart, 3, "20 of them are in 3 pieces, or fewer");
	for (int i = 0; i < MANY; i++) {
		cr_expect(arena[i][0] == i && arena[i][ARENA - 1] == i);
		arenas.free(arenas.ctx, arena[i], ARENA);
	}
}

Test(huge, arenas_where_there_is_no_room_for_a_piece)
{
	unsigned long kb = kilobytes("/proc/self/status", "VmSize:");
	struct rlimit limit = {.rlim_cur = (kb << 10) + 4 * ARENA, .rlim_max = RLIM_INFINITY};
	huge_arenas();
	cr_assert(setrlimit(RLIMIT_AS, &limit) == 0);
	char *arena = arenas.alloc(arenas.ctx, ARENA), *large = arenas.alloc(arenas.ctx, 64 * ARENA);
	limit.rlim_cur = RLIM_INFINITY;
	cr_assert(setrlimit(RLIMIT_AS, &limit) == 0);
	cr_assert(arena);
	memset(arena, 1, ARENA);
	arenas.free(arenas.ctx, arena, ARENA);
	cr_expect_null(large);
}
