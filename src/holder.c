/* holder.c: what holds fixtures, looked through while a session begins and collects. */
#include "prun/python.h"

#include "prun/compat.h"

#include "prun/holder.h"

struct question {
	PyObject *own, *values;	       /* of the object itself; of it or its classes: dict */
	PyObject *bare, *plain, *marks; /* kinds, kinds, names: frozenset, frozenset, tuple */
	PyObject *ask;		       /* a function that answers for values of other kinds */
};

/* Has a value with attributes in a dict one of the names?  -1 with an exception. */
static int
has_mark(PyObject *value, PyObject *marks)
{
	PyObject *attributes = PyObject_GetAttrString(value, "__dict__");
	Py_ssize_t n = attributes ? PyTuple_Size(marks) : -1;
	int has = n < 0 ? -1 : 0;
	for (Py_ssize_t i = 0; has == 0 && i < n; i++)
		has = PyDict_Contains(attributes, PyTuple_GetItem(marks, i));
	Py_XDECREF(attributes);
	return has;
}

static int
ask(const struct question *q, PyObject *value)
{
	PyObject *answer = PyObject_CallFunctionObjArgs(q->ask, value, NULL);
	int may = answer ? PyObject_IsTrue(answer) : -1;
	Py_XDECREF(answer);
	return may;
}

/* May such a value be a fixture?  A kind that a suite's metaclass made is in no set, and is not asked for its hash. */
static int
may_value_be(const struct question *q, PyObject *value)
{
	PyObject *kind = (PyObject *)Py_TYPE(value);
	int is;
	if (Py_TYPE(kind) != &PyType_Type)
		return ask(q, value);
	if ((is = PySet_Contains(q->bare, kind)) != 0)
		return is < 0 ? is : 0;
	if ((is = PySet_Contains(q->plain, kind)) != 0)
		return is < 0 ? is : has_mark(value, q->marks);
	return ask(q, value);
}

/* May what is found under the name be a fixture?  -1 with an exception. */
static int
may_be(const struct question *q, PyObject *name)
{
	PyObject *value = PyDict_GetItemWithError(q->values, name);
	int is = PyErr_Occurred() ? -1 : value ? PySequence_Contains(q->own, name) : 1;
	if (is != 0)
		return is;
	Py_INCREF(value); /* whoever is asked may take it away */
	is = may_value_be(q, value);
	Py_DECREF(value);
	return is;
}

const char holder_names_doc[] = PyDoc_STR(
    "fixture_names(names, own, values, bare, plain, marks, ask)\n--\n\n"
    "Those of a list of names that may be a fixture's: all in `own`, all that are not in the dict `values`, and whose\n"
    "value there may be one.  None of a kind in `bare` is; of a kind in `plain` one with an attribute of a name in\n"
    "`marks` may be, and of others that for which ask(value) is true.");

PyObject *
holder_names(PyObject *self, PyObject *args)
{
	struct question q;
	PyObject *names;
	(void)self;
	if (!PyArg_ParseTuple(args, "O!OO!O!O!O!O:fixture_names", &PyList_Type, &names, &q.own, &PyDict_Type, &q.values,
			      &PyFrozenSet_Type, &q.bare, &PyFrozenSet_Type, &q.plain, &PyTuple_Type, &q.marks, &q.ask))
		return NULL;
	PyObject *found = PyList_New(0);
	for (Py_ssize_t i = 0; found && i < PyList_Size(names); i++) {
		int may = may_be(&q, PyList_GetItem(names, i));
		if (may < 0 || (may && PyList_Append(found, PyList_GetItem(names, i)) < 0))
			Py_CLEAR(found);
	}
	return found;
}

/* -1 without an exception: there is something else in it. */
static Py_ssize_t
total(PyObject *table)
{
	PyObject *key, *value;
	Py_ssize_t at = 0, sum = 0, n;
	while (PyDict_Next(table, &at, &key, &value)) {
		if ((n = PyDict_CheckExact(value) ? total(value) : PyList_CheckExact(value) ? PyList_Size(value) : -1) < 0)
			return -1;
		sum += n;
	}
	return sum;
}

const char holder_total_doc[] = PyDoc_STR(
    "total(table)\n--\n\n"
    "How many values are in the lists of a dict, and of the dicts in it; -1 if there is something else in it.");

PyObject *
holder_total(PyObject *self, PyObject *table)
{
	(void)self;
	return PyLong_FromSsize_t(PyDict_Check(table) ? total(table) : -1);
}
