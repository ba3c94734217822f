/* test_worker.c: a worker's loop: what it runs, when, and what it says. */
#include "prun/compat.h"

#include "worker_host.h"

TestSuite(worker, .init = set_up, .fini = tear_down, .timeout = 10);

Test(worker, runs_in_order_and_knows_what_follows)
{
	order(WIRE_RUN, "250");
	order(WIRE_RUN, "7");
	order(WIRE_STOP, "");
	cr_expect_eq(work(), 0);
	expect("2>5 5>0 0>7 7>- ", "S2 R2 S5 R5 S0 R0 S7 R7 ");
	cr_expect_eq(worker_bye("{}", 2), 0);
	expect("2>5 5>0 0>7 7>- ", "B ");
}

Test(worker, nothing_to_do)
{
	order(WIRE_STOP, "");
	cr_expect_eq(work(), 0);
	expect("", "");
}

Test(worker, items_that_do_not_exist_are_passed_over)
{
	struct buf b = {0};
	claims_offer(claims, 1, 3);
	claims_offer(claims, 2, 3);
	wire_put_items(&b, WIRE_RUN, (const uint32_t[]){NITEMS, 1, SCHED_NONE, 2}, 4);
	buf_write(&b, ctl[1]);
	buf_release(&b);
	order(WIRE_STOP, "");
	cr_expect_eq(work(), 0);
	expect("1>2 2>- ", "S1 R1 S2 R2 ");
}

Test(worker, cancel_drops_what_is_queued)
{
	order(WIRE_RUN, "12345");
	during[2] = cancel;
	cr_expect_eq(work(), 0);
	expect("1>2 2>3 ", "S1 R1 S2 R2 ");
}

Test(worker, leave)
{
	order(WIRE_RUN, "12345");
	order(WIRE_STOP, "");
	verdict[3] = WORKER_LEAVE;
	cr_expect_eq(work(), 0);
	expect("1>2 2>3 3>4 ", "S1 R1 S2 R2 S3 R3 ");
}

/* The test's own KeyboardInterrupt is its outcome; the master's is none. */
Test(worker, break_of_its_own)
{
	order(WIRE_RUN, "123");
	order(WIRE_STOP, "");
	verdict[1] = WORKER_BREAK;
	cr_expect_eq(work(), 0);
	expect("1>2 ", "S1 R1 ");
}

Test(worker, break_by_the_master)
{
	order(WIRE_RUN, "123");
	order(WIRE_STOP, "");
	during[1] = cancel;
	verdict[1] = WORKER_BREAK;
	cr_expect_eq(work(), 0);
	expect("1>2 ", "S1 ");
}

/* The only item that it has is not begun before its successor is known. */
static void
send_the_next(void)
{
	static unsigned turn;
	static const struct {
		enum wire_type type;
		const char *list, *ran;
	} step[] = {{WIRE_RUN, "2", ""}, {WIRE_RUN, "3", "1>2 "}, {WIRE_STOP, "", "1>2 2>3 "}};
	cr_assert_lt(turn, 3);
	cr_expect_str_eq(ran, step[turn].ran);
	order(step[turn].type, step[turn].list);
	turn++;
}

Test(worker, waits_for_the_successor)
{
	before_wait = send_the_next;
	order(WIRE_RUN, "1");
	cr_expect_eq(work(), 0);
	expect("1>2 2>3 3>- ", "S1 R1 S2 R2 S3 R3 ");
}

/* What it has to say is not kept back while it waits. */
static void
expect_flushed(void)
{
	expect("1>2 ", "S1 R1 ");
	order(WIRE_STOP, "");
}

Test(worker, results_are_sent_before_a_wait)
{
	before_wait = expect_flushed;
	order(WIRE_RUN, "12");
	cr_expect_eq(work(), 0);
	expect("1>2 2>- ", "S2 R2 ");
}

static bool
refuse(void)
{
	return false;
}

/* A signal's handler asked for the end: the queue is dropped. */
Test(worker, asked_to_end)
{
	before_wait = cancel;
	acquire = refuse;
	order(WIRE_RUN, "1");
	cr_expect_eq(work(), 0);
	expect("", "");
}

static void
log_something(void)
{
	worker_log("[[\"a\"]]", 7);
}

Test(worker, logs_go_with_the_next_result)
{
	during[1] = during[2] = log_something;
	order(WIRE_RUN, "12");
	order(WIRE_STOP, "");
	cr_expect_eq(work(), 0);
	worker_log("[]", 2);
	cr_expect_eq(worker_bye("{}", 2), 0);
	expect("1>2 2>- ", "S1 L R1 S2 L R2 L B ");
}

static void
lose_master(void)
{
	close(ctl[1]);
}

Test(worker, master_gone)
{
	during[1] = lose_master;
	order(WIRE_RUN, "123");
	cr_expect_eq(work(), -1);
	cr_expect_str_eq(ran, "1>2 ");
}

static void
close_all(void)
{
	close(ctl[0]);
	close(res[1]);
}

Test(worker, descriptors_closed_by_a_test)
{
	during[1] = close_all;
	order(WIRE_RUN, "123");
	cr_expect_eq(work(), -1);
	cr_expect_str_eq(ran, "1>2 ");
	close(STDERR_FILENO);
	cr_expect_eq(worker_bye("{}", 2), -1);
}

/* Nothing of the master's is trusted blindly either. */
Test(worker, garbage_from_the_master)
{
	order(WIRE_RUN, "12");
	cr_assert_eq(write(ctl[1], "garbage, and more", 17), 17);
	cr_expect_eq(work(), -1);
	cr_expect_str_eq(ran, "");
}

static void
expect_no_terminal(void)
{
	cr_expect_eq(worker_ask(), ctl[0]);
	cr_expect_eq(worker_hear(), WORKER_WAITS);
	order(WIRE_LEND, "");
	cr_expect_eq(worker_hear(), WORKER_NO_TERMINAL);
}

static void
expect_too_late(void)
{
	cr_expect_eq(worker_ask(), ctl[0]);
	order(WIRE_CANCEL, "");
	cr_expect_eq(worker_hear(), WORKER_NOT_NOW);
	worker_give_back();
	cr_expect_eq(worker_ask(), -1);
}

Test(worker, nobody_to_be_asked_for_the_terminal)
{
	cr_expect_eq(worker_ask(), -1);
	order(WIRE_RUN, "12");
	order(WIRE_LEND, "");
	order(WIRE_STOP, "");
	cr_expect_eq(work(), 0);
	cr_expect_eq(worker_bye("{}", 2), 0);
	cr_expect_eq(worker_ask(), -1);
}

Test(worker, no_terminal)
{
	order(WIRE_RUN, "12");
	order(WIRE_STOP, "");
	during[1] = expect_no_terminal;
	during[2] = expect_too_late;
	cr_expect_eq(work(), 0);
}
