/* fuzz_result.c: bytes as the JSON of RESULT, LOG and BYE frames: either refused, or of the form that it has
 * to be. */
#include "prun/compat.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "prun/buf.h"
#include "prun/result.h"
#include "prun/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
expect(bool ok)
{
	if (!ok)
		abort();
}

/* Every event names its kind, and no more of them have failed than there are. */
static void
expect_events(json_t *a, unsigned nfailed)
{
	size_t i;
	json_t *e;
	expect(json_is_array(a) && nfailed <= json_array_size(a));
	json_array_foreach(a, i, e) expect(json_is_string(json_array_get(e, 0)));
}

/* In any number of pieces the same frames come out. */
static void
read_frames(const uint8_t *data, size_t size)
{
	struct buf whole = {0}, pieces = {0};
	struct wire_frame f, g;
	size_t fed = 0;
	int more, again;
	buf_put(&whole, data, size);
	do {
		more = wire_peek(&whole, &f);
		while ((again = wire_peek(&pieces, &g)) == 0 && fed < size)
			buf_put(&pieces, &data[fed++], 1);
		expect(more == again);
		if (more == 1) {
			expect(f.type == g.type && f.n == g.n && memcmp(f.p, g.p, f.n) == 0);
			wire_done(&whole, &f);
			wire_done(&pieces, &g);
		}
	} while (more == 1);
	buf_release(&whole);
	buf_release(&pieces);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned nfailed = 77;
	json_t *a = result_parse(data, size, &nfailed);
	expect(a || !nfailed || nfailed != 77);
	if (a && !json_is_object(json_array_get(a, 0)))
		expect_events(a, nfailed);
	json_decref(a);
	json_t *log = result_parse_log(data, size, &nfailed);
	if (log)
		expect_events(log, nfailed);
	json_decref(log);
	json_t *bye = result_parse_bye(data, size);
	expect(!bye || json_is_object(bye));
	(void)result_bye_stops(bye);
	json_decref(bye);
	read_frames(data, size);
	return 0;
}
