/* numbered.h: what pytest's make_numbered_dir() looks for: names that end in a number, and paths without links. */
#ifndef PRUN_NUMBERED_H
#define PRUN_NUMBERED_H

#include <stdbool.h>

enum {
	NUMBERED_NONE = -1,  /* no name has a number */
	NUMBERED_UNSURE = -2 /* Python has to look: the folder cannot be read, or a name is not for C to judge */
};

/* The highest number after `prefix`, which is ASCII and counts in any case, among the names in `folder`. */
long long numbered_highest(const char *folder, const char *prefix);

/* Is `path` absolute and normal, and no part of it a symbolic link?  What is missing is none. */
bool numbered_unlinked(const char *path);

#endif
