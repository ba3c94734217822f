/* proc.c: the one fork of the program. */
#include "prun/compat.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "prun/proc.h"
#include "prun/signals.h"

/* A master that is killed with -9 must not leave workers behind. */
static void
die_with(pid_t parent)
{
#ifdef __linux__
	prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
	if (getppid() != parent)
		_exit(1);
}

static pid_t
forked(const struct proc_hooks *hooks, bool own_group, bool bound)
{
	sigset_t all, old;
	pid_t parent = getpid();

	fflush(NULL);
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &old);
	if (hooks->before)
		hooks->before();
	pid_t pid = fork();
	int err = errno;
	if (pid == 0) {
		/* Before signals are let in: a handler of the master's would speak to the master's pipe. */
		signals_child();
		if (own_group)
			setpgid(0, 0);
		if (bound)
			die_with(parent);
		if (hooks->child)
			hooks->child();
	} else {
		/* Both sides set it: whoever comes first, the group exists before anybody is killed. */
		if (pid > 0 && own_group)
			setpgid(pid, pid);
		if (hooks->parent)
			hooks->parent();
	}
	sigprocmask(SIG_SETMASK, &old, NULL);
	errno = err;
	return pid;
}

pid_t
proc_fork(const struct proc_hooks *hooks)
{
	return forked(hooks, true, true);
}

pid_t
proc_fork_near(const struct proc_hooks *hooks, bool bound)
{
	return forked(hooks, false, bound);
}

void
proc_kill(pid_t pid, int sig)
{
	kill(-pid, sig);
	/* It may have left its group. */
	kill(pid, sig);
}
