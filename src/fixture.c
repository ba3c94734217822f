/* fixture.c: which definition a request gets for a name: FixtureRequest._get_active_fixturedef(), _fillfixtures(). */
#include "prun/python.h"

#include "prun/compat.h"

#include "prun/fixture.h"
#include "prun/fixture_impl.h"
#include "prun/intact.h"

struct fixture_host fx = {.alone = -1};

PyObject *
fixture_get(PyObject *owner, enum fixture_name name)
{
	return PyObject_GetAttr(owner, fx.name[name]);
}

PyObject *
fixture_get_or(PyObject *owner, enum fixture_name name, PyObject *otherwise)
{
	return PyObject_CallFunctionObjArgs(fx.getattr, owner, fx.name[name], otherwise, NULL);
}

int
fixture_scope(PyObject *scope)
{
	for (int i = FUNCTION; i <= SESSION; i++)
		if (PyTuple_GetItem(fx.scopes, i) == scope)
			return i;
	return -1;
}

int
fixture_alone(void)
{
	if (fx.alone < 0) {
		PyObject *is = PyObject_CallMethod(fx.host, "alone", NULL);
		fx.alone = is ? PyObject_IsTrue(is) : -1;
		Py_XDECREF(is);
	}
	return fx.alone;
}

int
fixture_look_around(void)
{
	return fx.host && fixture_alone() < 0 ? -1 : 0;
}

void
fixture_ask_again(void)
{
	fx.alone = -1;
}

/* ---- what a request knows ---- */

static bool
is_sub(PyObject *request)
{
	return (PyObject *)Py_TYPE(request) == fx.sub_type;
}

/* Is it one of an item of this session that is a plain function? */
static int
is_ours(PyObject *request)
{
	if (!is_sub(request) && (PyObject *)Py_TYPE(request) != fx.top_type)
		return 0;
	PyObject *item = fixture_get(request, F__pyfuncitem), *session = NULL;
	bool ours = item && (PyObject *)Py_TYPE(item) == fx.item_type &&
		    (session = fixture_get(item, F_session)) == fx.session;
	Py_XDECREF(session);
	Py_XDECREF(item);
	return PyErr_Occurred() ? -1 : ours;
}

/* SubRequest._check_scope(): may it have a fixture of this scope? */
static int
is_in_scope(PyObject *request, PyObject *scope)
{
	if (!is_sub(request))
		return 1;
	PyObject *own = fixture_get(request, F__scope_field);
	if (!own)
		return -1;
	int wanted = fixture_scope(scope), has = fixture_scope(own);
	Py_DECREF(own);
	return wanted >= 0 && has >= 0 && has <= wanted;
}

/* How many definitions of this name are being asked already, from the request up; -1 with an exception. */
static Py_ssize_t
times_asked(PyObject *request, PyObject *name)
{
	Py_ssize_t n = 0;
	for (PyObject *r = fixture_ref(request), *up; r; r = up) {
		if (!is_sub(r)) {
			Py_DECREF(r);
			return n;
		}
		PyObject *other = fixture_get(r, F_fixturename);
		int same = other ? other == name || PyObject_RichCompareBool(other, name, Py_EQ) : -1;
		Py_XDECREF(other);
		n += same > 0;
		up = same < 0 ? NULL : fixture_get(r, F__parent_request);
		Py_DECREF(r);
	}
	return -1;
}

/* The definition of a name that the request gets: borrowed; NULL if there is none, or with an exception. */
static PyObject *
choose(PyObject *request, PyObject *name)
{
	PyObject *all = fixture_get(request, F__arg2fixturedefs), *list, *chosen = NULL;
	Py_ssize_t asked;
	if (all && PyDict_Check(all) && (list = PyDict_GetItemWithError(all, name)) &&
	    (PyList_Check(list) || PyTuple_Check(list)) && (asked = times_asked(request, name)) >= 0 &&
	    asked < PySequence_Size(list)) {
		chosen = PySequence_GetItem(list, PySequence_Size(list) - 1 - asked);
		Py_XDECREF(chosen); /* the list has it */
	}
	Py_XDECREF(all);
	return chosen;
}

/* ---- a new request ---- */

struct param {
	PyObject *value; /* NULL: none */
	PyObject *index, *scope;
};

static void
param_release(struct param *p)
{
	Py_XDECREF(p->value);
	Py_XDECREF(p->index);
	Py_XDECREF(p->scope);
}

/* A new reference to an element of a dict that is an attribute; NULL with an exception. */
static PyObject *
element(PyObject *owner, enum fixture_name name, PyObject *key)
{
	PyObject *dict = fixture_get(owner, name), *value = dict ? PyObject_GetItem(dict, key) : NULL;
	Py_XDECREF(dict);
	return value;
}

/* With which parameter, if any, the item wants `name`, and for how long it lasts. */
static enum fixture_did
find_param(PyObject *item, PyObject *name, PyObject *def, struct param *p)
{
	PyObject *callspec = fixture_get_or(item, F_callspec, Py_None), *params = NULL;
	int has = callspec ? 0 : -1;
	if (callspec && callspec != Py_None)
		has = (params = fixture_get(callspec, F_params)) ? PySequence_Contains(params, name) : -1;
	Py_XDECREF(params);
	if (has > 0) {
		p->value = element(callspec, F_params, name);
		p->index = element(callspec, F_indices, name);
		p->scope = element(callspec, F__arg2scope, name);
	} else if (has == 0 && (params = fixture_get(def, F_params))) {
		has = params == Py_None ? 0 : 2;
		Py_DECREF(params);
		p->index = PyLong_FromLong(0);
		p->scope = fixture_get(def, F__scope);
	}
	Py_XDECREF(callspec);
	if (PyErr_Occurred())
		return FIXTURE_FAILED;
	/* 2: pytest has to say that it wants a parameter; NOTSET is none. */
	return has == 2 || p->value == fx.no_param ? FIXTURE_NOT : FIXTURE_DONE;
}

/* get_scope_node(): the node that a fixture of this scope belongs to; borrowed; NULL if that is not for us. */
static PyObject *
node_of(PyObject *item, int scope)
{
	PyObject *type = scope == CLASS ? fx.class_type : scope == MODULE ? fx.module_type : fx.session_type;
	if (scope == FUNCTION)
		return item;
	if (scope < 0 || scope == PACKAGE)
		return NULL;
	for (PyObject *node = fixture_ref(item), *up; node && node != Py_None; node = up) {
		if (PyType_IsSubtype(Py_TYPE(node), (PyTypeObject *)type)) {
			Py_DECREF(node); /* the item has it */
			return node;
		}
		up = fixture_get(node, F_parent);
		Py_DECREF(node);
	}
	return scope == CLASS && !PyErr_Occurred() ? item : NULL;
}

static int
set(PyObject *owner, enum fixture_name name, PyObject *value)
{
	return PyObject_SetAttr(owner, fx.name[name], value);
}

static int
copy(PyObject *to, PyObject *from, enum fixture_name name)
{
	PyObject *value = fixture_get(from, name);
	int failed = value ? set(to, name, value) : -1;
	Py_XDECREF(value);
	return failed;
}

/* SubRequest(request, …), attributes in the order of its constructor. */
static PyObject *
new_request(PyObject *request, PyObject *name, PyObject *item, PyObject *def, const struct param *p, PyObject *node)
{
	PyObject *sub = PyType_GenericAlloc((PyTypeObject *)fx.sub_type, 0);
	if (!sub)
		return NULL;
	if (set(sub, F_fixturename, name) < 0 || set(sub, F__pyfuncitem, item) < 0 ||
	    copy(sub, request, F__arg2fixturedefs) < 0 || copy(sub, request, F__fixture_defs) < 0 ||
	    set(sub, F__parent_request, request) < 0 || (fx.late && set(sub, F__scope_field, p->scope) < 0) ||
	    set(sub, F__fixturedef, def) < 0 || (p->value && set(sub, F_param, p->value) < 0) ||
	    set(sub, F_param_index, p->index) < 0 || (!fx.late && set(sub, F__scope_field, p->scope) < 0) ||
	    (!fx.late && set(sub, F__node, node) < 0))
		Py_CLEAR(sub);
	return sub;
}

/* ---- getting it ---- */

static enum fixture_did
set_up(PyObject *request, PyObject *name, PyObject *item, PyObject *def)
{
	struct param p = {0};
	PyObject *own = fixture_get(def, F__scope), *sub = NULL, *node;
	enum fixture_did did = own ? find_param(item, name, def, &p) : FIXTURE_FAILED;
	/* A parameter that lasts longer or shorter than what it is for: releases differ about who may ask for it. */
	if (did == FIXTURE_DONE && p.scope != own)
		did = FIXTURE_NOT;
	if (did == FIXTURE_DONE)
		did = (enum fixture_did)is_in_scope(request, own);
	if (did == FIXTURE_DONE && !(node = node_of(item, fixture_scope(own))))
		did = PyErr_Occurred() ? FIXTURE_FAILED : FIXTURE_NOT;
	if (did == FIXTURE_DONE && !(sub = new_request(request, name, item, def, &p, node)))
		did = FIXTURE_FAILED;
	if (did == FIXTURE_DONE)
		did = fixture_execute(def, sub);
	Py_XDECREF(sub);
	Py_XDECREF(own);
	param_release(&p);
	return did;
}

/* One that this item has had already. */
static enum fixture_did
had(PyObject *request, PyObject *def)
{
	PyObject *scope = fixture_get(def, F__scope);
	int may = scope ? is_in_scope(request, scope) : -1;
	Py_XDECREF(scope);
	return (enum fixture_did)may;
}

static enum fixture_did
get(PyObject *request, PyObject *name, PyObject *item, PyObject *defs, PyObject **def)
{
	enum fixture_did did = FIXTURE_NOT;
	PyObject *found = PyDict_GetItemWithError(defs, name);
	bool has = found;
	if (!found && !PyErr_Occurred())
		found = choose(request, name);
	if (!found)
		return PyErr_Occurred() ? FIXTURE_FAILED : FIXTURE_NOT;
	Py_INCREF(found);
	did = has ? had(request, found) : set_up(request, name, item, found);
	if (did == FIXTURE_DONE && !has && PyDict_SetItem(defs, name, found) < 0)
		did = FIXTURE_FAILED;
	if (did == FIXTURE_DONE)
		*def = found;
	else
		Py_DECREF(found);
	return did;
}

enum fixture_did
fixture_active(PyObject *request, PyObject *name, PyObject **def)
{
	enum fixture_did did = FIXTURE_NOT;
	if (!PyUnicode_Check(name) || fixture_is_request(name))
		return FIXTURE_NOT;
	PyObject *item = fixture_get(request, F__pyfuncitem), *defs = fixture_get(request, F__fixture_defs);
	if (!item || !defs)
		did = FIXTURE_FAILED;
	else if (PyDict_Check(defs))
		did = get(request, name, item, defs, def);
	Py_XDECREF(item);
	Py_XDECREF(defs);
	return did;
}

/* ---- methods, as pytest has them ---- */

/* Is the node that the request is for set up, and not torn down yet? */
static int
is_active(PyObject *request)
{
	PyObject *item = fixture_get(request, F__pyfuncitem), *node = item, *key, *value;
	Py_ssize_t at = 0;
	int is = 0;
	if (item && is_sub(request)) {
		PyObject *scope = fixture_get(request, F__scope_field);
		node = scope ? node_of(item, fixture_scope(scope)) : NULL;
		Py_XDECREF(scope);
	}
	while (!is && node && PyDict_Next(fx.stack, &at, &key, &value))
		is = key == node;
	Py_XDECREF(item);
	return PyErr_Occurred() ? -1 : is;
}

static int
may_enter(PyObject *request)
{
	int may = is_ours(request);
	if (may == 1)
		may = intact(fx.stands_for);
	if (may == 1)
		may = fixture_alone();
	return may == 1 ? is_active(request) : may;
}

/*
 * pytest's own function; if a fixture has raised, that exception is raised on its way.  On that way pytest asks once
 * more for what the fixture depends on, and comes by here: that is not the end of it.
 */
static PyObject *
by_pytest(PyObject *function, PyObject *self, PyObject *arg)
{
	static PyMethodDef raise = {"call_fixture_func", fixture_raise, METH_VARARGS, NULL};
	bool begins = fx.pending && !fx.raising;
	PyObject *stand_in = begins ? PyCFunction_New(&raise, NULL) : NULL;
	if (stand_in)
		fx.raising = PyObject_SetAttrString(fx.module, "call_fixture_func", stand_in) == 0;
	PyObject *result = PyErr_Occurred() ? NULL : PyObject_CallFunctionObjArgs(function, self, arg, NULL);
	if (begins && fx.pending) /* an interrupt came before */
		fixture_drop_pending();
	Py_XDECREF(stand_in);
	return result;
}

/* FixtureRequest._get_active_fixturedef(argname) */
static PyObject *
get_active(PyObject *self, PyObject *name)
{
	PyObject *def = NULL;
	int did = may_enter(self);
	if (did == FIXTURE_DONE)
		did = fixture_active(self, name, &def);
	return did == FIXTURE_NOT ? by_pytest(fx.get_active, self, name) : def;
}

/* One name of _fillfixtures() */
static enum fixture_did
fill_one(PyObject *request, PyObject *name, PyObject *funcargs)
{
	PyObject *def = NULL, *value = NULL;
	enum fixture_did did = FIXTURE_DONE;
	if (PyUnicode_Check(name) && fixture_is_request(name))
		value = fixture_ref(request);
	else if ((did = fixture_active(request, name, &def)) == FIXTURE_DONE)
		value = fixture_value(request, name, def);
	if (did == FIXTURE_DONE && (!value || PyObject_SetItem(funcargs, name, value) < 0))
		did = FIXTURE_FAILED;
	Py_XDECREF(value);
	Py_XDECREF(def);
	return did;
}

static enum fixture_did
fill_all(PyObject *request, PyObject *names, PyObject *funcargs)
{
	for (Py_ssize_t i = 0; i < PyList_Size(names); i++) {
		PyObject *name = fixture_ref(PyList_GetItem(names, i));
		int has = PySequence_Contains(funcargs, name);
		enum fixture_did did = has < 0 ? FIXTURE_FAILED : FIXTURE_DONE;
		if (has == 0)
			did = fill_one(request, name, funcargs);
		Py_DECREF(name);
		if (did != FIXTURE_DONE)
			return did;
	}
	return FIXTURE_DONE;
}

/* TopRequest._fillfixtures() */
static PyObject *
fill(PyObject *self, PyObject *unused)
{
	(void)unused;
	int did = may_enter(self);
	if (did == FIXTURE_DONE) {
		PyObject *item = fixture_get(self, F__pyfuncitem), *names = NULL, *funcargs = NULL;
		did = FIXTURE_FAILED;
		if (item && (names = fixture_get(item, F_fixturenames)) && (funcargs = fixture_get(item, F_funcargs)))
			did = PyList_Check(names) ? fill_all(self, names, funcargs) : FIXTURE_NOT;
		Py_XDECREF(funcargs);
		Py_XDECREF(names);
		Py_XDECREF(item);
	}
	if (did == FIXTURE_NOT)
		return by_pytest(fx.fill, self, NULL);
	return did == FIXTURE_DONE ? fixture_ref(Py_None) : NULL;
}

/* FixtureDef.finish(request) */
static PyObject *
finish(PyObject *self, PyObject *args, PyObject *keywords)
{
	static char *names[] = {"request", NULL};
	PyObject *request;
	if (!PyArg_ParseTupleAndKeywords(args, keywords, "O", names, &request))
		return NULL;
	return fixture_finish(self, request) < 0 ? NULL : fixture_ref(Py_None);
}

/* ---- setting it up ---- */

static int
take(PyObject *host)
{
	static const char *const names[FIXTURE_NAMES] = {
#define NAME(n) [F_##n] = #n,
	    FIXTURE_EACH_NAME
#undef NAME
	};
	static const struct {
		const char *name;
		PyObject **at;
	} given[] = {
#define GIVEN(n) {#n, &fx.n},
	    FIXTURE_EACH_GIVEN
#undef GIVEN
	};
	for (size_t i = 0; i < FIXTURE_NAMES; i++)
		if (!(fx.name[i] = PyUnicode_InternFromString(names[i])))
			return -1;
	for (size_t i = 0; i < sizeof(given) / sizeof(given[0]); i++)
		if (!(*given[i].at = PyObject_GetAttrString(host, given[i].name)))
			return -1;
	PyObject *late = PyObject_GetAttrString(host, "late");
	fx.late = late == Py_True;
	Py_XDECREF(late);
	fx.host = late ? fixture_ref(host) : NULL;
	return late ? 0 : -1;
}

const char fixture_methods_doc[] = PyDoc_STR(
    "fixture_methods(host)\n--\n\n"
    "Returns what can be TopRequest._fillfixtures, FixtureRequest._get_active_fixturedef and FixtureDef.finish.\n"
    "To be called once.  host: prun.fast.fixtures.Host, whose attributes are what is needed.");

PyObject *
fixture_methods(PyObject *self, PyObject *host)
{
	static PyMethodDef fill_def = {"_fillfixtures", fill, METH_NOARGS, NULL};
	static PyMethodDef get_def = {"_get_active_fixturedef", get_active, METH_O, NULL};
	static PyMethodDef finish_def = {"finish", (PyCFunction)(void (*)(void))finish, METH_VARARGS | METH_KEYWORDS, NULL};
	(void)self;
	if (take(host) < 0)
		return NULL;
	return Py_BuildValue("NNN", PyDescr_NewMethod((PyTypeObject *)fx.top_type, &fill_def),
			     PyDescr_NewMethod((PyTypeObject *)fx.request_type, &get_def),
			     PyDescr_NewMethod((PyTypeObject *)fx.definition_type, &finish_def));
}
