/* test_pool_time.c: the host is called when it has said, and told what runs. */
#include "prun/compat.h"

#include "pool_host.h"

static void
wait_at_gate(struct host *h, uint32_t id, uint32_t item)
{
	char c;
	(void)id;
	if (item == 3)
		(void)!read(h->gate[0], &c, 1);
}

/* Since when an item runs, in seconds; -1: it does not. */
static double
age(const struct pool_now *now, uint32_t item)
{
	for (size_t i = 0; i < now->n; i++)
		if (now->running[i].item == item)
			return now->running[i].seconds;
	return -1;
}

/* Item 3 runs until it has been seen three times. */
static unsigned
see_it_three_times(struct host *h, const struct pool_now *now, unsigned *wants)
{
	static unsigned seen;
	static double seconds;
	*wants = 0;
	cr_assert_leq(now->n, h->conf.nworkers);
	cr_assert(now->nleft > 0 && now->nleft <= 8);
	if (age(now, 3) < 0)
		return 1;
	cr_assert_gt(age(now, 3), seconds);
	seconds = age(now, 3);
	if (++seen < 3)
		return 1;
	(void)!write(h->gate[1], "", 1);
	return 0;
}

Test(pool_time, ticks, .timeout = 20)
{
	struct host h;
	host_init(&h, SCHED_LOAD, 2, 8);
	h.conf.tick = 1;
	h.before = wait_at_gate;
	h.tick = see_it_three_times;
	host_run(&h);
	host_expect_all(&h);
	cr_expect_geq(h.nticks, 3);
	host_release(&h);
}

static unsigned
stop(struct host *h, const struct pool_now *now, unsigned *wants)
{
	(void)now;
	*wants = POOL_TELL_STOP;
	for (int i = 0; i < HOST_ITEMS; i++)
		(void)!write(h->gate[1], "", 1);
	return 0;
}

static void
wait_always(struct host *h, uint32_t id, uint32_t item)
{
	(void)item;
	wait_at_gate(h, id, 3);
}

Test(pool_time, a_tick_may_stop_the_run, .timeout = 20)
{
	struct host h;
	host_init(&h, SCHED_LOAD, 2, 40);
	h.conf.tick = 1;
	h.before = wait_always;
	h.tick = stop;
	host_run(&h);
	host_expect_partial(&h, POOL_STOPPED);
	cr_expect_eq(h.nticks, 1);
	host_release(&h);
}

Test(pool_time, nobody_asked, .timeout = 20)
{
	struct host h;
	host_init(&h, SCHED_LOAD, 2, 8);
	host_run(&h);
	host_expect_all(&h);
	cr_expect_eq(h.nticks, 0);
	host_release(&h);
}
