/* hookcall_pluggy.c: where pluggy calls us, and where we call it. */
#include "prun/python.h"

#include "prun/compat.h"

#include "prun/hookcall_impl.h"

#ifndef METH_FASTCALL /* Python 3.9's limited API has it, but not by name */
#define METH_FASTCALL 0x0080
#endif

struct pluggy hookcall_pluggy;
PyObject *hookcall_str[STRINGS];

/*
 * A call that was begun here and goes on in pluggy.  HookCaller.__call__ is called, so that its frame is there, and
 * comes back to hookcall_multicall(), which knows the call by the thread and the arguments.
 */
struct handed {
	PyThreadState *thread;
	struct call *call;
	struct handed *next;
};
static struct handed *handed;

static bool
same_arguments(const struct call *c, PyObject *kwargs)
{
	Py_ssize_t n = PyTuple_Size(c->names);
	if (!PyDict_CheckExact(kwargs) || PyDict_Size(kwargs) != n)
		return false;
	for (Py_ssize_t i = 0; i < n; i++)
		if (PyDict_GetItemWithError(kwargs, PyTuple_GetItem(c->names, i)) != c->values[i])
			return false;
	return true;
}

/* The call that comes back, or NULL.  Each comes back once. */
static struct call *
coming_back(PyObject *kwargs)
{
	for (struct handed **p = &handed; *p; p = &(*p)->next) {
		struct call *c = (*p)->call;
		if ((*p)->thread != PyThreadState_Get() || !same_arguments(c, kwargs))
			continue;
		*p = (*p)->next;
		return c;
	}
	return NULL;
}

/* Call HookCaller.__call__, at the depth at which it would be without us. */
static PyObject *
own_call(PyObject *hook, PyObject *const *args, Py_ssize_t nargs, PyObject *names)
{
	PyObject *tuple = PyTuple_New(nargs + 1), *dict = PyDict_New(), *result = NULL;
	Py_ssize_t n = PyTuple_Size(names);
	bool ok = tuple && dict;
	for (Py_ssize_t i = 0; ok && i < nargs; i++)
		PyTuple_SetItem(tuple, i + 1, hookcall_ref(args[i]));
	for (Py_ssize_t i = 0; ok && i < n; i++)
		ok = PyDict_SetItem(dict, PyTuple_GetItem(names, i), args[nargs + i]) == 0;
	if (ok) {
		PyTuple_SetItem(tuple, 0, hookcall_ref(hook));
		if (hookcall_pluggy.depth)
			Py_LeaveRecursiveCall();
		result = PyObject_Call(hookcall_pluggy.call, tuple, dict);
		if (hookcall_pluggy.depth && Py_EnterRecursiveCall("")) /* never, as it was entered before */
			Py_CLEAR(result);
	}
	Py_XDECREF(tuple);
	Py_XDECREF(dict);
	return result;
}

static PyObject *
go_on(PyObject *hook, struct call *c)
{
	struct handed here = {PyThreadState_Get(), c, handed};
	handed = &here;
	PyObject *result = own_call(hook, c->values, 0, c->names);
	for (struct handed **p = &handed; *p; p = &(*p)->next)
		if (*p == &here) { /* it did not get as far */
			*p = here.next;
			break;
		}
	return result;
}

/* ---- HookCaller.__call__ ---- */

/* Is it a hook of a plugin manager that has us for its _multicall?  No exception is left. */
static bool
ours(PyObject *hook)
{
	PyObject *method = PyObject_GetAttr(hook, hookcall_str[HOOKEXEC]);
	PyObject *f = method ? PyObject_GetAttr(method, hookcall_str[FUNC]) : NULL;
	PyObject *manager = f == hookcall_pluggy.hookexec ? PyObject_GetAttr(method, hookcall_str[SELF]) : NULL;
	PyObject *inner = manager ? PyObject_GetAttr(manager, hookcall_str[INNER_HOOKEXEC]) : NULL;
	bool is = inner && inner == hookcall_pluggy.ours;
	Py_XDECREF(inner);
	Py_XDECREF(manager);
	Py_XDECREF(f);
	Py_XDECREF(method);
	return is;
}

/* Are all arguments there that the specification has, and no defaults to be filled in? */
static bool
complete(PyObject *spec, PyObject *names)
{
	if (hookcall_pluggy.minor >= KEYWORDS) {
		PyObject *defaults = PyObject_GetAttr(spec, hookcall_str[KWARGDEFAULTS]);
		bool none = defaults && PyDict_Check(defaults) && PyDict_Size(defaults) == 0;
		Py_XDECREF(defaults);
		if (!none)
			return false;
	}
	PyObject *wanted = PyObject_GetAttr(spec, hookcall_str[ARGNAMES]);
	bool all = wanted && PyTuple_Check(wanted);
	for (Py_ssize_t i = 0; all && i < PyTuple_Size(wanted); i++)
		all = PySequence_Contains(names, PyTuple_GetItem(wanted, i)) == 1;
	Py_XDECREF(wanted);
	return all;
}

/* The specification's firstresult; -1 if what it says is not fit for us. */
static int
first_only(PyObject *hook, PyObject *names)
{
	PyObject *spec = PyObject_GetAttr(hook, hookcall_str[SPEC]);
	PyObject *opts = NULL, *first = NULL;
	int is = spec == Py_None ? 0 : -1;
	if (spec && is < 0 && complete(spec, names)) {
		opts = PyObject_GetAttr(spec, hookcall_str[OPTS]);
		if (opts && PyDict_Check(opts)) {
			first = PyDict_GetItemWithError(opts, hookcall_str[FIRSTRESULT]);
			is = first ? PyObject_IsTrue(first) : 0;
		}
	}
	Py_XDECREF(opts);
	Py_XDECREF(spec);
	return is;
}

/* The list that pluggy would pass on; owned. */
static PyObject *
implementations(PyObject *hook)
{
	PyObject *list = NULL, *more;
	if (hookcall_pluggy.minor >= ONE_LIST) {
		list = PyObject_GetAttr(hook, hookcall_str[HOOKIMPLS]);
		if (!list || hookcall_pluggy.minor < COPIES_LIST)
			return list;
		more = PyList_GetSlice(list, 0, PyList_Size(list));
		Py_DECREF(list);
		return more;
	}
	list = PyObject_GetAttr(hook, hookcall_str[NONWRAPPERS]);
	more = list ? PyObject_GetAttr(hook, hookcall_str[WRAPPERS]) : NULL;
	PyObject *all = more ? PySequence_Concat(list, more) : NULL;
	Py_XDECREF(list);
	Py_XDECREF(more);
	return all;
}

/* Fill in c->impls, owned, and c->first.  false, without an exception: this call is pluggy's from the start. */
static bool
prepare(PyObject *hook, struct call *c)
{
	PyObject *history = NULL;
	bool fit = ours(hook) && (history = PyObject_GetAttr(hook, hookcall_str[CALL_HISTORY])) == Py_None &&
		   (c->first = first_only(hook, c->names)) >= 0 && (c->impls = implementations(hook)) &&
		   PyList_CheckExact(c->impls);
	Py_XDECREF(history);
	if (!fit)
		PyErr_Clear();
	return fit;
}

/* Enter as many levels of the recursion limit as pluggy's frames would.  false: it is reached, with none entered. */
static bool
deepen(void)
{
	for (int i = 0; i < hookcall_pluggy.depth; i++)
		if (Py_EnterRecursiveCall("")) {
			PyErr_Clear();
			while (i-- > 0)
				Py_LeaveRecursiveCall();
			return false;
		}
	return true;
}

static PyObject *
call_hook(PyObject *hook, PyObject *const *args, Py_ssize_t nargs, PyObject *names)
{
	struct call c = {.names = names ? hookcall_ref(names) : PyTuple_New(0), .values = args};
	PyObject *result = NULL;
	if (nargs || !c.names || !prepare(hook, &c) || !deepen()) {
		if (c.names)
			result = own_call(hook, args, nargs, c.names);
	} else {
		result = hookcall_run(&c);
		for (int i = 0; i < hookcall_pluggy.depth; i++)
			Py_LeaveRecursiveCall();
		if (c.resumed)
			result = go_on(hook, &c);
	}
	Py_XDECREF(c.resumed);
	Py_XDECREF(c.impls);
	Py_XDECREF(c.names);
	return result;
}

/* ---- _multicall ---- */

static PyObject *
own_multicall(PyObject *name, PyObject *impls, PyObject *kwargs, PyObject *first)
{
	return PyObject_CallFunctionObjArgs(hookcall_pluggy.multicall, name, impls, kwargs, first, NULL);
}

const char hookcall_multicall_doc[] =
    "multicall(hook_name, hook_impls, caller_kwargs, firstresult)\n--\n\npluggy's _multicall().";

PyObject *
hookcall_multicall(PyObject *self, PyObject *args, PyObject *keywords)
{
	static char *names[] = {"hook_name", "hook_impls", "caller_kwargs", "firstresult", NULL};
	PyObject *name, *first;
	struct call c = {0};
	(void)self;
	if (!PyArg_ParseTupleAndKeywords(args, keywords, "OOOO", names, &name, &c.impls, &c.kwargs, &first))
		return NULL;
	struct call *back = coming_back(c.kwargs);
	if (back)
		return own_multicall(name, back->resumed, c.kwargs, back->first ? Py_True : Py_False);
	c.first = PyObject_IsTrue(first);
	if (c.first < 0 || !PyList_CheckExact(c.impls) || !PyDict_CheckExact(c.kwargs)) {
		PyErr_Clear();
		return own_multicall(name, c.impls, c.kwargs, first);
	}
	PyObject *result = hookcall_run(&c);
	if (c.resumed)
		result = own_multicall(name, c.resumed, c.kwargs, c.first ? Py_True : Py_False);
	Py_XDECREF(c.resumed);
	return result;
}

const char hookcall_reraise_doc[] =
    "reraise(exceptions, *ignored, **ignored)\n--\n\n"
    "Take the exception out of the list that it is in, and raise it as it is, without a frame.";

PyObject *
hookcall_reraise(PyObject *self, PyObject *args, PyObject *keywords)
{
	PyObject *list = PyTuple_Size(args) > 0 ? PyTuple_GetItem(args, 0) : NULL;
	(void)self;
	(void)keywords;
	if (!list || !PyList_Check(list) || PyList_Size(list) != 1 || !PyExceptionInstance_Check(PyList_GetItem(list, 0)))
		return PyErr_Format(PyExc_TypeError, "reraise() takes a list with an exception");
	PyObject *exception = hookcall_ref(PyList_GetItem(list, 0));
	PyList_SetSlice(list, 0, 1, NULL);
	PyErr_Restore(hookcall_ref((PyObject *)Py_TYPE(exception)), exception, PyException_GetTraceback(exception));
	return NULL;
}

/* ---- setting it up ---- */

static int
intern(void)
{
	static const char *const text[STRINGS] = {
	    [FUNC] = "__func__",
	    [SELF] = "__self__",
	    [CALL_HISTORY] = "_call_history",
	    [EXCEPTION] = "_exception",
	    [HOOKEXEC] = "_hookexec",
	    [HOOKIMPLS] = "_hookimpls",
	    [INNER_HOOKEXEC] = "_inner_hookexec",
	    [NONWRAPPERS] = "_nonwrappers",
	    [RESULT] = "_result",
	    [WRAPPERS] = "_wrappers",
	    [ARGNAMES] = "argnames",
	    [FIRSTRESULT] = "firstresult",
	    [FUNCTION] = "function",
	    [HOOKWRAPPER] = "hookwrapper",
	    [KWARGDEFAULTS] = "kwargdefaults",
	    [KWARGNAMES] = "kwargnames",
	    [OPTS] = "opts",
	    [SEND] = "send",
	    [SPEC] = "spec",
	    [WRAPPER] = "wrapper",
	};
	for (int i = 0; i < STRINGS; i++) {
		const char *s = i == EXCEPTION && hookcall_pluggy.minor < ONE_LIST ? "_excinfo" : text[i];
		if (!(hookcall_str[i] = PyUnicode_InternFromString(s)))
			return -1;
	}
	return 0;
}

const char hookcall_set_doc[] =
    "hookcall(minor, depth, HookCaller, multicall, hookexec, Result, generator, calling, ending, ours)\n--\n\n"
    "Returns what can be HookCaller.__call__.  To be called once.\n\n"
    "minor: of pluggy 1.x; depth: levels of the recursion limit that a call has with pluggy's functions and not\n"
    "without; multicall, hookexec: pluggy's own; generator: the type; calling, ending: see fast/hooks.py;\n"
    "ours: _prun.multicall.";

PyObject *
hookcall_set(PyObject *self, PyObject *args)
{
	static PyMethodDef call = {"__call__", (PyCFunction)(void (*)(void))call_hook, METH_FASTCALL | METH_KEYWORDS,
				   "Call the hook."};
	struct pluggy *p = &hookcall_pluggy;
	PyObject *type;
	(void)self;
	if (!PyArg_ParseTuple(args, "iiO!OOOOOOO", &p->minor, &p->depth, &PyType_Type, &type, &p->multicall, &p->hookexec,
			      &p->outcome, &p->generator, &p->calling, &p->ending, &p->ours) ||
	    intern() < 0 || !(p->call = PyObject_GetAttrString(type, "__call__")))
		return NULL;
	PyObject *kept[] = {p->multicall, p->hookexec, p->outcome, p->generator, p->calling, p->ending, p->ours, NULL};
	for (PyObject **k = kept; *k; k++)
		Py_INCREF(*k);
	return PyDescr_NewMethod((PyTypeObject *)type, &call);
}
