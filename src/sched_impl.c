/* sched_impl.c: the moves that the policies make: give items, steal, stop. */
#include "prun/compat.h"

#include <string.h>

#include "prun/sched_gate.h"
#include "prun/sched_impl.h"
#include "prun/xmalloc.h"

static struct order *
order_add(struct sched *s, enum sched_op op, uint32_t worker, size_t n)
{
	struct order *o;

	s->order = xgrow(s->order, &s->orders_cap, s->norders + 1, sizeof(*s->order));
	s->item = xgrow(s->item, &s->item_cap, s->nitem + n, sizeof(*s->item));
	o = &s->order[s->norders++];
	*o = (struct order){.op = op, .worker = worker, .first = s->nitem, .n = n};
	s->nitem += n;
	return o;
}

size_t
sched_move(struct sched *s, uint32_t worker, struct list *from, size_t n)
{
	struct worker *w = &s->worker[worker];
	struct order *o;

	if (n > from->n)
		n = from->n;
	if (n == 0)
		return 0;
	o = order_add(s, SCHED_RUN, worker, n);
	for (size_t i = 0; i < n; i++) {
		uint32_t item = from->head;

		list_remove(w->cell, from, item);
		list_append(w->cell, &w->q, item);
		s->item[o->first + i] = item;
	}
	return n;
}

void
sched_give(struct sched *s, uint32_t worker, struct list *from, size_t n)
{
	s->npending -= sched_move(s, worker, from, n);
}

void
sched_stop(struct sched *s, uint32_t worker)
{
	if (s->worker[worker].state == WORKER_UP && !gate_keeps(s, worker))
		sched_stop_now(s, worker);
}

void
sched_stop_now(struct sched *s, uint32_t worker)
{
	s->worker[worker].state = WORKER_STOPPED;
	order_add(s, SCHED_STOP, worker, 0);
}

void
sched_stop_all(struct sched *s)
{
	for (size_t i = 0; i < s->nlive; i++)
		sched_stop(s, s->live[i]);
}

void
sched_take_back(struct sched *s, uint32_t worker, size_t n)
{
	const struct worker *w = &s->worker[worker];
	struct order *o = order_add(s, SCHED_STEAL, worker, n);
	uint32_t item = w->q.tail;

	for (size_t i = n; i-- > 0; item = w->cell[item].prev)
		s->item[o->first + i] = item;
}

void
sched_steal(struct sched *s, uint32_t worker, size_t n)
{
	sched_take_back(s, worker, n);
	s->victim = worker;
}

struct cell *
sched_cells(size_t n, struct list *l)
{
	struct cell *cell = xcalloc(n, sizeof(*cell));

	for (size_t i = 0; i < n; i++)
		list_append(cell, l, (uint32_t)i);
	return cell;
}

void
sched_pend_all(struct sched *s)
{
	s->cell = xcalloc(s->conf.nitems, sizeof(*s->cell));
	for (uint32_t i = 0; i < s->conf.nitems; i++)
		if (!gate_has(s, i))
			list_append(s->cell, &s->pending, i);
	s->npending = s->pending.n;
}

void
sched_pend(struct sched *s, uint32_t item, bool first)
{
	(first ? list_prepend : list_append)(s->cell, &s->pending, item);
	s->npending++;
}

void
sched_join(struct sched *s, uint32_t worker, uint32_t replaces)
{
	(void)worker;
	(void)replaces;
	s->policy->share(s);
}
