/* test_pool_faults.c: what is told of each way in which a worker goes wrong. */
#include "prun/compat.h"

#include <sys/resource.h>

#include "pool_host.h"

#ifndef __has_feature
#define __has_feature(what) 0
#endif

/* One worker of load mode, whose third item of six does it; it has one replacement. */
static void
run_act(struct host *h, enum act act)
{
	host_init(h, SCHED_LOAD, 1, 6);
	h->act[2] = act;
	host_run(h);
	host_expect_all(h);
}

static void
expect_how(enum act act, const char *how)
{
	struct host h;
	run_act(&h, act);
	cr_expect_eq(h.ncrash[2], 1);
	cr_expect_eq(sum(h.ncrash), 1);
	cr_expect_eq(h.result.nrestarts, 1, "act %d: %u restarts", act, h.result.nrestarts);
	cr_expect(strstr(h.how, how) == h.how, "act %d: \"%s\"", act, h.how);
	host_release(&h);
}

Test(pool_faults, deaths_are_named, .timeout = 20)
{
	expect_how(ACT_SEGV, "killed by SIGSEGV (");
	expect_how(ACT_EXIT0, "exited with status 0");
	expect_how(ACT_EXIT7, "exited with status 7");
	expect_how(ACT_CLOSE_ALL, "");
	expect_how(ACT_GRANDCHILD, "exited with status 7");
	expect_how(ACT_HALF, "exited with status 7");
}

Test(pool_faults, wrong_frames_are_cut_off_and_blamed, .timeout = 30)
{
	for (enum act act = ACT_GARBAGE; act < ACT_CLOSE_RES; act++)
		if (act != ACT_FLOOD)
			expect_how(act, "cut off: it wrote something to prun's pipe that is not a result");
}

Test(pool_faults, closed_result_pipe_is_cut_off_and_blamed, .timeout = 20)
{
	expect_how(ACT_CLOSE_RES, "cut off: it closed prun's pipes");
}

/* Its memory is bounded too: a master that reads on while there is something to read never comes back. */
Test(pool_faults, flood_of_garbage_is_cut_off, .timeout = 20)
{
	struct rlimit space = {1u << 30, 1u << 30};
#if !defined(__SANITIZE_ADDRESS__) && !__has_feature(address_sanitizer)
	setrlimit(RLIMIT_AS, &space);
#endif
	(void)space;
	expect_how(ACT_FLOOD, "cut off: it wrote something to prun's pipe that is not a result");
}

/* The item has its result already; only the worker is lost. */
Test(pool_faults, wrong_after_the_result, .timeout = 20)
{
	for (enum act act = ACT_RESULT_TWICE; act < ACTS; act++) {
		struct host h;
		run_act(&h, act);
		cr_expect_eq(h.nresult[2], 1);
		cr_expect_eq(h.result.nrestarts, 1);
		cr_expect(strstr(act == ACT_BYE_TWICE ? h.died : h.down, "cut off: it wrote"),
			  "act %d: \"%s\"/\"%s\"", act, h.died, h.down);
		host_release(&h);
	}
}

Test(pool_faults, the_last_item_costs_no_replacement, .timeout = 20)
{
	for (enum sched_mode mode = 0; mode < SCHED_MODES; mode++) {
		struct host h;
		host_init(&h, mode, 1, 4);
		h.act[3] = ACT_EXIT7;
		host_run(&h);
		host_expect_all(&h);
		cr_expect_eq(h.result.nrestarts, 0, "mode %d", mode);
		host_release(&h);
	}
}

Test(pool_faults, leave_and_break_are_replaced, .timeout = 20)
{
	for (enum act act = ACT_LEAVE; act <= ACT_BREAK; act++) {
		struct host h;
		run_act(&h, act);
		cr_expect_eq(h.result.nrestarts, 1);
		cr_expect_eq(sum(h.ncrash), 0);
		cr_expect_eq(h.nresult[2], 1);
		cr_expect_str_eq(h.down, "");
		host_release(&h);
	}
}

/* Not one byte of a megabyte is lost, whoever writes it. */
Test(pool_faults, loud, .timeout = 20)
{
	struct host h;
	run_act(&h, ACT_LOUD);
	cr_expect_eq(h.ntext, MEGABYTE, "%zu bytes", h.ntext);
	host_release(&h);
}

static void
loud_then_dead(struct host *h, uint32_t id, uint32_t item)
{
	(void)h;
	(void)id;
	if (item == 2)
		be_loud();
}

Test(pool_faults, loud_and_dead, .timeout = 20)
{
	struct host h;
	host_init(&h, SCHED_LOAD, 1, 6);
	h.act[2] = ACT_EXIT7;
	h.before = loud_then_dead;
	host_run(&h);
	host_expect_all(&h);
	cr_expect_leq(h.ntext + h.ncrashtext, MEGABYTE);
	cr_expect_geq(h.ntext + h.ncrashtext, 64 << 10, "%zu bytes", h.ntext + h.ncrashtext);
	host_release(&h);
}

static void
write_out(struct host *h, uint32_t id, uint32_t item)
{
	(void)h;
	(void)id;
	(void)item;
	(void)!write(1, "out\n", 4);
}

static unsigned
expect_out(struct host *h, const struct event *e)
{
	if (e->kind == EVENT_OUTPUT) {
		cr_expect_eq(e->stream, 1);
		cr_expect(e->ntext % 4 == 0 && memcmp(e->text, "out\n", 4) == 0);
	}
	(void)h;
	return 0;
}

Test(pool_faults, standard_output_is_forwarded, .timeout = 20)
{
	struct host h;
	host_init(&h, SCHED_LOAD, 2, 20);
	h.conf.forward_out = true;
	h.before = write_out;
	h.on = expect_out;
	h.act[3] = ACT_EXIT7;
	host_run(&h);
	host_expect_all(&h);
	cr_expect_eq(h.ntext, 80, "%zu bytes", h.ntext);
	host_release(&h);
}

static void
write_captures(struct host *h, uint32_t id, uint32_t item)
{
	(void)h;
	(void)id;
	if (item == 1)
		(void)(!write(me.ends.capture[0], "to out", 6) + !write(me.ends.capture[1], "to err", 6) +
		       !write(2, "past", 4));
}

static unsigned
expect_captures(struct host *h, const struct event *e)
{
	(void)h;
	if (e->kind == EVENT_CRASH) {
		cr_expect_str_eq(json_string_value(json_object_get(e->json, "stdout")), "to out");
		cr_expect_str_eq(json_string_value(json_object_get(e->json, "stderr")), "to err");
		cr_expect_str_eq(json_string_value(json_object_get(e->json, "output")), "past");
		cr_expect(json_real_value(json_object_get(e->json, "seconds")) >= 0);
	}
	return 0;
}

Test(pool_faults, the_dead_leave_their_last_words, .timeout = 20)
{
	struct host h;
	host_init(&h, SCHED_LOAD, 1, 4);
	h.before = write_captures;
	h.on = expect_captures;
	h.act[1] = ACT_SEGV;
	host_run(&h);
	host_expect_all(&h);
	host_release(&h);
}

/* A child of a worker that ended well may live on, and hold what pipes it likes. */
static void
leave_one_behind(struct host *h, uint32_t id)
{
	char c;
	(void)id;
	if (fork())
		return;
	close(h->leash[1]);
	alarm(20);
	while (read(h->leash[0], &c, 1) > 0)
		;
	_exit(0);
}

Test(pool_faults, a_grandchild_delays_no_end, .timeout = 5)
{
	struct host h;
	host_init(&h, SCHED_LOAD, 2, 6);
	h.finish = leave_one_behind;
	host_run(&h);
	host_expect_all(&h);
	cr_expect_eq(h.result.nrestarts, 0);
	host_release(&h);
}

/* It writes to prun's pipe as fast as it can, until nobody reads. */
static void
leave_a_flood_behind(struct host *h, uint32_t id)
{
	static const char zeros[MEGABYTE];
	(void)h;
	(void)id;
	if (fork() == 0) {
		worker_bye("{}", 2);
		kill(getppid(), SIGKILL);
		while (write(me.ends.res, zeros, sizeof(zeros)) > 0)
			;
		_exit(0);
	}
	pause();
}

Test(pool_faults, a_flooding_grandchild_delays_no_end, .timeout = 10)
{
	struct host h;
	host_init(&h, SCHED_LOAD, 2, 6);
	h.finish = leave_a_flood_behind;
	host_run(&h);
	host_expect_all(&h);
	host_release(&h);
}

Test(pool_faults, no_descriptors, .timeout = 10)
{
	struct host h;
	struct rlimit few;
	host_init(&h, SCHED_LOAD, 2, 6);
	getrlimit(RLIMIT_NOFILE, &few);
	for (unsigned more = 1; more < 14; more++) {
		/* Descriptors are counted through one. */
		rlim_t all = few.rlim_cur;
		few.rlim_cur = count_fds() - 3 + more;
		setrlimit(RLIMIT_NOFILE, &few);
		host_run(&h);
		few.rlim_cur = all;
		setrlimit(RLIMIT_NOFILE, &few);
		cr_expect(h.rc == -1 || h.result.end == POOL_DONE, "%u more: rc %d", more, h.rc);
	}
	cr_expect_eq(h.nevent[EVENT_UP], h.nevent[EVENT_DOWN]);
	host_release(&h);
}
