/*
 * fused.h: runs an item without calling its runtest hooks, where those are pytest's own, or only make
 * reports, or come before a phase.
 *
 * What the hooks would do is done here, with pytest's own objects: fixtures, finalizers, SetupState and the call of
 * the test function are the real ones.  Whatever is not three silent passes is handed to py/prun/fast/run.py, which
 * reports that phase through pytest's own functions.  When an item is run here is decided there.
 *
 * Python.h comes first; all functions need the interpreter's lock.
 */
#ifndef PRUN_FUSED_H
#define PRUN_FUSED_H

#include <stdbool.h>
#include <stdint.h>

struct _object;

/* Seconds of one phase: duration by the monotonic clock, start and end by that of the day. */
struct fused_phase {
	double duration, start, stop;
};

enum { FUSED_PHASES = 3 };

enum fused_end {
	FUSED_ERROR, /* with an exception that is nobody's */
	FUSED_NOT,   /* this item is not for us: nothing was done */
	FUSED_PASS,  /* three silent passes: phase[] is filled */
	FUSED_SAID   /* *said is what Runner.run() would have returned; a new reference */
};

/*
 * Run item number `item` of host.items, followed by number `next`, or by none: UINT32_MAX.  nodeid: of the item, UTF-8.
 * *stop, of FUSED_PASS: this worker must not run another one.
 */
enum fused_end fused_run(uint32_t item, uint32_t next, const char *nodeid, struct fused_phase phase[FUSED_PHASES],
			 bool *stop, struct _object **said);

/* An item is about to run in pytest's own way: what is kept open from item to item is closed.  -1 with an exception. */
int fused_leave(void);

/* Functions of _prun. */
extern const char fused_fuse_doc[], fused_count_doc[], fused_never_doc[], fused_ask_again_doc[], fused_current_doc[],
    fused_expect_doc[], fused_close_doc[];
struct _object *fused_fuse(struct _object *self, struct _object *host);
struct _object *fused_count(struct _object *self, struct _object *items);
struct _object *fused_current(struct _object *self, struct _object *unused);
struct _object *fused_ask_again(struct _object *self, struct _object *unused);
struct _object *fused_expect(struct _object *self, struct _object *index);
struct _object *fused_close(struct _object *self, struct _object *unused);
struct _object *fused_never(struct _object *self, struct _object *arg);

#endif
