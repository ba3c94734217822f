/*
 * embed.h: CPython inside prun, started as `python -m pytest` would start it.
 *
 * The one room that uses more of Python.h than python.h lets through, so it serves only the version that it was
 * built with.
 */
#ifndef PRUN_EMBED_H
#define PRUN_EMBED_H

#include <stdbool.h>

/* Start the interpreter with `exe` as sys.executable; `foreign` as interp_foreign() says.  Returns 0, or an exit
 * status after a message. */
int embed_start(const char *exe, bool foreign);

/* Import prun.main from the folder `pydir` and call its main() with argv[1…].  Returns the exit status. */
int embed_run(const char *pydir, int argc, char **argv);

/* End the interpreter as python does.  Returns `status`, or 120 when flushing failed. */
int embed_end(int status);

#endif
