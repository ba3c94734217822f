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
	uint32_t where;  /* name of the list it is in, or AT_NOWHERE */
	uint32_t weight; /* what it is expected to take; SCHED_DURATION, else 0 */
};

struct list {
	uint32_t head, tail; /* SCHED_NONE when empty */
	uint32_t name;       /* a worker's number, or AT_PENDING */
	size_t n;
	uint64_t weight; /* of all of them */
};

enum worker_state {
	WORKER_NEVER, /* the number was not used yet */
	WORKER_UP,
	WORKER_ASIDE,   /* takes from the gate alone; the policy passes over it as if it were stopped */
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
struct course;
struct gate;

struct sched {
	struct sched_conf conf;
	const struct policy *policy;
	bool started, cancelled;
	size_t npending; /* but for the gate's */
	struct cell *cell; /* of each item; NULL in SCHED_EACH */
	struct list pending;
	struct scope *scope; /* scope modes: the pending items by unit */
	struct course *course; /* SCHED_DURATION: likewise by parts of modules */
	struct gate *gate;     /* the pending items that have a kind; NULL: no item has one */
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

extern const struct policy sched_each, sched_load, sched_scope, sched_worksteal, sched_duration;

/* Move the first n items of `from` (fewer if it has fewer) to the worker's queue, and order it to run them.
 * sched_give: they were counted as pending.  sched_move returns how many it were. */
void sched_give(struct sched *s, uint32_t worker, struct list *from, size_t n);
size_t sched_move(struct sched *s, uint32_t worker, struct list *from, size_t n);
/* Order a worker to stop, unless it was ordered to before, or the gate has something left that it may come to run. */
void sched_stop(struct sched *s, uint32_t worker);
/* Whatever the gate has. */
void sched_stop_now(struct sched *s, uint32_t worker);
void sched_stop_all(struct sched *s);
/* Order a worker to give back the last n items of its queue, which stay there until it answers. */
void sched_steal(struct sched *s, uint32_t worker, size_t n);
/* Likewise, but others may be asked too before it has answered. */
void sched_take_back(struct sched *s, uint32_t worker, size_t n);
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

/* Put i, which is in no list, before `next`, or last if that is SCHED_NONE. */
static inline void
list_insert(struct cell *cell, struct list *l, uint32_t i, uint32_t next)
{
	struct cell *c = &cell[i];

	c->next = next;
	c->prev = next == SCHED_NONE ? l->tail : cell[next].prev;
	c->where = l->name;
	*(c->prev == SCHED_NONE ? &l->head : &cell[c->prev].next) = i;
	*(next == SCHED_NONE ? &l->tail : &cell[next].prev) = i;
	l->n++;
	l->weight += c->weight;
}

static inline void
list_append(struct cell *cell, struct list *l, uint32_t i)
{
	list_insert(cell, l, i, SCHED_NONE);
}

static inline void
list_prepend(struct cell *cell, struct list *l, uint32_t i)
{
	list_insert(cell, l, i, l->head);
}

static inline void
list_remove(struct cell *cell, struct list *l, uint32_t i)
{
	struct cell *c = &cell[i];

	*(c->prev == SCHED_NONE ? &l->head : &cell[c->prev].next) = c->next;
	*(c->next == SCHED_NONE ? &l->tail : &cell[c->next].prev) = c->prev;
	c->where = AT_NOWHERE;
	l->n--;
	l->weight -= c->weight;
}

#endif
