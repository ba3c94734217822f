/* embed.c: CPython inside prun, started as `python -m pytest` would start it. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "prun/compat.h"

#include <signal.h>
#include <stdio.h>

#include "prun/bridge.h"
#include "prun/embed.h"

static bool interrupted; /* by a Ctrl-C that nobody caught */

int
embed_start(const char *exe, bool foreign)
{
	PyConfig config;
	PyStatus status;

	PyConfig_InitPythonConfig(&config);
	config.parse_argv = 0;
	/* SIGINT and SIGPIPE as python sets them: tests look at them. */
	config.install_signal_handlers = 1;
#if PY_VERSION_HEX >= 0x030b0000
	if (foreign)
		config.use_frozen_modules = 0;
#else
	(void)foreign;
#endif
	status = PyConfig_SetBytesString(&config, &config.program_name, exe);
	if (!PyStatus_Exception(status))
		status = PyConfig_SetBytesString(&config, &config.executable, exe);
	if (!PyStatus_Exception(status) && PyImport_AppendInittab("_prun", PyInit__prun) < 0)
		status = PyStatus_NoMemory();
	if (!PyStatus_Exception(status))
		status = Py_InitializeFromConfig(&config);
	PyConfig_Clear(&config);
	if (!PyStatus_Exception(status))
		return 0;
	fprintf(stderr, "prun: cannot start Python %s as %s: %s; is that environment whole?\n", PRUN_PYTHON_VERSION,
		exe, status.err_msg ? status.err_msg : "no reason given");
	return PyStatus_IsExit(status) ? status.exitcode : 3;
}

/* For --version, which else could not know. */
static PyObject *
import_core(void)
{
	PyObject *core = PyImport_ImportModule("_prun");
	if (core && PyModule_AddStringConstant(core, "libpython", PRUN_LIBPYTHON) < 0)
		Py_CLEAR(core);
	return core;
}

/* The package is found once and then forgotten by sys.path: tests must not see prun's folder there. */
static PyObject *
import_main(const char *pydir)
{
	PyObject *path = PySys_GetObject("path"); /* borrowed */
	PyObject *dir = PyUnicode_DecodeFSDefault(pydir);
	PyObject *core = import_core(), *module = NULL;
	if (core && dir && path && PyList_Insert(path, 0, dir) == 0) {
		module = PyImport_ImportModule("prun.main");
		PySequence_DelItem(path, 0);
	}
	Py_XDECREF(core);
	Py_XDECREF(dir);
	return module;
}

static PyObject *
args_of(int argc, char **argv)
{
	PyObject *args = PyList_New(0);
	for (int i = 1; args && i < argc; i++) {
		PyObject *arg = PyUnicode_DecodeFSDefault(argv[i]);
		if (!arg || PyList_Append(args, arg) < 0)
			Py_CLEAR(args);
		Py_XDECREF(arg);
	}
	return args;
}

int
embed_run(const char *pydir, int argc, char **argv)
{
	int status = 1; /* as python ends after an exception that nobody caught */
	PyObject *module = import_main(pydir), *args = args_of(argc, argv);
	PyObject *result = module && args ? PyObject_CallMethod(module, "main", "O", args) : NULL;
	if (result)
		status = (int)PyLong_AsLong(result);
	if (PyErr_Occurred()) {
		interrupted = PyErr_ExceptionMatches(PyExc_KeyboardInterrupt);
		/* SystemExit ends the process here, with its own status, as it does in python. */
		PyErr_Print();
		status = 1;
	}
	Py_XDECREF(result);
	Py_XDECREF(args);
	Py_XDECREF(module);
	return status;
}

int
embed_end(int status)
{
	if (Py_FinalizeEx() < 0)
		status = 120;
	if (interrupted) {
		/* As python does, so that a shell's loop ends too. */
		signal(SIGINT, SIG_DFL);
		raise(SIGINT);
	}
	return status;
}
