/* xmalloc.h: allocation that ends the process with one sentence when memory is out. */
#ifndef PRUN_XMALLOC_H
#define PRUN_XMALLOC_H

#include <stddef.h>

void *xmalloc(size_t n);
void *xcalloc(size_t n, size_t size);
void *xreallocarray(void *p, size_t n, size_t size);
char *xstrdup(const char *s);

/* What these do when there is none, for who allocates in another way. */
_Noreturn void xmalloc_end(void);

/* Make room for at least `want` elements in the array *p of *cap elements of `size` bytes, doubling. */
void *xgrow(void *p, size_t *cap, size_t want, size_t size);

#endif
