/*
 * event.h: what happened, in the order in which it happened, waiting to be told to the reporters.
 *
 * The pool puts events in; the host takes them out when there is nothing more urgent to do.
 */
#ifndef PRUN_EVENT_H
#define PRUN_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

enum event_kind {
	EVENT_UP,     /* a worker was forked */
	EVENT_START,  /* worker, item: the item's protocol began */
	EVENT_RESULT, /* worker, item, json: what the item reported (prun-events(5)) */
	EVENT_PASS,   /* worker, item, pass: it passed, and there is nothing else to tell */
	EVENT_LOG,    /* worker, json: reported outside of any item */
	EVENT_OUTPUT, /* worker, text, stream 1 or 2: written past the capture */
	EVENT_CRASH,  /* worker, item, json: the item ended with its worker (fault.h) */
	EVENT_STACKS, /* worker, item or none, json: SIGUSR1 came, and this is what it runs: seconds, stacks or null */
	EVENT_DOWN,   /* worker, json: its BYE, or a string that says how it died */
	EVENT_KINDS
};

struct event {
	enum event_kind kind;
	uint32_t worker;
	uint32_t item; /* SCHED_NONE where there is none */
	int stream;    /* EVENT_OUTPUT: 1 or 2 */
	double pass[9]; /* EVENT_PASS: duration, start and stop of its phases, seconds */
	json_t *json;  /* owned; NULL where there is none */
	char *text;    /* owned; not NUL-terminated */
	size_t ntext;
	size_t size; /* bytes that came from the worker for it */
};

struct events {
	struct event *v; /* v[off] … v[off + n - 1] */
	size_t off, n, cap;
	size_t size; /* memory that waits, as far as workers decide how much it is */
};

/* Takes ownership of what *e points to. */
void events_put_steal(struct events *q, const struct event *e);

/* The oldest, moved into *e, which the caller releases with event_release(); false when empty. */
bool events_take(struct events *q, struct event *e);

void event_release(struct event *e);
void events_release(struct events *q);

#endif
