/* test_guard.c: a fatal signal is told while there are no tests, and is what it was afterwards and in children. */
#include "prun/compat.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "prun/guard.h"

static char said[2048];

/* What `act` ends a process with, that has a pipe for standard error; its text goes to `said`. */
static int
end_of(void (*act)(void))
{
	int p[2], status = -1;
	ssize_t n, all = 0;
	cr_assert_eq(pipe(p), 0);
	pid_t pid = fork();
	if (pid == 0) {
		const struct rlimit none = {0, 0};
		setrlimit(RLIMIT_CORE, &none);
		for (int sig = 1; sig < 32; sig++)
			signal(sig, SIG_DFL);
		dup2(p[1], 2);
		close(p[0]);
		close(p[1]);
		act();
		_exit(0);
	}
	close(p[1]);
	while ((n = read(p[0], said + all, sizeof(said) - 1 - (size_t)all)) > 0)
		all += n;
	said[all] = '\0';
	close(p[0]);
	while (waitpid(pid, &status, 0) < 0)
		cr_assert_eq(errno, EINTR);
	return status;
}

static void
guarded(void)
{
	guard("t.py is collected");
	raise(SIGSEGV);
}

static void
elsewhere(void)
{
	guard("t.py is collected");
	dup2(0, 2); /* a capture of standard error */
	raise(SIGABRT);
}

static void
done(void)
{
	guard("t.py is collected");
	guard(NULL);
	raise(SIGSEGV);
}

static void
for_good(void)
{
	guard("t.py is collected");
	guard(NULL);
	guard("again");
	if (guard_speaks())
		_exit(1);
	raise(SIGBUS);
}

static void
child(void)
{
	int status = 0;
	guard("t.py is collected");
	pid_t pid = fork();
	if (pid == 0)
		raise(SIGSEGV);
	waitpid(pid, &status, 0);
	_exit(WIFSIGNALED(status) ? WTERMSIG(status) : 99);
}

static void
odd(void)
{
	char name[3000];
	memset(name, 'x', sizeof(name));
	memcpy(name, "new\nline\033[31m", 13);
	name[sizeof(name) - 1] = '\0';
	guard(name);
	guard_say("os._exit()");
}


static int
overflow(int n)
{
	volatile char fill[4096];
	fill[0] = (char)n;
	return n == INT_MAX ? 0 : overflow(n + 1) + fill[0];
}

static void
no_stack(void)
{
	guard("t.py is collected");
	_exit(overflow(0));
}

TestSuite(guard, .timeout = 20);

Test(guard, tells)
{
	cr_assert_eq(WEXITSTATUS(end_of(guarded)), GUARD_STATUS);
	cr_assert_str_eq(said, "prun: SIGSEGV while t.py is collected; no test has run\n");
	cr_assert_eq(WEXITSTATUS(end_of(elsewhere)), GUARD_STATUS);
	cr_assert_str_eq(said, "prun: SIGABRT while t.py is collected; no test has run\n", "to what was there first");
}

Test(guard, is_done)
{
	cr_assert_eq(WTERMSIG(end_of(done)), SIGSEGV);
	cr_assert_str_eq(said, "");
	cr_assert_eq(WTERMSIG(end_of(for_good)), SIGBUS);
	cr_assert_str_eq(said, "");
}

Test(guard, is_not_for_children)
{
	cr_assert_eq(WEXITSTATUS(end_of(child)), SIGSEGV);
	cr_assert_str_eq(said, "");
}

Test(guard, one_line)
{
	cr_assert_eq(WEXITSTATUS(end_of(odd)), 0);
	cr_assert(strlen(said) < 1100 && strchr(said, '\n') == said + strlen(said) - 1 && !strchr(said, '\033'));
}

Test(guard, without_stack)
{
	cr_assert_eq(WEXITSTATUS(end_of(no_stack)), GUARD_STATUS);
	cr_assert_str_eq(said, "prun: SIGSEGV while t.py is collected; no test has run\n");
}
