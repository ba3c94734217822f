/* pool.c: forks workers, hands items out, reads results, and sees to it that the run ends. */
#include "prun/compat.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "prun/clock.h"
#include "prun/event.h"
#include "prun/fault.h"
#include "prun/jobserver.h"
#include "prun/log.h"
#include "prun/pool_impl.h"
#include "prun/signals.h"
#include "prun/wire.h"
#include "prun/xmalloc.h"

enum {
	FDS_PER_SLOT = 5, /* res, err, out, ctl, stacks */
	BARREN = 4,       /* workers in a row that may die before they have started anything */
	TAKEN_MOST = 2,   /* items that a worker has taken: the running one and the next */
	TELL_BURST = 32,  /* events told in a row while no worker wants anything */
	BACKLOG = 32 << 20, /* so much waits to be told before workers are no longer read: they shall not fill our memory */
};

static const uint64_t eof_grace = 3 * CLOCK_SECOND; /* a dead worker's pipe closes before its status is seen */

static struct slot *
slot_of(struct pool *p, uint32_t id)
{
	for (size_t i = 0; i < p->nslots; i++)
		if (p->slots[i]->id == id)
			return p->slots[i];
	return NULL;
}

void
pool_stop(struct pool *p, enum pool_end why)
{
	if (p->stopping)
		return;
	p->stopping = true;
	p->end = why;
	sched_cancel(p->sched);
	for (size_t i = 0; i < p->nslots; i++)
		wire_put(&p->slots[i]->cmd, WIRE_CANCEL, NULL, 0);
}

/* ---- how many ---- */

/* May there be one more worker at a time?  Of make's slots each takes one, but the first, which has this process's. */
static bool
has_slot(const struct pool *p)
{
	return !p->conf->jobserver || p->nslots <= jobserver_held() || jobserver_take();
}

static void
give_slots_back(const struct pool *p)
{
	while (p->conf->jobserver && jobserver_held() >= (p->nslots ? p->nslots : 1))
		jobserver_give();
}

/* ---- death ---- */

static bool
worth_replacing(struct pool *p)
{
	size_t live = 0;
	for (size_t i = 0; i < p->nslots; i++)
		live += p->slots[i]->state == SLOT_LIVE;
	if (!p->done)
		return sched_pending(p->sched) > 0;
	return sched_pending(p->sched) > 0 || p->nleft > 2 * live;
}

/* counts: against the limit of restarts. */
static bool
respawn(struct pool *p, uint32_t lost, bool counts)
{
	/* Every other death costs an item, so that it cannot go on for ever. */
	if ((counts && p->nrestarts >= p->conf->maxrestart) || p->nbarren > BARREN || p->nofork || !has_slot(p))
		return false;
	if (pool_spawn(p, lost) < 0) {
		/* Said once; what lives goes on with the rest. */
		p->nofork = true;
		return false;
	}
	p->nrestarts += counts;
	return true;
}

static void tell(struct pool *p, int burst);

/* It is over: tell, give its items back, and put another in its place. */
static void
bury(struct pool *p, struct slot *s)
{
	uint32_t id = s->id, item = s->item;
	char how[160];
	bool clean = s->bye && !s->fault && s->status == 0, started = s->nstarted > 0, late = s->late, retired = s->retired;

	log_debug("gw%u: over, status %d, %s", id, s->status, s->bye ? "said BYE" : "no BYE");
	/* Its number may be another's by now, but not that of its group while somebody is in it. */
	if (!clean)
		kill(-s->pid, SIGKILL);
	pool_forget_terminal(p, s);
	pool_put_output(p, s, 1, &s->outtext);
	/* What prun itself was told to kill has no outcome. */
	if (item != SCHED_NONE && !s->bye && p->nsigint == 0 && !p->fatal) {
		(void)slot_read_answer(s);
		pool_put_event(p, EVENT_CRASH, id, item, slot_post_mortem(s, clock_now()), 0);
		pool_settle(p, s);
	}
	pool_put_output(p, s, 2, &s->errtext);
	fault_describe(s->status, how, sizeof(how));
	json_t *why = s->bye ? json_incref(s->bye) : json_string(s->fault ? s->fault : how);
	if (s->bye && !clean &&
	    json_object_set_new(why, s->fault ? "$ended" : "$died", json_string(s->fault ? s->fault : how)) < 0)
		xmalloc_end();
	if (s->bye && retired)
		pool_tell_retired(s, why);
	pool_put_event(p, EVENT_DOWN, id, item, why, 0);

	for (size_t i = 0; i < p->nslots; i++)
		if (p->slots[i] == s) {
			memmove(&p->slots[i], &p->slots[i + 1], (p->nslots - i - 1) * sizeof(struct slot *));
			p->nslots--;
			break;
		}
	slot_release(s);
	free(s);
	bool left = sched_queued(p->sched, id) > 0;
	p->nbarren = started ? 0 : p->nbarren + (left || !clean);
	p->enough = p->enough || (clean && !started);
	sched_lost(p->sched, id, item);
	/* The crash may be the last failure that -x allows: whether it counts, reporters decide. */
	while (p->conf->maxfail && p->events.n)
		tell(p, TELL_BURST);
	if ((left || !clean || (retired && pool_lacks_one(p))) && !p->stopping && worth_replacing(p))
		respawn(p, id, !late && !retired);
}

static void
overdue(struct slot *s, uint64_t now)
{
	s->deadline = 0;
	if (s->late) {
		pool_press(s, now);
		return;
	}
	if (!s->ready && !s->eof) {
		slot_kill(s, "killed: it was not ready for a test in time (a lock that a thread held at the fork?)");
		return;
	}
	if (!s->bye && !s->eof) {
		slot_kill(s, "killed: it had not ended when the time of the run was over");
		return;
	}
	if (!s->bye) {
		slot_kill(s, "cut off: it closed prun's pipes, so its results could not be read");
		return;
	}
	log_warn("worker gw%u had not exited %d s after its last test (a thread or an atexit handler hangs); killed",
		 s->id, POOL_EXIT_GRACE);
	slot_kill(s, "killed: it did not exit after its last test");
}

static bool
backlogged(const struct pool *p)
{
	return p->events.size > BACKLOG;
}

static void
check_slot(struct pool *p, struct slot *s, uint64_t now)
{
	if (s->eof && s->state == SLOT_LIVE) {
		s->state = SLOT_LEAVING;
		s->deadline = now + eof_grace;
	}
	/* Where the master's hooks keep SIGCHLD from us its end is seen all the same. */
	if (s->eof && !s->reaped)
		s->look_at = now + POOL_LOOK_AGAIN;
	/* What it said or did in time is not late because a reporter kept us. */
	if (s->deadline && now >= s->deadline && !backlogged(p) && !slot_reap(s))
		overdue(s, now);
	if (!backlogged(p))
		pool_check_time(p, s, now);
	pool_check_output(p, s, now);
}

/* See who has exited.  All that a dead worker wrote is in its pipe by then. */
static void
reap(struct pool *p)
{
	for (size_t i = 0; i < p->nslots;) {
		struct slot *s = p->slots[i];
		if (!slot_reap(s) || pool_group_has_time(s)) {
			i++;
			continue;
		}
		if (slot_drain(s))
			pool_take_frames(p, s);
		slot_read_text(s, clock_now());
		bury(p, s);
	}
}

/* ---- the loop ---- */

/* Take back what the worker has not taken yet; it need not be asked. */
static void
steal(struct pool *p, struct slot *s, const struct sched_cmd *c)
{
	uint32_t *back = xcalloc(c->n, sizeof(*back));
	size_t n = 0;
	for (size_t i = 0; i < c->n; i++)
		/* What runs has been taken, whatever the worker has written over the claims. */
		if (c->items[i] != s->item && claims_withdraw(p->claims, c->items[i], s->id)) {
			p->owner[c->items[i]] = SCHED_NONE;
			back[n++] = c->items[i];
		}
	/* It is ahead of what the scheduler knows: asked again at once, it would answer the same.  All but the
	 * two that it can have taken are done then, and their results will come. */
	s->refused = n == 0 && sched_queued(p->sched, s->id) > TAKEN_MOST;
	if (!s->refused)
		sched_returned(p->sched, s->id, back, n);
	free(back);
}

static void
hand_out(struct pool *p, struct slot *s, const struct sched_cmd *c)
{
	for (size_t i = 0; p->owner && i < c->n; i++) {
		p->owner[c->items[i]] = s->id;
		claims_offer(p->claims, c->items[i], s->id);
	}
	wire_put_items(&s->cmd, WIRE_RUN, c->items, c->n);
}

static void
obey_sched(struct pool *p)
{
	const struct sched_cmd *c;
	while ((c = sched_next(p->sched))) {
		struct slot *s = slot_of(p, c->worker);
		if (!s)
			continue;
		if (c->op == SCHED_RUN) {
			hand_out(p, s, c);
		} else if (c->op == SCHED_STEAL) {
			steal(p, s, c);
		} else {
			s->told = true;
			wire_put(&s->cmd, WIRE_STOP, NULL, 0);
		}
	}
	for (size_t i = 0; i < p->nslots; i++)
		if (p->slots[i]->cmd.len)
			slot_write(p->slots[i]);
}

/* Would one more worker, for which make may grant a slot, have something to do? */
static bool
wants_more(struct pool *p)
{
	if (!p->conf->jobserver || p->stopping || p->nofork || p->enough || p->nslots >= p->width)
		return false;
	return p->done ? worth_replacing(p) : p->nextid < p->conf->nworkers;
}

static void
hire(struct pool *p)
{
	while (wants_more(p) && has_slot(p))
		p->nofork = pool_spawn(p, SCHED_NONE) < 0;
	give_slots_back(p);
}

static size_t
watch(struct pool *p)
{
	size_t n = 0;
	bool deaf = backlogged(p);
	uint64_t now = clock_now();
	p->fds = xgrow(p->fds, &p->capfds, 2 + FDS_PER_SLOT * p->nslots, sizeof(*p->fds));
	p->fds[n++] = (struct pollfd){.fd = p->sigfd, .events = POLLIN};
	for (size_t i = 0; i < p->nslots; i++) {
		struct slot *s = p->slots[i];
		if (s->rest <= now)
			s->rest = 0;
		p->fds[n++] = (struct pollfd){.fd = deaf || s->rest ? -1 : s->res, .events = POLLIN};
		p->fds[n++] = (struct pollfd){.fd = deaf ? -1 : s->err, .events = POLLIN};
		p->fds[n++] = (struct pollfd){.fd = deaf ? -1 : s->out, .events = POLLIN};
		p->fds[n++] = (struct pollfd){.fd = s->cmd.len ? s->ctl : -1, .events = POLLOUT};
		p->fds[n++] = (struct pollfd){.fd = s->asked ? s->stacks : -1, .events = POLLIN};
	}
	p->fds[n++] = (struct pollfd){.fd = wants_more(p) ? jobserver_fd() : -1, .events = POLLIN};
	return n;
}

static bool
wait_and_read(struct pool *p)
{
	size_t n = watch(p), nslots = p->nslots;
	int timeout = pool_patience(p);
	if (timeout)
		p->host->release(p->host->ctx);
	int ready = poll(p->fds, n, timeout);
	if (timeout)
		p->host->acquire(p->host->ctx);

	uint64_t now = clock_now();
	for (size_t i = 0; i < nslots; i++) {
		struct slot *s = p->slots[i];
		const struct pollfd *f = &p->fds[1 + FDS_PER_SLOT * i];
		if (ready > 0 && (f[1].revents || f[2].revents))
			slot_read_text(s, now);
		if (ready > 0 && f[0].revents && slot_read(s)) {
			pool_take_frames(p, s);
			pool_let_rest(p, s, now);
		}
		if (ready > 0 && f[3].revents)
			slot_write(s);
		check_slot(p, s, now);
	}
	if (ready > 0 && p->fds[0].revents)
		pool_heed_signals(p);
	return ready > 0;
}

/* A reporter (pytest-rerunfailures) wants to see the crashed item run once more.  If the run is stopping it will not,
 * and is left without outcome. */
static void
again(struct pool *p, uint32_t item)
{
	if (!p->done || !p->done[item])
		return;
	p->done[item] = false;
	p->nleft++;
	sched_again(p->sched, item);
}

static void
heed(struct pool *p, unsigned wants, const struct event *e)
{
	if (wants & POOL_TELL_STOP)
		pool_stop(p, POOL_STOPPED);
	if (wants & POOL_TELL_END)
		pool_end_all(p);
	if (wants & POOL_TELL_AGAIN && e && e->kind == EVENT_CRASH)
		again(p, e->item);
}

static void
tell(struct pool *p, int burst)
{
	struct event e;
	while (burst > 0 && events_take(&p->events, &e)) {
		burst -= e.kind != EVENT_PASS; /* costs next to nothing */
		heed(p, p->host->tell(p->host->ctx, &e), &e);
		event_release(&e);
	}
	if (!p->events.n && p->host->told)
		heed(p, p->host->told(p->host->ctx), NULL);
}

/* Work waits that nobody may be given any more: those who had been told STOP died or gave it back. */
static bool
understaffed(struct pool *p)
{
	if (p->stopping || !sched_pending(p->sched) || p->nslots >= p->width)
		return false;
	/* One that is leaving is replaced, if need be, when it is buried. */
	for (size_t i = 0; i < p->nslots; i++)
		if (p->slots[i]->state != SLOT_LIVE || !p->slots[i]->told || p->slots[i]->retired)
			return false;
	return true;
}

static void
loop(struct pool *p)
{
	for (;;) {
		/* In SCHED_EACH a line that was given up stays so: a new worker would run everything again. */
		if (understaffed(p) && !(p->done && respawn(p, SCHED_NONE, true)) && !p->nslots)
			pool_stop(p, POOL_EXHAUSTED);
		hire(p);
		if (!p->nslots && !p->events.n)
			break;
		obey_sched(p);
		bool busy = wait_and_read(p);
		reap(p);
		obey_sched(p);
		tell(p, busy ? 1 : TELL_BURST);
		heed(p, pool_tick(p), NULL);
	}
	if (p->end == POOL_DONE && p->nleft)
		p->end = POOL_EXHAUSTED;
}

static int
start(struct pool *p)
{
	const struct sched_conf *sc = &p->conf->sched;
	p->sched = sched_new(sc);
	p->nleft = sc->nitems;
	if (sc->mode == SCHED_EACH)
		return 0;
	p->claims = claims_new(sc->nitems, &p->claims_fd);
	if (!p->claims)
		return -1;
	p->done = xcalloc(sc->nitems, sizeof(*p->done));
	p->owner = xcalloc(sc->nitems, sizeof(*p->owner));
	for (size_t i = 0; i < sc->nitems; i++)
		p->owner[i] = SCHED_NONE;
	return 0;
}

static void
release(struct pool *p)
{
	sched_free(p->sched);
	claims_free(p->claims);
	if (p->claims_fd >= 0)
		close(p->claims_fd);
	events_release(&p->events);
	free(p->slots);
	free(p->fds);
	free(p->owner);
	free(p->done);
	jobserver_close();
}

int
pool_run(const struct pool_conf *conf, const struct pool_host *host, struct pool_result *result)
{
	struct pool p = {.conf = conf, .host = host, .width = conf->nworkers, .end = POOL_DONE, .claims_fd = -1,
			 .lent = SCHED_NONE};

	p.sigfd = -1;
	log_before(host->aside, host->ctx);
	if (start(&p) < 0)
		log_error("cannot share memory with workers:");
	else if ((p.sigfd = signals_open()) < 0)
		log_error("cannot open a pipe:");
	if (p.sigfd < 0) {
		log_before(NULL, NULL);
		release(&p);
		return -1;
	}
	for (uint32_t i = 0; i < conf->nworkers; i++)
		if (!has_slot(&p) || pool_spawn(&p, SCHED_NONE) < 0)
			break;
	bool any = p.nslots > 0;
	if (!p.done)
		p.nleft = conf->sched.nitems * conf->nworkers;
	if (any) {
		if (conf->tick)
			p.tick_at = clock_now() + conf->tick * CLOCK_MILLISECOND;
		sched_start(p.sched);
		loop(&p);
	}
	if (signals_take() & SIGNALS_INT)
		p.end = POOL_INTERRUPTED;
	signals_close();
	*result = (struct pool_result){p.end, p.nrestarts, p.nleft};
	release(&p);
	log_before(NULL, NULL);
	if (p.fatal)
		signals_die(p.fatal);
	return any ? 0 : -1;
}
