/* pool_terminal.c: the terminal is one worker's at a time, for a debugger; others that want it wait for their turn. */
#include "prun/compat.h"

#include "prun/clock.h"
#include "prun/pool_impl.h"
#include "prun/wire.h"

static void
answer(struct slot *s, unsigned char yes)
{
	wire_put(&s->cmd, WIRE_LEND, &yes, 1);
}

/* The worker that has waited longest, or NULL. */
static struct slot *
first_in_line(const struct pool *p)
{
	struct slot *first = NULL;
	for (size_t i = 0; i < p->nslots; i++) {
		struct slot *s = p->slots[i];
		if (s->asked_terminal && (!first || s->asked_terminal < first->asked_terminal))
			first = s;
	}
	return first;
}

/* To the next in line, if nobody has it. */
static void
lend(struct pool *p)
{
	struct slot *s;
	while (p->lent == SCHED_NONE && (s = first_in_line(p))) {
		if (p->host->lend && p->host->lend(p->host->ctx, s->id, s->pid))
			p->lent = s->id;
		else
			s->asked_terminal = 0;
		s->limit_at = s->limit_left ? clock_now() + s->limit_left : s->limit_at;
		s->limit_left = 0;
		answer(s, p->lent == s->id);
	}
}

/* What has run while somebody was at the keyboard does not count as the item's. */
static void
settle(struct pool *p, struct slot *s)
{
	uint64_t spent = clock_now() - s->asked_terminal;
	if (s->item != SCHED_NONE)
		s->began += spent;
	s->asked_terminal = s->limit_left = 0;
	if (p->lent == s->id) {
		p->lent = SCHED_NONE;
		p->host->lend(p->host->ctx, SCHED_NONE, 0);
	}
	lend(p);
}

bool
pool_ask_terminal(struct pool *p, struct slot *s)
{
	if (s->asked_terminal || s->state != SLOT_LIVE)
		return false;
	s->asked_terminal = clock_now();
	if (s->limit_at)
		s->limit_left = s->limit_at > s->asked_terminal ? s->limit_at - s->asked_terminal : 1;
	s->limit_at = 0;
	lend(p);
	return true;
}

bool
pool_return_terminal(struct pool *p, struct slot *s)
{
	if (s->asked_terminal)
		settle(p, s);
	return s->state == SLOT_LIVE;
}

void
pool_forget_terminal(struct pool *p, struct slot *s)
{
	if (s->asked_terminal)
		settle(p, s);
}
