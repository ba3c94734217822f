/* workers.h: what workers can do, of fuzz_pool.c, which includes it: their duty, what is odd, and what is
 * wrong. */
#ifndef WORKERS_H
#define WORKERS_H

static size_t
index_of(const struct proc *p)
{
	return (size_t)(p - m.proc);
}

static void
say(struct proc *p, enum wire_type type, const void *head, size_t nhead, const void *body, size_t nbody)
{
	if (p->stream[RES])
		wire_put2(&p->stream[RES]->b, type, head, nhead, body, nbody);
}

static void
say_item(struct proc *p, enum wire_type type, uint32_t item, const void *json, size_t n)
{
	unsigned char head[12] = {0};
	wire_set_u32(head, item);
	wire_set_u64(head + 4, (uint64_t)item << 33);
	say(p, type, head, type == WIRE_START ? 4 : 12, json, n);
}

static void
obey(struct worker *w, const struct wire_frame *f)
{
	for (size_t i = 0; f->type == WIRE_RUN && i < f->n / 4; i++) {
		uint32_t item = wire_u32(f->p + 4 * i);
		if (item >= z.conf.sched.nitems || w->n == sizeof(w->queue) / sizeof(*w->queue))
			finding("handed item %u, as number %zu", item, w->n);
		w->queue[w->n++] = item;
		w->handed[item] = true;
	}
	w->cancel |= f->type == WIRE_CANCEL;
	w->stop |= f->type == WIRE_CANCEL || f->type == WIRE_STOP;
	if (f->type >= WIRE_START && f->type != WIRE_LEND)
		finding("the master sends a frame of type %d", f->type);
}

static void
listen(struct proc *p)
{
	struct worker *w = &z.w[index_of(p)];
	struct wire_frame f;
	int more;
	if (!p->stream[CTL])
		return;
	buf_put(&w->ctl, p->stream[CTL]->b.len ? buf_data(&p->stream[CTL]->b) : NULL, p->stream[CTL]->b.len);
	buf_clear(&p->stream[CTL]->b);
	while ((more = wire_peek(&w->ctl, &f)) == 1) {
		obey(w, &f);
		wire_done(&w->ctl, &f);
	}
	if (more < 0)
		finding("the master sends what is no frame");
	if (!p->stream[CTL]->open[1])
		w->stop = true;
}

static void
machine_ends(struct proc *p)
{
	listen(p);
}

/* The claim of an item, as claims.c lays it out: behind the size. */
static uint32_t *
claim(uint32_t item)
{
	return &m.claims[2 + item];
}

static bool
may_run(size_t id, uint32_t item)
{
	if (z.conf.sched.mode == SCHED_EACH)
		return true;
	if (*claim(item) != id + 1)
		return false;
	*claim(item) = 0;
	return true;
}

/* One step of a worker that does its duty; false when it has nothing to do. */
static bool
work(struct proc *p)
{
	struct worker *w = &z.w[index_of(p)];
	listen(p);
	if (w->wild || !p->stream[RES]) {
		proc_end(p, 7 << 8);
		return true;
	}
	if (w->item != SCHED_NONE) {
		if (w->item % 2)
			say_item(p, WIRE_PASS, w->item, (double[9]){0}, 9 * sizeof(double));
		else
			say_item(p, WIRE_RESULT, w->item, texts[2], strlen(texts[2]));
		w->item = SCHED_NONE;
		return true;
	}
	while (!w->cancel && w->next < w->n) {
		uint32_t item = w->queue[w->next++];
		if (may_run(index_of(p), item)) {
			say_item(p, WIRE_START, w->item = item, NULL, 0);
			return true;
		}
	}
	if (!w->stop)
		return false;
	say(p, WIRE_BYE, "{}", 2, NULL, 0);
	proc_end(p, 0);
	return true;
}

static void
say_raw(struct proc *p, int stream)
{
	size_t n;
	const uint8_t *bytes = take_bytes(&n);
	if (p->stream[stream])
		buf_put(&p->stream[stream]->b, bytes, n);
}

static void
say_head(struct proc *p)
{
	unsigned char h[WIRE_HEAD] = {0};
	for (int i = 0; i < 6; i++)
		h[i] = (unsigned char)take();
	if (p->stream[RES])
		buf_put(&p->stream[RES]->b, h, sizeof(h));
}

/* The item that it runs, or any other. */
static uint32_t
take_item(const struct worker *w)
{
	unsigned which = take() % (ITEMS + 4);
	return which < ITEMS ? which : w->item;
}

static void
do_wild(struct proc *p, unsigned op)
{
	struct worker *w = &z.w[index_of(p)];
	uint32_t item = take_item(w);
	const void *text;
	size_t n;
	w->wild = true;
	switch (op) {
	case 0:
		say_raw(p, RES);
		break;
	case 1:
		say_head(p);
		break;
	case 2:
		say_item(p, WIRE_START, item, NULL, 0);
		break;
	case 3:
		text = take_text(&n);
		say_item(p, item % 2 ? WIRE_PASS : WIRE_RESULT, item, text, n);
		break;
	case 4:
		text = take_text(&n);
		say(p, WIRE_BYE, text, n, NULL, 0);
		break;
	case 5:
		let_go(p, RES);
		break;
	case 6:
		proc_end(p, (int)(take() % 2 ? take() % 30 + 1 : take() << 8));
		break;
	default:
		*claim(item % ITEMS) = take() % (WORKERS + 2);
		z.scribbled = true;
		break;
	}
}

/* Of time and of the terminal, and a frame of any type. */
static void
do_late(struct proc *p, unsigned op)
{
	struct worker *w = &z.w[index_of(p)];
	const void *text;
	size_t n;
	unsigned char on;
	switch (op) {
	case 0:
		on = take() % 3; /* 2 is none of them */
		w->wild |= on == 2;
		say(p, WIRE_CLOCK, &on, 1, NULL, 0);
		break;
	case 1:
		if (!w->hello)
			say(p, WIRE_HELLO, NULL, 0, NULL, 0);
		w->hello = true;
		break;
	case 2:
		say_raw(p, STACKS);
		break;
	default:
		w->wild = true;
		on = take() % (WIRE_TYPES + 1);
		text = take_text(&n);
		say(p, on, text, n, NULL, 0);
		break;
	}
}

/* What is no lie. */
static void
do_odd(struct proc *p, unsigned op)
{
	struct worker *w = &z.w[index_of(p)];
	const void *text;
	size_t n;
	switch (op) {
	case 0:
		text = take_text(&n);
		if (w->item != SCHED_NONE)
			say_item(p, WIRE_RESULT, w->item, text, n);
		w->item = SCHED_NONE;
		break;
	case 1:
		text = take_text(&n);
		say(p, WIRE_LOG, text, n, NULL, 0);
		break;
	case 2:
		say_raw(p, ERR);
		break;
	case 3:
		say_raw(p, OUT);
		break;
	case 4:
		p->stopped = true;
		machine_signal(SIGCHLD);
		break;
	case 5:
		p->leaves_child = true;
		break;
	case 6:
		let_go(p, ERR);
		break;
	default:
		say(p, w->asks ? WIRE_BACK : WIRE_ASK, NULL, 0, NULL, 0);
		w->asks = !w->asks;
		break;
	}
}

#endif
