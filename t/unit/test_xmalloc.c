/* test_xmalloc.c: memory is there, or the process ends with one sentence. */
#include "prun/compat.h"

#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "prun/xmalloc.h"

Test(xmalloc, nothing_is_something)
{
	void *p[] = {xmalloc(0), xcalloc(0, 8), xcalloc(8, 0), xreallocarray(NULL, 0, 8)};
	for (size_t i = 0; i < 4; i++) {
		cr_expect(p[i]);
		free(p[i]);
	}
	char *s = xstrdup("");
	cr_expect_str_eq(s, "");
	free(s);
}

Test(xmalloc, zeroed)
{
	unsigned char *p = xcalloc(100, 10);
	for (size_t i = 0; i < 1000; i++)
		cr_assert_eq(p[i], 0);
	free(p);
}

Test(xmalloc, grow_doubles_and_keeps)
{
	uint32_t *v = NULL;
	size_t cap = 0, changes = 0, before;
	for (uint32_t i = 0; i < 100000; i++) {
		before = cap;
		v = xgrow(v, &cap, i + 1, sizeof(*v));
		v[i] = i;
		cr_assert_gt(cap, i);
		changes += cap != before;
	}
	cr_expect_leq(changes, 17);
	for (uint32_t i = 0; i < 100000; i++)
		cr_assert_eq(v[i], i);
	cr_expect_eq(xgrow(v, &cap, 10, sizeof(*v)), v);
	free(v);
}

/* Or the address sanitizer would end the process in its own way. */
const char *__asan_default_options(void) __attribute__((visibility("default")));

const char *
__asan_default_options(void)
{
	return "allocator_may_return_null=1";
}

/* More than there is, and a product that is no size. */
Test(xmalloc, ends_the_process, .exit_code = 3, .init = cr_redirect_stderr)
{
	free(xreallocarray(NULL, SIZE_MAX / 2, 4));
}

Test(xmalloc, ends_the_process_of_grow, .exit_code = 3, .init = cr_redirect_stderr)
{
	size_t cap = 0;
	free(xgrow(NULL, &cap, SIZE_MAX / 8, 16));
}
