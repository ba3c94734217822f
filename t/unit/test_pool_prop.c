/* test_pool_prop.c: scripts of faults by chance; whatever they do, every item has one outcome. */
#include "prun/compat.h"

#include "pool_host.h"

#ifndef ROUNDS
#define ROUNDS 20 /* of each mode; -DROUNDS=2000 for a long night */
#endif

static uint64_t
draw(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state >> 11;
}

/* Those that cost the master half a second or the machine much memory have tests of their own. */
static enum act
draw_act(uint64_t *seed)
{
	enum act act = (enum act)(draw(seed) % ACTS);
	return act == ACT_CLOSE_RES || act == ACT_FLOOD || act == ACT_BIG || act == ACT_LOUD ? ACT_FAIL : act;
}

static void
script(struct host *h, uint64_t *seed)
{
	unsigned often = 1 + (unsigned)draw(seed) % 30;
	for (size_t i = 0; i < h->conf.sched.nitems; i++)
		if (draw(seed) % 100 < often)
			h->act[i] = draw_act(seed);
	h->once = draw(seed) % 4 == 0;
	h->conf.sched.maxchunk = draw(seed) % 3 ? 0 : 1 + draw(seed) % 9;
	h->conf.forward_out = draw(seed) % 2;
	h->conf.maxmemory = h->conf.sched.mode != SCHED_EACH && draw(seed) % 3 == 0; /* all have more */
}

/* Some workers are dead before their first item. */
static void
sickly(struct host *h, uint32_t id)
{
	(void)h;
	if (id % 5 == 3)
		_exit(1);
}

static void
chance(enum sched_mode mode, bool few_restarts)
{
	for (unsigned round = 1; round <= ROUNDS; round++) {
		uint64_t seed = round * 0x9e3779b97f4a7c15u + mode + 1;
		char name[64];
		struct host h;
		draw(&seed);
		snprintf(name, sizeof(name), "mode %d round %u", mode, round);
		host_init(&h, mode, 1 + (uint32_t)draw(&seed) % 4, 30 + draw(&seed) % 31);
		h.name = name;
		script(&h, &seed);
		if (draw(&seed) % 3 == 0)
			h.birth = sickly;
		h.again = h.once && !few_restarts && mode != SCHED_EACH;
		if (few_restarts)
			h.conf.maxrestart = (unsigned)draw(&seed) % 4;
		host_run(&h);
		if (!few_restarts || h.result.end == POOL_DONE)
			host_expect_all(&h);
		host_expect_left(&h);
		host_release(&h);
	}
}

#define CHANCE(name, mode)                                                                                   \
	Test(pool_prop, name, .timeout = 600)                                                                \
	{                                                                                                    \
		chance(mode, false);                                                                         \
	}                                                                                                    \
	Test(pool_prop, name##_few_restarts, .timeout = 600)                                                 \
	{                                                                                                    \
		chance(mode, true);                                                                          \
	}

CHANCE(each, SCHED_EACH)
CHANCE(load, SCHED_LOAD)
CHANCE(loadscope, SCHED_LOADSCOPE)
CHANCE(loadfile, SCHED_LOADFILE)
CHANCE(loadgroup, SCHED_LOADGROUP)
CHANCE(worksteal, SCHED_WORKSTEAL)
CHANCE(duration, SCHED_DURATION)
