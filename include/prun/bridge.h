/*
 * bridge.h: the module _prun, through which the pytest side (py/prun) and the core meet.
 *
 * _prun.run(master, items, …) runs a pool; see its docstring for shapes and errors.  Built into the executable,
 * and an extension module for other interpreters.
 */
#ifndef PRUN_BRIDGE_H
#define PRUN_BRIDGE_H

struct _object;

/* The module's initialiser, which an interpreter calls when it loads the extension. */
struct _object *PyInit__prun(void);

#endif
