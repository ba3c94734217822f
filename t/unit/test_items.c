/* test_items.c: the units of the scope modes. */
#include "prun/compat.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "prun/items.h"
#include "prun/xmalloc.h"

struct row {
	const char *nodeid, *group;
};

/* The units of the rows as digits. */
static void
check(enum sched_mode mode, const struct row *row, size_t n, const char *want)
{
	struct items t = ITEMS_INIT;
	uint32_t unit[16];
	char got[17] = "";
	size_t units, highest = 0;

	for (size_t i = 0; i < n; i++)
		items_add(&t, row[i].nodeid, row[i].group);
	units = items_units(&t, mode, unit);
	for (size_t i = 0; i < n; i++) {
		got[i] = (char)('0' + unit[i]);
		highest = unit[i] >= highest ? unit[i] + 1 : highest;
	}
	cr_expect_str_eq(got, want);
	cr_expect_eq(units, highest);
	items_release(&t);
	cr_expect(t.v == NULL && t.n == 0 && t.cap == 0);
}

#define CHECK(mode, rows, want) check(mode, rows, sizeof(rows) / sizeof(rows[0]), want)

static const struct row classes[] = {
    {"a.py::test_1", NULL},  {"a.py::A::test_1", NULL},  {"b.py::test_1", NULL},
    {"a.py::test_2", NULL},  {"a.py::A::test_2", NULL},  {"b.py::A::test", NULL},
    {"b.py::A::B::t", NULL}, {"b.py::test[x::y]", NULL}, {"b.py::test[x::z]", NULL},
    {"doc.rst", NULL},       {"doc.rst::doc.rst", "g"},  {"a.py", NULL},
};

Test(items, loadscope_is_up_to_the_last_colons)
{
	CHECK(SCHED_LOADSCOPE, classes, "012013455660");
}

Test(items, loadfile_is_up_to_the_first_colons)
{
	CHECK(SCHED_LOADFILE, classes, "001001111220");
}

/* Python's rsplit takes the last two of three colons, its split the first two. */
Test(items, three_colons)
{
	static const struct row rows[] = {
	    {"a:::t", NULL}, {"a:::u", NULL}, {"a::t", NULL}, {"a:", NULL}, {"", NULL}};

	CHECK(SCHED_LOADSCOPE, rows, "00102");
	CHECK(SCHED_LOADFILE, rows, "00012");
	CHECK(SCHED_DURATION, rows, "00012");
}

/* An unmarked item is its own unit, even one of the same name or with the name of a group. */
Test(items, loadgroup_is_the_group_or_the_item)
{
	static const struct row rows[] = {
	    {"a.py::t1", "db"},  {"a.py::t2", NULL},     {"b.py::t1", "db"}, {"a.py::t2", NULL}, {"db", NULL},
	    {"c.py::t", "db_x"}, {"d.py::t[@db]", NULL}, {"c.py::u", ""},    {"c.py::v", ""},
	};

	CHECK(SCHED_LOADGROUP, rows, "010234566");
}

Test(items, other_modes_have_no_units)
{
	CHECK(SCHED_LOAD, classes, "0123456789:;");
	CHECK(SCHED_WORKSTEAL, classes, "0123456789:;");
	CHECK(SCHED_EACH, classes, "0123456789:;");
}

Test(items, none)
{
	struct items t = ITEMS_INIT;
	uint32_t unit;

	cr_expect_eq(items_units(&t, SCHED_LOADSCOPE, &unit), 0);
	items_release(&t);
}

Test(items, copies)
{
	struct items t = ITEMS_INIT;
	char nodeid[] = "a.py::t", group[] = "g";

	items_add(&t, nodeid, group);
	nodeid[0] = group[0] = 'x';
	cr_expect_str_eq(t.v[0].nodeid, "a.py::t");
	cr_expect_str_eq(t.v[0].group, "g");
	items_release(&t);
}

Test(items, a_hundred_thousand_in_ten_thousand_files, .timeout = 20)
{
	struct items t = ITEMS_INIT;
	uint32_t *unit = xcalloc(100000, sizeof(*unit));
	char nodeid[64];

	for (unsigned i = 0; i < 100000; i++) {
		snprintf(nodeid, sizeof(nodeid), "tests/test_%u.py::test_%u", i % 10000, i);
		items_add(&t, nodeid, NULL);
	}
	cr_expect_eq(items_units(&t, SCHED_LOADFILE, unit), 10000);
	for (unsigned i = 0; i < 100000; i++)
		cr_assert_eq(unit[i], i % 10000);
	items_release(&t);
	free(unit);
}
