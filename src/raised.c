/* raised.c: an exception as a value. */
#include "prun/python.h"

#include "prun/compat.h"

#include "prun/raised.h"

PyObject *
raised_take(void)
{
	PyObject *type, *value, *trace;
	PyErr_Fetch(&type, &value, &trace);
	if (!type)
		return NULL;
	PyErr_NormalizeException(&type, &value, &trace);
	if (trace)
		PyException_SetTraceback(value, trace);
	Py_DECREF(type);
	Py_XDECREF(trace);
	return value;
}

PyObject *
raised_take_or_none(void)
{
	PyObject *raised = raised_take();
	return raised ? raised : Py_BuildValue("O", Py_None);
}
