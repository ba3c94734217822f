/* remove.h: a folder removed with all that is in it, by several threads at once. */
#ifndef PRUN_REMOVE_H
#define PRUN_REMOVE_H

#include <stdbool.h>

/*
 * Remove the folder `path` as far as that can be done without changing any mode; links are not followed.  What cannot
 * be removed, or lies very deep, stays: the caller sees to it.  go_on(arg) is called by the calling thread now and
 * then; once it returns false no more is removed.  No other thread remains, and none of them takes a signal.
 *
 * Returns whether the folder is gone.
 */
bool remove_tree(const char *path, bool (*go_on)(void *arg), void *arg);

#endif
