/* bridge.c: the module _prun, through which the pytest side and the core meet. */
#include "prun/python.h"

#include "prun/compat.h"

#include <bsd/unistd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "prun/blueprint.h"
#include "prun/bridge_impl.h"
#include "prun/buf.h"
#include "prun/capture.h"
#include "prun/convert.h"
#include "prun/fixture.h"
#include "prun/fused.h"
#include "prun/holder.h"
#include "prun/hookcall.h"
#include "prun/huge.h"
#include "prun/intact.h"
#include "prun/jobserver.h"
#include "prun/pool.h"
#include "prun/title.h"
#include "prun/worker.h"
#include "prun/xmalloc.h"

struct run *bridge_here;

/* ---- in the child ---- */

void
bridge_join(struct run *r)
{
	bridge_here = r;
	worker_open(r->ends->res, r->ends->capture[SLOT_TERMINAL]);
}

/* Nothing sensible can follow: the master sees the death and blames what ran; the text goes to its report. */
static _Noreturn void
give_up(void)
{
	PyErr_Print();
	_exit(3);
}

/* In pytest's own way. */
static PyObject *
run_item(struct run *r, uint32_t item, uint32_t next)
{
	if (fused_leave() < 0)
		return NULL;
	return next == SCHED_NONE ? PyObject_CallMethod(r->runner, "run", "IO", item, Py_None)
				  : PyObject_CallMethod(r->runner, "run", "II", item, next);
}

static enum worker_verdict
worker_run(void *ctx, uint32_t item, uint32_t next, struct buf *json)
{
	struct run *r = ctx;
	struct fused_phase phase[FUSED_PHASES];
	PyObject *result = NULL;
	bool stop;
	enum fused_end end = fused_run(item, next, r->items.v[item].nodeid, phase, &stop, &result);
	if (end == FUSED_PASS) {
		_Static_assert(sizeof(phase) == WORKER_PASS_SIZE, "the numbers of a PASS frame");
		buf_put(json, phase, sizeof(phase));
		return (stop ? WORKER_LEAVE : WORKER_GO) | WORKER_PASSED;
	}
	if (end == FUSED_NOT)
		result = run_item(r, item, next);
	int verdict;
	const char *p;
	Py_ssize_t n;
	if (!result && PyErr_ExceptionMatches(PyExc_KeyboardInterrupt)) {
		/* An interrupt came between pytest's own code and ours. */
		PyErr_Clear();
		return WORKER_BREAK;
	}
	if (!result || !PyArg_ParseTuple(result, "iy#", &verdict, &p, &n))
		give_up();
	buf_put(json, p, (size_t)n);
	Py_DECREF(result);
	return (enum worker_verdict)verdict;
}

static void
release(void *ctx)
{
	((struct run *)ctx)->thread = PyEval_SaveThread();
}

static void
acquire(void *ctx)
{
	PyEval_RestoreThread(((struct run *)ctx)->thread);
}

static bool
worker_acquire(void *ctx)
{
	acquire(ctx);
	if (PyErr_CheckSignals() == 0)
		return true;
	PyErr_Clear();
	return false;
}

static int
child(void *ctx, uint32_t id, const struct slot_ends *ends)
{
	struct run *r = ctx;
	r->id = id;
	r->ends = ends;
	bridge_join(r);
	setproctitle("gw%u starting", id);
	PyObject *done = PyObject_CallMethod(r->master, "child", "Iiiiii", id, ends->err, ends->out,
					     ends->capture[SLOT_STDOUT], ends->capture[SLOT_STDERR],
					     ends->capture[SLOT_TERMINAL]);
	if (!done)
		give_up();
	Py_DECREF(done);
	return r->lost ? 3 : 0;
}

PyDoc_STRVAR(work_doc, "work(runner)\n--\n\n"
		       "In a worker: call runner.run(item, next) -> (verdict, JSON in bytes) for each item that the\n"
		       "master sends, until it sends no more.  `next` is None for the last.");

static PyObject *
prun_work(PyObject *self, PyObject *runner)
{
	(void)self;
	if (!bridge_here)
		return PyErr_Format(PyExc_RuntimeError, "_prun.work() is for prun's workers");
	const struct worker_host host = {bridge_here, worker_run, release, worker_acquire};
	bridge_here->runner = runner;
	worker_hello();
	bridge_here->lost = worker_main(bridge_here->id, bridge_here->ends->ctl, &bridge_here->items, bridge_here->ends->claims, &host) < 0;
	if (fused_leave() < 0)
		return NULL;
	Py_RETURN_NONE;
}

PyDoc_STRVAR(bye_doc, "bye(json)\n--\n\nIn a worker, at its end: send what the master is to know, an object as JSON in bytes.");

static PyObject *
prun_bye(PyObject *self, PyObject *arg)
{
	char *p;
	Py_ssize_t n;
	(void)self;
	if (!bridge_here || PyBytes_AsStringAndSize(arg, &p, &n) < 0)
		return bridge_here ? NULL : PyErr_Format(PyExc_RuntimeError, "_prun.bye() is for prun's workers");
	bridge_here->lost = worker_bye(p, (size_t)n) < 0;
	Py_RETURN_NONE;
}

/* ---- in the master ---- */

static PyObject *
payload(struct run *r, const struct event *e)
{
	if (e->json)
		return convert_json(e->json, r->untag);
	if (e->text)
		return PyBytes_FromStringAndSize(e->text, (Py_ssize_t)e->ntext);
	Py_RETURN_NONE;
}

static int
prepare(void *ctx, uint32_t id, uint32_t replaces)
{
	struct run *r = ctx;
	if (r->etype)
		return -1;
	PyObject *done = PyObject_CallMethod(r->master, "prepare", "Il", id,
					     replaces == SCHED_NONE ? -1 : (long)replaces);
	if (!done)
		PyErr_Fetch(&r->etype, &r->evalue, &r->etrace);
	Py_XDECREF(done);
	return done ? 0 : -1;
}

/* Tell of the passes that have come together; a mask as tell(). */
static unsigned
tell_passes(void *ctx)
{
	struct run *r = ctx;
	if (!r->passes.len || r->etype)
		return r->etype ? POOL_TELL_STOP : 0;
	PyObject *stop = PyObject_CallMethod(r->master, "passes", "y#", buf_data(&r->passes), (Py_ssize_t)r->passes.len);
	buf_clear(&r->passes);
	long wants = stop ? PyLong_AsLong(stop) : -1;
	Py_XDECREF(stop);
	if (!PyErr_Occurred())
		return (unsigned)wants;
	PyErr_Fetch(&r->etype, &r->evalue, &r->etrace);
	return POOL_TELL_STOP;
}

static unsigned
tell(void *ctx, const struct event *e)
{
	static const char *const method[EVENT_KINDS] = {
	    [EVENT_UP] = "up",         [EVENT_START] = "start", [EVENT_RESULT] = "result",
	    [EVENT_LOG] = "log",       [EVENT_OUTPUT] = "output", [EVENT_CRASH] = "crash",
	    [EVENT_STACKS] = "stacks", [EVENT_DOWN] = "down",
	};
	struct run *r = ctx;
	if (r->etype)
		return POOL_TELL_STOP;
	if (e->kind == EVENT_PASS) {
		uint32_t who[2] = {e->worker, e->item};
		buf_put(&r->passes, who, sizeof(who));
		buf_put(&r->passes, e->pass, sizeof(e->pass));
		return 0;
	}
	unsigned before = tell_passes(ctx);
	if (r->etype)
		return before;
	PyObject *data = payload(r, e);
	long item = e->kind == EVENT_OUTPUT ? e->stream : e->item == SCHED_NONE ? -1 : (long)e->item;
	PyObject *stop = data ? PyObject_CallMethod(r->master, method[e->kind], "IlO", e->worker, item, data) : NULL;
	long wants = !stop ? -1 : stop == Py_None ? 0 : PyLong_AsLong(stop);
	Py_XDECREF(data);
	Py_XDECREF(stop);
	if (!PyErr_Occurred())
		return before | (unsigned)wants;
	PyErr_Fetch(&r->etype, &r->evalue, &r->etrace);
	return POOL_TELL_STOP;
}

/* What Python has buffered for the terminal must not be written a second time by the child. */
static void
before_fork(void)
{
	static const char *const streams[] = {"stdout", "stderr"};
	for (size_t i = 0; i < 2; i++) {
		PyObject *f = PySys_GetObject(streams[i]); /* borrowed */
		PyObject *done = f ? PyObject_CallMethod(f, "flush", NULL) : NULL;
		if (!done)
			PyErr_Clear();
		Py_XDECREF(done);
	}
	PyOS_BeforeFork();
}

const struct proc_hooks bridge_fork = {before_fork, PyOS_AfterFork_Parent, PyOS_AfterFork_Child};

int
bridge_take_items(struct items *t, PyObject *list)
{
	for (Py_ssize_t i = 0; i < PyList_Size(list); i++) {
		const char *nodeid, *group;
		if (!PyArg_ParseTuple(PyList_GetItem(list, i), "yz", &nodeid, &group))
			return -1;
		items_add(t, nodeid, group);
	}
	return 0;
}

static PyObject *
run_pool(struct run *r, struct pool_conf *conf)
{
	static const char *const ends[POOL_ENDS] = {
	    [POOL_DONE] = "done",
	    [POOL_STOPPED] = "stopped",
	    [POOL_INTERRUPTED] = "interrupted",
	    [POOL_EXHAUSTED] = "exhausted",
	};
	const struct pool_host host = {
	    .ctx = r,
	    .fork = bridge_fork,
	    .prepare = prepare,
	    .layer = r->layered ? bridge_hand : NULL,
	    .child = child,
	    .tell = tell,
	    .told = tell_passes,
	    .tick = bridge_tick,
	    .lend = bridge_lend,
	    .aside = bridge_aside,
	    .release = release,
	    .acquire = acquire,
	};
	struct pool_result result;
	uint32_t *unit = xcalloc(r->items.n, sizeof(*unit));
	conf->sched.nunits = items_units(&r->items, conf->sched.mode, unit);
	conf->sched.unit = unit;
	size_t width = sched_width(&conf->sched);
	if (conf->nworkers > width)
		conf->nworkers = (uint32_t)width;
	conf->jobserver = jobserver_fd() >= 0;
	int rc = pool_run(conf, &host, &result);
	buf_release(&r->passes);
	free(unit);
	if (r->etype) {
		PyErr_Restore(r->etype, r->evalue, r->etrace);
		return NULL;
	}
	if (rc < 0)
		result = (struct pool_result){POOL_EXHAUSTED, 0, r->items.n};
	return Py_BuildValue("sIn", ends[result.end], result.nrestarts, (Py_ssize_t)result.nleft);
}

/* xdist's names and our own, in the order of enum sched_mode. */
static int
mode_of(const char *name)
{
	static const char *const names[SCHED_MODES] = {
	    [SCHED_EACH] = "each",         [SCHED_LOAD] = "load",           [SCHED_LOADSCOPE] = "loadscope",
	    [SCHED_LOADFILE] = "loadfile", [SCHED_LOADGROUP] = "loadgroup", [SCHED_WORKSTEAL] = "worksteal",
	    [SCHED_DURATION] = "duration",
	};
	for (int i = 0; i < SCHED_MODES; i++)
		if (strcmp(names[i], name) == 0)
			return i;
	PyErr_Format(PyExc_ValueError, "no such distribution mode: %s", name);
	return -1;
}

/* Doubles in bytes, which begin where a double may. */
struct doubles {
	const char *p;
	Py_ssize_t n;
};

/* One for each item, or none at all.  False with an exception. */
static bool
take_doubles(const struct doubles *d, PyObject *items, const double **to)
{
	*to = (const double *)(const void *)d->p;
	if (!d->p || d->n == PyList_Size(items) * (Py_ssize_t)sizeof(double))
		return true;
	PyErr_Format(PyExc_ValueError, "%zd bytes are not a double for each item", d->n);
	return false;
}

PyDoc_STRVAR(run_doc,
	     "run(master, items, mode, workers, maxchunk, reorder, maxrestart, maxfail, forward, layered,\n"
	     "    patience, starts, seconds, tick, kinds, limits, grace, maxmemory)\n"
	     "--\n\n"
	     "Fork at most `workers` workers, run the items, tell `master` what happens.\n\n"
	     "items: list of (node id, group or None), both UTF-8 bytes; mode: a --dist mode but \"no\";\n"
	     "maxchunk, maxfail: 0 for none; maxrestart: -1 for no limit; forward: also standard output;\n"
	     "layered: the workers are forked from the layer, by master.forked(id), which returns\n"
	     "(pid, socket, list) with descriptors as in layer(); master.child is not called; patience: seconds\n"
	     "that a worker has until it is ready for its first item, 0 for ever; starts: call master.start();\n"
	     "seconds: in mode \"duration\" what each item is expected to take, doubles in bytes, or None;\n"
	     "tick: milliseconds until master.tick(left, [(worker, item, seconds), ...]) is called, 0 for never:\n"
	     "items without outcome, and what runs; returns (milliseconds until the next call or 0, mask);\n"
	     "kinds: None, or (of each item an index or 0xffffffff, [(priority, alone, resources), ...] in the order in\n"
	     "which they are tried, slots of each resource), numbers as u32 in bytes: see sched.h;\n"
	     "limits: of each item the seconds that it may take, 0 for no limit, doubles in bytes, or None;\n"
	     "grace: seconds between SIGTERM and SIGKILL for a test that took too long; maxmemory: bytes that workers\n"
	     "may take together, 0 for no limit: their BYE then may have $retired (pool_impl.h).\n"
	     "Calls master.prepare(id, replaced id or -1) before each fork, master.child(id, err, out, captured_out,\n"
	     "captured_err, terminal) in the child, which ends when that returns, and in this process\n"
	     "master.up/start/result/log/output/crash/stacks/down(worker, item, data), which return None or a mask\n"
	     "of STOP, AGAIN and END, and master.passes(data): passes with nothing to say, each as in a PASS frame.\n"
	     "Returns (end, restarts, left): end is done, stopped, interrupted or exhausted, left the number of\n"
	     "items without an outcome.  Raises what `master` raised, ValueError, OSError.");

static PyObject *
prun_run(PyObject *self, PyObject *args)
{
	struct run r = {.items = ITEMS_INIT};
	struct pool_conf conf = {0};
	PyObject *list, *kinds, *result = NULL;
	const char *mode;
	unsigned maxchunk;
	int reorder, maxrestart, forward, starts;
	(void)self;

	struct doubles seconds, limits;
	unsigned long long maxmemory;

	if (!PyArg_ParseTuple(args, "OO!sIIpiIppIpz#IOz#dK", &r.master, &PyList_Type, &list, &mode, &conf.nworkers, &maxchunk,
			      &reorder, &maxrestart, &conf.maxfail, &forward, &r.layered, &conf.patience, &starts,
			      &seconds.p, &seconds.n, &conf.tick, &kinds, &limits.p, &limits.n, &conf.grace,
			      &maxmemory))
		return NULL;
	int m = mode_of(mode);
	if (m < 0)
		return NULL;
	if (!take_doubles(&seconds, list, &conf.sched.seconds) || !take_doubles(&limits, list, &conf.limits))
		return NULL;
	conf.sched.mode = (enum sched_mode)m;
	conf.maxmemory = maxmemory;
	conf.sched.maxchunk = maxchunk;
	conf.sched.reorder = reorder;
	conf.maxrestart = maxrestart < 0 ? UINT_MAX : (unsigned)maxrestart;
	conf.forward_out = forward;
	conf.starts = starts;
	r.untag = PyObject_GetAttrString(r.master, "untag");
	conf.sched.nitems = (size_t)PyList_Size(list);
	if (r.untag && bridge_take_items(&r.items, list) == 0 && bridge_take_kinds(&conf.sched, kinds) == 0)
		result = run_pool(&r, &conf);
	free((void *)conf.sched.kinds);
	Py_XDECREF(r.untag);
	items_release(&r.items);
	return result;
}

PyDoc_STRVAR(log_doc, "log(json)\n--\n\nIn a worker: send an array of events that belong to no item, as JSON in bytes.");

static PyObject *
prun_log(PyObject *self, PyObject *arg)
{
	char *p;
	Py_ssize_t n;
	(void)self;
	if (PyBytes_AsStringAndSize(arg, &p, &n) < 0)
		return NULL;
	worker_log(p, (size_t)n);
	Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"run", prun_run, METH_VARARGS, run_doc},
    {"work", prun_work, METH_O, work_doc},
    {"log", prun_log, METH_O, log_doc},
    {"bye", prun_bye, METH_O, bye_doc},
    {"ask", bridge_ask, METH_NOARGS, bridge_ask_doc},
    {"give_back", bridge_give_back, METH_NOARGS, bridge_give_back_doc},
    {"guard", bridge_guard, METH_O, bridge_guard_doc},
    {"guard_exit", bridge_guard_exit, METH_O, bridge_guard_exit_doc},
    {"leave", bridge_leave, METH_O, bridge_leave_doc},
    {"layer", bridge_layer, METH_NOARGS, bridge_layer_doc},
    {"fork", bridge_layer_fork, METH_O, bridge_layer_fork_doc},
    {"close_layer", bridge_layer_close, METH_NOARGS, bridge_layer_close_doc},
    {"join", bridge_layer_join, METH_VARARGS, bridge_layer_join_doc},
    {"stacks", bridge_stacks, METH_NOARGS, bridge_stacks_doc},
    {"pass_stacks_to", bridge_pass_stacks_to, METH_O, bridge_pass_stacks_to_doc},
    {"clock", bridge_clock, METH_O, bridge_clock_doc},
    {"fork_near", bridge_fork_near, METH_VARARGS, bridge_fork_near_doc},
    {"gather_memory", bridge_gather_memory, METH_O, bridge_gather_memory_doc},
    {"run_fused", bridge_run_fused, METH_VARARGS, bridge_run_fused_doc},
    {"cpus", bridge_cpus, METH_NOARGS, bridge_cpus_doc},
    {"highest", bridge_highest, METH_VARARGS, bridge_highest_doc},
    {"unlinked", bridge_unlinked, METH_VARARGS, bridge_unlinked_doc},
    {"unlink", bridge_unlink, METH_VARARGS, bridge_unlink_doc},
    {"remove", bridge_remove, METH_VARARGS, bridge_remove_doc},
    {"jobserver", bridge_jobserver, METH_VARARGS, bridge_jobserver_doc},
    {"take_slot", bridge_take_slot, METH_NOARGS, bridge_take_slot_doc},
    {"close_jobserver", bridge_close_jobserver, METH_NOARGS, bridge_close_jobserver_doc},
    {"hookcall", hookcall_set, METH_VARARGS, hookcall_set_doc},
    {"multicall", (PyCFunction)(void (*)(void))hookcall_multicall, METH_VARARGS | METH_KEYWORDS, hookcall_multicall_doc},
    {"reraise", (PyCFunction)(void (*)(void))hookcall_reraise, METH_VARARGS | METH_KEYWORDS, hookcall_reraise_doc},
    {"watch_gc", bridge_watch_gc, METH_NOARGS, bridge_watch_gc_doc},
    {"stay_frozen", bridge_stay_frozen, METH_NOARGS, bridge_stay_frozen_doc},
    {"collect_new", bridge_collect_new, METH_NOARGS, bridge_collect_new_doc},
    {"count_keywords", fused_count, METH_O, fused_count_doc},
    {"fuse", fused_fuse, METH_O, fused_fuse_doc},
    {"ask_again", fused_ask_again, METH_NOARGS, fused_ask_again_doc},
    {"expect", fused_expect, METH_O, fused_expect_doc},
    {"close_fused", fused_close, METH_NOARGS, fused_close_doc},
    {"current", fused_current, METH_NOARGS, fused_current_doc},
    {"never", fused_never, METH_O, fused_never_doc},
    {"capture_methods", capture_methods, METH_O, capture_methods_doc},
    {"fixture_methods", fixture_methods, METH_O, fixture_methods_doc},
    {"build", blueprint_build, METH_VARARGS, blueprint_build_doc},
    {"fixture_names", holder_names, METH_VARARGS, holder_names_doc},
    {"total", holder_total, METH_O, holder_total_doc},
    {"intact", intact_method, METH_O, intact_doc},
    {"is_generator", fixture_is_generator, METH_O, fixture_is_generator_doc},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "_prun",
    .m_doc = "The core of prun: a pool of forked workers.",
    .m_size = -1,
    .m_methods = methods,
};

PyMODINIT_FUNC
PyInit__prun(void)
{
	PyObject *m = PyModule_Create(&module);
	if (!m)
		return NULL;
	title_init();
	huge_arenas();
	PyModule_AddIntConstant(m, "GO", WORKER_GO);
	PyModule_AddIntConstant(m, "LEAVE", WORKER_LEAVE);
	PyModule_AddIntConstant(m, "PASSED", WORKER_PASSED);
	PyModule_AddIntConstant(m, "BREAK", WORKER_BREAK);
	PyModule_AddIntConstant(m, "STOP", POOL_TELL_STOP);
	PyModule_AddIntConstant(m, "AGAIN", POOL_TELL_AGAIN);
	PyModule_AddIntConstant(m, "END", POOL_TELL_END);
	PyModule_AddStringConstant(m, "version", PRUN_VERSION);
	PyModule_AddStringConstant(m, "jansson", jansson_version_str());
	PyModule_AddStringConstant(m, "libbsd", PRUN_LIBBSD_VERSION);
	return m;
}
