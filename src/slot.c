/* slot.c: the master's end of one worker. */
#include "prun/compat.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "prun/clock.h"
#include "prun/fault.h"
#include "prun/fd.h"
#include "prun/log.h"
#include "prun/proc.h"
#include "prun/sched.h"
#include "prun/slot.h"
#include "prun/stacks.h"
#include "prun/xmalloc.h"

enum {
	TAIL = 64 << 10,      /* how much of a dead worker's output a report shows */
	PIPE_SIZE = 1 << 20,  /* a result of ordinary size never blocks its worker */
	READ_SIZE = 64 << 10, /* one read */
	ANSWER = 1 << 20,     /* no stacks are longer */
};


static int
open_pipe(int *reader, int *writer)
{
	int p[2];
	if (pipe2(p, O_CLOEXEC) < 0)
		return -1;
	*reader = fd_raise(p[0]);
	*writer = fd_raise(p[1]);
	return 0;
}

static void
shut(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static int
nonblocking(int fd)
{
	int flags = fd < 0 ? 0 : fcntl(fd, F_GETFL);
	return fd < 0 ? 0 : flags < 0 ? -1 : fcntl(fd, F_SETFL, flags | O_NONBLOCK);
}

static const char *const capture_name[SLOT_CAPTURES] = {
    [SLOT_STDOUT] = "stdout",
    [SLOT_STDERR] = "stderr",
    [SLOT_TERMINAL] = "terminal",
};

static int
open_capture(int fd[SLOT_CAPTURES])
{
	for (int i = 0; i < SLOT_CAPTURES; i++) {
		fd[i] = memfd_create(capture_name[i], MFD_CLOEXEC);
		if (fd[i] < 0)
			return -1;
		fd[i] = fd_raise(fd[i]);
	}
	return 0;
}

int
slot_open(struct slot *s, struct slot_ends *ends, uint32_t id, bool forward_out)
{
	*s = (struct slot){.id = id, .ctl = -1, .res = -1, .err = -1, .out = -1, .stacks = -1, .capture = {-1, -1, -1}};
	*ends = SLOT_ENDS_NONE;
	s->item = s->last = SCHED_NONE;
	if (open_pipe(&ends->ctl, &s->ctl) < 0 || open_pipe(&s->res, &ends->res) < 0 ||
	    open_pipe(&s->err, &ends->err) < 0 || (forward_out && open_pipe(&s->out, &ends->out) < 0) ||
	    open_pipe(&s->stacks, &ends->stacks) < 0 || open_capture(s->capture) < 0 || nonblocking(s->ctl) < 0 || nonblocking(s->res) < 0 ||
	    nonblocking(s->err) < 0 || nonblocking(s->out) < 0 || nonblocking(s->stacks) < 0) {
		int err = errno;
		slot_ends_close(ends);
		slot_release(s);
		errno = err;
		return -1;
	}
	memcpy(ends->capture, s->capture, sizeof(s->capture));
#ifdef F_SETPIPE_SZ
	(void)fcntl(s->res, F_SETPIPE_SZ, PIPE_SIZE);
#endif
	return 0;
}

void
slot_ends_close(struct slot_ends *ends)
{
	shut(&ends->ctl);
	shut(&ends->res);
	shut(&ends->err);
	shut(&ends->out);
	shut(&ends->stacks);
}

void
slot_release(struct slot *s)
{
	shut(&s->ctl);
	shut(&s->res);
	shut(&s->err);
	shut(&s->out);
	shut(&s->stacks);
	for (int i = 0; i < SLOT_CAPTURES; i++)
		shut(&s->capture[i]);
	buf_release(&s->in);
	buf_release(&s->cmd);
	buf_release(&s->errtext);
	buf_release(&s->errtail);
	buf_release(&s->outtext);
	buf_release(&s->answer);
	json_decref(s->bye);
	s->bye = NULL;
}

/* A short read says that there was no more.  Bounded by what a pipe holds: whoever fills it as fast as we read
 * must not keep the master for ever. */
static bool
read_frames(struct slot *s, ssize_t enough)
{
	size_t before = s->in.len;
	ssize_t got = -1;
	if (s->res < 0)
		return false;
	do
		got = buf_read(&s->in, s->res, READ_SIZE);
	while (got >= enough && s->in.len - before < PIPE_SIZE);
	if (got == 0 || (got < 0 && errno != EAGAIN)) {
		if (got < 0)
			slot_kill(s, "cut off: its results could not be read");
		s->eof = true;
		shut(&s->res);
	}
	return s->in.len > before;
}

bool
slot_read(struct slot *s)
{
	return read_frames(s, READ_SIZE);
}

bool
slot_drain(struct slot *s)
{
	return read_frames(s, 1);
}

static bool
read_text(int *fd, struct buf *b)
{
	size_t before = b->len;
	ssize_t got;
	if (*fd < 0)
		return false;
	/* Bounded: a worker that only writes must not keep the master from its other duties. */
	got = buf_read(b, *fd, READ_SIZE);
	if (got == 0 || (got < 0 && errno != EAGAIN))
		shut(fd);
	return b->len > before;
}

void
slot_read_text(struct slot *s, uint64_t now)
{
	bool empty = !s->errtext.len;
	if (read_text(&s->err, &s->errtext)) {
		s->errgrew = now;
		s->errsince = empty ? now : s->errsince;
	}
	if (read_text(&s->out, &s->outtext))
		s->outgrew = now;
}

void
slot_ask(struct slot *s, uint64_t until)
{
	if (s->asked)
		return;
	s->asked = until;
	if (!s->ready || s->reaped) {
		s->asked = 1;
		return;
	}
	for (int i = 0; i < PIPE_SIZE / READ_SIZE; i++)
		if (!read_text(&s->stacks, &s->answer)) /* what came too late the last time */
			break;
	buf_clear(&s->answer);
	kill(s->pid, STACKS_SIGNAL);
}

bool
slot_read_answer(struct slot *s)
{
	const struct buf *b = &s->answer;
	read_text(&s->stacks, &s->answer);
	return b->len >= ANSWER || (b->len && buf_data(b)[b->len - 1] == STACKS_END);
}

json_t *
slot_answer(const struct slot *s)
{
	size_t n = s->answer.len;
	if (n && buf_data(&s->answer)[n - 1] == STACKS_END)
		n--;
	return n ? json_stringn_nocheck(buf_data(&s->answer), n) : json_null();
}

void
slot_keep_text(struct slot *s, size_t n)
{
	buf_put(&s->errtail, buf_data(&s->errtext), n);
	buf_keep_tail(&s->errtail, TAIL);
}

void
slot_write(struct slot *s)
{
	while (s->cmd.len && s->ctl >= 0)
		if (buf_write(&s->cmd, s->ctl) < 0) {
			if (errno == EAGAIN)
				return;
			/* It is dying; its wait status will say how. */
			shut(&s->ctl);
		}
	if (s->ctl < 0)
		buf_clear(&s->cmd);
}

/* A test has stopped its own process: nobody else would ever wake it. */
static void
wake(struct slot *s)
{
	log_warn("gw%u was stopped by SIG%s; sent SIGCONT", s->id, sigabbrev_np(WSTOPSIG(s->status)));
	proc_kill(s->pid, SIGCONT);
}

bool
slot_reap(struct slot *s)
{
	if (!s->reaped) {
		pid_t pid;
		do
			pid = waitpid(s->pid, &s->status, WNOHANG | WUNTRACED);
		while (pid < 0 && errno == EINTR);
		if (pid == s->pid && WIFSTOPPED(s->status))
			wake(s);
		else
			s->reaped = pid == s->pid || (pid < 0 && errno == ECHILD);
	}
	return s->reaped;
}

void
slot_signal(const struct slot *s, int sig)
{
	if (s->reaped)
		kill(-s->pid, sig);
	else
		proc_kill(s->pid, sig);
}

void
slot_kill(struct slot *s, const char *fault)
{
	if (!s->fault)
		s->fault = fault;
	s->state = SLOT_LEAVING;
	if (!s->reaped)
		proc_kill(s->pid, SIGKILL);
}

/* The last of what stands in a capture file, from the master's own descriptor. */
static json_t *
tail_of_file(int fd)
{
	static char text[TAIL];
	struct stat st;
	ssize_t n = 0;
	if (fd >= 0 && fstat(fd, &st) == 0) {
		off_t from = st.st_size > TAIL ? st.st_size - TAIL : 0;
		n = pread(fd, text, TAIL, from);
	}
	return json_stringn_nocheck(text, n > 0 ? (size_t)n : 0);
}

static void
put(json_t *o, const char *key, json_t *value)
{
	if (json_object_set_new(o, key, value) < 0)
		xmalloc_end();
}

json_t *
slot_post_mortem(struct slot *s, uint64_t now)
{
	char how[160];
	if (s->fault && !s->late)
		snprintf(how, sizeof(how), "%s", s->fault);
	else
		fault_describe(s->status, how, sizeof(how));
	slot_keep_text(s, s->errtext.len);
	buf_clear(&s->errtext);
	json_t *o = json_object();
	put(o, "how", json_string(how));
	put(o, "seconds", json_real(s->began ? (double)(now - s->began) / 1e9 : 0));
	for (int i = 0; i < SLOT_CAPTURES; i++)
		put(o, capture_name[i], tail_of_file(s->capture[i]));
	if (s->late) {
		put(o, "timeout", json_real(s->limit));
		put(o, "stacks", slot_answer(s));
	}
	put(o, "output", json_stringn_nocheck(s->errtail.len ? buf_data(&s->errtail) : "", s->errtail.len));
	return o;
}
