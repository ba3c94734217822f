/* test_wire.c: frames come out as they went in, in pieces or not; what is malformed is seen at once. */
#include "prun/compat.h"

#include <criterion/criterion.h>
#include <string.h>

#include "prun/buf.h"
#include "prun/wire.h"

Test(wire, numbers)
{
	unsigned char p[8];
	wire_set_u32(p, 0x01020304);
	cr_expect(memcmp(p, "\4\3\2\1", 4) == 0);
	cr_expect_eq(wire_u32(p), 0x01020304);
	wire_set_u64(p, UINT64_C(0x0102030405060708));
	cr_expect(memcmp(p, "\10\7\6\5\4\3\2\1", 8) == 0);
	cr_expect_eq(wire_u64(p), UINT64_C(0x0102030405060708));
	wire_set_u64(p, UINT64_MAX);
	cr_expect_eq(wire_u64(p), UINT64_MAX);
	cr_expect_eq(wire_u32(p + 4), UINT32_MAX);
}

/* One of each type, with payloads of several sizes. */
static void
put_stream(struct buf *b)
{
	static const uint32_t items[] = {0, 1, 70000, UINT32_MAX - 1};
	wire_put_items(b, WIRE_RUN, items, 4);
	wire_put(b, WIRE_STOP, NULL, 0);
	wire_put(b, WIRE_CANCEL, NULL, 0);
	wire_put_items(b, WIRE_START, items, 1);
	wire_put2(b, WIRE_RESULT, "twelve bytes", 12, "[[\"a\"]]", 7);
	wire_put(b, WIRE_LOG, "[]", 2);
	wire_put(b, WIRE_BYE, "{}", 2);
	wire_put(b, WIRE_HELLO, NULL, 0);
	wire_put2(b, WIRE_PASS, "twelve bytes", 12, (double[9]){0}, 9 * sizeof(double));
	wire_put(b, WIRE_CLOCK, "\1", 1);
	wire_put(b, WIRE_ASK, NULL, 0);
	wire_put(b, WIRE_BACK, NULL, 0);
	wire_put(b, WIRE_LEND, "\1", 1);
}

static const size_t payload[WIRE_TYPES] = {
    [WIRE_RUN] = 16, [WIRE_START] = 4, [WIRE_RESULT] = 19, [WIRE_LOG] = 2, [WIRE_BYE] = 2, [WIRE_PASS] = 84,
    [WIRE_CLOCK] = 1, [WIRE_LEND] = 1,
};

Test(wire, round_trip)
{
	struct buf b = {0};
	struct wire_frame f;
	put_stream(&b);
	for (enum wire_type t = WIRE_RUN; t < WIRE_TYPES; t++) {
		cr_assert_eq(wire_peek(&b, &f), 1);
		cr_expect_eq(f.type, t);
		cr_expect_eq(f.n, payload[t]);
		if (t == WIRE_RUN)
			cr_expect_eq(wire_u32(f.p + 8), 70000);
		if (t == WIRE_RESULT)
			cr_expect(memcmp(f.p, "twelve bytes[[\"a\"]]", f.n) == 0);
		wire_done(&b, &f);
	}
	cr_expect_eq(wire_peek(&b, &f), 0);
	cr_expect_eq(b.len, 0);
	buf_release(&b);
}

/* The first n bytes of the stream in a buffer of their own, so that valgrind sees one byte too many. */
static int
frames_in(const struct buf *all, size_t n, size_t *left)
{
	struct buf b = {0};
	struct wire_frame f;
	int frames = 0, more;
	buf_put(&b, buf_data(all), n);
	while ((more = wire_peek(&b, &f)) == 1) {
		frames++;
		wire_done(&b, &f);
	}
	*left = b.len;
	buf_release(&b);
	return more ? more : frames;
}

Test(wire, every_truncation_waits_for_more)
{
	struct buf all = {0};
	size_t left, end = 0;
	int whole = 0;
	put_stream(&all);
	for (size_t n = 0; n < all.len; n++) {
		if (n == end + WIRE_HEAD + payload[whole + 1]) {
			end = n;
			whole++;
		}
		cr_assert_eq(frames_in(&all, n, &left), whole, "%zu bytes", n);
		cr_assert_eq(left, n - end);
	}
	cr_expect_eq(frames_in(&all, all.len, &left), WIRE_TYPES - 1);
	buf_release(&all);
}

static int
peek_head(uint32_t n, unsigned char type, unsigned char version, unsigned char zero)
{
	unsigned char h[WIRE_HEAD] = {0};
	struct wire_frame f;
	struct buf b = {0};
	wire_set_u32(h, n);
	h[4] = type;
	h[5] = version;
	h[6] = zero & 1;
	h[7] = zero >> 1;
	buf_put(&b, h, sizeof(h));
	int got = wire_peek(&b, &f);
	buf_release(&b);
	return got;
}

Test(wire, malformed)
{
	cr_expect_eq(peek_head(0, WIRE_STOP, WIRE_VERSION, 0), 1);
	cr_expect_eq(peek_head(1, WIRE_STOP, WIRE_VERSION, 0), 0);
	cr_expect_eq(peek_head(WIRE_MAX, WIRE_RESULT, WIRE_VERSION, 0), 0);
	cr_expect_eq(peek_head(WIRE_MAX + 1, WIRE_RESULT, WIRE_VERSION, 0), -1);
	cr_expect_eq(peek_head(UINT32_MAX, WIRE_RESULT, WIRE_VERSION, 0), -1);
	cr_expect_eq(peek_head(0, WIRE_STOP, WIRE_VERSION, 1), -1);
	cr_expect_eq(peek_head(0, WIRE_STOP, WIRE_VERSION, 2), -1);
	for (unsigned v = 0; v < 256; v++)
		cr_expect_eq(peek_head(0, WIRE_STOP, (unsigned char)v, 0), v == WIRE_VERSION ? 1 : -1,
			     "version %u", v);
	for (unsigned t = 0; t < 256; t++)
		cr_expect_eq(peek_head(0, (unsigned char)t, WIRE_VERSION, 0), t && t < WIRE_TYPES ? 1 : -1,
			     "type %u", t);
}

/* Any byte of the head flipped in any way is either another frame or malformed: never out of bounds. */
Test(wire, flipped_heads)
{
	for (unsigned at = 0; at < WIRE_HEAD; at++)
		for (unsigned v = 0; v < 256; v++) {
			struct buf b = {0};
			struct wire_frame f;
			int more;
			put_stream(&b);
			buf_data(&b)[at] = (char)v;
			while ((more = wire_peek(&b, &f)) == 1) {
				cr_assert(f.n <= b.len - WIRE_HEAD);
				wire_done(&b, &f);
			}
			buf_release(&b);
		}
}
