/* pool_limit.c: items that take too long, and where the threads of workers are. */
#include "prun/compat.h"

#include <signal.h>

#include "prun/pool_impl.h"
#include "prun/slot.h"
#include "prun/xmalloc.h"

static const uint64_t answer_most = CLOCK_SECOND; /* for stacks; whoever blocks the signal never answers */
static const uint64_t answer_least = 100 * CLOCK_MILLISECOND;
static const double longest = 1e9; /* seconds; more is no limit */

static uint64_t
nanoseconds(double seconds)
{
	return (uint64_t)((seconds < longest ? seconds : longest) * CLOCK_SECOND);
}

void
pool_set_limit(const struct pool *p, struct slot *s, uint64_t now)
{
	double limit = p->conf->limits ? p->conf->limits[s->item] : 0;
	s->limit_at = limit > 0 && limit < longest ? now + nanoseconds(limit) + 1 : 0;
}

/* From now on nothing that it says counts.  The grace begins: half of it may pass before there is an answer. */
static void
end_item(const struct pool *p, struct slot *s, double limit, uint64_t now)
{
	uint64_t grace = nanoseconds(p->conf->grace), wait = grace / 2;
	wait = wait > answer_most ? answer_most : wait < answer_least ? answer_least : wait;
	s->limit = limit;
	s->late = SLOT_ASKED;
	s->fault = "ended: it took too long";
	s->state = SLOT_LEAVING;
	s->kill_at = now + grace;
	slot_ask(s, now + wait);
}

void
pool_press(struct slot *s, uint64_t now)
{
	if (s->reaped)
		return;
	if (s->late == SLOT_ASKED && now < s->kill_at) {
		s->late = SLOT_TOLD;
		s->deadline = s->kill_at;
		proc_kill(s->pid, SIGTERM);
	} else if (s->late != SLOT_KILLED) {
		s->late = SLOT_KILLED;
		slot_kill(s, s->fault);
	}
}

bool
pool_group_has_time(struct slot *s)
{
	uint64_t now = clock_now();
	if (s->late != SLOT_TOLD || now >= s->deadline || kill(-s->pid, 0) < 0)
		return false;
	s->look_at = now + POOL_LOOK_AGAIN;
	return true;
}

/* What the host hears of a worker when it has asked. */
static void
show(struct pool *p, struct slot *s, uint64_t now)
{
	double seconds = s->item == SCHED_NONE ? 0 : (double)(now - s->began) / CLOCK_SECOND;
	json_t *o = json_pack("{s:f, s:o}", "seconds", seconds, "stacks", slot_answer(s));
	s->curious = false;
	pool_put_event(p, EVENT_STACKS, s->id, s->item, o, s->answer.len);
}

void
pool_check_time(struct pool *p, struct slot *s, uint64_t now)
{
	if (s->limit_at && now >= s->limit_at) {
		s->limit_at = 0;
		/* Otherwise it is ending already. */
		if (s->state == SLOT_LIVE && !slot_reap(s))
			end_item(p, s, p->conf->limits[s->item], now);
	}
	if (!s->asked || (now < s->asked && !slot_read_answer(s)))
		return;
	s->asked = 0;
	if (s->curious)
		show(p, s, now);
	if (s->late == SLOT_ASKED)
		pool_press(s, now);
}

void
pool_end_all(struct pool *p)
{
	uint64_t now = clock_now();
	for (size_t i = 0; i < p->nslots; i++) {
		struct slot *s = p->slots[i];
		if (s->state != SLOT_LIVE)
			continue;
		if (s->item != SCHED_NONE)
			end_item(p, s, 0, now);
		else if (!s->deadline)
			s->deadline = now + POOL_EXIT_GRACE * CLOCK_SECOND;
	}
}

void
pool_show(struct pool *p)
{
	uint64_t now = clock_now();
	for (size_t i = 0; i < p->nslots; i++) {
		struct slot *s = p->slots[i];
		if (!s->asked)
			buf_clear(&s->answer);
		s->curious = true;
		if (s->item == SCHED_NONE)
			show(p, s, now);
		else
			slot_ask(s, now + answer_most);
	}
}
