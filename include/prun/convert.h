/*
 * convert.h: JSON from a worker as Python objects.
 *
 * JSON has no tuples, bytes, sets, NaN or keys that are not strings; py/prun/codec.py writes those as an
 * object with one member whose name starts with "$".  `untag(name, value)` turns such a pair into the object
 * that it stands for.
 */
#ifndef PRUN_CONVERT_H
#define PRUN_CONVERT_H

#include <jansson.h>

struct _object;

/* New reference, or NULL with an exception set. */
struct _object *convert_json(const json_t *json, struct _object *untag);

#endif
