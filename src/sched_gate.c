/* sched_gate.c: items that need a slot, to be alone, or to come first: who may have them, and when. */
#include "prun/compat.h"

#include <stdlib.h>

#include "prun/sched.h"
#include "prun/sched_gate.h"
#include "prun/xmalloc.h"

/* So many items at most are handed out at once, lest one worker has a heap of them while others go without. */
#define AHEAD 8

struct gate *
gate_new(const struct sched_conf *conf)
{
	struct gate *g = xcalloc(1, sizeof(*g));

	g->pending = xcalloc(conf->nkinds, sizeof(*g->pending));
	g->used = xcalloc(conf->nslots, sizeof(*g->used));
	for (size_t k = 0; k < conf->nkinds; k++)
		g->pending[k] = list_new(AT_PENDING);
	return g;
}

void
gate_free(struct gate *g)
{
	if (!g)
		return;
	for (size_t i = 0; i < g->nlanes; i++)
		free(g->lane[i].held);
	free(g->lane);
	free(g->used);
	free(g->pending);
	free(g);
}

static bool
scoped(const struct sched *s)
{
	return s->conf.unit && s->conf.mode != SCHED_DURATION;
}

void
gate_fill(struct sched *s)
{
	uint32_t *last; /* item of each unit that is in a list, or SCHED_NONE */

	if (!s->gate)
		return;
	last = xreallocarray(NULL, s->conf.nunits + 1, sizeof(*last));
	for (size_t u = 0; u < s->conf.nunits; u++)
		last[u] = SCHED_NONE;
	for (uint32_t i = 0; i < s->conf.nitems; i++) {
		uint32_t *before = scoped(s) ? &last[s->conf.unit[i]] : NULL;

		if (!gate_has(s, i))
			continue;
		list_insert(s->cell, &s->gate->pending[s->conf.kind[i]], i,
			    before && *before != SCHED_NONE ? s->cell[*before].next : SCHED_NONE);
		s->gate->npending++;
		if (before)
			*before = i;
	}
	free(last);
}

static struct lane *
lane(struct sched *s, uint32_t worker)
{
	struct gate *g = s->gate;
	size_t n = g->nlanes;

	if (worker >= n) {
		g->lane = xgrow(g->lane, &g->nlanes, (size_t)worker + 1, sizeof(*g->lane));
		for (; n < g->nlanes; n++)
			g->lane[n] = (struct lane){.kind = SCHED_NONE};
	}
	return &g->lane[worker];
}

/* ---- slots ---- */

static void
came(struct sched *s, uint32_t worker, uint32_t item)
{
	const struct sched_kind *kind = &s->conf.kinds[s->conf.kind[item]];
	struct gate *g = s->gate;
	struct lane *l = lane(s, worker);

	if (!l->held)
		l->held = xcalloc(s->conf.nslots, sizeof(*l->held));
	for (size_t i = 0; i < kind->nresources; i++)
		if (l->held[kind->resource[i]]++ == 0)
			g->used[kind->resource[i]]++;
	if (kind->alone) {
		g->nalone++;
		g->loner = worker;
	}
}

void
gate_left(struct sched *s, uint32_t worker, uint32_t item)
{
	const struct sched_kind *kind;
	struct lane *l;

	if (!gate_has(s, item))
		return;
	kind = &s->conf.kinds[s->conf.kind[item]];
	l = lane(s, worker);
	for (size_t i = 0; i < kind->nresources; i++)
		if (--l->held[kind->resource[i]] == 0)
			s->gate->used[kind->resource[i]]--;
	s->gate->nalone -= kind->alone;
}

/* Somebody else is to be alone. */
static bool
barred(const struct sched *s, uint32_t worker)
{
	return s->gate->nalone && s->gate->loner != worker;
}

static bool
may_have(struct sched *s, uint32_t worker, uint32_t k)
{
	const struct sched_kind *kind = &s->conf.kinds[k];
	const struct gate *g = s->gate;
	const struct lane *l = lane(s, worker);

	if (!g->pending[k].n || barred(s, worker))
		return false;
	if (!l->spare && (kind->alone || kind->priority < 0))
		return false;
	if (kind->alone && s->nlive > 1)
		return false;
	for (size_t i = 0; i < kind->nresources; i++) {
		uint32_t r = kind->resource[i];

		if (!(l->held && l->held[r]) && g->used[r] >= s->conf.slots[r])
			return false;
	}
	return true;
}

/* The first kind that it may have, but rather the one that it had, if that is as urgent: neighbours share fixtures. */
static uint32_t
choose(struct sched *s, uint32_t worker)
{
	uint32_t k = 0, had = lane(s, worker)->kind;

	while (k < s->conf.nkinds && !may_have(s, worker, k))
		k++;
	if (k == s->conf.nkinds)
		return SCHED_NONE;
	if (had != SCHED_NONE && s->conf.kinds[had].priority == s->conf.kinds[k].priority && may_have(s, worker, had))
		return had;
	return k;
}

/* ---- handing out ---- */

/* The items at the head of a list that go together. */
static size_t
block(const struct sched *s, const struct list *l)
{
	uint32_t i = l->head;
	size_t n = 1;

	if (scoped(s))
		while ((i = s->cell[i].next) != SCHED_NONE && s->conf.unit[i] == s->conf.unit[l->head])
			n++;
	return n;
}

/* Move the first n items of a list to the worker's queue. */
static void
hand(struct sched *s, uint32_t worker, struct list *l, size_t n)
{
	uint32_t i = l->head;

	for (size_t j = 0; j < n; j++, i = s->cell[i].next)
		came(s, worker, i);
	s->gate->npending -= sched_move(s, worker, l, n);
}

/* Give the worker what it may have, at most `most` blocks of it.  False: nothing. */
static bool
feed(struct sched *s, uint32_t worker, size_t most)
{
	uint32_t k = choose(s, worker);
	struct list *l;

	if (k == SCHED_NONE)
		return false;
	l = &s->gate->pending[k];
	if (most > 1 + l->n / s->nlive / 4)
		most = 1 + l->n / s->nlive / 4;
	for (; most && l->n; most--)
		hand(s, worker, l, block(s, l));
	lane(s, worker)->kind = k;
	return true;
}

/* Everyone has one before anyone has two. */
static void
feed_all(struct sched *s)
{
	for (size_t least = 1; least <= QUEUE_MIN; least++)
		for (size_t i = 0; i < s->nlive; i++) {
			const struct worker *w = &s->worker[s->live[i]];

			while (w->state == WORKER_ASIDE && w->q.n < least)
				if (!feed(s, s->live[i], w->q.n ? AHEAD : 1))
					break;
		}
}

/* ---- who takes from where ---- */

static bool
any_up(const struct sched *s)
{
	for (size_t i = 0; i < s->nlive; i++)
		if (s->worker[s->live[i]].state == WORKER_UP)
			return true;
	return false;
}

/* Nobody else can take anything any more. */
static bool
is_last(const struct sched *s, uint32_t worker)
{
	for (size_t i = 0; i < s->nlive; i++)
		if (s->live[i] != worker && s->worker[s->live[i]].state != WORKER_STOPPED)
			return false;
	return true;
}

bool
gate_keeps(struct sched *s, uint32_t worker)
{
	if (!s->gate || !s->gate->npending)
		return false;
	s->worker[worker].state = WORKER_ASIDE;
	lane(s, worker)->spare = true;
	return true;
}

/* Back to the policy, which may stop it: then it is aside again, and spare. */
static void
enter(struct sched *s, uint32_t worker)
{
	lane(s, worker)->spare = false;
	s->worker[worker].state = WORKER_UP;
	s->policy->join(s, worker, SCHED_NONE);
}

/* The gate has nothing for the worker that is aside.  False: it shall wait. */
static bool
dismiss(struct sched *s, uint32_t worker)
{
	size_t before = s->npending;
	bool spare = lane(s, worker)->spare;

	/* Spare: for what came back, by somebody's death, after the policy was done with all. */
	if (!barred(s, worker) && (!spare || (before && !any_up(s)))) {
		enter(s, worker);
		if (!spare || s->npending != before)
			return true;
	}
	if (sched_pending(s) && is_last(s, worker))
		return false;
	sched_stop_now(s, worker);
	return true;
}

void
gate_settle(struct sched *s)
{
	if (!s->gate || !s->started || s->cancelled)
		return;
	feed_all(s);
	for (size_t i = 0; i < s->nlive; i++) {
		const struct worker *w = &s->worker[s->live[i]];

		if (w->state == WORKER_ASIDE && w->q.n < QUEUE_MIN && dismiss(s, s->live[i])) {
			feed_all(s);
			i = SIZE_MAX; /* from the first again */
		}
	}
}

void
gate_join(struct sched *s, uint32_t worker)
{
	s->worker[worker].state = WORKER_ASIDE;
	gate_settle(s);
}

/* The policy shall begin with those who have nothing from the gate, or one item that something must follow. */
void
gate_start(struct sched *s)
{
	size_t n = s->nlive, up = 0;

	for (size_t i = 0; i < n; i++)
		s->worker[s->live[i]].state = WORKER_ASIDE;
	feed_all(s);
	for (size_t i = 0; i < n; i++) {
		uint32_t worker = s->live[i];

		if (s->worker[worker].q.n >= QUEUE_MIN)
			continue;
		s->worker[worker].state = WORKER_UP;
		s->live[i] = s->live[up];
		s->live[up++] = worker;
	}
	s->nlive = up;
	s->policy->start(s);
	s->nlive = n;
	gate_settle(s);
}

/* The first item of the list that is of the unit, or SCHED_NONE. */
static uint32_t
first_of(const struct sched *s, const struct list *l, uint32_t unit)
{
	uint32_t i = l->head;

	while (i != SCHED_NONE && s->conf.unit[i] != unit)
		i = s->cell[i].next;
	return i;
}

/* Who has items of the unit, and takes more; or SCHED_NONE. */
static uint32_t
owner(const struct sched *s, uint32_t unit)
{
	for (size_t i = 0; i < s->nlive; i++) {
		const struct worker *w = &s->worker[s->live[i]];

		if (w->state != WORKER_STOPPED && first_of(s, &w->q, unit) != SCHED_NONE)
			return s->live[i];
	}
	return SCHED_NONE;
}

/* In the scope modes: to what is left of its unit, or to the worker that has that now. */
void
gate_put(struct sched *s, uint32_t item, bool first)
{
	struct list *l = &s->gate->pending[s->conf.kind[item]];
	uint32_t unit = scoped(s) ? s->conf.unit[item] : 0;
	uint32_t rest = scoped(s) ? first_of(s, l, unit) : SCHED_NONE, next = rest, with;

	s->gate->npending++;
	if (rest == SCHED_NONE)
		next = first ? l->head : SCHED_NONE;
	while (!first && next != SCHED_NONE && s->conf.unit[next] == unit)
		next = s->cell[next].next;
	list_insert(s->cell, l, item, next);
	with = first && scoped(s) && rest == SCHED_NONE ? owner(s, unit) : SCHED_NONE;
	if (with != SCHED_NONE)
		hand(s, with, l, 1); /* it is at the head */
}
