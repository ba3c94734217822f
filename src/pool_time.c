/* pool_time.c: what a pool does because it is time. */
#include "prun/compat.h"

#include <stdlib.h>

#include "prun/clock.h"
#include "prun/pool_impl.h"
#include "prun/slot.h"
#include "prun/xmalloc.h"

/* Of two times the first; 0 is no time. */
static uint64_t
first_of(uint64_t a, uint64_t b)
{
	return a && (!b || a < b) ? a : b;
}

static uint64_t
slot_time(const struct pool *p, const struct slot *s)
{
	const uint64_t times[] = {s->deadline, s->limit_at, s->asked, s->look_at, pool_output_time(p, s)};
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
