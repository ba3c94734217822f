/* worker_host.h: a worker's loop in this process, with the master's orders written to its pipe beforehand. */
#ifndef WORKER_HOST_H
#define WORKER_HOST_H

#include <bsd/unistd.h>
#include <criterion/criterion.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "prun/buf.h"
#include "prun/claims.h"
#include "prun/items.h"
#include "prun/sched.h"
#include "prun/wire.h"
#include "prun/worker.h"

enum { NITEMS = 10 };

static int ctl[2], res[2];
static struct items items = ITEMS_INIT;
static struct claims *claims;
static char ran[256]; /* "item>next " of each run */
static enum worker_verdict verdict[NITEMS];
static void (*during[NITEMS])(void); /* while the item runs */
static void (*before_wait)(void);
static bool (*acquire)(void);
static struct buf from;

static void
set_up(void)
{
	static char title[64] = "worker test", *argv[] = {title, NULL}, *envp[] = {NULL};
	setproctitle_init(1, argv, envp);
	signal(SIGPIPE, SIG_IGN);
	cr_assert(pipe(ctl) == 0 && pipe(res) == 0);
	fcntl(res[0], F_SETFL, O_NONBLOCK);
	int fd;
	claims = claims_new(NITEMS, &fd);
	cr_assert_not_null(claims);
	close(fd);
	for (int i = 0; i < NITEMS; i++)
		items_add(&items, "t.py::t", NULL);
}

static void
tear_down(void)
{
	items_release(&items);
	claims_free(claims);
	buf_release(&from);
}

static void
order(enum wire_type type, const char *list)
{
	struct buf b = {0};
	uint32_t item[NITEMS];
	size_t n = 0;
	for (; *list; list++)
		item[n++] = (uint32_t)(*list - '0');
	for (size_t i = 0; type == WIRE_RUN && i < n; i++)
		if (item[i] < NITEMS)
			claims_offer(claims, item[i], 3);
	wire_put_items(&b, type, item, n);
	cr_assert_eq((size_t)buf_write(&b, ctl[1]), WIRE_HEAD + 4 * n);
	buf_release(&b);
}

static enum worker_verdict
run(void *ctx, uint32_t item, uint32_t next, struct buf *json)
{
	size_t n = strlen(ran);
	(void)ctx;
	snprintf(ran + n, sizeof(ran) - n, next == SCHED_NONE ? "%u>- " : "%u>%u ", item, next);
	if (during[item])
		during[item]();
	buf_printf(json, "[\"%u\"]", item);
	return verdict[item];
}

static void
release(void *ctx)
{
	(void)ctx;
	if (before_wait)
		before_wait();
}

static bool
go_on(void *ctx)
{
	(void)ctx;
	return acquire ? acquire() : true;
}

static int
work(void)
{
	const struct worker_host host = {.run = run, .release = release, .acquire = go_on};
	worker_open(res[1], -1);
	return worker_main(3, ctl[0], &items, claims, &host);
}

/* All frames that it has written, in letters: S and R with the item, L, B. */
static inline const char *
said(void)
{
	static char text[512];
	struct wire_frame f;
	static const char letter[WIRE_TYPES] = {
	    [WIRE_START] = 'S', [WIRE_RESULT] = 'R', [WIRE_LOG] = 'L', [WIRE_BYE] = 'B'};
	char *p = text;
	while (buf_read(&from, res[0], 65536) > 0)
		;
	while (wire_peek(&from, &f) == 1) {
		*p++ = letter[f.type];
		for (size_t i = 0; i < f.n / 4 && f.type != WIRE_LOG && f.type != WIRE_BYE; i++)
			if (i == 0)
				*p++ = (char)('0' + wire_u32(f.p + 4 * i));
		*p++ = ' ';
		wire_done(&from, &f);
	}
	*p = '\0';
	cr_expect_eq(from.len, 0);
	return text;
}

static inline void
expect(const char *ran_want, const char *said_want)
{
	const char *got = said();
	cr_expect_str_eq(ran, ran_want, "ran %s", ran);
	cr_expect_str_eq(got, said_want, "said %s", got);
}

static inline void
cancel(void)
{
	order(WIRE_CANCEL, "");
}

#endif
