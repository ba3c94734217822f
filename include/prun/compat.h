/* compat.h: what must be defined before any system header; the first include of every .c file. */
#ifndef PRUN_COMPAT_H
#define PRUN_COMPAT_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1
#endif

#include "config.h"

#endif
