/*
 * interp.h: which Python environment is active, as `python -m pytest` would find it.
 *
 * VIRTUAL_ENV, else the first python3 on PATH, else the interpreter that prun was configured with.  Its
 * version must be the one that prun embeds, since a process holds one CPython.
 */
#ifndef PRUN_INTERP_H
#define PRUN_INTERP_H

#include <limits.h>

struct interp {
	char exe[PATH_MAX];  /* absolute path: sys.executable */
	char version[16];    /* "3.11" */
	const char *from;    /* what decided it, for messages */
};

/* Find it.  Returns 0, or -1 after one sentence on standard error that says what to do. */
int interp_find(struct interp *in);

/* The version in the pyvenv.cfg of the environment at `dir` ("3.11"), or -1 if there is none to read. */
int interp_venv_version(const char *dir, char version[16]);

#endif
