/* fixture_function.c: what kind of function a fixture has. */
#include "prun/python.h"

#include "prun/compat.h"

#include "prun/fixture.h"
#include "prun/fixture_impl.h"

/* Flags of a code object, as in inspect. */
enum { GENERATOR = 0x20, COROUTINE = 0x80, ASYNC_GENERATOR = 0x200 };

/* The flags of a plain function or of a method that is one; -1 if it is neither, without an exception. */
static long
flags_of(PyObject *function)
{
	PyObject *plain = (PyObject *)Py_TYPE(function) == fx.method_type ? fixture_get(function, F___func__)
									 : fixture_ref(function);
	PyObject *code = NULL, *number = NULL;
	long flags = -1;
	if (plain && (PyObject *)Py_TYPE(plain) == fx.function_type && (code = fixture_get(plain, F___code__)) &&
	    (number = fixture_get(code, F_co_flags)))
		flags = PyLong_AsLong(number);
	Py_XDECREF(number);
	Py_XDECREF(code);
	Py_XDECREF(plain);
	PyErr_Clear();
	return flags;
}

/* Has somebody said of it that it is asynchronous, or bound it to something in his own way? */
static bool
is_marked(PyObject *function)
{
	static const enum fixture_name odd[] = {F__is_coroutine, F__is_coroutine_mark, F___self__};
	PyObject *attributes = fixture_get(function, F___dict__);
	bool marked = !attributes;
	for (size_t i = 0; !marked && i < sizeof(odd) / sizeof(odd[0]); i++)
		marked = PyDict_GetItemWithError(attributes, fx.name[odd[i]]) != NULL;
	Py_XDECREF(attributes);
	PyErr_Clear();
	return marked;
}

/* Would pytest warn that a fixture which outlives the instance is a method of it? */
static bool
is_bound_too_long(PyObject *def, PyObject *function)
{
	PyObject *scope = fixture_get(def, F__scope), *bound = fixture_get(function, F___self__);
	bool is = !scope || !bound || (fixture_scope(scope) != FUNCTION && !PyType_Check(bound));
	Py_XDECREF(scope);
	Py_XDECREF(bound);
	PyErr_Clear();
	return is;
}

PyObject *
fixture_function(PyObject *def)
{
	PyObject *function = fixture_get(def, F_func);
	long flags = function ? flags_of(function) : -1;
	bool method = function && (PyObject *)Py_TYPE(function) == fx.method_type;
	if (flags < 0 || flags & (COROUTINE | ASYNC_GENERATOR) || is_marked(function) ||
	    (method && is_bound_too_long(def, function)))
		Py_CLEAR(function);
	PyErr_Clear();
	return function;
}

const char fixture_is_generator_doc[] = PyDoc_STR(
    "is_generator(function)\n--\n\ninspect.isgeneratorfunction(), of a plain function or a method that is one.");

PyObject *
fixture_is_generator(PyObject *self, PyObject *function)
{
	(void)self;
	long flags = flags_of(function);
	return PyBool_FromLong(flags >= 0 && flags & GENERATOR);
}
