/* test_slot.c: the master's end of a worker: pipes, what comes through them, and its end. */
#include "prun/compat.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "prun/sched.h"
#include "prun/slot.h"

static struct slot s;
static struct slot_ends ends;

static unsigned
count_fds(void)
{
	unsigned n = 0;
	DIR *d = opendir("/proc/self/fd");
	while (readdir(d))
		n++;
	closedir(d);
	return n;
}

static void
set_up(void)
{
	signal(SIGPIPE, SIG_IGN);
	cr_assert_eq(slot_open(&s, &ends, 7, true), 0);
}

static void
tear_down(void)
{
	slot_ends_close(&ends);
	slot_release(&s);
}

#define SLOT_TEST(name) Test(slot, name, .init = set_up, .fini = tear_down, .timeout = 10)

SLOT_TEST(open)
{
	const int fd[] = {s.ctl,    s.res,    s.err,    s.out,        ends.ctl,
			  ends.res, ends.err, ends.out, s.capture[0], s.capture[1]};
	cr_expect_eq(s.id, 7);
	cr_expect_eq(s.item, SCHED_NONE);
	cr_expect_eq(s.last, SCHED_NONE);
	cr_expect_eq(s.state, SLOT_LIVE);
	for (size_t i = 0; i < sizeof(fd) / sizeof(fd[0]); i++) {
		cr_expect_geq(fd[i], 200, "out of the way of tests");
		cr_expect(fcntl(fd[i], F_GETFD) & FD_CLOEXEC);
		/* A worker's writes wait; the master never does. */
		cr_expect_eq(!!(fcntl(fd[i], F_GETFL) & O_NONBLOCK), i < 4, "descriptor %zu", i);
	}
	for (int i = 0; i < SLOT_CAPTURES; i++)
		cr_expect_eq(ends.capture[i], s.capture[i]);
}

Test(slot, nothing_is_left_open)
{
	unsigned before = count_fds();
	for (int out = 0; out < 2; out++) {
		cr_assert_eq(slot_open(&s, &ends, 0, out), 0);
		cr_expect_eq(ends.out >= 0, out);
		slot_ends_close(&ends);
		slot_release(&s);
		cr_expect_eq(count_fds(), before);
		slot_release(&s);
	}
}

Test(slot, no_descriptors)
{
	struct rlimit limit;
	unsigned before = count_fds(), failed = 0;
	getrlimit(RLIMIT_NOFILE, &limit);
	rlim_t all = limit.rlim_cur;
	for (unsigned more = 0; more < 16; more++) {
		limit.rlim_cur = before - 3 + more;
		setrlimit(RLIMIT_NOFILE, &limit);
		int got = slot_open(&s, &ends, 0, true), err = errno;
		limit.rlim_cur = all;
		setrlimit(RLIMIT_NOFILE, &limit);
		if (got == 0) {
			tear_down();
		} else {
			cr_expect_eq(err, EMFILE);
			failed++;
		}
		cr_expect_eq(count_fds(), before);
	}
	cr_expect_geq(failed, 8);
	cr_expect_lt(failed, 16);
}

SLOT_TEST(read)
{
	char big[70000];
	memset(big, 'x', sizeof(big));
	cr_expect(!slot_read(&s));
	cr_expect(!s.eof);
	cr_assert_eq(write(ends.res, big, sizeof(big)), (ssize_t)sizeof(big));
	cr_expect(slot_read(&s));
	cr_expect_eq(s.in.len, sizeof(big));
	cr_expect(!slot_read(&s));
	cr_assert_eq(write(ends.res, "y", 1), 1);
	slot_ends_close(&ends);
	cr_expect(slot_read(&s));
	cr_expect_eq(s.in.len, sizeof(big) + 1);
	cr_expect(s.eof || !slot_read(&s));
	cr_expect(s.eof);
	cr_expect_eq(s.res, -1);
	cr_expect(!slot_read(&s));
}

/* A result of ordinary size never blocks its worker. */
SLOT_TEST(a_large_result_fits)
{
	static const char big[600000];
	fcntl(ends.res, F_SETFL, O_NONBLOCK);
	cr_expect_eq(write(ends.res, big, sizeof(big)), (ssize_t)sizeof(big));
	cr_expect(slot_read(&s));
	cr_expect_eq(s.in.len, sizeof(big));
}

SLOT_TEST(read_text)
{
	slot_read_text(&s, 100);
	cr_expect_eq(s.errtext.len + s.outtext.len, 0);
	cr_assert_eq(write(ends.err, "err", 3), 3);
	slot_read_text(&s, 200);
	cr_expect_eq(s.errsince, 200);
	cr_assert_eq(write(ends.err, "more", 4) + write(ends.out, "out", 3), 7);
	slot_read_text(&s, 300);
	cr_expect_eq(s.errsince, 200, "since it began to fill");
	cr_expect(s.errtext.len == 7 && memcmp(buf_data(&s.errtext), "errmore", 7) == 0);
	cr_expect(s.outtext.len == 3 && memcmp(buf_data(&s.outtext), "out", 3) == 0);
	slot_ends_close(&ends);
	slot_read_text(&s, 400);
	cr_expect(s.err == -1 && s.out == -1);
	slot_read_text(&s, 500);
	cr_expect_eq(s.errtext.len, 7);
}

/* A worker that does not listen blocks nobody; what it takes later is whole. */
SLOT_TEST(write)
{
	struct buf got = {0};
	enum { N = 500000 };
	for (unsigned i = 0; i < N; i++)
		buf_put(&s.cmd, &(char){(char)(i % 251)}, 1);
	slot_write(&s);
	cr_expect_lt(s.cmd.len, N);
	cr_expect_gt(s.cmd.len, 0);
	while (s.cmd.len) {
		cr_assert_gt(buf_read(&got, ends.ctl, 65536), 0);
		slot_write(&s);
	}
	while (got.len < N)
		cr_assert_gt(buf_read(&got, ends.ctl, 65536), 0);
	for (unsigned i = 0; i < N; i++)
		cr_assert_eq(buf_data(&got)[i], (char)(i % 251));
	buf_release(&got);
}

SLOT_TEST(write_to_one_that_is_gone)
{
	slot_ends_close(&ends);
	buf_puts(&s.cmd, "x");
	slot_write(&s);
	cr_expect_eq(s.ctl, -1);
	cr_expect_eq(s.cmd.len, 0);
	buf_puts(&s.cmd, "x");
	slot_write(&s);
	cr_expect_eq(s.cmd.len, 0);
}

static void
fork_waiting(void)
{
	s.pid = fork();
	if (s.pid == 0)
		for (;;)
			pause();
}

static void
await(void)
{
	siginfo_t info;
	cr_assert_eq(waitid(P_PID, (id_t)s.pid, &info, WEXITED | WNOWAIT), 0);
}

SLOT_TEST(reap_and_kill)
{
	fork_waiting();
	cr_expect(!slot_reap(&s));
	slot_kill(&s, "first");
	slot_kill(&s, "second");
	cr_expect_str_eq(s.fault, "first");
	cr_expect_eq(s.state, SLOT_LEAVING);
	await();
	cr_expect(slot_reap(&s));
	cr_expect(WIFSIGNALED(s.status) && WTERMSIG(s.status) == SIGKILL);
	cr_expect(slot_reap(&s));
	slot_kill(&s, "a process that has the number now must not be killed");
}

/* A child that somebody else waited for is over too. */
SLOT_TEST(reaped_by_another)
{
	fork_waiting();
	kill(s.pid, SIGKILL);
	cr_assert_eq(waitpid(s.pid, NULL, 0), s.pid);
	cr_expect(slot_reap(&s));
}

static const char *
member(const json_t *o, const char *name)
{
	const char *text = json_string_value(json_object_get(o, name));
	return text ? text : "(none)";
}

SLOT_TEST(post_mortem)
{
	char text[3];
	s.status = W_EXITCODE(7, 0);
	s.began = UINT64_C(1000000000);
	cr_assert_eq(write(ends.capture[SLOT_STDOUT], "out", 3) + write(ends.capture[SLOT_STDERR], "err", 3),
		     6);
	cr_assert_eq(read(ends.capture[SLOT_STDOUT], text, 3), 0);
	buf_puts(&s.errtext, "past");
	json_t *o = slot_post_mortem(&s, UINT64_C(3500000000));
	cr_expect_str_eq(member(o, "how"), "exited with status 7");
	cr_expect_str_eq(member(o, "stdout"), "out");
	cr_expect_str_eq(member(o, "stderr"), "err");
	cr_expect_str_eq(member(o, "output"), "past");
	cr_expect_eq(json_real_value(json_object_get(o, "seconds")), 2.5);
	cr_expect_eq(s.errtext.len, 0);
	json_decref(o);
}

/* Only the last 64 KiB are shown, and the master's reason goes before the status. */
SLOT_TEST(post_mortem_of_much)
{
	static char big[200000];
	memset(big, 'x', sizeof(big));
	big[sizeof(big) - 1] = 'z';
	cr_assert_eq(write(ends.capture[SLOT_STDERR], big, sizeof(big)), (ssize_t)sizeof(big));
	buf_put(&s.errtext, big, sizeof(big));
	s.fault = "cut off";
	json_t *o = slot_post_mortem(&s, 5);
	cr_expect_str_eq(member(o, "how"), "cut off");
	for (int i = 0; i < 2; i++) {
		const char *name = i ? "stderr" : "output";
		cr_expect_eq(json_string_length(json_object_get(o, name)), 64 << 10, "%s", name);
		cr_expect_eq(member(o, name)[(64 << 10) - 1], 'z', "%s", name);
	}
	cr_expect_eq(json_real_value(json_object_get(o, "seconds")), 0, "nothing ran");
	json_decref(o);
}
