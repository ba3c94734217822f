/* clock.h: monotonic time. */
#ifndef PRUN_CLOCK_H
#define PRUN_CLOCK_H

#include <stdint.h>

#define CLOCK_SECOND UINT64_C(1000000000)
#define CLOCK_MILLISECOND UINT64_C(1000000)

/* Nanoseconds since some fixed point; never goes back, whatever happens to the wall clock. */
uint64_t clock_now(void);

#endif
