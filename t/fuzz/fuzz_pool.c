/*
 * fuzz_pool.c: the input says what two or three workers do to a pool, most of it wrong, and when it is at its
 * end they do their duty.  Then the run must end, and whatever was written: no item has two outcomes, nobody
 * speaks for another worker, and a run that says DONE has an outcome for every item.
 */
#include "prun/compat.h"

#include "prun/pool.h"
#include "prun/wire.h"

#include "machine.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ITEMS = 12, WORKERS = 3, MOST_WAITS = 20000 };

struct worker {
	struct buf ctl; /* frames from the master that have not been read whole */
	uint32_t queue[8 * ITEMS];
	size_t n, next;
	uint32_t item;           /* that it runs, or SCHED_NONE */
	bool asks, hello; /* for the terminal; said */
	bool stop, cancel, wild; /* wild: it has written what it should not have, and dies of it */
	bool handed[ITEMS];      /* by the master */
	/* What was told of it. */
	bool up, down;
	uint32_t runs;
	unsigned nstarted[ITEMS];
};

static struct {
	const uint8_t *p;
	size_t n;
	struct pool_conf conf;
	uint32_t unit[ITEMS];
	double limits[ITEMS];
	struct worker w[PROCS];
	size_t last; /* who did something last, at the end */
	unsigned noutcomes[ITEMS], nagain[ITEMS];
	unsigned again, waits;
	bool stop, nofork, scribbled;
	uint32_t lent; /* who has the terminal, or SCHED_NONE */
} z;

/* ---- the input ---- */

static unsigned
take(void)
{
	return z.n ? (z.n--, *z.p++) : 0;
}

static const uint8_t *
take_bytes(size_t *n)
{
	const uint8_t *p = z.p;
	size_t want = take();
	p = z.p;
	*n = want < z.n ? want : z.n;
	z.p += *n;
	z.n -= *n;
	return p;
}

static const char *const texts[] = {
    "[]",
    "{}",
    "[{\"$t\":[\"t.py\",1,\"t\"]},0.1,1.0,1.1,0.2,1.1,1.3,0.0,1.3,1.3]",
    "[[\"report\",{\"outcome\":\"failed\",\"when\":\"call\"}]]",
    "[[\"report\",{\"outcome\":\"failed\",\"wasxfail\":\"\"}],[\"logstart\",1,null]]",
    "{\"shouldstop\":\"enough\"}",
    "[[\"item\",{\"x\":1}]]",
    "[\"report\"]",
};
enum { TEXTS = sizeof(texts) / sizeof(*texts) };

/* JSON of ours, or what the input has. */
static const void *
take_text(size_t *n)
{
	unsigned which = take() % (2 * TEXTS);
	if (which >= TEXTS)
		return take_bytes(n);
	*n = strlen(texts[which]);
	return texts[which];
}

#include "workers.h"

/* ---- the world ---- */

static void
befall(unsigned op)
{
	static const int signals[] = {SIGCHLD, SIGTSTP, SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGTSTP, SIGINT};
	static const int errors[] = {EINTR, EAGAIN, ENOMEM, EMFILE, ENFILE, EIO, EINTR, EINTR};
	switch (op) {
	case 0:
		m.chunk = take();
		break;
	case 1:
		m.now += take() * (CLOCK_SECOND / 16);
		break;
	case 2:
		z.nofork = true;
		break;
	case 3:
		z.stop = take() % 4 == 0;
		break;
	case 4:
		z.again++;
		break;
	case 5:
		machine_signal(signals[take() % 8]);
		break;
	default:
		m.failing = errors[take() % 8];
		break;
	}
}

/* ---- the pool's side ---- */

/* At the end of the input all who live do their duty, each in turn. */
static bool
all_work(void)
{
	m.chunk = 0;
	for (size_t i = 0; i < m.nprocs; i++) {
		struct proc *p = &m.proc[(z.last + 1 + i) % m.nprocs];
		if (p->alive && !p->stopped && work(p)) {
			z.last = index_of(p);
			return true;
		}
	}
	/* Claims that somebody has scribbled over can leave all waiting, as can a test that waits for ever.
	 */
	for (size_t i = 0; z.scribbled && i < m.nprocs; i++)
		if (m.proc[i].alive) {
			proc_end(&m.proc[i], SIGKILL);
			return true;
		}
	return false;
}

static bool
machine_wait(void)
{
	if (++z.waits > MOST_WAITS)
		finding("the run does not end");
	if (!z.n || !m.nprocs)
		return all_work();
	unsigned op = take();
	struct proc *p = &m.proc[m.nprocs - 1 - op / 64 % (m.nprocs < WORKERS ? m.nprocs : WORKERS)];
	op %= 64;
	if (op >= 56)
		befall(op % 8);
	else if (!p->alive || p->stopped)
		return true;
	else if (op >= 48)
		do_wild(p, op % 8);
	else if (op >= 40)
		do_odd(p, op % 8);
	else if (op >= 36)
		do_late(p, op % 4);
	else
		work(p);
	return true;
}

static int
prepare(void *ctx, uint32_t id, uint32_t replaces)
{
	(void)ctx;
	(void)replaces;
	return id < PROCS ? 0 : -1;
}

/* To every other worker. */
static bool
lend(void *ctx, uint32_t id, pid_t pid)
{
	(void)ctx;
	if ((z.lent == SCHED_NONE) != (id != SCHED_NONE) || (id != SCHED_NONE) != (pid > 0))
		finding("the terminal is lent to gw%u, then gw%u, process %d", z.lent, id, (int)pid);
	if (id != SCHED_NONE && id % 2)
		return false;
	z.lent = id;
	return true;
}

static pid_t
fork_worker(void *ctx, uint32_t id, const struct slot_ends *ends)
{
	(void)ctx;
	if (z.nofork) {
		z.nofork = false;
		errno = EAGAIN;
		return -1;
	}
	if (id != m.nprocs && m.nprocs < PROCS)
		finding("gw%u is process %zu", id, m.nprocs);
	pid_t pid = proc_new((const int[STREAMS]){ends->ctl, ends->res, ends->err, ends->out, ends->stacks});
	if (pid > 0) {
		struct buf keep = z.w[id].ctl;
		z.w[id] = (struct worker){.ctl = keep, .item = SCHED_NONE, .runs = SCHED_NONE};
		buf_clear(&z.w[id].ctl);
	}
	return pid;
}

static unsigned
lines(void)
{
	return z.conf.sched.mode == SCHED_EACH ? z.conf.nworkers : 1;
}

static void
count_outcome(struct worker *w, const struct event *e)
{
	if (w->runs != e->item)
		finding("gw%u has an outcome of %u and runs %u", e->worker, e->item, w->runs);
	w->runs = SCHED_NONE;
	if (++z.noutcomes[e->item] > lines() + z.nagain[e->item])
		finding("item %u has %u outcomes", e->item, z.noutcomes[e->item]);
}

static unsigned
tell(void *ctx, const struct event *e)
{
	struct worker *w = &z.w[e->worker];
	(void)ctx;
	if (e->worker >= m.nprocs || w->up == (e->kind == EVENT_UP) || w->down)
		finding("event %d of gw%u", e->kind, e->worker);
	if (e->kind == EVENT_UP)
		w->up = true;
	if (e->kind == EVENT_DOWN)
		w->down = true;
	if (e->kind == EVENT_START) {
		if (w->runs != SCHED_NONE || e->item >= z.conf.sched.nitems)
			finding("gw%u starts %u while it runs %u", e->worker, e->item, w->runs);
		w->runs = e->item;
		listen(&m.proc[e->worker]);
		if (!w->handed[e->item])
			finding("gw%u starts %u, which is not its own", e->worker, e->item);
		if (w->nstarted[e->item]++ > z.nagain[e->item])
			finding("gw%u starts %u once more", e->worker, e->item);
	}
	bool outcome = e->kind == EVENT_RESULT || e->kind == EVENT_PASS || e->kind == EVENT_CRASH;
	if (outcome != (e->item != SCHED_NONE) &&
	    e->kind != EVENT_START && e->kind != EVENT_OUTPUT && e->kind != EVENT_STACKS && e->kind != EVENT_DOWN)
		finding("event %d of item %u", e->kind, e->item);
	if (outcome)
		count_outcome(w, e);
	if (e->kind == EVENT_CRASH && z.again && lines() == 1 && z.conf.sched.mode != SCHED_EACH) {
		z.again--;
		z.nagain[e->item]++;
		return POOL_TELL_AGAIN;
	}
	return z.stop ? POOL_TELL_STOP : 0;
}

static unsigned
tick(void *ctx, const struct pool_now *now, unsigned *wants)
{
	(void)ctx;
	for (size_t i = 0; i < now->n; i++)
		if (now->running[i].item >= z.conf.sched.nitems || now->running[i].worker >= m.nprocs)
			finding("gw%u runs %u, says a tick", now->running[i].worker, now->running[i].item);
	unsigned what = take();
	*wants = what / 16 == 1 ? POOL_TELL_END | POOL_TELL_STOP : what / 16 == 2 ? POOL_TELL_END : 0;
	return what % 16 * 100;
}

static void
nothing(void *ctx)
{
	(void)ctx;
}

/* ---- the run ---- */

static void
configure(void)
{
	static const unsigned restarts[] = {UINT_MAX, 0, 1, 3};
	unsigned a = take(), b = take(), c = take();
	z.conf = (struct pool_conf){
	    .sched = {.mode = a % SCHED_MODES,
		      .nitems = b % ITEMS + 1,
		      .reorder = c & 1,
		      .maxchunk = c / 2 % 4},
	    .nworkers = a / 16 % WORKERS + 1,
	    .maxrestart = restarts[a / 64],
	    .maxfail = c / 8 % 4,
	    .starts = true,
	    .forward_out = c & 32,
	    .limits = c & 64 ? z.limits : NULL,
	    .grace = 1,
	    .tick = c & 128 ? 100 : 0,
	};
	for (uint32_t i = 0; i < ITEMS; i++) {
		z.unit[i] = i / 3;
		z.limits[i] = i % 4 * 0.5;
	}
	z.conf.sched.unit = z.unit;
	z.conf.sched.nunits = (z.conf.sched.nitems + 2) / 3;
}

static void
expect_nothing_left(void)
{
	for (size_t i = 0; i < m.nprocs; i++)
		if (!m.proc[i].reaped || !z.w[i].up || !z.w[i].down)
			finding("gw%zu is left", i);
	for (int i = 0; i < m.npipes; i++)
		if (m.pipe[i].open[0] || m.pipe[i].open[1])
			finding("descriptor %d is left", FIRST_FD + 2 * i);
	for (int s = 1; s < NSIG; s++)
		if (m.on[s].sa_handler)
			finding("signal %d is caught", s);
}

static void
expect_outcomes(const struct pool_result *r)
{
	size_t ended = 0;
	for (size_t i = 0; i < z.conf.sched.nitems; i++) {
		ended += z.noutcomes[i] - z.nagain[i];
		if (r->end == POOL_DONE && z.conf.sched.mode != SCHED_EACH &&
		    z.noutcomes[i] != 1 + z.nagain[i])
			finding("DONE, and item %zu has %u outcomes", i, z.noutcomes[i]);
	}
	if (z.conf.sched.mode != SCHED_EACH && ended + r->nleft != z.conf.sched.nitems)
		finding("%zu ended, %zu left", ended, r->nleft);
	if (ended + r->nleft > lines() * z.conf.sched.nitems)
		finding("%zu ended, %zu left", ended, r->nleft);
	if ((r->end == POOL_DONE && r->nleft) || r->nrestarts > z.conf.maxrestart)
		finding("end %d, %zu left, %u restarts", r->end, r->nleft, r->nrestarts);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct pool_host host = {
	    .prepare = prepare, .layer = fork_worker, .tell = tell, .lend = lend, .tick = tick, .release = nothing, .acquire = nothing};
	struct pool_result result;
	machine_reset();
	z.p = data;
	z.n = size;
	z.last = z.again = z.waits = 0;
	z.stop = z.nofork = z.scribbled = false;
	z.lent = SCHED_NONE;
	memset(z.noutcomes, 0, sizeof(z.noutcomes));
	memset(z.nagain, 0, sizeof(z.nagain));
	configure();
	running = true;
	int rc = pool_run(&z.conf, &host, &result);
	running = false;
	if (rc == 0)
		expect_outcomes(&result);
	else if (m.nprocs)
		finding("%d, and there were workers", rc);
	expect_nothing_left();
	if (z.lent != SCHED_NONE)
		finding("gw%u has the terminal still", z.lent);
	return 0;
}
