/* fused.c: runs an item without calling its runtest hooks, where those are pytest's own alone. */
#include "prun/python.h"

#include "prun/compat.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "prun/fixture.h"
#include "prun/fused.h"
#include "prun/fused_impl.h"
#include "prun/intact.h"
#include "prun/raised.h"
#include "prun/xmalloc.h"

struct fused fused;

static const char *const when[FUSED_PHASES] = {"setup", "call", "teardown"};

struct instant {
	double precise, day;
};

static double
seconds(clockid_t clock)
{
	struct timespec t;
	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static struct instant
now(void)
{
	return (struct instant){seconds(CLOCK_MONOTONIC), seconds(CLOCK_REALTIME)};
}

static int
done(PyObject *result)
{
	Py_XDECREF(result);
	return result ? 0 : -1;
}

/* ---- what hooks do around a phase ---- */

/* runner._update_current_test_var() */
static int
say_current(const struct fused_item *it, int phase)
{
	if (fused_peek(fused.os_names, N_environ) != fused.environ)
		return done(PyObject_CallFunction(fused.say_current, "Os", it->item, when[phase]));
	PyObject *value = PyBytes_FromFormat("%s (%s)", it->nodeid, when[phase]);
	int failed = !value || PyDict_SetItem(fused.environ_data, fused.variable, value) < 0;
	if (!failed)
		setenv("PYTEST_CURRENT_TEST", PyBytes_AsString(value), 1);
	Py_XDECREF(value);
	return failed ? -1 : 0;
}

/* was_said: in this phase, so that pytest's own function has to find it, and says so where a test has cleared it. */
static int
say_nobody(const struct fused_item *it, bool was_said)
{
	if (fused_peek(fused.os_names, N_environ) == fused.environ) {
		int gone = PyDict_DelItem(fused.environ_data, fused.variable) < 0;
		PyErr_Clear();
		if (!gone || !was_said) {
			unsetenv("PYTEST_CURRENT_TEST");
			return 0;
		}
	}
	if (!was_said && say_current(it, 2) < 0)
		return -1;
	return done(PyObject_CallFunction(fused.say_current, "OO", it->item, Py_None));
}

/* runner.pytest_runtest_call(): what the last failure has left for a debugger is forgotten. */
static void
forget_last(void)
{
	static const char *const last[] = {"last_type", "last_value", "last_traceback", "last_exc"};
	for (size_t i = 0; i < sizeof(last) / sizeof(last[0]) && PySys_GetObject(last[i]); i++)
		PySys_SetObject(last[i], NULL);
}

/* ---- the phases: 0, or -1 with what was raised ---- */

/* The parameters that a function was made with are fixtures whose value is known. */
static int
fill_parameters(const struct fused_item *it)
{
	PyObject *names = fused_peek(it->dict, N_fixturenames), *funcargs = fused_peek(it->dict, N_funcargs);
	PyObject *callspec = fused_peek(it->dict, N_callspec);
	if (!callspec)
		return 0;
	PyObject *params = PyObject_GetAttr(callspec, fused.name[N_params]);
	Py_ssize_t n = PyList_Size(names);
	int failed = !params;
	for (Py_ssize_t i = 0; !failed && i < n; i++) {
		PyObject *value = PyDict_GetItemWithError(params, PyList_GetItem(names, i));
		failed = !value || PyDict_SetItem(funcargs, PyList_GetItem(names, i), value) < 0;
	}
	Py_XDECREF(params);
	return failed ? -1 : 0;
}

static int
set_up(struct fused_item *it)
{
	if (it->bare)
		return fill_parameters(it);
	if (say_current(it, 0) < 0 || done(PyObject_CallFunctionObjArgs(fused.setup, it->item, NULL)) < 0)
		return -1;
	Py_ssize_t n = PyTuple_Size(fused.after_setup);
	for (Py_ssize_t i = 0; i < n; i++)
		if (done(PyObject_CallFunctionObjArgs(PyTuple_GetItem(fused.after_setup, i), it->item, NULL)) < 0)
			return -1;
	return 0;
}

static int
call(struct fused_item *it)
{
	if (say_current(it, 1) < 0)
		return -1;
	forget_last();
	if (it->bare || (fused.parent && !fused_peek(it->dict, N_runtest) && intact(fused.stands_for)))
		return done(PyObject_CallFunctionObjArgs(fused.call, it->item, NULL));
	/* The set-up has put something in the place of what is done here, or registered a plugin. */
	return done(PyObject_CallMethodObjArgs(it->item, fused.name[N_runtest], NULL));
}

/* fused.teardown or, where somebody has patched that, what is there now. */
static int
take_down(const struct fused_item *it)
{
	if (it->bare || intact(fused.stands_for))
		return done(PyObject_CallFunctionObjArgs(fused.teardown, it->next, NULL));
	PyObject *state = PyObject_GetAttrString(fused.teardown, "__self__");
	PyObject *result = state ? PyObject_CallMethod(state, "teardown_exact", "O", it->next) : NULL;
	Py_XDECREF(state);
	return done(result);
}

static int
tear_down(struct fused_item *it)
{
	if (it->bare && it->stays)
		return say_nobody(it, false);
	if (say_current(it, 2) < 0 || take_down(it) < 0)
		return -1;
	return say_nobody(it, true);
}

static int (*const act[FUSED_PHASES])(struct fused_item *it) = {set_up, call, tear_down};

/* ---- telling ---- */

/* [(duration, start, stop), …] of the first n phases; none if they have been told. */
static PyObject *
untold(const struct fused_item *it, const struct fused_phase *p, int n)
{
	PyObject *list = PyList_New(0);
	for (int i = 0; list && it->silent && i < n; i++) {
		PyObject *times = Py_BuildValue("ddd", p[i].duration, p[i].start, p[i].stop);
		if (!times || PyList_Append(list, times) < 0)
			Py_CLEAR(list);
		Py_XDECREF(times);
	}
	return list;
}

/* A phase was told, and this is the host's answer, of which the reference is taken. */
static int
heard_of(struct fused_item *it, PyObject *passed)
{
	it->silent = false;
	int is = passed ? PyObject_IsTrue(passed) : -1;
	Py_XDECREF(passed);
	it->nheard = is < 0 ? 0 : fused_count_heard();
	return it->nheard < 0 ? -1 : is;
}

/* The phase was not silent, or one before it: did it pass?  An exception that is set is what it raised. */
static int
tell(struct fused_item *it, int phase, const struct fused_phase *p)
{
	PyObject *raised = raised_take_or_none(), *before = untold(it, p, phase);
	PyObject *passed = before ? PyObject_CallMethod(fused.host, "phase", "OsOdddO", it->item, when[phase], raised,
							p[phase].duration, p[phase].start, p[phase].stop, before)
				  : NULL;
	Py_XDECREF(before);
	Py_DECREF(raised);
	return heard_of(it, passed);
}

/* Likewise of a phase that was silent, of which plugins hear all the same. */
static int
tell_silent(struct fused_item *it, int phase, const struct fused_phase *p)
{
	p += phase;
	PyObject *passed = PyObject_CallMethod(fused.host, "silent", "Osddd", it->item, when[phase], p->duration, p->start,
					       p->stop);
	return heard_of(it, passed);
}

/* One phase from its beginning, *t, which becomes its end.  Did it pass? */
static int
run_phase(struct fused_item *it, int phase, struct instant *t, struct fused_phase *p)
{
	int raised = it->bare ? 0 : done(PyObject_CallMethod(fused.host, "begin", "OsiO", it->item, when[phase],
								      it->silent, it->next));
	if (raised == 0)
		raised = act[phase](it);
	if (raised == 0 && !it->bare) /* which fails where a test has closed what is captured */
		raised = done(PyObject_CallMethod(fused.host, "close_fixture", NULL));
	struct instant end = now();
	p[phase] = (struct fused_phase){end.precise - t->precise, t->day, end.day};
	*t = end;
	if (raised < 0) {
		int passed = tell(it, phase, p);
		*t = now();
		return passed;
	}
	/* Where no code of the suite has run nothing can have been left. */
	bool idle = it->bare && (phase == 0 || (phase == 2 && it->stays));
	int silent = idle && it->silent ? 1 : fused_is_silent(it);
	if (silent == 1 && it->silent && !fused.tells)
		return 1;
	int passed = silent < 0 ? -1 : silent && fused.tells ? tell_silent(it, phase, p) : tell(it, phase, p);
	*t = now(); /* what making a report takes is of no phase */
	return passed;
}

static int
is_stopping(void)
{
	for (enum fused_name i = N_shouldfail; i <= N_shouldstop; i++) {
		PyObject *v = PyObject_GetAttr(fused.session, fused.name[i]);
		int is = v ? PyObject_IsTrue(v) : -1;
		Py_XDECREF(v);
		if (is)
			return is;
	}
	return 0;
}

/* ---- the item ---- */

static int
run_phases(struct fused_item *it, struct fused_phase *p)
{
	struct instant t = now();
	int passed = run_phase(it, 0, &t, p);
	if (passed == 1)
		passed = run_phase(it, 1, &t, p);
	int stop = passed < 0 ? -1 : is_stopping();
	if (stop < 0)
		return -1;
	if (stop && fused.stops) {
		it->next = Py_None;
		it->stays = false;
	}
	if (run_phase(it, 2, &t, p) < 0)
		return -1;
	it->stop = (stop = is_stopping()) == 1;
	return stop < 0 ? -1 : 0;
}

/* As after every item, whatever became of it. */
static void
let_go(struct fused_item *it)
{
	PyDict_SetItem(it->dict, fused.name[N__request], Py_False);
	PyDict_SetItem(it->dict, fused.name[N_funcargs], Py_None);
}

static enum fused_end
protocol(struct fused_item *it, struct fused_phase *p, PyObject **said)
{
	PyObject *before = PyDict_Copy(it->dict), *raised, *times;
	if (!before)
		return FUSED_ERROR;
	int failed = fused_renew_warnings() < 0 || run_phases(it, p) < 0;
	raised = raised_take_or_none();
	let_go(it);
	if (getpid() != fused.pid)
		_exit(0); /* the test forked and its child came back into pytest: it must not speak for the worker */
	int left = failed ? 1 : fused_left_attributes(it, before);
	times = untold(it, p, failed ? 0 : FUSED_PHASES);
	bool clean = !failed && it->silent && left == 0 && PyList_Size(fused.log) == 0;
	if (times && !clean)
		*said = PyObject_CallMethod(fused.host, "said", "IOOOO", it->index, it->next, before, raised, times);
	else if (times && !fused.batched)
		*said = PyObject_CallMethod(fused.host, "clean", "IOi", it->index, times, it->stop);
	Py_XDECREF(times);
	Py_DECREF(before);
	Py_DECREF(raised);
	if (times && clean && fused.batched)
		return FUSED_PASS;
	return *said ? FUSED_SAID : FUSED_ERROR;
}

enum fused_end
fused_run(uint32_t item, uint32_t next, const char *nodeid, struct fused_phase phase[FUSED_PHASES], bool *stop,
	  PyObject **said)
{
	if (!fused.host || item >= fused.nitems || (next != UINT32_MAX && next >= fused.nitems) || strchr(nodeid, '\\'))
		return FUSED_NOT;
	struct fused_item it = {
	    .item = PyList_GetItem(fused.items, item),
	    .next = next == UINT32_MAX ? Py_None : PyList_GetItem(fused.items, next),
	    .index = item,
	    .nodeid = nodeid,
	    .silent = true,
	};
	if (!it.item || !it.next || !(it.dict = PyObject_GetAttr(it.item, fused.name[N___dict__])))
		return FUSED_ERROR;
	fused.current = it.item;
	fused.pid = getpid();
	int may = fused_may_run(&it);
	if (may == 1 && fused_enter() < 0)
		may = -1;
	enum fused_end end = may == 1 ? protocol(&it, phase, said) : may < 0 ? FUSED_ERROR : FUSED_NOT;
	*stop = it.stop;
	fused.current = NULL;
	Py_DECREF(it.dict);
	return end;
}

int
fused_leave(void)
{
	if (!fused.entered)
		return 0;
	fused.entered = false;
	return done(PyObject_CallMethod(fused.host, "leave", NULL));
}

/* ---- functions of _prun ---- */

const char fused_count_doc[] = PyDoc_STR(
    "count_keywords(items)\n--\n\n"
    "In the master, before the first fork: note how many keywords each item has.");

PyObject *
fused_count(PyObject *self, PyObject *items)
{
	(void)self;
	Py_ssize_t n = PyList_Size(items);
	if (n < 0)
		return NULL;
	free(fused.keywords);
	fused.keywords = xcalloc((size_t)n + 1, sizeof(*fused.keywords));
	fused.nitems = (size_t)n;
	for (Py_ssize_t i = 0; i < n; i++) {
		PyObject *keywords = PyObject_GetAttrString(PyList_GetItem(items, i), "keywords");
		PyObject *own = keywords ? PyObject_GetAttrString(keywords, "_markers") : NULL;
		Py_ssize_t size = own ? PyObject_Size(own) : -1;
		PyErr_Clear(); /* keywords of another kind: such an item is never run here */
		fused.keywords[i] = size < 0 ? UINT32_MAX : (uint32_t)size;
		Py_XDECREF(own);
		Py_XDECREF(keywords);
	}
	Py_RETURN_NONE;
}

const char fused_fuse_doc[] = PyDoc_STR(
    "fuse(host)\n--\n\n"
    "In a worker, before its first item: from now on items for which that is allowed are run without their hooks.\n"
    "host: prun.fast.run.Fused, whose attributes are what is needed.");

PyObject *
fused_fuse(PyObject *self, PyObject *host)
{
	static const char *const names[FUSED_NAMES] = {
#define NAME(n) [N_##n] = #n,
	    FUSED_EACH_NAME
#undef NAME
	};
	static const struct {
		const char *name;
		PyObject **at;
	} given[] = {
#define GIVEN(n) {#n, &fused.n},
	    FUSED_EACH_GIVEN
#undef GIVEN
	};
	(void)self;
	for (size_t i = 0; i < FUSED_NAMES; i++)
		if (!(fused.name[i] = PyUnicode_InternFromString(names[i])))
			return NULL;
	for (size_t i = 0; i < sizeof(given) / sizeof(given[0]); i++)
		if (!(*given[i].at = PyObject_GetAttrString(host, given[i].name)))
			return NULL;
	PyObject *stops = PyObject_GetAttrString(host, "stops"), *batched = PyObject_GetAttrString(host, "batched");
	fused.stops = stops == Py_True;
	fused.batched = batched == Py_True;
	Py_XDECREF(stops);
	Py_XDECREF(batched);
	if (!fused.keywords || PyErr_Occurred())
		return PyErr_Occurred() ? NULL : PyErr_Format(PyExc_RuntimeError, "count_keywords() comes first");
	Py_INCREF(host);
	fused.host = host;
	Py_RETURN_NONE;
}

const char fused_ask_again_doc[] = PyDoc_STR(
    "ask_again()\n--\n\n"
    "Plugins have come or gone: whose items may be run without hooks is to be asked again.");

PyObject *
fused_ask_again(PyObject *self, PyObject *unused)
{
	(void)self;
	(void)unused;
	Py_CLEAR(fused.parent);
	Py_CLEAR(fused.info);
	fixture_ask_again();
	Py_RETURN_NONE;
}

const char fused_expect_doc[] = PyDoc_STR(
    "expect(index)\n--\n\n"
    "Item number `index` will be run by children that are about to be forked: what each would find out and put up for it\n"
    "is found out and put up here.");

PyObject *
fused_expect(PyObject *self, PyObject *index)
{
	(void)self;
	PyObject *item = fused.host ? PyObject_GetItem(fused.items, index) : NULL;
	if (fused.host && !item)
		return NULL;
	int failed = item && (fused_look_at(item) < 0 || fixture_look_around() < 0 ||
			      (fused.nabove < 0 ? fused_leave() : fused_enter()) < 0);
	Py_XDECREF(item);
	if (failed)
		return NULL;
	Py_RETURN_NONE;
}

const char fused_close_doc[] = PyDoc_STR("close_fused()\n--\n\nThe last item has run: what is open from item to item is closed.");

PyObject *
fused_close(PyObject *self, PyObject *unused)
{
	(void)self;
	(void)unused;
	if (fused_leave() < 0)
		return NULL;
	Py_RETURN_NONE;
}

const char fused_current_doc[] = PyDoc_STR("current()\n--\n\nThe item that is being run without its hooks.");

PyObject *
fused_current(PyObject *self, PyObject *unused)
{
	(void)self;
	(void)unused;
	return Py_BuildValue("O", fused.current ? fused.current : Py_None);
}

const char fused_never_doc[] = PyDoc_STR("never(x)\n--\n\nFalse.");

PyObject *
fused_never(PyObject *self, PyObject *arg)
{
	(void)self;
	(void)arg;
	Py_RETURN_FALSE;
}
