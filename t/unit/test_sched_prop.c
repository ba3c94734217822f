/* test_sched_prop.c: every item ends once, nothing hangs, nothing follows STOP: by chance and by enumeration.
 */
#include "prun/compat.h"

#include <stdio.h>
#include <stdlib.h>

#include "prun/xmalloc.h"
#include "sched_sim.h"

#ifndef ROUNDS
#define ROUNDS 4000 /* of each mode; -DROUNDS=500000 for a long night */
#endif

static uint64_t
draw(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state >> 11;
}

static size_t
by_chance(void *arg, size_t n)
{
	return draw(arg) % n;
}

static bool
scoped(enum sched_mode mode)
{
	return mode == SCHED_LOADSCOPE || mode == SCHED_LOADFILE || mode == SCHED_LOADGROUP;
}

/* Units in order of first item; `spread` of 1 keeps the items of a unit together. */
static void
random_units(struct sim *m, uint64_t *seed)
{
	uint32_t map[SIM_ITEMS], n = 0, last = 0;
	size_t k = 1 + draw(seed) % (m->conf.nitems + 1);
	bool spread = draw(seed) % 2;

	memset(map, 0xff, sizeof(map));
	for (size_t i = 0; i < m->conf.nitems; i++) {
		size_t raw = spread || draw(seed) % m->conf.nitems < k ? draw(seed) % k : last;

		last = (uint32_t)raw;
		if (map[raw] == UINT32_MAX)
			map[raw] = n++;
		m->unit[i] = map[raw];
	}
	m->conf.unit = m->unit;
	m->conf.nunits = n;
}

/* Few long, many short; or none known. */
static void
random_times(struct sim *m, uint64_t *seed)
{
	m->conf.seconds = draw(seed) % 4 ? m->seconds : NULL;
	for (size_t i = 0; i < m->conf.nitems; i++)
		m->seconds[i] = draw(seed) % 8 ? 0.01 : (double)(draw(seed) % 300) / 100;
}

/* Some kinds, seldom or often; in the scope modes of whole units. */
static void
random_kinds(struct sim *m, uint64_t *seed)
{
	uint32_t some = 1 + draw(seed) % ((1 << SIM_KINDS) - 1);
	size_t often = 1 + draw(seed) % 8;

	for (size_t i = 0; i < m->conf.nitems; i++) {
		uint32_t kind = draw(seed) % SIM_KINDS;

		m->kind[i] = draw(seed) % 8 < often && some >> kind & 1 ? kind : SCHED_NONE;
		for (size_t j = 0; scoped(m->conf.mode) && j < i; j++)
			if (m->unit[i] == m->unit[j])
				m->kind[i] = m->kind[j];
	}
	for (size_t r = 0; r < SIM_SLOTS; r++)
		m->slots[r] = 1 + draw(seed) % 3;
	m->conf.kind = m->kind;
	m->conf.kinds = sim_kinds;
	m->conf.nkinds = SIM_KINDS;
	m->conf.slots = m->slots;
	m->conf.nslots = SIM_SLOTS;
}

static void
chance(enum sched_mode mode, bool kinds)
{
	struct sim *m = xcalloc(1, sizeof(*m));
	char name[64];

	for (unsigned round = 1; round <= ROUNDS; round++) {
		uint64_t seed = round * 0x9e3779b97f4a7c15u + mode + 1;
		uint32_t workers;

		snprintf(name, sizeof(name), "mode %d round %u", mode, round);
		draw(&seed);
		m->conf = (struct sched_conf){.mode = mode, .nitems = draw(&seed) % 61};
		workers = 1 + draw(&seed) % 9;
		m->conf.maxchunk = draw(&seed) % 3 ? 0 : 1 + draw(&seed) % 9;
		m->conf.reorder = draw(&seed) % 2;
		if (scoped(mode) || mode == SCHED_DURATION)
			random_units(m, &seed);
		if (mode == SCHED_DURATION)
			random_times(m, &seed);
		if (kinds)
			random_kinds(m, &seed);
		m->crashes = draw(&seed) % 2 ? draw(&seed) % 12 : 0;
		m->again = draw(&seed) % 4;
		m->retires = mode != SCHED_EACH && draw(&seed) % 2 ? draw(&seed) % 12 : 0;
		m->hasty = draw(&seed) % 4 == 0;
		m->choose = by_chance;
		m->arg = &seed;
		m->name = name;
		sim_run(m, workers);
	}
	free(m);
}

/* The choices of one run as digits: the next run takes the next number, until all were had. */
struct odometer {
	size_t digit[256], base[256];
	size_t n, at;
};

static size_t
in_turn(void *arg, size_t n)
{
	struct odometer *o = arg;

	if (n == 1)
		return 0;
	if (o->at == o->n) {
		cr_assert(o->n < 256);
		o->digit[o->n++] = 0;
	}
	o->base[o->at] = n;
	return o->digit[o->at++];
}

static bool
turn(struct odometer *o)
{
	o->at = 0;
	while (o->n && o->digit[o->n - 1] + 1 == o->base[o->n - 1])
		o->n--;
	if (o->n)
		o->digit[o->n - 1]++;
	return o->n > 0;
}

static size_t
all_ways(struct sim *m, uint32_t workers, size_t crashes)
{
	struct odometer o = {.n = 0};
	size_t runs = 0;
	char name[64];

	m->hasty = true;
	m->choose = in_turn;
	m->arg = &o;
	m->name = name;
	do {
		snprintf(name, sizeof(name), "mode %d T=%zu N=%u run %zu", m->conf.mode, m->conf.nitems,
			 workers, runs++);
		m->crashes = crashes;
		m->again = 1;
		sim_run(m, workers);
	} while (turn(&o));
	return runs;
}

/* Every way to cut the items into consecutive units. */
static void
all_cuts(struct sim *m, uint32_t workers, size_t crashes)
{
	for (unsigned cuts = 0; cuts < 1u << (m->conf.nitems - 1); cuts++) {
		m->conf.nunits = 1;
		for (size_t i = 0; i < m->conf.nitems; i++)
			m->unit[i] =
			    (uint32_t)(i && cuts >> (i - 1) & 1 ? m->conf.nunits++ : m->conf.nunits - 1);
		m->conf.unit = m->unit;
		all_ways(m, workers, crashes);
	}
}

/* Every way to give the items kinds. */
static void
all_kinds(enum sched_mode mode, size_t items, uint32_t workers, size_t crashes)
{
	static const uint32_t of[] = {SCHED_NONE, 1, 3, SIM_KINDS - 1};
	struct sim *m = xcalloc(1, sizeof(*m));

	for (unsigned code = 0; code < 1u << 2 * items; code++) {
		m->conf = (struct sched_conf){.mode = mode, .nitems = items, .kind = m->kind, .kinds = sim_kinds,
					      .nkinds = SIM_KINDS, .slots = m->slots, .nslots = SIM_SLOTS};
		m->slots[0] = m->slots[1] = 1;
		for (size_t i = 0; i < items; i++) {
			m->kind[i] = of[code >> 2 * i & 3];
			m->unit[i] = (uint32_t)(i / 2);
		}
		m->conf.unit = mode == SCHED_DURATION ? m->unit : NULL;
		m->conf.nunits = mode == SCHED_DURATION ? (items + 1) / 2 : 0;
		all_ways(m, workers, crashes);
	}
	free(m);
}

static void
enumerate(enum sched_mode mode, size_t items, uint32_t workers, size_t crashes)
{
	struct sim *m = xcalloc(1, sizeof(*m));

	for (size_t n = 1; n <= items; n++) {
		m->conf = (struct sched_conf){.mode = mode, .nitems = n, .reorder = true};
		if (scoped(mode) || mode == SCHED_DURATION)
			all_cuts(m, workers, crashes);
		else
			all_ways(m, workers, crashes);
	}
	free(m);
}

#define CHANCE(name, mode)                                                                                   \
	Test(sched_prop, chance_##name, .timeout = 600)                                                      \
	{                                                                                                    \
		chance(mode, false);                                                                         \
	}                                                                                                    \
	Test(sched_prop, chance_##name##_kinds, .timeout = 600)                                              \
	{                                                                                                    \
		chance(mode, true);                                                                          \
	}

Test(sched_prop, chance_each, .timeout = 600)
{
	chance(SCHED_EACH, false);
}

CHANCE(load, SCHED_LOAD)
CHANCE(loadscope, SCHED_LOADSCOPE)
CHANCE(loadfile, SCHED_LOADFILE)
CHANCE(loadgroup, SCHED_LOADGROUP)
CHANCE(worksteal, SCHED_WORKSTEAL)
CHANCE(duration, SCHED_DURATION)

Test(sched_prop, all_ways_kinds, .timeout = 600)
{
	all_kinds(SCHED_LOAD, 4, 2, 1);
	all_kinds(SCHED_WORKSTEAL, 3, 2, 1);
	all_kinds(SCHED_DURATION, 3, 2, 1);
	all_kinds(SCHED_LOAD, 3, 3, 1);
}

Test(sched_prop, all_ways_each, .timeout = 600)
{
	enumerate(SCHED_EACH, 2, 2, 1);
	enumerate(SCHED_EACH, 4, 1, 3);
}

Test(sched_prop, all_ways_load, .timeout = 600)
{
	enumerate(SCHED_LOAD, 6, 2, 1);
	enumerate(SCHED_LOAD, 4, 3, 1);
	enumerate(SCHED_LOAD, 6, 1, 2);
}

Test(sched_prop, all_ways_scope, .timeout = 600)
{
	enumerate(SCHED_LOADSCOPE, 5, 2, 1);
	enumerate(SCHED_LOADSCOPE, 3, 3, 1);
	enumerate(SCHED_LOADSCOPE, 5, 1, 2);
}

Test(sched_prop, all_ways_worksteal, .timeout = 600)
{
	enumerate(SCHED_WORKSTEAL, 6, 2, 1);
	enumerate(SCHED_WORKSTEAL, 4, 3, 1);
	enumerate(SCHED_WORKSTEAL, 6, 1, 2);
}

Test(sched_prop, all_ways_duration, .timeout = 600)
{
	enumerate(SCHED_DURATION, 5, 2, 1);
	enumerate(SCHED_DURATION, 3, 3, 1);
	enumerate(SCHED_DURATION, 5, 1, 2);
}
