/*
 * python.h: CPython's stable ABI, as of 3.9.
 *
 * What includes this serves every CPython from 3.9 on in one binary: as part of the executable, where embed.c
 * starts an interpreter, and of the extension module _prun.  First of all includes, as Python.h wants to be.
 */
#ifndef PRUN_PYTHON_H
#define PRUN_PYTHON_H

#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x03090000
#include <Python.h>

#endif
