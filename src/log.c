/* log.c: what prun itself has to say, on standard error. */
#include "prun/compat.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "prun/buf.h"
#include "prun/clock.h"
#include "prun/log.h"

static void (*before_line)(void *ctx);
static void *before_ctx;

void
log_before(void (*before)(void *ctx), void *ctx)
{
	before_line = before;
	before_ctx = ctx;
}

/* One write(2) a line, so that lines of several processes do not mix. */
static void
put(const char *prefix, int err, const char *fmt, va_list ap)
{
	char line[2048];
	int n = snprintf(line, sizeof(line) - 1, "prun: %s", prefix);
	int m = vsnprintf(line + n, sizeof(line) - 1 - (size_t)n, fmt, ap);
	n = m < 0 ? n : n + m;
	if (n > (int)sizeof(line) - 2)
		n = (int)sizeof(line) - 2;
	if (n > 0 && line[n - 1] == ':') {
		m = snprintf(line + n, sizeof(line) - 1 - (size_t)n, " %s", strerror(err));
		n = m < 0 ? n : n + m;
		if (n > (int)sizeof(line) - 2)
			n = (int)sizeof(line) - 2;
	}
	line[n++] = '\n';
	if (before_line)
		before_line(before_ctx);
	(void)!write(STDERR_FILENO, line, (size_t)n);
}

void
log_error(const char *fmt, ...)
{
	int err = errno;
	va_list ap;
	va_start(ap, fmt);
	put("", err, fmt, ap);
	va_end(ap);
	errno = err;
}

void
log_warn(const char *fmt, ...)
{
	int err = errno;
	va_list ap;
	va_start(ap, fmt);
	put("warning: ", err, fmt, ap);
	va_end(ap);
	errno = err;
}

void
log_debug(const char *fmt, ...)
{
	static int on = -1;
	int err = errno;
	if (on < 0)
		on = getenv("PRUN_DEBUG") != NULL;
	if (!on)
		return;
	char prefix[64];
	snprintf(prefix, sizeof(prefix), "[%d %.6f] ", (int)getpid(), (double)clock_now() / 1e9);
	va_list ap;
	va_start(ap, fmt);
	put(prefix, err, fmt, ap);
	va_end(ap);
	errno = err;
}
