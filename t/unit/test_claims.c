/* test_claims.c: what the master takes back while a worker runs an item. */
#include "prun/compat.h"

#include <sys/wait.h>

#include "worker_host.h"

TestSuite(claims, .init = set_up, .fini = tear_down, .timeout = 10);

enum { WORKER = 3, OTHER = 4 };

Test(claims, an_offer_ends_once)
{
	claims_offer(claims, 0, WORKER);
	cr_expect(!claims_take(claims, 0, OTHER));
	cr_expect(claims_take(claims, 0, WORKER));
	cr_expect(!claims_take(claims, 0, WORKER));
	cr_expect(!claims_withdraw(claims, 0, WORKER));
	claims_offer(claims, 0, OTHER);
	cr_expect(!claims_withdraw(claims, 0, WORKER));
	cr_expect(claims_withdraw(claims, 0, OTHER));
	cr_expect(!claims_take(claims, 0, OTHER));
}

Test(claims, nothing_is_offered_at_first)
{
	for (uint32_t i = 0; i < NITEMS; i++)
		cr_expect(!claims_take(claims, i, 0) && !claims_withdraw(claims, i, 0));
}

Test(claims, shared_with_a_child)
{
	claims_offer(claims, 1, WORKER);
	pid_t pid = fork();
	if (pid == 0)
		_exit(claims_take(claims, 1, WORKER) ? 0 : 1);
	int status;
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_expect_eq(status, 0);
	cr_expect(!claims_withdraw(claims, 1, WORKER));
}

static const char *wanted, *got;

/* While item 1 runs: withdraw what is wanted; what succeeded is noted. */
static void
withdraw(void)
{
	static char list[NITEMS + 1];
	size_t n = 0;
	for (const char *p = wanted; *p; p++)
		if (claims_withdraw(claims, (uint32_t)(*p - '0'), WORKER))
			list[n++] = *p;
	got = list;
	order(WIRE_STOP, "");
}

static void
expect_withdrawal(const char *list, const char *got_want, const char *ran_want)
{
	wanted = list;
	during[1] = withdraw;
	order(WIRE_RUN, "12345");
	cr_expect_eq(work(), 0);
	cr_expect_str_eq(ran, ran_want, "ran %s", ran);
	cr_expect_str_eq(got, got_want, "got %s", got);
}

Test(claims, the_tail_goes)
{
	expect_withdrawal("45", "45", "1>2 2>3 3>- ");
}

Test(claims, out_of_the_middle)
{
	expect_withdrawal("35", "35", "1>2 2>4 4>- ");
}

/* 1 was told that 2 follows. */
Test(claims, what_runs_and_what_was_announced_stay)
{
	expect_withdrawal("12345", "345", "1>2 2>- ");
}

/* A stale place in the queue does not bring an item back that another worker has. */
Test(claims, taken_back_and_given_to_another)
{
	claims_offer(claims, 3, OTHER);
	order(WIRE_RUN, "1245");
	cr_expect(claims_withdraw(claims, 4, WORKER));
	claims_offer(claims, 4, OTHER);
	order(WIRE_STOP, "");
	cr_expect_eq(work(), 0);
	cr_expect_str_eq(ran, "1>2 2>5 5>- ", "ran %s", ran);
}

Test(claims, given_twice_runs_once)
{
	order(WIRE_RUN, "12");
	cr_expect(claims_withdraw(claims, 2, WORKER));
	order(WIRE_RUN, "2");
	order(WIRE_STOP, "");
	cr_expect_eq(work(), 0);
	cr_expect_str_eq(ran, "1>2 2>- ", "ran %s", ran);
}
