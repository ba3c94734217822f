/* pool_birth.c: how a pool comes by a worker. */
#include "prun/compat.h"

#include <stdlib.h>
#include <unistd.h>

#include "prun/jobserver.h"
#include "prun/log.h"
#include "prun/pool_impl.h"
#include "prun/xmalloc.h"

/* The child's side: nothing of the other workers may stay open here, or their ends would never be seen. */
static _Noreturn void
be_worker(struct pool *p, struct slot *own, struct slot_ends *ends)
{
	uint32_t id = own->id;
	log_before(NULL, NULL);
	jobserver_forget();
	if (p->claims_fd >= 0)
		close(p->claims_fd);
	for (int i = 0; i < SLOT_CAPTURES; i++)
		own->capture[i] = -1;
	slot_release(own);
	free(own);
	for (size_t i = 0; i < p->nslots; i++)
		slot_release(p->slots[i]);
	_exit(p->host->child(p->host->ctx, id, ends));
}

int
pool_spawn(struct pool *p, uint32_t replaces)
{
	struct slot_ends ends;
	if (p->host->prepare(p->host->ctx, p->nextid, replaces) < 0) {
		pool_stop(p, POOL_STOPPED);
		return -1;
	}
	struct slot *s = xmalloc(sizeof(*s));
	if (slot_open(s, &ends, p->nextid, p->conf->forward_out) < 0) {
		log_error("cannot open pipes for a worker; raise the limit of open files (ulimit -n):");
		free(s);
		return -1;
	}
	ends.claims = p->claims;
	ends.claims_fd = p->claims_fd;
	pid_t pid = p->host->layer ? p->host->layer(p->host->ctx, p->nextid, &ends) : proc_fork(&p->host->fork);
	if (pid == 0)
		be_worker(p, s, &ends);
	slot_ends_close(&ends);
	if (pid < 0) {
		log_error("cannot fork a worker; use fewer (-n) or raise the limit of processes (ulimit -u):");
		slot_release(s);
		free(s);
		return -1;
	}
	s->pid = pid;
	if (p->conf->patience)
		s->deadline = clock_now() + p->conf->patience * CLOCK_SECOND;
	p->nextid++;
	p->slots = xgrow(p->slots, &p->capslots, p->nslots + 1, sizeof(struct slot *));
	p->slots[p->nslots++] = s;
	log_debug("gw%u: forked, pid %d", s->id, (int)pid);
	pool_put_event(p, EVENT_UP, s->id, SCHED_NONE, json_integer(pid), 0);
	sched_add(p->sched, s->id, replaces);
	return 0;
}
