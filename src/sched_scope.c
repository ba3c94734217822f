/* sched_scope.c: loadscope, loadfile and loadgroup: a unit of items stays together on one worker. */
#include "prun/compat.h"

#include <stdlib.h>

#include "prun/sched.h"
#include "prun/sched_gate.h"
#include "prun/sched_impl.h"
#include "prun/xmalloc.h"

/* xdist hands out one more unit when a worker is down to this many items. */
#define REFILL_AT 2

struct unit {
	struct list pending; /* its items that no worker has */
	uint32_t owner;      /* the worker that got it last, or SCHED_NONE */
};

struct scope {
	struct unit *unit;
	struct cell *cell; /* of each unit, in `queue` or nowhere */
	struct list queue; /* units with pending items, in the order of handing out */
};

/* Larger first; qsort is not stable, so equals fall by their numbers. */
static int
by_size(const void *a, const void *b, void *arg)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	const struct unit *unit = arg;

	if (unit[x].pending.n != unit[y].pending.n)
		return unit[x].pending.n < unit[y].pending.n ? 1 : -1;
	return x < y ? -1 : x > y;
}

static void
queue_units(struct scope *c, size_t n, bool reorder)
{
	uint32_t *v = xreallocarray(NULL, n, sizeof(*v));

	for (size_t u = 0; u < n; u++) {
		c->cell[u].where = AT_NOWHERE;
		v[u] = (uint32_t)u;
	}
	if (reorder)
		qsort_r(v, n, sizeof(*v), by_size, c->unit);
	for (size_t u = 0; u < n; u++)
		if (c->unit[v[u]].pending.n)
			list_append(c->cell, &c->queue, v[u]);
	free(v);
}

static void
init(struct sched *s)
{
	struct scope *c = xcalloc(1, sizeof(*c));
	size_t n = s->conf.nunits;

	s->scope = c;
	s->cell = xcalloc(s->conf.nitems, sizeof(*s->cell));
	c->unit = xcalloc(n, sizeof(*c->unit));
	c->cell = xcalloc(n, sizeof(*c->cell));
	c->queue = list_new(AT_PENDING);
	for (size_t u = 0; u < n; u++)
		c->unit[u] = (struct unit){.pending = list_new(AT_PENDING), .owner = SCHED_NONE};
	for (uint32_t i = 0; i < s->conf.nitems; i++)
		if (!gate_has(s, i)) {
			list_append(s->cell, &c->unit[s->conf.unit[i]].pending, i);
			s->npending++;
		}
	queue_units(c, n, s->conf.reorder);
}

static void
release(struct sched *s)
{
	free(s->scope->unit);
	free(s->scope->cell);
	free(s->scope);
}

static void
give_unit(struct sched *s, uint32_t worker)
{
	struct scope *c = s->scope;
	uint32_t u = c->queue.head;

	list_remove(c->cell, &c->queue, u);
	c->unit[u].owner = worker;
	sched_give(s, worker, &c->unit[u].pending, c->unit[u].pending.n);
}

static void
refill(struct sched *s, uint32_t worker, double seconds)
{
	struct worker *w = &s->worker[worker];
	struct list *queue = &s->scope->queue;

	(void)seconds;
	if (w->state != WORKER_UP)
		return;
	if (queue->n == 0) {
		sched_stop(s, worker);
		return;
	}
	if (w->q.n > REFILL_AT)
		return;
	/* xdist gives one unit and no more.  A replacement whose unit has one item then waits with it for
	 * the end of all the others, so give until there is a successor, or none can come. */
	do
		give_unit(s, worker);
	while (w->q.n < QUEUE_MIN && queue->n);
	if (w->q.n < QUEUE_MIN)
		sched_stop(s, worker);
}

static void
share(struct sched *s)
{
	for (size_t i = 0; i < s->nlive; i++)
		refill(s, s->live[i], 0);
}

static void
start(struct sched *s)
{
	size_t units = s->scope->queue.n;

	for (size_t i = s->nlive; i > units; i--)
		sched_stop(s, s->live[i - 1]);
	for (size_t i = 0; i < s->nlive && i < units; i++)
		give_unit(s, s->live[i]);
	share(s);
	if (s->scope->queue.n == 0)
		sched_stop_all(s);
}

/*
 * xdist puts the whole units of a lost worker back, the item that ended it included, and loses them when
 * nobody is left.  Here what is left of a unit waits at the tail, whoever is left, and is resumed as one
 * unit; an item that runs again joins what is left of its unit and takes it to the head.
 */
static void
put(struct sched *s, uint32_t item, bool first)
{
	struct scope *c = s->scope;
	uint32_t u = s->conf.unit[item];
	struct list *pending = &c->unit[u].pending;
	uint32_t owner = c->unit[u].owner;

	(first ? list_prepend : list_append)(s->cell, pending, item);
	s->npending++;
	/* The rest of the unit runs there now: two workers in one unit at once is what these modes prevent.
	 */
	if (first && pending->n == 1 && owner != SCHED_NONE && s->worker[owner].state == WORKER_UP) {
		sched_give(s, owner, pending, 1);
		return;
	}
	if (c->cell[u].where == AT_PENDING && first)
		list_remove(c->cell, &c->queue, u);
	if (c->cell[u].where == AT_NOWHERE)
		(first ? list_prepend : list_append)(c->cell, &c->queue, u);
}

const struct policy sched_scope = {
    .init = init,
    .release = release,
    .start = start,
    .join = sched_join,
    .done = refill,
    .share = share,
    .put = put,
};
