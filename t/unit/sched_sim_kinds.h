/* sched_sim_kinds.h: items of the simulation that need slots or to be alone, and what must hold when they start. */
#ifndef SCHED_SIM_KINDS_H
#define SCHED_SIM_KINDS_H

#include "sched_sim_worker.h"

/* Indices of sim_kinds that are lonely: the last one. */
static const uint32_t sim_db[] = {0}, sim_net[] = {1}, sim_both[] = {0, 1};
static const struct sched_kind sim_kinds[] = {
    {.priority = 2},
    {.priority = 1, .resource = sim_both, .nresources = 2},
    {.resource = sim_net, .nresources = 1},
    {.resource = sim_db, .nresources = 1},
    {.priority = -1, .resource = sim_db, .nresources = 1},
    {.priority = -2},
    {.alone = true},
};
enum { SIM_KINDS = sizeof(sim_kinds) / sizeof(sim_kinds[0]), SIM_SLOTS = 2 };

static inline const struct sched_kind *
sim_kind(const struct sim *m, uint32_t item)
{
	return m->conf.kind && m->conf.kind[item] != SCHED_NONE ? &m->conf.kinds[m->conf.kind[item]] : NULL;
}

static inline bool
sim_takes(const struct sim *m, uint32_t item, uint32_t resource)
{
	const struct sched_kind *k = sim_kind(m, item);

	for (size_t i = 0; k && i < k->nresources; i++)
		if (k->resource[i] == resource)
			return true;
	return false;
}

/* The workers run what they run, one more having just started. */
static inline void
sim_check_kinds(const struct sim *m)
{
	size_t running = 0, alone = 0, takers[SIM_SLOTS] = {0};

	if (!m->conf.kind)
		return;
	for (uint32_t i = 0; i < m->nworkers; i++) {
		uint32_t item = m->w[i].running;

		if (m->w[i].state != LIVE || item == IDLE)
			continue;
		running++;
		alone += sim_kind(m, item) && sim_kind(m, item)->alone;
		for (uint32_t r = 0; r < SIM_SLOTS; r++)
			takers[r] += sim_takes(m, item, r);
	}
	SIM_ASSERT(m, alone == 0 || running == 1);
	for (uint32_t r = 0; r < SIM_SLOTS; r++)
		SIM_ASSERT(m, takers[r] <= m->conf.slots[r]);
}

/* The last worker may wait for the end of the others with an item in its hands. */
static inline bool
sim_may_wait(const struct sim *m, uint32_t worker)
{
	size_t others = 0;

	for (uint32_t i = 0; i < m->nworkers; i++) {
		if (i == worker || m->w[i].state == BURIED)
			continue;
		if (!m->w[i].told)
			return false;
		others++;
	}
	return m->conf.kind && others > 0;
}

#endif
