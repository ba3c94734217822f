/* test_sched_steal.c: mode worksteal, worked out by hand from the rules. */
#include "prun/compat.h"

#include <criterion/criterion.h>

#include "sched_trace.h"

Test(sched_steal, equal_contiguous_parts)
{
	TRACE("worksteal 10 0 0 - +0 +1 +2 ! R0.0-2 R1.3-5 R2.6-9");
	TRACE("worksteal 1 0 0 - +0 +1 ! R1.0 E0 E1");
	TRACE("worksteal 0 0 0 - +0 ! E0");
}

/* Half of five is two: from the tail, and two stay. */
Test(sched_steal, idle_robs_the_longest)
{
	TRACE("worksteal 10 0 0 - +0 +1 ! R0.0-4 R1.5-9 d0.0 d0.1 d0.2 d0.3 S1.8-9 d1.5 b1.8-9 R0.8-9"
	      " d0.4 d1.6 E1 d1.7 d0.8 E0 d0.9");
}

Test(sched_steal, victim_refuses_and_is_asked_for_less)
{
	TRACE(
	    "worksteal 10 0 0 - +0 +1 ! R0.0-4 R1.5-9 d0.0 d0.1 d0.2 d0.3 S1.8-9 d1.5 d1.6 b1 S1.9 d1.7 b1 E0"
	    " d1.8 E1 d0.4 d1.9");
}

/* Of equals the first; the second idle one waits for the answer. */
Test(sched_steal, one_at_a_time)
{
	TRACE(
	    "worksteal 12 0 0 - +0 +1 +2 ! R0.0-3 R1.4-7 R2.8-11 d0.0 d0.1 d0.2 S1.6-7 d2.8 d2.9 d2.10 b1.6-7"
	    " R0.6 R2.7 d1.4 E1");
}

Test(sched_steal, loss_of_the_victim_ends_the_steal)
{
	TRACE("worksteal 10 0 0 - +0 +1 ! R0.0-4 R1.5-9 d0.0 d0.1 d0.2 d0.3 S1.8-9 x1.5 R0.6-9 b1.8-9 d0.4 "
	      "d0.6");
}

Test(sched_steal, loss_of_the_thief_keeps_what_comes)
{
	TRACE("worksteal 10 0 0 - +0 +1 ! R0.0-4 R1.5-9 d0.0 d0.1 d0.2 d0.3 S1.8-9 x0.4 b1.8-9 +2/0 R2.8-9");
	TRACE("worksteal 10 0 0 - +0 +1 ! R0.0-4 R1.5-9 d0.0 d0.1 d0.2 d0.3 S1.8-9 x0.4 b1.8-9 d1.5 d1.6 "
	      "R1.8-9");
}

Test(sched_steal, last_worker_dies_and_the_rest_waits)
{
	TRACE("worksteal 4 0 0 - +0 ! R0.0-3 x0.0 +1/0 R1.1-3 d1.1 d1.2 E1 d1.3");
	TRACE("worksteal 3 0 0 - +0 ! R0.0-2 d0.0 d0.1 E0 x0.2 a2 +1/0 R1.2 E1");
}

Test(sched_steal, stopped_survivor_takes_no_more)
{
	TRACE("worksteal 4 0 0 - +0 +1 ! R0.0-1 R1.2-3 d0.0 E0 x1.2 d0.1 +2/1 R2.3 E2");
}
