/* test_fault.c: wait statuses in words. */
#include "prun/compat.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "prun/fault.h"

static void
expect(int status, const char *want)
{
	char text[160];
	fault_describe(status, text, sizeof(text));
	cr_expect_str_eq(text, want);
}

Test(fault, words)
{
	expect(W_EXITCODE(0, 0), "exited with status 0");
	expect(W_EXITCODE(1, 0), "exited with status 1");
	expect(W_EXITCODE(255, 0), "exited with status 255");
	expect(W_EXITCODE(0, SIGSEGV), "killed by SIGSEGV (Segmentation fault)");
	expect(W_EXITCODE(0, SIGSEGV) | WCOREFLAG, "killed by SIGSEGV (Segmentation fault)");
	expect(W_EXITCODE(0, SIGKILL), "killed by SIGKILL (Killed)");
	expect(W_EXITCODE(0, SIGABRT), "killed by SIGABRT (Aborted)");
	expect(W_EXITCODE(0, SIGRTMIN + 3), "killed by signal 37");
}

Test(fault, room)
{
	char text[8];
	memset(text, 'x', sizeof(text));
	fault_describe(W_EXITCODE(7, 0), text, 7);
	cr_expect_str_eq(text, "exited");
	cr_expect_eq(text[7], 'x');
}
