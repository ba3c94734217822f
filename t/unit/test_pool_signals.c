/* test_pool_signals.c: interrupts and the like, and the dispositions that come back. */
#include "prun/compat.h"

#include "pool_host.h"

static unsigned
interrupt_at_start(struct host *h, const struct event *e)
{
	if (e->kind == EVENT_START && h->nevent[EVENT_START] == 1)
		kill(getpid(), SIGINT);
	return 0;
}

/* Until the signal comes, or for ever. */
static void
wait_for_signal(struct host *h, uint32_t id, uint32_t item)
{
	(void)h;
	(void)id;
	(void)item;
	pause();
}

static volatile sig_atomic_t interrupted;

static void
on_int(int sig)
{
	interrupted = sig;
}

/* As a Python worker: the item is broken off, the session ends in order. */
static void
catch_int(struct host *h, uint32_t id)
{
	struct sigaction sa = {.sa_handler = on_int};
	sigset_t set;
	(void)h;
	(void)id;
	sigaction(SIGINT, &sa, NULL);
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

static void
wait_for_int(struct host *h, uint32_t id, uint32_t item)
{
	sigset_t none;
	(void)h;
	(void)id;
	(void)item;
	sigemptyset(&none);
	while (!interrupted)
		sigsuspend(&none);
}

static void
interrupt(enum sched_mode mode, uint32_t n, bool polite)
{
	struct host h;
	host_init(&h, mode, n, 20);
	h.on = interrupt_at_start;
	h.birth = polite ? catch_int : NULL;
	h.before = polite ? wait_for_int : wait_for_signal;
	for (size_t i = 0; i < 20; i++)
		h.act[i] = ACT_BREAK;
	host_run(&h);
	host_expect_partial(&h, POOL_INTERRUPTED);
	cr_expect_eq(sum(h.nresult) + sum(h.ncrash), 0, "an interrupted item has no outcome");
	cr_expect_eq(h.result.nrestarts, 0);
	cr_expect_eq(h.nevent[EVENT_DOWN], n);
	host_release(&h);
}

Test(pool_signals, interrupt, .timeout = 20)
{
	for (enum sched_mode mode = 0; mode < SCHED_MODES; mode++) {
		interrupt(mode, 1, false);
		interrupt(mode, 3, false);
		interrupt(mode, 1, true);
		interrupt(mode, 3, true);
	}
}

static void
ignore_int(struct host *h, uint32_t id)
{
	(void)h;
	(void)id;
	signal(SIGINT, SIG_IGN);
}

/* The second comes when the master has surely seen the first: its workers that do not ignore it are down. */
static void
one_is_deaf(struct host *h, uint32_t id)
{
	if (id == 0)
		ignore_int(h, id);
}

static unsigned
interrupt_twice(struct host *h, const struct event *e)
{
	if (e->kind == EVENT_START && h->nevent[EVENT_START] == 2)
		kill(getpid(), SIGINT);
	if (e->kind == EVENT_DOWN && h->nevent[EVENT_DOWN] == 1)
		kill(getpid(), SIGINT);
	return 0;
}

Test(pool_signals, second_interrupt_kills, .timeout = 10)
{
	struct host h;
	host_init(&h, SCHED_LOAD, 2, 20);
	h.birth = one_is_deaf;
	h.before = wait_for_signal;
	h.on = interrupt_twice;
	host_run(&h);
	host_expect_partial(&h, POOL_INTERRUPTED);
	cr_expect_str_eq(h.down, "killed by the second interrupt");
	cr_expect_eq(h.nevent[EVENT_DOWN], 2);
	host_release(&h);
}

static unsigned
terminate(struct host *h, const struct event *e)
{
	if (e->kind == EVENT_START && h->nevent[EVENT_START] == 1)
		kill(getpid(), SIGTERM);
	return 0;
}

/* prun dies of it as it would have without workers; they die first, even those that ignore it. */
Test(pool_signals, sigterm_ends_prun, .timeout = 10, .signal = SIGTERM)
{
	struct host h;
	host_init(&h, SCHED_LOAD, 3, 20);
	h.birth = ignore_int;
	h.before = wait_for_signal;
	h.on = terminate;
	host_run(&h);
	cr_assert_fail("it lives");
}

static unsigned
hang_up(struct host *h, const struct event *e)
{
	if (e->kind == EVENT_START && h->nevent[EVENT_START] == 1)
		kill(getpid(), SIGHUP);
	return 0;
}

/* nohup prun … */
Test(pool_signals, ignored_sighup_stays_ignored, .timeout = 10)
{
	struct host h;
	signal(SIGHUP, SIG_IGN);
	host_init(&h, SCHED_LOAD, 2, 20);
	h.on = hang_up;
	host_run(&h);
	host_expect_all(&h);
	host_release(&h);
}

/* The dispositions that are put back are the former ones, an own handler too; the pool may run again. */
Test(pool_signals, pools_in_a_row, .timeout = 20)
{
	struct host h;
	signal(SIGINT, on_int);
	host_init(&h, SCHED_LOAD, 2, 20);
	for (int i = 0; i < 3; i++)
		host_run(&h);
	raise(SIGINT);
	cr_expect_eq(interrupted, SIGINT);
	cr_expect_eq(sum(h.nresult), 60);
	host_release(&h);
}
