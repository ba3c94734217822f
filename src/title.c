/* title.c: setproctitle() made ready, also in a library that somebody else's main() has loaded. */
#include "prun/compat.h"

#include <bsd/stdlib.h>
#include <bsd/unistd.h>
#include <unistd.h>

#include "prun/title.h"

static int count;
static char **args;

#ifdef __GLIBC__
/* glibc gives these to every constructor, those of libraries that are loaded later included. */
__attribute__((constructor)) static void
note(int argc, char **argv)
{
	count = argc;
	args = argv;
}
#endif

void
title_init(void)
{
	if (!args)
		return;
	setproctitle_init(count, args, environ);
	setprogname("prun");
}
