/*
 * guard.h: a fatal signal while there are no tests yet ends the run with a sentence instead of without a
 * word.
 *
 * What happens in the master before the fork (conftests, imports, collection) is not isolated in a worker.
 */
#ifndef PRUN_GUARD_H
#define PRUN_GUARD_H

#include <stdbool.h>

enum { GUARD_STATUS = 3 }; /* exit status then; pytest's for an internal error */

/* From now on a fatal signal is told on the standard error that this process had at the first call, as having
 * come while `doing` (UTF-8, cut to a line), and ends the process with GUARD_STATUS.  NULL: signals do what
 * they did, for good. */
void guard(const char *doing);

/* Is this the guarded process, and is it guarded now? */
bool guard_speaks(void);

/* Tell of something else that ends the process, likewise. */
void guard_say(const char *what);

#endif
