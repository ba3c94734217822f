/*
 * intact.h: a short cut stands for certain functions, and for nobody's patches to them: are they still what they were?
 *
 * What to look at comes from py/prun/fast/intact.py.  Python.h comes first; needs the interpreter's lock.
 */
#ifndef PRUN_INTACT_H
#define PRUN_INTACT_H

#include <stdbool.h>

struct _object;

/* names: a flat list of (dictionary, name, what was there; Ellipsis: nothing).  Never an exception. */
bool intact(struct _object *names);

/* Function of _prun. */
extern const char intact_doc[];
struct _object *intact_method(struct _object *self, struct _object *names);

#endif
