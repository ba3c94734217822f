/* signals.c: the master's signals, made readable on one descriptor while a pool runs. */
#include "prun/compat.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

#include "prun/signals.h"

static const struct {
	int sig;
	unsigned bit;
} caught[] = {
    {SIGCHLD, SIGNALS_CHLD},
    {SIGINT, SIGNALS_INT},
    {SIGTERM, SIGNALS_TERM},
    {SIGHUP, SIGNALS_HUP},
    {SIGTSTP, SIGNALS_TSTP},
};
enum { NCAUGHT = sizeof(caught) / sizeof(caught[0]) };

static struct sigaction former[NCAUGHT], former_pipe;
static volatile sig_atomic_t pending[NCAUGHT];
static int ends[2] = {-1, -1};

static void
note(int sig)
{
	int err = errno;
	for (size_t i = 0; i < NCAUGHT; i++)
		if (caught[i].sig == sig)
			pending[i] = 1;
	(void)!write(ends[1], "", 1);
	errno = err;
}

int
signals_open(void)
{
	struct sigaction sa = {.sa_handler = note, .sa_flags = SA_RESTART};
	sigfillset(&sa.sa_mask);
	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0)
		return -1;
	/* Orders for a worker that has just died: EPIPE will do.  A conftest may have set the default. */
	sigaction(SIGPIPE, &(struct sigaction){.sa_handler = SIG_IGN}, &former_pipe);
	for (size_t i = 0; i < NCAUGHT; i++) {
		pending[i] = 0;
		sigaction(caught[i].sig, NULL, &former[i]);
		/* An ignored SIGCHLD would make waitpid() lose exit statuses, so that one is always caught. */
		if (former[i].sa_handler != SIG_IGN || caught[i].sig == SIGCHLD)
			sigaction(caught[i].sig, &sa, NULL);
	}
	return ends[0];
}

unsigned
signals_take(void)
{
	char sink[64];
	unsigned mask = 0;
	while (read(ends[0], sink, sizeof(sink)) > 0)
		;
	for (size_t i = 0; i < NCAUGHT; i++)
		if (pending[i]) {
			pending[i] = 0;
			mask |= caught[i].bit;
		}
	return mask;
}

void
signals_close(void)
{
	if (ends[0] < 0)
		return;
	for (size_t i = 0; i < NCAUGHT; i++)
		sigaction(caught[i].sig, &former[i], NULL);
	sigaction(SIGPIPE, &former_pipe, NULL);
	close(ends[0]);
	close(ends[1]);
	ends[0] = ends[1] = -1;
}

void
signals_child(void)
{
	signals_close();
}

void
signals_die(unsigned which)
{
	for (size_t i = 0; i < NCAUGHT; i++)
		if (which & caught[i].bit & (SIGNALS_TERM | SIGNALS_HUP))
			raise(caught[i].sig);
}
