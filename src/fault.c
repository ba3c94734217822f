/* fault.c: how a process died, in words. */
#include "prun/compat.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "prun/fault.h"

void
fault_describe(int status, char *text, size_t size)
{
	if (WIFSIGNALED(status)) {
		int sig = WTERMSIG(status);
		const char *name = sigabbrev_np(sig);
		if (name)
			snprintf(text, size, "killed by SIG%s (%s)", name, strsignal(sig));
		else
			snprintf(text, size, "killed by signal %d", sig);
	} else {
		snprintf(text, size, "exited with status %d", WEXITSTATUS(status));
	}
}
