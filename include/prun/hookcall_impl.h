/* hookcall_impl.h: what the two rooms of hook calls share; Python.h comes first. */
#ifndef PRUN_HOOKCALL_IMPL_H
#define PRUN_HOOKCALL_IMPL_H

#include <stdbool.h>

#include "prun/hookcall.h"

/* What changed in pluggy 1.x, by the number behind the point. */
enum {
	ONE_LIST = 2,     /* wrappers and others are in one list; there are wrappers that return the result */
	COPIES_LIST = 4,  /* what is registered during a call is not called in it */
	OUTCOME_EACH = 6, /* each old-style wrapper has an outcome of its own */
	KEYWORDS = 7,     /* arguments with defaults count */
};

/* The pluggy in use; owned.  One for the process, as HookCaller.__call__ is. */
struct pluggy {
	int minor;
	int depth;           /* frames that count for the recursion limit in pluggy and are not here */
	PyObject *call;      /* HookCaller.__call__ */
	PyObject *multicall; /* _multicall */
	PyObject *hookexec;  /* PluginManager._hookexec */
	PyObject *outcome;   /* Result */
	PyObject *generator; /* the type of generators */
	PyObject *calling;   /* what pluggy has to go on with, */
	PyObject *ending;    /* as long as functions are called and when wrappers are ended */
	PyObject *ours;      /* hookcall_multicall, as plugin managers have it */
};

enum {
	FUNC, SELF, CALL_HISTORY, EXCEPTION, HOOKEXEC, HOOKIMPLS, INNER_HOOKEXEC, NONWRAPPERS, RESULT, WRAPPERS, ARGNAMES,
	FIRSTRESULT, FUNCTION, HOOKWRAPPER, KWARGDEFAULTS, KWARGNAMES, OPTS, SEND, SPEC, WRAPPER,
	STRINGS
};
extern PyObject *hookcall_str[STRINGS];
extern struct pluggy hookcall_pluggy;

/* A wrapper whose generator stands at its first yield; owned. */
struct begun {
	PyObject *impl, *gen;
	bool old; /* is sent an outcome, not the result */
};

/* One call of a hook.  Its arguments are in a dict or as the interpreter passes them. */
struct call {
	PyObject *impls;         /* borrowed; a list */
	PyObject *kwargs;        /* borrowed; or NULL, then these: */
	PyObject *names;         /* borrowed; a tuple */
	PyObject *const *values; /* borrowed */
	int first;               /* the first result is the only one */
	PyObject *result;        /* owned; at first a list, or NULL with `first` */
	PyObject *outcome;       /* owned; what old-style wrappers of pluggy before 1.6 share */
	struct begun few[12], *begun;
	size_t nbegun, size;
	PyObject *resumed; /* owned; implementations that pluggy has to go on with */
};

/*
 * Call the implementations: impls to first are given.  Returns the result, owned; or NULL, when the call has to go
 * on in pluggy with `resumed` and `first`, or with an exception where not even that could be made.
 */
PyObject *hookcall_run(struct call *c);

static inline PyObject *
hookcall_ref(PyObject *o)
{
	Py_INCREF(o);
	return o;
}

#endif
