/* intact.c: are names of classes and modules still bound to what they were bound to? */
#include "prun/python.h"

#include "prun/compat.h"

#include "prun/intact.h"

enum { TRIPLE = 3 };

bool
intact(PyObject *names)
{
	Py_ssize_t n = PyList_Size(names);
	for (Py_ssize_t i = 0; i < n; i += TRIPLE) {
		PyObject *was = PyList_GetItem(names, i + 2);
		PyObject *is = PyDict_GetItemWithError(PyList_GetItem(names, i), PyList_GetItem(names, i + 1));
		if (is != (was == Py_Ellipsis ? NULL : was)) {
			PyErr_Clear();
			return false;
		}
	}
	return true;
}

const char intact_doc[] = PyDoc_STR(
    "intact(names)\n--\n\n"
    "Is all still what it was?  names: a flat list of (dictionary, name, what it was or ... if there was none).");

PyObject *
intact_method(PyObject *self, PyObject *names)
{
	(void)self;
	return PyBool_FromLong(intact(names));
}
