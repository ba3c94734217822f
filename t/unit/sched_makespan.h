/*
 * sched_makespan.h: how long a run takes, by a clock that jumps from one end of an item to the next.
 *
 * Workers begin an item when they know the next one, or that none comes, and the two are theirs for good; the rest of
 * a queue can be taken back at once.  Orders and results take no time.
 */
#ifndef SCHED_MAKESPAN_H
#define SCHED_MAKESPAN_H

#include <criterion/criterion.h>
#include <string.h>

#include "prun/sched.h"
#include "prun/xmalloc.h"

struct span_worker {
	uint32_t *queue;
	size_t head, tail; /* queue[head] runs, if `running` */
	bool running, told;
	double end;        /* of what runs */
	uint32_t unit;     /* of what it ran last */
};

struct span {
	const struct sched_conf *conf;
	const uint32_t *unit;  /* file of each item */
	const double *seconds; /* what it really takes */
	struct sched *s;
	struct span_worker *w;
	uint32_t nworkers;
	double now;
	size_t setups; /* how often a worker came to another file than its last */
};

static inline void
span_begin(struct span *m, struct span_worker *w)
{
	size_t n = w->tail - w->head;

	if (w->running || !(n >= 2 || (n && w->told)))
		return;
	w->running = true;
	w->end = m->now + m->seconds[w->queue[w->head]];
	m->setups += w->unit != m->unit[w->queue[w->head]];
	w->unit = m->unit[w->queue[w->head]];
}

static inline void
span_give_back(struct span *m, const struct sched_cmd *c)
{
	struct span_worker *w = &m->w[c->worker];
	size_t keep = w->head + (w->running ? 2 : 0), n = c->n;
	uint32_t back[1 + c->n];

	memcpy(back, c->items, n * sizeof(*back));
	if (w->tail - n < keep)
		n = 0;
	w->tail -= n;
	sched_returned(m->s, c->worker, back, n);
}

static inline void
span_obey(struct span *m)
{
	const struct sched_cmd *c;

	while ((c = sched_next(m->s))) {
		struct span_worker *w = &m->w[c->worker];

		if (c->op == SCHED_STEAL) {
			span_give_back(m, c);
			continue;
		}
		w->told |= c->op == SCHED_STOP;
		memcpy(w->queue + w->tail, c->items ? c->items : w->queue, c->n * sizeof(*w->queue));
		w->tail += c->n;
		span_begin(m, w);
	}
}

static inline bool
span_step(struct span *m)
{
	uint32_t first = SCHED_NONE, item;

	for (uint32_t i = 0; i < m->nworkers; i++)
		if (m->w[i].running && (first == SCHED_NONE || m->w[i].end < m->w[first].end))
			first = i;
	if (first == SCHED_NONE)
		return false;
	m->now = m->w[first].end;
	m->w[first].running = false;
	item = m->w[first].queue[m->w[first].head++];
	span_begin(m, &m->w[first]);
	sched_done(m->s, first, item, m->seconds[item]);
	span_obey(m);
	return true;
}

/* Returns the seconds until all is done; *setups, unless it is NULL, is how often files were entered. */
static inline double
makespan(const struct sched_conf *conf, const uint32_t *unit, const double *seconds, uint32_t nworkers, size_t *setups)
{
	struct span m = {.conf = conf, .unit = unit, .seconds = seconds, .nworkers = nworkers};
	size_t ended = 0;

	m.s = sched_new(conf);
	m.w = xcalloc(nworkers, sizeof(*m.w));
	for (uint32_t i = 0; i < nworkers; i++) {
		m.w[i].queue = xcalloc(2 * conf->nitems + 1, sizeof(uint32_t));
		m.w[i].unit = SCHED_NONE;
		sched_add(m.s, i, SCHED_NONE);
	}
	sched_start(m.s);
	span_obey(&m);
	while (span_step(&m))
		ended++;
	cr_assert_eq(ended, conf->nitems);
	for (uint32_t i = 0; i < nworkers; i++)
		free(m.w[i].queue);
	free(m.w);
	sched_free(m.s);
	if (setups)
		*setups = m.setups;
	return m.now;
}

#endif
