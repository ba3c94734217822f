/*
 * machine.h: a machine in memory for the pool: pipes, processes, signals and a clock that cost nothing.
 *
 * The linker's --wrap puts these in the place of the system calls (fuzz_wraps in the Makefile), so that a
 * whole pool_run() takes microseconds and does the same for the same input.  Who includes it says what
 * happens while the master waits, machine_wait(), and sees each process end, machine_ends().
 */
#ifndef MACHINE_H
#define MACHINE_H

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "prun/buf.h"
#include "prun/clock.h"

enum { FIRST_FD = 1000, PIPES = 400, PROCS = 128, FIRST_PID = 500000, CLAIM_BYTES = 4096, PIPE_BYTES = 4096 };

struct pipe {
	struct buf b;
	bool open[2]; /* the master's own reading and writing end */
	bool held;    /* by a worker, or by a child of its that lives on */
};

enum { CTL, RES, ERR, OUT, STACKS, STREAMS };

struct proc {
	bool alive, stopped, reaped, leaves_child;
	int status;
	struct pipe *stream[STREAMS];
};

static struct {
	struct pipe pipe[PIPES];
	int npipes; /* no more than these were ever in use */
	struct proc proc[PROCS];
	size_t nprocs;
	_Alignas(16) uint32_t claims[CLAIM_BYTES / 4];
	uint64_t now;
	size_t chunk; /* bytes that go through a pipe at once; 0: all */
	int failing;  /* errno of the next call that can fail, or 0 */
	struct sigaction on[NSIG];
	bool raised[NSIG], handling;
} m;

static bool machine_wait(void);
static void machine_ends(struct proc *p);

/* libFuzzer is linked with us, and calls some of these for itself. */
static bool running;
int __real_sigaction(int sig, const struct sigaction *new, struct sigaction *old);
int __real_raise(int sig);
int __real_kill(pid_t pid, int sig);
pid_t __real_waitpid(pid_t pid, int *status, int flags);
int __real_close(int fd);
ssize_t __real_read(int fd, void *to, size_t n);
ssize_t __real_write(int fd, const void *from, size_t n);
void *__real_mmap(void *at, size_t n, int prot, int flags, int fd, off_t from);
int __real_munmap(void *at, size_t n);
int __real_fstat(int fd, struct stat *st);

#define finding(...)                                                                                         \
	do {                                                                                                 \
		running = false;                                                                             \
		fprintf(stderr, "finding: " __VA_ARGS__);                                                    \
		fputc('\n', stderr);                                                                         \
		abort();                                                                                     \
	} while (0)

static void
machine_reset(void)
{
	for (int i = 0; i < m.npipes; i++) {
		struct buf keep = m.pipe[i].b;
		m.pipe[i] = (struct pipe){.b = keep};
		buf_clear(&m.pipe[i].b);
	}
	m.npipes = 0;
	memset(m.proc, 0, sizeof(m.proc[0]) * m.nprocs);
	m.nprocs = 0;
	memset(m.claims, 0, sizeof(m.claims));
	m.now = CLOCK_SECOND;
	m.chunk = 0;
	m.failing = 0;
	memset(m.raised, 0, sizeof(m.raised));
}

static struct pipe *
pipe_of(int fd)
{
	return fd >= FIRST_FD && fd < FIRST_FD + 2 * PIPES ? &m.pipe[(fd - FIRST_FD) / 2] : NULL;
}

/* A write of one byte to an empty pipe, in a handler, has little reason to. */
static bool
fails(void)
{
	if (m.handling && m.failing != EINTR)
		return false;
	errno = m.failing;
	m.failing = 0;
	return errno != 0;
}

static int
new_pipe(bool writer)
{
	for (int i = 0; i < PIPES; i++) {
		struct pipe *p = &m.pipe[i];
		if (p->open[0] || p->open[1] || p->held)
			continue;
		m.npipes = i < m.npipes ? m.npipes : i + 1;
		buf_clear(&p->b);
		p->open[0] = true;
		p->open[1] = writer;
		return FIRST_FD + 2 * i;
	}
	errno = EMFILE;
	return -1;
}

/* ---- processes ---- */

static pid_t
proc_new(const int fd[STREAMS])
{
	if (m.nprocs == PROCS) {
		errno = EAGAIN;
		return -1;
	}
	struct proc *p = &m.proc[m.nprocs++];
	p->alive = true;
	for (int i = 0; i < STREAMS; i++)
		if ((p->stream[i] = pipe_of(fd[i])))
			p->stream[i]->held = true;
	return FIRST_PID + (pid_t)(p - m.proc);
}

static void
let_go(struct proc *p, int stream)
{
	if (p->stream[stream])
		p->stream[stream]->held = false;
	p->stream[stream] = NULL;
}

static void
machine_signal(int sig)
{
	if (m.on[sig].sa_handler == SIG_DFL || m.on[sig].sa_handler == SIG_IGN)
		return;
	m.handling = true;
	m.on[sig].sa_handler(sig);
	m.handling = false;
}

static void
proc_end(struct proc *p, int status)
{
	if (!p->alive)
		return;
	machine_ends(p);
	p->alive = false;
	p->status = status;
	for (int i = 0; i < STREAMS && !p->leaves_child; i++)
		let_go(p, i);
	machine_signal(SIGCHLD);
}

int
__wrap_kill(pid_t pid, int sig)
{
	if (!running)
		return __real_kill(pid, sig);
	bool group = pid < 0;
	size_t i = (size_t)((group ? -pid : pid) - FIRST_PID);
	if (i >= m.nprocs || (!group && m.proc[i].reaped))
		finding("kill(%d, %d) is nobody's, or somebody else's by now", (int)pid, sig);
	if (sig == SIGKILL)
		proc_end(&m.proc[i], SIGKILL);
	if (sig == SIGTERM && i % 2)
		proc_end(&m.proc[i], SIGTERM);
	if (sig == SIGCONT)
		m.proc[i].stopped = false;
	if (sig || m.proc[i].alive || m.proc[i].leaves_child)
		return 0;
	errno = ESRCH;
	return -1;
}

pid_t
__wrap_waitpid(pid_t pid, int *status, int flags)
{
	if (!running)
		return __real_waitpid(pid, status, flags);
	size_t i = (size_t)(pid - FIRST_PID);
	if (i >= m.nprocs || m.proc[i].reaped) {
		errno = ECHILD;
		return -1;
	}
	struct proc *p = &m.proc[i];
	if (!(flags & WNOHANG) && p->alive)
		finding("the master waits for %d", (int)pid);
	if (p->alive && !p->stopped)
		return 0;
	if (fails())
		return -1;
	*status = p->alive ? SIGSTOP << 8 | 0x7f : p->status;
	p->reaped = !p->alive;
	return pid;
}

int
__wrap_raise(int sig)
{
	if (!running)
		return __real_raise(sig);
	m.raised[sig] = true;
	return 0;
}

int
__wrap_sigaction(int sig, const struct sigaction *new, struct sigaction *old)
{
	if (!running)
		return __real_sigaction(sig, new, old);
	if (old)
		*old = m.on[sig];
	if (new)
		m.on[sig] = *new;
	return 0;
}

/* ---- descriptors ---- */

int
__wrap_pipe2(int fd[2], int flags)
{
	(void)flags;
	if (fails() || (fd[0] = new_pipe(true)) < 0)
		return -1;
	fd[1] = fd[0] + 1;
	return 0;
}

int
__wrap_memfd_create(const char *name, unsigned flags)
{
	(void)name;
	(void)flags;
	return fails() ? -1 : new_pipe(false);
}

int
__wrap_close(int fd)
{
	if (!running)
		return __real_close(fd);
	struct pipe *p = pipe_of(fd);
	bool *open = p ? &p->open[(fd - FIRST_FD) % 2] : NULL;
	if (!open || !*open)
		finding("close(%d), which is not open", fd);
	*open = false;
	return 0;
}

int
__wrap_fcntl(int fd, int what, ...)
{
	(void)fd;
	if (what == F_DUPFD_CLOEXEC) {
		errno = EMFILE;
		return -1;
	}
	return 0;
}

int
__wrap_fstat(int fd, struct stat *st)
{
	if (!running)
		return __real_fstat(fd, st);
	(void)fd;
	memset(st, 0, sizeof(*st));
	st->st_size = CLAIM_BYTES;
	return 0;
}

int
__wrap_ftruncate(int fd, off_t size)
{
	(void)fd;
	if (size > CLAIM_BYTES)
		finding("%lld bytes of claims", (long long)size);
	return 0;
}

ssize_t
__wrap_pread(int fd, void *to, size_t n, off_t from)
{
	(void)fd;
	(void)from;
	memset(to, 'c', n < 5 ? n : 5);
	return n < 5 ? (ssize_t)n : 5;
}

void *
__wrap_mmap(void *at, size_t n, int prot, int flags, int fd, off_t from)
{
	if (!running)
		return __real_mmap(at, n, prot, flags, fd, from);
	return fails() ? (void *)-1 : m.claims;
}

int
__wrap_munmap(void *at, size_t n)
{
	if (!running)
		return __real_munmap(at, n);
	return 0;
}

static size_t
at_once(size_t n, size_t there)
{
	n = n < there ? n : there;
	return m.chunk && n > m.chunk ? m.chunk : n;
}

ssize_t
__wrap_read(int fd, void *to, size_t n)
{
	if (!running)
		return __real_read(fd, to, n);
	struct pipe *p = pipe_of(fd);
	if (!p || !p->open[0])
		finding("read(%d), which is not open", fd);
	if (fails())
		return -1;
	if (!p->b.len && (p->held || p->open[1])) {
		errno = EAGAIN;
		return -1;
	}
	n = at_once(n, p->b.len);
	if (n) {
		memcpy(to, buf_data(&p->b), n);
		buf_take(&p->b, n);
	}
	return (ssize_t)n;
}

ssize_t
__wrap_write(int fd, const void *from, size_t n)
{
	if (!running)
		return __real_write(fd, from, n);
	struct pipe *p = pipe_of(fd);
	if (fd == STDERR_FILENO)
		return (ssize_t)n; /* prun's warnings */
	if (!p || !p->open[1])
		finding("write(%d), which is not open", fd);
	if (fails())
		return -1;
	if (!p->held && !p->open[0]) {
		errno = EPIPE;
		return -1;
	}
	if (p->b.len >= PIPE_BYTES) {
		errno = EAGAIN;
		return -1;
	}
	n = at_once(n, PIPE_BYTES - p->b.len);
	buf_put(&p->b, from, n);
	return (ssize_t)n;
}

static short
events_of(int fd)
{
	struct pipe *p = pipe_of(fd);
	if (!p)
		return 0;
	if (!p->open[(fd - FIRST_FD) % 2])
		finding("poll of %d, which is not open", fd);
	if ((fd - FIRST_FD) % 2)
		return !p->held && !p->open[0] ? POLLERR : p->b.len < PIPE_BYTES ? POLLOUT : 0;
	return p->b.len ? POLLIN : p->held || p->open[1] ? 0 : POLLHUP;
}

static int
ready(struct pollfd *f, nfds_t n)
{
	int count = 0;
	for (nfds_t i = 0; i < n; i++) {
		f[i].revents = events_of(f[i].fd) & (f[i].events | POLLHUP | POLLERR);
		count += f[i].revents != 0;
	}
	return count;
}

int
__wrap_poll(struct pollfd *f, nfds_t n, int timeout)
{
	bool more = machine_wait();
	int count = ready(f, n);
	while (!count && timeout < 0) {
		if (!more)
			finding("the master waits for ever");
		more = machine_wait();
		count = ready(f, n);
	}
	if (!count && timeout > 0)
		m.now += (uint64_t)timeout * 1000000;
	if (m.failing && fails())
		return -1;
	return count;
}

uint64_t
__wrap_clock_now(void)
{
	return m.now += 1000;
}

#endif
