/* host.c: which process hosts the run. */
#include "prun/compat.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "prun/host.h"
#include "prun/log.h"
#include "prun/xmalloc.h"

static bool
have_extension(const char *pydir)
{
	char path[PATH_MAX + 64];
	snprintf(path, sizeof(path), "%s/_prun.abi3.so", pydir);
	return access(path, R_OK) == 0;
}

int
host_choose(const char *pydir)
{
	const char *wanted = getenv("PRUN_HOST");
	if (!wanted || !*wanted)
		return have_extension(pydir) ? HOST_EXEC : HOST_EMBED;
	if (strcmp(wanted, "exec") == 0)
		return HOST_EXEC;
	if (strcmp(wanted, "embed") == 0)
		return HOST_EMBED;
	log_error("PRUN_HOST must be exec or embed, not %s", wanted);
	return -1;
}

void
host_exec(const char *exe, const char *pydir, int argc, char **argv)
{
	char script[PATH_MAX + 64];
	char **args = xcalloc((size_t)argc + 2, sizeof(*args));
	snprintf(script, sizeof(script), "%s/prun/__main__.py", pydir);
	args[0] = (char *)exe;
	args[1] = script;
	memcpy(args + 2, argv + 1, (size_t)argc * sizeof(*args)); /* its NULL included */
	execv(exe, args);
	log_error("cannot start %s:", exe);
	free(args);
}
