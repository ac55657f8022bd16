/* SPDX-License-Identifier: MIT
 *
 * An arena holds all memory of one message or one procedure and is released
 * in one step. It grows in chunks up to a stated limit; at the limit
 * arena_alloc answers NULL, which is an ordinary error, never an abort.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/slice.h"

struct arena_chunk;

struct arena {
    struct arena_chunk *chunk; /* newest first; owned */
    size_t used;               /* bytes handed out, and lost by alignment */
    size_t limit;              /* most of them */
};

/* The first chunk has room for `first` bytes; 0 postpones it. */
void arena_init(struct arena *a, size_t first, size_t limit);
void arena_fini(struct arena *a);

/* Aligned for any type; not zeroed. NULL at the limit. */
void *arena_alloc(struct arena *a, size_t size);
void *arena_zalloc(struct arena *a, size_t size);

/* A copy of text in the arena; {NULL, 0} at the limit. slice_keep is the one
 * way from borrowed text to text that lives as long as the arena. */
struct slice slice_keep(struct arena *a, struct slice text);
struct slice arena_printf(struct arena *a, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
