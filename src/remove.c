/* remove.c: a folder removed with all that is in it, by several threads at once. */
#include "prun/compat.h"

#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "prun/cpus.h"
#include "prun/remove.h"
#include "prun/xmalloc.h"

enum {
	MOST_THREADS = 4, /* more of them wait for each other in the kernel */
	MOST_DEPTH = 100, /* each folder on the way down is open */
	ASK_EVERY = 256   /* removals of the calling thread until it asks whether to go on */
};

/* What the threads share: each takes the next of the names, which stand in the folder `fd`. */
typedef struct {
	int fd;
	char **names;
	size_t n;
	atomic_size_t next;
	atomic_bool stop;
} removal;

/* What one thread knows.  go_on: NULL but for the calling thread. */
typedef struct {
	removal *all;
	bool (*go_on)(void *arg);
	void *arg;
	unsigned removed;
} remover;

static bool
stopped(remover *r)
{
	if (r->go_on && ++r->removed % ASK_EVERY == 0 && !r->go_on(r->arg))
		r->all->stop = true;
	return r->all->stop;
}

static bool
is_dots(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

static DIR *
open_in(int fd, const char *name)
{
	int in = openat(fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *dir = in < 0 ? NULL : fdopendir(in);
	if (in >= 0 && !dir)
		close(in);
	return dir;
}

static bool
is_folder(int fd, const struct dirent *entry)
{
	struct stat st;
	if (entry->d_type != DT_UNKNOWN)
		return entry->d_type == DT_DIR;
	return fstatat(fd, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(st.st_mode);
}

/* The folder `name` in the folder `fd`, and what is in it. */
static void
remove_folder(remover *r, int fd, const char *name, int depth) /* NOLINT(misc-no-recursion): MOST_DEPTH */
{
	DIR *dir = depth < MOST_DEPTH ? open_in(fd, name) : NULL;
	struct dirent *entry;
	while (dir && !stopped(r) && (entry = readdir(dir))) {
		if (is_dots(entry->d_name))
			continue;
		if (is_folder(dirfd(dir), entry))
			remove_folder(r, dirfd(dir), entry->d_name, depth + 1);
		else
			unlinkat(dirfd(dir), entry->d_name, 0);
	}
	if (dir)
		closedir(dir);
	unlinkat(fd, name, AT_REMOVEDIR);
}

static void *
work(void *arg)
{
	remover *r = arg;
	for (size_t i; !stopped(r) && (i = r->all->next++) < r->all->n;)
		if (unlinkat(r->all->fd, r->all->names[i], 0) < 0)
			remove_folder(r, r->all->fd, r->all->names[i], 1);
	return NULL;
}

/* Start up to `n` threads, which take no signals.  Returns how many run. */
static size_t
start(pthread_t *threads, remover *others, size_t n)
{
	sigset_t all, before;
	size_t started = 0;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	while (started < n && pthread_create(&threads[started], NULL, work, &others[started]) == 0)
		started++;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return started;
}

static void
share(removal *all, bool (*go_on)(void *), void *arg)
{
	pthread_t threads[MOST_THREADS];
	remover others[MOST_THREADS], own = {.all = all, .go_on = go_on, .arg = arg};
	size_t n = cpus_usable();
	n = n < all->n ? n : all->n;
	n = n < MOST_THREADS ? n : MOST_THREADS;
	for (size_t i = 0; i < MOST_THREADS; i++)
		others[i] = (remover){.all = all};
	n = n > 1 ? start(threads, others, n - 1) : 0;
	work(&own);
	while (n > 0)
		pthread_join(threads[--n], NULL);
}

static void
list(DIR *dir, removal *all)
{
	size_t room = 0;
	struct dirent *entry;
	while ((entry = readdir(dir))) {
		if (is_dots(entry->d_name))
			continue;
		all->names = xgrow(all->names, &room, all->n + 1, sizeof(*all->names));
		all->names[all->n++] = xstrdup(entry->d_name);
	}
}

bool
remove_tree(const char *path, bool (*go_on)(void *), void *arg)
{
	removal all = {.fd = -1};
	DIR *dir = open_in(AT_FDCWD, path);
	if (!dir)
		return false;
	all.fd = dirfd(dir);
	list(dir, &all);
	share(&all, go_on, arg);
	for (size_t i = 0; i < all.n; i++)
		free(all.names[i]);
	free(all.names);
	closedir(dir);
	return rmdir(path) == 0;
}
