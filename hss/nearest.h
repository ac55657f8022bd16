/* SPDX-License-Identifier: MIT
 *
 * Which identities are there that look like one that is not: for "did you
 * mean". Costs up to a thousand look-ups for a name of at most 10 letters or a
 * number of at most 16 characters, and, where nothing differs by one letter
 * alone, a search through the first 100,000 subscriptions of the store:
 * together at most some 6 ms.
 */
#ifndef HSS_NEAREST_H
#define HSS_NEAREST_H

#include "hss/store.h"
#include "ims/identity.h"

enum { NEAREST_MAX = 3 };

struct nearest {
    struct slice v[NEAREST_MAX]; /* the nearest first; in the arena */
    unsigned distance[NEAREST_MAX];
    unsigned n;
};

/* wanted: a canonical public identity, or a private one. domain: of the
 * network, which may be what is wrong. What cannot be read is left out. */
void nearest_identity(struct store *s, struct arena *a, struct slice wanted,
                      struct slice domain, struct nearest *out);

#endif
