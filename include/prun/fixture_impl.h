/* fixture_impl.h: what fixture*.c share; Python.h comes first, nobody else includes it. */
#ifndef PRUN_FIXTURE_IMPL_H
#define PRUN_FIXTURE_IMPL_H

#include <stdbool.h>

#define FIXTURE_EACH_NAME                                                                                              \
	NAME(__code__) NAME(__dict__) NAME(__func__) NAME(__self__) NAME(_arg2fixturedefs) NAME(_arg2scope)            \
	NAME(_finalizers) NAME(_fixture_defs) NAME(_fixturedef) NAME(_is_coroutine) NAME(_is_coroutine_mark)           \
	NAME(_node) NAME(_parent_request) NAME(_pyfuncitem) NAME(_scope) NAME(_scope_field) NAME(addfinalizer)         \
	NAME(argnames) NAME(cached_result) NAME(callspec) NAME(co_flags) NAME(fixturename) NAME(fixturenames)          \
	NAME(func) NAME(funcargs) NAME(getfixturevalue) NAME(indices) NAME(node) NAME(param) NAME(param_index)         \
	NAME(params) NAME(parent) NAME(session)

enum fixture_name {
#define NAME(n) F_##n,
	FIXTURE_EACH_NAME
#undef NAME
	FIXTURE_NAMES
};

/* What the host gives, by the name of its attribute; see py/prun/fast/fixtures.py. */
#define FIXTURE_EACH_GIVEN                                                                                             \
	GIVEN(call) GIVEN(class_type) GIVEN(definition_type) GIVEN(definition_types) GIVEN(fill) GIVEN(finish)         \
	GIVEN(function_type) GIVEN(get_active) GIVEN(getattr) GIVEN(item_type) GIVEN(method_type) GIVEN(module)        \
	GIVEN(module_type) GIVEN(no_param) GIVEN(node_types) GIVEN(own_call) GIVEN(partial) GIVEN(post_finalizer)      \
	GIVEN(request_type) GIVEN(resolve) GIVEN(scopes) GIVEN(session) GIVEN(session_type) GIVEN(stack)               \
	GIVEN(stands_for) GIVEN(sub_type) GIVEN(top_type)

struct fixture_host {
	PyObject *host; /* prun.fast.fixtures.Host; NULL: nothing was exchanged */
	PyObject *name[FIXTURE_NAMES];
#define GIVEN(n) PyObject *n;
	FIXTURE_EACH_GIVEN
#undef GIVEN
	PyObject *pending; /* (definition, exception, its finalizers) of put_off(), or NULL */
	bool raising; /* pytest has been called to raise that */
	int alone; /* only pytest's own functions hear of fixtures; -1: to be asked */
	bool late; /* 8.3 to 9.0: the hook is called by finish(), and requests have no _node */
};

extern struct fixture_host fx;

enum fixture_did {
	FIXTURE_FAILED = -1, /* with an exception */
	FIXTURE_NOT,         /* not for us: pytest's own function does it from the beginning */
	FIXTURE_DONE
};

/* Ranks of pytest's scopes, in the order of host.scopes. */
enum fixture_scope { FUNCTION, CLASS, MODULE, PACKAGE, SESSION };
int fixture_scope(PyObject *scope);

/* A new reference to an attribute. */
PyObject *fixture_get(PyObject *owner, enum fixture_name name);

/* getattr(): likewise.  Most requests have no parameter, and making an AttributeError takes long. */
PyObject *fixture_get_or(PyObject *owner, enum fixture_name name, PyObject *otherwise);

static inline PyObject *
fixture_ref(PyObject *o)
{
	Py_INCREF(o);
	return o;
}

/* May we stand for pytest here: does nobody else hear of fixtures? */
int fixture_alone(void);

/* fixture.c: the definition that `request` gets for a name, set up.  *def: a new reference, if done. */
enum fixture_did fixture_active(PyObject *request, PyObject *name, PyObject **def);

/* fixture_function.c: its function, a new reference; NULL, without an exception, if it is out of the ordinary. */
PyObject *fixture_function(PyObject *def);

/* fixture_def.c: is it "request"? */
bool fixture_is_request(PyObject *name);

/* The value that a definition has for `request`, which asked for `name`: a new reference. */
PyObject *fixture_value(PyObject *request, PyObject *name, PyObject *def);

/* FixtureDef.execute(), .finish() */
enum fixture_did fixture_execute(PyObject *def, PyObject *request);
int fixture_finish(PyObject *def, PyObject *request);

/* In the place of call_fixture_func(): raise what a fixture's function has raised (fx.pending). */
PyObject *fixture_raise(PyObject *self, PyObject *args);
void fixture_drop_pending(void);

#endif
