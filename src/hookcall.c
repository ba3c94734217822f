/*
 * hookcall.c: calls of pluggy's hooks, for as long as nothing goes wrong.
 *
 * Stands in for HookCaller.__call__ and _multicall of pluggy 1.x.  What is here is the way on which every function
 * returns.  At the first exception, second yield or anything else out of the ordinary the call is handed to
 * pluggy's own functions, with stand-ins for what has been called already, which repeat what it returned or raised
 * (py/prun/fast/hooks.py).  So wrappers are ended, exceptions chained, warnings given and tracebacks made by
 * pluggy, whichever release it is, and tracebacks have pluggy's frames as ever.
 *
 * Written for the limited API: no structure of Python's is looked into.
 */
#include "prun/python.h"

#include "prun/compat.h"

#include <stdlib.h>
#include <string.h>

#include "prun/hookcall_impl.h"
#include "prun/raised.h"
#include "prun/xmalloc.h"

enum { MAX_ARGS = 8 };

/* How far the implementation came that pluggy has to go on with; the numbers are hooks.py's. */
enum how {
	UNTOUCHED, /* it was not called */
	RAISED,    /* it raised, or its generator did */
	RETURNED,  /* it is a wrapper, and returned what is no generator */
	STOPPED,   /* its generator did not yield */
	YIELDED,   /* its generator yielded a second time */
	FORCED,    /* it made the outcome an exception */
};

/* ---- what pluggy has to go on with ---- */

/* The wrappers that were begun, as [(implementation, generator)]. */
static PyObject *
begun_list(const struct call *c)
{
	PyObject *list = PyList_New(0);
	for (size_t i = 0; list && i < c->nbegun; i++) {
		PyObject *pair = PyTuple_Pack(2, c->begun[i].impl, c->begun[i].gen);
		if (!pair || PyList_Append(list, pair) < 0)
			Py_CLEAR(list);
		Py_XDECREF(pair);
	}
	return list;
}

/* The implementation at `at` can't be called here, or went wrong.  what: NULL for the exception.  Returns -1. */
static int
stop_calling(struct call *c, PyObject *impl, Py_ssize_t at, enum how how, PyObject *gen, PyObject *what)
{
	PyObject *value = what ? hookcall_ref(what) : raised_take_or_none();
	PyObject *begun = begun_list(c);
	PyObject *left = PyList_GetSlice(c->impls, 0, at);
	if (begun && left)
		c->resumed = PyObject_CallFunction(hookcall_pluggy.calling, "OOiOOOO", left, impl, (int)how, gen ? gen : Py_None,
						   value, begun, c->result ? c->result : Py_None);
	Py_XDECREF(left);
	Py_XDECREF(begun);
	Py_DECREF(value);
	return -1;
}

/* The wrapper `b` went wrong when it was ended, and those that were begun before it are to be.  Returns -1. */
static int
stop_ending(struct call *c, const struct begun *b, enum how how, PyObject *what)
{
	PyObject *value = what ? hookcall_ref(what) : raised_take_or_none();
	PyObject *begun = begun_list(c);
	if (begun)
		c->resumed = PyObject_CallFunction(hookcall_pluggy.ending, "OOiOOOi", b->impl, b->gen, (int)how, value,
						   begun, c->result, c->outcome != NULL);
	Py_XDECREF(begun);
	Py_DECREF(value);
	c->first = 1; /* the one result is the result, not a list with it */
	return -1;
}

/* ---- calling ---- */

/* An argument of the call, as a new reference; NULL, without an exception, if it has none of that name. */
static PyObject *
argument(const struct call *c, PyObject *name)
{
	PyObject *value = NULL;
	if (c->kwargs) {
		value = PyDict_GetItemWithError(c->kwargs, name);
	} else {
		Py_ssize_t n = PyTuple_Size(c->names);
		/* Names in code are interned, nearly always. */
		for (Py_ssize_t i = 0; i < n && !value; i++)
			if (PyTuple_GetItem(c->names, i) == name)
				value = c->values[i];
		for (Py_ssize_t i = 0; i < n && !value; i++)
			if (PyObject_RichCompareBool(PyTuple_GetItem(c->names, i), name, Py_EQ) == 1)
				value = c->values[i];
	}
	if (!value)
		PyErr_Clear();
	Py_XINCREF(value);
	return value;
}

/* Those arguments of `names` that the call has, as a dict; NULL on error. */
static PyObject *
keywords(const struct call *c, PyObject *names)
{
	PyObject *dict = PyDict_New();
	for (Py_ssize_t i = 0; dict && i < PyTuple_Size(names); i++) {
		PyObject *name = PyTuple_GetItem(names, i);
		PyObject *value = argument(c, name);
		if (value && PyDict_SetItem(dict, name, value) < 0)
			Py_CLEAR(dict);
		Py_XDECREF(value);
	}
	return dict;
}

static PyObject *
call_with(PyObject *f, PyObject **arg, Py_ssize_t n, PyObject *kwargs)
{
	if (!kwargs) /* the first NULL ends the arguments */
		return PyObject_CallFunctionObjArgs(f, arg[0], arg[1], arg[2], arg[3], arg[4], arg[5], arg[6], arg[7], NULL);
	PyObject *args = PyTuple_New(n);
	for (Py_ssize_t i = 0; args && i < n; i++)
		PyTuple_SetItem(args, i, hookcall_ref(arg[i]));
	PyObject *result = args ? PyObject_Call(f, args, kwargs) : NULL;
	Py_XDECREF(args);
	return result;
}

/* Call its function with the arguments that it asks for.  NULL: it raised, or *called was not set. */
static PyObject *
call_function(const struct call *c, PyObject *impl, bool *called)
{
	PyObject *arg[MAX_ARGS + 1] = {NULL}, *result = NULL, *kwargs = NULL, *kwnames = NULL;
	PyObject *f = PyObject_GetAttr(impl, hookcall_str[FUNCTION]);
	PyObject *names = PyObject_GetAttr(impl, hookcall_str[ARGNAMES]);
	Py_ssize_t i, n = f && names && PyTuple_Check(names) ? PyTuple_Size(names) : MAX_ARGS + 1;
	for (i = 0; n <= MAX_ARGS && i < n; i++)
		if (!(arg[i] = argument(c, PyTuple_GetItem(names, i))))
			break;
	bool ok = i == n;
	if (ok && hookcall_pluggy.minor >= KEYWORDS) {
		kwnames = PyObject_GetAttr(impl, hookcall_str[KWARGNAMES]);
		ok = kwnames && PyTuple_Check(kwnames);
		if (ok && PyTuple_Size(kwnames) > 0)
			ok = (kwargs = keywords(c, kwnames)) != NULL;
	}
	*called = ok;
	if (ok)
		result = call_with(f, arg, n, kwargs);
	else
		PyErr_Clear();
	for (i = 0; i < MAX_ARGS && arg[i]; i++)
		Py_DECREF(arg[i]);
	Py_XDECREF(f);
	Py_XDECREF(names);
	Py_XDECREF(kwnames);
	Py_XDECREF(kwargs);
	return result;
}

/* Whether the attribute is true; -1 if that is not known, without an exception. */
static int
flag(PyObject *o, PyObject *name)
{
	PyObject *value = PyObject_GetAttr(o, name);
	int is = !value ? -1 : value == Py_False ? 0 : value == Py_True ? 1 : PyObject_IsTrue(value);
	Py_XDECREF(value);
	if (is < 0)
		PyErr_Clear();
	return is;
}

/* PySendResult's values. */
enum sent { ENDED = 0, FAILED = -1, AT_YIELD = 1 };

/* Of the stable ABI since 3.10; makes no StopIteration where it is there. */
extern int PyIter_Send(PyObject *gen, PyObject *arg, PyObject **value) __attribute__((weak));

static enum sent
advance(PyObject *gen, PyObject *arg, PyObject **value)
{
	if (PyIter_Send)
		return (enum sent)PyIter_Send(gen, arg, value);
	*value = PyObject_CallMethodObjArgs(gen, hookcall_str[SEND], arg, NULL);
	if (*value)
		return AT_YIELD;
	if (!PyErr_ExceptionMatches(PyExc_StopIteration))
		return FAILED;
	PyObject *stop = raised_take_or_none();
	*value = PyObject_GetAttrString(stop, "value");
	Py_DECREF(stop);
	return *value ? ENDED : FAILED;
}

/* Takes over `gen`. */
static void
begin(struct call *c, PyObject *impl, PyObject *gen, bool old)
{
	if (c->nbegun == c->size) {
		struct begun *more = xcalloc(c->size * 2, sizeof(*more));
		memcpy(more, c->begun, c->nbegun * sizeof(*more));
		if (c->begun != c->few)
			free(c->begun);
		c->begun = more;
		c->size *= 2;
	}
	c->begun[c->nbegun++] = (struct begun){hookcall_ref(impl), gen, old};
}

/* What a wrapper's function returned is at `gen`, which is taken over.  0, or -1 when pluggy has to go on. */
static int
first_yield(struct call *c, PyObject *impl, Py_ssize_t at, PyObject *gen, bool old)
{
	PyObject *value = NULL;
	int r = 0;
	if ((PyObject *)Py_TYPE(gen) != hookcall_pluggy.generator) {
		r = stop_calling(c, impl, at, RETURNED, NULL, gen);
	} else {
		switch (advance(gen, Py_None, &value)) {
		case AT_YIELD:
			begin(c, impl, hookcall_ref(gen), old);
			break;
		case ENDED:
			r = stop_calling(c, impl, at, STOPPED, gen, value);
			break;
		case FAILED:
			r = stop_calling(c, impl, at, RAISED, gen, NULL);
		}
	}
	Py_XDECREF(value);
	Py_DECREF(gen);
	return r;
}

/* 0: go on; 1: enough; -1: pluggy has to go on. */
static int
call_one(struct call *c, PyObject *impl, Py_ssize_t at)
{
	bool called;
	int old = flag(impl, hookcall_str[HOOKWRAPPER]);
	int wrapper = old || hookcall_pluggy.minor < ONE_LIST ? 0 : flag(impl, hookcall_str[WRAPPER]);
	if (old < 0 || wrapper < 0)
		return stop_calling(c, impl, at, UNTOUCHED, NULL, Py_None);
	PyObject *result = call_function(c, impl, &called);
	if (!result)
		return stop_calling(c, impl, at, called ? RAISED : UNTOUCHED, NULL, called ? NULL : Py_None);
	if (old || wrapper)
		return first_yield(c, impl, at, result, old);
	int r = 0;
	if (result != Py_None && c->first) {
		c->result = hookcall_ref(result);
		r = 1;
	} else if (result != Py_None && PyList_Append(c->result, result) < 0) {
		r = stop_calling(c, impl, at, RAISED, NULL, NULL);
	}
	Py_DECREF(result);
	return r;
}

/* As reversed() does it, which a list that changes does not disturb. */
static int
call_all(struct call *c)
{
	int r = 0;
	for (Py_ssize_t i = PyList_Size(c->impls) - 1; !r && i >= 0 && i < PyList_Size(c->impls); i--) {
		PyObject *impl = hookcall_ref(PyList_GetItem(c->impls, i));
		r = call_one(c, impl, i);
		Py_DECREF(impl);
	}
	return r < 0 ? -1 : 0;
}

/* ---- ending ---- */

static void
replace(PyObject **place, PyObject *o)
{
	PyObject *old = *place;
	*place = o;
	Py_XDECREF(old);
}

/* The wrapper returned this. */
static int
take_result(struct call *c, PyObject *value)
{
	replace(&c->result, value);
	return c->outcome ? PyObject_SetAttr(c->outcome, hookcall_str[RESULT], value) : 0;
}

static int
end_new(struct call *c, const struct begun *b)
{
	PyObject *value = NULL;
	switch (advance(b->gen, c->result, &value)) {
	case ENDED:
		if (take_result(c, value) == 0)
			return 0;
		value = NULL; /* fall through */
	case FAILED:
		return stop_ending(c, b, RAISED, NULL);
	default:;
		int r = stop_ending(c, b, YIELDED, value);
		Py_DECREF(value);
		return r;
	}
}

/* The wrapper is done with the outcome: the result is in it, unless it made it an exception. */
static int
read_outcome(struct call *c, const struct begun *b, PyObject *outcome)
{
	PyObject *error = PyObject_GetAttr(outcome, hookcall_str[EXCEPTION]);
	PyObject *result = error ? PyObject_GetAttr(outcome, hookcall_str[RESULT]) : NULL;
	int r = 0;
	if (!result)
		r = stop_ending(c, b, RAISED, NULL);
	else if (error != Py_None)
		r = stop_ending(c, b, FORCED, outcome);
	else
		replace(&c->result, hookcall_ref(result));
	Py_XDECREF(error);
	Py_XDECREF(result);
	return r;
}

static int
end_old(struct call *c, const struct begun *b)
{
	PyObject *value = NULL;
	PyObject *outcome = c->outcome ? hookcall_ref(c->outcome)
				       : PyObject_CallFunctionObjArgs(hookcall_pluggy.outcome, c->result, Py_None, NULL);
	enum sent sent = outcome ? advance(b->gen, outcome, &value) : FAILED;
	int r = sent == ENDED ? read_outcome(c, b, outcome) : stop_ending(c, b, sent == FAILED ? RAISED : YIELDED, value);
	if (hookcall_pluggy.minor < OUTCOME_EACH && !c->outcome && outcome)
		c->outcome = hookcall_ref(outcome);
	Py_XDECREF(value);
	Py_XDECREF(outcome);
	return r;
}

static int
end_all(struct call *c)
{
	int r = 0;
	while (!r && c->nbegun > 0) {
		struct begun b = c->begun[--c->nbegun];
		r = b.old ? end_old(c, &b) : end_new(c, &b);
		Py_DECREF(b.impl);
		Py_DECREF(b.gen);
	}
	return r;
}

/* ---- the whole call ---- */

PyObject *
hookcall_run(struct call *c)
{
	c->begun = c->few;
	c->size = sizeof(c->few) / sizeof(*c->few);
	if (!c->first && !(c->result = PyList_New(0)))
		return NULL;
	int r = call_all(c);
	if (r == 0) {
		if (!c->result)
			c->result = hookcall_ref(Py_None);
		r = end_all(c);
	}
	for (size_t i = 0; i < c->nbegun; i++) {
		Py_DECREF(c->begun[i].impl);
		Py_DECREF(c->begun[i].gen);
	}
	if (c->begun != c->few)
		free(c->begun);
	Py_XDECREF(c->outcome);
	if (r < 0)
		Py_CLEAR(c->result);
	return c->result;
}
