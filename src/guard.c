/* guard.c: a fatal signal while there are no tests yet ends the run with a sentence. */
#include "prun/compat.h"

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "prun/fd.h"
#include "prun/guard.h"
#include "prun/jobserver.h"

static const int fatal[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};

/* Written whole before it is needed: a handler can do little. */
static char sentence[1024];
static volatile sig_atomic_t guarding;
enum { UNOPENED = -1, CLOSED = -2 };
static int out = UNOPENED;
static pid_t guarded;

static void
put(const char *text)
{
	(void)!write(out, text, strlen(text));
}

bool
guard_speaks(void)
{
	return guarding && getpid() == guarded;
}

void
guard_say(const char *what)
{
	put("prun: ");
	put(what);
	put(sentence);
}

static void
on_fatal(int sig)
{
	if (guard_speaks()) {
		put("prun: SIG");
		put(sigabbrev_np(sig));
		put(sentence);
		jobserver_give_all();
		_exit(GUARD_STATUS);
	}
	jobserver_give_all();
	signal(sig, SIG_DFL);
	raise(sig);
}

/* On a stack of its own, since the usual one may be what has overflown.  Python's faulthandler, enabled
 * later, writes its traceback first and then lets ours have the signal. */
static void
install(void)
{
	static char stack[64 << 10];
	const stack_t alt = {.ss_sp = stack, .ss_size = sizeof(stack)};
	struct sigaction sa = {.sa_handler = on_fatal, .sa_flags = SA_ONSTACK | SA_NODEFER};
	sigaltstack(&alt, NULL);
	for (size_t i = 0; i < sizeof(fatal) / sizeof(*fatal); i++)
		sigaction(fatal[i], &sa, NULL);
}

void
guard(const char *doing)
{
	guarding = 0;
	if (!doing) {
		/* Nor may workers, and what their tests leave behind, hold it open. */
		if (out >= 0)
			close(out);
		out = CLOSED;
	}
	if (out == CLOSED)
		return;
	if (out == UNOPENED) {
		out = fd_raise(dup(STDERR_FILENO));
		guarded = getpid();
		install();
	}
	int n = snprintf(sentence, sizeof(sentence), " while %.900s; no test has run\n", doing);
	for (char *p = sentence; n > 0 && p < sentence + n - 1; p++)
		if ((unsigned char)*p < ' ')
			*p = ' ';
	guarding = 1;
}
