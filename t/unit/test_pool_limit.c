/* test_pool_limit.c: items that take too long end, one step after the other; and what SIGUSR1 tells. */
#include "prun/compat.h"

#include "pool_host.h"

#include "prun/stacks.h"

static const double limit = 0.05, none = 0;
static double limits[HOST_ITEMS];
static char stacks[256];
static double timeout;

static unsigned
keep(struct host *h, const struct event *e)
{
	(void)h;
	if (e->kind == EVENT_CRASH) {
		copy_string(stacks, json_object_get(e->json, "stacks"));
		timeout = json_real_value(json_object_get(e->json, "timeout"));
	}
	return 0;
}

/* Item 3 of 8 has a limit. */
static void
set_up(struct host *h, enum sched_mode mode, double grace)
{
	host_init(h, mode, 2, 8);
	memset(limits, 0, sizeof(limits));
	limits[3] = limit;
	stacks[0] = '\0';
	timeout = -1;
	h->conf.limits = limits;
	h->conf.grace = grace;
	h->on = keep;
}

static void
hang(struct host *h, uint32_t id, uint32_t item)
{
	(void)h;
	(void)id;
	if (item == 3)
		wait_for_the_end();
}

static void
hang_deaf(struct host *h, uint32_t id, uint32_t item)
{
	sigset_t all;
	sigfillset(&all);
	if (item == 3)
		sigprocmask(SIG_BLOCK, &all, NULL);
	hang(h, id, item);
}

static void
ends_once(struct host *h, const char *how)
{
	unsigned lines = host_lines(h);
	host_run(h);
	host_expect_all(h);
	cr_expect_eq(sum(h->ncrash), lines);
	cr_expect_eq(h->ncrash[3], lines);
	cr_expect(strstr(h->how, how), "%s", h->how);
	cr_expect_eq(h->result.nrestarts, 0, "it was not the worker's fault");
	cr_expect_eq(timeout, limit);
	host_release(h);
}

Test(pool_limit, told_to_end, .timeout = 20)
{
	for (enum sched_mode mode = 0; mode < SCHED_MODES; mode++) {
		struct host h;
		set_up(&h, mode, 10);
		h.conf.maxrestart = 0;
		h.before = hang;
		ends_once(&h, "SIGTERM");
		cr_expect_str_eq(stacks, "");
	}
}

Test(pool_limit, killed, .timeout = 20)
{
	struct host h;
	set_up(&h, SCHED_LOAD, 0.05);
	h.before = hang_deaf;
	ends_once(&h, "SIGKILL");
}

Test(pool_limit, no_grace, .timeout = 20)
{
	struct host h;
	set_up(&h, SCHED_LOAD, 0);
	h.before = hang;
	ends_once(&h, "SIGKILL");
}

static void
answer(int sig)
{
	(void)sig;
	(void)!write(me.ends.stacks, "here", sizeof("here"));
}

static void
hang_and_answer(struct host *h, uint32_t id, uint32_t item)
{
	signal(STACKS_SIGNAL, answer);
	if (item == 3)
		send_frame(WIRE_HELLO, NULL, 0);
	hang(h, id, item);
}

Test(pool_limit, where_it_was, .timeout = 20)
{
	struct host h;
	set_up(&h, SCHED_LOAD, 10);
	h.before = hang_and_answer;
	ends_once(&h, "SIGTERM");
	cr_expect_str_eq(stacks, "here");
}

static void
hang_deaf_but_ready(struct host *h, uint32_t id, uint32_t item)
{
	if (item == 3)
		send_frame(WIRE_HELLO, NULL, 0);
	hang_deaf(h, id, item);
}

Test(pool_limit, no_answer, .timeout = 20)
{
	struct host h;
	set_up(&h, SCHED_LOAD, 0.05);
	h.before = hang_deaf_but_ready;
	ends_once(&h, "SIGKILL");
	cr_expect_str_eq(stacks, "");
}

/* A child of the test's: says when it is told to end. */
static void
hang_with_a_child(struct host *h, uint32_t id, uint32_t item)
{
	sigset_t term;
	int sig;
	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	if (item == 3) {
		sigprocmask(SIG_BLOCK, &term, NULL);
		if (fork() == 0) {
			sigwait(&term, &sig);
			_exit(write(h->gate[1], "x", 1) != 1);
		}
		sigprocmask(SIG_UNBLOCK, &term, NULL);
	}
	hang(h, id, item);
}

Test(pool_limit, children_have_the_grace_too, .timeout = 20)
{
	struct host h;
	char c = 0;
	set_up(&h, SCHED_LOAD, 10);
	h.before = hang_with_a_child;
	host_run(&h);
	host_expect_all(&h);
	cr_expect_eq(read(h.gate[0], &c, 1), 1);
	host_release(&h);
}

/* ---- the clock ---- */

static void
stop_the_clock(struct host *h, uint32_t id, uint32_t item)
{
	char c;
	(void)id;
	if (item != 3)
		return;
	worker_clock(false);
	(void)!read(h->gate[0], &c, 1);
}

static unsigned
go_on_when_late(struct host *h, const struct pool_now *now, unsigned *wants)
{
	*wants = 0;
	for (size_t i = 0; i < now->n; i++)
		if (now->running[i].item == 3 && now->running[i].seconds > 2 * limit) {
			(void)!write(h->gate[1], "", 1);
			return 0;
		}
	return 1;
}

Test(pool_limit, time_that_does_not_count, .timeout = 20)
{
	struct host h;
	set_up(&h, SCHED_LOAD, 10);
	h.conf.tick = 1;
	h.tick = go_on_when_late;
	h.before = stop_the_clock;
	host_run(&h);
	host_expect_all(&h);
	cr_expect_eq(sum(h.ncrash), 0);
	host_release(&h);
}

static void
start_the_clock(struct host *h, uint32_t id, uint32_t item)
{
	if (item != 3)
		return;
	worker_clock(false);
	worker_clock(true);
	hang(h, id, item);
}

Test(pool_limit, time_that_counts_again, .timeout = 20)
{
	struct host h;
	set_up(&h, SCHED_LOAD, 10);
	h.before = start_the_clock;
	ends_once(&h, "SIGTERM");
}

/* ---- the run ---- */

static unsigned
end_it(struct host *h, const struct pool_now *now, unsigned *wants)
{
	(void)h;
	*wants = 0;
	for (size_t i = 0; i < now->n; i++)
		if (now->running[i].item == 3)
			*wants = POOL_TELL_END | POOL_TELL_STOP;
	return 1;
}

Test(pool_limit, the_run_is_over, .timeout = 20)
{
	struct host h;
	set_up(&h, SCHED_LOAD, 10);
	limits[3] = none;
	h.conf.tick = 1;
	h.tick = end_it;
	h.before = hang;
	host_run(&h);
	host_expect_partial(&h, POOL_STOPPED);
	cr_expect_eq(h.ncrash[3], 1);
	cr_expect_eq(timeout, none);
	host_release(&h);
}

/* ---- SIGUSR1 ---- */

static unsigned
show_once(struct host *h, const struct pool_now *now, unsigned *wants)
{
	*wants = 0;
	for (size_t i = 0; i < now->n; i++)
		if (now->running[i].item == 3 && !h->nevent[EVENT_STACKS])
			kill(getpid(), SIGUSR1);
	return h->nevent[EVENT_STACKS] ? 0 : 1;
}

static unsigned
see_and_go_on(struct host *h, const struct event *e)
{
	if (e->kind == EVENT_STACKS && e->item == 3) {
		copy_string(stacks, json_object_get(e->json, "stacks"));
		cr_expect_gt(json_real_value(json_object_get(e->json, "seconds")), 0);
		(void)!write(h->gate[1], "", 1);
	}
	return 0;
}

static void
answer_and_wait(struct host *h, uint32_t id, uint32_t item)
{
	char c;
	(void)id;
	signal(STACKS_SIGNAL, answer);
	if (item != 3)
		return;
	send_frame(WIRE_HELLO, NULL, 0);
	while (read(h->gate[0], &c, 1) < 0)
		;
}

Test(pool_limit, shown, .timeout = 20)
{
	struct host h;
	host_init(&h, SCHED_LOAD, 2, 8);
	h.conf.tick = 1;
	h.tick = show_once;
	h.on = see_and_go_on;
	h.before = answer_and_wait;
	host_run(&h);
	host_expect_all(&h);
	cr_expect_geq(h.nevent[EVENT_STACKS], 1);
	cr_expect_str_eq(stacks, "here");
	host_release(&h);
}
