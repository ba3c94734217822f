/*
 * sched_course.h: SCHED_DURATION's items in blocks, in parts, and these in the order of handing out.
 *
 * A block is a run of consecutive items that shares no file with the rest: a module, or several whose items pytest has
 * mixed for the sake of a fixture.  What would begin too late when a block is run from its head, a long test at the end
 * of a long module, is cut off: it and what fits before it in a fair share of the time are a part of their own.
 *
 * Weights are microseconds; without known times each item weighs 1 and all stays in order of collection.
 */
#ifndef PRUN_SCHED_COURSE_H
#define PRUN_SCHED_COURSE_H

#include "prun/sched_impl.h"

struct part {
	struct list pending; /* in order of collection */
	uint32_t block;
};

struct block {
	uint32_t first, end; /* items */
	uint32_t part;       /* its first one */
	uint64_t weight;
};

/* What is known of a worker. */
struct hand {
	uint32_t part;  /* that it takes from, or SCHED_NONE */
	uint64_t busy;  /* weight of what it has done, as it was measured */
	uint64_t ndone;
	uint32_t *next; /* of each block: items before this one would be out of order; NULL: all 0 */
};

struct course {
	struct block *block;
	size_t nblocks;
	struct part *part;
	size_t nparts;
	uint32_t *part_of; /* of each item */
	struct cell *cell; /* of each part, in `queue` or nowhere */
	struct list queue; /* parts with pending items from which no worker takes, in the order of handing out */
	struct hand *hand; /* by worker */
	size_t nhands;
	uint64_t left;     /* weight of all pending items */
	uint64_t fair;     /* what one worker must do at least, by what was expected at the start */
	uint32_t put;      /* the item that was put back last */
};

uint32_t course_weight(double seconds);

/* policy.init and policy.release: until the start all is in s->pending. */
void course_init(struct sched *s);
void course_release(struct sched *s);

/* The workers are known: move the items from s->pending to parts. */
void course_set(struct sched *s);

/* Of a worker that was added.  Pointers stay valid until another one is. */
struct hand *course_hand(struct sched *s, uint32_t worker);

/* Put an item that was given back where it belongs.  Returns its part. */
uint32_t course_put(struct sched *s, uint32_t item);

#endif
