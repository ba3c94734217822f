/* pool_impl.h: what the rooms of the pool share; nobody else includes it. */
#ifndef PRUN_POOL_IMPL_H
#define PRUN_POOL_IMPL_H

#include <poll.h>

#include "prun/claims.h"
#include "prun/clock.h"
#include "prun/pool.h"

/* Between two looks at what nothing tells of: that a group is empty, or, where SIGCHLD does not come, that a worker has
 * exited. */
#define POOL_LOOK_AGAIN (20 * CLOCK_MILLISECOND)

enum { POOL_EXIT_GRACE = 10 }; /* seconds after BYE for atexit handlers and threads */

struct pool {
	const struct pool_conf *conf;
	const struct pool_host *host;
	struct sched *sched;
	struct slot **slots; /* workers that are not over, in order of birth */
	size_t nslots, capslots;
	uint32_t nextid;
	uint32_t width; /* workers that there shall be at once: conf's, less those whom memory did not suffice for */
	struct claims *claims; /* NULL in SCHED_EACH, where nothing is taken back */
	int claims_fd;         /* theirs; -1 likewise */
	uint32_t *owner; /* worker that holds the item, or SCHED_NONE; NULL in SCHED_EACH */
	bool *done;      /* item has its outcome; NULL in SCHED_EACH */
	size_t nleft;
	unsigned nfailed, nrestarts, nsigint;
	unsigned nbarren; /* workers in a row that died before they had started an item */
	unsigned fatal; /* SIGTERM or SIGHUP that came */
	bool stopping;
	bool nofork; /* the machine gives no more workers */
	bool enough; /* a worker found nothing to do */
	enum pool_end end;
	struct events events;
	struct pollfd *fds;
	size_t capfds;
	int sigfd;
	uint32_t lent; /* worker that has the terminal, or SCHED_NONE */
	uint64_t tick_at; /* when the host wants to be called; 0: never */
};

/* Hand nothing more out, and take back what waits in queues.  Items that run are left to end. */
void pool_stop(struct pool *p, enum pool_end why);

/* One more worker, in the place of `replaces`, or SCHED_NONE.  -1: there is none, which has been said; or the host wants
 * none, and the run stops. */
int pool_spawn(struct pool *p, uint32_t replaces);

/* Queue an event; takes ownership of json, which came in `size` bytes. */
void pool_put_event(struct pool *p, enum event_kind kind, uint32_t worker, uint32_t item, json_t *json,
		    size_t size);

/* Queue what a worker wrote to `stream` past the capture, and empty *b. */
void pool_put_output(struct pool *p, struct slot *s, int stream, struct buf *b);

/* Queue the lines of standard output that are there. */
void pool_put_lines(struct pool *p, struct slot *s);

/* Queue what is there in whole lines, and lines that have waited for their ends too long. */
void pool_check_output(struct pool *p, struct slot *s, uint64_t now);

/* When that has to be done next; 0: when more comes. */
uint64_t pool_output_time(const struct pool *p, const struct slot *s);

/* The item that runs in this slot has its outcome. */
void pool_settle(struct pool *p, struct slot *s);

/* Handle the frames that are whole; a malformed one cuts the worker off. */
void pool_take_frames(struct pool *p, struct slot *s);

/* Set the time by which the present item must have ended, from now. */
void pool_set_limit(const struct pool *p, struct slot *s, uint64_t now);

/* What is to be done about the worker's time and its stacks: see struct slot. */
void pool_check_time(struct pool *p, struct slot *s, uint64_t now);

/* A late item's worker has not ended in time: the next step. */
void pool_press(struct slot *s, uint64_t now);

/* A late item's worker is dead: do those that it started still have time to end? */
bool pool_group_has_time(struct slot *s);

/* The time of the run is over. */
void pool_end_all(struct pool *p);

/* Ask each worker for what it runs and where, to be told to the host. */
void pool_show(struct pool *p);

/* Milliseconds until something must be done without a descriptor saying so; -1: never. */
int pool_patience(const struct pool *p);

/* Frames of the worker were read: when are the next ones? */
void pool_let_rest(struct pool *p, struct slot *s, uint64_t now);

/* Call the host if it is time.  Returns what it wants. */
unsigned pool_tick(struct pool *p);

/* ASK and BACK frames: false if they make no sense. */
bool pool_ask_terminal(struct pool *p, struct slot *s);
bool pool_return_terminal(struct pool *p, struct slot *s);

/* A worker is over: if it had the terminal, that is ours again. */
void pool_forget_terminal(struct pool *p, struct slot *s);

/* A worker has ended an item: if it takes too much memory it is to give way. */
void pool_mind_memory(struct pool *p, struct slot *s);
bool pool_lacks_one(const struct pool *p);
/* What its BYE says of that: $retired: [bytes it took, bytes of its share, did the others become fewer]. */
void pool_tell_retired(const struct slot *s, json_t *bye);

/* Do what the signals that came ask for. */
void pool_heed_signals(struct pool *p);

#endif
