/* layer.c: a frozen process, from which workers are forked later. */
#include "prun/compat.h"

#include <bsd/unistd.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "prun/claims.h"
#include "prun/fd.h"
#include "prun/layer.h"

enum {
	ENDS = 5, /* a worker's pipes */
	FDS_MOST = ENDS + SLOT_CAPTURES + 2, /* those, its files, the claims and the list */
	WAKE_EVERY = 1000, /* milliseconds; the layer answers sooner if nobody has stopped it */
};

static int layer_fd = -1; /* in the master: to the layer */
static pid_t layer_pid;

/* ---- descriptors through a socket ---- */

/* Those that are -1 are left out; `there` tells which came. */
static int
send_fds(int sock, const int *fds, size_t n)
{
	char control[CMSG_SPACE(FDS_MOST * sizeof(int))] = {0};
	unsigned there = 0;
	int open[FDS_MOST];
	size_t nopen = 0;
	for (size_t i = 0; i < n; i++)
		if (fds[i] >= 0) {
			there |= 1U << i;
			open[nopen++] = fds[i];
		}
	struct iovec iov = {&there, sizeof(there)};
	struct msghdr m = {.msg_iov = &iov, .msg_iovlen = 1, .msg_control = control};
	m.msg_controllen = CMSG_SPACE(nopen * sizeof(int));
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(nopen * sizeof(int));
	memcpy(CMSG_DATA(c), open, nopen * sizeof(int));
	ssize_t sent;
	do
		sent = sendmsg(sock, &m, MSG_NOSIGNAL);
	while (sent < 0 && errno == EINTR);
	return sent < 0 ? -1 : 0;
}

/* As they were sent; -1 for those that were left out.  -1 when the other side is gone. */
static int
receive_fds(int sock, int *fds, size_t n)
{
	char control[CMSG_SPACE(FDS_MOST * sizeof(int))];
	unsigned there = 0;
	struct iovec iov = {&there, sizeof(there)};
	struct msghdr m = {
	    .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control)};
	ssize_t got;
	do
		got = recvmsg(sock, &m, MSG_CMSG_CLOEXEC);
	while (got < 0 && errno == EINTR);
	const struct cmsghdr *c = got > 0 ? CMSG_FIRSTHDR(&m) : NULL;
	size_t came = c ? (c->cmsg_len - CMSG_LEN(0)) / sizeof(int) : 0, taken = 0;
	for (size_t i = 0; i < n; i++) {
		fds[i] = -1;
		if (there >> i & 1 && taken < came) {
			int fd;
			memcpy(&fd, CMSG_DATA(c) + taken++ * sizeof(fd), sizeof(fd));
			fds[i] = fd_raise(fd);
		}
	}
	/* Too few are what comes of a limit of open files. */
	if (got == sizeof(there) && c && taken == (size_t)__builtin_popcount(there))
		return 0;
	for (size_t i = 0; i < n; i++)
		if (fds[i] >= 0)
			close(fds[i]);
	return -1;
}

/* ---- the layer ---- */

/* Fork a worker that is not our child.  Returns its pid, and 0 in the worker; -1 when it could not be forked.
 */
static pid_t
fork_away(const struct proc_hooks *hooks)
{
	int said[2], held[2];
	pid_t pid = -1;
	if (pipe2(said, O_CLOEXEC) < 0)
		return -1;
	if (pipe2(held, O_CLOEXEC) < 0) {
		close(said[0]);
		close(said[1]);
		return -1;
	}
	pid_t between = proc_fork(hooks);
	if (between == 0) {
		pid = proc_fork(hooks);
		if (pid == 0) {
			/* It must outlive its parent, which waits until `held` is closed. */
			prctl(PR_SET_PDEATHSIG, 0);
			close(said[0]);
			close(said[1]);
			close(held[0]);
			close(held[1]);
			return 0;
		}
		close(held[1]);
		(void)!write(said[1], &pid, sizeof(pid));
		(void)!read(held[0], &pid, 1);
		_exit(0);
	}
	close(said[1]);
	close(held[0]);
	close(held[1]);
	ssize_t got = -1;
	while (between > 0 && (got = read(said[0], &pid, sizeof(pid))) < 0 && errno == EINTR)
		;
	if (got != sizeof(pid))
		pid = -1;
	close(said[0]);
	while (between > 0 && waitpid(between, NULL, 0) < 0 && errno == EINTR)
		;
	return pid;
}

/* In a worker: the kernel has made it the master's child when the master says so. */
static void
settle(int master, pid_t parent)
{
	char go;
	ssize_t got;
	do
		got = read(master, &go, 1);
	while (got < 0 && errno == EINTR);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (got != 1 || getppid() != parent)
		_exit(1);
}

/* The layer's life: fork a worker for each request.  Returns in the workers. */
static void
serve(int sock, pid_t parent, const struct proc_hooks *hooks, int *given, int *master)
{
	int fds[2];
	setproctitle("layer");
	for (;;) {
		if (receive_fds(sock, fds, 2) < 0)
			_exit(0);
		pid_t pid = fork_away(hooks);
		if (pid == 0)
			break;
		close(fds[0]);
		close(fds[1]);
		if (send(sock, &pid, sizeof(pid), MSG_NOSIGNAL) < 0)
			_exit(0);
	}
	close(sock);
	*given = fds[0];
	*master = fds[1];
	settle(*master, parent);
}

int
layer_open(const struct proc_hooks *hooks, int *given, int *master)
{
	int pair[2];
	pid_t parent = getpid();
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return -1;
	layer_pid = proc_fork(hooks);
	if (layer_pid == 0) {
		close(pair[0]);
		serve(pair[1], parent, hooks, given, master);
		return 1;
	}
	close(pair[1]);
	layer_fd = fd_raise(pair[0]);
	if (layer_pid > 0)
		return 0;
	int err = errno;
	layer_close();
	errno = err;
	return -1;
}

/* ---- the master ---- */

/* The layer's answer to a request; false if it is gone.  A test may have stopped it. */
static bool
answer(pid_t *pid)
{
	struct pollfd p = {.fd = layer_fd, .events = POLLIN};
	do
		kill(layer_pid, SIGCONT);
	while (poll(&p, 1, WAKE_EVERY) <= 0);
	return recv(layer_fd, pid, sizeof(*pid), 0) == sizeof(*pid);
}

pid_t
layer_fork(int given, int *worker)
{
	int pair[2];
	pid_t pid = -1;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return -1;
	/* The worker's parent is about to exit: until then orphans below us become our children. */
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	bool there = send_fds(layer_fd, (const int[]){given, pair[1]}, 2) == 0 && answer(&pid);
	prctl(PR_SET_CHILD_SUBREAPER, 0);
	close(pair[1]);
	if (pid > 0 && send(pair[0], "", 1, MSG_NOSIGNAL) == 1) {
		*worker = fd_raise(pair[0]);
		return pid;
	}
	int err = pid > 0 ? errno : there ? EAGAIN : ECHILD;
	close(pair[0]);
	if (pid > 0)
		waitpid(pid, NULL, 0);
	errno = err;
	return -1;
}

int
layer_hand(int worker, const struct slot_ends *ends, int list)
{
	int fds[FDS_MOST] = {ends->ctl, ends->res, ends->err, ends->out, ends->stacks};
	memcpy(fds + ENDS, ends->capture, sizeof(ends->capture));
	fds[ENDS + SLOT_CAPTURES] = ends->claims_fd;
	fds[ENDS + SLOT_CAPTURES + 1] = list;
	return send_fds(worker, fds, FDS_MOST);
}

void
layer_close(void)
{
	if (layer_fd >= 0)
		close(layer_fd);
	layer_fd = -1;
	int status = 0;
	for (pid_t pid = 0; layer_pid > 0 && (pid != layer_pid || WIFSTOPPED(status));) {
		kill(layer_pid, SIGCONT);
		pid = waitpid(layer_pid, &status, WUNTRACED);
		if (pid < 0 && errno != EINTR)
			break;
	}
	layer_pid = 0;
}

/* ---- the worker ---- */

int
layer_join(int master, struct slot_ends *ends, int *list)
{
	int fds[FDS_MOST];
	if (receive_fds(master, fds, FDS_MOST) < 0)
		return -1;
	int claims = fds[ENDS + SLOT_CAPTURES];
	*ends = (struct slot_ends){NULL, -1, fds[0], fds[1], fds[2], fds[3], fds[4], {-1, -1, -1}};
	memcpy(ends->capture, fds + ENDS, sizeof(ends->capture));
	*list = fds[ENDS + SLOT_CAPTURES + 1];
	if (claims < 0)
		return 0;
	ends->claims = claims_map(claims);
	close(claims);
	return ends->claims ? 0 : -1;
}
