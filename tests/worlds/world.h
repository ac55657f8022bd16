/* SPDX-License-Identifier: MIT
 *
 * One world from its plan to its quiet end, and what must be true then.
 */
#ifndef WORLDS_WORLD_H
#define WORLDS_WORLD_H

#include "worlds/phone.h"

struct outcome {
    char broken[512]; /* empty: all is well */
    uint64_t hash, entries;
    int64_t virtual_us;
    struct tally tally;
};

void world_run(const struct plan *p, bool verbose, struct outcome *out);

#endif
