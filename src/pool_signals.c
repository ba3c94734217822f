/* pool_signals.c: what Ctrl-C, Ctrl-Z and the like do to a pool. */
#include "prun/compat.h"

#include <signal.h>

#include "prun/clock.h"
#include "prun/pool_impl.h"
#include "prun/signals.h"

/* Ctrl-Z: workers are in groups of their own, so the terminal has stopped none of them. */
static void
suspend(struct pool *p)
{
	uint64_t began = clock_now();
	if (p->host->aside)
		p->host->aside(p->host->ctx);
	for (size_t i = 0; i < p->nslots; i++)
		slot_signal(p->slots[i], SIGSTOP);
	raise(SIGSTOP);
	uint64_t slept = clock_now() - began;
	for (size_t i = 0; i < p->nslots; i++) {
		struct slot *s = p->slots[i];
		slot_signal(s, SIGCONT);
		s->began += slept;
		uint64_t *const times[] = {&s->deadline, &s->limit_at, &s->asked, &s->kill_at};
		for (size_t j = 0; j < sizeof(times) / sizeof(times[0]); j++)
			if (*times[j])
				*times[j] += slept;
	}
}

void
pool_heed_signals(struct pool *p)
{
	unsigned got = signals_take();
	if (got & SIGNALS_TSTP)
		suspend(p);
	if (got & SIGNALS_USR1)
		pool_show(p);
	if (got & SIGNALS_INT) {
		int sig = p->nsigint++ ? SIGKILL : SIGINT;
		pool_stop(p, POOL_INTERRUPTED);
		p->end = POOL_INTERRUPTED;
		for (size_t i = 0; i < p->nslots; i++) {
			struct slot *s = p->slots[i];
			if (sig == SIGKILL)
				slot_kill(s, "killed by the second interrupt");
			else if (s->state == SLOT_LIVE && !s->reaped) {
				/* CANCEL first: by it the worker knows whose interrupt this is. */
				slot_write(s);
				kill(s->pid, SIGINT);
			}
		}
	}
	if (got & (SIGNALS_TERM | SIGNALS_HUP)) {
		p->fatal |= got;
		pool_stop(p, POOL_INTERRUPTED);
		for (size_t i = 0; i < p->nslots; i++)
			slot_kill(p->slots[i], "killed: prun itself was told to end");
	}
}
