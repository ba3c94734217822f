/* capture_impl.h: what capture*.c share; Python.h comes first, nobody else includes it. */
#ifndef PRUN_CAPTURE_IMPL_H
#define PRUN_CAPTURE_IMPL_H

#include <stdbool.h>

#define CAPTURE_EACH_NAME                                                                                              \
	NAME(__dict__) NAME(_CHUNK_SIZE) NAME(_capture) NAME(_captured_err) NAME(_captured_out) NAME(_config)          \
	NAME(_old) NAME(_state) NAME(buffer) NAME(captureclass) NAME(close) NAME(done) NAME(err) NAME(getvalue)        \
	NAME(in_) NAME(line_buffering) NAME(name) NAME(out) NAME(reset) NAME(started) NAME(stopped) NAME(tell)         \
	NAME(tmpfile) NAME(write_through)

enum capture_name {
#define NAME(n) C_##n,
	CAPTURE_EACH_NAME
#undef NAME
	CAPTURE_NAMES
};

/* What the host gives, by the name of its attribute; see py/prun/fast/capture.py. */
#define CAPTURE_EACH_GIVEN                                                                                             \
	GIVEN(buffer_type) GIVEN(capture_type) GIVEN(chunk) GIVEN(count_weak) GIVEN(decoder_type) GIVEN(ends)          \
	GIVEN(fixture_type) GIVEN(init) GIVEN(multi_type) GIVEN(new) GIVEN(own_close) GIVEN(own_start)                 \
	GIVEN(referents) GIVEN(starts) GIVEN(stream_type) GIVEN(stream_words)

struct capture {
	PyObject *name[CAPTURE_NAMES];
#define GIVEN(n) PyObject *n;
	CAPTURE_EACH_GIVEN
#undef GIVEN
};

extern struct capture capture;

/* An object's attributes, a new reference, if it is just of this class and has so many; else NULL, without an exception. */
PyObject *capture_attributes(PyObject *o, PyObject *type, Py_ssize_t n);

/* Have these attributes got no other owner than their object and us? */
static inline bool
capture_is_private(PyObject *attributes)
{
	return Py_REFCNT(attributes) == 2;
}

/* capture_stream.c: a CaptureIO for sys.stdout or sys.stderr that is new, or as good as new; a new reference. */
enum { OUT, ERR, CAPTURE_STREAMS };
PyObject *capture_stream(int which);

/* It is empty, and so many refer to it that will drop it: can it be given out again then?  Never an exception. */
bool capture_may_keep(int which, PyObject *stream, Py_ssize_t holders);

/* It is to be given out again, and not to be closed. */
void capture_keep(int which);

#endif
