/*
 * layer.h: a frozen process, from which workers are forked later, in the state in which the layer was opened.
 *
 * In the master: layer_open() once, layer_fork() for each worker, layer_hand() when there is work for it, and
 * layer_close() when no more are wanted.  A worker comes to life where layer_open() returns a second time; it
 * calls layer_join() when it is ready for its ends.  Workers are children of the master, whoever forked them:
 * the layer's own child forks them and exits, and the kernel gives them to the master.
 *
 * Between layer_fork() and layer_hand() master and worker may say what they like through the socket.
 */
#ifndef PRUN_LAYER_H
#define PRUN_LAYER_H

#include <sys/types.h>

#include "prun/proc.h"
#include "prun/slot.h"

/* Fork the layer.  Returns 0 in the master.  Returns 1 in a worker, with the descriptor that layer_fork() was
 * given and its end of the socket.  -1 with errno set. */
int layer_open(const struct proc_hooks *hooks, int *given, int *master);

/* Fork a worker; it gets a copy of `given`.  Returns its pid, and our end of the socket in *worker; -1 with
 * errno. */
pid_t layer_fork(int given, int *worker);

/* Give a worker its ends; the descriptor `list` is passed on.  -1 with errno: the worker is gone. */
int layer_hand(int worker, const struct slot_ends *ends, int list);

/* In a worker: wait for its ends.  ends->claims is its own mapping.  -1 when the master does not want this
 * worker. */
int layer_join(int master, struct slot_ends *ends, int *list);

/* End the layer; workers are not touched. */
void layer_close(void);

#endif
