/*
 * pool.h: forks workers, hands items out, reads results, and sees to it that the run ends.
 *
 * The pool knows neither Python nor pytest: the host (bridge.h in the executable) brings a worker to life
 * in the child and tells reporters what happened in the master.  Its promise: when pool_run() returns
 * POOL_DONE every item has had exactly one outcome (in SCHED_EACH, one from every worker), and no process,
 * descriptor or signal handler of its own is left, however it returns.
 *
 * An item that takes longer than its limit ends in steps: where its threads are is asked for, its worker's group gets
 * SIGTERM, and after the grace SIGKILL.  That is its outcome, an EVENT_CRASH, whatever the worker says meanwhile; and
 * another worker takes the place of that one, which is not counted as a restart.
 *
 * Duties in the loop, in this order: hand out work, read results, tell the host, and at a time that the host has
 * asked for, say what runs now.
 */
#ifndef PRUN_POOL_H
#define PRUN_POOL_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "prun/event.h"
#include "prun/proc.h"
#include "prun/sched.h"
#include "prun/slot.h"

struct pool_conf {
	struct sched_conf sched;
	uint32_t nworkers;   /* at least 1 */
	bool jobserver;      /* at most as many as make has slots for at the time (jobserver.h, open) */
	uint64_t maxmemory;  /* bytes that all workers may take; 0: no limit.  None in SCHED_EACH */
	unsigned maxrestart; /* workers replaced at most; UINT_MAX: no limit */
	unsigned maxfail;    /* stop handing out after so many failed reports; 0: never */
	unsigned patience;   /* seconds until a worker must have said HELLO; 0: for ever */
	bool starts;         /* tell of EVENT_START */
	bool forward_out;    /* workers' standard output past the capture is forwarded (-s) */
	const double *limits; /* of each item, the seconds that it may take, 0: no limit; NULL: none has one */
	double grace;        /* seconds between SIGTERM and SIGKILL for a test that has taken too long */
	unsigned tick;       /* milliseconds until host.tick() is called first; 0: never */
};

/* What a worker runs. */
struct pool_running {
	uint32_t worker, item;
	double seconds; /* since the master heard of its start */
};

/* How far the run is. */
struct pool_now {
	size_t nleft; /* items without outcome */
	const struct pool_running *running;
	size_t n;
};

enum {
	POOL_TELL_STOP = 1,  /* hand nothing more out */
	POOL_TELL_AGAIN = 2, /* of EVENT_CRASH: run the item once more, it has no outcome yet */
	POOL_TELL_END = 4,   /* of a tick: the time of the run is over: what runs ends as if its own were */
};

struct pool_host {
	void *ctx;
	struct proc_hooks fork; /* the interpreter's calls around fork */
	/* In the master, before worker `id` is forked, in place of `replaces` or, if that is SCHED_NONE, of
	 * nobody; -1: do not, and stop. */
	int (*prepare)(void *ctx, uint32_t id, uint32_t replaces);
	/* NULL: workers are forked from this process.  Else give the ends to worker `id`, which a layer has forked or
	 * forks now, and return its pid; it is a child of this process.  -1 with errno. */
	pid_t (*layer)(void *ctx, uint32_t id, const struct slot_ends *ends);
	/* In the child of a fork of our own: be worker `id`, return the exit status of the process. */
	int (*child)(void *ctx, uint32_t id, const struct slot_ends *ends);
	/* In the master: tell reporters.  Returns a mask of what they ask for. */
	unsigned (*tell)(void *ctx, const struct event *e);
	/* All that has happened so far was told: what tell() put together may be told now.  Returns as tell().
	 * NULL: nothing is ever put together. */
	unsigned (*told)(void *ctx);
	/* So many milliseconds of conf.tick after the start, and then whenever it has said.  Returns the milliseconds
	 * until the next time, 0: never again; and as tell() in *wants. */
	unsigned (*tick)(void *ctx, const struct pool_now *now, unsigned *wants);
	/* The terminal is worker `id`'s from now on, a process `pid` and group of its own; or, if that is SCHED_NONE,
	 * the master's again.  Returns whether that can be.  NULL: there is no terminal. */
	bool (*lend)(void *ctx, uint32_t id, pid_t pid);
	/* In the master: standard error is about to be written to, or this process to be stopped.  May be NULL. */
	void (*aside)(void *ctx);
	/* Around a wait: let other threads of the host run. */
	void (*release)(void *ctx);
	void (*acquire)(void *ctx);
};

enum pool_end {
	POOL_DONE,        /* every item has its outcome */
	POOL_STOPPED,     /* maxfail, a worker or the host stopped it; what was queued did not run */
	POOL_INTERRUPTED, /* SIGINT */
	POOL_EXHAUSTED,   /* too many workers died, or none could be forked: `nleft` items did not run */
	POOL_ENDS
};

struct pool_result {
	enum pool_end end;
	unsigned nrestarts;
	size_t nleft; /* items without outcome */
};

/* Returns 0, or -1 when not even one worker could be started (reported with log_error). */
int pool_run(const struct pool_conf *conf, const struct pool_host *host, struct pool_result *result);

#endif
