/* SPDX-License-Identifier: MIT
 *
 * Text that ends at an unmapped page, in a mapping that cannot be written:
 * a parser that reads one byte too far, or writes to its input, dies at once.
 */
#ifndef SUPPORT_GUARD_H
#define SUPPORT_GUARD_H

#include "base/slice.h"

struct guard {
    void *map;
    size_t size;
    struct slice text;
};

/* A copy of text; its address stays good until guard_free. */
struct slice guard_text(struct guard *g, struct slice text);
void guard_free(struct guard *g);

/* Calls fn with the first 0, 1, ... n bytes of text, each guarded. */
void each_prefix(struct slice text, void (*fn)(void *ctx, struct slice prefix),
                 void *ctx);

/* Calls fn with both parts of text, cut after 0, 1, ... n bytes, each part
 * guarded: the portions in which a stream may bring it. */
void each_split(struct slice text,
                void (*fn)(void *ctx, struct slice first, struct slice rest),
                void *ctx);

#endif
