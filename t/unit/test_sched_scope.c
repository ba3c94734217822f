/* test_sched_scope.c: the scope modes, worked out by hand from the rules. */
#include "prun/compat.h"

#include <criterion/criterion.h>

#include "sched_trace.h"

Test(sched_scope, large_units_first_and_a_second_one_where_two_are_left)
{
	TRACE("loadscope 6 0 1 0,0,1,1,1,2 +0 +1 ! R0.2-4 R1.0-1 R1.5 E0 E1");
	TRACE("loadfile 6 0 0 0,0,1,1,1,2 +0 +1 ! R0.0-1 R1.2-4 R0.5 E1 E0");
	TRACE("loadgroup 4 0 1 0,1,2,3 +0 ! R0.0 R0.1 d0.0 R0.2 d0.1 R0.3 d0.2 E0 d0.3");
}

Test(sched_scope, equal_units_keep_their_order)
{
	TRACE("loadscope 8 0 1 0,1,1,2,2,3,4,4 +0 +1 +2 +3 ! R0.1-2 R1.3-4 R2.6-7 R3.0 R0.5 E1 E2 E3 E0");
}

Test(sched_scope, unit_of_scattered_items)
{
	TRACE("loadgroup 6 0 1 0,1,0,1,0,1 +0 +1 ! R0.0,2,4 R1.1,3,5 E0 E1");
}

Test(sched_scope, surplus_workers_are_stopped_last_first)
{
	TRACE("loadscope 2 0 1 0,0 +0 +1 +2 ! E2 E1 R0.0-1 E0");
	TRACE("loadscope 0 0 1 - +0 +1 ! E0 E1");
}

Test(sched_scope, refill_by_one_unit_when_two_are_left)
{
	TRACE("loadscope 9 0 1 0,0,0,1,1,1,2,2,2 +0 ! R0.0-2 d0.0 R0.3-5 d0.1 d0.2 d0.3 R0.6-8 d0.4 E0");
}

/* xdist runs item 1 again, and hangs for good when there is one worker. */
Test(sched_scope, rest_of_the_unit_waits_for_the_replacement)
{
	TRACE("loadfile 3 0 1 0,0,0 +0 ! R0.0-2 E0 d0.0 x0.1 +1/0 R1.2 E1 d1.2");
	TRACE("loadfile 4 0 1 0,0,1,1 +0 +1 ! R0.0-1 R1.2-3 E0 E1 x0.0 d1.2 d1.3 +2/0 R2.1 E2 d2.1");
}

Test(sched_scope, rest_of_the_unit_goes_to_the_tail_as_one)
{
	TRACE(
	    "loadscope 9 0 1 0,0,0,1,1,1,2,2,2 +0 ! R0.0-2 x0.0 +1/0 R1.3-5 d1.3 R1.6-8 d1.4 d1.5 d1.6 R1.1-2"
	    " d1.7 E1");
	TRACE(
	    "loadscope 8 0 1 0,0,0,1,1,1,2,2 +0 ! R0.0-2 d0.0 R0.3-5 x0.1 +1/0 R1.6-7 d1.6 R1.2 d1.7 R1.3-5");
}

/* xdist gives a replacement one unit: with a single item in it, it would wait for the end of the others. */
Test(sched_scope, replacement_gets_a_second_unit_at_once)
{
	TRACE("loadscope 9 0 1 0,0,0,0,1,1,1,2,3 +0 +1 ! R0.0-3 R1.4-6 x1.4 +2/1 R2.7 R2.8");
	TRACE("loadscope 5 0 1 0,0,0,0,1 +0 +1 ! R0.0-3 R1.4 E0 E1 x1 +2/1 R2.4 E2");
}

Test(sched_scope, again_resumes_the_unit_as_one)
{
	TRACE("loadfile 3 0 1 0,0,0 +0 ! R0.0-2 E0 d0.0 x0.1 a1 +1/0 R1.1-2 d1.1 E1");
	TRACE("loadscope 9 0 1 0,0,0,1,1,1,2,2,2 +0 ! R0.0-2 x0.0 a0 +1/0 R1.0-2");
}

/* The rest went to worker 1 with the loss; the item that runs again must not run beside it on another. */
Test(sched_scope, again_follows_its_unit)
{
	TRACE("loadscope 8 0 0 0,1,1,1,0,0,2,2 +0 +1 ! R0.0,4-5 R1.1-3 d1.1 R1.6-7 x0.0 d1.2 d1.3 R1.4-5 a0 "
	      "R1.0 E1");
}
