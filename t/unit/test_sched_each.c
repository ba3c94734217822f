/* test_sched_each.c: mode each, worked out by hand from the rules. */
#include "prun/compat.h"

#include <criterion/criterion.h>

#include "sched_trace.h"

Test(sched_each, all_on_each)
{
	TRACE("each 3 0 0 - +0 +1 ! R0.0-2 E0 R1.0-2 E1 d0.0 d1.0 d1.1 d0.1 d0.2 d1.2");
	TRACE("each 0 0 0 - +0 ! E0 +1 E1");
	TRACE("each 2 0 0 - +0 ! R0.0-1 E0 +1 R1.0-1 E1");
}

Test(sched_each, replacement_runs_what_is_left_of_the_line)
{
	TRACE("each 4 0 0 - +0 +1 ! R0.0-3 E0 R1.0-3 E1 d0.0 x0.1 d1.0 +2/0 R2.2-3 E2 x2 +3/2 R3.2-3 E3");
}

/* xdist gives it everything a second time. */
Test(sched_each, replacement_of_one_that_died_in_its_last_item_runs_nothing)
{
	TRACE("each 2 0 0 - +0 ! R0.0-1 E0 d0.0 x0.1 +1/0 E1");
}

Test(sched_each, a_line_has_one_successor)
{
	TRACE("each 3 0 0 - +0 ! R0.0-2 E0 x0.0 +1/0 R1.1-2 E1 +2/0 E2 +3/1 E3 +4/9 E4");
}

Test(sched_each, lost_before_the_start)
{
	TRACE("each 2 0 0 - +0 +1 x0 ! R1.0-1 E1 +2/0 R2.0-1 E2");
	TRACE("each 2 0 0 - +0 x0 +1/0 ! R1.0-1 E1 +2/0 E2");
}

Test(sched_each, pending_is_what_nobody_runs)
{
	struct sched_conf conf = {.mode = SCHED_EACH, .nitems = 5};
	struct sched *s = sched_new(&conf);

	sched_add(s, 0, SCHED_NONE);
	sched_add(s, 1, SCHED_NONE);
	sched_start(s);
	cr_expect_eq(sched_pending(s), 0);
	sched_lost(s, 0, 0);
	cr_expect_eq(sched_pending(s), 4);
	cr_expect_eq(sched_queued(s, 0), 0);
	sched_add(s, 2, 0);
	cr_expect_eq(sched_pending(s), 0);
	cr_expect_eq(sched_queued(s, 2), 4);
	cr_expect_eq(sched_queued(s, 1), 5);
	sched_free(s);
}

Test(sched_each, again_is_ignored)
{
	TRACE("each 2 0 0 - +0 ! R0.0-1 E0 d0.0 a0 x0.1 a1 +1/0 E1");
}
