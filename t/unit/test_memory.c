/* test_memory.c: what a process takes. */
#include "prun/compat.h"

#include <criterion/criterion.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "prun/memory.h"

#define SIZE (32u << 20)

Test(memory, grows_with_what_is_touched)
{
	uint64_t before = memory_of(getpid());
	char *p = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	cr_assert(p != MAP_FAILED);
	cr_assert_gt(before, 0);
	cr_expect_lt(memory_of(getpid()), before + SIZE / 2);
	memset(p, 1, SIZE);
	cr_expect_geq(memory_of(getpid()), before + SIZE / 2);
	munmap(p, SIZE);
}

Test(memory, of_nobody_is_nothing)
{
	cr_expect_eq(memory_of(-1), 0);
}
