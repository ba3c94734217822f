/* test_calls.c: every system call and every allocation fails once, and the run ends as it should. */
#include "prun/compat.h"

#include <fcntl.h>
#include <sys/prctl.h>

#include "pool_host.h"

#include "call_faults.h"
#include "prun/layer.h"

enum { MOST = 500 };

int __real_pool_run(const struct pool_conf *conf, const struct pool_host *host, struct pool_result *result);
int __wrap_pool_run(const struct pool_conf *conf, const struct pool_host *host, struct pool_result *result);

int
__wrap_pool_run(const struct pool_conf *conf, const struct pool_host *host, struct pool_result *result)
{
	planner = getpid();
	int rc = __real_pool_run(conf, host, result);
	planner = 0;
	return rc;
}

/* Two workers, six items, of which one ends with its worker and one fails. */
static int
run(const struct plan *p, enum sched_mode mode)
{
	struct host h;
	char name[64];
	snprintf(name, sizeof(name), "call %d, errno %d, number %u%s", p->call, p->error, p->k,
		 p->elsewhere ? ", in a worker" : "");
	host_init(&h, mode, 2, 6);
	h.name = name;
	h.conf.forward_out = true;
	h.act[1] = ACT_EXIT7;
	h.act[2] = ACT_FAIL;
	plan_begin(p);
	host_run(&h);
	if (h.rc == 0) {
		host_expect_left(&h);
		cr_assert(h.result.end == POOL_DONE || h.result.end == POOL_EXHAUSTED, "%s: end %d", name,
			  h.result.end);
		cr_assert((h.result.end == POOL_DONE) == (h.result.nleft == 0), "%s: %zu left", name,
			  h.result.nleft);
	} else {
		cr_assert_eq(sum(h.nstart), 0, "%s", name);
	}
	host_release(&h);
	return h.rc;
}

static unsigned
each_in_turn(enum call call, int error, bool elsewhere)
{
	struct plan p = {.call = call, .error = error, .elsewhere = elsewhere};
	do {
		p.k++;
		run(&p, SCHED_LOAD);
	} while (*failed && p.k < MOST);
	cr_expect_lt(p.k, MOST);
	return p.k - 1;
}

static void
in_master_and_worker(enum call call, int error, bool in_master, bool in_worker)
{
	unsigned here = each_in_turn(call, error, false), there = each_in_turn(call, error, true);
	cr_expect_eq(here > 0, in_master, "call %d: %u times in the master", call, here);
	cr_expect_eq(there > 0, in_worker, "call %d: %u times in workers", call, there);
}

static void
quiet(void)
{
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	dup2(null, STDERR_FILENO);
	close(null);
}

TestSuite(calls, .init = quiet, .timeout = 60);

Test(calls, fork_)
{
	in_master_and_worker(CALL_FORK, EAGAIN, true, false);
	in_master_and_worker(CALL_SETPGID, EACCES, true, true);
	in_master_and_worker(CALL_PRCTL, EINVAL, false, true);
}

Test(calls, descriptors)
{
	in_master_and_worker(CALL_PIPE2, EMFILE, true, false);
	in_master_and_worker(CALL_MEMFD, ENFILE, true, false);
	in_master_and_worker(CALL_FCNTL, EMFILE, true, true);
}

Test(calls, memory_that_is_shared)
{
	in_master_and_worker(CALL_MMAP, ENOMEM, true, false);
	in_master_and_worker(CALL_FTRUNCATE, ENOSPC, true, false);
	in_master_and_worker(CALL_FSTAT, EIO, true, true);
	in_master_and_worker(CALL_PREAD, EIO, true, false);
}

Test(calls, waits)
{
	in_master_and_worker(CALL_POLL, EINTR, true, true);
	in_master_and_worker(CALL_POLL, ENOMEM, true, true);
	in_master_and_worker(CALL_WAITPID, EINTR, true, false);
}

/* While signals are caught, that is: what cannot be put back cannot be put back. */
Test(calls, signals)
{
	enum { CAUGHT = 14 };
	for (unsigned k = 1; k <= CAUGHT; k++) {
		struct plan p = {.call = CALL_SIGACTION, .error = EINVAL, .k = k};
		cr_expect_eq(run(&p, SCHED_LOAD), -1, "%u", k);
		cr_expect(*failed);
	}
}

Test(calls, read_)
{
	in_master_and_worker(CALL_READ, EINTR, true, true);
	in_master_and_worker(CALL_READ, EIO, true, true);
}

Test(calls, write_)
{
	in_master_and_worker(CALL_WRITE, EINTR, true, true);
	in_master_and_worker(CALL_WRITE, EAGAIN, true, true);
	in_master_and_worker(CALL_WRITE, EIO, true, true);
}

/* No outcome is lost to any of these. */
Test(calls, interrupted_again_and_again)
{
	static const enum call calls[] = {CALL_READ, CALL_WRITE, CALL_POLL, CALL_WAITPID};
	for (enum sched_mode mode = 0; mode < SCHED_MODES; mode++)
		for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++)
			run(&(struct plan){.call = calls[i], .error = EINTR, .often = true}, mode);
}

Test(calls, byte_by_byte)
{
	for (enum sched_mode mode = 0; mode < SCHED_MODES; mode++)
		for (size_t chunk = 1; chunk < 14; chunk += 4)
			run(&(struct plan){.call = CALLS, .chunk = chunk}, mode);
}

/* ---- memory ---- */

void *__wrap_malloc(size_t n);

/* In a process of its own: it ends with its sentence and status 3, or does what it has to; its workers die
 * with it. */
static int
run_apart(const struct plan *p)
{
	int status, words[2];
	char text[4096];
	size_t n = 0;
	ssize_t got;
	cr_assert_eq(pipe(words), 0);
	plan_begin(p);
	pid_t pid = fork();
	if (pid == 0) {
		dup2(words[1], STDERR_FILENO);
		close(words[0]);
		close(words[1]);
		json_set_alloc_funcs(__wrap_malloc, free);
		run(p, SCHED_LOAD);
		_exit(0);
	}
	close(words[1]);
	/* Until the last of its workers has closed it. */
	while ((got = read(words[0], text + n, sizeof(text) - 1 - n)) > 0)
		n += (size_t)got;
	text[n] = '\0';
	close(words[0]);
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_assert(WIFEXITED(status), "allocation %u: signal %d: %s", p->k, WTERMSIG(status), text);
	status = WEXITSTATUS(status);
	cr_assert(status == 0 || status == 3, "allocation %u: status %d: %s", p->k, status, text);
	cr_assert(status == 0 || strstr(text, "prun: out of memory"), "allocation %u: %s", p->k, text);
	return status;
}

Test(calls, allocations)
{
	for (int elsewhere = 0; elsewhere < 2; elsewhere++) {
		struct plan p = {.call = CALL_MEMORY, .error = ENOMEM, .elsewhere = elsewhere};
		unsigned ended = 0;
		do {
			p.k++;
			ended += run_apart(&p) == 3;
		} while (*failed && p.k < MOST);
		cr_expect_gt(p.k, elsewhere ? 3 : 30);
		cr_expect_lt(p.k, MOST);
		cr_expect_eq(ended > 0, !elsewhere, "%u", ended);
	}
}

/* ---- layers ---- */

static const struct proc_hooks none;

static _Noreturn void
be_worker(int master)
{
	struct slot_ends ends;
	int list;
	_exit(layer_join(master, &ends, &list) < 0 ? 9 : 5);
}

static void
hand(int given)
{
	struct slot s;
	struct slot_ends ends;
	int worker = -1;
	pid_t pid = layer_fork(given, &worker);
	if (pid < 0)
		return;
	if (slot_open(&s, &ends, 7, false) == 0) {
		layer_hand(worker, &ends, given);
		slot_ends_close(&ends);
		slot_release(&s);
	}
	close(worker);
	while (__real_waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}

/* Two workers of a layer.  All that came of it is over when nobody holds `leash` any more. */
static void
run_layer(const struct plan *p)
{
	int given, master, leash[2];
	char c;
	unsigned fds = count_fds();
	cr_assert_eq(pipe(leash), 0);
	plan_begin(p);
	planner = getpid();
	int side = layer_open(&none, &given, &master);
	if (side == 1)
		be_worker(master);
	if (side == 0) {
		hand(STDERR_FILENO);
		hand(STDERR_FILENO);
	}
	layer_close();
	planner = 0;
	close(leash[1]);
	cr_assert_eq(read(leash[0], &c, 1), 0);
	close(leash[0]);
	cr_expect_eq(count_fds(), fds, "call %d, number %u: %u descriptors, not %u", p->call, p->k,
		     count_fds(), fds);
	/* Of a worker that nobody was told of, nothing but the status is left. */
	while (waitpid(-1, NULL, 0) > 0)
		;
	prctl(PR_SET_CHILD_SUBREAPER, 0);
}

Test(calls, layer)
{
	static const struct {
		enum call call;
		int error;
		bool in_master, in_layer;
	} faults[] = {
	    {CALL_SOCKETPAIR, EMFILE, true, false}, {CALL_SENDMSG, ENOBUFS, true, false},
	    {CALL_SENDMSG, EINTR, true, false},     {CALL_RECVMSG, ENOMEM, false, true},
	    {CALL_RECVMSG, EINTR, false, true},     {CALL_SEND, EPIPE, true, true},
	    {CALL_RECV, ENOMEM, true, false},       {CALL_RECV, EINTR, true, false},
	    {CALL_FORK, EAGAIN, true, true},        {CALL_PIPE2, EMFILE, true, true},
	    {CALL_PRCTL, EINVAL, true, true},       {CALL_READ, EINTR, false, true},
	    {CALL_READ, EIO, false, true},          {CALL_WRITE, EINTR, false, true},
	    {CALL_WRITE, EIO, false, true},         {CALL_WAITPID, EINTR, true, true},
	    {CALL_FCNTL, EMFILE, true, true},       {CALL_SETPGID, EACCES, true, true},
	};
	quiet_setproctitle();
	signal(SIGPIPE, SIG_IGN);
	for (size_t i = 0; i < sizeof(faults) / sizeof(*faults); i++)
		for (int elsewhere = 0; elsewhere < 2; elsewhere++) {
			struct plan p = {
			    .call = faults[i].call, .error = faults[i].error, .elsewhere = elsewhere};
			do {
				p.k++;
				run_layer(&p);
			} while (*failed && p.k < MOST);
			cr_expect_eq(p.k > 1, elsewhere ? faults[i].in_layer : faults[i].in_master,
				     "call %d: %u times, %d", p.call, p.k - 1, elsewhere);
		}
}
