/* buf.c: a growable byte queue. */
#include "prun/compat.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "prun/buf.h"
#include "prun/xmalloc.h"

void
buf_release(struct buf *b)
{
	free(b->p);
	*b = (struct buf){0};
}

void
buf_clear(struct buf *b)
{
	b->off = b->len = 0;
}

char *
buf_data(const struct buf *b)
{
	return b->p + b->off;
}

/* Room for n more bytes at the end: move down before growing, so that a queue does not creep. */
static char *
room(struct buf *b, size_t n)
{
	if (b->off && b->off + b->len + n > b->cap) {
		memmove(b->p, b->p + b->off, b->len);
		b->off = 0;
	}
	b->p = xgrow(b->p, &b->cap, b->off + b->len + n, 1);
	return b->p + b->off + b->len;
}

void
buf_put(struct buf *b, const void *p, size_t n)
{
	if (!n)
		return;
	memcpy(room(b, n), p, n);
	b->len += n;
}

void
buf_puts(struct buf *b, const char *s)
{
	buf_put(b, s, strlen(s));
}

void
buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap, again;
	va_start(ap, fmt);
	va_copy(again, ap);
	int n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n > 0) {
		vsnprintf(room(b, (size_t)n + 1), (size_t)n + 1, fmt, again);
		b->len += (size_t)n;
	}
	va_end(again);
}

void
buf_take(struct buf *b, size_t n)
{
	b->off += n;
	b->len -= n;
	if (!b->len)
		b->off = 0;
}

void
buf_keep_tail(struct buf *b, size_t n)
{
	if (b->len > n)
		buf_take(b, b->len - n);
}

ssize_t
buf_read(struct buf *b, int fd, size_t n)
{
	char *p = room(b, n);
	ssize_t got;
	do
		got = read(fd, p, n);
	while (got < 0 && errno == EINTR);
	if (got > 0)
		b->len += (size_t)got;
	return got;
}

ssize_t
buf_write(struct buf *b, int fd)
{
	ssize_t put;
	do
		put = write(fd, buf_data(b), b->len);
	while (put < 0 && errno == EINTR);
	if (put > 0)
		buf_take(b, (size_t)put);
	return put;
}
