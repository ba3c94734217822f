/* raised.h: an exception as a value; python.h comes first. */
#ifndef PRUN_RAISED_H
#define PRUN_RAISED_H

/* The exception that is set, with its traceback in it, and is not set any more: a new reference.  NULL: none is set. */
PyObject *raised_take(void);

/* Likewise, but None where none is set. */
PyObject *raised_take_or_none(void);

#endif
