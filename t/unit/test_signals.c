/* test_signals.c: signals on a descriptor, and their former dispositions back. */
#include "prun/compat.h"

#include <criterion/criterion.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "prun/signals.h"

static int fd = -1;

static void
set_up(void)
{
	fd = signals_open();
	cr_assert_geq(fd, 0);
}

static bool
readable(void)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	return poll(&p, 1, 0) == 1;
}

Test(signals, each_has_its_bit, .init = set_up)
{
	static const struct {
		int sig;
		unsigned bit;
	} row[] = {
	    {SIGCHLD, SIGNALS_CHLD}, {SIGINT, SIGNALS_INT}, {SIGTERM, SIGNALS_TERM}, {SIGHUP, SIGNALS_HUP}};
	cr_expect(!readable());
	cr_expect_eq(signals_take(), 0);
	for (size_t i = 0; i < 4; i++) {
		raise(row[i].sig);
		cr_expect(readable());
		cr_expect_eq(signals_take(), row[i].bit);
		cr_expect(!readable());
		cr_expect_eq(signals_take(), 0);
	}
	raise(SIGINT);
	raise(SIGHUP);
	raise(SIGINT);
	cr_expect_eq(signals_take(), SIGNALS_INT | SIGNALS_HUP);
	signals_close();
}

/* More than a pipe holds; the handler may not block. */
Test(signals, a_storm, .init = set_up, .timeout = 10)
{
	for (int i = 0; i < 70000; i++)
		raise(SIGCHLD);
	cr_expect_eq(signals_take(), SIGNALS_CHLD);
	cr_expect(!readable());
	signals_close();
}

static volatile sig_atomic_t own;

static void
on_signal(int sig)
{
	own = sig;
}

Test(signals, former_dispositions_come_back)
{
	struct sigaction sa = {.sa_handler = on_signal, .sa_flags = SA_NODEFER}, after;
	sigaction(SIGINT, &sa, NULL);
	set_up();
	raise(SIGINT);
	cr_expect_eq(own, 0);
	signals_close();
	signals_close();
	raise(SIGINT);
	cr_expect_eq(own, SIGINT);
	sigaction(SIGINT, NULL, &after);
	cr_expect(after.sa_flags & SA_NODEFER);
	sigaction(SIGTERM, NULL, &after);
	cr_expect(after.sa_handler == SIG_DFL);
	cr_expect_eq(close(fd), -1);
}

Test(signals, ignored_stays_ignored)
{
	struct sigaction after;
	signal(SIGHUP, SIG_IGN);
	signal(SIGCHLD, SIG_IGN);
	set_up();
	raise(SIGHUP);
	cr_expect_eq(signals_take(), 0);
	/* But not this one, or exit statuses would be lost. */
	raise(SIGCHLD);
	cr_expect_eq(signals_take(), SIGNALS_CHLD);
	signals_close();
	sigaction(SIGCHLD, NULL, &after);
	cr_expect(after.sa_handler == SIG_IGN);
}

Test(signals, what_came_before_is_forgotten)
{
	set_up();
	raise(SIGINT);
	signals_close();
	set_up();
	cr_expect_eq(signals_take(), 0);
	signals_close();
}

Test(signals, close_without_open)
{
	signals_close();
	signals_child();
}

Test(signals, die, .signal = SIGTERM)
{
	signals_die(SIGNALS_TERM | SIGNALS_CHLD);
}

/* Whose handler it is decides what comes of it. */
Test(signals, die_by_the_former_handler)
{
	signal(SIGTERM, on_signal);
	set_up();
	raise(SIGTERM);
	cr_expect_eq(own, 0);
	unsigned which = signals_take();
	signals_close();
	signals_die(which);
	cr_expect_eq(own, SIGTERM);
}

Test(signals, die_of_a_hang_up, .signal = SIGHUP)
{
	signals_die(SIGNALS_HUP);
}

Test(signals, do_not_die_of_the_others)
{
	signals_die(0);
	signals_die(SIGNALS_INT | SIGNALS_CHLD);
}
