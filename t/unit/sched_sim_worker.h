/* sched_sim_worker.h: the worker of the simulation, which obeys sched.h. */
#ifndef SCHED_SIM_WORKER_H
#define SCHED_SIM_WORKER_H

#include <criterion/criterion.h>
#include <string.h>

#include "prun/sched.h"

#define SIM_ITEMS   64
#define SIM_WORKERS 32
#define SIM_MAIL    512
#define IDLE        SCHED_NONE

struct mail {
	enum { RUN, STEAL, STOP, DONE, RETURNED } kind;
	uint32_t item[SIM_ITEMS];
	size_t n;
};

struct box {
	struct mail mail[SIM_MAIL];
	size_t head, tail;
};

struct sim_worker {
	enum { DEAD, BURIED, LIVE } state; /* DEAD: the master has not seen it yet */
	uint32_t line;                     /* SCHED_EACH: whose items it runs; else 0 */
	uint32_t queue[SIM_ITEMS];
	size_t queued;
	uint32_t running; /* or IDLE */
	bool stop;        /* has read it */
	bool told;        /* was sent it */
	bool left;        /* ended of itself */
	bool retired;
	bool replaceable; /* buried, and nobody was added in its place */
	size_t given;     /* as the master counts it */
	double busy;      /* seconds, likewise */
	struct box orders, reports;
};

struct sim {
	struct sched *s;
	struct sched_conf conf;
	uint32_t unit[SIM_ITEMS];
	double seconds[SIM_ITEMS];
	uint32_t kind[SIM_ITEMS], slots[2];
	struct sim_worker w[SIM_WORKERS];
	uint32_t nworkers;
	size_t lines, crashes, again, retires; /* how many may still die, run again, and be retired */
	bool hasty;                   /* pipes have no delay but for STEAL: fewer steps to enumerate */
	uint32_t victim;
	size_t starts[SIM_WORKERS][SIM_ITEMS], fates[SIM_WORKERS][SIM_ITEMS];
	size_t may[SIM_ITEMS];     /* how often it may start: 1, and 1 more for each sched_again() */
	uint32_t owner[SIM_ITEMS]; /* of each unit: where it was started last */
	uint32_t next[SIM_WORKERS][SIM_ITEMS]; /* of each unit: the item after the one that the worker started last */
	bool died;                             /* did anybody? */
	bool late;                             /* was anybody a second behind another? */
	size_t (*choose)(void *arg, size_t n);
	void *arg;
	const char *name; /* of the run, for messages */
};

#define SIM_ASSERT(m, c) cr_assert(c, "%s: %s", (m)->name, #c)

static inline struct mail *
sim_post(struct sim *m, struct box *b)
{
	SIM_ASSERT(m, b->tail < SIM_MAIL);
	b->mail[b->tail].n = 0;
	return &b->mail[b->tail++];
}

/* All that was asked for, or nothing; what runs and what follows it are not to be had. */
static inline void
sim_give_back(struct sim *m, struct sim_worker *w, const struct mail *order)
{
	struct mail *report = sim_post(m, &w->reports);
	size_t keep = 0;
	bool hit[SIM_ITEMS] = {false};

	report->kind = RETURNED;
	for (size_t i = 1; i < w->queued; i++)
		for (size_t j = 0; j < order->n; j++)
			if (w->queue[i] == order->item[j])
				report->item[report->n++] = w->queue[i], hit[i] = true;
	if (report->n < order->n) {
		report->n = 0;
		return;
	}
	for (size_t i = 0; i < w->queued; i++)
		if (!hit[i])
			w->queue[keep++] = w->queue[i];
	w->queued = keep;
}

static inline void
sim_read_order(struct sim *m, struct sim_worker *w)
{
	const struct mail *order = &w->orders.mail[w->orders.head++];

	SIM_ASSERT(m, !w->stop);
	switch ((int)order->kind) {
	case RUN:
		SIM_ASSERT(m, w->queued + order->n <= SIM_ITEMS);
		memcpy(w->queue + w->queued, order->item, order->n * sizeof(*order->item));
		w->queued += order->n;
		break;
	case STEAL:
		sim_give_back(m, w, order);
		break;
	case STOP:
		w->stop = true;
		break;
	}
}

static inline bool
sim_can_start(const struct sim_worker *w)
{
	return w->state == LIVE && w->running == IDLE && (w->queued >= 2 || (w->queued && w->stop));
}

/* SCHED_DURATION: until somebody dies or is late, a worker runs the items of a unit in order. */
static inline void
sim_check_order(struct sim *m, uint32_t self, uint32_t item)
{
	uint32_t *next = &m->next[self][m->unit[item]];

	SIM_ASSERT(m, m->died || m->late || m->conf.kind || *next <= item);
	*next = item + 1;
}

static inline void
sim_start(struct sim *m, struct sim_worker *w)
{
	uint32_t item = w->queue[0], self = (uint32_t)(w - m->w), *owner;

	memmove(w->queue, w->queue + 1, --w->queued * sizeof(*w->queue));
	w->running = item;
	SIM_ASSERT(m, ++m->starts[w->line][item] <= m->may[item]);
	if (!m->conf.unit)
		return;
	if (m->conf.mode == SCHED_DURATION) {
		sim_check_order(m, self, item);
		return;
	}
	owner = &m->owner[m->unit[item]];
	if (*owner != SCHED_NONE && *owner != self && m->may[item] == 1)
		SIM_ASSERT(m, m->w[*owner].state == BURIED);
	*owner = self;
}

static inline void
sim_end(struct sim *m, struct sim_worker *w)
{
	struct mail *report = sim_post(m, &w->reports);

	report->kind = DONE;
	report->item[report->n++] = w->running;
	w->running = IDLE;
}

#endif
