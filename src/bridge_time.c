/* bridge_time.c: what the pool's clock says, as _prun tells it. */
#include "prun/python.h"

#include "prun/compat.h"

#include "prun/bridge_impl.h"

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
