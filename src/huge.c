/* huge.c: this process's memory in huge pages, so that touching and forking it costs less. */
#include "prun/compat.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "prun/huge.h"

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif

#define SETTINGS "/sys/kernel/mm/transparent_hugepage/"

enum { MOST_PAGES = 512, ENTRY_SIZE = sizeof(uint64_t), PIECE = 8 << 20 };

static const uint64_t present = UINT64_C(1) << 63; /* in an entry of pagemap */

/* Read what a small file says.  "" if there is none. */
static void
read_text(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, text, size - 1);
	if (fd >= 0)
		close(fd);
	text[n > 0 ? n : 0] = '\0';
}

/* Bytes in a huge page; 0 if there are to be none.  Where they are larger than 2 MB little is full of them. */
static size_t
huge_size(void)
{
	char text[64];
	read_text(SETTINGS "enabled", text, sizeof(text));
	if (!text[0] || strstr(text, "[never]"))
		return 0;
	read_text(SETTINGS "hpage_pmd_size", text, sizeof(text));
	size_t size = strtoul(text, NULL, 10), page = (size_t)sysconf(_SC_PAGESIZE);
	return size / page <= MOST_PAGES ? size : 0;
}

/* Is most of it in use?  A thread's stack, of which a few pages are, would take as much as it may grow to. */
static bool
is_full(int pagemap, unsigned long at, size_t size)
{
	uint64_t entry[MOST_PAGES];
	size_t page = (size_t)sysconf(_SC_PAGESIZE), pages = size / page, used = 0;
	if (pread(pagemap, entry, pages * ENTRY_SIZE, (off_t)(at / page * ENTRY_SIZE)) != (ssize_t)(pages * ENTRY_SIZE))
		return false;
	for (size_t i = 0; i < pages; i++)
		used += (entry[i] & present) != 0;
	return used >= pages / 4 * 3;
}

/* A line of maps: is it memory that the process has asked for?  Libraries' data are too small, and of a file. */
static bool
is_heap(const char *line, unsigned long *from, unsigned long *to)
{
	char access[5], name[8] = "";
	unsigned long inode;
	int n = sscanf(line, "%lx-%lx %4s %*s %*s %lu %7s", from, to, access, &inode, name);
	return n >= 4 && strcmp(access, "rw-p") == 0 && inode == 0 && (n == 4 || strcmp(name, "[heap]") == 0);
}

/* Returns how many bytes of it lie in huge pages. */
static size_t
gather(int pagemap, unsigned long from, unsigned long to, size_t size, size_t most)
{
	size_t n = 0;
	for (unsigned long at = (from + size - 1) / size * size; at + size <= to && n + size <= most; at += size)
		if (is_full(pagemap, at, size) && madvise((void *)at, size, MADV_COLLAPSE) == 0) /* NOLINT */
			n += size;
	return n;
}

size_t
huge_gather(size_t most)
{
	size_t size = huge_size(), n = 0, room = 0;
	unsigned long from, to;
	char *line = NULL;
	FILE *maps = size ? fopen("/proc/self/maps", "re") : NULL;
	int pagemap = maps ? open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC) : -1;
	while (pagemap >= 0 && getline(&line, &room, maps) > 0)
		if (is_heap(line, &from, &to))
			n += gather(pagemap, from, to, size, most - n);
	free(line);
	if (pagemap >= 0)
		close(pagemap);
	if (maps)
		fclose(maps);
	return n;
}

/* As in Python's headers, which do not show it to who uses the stable ABI: it has been the same since 3.4. */
typedef struct {
	void *ctx;
	void *(*alloc)(void *ctx, size_t size);
	void (*free)(void *ctx, void *at, size_t size);
} PyObjectArenaAllocator;

extern void PyObject_SetArenaAllocator(PyObjectArenaAllocator *allocator) __attribute__((weak));

static atomic_uintptr_t next_arena; /* in a piece; a multiple of PIECE: it is full, or there is none yet */

static void *
map(size_t size)
{
	void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	return at == MAP_FAILED ? NULL : at;
}

/* PIECE bytes that begin at a multiple of that; 0: there are none. */
static uintptr_t
map_piece(void)
{
	uintptr_t at = (uintptr_t)map(2 * (size_t)PIECE), begin = (at + PIECE - 1) / PIECE * PIECE;
	if (!at)
		return 0;
	if (begin > at)
		munmap((void *)at, begin - at); /* NOLINT(performance-no-int-to-ptr): here and below */
	if (at + PIECE > begin)
		munmap((void *)(begin + PIECE), at + PIECE - begin); /* NOLINT(performance-no-int-to-ptr) */
	madvise((void *)begin, PIECE, MADV_HUGEPAGE);		     /* NOLINT(performance-no-int-to-ptr) */
	return begin;
}

/* Interpreters with a GIL each may ask at once. */
static void *
allocate_arena(void *ctx, size_t size)
{
	(void)ctx;
	for (uintptr_t at = next_arena;;) {
		bool fits = at % PIECE && at % PIECE + size <= PIECE;
		uintptr_t arena = fits ? at : size <= PIECE ? map_piece() : 0;
		if (!arena)
			return map(size);
		if (atomic_compare_exchange_weak(&next_arena, &at, arena + size))
			return (void *)arena; /* NOLINT(performance-no-int-to-ptr) */
		if (!fits)
			munmap((void *)arena, PIECE); /* NOLINT(performance-no-int-to-ptr) */
	}
}

static void
free_arena(void *ctx, void *at, size_t size)
{
	(void)ctx;
	munmap(at, size);
}

void
huge_arenas(void)
{
	static PyObjectArenaAllocator allocator = {.alloc = allocate_arena, .free = free_arena};
	if (PyObject_SetArenaAllocator)
		PyObject_SetArenaAllocator(&allocator);
}
