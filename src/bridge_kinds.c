/* bridge_kinds.c: what items ask for, from Python's form into the scheduler's. */
#include "prun/python.h"

#include "prun/compat.h"

#include <stdlib.h>

#include "prun/bridge_impl.h"
#include "prun/sched.h"
#include "prun/xmalloc.h"

/* A bytes object of u32, which begin where one may; borrowed.  NULL with an exception. */
static const uint32_t *
numbers(PyObject *bytes, size_t *n)
{
	char *p;
	Py_ssize_t len;
	if (!bytes || PyBytes_AsStringAndSize(bytes, &p, &len) < 0)
		return NULL;
	*n = (size_t)len / sizeof(uint32_t);
	return (const uint32_t *)(const void *)p;
}

static int
take_kind(struct sched_kind *kind, PyObject *tuple)
{
	PyObject *resources;
	int priority, alone;
	if (!PyArg_ParseTuple(tuple, "ipO", &priority, &alone, &resources))
		return -1;
	kind->priority = priority;
	kind->alone = alone;
	kind->resource = numbers(resources, &kind->nresources);
	return kind->resource ? 0 : -1;
}

int
bridge_take_kinds(struct sched_conf *conf, PyObject *tuple)
{
	PyObject *of_items, *list, *slots;
	struct sched_kind *kinds;
	size_t n;
	if (tuple == Py_None)
		return 0;
	if (!PyArg_ParseTuple(tuple, "OO!O", &of_items, &PyList_Type, &list, &slots))
		return -1;
	conf->nkinds = (size_t)PyList_Size(list);
	conf->kinds = kinds = xcalloc(conf->nkinds, sizeof(*kinds));
	conf->slots = numbers(slots, &conf->nslots);
	conf->kind = conf->slots ? numbers(of_items, &n) : NULL;
	if (!conf->kind)
		return -1;
	if (n != conf->nitems) {
		PyErr_Format(PyExc_ValueError, "kinds: %zu numbers are not one for each item", n);
		return -1;
	}
	for (size_t k = 0; k < conf->nkinds; k++)
		if (take_kind(&kinds[k], PyList_GetItem(list, (Py_ssize_t)k)) < 0)
			return -1;
	return 0;
}
