/* bridge_layer.c: workers that are forked before pytest is configured, as _prun sees them. */
#include "prun/python.h"

#include "prun/compat.h"

#include <errno.h>
#include <unistd.h>

#include "prun/bridge_impl.h"
#include "prun/layer.h"

const char bridge_layer_doc[] = "layer()\n--\n\n"
				"Fork a process that stands still here.  Returns None; and once more in each "
				"worker that fork() makes later,\n"
				"(given, socket) there: descriptors of what fork() was given and of a stream "
				"to the master.  Raises OSError.";

PyObject *
bridge_layer(PyObject *self, PyObject *unused)
{
	int given, master;
	(void)self;
	(void)unused;
	switch (layer_open(&bridge_fork, &given, &master)) {
	case 0:
		Py_RETURN_NONE;
	case 1:
		return Py_BuildValue("ii", given, master);
	default:
		return PyErr_SetFromErrno(PyExc_OSError);
	}
}

const char bridge_layer_fork_doc[] = "fork(given)\n--\n\n"
				     "Fork a worker from the layer; it gets a copy of the descriptor.  "
				     "Returns (pid, socket).  Raises OSError.";

PyObject *
bridge_layer_fork(PyObject *self, PyObject *given)
{
	int worker, fd = PyLong_AsLong(given);
	(void)self;
	if (PyErr_Occurred())
		return NULL;
	pid_t pid = layer_fork(fd, &worker);
	return pid < 0 ? PyErr_SetFromErrno(PyExc_OSError) : Py_BuildValue("ii", (int)pid, worker);
}

const char bridge_layer_close_doc[] = "close_layer()\n--\n\nNo more workers will be forked from the layer.";

PyObject *
bridge_layer_close(PyObject *self, PyObject *unused)
{
	(void)self;
	(void)unused;
	layer_close();
	Py_RETURN_NONE;
}

/* The errno of the OSError that is raised, which is then cleared; 0 if something else is raised. */
static int
take_oserror(void)
{
	PyObject *type, *value, *trace;
	if (!PyErr_ExceptionMatches(PyExc_OSError))
		return 0;
	PyErr_Fetch(&type, &value, &trace);
	PyErr_NormalizeException(&type, &value, &trace);
	PyObject *number = PyObject_GetAttrString(value, "errno");
	int err = number ? (int)PyLong_AsLong(number) : EIO;
	PyErr_Clear();
	Py_XDECREF(number);
	Py_XDECREF(type);
	Py_XDECREF(value);
	Py_XDECREF(trace);
	return err > 0 ? err : EIO;
}

/* A worker that is gone already is an ordinary death: its wait status will say how. */
pid_t
bridge_hand(void *ctx, uint32_t id, const struct slot_ends *ends)
{
	struct run *r = ctx;
	int pid, sock, list;
	PyObject *forked = PyObject_CallMethod(r->master, "forked", "I", id);
	if (!forked || !PyArg_ParseTuple(forked, "iii", &pid, &sock, &list)) {
		int err = forked ? 0 : take_oserror();
		if (!err && !r->etype)
			PyErr_Fetch(&r->etype, &r->evalue, &r->etrace);
		PyErr_Clear();
		Py_XDECREF(forked);
		errno = err ? err : ECHILD;
		return -1;
	}
	Py_DECREF(forked);
	(void)layer_hand(sock, ends, list);
	close(sock);
	return pid;
}

const char bridge_layer_join_doc[] =
    "join(id, socket, items)\n--\n\n"
    "In a worker of the layer: wait until the master has work for it.  Returns None when it has not, else\n"
    "(list, err, out, captured_out, captured_err, terminal), descriptors as in run(); `list` is the one "
    "that\n"
    "master.forked() gave.  items: as in run().";

PyObject *
bridge_layer_join(PyObject *self, PyObject *args)
{
	static struct run run = {.items = ITEMS_INIT};
	static struct slot_ends ends;
	int sock, list, joined;
	PyObject *items;
	(void)self;
	if (!PyArg_ParseTuple(args, "IiO!", &run.id, &sock, &PyList_Type, &items) ||
	    bridge_take_items(&run.items, items) < 0)
		return NULL;
	Py_BEGIN_ALLOW_THREADS joined = layer_join(sock, &ends, &list);
	Py_END_ALLOW_THREADS if (joined < 0) Py_RETURN_NONE;
	run.ends = &ends;
	bridge_join(&run);
	return Py_BuildValue("iiiiii", list, ends.err, ends.out, ends.capture[SLOT_STDOUT],
			     ends.capture[SLOT_STDERR], ends.capture[SLOT_TERMINAL]);
}
