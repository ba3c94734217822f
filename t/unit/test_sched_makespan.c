/*
 * test_sched_makespan.c: how good schedules are, over the best that any could be: the longest item, or the work by
 * workers, whichever is more.  -DTABLE prints what the modes reach on random suites.
 */
#include "prun/compat.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "sched_makespan.h"

#ifndef SUITES
#define SUITES 100
#endif

enum { ITEMS = 4000 };

struct suite {
	size_t n, nfiles;
	uint32_t unit[ITEMS];
	double seconds[ITEMS];  /* what items take */
	double expected[ITEMS]; /* what is thought of that */
	uint64_t seed;
};

static double
draw(struct suite *u)
{
	u->seed ^= u->seed << 13;
	u->seed ^= u->seed >> 7;
	u->seed ^= u->seed << 17;
	return (double)(u->seed >> 11) / (double)(1ull << 53);
}

static double
normal(struct suite *u)
{
	return sqrt(-2 * log(1 - draw(u))) * cos(6.283185307 * draw(u));
}

/* All tests alike; spread over two orders; a few long ones; files that differ as a whole; spread, in one file. */
enum shape { EVEN, SPREAD, FEW_LONG, FILES, ONE_FILE, SHAPES };
static const char *const shapes[] = {"even", "spread", "few long", "slow files", "one file"};

static double
takes(struct suite *u, enum shape shape, double slow)
{
	switch (shape) {
	case EVEN:
		return 0.01 * (0.8 + 0.4 * draw(u));
	case SPREAD:
	case ONE_FILE:
		return 0.02 * exp(1.2 * normal(u));
	case FEW_LONG:
		return draw(u) < 0.02 ? 0.5 + 3 * draw(u) : 0.005 * exp(0.5 * normal(u));
	default:
		return slow * exp(0.5 * normal(u));
	}
}

static void
make(struct suite *u, enum shape shape, uint64_t seed)
{
	*u = (struct suite){.seed = seed * 0x9e3779b97f4a7c15u + 1};
	draw(u);
	u->nfiles = shape == ONE_FILE ? 1 : 1 + (size_t)(draw(u) * draw(u) * 60);
	for (size_t f = 0; f < u->nfiles; f++) {
		size_t size = 1 + (size_t)(draw(u) * (shape == ONE_FILE ? 1000 : 60));
		double slow = 0.005 * exp(1.5 * normal(u));

		for (; size-- && u->n < ITEMS; u->n++) {
			u->unit[u->n] = (uint32_t)f;
			u->seconds[u->n] = takes(u, shape, slow);
		}
	}
}

/* What is known of the times. */
enum know { NOTHING, ALL, NOISY, PARTLY, KNOWS };
static const char *const knows[] = {"no history", "exact", "noisy", "20% unknown"};

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double
median(const struct suite *u)
{
	double v[ITEMS];

	memcpy(v, u->seconds, u->n * sizeof(*v));
	qsort(v, u->n, sizeof(*v), by_value);
	return v[u->n / 2];
}

static const double *
expect(struct suite *u, enum know know)
{
	double usual = median(u);

	for (size_t i = 0; i < u->n; i++) {
		u->expected[i] = u->seconds[i];
		if (know == NOISY)
			u->expected[i] *= exp(0.3 * normal(u));
		if (know == PARTLY && draw(u) < 0.2)
			u->expected[i] = usual;
	}
	return know == NOTHING ? NULL : u->expected;
}

static double
least(const struct suite *u, uint32_t workers)
{
	double sum = 0, longest = 0;

	for (size_t i = 0; i < u->n; i++) {
		sum += u->seconds[i];
		longest = fmax(longest, u->seconds[i]);
	}
	return fmax(longest, sum / workers);
}

static double
loss(struct suite *u, enum sched_mode mode, const double *expected, uint32_t workers, size_t *setups)
{
	struct sched_conf conf = {
	    .mode = mode,
	    .nitems = u->n,
	    .unit = u->unit,
	    .nunits = u->nfiles,
	    .reorder = true,
	    .seconds = expected,
	};
	return makespan(&conf, u->unit, u->seconds, workers, setups) / least(u, workers);
}

/* Longest first to whoever is free, wherever it belongs: what could be reached if nothing had to stay together. */
static double
greedy(const struct suite *u, uint32_t workers)
{
	double v[ITEMS], end[64] = {0}, last = 0;

	memcpy(v, u->seconds, u->n * sizeof(*v));
	qsort(v, u->n, sizeof(*v), by_value);
	for (size_t i = u->n; i-- > 0;) {
		uint32_t first = 0;

		for (uint32_t w = 1; w < workers; w++)
			if (end[w] < end[first])
				first = w;
		end[first] += v[i];
		last = fmax(last, end[first]);
	}
	return last / least(u, workers);
}

struct score {
	double mean, worst, files; /* files: entered, over how many there are */
};

static struct score
score(enum sched_mode mode, enum shape shape, enum know know, uint32_t workers)
{
	struct suite *u = xmalloc(sizeof(*u));
	struct score sum = {0, 0, 0};

	for (uint64_t seed = 1; seed <= SUITES; seed++) {
		size_t setups;
		double got;

		make(u, shape, seed);
		setups = 0;
		got = mode == SCHED_MODES ? greedy(u, workers) : loss(u, mode, expect(u, know), workers, &setups);
		sum.mean += got / SUITES;
		sum.worst = fmax(sum.worst, got);
		sum.files += (double)setups / (double)u->nfiles / SUITES;
	}
	free(u);
	return sum;
}

#ifdef TABLE
static void
row(const char *name, enum sched_mode mode, enum know know, uint32_t workers)
{
	printf("%-22s", name);
	for (int shape = 0; shape < SHAPES; shape++) {
		struct score x = score(mode, (enum shape)shape, know, workers);

		printf("  %5.3f %5.2f %5.1f", x.mean, x.worst, x.files);
	}
	printf("\n");
}

/* Mean and worst makespan over the least, and files entered over files. */
static void
table(uint32_t workers)
{
	char name[64];

	printf("\n-n %-19u", workers);
	for (int shape = 0; shape < SHAPES; shape++)
		printf("  %-17s", shapes[shape]);
	printf("\n");
	row("greedy", SCHED_MODES, NOTHING, workers);
	row("load", SCHED_LOAD, NOTHING, workers);
	row("worksteal", SCHED_WORKSTEAL, NOTHING, workers);
	row("loadfile", SCHED_LOADFILE, NOTHING, workers);
	for (int know = 0; know < KNOWS; know++) {
		snprintf(name, sizeof(name), "duration, %s", knows[know]);
		row(name, SCHED_DURATION, (enum know)know, workers);
	}
}

Test(sched_makespan, table)
{
	table(2);
	table(4);
	table(8);
}
#endif

/* The times are drawn from fixed numbers: these are properties of the modes, and no clock is asked. */
static void
beats_load(enum know know, double slack)
{
	for (uint32_t workers = 2; workers <= 8; workers *= 2)
		for (int shape = 0; shape < SHAPES; shape++) {
			struct score load = score(SCHED_LOAD, (enum shape)shape, NOTHING, workers);
			struct score ours = score(SCHED_DURATION, (enum shape)shape, know, workers);

			cr_expect_leq(ours.mean, load.mean + slack, "-n %u, %s, %s: %.3f, load %.3f", workers,
				      shapes[shape], knows[know], ours.mean, load.mean);
			cr_expect_leq(ours.files, load.files + 0.01, "-n %u, %s, %s: files entered %.1f, load %.1f",
				      workers, shapes[shape], knows[know], ours.files, load.files);
		}
}

Test(sched_makespan, no_worse_than_load_without_a_history, .timeout = 60)
{
	beats_load(NOTHING, 0.02);
}

Test(sched_makespan, no_worse_than_load_with_an_exact_one, .timeout = 60)
{
	beats_load(ALL, 0.005);
}

Test(sched_makespan, no_worse_than_load_with_a_noisy_one, .timeout = 60)
{
	beats_load(NOISY, 0.005);
}

Test(sched_makespan, no_worse_than_load_where_a_fifth_is_new, .timeout = 60)
{
	beats_load(PARTLY, 0.005);
}

/* 300 tests of 10 ms in 15 files or in one, and one of 3 s that comes last. */
Test(sched_makespan, long_tail)
{
	for (int files = 0; files < 2; files++) {
		struct suite *u = xcalloc(1, sizeof(*u));

		u->n = 301;
		u->nfiles = files ? 16 : 1;
		for (size_t i = 0; i < u->n; i++) {
			u->unit[i] = files ? (uint32_t)i / 20 : 0;
			u->seconds[i] = i < 300 ? 0.01 : 3;
		}
		cr_expect_leq(loss(u, SCHED_DURATION, expect(u, ALL), 2, NULL), 1.01);
		free(u);
	}
}
