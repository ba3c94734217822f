/* blueprint.c: objects are put together as Python code had put together another one. */
#include "prun/python.h"

#include "prun/compat.h"

#include "prun/blueprint.h"

/* How a value comes about: the first of its tuple; the second is the place to keep it for KEPT, or -1. */
enum step {
	SAME,	/* value: this one */
	INPUT,	/* number: what was given */
	KEPT,	/* place: what has been made and kept */
	COPY,	/* step: a copy of the dict that it makes, with the same in it */
	LIST,	/* number: a copy; -1: an empty one */
	SET,	/* an empty one */
	DICT,	/* number: a copy, and copies of the lists in it; -1: an empty one */
	NAMED,	/* number, number: {what was given first: True}, a dict's, {what was given: True}; -1: nothing of that */
	LONGER, /* number: a tuple, and what was given first behind it */
	JOINED, /* number: a str, and what was given first behind it */
	OBJECT, /* class, ((attribute, step), ...): one made by object.__new__(), with these attributes in this order */
};

enum { INPUTS = 24, KEPT_MOST = 16, ARGUMENT = 2, SECOND = 3 };

struct building {
	PyObject *input[INPUTS]; /* borrowed */
	PyObject *kept[KEPT_MOST]; /* borrowed: from what is built */
};

static PyObject *make(struct building *b, PyObject *step);

/* A number in a step; -1 also for what is none. */
static long
number(PyObject *step, Py_ssize_t at)
{
	PyObject *n = PyTuple_GetItem(step, at);
	return n ? PyLong_AsLong(n) : -1;
}

static PyObject *
ref(PyObject *o)
{
	Py_XINCREF(o);
	return o;
}

/* An input; NULL with an exception if there is no such one, and without for the number -1. */
static PyObject *
input(struct building *b, PyObject *step, Py_ssize_t at)
{
	long n = number(step, at);
	PyObject *found = n >= 0 && n < INPUTS ? b->input[n] : NULL;
	if (!found && n != -1)
		PyErr_SetString(PyExc_ValueError, "a step wants an input that there is not");
	return found;
}

static PyObject *
kept(struct building *b, PyObject *step)
{
	long place = number(step, ARGUMENT);
	return place >= 0 && place < KEPT_MOST ? b->kept[place] : NULL;
}

static PyObject *
copy_list(PyObject *list)
{
	return PyErr_Occurred() ? NULL : list ? PyList_GetSlice(list, 0, PyList_Size(list)) : PyList_New(0);
}

static PyObject *
copy_dict(PyObject *dict)
{
	PyObject *copy = PyErr_Occurred() ? NULL : PyDict_New(), *key, *value;
	Py_ssize_t at = 0;
	while (copy && dict && PyDict_Next(dict, &at, &key, &value)) {
		PyObject *own = PyList_CheckExact(value) ? copy_list(value) : ref(value);
		if (!own || PyDict_SetItem(copy, key, own) < 0)
			Py_CLEAR(copy);
		Py_XDECREF(own);
	}
	return copy;
}

static PyObject *
make_named(struct building *b, PyObject *step)
{
	PyObject *more = input(b, step, ARGUMENT), *last = PyErr_Occurred() ? NULL : input(b, step, SECOND);
	PyObject *dict = PyErr_Occurred() ? NULL : PyDict_New();
	if (dict && (PyDict_SetItem(dict, b->input[0], Py_True) < 0 || (more && PyDict_Update(dict, more) < 0) ||
		     (last && PyDict_SetItem(dict, last, Py_True) < 0)))
		Py_CLEAR(dict);
	return dict;
}

static PyObject *
make_copy(struct building *b, PyObject *step)
{
	PyObject *of = make(b, PyTuple_GetItem(step, ARGUMENT));
	PyObject *copy = of ? PyDict_Copy(of) : NULL;
	Py_XDECREF(of);
	return copy;
}

static PyObject *
make_longer(PyObject *tuple, PyObject *last)
{
	Py_ssize_t n = tuple ? PyTuple_Size(tuple) : -1;
	PyObject *longer = n < 0 ? NULL : PyTuple_New(n + 1);
	for (Py_ssize_t i = 0; longer && i < n; i++)
		PyTuple_SetItem(longer, i, ref(PyTuple_GetItem(tuple, i)));
	if (longer)
		PyTuple_SetItem(longer, n, ref(last));
	return longer;
}

static PyObject *
make_joined(PyObject *text, PyObject *end)
{
	return text ? PyUnicode_Concat(text, end) : NULL;
}

/* What may be asked for while it is not finished, by what refers to it, is kept at once. */
static PyObject *
make_object(struct building *b, PyObject *step, PyObject **keep)
{
	PyTypeObject *type = (PyTypeObject *)PyTuple_GetItem(step, ARGUMENT);
	PyObject *attributes = PyTuple_GetItem(step, SECOND), *none = PyTuple_New(0);
	newfunc new = type ? (newfunc)PyType_GetSlot(type, Py_tp_new) : NULL;
	PyObject *object = new && attributes && none ? new (type, none, NULL) : NULL;
	Py_ssize_t n = object ? PyTuple_Size(attributes) : 0;
	Py_XDECREF(none);
	if (keep)
		*keep = object;
	for (Py_ssize_t i = 0; object && i < n; i++) {
		PyObject *attribute = PyTuple_GetItem(attributes, i);
		PyObject *value = attribute ? make(b, PyTuple_GetItem(attribute, 1)) : NULL;
		if (!value || PyObject_GenericSetAttr(object, PyTuple_GetItem(attribute, 0), value) < 0)
			Py_CLEAR(object);
		Py_XDECREF(value);
	}
	return object;
}

static PyObject *
make_kind(struct building *b, PyObject *step, PyObject **keep)
{
	switch (number(step, 0)) {
	case SAME:
		return ref(PyTuple_GetItem(step, ARGUMENT));
	case INPUT:
		return ref(input(b, step, ARGUMENT));
	case KEPT:
		return ref(kept(b, step));
	case COPY:
		return make_copy(b, step);
	case LIST:
		return copy_list(input(b, step, ARGUMENT));
	case SET:
		return PySet_New(NULL);
	case DICT:
		return copy_dict(input(b, step, ARGUMENT));
	case NAMED:
		return make_named(b, step);
	case LONGER:
		return make_longer(input(b, step, ARGUMENT), b->input[0]);
	case JOINED:
		return make_joined(input(b, step, ARGUMENT), b->input[0]);
	case OBJECT:
		return make_object(b, step, keep);
	default:
		return NULL;
	}
}

/* A new reference; NULL: an error, or no such step. */
static PyObject *
make(struct building *b, PyObject *step)
{
	long place = step ? number(step, 1) : -1;
	PyObject **keep = place >= 0 && place < KEPT_MOST ? &b->kept[place] : NULL;
	PyObject *made = step ? make_kind(b, step, keep) : NULL;
	if (keep)
		*keep = made;
	return made;
}

const char blueprint_build_doc[] = PyDoc_STR(
    "build(blueprint, name, function, others)\n--\n\n"
    "Build an object.  blueprint: see fast/blueprint.py; others: a tuple of inputs behind those two.");

PyObject *
blueprint_build(PyObject *self, PyObject *args)
{
	struct building b = {0};
	PyObject *blueprint, *others;
	(void)self;
	if (!PyArg_ParseTuple(args, "O!OOO!:build", &PyTuple_Type, &blueprint, &b.input[0], &b.input[1], &PyTuple_Type,
			      &others))
		return NULL;
	Py_ssize_t n = PyTuple_Size(others);
	for (Py_ssize_t i = 0; i < n && i + 2 < INPUTS; i++)
		b.input[i + 2] = PyTuple_GetItem(others, i);
	PyObject *object = make(&b, blueprint);
	if (!object && !PyErr_Occurred())
		PyErr_SetString(PyExc_ValueError, "the blueprint has a step that there is not");
	return object;
}
