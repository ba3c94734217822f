/* sched_course.c: SCHED_DURATION's items in blocks, in parts, and these in the order of handing out. */
#include "prun/compat.h"

#include <stdlib.h>

#include "prun/sched.h"
#include "prun/sched_course.h"
#include "prun/sched_gate.h"
#include "prun/xmalloc.h"

/* An item is long that takes this part of a fair share, the block being the whole suite; see divide(). */
#define LONG_PART 2
/* Blocks are sorted that take this part of a fair share. */
#define HEAVY_PART 32

uint32_t
course_weight(double seconds)
{
	return seconds >= 4000 ? 4000000000u : seconds > 1e-6 ? (uint32_t)(seconds * 1e6) : 1;
}

void
course_init(struct sched *s)
{
	s->course = xcalloc(1, sizeof(*s->course));
	s->course->put = SCHED_NONE;
	s->course->queue = list_new(AT_PENDING);
	s->cell = xcalloc(s->conf.nitems, sizeof(*s->cell));
	for (uint32_t i = 0; i < s->conf.nitems; i++) {
		if (gate_has(s, i))
			continue; /* weighs nothing here */
		s->cell[i].weight = s->conf.seconds ? course_weight(s->conf.seconds[i]) : 1;
		list_append(s->cell, &s->pending, i);
	}
	s->npending = s->pending.n;
}

void
course_release(struct sched *s)
{
	struct course *c = s->course;

	for (size_t i = 0; i < c->nhands; i++)
		free(c->hand[i].next);
	free(c->hand);
	free(c->block);
	free(c->part);
	free(c->part_of);
	free(c->cell);
	free(c);
}

static void
find_blocks(struct sched *s, struct course *c)
{
	uint32_t *last = xcalloc(s->conf.nunits, sizeof(*last)), end = 0;
	struct block *b = NULL;

	c->block = xcalloc(s->conf.nunits, sizeof(*c->block));
	for (uint32_t i = 0; i < s->conf.nitems; i++)
		last[s->conf.unit[i]] = i;
	for (uint32_t i = 0; i < s->conf.nitems; i++) {
		if (i == end) {
			b = &c->block[c->nblocks++];
			b->first = i;
		}
		if (last[s->conf.unit[i]] >= end)
			end = last[s->conf.unit[i]] + 1;
		b->end = end;
		b->weight += s->cell[i].weight;
	}
	free(last);
}

/* Mark the first items of parts so that no long item of the block begins later than it must.  The more of the suite the
 * block is, the more of its parts would a worker be barred from that has run a later one, and the longer is long. */
static void
divide(const struct sched *s, const struct block *b, bool *mark)
{
	uint64_t fair = s->course->fair, sum;
	uint64_t longish = (uint64_t)((double)fair / LONG_PART * (double)b->weight / (double)s->course->left);

	for (uint32_t end = b->end, i; end > b->first; end = i) {
		while (end > b->first && s->cell[end - 1].weight < longish)
			end--;
		if (end == b->first)
			return;
		i = end - 1;
		sum = s->cell[i].weight;
		while (i > b->first && sum + s->cell[i - 1].weight <= fair)
			sum += s->cell[--i].weight;
		mark[i] = true;
	}
}

static void
make_parts(struct sched *s, struct course *c, bool timed)
{
	bool *mark = xcalloc(s->conf.nitems, sizeof(*mark));

	c->part = xcalloc(s->conf.nitems, sizeof(*c->part));
	c->part_of = xcalloc(s->conf.nitems, sizeof(*c->part_of));
	for (uint32_t k = 0; k < c->nblocks; k++) {
		struct block *b = &c->block[k];

		if (timed && b->weight > c->fair)
			divide(s, b, mark);
		b->part = (uint32_t)c->nparts;
		for (uint32_t i = b->first; i < b->end; i++) {
			if (i == b->first || mark[i])
				c->part[c->nparts++] = (struct part){.pending = list_new(AT_PENDING), .block = k};
			c->part_of[i] = (uint32_t)c->nparts - 1;
			if (gate_has(s, i))
				continue;
			list_remove(s->cell, &s->pending, i);
			list_append(s->cell, &c->part[c->nparts - 1].pending, i);
		}
	}
	free(mark);
}

/* Heavier first.  Those too light to delay the end stay as they are, so that neighbours share what they share. */
static int
by_weight(const void *a, const void *b, void *arg)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	const struct course *c = arg;
	uint64_t heavy = c->fair / HEAVY_PART;
	uint64_t wx = c->block[x].weight, wy = c->block[y].weight;

	if ((wx >= heavy || wy >= heavy) && wx != wy)
		return wx < wy ? 1 : -1;
	return x < y ? -1 : x > y;
}

static void
queue_parts(struct course *c, bool sort)
{
	uint32_t *v = xreallocarray(NULL, c->nblocks, sizeof(*v));

	c->cell = xcalloc(c->nparts, sizeof(*c->cell));
	for (uint32_t k = 0; k < c->nblocks; k++)
		v[k] = k;
	if (sort)
		qsort_r(v, c->nblocks, sizeof(*v), by_weight, c);
	for (size_t k = 0; k < c->nblocks; k++)
		for (uint32_t p = c->block[v[k]].part; p < c->nparts && c->part[p].block == v[k]; p++)
			if (c->part[p].pending.n)
				list_append(c->cell, &c->queue, p);
			else
				c->cell[p].where = AT_NOWHERE;
	free(v);
}

void
course_set(struct sched *s)
{
	struct course *c = s->course;
	bool timed = s->conf.seconds && s->nlive > 1;

	c->left = s->pending.weight;
	c->fair = c->left / (s->nlive ? s->nlive : 1);
	for (size_t i = 0; i < s->conf.nitems; i++)
		if (s->cell[i].weight > c->fair)
			c->fair = s->cell[i].weight;
	find_blocks(s, c);
	make_parts(s, c, timed);
	queue_parts(c, timed);
}

struct hand *
course_hand(struct sched *s, uint32_t worker)
{
	struct course *c = s->course;
	size_t n = c->nhands;

	if (n < s->nworkers) {
		c->hand = xgrow(c->hand, &c->nhands, s->nworkers, sizeof(*c->hand));
		for (; n < c->nhands; n++)
			c->hand[n] = (struct hand){.part = SCHED_NONE};
	}
	return &c->hand[worker];
}

/* Items come back in order: each has its place behind the one before, or near the head. */
uint32_t
course_put(struct sched *s, uint32_t item)
{
	struct course *c = s->course;
	uint32_t part = c->part_of[item], next;
	struct list *l = &c->part[part].pending;
	bool behind = c->put < item && s->cell[c->put].where == AT_PENDING && c->part_of[c->put] == part;

	next = behind ? s->cell[c->put].next : l->head;
	while (next != SCHED_NONE && next < item)
		next = s->cell[next].next;
	list_insert(s->cell, l, item, next);
	c->put = item;
	c->left += s->cell[item].weight;
	s->npending++;
	return part;
}
