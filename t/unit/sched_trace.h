/*
 * sched_trace.h: a history and the orders that it leads to, as one line of text.
 *
 *	load 7 0 0 - +0 +1 ! R0.0-1 R1.2-3 d0.0 R0.4 d1.2 R1.5 ...
 *
 * Mode, items, maxchunk, reorder, unit of each item ("-": no units), perhaps "@" and the milliseconds that each is
 * expected to take, then what happened:
 *	+W added         +W/V added in place of V   ! start           dW.I done   DW.I done, in 0.2 s
 *	xW.I lost in I   xW lost between items      bW.I,J gave back  bW gave back none   aI again   c cancel
 * each followed by the orders that come of it: RW.I,J run   SW.I,J steal   EW stop.
 * A run of consecutive items is written I-J.  trace_run() takes such a line, leaves the orders in it unread,
 * and writes it anew with the orders that the scheduler gives: the two are equal or the scheduler is wrong.
 */
#ifndef SCHED_TRACE_H
#define SCHED_TRACE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "prun/sched.h"
#include "prun/xmalloc.h"

static const char *const trace_modes[] = {
    [SCHED_EACH] = "each",         [SCHED_LOAD] = "load",           [SCHED_LOADSCOPE] = "loadscope",
    [SCHED_LOADFILE] = "loadfile", [SCHED_LOADGROUP] = "loadgroup", [SCHED_WORKSTEAL] = "worksteal",
    [SCHED_DURATION] = "duration",
};
_Static_assert(sizeof(trace_modes) / sizeof(trace_modes[0]) == SCHED_MODES, "a name for each mode");

static inline void
trace_items(FILE *out, const uint32_t *v, size_t n)
{
	for (size_t i = 0, end; i < n; i = end) {
		end = i + 1;
		while (end < n && v[end] == v[end - 1] + 1)
			end++;
		fprintf(out, "%c%u", i ? ',' : '.', v[i]);
		if (end - i > 1)
			fprintf(out, "-%u", v[end - 1]);
	}
}

static inline void
trace_orders(FILE *out, struct sched *s)
{
	const struct sched_cmd *c;

	while ((c = sched_next(s))) {
		fprintf(out, " %c%u", "RSE"[c->op], c -> worker);
		trace_items(out, c->items, c->n);
	}
}

/* "0-2,5" to 0 1 2 5; returns how many. */
static inline size_t
trace_parse(const char *p, uint32_t *v)
{
	size_t n = 0;
	char *end;

	for (; *p && *p != '@'; p = *end && *end != '@' ? end + 1 : end) {
		uint32_t i = (uint32_t)strtoul(p, &end, 10), last = i;

		if (end == p)
			break;
		if (*end == '-')
			last = (uint32_t)strtoul(end + 1, &end, 10);
		for (; i <= last; i++)
			v[n++] = i;
	}
	return n;
}

static inline void
trace_event(struct sched *s, const char *token, uint32_t *v)
{
	char *p;
	uint32_t w = (uint32_t)strtoul(token + 1, &p, 10);
	size_t n = *p ? trace_parse(p + 1, v) : 0;
	uint32_t item = n ? v[0] : SCHED_NONE;

	switch (token[0]) {
	case '+':
		sched_add(s, w, item);
		break;
	case '!':
		sched_start(s);
		break;
	case 'd':
	case 'D':
		sched_done(s, w, item, token[0] == 'D' ? 0.2 : 0.05);
		break;
	case 'b':
		sched_returned(s, w, v, n);
		break;
	case 'x':
		sched_lost(s, w, item);
		break;
	case 'c':
		sched_cancel(s);
		break;
	case 'a':
		sched_again(s, w);
		break;
	}
}

static inline void
trace_conf(struct sched_conf *conf, const char *mode, const char *units, uint32_t *unit, double *seconds)
{
	const char *times = strchr(units, '@');
	size_t n = times ? trace_parse(times + 1, unit) : 0;

	for (size_t i = 0; i < n; i++)
		seconds[i] = unit[i] / 1000.0;
	conf->seconds = n ? seconds : NULL;
	n = trace_parse(units, unit);

	for (conf->mode = 0; conf->mode < SCHED_MODES; conf->mode++)
		if (!strcmp(mode, trace_modes[conf->mode]))
			break;
	conf->unit = n ? unit : NULL;
	for (size_t i = 0; i < n; i++)
		if (unit[i] >= conf->nunits)
			conf->nunits = unit[i] + 1;
}

/* Returns the line as the scheduler has it; for the caller to free(). */
static inline char *
trace_run(const char *line)
{
	struct sched_conf conf = {0};
	char *copy = xstrdup(line), *save, *text = NULL;
	const char *mode = strtok_r(copy, " ", &save), *units, *token;
	size_t len;
	uint32_t *v, *unit;
	double *seconds;
	struct sched *s;
	FILE *out = open_memstream(&text, &len);

	conf.nitems = strtoul(strtok_r(NULL, " ", &save), NULL, 10);
	conf.maxchunk = strtoul(strtok_r(NULL, " ", &save), NULL, 10);
	conf.reorder = *strtok_r(NULL, " ", &save) == '1';
	units = strtok_r(NULL, " ", &save);
	unit = xcalloc(conf.nitems + 1, sizeof(*unit));
	v = xcalloc(conf.nitems + 1, sizeof(*v));
	fprintf(out, "%s %zu %zu %d %s", mode, conf.nitems, conf.maxchunk, conf.reorder, units);
	seconds = xcalloc(conf.nitems + 1, sizeof(*seconds));
	trace_conf(&conf, mode, units, unit, seconds);
	s = sched_new(&conf);
	while ((token = strtok_r(NULL, " ", &save))) {
		if (strchr("RSE", token[0]))
			continue;
		fprintf(out, " %s", token);
		trace_event(s, token, v);
		trace_orders(out, s);
	}
	fclose(out);
	sched_free(s);
	free(unit);
	free(seconds);
	free(v);
	free(copy);
	return text;
}

#define TRACE(line)                                                                                          \
	do {                                                                                                 \
		char *trace_got = trace_run(line);                                                           \
		cr_expect_str_eq(trace_got, line, "want %s\n     got  %s", line, trace_got);                 \
		free(trace_got);                                                                             \
	} while (0)

#endif
