/* SPDX-License-Identifier: MIT
 *
 * Sequence numbers in use, TS 33.102 annex C: none is given twice, even across
 * a crash. The store keeps for each private identity a ceiling; numbers up to
 * it are given from memory, and a block more is committed when they run out.
 * After a restart the rest of a block is skipped.
 */
#ifndef HSS_COUNTERS_H
#define HSS_COUNTERS_H

#include "hss/store.h"
#include "hss/vectors.h"

struct counters;

/* limit: identities remembered; beyond, the oldest skips its block. */
struct counters *counters_new(struct store *s, struct dice *dice, size_t limit);
/* Ahead of the store's end, without another write: what is being written is
 * not told to who asked. */
void counters_free(struct counters *c);

/* The highest number that was given, as far as it is known; stored: the
 * ceiling that the store has now. */
uint64_t counters_used(const struct counters *c, int64_t impi, uint64_t stored);
/* Another ceiling was provisioned. */
void counters_forget(struct counters *c, int64_t impi);
void counters_forget_all(struct counters *c);

struct counters_ask {
    int64_t sub, impi;
    uint64_t stored; /* the ceiling that the store has now */
    unsigned count;  /* 1 to VECTORS_MAX */
    /* Synchronisation failure: the counter that vectors_resync is to begin
     * with is passed to it; NULL: none. False: leave it as it was. */
    bool (*resync)(void *ctx, struct vectors_counter *counter);
};

/* Good numbers: first, sqn_advance(first, 1), ... */
typedef void counters_fn(void *ctx, enum ims_err err, uint64_t first,
                         const struct why *why);
/* Calls back at once, or after a commit. The subscription must be idle (see
 * store_when_idle). ctx is resync's too. */
void counters_take(struct counters *c, const struct counters_ask *ask,
                   counters_fn *fn, void *ctx);

#endif
