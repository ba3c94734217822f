/* fused_state.c: what the fused runner finds before a phase and looks at after it. */
#include "prun/python.h"

#include "prun/compat.h"

#include <unistd.h>

#include "prun/fused_impl.h"
#include "prun/intact.h"

/* Of a code object, as in inspect: coroutine, asynchronous generator. */
enum { ASYNC_FLAGS = 0x80 | 0x200 };

PyObject *
fused_peek(PyObject *dict, enum fused_name name)
{
	return PyDict_GetItemWithError(dict, fused.name[name]);
}

/* Number of elements of an attribute, or -1. */
static Py_ssize_t
size_of(PyObject *owner, enum fused_name name)
{
	PyObject *v = PyObject_GetAttr(owner, fused.name[name]);
	Py_ssize_t n = v ? PyObject_Size(v) : -1;
	Py_XDECREF(v);
	return n;
}

/* Those of the item itself, without its ancestors', or -1. */
static Py_ssize_t
own_keywords(PyObject *item)
{
	PyObject *keywords = PyObject_GetAttr(item, fused.name[N_keywords]);
	Py_ssize_t n = keywords ? size_of(keywords, N__markers) : -1;
	Py_XDECREF(keywords);
	return n;
}

/* Call a method of the host that takes `arg`, or nothing, and returns something true or false. */
static int
ask(const char *method, PyObject *arg)
{
	PyObject *r = PyObject_CallMethod(fused.host, method, arg ? "O" : NULL, arg);
	int is = r ? PyObject_IsTrue(r) : -1;
	Py_XDECREF(r);
	return is;
}

/* ---- who may be run ---- */

/* Does pytest act on one of these markers while the item runs? */
static int
has_acting_mark(PyObject *marks, Py_ssize_t n)
{
	for (Py_ssize_t i = 0; i < n; i++) {
		PyObject *name = PyObject_GetAttr(PyList_GetItem(marks, i), fused.name[N_name]);
		int acts = name ? PySet_Contains(fused.marks, name) : -1;
		Py_XDECREF(name);
		if (acts)
			return acts;
	}
	return 0;
}

static Py_ssize_t
count_above(void)
{
	Py_ssize_t n = 0, all = PyTuple_Size(fused.above);
	for (Py_ssize_t i = 0; i < all; i++)
		n += PyObject_Size(PyTuple_GetItem(fused.above, i));
	return n;
}

/* The host says whether items of this parent are for us, and what to count among its ancestors. */
static int
consider_parent(PyObject *parent)
{
	if (parent == fused.parent)
		return 0;
	PyObject *above = NULL, *answer = PyObject_CallMethod(fused.host, "above", "O", parent);
	if (!answer || !PyArg_ParseTuple(answer, "Onp", &above, &fused.nabove, &fused.tells)) {
		Py_XDECREF(answer);
		return -1;
	}
	Py_XDECREF(fused.above);
	Py_INCREF(above);
	fused.above = above;
	Py_DECREF(answer);
	Py_XDECREF(fused.parent);
	Py_INCREF(parent);
	fused.parent = parent;
	return 0;
}

int
fused_look_at(PyObject *item)
{
	PyObject *parent = PyObject_GetAttr(item, fused.name[N_parent]);
	int failed = parent ? consider_parent(parent) : -1;
	Py_XDECREF(parent);
	return failed;
}

/* A plain Python function, or a method of that kind, which is done when it returns? */
static int
is_plain(PyObject *function)
{
	PyObject *code = NULL, *flags = NULL, *attributes = NULL, *inner = NULL;
	int plain = 0;
	if ((PyObject *)Py_TYPE(function) == fused.method_type)
		inner = PyObject_GetAttr(function, fused.name[N___func__]);
	else {
		Py_INCREF(function);
		inner = function;
	}
	if (inner && (PyObject *)Py_TYPE(inner) == fused.function_type &&
	    (code = PyObject_GetAttr(inner, fused.name[N___code__])) &&
	    (flags = PyObject_GetAttr(code, fused.name[N_co_flags])) &&
	    (attributes = PyObject_GetAttr(inner, fused.name[N___dict__])))
		plain = !(PyLong_AsLong(flags) & ASYNC_FLAGS) && !fused_peek(attributes, N__is_coroutine) &&
			!fused_peek(attributes, N__is_coroutine_mark);
	Py_XDECREF(inner);
	Py_XDECREF(code);
	Py_XDECREF(flags);
	Py_XDECREF(attributes);
	return PyErr_Occurred() ? -1 : plain;
}

/* Has it fixtures other than the parameters that it was made with? */
static int
needs_fixtures(struct fused_item *it, PyObject *fixtures)
{
	Py_ssize_t n = PyObject_Size(fixtures);
	if (n <= 0)
		return (int)n;
	PyObject *info = fused_peek(it->dict, N__fixtureinfo);
	if (!info || info != fused.info) {
		int direct = ask("direct", it->item);
		if (direct < 0)
			return -1;
		Py_XINCREF(info);
		Py_XDECREF(fused.info);
		fused.info = info;
		fused.direct = direct;
	}
	return !fused.direct;
}

/* Are just the ancestors of the item set up, and all of them well? */
static bool
is_above_set_up(void)
{
	PyObject *node = NULL, *entry;
	Py_ssize_t at = 0;
	while (PyDict_Next(fused.stack, &at, &node, &entry))
		if (PyTuple_GetItem(entry, 1) != Py_None)
			return false;
	return node == fused.parent;
}

static int
look_ahead(struct fused_item *it)
{
	PyObject *fixtures = fused_peek(it->dict, N_fixturenames);
	int needs = fixtures ? needs_fixtures(it, fixtures) : 1;
	if (needs < 0)
		return -1;
	it->bare = !needs && !fused.tells && is_above_set_up() && PyTuple_Size(fused.after_setup) == 0;
	PyObject *parent = it->next == Py_None ? NULL : PyObject_GetAttr(it->next, fused.name[N_parent]);
	it->stays = parent == fused.parent;
	Py_XDECREF(parent);
	return PyErr_Occurred() ? -1 : 1;
}

int
fused_may_run(struct fused_item *it)
{
	if ((PyObject *)Py_TYPE(it->item) != fused.item_type || !intact(fused.stands_for))
		return 0;
	/* One that a test has broken is still up: pytest starts and ends it in each phase, of each item. */
	if (fused_peek(fused.capture_names, N__capture_fixture) != Py_None)
		return 0;
	int ok = fused_look_at(it->item);
	/* Who has added markers or keywords since the fork has made the master's item another one. */
	if (ok < 0 || fused.nabove < 0 || count_above() != fused.nabove)
		return ok;
	it->nkeywords = own_keywords(it->item);
	if (it->nkeywords < 0 || it->nkeywords != (Py_ssize_t)fused.keywords[it->index])
		return it->nkeywords < 0 ? -1 : 0;
	PyObject *request = fused_peek(it->dict, N__request), *marks = fused_peek(it->dict, N_own_markers);
	PyObject *function = fused_peek(it->dict, N__obj);
	if (!request || request == Py_False || !marks || !function)
		return 0;
	/* Somebody has put something of his own in the place of its methods. */
	if (fused_peek(it->dict, N_runtest) || fused_peek(it->dict, N_setup) || fused_peek(it->dict, N_teardown))
		return 0;
	it->nmarks = PyList_Size(marks);
	if ((ok = has_acting_mark(marks, it->nmarks)))
		return ok < 0 ? -1 : 0;
	if ((ok = is_plain(function)) != 1)
		return ok;
	return look_ahead(it);
}

/* ---- what is open from item to item ---- */

int
fused_enter(void)
{
	static const char *const std[] = {"stdin", "stdout", "stderr"};
	if (fused.entered)
		return 0;
	PyObject *state = PyObject_CallMethod(fused.host, "enter", NULL);
	if (!state)
		return -1;
	fused.entered = true;
	Py_XDECREF(fused.state);
	fused.state = state;
	if (!PyArg_ParseTuple(state, "OOOO", &fused.filters, &fused.base, &fused.log, &fused.append))
		return -1;
	for (int fd = 0; fd < 3; fd++) {
		Py_XDECREF(fused.std[fd]);
		fused.std[fd] = PySys_GetObject(std[fd]);
		Py_XINCREF(fused.std[fd]);
		if (fstat(fd, &fused.stream[fd]) < 0)
			fused.stream[fd] = (struct stat){0};
	}
	return 0;
}

/* Are the filters and their doings what pytest puts in for each item? */
static bool
same_filters(void)
{
	PyObject *present = fused_peek(fused.warnings_names, N_filters);
	Py_ssize_t n = PyList_Size(fused.base);
	if (present != fused.filters || PyList_Size(present) != n)
		return false;
	for (Py_ssize_t i = 0; i < n; i++)
		if (PyList_GetItem(present, i) != PyList_GetItem(fused.base, i))
			return false;
	return fused_peek(fused.warnings_names, N__showwarnmsg_impl) == fused.append &&
	       fused_peek(fused.warnings_names, N_showwarning) == fused.showwarning;
}

int
fused_renew_warnings(void)
{
	if (!same_filters()) {
		PyObject *filters = PyObject_CallMethod(fused.host, "renew_filters", NULL);
		if (!filters)
			return -1;
		Py_DECREF(filters); /* warnings holds it */
		fused.filters = filters;
	}
	/* What was warned of once is forgotten, as whenever a list of filters is put in. */
	PyObject *done = PyObject_CallFunctionObjArgs(fused.mutated, NULL);
	Py_XDECREF(done);
	return done ? 0 : -1;
}

/* ---- what a phase has left ---- */

/* Nothing was written to it, and it is still what pytest captures. */
static bool
is_stream_clean(int fd)
{
	const struct stat *was = &fused.stream[fd];
	struct stat st;
	if (fstat(fd, &st) < 0 || st.st_ino != was->st_ino || st.st_dev != was->st_dev)
		return false;
	return fd == 0 || (st.st_size == 0 && lseek(fd, 0, SEEK_CUR) == 0);
}

/* A test has closed it, or taken it apart: pytest fails when it reads what was captured. */
static bool
is_open(PyObject *stream)
{
	PyObject *closed = PyObject_GetAttr(stream, fused.name[N_closed]);
	int is = closed ? PyObject_IsTrue(closed) : 1;
	Py_XDECREF(closed);
	PyErr_Clear();
	return is == 0;
}

static bool
are_streams_clean(void)
{
	return PySys_GetObject("stdin") == fused.std[0] && PySys_GetObject("stdout") == fused.std[1] &&
	       PySys_GetObject("stderr") == fused.std[2] && is_open(fused.std[1]) && is_open(fused.std[2]) &&
	       is_stream_clean(0) && is_stream_clean(1) &&
	       is_stream_clean(2);
}

static int
are_queues_empty(void)
{
	Py_ssize_t n = PyTuple_Size(fused.queues);
	for (Py_ssize_t i = 0; i < n; i++)
		if (PyObject_Size(PyTuple_GetItem(fused.queues, i)))
			return 0;
	return PyTuple_Size(fused.catchers) == 0 ? 1 : ask("nothing_caught", NULL);
}

/* Ours are the last of the root logger's handlers, as where pytest has just added them, and have heard nothing. */
static int
is_log_clean(void)
{
	PyObject *handlers = PyObject_GetAttr(fused.root, fused.name[N_handlers]);
	Py_ssize_t n = handlers && PyList_Check(handlers) ? PyList_Size(handlers) : 0;
	bool there = n >= 2 && PyList_GetItem(handlers, n - 2) == fused.caplog &&
		     PyList_GetItem(handlers, n - 1) == fused.report;
	Py_XDECREF(handlers);
	if (!there)
		return handlers ? 0 : -1;
	Py_ssize_t held = size_of(fused.report, N_records);
	return held < 0 ? -1 : held == 0;
}

static bool
is_item_as_before(const struct fused_item *it)
{
	PyObject *marks = fused_peek(it->dict, N_own_markers);
	PyObject *sections = fused_peek(it->dict, N__report_sections);
	PyObject *properties = fused_peek(it->dict, N_user_properties);
	return marks && PyList_Size(marks) == it->nmarks && own_keywords(it->item) == it->nkeywords &&
	       count_above() == fused.nabove && sections && PyObject_Size(sections) == 0 && properties &&
	       PyObject_Size(properties) == 0;
}

Py_ssize_t
fused_count_heard(void)
{
	return size_of(fused.recorder, N_events);
}

int
fused_is_silent(const struct fused_item *it)
{
	int ok;
	/* A plugin that has come meanwhile wants to hear of it. */
	if (!fused.parent || !are_streams_clean() || !is_item_as_before(it))
		return PyErr_Occurred() ? -1 : 0;
	Py_ssize_t heard = fused_count_heard();
	if (heard != it->nheard)
		return heard < 0 ? -1 : 0;
	if ((ok = are_queues_empty()) == 1)
		ok = is_log_clean();
	return ok;
}

int
fused_left_attributes(const struct fused_item *it, PyObject *before)
{
	PyObject *key, *value;
	Py_ssize_t at = 0;
	while (PyDict_Next(it->dict, &at, &key, &value)) {
		PyTypeObject *type = Py_TYPE(value);
		bool plain = type == &PyUnicode_Type || type == &PyLong_Type || type == &PyFloat_Type || type == &PyBool_Type;
		if (plain && PyUnicode_Check(key) && PyUnicode_GetLength(key) && PyUnicode_ReadChar(key, 0) != '_' &&
		    PyDict_GetItem(before, key) != value)
			return 1;
	}
	return PyErr_Occurred() ? -1 : 0;
}
