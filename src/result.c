/* result.c: the JSON of RESULT, LOG and BYE frames. */
#include "prun/compat.h"

#include <stdbool.h>
#include <string.h>

#include "prun/result.h"

enum {
	CLEAN_PASS = 10,
	MOST_VALUES = 16 << 20, /* each takes some sixty bytes here, of two on the pipe */
};

/* Only long text has that much to say. */
static bool
has_too_many_values(const char *p, size_t n)
{
	size_t values = 0;
	bool text = false;
	if (n < MOST_VALUES)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (p[i] == '"')
			text = !text;
		else if (text && p[i] == '\\')
			i++;
		else if (!text && (p[i] == ',' || p[i] == '[' || p[i] == '{'))
			values++;
	}
	return values > MOST_VALUES;
}

static json_t *
load(const void *p, size_t n)
{
	return has_too_many_values(p, n) ? NULL : json_loadb(p, n, JSON_ALLOW_NUL, NULL);
}

/* Kinds of events, how many values follow the kind, and which of them is an object (0: none).  The others
 * may be of any type: even a string is an object where it holds what JSON cannot (prun-events(5)). */
static const struct shape {
	const char *kind;
	size_t n, object;
} shapes[] = {
    {"report", 1, 1},   {"shown", 3, 1},     {"warning", 4, 1},
    {"logstart", 2, 0}, {"logfinish", 2, 0}, {"xml", 2, 2},
    {"item", 1, 1},     {"leaks", 2, 0},     {"passed", 4, 0},
    {"fixture", 4, 0},
};

static bool
has_shape(const json_t *e, const struct shape *shape)
{
	return json_array_size(e) == shape->n + 1 &&
	       (!shape->object || json_is_object(json_array_get(e, shape->object)));
}

static bool
is_event(const json_t *e)
{
	const char *kind = json_string_value(json_array_get(e, 0));
	for (size_t i = 0; kind && i < sizeof(shapes) / sizeof(shapes[0]); i++)
		if (strcmp(kind, shapes[i].kind) == 0)
			return has_shape(e, &shapes[i]);
	return false;
}

static bool
is_location(const json_t *o)
{
	const json_t *t = json_object_get(o, "$t"), *line = json_array_get(t, 1);
	return json_object_size(o) == 1 && json_array_size(t) == 3 && json_is_string(json_array_get(t, 0)) &&
	       (json_is_integer(line) || json_is_null(line)) && json_is_string(json_array_get(t, 2));
}

static bool
is_clean_pass(const json_t *a)
{
	if (json_array_size(a) != CLEAN_PASS || !is_location(json_array_get(a, 0)))
		return false;
	for (size_t i = 1; i < CLEAN_PASS; i++)
		if (!json_is_number(json_array_get(a, i)))
			return false;
	return true;
}

static bool
is_failed_report(const json_t *e)
{
	const json_t *data = json_array_get(e, 1);
	const char *outcome = json_string_value(json_object_get(data, "outcome"));
	return outcome && strcmp(outcome, "failed") == 0 && !json_object_get(data, "wasxfail");
}

static json_t *
checked_events(json_t *a, unsigned *nfailed)
{
	size_t i;
	json_t *e;
	bool ok = json_is_array(a);
	*nfailed = 0;
	json_array_foreach(a, i, e)
	{
		ok = ok && is_event(e);
		*nfailed += ok && is_failed_report(e);
	}
	if (ok)
		return a;
	json_decref(a);
	return NULL;
}

json_t *
result_parse(const void *p, size_t n, unsigned *nfailed)
{
	json_t *a = load(p, n);
	*nfailed = 0;
	return is_clean_pass(a) ? a : checked_events(a, nfailed);
}

json_t *
result_parse_log(const void *p, size_t n, unsigned *nfailed)
{
	return checked_events(load(p, n), nfailed);
}

json_t *
result_parse_bye(const void *p, size_t n)
{
	json_t *o = load(p, n);
	if (json_is_object(o))
		return o;
	json_decref(o);
	return NULL;
}

int
result_bye_stops(const json_t *bye)
{
	return json_is_string(json_object_get(bye, "shouldfail")) ||
	       json_is_string(json_object_get(bye, "shouldstop"));
}
