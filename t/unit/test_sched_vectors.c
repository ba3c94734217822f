/* test_sched_vectors.c: what pytest-xdist's own schedulers ordered for the same histories. */
#include "prun/compat.h"

#include <criterion/criterion.h>

#include "sched_trace.h"
#include "vectors_sched.h"

Test(sched_vectors, as_xdist)
{
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++)
		TRACE(vectors[i]);
}
