/* test_interp.c: which Python environment is found, from folders made for the purpose. */
#include "prun/compat.h"

#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "prun/interp.h"

#define OTHER_VERSION "2.7"

static char top[64];
static struct interp in;

static const char *
below(const char *name)
{
	static char path[8][256];
	static unsigned turn;
	char *p = path[turn++ % 8];
	snprintf(p, sizeof(path[0]), "%s/%s", top, name);
	return p;
}

static void
put(const char *name, const char *text, mode_t mode)
{
	char path[256];
	snprintf(path, sizeof(path), "%s", below(name));
	for (char *p = path + strlen(top) + 1; (p = strchr(p, '/')); *p++ = '/') {
		*p = '\0';
		mkdir(path, 0700);
	}
	FILE *f = fopen(path, "w");
	cr_assert(f, "%s", path);
	fputs(text, f);
	fclose(f);
	chmod(path, mode);
}

/* What was there before must not matter: a caller's struct is not zeroed. */
static void
set_up(void)
{
	strcpy(top, "/tmp/prun-interp-XXXXXX");
	cr_assert(mkdtemp(top));
	memset(&in, 'X', sizeof(in));
	unsetenv("VIRTUAL_ENV");
	unsetenv("PYTHONHOME");
	setenv("PATH", "", 1);
	setenv("HOME", top, 1);
}

static void
tear_down(void)
{
	char command[128];
	snprintf(command, sizeof(command), "/bin/rm -rf '%s'", top);
	cr_expect_eq(system(command), 0);
}

TestSuite(interp, .init = set_up, .fini = tear_down, .timeout = 20);

static void
make_venv(const char *dir, const char *cfg)
{
	char name[128];
	snprintf(name, sizeof(name), "%s/bin/python", dir);
	put(name, "#!/bin/sh\nexit 1\n", 0755);
	snprintf(name, sizeof(name), "%s/bin/python3", dir);
	put(name, "#!/bin/sh\nexit 1\n", 0755);
	snprintf(name, sizeof(name), "%s/pyvenv.cfg", dir);
	put(name, cfg, 0644);
}

#define VENV_CFG                                                                                             \
	"home = /opt/py/bin\ninclude-system-site-packages = false\nversion = " PRUN_PYTHON_VERSION           \
	".2\nexecutable = /opt/py/bin/python3\ncommand = /opt/py/bin/python3 -m venv /v\n"
#define VIRTUALENV_CFG                                                                                       \
	"home = /opt/py/bin\nimplementation = CPython\nversion_info = " PRUN_PYTHON_VERSION                  \
	".2.final.0\nvirtualenv = 20.17.1\nbase-prefix = /opt/py\n"

Test(interp, virtual_env_by_venv)
{
	make_venv("v", VENV_CFG);
	setenv("VIRTUAL_ENV", below("v"), 1);
	interp_find(&in);
	cr_expect_str_eq(in.exe, below("v/bin/python"));
	cr_expect_str_eq(in.version, PRUN_PYTHON_VERSION);
	cr_expect_str_eq(in.home, "/opt/py/bin");
	cr_expect_str_eq(in.from, "VIRTUAL_ENV");
	cr_expect(interp_foreign(&in));
}

Test(interp, virtual_env_by_virtualenv)
{
	make_venv("v", VIRTUALENV_CFG);
	setenv("VIRTUAL_ENV", below("v"), 1);
	interp_find(&in);
	cr_expect_str_eq(in.version, PRUN_PYTHON_VERSION);
	cr_expect_str_eq(in.home, "/opt/py/bin");
}

static void
expect_version(const char *cfg, const char *version, const char *home)
{
	put("c/pyvenv.cfg", cfg, 0644);
	strcpy(in.home, "before");
	int got = interp_read_venv(below("c"), &in);
	cr_expect_eq(got, version ? 0 : -1, "%s", cfg);
	if (version)
		cr_expect_str_eq(in.version, version, "%s: %s", cfg, in.version);
	cr_expect_str_eq(in.home, home, "%s: %s", cfg, in.home);
}

Test(interp, read_venv)
{
	cr_expect_eq(interp_read_venv(below("none"), &in), -1);
	expect_version("", NULL, "before");
	expect_version("home = /a b/c\n", NULL, "/a b/c");
	expect_version("version = 3.11.2\n", "3.11", "before");
	expect_version("version=3.11\nhome=/b", "3.11", "/b");
	expect_version("version   =   3.13.0rc1+\n", "3.13", "before");
	expect_version("version = 3.111.2222.33333333333333333333\n", "3.111", "before");
	expect_version("version_info = 3.9.1.final.0\nno equals sign\n", "3.9", "before");
	expect_version("version = unknown\n", NULL, "before");
	expect_version("prompt = version = 2.7\nversion = 3.11\n", "3.11", "before");
	expect_version("version = 1111111111111111111111111111111\n", "111111111111111", "before");
}

/* As Python reads it: keys in any case, space around them, either line end. */
Test(interp, read_venv_as_python_does)
{
	expect_version("Home = /h\r\nVERSION = 3.11.2\r\n", "3.11", "/h");
	expect_version("  version = 3.11.2\n\thome = /h \n", "3.11", "/h");
}

Test(interp, first_python3_on_path)
{
	char path[512];
	make_venv("a", VENV_CFG);
	make_venv("b", VENV_CFG);
	snprintf(path, sizeof(path), "%s::%s:%s", below("empty"), below("b/bin"), below("a/bin"));
	setenv("PATH", path, 1);
	interp_find(&in);
	cr_expect_str_eq(in.exe, below("b/bin/python3"));
	cr_expect_str_eq(in.from, "python3 on PATH");
}

Test(interp, virtual_env_goes_before_path)
{
	make_venv("a", VENV_CFG);
	make_venv("b", VENV_CFG);
	setenv("PATH", below("a/bin"), 1);
	setenv("VIRTUAL_ENV", below("b"), 1);
	interp_find(&in);
	cr_expect_str_eq(in.exe, below("b/bin/python"));
}

Test(interp, empty_or_gone_virtual_env)
{
	make_venv("a", VENV_CFG);
	setenv("PATH", below("a/bin"), 1);
	setenv("VIRTUAL_ENV", "", 1);
	interp_find(&in);
	cr_expect_str_eq(in.exe, below("a/bin/python3"));
	setenv("VIRTUAL_ENV", below("gone"), 1);
	interp_find(&in);
	cr_expect_str_eq(in.exe, below("a/bin/python3"));
}

Test(interp, relative_entries_are_passed_over)
{
	char path[512];
	make_venv("a", VENV_CFG);
	make_venv("b", VENV_CFG);
	cr_assert_eq(chdir(top), 0);
	snprintf(path, sizeof(path), "a/bin:.:%s", below("b/bin"));
	setenv("PATH", path, 1);
	interp_find(&in);
	cr_expect_str_eq(in.exe, below("b/bin/python3"));
}

/* sys.executable is absolute, whatever the variable says. */
Test(interp, relative_virtual_env)
{
	make_venv("v", VENV_CFG);
	cr_assert_eq(chdir(top), 0);
	setenv("VIRTUAL_ENV", "v", 1);
	interp_find(&in);
	cr_expect_eq(in.exe[0], '/', "%s", in.exe);
}

/* A folder of that name, or a file that may not be run, is not what a shell would run. */
Test(interp, not_a_program)
{
	char path[512];
	make_venv("b", VENV_CFG);
	put("share/python3/file", "", 0644);
	put("data/python3", "", 0644);
	snprintf(path, sizeof(path), "%s:%s:%s", below("data"), below("share"), below("b/bin"));
	setenv("PATH", path, 1);
	interp_find(&in);
	cr_expect_str_eq(in.exe, below("b/bin/python3"));
}

/* pyenv's shims: only the interpreter itself knows what it is. */
Test(interp, wrapper_script)
{
	put("shims/python3",
	    "#!/bin/sh\nprintf '%s\\n' /opt/py/bin/python3 '" PRUN_PYTHON_VERSION ".9+ (main)'\n", 0755);
	setenv("PATH", below("shims"), 1);
	interp_find(&in);
	cr_expect_str_eq(in.exe, "/opt/py/bin/python3");
	cr_expect_str_eq(in.version, PRUN_PYTHON_VERSION);
	cr_expect_str_eq(in.home, "/opt/py/bin");
}

Test(interp, wrapper_of_an_environment)
{
	char text[512];
	make_venv("v", VENV_CFG);
	snprintf(text, sizeof(text), "#!/bin/sh\nprintf '%%s\\n' %s " PRUN_PYTHON_VERSION ".9\n",
		 below("v/bin/python3"));
	put("shims/python3", text, 0755);
	setenv("PATH", below("shims"), 1);
	interp_find(&in);
	cr_expect_str_eq(in.exe, below("v/bin/python3"));
	cr_expect_str_eq(in.home, "/opt/py/bin");
}

static void
expect_built_with(void)
{
	interp_find(&in);
	cr_expect_str_eq(in.exe, PRUN_PYTHON);
	cr_expect_str_eq(in.version, PRUN_PYTHON_VERSION);
	cr_expect(memchr(in.home, '\0', sizeof(in.home)), "home is not set");
	cr_expect(!interp_foreign(&in), "home is \"%.40s\"", in.home);
}

Test(interp, nothing_found)
{
	expect_built_with();
	unsetenv("PATH");
	memset(&in, 'X', sizeof(in));
	expect_built_with();
}

/* A shim that fails, or says nothing sensible. */
Test(interp, broken_wrapper)
{
	static const char *const bad[] = {"#!/bin/sh\nexit 1\n", "#!/bin/sh\necho /x\n",
					  "#!/bin/sh\necho x; echo 3.11\n", "#!/bin/sh\necho; echo\n",
					  "#!/no/such/program\n"};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		put("shims/python3", bad[i], 0755);
		setenv("PATH", below("shims"), 1);
		memset(&in, 'X', sizeof(in));
		expect_built_with();
	}
}

Test(interp, mismatch, .init = cr_redirect_stderr)
{
	char text[1024] = "";
	set_up();
	make_venv("v", "version = " OTHER_VERSION ".18\n");
	setenv("VIRTUAL_ENV", below("v"), 1);
	interp_find(&in);
	cr_expect_eq(interp_fits(&in), -1);
	fflush(stderr);
	FILE *f = cr_get_redirected_stderr();
	cr_assert(fgets(text, sizeof(text), f));
	cr_expect(strstr(text, "prun: this prun embeds Python " PRUN_PYTHON_VERSION), "%s", text);
	cr_expect(strstr(text, "VIRTUAL_ENV is "), "%s", text);
	cr_expect(strstr(text, "Python " OTHER_VERSION ";"), "%s", text);
}

Test(interp, the_one_it_was_built_with_is_not_foreign)
{
	char dir[256];
	snprintf(dir, sizeof(dir), "%s", PRUN_PYTHON);
	*strrchr(dir, '/') = '\0';
	setenv("PATH", dir, 1);
	interp_find(&in);
	cr_expect(!interp_foreign(&in), "%s", in.home);
}
