/* pool_frames.c: what workers say, checked before the pool believes it. */
#include "prun/compat.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "prun/clock.h"
#include "prun/pool_impl.h"
#include "prun/result.h"
#include "prun/wire.h"
#include "prun/xmalloc.h"

static const uint64_t exit_grace = POOL_EXIT_GRACE * CLOCK_SECOND;

void
pool_put_event(struct pool *p, enum event_kind kind, uint32_t worker, uint32_t item, json_t *json, size_t size)
{
	struct event e = {.kind = kind, .worker = worker, .item = item, .json = json, .size = size};
	if (!json && kind != EVENT_START)
		xmalloc_end();
	events_put_steal(&p->events, &e);
}

static bool
may_start(struct pool *p, struct slot *s, uint32_t item)
{
	if (item >= p->conf->sched.nitems || s->item != SCHED_NONE || s->state != SLOT_LIVE)
		return false;
	if (p->owner)
		return p->owner[item] == s->id && !p->done[item];
	/* SCHED_EACH runs items in order; a replacement, what is left of them. */
	return (s->last == SCHED_NONE || item > s->last) && sched_holds(p->sched, s->id, item);
}

static bool
on_start(struct pool *p, struct slot *s, const struct wire_frame *f)
{
	uint32_t item = f->n == 4 ? wire_u32(f->p) : SCHED_NONE;
	if (!may_start(p, s, item))
		return false;
	s->item = item;
	s->began = clock_now();
	pool_set_limit(p, s, s->began);
	buf_clear(&s->errtail);
	s->nstarted++;
	/* In SCHED_EACH nobody else can run the line of one that is lacking: while any line goes on, it is replaced. */
	if (!p->done)
		p->nbarren = 0;
	if (p->conf->starts)
		pool_put_event(p, EVENT_START, s->id, item, NULL, 0);
	return true;
}

void
pool_settle(struct pool *p, struct slot *s)
{
	if (p->done)
		p->done[s->item] = true;
	p->nleft--;
	s->last = s->item;
	s->item = SCHED_NONE;
	s->limit_at = s->limit_left = 0;
}

static void
count_failures(struct pool *p, unsigned n)
{
	p->nfailed += n;
	if (n && p->conf->maxfail && p->nfailed >= p->conf->maxfail)
		pool_stop(p, POOL_STOPPED);
}

/* The item that runs has its outcome, in *e.  Of RESULT and PASS frames. */
static void
conclude(struct pool *p, struct slot *s, const struct wire_frame *f, struct event *e)
{
	uint32_t item = e->item = s->item;
	e->worker = s->id;
	e->size = f->n;
	/* What was written past the capture belongs before the report of the item that wrote it.  Not so standard
	 * error: it may be the last words of the next item, read together with this result; nor a line without end,
	 * which that may have begun. */
	pool_put_lines(p, s);
	events_put_steal(&p->events, e);
	pool_settle(p, s);
	sched_done(p->sched, s->id, item, (double)wire_u64(f->p + 4) / 1e9);
	pool_mind_memory(p, s);
	if (s->refused) {
		s->refused = false;
		sched_returned(p->sched, s->id, NULL, 0);
	}
}

static bool
is_of_present_item(const struct slot *s, const struct wire_frame *f)
{
	return f->n >= 12 && s->item != SCHED_NONE && wire_u32(f->p) == s->item;
}

static bool
on_result(struct pool *p, struct slot *s, const struct wire_frame *f)
{
	unsigned nfailed;
	struct event e = {.kind = EVENT_RESULT};
	if (!is_of_present_item(s, f) || !(e.json = result_parse(f->p + 12, f->n - 12, &nfailed)))
		return false;
	conclude(p, s, f, &e);
	count_failures(p, nfailed);
	return true;
}

static bool
on_pass(struct pool *p, struct slot *s, const struct wire_frame *f)
{
	struct event e = {.kind = EVENT_PASS};
	if (!is_of_present_item(s, f) || f->n != 12 + sizeof(e.pass))
		return false;
	memcpy(e.pass, f->p + 12, sizeof(e.pass));
	for (size_t i = 0; i < sizeof(e.pass) / sizeof(e.pass[0]); i++)
		if (!isfinite(e.pass[i]))
			return false;
	conclude(p, s, f, &e);
	s->npassed++;
	return true;
}

static bool
on_log(struct pool *p, struct slot *s, const struct wire_frame *f)
{
	unsigned nfailed;
	json_t *json = s->bye ? NULL : result_parse_log(f->p, f->n, &nfailed);
	if (!json)
		return false;
	pool_put_event(p, EVENT_LOG, s->id, SCHED_NONE, json, f->n);
	count_failures(p, nfailed);
	return true;
}

static bool
on_bye(struct pool *p, struct slot *s, const struct wire_frame *f)
{
	json_t *json = result_parse_bye(f->p, f->n);
	/* Only an item that the master itself broke off may be left without outcome. */
	if (!json || s->state != SLOT_LIVE || (s->item != SCHED_NONE && !p->stopping)) {
		json_decref(json);
		return false;
	}
	s->bye = json;
	s->state = SLOT_LEAVING;
	s->deadline = clock_now() + exit_grace;
	if (result_bye_stops(json))
		pool_stop(p, POOL_STOPPED);
	return true;
}

static bool
on_hello(struct slot *s, const struct wire_frame *f)
{
	if (f->n || s->ready || s->state != SLOT_LIVE)
		return false;
	s->ready = true;
	s->deadline = 0;
	return true;
}

static bool
on_clock(const struct pool *p, struct slot *s, const struct wire_frame *f)
{
	if (f->n != 1 || f->p[0] > 1)
		return false;
	s->limit_at = 0;
	/* A debugger may be entered where no item runs. */
	if (f->p[0] && s->item != SCHED_NONE)
		pool_set_limit(p, s, clock_now());
	return true;
}

static bool
on_frame(struct pool *p, struct slot *s, const struct wire_frame *f)
{
	s->nread += f->type != WIRE_START;
	switch (f->type) {
	case WIRE_HELLO:
		return on_hello(s, f);
	case WIRE_START:
		return on_start(p, s, f);
	case WIRE_RESULT:
		return on_result(p, s, f);
	case WIRE_PASS:
		return on_pass(p, s, f);
	case WIRE_ASK:
		return !f->n && pool_ask_terminal(p, s);
	case WIRE_BACK:
		return !f->n && pool_return_terminal(p, s);
	case WIRE_LOG:
		return on_log(p, s, f);
	case WIRE_BYE:
		return on_bye(p, s, f);
	case WIRE_CLOCK:
		return on_clock(p, s, f);
	default:
		return false;
	}
}

void
pool_take_frames(struct pool *p, struct slot *s)
{
	struct wire_frame f;
	int more;
	while ((more = wire_peek(&s->in, &f)) == 1 && !s->fault) {
		bool ok = on_frame(p, s, &f);
		wire_done(&s->in, &f);
		if (!ok)
			more = -1;
		if (more < 0)
			break;
	}
	if (more < 0)
		slot_kill(s, "cut off: it wrote something to prun's pipe that is not a result");
	if (s->fault)
		buf_clear(&s->in);
}
