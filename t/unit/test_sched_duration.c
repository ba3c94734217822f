/* test_sched_duration.c: mode duration, worked out by hand from the rules. */
#include "prun/compat.h"

#include <criterion/criterion.h>

#include "sched_trace.h"

/* Each worker begins a file of its own and stays with it. */
Test(sched_duration, files_stay_together)
{
	TRACE("duration 8 0 0 0,0,0,0,1,1,1,1 +0 +1 ! R0.0 R1.4 R0.1 R1.5");
	TRACE("duration 0 0 0 - +0 ! E0");
}

Test(sched_duration, one_item_for_each_before_a_second_one)
{
	TRACE("duration 3 0 0 0,0,0 +0 +1 +2 ! R0.0 R1.1 R2.2 E0 E1 E2");
}

Test(sched_duration, longest_first)
{
	TRACE("duration 6 0 0 0,0,1,1,2,2@10,10,10,10,500,500 +0 +1 ! R0.4 R1.5 R0.0 R1.2");
}

Test(sched_duration, alone_a_worker_keeps_the_order)
{
	TRACE("duration 6 0 0 0,0,1,1,2,2@10,10,10,10,500,500 +0 ! R0.0-1 R0.2-3 R0.4");
}

/* Worker 1 has its fill with the long one, and the rest of its file is before that. */
Test(sched_duration, long_item_at_the_end_of_a_file_begins_at_once)
{
	TRACE("duration 5 0 0 0,0,0,0,0@10,10,10,10,3000 +0 +1 ! R0.0-3 R1.4 E1 d0.0 d0.1 d0.2 E0");
}

/* An item more for worker 0 would end a second after all else. */
Test(sched_duration, nothing_is_bound_behind_a_long_item_that_others_can_do)
{
	TRACE("duration 4 0 0 0,1,2,3@3000,1000,1000,1000 +0 +1 ! R0.0 R1.1 E0 R1.2 d1.1 R1.3 d1.2 E1");
}

/* pytest has mixed the two files: their order is kept as if they were one. */
Test(sched_duration, files_that_are_mixed_are_one_block)
{
	TRACE("duration 4 0 0 0,1,0,1@10,10,10,10 +0 +1 ! R0.0 R1.2 R0.1 R1.3");
}

/* All take the first items that are left, so that the order is kept on each of them. */
Test(sched_duration, one_file_is_shared_from_its_head)
{
	TRACE("duration 12 0 0 0,0,0,0,0,0,0,0,0,0,0,0 +0 +1 ! R0.0 R1.1 R0.2 R1.3 d1.3 R1.4 d1.4 R1.5 d1.5 R1.6");
}

Test(sched_duration, who_is_through_helps)
{
	TRACE("duration 12 0 0 0,0,0,0,0,0,1,1,1,1,1,1 +0 +1 ! R0.0 R1.6 R0.1 R1.7 d1.6 R1.8 d1.7 R1.9 d1.8 R1.10 d1.9 "
	      "R1.11 d1.10 R1.2");
}

/* Two of what worker 0 has are its own for good. */
Test(sched_duration, idle_takes_from_the_tail_of_another)
{
	TRACE("duration 20 0 0 0,0,0,0,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1 +0 +1 ! R0.0-1 R1.4-5 d0.0 R0.2-3 d1.4 R1.6-7 d1.5 "
	      "d1.6 R1.8-9 d1.7 d1.8 R1.10 d1.9 R1.11 d1.10 R1.12 d1.11 R1.13 d1.12 R1.14 d1.13 R1.15 d1.14 R1.16 d1.15 "
	      "R1.17 d1.16 R1.18 d1.17 R1.19 d1.18 S0.3 b0.3 R1.3 d1.19 E1 d0.1 E0");
}

/* Worker 0 has done nothing in the time that the other took for the rest of the file: it gives back all but the next. */
Test(sched_duration, what_waits_behind_one_that_hangs_goes_to_the_idle)
{
	TRACE("duration 28 0 0 0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0 +0 +1 ! R0.0-2 R1.3-5 D1.3 "
	      "D1.4 R1.6-9 D1.5 D1.6 D1.7 D1.8 R1.10-12 D1.9 D1.10 D1.11 R1.13-14 D1.12 D1.13 R1.15-16 D1.14 D1.15 "
	      "R1.17 D1.16 R1.18 D1.17 R1.19 D1.18 R1.20 D1.19 R1.21 D1.20 R1.22 D1.21 R1.23 D1.22 R1.24 D1.23 "
	      "R1.25 D1.24 R1.26 D1.25 R1.27 D1.26 S0.2 b0.2 R1.2 D1.27 E1");
}

Test(sched_duration, rest_of_a_lost_worker_comes_next)
{
	TRACE("duration 12 0 0 0,0,0,0,0,0,1,1,1,1,1,1 +0 +1 ! R0.0 R1.6 R0.1 R1.7 x0.0 +2/0 R2.1-2 d2.1 R2.3 d2.2 R2.4");
}

Test(sched_duration, again_comes_where_it_was)
{
	TRACE("duration 12 0 0 0,0,0,0,0,0,1,1,1,1,1,1 +0 +1 ! R0.0 R1.6 R0.1 R1.7 x0.0 a0 +2/0 R2.0-1 d2.0 R2.2");
}

Test(sched_duration, maxchunk_holds)
{
	TRACE("duration 20 3 0 0,0,0,0,0,0,0,0,0,0,1,1,1,1,1,1,1,1,1,1 +0 +1 ! R0.0-1 R1.10-11 d0.0 R0.2-4 d0.1 d1.10 "
	      "R1.12-13");
}

Test(sched_duration, nothing_comes_out_after_cancel)
{
	TRACE("duration 12 0 0 0,0,0,0,0,0,1,1,1,1,1,1 +0 +1 ! R0.0 R1.6 R0.1 R1.7 c d0.0 x1.6 +2/1");
}

Test(sched_duration, odd_events)
{
	TRACE("duration 3 0 0 0,0,1 ! +0 R0.0-1 ! d0.2 d0.7");
	TRACE("duration 4 0 0 0,0,1,1 +0 +1 x0 ! R1.0 R1.1 +2/0 R2.2-3");
}
