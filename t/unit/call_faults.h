/*
 * call_faults.h: system calls and allocations that fail when a test wants it.
 *
 * The linker's --wrap (calls_wrapped in the Makefile) leads every call of our own objects here.  A plan says
 * which call fails, the how-manieth of those that the master makes, or that all others make, and with what.
 */
#ifndef CALL_FAULTS_H
#define CALL_FAULTS_H

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum call {
	CALL_FORK,
	CALL_PIPE2,
	CALL_MEMFD,
	CALL_FCNTL,
	CALL_FSTAT,
	CALL_FTRUNCATE,
	CALL_MMAP,
	CALL_PREAD,
	CALL_POLL,
	CALL_READ,
	CALL_WRITE,
	CALL_WAITPID,
	CALL_PRCTL,
	CALL_SETPGID,
	CALL_SIGACTION,
	CALL_SOCKETPAIR,
	CALL_SENDMSG,
	CALL_RECVMSG,
	CALL_SEND,
	CALL_RECV,
	CALL_MEMORY, /* malloc and its like, and what jansson allocates */
	CALLS
};

struct plan {
	enum call call;
	int error;
	unsigned k;     /* 1: the first */
	bool elsewhere; /* in a process that is not the master */
	bool often;     /* every other call, in all processes, from the k-th on */
	size_t chunk;   /* bytes that read and write move at once; 0: all */
};

static struct plan plan;
static pid_t planner;   /* the master, while the plan holds; or 0 */
static unsigned ncalls; /* of that kind, in this process */
static bool *failed;    /* shared: it has come to pass */

static void
plan_begin(const struct plan *p)
{
	if (!failed)
		failed = mmap(NULL, 1, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	*failed = false;
	plan = *p;
	ncalls = 0;
}

static bool
fails(enum call call)
{
	pid_t me = planner && call == plan.call ? getpid() : 0;
	static pid_t counted;
	if (!me || (!plan.often && (me != planner) != plan.elsewhere))
		return false;
	if (counted != me)
		ncalls = 0;
	counted = me;
	ncalls++;
	if (plan.often ? ncalls % 2 == 0
		       : ncalls != plan.k || __atomic_exchange_n(failed, true, __ATOMIC_SEQ_CST))
		return false;
	*failed = true;
	errno = plan.error;
	return true;
}

static size_t
at_once(size_t n)
{
	return planner && plan.chunk && n > plan.chunk ? plan.chunk : n;
}

#define WRAP(type, name, call, params, args, failure)                                                        \
	type __real_##name params;                                                                           \
	type __wrap_##name params;                                                                           \
	type __wrap_##name params                                                                            \
	{                                                                                                    \
		return fails(call) ? failure : __real_##name args;                                           \
	}

WRAP(pid_t, fork, CALL_FORK, (void), (), -1)
WRAP(int, pipe2, CALL_PIPE2, (int fd[2], int flags), (fd, flags), -1)
WRAP(int, memfd_create, CALL_MEMFD, (const char *name, unsigned flags), (name, flags), -1)
WRAP(int, fcntl, CALL_FCNTL, (int fd, int what, long arg), (fd, what, arg), -1)
WRAP(int, fstat, CALL_FSTAT, (int fd, struct stat *st), (fd, st), -1)
WRAP(int, ftruncate, CALL_FTRUNCATE, (int fd, off_t n), (fd, n), -1)
WRAP(void *, mmap, CALL_MMAP, (void *at, size_t n, int prot, int flags, int fd, off_t from),
     (at, n, prot, flags, fd, from), MAP_FAILED)
WRAP(ssize_t, pread, CALL_PREAD, (int fd, void *to, size_t n, off_t from), (fd, to, n, from), -1)
WRAP(int, poll, CALL_POLL, (struct pollfd * f, nfds_t n, int timeout), (f, n, timeout), -1)
WRAP(ssize_t, read, CALL_READ, (int fd, void *to, size_t n), (fd, to, at_once(n)), -1)
WRAP(ssize_t, write, CALL_WRITE, (int fd, const void *from, size_t n), (fd, from, at_once(n)), -1)
WRAP(pid_t, waitpid, CALL_WAITPID, (pid_t pid, int *status, int flags), (pid, status, flags), -1)
WRAP(int, prctl, CALL_PRCTL, (int what, unsigned long arg), (what, arg), -1)
WRAP(int, setpgid, CALL_SETPGID, (pid_t pid, pid_t group), (pid, group), -1)
WRAP(int, sigaction, CALL_SIGACTION, (int sig, const struct sigaction *new, struct sigaction *old),
     (sig, new, old), -1)
WRAP(int, socketpair, CALL_SOCKETPAIR, (int domain, int type, int protocol, int fd[2]),
     (domain, type, protocol, fd), -1)
WRAP(ssize_t, sendmsg, CALL_SENDMSG, (int fd, const struct msghdr *m, int flags), (fd, m, flags), -1)
WRAP(ssize_t, recvmsg, CALL_RECVMSG, (int fd, struct msghdr *m, int flags), (fd, m, flags), -1)
WRAP(ssize_t, send, CALL_SEND, (int fd, const void *from, size_t n, int flags), (fd, from, n, flags), -1)
WRAP(ssize_t, recv, CALL_RECV, (int fd, void *to, size_t n, int flags), (fd, to, n, flags), -1)
WRAP(void *, malloc, CALL_MEMORY, (size_t n), (n), NULL)
WRAP(void *, calloc, CALL_MEMORY, (size_t n, size_t size), (n, size), NULL)
WRAP(void *, reallocarray, CALL_MEMORY, (void *p, size_t n, size_t size), (p, n, size), NULL)
WRAP(char *, strdup, CALL_MEMORY, (const char *s), (s), NULL)

#endif
