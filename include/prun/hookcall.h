/*
 * hookcall.h: calls of pluggy's hooks in C, for as long as nothing goes wrong.  Python.h comes first.
 *
 * The functions of _prun that py/prun/fast/hooks.py puts into the place of pluggy's own; their docstrings
 * say what they take.
 */
#ifndef PRUN_HOOKCALL_H
#define PRUN_HOOKCALL_H

extern const char hookcall_set_doc[], hookcall_multicall_doc[], hookcall_reraise_doc[];
PyObject *hookcall_set(PyObject *self, PyObject *args);
PyObject *hookcall_multicall(PyObject *self, PyObject *args, PyObject *keywords);
PyObject *hookcall_reraise(PyObject *self, PyObject *args, PyObject *keywords);

#endif
