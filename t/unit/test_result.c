/* test_result.c: the forms of results, and how many failures are in them. */
#include "prun/compat.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "prun/result.h"

enum { BAD = -1 };

/* Number of failed reports, or BAD.  The text is given without its end, as it comes from a frame. */
static int
parse(const char *text)
{
	size_t n = strlen(text);
	char *copy = malloc(n ? n : 1);
	unsigned nfailed = 77;
	memcpy(copy, text, n);
	json_t *a = result_parse(copy, n, &nfailed);
	free(copy);
	if (!a)
		return BAD;
	cr_expect(json_is_array(a));
	json_decref(a);
	return (int)nfailed;
}

#define REPORT(members) "[\"report\",{" members "}]"
#define FAILED          REPORT("\"outcome\":\"failed\"")
#define PLACE           "{\"$t\":[\"t.py\",1,\"test\"]}"
#define LOGSTART        "[\"logstart\",\"id\",null]"

Test(result, clean_pass)
{
	cr_expect_eq(parse("[" PLACE ",0.1,1,2,0.1,1,2,0.1,1,2]"), 0);
	cr_expect_eq(parse("[" PLACE ",0,0,0,0,0,0,0,0,0]"), 0);
	cr_expect_eq(parse("[" PLACE ",0,0,0,0,0,0,0,0,\"0\"]"), BAD);
	cr_expect_eq(parse("[" PLACE ",0,0,0,0,0,0,0,0]"), BAD);
	cr_expect_eq(parse("[" PLACE ",0,0,0,0,0,0,0,0,0,0]"), BAD);
	cr_expect_eq(parse("[null,0,0,0,0,0,0,0,0,0]"), BAD);
	cr_expect_eq(parse("[[\"t.py\",1,\"test\"],0,0,0,0,0,0,0,0,0]"), BAD);
	cr_expect_eq(parse("[{\"$t\":[1,2]},0,0,0,0,0,0,0,0,0]"), BAD);
	cr_expect_eq(parse("[{\"$t\":[1,1,\"n\"]},0,0,0,0,0,0,0,0,0]"), BAD);
	cr_expect_eq(parse("[{\"$t\":[\"f\",\"1\",\"n\"]},0,0,0,0,0,0,0,0,0]"), BAD);
	cr_expect_eq(parse("[{\"$t\":[\"f\",1,null]},0,0,0,0,0,0,0,0,0]"), BAD);
	cr_expect_eq(parse("[{\"$t\":[\"f\",1,\"n\"],\"x\":1},0,0,0,0,0,0,0,0,0]"), BAD);
}

/* ["logstart", BODY…, null] with `n` times `unit` for a body. */
static int
parse_many(const char *open, const char *unit, size_t n, const char *close)
{
	size_t len = strlen(unit);
	char *text = malloc(n * len + 200), *p = text;
	p += sprintf(p, "[[\"logstart\",%s", open);
	for (size_t i = 0; i < n; i++, p += len)
		memcpy(p, unit, len);
	sprintf(p, "%s,null]]", close);
	int found = parse(text);
	free(text);
	return found;
}

/* They would take far more memory than came over the pipe. */
Test(result, too_many_values)
{
	const size_t most = 16 << 20;
	cr_expect_eq(parse_many("[", "0,", most, "0]"), BAD);
	cr_expect_eq(parse_many("[", "[],", most / 2, "0]"), BAD);
	cr_expect_eq(parse_many("[", "0,", most - 100, "0]"), 0);
	cr_expect_eq(parse_many("\"", "[,{", most, "\""), 0, "text may be as long as it likes");
	cr_expect_eq(parse_many("\"", "\\\",\\\\", most, "\""), 0);
}

Test(result, events)
{
	cr_expect_eq(parse("[]"), 0);
	cr_expect_eq(parse("[[\"warning\",{},\"when\",\"id\",null]]"), 0);
	cr_expect_eq(parse("[" LOGSTART ",[\"logfinish\",1,2]]"), 0);
	cr_expect_eq(parse("[[\"passed\",0,[1,2,3],{},null]]"), 0);
	cr_expect_eq(parse("[[\"passed\",0,[1,2,3],{}]]"), BAD);
	cr_expect_eq(parse("[[\"xml\",\"id\",{}]]"), 0);
	cr_expect_eq(parse("[[\"item\",{}]]"), 0);
	cr_expect_eq(parse("[[\"shown\",{\"outcome\":\"failed\"},\"plain\",\"coloured\"]]"), 1);
	/* Ten events are no clean pass. */
	cr_expect_eq(parse("[" LOGSTART "," LOGSTART "," LOGSTART "," LOGSTART "," LOGSTART "," LOGSTART
			   "," LOGSTART "," LOGSTART "," LOGSTART "," FAILED "]"),
		     1);
}

/* An unknown kind, values too few or too many, or no object where one is looked into. */
Test(result, shapes)
{
	static const char *const bad[] = {
	    "[\"unknown\"]",
	    "[\"\"]",
	    "[\"report\"]",
	    "[\"report\",{},1]",
	    "[\"report\",[\"failed\"]]",
	    "[\"report\",null]",
	    "[\"shown\",{},\"plain\"]",
	    "[\"shown\",null,\"plain\",\"coloured\"]",
	    "[\"warning\",{}]",
	    "[\"warning\",1,2,3,4]",
	    "[\"warning\",{},2,3,4,5]",
	    "[\"logstart\"]",
	    "[\"logfinish\",1]",
	    "[\"xml\",{},1]",
	    "[\"item\",1]",
	    "[\"xml\",1]",
	};
	char text[128];
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(text, sizeof(text), "[%s]", bad[i]);
		cr_expect_eq(parse(text), BAD, "%s", text);
		snprintf(text, sizeof(text), "[%s,%s]", FAILED, bad[i]);
		cr_expect_eq(parse(text), BAD, "%s", text);
	}
}

Test(result, failures)
{
	cr_expect_eq(parse("[" FAILED "]"), 1);
	cr_expect_eq(parse("[" FAILED "," REPORT("\"outcome\":\"passed\"") "," FAILED "]"), 2);
	cr_expect_eq(parse("[" REPORT("\"outcome\":\"skipped\"") "]"), 0);
	cr_expect_eq(parse("[" REPORT("\"outcome\":\"failed\",\"wasxfail\":\"reason\"") "]"), 0);
	cr_expect_eq(parse("[" REPORT("\"outcome\":\"failed\",\"wasxfail\":\"\"") "]"), 0);
	cr_expect_eq(parse("[" REPORT("\"outcome\":\"failed\",\"wasxfail\":null") "]"), 0);
	cr_expect_eq(parse("[" REPORT("\"outcome\":1") "]"), 0);
	cr_expect_eq(parse("[" REPORT("") "]"), 0);
}

/* Events, and nothing else. */
Test(result, log)
{
	static const char clean[] = "[" PLACE ",0,0,0,0,0,0,0,0,0]", failed[] = "[" FAILED "]";
	unsigned nfailed;
	cr_expect(!result_parse_log(clean, strlen(clean), &nfailed));
	cr_expect(!result_parse_log("{}", 2, &nfailed));
	json_t *a = result_parse_log(failed, strlen(failed), &nfailed);
	cr_expect(a);
	cr_expect_eq(nfailed, 1);
	json_decref(a);
}

Test(result, malformed)
{
	static const char *const bad[] = {
	    "",
	    " ",
	    "{}",
	    "1",
	    "\"report\"",
	    "null",
	    "[1]",
	    "[[]]",
	    "[[1]]",
	    "[{}]",
	    "[[null]]",
	    "[\"report\"]",
	    "[[\"report\"]",
	    "[[\"a\"]] x",
	    "[[\"a\"],[1]]",
	    "[[\"a\"],]",
	    "[[\"a]]",
	    "[\"\\ud800\"]",
	    "[[\"\xff\"]]",
	    "[" FAILED ",[]]",
	    "[99999999999999999999]",
	};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		cr_expect_eq(parse(bad[i]), BAD, "%s", bad[i]);
}

/* Neither deep nesting nor a NUL in a string is trouble. */
Test(result, odd)
{
	enum { DEEP = 100000 };
	char *deep = malloc(DEEP + 1);
	memset(deep, '[', DEEP);
	deep[DEEP] = '\0';
	cr_expect_eq(parse(deep), BAD);
	free(deep);
	cr_expect_eq(parse("[[\"logstart\",\"a\\u0000b\",1]]"), 0);
	cr_expect_eq(parse(" [ [ \"logstart\" , 1 , 2 ] ]\n"), 0);
}

static json_t *
bye(const char *text)
{
	return result_parse_bye(text, strlen(text));
}

static int
stops(const char *text)
{
	json_t *o = bye(text);
	cr_assert(o);
	int yes = result_bye_stops(o);
	json_decref(o);
	return yes;
}

Test(result, bye)
{
	cr_expect(!bye(""));
	cr_expect(!bye("[]"));
	cr_expect(!bye("{"));
	cr_expect(!bye("{} {}"));
	cr_expect(!stops("{}"));
	cr_expect(!stops("{\"shouldfail\":false,\"shouldstop\":null}"));
	cr_expect(stops("{\"shouldfail\":\"stopping after 1 failures\"}"));
	cr_expect(stops("{\"shouldstop\":\"asked\"}"));
}
