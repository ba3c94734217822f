/*
 * interp.h: which Python environment is active, as `python -m pytest` would find it.
 *
 * VIRTUAL_ENV, else the first python3 on PATH, else the interpreter that prun was configured with.
 */
#ifndef PRUN_INTERP_H
#define PRUN_INTERP_H

#include <limits.h>
#include <stdbool.h>

struct interp {
	char exe[PATH_MAX];  /* absolute path: sys.executable */
	char version[16];    /* "3.11", or "" while nobody has asked it */
	char home[PATH_MAX]; /* folder of the interpreter that an environment was made from, or of exe itself */
	const char *from;    /* what decided it, for messages */
};

/* Find it. */
void interp_find(struct interp *in);

/* Is it of the version that prun embeds, since a process holds one CPython?  Asks it if need be.  Returns 0, or -1
 * after one sentence on standard error that says what to do. */
int interp_fits(struct interp *in);

/*
 * Read pyvenv.cfg of the environment at `dir`: in->version ("3.11") and in->home.  -1 if there is none, or it
 * names no version.
 */
int interp_read_venv(const char *dir, struct interp *in);

/* Is this another installation of CPython than the one that prun is linked with?  Then the modules frozen
 * into libpython (site, os, …), which distributions patch, are not that installation's. */
bool interp_foreign(const struct interp *in);

#endif
