/* test_sched_load.c: mode load, worked out by hand from the rules. */
#include "prun/compat.h"

#include <criterion/criterion.h>

#include "sched_trace.h"

Test(sched_load, one_each_in_turn_when_fewer_than_two_each)
{
	TRACE("load 5 0 0 - +0 +1 +2 ! R0.0 R1.1 R2.2 R0.3 R1.4 E0 E1 E2");
	TRACE("load 1 0 0 - +0 +1 ! R0.0 E0 E1");
	TRACE("load 0 0 0 - +0 +1 ! E0 E1 +2/0 E2");
}

Test(sched_load, first_chunk_is_a_quarter_of_the_share_but_two)
{
	TRACE("load 100 0 0 - +0 +1 +2 +3 ! R0.0-5 R1.6-11 R2.12-17 R3.18-23");
	TRACE("load 4 0 0 - +0 +1 ! R0.0-1 R1.2-3 E0 E1");
	TRACE("load 100 3 0 - +0 +1 ! R0.0-2 R1.3-5");
	TRACE("load 100 1 0 - +0 +1 ! R0.0-1 R1.2-3");
}

/* 76 pending on 4 workers: refill below 76/4/4 = 4, up to 76/4/2 = 9. */
Test(sched_load, refills_below_a_quarter_up_to_half_of_the_share)
{
	TRACE("load 100 0 0 - +0 +1 +2 +3 ! R0.0-5 R1.6-11 R2.12-17 R3.18-23 d0.0 d0.1 d0.2 R0.24-29");
}

Test(sched_load, long_items_wait_until_one_is_left)
{
	TRACE("load 100 0 0 - +0 +1 +2 +3 ! R0.0-5 R1.6-11 R2.12-17 R3.18-23"
	      " D0.0 D0.1 D0.2 D0.3 D0.4 R0.24-31");
}

/* 94 pending on 2 workers: up to 23, but 3 at a time; with maxchunk 1 as many as make two. */
Test(sched_load, maxchunk_limits_a_refill_but_two_stay_queued)
{
	TRACE("load 100 3 0 - +0 +1 ! R0.0-2 R1.3-5 d0.0 R0.6-8 d0.1 R0.9-11");
	TRACE("load 10 1 0 - +0 +1 ! R0.0-1 R1.2-3 d0.0 R0.4 d1.2 R1.5");
}

Test(sched_load, stops_each_at_its_next_end_once_nothing_is_pending)
{
	TRACE("load 5 0 0 - +0 +1 ! R0.0-1 R1.2-3 d0.0 R0.4 d1.2 E1 d0.1 E0 d0.4 d1.3");
}

Test(sched_load, last_worker_dies_and_the_rest_waits)
{
	TRACE("load 6 0 0 - +0 ! R0.0-1 x0.0 +1/0 R1.2-3 d1.2 R1.4 d1.3 R1.5 d1.4 R1.1 d1.5 E1 d1.1");
}

/* xdist tells nobody: worker 1 would wait for a successor of item 2 for ever, were it not alone. */
Test(sched_load, replacement_with_the_very_last_item_is_stopped_at_once)
{
	TRACE("load 3 0 0 - +0 ! R0.0-1 d0.0 R0.2 x0.1 +1/0 R1.2 E1 d1.2");
	TRACE("load 5 0 0 - +0 +1 ! R0.0-1 R1.2-3 d1.2 R1.4 x0.0 d1.3 R1.1 +2/0 E1 E2");
}

Test(sched_load, stopped_survivor_takes_no_more)
{
	TRACE("load 4 0 0 - +0 +1 ! R0.0-1 R1.2-3 E0 E1 x0.0 d1.2 d1.3 +2/0 R2.1 E2 d2.1");
}

Test(sched_load, again_goes_to_the_head)
{
	TRACE("load 8 0 0 - +0 +1 ! R0.0-1 R1.2-3 x0.0 a0 +2/0 R2.0,4");
	TRACE("load 2 0 0 - +0 ! R0.0-1 E0 d0.0 x0.1 a1 +1/0 R1.1 E1");
}
