/*
 * sched_gate.h: items that may not run whenever their turn comes: those that have a kind (sched.h).
 *
 * They stand beside the policy, which knows nothing of them.  A worker that runs such items is ASIDE: the policy gives
 * it nothing, the gate does.  A slot is taken by having an item in the queue, so a worker never waits for one with an
 * item in its hands, and one that dies gives back all that it had, slots included.
 *
 * When a worker takes from the gate:
 *   - at its beginning, and for as long as there is something that it may have, before it takes from the policy;
 *     neither what has a priority below 0 nor what is to be alone;
 *   - when the policy would stop it: anything.
 * It is stopped when there is nothing that it may have.  But the last one waits until the others have ended: then it may
 * have all.  So nothing is left over, and nobody waits for somebody who waits.
 */
#ifndef PRUN_SCHED_GATE_H
#define PRUN_SCHED_GATE_H

#include "prun/sched_impl.h"

/* What is known of a worker. */
struct lane {
	uint32_t kind;  /* of what it took last, or SCHED_NONE */
	bool spare;     /* the policy has nothing more for it */
	uint32_t *held; /* of each resource, the items in its queue that take a slot of it; NULL: none ever did */
};

struct gate {
	struct list *pending; /* of each kind; in the scope modes a unit's items stand together */
	size_t npending;
	struct lane *lane; /* by worker */
	size_t nlanes;
	uint32_t *used; /* of each resource, the workers that hold it */
	size_t nalone;  /* items in queues that are to be alone, and in whose */
	uint32_t loner;
};

struct gate *gate_new(const struct sched_conf *conf);
/* The cells are there: what has a kind is pending. */
void gate_fill(struct sched *s);
void gate_free(struct gate *g);

static inline bool
gate_has(const struct sched *s, uint32_t item)
{
	return s->conf.kind && s->conf.kind[item] != SCHED_NONE;
}

/* ---- these do nothing where there is no gate ---- */

/* The policy has nothing more for the worker.  True: but the gate may have. */
bool gate_keeps(struct sched *s, uint32_t worker);
/* The item has left that worker's queue. */
void gate_left(struct sched *s, uint32_t worker, uint32_t item);
/* Something has changed: hand out what may be handed out, stop whom there is nothing for. */
void gate_settle(struct sched *s);

/* ---- these are called only where there is one; as the policy's ---- */

void gate_start(struct sched *s);
void gate_join(struct sched *s, uint32_t worker);
void gate_put(struct sched *s, uint32_t item, bool first);

#endif
