/*
 * worker.h: a worker's own loop: take item numbers from the master, run them, write results.
 *
 * It keeps the queue that the master fills, and skips what the master has withdrawn from it.  An item starts only when its successor is known or STOP was
 * seen, because pytest tears fixtures down by what comes next.
 */
#ifndef PRUN_WORKER_H
#define PRUN_WORKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct claims;
struct items;

enum worker_verdict {
	WORKER_GO,    /* the item's protocol ended; *json holds what it reported */
	WORKER_LEAVE, /* likewise, but this worker must not run another */
	WORKER_BREAK, /* KeyboardInterrupt: as LEAVE, but without outcome if the master asked for it; if it did not,
		       * and there is no JSON, the process ends */
	WORKER_PASSED = 0x10, /* with the first two: it has just passed; *json holds the numbers of a PASS frame */
};

#define WORKER_PASS_SIZE (9 * sizeof(double))

/* What the host does for the loop, in the child. */
struct worker_host {
	void *ctx;
	/* Run `item`; `next` is what follows on this worker, or SCHED_NONE.  Appends JSON to *json. */
	enum worker_verdict (*run)(void *ctx, uint32_t item, uint32_t next, struct buf *json);
	/* Around a wait for the master: let other threads run; acquire returns false when a signal's handler
	 * asked for the end. */
	void (*release)(void *ctx);
	bool (*acquire)(void *ctx);
};

/* Then, in a worker that was forked from the master: tell it that we have come through the fork. */
void worker_hello(void);

/* Run items until STOP, CANCEL, the master's death or a verdict ends it.  `ctl` is read, and
 * stays open.  `claims` says which of the items in the queue are still this worker's; NULL: all.  Returns 0, or
 * -1 when the master is gone. */
int worker_main(uint32_t id, int ctl, const struct items *items, struct claims *claims,
		const struct worker_host *host);

/* First: `res` is written; `scratch` is a file to be emptied before each item, so that it holds what the running one
 * wrote. */
void worker_open(int res, int scratch);

/* At the end, with or without worker_main(): say BYE (a JSON object) and send what is still queued.  0, or -1 as above. */
int worker_bye(const void *json, size_t n);

/* In a worker, while an item runs: the time that it may take begins now, or does not count. */
void worker_clock(bool counts);

enum worker_terminal {
	WORKER_WAITS,
	WORKER_LENT,        /* the terminal is ours until worker_give_back() */
	WORKER_NO_TERMINAL, /* there is none */
	WORKER_NOT_NOW,     /* the run is about to end, or the master is out of reach */
};

/* In a worker, from worker_main() until worker_bye(): ask for the terminal, once.  Then worker_hear() says what the
 * answer is; while it is WORKER_WAITS, wait for the descriptor that worker_ask() returned, -1 if nobody can be asked. */
int worker_ask(void);
enum worker_terminal worker_hear(void);
void worker_give_back(void);

/* In a worker: queue a LOG frame (JSON array of events), sent with the next result. */
void worker_log(const void *json, size_t n);

#endif
