/* clock.c: monotonic time. */
#include "prun/compat.h"

#include <time.h>

#include "prun/clock.h"

uint64_t
clock_now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * CLOCK_SECOND + (uint64_t)t.tv_nsec;
}
