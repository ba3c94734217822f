/* bridge_folder.c: tests' temporary folders, as _prun sees them. */
#include "prun/python.h"

#include "prun/compat.h"

#include <unistd.h>

#include "prun/bridge_impl.h"
#include "prun/numbered.h"
#include "prun/remove.h"

const char bridge_highest_doc[] = "highest(folder, prefix)\n--\n\n"
				  "The highest number that follows `prefix` in a name in `folder`, -1 if none does; None if\n"
				  "that is for Python to find out.  Both are bytes, the prefix ASCII.";

PyObject *
bridge_highest(PyObject *self, PyObject *args)
{
	const char *folder, *prefix;
	(void)self;
	if (!PyArg_ParseTuple(args, "yy", &folder, &prefix))
		return NULL;
	long long highest = numbered_highest(folder, prefix);
	if (highest == NUMBERED_UNSURE)
		Py_RETURN_NONE;
	return PyLong_FromLongLong(highest);
}

/* The only argument, a path, as bytes: a new reference.  NULL and an exception: it is none. */
static PyObject *
path_of(PyObject *args)
{
	PyObject *path;
	return PyArg_ParseTuple(args, "O&", PyUnicode_FSConverter, &path) ? path : NULL;
}

const char bridge_unlinked_doc[] = "unlinked(path)\n--\n\n"
				   "Is the path absolute and normal, and no part of it a symbolic link?  What is\n"
				   "missing is none.";

PyObject *
bridge_unlinked(PyObject *self, PyObject *args)
{
	PyObject *path = path_of(args);
	(void)self;
	if (!path)
		return NULL;
	bool is = numbered_unlinked(PyBytes_AsString(path));
	Py_DECREF(path);
	return PyBool_FromLong(is);
}

const char bridge_unlink_doc[] = "unlink(path)\n--\n\n"
				 "os.unlink(), which passes over all errors of the system.";

PyObject *
bridge_unlink(PyObject *self, PyObject *args)
{
	PyObject *path = path_of(args);
	(void)self;
	if (!path)
		return NULL;
	unlink(PyBytes_AsString(path));
	Py_DECREF(path);
	Py_RETURN_NONE;
}

/* May the removal go on?  Not if a signal's handler has raised.  *state: of the thread, which does not have the GIL. */
static bool
no_signal(void *state)
{
	PyThreadState **saved = state;
	PyEval_RestoreThread(*saved);
	bool raised = PyErr_CheckSignals() < 0;
	*saved = PyEval_SaveThread();
	return !raised;
}

const char bridge_remove_doc[] = "remove(path)\n--\n\n"
				 "Remove a folder with all that is in it, by several threads.  False: something is left, for\n"
				 "which modes would have to be changed.  Raises what the handler of a signal raises.";

PyObject *
bridge_remove(PyObject *self, PyObject *args)
{
	PyObject *path = path_of(args);
	(void)self;
	if (!path)
		return NULL;
	PyThreadState *state = PyEval_SaveThread();
	bool gone = remove_tree(PyBytes_AsString(path), no_signal, &state);
	PyEval_RestoreThread(state);
	Py_DECREF(path);
	return PyErr_Occurred() ? NULL : PyBool_FromLong(gone);
}
