/* fault.h: how a process died, in words. */
#ifndef PRUN_FAULT_H
#define PRUN_FAULT_H

#include <stddef.h>

/*
 * Describe a wait status: "killed by SIGSEGV (Segmentation fault)", "exited with status 1".  A status of
 * 0 is a death too where the worker had not said goodbye: "exited with status 0".
 */
void fault_describe(int status, char *text, size_t size);

#endif
