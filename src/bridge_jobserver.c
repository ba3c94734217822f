/* bridge_jobserver.c: make's slots, as _prun sees them. */
#include "prun/python.h"

#include "prun/compat.h"

#include "prun/bridge_impl.h"
#include "prun/jobserver.h"

const char bridge_jobserver_doc[] = "jobserver(makeflags)\n--\n\n"
				    "Open the jobserver that MAKEFLAGS (str, or None) names: \"none\", \"open\" or \"absent\", which\n"
				    "is one that make did not hand on.  run() then has no more workers than make has slots for,\n"
				    "and closes it.";

PyObject *
bridge_jobserver(PyObject *self, PyObject *args)
{
	static const char *const states[] = {
	    [JOBSERVER_NONE] = "none",
	    [JOBSERVER_OPEN] = "open",
	    [JOBSERVER_ABSENT] = "absent",
	};
	const char *makeflags;
	(void)self;
	if (!PyArg_ParseTuple(args, "z", &makeflags))
		return NULL;
	return PyUnicode_FromString(states[jobserver_open(makeflags)]);
}

const char bridge_take_slot_doc[] = "take_slot()\n--\n\nTake one of make's slots, if one is free.";

PyObject *
bridge_take_slot(PyObject *self, PyObject *unused)
{
	(void)self;
	(void)unused;
	return PyBool_FromLong(jobserver_take());
}

const char bridge_close_jobserver_doc[] = "close_jobserver()\n--\n\nGive all of make's slots back.";

PyObject *
bridge_close_jobserver(PyObject *self, PyObject *unused)
{
	(void)self;
	(void)unused;
	jobserver_close();
	Py_RETURN_NONE;
}
