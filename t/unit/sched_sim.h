/*
 * sched_sim.h: workers that obey sched.h, with pipes in between, and a master that obeys it too.
 *
 * A step is one of: a worker reads an order, starts an item, ends it; the master reads a report; a worker
 * dies; the master sees it; a replacement comes.  sim.choose says which, so that chance or an enumeration
 * can drive the same simulation.  Whatever sched.h promises is asserted on the way.
 */
#ifndef SCHED_SIM_H
#define SCHED_SIM_H

#include "sched_sim_kinds.h"
#include "sched_sim_worker.h"

/* What the master may count on after every event. */
static inline void
sim_check(struct sim *m)
{
	size_t held = sched_pending(m->s), ended = 0;

	for (uint32_t i = 0; i < m->nworkers; i++) {
		struct sim_worker *w = &m->w[i];

		if (w->state == BURIED)
			continue;
		SIM_ASSERT(m, sched_queued(m->s, i) == w->given);
		held += w->given;
		/* The state in which nothing would ever happen again. */
		SIM_ASSERT(m, w->told || w->given >= 2 || m->victim != SCHED_NONE || sim_may_wait(m, i));
	}
	for (size_t l = 0; l < m->lines; l++)
		for (size_t i = 0; i < m->conf.nitems; i++)
			ended += m->fates[l][i];
	SIM_ASSERT(m, held + ended == m->lines * m->conf.nitems);
}

/* Fetch the orders and send them. */
static inline void
sim_drain(struct sim *m)
{
	const struct sched_cmd *c;

	while ((c = sched_next(m->s))) {
		struct sim_worker *w = &m->w[c->worker];
		struct mail *mail = sim_post(m, &w->orders);

		SIM_ASSERT(m, w->state != BURIED && !w->told);
		SIM_ASSERT(m, (c->op == SCHED_STOP) == (c->n == 0));
		mail->kind = (int)(c->op == SCHED_RUN ? RUN : c->op == SCHED_STEAL ? STEAL : STOP);
		mail->n = c->n;
		if (c->n)
			memcpy(mail->item, c->items, c->n * sizeof(*c->items));
		if (c->op == SCHED_RUN)
			w->given += c->n;
		if (c->op == SCHED_STOP)
			w->told = true;
		if (c->op == SCHED_STEAL) {
			SIM_ASSERT(m, w->given >= c->n + 2);
			if (w->retired)
				continue;
			SIM_ASSERT(m, m->victim == SCHED_NONE);
			m->victim = c->worker;
		}
	}
	sim_check(m);
}

static inline void
sim_add(struct sim *m, uint32_t replaces)
{
	struct sim_worker *w = &m->w[m->nworkers++];

	w->state = LIVE;
	w->line = m->conf.mode != SCHED_EACH ? 0
		  : replaces == SCHED_NONE   ? m->nworkers - 1
					     : m->w[replaces].line;
	w->queued = w->given = 0;
	w->running = IDLE;
	w->busy = 0;
	w->stop = w->told = w->left = w->retired = w->replaceable = false;
	w->orders.head = w->orders.tail = w->reports.head = w->reports.tail = 0;
	if (replaces != SCHED_NONE)
		m->w[replaces].replaceable = false;
	sched_add(m->s, m->nworkers - 1, replaces);
}

static inline void
sim_read_report(struct sim *m, uint32_t worker)
{
	struct sim_worker *w = &m->w[worker];
	const struct mail *report = &w->reports.mail[w->reports.head++];

	w->given -= report->n;
	if (report->kind == DONE) {
		m->fates[w->line][report->item[0]]++;
		double seconds = m->choose(m->arg, 2) ? 0.2 : 0.01;
		w->busy += seconds;
		for (uint32_t i = 0; i < m->nworkers; i++)
			m->late |= m->w[i].state != BURIED && m->w[i].busy + 1 < w->busy;
		sched_done(m->s, worker, report->item[0], seconds);
	} else {
		if (m->victim == worker)
			m->victim = SCHED_NONE;
		sched_returned(m->s, worker, report->item, report->n);
	}
	sim_drain(m);
}

static inline void
sim_bury(struct sim *m, uint32_t worker)
{
	struct sim_worker *w = &m->w[worker];
	uint32_t item = w->running;

	w->state = BURIED;
	w->replaceable = !w->left || w->retired;
	if (m->victim == worker)
		m->victim = SCHED_NONE;
	if (item != IDLE)
		m->fates[w->line][item]++;
	sched_lost(m->s, worker, item);
	sim_drain(m);
	if (item == IDLE || m->conf.mode == SCHED_EACH || !m->again || m->choose(m->arg, 2))
		return;
	m->again--;
	m->may[item]++;
	m->fates[0][item]--;
	sched_again(m->s, item);
	sim_drain(m);
}

struct sim_step {
	enum { READ, START, END, REPORT, DIE, RETIRE, LEAVE, BURY, REPLACE } what;
	uint32_t worker;
};

static inline size_t
sim_steps_of(const struct sim *m, uint32_t worker, struct sim_step *v)
{
	const struct sim_worker *w = &m->w[worker];
	size_t n = 0;

	if (w->state == LIVE) {
		if (w->orders.head < w->orders.tail)
			v[n++] = (struct sim_step){READ, worker};
		if (sim_can_start(w))
			v[n++] = (struct sim_step){START, worker};
		if (w->running != IDLE)
			v[n++] = (struct sim_step){END, worker};
		/* The others' end means something to those with kinds alone. */
		if ((m->conf.kind || w->retired) && w->stop && w->running == IDLE && w->queued == 0)
			v[n++] = (struct sim_step){LEAVE, worker};
		/* Seldom, or all would die in their first items; but none is left out of an enumeration. */
		if (m->crashes && (m->hasty || m->choose(m->arg, 16) == 0))
			v[n++] = (struct sim_step){DIE, worker};
		if (m->retires && !w->told && m->choose(m->arg, 16) == 0)
			v[n++] = (struct sim_step){RETIRE, worker};
	}
	if (w->state != BURIED && w->reports.head < w->reports.tail)
		v[n++] = (struct sim_step){REPORT, worker};
	else if (w->state == DEAD)
		v[n++] = (struct sim_step){BURY, worker};
	if (w->replaceable && m->nworkers < SIM_WORKERS)
		v[n++] = (struct sim_step){REPLACE, worker};
	return n;
}

static inline void
sim_do(struct sim *m, struct sim_step step)
{
	struct sim_worker *w = &m->w[step.worker];

	switch (step.what) {
	case READ:
		sim_read_order(m, w);
		break;
	case START:
		sim_start(m, w);
		sim_check_kinds(m);
		break;
	case END:
		sim_end(m, w);
		break;
	case REPORT:
		sim_read_report(m, step.worker);
		break;
	case DIE:
		w->state = DEAD;
		m->died = true;
		m->crashes--;
		break;
	case RETIRE:
		m->retires--;
		m->died = w->retired = true;
		sched_retire(m->s, step.worker);
		sim_drain(m);
		break;
	case LEAVE:
		w->left = true;
		w->state = DEAD;
		break;
	case BURY:
		sim_bury(m, step.worker);
		break;
	case REPLACE:
		sim_add(m, step.worker);
		sim_drain(m);
		break;
	}
}

/* What has no alternative worth enumerating. */
static inline bool
sim_forced(const struct sim *m, struct sim_step step)
{
	const struct box *b = &m->w[step.worker].orders;

	if (step.what == READ)
		return b->mail[b->head].kind != STEAL;
	return step.what == START || step.what == REPORT || step.what == LEAVE || step.what == BURY;
}

static inline bool
sim_step(struct sim *m)
{
	struct sim_step v[SIM_WORKERS * 6];
	size_t n = 0;
	bool only_optional = true;

	for (uint32_t i = 0; i < m->nworkers; i++)
		n += sim_steps_of(m, i, v + n);
	for (size_t i = 0; i < n; i++) {
		if (m->hasty && sim_forced(m, v[i])) {
			sim_do(m, v[i]);
			return true;
		}
		only_optional &= v[i].what == DIE || v[i].what == RETIRE || v[i].what == REPLACE;
	}
	/* The pool replaces the dead while something is pending, and nobody is made to die. */
	if (only_optional && sched_pending(m->s) == 0)
		return false;
	SIM_ASSERT(m, n > 0);
	sim_do(m, v[m->choose(m->arg, n)]);
	return true;
}

/* m: conf, unit, crashes, again, hasty, choose, arg and name are set. */
static inline void
sim_run(struct sim *m, uint32_t workers)
{
	m->nworkers = 0;
	m->victim = SCHED_NONE;
	m->lines = m->conf.mode == SCHED_EACH ? workers : 1;
	memset(m->starts, 0, sizeof(m->starts));
	memset(m->fates, 0, sizeof(m->fates));
	memset(m->owner, 0xff, sizeof(m->owner));
	memset(m->next, 0, sizeof(m->next));
	m->died = m->late = false;
	for (size_t i = 0; i < SIM_ITEMS; i++)
		m->may[i] = 1;
	m->s = sched_new(&m->conf);
	for (uint32_t i = 0; i < workers; i++)
		sim_add(m, SCHED_NONE);
	sched_start(m->s);
	sim_drain(m);
	while (sim_step(m))
		;
	for (size_t l = 0; l < m->lines; l++)
		for (size_t i = 0; i < m->conf.nitems; i++)
			SIM_ASSERT(m, m->fates[l][i] == 1);
	for (uint32_t i = 0; i < m->nworkers; i++)
		SIM_ASSERT(m, m->w[i].state == BURIED || (m->w[i].stop && m->w[i].given == 0));
	sched_free(m->s);
}

#endif
