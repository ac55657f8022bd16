/* SPDX-License-Identifier: MIT
 *
 * The wildcarded public user identities (TS 23.003 13.4A) of the sets, found by
 * a name that they match. They are few; one lookup asks once for each beginning
 * of the name, however many there are.
 */
#ifndef SCSCF_WILDCARDS_H
#define SCSCF_WILDCARDS_H

#include "base/map.h"

struct irs_identity;

struct wildcards {
    struct map by_start; /* the text before the expression */
};

void wildcards_init(struct wildcards *w, uint64_t seed);
void wildcards_fini(struct wildcards *w);
/* Of an identity that is no wildcard nothing happens. It is not owned. */
void wildcards_add(struct wildcards *w, struct irs_identity *id);
void wildcards_remove(struct wildcards *w, const struct irs_identity *id);

/* Is it one of a registered set, and does it match? */
bool wildcard_serves(const struct irs_identity *id, struct slice impu);
/* The one for which that is so; of several the one with the longest text before
 * its expression, as at the HSS. NULL: none. */
struct irs_identity *wildcards_match(const struct wildcards *w,
                                     struct slice impu);

#endif
