/* result.c: the JSON of RESULT, LOG and BYE frames. */
#include "prun/compat.h"

#include <stdbool.h>
#include <string.h>

#include "prun/result.h"

enum { CLEAN_PASS = 10 };

static json_t *
load(const void *p, size_t n)
{
	return json_loadb(p, n, JSON_ALLOW_NUL, NULL);
}

static bool
is_clean_pass(const json_t *a)
{
	if (json_array_size(a) != CLEAN_PASS)
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

json_t *
result_parse(const void *p, size_t n, unsigned *nfailed)
{
	*nfailed = 0;
	json_t *a = load(p, n);
	if (!json_is_array(a))
		goto bad;
	if (is_clean_pass(a))
		return a;
	size_t i;
	json_t *e;
	json_array_foreach(a, i, e)
	{
		const char *kind = json_string_value(json_array_get(e, 0));
		if (!kind)
			goto bad;
		if (strcmp(kind, "report") == 0 && is_failed_report(e))
			++*nfailed;
	}
	return a;
bad:
	json_decref(a);
	return NULL;
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
