/*
 * signals.h: the master's signals, made readable on one descriptor while a pool runs.
 *
 * A signal that was ignored when prun started (nohup, a background job) stays ignored.
 */
#ifndef PRUN_SIGNALS_H
#define PRUN_SIGNALS_H

enum {
	SIGNALS_CHLD = 1 << 0,
	SIGNALS_INT = 1 << 1,
	SIGNALS_TERM = 1 << 2,
	SIGNALS_HUP = 1 << 3,
	SIGNALS_TSTP = 1 << 4,
	SIGNALS_USR1 = 1 << 5, /* unless somebody has a use for it already */
};

/* Catch the signals above, and ignore SIGPIPE.  Returns a descriptor that is readable when one came; -1 with errno. */
int signals_open(void);

/* Which came since the last call, as a mask. */
unsigned signals_take(void);

/* Put the former dispositions back.  signals_child() is for the child of a fork, signals still blocked. */
void signals_close(void);
void signals_child(void);

/* Let the signal do what it would have done without prun: after signals_close(), ends the process. */
void signals_die(unsigned which);

#endif
