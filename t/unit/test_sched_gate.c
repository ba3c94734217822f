/* test_sched_gate.c: who is handed what has a kind, and when. */
#include "prun/compat.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "prun/sched.h"

#define NO SCHED_NONE

static const uint32_t db[] = {0}, net[] = {1}, one[] = {1, 1}, two[] = {2, 1};
enum { FIRST, OF_DB, OF_NET, LATE, ALONE };
static const struct sched_kind kinds[] = {
    [FIRST] = {.priority = 1},
    [OF_DB] = {.resource = db, .nresources = 1},
    [OF_NET] = {.resource = net, .nresources = 1},
    [LATE] = {.priority = -1},
    [ALONE] = {.alone = true},
};

/* Items of these kinds, and that many workers, which are started. */
static struct sched *
started(enum sched_mode mode, const uint32_t *kind, size_t n, const uint32_t *slots, uint32_t workers)
{
	const struct sched_conf conf = {.mode = mode, .nitems = n, .kind = kind, .kinds = kinds, .nkinds = 5,
					.slots = slots, .nslots = 2};
	struct sched *s = sched_new(&conf);

	for (uint32_t w = 0; w < workers; w++)
		sched_add(s, w, NO);
	sched_start(s);
	return s;
}

/* What it orders now, as sched_trace.h writes it. */
static void
expect(struct sched *s, const char *want)
{
	char got[512] = "";
	const struct sched_cmd *c;
	size_t len = 0;

	while ((c = sched_next(s))) {
		len += (size_t)snprintf(got + len, sizeof(got) - len, "%s%c%u", len ? " " : "", "RSE"[c->op], c->worker);
		for (size_t i = 0; i < c->n; i++)
			len += (size_t)snprintf(got + len, sizeof(got) - len, "%c%u", i ? ',' : '.', c->items[i]);
	}
	cr_expect_str_eq(got, want, "want %s\n     got  %s", want, got);
}

Test(sched_gate, the_urgent_come_first_one_for_each)
{
	const uint32_t kind[] = {NO, NO, NO, NO, LATE, FIRST, FIRST, FIRST};
	struct sched *s = started(SCHED_LOAD, kind, 8, one, 2);

	expect(s, "R0.5 R1.6 R0.7 R1.0,1");
	sched_done(s, 0, 5, 0);
	expect(s, "R0.2");
	sched_done(s, 1, 6, 0);
	sched_done(s, 1, 0, 0);
	expect(s, "R1.3");
	sched_done(s, 0, 7, 0);
	expect(s, "R0.4"); /* the policy has nothing more: what is late may come */
	sched_free(s);
}

Test(sched_gate, a_slot_is_one_workers)
{
	const uint32_t kind[] = {OF_DB, NO, OF_DB, NO, OF_DB, NO, NO, NO};
	struct sched *s = started(SCHED_LOAD, kind, 8, one, 2);

	expect(s, "R0.0 R0.2 R1.1,3");
	sched_done(s, 1, 1, 0);
	expect(s, "R1.5");
	sched_done(s, 0, 0, 0);
	expect(s, "R0.4");
	/* The place is free, and so is the slot: its successor has what it had. */
	sched_lost(s, 0, 2);
	expect(s, "");
	sched_add(s, 2, 0);
	expect(s, "R2.4 R2.6");
	sched_free(s);
}

Test(sched_gate, two_slots_are_two_workers)
{
	const uint32_t kind[] = {OF_DB, OF_DB, OF_DB, OF_DB, NO, NO, NO};
	struct sched *s = started(SCHED_LOAD, kind, 7, two, 3);

	expect(s, "R0.0 R1.1 R0.2 R1.3 R2.4,5");
	sched_free(s);
}

Test(sched_gate, the_lonely_come_when_the_others_are_gone)
{
	const uint32_t kind[] = {ALONE, NO, NO, ALONE};
	struct sched *s = started(SCHED_LOAD, kind, 4, one, 2);

	/* The second has to wait with its item: nothing that could follow it may be handed out. */
	expect(s, "R0.1 R1.2 E0");
	sched_done(s, 0, 1, 0);
	expect(s, "");
	sched_lost(s, 0, NO);
	expect(s, "R1.0");
	sched_done(s, 1, 2, 0);
	expect(s, "R1.3");
	sched_add(s, 2, 0);
	expect(s, "E2");
	sched_free(s);
}

Test(sched_gate, what_comes_back_while_one_is_alone_waits)
{
	const uint32_t kind[] = {ALONE, NO};
	struct sched *s = started(SCHED_LOAD, kind, 2, one, 2);

	expect(s, "R0.1 E0");
	sched_lost(s, 0, 1);
	expect(s, "R1.0 E1");
	sched_again(s, 1);
	sched_add(s, 2, 0);
	expect(s, "");
	sched_done(s, 1, 0, 0);
	expect(s, "R2.1 E2");
	sched_free(s);
}

Test(sched_gate, a_worker_stays_with_a_kind)
{
	const uint32_t kind[] = {OF_NET, OF_DB, OF_NET, OF_DB, OF_NET, OF_DB, NO, NO, NO, NO};
	struct sched *s = started(SCHED_LOAD, kind, 10, one, 3);

	expect(s, "R0.1 R1.0 R0.3 R1.2 R2.6,7");
	sched_done(s, 1, 0, 0);
	expect(s, "R1.4");
	sched_done(s, 0, 1, 0);
	expect(s, "R0.5");
	sched_done(s, 0, 3, 0);
	expect(s, "R0.8");
	sched_free(s);
}

Test(sched_gate, units_stay_whole)
{
	const uint32_t kind[] = {OF_DB, OF_DB, NO, OF_DB, OF_DB, NO}, unit[] = {0, 1, 2, 0, 1, 2};
	const struct sched_conf conf = {.mode = SCHED_LOADSCOPE, .nitems = 6, .unit = unit, .nunits = 3, .kind = kind,
					.kinds = kinds, .nkinds = 5, .slots = one, .nslots = 2};
	struct sched *s = sched_new(&conf);

	sched_add(s, 0, NO);
	sched_add(s, 1, NO);
	sched_start(s);
	expect(s, "R0.0,3 R1.2,5");
	sched_done(s, 0, 0, 0);
	expect(s, "R0.1,4");
	sched_free(s);
}

Test(sched_gate, who_is_retired_gives_back)
{
	const uint32_t kind[] = {OF_DB, OF_DB, OF_DB, NO, NO, NO, NO};
	struct sched *s = started(SCHED_LOAD, kind, 7, one, 2);

	expect(s, "R0.0 R0.1 R1.3,4");
	sched_retire(s, 1);
	expect(s, "E1");
	sched_retire(s, 0);
	expect(s, "E0");
	cr_expect_eq(sched_pending(s), 3);
	sched_free(s);
}
