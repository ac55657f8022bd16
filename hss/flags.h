/* SPDX-License-Identifier: MIT
 *
 * Flags that TS 29.228 has the HSS keep and that need not survive it:
 * authentication pending (section 6.3, for a set and a private identity) and
 * S-CSCF reassignment pending (section 6.1, for a set). A bounded number; at
 * the bound the oldest goes.
 */
#ifndef HSS_FLAGS_H
#define HSS_FLAGS_H

#include "base/dice.h"
#include "base/map.h"

enum flag { FLAG_AUTHENTICATION, FLAG_REASSIGNMENT };

struct flags {
    struct map map;
    size_t limit;
};

void flags_init(struct flags *f, struct dice *dice, size_t limit);
void flags_fini(struct flags *f);
/* impi is 0 for flags of a set. */
void flags_set(struct flags *f, enum flag flag, int64_t set, int64_t impi);
void flags_clear(struct flags *f, enum flag flag, int64_t set, int64_t impi);
bool flags_has(const struct flags *f, enum flag flag, int64_t set,
               int64_t impi);

#endif
