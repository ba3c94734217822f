/*
 * replay.c: a fuzz target without libFuzzer, the same each time: the corpus, then seeded changes of it.
 *
 *     replay_NAME [--tap=FILE] [-n CHANGES] [-s SEED] [FILE|FOLDER…]    its own corpus by default
 *
 * Where the target ends the process, the input that did it is in the file replay_NAME.input, next to the
 * program.
 */
#include "prun/compat.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST = 4096, FILES = 256 };

static struct input {
	uint8_t p[MOST];
	size_t n;
} corpus[FILES], now;
static size_t ncorpus;
static uint64_t state = 1;
static char save[512];

static uint32_t
chance(uint32_t below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)(state >> 32) % below;
}

static void
insert(struct input *in, size_t at, const uint8_t *p, size_t n)
{
	n = n < MOST - in->n ? n : MOST - in->n;
	memmove(in->p + at + n, in->p + at, in->n - at);
	memcpy(in->p + at, p, n);
	in->n += n;
}

static void
erase(struct input *in, size_t at, size_t n)
{
	n = n < in->n - at ? n : in->n - at;
	memmove(in->p + at, in->p + at + n, in->n - at - n);
	in->n -= n;
}

static void
change(struct input *in)
{
	size_t at = in->n ? chance((uint32_t)in->n) : 0;
	const struct input *other = &corpus[chance((uint32_t)ncorpus)];
	uint8_t some[16];
	for (size_t i = 0; i < sizeof(some); i++)
		some[i] = (uint8_t)chance(256);
	switch (chance(5)) {
	case 0:
		if (in->n)
			in->p[at] = some[0];
		break;
	case 1:
		if (in->n)
			in->p[at] ^= (uint8_t)(1 << chance(8));
		break;
	case 2:
		insert(in, at, some, 1 + chance(sizeof(some)));
		break;
	case 3:
		erase(in, at, 1 + chance(16));
		break;
	default:
		if (other->n) {
			size_t from = chance((uint32_t)other->n);
			insert(in, at, other->p + from, 1 + chance((uint32_t)(other->n - from)));
		}
	}
}

static void
read_file(const char *path)
{
	struct input *in = &corpus[ncorpus];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = ncorpus < FILES ? read(fd, in->p, MOST) : -1;
	if (fd >= 0)
		close(fd);
	if (n < 0)
		return;
	in->n = (size_t)n;
	ncorpus++;
}

static int
by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static void
read_all(const char *path)
{
	struct dirent **names;
	int n = scandir(path, &names, NULL, by_name);
	if (n < 0)
		read_file(path);
	for (int i = 0; i < n; i++) {
		char file[4096];
		snprintf(file, sizeof(file), "%s/%s", path, names[i]->d_name);
		if (names[i]->d_name[0] != '.')
			read_file(file);
		free(names[i]);
	}
	if (n >= 0)
		free(names);
}

/* A target may have put functions of its own in the place of write(), raise() and the like. */
static void
on_end(int sig)
{
	int fd = open(save, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	(void)!pwrite(fd, now.p, now.n, 0);
	dprintf(STDERR_FILENO, "SIG%s, of the input in %s\n", sigabbrev_np(sig), save);
	_exit(128 + sig);
}

/* At its exact size on the heap, so that the sanitizers see who reads past its end. */
static void
run(void)
{
	uint8_t *p = malloc(now.n ? now.n : 1);
	if (!p)
		exit(1);
	memcpy(p, now.p, now.n);
	LLVMFuzzerTestOneInput(p, now.n);
	free(p);
}

int
main(int argc, char **argv)
{
	const char *tap = NULL;
	char own[4096];
	unsigned long changes = 5000, i;
	static const int fatal[] = {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGALRM};
	snprintf(save, sizeof(save), "%s.input", argv[0]);
	for (i = 0; i < sizeof(fatal) / sizeof(*fatal); i++)
		signal(fatal[i], on_end);
	for (int a = 1; a < argc; a++)
		if (strncmp(argv[a], "--tap=", 6) == 0)
			tap = argv[a] + 6;
		else if (strcmp(argv[a], "-n") == 0 && argv[a + 1])
			changes = strtoul(argv[++a], NULL, 10);
		else if (strcmp(argv[a], "-s") == 0 && argv[a + 1])
			state = strtoul(argv[++a], NULL, 10) | 1;
		else
			read_all(argv[a]);
	if (!ncorpus) {
		snprintf(own, sizeof(own), "%s/%s", CORPUS, strrchr(argv[0], '_') + 1);
		read_all(own);
	}
	if (!ncorpus) {
		fprintf(stderr, "%s: no input\n", argv[0]);
		return 2;
	}
	for (i = 0; i < ncorpus + changes; i++) {
		now = corpus[i < ncorpus ? i : chance((uint32_t)ncorpus)];
		for (uint32_t n = i < ncorpus ? 0 : 1 + chance(6); n; n--)
			change(&now);
		alarm(20);
		run();
	}
	printf("%zu files, %lu changes\n", ncorpus, changes);
	FILE *f = tap ? fopen(tap, "w") : NULL;
	if (f) {
		fprintf(f, "ok 1 - the corpus\nok 2 - changes of it\n1..2\n");
		fclose(f);
	}
	return 0;
}
