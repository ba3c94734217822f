/* test_jobserver.c: slots taken from a make and given back to it. */
#include "prun/compat.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "prun/jobserver.h"

static int ends[2];

/* As make has it: a pipe with a character for each free slot. */
static void
make_pipe(void)
{
	cr_assert(pipe(ends) == 0);
	cr_assert(write(ends[1], "abc", 3) == 3);
}

TestSuite(jobserver, .init = make_pipe, .fini = jobserver_close);

static enum jobserver_state
open_with(const char *format)
{
	char flags[256];
	snprintf(flags, sizeof(flags), format, ends[0], ends[1]);
	return jobserver_open(flags);
}

static void
must_be_free(const char *chars)
{
	char got[16] = "";
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	ssize_t n = read(ends[0], got, sizeof(got) - 1);
	got[n < 0 ? 0 : n] = '\0';
	cr_assert_str_eq(got, chars);
}

Test(jobserver, none_without_make)
{
	cr_assert(jobserver_open(NULL) == JOBSERVER_NONE);
	cr_assert(jobserver_open("") == JOBSERVER_NONE);
	cr_assert(jobserver_open(" -k -- X=--jobserver-auth=0,1") == JOBSERVER_NONE);
	cr_assert(jobserver_fd() == -1);
	cr_assert(!jobserver_take());
	jobserver_give();
}

Test(jobserver, takes_what_is_there_and_gives_it_back)
{
	cr_assert(open_with(" -j4 --jobserver-auth=%d,%d") == JOBSERVER_OPEN);
	cr_assert(jobserver_take() && jobserver_take() && jobserver_take());
	cr_assert(!jobserver_take(), "never waits");
	cr_assert(jobserver_held() == 3);
	jobserver_give();
	must_be_free("c");
	jobserver_close();
	must_be_free("ba");
}

Test(jobserver, shared_descriptor_still_waits)
{
	cr_assert(open_with("-j --jobserver-auth=%d,%d") == JOBSERVER_OPEN);
	cr_assert(!(fcntl(ends[0], F_GETFL) & O_NONBLOCK));
}

Test(jobserver, can_be_polled)
{
	cr_assert(open_with("-j --jobserver-auth=%d,%d") == JOBSERVER_OPEN);
	struct pollfd f = {.fd = jobserver_fd(), .events = POLLIN};
	cr_assert(poll(&f, 1, 0) == 1);
	while (jobserver_take())
		;
	cr_assert(poll(&f, 1, 0) == 0);
}

Test(jobserver, old_name_and_last_one_counts)
{
	cr_assert(open_with("w --jobserver-auth=97,98 --jobserver-fds=%d,%d -- A=1") == JOBSERVER_OPEN);
	cr_assert(jobserver_take());
}

Test(jobserver, fifo)
{
	char folder[] = "/tmp/prun-jobserver-XXXXXX", path[64], flags[128];
	cr_assert(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/fifo", folder);
	cr_assert(mkfifo(path, 0600) == 0);
	int make = open(path, O_RDWR);
	cr_assert(write(make, "++", 2) == 2);
	snprintf(flags, sizeof(flags), " -j3 --jobserver-auth=fifo:%s", path);
	cr_assert(jobserver_open(flags) == JOBSERVER_OPEN);
	cr_assert(jobserver_take() && jobserver_take() && !jobserver_take());
	jobserver_give_all();
	cr_assert(jobserver_take());
	jobserver_close();
	unlink(path);
	rmdir(folder);
	close(make);
}

Test(jobserver, absent)
{
	static const char *const flags[] = {
	    "--jobserver-auth=-2,-2", "--jobserver-auth=9876,9877", "--jobserver-auth=x",
	    "--jobserver-auth=fifo:/nonexistent/fifo", "--jobserver-auth=fifo:/dev/null",
	};
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		cr_assert(jobserver_open(flags[i]) == JOBSERVER_ABSENT, "%s", flags[i]);
		cr_assert(jobserver_fd() == -1);
	}
}

/* make closes its descriptors for a line without +, and the numbers become those of other files. */
Test(jobserver, absent_when_the_numbers_are_of_other_files)
{
	int other[2];
	char flags[64];
	cr_assert(pipe(other) == 0);
	snprintf(flags, sizeof(flags), "--jobserver-auth=%d,%d", ends[0], other[1]);
	cr_assert(jobserver_open(flags) == JOBSERVER_ABSENT, "two pipes");
	snprintf(flags, sizeof(flags), "--jobserver-auth=%d,%d", ends[1], ends[0]);
	cr_assert(jobserver_open(flags) == JOBSERVER_ABSENT, "the wrong way round");
}

Test(jobserver, child_gives_nothing_back)
{
	cr_assert(open_with("-j --jobserver-auth=%d,%d") == JOBSERVER_OPEN);
	cr_assert(jobserver_take());
	jobserver_forget();
	jobserver_give_all();
	must_be_free("bc");
}
