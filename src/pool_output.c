/* pool_output.c: what workers write past the capture, on its way to the host: whole lines, as they come. */
#include "prun/compat.h"

#include <string.h>

#include "prun/pool_impl.h"
#include "prun/slot.h"
#include "prun/xmalloc.h"

enum {
	ERR_MOST = 1 << 20,   /* so much standard error waits for a crash that it belongs to */
	LINE_MOST = 64 << 10, /* so much waits for the end of its line */
};

static const uint64_t err_delay = CLOCK_SECOND; /* standard error waits so long for a crash that it belongs to */
static const uint64_t quiet = CLOCK_SECOND / 4; /* who has written nothing for so long will not end the line */

static void
put(struct pool *p, const struct slot *s, int stream, struct buf *b, size_t n)
{
	struct event e = {.kind = EVENT_OUTPUT, .worker = s->id, .item = s->item, .stream = stream};
	if (!n)
		return;
	e.ntext = e.size = n;
	e.text = xmalloc(n);
	memcpy(e.text, buf_data(b), n);
	buf_take(b, n);
	events_put_steal(&p->events, &e);
}

void
pool_put_output(struct pool *p, struct slot *s, int stream, struct buf *b)
{
	put(p, s, stream, b, b->len);
}

/* How much of it is whole lines; or all, if it has to go. */
static size_t
ripe(const struct buf *b, bool all)
{
	const char *end = b->len ? memrchr(buf_data(b), '\n', b->len) : NULL;
	return all || b->len > LINE_MOST ? b->len : end ? (size_t)(end + 1 - buf_data(b)) : 0;
}

void
pool_put_lines(struct pool *p, struct slot *s)
{
	put(p, s, 1, &s->outtext, ripe(&s->outtext, false));
}

static void
put_err(struct pool *p, struct slot *s, size_t n)
{
	if (n)
		slot_keep_text(s, n);
	put(p, s, 2, &s->errtext, n);
}

/* The last words of one that has ended go with its end. */
static bool
err_waits(const struct slot *s)
{
	return s->errtext.len && !s->reaped;
}

/* Standard error comes late, unless somebody wants to see what goes on. */
static void
check_err(struct pool *p, struct slot *s, uint64_t now)
{
	if (!err_waits(s))
		return;
	if (p->conf->forward_out) {
		put_err(p, s, ripe(&s->errtext, now - s->errgrew >= quiet));
	} else if (s->errtext.len > ERR_MOST || now - s->errsince >= err_delay) {
		size_t n = ripe(&s->errtext, false);
		put_err(p, s, n ? n : s->errtext.len);
		s->errsince = now;
	}
}

void
pool_check_output(struct pool *p, struct slot *s, uint64_t now)
{
	check_err(p, s, now);
	put(p, s, 1, &s->outtext, ripe(&s->outtext, now - s->outgrew >= quiet));
}

uint64_t
pool_output_time(const struct pool *p, const struct slot *s)
{
	uint64_t err = !err_waits(s) ? 0 : p->conf->forward_out ? s->errgrew + quiet : s->errsince + err_delay;
	uint64_t out = s->outtext.len ? s->outgrew + quiet : 0;
	return err && (!out || err < out) ? err : out;
}
