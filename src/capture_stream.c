/*
 * capture_stream.c: streams for capsys: new ones, and such as nobody refers to and nobody has changed.
 *
 * What makes a CaptureIO expensive is what codecs make for it.  One of which all that refers to it is about to go, and
 * which is as it was made, cannot be told from a new one: it is given out again in the place of one.
 */
#include "prun/python.h"

#include "prun/compat.h"

#include "prun/capture_impl.h"

enum { PARTS = 8 };

/* A stream that was made here, and the objects that it referred to then: addresses alone, nothing is kept alive. */
struct made {
	PyObject *stream;
	PyObject *part[PARTS];
	Py_ssize_t nparts;
	bool idle; /* the stream is owned: nobody else has it */
};

static struct made made[CAPTURE_STREAMS];

/* ---- what it is made of ---- */

/* (0, b""): where it was rewound to.  Such a place is told like that of a stream in which nobody has moved. */
static bool
is_beginning(PyObject *part)
{
	if (!PyTuple_CheckExact(part) || PyTuple_Size(part) != 2)
		return false;
	PyObject *flags = PyTuple_GetItem(part, 0), *input = PyTuple_GetItem(part, 1);
	return PyLong_CheckExact(flags) && PyLong_AsLong(flags) == 0 && PyBytes_CheckExact(input) && PyBytes_Size(input) == 0;
}

/* May it come and go?  The attributes that somebody may have put on it are looked at elsewhere. */
static bool
is_passing(PyObject *part)
{
	return PyDict_CheckExact(part) || is_beginning(part);
}

/* A new list of what it refers to; NULL without an exception. */
static PyObject *
parts_of(PyObject *stream)
{
	PyObject *parts = PyObject_CallFunctionObjArgs(capture.referents, stream, NULL);
	PyErr_Clear();
	return parts;
}

/* ---- making one ---- */

/* CaptureIO() */
static PyObject *
new_stream(void)
{
	PyObject *buffer = PyObject_CallObject(capture.buffer_type, NULL), *args = NULL, *done = NULL;
	PyObject *stream = buffer ? PyObject_CallFunctionObjArgs(capture.new, capture.stream_type, NULL) : NULL;
	PyObject *two = stream ? PyTuple_Pack(2, stream, buffer) : NULL;
	if (two && (args = PySequence_Concat(two, capture.stream_words)))
		done = PyObject_CallObject(capture.init, args);
	if (!done)
		Py_CLEAR(stream);
	Py_XDECREF(done);
	Py_XDECREF(args);
	Py_XDECREF(two);
	Py_XDECREF(buffer);
	return stream;
}

static void
remember(struct made *m, PyObject *stream)
{
	PyObject *parts = parts_of(stream);
	*m = (struct made){0};
	Py_ssize_t n = parts ? PyList_Size(parts) : PARTS + 1;
	for (Py_ssize_t i = 0; n <= PARTS && i < n; i++)
		if (!is_passing(PyList_GetItem(parts, i)))
			m->part[m->nparts++] = PyList_GetItem(parts, i);
	if (n <= PARTS)
		m->stream = stream;
	Py_XDECREF(parts);
}

/* An idle one is nobody's: who looks through all objects for what was left open finds neither it nor its buffer. */
static void
show(PyObject *stream, bool shown)
{
	PyObject *buffer = PyObject_GetAttr(stream, capture.name[C_buffer]);
	void (*track)(void *) = shown ? PyObject_GC_Track : PyObject_GC_UnTrack;
	track(stream);
	if (buffer)
		track(buffer);
	Py_XDECREF(buffer);
	PyErr_Clear();
}

PyObject *
capture_stream(int which)
{
	struct made *m = &made[which];
	if (m->idle) {
		m->idle = false;
		show(m->stream, true);
		return m->stream;
	}
	PyObject *stream = new_stream();
	if (stream)
		remember(m, stream);
	return stream;
}

/* ---- is one as it was made? ---- */

/*
 * Has it the same encoding, way with errors and with ends of lines, encoder, decoder and buffer, and nothing besides?
 * *decoder is borrowed from it.
 */
static bool
has_same_parts(const struct made *m, PyObject **decoder)
{
	PyObject *parts = parts_of(m->stream);
	Py_ssize_t n = parts ? PyList_Size(parts) : 0, at = 0;
	bool same = parts;
	for (Py_ssize_t i = 0; same && i < n; i++) {
		PyObject *part = PyList_GetItem(parts, i);
		if (is_passing(part))
			continue;
		same = at < m->nparts && part == m->part[at++];
		if ((PyObject *)Py_TYPE(part) == capture.decoder_type)
			*decoder = part;
	}
	Py_XDECREF(parts);
	return same && at == m->nparts;
}

static bool
is_attribute(PyObject *stream, enum capture_name name, PyObject *value)
{
	PyObject *is = PyObject_GetAttr(stream, capture.name[name]);
	bool same = is && PyObject_RichCompareBool(is, value, Py_EQ) == 1;
	Py_XDECREF(is);
	PyErr_Clear();
	return same;
}

static bool
has_no_weakrefs(PyObject *o)
{
	PyObject *count = PyObject_CallFunctionObjArgs(capture.count_weak, o, NULL);
	bool none = count && PyLong_AsLong(count) == 0;
	Py_XDECREF(count);
	PyErr_Clear();
	return none;
}

/* Is its buffer its own alone but for our reference, with nothing put upon it, and at its beginning? */
static bool
is_buffer_plain(PyObject *buffer)
{
	PyObject *none = capture_attributes(buffer, capture.buffer_type, 0), *at = NULL;
	if (none && capture_is_private(none) && Py_REFCNT(buffer) == 2 && has_no_weakrefs(buffer))
		at = PyObject_CallMethodObjArgs(buffer, capture.name[C_tell], NULL);
	bool is = at && PyLong_AsLong(at) == 0;
	Py_XDECREF(at);
	Py_XDECREF(none);
	PyErr_Clear();
	return is;
}

static bool
is_as_made(const struct made *m)
{
	PyObject *none = capture_attributes(m->stream, capture.stream_type, 0), *decoder = NULL, *done = NULL;
	PyObject *buffer = PyObject_GetAttr(m->stream, capture.name[C_buffer]);
	PyObject *w = capture.stream_words;
	if (none && buffer && capture_is_private(none) && is_buffer_plain(buffer) && has_no_weakrefs(m->stream) &&
	    is_attribute(m->stream, C_line_buffering, PyTuple_GetItem(w, 3)) &&
	    is_attribute(m->stream, C_write_through, PyTuple_GetItem(w, 4)) &&
	    is_attribute(m->stream, C__CHUNK_SIZE, capture.chunk) && has_same_parts(m, &decoder) && decoder)
		done = PyObject_CallMethodObjArgs(decoder, capture.name[C_reset], NULL); /* somebody may have read from it */
	Py_XDECREF(none);
	Py_XDECREF(buffer);
	Py_XDECREF(done);
	PyErr_Clear();
	return done;
}

bool
capture_may_keep(int which, PyObject *stream, Py_ssize_t holders)
{
	return made[which].stream == stream && Py_REFCNT(stream) == holders && is_as_made(&made[which]);
}

void
capture_keep(int which)
{
	Py_INCREF(made[which].stream);
	made[which].idle = true;
	show(made[which].stream, false);
}
