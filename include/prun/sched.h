/*
 * sched.h: which worker runs which item, and when.
 *
 * Pure: no descriptors, no clock, no Python.  Items and what happened go in, commands come out, and the
 * same input always gives the same output.  The rules are pytest-xdist's (its scheduler/ folder), with
 * the faults named beside each mode mended.
 *
 * The caller's duties, in order:
 *   1. sched_new() with the mode, the item count and, for the scope modes and SCHED_DURATION, the unit of each item.
 *   2. sched_add() once for each worker that is up, then sched_start() once.
 *   3. After each call that tells the scheduler something, sched_next() until it returns NULL, and do
 *      what each command says.  Items of a RUN command are appended to that worker's queue, in order.
 *   4. sched_done() for every item that a worker finished, sched_returned() for the answer to every
 *      STEAL, sched_lost() when a worker died, sched_add() with `replaces` set for its replacement.
 *   5. sched_free().
 * A worker must not start an item before it knows the item that follows it in its queue, or has been
 * told to STOP: pytest tears fixtures down by what comes next.
 */
#ifndef PRUN_SCHED_H
#define PRUN_SCHED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SCHED_NONE UINT32_MAX /* no item; no worker */

enum sched_mode {
	SCHED_EACH,      /* every item on every worker */
	SCHED_LOAD,      /* chunks of consecutive items to whoever runs out */
	SCHED_LOADSCOPE, /* a unit (module or class) stays on one worker, large units first */
	SCHED_LOADFILE,  /* likewise by file */
	SCHED_LOADGROUP, /* likewise by xdist_group mark; an unmarked item is its own unit */
	SCHED_WORKSTEAL, /* equal contiguous parts, then the idle steal from the longest queue */
	SCHED_DURATION,  /* a file's items together and in order, the longest first, divided by expected time */
	SCHED_MODES
};

enum sched_op {
	SCHED_RUN,   /* append cmd->items to the worker's queue */
	SCHED_STEAL, /* take back from the worker those of cmd->items that it has not taken yet (claims.h) */
	SCHED_STOP,  /* nothing more will come: run what is queued, then finish */
	SCHED_OPS
};

/* What an item asks for that may not run whenever its turn comes.  Items of the same kind are alike in all of this. */
struct sched_kind {
	int32_t priority;         /* higher is handed out earlier; that of an item without kind is 0 */
	bool alone;               /* runs while no other worker lives, after all else */
	const uint32_t *resource; /* while it runs it takes a slot of each of these */
	size_t nresources;
};

/* One order to one worker.  `items` is owned by the scheduler and is valid until the next sched_ call. */
struct sched_cmd {
	enum sched_op op;
	uint32_t worker;
	const uint32_t *items;
	size_t n;
};

struct sched_conf {
	enum sched_mode mode;
	size_t nitems;
	const uint32_t *unit; /* unit number of each item, dense from 0 in order of first item; borrowed until
				 sched_free(); NULL unless mode is a scope mode or SCHED_DURATION, whose units
				 are files */
	size_t nunits;        /* 0 without units */
	const double *seconds; /* SCHED_DURATION: what each item is expected to take, borrowed likewise; NULL: not
				  known */
	size_t maxchunk;      /* --maxschedchunk; 0 means no limit */
	bool reorder;         /* scope modes: large units first (stable), xdist's default */
	const uint32_t *kind; /* of each item an index into `kinds`, or SCHED_NONE; NULL: none has one.  Borrowed, as are
				 the kinds and slots.  In the scope modes all items of a unit have the same one;
				 in SCHED_EACH there are none */
	const struct sched_kind *kinds; /* in the order in which they are tried: by priority, the lonely last */
	size_t nkinds;
	const uint32_t *slots; /* of each resource, how many workers may have such items at once; at least 1 */
	size_t nslots;
};

struct sched;

/* Never fails (allocation failure ends the process, see xmalloc.h). */
struct sched *sched_new(const struct sched_conf *conf);
void sched_free(struct sched *s);

/* How many workers can have work at once: items, units, or no limit (SIZE_MAX) for SCHED_EACH. */
size_t sched_width(const struct sched_conf *conf);

/* A worker is up.  Numbers are small, and never used twice.  `replaces` is the lost worker whose place it
 * takes, or SCHED_NONE.  After sched_start() the new worker is given work at once. */
void sched_add(struct sched *s, uint32_t worker, uint32_t replaces);

/* Hand out the first work.  Call once, with at least one worker added. */
void sched_start(struct sched *s);

/* `worker` finished `item`, which took `seconds`.  An item that is not in that worker's queue is ignored. */
void sched_done(struct sched *s, uint32_t worker, uint32_t item, double seconds);

/* The answer to STEAL: the items taken back (n == 0: none, the worker has them all). */
void sched_returned(struct sched *s, uint32_t worker, const uint32_t *items, size_t n);

/* `worker` is gone, by death or, which may be told too, by its end after STOP.  `item` is the one that ended
 * with it, which has its outcome and will not be run again, or SCHED_NONE.  What else it had queued goes back
 * to be run by the others, or, in SCHED_EACH, by the worker that replaces it. */
void sched_lost(struct sched *s, uint32_t worker, uint32_t item);

/* Run `item`, which has its outcome, once more (pytest-rerunfailures after a crash): it goes to the head of
 * what is pending; in the scope modes with what is left of its unit, or to the worker that has that now.
 * Ignored in SCHED_EACH. */
void sched_again(struct sched *s, uint32_t item);

/* `worker` shall end soon: it is to give back all but the item that it runs and the next one, in the scope modes what it
 * has not begun of units, and to stop.  Ignored in SCHED_EACH. */
void sched_retire(struct sched *s, uint32_t worker);

/* Hand out nothing more: pending items are dropped and no commands come out from now on. */
void sched_cancel(struct sched *s);

/* Items not yet handed to any worker, plus those of lost SCHED_EACH workers that nobody replaced.  A worker
 * that was told to STOP takes no more: when all were, and this is not 0, only a new one brings the run on. */
size_t sched_pending(const struct sched *s);

/* Items in the queue of `worker`, the running one included. */
size_t sched_queued(const struct sched *s, uint32_t worker);

/* Is the item in that queue? */
bool sched_holds(const struct sched *s, uint32_t worker, uint32_t item);

/* The next order, or NULL when there is none. */
const struct sched_cmd *sched_next(struct sched *s);

#endif
