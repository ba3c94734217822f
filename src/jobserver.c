/* jobserver.c: the slots of a GNU make that runs this process from a recipe. */
#include "prun/compat.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "prun/jobserver.h"

enum { MOST = 4096 }; /* slots held at a time; make's pipe holds no more */

/* Descriptors of our own, with descriptions of our own where we read: make's others must not find theirs
 * non-blocking. */
static int from = -1, to = -1;
static char held[MOST]; /* the characters, which must come back as they were */
static volatile sig_atomic_t nheld;

/* The value of the last --jobserver-auth (make before 4.2: -fds) in MAKEFLAGS, whose options end at " -- ". */
static const char *
auth_of(const char *makeflags, size_t *len)
{
	static const char *const options[] = {"--jobserver-auth=", "--jobserver-fds="};
	const char *found = NULL, *end = strstr(makeflags, " -- ");

	for (const char *word = makeflags; *word && (!end || word < end);) {
		size_t n = strcspn(word, " ");
		for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
			size_t skip = strlen(options[i]);
			if (n > skip && strncmp(word, options[i], skip) == 0) {
				found = word + skip;
				*len = n - skip;
			}
		}
		word += n + (word[n] == ' ');
	}
	return found;
}

/* Are they the two ends of one pipe?  Else make did not hand its own on, and the numbers are other files of ours. */
static bool
are_a_pipe(int r, int w)
{
	struct stat of_r, of_w;
	int mode_r = fcntl(r, F_GETFL), mode_w = fcntl(w, F_GETFL);

	return mode_r >= 0 && mode_w >= 0 && (mode_r & O_ACCMODE) != O_WRONLY && (mode_w & O_ACCMODE) != O_RDONLY &&
	       fstat(r, &of_r) == 0 && fstat(w, &of_w) == 0 && S_ISFIFO(of_r.st_mode) && S_ISFIFO(of_w.st_mode) &&
	       of_r.st_dev == of_w.st_dev && of_r.st_ino == of_w.st_ino;
}

static bool
open_pipe(int r, int w)
{
	char path[48];

	if (!are_a_pipe(r, w))
		return false;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", r);
	from = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	to = fcntl(w, F_DUPFD_CLOEXEC, 3);
	return from >= 0 && to >= 0;
}

static bool
open_fifo(const char *path, size_t len)
{
	char name[PATH_MAX];
	struct stat st;

	if (len >= sizeof(name))
		return false;
	memcpy(name, path, len);
	name[len] = '\0';
	from = open(name, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	to = from < 0 ? -1 : open(name, O_WRONLY | O_CLOEXEC);
	return to >= 0 && fstat(from, &st) == 0 && S_ISFIFO(st.st_mode);
}

enum jobserver_state
jobserver_open(const char *makeflags)
{
	size_t len = 0;
	const char *auth = makeflags ? auth_of(makeflags, &len) : NULL;
	int r, w;
	bool ok;

	jobserver_close();
	if (!auth)
		return JOBSERVER_NONE;
	if (len > 5 && strncmp(auth, "fifo:", 5) == 0)
		ok = open_fifo(auth + 5, len - 5);
	else
		ok = sscanf(auth, "%d,%d", &r, &w) == 2 && r >= 0 && w >= 0 && open_pipe(r, w);
	if (!ok)
		jobserver_close();
	return ok ? JOBSERVER_OPEN : JOBSERVER_ABSENT;
}

int
jobserver_fd(void)
{
	return from;
}

bool
jobserver_take(void)
{
	char c;

	if (from < 0 || nheld == MOST || read(from, &c, 1) != 1)
		return false;
	held[nheld] = c;
	nheld = nheld + 1;
	return true;
}

size_t
jobserver_held(void)
{
	return (size_t)nheld;
}

void
jobserver_give(void)
{
	if (nheld == 0)
		return;
	nheld = nheld - 1;
	/* make left room for each.  If it is gone there is nobody to give it to. */
	while (write(to, &held[nheld], 1) < 0 && errno == EINTR)
		;
}

void
jobserver_give_all(void)
{
	while (nheld)
		jobserver_give();
}

void
jobserver_close(void)
{
	jobserver_give_all();
	jobserver_forget();
}

void
jobserver_forget(void)
{
	if (from >= 0)
		close(from);
	if (to >= 0)
		close(to);
	from = to = -1;
	nheld = 0;
}
