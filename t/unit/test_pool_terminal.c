/* test_pool_terminal.c: the terminal goes from worker to worker, and comes back. */
#include "prun/compat.h"

#include <poll.h>

#include "pool_host.h"

static bool
yes(struct host *h, uint32_t id)
{
	(void)h;
	(void)id;
	return true;
}

static bool
no(struct host *h, uint32_t id)
{
	(void)h;
	(void)id;
	return false;
}

/* In a worker: what it is told. */
static enum worker_terminal
ask(void)
{
	enum worker_terminal answer;
	struct pollfd p = {.fd = worker_ask(), .events = POLLIN};
	if (p.fd < 0)
		return WORKER_NOT_NOW;
	while ((answer = worker_hear()) == WORKER_WAITS)
		poll(&p, 1, -1);
	return answer;
}

/* The result says by whether it fails whether the answer was another one. */
static void
expect_lent(struct host *h, uint32_t id, uint32_t item)
{
	(void)h;
	(void)id;
	if (ask() != WORKER_LENT)
		_exit(9);
	if (item % 2)
		worker_give_back(); /* twice is no matter */
	worker_give_back();
}

static void
expect_none(struct host *h, uint32_t id, uint32_t item)
{
	(void)h;
	(void)id;
	(void)item;
	if (ask() != WORKER_NO_TERMINAL)
		_exit(9);
}

static void
keep_it(struct host *h, uint32_t id, uint32_t item)
{
	(void)h;
	(void)id;
	if (ask() != WORKER_LENT)
		_exit(9);
	if (item % 3)
		worker_give_back();
}

static void
ask_twice(struct host *h, uint32_t id, uint32_t item)
{
	(void)h;
	(void)id;
	if (item == 1) {
		send_frame(WIRE_ASK, NULL, 0);
		send_frame(WIRE_ASK, NULL, 0);
		wait_for_the_end();
	}
}

/* Who has the terminal fails and so ends the run, while others wait for it. */
static void
wait_for_the_stop(struct host *h, uint32_t id, uint32_t item)
{
	(void)h;
	(void)item;
	enum worker_terminal answer = ask();
	if (answer == WORKER_NOT_NOW)
		worker_give_back();
	else if (answer != WORKER_LENT)
		_exit(9);
	(void)id;
}

static void
ask_at_the_end(struct host *h, uint32_t id)
{
	(void)h;
	(void)id;
	if (ask() != WORKER_LENT)
		_exit(9);
	worker_give_back();
}

Test(pool_terminal, goes_round, .timeout = 20)
{
	struct host h;
	host_init(&h, SCHED_LOAD, 4, 40);
	h.before = expect_lent;
	h.lend = yes;
	host_run(&h);
	host_expect_all(&h);
	cr_expect_eq(h.nlent, 40);
	host_release(&h);
}

Test(pool_terminal, there_is_none, .timeout = 20)
{
	struct host h;
	host_init(&h, SCHED_LOAD, 4, 40);
	h.before = expect_none;
	host_run(&h);
	host_expect_all(&h);
	cr_expect_eq(h.nlent, 0);
	host_release(&h);
}

Test(pool_terminal, it_cannot_be_lent, .timeout = 20)
{
	struct host h;
	host_init(&h, SCHED_LOAD, 4, 40);
	h.before = expect_none;
	h.lend = no;
	host_run(&h);
	host_expect_all(&h);
	host_release(&h);
}

/* An item that dies with it does not take it along, nor does one that ends without giving it back before the next asks
 * for it: that one is cut off. */
Test(pool_terminal, who_has_it_dies, .timeout = 20)
{
	struct host h;
	host_init(&h, SCHED_LOAD, 4, 40);
	h.before = keep_it;
	h.lend = yes;
	for (int i = 0; i < 40; i += 3)
		h.act[i] = i % 2 ? ACT_SEGV : ACT_EXIT7;
	host_run(&h);
	cr_expect_eq(h.result.end, POOL_DONE);
	cr_expect_eq(h.nlent, 40);
	host_release(&h);
}

Test(pool_terminal, asked_twice, .timeout = 20)
{
	struct host h;
	host_init(&h, SCHED_LOAD, 2, 10);
	h.before = ask_twice;
	h.lend = yes;
	host_run(&h);
	cr_expect_eq(h.ncrash[1], 1);
	cr_expect_eq(h.result.end, POOL_DONE);
	host_release(&h);
}

Test(pool_terminal, the_run_ends_meanwhile, .timeout = 20)
{
	struct host h;
	host_init(&h, SCHED_LOAD, 4, 40);
	h.conf.maxfail = 1;
	h.before = wait_for_the_stop;
	h.lend = yes;
	for (int i = 0; i < 40; i++)
		h.act[i] = ACT_FAIL;
	host_run(&h);
	cr_expect_eq(h.result.end, POOL_STOPPED);
	for (int i = 0; i < 40; i++)
		cr_expect_eq(h.ncrash[i], 0, "item %d", i);
	host_release(&h);
}

Test(pool_terminal, after_the_last_item, .timeout = 20)
{
	struct host h;
	host_init(&h, SCHED_LOAD, 2, 4);
	h.finish = ask_at_the_end;
	h.lend = yes;
	host_run(&h);
	host_expect_all(&h);
	cr_expect_eq(h.nlent, 2);
	host_release(&h);
}
