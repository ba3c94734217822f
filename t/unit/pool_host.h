/*
 * pool_host.h: a host in C for the pool: workers that behave by a script, and a teller that keeps count.
 *
 * A test fills a struct host (host_init), names what each item does, and calls host_run(), which also checks
 * that nothing is left behind.  The acts themselves are in pool_acts.h, the teller in pool_tell.h.
 */
#ifndef POOL_HOST_H
#define POOL_HOST_H

#include <bsd/unistd.h>
#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "prun/items.h"
#include "prun/pool.h"

enum { HOST_ITEMS = 64, HOST_WORKERS = 1024 };

enum act {
	ACT_PASS,
	ACT_FAIL,         /* a failed report */
	ACT_LEAVE,        /* passes, and is its worker's last */
	ACT_BREAK,        /* KeyboardInterrupt of the test's own */
	ACT_BIG,          /* 1 MB of JSON */
	ACT_LOUD,         /* 1 MB to standard error past the capture */
	ACT_SEGV,         /* from here on: an item that ends with its worker */
	ACT_EXIT0,        /* _exit(0) */
	ACT_EXIT7,        /* _exit(7) */
	ACT_CLOSE_ALL,    /* closes every descriptor from 3 on, and returns */
	ACT_GRANDCHILD,   /* dies; its child holds the pipes open */
	ACT_HALF,         /* dies in the middle of a frame */
	ACT_GARBAGE,      /* from here on: writes something wrong and lives on */
	ACT_FLOOD,        /* writes zeros without end */
	ACT_VERSION,      /* a frame of another version */
	ACT_HUGE,         /* a frame that is too long */
	ACT_TYPE,         /* a frame that only the master may send */
	ACT_RESULT_OTHER, /* RESULT of another item */
	ACT_RESULT_SHORT, /* RESULT without its numbers */
	ACT_START_TWICE,  /* START while an item runs */
	ACT_BYE_RUNNING,  /* BYE while an item runs */
	ACT_PASS_SHORT,    /* a PASS without all of its numbers */
	ACT_PASS_NAN,      /* a PASS that took no number of seconds */
	ACT_NOT_JSON,
	ACT_NOT_FORM,      /* JSON, but no form of a result */
	ACT_LOG_FORM,      /* a LOG that is no array of events */
	ACT_CLOSE_RES,     /* closes its result pipe and lives on */
	ACT_RESULT_TWICE,  /* from here on: has its result, then does something wrong */
	ACT_START_FOREIGN, /* START of an item that is another's */
	ACT_START_ALIEN,   /* START of an item that does not exist */
	ACT_BYE_TWICE,
	ACT_BYE_NOT_OBJECT,
	ACTS
};

struct host {
	struct pool_conf conf;
	enum act act[HOST_ITEMS];
	bool once;                                 /* faults only when the item runs first */
	bool again;                                /* an item that crashed then is run once more */
	void (*birth)(struct host *, uint32_t id); /* in the child, before all else */
	void (*before)(struct host *, uint32_t id, uint32_t i); /* in the child, before item i */
	void (*finish)(struct host *, uint32_t id);             /* in the child, before BYE */
	const char *bye;                                        /* what workers say at the end */
	uint32_t refuse, nprepared;                          /* the first worker that may not be; how many */
	unsigned (*on)(struct host *, const struct event *); /* in the master */
	void (*wait)(struct host *);                         /* in the master, when it has nothing to do */
	unsigned (*tick)(struct host *, const struct pool_now *, unsigned *wants); /* likewise, when it is time */
	bool (*lend)(struct host *, uint32_t id);            /* likewise, of the terminal; NULL: there is none */
	unsigned *runs;                                      /* of each item; shared with the workers */
	int leash[2];     /* grandchildren live until the write end closes */
	int gate[2];      /* for a test's own use between master and workers */
	const char *name; /* of the round, for messages */

	/* What was told. */
	unsigned nstart[HOST_ITEMS], nresult[HOST_ITEMS], ncrash[HOST_ITEMS], nagain[HOST_ITEMS];
	unsigned nevent[EVENT_KINDS];
	uint32_t runs_now[HOST_WORKERS]; /* the item that started last on a worker, or SCHED_NONE */
	bool up[HOST_WORKERS];
	size_t ntext, ncrashtext;
	unsigned nticks, nlent;
	uint32_t lent; /* who has the terminal, or SCHED_NONE */
	char how[256];  /* of the last crash */
	char down[256]; /* of the last worker that went without BYE */
	char died[256]; /* $died, or $ended, of the last BYE that had one */
	struct pool_result result;
	int rc;

	struct items items;
	uint32_t unit[HOST_ITEMS];
};

/* In a worker: which one it is. */
static struct {
	struct host *h;
	struct slot_ends ends;
	uint32_t id;
} me;

#include "pool_acts.h"
#include "pool_tell.h"

/* Criterion 2.4.1 forgets 48 bytes now and then when tests run side by side. */
const char *__lsan_default_suppressions(void) __attribute__((visibility("default")));

const char *
__lsan_default_suppressions(void)
{
	return "leak:libcriterion";
}

const char *__lsan_default_options(void) __attribute__((visibility("default")));

const char *
__lsan_default_options(void)
{
	return "print_suppressions=0";
}

/* Or each worker would write of it to its standard error. */
static void
quiet_setproctitle(void)
{
	static char title[64] = "pool test", *argv[] = {title, NULL}, *envp[] = {NULL};
	static bool ready;
	if (!ready)
		setproctitle_init(1, argv, envp);
	ready = true;
}

static void
host_init(struct host *h, enum sched_mode mode, uint32_t nworkers, size_t nitems)
{
	*h = (struct host){.name = "",
			   .refuse = SCHED_NONE,
			   .leash = {-1, -1},
			   .gate = {-1, -1},
			   .bye = "{}",
			   .items = ITEMS_INIT};
	cr_assert(nitems <= HOST_ITEMS);
	h->conf = (struct pool_conf){.starts = true, .sched = {.mode = mode, .nitems = nitems, .reorder = true},
				     .nworkers = nworkers,
				     .maxrestart = UINT_MAX};
	for (size_t i = 0; i < nitems; i++) {
		char nodeid[64], group[16];
		snprintf(nodeid, sizeof(nodeid), "t%zu.py::C%zu::test_%zu", i / 8, i / 3, i);
		snprintf(group, sizeof(group), "g%zu", i / 5);
		items_add(&h->items, nodeid, i % 2 ? NULL : group);
	}
	if (mode == SCHED_LOADSCOPE || mode == SCHED_LOADFILE || mode == SCHED_LOADGROUP ||
	    mode == SCHED_DURATION) {
		h->conf.sched.nunits = items_units(&h->items, mode, h->unit);
		h->conf.sched.unit = h->unit;
	}
	h->runs = mmap(NULL, HOST_ITEMS * sizeof(*h->runs), PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	cr_assert(h->runs != MAP_FAILED);
	cr_assert(pipe(h->leash) == 0 && pipe(h->gate) == 0);
	signal(SIGPIPE, SIG_IGN); /* as Python has it */
	quiet_setproctitle();
}

static void
host_release(struct host *h)
{
	for (int i = 0; i < 2; i++) {
		close(h->leash[i]);
		close(h->gate[i]);
	}
	munmap(h->runs, HOST_ITEMS * sizeof(*h->runs));
	items_release(&h->items);
}

static enum worker_verdict
host_run_item(void *ctx, uint32_t item, uint32_t next, struct buf *json)
{
	struct host *h = ctx;
	bool first = __atomic_fetch_add(&h->runs[item], 1, __ATOMIC_SEQ_CST) == 0;
	(void)next;
	if (h->before)
		h->before(h, me.id, item);
	return act_do(h->once && !first ? ACT_PASS : h->act[item], item, json);
}

static void
host_nothing(void *ctx)
{
	(void)ctx;
}

static bool
host_go_on(void *ctx)
{
	(void)ctx;
	return true;
}

static int
host_child(void *ctx, uint32_t id, const struct slot_ends *ends)
{
	struct host *h = ctx;
	const struct worker_host host = {
	    .ctx = h, .run = host_run_item, .release = host_nothing, .acquire = host_go_on};
	me.h = h;
	me.ends = *ends;
	me.id = id;
	dup2(ends->err, 2);
	if (ends->out >= 0)
		dup2(ends->out, 1);
	if (h->birth)
		h->birth(h, id);
	worker_open(ends->res, ends->capture[SLOT_TERMINAL]);
	worker_main(id, ends->ctl, &h->items, ends->claims, &host);
	if (h->finish)
		h->finish(h, id);
	return worker_bye(h->bye, strlen(h->bye)) < 0;
}

static void
host_wait(void *ctx)
{
	struct host *h = ctx;
	if (h->wait)
		h->wait(h);
}

static unsigned
host_tick(void *ctx, const struct pool_now *now, unsigned *wants)
{
	struct host *h = ctx;
	h->nticks++;
	return h->tick(h, now, wants);
}

static bool
host_lend(void *ctx, uint32_t id, pid_t pid)
{
	struct host *h = ctx;
	cr_expect_eq(pid > 0, id != SCHED_NONE, "%s: pid %d", h->name, (int)pid);
	cr_expect_eq(h->lent == SCHED_NONE, id != SCHED_NONE, "%s: lent to %d, then %d", h->name, (int)h->lent, (int)id);
	h->nlent += id != SCHED_NONE;
	h->lent = id;
	if (h->lend(h, id))
		return true;
	h->lent = SCHED_NONE;
	return false;
}

static int
host_prepare(void *ctx, uint32_t id, uint32_t replaces)
{
	struct host *h = ctx;
	/* The number is used again when the fork failed. */
	cr_assert(id <= h->nprepared, "%s: gw%u", h->name, id);
	cr_assert(replaces == SCHED_NONE || replaces < id, "%s: gw%u for gw%u", h->name, id, replaces);
	h->nprepared = id + 1;
	return id >= h->refuse ? -1 : 0;
}

static unsigned
count_fds(void)
{
	unsigned n = 0;
	DIR *d = opendir("/proc/self/fd");
	while (readdir(d))
		n++;
	closedir(d);
	return n;
}

/* Run the pool; whatever happens in it, nothing is left behind. */
static void
host_run(struct host *h)
{
	static const int sigs[] = {SIGCHLD, SIGINT, SIGTERM, SIGHUP, SIGPIPE};
	enum { NSIGS = sizeof(sigs) / sizeof(sigs[0]) };
	const struct pool_host host = {.ctx = h,
				       .prepare = host_prepare,
				       .child = host_child,
				       .tell = host_tell,
				       .tick = host_tick,
				       .lend = h->lend ? host_lend : NULL,
				       .release = host_wait,
				       .acquire = host_nothing};
	struct sigaction before[NSIGS], after;
	sigset_t mask, mask_after;
	unsigned fds = count_fds();

	h->nprepared = 0;
	h->lent = SCHED_NONE;
	for (size_t i = 0; i < NSIGS; i++)
		sigaction(sigs[i], NULL, &before[i]);
	sigprocmask(SIG_SETMASK, NULL, &mask);
	h->rc = pool_run(&h->conf, &host, &h->result);
	cr_expect_eq(count_fds(), fds, "%s: %u descriptors, not %u", h->name, count_fds(), fds);
	cr_expect(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD, "%s: a child is left", h->name);
	for (size_t i = 0; i < NSIGS; i++) {
		sigaction(sigs[i], NULL, &after);
		cr_expect(after.sa_handler == before[i].sa_handler, "%s: signal %d", h->name, sigs[i]);
	}
	sigprocmask(SIG_SETMASK, NULL, &mask_after);
	for (int s = 1; s < 32; s++)
		cr_expect_eq(sigismember(&mask, s), sigismember(&mask_after, s));
	cr_expect_eq(h->lent, SCHED_NONE, "%s: gw%u has the terminal still", h->name, h->lent);
	cr_expect_eq(h->nevent[EVENT_UP], h->nevent[EVENT_DOWN], "%s: more UP than DOWN", h->name);
}

#endif
