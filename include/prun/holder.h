/*
 * holder.h: what holds fixtures, looked through while a session begins and collects.
 *
 * Which kinds of values can be none comes from py/prun/fast/collect.py.  Python.h comes first; needs the interpreter's
 * lock.
 */
#ifndef PRUN_HOLDER_H
#define PRUN_HOLDER_H

struct _object;

/* Functions of _prun. */
extern const char holder_names_doc[], holder_total_doc[];
struct _object *holder_names(struct _object *self, struct _object *args);
struct _object *holder_total(struct _object *self, struct _object *table);

#endif
