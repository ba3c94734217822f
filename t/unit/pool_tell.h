/* pool_tell.h: the teller of pool_host.h: keeps count of what happened, and what must hold of it. */
#ifndef POOL_TELL_H
#define POOL_TELL_H

static void
copy_string(char to[256], const json_t *s)
{
	snprintf(to, 256, "%s", json_is_string(s) ? json_string_value(s) : "");
}

/* Nothing may be told of a worker that is not up, and a result only of the item that it runs. */
static void
keep_count(struct host *h, const struct event *e)
{
	h->nevent[e->kind]++;
	cr_assert(e->worker < HOST_WORKERS, "%s: worker %u", h->name, e->worker);
	cr_assert(h->up[e->worker] == (e->kind != EVENT_UP), "%s: kind %d of gw%u", h->name, e->kind,
		  e->worker);
	uint32_t *now = &h->runs_now[e->worker];
	switch (e->kind) {
	case EVENT_UP:
		h->up[e->worker] = true;
		cr_assert(h->nevent[EVENT_UP] - h->nevent[EVENT_DOWN] <= h->conf.nworkers,
			  "%s: gw%u is one too many", h->name, e->worker);
		*now = SCHED_NONE;
		break;
	case EVENT_START:
		cr_assert(*now == SCHED_NONE, "%s: item %u started within %u", h->name, e->item, *now);
		h->nstart[ *now = e->item]++;
		break;
	case EVENT_RESULT:
	case EVENT_PASS:
	case EVENT_CRASH:
		cr_assert(e->item == *now, "%s: outcome of %u, not of %u", h->name, e->item, *now);
		(e->kind == EVENT_CRASH ? h->ncrash : h->nresult)[e->item]++;
		*now = SCHED_NONE;
		break;
	default:
		break;
	}
}

static void
keep_words(struct host *h, const struct event *e)
{
	h->ntext += e->ntext;
	if (e->kind == EVENT_CRASH) {
		copy_string(h->how, json_object_get(e->json, "how"));
		h->ncrashtext += json_string_length(json_object_get(e->json, "output"));
	} else if (e->kind == EVENT_DOWN) {
		if (json_is_string(e->json))
			copy_string(h->down, e->json);
		else if (json_object_get(e->json, "$died"))
			copy_string(h->died, json_object_get(e->json, "$died"));
		else if (json_object_get(e->json, "$ended"))
			copy_string(h->died, json_object_get(e->json, "$ended"));
		h->up[e->worker] = false;
	}
}

static unsigned
host_tell(void *ctx, const struct event *e)
{
	struct host *h = ctx;
	keep_count(h, e);
	keep_words(h, e);
	if (h->again && e->kind == EVENT_CRASH && h->runs[e->item] == 1) {
		h->nagain[e->item]++;
		return POOL_TELL_AGAIN;
	}
	return h->on ? h->on(h, e) : 0;
}

static unsigned
sum(const unsigned *v)
{
	unsigned n = 0;
	for (size_t i = 0; i < HOST_ITEMS; i++)
		n += v[i];
	return n;
}

/* How many outcomes an item shall have. */
static unsigned
host_lines(const struct host *h)
{
	return h->conf.sched.mode == SCHED_EACH ? h->conf.nworkers : 1;
}

/* However it ended: no outcome too many, and what has none is counted. */
static void
host_expect_left(const struct host *h)
{
	size_t all = host_lines(h) * h->conf.sched.nitems,
	       ended = sum(h->nresult) + sum(h->ncrash) - sum(h->nagain);
	cr_assert_eq(ended + h->result.nleft, all, "%s: %zu ended, %zu left of %zu", h->name, ended,
		     h->result.nleft, all);
	for (size_t i = 0; i < h->conf.sched.nitems; i++)
		cr_assert(h->nresult[i] + h->ncrash[i] - h->nagain[i] <= host_lines(h), "%s: item %zu",
			  h->name, i);
	cr_assert(h->result.nrestarts <= h->conf.maxrestart, "%s: %u restarts", h->name, h->result.nrestarts);
}

static inline void
host_expect_partial(const struct host *h, enum pool_end end)
{
	cr_assert_eq(h->rc, 0);
	cr_assert_eq(h->result.end, end, "end %d", h->result.end);
	host_expect_left(h);
}

/* The promise of POOL_DONE. */
static inline void
host_expect_all(struct host *h)
{
	cr_assert_eq(h->rc, 0, "%s", h->name);
	cr_assert_eq(h->result.end, POOL_DONE, "%s: end %d, %zu left", h->name, h->result.end,
		     h->result.nleft);
	cr_assert_eq(h->result.nleft, 0, "%s: %zu left", h->name, h->result.nleft);
	host_expect_left(h);
	for (size_t i = 0; i < h->conf.sched.nitems; i++)
		cr_assert_eq(h->nresult[i] + h->ncrash[i] - h->nagain[i], host_lines(h),
			     "%s: item %zu (act %d): %u results, %u crashes", h->name, i, h->act[i],
			     h->nresult[i], h->ncrash[i]);
}

#endif
