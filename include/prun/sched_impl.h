/*
 * sched_impl.h: what the scheduler's files share; nobody else includes it.
 *
 * An item is in one list at a time: pending, a worker's queue, or none once it has its outcome.  The cell
 * of the item says which, so that an event about an item that is elsewhere by now is seen in O(1) and
 * ignored: this is what gives each item one fate, however oddly the events come.
 */
#ifndef PRUN_SCHED_IMPL_H
#define PRUN_SCHED_IMPL_H

#include "prun/sched.h"

#define AT_PENDING (UINT32_MAX - 1) /* in no worker's queue, waiting to be handed out */
#define AT_NOWHERE UINT32_MAX       /* has its outcome */

/* A worker starts nothing before it knows what follows, so fewer than this many items leave it waiting. */
#define QUEUE_MIN 2

struct cell {
	uint32_t prev, next;
	uint32_t where; /* name of the list it is in, or AT_NOWHERE */
};

struct list {
	uint32_t head, tail; /* SCHED_NONE when empty */
	uint32_t name;       /* a worker's number, or AT_PENDING */
	size_t n;
};

enum worker_state {
	WORKER_NEVER, /* the number was not used yet */
	WORKER_UP,
	WORKER_STOPPED, /* was sent STOP: takes no more work, may still have some */
	WORKER_LOST
};

struct worker {
	enum worker_state state;
	bool replaced;     /* lost, and somebody took its place */
	struct list q;     /* in the order in which it will run them */
	struct cell *cell; /* s->cell, or its own table in SCHED_EACH */
};

struct order {
	enum sched_op op;
	uint32_t worker;
	size_t first, n; /* slice of sched.item */
};

struct scope;

struct sched {
	struct sched_conf conf;
	const struct policy *policy;
	bool started, cancelled;
	size_t npending;
	struct cell *cell; /* of each item; NULL in SCHED_EACH */
	struct list pending;
	struct scope *scope; /* scope modes: the pending items by unit */
	uint32_t victim;     /* was asked for items and has not answered, or SCHED_NONE */

	struct worker *worker; /* by number */
	size_t nworkers;
	uint32_t *live; /* not lost, in the order of sched_add(); ties fall in this order */
	size_t nlive, live_cap;

	struct order *order; /* [next_order, norders) are still to be fetched */
	size_t norders, orders_cap, next_order;
	uint32_t *item;
	size_t nitem, item_cap;
	struct sched_cmd out;
};

/* What a mode decides. */
struct policy {
	void (*init)(struct sched *s);    /* may be NULL */
	void (*release)(struct sched *s); /* may be NULL */
	void (*start)(struct sched *s);
	void (*join)(struct sched *s, uint32_t worker, uint32_t replaces); /* added after the start */
	void (*done)(struct sched *s, uint32_t worker, double seconds);    /* may be NULL */
	void (*share)(struct sched *s); /* pending items or workers have changed; may be NULL */
	/* The item, in no list now, is pending.  NULL: a lost worker keeps its queue for its replacement. */
	void (*put)(struct sched *s, uint32_t item, bool first);
};

extern const struct policy sched_each, sched_load, sched_scope, sched_worksteal;

/* Move the first n items of `from` (fewer if it has fewer) to the worker's queue, and order it to run them.
 */
void sched_give(struct sched *s, uint32_t worker, struct list *from, size_t n);
/* Order a worker to stop, unless it was ordered to before. */
void sched_stop(struct sched *s, uint32_t worker);
void sched_stop_all(struct sched *s);
/* Order a worker to give back the last n items of its queue, which stay there until it answers. */
void sched_steal(struct sched *s, uint32_t worker, size_t n);
/* policy.init and policy.put of the modes that have one list of pending items. */
void sched_pend_all(struct sched *s);
void sched_pend(struct sched *s, uint32_t item, bool first);
/* policy.join of the modes in which it does not matter whom the new worker replaces. */
void sched_join(struct sched *s, uint32_t worker, uint32_t replaces);

/* Every item in order, in a new table of cells that the list of that name threads. */
struct cell *sched_cells(size_t n, struct list *l);

static inline struct list
list_new(uint32_t name)
{
	return (struct list){.head = SCHED_NONE, .tail = SCHED_NONE, .name = name, .n = 0};
}

static inline void
list_append(struct cell *cell, struct list *l, uint32_t i)
{
	cell[i] = (struct cell){.prev = l->tail, .next = SCHED_NONE, .where = l->name};
	*(l->n++ ? &cell[l->tail].next : &l->head) = i;
	l->tail = i;
}

static inline void
list_prepend(struct cell *cell, struct list *l, uint32_t i)
{
	cell[i] = (struct cell){.prev = SCHED_NONE, .next = l->head, .where = l->name};
	*(l->n++ ? &cell[l->head].prev : &l->tail) = i;
	l->head = i;
}

static inline void
list_remove(struct cell *cell, struct list *l, uint32_t i)
{
	struct cell *c = &cell[i];

	*(c->prev == SCHED_NONE ? &l->head : &cell[c->prev].next) = c->next;
	*(c->next == SCHED_NONE ? &l->tail : &cell[c->next].prev) = c->prev;
	c->where = AT_NOWHERE;
	l->n--;
}

#endif
