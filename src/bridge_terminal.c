/* bridge_terminal.c: the master's terminal in a worker's hands, as _prun tells it. */
#include "prun/python.h"

#include "prun/compat.h"

#include <poll.h>

#include "prun/bridge_impl.h"
#include "prun/worker.h"

bool
bridge_lend(void *ctx, uint32_t id, pid_t pid)
{
	struct run *r = ctx;
	if (r->etype)
		return false;
	PyObject *done = PyObject_CallMethod(r->master, "lend", "li", id == SCHED_NONE ? -1 : (long)id, (int)pid);
	int yes = done ? PyObject_IsTrue(done) : -1;
	Py_XDECREF(done);
	if (yes < 0)
		PyErr_Fetch(&r->etype, &r->evalue, &r->etrace);
	return yes > 0;
}

const char bridge_ask_doc[] = "ask()\n--\n\n"
			      "In a worker: wait for the terminal.  Returns True: it is this worker's until give_back();\n"
			      "False: there is none; None: the run is about to end, so nobody is asked.  Raises what a signal's\n"
			      "handler does.";

PyObject *
bridge_ask(PyObject *self, PyObject *unused)
{
	enum worker_terminal answer;
	struct pollfd p = {.fd = worker_ask(), .events = POLLIN};
	(void)self;
	(void)unused;
	if (p.fd < 0)
		Py_RETURN_NONE;
	while ((answer = worker_hear()) == WORKER_WAITS) {
		Py_BEGIN_ALLOW_THREADS poll(&p, 1, -1);
		Py_END_ALLOW_THREADS if (PyErr_CheckSignals() < 0)
		{
			worker_give_back();
			return NULL;
		}
	}
	if (answer == WORKER_NOT_NOW)
		worker_give_back();
	if (answer == WORKER_NOT_NOW)
		Py_RETURN_NONE;
	return PyBool_FromLong(answer == WORKER_LENT);
}

const char bridge_give_back_doc[] = "give_back()\n--\n\nIn a worker: the terminal is the master's again.";

PyObject *
bridge_give_back(PyObject *self, PyObject *unused)
{
	(void)self;
	(void)unused;
	worker_give_back();
	Py_RETURN_NONE;
}
