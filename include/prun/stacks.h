/*
 * stacks.h: where the threads of a worker are, told when the master asks by a signal.
 *
 * In the worker Python's faulthandler answers the signal: on a pipe, in the signal's own handler, whatever the threads
 * are doing.  Then it calls the handler that was there before, which is ours, and says that this was all.
 */
#ifndef PRUN_STACKS_H
#define PRUN_STACKS_H

#include <signal.h>
#include <sys/types.h>

#define STACKS_SIGNAL (SIGRTMAX - 3) /* one that no test has a use for */
#define STACKS_END    '\0'           /* follows the answer */
#define STACKS_ELSE   '\f'           /* what came so far is of no interest: another process runs the test, and answers */

/* In a worker, before faulthandler is registered for that signal: end its answers, written to `fd`.  -1 with errno. */
int stacks_open(int fd);

/* Then: let process `pid`, forked since, answer; 0: we do again. */
void stacks_pass_to(pid_t pid);

#endif
