/*
 * host.h: which process hosts the run.
 *
 * The environment's own interpreter, with the core as an extension module: it is any CPython from 3.9 on, and
 * as fast as its makers could make it.  Or the CPython inside prun, when PRUN_HOST=embed says so or the extension
 * is not there.
 */
#ifndef PRUN_HOST_H
#define PRUN_HOST_H

enum host { HOST_EXEC, HOST_EMBED };

/* Choose; `pydir` is the folder of prun's Python files and of the extension.  -1 after a sentence. */
int host_choose(const char *pydir);

/* Become `exe` (absolute), with argv[1…] as the arguments.  Returns only if that fails, after a sentence. */
void host_exec(const char *exe, const char *pydir, int argc, char **argv);

#endif
