/*
 * result.h: the JSON of RESULT, LOG and BYE frames, checked before anything else looks at it.
 *
 * A RESULT is an array in one of two forms (prun-events(5)):
 *   [location, d, s, e, d, s, e, d, s, e]   a clean pass: where the item stands, then duration, start and
 *                                 stop of its three phases, in seconds
 *   [["kind", …], …]              one array an event: passed, report, shown, warning, logfinish, xml, …
 * A LOG has the second form.  A BYE is an object.
 */
#ifndef PRUN_RESULT_H
#define PRUN_RESULT_H

#include <stddef.h>

#include <jansson.h>

/* New reference, or NULL when it is not one of the forms above.  *nfailed: failed reports in it (as pytest
 * counts them for --maxfail: outcome "failed" without wasxfail). */
json_t *result_parse(const void *p, size_t n, unsigned *nfailed);

/* Likewise for a LOG, which has the second form only. */
json_t *result_parse_log(const void *p, size_t n, unsigned *nfailed);

/* New reference to an object, or NULL. */
json_t *result_parse_bye(const void *p, size_t n);

/* Does a BYE ask for the whole run to stop (session.shouldfail or session.shouldstop)? */
int result_bye_stops(const json_t *bye);

#endif
