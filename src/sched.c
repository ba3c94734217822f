/* sched.c: what all modes share: items in lists, workers in order, the orders that wait to be fetched. */
#include "prun/compat.h"

#include <stdlib.h>
#include <string.h>

#include "prun/sched.h"
#include "prun/sched_gate.h"
#include "prun/sched_impl.h"
#include "prun/xmalloc.h"

static const struct policy *const policies[] = {
    [SCHED_EACH] = &sched_each,      [SCHED_LOAD] = &sched_load,       [SCHED_LOADSCOPE] = &sched_scope,
    [SCHED_LOADFILE] = &sched_scope, [SCHED_LOADGROUP] = &sched_scope, [SCHED_WORKSTEAL] = &sched_worksteal,
    [SCHED_DURATION] = &sched_duration,
};
_Static_assert(sizeof(policies) / sizeof(policies[0]) == SCHED_MODES, "a policy for each mode");

struct sched *
sched_new(const struct sched_conf *conf)
{
	struct sched *s = xcalloc(1, sizeof(*s));

	s->conf = *conf;
	s->policy = policies[conf->mode];
	s->pending = list_new(AT_PENDING);
	s->victim = SCHED_NONE;
	s->gate = conf->kind ? gate_new(conf) : NULL;
	if (s->policy->init)
		s->policy->init(s);
	gate_fill(s);
	return s;
}

void
sched_free(struct sched *s)
{
	if (!s)
		return;
	if (s->policy->release)
		s->policy->release(s);
	gate_free(s->gate);
	for (size_t i = 0; i < s->nworkers; i++)
		if (s->worker[i].cell != s->cell)
			free(s->worker[i].cell);
	free(s->cell);
	free(s->worker);
	free(s->live);
	free(s->order);
	free(s->item);
	free(s);
}

size_t
sched_width(const struct sched_conf *conf)
{
	switch (conf->mode) {
	case SCHED_EACH:
		return SIZE_MAX;
	case SCHED_LOADSCOPE:
	case SCHED_LOADFILE:
	case SCHED_LOADGROUP:
		return conf->nunits;
	default:
		return conf->nitems;
	}
}

/* The worker, if it is up or stopped; events of any other are too late, or wrong. */
static struct worker *
alive(struct sched *s, uint32_t worker)
{
	struct worker *w = worker < s->nworkers ? &s->worker[worker] : NULL;

	return w && w->state != WORKER_NEVER && w->state != WORKER_LOST ? w : NULL;
}

static bool
holds(const struct sched *s, const struct worker *w, uint32_t item)
{
	return item < s->conf.nitems && w->cell && w->cell[item].where == w->q.name;
}

/* Take an item out of a worker's queue; false if it is not there. */
static bool
take(struct sched *s, struct worker *w, uint32_t item)
{
	if (!holds(s, w, item))
		return false;
	list_remove(w->cell, &w->q, item);
	gate_left(s, w->q.name, item);
	return true;
}

static void
share(struct sched *s)
{
	if (s->started && !s->cancelled && s->policy->share)
		s->policy->share(s);
	gate_settle(s);
}

/* The item, in no list now, is pending. */
static void
put(struct sched *s, uint32_t item, bool first)
{
	(gate_has(s, item) ? gate_put : s->policy->put)(s, item, first);
}

static void
worker_init(struct sched *s, uint32_t worker)
{
	size_t cap = s->nworkers;

	if (worker >= cap) {
		s->worker = xgrow(s->worker, &cap, (size_t)worker + 1, sizeof(*s->worker));
		memset(s->worker + s->nworkers, 0, (cap - s->nworkers) * sizeof(*s->worker));
		s->nworkers = cap;
	}
	s->worker[worker] = (struct worker){.state = WORKER_UP, .q = list_new(worker), .cell = s->cell};
}

void
sched_add(struct sched *s, uint32_t worker, uint32_t replaces)
{
	if (worker >= AT_PENDING || (worker < s->nworkers && s->worker[worker].state != WORKER_NEVER))
		return;
	worker_init(s, worker);
	if (replaces < s->nworkers && s->worker[replaces].state == WORKER_LOST)
		s->worker[replaces].replaced = true;
	s->live = xgrow(s->live, &s->live_cap, s->nlive + 1, sizeof(*s->live));
	s->live[s->nlive++] = worker;
	if (!s->started || s->cancelled)
		return;
	if (s->gate)
		gate_join(s, worker);
	else
		s->policy->join(s, worker, replaces);
}

void
sched_start(struct sched *s)
{
	if (s->started || s->cancelled)
		return;
	s->started = true;
	if (!s->conf.nitems)
		sched_stop_all(s);
	else if (s->gate)
		gate_start(s);
	else
		s->policy->start(s);
}

void
sched_done(struct sched *s, uint32_t worker, uint32_t item, double seconds)
{
	struct worker *w = alive(s, worker);

	if (w && take(s, w, item) && s->policy->done && !s->cancelled)
		s->policy->done(s, worker, seconds);
	gate_settle(s);
}

void
sched_returned(struct sched *s, uint32_t worker, const uint32_t *items, size_t n)
{
	struct worker *w = alive(s, worker);

	if (!w || !s->policy->put)
		return;
	if (s->victim == worker)
		s->victim = SCHED_NONE;
	/* What is not in its queue any more was finished meanwhile: to run it again would be a second fate.
	 */
	for (size_t i = 0; i < n; i++)
		if (take(s, w, items[i]) && !s->cancelled)
			put(s, items[i], false);
	share(s);
}

/* Make the queue of a lost worker pending again, in its order. */
static void
put_back(struct sched *s, struct worker *w)
{
	uint32_t item;

	if (!s->policy->put) {
		s->npending += s->cancelled ? 0 : w->q.n;
		return;
	}
	while ((item = w->q.head) != SCHED_NONE) {
		take(s, w, item);
		if (!s->cancelled)
			put(s, item, false);
	}
}

void
sched_lost(struct sched *s, uint32_t worker, uint32_t item)
{
	struct worker *w = alive(s, worker);
	size_t had, i = 0;
	bool asked = s->victim == worker;

	if (!w)
		return;
	while (s->live[i] != worker)
		i++;
	memmove(&s->live[i], &s->live[i + 1], (--s->nlive - i) * sizeof(*s->live));
	/* The dead do not answer; without this, one lost victim would end all stealing. */
	if (asked)
		s->victim = SCHED_NONE;
	had = w->q.n;
	take(s, w, item);
	w->state = WORKER_LOST;
	put_back(s, w);
	/* A worker that had nothing left has changed nothing for the others, but they may wait for its
	 * answer. */
	if (had || asked || s->conf.mode == SCHED_WORKSTEAL)
		share(s);
	gate_settle(s); /* its place, if nothing else, is free */
}

void
sched_again(struct sched *s, uint32_t item)
{
	if (s->cancelled || !s->policy->put || item >= s->conf.nitems || s->cell[item].where != AT_NOWHERE)
		return;
	put(s, item, true);
	share(s);
}

/* How many of the last items of its queue others may run: in the scope modes a unit that was begun stays. */
static size_t
loose(const struct sched *s, const struct worker *w)
{
	bool scoped = s->conf.unit && s->conf.mode != SCHED_DURATION;
	uint32_t first = w->q.head, second, i = w->q.tail;
	size_t n = 0;

	if (w->q.n <= QUEUE_MIN)
		return 0;
	second = w->cell[first].next;
	for (; n < w->q.n - QUEUE_MIN; n++, i = w->cell[i].prev)
		if (scoped && (s->conf.unit[i] == s->conf.unit[first] || s->conf.unit[i] == s->conf.unit[second]))
			break;
	return n;
}

void
sched_retire(struct sched *s, uint32_t worker)
{
	struct worker *w = alive(s, worker);
	size_t n;

	if (!w || w->state == WORKER_STOPPED || s->cancelled || !s->policy->put)
		return;
	n = loose(s, w);
	if (n)
		sched_take_back(s, worker, n);
	sched_stop_now(s, worker);
	share(s);
}

void
sched_cancel(struct sched *s)
{
	s->cancelled = true;
	s->npending = 0;
	if (s->gate)
		s->gate->npending = 0;
	s->norders = s->next_order = s->nitem = 0;
}

size_t
sched_pending(const struct sched *s)
{
	return s->npending + (s->gate ? s->gate->npending : 0);
}

size_t
sched_queued(const struct sched *s, uint32_t worker)
{
	return worker < s->nworkers && s->worker[worker].state != WORKER_LOST ? s->worker[worker].q.n : 0;
}

bool
sched_holds(const struct sched *s, uint32_t worker, uint32_t item)
{
	return worker < s->nworkers && s->worker[worker].state != WORKER_LOST &&
	       holds(s, &s->worker[worker], item);
}

const struct sched_cmd *
sched_next(struct sched *s)
{
	while (s->next_order < s->norders) {
		const struct order *o = &s->order[s->next_order++];

		/* Its items are pending again already, or with somebody else. */
		if (s->worker[o->worker].state == WORKER_LOST)
			continue;
		s->out = (struct sched_cmd){
		    .op = o->op, .worker = o->worker, .items = o->n ? &s->item[o->first] : NULL, .n = o->n};
		return &s->out;
	}
	s->norders = s->next_order = s->nitem = 0;
	return NULL;
}
