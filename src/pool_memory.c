/* pool_memory.c: workers that take more than their share of memory give way. */
#include "prun/compat.h"

#include <time.h>

#include "prun/clock.h"
#include "prun/memory.h"
#include "prun/pool_impl.h"
#include "prun/sched.h"
#include "prun/slot.h"
#include "prun/xmalloc.h"

enum {
	YOUNG = 8, /* a worker that is over its share after so few items has not grown: another would be no smaller */
	COST = 20, /* to look takes at most one part in so many of the time */
};

/* Nanoseconds of processor that we took so far. */
static uint64_t
worked(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * CLOCK_SECOND + (uint64_t)t.tv_nsec;
}

/* What its next items would do cannot be known: it is looked at when one has ended. */
static uint64_t
look(struct slot *s)
{
	uint64_t now = clock_now(), before, size;

	if (now < s->look_again)
		return 0;
	before = worked();
	size = memory_of(s->pid);
	s->look_again = now + COST * (worked() - before);
	return size;
}

void
pool_mind_memory(struct pool *p, struct slot *s)
{
	uint64_t share = p->conf->maxmemory / p->width, size;
	bool young = s->nstarted <= YOUNG;

	if (!share || s->retired || s->told || p->stopping || (young && p->width == 1) || (size = look(s)) <= share)
		return;
	s->retired = size;
	s->share = share;
	s->fewer = young;
	p->width -= young;
	sched_retire(p->sched, s->id);
}

/* Who takes the place of one that gave way?  Nobody, if there are enough others to take what is left. */
bool
pool_lacks_one(const struct pool *p)
{
	if (p->nslots < p->width)
		return true;
	for (size_t i = 0; i < p->nslots; i++)
		if (!p->slots[i]->told)
			return false;
	return true;
}

void
pool_tell_retired(const struct slot *s, json_t *bye)
{
	json_t *said = json_pack("[I, I, b]", (json_int_t)s->retired, (json_int_t)s->share, s->fewer);
	if (json_object_set_new(bye, "$retired", said) < 0)
		xmalloc_end();
}
