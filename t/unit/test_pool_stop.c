/* test_pool_stop.c: maxfail, and a reporter's, a host's or a worker's wish to stop. */
#include "prun/compat.h"

#include "pool_host.h"

Test(pool_stop, maxfail, .timeout = 20)
{
	for (enum sched_mode mode = 0; mode < SCHED_MODES; mode++)
		for (uint32_t n = 1; n <= 3; n++) {
			struct host h;
			host_init(&h, mode, n, 60);
			h.conf.maxfail = 2;
			for (size_t i = 0; i < 60; i++)
				h.act[i] = ACT_FAIL;
			host_run(&h);
			host_expect_partial(&h, POOL_STOPPED);
			cr_expect_geq(sum(h.nresult), 2);
			host_release(&h);
		}
}

Test(pool_stop, maxfail_that_is_not_reached, .timeout = 20)
{
	struct host h;
	host_init(&h, SCHED_LOAD, 2, 20);
	h.conf.maxfail = 3;
	h.act[3] = h.act[7] = ACT_FAIL;
	host_run(&h);
	host_expect_all(&h);
	host_release(&h);
}

static void
wait_at_gate(struct host *h, uint32_t id, uint32_t item)
{
	char c;
	(void)id;
	(void)item;
	(void)!read(h->gate[0], &c, 1);
}

static unsigned
stop_at_start(struct host *h, const struct event *e)
{
	(void)h;
	return e->kind == EVENT_START ? POOL_TELL_STOP : 0;
}

/* When the master waits, the order to stop has been sent, and the item still runs. */
static void
open_gate(struct host *h)
{
	for (int i = 0; i < 32 && h->nevent[EVENT_START]; i++)
		(void)!write(h->gate[1], "", 1);
}

static void
open_gate_after_result(struct host *h)
{
	if (h->nevent[EVENT_RESULT])
		open_gate(h);
}

/* Items that run are left to end; nothing is begun. */
Test(pool_stop, the_reporter_stops, .timeout = 20)
{
	for (enum sched_mode mode = 0; mode < SCHED_MODES; mode++)
		for (uint32_t n = 1; n <= 3; n++) {
			struct host h;
			host_init(&h, mode, n, 60);
			h.before = wait_at_gate;
			h.on = stop_at_start;
			h.wait = open_gate;
			host_run(&h);
			host_expect_partial(&h, POOL_STOPPED);
			cr_expect_geq(sum(h.nresult), 1);
			cr_expect_leq(sum(h.nresult), n);
			cr_expect_eq(sum(h.ncrash), 0);
			cr_expect_eq(h.result.nrestarts, 0);
			host_release(&h);
		}
}

static void
refuse(uint32_t nworkers, uint32_t first, int rc)
{
	struct host h;
	host_init(&h, SCHED_LOAD, nworkers, 20);
	h.refuse = first;
	h.act[3] = ACT_EXIT7;
	host_run(&h);
	cr_expect_eq(h.rc, rc);
	cr_expect_eq(h.result.end, POOL_STOPPED);
	cr_expect_eq(h.nevent[EVENT_UP], first);
	cr_expect_eq(h.result.nleft, 20 - sum(h.nresult) - sum(h.ncrash));
	host_release(&h);
}

Test(pool_stop, the_host_refuses_a_worker, .timeout = 10)
{
	refuse(2, 0, -1);
	refuse(2, 1, 0);
	/* A replacement. */
	refuse(1, 1, 0);
}

Test(pool_stop, a_worker_stops_the_run, .timeout = 20)
{
	struct host h;
	host_init(&h, SCHED_LOAD, 1, 10);
	h.bye = "{\"shouldfail\": \"enough\"}";
	h.act[3] = ACT_LEAVE;
	host_run(&h);
	host_expect_partial(&h, POOL_STOPPED);
	cr_expect_eq(h.result.nleft, 6);
	cr_expect_eq(h.result.nrestarts, 0);
	host_release(&h);
}

static void
close_orders(struct host *h, uint32_t id, uint32_t item)
{
	close(me.ends.ctl);
	send_result(item);
	wait_at_gate(h, id, item);
	_exit(7);
}

static unsigned
stop_at_result(struct host *h, const struct event *e)
{
	(void)h;
	return e->kind == EVENT_RESULT ? POOL_TELL_STOP : 0;
}

/* An order to a worker that cannot take it, where a conftest has set SIGPIPE to its default. */
Test(pool_stop, no_death_by_sigpipe, .timeout = 10)
{
	struct host h;
	host_init(&h, SCHED_LOAD, 1, 20);
	signal(SIGPIPE, SIG_DFL);
	h.before = close_orders;
	h.on = stop_at_result;
	h.wait = open_gate_after_result;
	host_run(&h);
	host_expect_partial(&h, POOL_STOPPED);
	host_release(&h);
}
