/* bridge_process.c: what _prun says of this process and its machine. */
#include "prun/python.h"

#include "prun/compat.h"

#include <stdlib.h>

#include "prun/bridge_impl.h"
#include "prun/cpus.h"
#include "prun/guard.h"

const char bridge_cpus_doc[] = "cpus()\n--\n\nProcessors that this process may use: affinity and the cgroup's quota, at least 1.";

PyObject *
bridge_cpus(PyObject *self, PyObject *unused)
{
	(void)self;
	(void)unused;
	return PyLong_FromUnsignedLong(cpus_usable());
}

const char bridge_guard_doc[] = "guard(doing)\n--\n\n"
			"From now on a fatal signal in this process is told as having come while `doing` (str), and the exit\n"
			"status is 3.  None: signals do what they did.";

PyObject *
bridge_guard(PyObject *self, PyObject *doing)
{
	PyObject *text = doing == Py_None ? NULL : PyUnicode_AsUTF8String(doing);
	(void)self;
	PyErr_Clear(); /* a lone surrogate */
	guard(text ? PyBytes_AsString(text) : doing == Py_None ? NULL : "the suite is collected");
	Py_XDECREF(text);
	Py_RETURN_NONE;
}

const char bridge_guard_exit_doc[] = "guard_exit(status)\n--\n\n"
			     "os._exit(status) is about to be called: while guarded that is told.  Returns the status to take.";

PyObject *
bridge_guard_exit(PyObject *self, PyObject *status)
{
	(void)self;
	if (!guard_speaks()) {
		Py_INCREF(status);
		return status;
	}
	guard_say("os._exit()");
	return PyLong_FromLong(GUARD_STATUS);
}

const char bridge_leave_doc[] = "leave(status)\n--\n\n"
			"End the process.  Threads, atexit handlers and files are done with: the interpreter is not\n"
			"finalized, but what C libraries have registered for the end is done.";

PyObject *
bridge_leave(PyObject *self, PyObject *status)
{
	int number = (int)PyLong_AsLong(status);
	(void)self;
	if (PyErr_Occurred())
		return NULL;
	exit(number);
}
