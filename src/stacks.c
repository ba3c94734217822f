/* stacks.c: where the threads of a worker are, told when the master asks by a signal. */
#include "prun/compat.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "prun/stacks.h"

static volatile sig_atomic_t answer_fd = -1, other;

static void
end_answer(int sig)
{
	const char end = other ? STACKS_ELSE : STACKS_END;
	int err = errno;
	(void)!write(answer_fd, &end, 1);
	if (other)
		kill(other, sig);
	errno = err;
}

void
stacks_pass_to(pid_t pid)
{
	_Static_assert(sizeof(pid_t) <= sizeof(sig_atomic_t), "a process can be named in a handler");
	other = pid;
}

int
stacks_open(int fd)
{
	struct sigaction sa = {.sa_handler = end_answer, .sa_flags = SA_RESTART};
	sigemptyset(&sa.sa_mask);
	answer_fd = fd;
	return sigaction(STACKS_SIGNAL, &sa, NULL);
}
