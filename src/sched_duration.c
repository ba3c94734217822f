/*
 * sched_duration.c: a module's tests together and in order, the longest modules first, divided by expected time.
 *
 * A worker stays with a block (sched_course.h) until all of it is handed out.  Then it takes the next one that nobody
 * works on and, when there is none, helps with the one that has most left.  Whoever takes from a part takes its first
 * items, parts of a block are taken in order, and a worker that has run a later one helps with no earlier one: so each
 * worker runs a block's items in order of collection, however many work on it, unless somebody dies, or hangs: what is
 * queued behind an item that outlasts all expectation goes to whoever has nothing else to do.
 */
#include "prun/compat.h"

#include <stdlib.h>

#include "prun/sched.h"
#include "prun/sched_course.h"
#include "prun/xmalloc.h"

#define LEAD 200000 /* microseconds of work that a worker has before it */
#define LATE 1000000 /* microseconds by which a worker's item has outlasted what was expected of it: it may hang */
/* What takes less than this part of a fair share may be bound to any worker: it delays nobody. */
#define SMALL_PART 50

/* ---- whose part it is ---- */

static bool
in_order(const struct course *c, const struct hand *h, uint32_t item)
{
	return !h->next || h->next[c->part[c->part_of[item]].block] <= item;
}

/* Workers that take from it. */
static size_t
members(struct sched *s, uint32_t part)
{
	size_t n = 0;

	for (size_t i = 0; i < s->nlive; i++)
		n += s->worker[s->live[i]].state == WORKER_UP && course_hand(s, s->live[i])->part == part;
	return n;
}

/* If nobody takes from it any more it comes next. */
static void
abandon(struct sched *s, uint32_t part)
{
	struct course *c = s->course;

	if (c->part[part].pending.n && c->cell[part].where == AT_NOWHERE && members(s, part) == 0)
		list_prepend(c->cell, &c->queue, part);
}

static void
leave(struct sched *s, struct hand *h)
{
	uint32_t part = h->part;

	h->part = SCHED_NONE;
	if (part != SCHED_NONE)
		abandon(s, part);
}

static void
stop(struct sched *s, uint32_t worker)
{
	sched_stop(s, worker);
	leave(s, course_hand(s, worker));
}

/* ---- what a worker takes ---- */

/* Can anybody but this worker run it in order? */
static bool
others_can(struct sched *s, uint32_t worker, uint32_t item)
{
	for (size_t i = 0; i < s->nlive; i++)
		if (s->live[i] != worker && s->worker[s->live[i]].state == WORKER_UP &&
		    in_order(s->course, course_hand(s, s->live[i]), item))
			return true;
	return false;
}

/* The first part in the queue that the worker can run in order, or, when it would else wait, that nobody can. */
static uint32_t
waiting(struct sched *s, uint32_t worker)
{
	const struct course *c = s->course;
	const struct hand *h = course_hand(s, worker);

	for (uint32_t p = c->queue.head; p != SCHED_NONE; p = c->cell[p].next)
		if (in_order(c, h, c->part[p].pending.head))
			return p;
	if (s->worker[worker].q.n >= QUEUE_MIN)
		return SCHED_NONE;
	for (uint32_t p = c->queue.head; p != SCHED_NONE; p = c->cell[p].next)
		if (!others_can(s, worker, c->part[p].pending.head))
			return p;
	return SCHED_NONE;
}

/* Does what it runs take much longer than it should?  There is no clock here but what others have done meanwhile. */
static bool
is_late(struct sched *s, const struct hand *thief, uint32_t victim)
{
	const struct list *q = &s->worker[victim].q;
	uint64_t expected = s->conf.seconds && q->n ? s->cell[q->head].weight : 0;

	return q->n && thief->busy > course_hand(s, victim)->busy + expected + LATE;
}

/* Of the parts that others take from the one with most left for each. */
static uint32_t
helpless(struct sched *s, const struct hand *h)
{
	const struct course *c = s->course;
	uint32_t best = SCHED_NONE;
	uint64_t most = 0;

	for (size_t i = 0; i < s->nlive; i++) {
		uint32_t part = course_hand(s, s->live[i])->part;
		const struct list *l = part == SCHED_NONE ? NULL : &c->part[part].pending;

		if (!l || !l->n || l->weight / (members(s, part) + 1) < most)
			continue;
		if (!in_order(c, h, l->head) && !is_late(s, h, s->live[i]))
			continue;
		most = l->weight / (members(s, part) + 1) + 1;
		best = part;
	}
	return best;
}

static uint32_t
choose(struct sched *s, uint32_t worker)
{
	struct course *c = s->course;
	struct hand *h = course_hand(s, worker);

	if (h->part != SCHED_NONE && c->part[h->part].pending.n && in_order(c, h, c->part[h->part].pending.head))
		return h->part;
	leave(s, h);
	h->part = waiting(s, worker);
	if (h->part != SCHED_NONE)
		list_remove(c->cell, &c->queue, h->part);
	else if (s->worker[worker].q.n < QUEUE_MIN)
		h->part = helpless(s, h);
	return h->part;
}

/* Can all that is pending be done by the others before this worker has done what it has?  Then to bind the item to it
 * would only delay that. */
static bool
has_its_fill(struct sched *s, uint32_t worker, uint32_t item)
{
	const struct course *c = s->course;
	uint64_t end = course_hand(s, worker)->busy + s->worker[worker].q.weight, room = 0;

	if (!s->conf.seconds || s->worker[worker].q.n != 1 || s->cell[item].weight < c->fair / SMALL_PART)
		return false;
	for (size_t i = 0; i < s->nlive; i++) {
		const struct worker *w = &s->worker[s->live[i]];
		uint64_t other = course_hand(s, s->live[i])->busy + w->q.weight;

		if (w->state == WORKER_UP && other < end && in_order(c, course_hand(s, s->live[i]), item))
			room += end - other;
	}
	return room >= c->left;
}

/* Give the first items of the part until the worker has `least` of them and `target` to do, at most `*most`. */
static void
give(struct sched *s, uint32_t worker, uint32_t part, size_t least, uint64_t target, size_t *most)
{
	struct course *c = s->course;
	struct list *from = &c->part[part].pending;
	const struct list *q = &s->worker[worker].q;
	struct hand *h = course_hand(s, worker);
	uint64_t weight = q->weight, before = from->weight;
	uint32_t i = from->head, last = i;
	size_t n = 0;

	for (; i != SCHED_NONE && n < *most && (q->n + n < least || weight < target); i = s->cell[i].next, n++) {
		weight += s->cell[i].weight;
		last = i;
	}
	if (!h->next)
		h->next = xcalloc(c->nblocks, sizeof(*h->next));
	h->next[c->part[part].block] = last + 1;
	sched_give(s, worker, from, n);
	c->left -= before - from->weight;
	*most -= n;
}

/* ---- stealing ---- */

/* How many of the last items of the victim's queue the thief would take: half of what the victim can give back. */
static size_t
loot(struct sched *s, const struct hand *thief, uint32_t from, uint64_t *weight)
{
	const struct worker *victim = &s->worker[from];
	const struct list *q = &victim->q;
	uint64_t bound = 0, spare;
	uint32_t i = q->head;
	size_t n = 0;
	bool late;

	*weight = 0;
	if (victim->state != WORKER_UP || q->n <= QUEUE_MIN)
		return 0;
	for (size_t k = 0; k < QUEUE_MIN; k++, i = s->cell[i].next)
		bound += s->cell[i].weight;
	spare = q->weight - bound;
	late = is_late(s, thief, from);
	for (i = q->tail; n < q->n - QUEUE_MIN && *weight < (spare + 1) / 2; i = s->cell[i].prev, n++) {
		if (!in_order(s->course, thief, i) && !late)
			break;
		*weight += s->cell[i].weight;
	}
	return n;
}

/* Nothing is left that this worker could take.  The answer to a steal that is under way brings us here again. */
static void
idle(struct sched *s, uint32_t worker)
{
	uint32_t victim = SCHED_NONE;
	uint64_t most = 0, weight;
	size_t n = 0;

	if (s->victim != SCHED_NONE)
		return;
	for (size_t i = 0; i < s->nlive; i++) {
		size_t k = loot(s, course_hand(s, worker), s->live[i], &weight);

		if (k && weight > most) {
			most = weight;
			victim = s->live[i];
			n = k;
		}
	}
	if (victim == SCHED_NONE)
		stop(s, worker);
	else
		sched_steal(s, victim, n);
}

/* ---- events ---- */

static size_t
max(size_t a, size_t b)
{
	return a > b ? a : b;
}

/* What a worker should have before it, at most `most`: what it can start soon.  Where it is alone in its part more only
 * binds it; where others take from it too, fewer and larger pieces tear fewer classes apart. */
static uint64_t
lead(struct sched *s, uint32_t worker, uint64_t most)
{
	const struct hand *h = course_hand(s, worker);
	uint64_t soon = LEAD;

	if (!s->conf.seconds)
		soon = h->busy ? LEAD * h->ndone / h->busy : most;
	if (h->part != SCHED_NONE && members(s, h->part) > 1)
		return most;
	return soon < most ? soon : most;
}

static void
refill(struct sched *s, uint32_t worker)
{
	const struct worker *w = &s->worker[worker];
	uint64_t target = lead(s, worker, s->course->left / s->nlive / 2);
	size_t room = w->q.n < QUEUE_MIN ? QUEUE_MIN - w->q.n : 0;
	size_t most = s->conf.maxchunk ? max(room, s->conf.maxchunk) : SIZE_MAX;
	uint32_t part, begun;

	if (w->state != WORKER_UP || (room == 0 && w->q.weight >= target / 2))
		return;
	while (most && (w->q.n < QUEUE_MIN || w->q.weight < target)) {
		begun = course_hand(s, worker)->part;
		part = choose(s, worker);
		if (part == SCHED_NONE)
			break;
		/* What it has begun it goes on with: those who have run later parts could not. */
		if (part != begun && has_its_fill(s, worker, s->course->part[part].pending.head)) {
			stop(s, worker);
			return;
		}
		give(s, worker, part, QUEUE_MIN, target, &most);
	}
	if (w->q.n < QUEUE_MIN)
		idle(s, worker);
}

static void
done(struct sched *s, uint32_t worker, double seconds)
{
	struct hand *h = course_hand(s, worker);

	h->busy += course_weight(seconds);
	h->ndone++;
	refill(s, worker);
}

/* Those that wait come first. */
static void
share(struct sched *s)
{
	struct course *c = s->course;

	for (uint32_t i = 0; i < c->nhands && i < s->nworkers; i++)
		if (s->worker[i].state == WORKER_LOST || s->worker[i].state == WORKER_STOPPED) {
			leave(s, &c->hand[i]);
			free(c->hand[i].next);
			c->hand[i].next = NULL;
		}
	for (size_t i = 0; i < s->nlive; i++)
		if (s->worker[s->live[i]].q.n < QUEUE_MIN)
			refill(s, s->live[i]);
	for (size_t i = 0; i < s->nlive; i++)
		refill(s, s->live[i]);
}

/* To everyone a first item and a small piece, as in load, before anyone gets what follows. */
static void
start(struct sched *s)
{
	uint64_t piece;

	course_set(s);
	piece = s->nlive ? s->course->left / s->nlive / 4 : 0;
	for (size_t i = 0; i < s->nlive; i++) {
		uint32_t part = choose(s, s->live[i]);
		size_t most = s->conf.maxchunk ? s->conf.maxchunk : SIZE_MAX;

		if (part != SCHED_NONE)
			give(s, s->live[i], part, 1, piece, &most);
	}
	share(s);
}

/* It begins, as far as anybody knows, where the others are by now. */
static void
join(struct sched *s, uint32_t worker, uint32_t replaces)
{
	struct hand *h = course_hand(s, worker);

	(void)replaces;
	for (size_t i = 0; i < s->nlive; i++)
		if (course_hand(s, s->live[i])->busy > h->busy)
			h->busy = course_hand(s, s->live[i])->busy;
	share(s);
}

static void
put(struct sched *s, uint32_t item, bool first)
{
	(void)first;
	abandon(s, course_put(s, item));
}

const struct policy sched_duration = {
    .init = course_init,
    .release = course_release,
    .start = start,
    .join = join,
    .done = done,
    .share = share,
    .put = put,
};
