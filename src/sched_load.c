/* sched_load.c: chunks of consecutive items, more for whoever runs low. */
#include "prun/compat.h"

#include "prun/sched.h"
#include "prun/sched_impl.h"

/* A worker with enough queued and items that take this long is left alone: late decisions balance better. */
#define LONG_SECONDS 0.1

static size_t
min(size_t a, size_t b)
{
	return a < b ? a : b;
}

static size_t
max(size_t a, size_t b)
{
	return a > b ? a : b;
}

static size_t
maxchunk(const struct sched *s)
{
	return s->conf.maxchunk ? s->conf.maxchunk : SIZE_MAX;
}

/* How many more items a worker with `queued` ones should have now. */
static size_t
wanted(const struct sched *s, size_t queued, double seconds)
{
	size_t share = s->npending / s->nlive;
	size_t room = queued < QUEUE_MIN ? QUEUE_MIN - queued : 0;

	if (queued >= max(QUEUE_MIN, share / 4))
		return 0;
	if (seconds >= LONG_SECONDS && room == 0)
		return 0;
	return min(max(QUEUE_MIN, share / 2) - queued, max(room, maxchunk(s)));
}

static void
refill(struct sched *s, uint32_t worker, double seconds)
{
	struct worker *w = &s->worker[worker];

	if (w->state != WORKER_UP)
		return;
	if (s->npending == 0) {
		sched_stop(s, worker);
		return;
	}
	sched_give(s, worker, &s->pending, wanted(s, w->q.n, seconds));
	/* xdist lets a replacement that got the very last item wait with it until all the others are through:
	 * nothing can follow it any more, so it may as well run now. */
	if (s->npending == 0 && w->q.n < QUEUE_MIN)
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
	size_t n = s->nlive, chunk;

	if (n == 0)
		return;
	if (s->npending < 2 * n) {
		for (size_t i = 0; s->npending; i++)
			sched_give(s, s->live[i % n], &s->pending, 1);
	} else {
		chunk = max(QUEUE_MIN, min(s->npending / n / 4, maxchunk(s)));
		for (size_t i = 0; i < n; i++)
			sched_give(s, s->live[i], &s->pending, chunk);
	}
	if (s->npending == 0)
		sched_stop_all(s);
}

const struct policy sched_load = {
    .init = sched_pend_all,
    .start = start,
    .join = sched_join,
    .done = refill,
    .share = share,
    .put = sched_pend,
};
