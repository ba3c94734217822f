/* items.c: the table of collected items, and the units of the scope modes. */
#include "prun/compat.h"

#include <stdlib.h>
#include <string.h>

#include "prun/items.h"
#include "prun/xmalloc.h"

void
items_add(struct items *t, const char *nodeid, const char *group)
{
	t->v = xgrow(t->v, &t->cap, t->n + 1, sizeof(*t->v));
	t->v[t->n++] = (struct item){.nodeid = xstrdup(nodeid), .group = group ? xstrdup(group) : NULL};
}

void
items_release(struct items *t)
{
	for (size_t i = 0; i < t->n; i++) {
		free(t->v[i].nodeid);
		free(t->v[i].group);
	}
	free(t->v);
	*t = (struct items)ITEMS_INIT;
}

/* What names an item's unit; s is NULL where the item is a unit of its own. */
struct key {
	const char *s;
	size_t len;
};

struct slot {
	struct key key; /* s is NULL: free */
	uint32_t unit;
};

/* Length up to the last "::".  Of ":::" the last two count, as in Python's rsplit. */
static size_t
scope_len(const char *nodeid)
{
	size_t len = strlen(nodeid);

	for (size_t i = len; i >= 2; i--)
		if (nodeid[i - 1] == ':' && nodeid[i - 2] == ':')
			return i - 2;
	return len;
}

static size_t
file_len(const char *nodeid)
{
	const char *end = strstr(nodeid, "::");

	return end ? (size_t)(end - nodeid) : strlen(nodeid);
}

static struct key
key_of(const struct item *it, enum sched_mode mode)
{
	switch (mode) {
	case SCHED_LOADSCOPE:
		return (struct key){it->nodeid, scope_len(it->nodeid)};
	case SCHED_LOADFILE:
	case SCHED_DURATION:
		return (struct key){it->nodeid, file_len(it->nodeid)};
	case SCHED_LOADGROUP:
		return (struct key){it->group, it->group ? strlen(it->group) : 0};
	default:
		return (struct key){NULL, 0};
	}
}

/* FNV-1a. */
static uint64_t
hash(struct key k)
{
	uint64_t h = 14695981039346656037u;

	for (size_t i = 0; i < k.len; i++)
		h = (h ^ (unsigned char)k.s[i]) * 1099511628211u;
	return h ^ h >> 32;
}

/* The key's slot, or the free one where it belongs. */
static struct slot *
find(struct slot *table, size_t mask, struct key k)
{
	size_t i = hash(k) & mask;

	while (table[i].key.s && (table[i].key.len != k.len || memcmp(table[i].key.s, k.s, k.len) != 0))
		i = (i + 1) & mask;
	return &table[i];
}

size_t
items_units(const struct items *t, enum sched_mode mode, uint32_t *unit)
{
	size_t mask = 1, n = 0;
	struct slot *table, *slot;

	while (mask < 2 * t->n)
		mask = 2 * mask + 1;
	table = xcalloc(mask + 1, sizeof(*table));
	for (size_t i = 0; i < t->n; i++) {
		struct key k = key_of(&t->v[i], mode);

		if (!k.s) {
			unit[i] = (uint32_t)n++;
			continue;
		}
		slot = find(table, mask, k);
		if (!slot->key.s)
			*slot = (struct slot){.key = k, .unit = (uint32_t)n++};
		unit[i] = slot->unit;
	}
	free(table);
	return n;
}
