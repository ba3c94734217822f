/* bridge_near.c: a worker's own children, in which tests run that want a process of their own. */
#include "prun/python.h"

#include "prun/compat.h"

#include <bsd/unistd.h>

#include "prun/bridge_impl.h"

const char bridge_fork_near_doc[] = PyDoc_STR(
    "fork_near(title, bound)\n--\n\n"
    "Fork this process; the child stays in its group, is called `title` by ps, and dies with it if `bound`.  Returns\n"
    "the child's pid, and 0 in the child.  Raises OSError.");

PyObject *
bridge_fork_near(PyObject *self, PyObject *args)
{
	const char *title;
	int bound;
	(void)self;
	if (!PyArg_ParseTuple(args, "yp", &title, &bound))
		return NULL;
	pid_t pid = proc_fork_near(&bridge_fork, bound);
	if (pid < 0)
		return PyErr_SetFromErrno(PyExc_OSError);
	if (pid == 0)
		setproctitle("%s", title);
	return PyLong_FromLong(pid);
}
