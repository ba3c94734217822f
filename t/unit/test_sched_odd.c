/* test_sched_odd.c: events that come late, twice or never ordered leave each item its one fate. */
#include "prun/compat.h"

#include <criterion/criterion.h>

#include "sched_trace.h"

Test(sched_odd, done_of_what_is_not_queued)
{
	TRACE("load 8 0 0 - +0 +1 ! R0.0-1 R1.2-3 d0.2 d0.7 d0.99 d9.0 d0.0 R0.4 d0.0 d1.2 R1.5");
}

Test(sched_odd, lost_twice)
{
	TRACE("load 8 0 0 - +0 +1 ! R0.0-1 R1.2-3 x0.0 x0.1 x0 x7.1 +2/0 R2.4-5 d0.1");
}

/* The item is blamed on a worker that does not have it: it stays where it is. */
Test(sched_odd, lost_with_an_item_of_another)
{
	TRACE("load 4 0 0 - +0 +1 ! R0.0-1 R1.2-3 E0 E1 x0.2 d1.2 +2/0 R2.0-1 d2.0 E2");
	TRACE("worksteal 4 0 0 - +0 +1 ! R0.0-1 R1.2-3 x0.3 d1.2 R1.0-1");
}

Test(sched_odd, answer_after_the_loss_of_the_victim)
{
	TRACE("worksteal 12 0 0 - +0 +1 +2 ! R0.0-3 R1.4-7 R2.8-11 d0.0 d0.1 d0.2 S1.6-7 x1.4 R0.5-7 b1.6-7 "
	      "d0.3");
}

/* 8 was finished before the answer came, 9 comes twice, 1 was never its own. */
Test(sched_odd, gives_back_what_it_has_not)
{
	TRACE("worksteal 10 0 0 - +0 +1 ! R0.0-4 R1.5-9 d0.0 d0.1 d0.2 d0.3 S1.8-9 d1.8 b1.8,9,9,1 R0.9 d1.5 "
	      "d1.6 E1");
}

Test(sched_odd, gives_back_unasked)
{
	TRACE("load 4 0 0 - +0 +1 ! R0.0-1 R1.2-3 E0 E1 b0.1 d0.0 +2/0 R2.1 E2");
	TRACE("loadfile 4 0 1 0,0,1,1 +0 +1 ! R0.0-1 R1.2-3 E0 E1 b0.1 +2 R2.1 E2");
	TRACE("each 2 0 0 - +0 ! R0.0-1 E0 b0.1 d0.0 d0.1");
}

Test(sched_odd, again_of_what_is_pending_or_queued_or_no_item)
{
	TRACE("load 8 0 0 - a1 +0 +1 ! R0.0-1 R1.2-3 a7 a0 a99 d0.0 R0.4");
}

Test(sched_odd, added_twice)
{
	TRACE("load 8 0 0 - +0 +0 +1 ! R0.0-1 R1.2-3 +1 x0.0 +0");
}

Test(sched_odd, started_without_workers_or_twice)
{
	TRACE("load 3 0 0 - ! +0 R0.0-1 ! d0.0 R0.2");
	TRACE("worksteal 3 0 0 - ! +0 R0.0-2");
	TRACE("loadscope 3 0 1 0,0,1 ! +0 R0.0-1");
	TRACE("each 3 0 0 - ! +0 R0.0-2 E0");
}

Test(sched_odd, lost_before_the_start)
{
	TRACE("load 4 0 0 - +0 +1 x0 ! R1.0-1 +2/0 R2.2-3");
	TRACE("worksteal 4 0 0 - +0 x0 +1/0 ! R1.0-3");
}

/* The orders of the dead are not given out, and what they held goes to others. */
Test(sched_odd, lost_before_its_orders_were_fetched)
{
	struct sched_conf conf = {.mode = SCHED_LOAD, .nitems = 4};
	struct sched *s = sched_new(&conf);
	const struct sched_cmd *c;

	sched_add(s, 0, SCHED_NONE);
	sched_add(s, 1, SCHED_NONE);
	sched_start(s);
	sched_lost(s, 0, SCHED_NONE);
	while ((c = sched_next(s)))
		cr_expect_eq(c->worker, 1);
	cr_expect_eq(sched_pending(s), 2);
	sched_free(s);
}

Test(sched_odd, nothing_comes_out_after_cancel)
{
	TRACE("load 20 0 0 - +0 +1 ! R0.0-1 R1.2-3 c d0.0 d1.2 x0.1 a1 +2/0 d1.3 b1.3");
	TRACE("worksteal 10 0 0 - +0 +1 ! R0.0-4 R1.5-9 d0.0 d0.1 d0.2 d0.3 S1.8-9 c b1.8-9 d0.4 x1.5");
	TRACE("loadscope 4 0 1 0,0,1,1 +0 ! R0.0-1 R0.2-3 E0 c x0.0 +1/0");
	TRACE("each 4 0 0 - +0 ! R0.0-3 E0 c x0.0 +1/0");
	TRACE("load 4 0 0 - +0 c !");
}

Test(sched_odd, cancel_drops_what_was_not_fetched)
{
	struct sched_conf conf = {.mode = SCHED_LOAD, .nitems = 40};
	struct sched *s = sched_new(&conf);

	sched_add(s, 0, SCHED_NONE);
	sched_start(s);
	cr_expect_eq(sched_pending(s), 30);
	sched_cancel(s);
	cr_expect_null(sched_next(s));
	cr_expect_eq(sched_pending(s), 0);
	cr_expect_eq(sched_queued(s, 0), 10);
	sched_done(s, 0, 0, 0);
	cr_expect_eq(sched_queued(s, 0), 9);
	sched_lost(s, 0, 1);
	cr_expect_eq(sched_pending(s), 0);
	sched_free(s);
}

Test(sched_odd, holds_what_is_in_the_queue)
{
	struct sched_conf conf = {.mode = SCHED_EACH, .nitems = 3};
	struct sched *s = sched_new(&conf);

	sched_add(s, 0, SCHED_NONE);
	cr_expect_not(sched_holds(s, 0, 0));
	sched_start(s);
	cr_expect(sched_holds(s, 0, 0) && sched_holds(s, 0, 2));
	cr_expect_not(sched_holds(s, 0, 3) || sched_holds(s, 9, 0));
	sched_done(s, 0, 0, 0);
	cr_expect_not(sched_holds(s, 0, 0));
	sched_lost(s, 0, 1);
	cr_expect_not(sched_holds(s, 0, 2));
	sched_add(s, 1, 0);
	cr_expect_not(sched_holds(s, 1, 0) || sched_holds(s, 1, 1));
	cr_expect(sched_holds(s, 1, 2));
	sched_free(s);
}

Test(sched_odd, width)
{
	struct sched_conf conf = {.mode = SCHED_LOAD, .nitems = 7, .nunits = 3};

	cr_expect_eq(sched_width(&conf), 7);
	conf.mode = SCHED_WORKSTEAL;
	cr_expect_eq(sched_width(&conf), 7);
	conf.mode = SCHED_DURATION;
	cr_expect_eq(sched_width(&conf), 7);
	conf.mode = SCHED_LOADFILE;
	cr_expect_eq(sched_width(&conf), 3);
	conf.mode = SCHED_EACH;
	cr_expect_eq(sched_width(&conf), SIZE_MAX);
}
