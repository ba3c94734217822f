/* capture.c: CaptureFixture._start() and .close() of the fixture capsys. */
#include "prun/python.h"

#include "prun/compat.h"

#include "prun/capture.h"
#include "prun/capture_impl.h"
#include "prun/intact.h"

struct capture capture;

static const char *const std[CAPTURE_STREAMS] = {"stdout", "stderr"};
static PyObject *std_name[CAPTURE_STREAMS]; /* the same */

static int
done(PyObject *result)
{
	Py_XDECREF(result);
	return result ? 0 : -1;
}

static int
set(PyObject *owner, enum capture_name name, PyObject *value)
{
	return PyObject_SetAttr(owner, capture.name[name], value);
}

PyObject *
capture_attributes(PyObject *o, PyObject *type, Py_ssize_t n)
{
	PyObject *dict = o && (PyObject *)Py_TYPE(o) == type ? PyObject_GetAttr(o, capture.name[C___dict__]) : NULL;
	if (dict && (!PyDict_CheckExact(dict) || PyDict_Size(dict) != n))
		Py_CLEAR(dict);
	PyErr_Clear();
	return dict;
}

/* Borrowed; NULL without an exception. */
static PyObject *
peek(PyObject *dict, enum capture_name name)
{
	return PyDict_GetItemWithError(dict, capture.name[name]);
}

/* Is it what capsys makes, with nothing put upon it?  Its attributes, a new reference, or NULL without an exception. */
static PyObject *
plain_fixture(PyObject *self, PyObject *names)
{
	enum { OF_ALL = 5 };
	PyObject *dict = capture_attributes(self, capture.fixture_type, OF_ALL + 1), *config;
	if (dict) { /* from 8.4 on */
		if (!(config = peek(dict, C__config)) || !PyDict_CheckExact(config) || PyDict_Size(config))
			Py_CLEAR(dict);
	} else
		dict = capture_attributes(self, capture.fixture_type, OF_ALL);
	if (dict && (peek(dict, C_captureclass) != capture.capture_type || !intact(names)))
		Py_CLEAR(dict);
	return dict;
}

/* ---- _start() ---- */

/* SysCapture(1 or 2), started but for sys. */
static PyObject *
new_capture(int which, PyObject *old)
{
	PyObject *stream = capture_stream(which), *one = NULL;
	if (stream)
		one = PyType_GenericAlloc((PyTypeObject *)capture.capture_type, 0);
	if (one && (set(one, C__old, old) < 0 || set(one, C_name, std_name[which]) < 0 || set(one, C_tmpfile, stream) < 0 ||
		    set(one, C__state, capture.name[C_started]) < 0))
		Py_CLEAR(one);
	Py_XDECREF(stream);
	return one;
}

/* MultiCapture(None, out, err), started. */
static PyObject *
new_multi(PyObject *out, PyObject *err)
{
	PyObject *multi = PyType_GenericAlloc((PyTypeObject *)capture.multi_type, 0);
	if (multi && (set(multi, C_in_, Py_None) < 0 || set(multi, C_out, out) < 0 || set(multi, C_err, err) < 0 ||
		      set(multi, C__state, capture.name[C_started]) < 0))
		Py_CLEAR(multi);
	return multi;
}

static int
put_up(PyObject *one, int which)
{
	PyObject *stream = PyObject_GetAttr(one, capture.name[C_tmpfile]);
	int failed = stream ? PySys_SetObject(std[which], stream) : -1;
	Py_XDECREF(stream);
	return failed;
}

static int
begin(PyObject *self, PyObject *old_out, PyObject *old_err)
{
	PyObject *out = new_capture(OUT, old_out), *err = out ? new_capture(ERR, old_err) : NULL;
	PyObject *multi = err ? new_multi(out, err) : NULL;
	int failed = !multi || set(self, C__capture, multi) < 0 || put_up(out, OUT) < 0 || put_up(err, ERR) < 0;
	Py_XDECREF(multi);
	Py_XDECREF(err);
	Py_XDECREF(out);
	return failed ? -1 : 0;
}

static PyObject *
start(PyObject *self, PyObject *unused)
{
	PyObject *dict = plain_fixture(self, capture.starts), *out = PySys_GetObject(std[OUT]), *err = PySys_GetObject(std[ERR]);
	(void)unused;
	if (!dict || peek(dict, C__capture) != Py_None || !out || !err) {
		Py_XDECREF(dict);
		return PyObject_CallFunctionObjArgs(capture.own_start, self, NULL);
	}
	Py_DECREF(dict);
	Py_INCREF(out);
	Py_INCREF(err);
	int failed = begin(self, out, err);
	Py_DECREF(err);
	Py_DECREF(out);
	if (failed < 0)
		return NULL;
	Py_RETURN_NONE;
}

/* ---- close() ---- */

/* What is captured of one stream; references of our own. */
struct side {
	PyObject *one, *old, *stream;
	bool private; /* nobody else refers to `one` */
};

/* Is it open, and empty? */
static bool
is_empty(PyObject *stream)
{
	PyObject *none = capture_attributes(stream, capture.stream_type, 0), *buffer = NULL, *value = NULL;
	if (none && (buffer = PyObject_GetAttr(stream, capture.name[C_buffer])) &&
	    (PyObject *)Py_TYPE(buffer) == capture.buffer_type && Py_REFCNT(buffer) == 2)
		value = PyObject_CallMethodObjArgs(buffer, capture.name[C_getvalue], NULL);
	bool is = value && PyBytes_Check(value) && PyBytes_Size(value) == 0;
	Py_XDECREF(value);
	Py_XDECREF(buffer);
	Py_XDECREF(none);
	PyErr_Clear();
	return is;
}

static bool
look_at(PyObject *one, int which, struct side *s)
{
	enum { ALL = 4 };
	PyObject *dict = capture_attributes(one, capture.capture_type, ALL);
	if (!dict)
		return false;
	*s = (struct side){one, peek(dict, C__old), peek(dict, C_tmpfile), Py_REFCNT(one) == 1 && capture_is_private(dict)};
	Py_INCREF(s->one);
	Py_XINCREF(s->old);
	Py_XINCREF(s->stream);
	PyObject *name = peek(dict, C_name), *state = peek(dict, C__state);
	bool is = s->old && s->stream && name && state && PyUnicode_CompareWithASCIIString(name, std[which]) == 0 &&
		  PyUnicode_CompareWithASCIIString(state, "started") == 0 && is_empty(s->stream);
	Py_DECREF(dict);
	return is;
}

static void
release_sides(struct side sides[CAPTURE_STREAMS])
{
	for (int i = 0; i < CAPTURE_STREAMS; i++) {
		Py_XDECREF(sides[i].one);
		Py_XDECREF(sides[i].old);
		Py_XDECREF(sides[i].stream);
	}
}

/* Is it open, and has nothing been written since it was looked at?  Makes no objects, so that nobody comes between. */
static bool
is_untouched(PyObject *stream)
{
	PyObject *buffer = PyObject_GetAttr(stream, capture.name[C_buffer]);
	PyObject *at = buffer ? PyObject_CallMethodObjArgs(buffer, capture.name[C_tell], NULL) : NULL;
	bool is = at && PyLong_AsLong(at) == 0;
	Py_XDECREF(at);
	Py_XDECREF(buffer);
	PyErr_Clear();
	return is;
}

/* SysCapture.done() */
static int
take_down(const struct side *s, int which)
{
	if (PySys_SetObject(std[which], s->old) < 0 || PyObject_SetAttr(s->one, capture.name[C__old], NULL) < 0 ||
	    done(PyObject_CallMethodObjArgs(s->stream, capture.name[C_close], NULL)) < 0)
		return -1;
	return set(s->one, C__state, capture.name[C_done]);
}

/* What is in it by itself: nothing is added to what was captured before. */
static bool
is_text(PyObject *captured)
{
	return captured && PyUnicode_CheckExact(captured);
}

/* The captures of a fixture that is open, if there is nothing in them and nothing about them that is not as usual. */
static bool
look_into(PyObject *multi, struct side sides[CAPTURE_STREAMS], bool *private)
{
	enum { ALL = 4 };
	PyObject *dict = capture_attributes(multi, capture.multi_type, ALL);
	if (!dict)
		return false;
	PyObject *state = peek(dict, C__state), *out = peek(dict, C_out), *err = peek(dict, C_err);
	bool is = state && PyUnicode_CompareWithASCIIString(state, "started") == 0 && peek(dict, C_in_) == Py_None &&
		  out != err && look_at(out, OUT, &sides[OUT]) && look_at(err, ERR, &sides[ERR]);
	*private = is && Py_REFCNT(multi) == 2 && capture_is_private(dict) && sides[OUT].private && sides[ERR].private;
	Py_DECREF(dict);
	return is;
}

/*
 * Nobody else refers to the captures, their streams are as they were made, and capsys is about to drop all of them:
 * then nobody can see how they end, and the streams are kept for the next.
 */
static bool
can_drop(const struct side sides[CAPTURE_STREAMS])
{
	enum { HOLDERS = 3 }; /* sys, the capture and the side */
	for (int i = 0; i < CAPTURE_STREAMS; i++)
		if (PySys_GetObject(std[i]) != sides[i].stream || !capture_may_keep(i, sides[i].stream, HOLDERS))
			return false;
	return true;
}

static int
drop(PyObject *self, const struct side sides[CAPTURE_STREAMS])
{
	for (int i = 0; i < CAPTURE_STREAMS; i++) {
		capture_keep(i);
		if (PySys_SetObject(std[i], sides[i].old) < 0)
			return -1;
	}
	return set(self, C__capture, Py_None);
}

static int
end(PyObject *self, PyObject *multi, const struct side sides[CAPTURE_STREAMS])
{
	bool failed = set(multi, C__state, capture.name[C_stopped]) < 0 || take_down(&sides[OUT], OUT) < 0 ||
		      take_down(&sides[ERR], ERR) < 0 || set(self, C__capture, Py_None) < 0;
	return failed ? -1 : 0;
}

/* Objects were made while all this was looked at: what was collected then, or a thread, may have used it. */
static bool
is_still_so(PyObject *dict, PyObject *multi, const struct side sides[CAPTURE_STREAMS])
{
	return peek(dict, C__capture) == multi && is_untouched(sides[OUT].stream) && is_untouched(sides[ERR].stream);
}

/* Take down what is open.  1: it is down; 0: nothing was done, pytest has to; -1: an exception. */
static int
close_open(PyObject *self, PyObject *dict, PyObject *multi)
{
	struct side sides[CAPTURE_STREAMS] = {{0}};
	bool private = false, ours = look_into(multi, sides, &private), drops = ours && private && can_drop(sides);
	int down = 0;
	if (ours && is_still_so(dict, multi, sides))
		down = (drops ? drop(self, sides) : end(self, multi, sides)) < 0 ? -1 : 1;
	release_sides(sides);
	return down;
}

static PyObject *
close_streams(PyObject *self, PyObject *unused)
{
	PyObject *dict = plain_fixture(self, capture.ends), *multi = dict ? peek(dict, C__capture) : NULL;
	int down = 0;
	(void)unused;
	Py_XINCREF(multi);
	if (multi && is_text(peek(dict, C__captured_out)) && is_text(peek(dict, C__captured_err)))
		down = multi == Py_None ? 1 : close_open(self, dict, multi);
	Py_XDECREF(multi);
	Py_XDECREF(dict);
	if (!down)
		return PyObject_CallFunctionObjArgs(capture.own_close, self, NULL);
	if (down < 0)
		return NULL;
	Py_RETURN_NONE;
}

/* ---- setting it up ---- */

static int
take(PyObject *host)
{
	static const char *const names[CAPTURE_NAMES] = {
#define NAME(n) [C_##n] = #n,
	    CAPTURE_EACH_NAME
#undef NAME
	};
	static const struct {
		const char *name;
		PyObject **at;
	} given[] = {
#define GIVEN(n) {#n, &capture.n},
	    CAPTURE_EACH_GIVEN
#undef GIVEN
	};
	for (size_t i = 0; i < CAPTURE_NAMES; i++)
		if (!(capture.name[i] = PyUnicode_InternFromString(names[i])))
			return -1;
	for (size_t i = 0; i < CAPTURE_STREAMS; i++)
		if (!(std_name[i] = PyUnicode_InternFromString(std[i])))
			return -1;
	for (size_t i = 0; i < sizeof(given) / sizeof(given[0]); i++)
		if (!(*given[i].at = PyObject_GetAttrString(host, given[i].name)))
			return -1;
	return 0;
}

const char capture_methods_doc[] = PyDoc_STR(
    "capture_methods(host)\n--\n\n"
    "Returns what can be CaptureFixture._start and .close.  To be called once.\n"
    "host: prun.fast.capture.Host, whose attributes are what is needed.");

PyObject *
capture_methods(PyObject *self, PyObject *host)
{
	static PyMethodDef start_def = {"_start", start, METH_NOARGS, NULL};
	static PyMethodDef close_def = {"close", close_streams, METH_NOARGS, NULL};
	(void)self;
	if (take(host) < 0)
		return NULL;
	return Py_BuildValue("NN", PyDescr_NewMethod((PyTypeObject *)capture.fixture_type, &start_def),
			     PyDescr_NewMethod((PyTypeObject *)capture.fixture_type, &close_def));
}
