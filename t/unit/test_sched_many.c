/* test_sched_many.c: 100,000 items in 10,000 units take a moment, not minutes. */
#include "prun/compat.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "prun/sched.h"
#include "prun/xmalloc.h"

enum { ITEMS = 100000, UNITS = 10000, WORKERS = 16 };

struct queue {
	uint32_t *item;
	size_t head, tail;
};

static void
obey(struct sched *s, struct queue *queue)
{
	const struct sched_cmd *c;

	while ((c = sched_next(s))) {
		struct queue *q = &queue[c->worker];

		if (c->op == SCHED_RUN) {
			memcpy(q->item + q->tail, c->items, c->n * sizeof(*c->items));
			q->tail += c->n;
		} else if (c->op == SCHED_STEAL) {
			q->tail -= c->n;
			sched_returned(s, c->worker, q->item + q->tail, c->n);
		}
	}
}

/* The higher its number, the slower the worker, so that there is something to steal. */
static size_t
work(struct sched *s, struct queue *queue, size_t turn)
{
	size_t ended = 0;

	for (uint32_t w = 0; w < WORKERS; w++) {
		struct queue *q = &queue[w];

		if (turn % (w + 1) || q->head == q->tail)
			continue;
		sched_done(s, w, q->item[q->head++], 0);
		ended++;
		obey(s, queue);
	}
	return ended;
}

static void
many(const struct sched_conf *conf)
{
	struct queue queue[WORKERS] = {{NULL, 0, 0}};
	struct sched *s = sched_new(conf);
	size_t all = conf->mode == SCHED_EACH ? (size_t)ITEMS * WORKERS : ITEMS, ended = 0;

	for (uint32_t w = 0; w < WORKERS; w++) {
		queue[w].item = xcalloc(2 * ITEMS, sizeof(*queue[w].item));
		sched_add(s, w, SCHED_NONE);
	}
	sched_start(s);
	obey(s, queue);
	for (size_t turn = 0; ended < all; turn++)
		ended += work(s, queue, turn);
	cr_expect_eq(sched_pending(s), 0);
	for (uint32_t w = 0; w < WORKERS; w++) {
		cr_expect_eq(sched_queued(s, w), 0);
		free(queue[w].item);
	}
	sched_free(s);
}

Test(sched_many, each, .timeout = 20)
{
	many(&(struct sched_conf){.mode = SCHED_EACH, .nitems = ITEMS});
}

Test(sched_many, load, .timeout = 20)
{
	many(&(struct sched_conf){.mode = SCHED_LOAD, .nitems = ITEMS});
}

Test(sched_many, loadscope, .timeout = 20)
{
	uint32_t *unit = xcalloc(ITEMS, sizeof(*unit));

	for (uint32_t i = 0; i < ITEMS; i++)
		unit[i] = i % UNITS;
	many(&(struct sched_conf){
	    .mode = SCHED_LOADSCOPE, .nitems = ITEMS, .unit = unit, .nunits = UNITS, .reorder = true});
	free(unit);
}

/* Some items take a hundred times what most do; `one`: all in one file. */
static void
many_durations(bool one)
{
	uint32_t *unit = xcalloc(ITEMS, sizeof(*unit));
	double *seconds = xcalloc(ITEMS, sizeof(*seconds));

	for (uint32_t i = 0; i < ITEMS; i++) {
		unit[i] = one ? 0 : i / (ITEMS / UNITS);
		seconds[i] = i % 97 ? 0.001 : 0.1;
	}
	many(&(struct sched_conf){
	    .mode = SCHED_DURATION, .nitems = ITEMS, .unit = unit, .nunits = one ? 1 : UNITS, .seconds = seconds});
	many(&(struct sched_conf){
	    .mode = SCHED_DURATION, .nitems = ITEMS, .unit = unit, .nunits = one ? 1 : UNITS});
	free(unit);
	free(seconds);
}

Test(sched_many, duration, .timeout = 20)
{
	many_durations(false);
	many_durations(true);
}

Test(sched_many, worksteal, .timeout = 20)
{
	many(&(struct sched_conf){.mode = SCHED_WORKSTEAL, .nitems = ITEMS});
}

/* Each death gives tens of thousands of items back. */
static void
many_losses(enum sched_mode mode)
{
	uint32_t *unit = xcalloc(ITEMS, sizeof(*unit));
	struct sched *s = sched_new(&(struct sched_conf){.mode = mode, .nitems = ITEMS, .unit = unit, .nunits = 1});
	uint32_t w = 0;

	sched_add(s, 0, SCHED_NONE);
	sched_start(s);
	for (; w < 100; w++) {
		const struct sched_cmd *c;
		uint32_t first = SCHED_NONE;

		while ((c = sched_next(s)))
			if (first == SCHED_NONE)
				first = c->items[0];
		cr_assert_neq(first, SCHED_NONE);
		sched_lost(s, w, first);
		sched_add(s, w + 1, w);
	}
	cr_expect_eq(sched_pending(s) + sched_queued(s, w), ITEMS - 100);
	sched_free(s);
	free(unit);
}

Test(sched_many, losses, .timeout = 20)
{
	many_losses(SCHED_LOAD);
	many_losses(SCHED_DURATION);
}
