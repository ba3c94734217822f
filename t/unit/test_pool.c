/* test_pool.c: every item has one outcome, in every mode; replacements, reruns, and when they are exhausted.
 */
#include "prun/compat.h"

#include "pool_host.h"

static void
all_pass(enum sched_mode mode, uint32_t nworkers, size_t nitems)
{
	struct host h;
	host_init(&h, mode, nworkers, nitems);
	host_run(&h);
	host_expect_all(&h);
	cr_expect_eq(h.result.nrestarts, 0);
	cr_expect_eq(h.nevent[EVENT_UP], nworkers);
	cr_expect_eq(sum(h.ncrash), 0);
	cr_expect_eq(sum(h.nstart), sum(h.nresult));
	host_release(&h);
}

Test(pool, all_pass_in_every_mode, .timeout = 30)
{
	for (enum sched_mode mode = 0; mode < SCHED_MODES; mode++)
		for (uint32_t n = 1; n <= 5; n++)
			all_pass(mode, n, 40);
}

Test(pool, few_items_and_none, .timeout = 30)
{
	for (enum sched_mode mode = 0; mode < SCHED_MODES; mode++)
		for (size_t nitems = 0; nitems <= 3; nitems++)
			all_pass(mode, 3, nitems);
}

/* Each act but those that take their time, on some items among others. */
static void
with_act(enum sched_mode mode, enum act act, uint32_t nworkers)
{
	static const char *const mode_name[SCHED_MODES] = {"each", "load", "scope", "file", "group", "steal"};
	struct host h;
	char name[64];
	snprintf(name, sizeof(name), "mode %s, act %d, N=%u", mode_name[mode], act, nworkers);
	host_init(&h, mode, nworkers, 12);
	h.name = name;
	h.act[0] = h.act[5] = h.act[11] = act;
	host_run(&h);
	host_expect_all(&h);
	unsigned lines = mode == SCHED_EACH ? nworkers : 1;
	if (act < ACT_SEGV || (act >= ACT_RESULT_TWICE && act != ACT_START_FOREIGN))
		cr_expect_eq(sum(h.ncrash), 0, "%s", name);
	else if (act < ACT_RESULT_TWICE)
		cr_expect_eq(sum(h.ncrash), 3 * lines, "%s: %u crashes", name, sum(h.ncrash));
	host_release(&h);
}

static void
every_act(enum sched_mode mode)
{
	for (enum act act = 0; act < ACTS; act++)
		for (uint32_t n = 1; n <= 3; n += 2)
			if (act != ACT_CLOSE_RES && act != ACT_FLOOD)
				with_act(mode, act, n);
}

#define EVERY_ACT(name, mode)                                                                                \
	Test(pool, every_act_##name, .timeout = 60)                                                          \
	{                                                                                                    \
		every_act(mode);                                                                             \
	}

EVERY_ACT(each, SCHED_EACH)
EVERY_ACT(load, SCHED_LOAD)
EVERY_ACT(loadscope, SCHED_LOADSCOPE)
EVERY_ACT(loadfile, SCHED_LOADFILE)
EVERY_ACT(loadgroup, SCHED_LOADGROUP)
EVERY_ACT(worksteal, SCHED_WORKSTEAL)
EVERY_ACT(duration, SCHED_DURATION)

Test(pool, every_item_crashes, .timeout = 30)
{
	for (enum sched_mode mode = 0; mode < SCHED_MODES; mode++) {
		struct host h;
		host_init(&h, mode, 2, 12);
		for (size_t i = 0; i < 12; i++)
			h.act[i] = ACT_EXIT7;
		host_run(&h);
		host_expect_all(&h);
		cr_expect_eq(sum(h.nresult), 0);
		host_release(&h);
	}
}

static void
exhausted(enum sched_mode mode, unsigned maxrestart, size_t nitems, size_t nleft)
{
	struct host h;
	host_init(&h, mode, 1, nitems);
	h.conf.maxrestart = maxrestart;
	for (size_t i = 0; i < nitems; i++)
		h.act[i] = ACT_EXIT7;
	host_run(&h);
	cr_expect_eq(h.rc, 0);
	cr_expect_eq(h.result.end, POOL_EXHAUSTED, "mode %d: end %d", mode, h.result.end);
	cr_expect_eq(h.result.nrestarts, maxrestart);
	cr_expect_eq(h.result.nleft, nleft, "mode %d: %zu left", mode, h.result.nleft);
	cr_expect_eq(sum(h.ncrash), nitems - nleft);
	host_release(&h);
}

Test(pool, exhausted_tells_how_many_are_left, .timeout = 20)
{
	for (enum sched_mode mode = 0; mode < SCHED_MODES; mode++) {
		exhausted(mode, 0, 10, 9);
		exhausted(mode, 1, 10, 8);
		exhausted(mode, 4, 10, 5);
	}
}

static void
wait_at_gate(struct host *h, uint32_t id, uint32_t item)
{
	char c;
	(void)item;
	if (id == 1)
		(void)!read(h->gate[0], &c, 1);
}

static unsigned
open_gate_when_down(struct host *h, const struct event *e)
{
	for (int i = 0; i < HOST_ITEMS && e->kind == EVENT_DOWN; i++)
		(void)!write(h->gate[1], "", 1);
	return 0;
}

/* With no replacement, the others do the work: those that have not been told that nothing more comes. */
Test(pool, others_take_over, .timeout = 20)
{
	for (enum sched_mode mode = SCHED_LOAD; mode < SCHED_MODES; mode++) {
		struct host h;
		host_init(&h, mode, 2, 40);
		h.conf.maxrestart = 0;
		h.act[0] = ACT_SEGV;
		h.before = wait_at_gate;
		h.on = open_gate_when_down;
		host_run(&h);
		host_expect_all(&h);
		cr_expect_eq(h.result.nrestarts, 0);
		cr_expect_eq(sum(h.ncrash), 1);
		host_release(&h);
	}
}

static void
rerun(enum sched_mode mode, uint32_t nworkers, size_t nitems, size_t first, size_t step)
{
	struct host h;
	char name[64];
	snprintf(name, sizeof(name), "rerun in mode %d, N=%u, %zu items from %zu", mode, nworkers, nitems,
		 first);
	host_init(&h, mode, nworkers, nitems);
	h.name = name;
	h.once = h.again = true;
	for (size_t i = first; i < nitems; i += step)
		h.act[i] = ACT_SEGV;
	host_run(&h);
	host_expect_all(&h);
	for (size_t i = 0; i < nitems; i++) {
		cr_expect_eq(h.nresult[i], 1, "%s: item %zu has %u results", name, i, h.nresult[i]);
		cr_expect_eq(h.ncrash[i], h.act[i] == ACT_SEGV, "%s: item %zu has %u crashes", name, i,
			     h.ncrash[i]);
	}
	host_release(&h);
}

Test(pool, again_reruns_a_crashed_item_once, .timeout = 30)
{
	for (enum sched_mode mode = SCHED_LOAD; mode < SCHED_MODES; mode++)
		for (uint32_t n = 1; n <= 3; n++)
			rerun(mode, n, 20, 2, 5);
}

/* Nobody is left when the reporter is told of the crash. */
Test(pool, again_of_the_last_item, .timeout = 20)
{
	for (enum sched_mode mode = SCHED_LOAD; mode < SCHED_MODES; mode++)
		for (uint32_t n = 1; n <= 3; n++) {
			rerun(mode, n, 1, 0, 1);
			rerun(mode, n, 5, 4, 1);
		}
}

static unsigned
ask_again(struct host *h, const struct event *e)
{
	(void)h;
	(void)e;
	return POOL_TELL_AGAIN;
}

/* In SCHED_EACH a rerun is not for one item to ask. */
Test(pool, again_is_ignored_in_each, .timeout = 20)
{
	struct host h;
	host_init(&h, SCHED_EACH, 2, 6);
	h.on = ask_again;
	h.act[3] = ACT_EXIT0;
	host_run(&h);
	host_expect_all(&h);
	host_release(&h);
}

static void
say_bye_at_once(struct host *h, uint32_t id)
{
	(void)h;
	(void)id;
	send_text(WIRE_BYE, "{}");
	_exit(0);
}

static void
die_at_once(struct host *h, uint32_t id)
{
	(void)h;
	(void)id;
	_exit(1);
}

/* Workers that never get as far as an item cannot be replaced for ever. */
static void
barren(enum sched_mode mode, void (*birth)(struct host *, uint32_t))
{
	struct host h;
	host_init(&h, mode, 2, 10);
	h.birth = birth;
	host_run(&h);
	cr_expect_eq(h.rc, 0);
	cr_expect_eq(h.result.end, POOL_EXHAUSTED, "mode %d: end %d", mode, h.result.end);
	cr_expect_eq(h.result.nleft, mode == SCHED_EACH ? 20 : 10, "mode %d: %zu left", mode, h.result.nleft);
	cr_expect_lt(h.nevent[EVENT_UP], 40);
	host_release(&h);
}

Test(pool, workers_that_die_at_once, .timeout = 20)
{
	for (enum sched_mode mode = 0; mode < SCHED_MODES; mode++)
		barren(mode, die_at_once);
}

Test(pool, workers_that_say_bye_at_once, .timeout = 20)
{
	for (enum sched_mode mode = 0; mode < SCHED_MODES; mode++)
		barren(mode, say_bye_at_once);
}

static void
first_waits_at_gate(struct host *h, uint32_t id, uint32_t item)
{
	char c;
	if (id == 0 && item == 0)
		(void)!read(h->gate[0], &c, 1);
}

static void
first_and_late_ones_live(struct host *h, uint32_t id)
{
	(void)h;
	if (id != 0 && id < 10)
		_exit(1);
}

/* The second line and all its replacements are dead by then: so many in a row that it is given up. */
static unsigned
open_gate(struct host *h, const struct event *e)
{
	if (e->kind == EVENT_DOWN && h->nevent[EVENT_DOWN] == 5)
		(void)!write(h->gate[1], "", 1);
	if (h->nevent[EVENT_UP] > 30)
		return POOL_TELL_STOP;
	return 0;
}

/* In SCHED_EACH a line that was given up must not come back as a second run of everything. */
Test(pool, each_runs_no_line_twice, .timeout = 20)
{
	struct host h;
	host_init(&h, SCHED_EACH, 2, 6);
	h.birth = first_and_late_ones_live;
	h.before = first_waits_at_gate;
	h.on = open_gate;
	host_run(&h);
	for (size_t i = 0; i < 6; i++)
		cr_expect_leq(h.nresult[i], 2, "item %zu has %u results on 2 workers", i, h.nresult[i]);
	cr_expect_lt(h.nevent[EVENT_UP], 30);
	cr_expect(h.result.end == POOL_EXHAUSTED || h.result.end == POOL_DONE, "end %d", h.result.end);
	host_release(&h);
}

static int turn[2];

static void
each_item_gives_a_turn(struct host *h, uint32_t id, uint32_t item)
{
	char c;
	(void)item;
	if (id != 0)
		return;
	(void)!write(turn[1], "", 1);
	(void)!read(h->gate[0], &c, 1);
}

static void
second_to_eighth_die_in_turn(struct host *h, uint32_t id)
{
	char c;
	(void)h;
	if (id == 0 || id > 7)
		return;
	(void)!read(turn[0], &c, 1);
	_exit(1);
}

static unsigned
next_item_when_down(struct host *h, const struct event *e)
{
	for (int i = 0; e->kind == EVENT_DOWN && i < (h->nevent[EVENT_DOWN] < 7 ? 1 : HOST_ITEMS); i++)
		(void)!write(h->gate[1], "", 1);
	return 0;
}

/* In SCHED_EACH a line is not given up while the others go on, however many die before they start. */
Test(pool, each_replaces_while_there_is_progress, .timeout = 20)
{
	struct host h;
	cr_assert_eq(pipe(turn), 0);
	host_init(&h, SCHED_EACH, 2, 10);
	h.birth = second_to_eighth_die_in_turn;
	h.before = each_item_gives_a_turn;
	h.on = next_item_when_down;
	host_run(&h);
	host_expect_all(&h);
	cr_expect_eq(h.nevent[EVENT_UP], 9);
	host_release(&h);
	close(turn[0]);
	close(turn[1]);
}
