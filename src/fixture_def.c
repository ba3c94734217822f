/* fixture_def.c: a fixture is set up, unless it is there already, and finished: FixtureDef.execute(), .finish(). */
#include "prun/python.h"

#include "prun/compat.h"

#include "prun/fixture.h"
#include "prun/fixture_impl.h"
#include "prun/intact.h"
#include "prun/raised.h"

bool
fixture_is_request(PyObject *name)
{
	return PyUnicode_CompareWithASCIIString(name, "request") == 0;
}

/* Is it a definition of pytest's own kind? */
static bool
is_known(PyObject *def)
{
	Py_ssize_t n = PyTuple_Size(fx.definition_types);
	for (Py_ssize_t i = 0; i < n; i++)
		if ((PyObject *)Py_TYPE(def) == PyTuple_GetItem(fx.definition_types, i))
			return true;
	return false;
}

/* ---- what it depends on ---- */

PyObject *
fixture_value(PyObject *request, PyObject *name, PyObject *def)
{
	PyObject *cached = fixture_get(def, F_cached_result), *value = NULL;
	if (cached && PyTuple_Check(cached) && PyTuple_Size(cached) == 3)
		value = fixture_ref(PyTuple_GetItem(cached, 0));
	else if (cached) /* it is gone again, which pytest has a word for */
		value = PyObject_CallMethod(request, "getfixturevalue", "O", name);
	Py_XDECREF(cached);
	return value;
}

/* Set up what the fixture asks for: deps becomes the definitions, None for the request itself. */
static enum fixture_did
depend(PyObject *request, PyObject *argnames, PyObject *deps)
{
	Py_ssize_t n = PyTuple_Size(argnames);
	for (Py_ssize_t i = 0; i < n; i++) {
		PyObject *name = PyTuple_GetItem(argnames, i), *def = NULL;
		enum fixture_did did = FIXTURE_DONE;
		if (PyUnicode_Check(name) && fixture_is_request(name))
			def = fixture_ref(Py_None);
		else
			did = fixture_active(request, name, &def);
		if (did == FIXTURE_DONE && def != Py_None && !is_known(def))
			did = FIXTURE_NOT;
		if (did == FIXTURE_DONE && PyList_Append(deps, def) < 0)
			did = FIXTURE_FAILED;
		Py_XDECREF(def);
		if (did != FIXTURE_DONE)
			return did;
	}
	return FIXTURE_DONE;
}

static PyObject *
arguments(PyObject *request, PyObject *argnames, PyObject *deps)
{
	PyObject *kwargs = PyDict_New();
	Py_ssize_t n = PyTuple_Size(argnames);
	for (Py_ssize_t i = 0; kwargs && i < n; i++) {
		PyObject *name = PyTuple_GetItem(argnames, i), *def = PyList_GetItem(deps, i);
		PyObject *value = def == Py_None ? fixture_ref(request) : fixture_value(request, name, def);
		if (!value || PyDict_SetItem(kwargs, name, value) < 0)
			Py_CLEAR(kwargs);
		Py_XDECREF(value);
	}
	return kwargs;
}

/* FixtureDef.cache_key(): a new reference. */
static PyObject *
cache_key(PyObject *request)
{
	return fixture_get_or(request, F_param, Py_None);
}

/* ---- it may be there ---- */

/* Was it set up for the same parameter?  Keys that cannot be compared are for pytest. */
static bool
same_key(PyObject *request, PyObject *cached)
{
	PyObject *key = cache_key(request), *other = PyTuple_GetItem(cached, 1), *equal = NULL;
	bool same = key == Py_None && other == Py_None;
	if (key && !same && (equal = PyObject_RichCompare(key, other, Py_EQ)))
		same = PyObject_IsTrue(equal) == 1;
	Py_XDECREF(equal);
	Py_XDECREF(key);
	PyErr_Clear();
	return same;
}

/* Has it a result, for this request?  -1: it has something else, which pytest has to see to. */
static int
is_there(PyObject *def, PyObject *request)
{
	PyObject *cached = fixture_get(def, F_cached_result);
	int is = cached == Py_None ? 0 : -1;
	if (cached && is < 0 && PyTuple_Check(cached) && PyTuple_Size(cached) == 3 &&
	    PyTuple_GetItem(cached, 2) == Py_None && same_key(request, cached))
		is = 1;
	Py_XDECREF(cached);
	return is;
}

/* ---- finalizers ---- */

static int
append_to(PyObject *def, PyObject *finalizer)
{
	PyObject *list = fixture_get(def, F__finalizers);
	int failed = list ? PyList_Append(list, finalizer) : -1;
	Py_XDECREF(list);
	return failed;
}

/* Those that it depends on finish it before themselves. */
static int
finish_before(PyObject *deps, PyObject *finalizer)
{
	for (Py_ssize_t i = 0; i < PyList_Size(deps); i++) {
		PyObject *def = PyList_GetItem(deps, i);
		if (def != Py_None && append_to(def, finalizer) < 0)
			return -1;
	}
	return 0;
}

/* Take it back. */
static void
forget(PyObject *deps, PyObject *finalizer)
{
	for (Py_ssize_t i = 0; i < PyList_Size(deps); i++) {
		PyObject *def = PyList_GetItem(deps, i), *list = def == Py_None ? NULL : fixture_get(def, F__finalizers);
		for (Py_ssize_t at = list ? PyList_Size(list) : 0; at-- > 0;)
			if (PyList_GetItem(list, at) == finalizer) {
				PyList_SetSlice(list, at, at + 1, NULL);
				break;
			}
		Py_XDECREF(list);
	}
}

/* request.node.addfinalizer() */
static int
finish_with_node(PyObject *request, PyObject *finalizer)
{
	PyObject *node = fixture_get(request, F_node), *key, *entry, *done = NULL;
	Py_ssize_t at = 0;
	int failed = node ? 1 : -1;
	bool plain = node && PySequence_Contains(fx.node_types, (PyObject *)Py_TYPE(node)) == 1;
	while (plain && failed == 1 && PyDict_Next(fx.stack, &at, &key, &entry))
		if (key == node)
			failed = PyList_Append(PyTuple_GetItem(entry, 0), finalizer);
	if (failed == 1) {
		done = PyObject_CallMethod(node, "addfinalizer", "O", finalizer);
		failed = done ? 0 : -1;
		Py_XDECREF(done);
	}
	Py_XDECREF(node);
	return failed;
}

/* The hook pytest_fixture_post_finalizer, for who has come since. */
static int
tell_finished(PyObject *def, PyObject *request)
{
	int alone = fixture_alone();
	if (alone)
		return alone < 0 ? -1 : 0;
	PyObject *done = PyObject_CallFunctionObjArgs(fx.post_finalizer, def, request, NULL);
	Py_XDECREF(done);
	return done ? 0 : -1;
}

/* self: (definition, request) */
static PyObject *
first_finalizer(PyObject *self, PyObject *unused)
{
	(void)unused;
	return tell_finished(PyTuple_GetItem(self, 0), PyTuple_GetItem(self, 1)) < 0 ? NULL : fixture_ref(Py_None);
}

/* From 9.1 on the hook is called by the finalizer that runs last. */
static int
add_first(PyObject *def, PyObject *request)
{
	static PyMethodDef method = {"<lambda>", first_finalizer, METH_NOARGS, NULL};
	if (fx.late)
		return 0;
	PyObject *both = PyTuple_Pack(2, def, request), *f = both ? PyCFunction_New(&method, both) : NULL;
	int failed = f ? append_to(def, f) : -1;
	Py_XDECREF(f);
	Py_XDECREF(both);
	return failed;
}

/* functools.partial(def.finish, request=request) */
static PyObject *
make_finalizer(PyObject *def, PyObject *request)
{
	PyObject *method = PyObject_GetAttrString(def, "finish"), *finalizer = NULL;
	PyObject *args = method ? PyTuple_Pack(1, method) : NULL, *kwargs = Py_BuildValue("{s:O}", "request", request);
	if (args && kwargs)
		finalizer = PyObject_Call(fx.partial, args, kwargs);
	Py_XDECREF(kwargs);
	Py_XDECREF(args);
	Py_XDECREF(method);
	return finalizer;
}

/* ---- execute() ---- */

/* pytest_fixture_setup(): what the function returned; NULL with an exception. */
static PyObject *
call(PyObject *def, PyObject *request, PyObject *function, PyObject *kwargs)
{
	PyObject *value = NULL, *bound = (PyObject *)Py_TYPE(function) == fx.method_type
					     ? PyObject_CallFunctionObjArgs(fx.resolve, def, request, NULL)
					     : fixture_ref(function);
	if (bound)
		value = PyObject_CallFunctionObjArgs(fx.call, bound, request, kwargs, NULL);
	Py_XDECREF(bound);
	return value;
}

static int
keep(PyObject *def, PyObject *request, PyObject *value)
{
	PyObject *key = cache_key(request), *cached = key ? PyTuple_Pack(3, value, key, Py_None) : NULL;
	int failed = cached ? PyObject_SetAttr(def, fx.name[F_cached_result], cached) : -1;
	Py_XDECREF(cached);
	Py_XDECREF(key);
	return failed;
}

/*
 * The function has raised.  pytest's own functions are to be called from the beginning, where instead of the function
 * the exception is raised (fixture_raise()), so that all is done about it that pytest does, and all their frames are
 * in its traceback.  What was done so far is taken back, finalizers that the function has added are kept for then.
 */
static enum fixture_did
put_off(PyObject *def, PyObject *deps, PyObject *finalizer)
{
	PyObject *exception = raised_take(), *list = fixture_get(def, F__finalizers), *added = NULL;
	if (list && (added = PyList_GetSlice(list, fx.late ? 0 : 1, PyList_Size(list)))) {
		PyList_SetSlice(list, 0, PyList_Size(list), NULL);
		forget(deps, finalizer);
		Py_XDECREF(fx.pending);
		fx.pending = PyTuple_Pack(3, def, exception, added);
	}
	Py_XDECREF(added);
	Py_XDECREF(list);
	Py_XDECREF(exception);
	return PyErr_Occurred() ? FIXTURE_FAILED : FIXTURE_NOT;
}

void
fixture_drop_pending(void)
{
	PyObject *type, *value, *trace;
	PyErr_Fetch(&type, &value, &trace);
	Py_CLEAR(fx.pending);
	fx.raising = false;
	PyObject_SetAttrString(fx.module, "call_fixture_func", fx.own_call);
	PyErr_Restore(type, value, trace);
}

PyObject *
fixture_raise(PyObject *self, PyObject *args)
{
	PyObject *function, *request, *kwargs, *pending = fx.pending, *def = NULL;
	(void)self;
	fx.pending = NULL;
	fx.raising = false;
	PyObject_SetAttrString(fx.module, "call_fixture_func", fx.own_call);
	if (!PyArg_ParseTuple(args, "OOO", &function, &request, &kwargs) || !(def = fixture_get(request, F__fixturedef)))
		return NULL;
	bool expected = pending && PyTuple_GetItem(pending, 0) == def;
	Py_DECREF(def);
	if (!expected) {
		Py_XDECREF(pending);
		return PyObject_Call(fx.own_call, args, NULL);
	}
	PyObject *exception = fixture_ref(PyTuple_GetItem(pending, 1)), *added = PyTuple_GetItem(pending, 2);
	for (Py_ssize_t i = 0; i < PyList_Size(added); i++)
		append_to(def, PyList_GetItem(added, i));
	Py_DECREF(pending);
	PyErr_Restore(fixture_ref((PyObject *)Py_TYPE(exception)), exception, PyException_GetTraceback(exception));
	return NULL;
}

static enum fixture_did
run(PyObject *def, PyObject *request, PyObject *function, PyObject *kwargs, PyObject *deps)
{
	PyObject *finalizer = make_finalizer(def, request), *value = NULL;
	enum fixture_did did = FIXTURE_FAILED;
	if (finalizer && finish_before(deps, finalizer) == 0 && add_first(def, request) == 0) {
		if (!(value = call(def, request, function, kwargs)))
			did = put_off(def, deps, finalizer);
		else if (keep(def, request, value) == 0 && finish_with_node(request, finalizer) == 0)
			did = FIXTURE_DONE;
	}
	Py_XDECREF(value);
	Py_XDECREF(finalizer);
	return did;
}

static enum fixture_did
set_up(PyObject *def, PyObject *request, PyObject *function, PyObject *argnames, PyObject *deps)
{
	enum fixture_did did = FIXTURE_NOT;
	int there = is_there(def, request);
	if (there)
		return there > 0 ? FIXTURE_DONE : FIXTURE_NOT;
	PyObject *finalizers = fixture_get(def, F__finalizers), *kwargs = arguments(request, argnames, deps);
	/* Somebody has added some too early: from 9.1 on pytest does not stand that. */
	if (kwargs && finalizers && PyList_Check(finalizers) && PyList_Size(finalizers) == 0)
		did = run(def, request, function, kwargs, deps);
	Py_XDECREF(kwargs);
	Py_XDECREF(finalizers);
	return did;
}

enum fixture_did
fixture_execute(PyObject *def, PyObject *request)
{
	int alone = fixture_alone();
	/* A fixture may have patched pytest. */
	if (alone != 1 || !is_known(def) || !intact(fx.stands_for))
		return alone < 0 ? FIXTURE_FAILED : FIXTURE_NOT;
	PyObject *function = fixture_function(def), *argnames = fixture_get(def, F_argnames), *deps = PyList_New(0);
	enum fixture_did did = !argnames || !deps ? FIXTURE_FAILED : FIXTURE_NOT;
	if (did == FIXTURE_NOT && function && PyTuple_Check(argnames))
		did = depend(request, argnames, deps);
	if (did == FIXTURE_DONE)
		did = set_up(def, request, function, argnames, deps);
	Py_XDECREF(deps);
	Py_XDECREF(argnames);
	Py_XDECREF(function);
	return did;
}

/* ---- finish() ---- */

/* Call the finalizers, last first, as long as all goes well.  Returns what one has raised, or NULL. */
static PyObject *
finalize(PyObject *finalizers)
{
	PyObject *last = NULL, *raised = NULL;
	for (Py_ssize_t n; !raised && (n = PyList_Size(finalizers)) > 0;) {
		PyObject *finalizer = fixture_ref(PyList_GetItem(finalizers, n - 1));
		PyList_SetSlice(finalizers, n - 1, n, NULL);
		Py_XDECREF(last); /* lives as long as in a variable of finish() */
		last = finalizer;
		PyObject *done = PyObject_CallObject(finalizer, NULL);
		if (!done)
			raised = raised_take();
		Py_XDECREF(done);
	}
	Py_XDECREF(last);
	return raised;
}

/* pytest's own function goes on, with a finalizer that raises what one has raised. */
static int
hand_over(PyObject *def, PyObject *request, PyObject *finalizers, PyObject *raised)
{
	PyObject *again = PyObject_CallMethod(fx.host, "raising", "O", raised), *done = NULL;
	if (again && PyList_Append(finalizers, again) == 0)
		done = PyObject_CallFunctionObjArgs(fx.finish, def, request, NULL);
	Py_XDECREF(again);
	Py_XDECREF(done);
	return done ? 0 : -1;
}

static int
finish_well(PyObject *def, PyObject *request, PyObject *finalizers)
{
	PyObject *raised = finalize(finalizers);
	if (!raised) {
		int failed = PyObject_SetAttr(def, fx.name[F_cached_result], Py_None);
		return failed ? failed : PyList_SetSlice(finalizers, 0, PyList_Size(finalizers), NULL);
	}
	int failed = hand_over(def, request, finalizers, raised);
	Py_DECREF(raised);
	return failed;
}

int
fixture_finish(PyObject *def, PyObject *request)
{
	PyObject *finalizers = fixture_get(def, F__finalizers), *cached = fixture_get(def, F_cached_result), *done;
	int failed = -1, alone = fx.late ? fixture_alone() : 1;
	if (finalizers && cached && alone >= 0) {
		if (!PyList_Check(finalizers) || !alone) {
			done = PyObject_CallFunctionObjArgs(fx.finish, def, request, NULL);
			Py_XDECREF(done);
			failed = done ? 0 : -1;
		} else {
			bool finished = cached == Py_None && !fx.late;
			failed = finished ? 0 : finish_well(def, request, finalizers);
		}
	}
	Py_XDECREF(cached);
	Py_XDECREF(finalizers);
	return failed;
}
