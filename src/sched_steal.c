/* sched_steal.c: equal contiguous parts, then the idle steal from the longest queue. */
#include "prun/compat.h"

#include "prun/sched.h"
#include "prun/sched_impl.h"

static bool
idle(const struct sched *s, uint32_t worker)
{
	const struct worker *w = &s->worker[worker];

	return w->state == WORKER_UP && w->q.n < QUEUE_MIN;
}

static size_t
count_idle(const struct sched *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->nlive; i++)
		n += idle(s, s->live[i]);
	return n;
}

static void
stop_idle(struct sched *s)
{
	for (size_t i = 0; i < s->nlive; i++)
		if (idle(s, s->live[i]))
			sched_stop(s, s->live[i]);
}

/* The first of those with the longest queue.  One that was stopped is not robbed: it runs what it has. */
static uint32_t
longest(const struct sched *s)
{
	uint32_t best = SCHED_NONE;

	for (size_t i = 0; i < s->nlive; i++) {
		const struct worker *w = &s->worker[s->live[i]];

		if (w->state == WORKER_UP && (best == SCHED_NONE || w->q.n > s->worker[best].q.n))
			best = s->live[i];
	}
	return best;
}

static void
split(struct sched *s, size_t nidle)
{
	for (size_t i = 0; i < s->nlive && nidle; i++)
		if (idle(s, s->live[i]))
			sched_give(s, s->live[i], &s->pending, s->npending / nidle--);
}

static void
share(struct sched *s)
{
	size_t nidle = count_idle(s), queued, half;
	uint32_t victim;

	if (nidle && s->npending) {
		split(s, nidle);
		nidle = count_idle(s);
	}
	/* The answer that is under way, or the victim's loss, brings us here again. */
	if (nidle == 0 || s->victim != SCHED_NONE)
		return;
	victim = longest(s);
	queued = s->worker[victim].q.n;
	half = queued / 2;
	if (queued <= QUEUE_MIN) {
		/* Nobody has anything to spare, and the idle must not wait for what never comes. */
		stop_idle(s);
		return;
	}
	sched_steal(s, victim, half < queued - QUEUE_MIN ? half : queued - QUEUE_MIN);
}

static void
done(struct sched *s, uint32_t worker, double seconds)
{
	(void)worker;
	(void)seconds;
	share(s);
}

const struct policy sched_worksteal = {
    .init = sched_pend_all,
    .start = share,
    .join = sched_join,
    .done = done,
    .share = share,
    .put = sched_pend,
};
