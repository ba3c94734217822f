/* test_pool_rest.c: how long what a worker says may wait in its pipe. */
#include "prun/compat.h"

#include <criterion/criterion.h>

#include "prun/clock.h"
#include "prun/pool_impl.h"

enum { LONGEST = 20 }; /* milliseconds */

static struct pool_conf conf;
static struct pool p;
static struct slot s;

/* One worker with `n` items before it, of which it has just passed ten in two milliseconds. */
static void
begin(uint32_t n)
{
	conf = (struct pool_conf){.sched = {.mode = SCHED_LOAD, .nitems = n}, .nworkers = 1};
	p = (struct pool){.conf = &conf, .sched = sched_new(&conf.sched)};
	sched_add(p.sched, 0, SCHED_NONE);
	sched_start(p.sched);
	s = (struct slot){.npassed = 10, .nread = 10, .read_at = CLOCK_SECOND};
}

/* Milliseconds, 0: it does not rest. */
static double
rest(void)
{
	uint64_t now = CLOCK_SECOND + 2 * CLOCK_MILLISECOND;
	pool_let_rest(&p, &s, now);
	cr_expect_eq(s.npassed, 0);
	cr_expect_eq(s.nread, 0);
	cr_expect_eq(s.read_at, now);
	double milliseconds = s.rest ? (double)(s.rest - now) / CLOCK_MILLISECOND : 0;
	sched_free(p.sched);
	return milliseconds;
}

Test(pool_rest, while_much_is_to_be_done)
{
	begin(400);
	double waits = rest();
	cr_expect(waits > 0 && waits < LONGEST, "%f", waits);
	begin(100000);
	cr_expect_eq(rest(), LONGEST);
}

Test(pool_rest, not_at_the_end)
{
	begin(3);
	cr_expect_eq(rest(), 0);
}

Test(pool_rest, not_where_something_else_was_said)
{
	begin(400);
	s.nread++;
	cr_expect_eq(rest(), 0);
	begin(400);
	s.npassed = s.nread = 0;
	cr_expect_eq(rest(), 0);
}

Test(pool_rest, not_where_it_matters_when_a_test_ends)
{
	begin(400);
	conf.maxfail = 1;
	cr_expect_eq(rest(), 0);
	begin(400);
	s.limit_at = 2 * CLOCK_SECOND;
	cr_expect_eq(rest(), 0);
	begin(400);
	p.stopping = true;
	cr_expect_eq(rest(), 0);
}
