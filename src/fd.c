/* fd.c: descriptors that stay out of the way of tests that count theirs. */
#include "prun/compat.h"

#include <fcntl.h>
#include <unistd.h>

#include "prun/fd.h"

enum { HIGH_FD = 200 };

int
fd_raise(int fd)
{
	int high = fcntl(fd, F_DUPFD_CLOEXEC, HIGH_FD);
	if (high < 0)
		return fd;
	close(fd);
	return high;
}
