/* convert.c: JSON from a worker as Python objects. */
#include "prun/python.h"

#include "prun/compat.h"

#include "prun/convert.h"

static PyObject *
convert_string(const json_t *json)
{
	/* A dead worker's last output need not be UTF-8. */
	return PyUnicode_DecodeUTF8(json_string_value(json), (Py_ssize_t)json_string_length(json), "replace");
}

static PyObject *
convert_array(const json_t *json, PyObject *untag)
{
	size_t n = json_array_size(json);
	PyObject *list = PyList_New((Py_ssize_t)n);
	for (size_t i = 0; list && i < n; i++) {
		PyObject *v = convert_json(json_array_get(json, i), untag);
		if (!v || PyList_SetItem(list, (Py_ssize_t)i, v) < 0)
			Py_CLEAR(list);
	}
	return list;
}

static PyObject *
convert_tagged(json_t *json, PyObject *untag)
{
	void *it = json_object_iter(json);
	PyObject *v = convert_json(json_object_iter_value(it), untag);
	if (!v)
		return NULL;
	PyObject *r = PyObject_CallFunction(untag, "sO", json_object_iter_key(it), v);
	Py_DECREF(v);
	return r;
}

static PyObject *
convert_object(json_t *json, PyObject *untag)
{
	if (json_object_size(json) == 1 && json_object_iter_key(json_object_iter(json))[0] == '$')
		return convert_tagged(json, untag);
	PyObject *dict = PyDict_New();
	for (void *it = json_object_iter(json); dict && it; it = json_object_iter_next(json, it)) {
		const char *name = json_object_iter_key(it);
		PyObject *k = PyUnicode_DecodeUTF8(name, (Py_ssize_t)strlen(name), "replace");
		PyObject *v = k ? convert_json(json_object_iter_value(it), untag) : NULL;
		if (!v || PyDict_SetItem(dict, k, v) < 0)
			Py_CLEAR(dict);
		Py_XDECREF(k);
		Py_XDECREF(v);
	}
	return dict;
}

PyObject *
convert_json(const json_t *json, PyObject *untag)
{
	switch (json_typeof(json)) {
	case JSON_OBJECT:
		return convert_object((json_t *)json, untag);
	case JSON_ARRAY:
		return convert_array(json, untag);
	case JSON_STRING:
		return convert_string(json);
	case JSON_INTEGER:
		return PyLong_FromLongLong(json_integer_value(json));
	case JSON_REAL:
		return PyFloat_FromDouble(json_real_value(json));
	case JSON_TRUE:
		Py_RETURN_TRUE;
	case JSON_FALSE:
		Py_RETURN_FALSE;
	case JSON_NULL:
		break;
	}
	Py_RETURN_NONE;
}
