/* pool_acts.h: what a scripted worker does in place of a test; included by pool_host.h. */
#ifndef POOL_ACTS_H
#define POOL_ACTS_H

#include <bsd/unistd.h>
#include <math.h>

#include "prun/buf.h"
#include "prun/wire.h"
#include "prun/worker.h"

#define CLEAN_PASS "[{\"$t\":[\"t.py\",1,\"t\"]},0.1,1.0,1.1,0.2,1.1,1.3,0.0,1.3,1.3]"
#define FAILED     "[[\"report\",{\"outcome\":\"failed\",\"when\":\"call\"}]]"
#define MEGABYTE   (1u << 20)

static _Noreturn void
wait_for_the_end(void)
{
	for (;;)
		pause();
}

/* Straight to the master, past the worker's loop. */
static void
write_all(int fd, struct buf *b)
{
	while (b->len && buf_write(b, fd) > 0)
		;
	buf_release(b);
}

static void
send_frame(enum wire_type type, const void *p, size_t n)
{
	struct buf b = {0};
	wire_put(&b, type, p, n);
	write_all(me.ends.res, &b);
}

static void
send_item(enum wire_type type, uint32_t item)
{
	unsigned char p[4];
	wire_set_u32(p, item);
	send_frame(type, p, sizeof(p));
}

static void
send_text(enum wire_type type, const char *json)
{
	send_frame(type, json, strlen(json));
}

static void
send_result(uint32_t item)
{
	unsigned char head[12] = {0};
	struct buf b = {0};
	wire_set_u32(head, item);
	wire_put2(&b, WIRE_RESULT, head, sizeof(head), CLEAN_PASS, strlen(CLEAN_PASS));
	write_all(me.ends.res, &b);
}

/* A PASS frame with n of its nine numbers. */
static void
send_pass(uint32_t item, double last, size_t n)
{
	const double number[9] = {0, 1, 1, 0, 1, 1, 0, 1, last};
	unsigned char head[12] = {0};
	struct buf b = {0};
	wire_set_u32(head, item);
	wire_put2(&b, WIRE_PASS, head, sizeof(head), number, n * sizeof(number[0]));
	write_all(me.ends.res, &b);
}

static void
send_head(uint32_t n, unsigned char type, unsigned char version)
{
	unsigned char h[WIRE_HEAD] = {0};
	struct buf b = {0};
	wire_set_u32(h, n);
	h[4] = type;
	h[5] = version;
	buf_put(&b, h, sizeof(h));
	write_all(me.ends.res, &b);
}

static void
put_big(struct buf *json)
{
	buf_puts(json, "[[\"report\",{\"outcome\":\"passed\",\"longrepr\":\"");
	for (unsigned i = 0; i < MEGABYTE / 16; i++)
		buf_puts(json, "sixteen letters.");
	buf_puts(json, "\"}]]");
}

static void
be_loud(void)
{
	struct buf b = {0};
	put_big(&b);
	buf_keep_tail(&b, MEGABYTE);
	write_all(me.ends.err, &b);
}

static _Noreturn void
leave_a_grandchild(void)
{
	char c;
	if (fork())
		_exit(7);
	close(me.h->leash[1]);
	alarm(20);
	while (read(me.h->leash[0], &c, 1) > 0)
		;
	_exit(0);
}

static _Noreturn void
flood(void)
{
	static const char zeros[MEGABYTE];
	while (write(me.ends.res, zeros, sizeof(zeros)) > 0)
		;
	wait_for_the_end();
}

static _Noreturn void
die(enum act act, uint32_t item)
{
	switch (act) {
	case ACT_SEGV:
		signal(SIGSEGV, SIG_DFL);
		raise(SIGSEGV);
		break;
	case ACT_EXIT0:
		_exit(0);
	case ACT_GRANDCHILD:
		leave_a_grandchild();
	case ACT_HALF:
		send_head(100, WIRE_RESULT, WIRE_VERSION);
		break;
	default:
		break;
	}
	(void)item;
	_exit(7);
}

static void
send_wrong_head(enum act act)
{
	if (act == ACT_GARBAGE)
		(void)!write(me.ends.res, "print(1)\n", 9);
	else if (act == ACT_FLOOD)
		flood();
	else if (act == ACT_VERSION)
		send_head(4, WIRE_START, WIRE_VERSION + 1);
	else if (act == ACT_HUGE)
		send_head(WIRE_MAX + 1, WIRE_RESULT, WIRE_VERSION);
	else
		send_head(0, WIRE_STOP, WIRE_VERSION);
}

/* While `item` runs. */
static _Noreturn void
do_wrong(enum act act, uint32_t item)
{
	uint32_t alien = (uint32_t)me.h->conf.sched.nitems;
	if (act <= ACT_TYPE)
		send_wrong_head(act);
	else if (act == ACT_RESULT_OTHER)
		send_result((item + 1) % alien);
	else if (act == ACT_RESULT_SHORT)
		send_item(WIRE_RESULT, item);
	else if (act == ACT_PASS_SHORT)
		send_pass(item, 1, 8);
	else if (act == ACT_PASS_NAN)
		send_pass(item, INFINITY, 9);
	else if (act == ACT_START_TWICE)
		send_item(WIRE_START, (item + 1) % alien);
	else if (act == ACT_BYE_RUNNING)
		send_text(WIRE_BYE, "{}");
	else if (act == ACT_LOG_FORM)
		send_text(WIRE_LOG, "{\"a\": 1}");
	else
		close(me.ends.res);
	wait_for_the_end();
}

/* After `item` has its result. */
static _Noreturn void
do_wrong_after(enum act act, uint32_t item)
{
	uint32_t n = (uint32_t)me.h->conf.sched.nitems;
	send_result(item);
	if (act == ACT_RESULT_TWICE)
		send_result(item);
	else if (act == ACT_START_FOREIGN) {
		/* By chance it may be this worker's own, and so begin: the rest is wrong in any case. */
		send_item(WIRE_START, (item + n / 2) % n);
		send_wrong_head(ACT_VERSION);
	} else if (act == ACT_START_ALIEN)
		send_item(WIRE_START, n);
	else if (act == ACT_BYE_NOT_OBJECT)
		send_text(WIRE_BYE, "[]");
	else {
		send_text(WIRE_BYE, "{}");
		send_text(WIRE_BYE, "{}");
	}
	wait_for_the_end();
}

static enum worker_verdict
act_do(enum act act, uint32_t item, struct buf *json)
{
	if (act >= ACT_RESULT_TWICE)
		do_wrong_after(act, item);
	if (act >= ACT_GARBAGE && act != ACT_NOT_JSON && act != ACT_NOT_FORM)
		do_wrong(act, item);
	if (act == ACT_CLOSE_ALL)
		closefrom(3);
	else if (act >= ACT_SEGV && act < ACT_GARBAGE)
		die(act, item);
	if (act == ACT_LOUD)
		be_loud();
	if (act == ACT_PASS && item % 2) {
		buf_put(json, (double[9]){0}, WORKER_PASS_SIZE);
		return WORKER_GO | WORKER_PASSED;
	}
	if (act == ACT_BIG)
		put_big(json);
	else
		buf_puts(json, act == ACT_FAIL       ? FAILED
			       : act == ACT_NOT_JSON ? "[[1"
			       : act == ACT_NOT_FORM ? "[1,2]"
						     : CLEAN_PASS);
	return act == ACT_LEAVE ? WORKER_LEAVE : act == ACT_BREAK ? WORKER_BREAK : WORKER_GO;
}

#endif
