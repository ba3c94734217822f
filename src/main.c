/* main.c: find the active Python and let it host the run, as this process or inside it. */
#include "prun/compat.h"

#include <bsd/string.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "prun/embed.h"
#include "prun/host.h"
#include "prun/interp.h"
#include "prun/log.h"

/* pytest's own: a usage error, and an internal one. */
enum { EXIT_USAGE = 4, EXIT_INTERNAL = 3 };

/* The Python package beside the executable (in the tree), else beside its prefix, else where it was to be
 * installed. */
static int
find_pydir(char *dir, size_t size)
{
	static const char *const beside[] = {"py", "../lib/prun"};
	char exe[PATH_MAX], probe[PATH_MAX + 64];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	if (n > 0) {
		exe[n] = '\0';
		char *slash = strrchr(exe, '/');
		if (slash)
			*slash = '\0';
		for (size_t i = 0; i < sizeof(beside) / sizeof(beside[0]); i++) {
			snprintf(dir, size, "%s/%s", exe, beside[i]);
			snprintf(probe, sizeof(probe), "%s/prun/main.py", dir);
			if (access(probe, R_OK) == 0)
				return 0;
		}
	}
	snprintf(dir, size, "%s", PRUN_PKGLIBDIR);
	snprintf(probe, sizeof(probe), "%s/prun/main.py", dir);
	return access(probe, R_OK);
}

/* With fewer than these pytest breaks off in the middle of an import. */
enum { FILES_LEAST = 14 };

static bool
few_files(void)
{
	struct rlimit files;
	if (getrlimit(RLIMIT_NOFILE, &files) < 0 || files.rlim_cur >= FILES_LEAST)
		return false;
	log_error("only %d files may be open at a time, and pytest needs %d; raise the limit (ulimit -n)",
		  (int)files.rlim_cur, FILES_LEAST);
	return true;
}

int
main(int argc, char **argv)
{
	struct interp in;
	char pydir[PATH_MAX + 32];

	if (find_pydir(pydir, sizeof(pydir)) < 0) {
		log_error("its Python files are missing from %s; install prun again (make install)", pydir);
		return EXIT_INTERNAL;
	}
	if (few_files())
		return EXIT_INTERNAL;
	int host = host_choose(pydir);
	if (host < 0)
		return EXIT_USAGE;
	interp_find(&in);
	if (host == HOST_EXEC) {
		host_exec(in.exe, pydir, argc, argv);
		return EXIT_INTERNAL;
	}
	if (interp_fits(&in) < 0)
		return EXIT_USAGE;
	int status = embed_start(in.exe, interp_foreign(&in));
	return status ? status : embed_end(embed_run(pydir, argc, argv));
}
