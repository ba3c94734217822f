/* huge.h: this process's memory in huge pages, so that touching and forking it costs less. */
#ifndef PRUN_HUGE_H
#define PRUN_HUGE_H

#include <stddef.h>

/*
 * Move private memory that is in use, at most so many bytes, to huge pages: its children are forked faster, and end
 * faster.  What was shared with other processes until then, copy-on-write, is this one's own afterwards.
 * Returns how many bytes lie in huge pages now; 0 where the kernel has none (before Linux 6.1), or is told not to.
 */
size_t huge_gather(size_t most);

/*
 * From now on the interpreter's arenas, in which its small objects lie, are parts of larger pieces that the kernel may
 * give huge pages to.  No effect where there is no interpreter.  To be called with the GIL, at any time, once.
 */
void huge_arenas(void);

#endif
