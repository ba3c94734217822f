/* stacks.c: where the threads of a worker are, told when the master asks by a signal. */
#include "prun/compat.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "prun/stacks.h"

static volatile sig_atomic_t answer_fd = -1;

static void
end_answer(int sig)
{
	static const char end = STACKS_END;
	int err = errno;
	(void)sig;
	(void)!write(answer_fd, &end, 1);
	errno = err;
}

int
stacks_open(int fd)
{
	struct sigaction sa = {.sa_handler = end_answer, .sa_flags = SA_RESTART};
	sigemptyset(&sa.sa_mask);
	answer_fd = fd;
	return sigaction(STACKS_SIGNAL, &sa, NULL);
}
