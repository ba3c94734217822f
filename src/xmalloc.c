/* xmalloc.c: allocation that ends the process with one sentence when memory is out. */
#include "prun/compat.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "prun/xmalloc.h"

/* Not exit(): a worker that runs its master's atexit handlers would do the master's clean-up. */
void
xmalloc_end(void)
{
	static const char text[] = "prun: out of memory; use fewer workers (-n) or free some\n";
	(void)!write(STDERR_FILENO, text, sizeof(text) - 1);
	_exit(3);
}

static void *
checked(void *p)
{
	if (!p)
		xmalloc_end();
	return p;
}

void *
xmalloc(size_t n)
{
	return checked(malloc(n ? n : 1));
}

void *
xcalloc(size_t n, size_t size)
{
	return checked(calloc(n ? n : 1, size ? size : 1));
}

void *
xreallocarray(void *p, size_t n, size_t size)
{
	return checked(reallocarray(p, n ? n : 1, size ? size : 1));
}

char *
xstrdup(const char *s)
{
	return checked(strdup(s));
}

void *
xgrow(void *p, size_t *cap, size_t want, size_t size)
{
	if (want <= *cap)
		return p;
	size_t n = *cap ? *cap : 8;
	while (n < want)
		n *= 2;
	p = xreallocarray(p, n, size);
	*cap = n;
	return p;
}
