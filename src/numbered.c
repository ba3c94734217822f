/* numbered.c: names in a folder that end in a number, and paths without links. */
#include "prun/compat.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "prun/numbered.h"

enum { DIGITS = 18 }; /* that surely fit into a long long */

/* What of `name` follows `prefix`; NULL if it does not begin so.  *unsure: a character may become one of the prefix's
   when Python makes it lower case. */
static const char *
after(const char *name, const char *prefix, bool *unsure)
{
	for (; *prefix; name++, prefix++) {
		if (*name & 0x80) {
			*unsure = true;
			return NULL;
		}
		if (tolower((unsigned char)*name) != tolower((unsigned char)*prefix))
			return NULL;
	}
	return name;
}

/* Digits with single underscores between them, as Python's int() takes them; NUMBERED_NONE if `s` is not that. */
static long long
digits(const char *s)
{
	long long number = 0;
	int n = 0;

	if (*s == '_' || !*s || s[strlen(s) - 1] == '_' || strstr(s, "__"))
		return NUMBERED_NONE;
	for (; *s; s++) {
		if (*s == '_')
			continue;
		if (++n > DIGITS)
			return NUMBERED_UNSURE;
		number = 10 * number + (*s - '0');
	}
	return number;
}

/* As int(), -1 where it fails.  Signs, white space and digits of other scripts are left to it. */
static long long
number_of(const char *s)
{
	if (s[strcspn(s, ".ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")])
		return NUMBERED_NONE;
	return s[strspn(s, "0123456789_")] ? NUMBERED_UNSURE : digits(s);
}

static long long
highest_in(DIR *dir, const char *prefix)
{
	long long highest = NUMBERED_NONE;
	bool unsure = false;
	struct dirent *entry;

	while ((errno = 0, entry = readdir(dir))) {
		const char *name = entry->d_name;
		if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
			continue;
		const char *rest = after(name, prefix, &unsure);
		long long number = rest ? number_of(rest) : NUMBERED_NONE;
		if (unsure || number == NUMBERED_UNSURE)
			return NUMBERED_UNSURE;
		if (number > highest)
			highest = number;
	}
	return errno ? NUMBERED_UNSURE : highest;
}

long long
numbered_highest(const char *folder, const char *prefix)
{
	DIR *dir = opendir(folder);

	if (!dir)
		return NUMBERED_UNSURE;
	long long highest = highest_in(dir, prefix);
	closedir(dir);
	return highest;
}

/* Has `path` a part that is empty, "." or ".."? */
static bool
crooked(const char *path)
{
	size_t len;

	for (const char *part = path + 1;; part += len + 1) {
		len = strcspn(part, "/");
		if (len == 0 || (len == 1 && part[0] == '.') || (len == 2 && part[0] == '.' && part[1] == '.'))
			return true;
		if (!part[len])
			return false;
	}
}

/* No part of `path` is a link, says the kernel in one call; false: it may be, or the kernel does not know the call. */
static bool
surely_unlinked(const char *path)
{
	struct open_how how = {.flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_NO_SYMLINKS};
	int fd = (int)syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof(how));
	if (fd >= 0)
		close(fd);
	return fd >= 0 || errno == ENOENT;
}

bool
numbered_unlinked(const char *path)
{
	char head[PATH_MAX];
	size_t len = strlen(path);
	struct stat st;

	if (path[0] != '/' || len >= sizeof(head) || crooked(path))
		return false;
	if (surely_unlinked(path))
		return true;
	memcpy(head, path, len + 1);
	for (size_t end = 1; end <= len; end++) {
		if (path[end] && path[end] != '/')
			continue;
		head[end] = '\0';
		if (lstat(head, &st) < 0)
			return errno == ENOENT;
		if (S_ISLNK(st.st_mode))
			return false;
		head[end] = '/';
	}
	return true;
}
