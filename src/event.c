/* event.c: what happened, waiting to be told to the reporters. */
#include "prun/compat.h"

#include <stdlib.h>
#include <string.h>

#include "prun/event.h"
#include "prun/xmalloc.h"

void
events_put_steal(struct events *q, const struct event *e)
{
	if (q->off && q->off + q->n == q->cap) {
		memmove(q->v, q->v + q->off, q->n * sizeof(*q->v));
		q->off = 0;
	}
	q->v = xgrow(q->v, &q->cap, q->off + q->n + 1, sizeof(*q->v));
	q->v[q->off + q->n++] = *e;
	q->size += sizeof(*e) + e->size;
}

bool
events_take(struct events *q, struct event *e)
{
	if (!q->n)
		return false;
	*e = q->v[q->off++];
	q->size -= sizeof(*e) + e->size;
	if (!--q->n)
		q->off = 0;
	return true;
}

void
event_release(struct event *e)
{
	json_decref(e->json);
	free(e->text);
	e->json = NULL;
	e->text = NULL;
}

void
events_release(struct events *q)
{
	struct event e;
	while (events_take(q, &e))
		event_release(&e);
	free(q->v);
	*q = (struct events){0};
}
