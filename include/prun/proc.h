/*
 * proc.h: the one fork of the program.
 *
 * proc_fork() blocks signals, lets the host (the interpreter) get ready, forks, and in the child gives
 * back a process that owns its group, dies with its parent and has the parent's own signal mask.
 */
#ifndef PRUN_PROC_H
#define PRUN_PROC_H

#include <stdbool.h>
#include <sys/types.h>

/* The host's own calls around a fork; any may be NULL. */
struct proc_hooks {
	void (*before)(void);
	void (*parent)(void); /* also when fork failed */
	void (*child)(void);
};

/* As fork(2).  -1 with errno set when it failed; nothing has been reported. */
pid_t proc_fork(const struct proc_hooks *hooks);

/* As proc_fork(), but the child stays in this process's group, and dies with it only if `bound`. */
pid_t proc_fork_near(const struct proc_hooks *hooks, bool bound);

/* Send `sig` to the process group of `pid`, and to the process, which has not been waited for. */
void proc_kill(pid_t pid, int sig);

#endif
