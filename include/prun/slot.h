/*
 * slot.h: the master's end of one worker: its pipes, what it has said, and how it ended.
 *
 * A worker is over when its wait status has been seen and its result pipe has nothing more to give, in
 * either order; a grandchild that holds the pipe open cannot keep it alive.
 */
#ifndef PRUN_SLOT_H
#define PRUN_SLOT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <jansson.h>

#include "prun/buf.h"

enum slot_state {
	SLOT_LIVE,    /* takes items */
	SLOT_LEAVING, /* said BYE, or was cut off; its exit is awaited */
	SLOT_STATES
};

/* Files that hold what the running item wrote. */
enum slot_capture {
	SLOT_STDOUT,   /* captured standard output */
	SLOT_STDERR,   /* captured standard error */
	SLOT_TERMINAL, /* to pytest's terminal writer, which nobody sees in a worker */
	SLOT_CAPTURES
};

/* How far the end of an item has come that took too long. */
enum slot_late {
	SLOT_IN_TIME,
	SLOT_ASKED,  /* where it is; then it is told to end */
	SLOT_TOLD,   /* SIGTERM; then it is killed */
	SLOT_KILLED,
};

struct claims;

/* The worker's ends, valid in the child only.  `out` is -1 when standard output is not forwarded. */
struct slot_ends {
	struct claims *claims; /* the run's; NULL in SCHED_EACH */
	int claims_fd; /* theirs, not this worker's to close; -1 in SCHED_EACH */
	int ctl;     /* read: frames from the master */
	int res;     /* write: frames to the master */
	int err;     /* write: standard error past the capture, faulthandler */
	int out;     /* write: standard output past the capture */
	int stacks;  /* write: where its threads are, when the master asks (stacks.h) */
	int capture[SLOT_CAPTURES]; /* read/write: empty files that the master can read when the worker is
	                               dead */
};

#define SLOT_ENDS_NONE ((struct slot_ends){NULL, -1, -1, -1, -1, -1, -1, {-1, -1, -1}})

struct slot {
	uint32_t id;
	pid_t pid;
	enum slot_state state;
	bool refused; /* asked to give back what it had taken; the scheduler is told when it is heard of */
	bool ready;  /* said HELLO */
	uint64_t look_again; /* when it may be asked again how much memory it takes */
	uint64_t retired, share; /* it took so much, which is more than its share, and gives way; 0: it does not */
	bool fewer;  /* and nobody takes its place */
	uint64_t rest, read_at; /* until when what it says is not read, 0: it is; when it was */
	size_t nread, npassed; /* frames since then but for those of starts, and how many of them were passes */
	bool told;   /* STOP was sent: nothing more may be queued */
	bool eof;    /* the result pipe is closed */
	bool reaped; /* the wait status was seen */
	int status;
	int ctl, res, err, out, stacks; /* the master's ends; -1 when closed */
	int capture[SLOT_CAPTURES];
	struct buf in;  /* frames that have not been read whole */
	struct buf cmd; /* frames that have not been written */
	struct buf errtext, outtext; /* forwarded output that nobody has been told of */
	uint64_t errsince;   /* when errtext began to fill */
	uint64_t errgrew, outgrew; /* when something came last */
	struct buf errtail;  /* the last of what was told while the present item runs */
	uint32_t item;     /* the item that runs, or SCHED_NONE */
	uint64_t began;    /* when it started, by the master's clock */
	uint32_t nstarted; /* items started so far */
	uint32_t last;     /* the item that ran before, or SCHED_NONE */
	json_t *bye;       /* its BYE, or NULL */
	const char *fault; /* why the master cut it off, or NULL */
	uint64_t deadline; /* when to kill it; 0: never */
	uint64_t limit_at; /* when the present item will have taken too long; 0: never */
	double limit;      /* of an item that took too long: the seconds that it had; 0: those of the run were over */
	enum slot_late late;
	uint64_t kill_at;  /* when a late one is killed */
	uint64_t look_at;  /* when to see whether those that it started have ended; 0: never */
	struct buf answer; /* what it says of its stacks */
	uint64_t asked;    /* until when the answer is awaited; 0: nobody has asked */
	bool curious;      /* the host wants to hear it */
	uint64_t limit_left; /* of the item's time, while it waits for the terminal */
	uint64_t asked_terminal; /* since when it wants the terminal, or has it; 0: it does not */
};

/* Open pipes for worker `id`; the child's ends go to *ends.  -1 with errno set, and nothing left open. */
int slot_open(struct slot *s, struct slot_ends *ends, uint32_t id, bool forward_out);

/* In the parent, after the fork: close the child's ends. */
void slot_ends_close(struct slot_ends *ends);

/* Close the master's ends, as the child of a later fork must, and free what is held. */
void slot_release(struct slot *s);

/* Read what is there from the result pipe into s->in; sets eof.  True when something came. */
bool slot_read(struct slot *s);

/* Likewise, of a worker that is dead: all that it wrote, even if somebody else goes on writing. */
bool slot_drain(struct slot *s);

/* Read what is there from the output pipes. */
void slot_read_text(struct slot *s, uint64_t now);

/* Ask where its threads are, and wait for the answer at most until then; sets s->asked.  One that is not ready, or
 * has exited, is not waited for. */
void slot_ask(struct slot *s, uint64_t until);

/* Read what is there of the answer.  True when it is whole. */
bool slot_read_answer(struct slot *s);

/* The answer, a new string, or null if there is none. */
json_t *slot_answer(const struct slot *s);

/* Write what fits of s->cmd. */
void slot_write(struct slot *s);

/* The first n bytes of errtext are about to be told: remember them, should the item end with its worker after all. */
void slot_keep_text(struct slot *s, size_t n);

/* Has it exited?  Sees the wait status, never blocks.  A worker that was stopped is woken. */
bool slot_reap(struct slot *s);

/* Send `sig` to the worker and its process group; of one whose wait status was seen only the group is left, since its
 * number may be another process's by now. */
void slot_signal(const struct slot *s, int sig);

/* Kill the worker and its process group at once, because of `fault` (a string that lives on). */
void slot_kill(struct slot *s, const char *fault);

/* How it ended and what it last wrote, for the report of the item that ended with it; a new object:
 * how, seconds, stdout, stderr (captured), terminal, output (standard error past the capture), and if it took too
 * long, timeout (s->limit) and stacks (as slot_answer()). */
json_t *slot_post_mortem(struct slot *s, uint64_t now);

#endif
