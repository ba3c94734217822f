/* signals.c: the master's signals, made readable on one descriptor while a pool runs. */
#include "prun/compat.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
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
    {SIGUSR1, SIGNALS_USR1},
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
	while (write(ends[1], "", 1) < 0 && errno == EINTR)
		;
	errno = err;
}

/* Of the former dispositions. */
static bool
is_ours(size_t i)
{
	/* An ignored one would make waitpid() lose exit statuses. */
	if (caught[i].sig == SIGCHLD)
		return true;
	/* A conftest's faulthandler.register() is the same thing for one process. */
	if (caught[i].sig == SIGUSR1)
		return former[i].sa_handler == SIG_DFL;
	return former[i].sa_handler != SIG_IGN;
}

int
signals_open(void)
{
	struct sigaction sa = {.sa_handler = note, .sa_flags = SA_RESTART};
	sigfillset(&sa.sa_mask);
	for (size_t i = 0; i < NCAUGHT; i++)
		if (sigaction(caught[i].sig, NULL, &former[i]) < 0)
			return -1;
	if (sigaction(SIGPIPE, NULL, &former_pipe) < 0 || pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0)
		return -1;
	/* Orders for a worker that has just died: EPIPE will do.  A conftest may have set the default. */
	int rc = sigaction(SIGPIPE, &(struct sigaction){.sa_handler = SIG_IGN}, NULL);
	for (size_t i = 0; i < NCAUGHT; i++) {
		pending[i] = 0;
		if (is_ours(i))
			rc |= sigaction(caught[i].sig, &sa, NULL);
	}
	if (rc < 0) {
		int err = errno;
		signals_close();
		errno = err;
	}
	return ends[0];
}

unsigned
signals_take(void)
{
	char sink[64];
	unsigned mask = 0;
	ssize_t got;
	do
		got = read(ends[0], sink, sizeof(sink));
	while (got > 0 || (got < 0 && errno == EINTR));
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
