/* test_worker_steal.c: what a worker gives back when the master asks while an item runs. */
#include "prun/compat.h"

#include "worker_host.h"

TestSuite(worker_steal, .init = set_up, .fini = tear_down, .timeout = 10);

static const char *stolen;

static void
steal(void)
{
	order(WIRE_STEAL, stolen);
	order(WIRE_STOP, "");
}

static void
expect_theft(const char *list, const char *ran_want, const char *said_want)
{
	stolen = list;
	during[1] = steal;
	order(WIRE_RUN, "12345");
	cr_expect_eq(work(), 0);
	expect(ran_want, said_want);
}

Test(worker_steal, gives_its_tail)
{
	expect_theft("45", "1>2 2>3 3>- ", "S1 R1 G45 S2 R2 S3 R3 ");
}

Test(worker_steal, gives_its_tail_in_any_order)
{
	expect_theft("54", "1>2 2>3 3>- ", "S1 R1 G54 S2 R2 S3 R3 ");
}

/* 1 was told that 2 follows. */
Test(worker_steal, never_gives_what_was_announced)
{
	expect_theft("2345", "1>2 2>3 3>4 4>5 5>- ", "S1 R1 G S2 R2 S3 R3 S4 R4 S5 R5 ");
}

Test(worker_steal, gives_all_or_nothing)
{
	expect_theft("35", "1>2 2>3 3>4 4>5 5>- ", "S1 R1 G S2 R2 S3 R3 S4 R4 S5 R5 ");
}

Test(worker_steal, gives_nothing_that_it_does_not_have)
{
	expect_theft("9", "1>2 2>3 3>4 4>5 5>- ", "S1 R1 G S2 R2 S3 R3 S4 R4 S5 R5 ");
}

Test(worker_steal, gives_nothing_when_nothing_is_asked)
{
	expect_theft("", "1>2 2>3 3>4 4>5 5>- ", "S1 R1 G S2 R2 S3 R3 S4 R4 S5 R5 ");
}
