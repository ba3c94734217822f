/* interp.c: which Python environment is active. */
#include "prun/compat.h"

#include <bsd/string.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "prun/interp.h"
#include "prun/log.h"

/* "3.11.2+" -> "3.11" */
static void
major_minor(char version[16], const char *text)
{
	size_t dots = 0, n = 0;
	for (; n < 15 && (text[n] == '.' || (text[n] >= '0' && text[n] <= '9')); n++)
		if (text[n] == '.' && ++dots == 2)
			break;
	memcpy(version, text, n);
	version[n] = '\0';
}

static char *
strip(char *s)
{
	s += strspn(s, " \t\r\n");
	for (size_t n = strlen(s); n && strchr(" \t\r\n", s[n - 1]); n--)
		s[n - 1] = '\0';
	return s;
}

int
interp_read_venv(const char *dir, struct interp *in)
{
	char path[PATH_MAX + 16], line[PATH_MAX];
	snprintf(path, sizeof(path), "%s/pyvenv.cfg", dir);
	FILE *f = fopen(path, "re");
	if (!f)
		return -1;
	in->version[0] = '\0';
	while (fgets(line, sizeof(line), f)) {
		char *value = strchr(line, '=');
		if (!value)
			continue;
		*value++ = '\0';
		const char *key = strip(line);
		/* venv writes "version = 3.11.2", virtualenv "version_info = 3.11.2.final.0". */
		if (strcasecmp(key, "version") == 0 || strcasecmp(key, "version_info") == 0)
			major_minor(in->version, strip(value));
		else if (strcasecmp(key, "home") == 0)
			strlcpy(in->home, strip(value), sizeof(in->home));
	}
	fclose(f);
	return in->version[0] ? 0 : -1;
}

static void
folder_of(char dir[PATH_MAX], const char *path)
{
	strlcpy(dir, path, PATH_MAX);
	char *slash = strrchr(dir, '/');
	if (slash)
		*slash = '\0';
}

/* Only the interpreter itself knows what a wrapper script (pyenv's shims) stands for. */
static int
ask(const char *exe, struct interp *in)
{
	char command[PATH_MAX + 128], dir[PATH_MAX], version[64] = "";
	snprintf(command, sizeof(command),
		 "'%s' -c 'import sys; print(sys.executable); print(sys.version.split()[0])'", exe);
	if (strchr(exe, '\''))
		return -1;
	FILE *f = popen(command, "re");
	if (!f)
		return -1;
	bool ok = fgets(in->exe, sizeof(in->exe), f) && fgets(version, sizeof(version), f);
	if (pclose(f) != 0 || !ok)
		return -1;
	in->exe[strcspn(in->exe, "\n")] = '\0';
	major_minor(in->version, version);
	folder_of(in->home, in->exe);
	/* The wrapper may stand for an environment's python. */
	folder_of(dir, in->home);
	(void)interp_read_venv(dir, in);
	return in->exe[0] == '/' ? 0 : -1;
}

static bool
same_file(const char *a, const char *b)
{
	char ra[PATH_MAX], rb[PATH_MAX];
	return realpath(a, ra) && realpath(b, rb) && strcmp(ra, rb) == 0;
}

/* access() alone lets a folder pass. */
static bool
runnable(const char *exe)
{
	struct stat st;
	return stat(exe, &st) == 0 && S_ISREG(st.st_mode) && access(exe, X_OK) == 0;
}

static bool
is_script(const char *exe)
{
	char mark[2] = "";
	FILE *f = fopen(exe, "re");
	bool script = f && fread(mark, 1, 2, f) == 2 && mark[0] == '#' && mark[1] == '!';
	if (f)
		fclose(f);
	return script;
}

/* `exe` is runnable: fill *in from what stands around it, and ask only where nothing else tells. */
static int
look_at(const char *exe, struct interp *in)
{
	char dir[PATH_MAX];
	in->version[0] = '\0';
	strlcpy(in->exe, exe, sizeof(in->exe));
	folder_of(in->home, exe);
	folder_of(dir, in->home);
	if (interp_read_venv(dir, in) == 0)
		return 0;
	if (same_file(exe, PRUN_PYTHON)) {
		strlcpy(in->version, PRUN_PYTHON_VERSION, sizeof(in->version));
		return 0;
	}
	return is_script(exe) ? ask(exe, in) : 0;
}

bool
interp_foreign(const struct interp *in)
{
	char dir[PATH_MAX], own[PATH_MAX];
	if (!realpath(PRUN_PYTHON, own))
		return true;
	folder_of(dir, own);
	return !same_file(in->home, dir);
}

static bool
from_virtual_env(struct interp *in)
{
	char exe[PATH_MAX], cwd[PATH_MAX] = "";
	const char *venv = getenv("VIRTUAL_ENV");
	if (!venv || !*venv || (*venv != '/' && !getcwd(cwd, sizeof(cwd))))
		return false;
	if (snprintf(exe, sizeof(exe), "%s%s%s/bin/python", cwd, *venv == '/' ? "" : "/", venv) >= PATH_MAX)
		return false;
	in->from = "VIRTUAL_ENV";
	return runnable(exe) && look_at(exe, in) == 0;
}

static bool
from_path(struct interp *in)
{
	const char *path = getenv("PATH");
	char exe[PATH_MAX];
	in->from = "python3 on PATH";
	while (path && *path) {
		size_t n = strcspn(path, ":");
		/* A relative entry names another file after each chdir; `python -m pytest` resolves it once. */
		if (n && path[0] == '/') {
			snprintf(exe, sizeof(exe), "%.*s/python3", (int)n, path);
			if (runnable(exe))
				return look_at(exe, in) == 0;
		}
		path += n + (path[n] == ':');
	}
	return false;
}

void
interp_find(struct interp *in)
{
	if (from_virtual_env(in) || from_path(in))
		return;
	in->from = "the interpreter it was built with";
	(void)look_at(PRUN_PYTHON, in); /* for in->home: it may be an environment's */
	strlcpy(in->exe, PRUN_PYTHON, sizeof(in->exe));
	strlcpy(in->version, PRUN_PYTHON_VERSION, sizeof(in->version));
}

int
interp_fits(struct interp *in)
{
	char exe[PATH_MAX];
	strlcpy(exe, in->exe, sizeof(exe));
	if (!in->version[0] && ask(exe, in) < 0) {
		log_error("%s, %s, does not say which Python it is", in->from, exe);
		return -1;
	}
	if (strcmp(in->version, PRUN_PYTHON_VERSION) == 0)
		return 0;
	log_error("this prun embeds Python %s, but %s is %s, Python %s; unset PRUN_HOST, or build prun for this "
		  "one: ./configure PYTHON=%s && make",
		  PRUN_PYTHON_VERSION, in->from, in->exe, in->version, in->exe);
	return -1;
}
