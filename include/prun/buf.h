/*
 * buf.h: a growable byte queue: put at the end, take from the front.
 *
 * The bytes held are p[off] … p[off + len - 1].  A zeroed struct is an empty buffer.
 */
#ifndef PRUN_BUF_H
#define PRUN_BUF_H

#include <stddef.h>
#include <sys/types.h>

struct buf {
	char *p;
	size_t off, len, cap;
};

void buf_release(struct buf *b);
void buf_clear(struct buf *b);
void buf_put(struct buf *b, const void *p, size_t n);
void buf_puts(struct buf *b, const char *s);
void buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Drop n bytes from the front; n <= b->len. */
void buf_take(struct buf *b, size_t n);

/* Keep only the last n bytes. */
void buf_keep_tail(struct buf *b, size_t n);

/* First byte held; valid until the next put. */
char *buf_data(const struct buf *b);

/* Read once from fd, at most n bytes, to the end.  As read(2); EINTR is retried. */
ssize_t buf_read(struct buf *b, int fd, size_t n);

/* Write once to fd from the front and drop what was taken.  As write(2); EINTR is retried. */
ssize_t buf_write(struct buf *b, int fd);

#endif
