/* bridge_near.c: a worker's own children, in which tests run that want a process of their own. */
#include "prun/python.h"

#include "prun/compat.h"

#include <bsd/unistd.h>
#include <signal.h>

#include "prun/bridge_impl.h"
#include "prun/fused.h"
#include "prun/huge.h"
#include "prun/worker.h"

const char bridge_fork_near_doc[] = PyDoc_STR(
    "fork_near(title, bound, open)\n--\n\n"
    "Fork this process; the child stays in its group, is called `title` by ps, and dies with it if `bound`.  In the\n"
    "child SIGINT is not blocked if `open`.  Returns the child's pid, and 0 in the child.  Raises OSError.");

static void
let_in(int sig)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, sig);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

PyObject *
bridge_fork_near(PyObject *self, PyObject *args)
{
	const char *title;
	int bound, open;
	(void)self;
	if (!PyArg_ParseTuple(args, "ypp", &title, &bound, &open))
		return NULL;
	pid_t pid = proc_fork_near(&bridge_fork, bound);
	if (pid < 0)
		return PyErr_SetFromErrno(PyExc_OSError);
	if (pid == 0) {
		setproctitle("%s", title);
		if (open)
			let_in(SIGINT);
	}
	return PyLong_FromLong(pid);
}

const char bridge_gather_memory_doc[] = PyDoc_STR(
    "gather_memory(most)\n--\n\n"
    "Move this process's memory, at most so many bytes, to huge pages: forking it costs less then.  Returns how many\n"
    "bytes lie in such pages now.");

PyObject *
bridge_gather_memory(PyObject *self, PyObject *most)
{
	size_t bytes = PyLong_AsSize_t(most);
	(void)self;
	return PyErr_Occurred() ? NULL : PyLong_FromSize_t(huge_gather(bytes));
}

const char bridge_run_fused_doc[] = PyDoc_STR(
    "run_fused(index, next)\n--\n\n"
    "In a worker's child, after fuse(): run item number `index` without its hooks, as a worker does.  Returns\n"
    "(verdict, JSON), or (verdict | PASSED, nine doubles in bytes), or None if that must not be: nothing was done then.");

PyObject *
bridge_run_fused(PyObject *self, PyObject *args)
{
	struct fused_phase phase[FUSED_PHASES];
	PyObject *following, *said = NULL;
	unsigned long item, next = UINT32_MAX;
	bool stop;
	(void)self;
	if (!PyArg_ParseTuple(args, "kO", &item, &following))
		return NULL;
	if (following != Py_None && (next = PyLong_AsUnsignedLong(following)) == (unsigned long)-1 && PyErr_Occurred())
		return NULL;
	if (!bridge_here || item >= bridge_here->items.n)
		return PyErr_Format(PyExc_RuntimeError, "_prun.run_fused() is for children of prun's workers");
	enum fused_end end = fused_run((uint32_t)item, (uint32_t)next, bridge_here->items.v[item].nodeid, phase, &stop, &said);
	if (end == FUSED_PASS)
		return Py_BuildValue("iy#", (stop ? WORKER_LEAVE : WORKER_GO) | WORKER_PASSED, phase, (Py_ssize_t)sizeof(phase));
	if (end == FUSED_SAID)
		return said;
	if (end == FUSED_ERROR || fused_leave() < 0)
		return NULL;
	Py_RETURN_NONE;
}
