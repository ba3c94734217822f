/*
 * bridge.h: the built-in module _prun, through which the pytest side (py/prun) and the core meet.
 *
 * _prun.run(master, items, …) runs a pool; see its docstring for shapes and errors.
 */
#ifndef PRUN_BRIDGE_H
#define PRUN_BRIDGE_H

#include <stdbool.h>

struct _object;

/* Module initialiser for PyImport_AppendInittab(). */
struct _object *bridge_init(void);

/* Did Python say that the interpreter need not be finalized (_prun.ended())? */
bool bridge_ended(void);

#endif
