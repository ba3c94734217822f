/* bridge_time.c: what the pool's clock says, as _prun tells it. */
#include "prun/python.h"

#include "prun/compat.h"

#include "prun/bridge_impl.h"
#include "prun/stacks.h"
#include "prun/worker.h"

static PyObject *
list_of(const struct pool_now *now)
{
	PyObject *list = PyList_New((Py_ssize_t)now->n);
	for (size_t i = 0; list && i < now->n; i++) {
		const struct pool_running *r = &now->running[i];
		PyObject *entry = Py_BuildValue("IId", r->worker, r->item, r->seconds);
		if (!entry || PyList_SetItem(list, (Py_ssize_t)i, entry) < 0) {
			Py_DECREF(list);
			return NULL;
		}
	}
	return list;
}

unsigned
bridge_tick(void *ctx, const struct pool_now *now, unsigned *wants)
{
	struct run *r = ctx;
	unsigned again = 0;
	*wants = POOL_TELL_STOP;
	if (r->etype)
		return 0;
	PyObject *list = list_of(now);
	PyObject *said = list ? PyObject_CallMethod(r->master, "tick", "nO", (Py_ssize_t)now->nleft, list) : NULL;
	if (!said || !PyArg_ParseTuple(said, "II", &again, wants))
		PyErr_Fetch(&r->etype, &r->evalue, &r->etrace);
	Py_XDECREF(list);
	Py_XDECREF(said);
	return again;
}

void
bridge_aside(void *ctx)
{
	struct run *r = ctx;
	if (r->etype)
		return;
	PyObject *done = PyObject_CallMethod(r->master, "aside", NULL);
	if (!done)
		PyErr_Fetch(&r->etype, &r->evalue, &r->etrace);
	Py_XDECREF(done);
}

const char bridge_stacks_doc[] = "stacks()\n--\n\n"
				 "In a worker: (signal, descriptor): when that signal comes from the master, all stacks are to be\n"
				 "written there, and then the handler to be called that is there now.  Raises OSError.";

PyObject *
bridge_stacks(PyObject *self, PyObject *unused)
{
	(void)self;
	(void)unused;
	if (!bridge_here)
		return PyErr_Format(PyExc_RuntimeError, "_prun.stacks() is for prun's workers");
	int fd = bridge_here->ends->stacks;
	if (stacks_open(fd) < 0)
		return PyErr_SetFromErrno(PyExc_OSError);
	return Py_BuildValue("ii", STACKS_SIGNAL, fd);
}

const char bridge_clock_doc[] = "clock(counts)\n--\n\n"
				"In a worker, while an item runs: the time that it may take begins now (true), or time does not\n"
				"count until it does (false).";

PyObject *
bridge_clock(PyObject *self, PyObject *counts)
{
	int yes = PyObject_IsTrue(counts);
	(void)self;
	if (yes < 0)
		return NULL;
	if (!bridge_here)
		return PyErr_Format(PyExc_RuntimeError, "_prun.clock() is for prun's workers");
	worker_clock(yes);
	Py_RETURN_NONE;
}

const char bridge_pass_stacks_to_doc[] = "pass_stacks_to(pid)\n--\n\n"
					 "In a worker: process `pid`, forked since stacks(), answers from now on; 0: this one does.";

PyObject *
bridge_pass_stacks_to(PyObject *self, PyObject *pid)
{
	long number = PyLong_AsLong(pid);
	(void)self;
	if (PyErr_Occurred())
		return NULL;
	stacks_pass_to((pid_t)number);
	Py_RETURN_NONE;
}
