/* pool_time.c: what a pool does because it is time. */
#include "prun/compat.h"

#include <stdlib.h>

#include "prun/clock.h"
#include "prun/pool_impl.h"
#include "prun/slot.h"
#include "prun/xmalloc.h"

enum {
	REST_SHARE = 4,                   /* of what a worker has to do, the part that it may do unheard */
	REST_TESTS = 200,                 /* no more than its pipe has room for */
	REST_MOST = 20 * CLOCK_MILLISECOND,
};

/* Of two times the first; 0 is no time. */
static uint64_t
first_of(uint64_t a, uint64_t b)
{
	return a && (!b || a < b) ? a : b;
}

/*
 * Of many short tests the master would hear one by one, and take the processor from a worker each time.  So where a
 * worker has said nothing but passes and starts, what it says next waits while it runs a few of those that it has
 * still to do.  Nothing is lost by that: it stands in the pipe.
 */
void
pool_let_rest(struct pool *p, struct slot *s, uint64_t now)
{
	size_t ahead = sched_queued(p->sched, s->id) / REST_SHARE;
	bool may = s->npassed && s->nread == s->npassed && !p->conf->maxfail && !s->limit_at && !p->stopping;
	uint64_t each = s->npassed ? (now - s->read_at) / s->npassed : 0;
	uint64_t rest = each * (ahead < REST_TESTS ? ahead : REST_TESTS);
	s->rest = may && rest ? now + (rest < REST_MOST ? rest : REST_MOST) : 0;
	s->read_at = now;
	s->npassed = s->nread = 0;
}

static uint64_t
slot_time(const struct pool *p, const struct slot *s)
{
	const uint64_t times[] = {s->deadline, s->limit_at, s->asked, s->look_at, s->rest, pool_output_time(p, s)};
	uint64_t first = 0;
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++)
		first = first_of(first, times[i]);
	return first;
}

int
pool_patience(const struct pool *p)
{
	if (p->events.n)
		return 0;
	uint64_t first = p->tick_at, now = clock_now();
	for (size_t i = 0; i < p->nslots; i++)
		first = first_of(first, slot_time(p, p->slots[i]));
	if (!first)
		return -1;
	uint64_t left = first > now ? (first - now) / CLOCK_MILLISECOND + 1 : 0;
	return left < INT_MAX ? (int)left : INT_MAX;
}

/* What each worker runs, in *v, which is the caller's to free.  Returns how many do. */
static size_t
running(const struct pool *p, uint64_t now, struct pool_running **v)
{
	size_t n = 0;
	*v = xcalloc(p->nslots + 1, sizeof(**v));
	for (size_t i = 0; i < p->nslots; i++) {
		const struct slot *s = p->slots[i];
		if (s->item != SCHED_NONE)
			(*v)[n++] = (struct pool_running){s->id, s->item, (double)(now - s->began) / CLOCK_SECOND};
	}
	return n;
}

unsigned
pool_tick(struct pool *p)
{
	uint64_t now = p->tick_at ? clock_now() : 0;
	struct pool_running *v;
	unsigned wants = 0;
	if (!p->tick_at || now < p->tick_at)
		return 0;
	size_t n = running(p, now, &v);
	unsigned again = p->host->tick(p->host->ctx, &(struct pool_now){p->nleft, v, n}, &wants);
	free(v);
	p->tick_at = again ? clock_now() + again * CLOCK_MILLISECOND : 0;
	return wants;
}
