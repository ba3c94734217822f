/*
 * claims.h: who may run an item, in memory that master and workers share.
 *
 * A worker that runs a long test reads no frames, so it could not give back what waits behind it.  So the
 * master takes it back by itself: an item is offered to one worker, and then either the worker takes it or
 * the master withdraws it, whoever comes first.  A worker takes an item when it starts it or announces it as
 * the next one, and skips what it can no longer take.
 *
 * A worker can write anything here.  The master believes it in one thing only: that an offer was taken.
 */
#ifndef PRUN_CLAIMS_H
#define PRUN_CLAIMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct claims;

/* For items 0 … n - 1, none offered; shared with every process forked later, and with those that map *fd, which is
 * the caller's to close.  NULL with errno set. */
struct claims *claims_new(size_t n, int *fd);
struct claims *claims_map(int fd);
void claims_free(struct claims *c);

/* Master: `item` is for `worker`. */
void claims_offer(struct claims *c, uint32_t item, uint32_t worker);

/* Master: take the offer back.  False when the worker has taken it. */
bool claims_withdraw(struct claims *c, uint32_t item, uint32_t worker);

/* Worker: take the offer.  False when it was withdrawn, or taken before. */
bool claims_take(struct claims *c, uint32_t item, uint32_t worker);

#endif
