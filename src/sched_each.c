/* sched_each.c: every item on every worker; a replacement runs what its predecessor left. */
#include "prun/compat.h"

#include "prun/sched.h"
#include "prun/sched_impl.h"

/* All is known from the first moment, so STOP follows the items at once: a worker never waits. */
static void
run_list(struct sched *s, uint32_t worker, struct cell *cell, struct list *l)
{
	s->worker[worker].cell = cell;
	sched_give(s, worker, l, l->n);
	sched_stop(s, worker);
}

static struct cell *
new_line(struct sched *s, struct list *all)
{
	s->npending += s->conf.nitems;
	return sched_cells(s->conf.nitems, all);
}

static void
run_all(struct sched *s, uint32_t worker)
{
	struct list all = list_new(AT_PENDING);
	struct cell *cell = new_line(s, &all);

	run_list(s, worker, cell, &all);
}

static void
start(struct sched *s)
{
	for (size_t i = 0; i < s->nlive; i++)
		run_all(s, s->live[i]);
	/* One that was lost before it began still has its line, for the replacement that is on its way. */
	for (size_t i = 0; i < s->nworkers; i++)
		if (s->worker[i].state == WORKER_LOST && !s->worker[i].replaced)
			s->worker[i].cell = new_line(s, &s->worker[i].q);
}

static void
join(struct sched *s, uint32_t worker, uint32_t replaces)
{
	struct worker *old = replaces < s->nworkers ? &s->worker[replaces] : NULL;
	struct cell *cell;

	if (replaces == SCHED_NONE) {
		run_all(s, worker);
		return;
	}
	/* Not what xdist does, which runs everything a second time where the predecessor died in its last
	 * item, and lets any replacement wait with its last item for the end of the others. */
	if (!old || old->state != WORKER_LOST || !old->cell) {
		sched_stop(s, worker);
		return;
	}
	cell = old->cell;
	old->cell = NULL; /* a line has one successor */
	run_list(s, worker, cell, &old->q);
}

const struct policy sched_each = {
    .start = start,
    .join = join,
};
