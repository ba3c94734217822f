/*
 * embed.h: CPython inside prun, started as `python -m pytest` would start it.
 *
 * With bridge.c and convert.c the only user of Python.h.
 */
#ifndef PRUN_EMBED_H
#define PRUN_EMBED_H

#include <stdbool.h>

/* Start the interpreter with `exe` as sys.executable; `foreign` as interp_foreign() says.  Returns 0, or an exit status after a message. */
int embed_start(const char *exe, bool foreign);

/* Import prun.main from the folder `pydir` and call its main() with argv[1…].  Returns the exit status. */
int embed_run(const char *pydir, int argc, char **argv);

/* End the interpreter as python does, unless bridge_ended().  Returns `status`, or 120 when flushing failed. */
int embed_end(int status);

#endif
