/* wire.c: the frames between master and worker. */
#include "prun/compat.h"

#include <stdlib.h>

#include "prun/buf.h"
#include "prun/wire.h"
#include "prun/xmalloc.h"

uint32_t
wire_u32(const unsigned char *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

uint64_t
wire_u64(const unsigned char *p)
{
	return (uint64_t)wire_u32(p) | (uint64_t)wire_u32(p + 4) << 32;
}

void
wire_set_u32(unsigned char *p, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		p[i] = (unsigned char)(v >> (8 * i));
}

void
wire_set_u64(unsigned char *p, uint64_t v)
{
	wire_set_u32(p, (uint32_t)v);
	wire_set_u32(p + 4, (uint32_t)(v >> 32));
}

void
wire_put2(struct buf *b, enum wire_type type, const void *head, size_t nhead, const void *body, size_t nbody)
{
	unsigned char h[WIRE_HEAD] = {0};
	wire_set_u32(h, (uint32_t)(nhead + nbody));
	h[4] = (unsigned char)type;
	h[5] = WIRE_VERSION;
	buf_put(b, h, sizeof(h));
	buf_put(b, head, nhead);
	buf_put(b, body, nbody);
}

void
wire_put(struct buf *b, enum wire_type type, const void *p, size_t n)
{
	wire_put2(b, type, p, n, NULL, 0);
}

void
wire_put_items(struct buf *b, enum wire_type type, const uint32_t *items, size_t n)
{
	unsigned char *p = xcalloc(n, 4);
	for (size_t i = 0; i < n; i++)
		wire_set_u32(p + 4 * i, items[i]);
	wire_put(b, type, p, 4 * n);
	free(p);
}

int
wire_peek(const struct buf *b, struct wire_frame *f)
{
	if (b->len < WIRE_HEAD)
		return 0;
	const unsigned char *h = (const unsigned char *)buf_data(b);
	uint32_t n = wire_u32(h);
	if (h[5] != WIRE_VERSION || h[6] || h[7] || !h[4] || h[4] >= WIRE_TYPES || n > WIRE_MAX)
		return -1;
	if (b->len - WIRE_HEAD < n)
		return 0;
	*f = (struct wire_frame){(enum wire_type)h[4], h + WIRE_HEAD, n};
	return 1;
}

void
wire_done(struct buf *b, const struct wire_frame *f)
{
	buf_take(b, WIRE_HEAD + f->n);
}
