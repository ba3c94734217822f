/* test_log.c: what prun says is one line, written at once. */
#include "prun/compat.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "prun/log.h"

static int ends[2];

/* One write is one packet, so that two writes would be seen as such. */
static void
redirect(void)
{
	cr_assert_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);
	dup2(ends[1], STDERR_FILENO);
}

static const char *
packet(void)
{
	static char text[8192];
	ssize_t n = recv(ends[0], text, sizeof(text) - 1, MSG_DONTWAIT);
	text[n > 0 ? n : 0] = '\0';
	return text;
}

Test(log, error_and_warning, .init = redirect)
{
	log_error("cannot %s %d", "count to", 3);
	cr_expect_str_eq(packet(), "prun: cannot count to 3\n");
	log_warn("odd");
	cr_expect_str_eq(packet(), "prun: warning: odd\n");
	cr_expect_str_eq(packet(), "");
}

Test(log, colon_appends_errno, .init = redirect)
{
	errno = ENOENT;
	log_error("cannot open %s:", "x");
	cr_expect_str_eq(packet(), "prun: cannot open x: No such file or directory\n");
	cr_expect_eq(errno, ENOENT);
	errno = EACCES;
	log_warn("a: b");
	cr_expect_str_eq(packet(), "prun: warning: a: b\n");
	cr_expect_eq(errno, EACCES);
}

/* Whatever the length, a line ends in one newline and is not longer than 2 KiB. */
Test(log, truncation, .init = redirect)
{
	char *text = malloc(5001);
	for (size_t n = 2000; n < 2100; n++)
		for (int colon = 0; colon < 2; colon++) {
			memset(text, 'x', n);
			text[n] = '\0';
			if (colon)
				text[n - 1] = ':';
			errno = ENOENT;
			log_error("%s", text);
			const char *got = packet();
			size_t len = strlen(got);
			cr_assert_leq(len, 2048);
			cr_assert_geq(len, n + 7 < 2040 ? n + 7 : 2040);
			cr_assert_eq(strchr(got, '\n'), got + len - 1);
			cr_assert_str_empty(packet());
		}
	free(text);
}

Test(log, debug_is_off, .init = redirect)
{
	unsetenv("PRUN_DEBUG");
	log_debug("x");
	cr_expect_str_eq(packet(), "");
}

Test(log, debug_tells_process_and_time, .init = redirect)
{
	char want[64];
	setenv("PRUN_DEBUG", "1", 1);
	errno = EINTR;
	log_debug("item %d", 3);
	cr_expect_eq(errno, EINTR);
	const char *got = packet();
	snprintf(want, sizeof(want), "prun: [%d ", (int)getpid());
	cr_expect(strncmp(got, want, strlen(want)) == 0, "%s", got);
	cr_expect(strstr(got, "] item 3\n"), "%s", got);
}

/* A closed standard error is no reason to die. */
Test(log, nobody_listens)
{
	close(STDERR_FILENO);
	log_error("x");
}
