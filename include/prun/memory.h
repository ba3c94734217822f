/* memory.h: how much memory a process takes. */
#ifndef PRUN_MEMORY_H
#define PRUN_MEMORY_H

#include <stdint.h>
#include <sys/types.h>

/* Bytes that it has for itself, and its part of what it shares with others (proportional set size): those of all
 * processes add up to what is taken.  0 where the kernel does not say. */
uint64_t memory_of(pid_t pid);

#endif
