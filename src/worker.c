/* worker.c: a worker's own loop: take item numbers from the master, run them, write results. */
#include "prun/compat.h"

#include <bsd/unistd.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "prun/buf.h"
#include "prun/claims.h"
#include "prun/clock.h"
#include "prun/items.h"
#include "prun/log.h"
#include "prun/wire.h"
#include "prun/worker.h"
#include "prun/xmalloc.h"

/* One worker is one process, so its state is the process's. */
static struct {
	uint32_t id;
	int ctl, res;
	const struct items *items;
	const struct worker_host *host;
	struct buf in, out;
	int scratch; /* emptied before each item, if it is still the file that it was */
	struct stat scratch_is;
	struct claims *claims; /* NULL: every item in the queue is ours */
	uint32_t *queue;       /* queue[head] … queue[head + n - 1]; some may have been withdrawn */
	size_t head, n, cap;
	uint32_t item, next; /* taken: what runs or is to run, and what was announced as its successor */
	bool stop;   /* nothing more will be queued */
	bool cancel; /* and what is queued is dropped */
	bool orphan; /* the master is gone */
	bool mute;   /* BYE was said, or nothing was heard yet: nobody listens */
	enum worker_terminal terminal; /* the answer to ASK */
} w = {.mute = true};

static void
flush(void)
{
	struct pollfd p = {.fd = w.res, .events = POLLOUT};
	while (w.out.len && !w.orphan)
		if (buf_write(&w.out, w.res) < 0) {
			/* A test has made every descriptor that it found non-blocking. */
			if (errno == EAGAIN)
				poll(&p, 1, -1);
			else
				w.orphan = true;
		}
	buf_clear(&w.out);
}

static void
enqueue(const unsigned char *p, size_t n)
{
	if (w.head && w.head + w.n + n > w.cap) {
		memmove(w.queue, w.queue + w.head, w.n * sizeof(*w.queue));
		w.head = 0;
	}
	w.queue = xgrow(w.queue, &w.cap, w.head + w.n + n, sizeof(*w.queue));
	for (size_t i = 0; i < n; i++) {
		uint32_t item = wire_u32(p + 4 * i);
		if (item < w.items->n)
			w.queue[w.head + w.n++] = item;
	}
}

/* The next one in the queue that is still ours. */
static uint32_t
take_next(void)
{
	while (w.n) {
		uint32_t item = w.queue[w.head++];
		w.n--;
		if (!w.claims || claims_take(w.claims, item, w.id))
			return item;
	}
	return SCHED_NONE;
}

static void
choose(void)
{
	if (w.item == SCHED_NONE)
		w.item = take_next();
	if (w.item != SCHED_NONE && w.next == SCHED_NONE)
		w.next = take_next();
}

static void
drop_all(void)
{
	w.cancel = w.stop = true;
	w.n = 0;
	w.item = w.next = SCHED_NONE;
}

static void
obey(const struct wire_frame *f)
{
	switch (f->type) {
	case WIRE_RUN:
		enqueue(f->p, f->n / 4);
		break;
	case WIRE_CANCEL:
		drop_all();
		break;
	case WIRE_STOP:
		w.stop = true;
		break;
	case WIRE_LEND:
		w.terminal = f->n && *f->p ? WORKER_LENT : WORKER_NO_TERMINAL;
		break;
	default:
		break;
	}
}

/* Read what the master sent.  Never blocks: the descriptor does not. */
static void
listen(void)
{
	struct wire_frame f;
	int more;
	ssize_t got;
	while ((got = buf_read(&w.in, w.ctl, 16384)) == 16384)
		;
	if (got == 0 || (got < 0 && errno != EAGAIN))
		w.orphan = true;
	while ((more = wire_peek(&w.in, &f)) == 1) {
		obey(&f);
		wire_done(&w.in, &f);
	}
	if (more < 0)
		w.orphan = true;
}

/* Wait until the next item may start, or until there will be none. */
static void
await(void)
{
	listen();
	choose();
	while (w.next == SCHED_NONE && !w.stop && !w.orphan) {
		struct pollfd p = {.fd = w.ctl, .events = POLLIN};
		flush();
		if (w.orphan)
			break;
		setproctitle("gw%u waiting", w.id);
		w.host->release(w.host->ctx);
		poll(&p, 1, -1);
		if (!w.host->acquire(w.host->ctx))
			drop_all();
		listen();
		choose();
	}
}

/* A test may have closed the descriptor and got its number for a file of its own. */
static void
empty_scratch(void)
{
	struct stat st;
	if (!w.scratch || fstat(w.scratch, &st) < 0 || !st.st_size)
		return;
	if (st.st_ino == w.scratch_is.st_ino && st.st_dev == w.scratch_is.st_dev)
		(void)!ftruncate(w.scratch, 0);
}

void
worker_open(int res, int scratch)
{
	w.res = res;
	w.scratch = fstat(scratch, &w.scratch_is) == 0 ? scratch : 0;
}

void
worker_hello(void)
{
	wire_put(&w.out, WIRE_HELLO, NULL, 0);
	flush();
}

static bool
run_one(void)
{
	static struct buf json;
	unsigned char head[12];
	uint32_t item = w.item, next = w.next;

	wire_set_u32(head, item);
	wire_put(&w.out, WIRE_START, head, 4);
	flush();
	setproctitle("gw%u running %s", w.id, w.items->v[item].nodeid);

	empty_scratch();
	buf_clear(&json);
	uint64_t began = clock_now();
	enum worker_verdict v = w.host->run(w.host->ctx, item, next, &json);
	/* Broken off by the master's own interrupt, it has no outcome; the test's own doing is one. */
	if (v == WORKER_BREAK)
		listen();
	if (w.cancel && v == WORKER_BREAK)
		return false;
	/* Nobody knows what it reported: the master sees the death, and that is its outcome. */
	if (!json.len) {
		log_error("an interrupt that a test sent came while its report was written");
		_exit(3);
	}
	wire_set_u64(head + 4, clock_now() - began);
	wire_put2(&w.out, v & WORKER_PASSED ? WIRE_PASS : WIRE_RESULT, head, sizeof(head), buf_data(&json), json.len);
	w.item = w.next;
	w.next = SCHED_NONE;
	return (v & ~WORKER_PASSED) == WORKER_GO;
}

void
worker_clock(bool counts)
{
	unsigned char c = counts;
	wire_put(&w.out, WIRE_CLOCK, &c, 1);
	flush();
}

void
worker_log(const void *json, size_t n)
{
	wire_put(&w.out, WIRE_LOG, json, n);
}

int
worker_ask(void)
{
	if (w.mute || w.cancel)
		return -1;
	w.terminal = WORKER_WAITS;
	wire_put(&w.out, WIRE_ASK, NULL, 0);
	flush();
	return w.orphan ? -1 : w.ctl;
}

enum worker_terminal
worker_hear(void)
{
	if (w.terminal == WORKER_WAITS)
		listen();
	return w.terminal == WORKER_WAITS && (w.cancel || w.orphan) ? WORKER_NOT_NOW : w.terminal;
}

void
worker_give_back(void)
{
	wire_put(&w.out, WIRE_BACK, NULL, 0);
	flush();
}

int
worker_main(uint32_t id, int ctl, const struct items *items, struct claims *claims,
	    const struct worker_host *host)
{
	w.id = id;
	w.ctl = ctl;
	w.items = items;
	w.claims = claims;
	w.item = w.next = SCHED_NONE;
	w.host = host;
	int flags = fcntl(ctl, F_GETFL);
	w.orphan = flags < 0 || fcntl(ctl, F_SETFL, flags | O_NONBLOCK) < 0;
	w.mute = false;

	for (;;) {
		await();
		if (w.orphan || w.item == SCHED_NONE || !run_one())
			break;
	}
	flush();
	setproctitle("gw%u finishing", w.id);
	return w.orphan ? -1 : 0;
}

int
worker_bye(const void *json, size_t n)
{
	w.mute = true;
	wire_put(&w.out, WIRE_BYE, json, n);
	flush();
	if (w.orphan)
		log_error("gw%u cannot reach its master any more (did a test close descriptors?)", w.id);
	return w.orphan ? -1 : 0;
}
