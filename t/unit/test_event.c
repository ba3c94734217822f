/* test_event.c: events come out in the order in which they went in, and are owned all the way. */
#include "prun/compat.h"

#include <criterion/criterion.h>
#include <string.h>

#include "prun/event.h"
#include "prun/xmalloc.h"

static void
put(struct events *q, uint32_t item)
{
	struct event e = {.kind = EVENT_RESULT,
			  .item = item,
			  .json = json_integer(item),
			  .text = xstrdup("text"),
			  .ntext = 4,
			  .size = 1000};
	events_put_steal(q, &e);
}

static void
take(struct events *q, uint32_t item)
{
	struct event e;
	cr_assert(events_take(q, &e));
	cr_assert_eq(e.item, item);
	cr_assert_eq(json_integer_value(e.json), item);
	cr_assert(e.ntext == 4 && memcmp(e.text, "text", 4) == 0);
	event_release(&e);
	cr_assert(!e.json && !e.text);
	event_release(&e);
}

Test(event, first_in_first_out)
{
	struct events q = {0};
	struct event e;
	uint32_t in = 0, out = 0;
	cr_expect(!events_take(&q, &e));
	for (unsigned turn = 0; turn < 2000; turn++) {
		for (unsigned i = 0; i < 1 + turn % 5; i++)
			put(&q, in++);
		for (unsigned i = 0; i < 1 + turn % 4 && out < in; i++)
			take(&q, out++);
	}
	while (out < in)
		take(&q, out++);
	cr_expect(!events_take(&q, &e));
	cr_expect_eq(q.off, 0);
	cr_expect_eq(q.size, 0);
	events_release(&q);
}

/* A queue that is kept short needs no more room. */
Test(event, does_not_creep)
{
	struct events q = {0};
	put(&q, 0);
	for (uint32_t i = 1; i < 5000; i++) {
		put(&q, i);
		cr_assert_eq(q.size, 2 * (1000 + sizeof(struct event)));
		take(&q, i - 1);
	}
	cr_expect_leq(q.cap, 16);
	events_release(&q);
}

Test(event, release_frees_what_was_not_taken)
{
	struct events q = {0};
	for (uint32_t i = 0; i < 20; i++)
		put(&q, i);
	take(&q, 0);
	events_release(&q);
	cr_expect(!q.v && !q.n && !q.off && !q.cap);
	events_release(&q);
}
