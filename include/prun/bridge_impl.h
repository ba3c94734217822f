/* bridge_impl.h: what the rooms of the bridge share; python.h comes first. */
#ifndef PRUN_BRIDGE_IMPL_H
#define PRUN_BRIDGE_IMPL_H

#include "prun/bridge.h"
#include "prun/buf.h"
#include "prun/items.h"
#include "prun/pool.h"
#include "prun/proc.h"
#include "prun/slot.h"

/* One run: the pool's host in the master, the worker's host in each worker. */
struct run {
	PyObject *master; /* borrowed: the object given to _prun.run() */
	PyObject *untag;  /* owned: its untag method */
	PyObject *runner; /* borrowed: in a worker, what was given to _prun.work() */
	uint32_t id;      /* in a worker: its number and its ends */
	const struct slot_ends *ends;
	struct items items;
	struct buf passes; /* PASS events to be told together: u32 worker, u32 item, 9 doubles */
	int layered; /* workers are forked from the layer */
	bool lost;   /* in a worker: the master cannot be reached */
	PyThreadState *thread;
	PyObject *etype, *evalue, *etrace; /* an exception of master's methods, to be raised at the end */
};

/* In a worker: the run that it belongs to, else NULL. */
extern struct run *bridge_here;

/* The interpreter's calls around a fork. */
extern const struct proc_hooks bridge_fork;

/* Add a list of (node id, group or None), both UTF-8 bytes.  -1 with an exception. */
int bridge_take_items(struct items *t, PyObject *list);

/* The kinds of _prun.run(), borrowed from the tuple but for conf->kinds, which is the caller's to free.  conf->nitems
 * is set.  -1 with an exception. */
struct sched_conf;
int bridge_take_kinds(struct sched_conf *conf, PyObject *tuple);

/* In a worker: _prun.work() and its like are about this run. */
void bridge_join(struct run *r);

/* The pool's host.layer: ctx is a struct run. */
pid_t bridge_hand(void *ctx, uint32_t id, const struct slot_ends *ends);

/* The pool's host.tick: master.tick().  ctx is a struct run. */
unsigned bridge_tick(void *ctx, const struct pool_now *now, unsigned *wants);

/* The pool's host.aside: master.aside(). */
void bridge_aside(void *ctx);

/* Functions of _prun, in bridge_time.c. */
extern const char bridge_stacks_doc[], bridge_pass_stacks_to_doc[], bridge_clock_doc[];
PyObject *bridge_stacks(PyObject *self, PyObject *unused);
PyObject *bridge_pass_stacks_to(PyObject *self, PyObject *pid);
PyObject *bridge_clock(PyObject *self, PyObject *counts);

/* Functions of _prun, in bridge_process.c. */
extern const char bridge_cpus_doc[], bridge_guard_doc[], bridge_guard_exit_doc[], bridge_leave_doc[];
PyObject *bridge_cpus(PyObject *self, PyObject *unused);
PyObject *bridge_guard(PyObject *self, PyObject *doing);
PyObject *bridge_guard_exit(PyObject *self, PyObject *status);
PyObject *bridge_leave(PyObject *self, PyObject *status);

/* Functions of _prun, in bridge_gc.c. */
extern const char bridge_watch_gc_doc[], bridge_stay_frozen_doc[], bridge_collect_new_doc[];
PyObject *bridge_watch_gc(PyObject *self, PyObject *unused);
PyObject *bridge_stay_frozen(PyObject *self, PyObject *unused);
PyObject *bridge_collect_new(PyObject *self, PyObject *unused);

/* Functions of _prun, in bridge_layer.c. */
extern const char bridge_layer_doc[], bridge_layer_fork_doc[], bridge_layer_close_doc[], bridge_layer_join_doc[];
PyObject *bridge_layer(PyObject *self, PyObject *unused);
PyObject *bridge_layer_fork(PyObject *self, PyObject *given);
PyObject *bridge_layer_close(PyObject *self, PyObject *unused);
PyObject *bridge_layer_join(PyObject *self, PyObject *args);

/* In bridge_near.c. */
extern const char bridge_fork_near_doc[], bridge_gather_memory_doc[], bridge_run_fused_doc[];
PyObject *bridge_fork_near(PyObject *self, PyObject *args);
PyObject *bridge_gather_memory(PyObject *self, PyObject *most);
PyObject *bridge_run_fused(PyObject *self, PyObject *args);

/* The pool's host.lend: master.lend().  ctx is a struct run. */
bool bridge_lend(void *ctx, uint32_t id, pid_t pid);

/* Functions of _prun, in bridge_terminal.c. */
extern const char bridge_ask_doc[], bridge_give_back_doc[];
PyObject *bridge_ask(PyObject *self, PyObject *unused);
PyObject *bridge_give_back(PyObject *self, PyObject *unused);

/* In bridge_folder.c. */
extern const char bridge_highest_doc[], bridge_unlinked_doc[], bridge_unlink_doc[], bridge_remove_doc[];
PyObject *bridge_highest(PyObject *self, PyObject *args);
PyObject *bridge_unlinked(PyObject *self, PyObject *args);
PyObject *bridge_unlink(PyObject *self, PyObject *args);
PyObject *bridge_remove(PyObject *self, PyObject *args);

/* In bridge_jobserver.c. */
extern const char bridge_jobserver_doc[], bridge_take_slot_doc[], bridge_close_jobserver_doc[];
PyObject *bridge_jobserver(PyObject *self, PyObject *args);
PyObject *bridge_take_slot(PyObject *self, PyObject *unused);
PyObject *bridge_close_jobserver(PyObject *self, PyObject *unused);

#endif
