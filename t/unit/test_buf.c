/* test_buf.c: a byte queue gives back what was put, and does not creep. */
#include "prun/compat.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "prun/buf.h"

static void
expect(struct buf *b, const char *want)
{
	cr_expect_eq(b->len, strlen(want), "%zu bytes", b->len);
	cr_expect(b->len == 0 || memcmp(buf_data(b), want, b->len) == 0);
}

Test(buf, put_and_take)
{
	struct buf b = {0};
	buf_puts(&b, "hello ");
	buf_put(&b, "world", 5);
	buf_printf(&b, " %d%s", 42, "!");
	expect(&b, "hello world 42!");
	buf_take(&b, 6);
	expect(&b, "world 42!");
	buf_take(&b, 9);
	expect(&b, "");
	cr_expect_eq(b.off, 0);
	buf_release(&b);
	cr_expect(!b.p && !b.off && !b.len && !b.cap);
}

Test(buf, empty_is_fine)
{
	struct buf b = {0};
	buf_put(&b, NULL, 0);
	buf_puts(&b, "");
	buf_printf(&b, "%s", "");
	buf_keep_tail(&b, 0);
	buf_take(&b, 0);
	buf_clear(&b);
	expect(&b, "");
	buf_release(&b);
	buf_release(&b);
}

Test(buf, printf_of_exactly_the_room)
{
	for (int n = 0; n < 40; n++) {
		struct buf b = {0};
		char want[64];
		memset(want, 'x', sizeof(want));
		want[n + 8] = '\0';
		buf_put(&b, "xxxxxxxx", 8);
		buf_printf(&b, "%.*s", n, "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
		expect(&b, want);
		buf_release(&b);
	}
}

Test(buf, keep_tail)
{
	struct buf b = {0};
	buf_puts(&b, "0123456789");
	buf_keep_tail(&b, 20);
	expect(&b, "0123456789");
	buf_keep_tail(&b, 10);
	expect(&b, "0123456789");
	buf_keep_tail(&b, 3);
	expect(&b, "789");
	buf_puts(&b, "abc");
	expect(&b, "789abc");
	buf_keep_tail(&b, 0);
	expect(&b, "");
	buf_release(&b);
}

/* A queue that never holds much needs no more room, however much goes through it. */
Test(buf, compaction_bounds_the_room)
{
	struct buf b = {0};
	unsigned char next = 0, seen = 0;
	for (unsigned turn = 0; turn < 100000; turn++) {
		for (unsigned i = 0; i < 1 + turn % 7; i++, next++)
			buf_put(&b, &next, 1);
		while (b.len > 5) {
			cr_assert_eq((unsigned char)*buf_data(&b), seen);
			buf_take(&b, 1);
			seen++;
		}
	}
	cr_expect_leq(b.cap, 64, "%zu bytes", b.cap);
	buf_release(&b);
}

Test(buf, growth_keeps_what_is_there)
{
	struct buf b = {0};
	enum { N = 1 << 20 };
	for (unsigned i = 0; i < N; i++) {
		unsigned char c = (unsigned char)(i * 7);
		buf_put(&b, &c, 1);
		if (i == 10)
			buf_take(&b, 10);
	}
	cr_expect_eq(b.len, N - 10);
	for (unsigned i = 10; i < N; i++)
		cr_assert_eq((unsigned char)buf_data(&b)[i - 10], (unsigned char)(i * 7));
	cr_expect_leq(b.cap, 2 * N);
	buf_release(&b);
}

Test(buf, read_and_write)
{
	struct buf in = {0}, out = {0};
	int p[2];
	cr_assert_eq(pipe2(p, O_NONBLOCK), 0);
	cr_expect_eq(buf_read(&in, p[0], 100), -1);
	cr_expect_eq(errno, EAGAIN);
	buf_puts(&out, "0123456789");
	cr_expect_eq(buf_write(&out, p[1]), 10);
	cr_expect_eq(out.len, 0);
	cr_expect_eq(buf_read(&in, p[0], 4), 4);
	cr_expect_eq(buf_read(&in, p[0], 100), 6);
	expect(&in, "0123456789");
	close(p[1]);
	cr_expect_eq(buf_read(&in, p[0], 100), 0);
	expect(&in, "0123456789");
	close(p[0]);
	buf_release(&in);
	buf_release(&out);
}

/* A full pipe takes a part, and the rest is what remains. */
Test(buf, write_in_parts)
{
	struct buf in = {0}, out = {0};
	enum { N = 300000 };
	int p[2];
	ssize_t n;
	cr_assert_eq(pipe2(p, O_NONBLOCK), 0);
	for (unsigned i = 0; i < N; i++)
		buf_put(&out, &(char){(char)(i % 251)}, 1);
	while (out.len) {
		while ((n = buf_write(&out, p[1])) > 0 && out.len)
			;
		cr_assert(out.len == 0 || errno == EAGAIN);
		while (buf_read(&in, p[0], 7000) > 0)
			;
	}
	cr_assert_eq(in.len, N);
	for (unsigned i = 0; i < N; i++)
		cr_assert_eq(buf_data(&in)[i], (char)(i % 251));
	buf_release(&in);
	buf_release(&out);
	close(p[0]);
	close(p[1]);
}

Test(buf, errors_of_the_descriptor)
{
	struct buf b = {0};
	cr_expect_eq(buf_read(&b, -1, 10), -1);
	cr_expect_eq(errno, EBADF);
	buf_puts(&b, "x");
	cr_expect_eq(buf_write(&b, -1), -1);
	cr_expect_eq(errno, EBADF);
	expect(&b, "x");
	buf_release(&b);
}
