/* test_proc.c: the one fork: its hooks, the child's group, signals and end. */
#include "prun/compat.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "prun/proc.h"
#include "prun/signals.h"

static const struct proc_hooks none;
static char trace[16];

static void
note(const char *what)
{
	sigset_t now;
	sigprocmask(SIG_SETMASK, NULL, &now);
	strcat(trace, what);
	if (!sigismember(&now, SIGINT))
		strcat(trace, "!"); /* no signal may be let in here */
}

static void
before(void)
{
	note("b");
}

static void
parent(void)
{
	note("p");
}

static void
child(void)
{
	note("c");
}

static int
status_of(pid_t pid)
{
	int status = -1;
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

Test(proc, hooks, .timeout = 10)
{
	const struct proc_hooks hooks = {.before = before, .parent = parent, .child = child};
	pid_t pid = proc_fork(&hooks);
	if (pid == 0)
		_exit(strcmp(trace, "bc") == 0 ? 0 : 1);
	cr_assert_gt(pid, 0);
	cr_expect_str_eq(trace, "bp");
	cr_expect_eq(status_of(pid), 0);
}

Test(proc, own_group_and_mask, .timeout = 10)
{
	sigset_t mask, after;
	sigemptyset(&mask);
	sigaddset(&mask, SIGUSR1);
	sigprocmask(SIG_SETMASK, &mask, NULL);
	pid_t pid = proc_fork(&none);
	sigprocmask(SIG_SETMASK, NULL, &after);
	bool same =
	    sigismember(&after, SIGUSR1) && !sigismember(&after, SIGINT) && !sigismember(&after, SIGCHLD);
	if (pid == 0)
		_exit(same && getpgrp() == getpid() ? 0 : 1);
	cr_expect(same);
	cr_expect_eq(getpgid(pid), pid);
	cr_expect_eq(status_of(pid), 0);
}

Test(proc, near_is_in_the_same_group, .timeout = 10)
{
	pid_t group = getpgrp(), pid = proc_fork_near(&none, true);
	if (pid == 0)
		_exit(getpgrp() == group ? 0 : 1);
	cr_expect_eq(getpgid(pid), group);
	cr_expect_eq(status_of(pid), 0);
}

/* One that is not bound outlives its parent. */
Test(proc, near_and_unbound, .timeout = 10)
{
	int p[2], held[2];
	char c = 0;
	cr_assert_eq(pipe(p), 0);
	cr_assert_eq(pipe(held), 0);
	pid_t pid = proc_fork(&none);
	if (pid == 0) {
		close(held[1]);
		if (proc_fork_near(&none, false) > 0)
			_exit(0);
		_exit(read(held[0], &c, 1) == 1 && write(p[1], &c, 1) == 1 ? 0 : 1);
	}
	cr_expect_eq(status_of(pid), 0);
	cr_expect_eq(write(held[1], "x", 1), 1);
	cr_expect_eq(read(p[0], &c, 1), 1);
	cr_expect_eq(c, 'x');
}

/* What was buffered is written once. */
Test(proc, streams_are_flushed, .timeout = 10)
{
	char text[32] = "";
	FILE *f = tmpfile();
	cr_assert(f);
	fputs("once", f);
	pid_t pid = proc_fork(&none);
	if (pid == 0) {
		fclose(f);
		_exit(0);
	}
	cr_expect_eq(status_of(pid), 0);
	rewind(f);
	cr_expect(fgets(text, sizeof(text), f));
	cr_expect_str_eq(text, "once");
	fclose(f);
}

/* The master's handlers speak to the master's pipe, and are not the child's. */
Test(proc, child_has_the_former_dispositions, .timeout = 10)
{
	struct sigaction sa;
	int fd = signals_open();
	pid_t pid = proc_fork(&none);
	if (pid == 0) {
		sigaction(SIGINT, NULL, &sa);
		_exit(sa.sa_handler == SIG_DFL && close(fd) < 0 ? 0 : 1);
	}
	cr_expect_eq(status_of(pid), 0);
	cr_expect_eq(signals_take() & ~(unsigned)SIGNALS_CHLD, 0);
	signals_close();
}

static _Noreturn void
wait_for_the_end(void)
{
	for (;;)
		pause();
}

Test(proc, kill_reaches_the_whole_group, .timeout = 10)
{
	int p[2];
	char c;
	cr_assert_eq(pipe(p), 0);
	pid_t pid = proc_fork(&none);
	if (pid == 0) {
		fork();
		wait_for_the_end();
	}
	close(p[1]);
	proc_kill(pid, SIGKILL);
	cr_expect_eq(status_of(pid), SIGKILL);
	/* The end of the pipe is seen when the last that holds it is dead. */
	cr_expect_eq(read(p[0], &c, 1), 0);
	close(p[0]);
}

/* A worker may leave its group, and leave somebody there. */
Test(proc, kill_reaches_one_that_left_its_group, .timeout = 10)
{
	int p[2];
	char c;
	cr_assert_eq(pipe(p), 0);
	pid_t pid = proc_fork(&none);
	if (pid == 0) {
		if (fork() == 0)
			wait_for_the_end();
		setpgid(0, getpgid(getppid()));
		(void)!write(p[1], "", 1);
		wait_for_the_end();
	}
	cr_assert_eq(read(p[0], &c, 1), 1);
	close(p[1]);
	proc_kill(pid, SIGKILL);
	cr_expect_eq(status_of(pid), SIGKILL);
	cr_expect_eq(read(p[0], &c, 1), 0);
	close(p[0]);
}

/* A master that is killed with -9 takes its workers along. */
Test(proc, child_dies_with_its_parent, .timeout = 10)
{
	int p[2];
	char c;
	cr_assert_eq(pipe(p), 0);
	pid_t master = fork();
	if (master == 0) {
		if (proc_fork(&none) == 0) {
			(void)!write(p[1], "", 1);
			wait_for_the_end();
		}
		wait_for_the_end();
	}
	close(p[1]);
	cr_assert_eq(read(p[0], &c, 1), 1);
	kill(master, SIGKILL);
	cr_expect_eq(status_of(master), SIGKILL);
	cr_expect_eq(read(p[0], &c, 1), 0);
	close(p[0]);
}
