/* test_layer.c: workers forked from a frozen process: what they are like, whose children they are, how they
 * end. */
#include "prun/compat.h"

#include <bsd/unistd.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "prun/claims.h"
#include "prun/layer.h"

static const struct proc_hooks none;
static int state; /* of the process; frozen in the layer */

/* Every worker: says its state and its parent, waits for its ends, takes item 1 if it is worker 7's, and
 * exits with 5. */
static _Noreturn void
be_worker(int given, int master)
{
	struct slot_ends ends;
	char text[64] = {0};
	int list;
	(void)!pread(given, text, sizeof(text) - 1, 0);
	dprintf(master, "%d %d %s", state, (int)getppid(), text);
	if (layer_join(master, &ends, &list) < 0)
		_exit(9);
	(void)!pread(list, text, sizeof(text) - 1, 0);
	bool taken = ends.claims && claims_take(ends.claims, 1, 7);
	dprintf(ends.res, "%s %d %d", text, taken, ends.out);
	_exit(5);
}

static void
set_up(void)
{
	static char title[64] = "layer test", *argv[] = {title, NULL}, *envp[] = {NULL};
	int given, master;
	setproctitle_init(1, argv, envp);
	signal(SIGPIPE, SIG_IGN);
	state = 1;
	int side = layer_open(&none, &given, &master);
	if (side == 1)
		be_worker(given, master);
	cr_assert_eq(side, 0);
	state = 2;
}

static int
file_with(const char *text)
{
	int fd = memfd_create("test", MFD_CLOEXEC);
	cr_assert(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	return fd;
}

static const char *
read_once(int fd)
{
	static char text[128];
	ssize_t n = read(fd, text, sizeof(text) - 1);
	text[n > 0 ? n : 0] = '\0';
	return text;
}

static int
status_of(pid_t pid)
{
	int status = -1;
	while (waitpid(pid, &status, 0) < 0)
		cr_assert_eq(errno, EINTR, "the worker is not our child");
	return status;
}

TestSuite(layer, .init = set_up, .fini = layer_close, .timeout = 20);

Test(layer, frozen)
{
	char wanted[64];
	int worker, given = file_with("for you");
	pid_t pid = layer_fork(given, &worker);
	cr_assert_gt(pid, 0);
	snprintf(wanted, sizeof(wanted), "1 %d for you", (int)getpid());
	cr_assert_str_eq(read_once(worker), wanted, "as it was when the layer was opened, and our child");
	close(worker);
	cr_assert_eq(WEXITSTATUS(status_of(pid)), 9, "no ends: it is not wanted");
}

Test(layer, ends)
{
	struct slot s;
	struct slot_ends ends;
	int worker, given = file_with(""), list = file_with("items");
	pid_t pid = layer_fork(given, &worker);
	cr_assert_gt(pid, 0);
	cr_assert_eq(slot_open(&s, &ends, 7, false), 0);
	ends.claims = claims_new(3, &ends.claims_fd);
	claims_offer(ends.claims, 1, 7);
	cr_assert_eq(layer_hand(worker, &ends, list), 0);
	slot_ends_close(&ends);
	cr_assert_eq(WEXITSTATUS(status_of(pid)), 5);
	cr_assert_str_eq(read_once(s.res), "items 1 -1",
			 "list, claims that are shared, and no pipe for standard output");
	cr_assert_not(claims_withdraw(ends.claims, 1, 7), "what it took cannot be withdrawn");
	slot_release(&s);
}

Test(layer, each_mode_has_no_claims)
{
	struct slot s;
	struct slot_ends ends;
	int worker, given = file_with(""), list = file_with("items");
	pid_t pid = layer_fork(given, &worker);
	cr_assert_eq(slot_open(&s, &ends, 7, true), 0);
	cr_assert_eq(layer_hand(worker, &ends, list), 0);
	slot_ends_close(&ends);
	cr_assert_eq(WEXITSTATUS(status_of(pid)), 5);
	cr_assert(strncmp(read_once(s.res), "items 0 ", 8) == 0);
	slot_release(&s);
}

Test(layer, several)
{
	enum { N = 5 };
	int worker[N], given = file_with("");
	pid_t pid[N];
	for (int i = 0; i < N; i++) {
		pid[i] = layer_fork(given, &worker[i]);
		cr_assert_gt(pid[i], 0);
	}
	/* In another order than that of birth: none holds another's socket open. */
	for (int i = N - 1; i >= 0; i--) {
		close(worker[i]);
		cr_assert_eq(WEXITSTATUS(status_of(pid[i])), 9);
	}
}

/* Orphans become the master's while a worker is made, and only then. */
Test(layer, adopts_nobody_else)
{
	int worker, p[2], given = file_with("");
	pid_t parent = -1, pid = layer_fork(given, &worker);
	cr_assert_gt(pid, 0);
	cr_assert_eq(pipe(p), 0);
	pid_t child = fork();
	if (child == 0) {
		pid_t self = getpid();
		if (fork() == 0) {
			while (getppid() == self)
				sched_yield();
			parent = getppid();
			(void)!write(p[1], &parent, sizeof(parent));
		}
		_exit(0);
	}
	cr_assert_eq(read(p[0], &parent, sizeof(parent)), sizeof(parent));
	cr_assert_neq(parent, getpid());
	status_of(child);
	close(worker);
	status_of(pid);
}

Test(layer, its_end_leaves_workers_alone)
{
	int worker, given = file_with("");
	pid_t pid = layer_fork(given, &worker);
	layer_close();
	cr_assert_eq(waitpid(pid, NULL, WNOHANG), 0, "still there");
	int other;
	cr_assert_eq(layer_fork(given, &other), -1, "no layer, no worker");
	close(worker);
	cr_assert_eq(WEXITSTATUS(status_of(pid)), 9);
}

Test(layer, dies_with_the_master)
{
	int p[2];
	cr_assert_eq(pipe(p), 0);
	pid_t master = fork();
	if (master == 0) {
		int given, sock, worker;
		close(p[0]);
		layer_close();
		int side = layer_open(&none, &given, &sock);
		if (side == 1)
			be_worker(given, sock);
		(void)layer_fork(file_with(""), &worker);
		read_once(worker);
		raise(SIGKILL);
	}
	close(p[1]);
	status_of(master);
	/* Layer and worker inherited the pipe: it ends when all three are dead. */
	struct pollfd f = {.fd = p[0], .events = POLLIN};
	cr_assert_eq(poll(&f, 1, 10000), 1);
}
