/* bridge_gc.c: what is frozen, pytest in the master and what was collected in workers, stays so until somebody looks. */
#include "prun/python.h"

#include "prun/compat.h"

#include "prun/bridge_impl.h"

/* The functions of the module gc that show whether objects are frozen. */
enum watched { COLLECT, FREEZE, GET_FREEZE_COUNT, GET_OBJECTS, GET_REFERRERS, UNFREEZE, WATCHED };

static PyObject *original[WATCHED];
static bool frozen; /* and nobody has looked */

static PyObject *
look(enum watched which, PyObject *args, PyObject *kwargs)
{
	if (frozen) {
		frozen = false;
		PyObject *thawed = PyObject_CallFunctionObjArgs(original[UNFREEZE], NULL);
		Py_XDECREF(thawed);
		if (!thawed)
			return NULL;
	}
	return PyObject_Call(original[which], args, kwargs);
}

#define LOOK(name, which)                                                                                              \
	static PyObject *name(PyObject *self, PyObject *args, PyObject *kwargs)                                         \
	{                                                                                                              \
		(void)self;                                                                                            \
		return look(which, args, kwargs);                                                                      \
	}
LOOK(look_collect, COLLECT)
LOOK(look_freeze, FREEZE)
LOOK(look_get_freeze_count, GET_FREEZE_COUNT)
LOOK(look_get_objects, GET_OBJECTS)
LOOK(look_get_referrers, GET_REFERRERS)
LOOK(look_unfreeze, UNFREEZE)

#define WITH_KEYWORDS(f) (PyCFunction)(void (*)(void))(f), METH_VARARGS | METH_KEYWORDS, NULL

static PyMethodDef watching[WATCHED] = {
    [COLLECT] = {"collect", WITH_KEYWORDS(look_collect)},
    [FREEZE] = {"freeze", WITH_KEYWORDS(look_freeze)},
    [GET_FREEZE_COUNT] = {"get_freeze_count", WITH_KEYWORDS(look_get_freeze_count)},
    [GET_OBJECTS] = {"get_objects", WITH_KEYWORDS(look_get_objects)},
    [GET_REFERRERS] = {"get_referrers", WITH_KEYWORDS(look_get_referrers)},
    [UNFREEZE] = {"unfreeze", WITH_KEYWORDS(look_unfreeze)},
};

const char bridge_watch_gc_doc[] = PyDoc_STR(
    "watch_gc()\n--\n\n"
    "In the master, before the suite is imported: stand between the suite and those functions of gc that show whether\n"
    "objects are frozen.  They do what they did, in a worker after gc.unfreeze().");

PyObject *
bridge_watch_gc(PyObject *self, PyObject *unused)
{
	(void)self;
	(void)unused;
	PyObject *gc = PyImport_ImportModule("gc"), *name = PyUnicode_InternFromString("gc");
	for (int i = 0; gc && name && i < WATCHED && !original[i]; i++) {
		PyObject *function;
		original[i] = PyObject_GetAttrString(gc, watching[i].ml_name);
		function = original[i] ? PyCFunction_NewEx(&watching[i], gc, name) : NULL;
		if (!function || PyObject_SetAttrString(gc, watching[i].ml_name, function) < 0)
			break;
		Py_DECREF(function);
	}
	Py_XDECREF(name);
	Py_XDECREF(gc);
	if (PyErr_Occurred())
		return NULL;
	Py_RETURN_NONE;
}

const char bridge_stay_frozen_doc[] = PyDoc_STR(
    "stay_frozen()\n--\n\n"
    "What is frozen stays so until somebody looks.  False if watch_gc() was not called.");

PyObject *
bridge_stay_frozen(PyObject *self, PyObject *unused)
{
	(void)self;
	(void)unused;
	frozen = original[UNFREEZE] != NULL;
	return PyBool_FromLong(frozen);
}

const char bridge_collect_new_doc[] = PyDoc_STR(
    "collect_new()\n--\n\n"
    "gc.collect(), which leaves alone what stays frozen, unless somebody has looked.");

PyObject *
bridge_collect_new(PyObject *self, PyObject *unused)
{
	(void)self;
	(void)unused;
	if (!original[COLLECT])
		return PyErr_Format(PyExc_RuntimeError, "watch_gc() comes first");
	return PyObject_CallFunctionObjArgs(original[COLLECT], NULL);
}
