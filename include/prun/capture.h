/*
 * capture.h: capsys's streams are put up and taken down, as pytest's CaptureFixture._start() and .close() do.
 *
 * The objects are of pytest's own classes, and new, but for streams that cannot be told from new ones.  Whatever is out
 * of the ordinary is noticed before anything was done about it, and goes to pytest's own functions: see
 * py/prun/fast/capture.py.
 *
 * Python.h comes first; needs the interpreter's lock.
 */
#ifndef PRUN_CAPTURE_H
#define PRUN_CAPTURE_H

struct _object;

/* Function of _prun. */
extern const char capture_methods_doc[];
struct _object *capture_methods(struct _object *self, struct _object *host);

#endif
