/*
 * items.h: the frozen table of collected items, and the units that the scope modes keep together.
 *
 * An item's number is its index in pytest's session.items, the same in the master and in every worker.
 */
#ifndef PRUN_ITEMS_H
#define PRUN_ITEMS_H

#include <stddef.h>
#include <stdint.h>

#include "prun/sched.h"

struct item {
	char *nodeid; /* UTF-8 (surrogates as they are); NUL-terminated */
	char *group;  /* names of its xdist_group marks, sorted, joined by "_"; NULL if unmarked */
};

struct items {
	struct item *v;
	size_t n, cap;
};

#define ITEMS_INIT {NULL, 0, 0}

/* Append a copy.  `group` may be NULL. */
void items_add(struct items *t, const char *nodeid, const char *group);
void items_release(struct items *t);

/*
 * Number the units of `mode`: unit[i] is the unit of item i, dense from 0 in order of first item.
 * Keys, as in xdist: loadscope is the node id up to its last "::", loadfile and duration up to its first "::",
 * loadgroup the group name, or the item itself where it has none.  Other modes: each item its own.
 * Returns the number of units.  `unit` has room for t->n numbers.
 */
size_t items_units(const struct items *t, enum sched_mode mode, uint32_t *unit);

#endif
