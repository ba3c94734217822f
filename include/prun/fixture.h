/*
 * fixture.h: finds fixtures for a request, sets them up and finishes them, as pytest's FixtureRequest and FixtureDef
 * do from 8.3 on.
 *
 * Requests, definitions, finalizers and SetupState are pytest's own objects and hold what they hold otherwise, in the
 * same order; a fixture's function is called by pytest's own call_fixture_func().  Whatever is out of the ordinary is
 * noticed before anything was done about it, and goes to pytest's own functions: see py/prun/fast/fixtures.py.
 *
 * Python.h comes first; all functions need the interpreter's lock.
 */
#ifndef PRUN_FIXTURE_H
#define PRUN_FIXTURE_H

struct _object;

/* Functions of _prun. */
extern const char fixture_methods_doc[], fixture_is_generator_doc[];
struct _object *fixture_methods(struct _object *self, struct _object *host);
struct _object *fixture_is_generator(struct _object *self, struct _object *function);

/* Does somebody else hear of fixtures?  What is found is kept until it is asked again.  -1 with an exception. */
int fixture_look_around(void);

/* Plugins have come or gone: whether somebody else hears of fixtures is to be asked again. */
void fixture_ask_again(void);

#endif
