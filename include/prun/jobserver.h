/*
 * jobserver.h: the slots of a GNU make that runs this process from a recipe.
 *
 * make keeps a pipe with a character for each job that may still be started; a job takes one before it begins and
 * writes it back when it is over.  The process itself has a slot that needs no character.  (GNU make manual, «Sharing
 * Job Slots with GNU make»: --jobserver-auth=R,W and, from 4.4 on, --jobserver-auth=fifo:PATH.)
 *
 * A process has one jobserver or none, so there is no object.  The caller's duties, in order: jobserver_open(); a
 * jobserver_take() before each job but the first; jobserver_give() after each but the last; jobserver_close(),
 * which gives back whatever is held.  In a forked child: jobserver_forget(), since the slots are the parent's.
 */
#ifndef PRUN_JOBSERVER_H
#define PRUN_JOBSERVER_H

#include <stdbool.h>
#include <stddef.h>

enum jobserver_state {
	JOBSERVER_NONE,   /* make says nothing of one */
	JOBSERVER_OPEN,   /* its slots can be had */
	JOBSERVER_ABSENT, /* it has one, but did not hand it on: the recipe's line lacks a leading + */
};

/* `makeflags`: the environment's MAKEFLAGS, or NULL.  Called again, it first closes. */
enum jobserver_state jobserver_open(const char *makeflags);

/* To be polled for reading: a slot may be free then.  -1 when none is open. */
int jobserver_fd(void);

/* Take a slot if one is free; never waits. */
bool jobserver_take(void);

/* How many are held. */
size_t jobserver_held(void);

/* Give one back; nothing happens when none is held. */
void jobserver_give(void);

/* Give all back.  Safe in a signal handler. */
void jobserver_give_all(void);

void jobserver_close(void);
void jobserver_forget(void);

#endif
