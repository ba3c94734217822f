/* fused_impl.h: what the fused runner keeps; Python.h comes first, nobody but fused*.c includes it. */
#ifndef PRUN_FUSED_IMPL_H
#define PRUN_FUSED_IMPL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

#define FUSED_EACH_NAME                                                                                                \
	NAME(__code__) NAME(__dict__) NAME(__func__) NAME(_is_coroutine) NAME(_is_coroutine_mark) NAME(_markers)           \
	NAME(_capture_fixture) NAME(_obj) NAME(_fixtureinfo) NAME(_report_sections) NAME(_request) NAME(_showwarnmsg_impl) NAME(callspec) NAME(closed)         \
	NAME(co_flags) NAME(environ) NAME(events) NAME(filters) NAME(fixturenames) NAME(funcargs) NAME(handlers) NAME(keywords)         \
	NAME(name) NAME(own_markers) NAME(params) NAME(parent) NAME(records) NAME(runtest) NAME(setup) NAME(teardown) NAME(shouldfail) NAME(shouldstop)             \
	NAME(showwarning) NAME(user_properties)

enum fused_name {
#define NAME(n) N_##n,
	FUSED_EACH_NAME
#undef NAME
	FUSED_NAMES
};

/* What the host gives at the start, by the name of its attribute; see py/prun/fast/run.py. */
#define FUSED_EACH_GIVEN                                                                                               \
	GIVEN(after_setup) GIVEN(call) GIVEN(caplog) GIVEN(capture_names) GIVEN(catchers) GIVEN(environ) GIVEN(environ_data)                    \
	GIVEN(function_type) GIVEN(item_type) GIVEN(items) GIVEN(marks) GIVEN(method_type) GIVEN(mutated)                  \
	GIVEN(os_names) GIVEN(queues) GIVEN(recorder) GIVEN(report) GIVEN(root) GIVEN(say_current) GIVEN(session) GIVEN(setup)             \
	GIVEN(showwarning) GIVEN(stack) GIVEN(stands_for) GIVEN(teardown) GIVEN(variable) GIVEN(warnings_names)

struct fused {
	PyObject *host; /* prun.fast.run.Fused; NULL: items are run in pytest's own way */
	PyObject *name[FUSED_NAMES];
#define GIVEN(n) PyObject *n;
	FUSED_EACH_GIVEN
#undef GIVEN
	pid_t pid;
	PyObject *current; /* borrowed: the item that runs, or NULL */
	bool batched; /* the master takes a pass as nothing but its times */
	bool stops; /* the teardown of an item after which the session stops takes all down */

	/* How many keywords each item had before the fork, as the master sees it. */
	uint32_t *keywords;
	size_t nitems;

	/* Of the parent of the item that ran last. */
	PyObject *parent;
	PyObject *above; /* tuple of collections: markers and keywords of its ancestors; None: not for us */
	Py_ssize_t nabove;
	int tells;   /* a plugin hears of each phase, or does something before it */
	PyObject *info;  /* the _fixtureinfo that was asked about last */
	bool direct;     /* and whether its fixtures are parameters of the test function */

	/* What is open. */
	bool entered;
	PyObject *state;  /* owns the following */
	PyObject *filters; /* the list in warnings.filters, and what has to be in it */
	PyObject *base;
	PyObject *log;    /* where recorded warnings go, and its append */
	PyObject *append;
	PyObject *std[3]; /* sys.stdin, stdout, stderr */
	struct stat stream[3];
};

extern struct fused fused;

/* An item that is being run. */
struct fused_item {
	PyObject *item, *next; /* borrowed; next is None for the last */
	PyObject *dict;        /* the item's attributes; owned */
	const char *nodeid;
	uint32_t index, nextindex;
	Py_ssize_t nmarks, nkeywords;
	Py_ssize_t nheard; /* events that the recorder has of it already */
	bool bare;   /* no fixture, no node to set up: setting it up runs no code of the suite */
	bool stays;  /* the next item has the same parent: nothing to tear down but what the item itself has */
	bool silent; /* so far: passes, and nothing else to report */
	bool stop;   /* the session is to stop */
};

/* fused_state.c: what a phase finds, and what it has left.  1: yes, 0: no, -1: an exception. */
int fused_look_at(PyObject *item); /* sets what stands above of its parent.  Not 1 */
int fused_may_run(struct fused_item *it);
int fused_enter(void);
int fused_renew_warnings(void);
int fused_is_silent(const struct fused_item *it);
Py_ssize_t fused_count_heard(void);
int fused_left_attributes(const struct fused_item *it, PyObject *before);

/* Borrowed, from an instance's dictionary; NULL, without an exception, where it is not there. */
PyObject *fused_peek(PyObject *dict, enum fused_name name);

#endif
