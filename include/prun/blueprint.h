/*
 * blueprint.h: objects are put together as Python code had put together another one.
 *
 * A blueprint comes from py/prun/fast/blueprint.py, which makes sure that what is built is like what Python's code makes.
 * Python.h comes first; needs the interpreter's lock.
 */
#ifndef PRUN_BLUEPRINT_H
#define PRUN_BLUEPRINT_H

struct _object;

/* Function of _prun. */
extern const char blueprint_build_doc[];
struct _object *blueprint_build(struct _object *self, struct _object *args);

#endif
