/* SPDX-License-Identifier: MIT
 *
 * Authentication vectors for an MAA, TS 29.228 section 6.3: which scheme, the
 * sequence numbers, and the items as they go out. Pure: what is durable of a
 * sequence number is the store's business.
 */
#ifndef HSS_VECTORS_H
#define HSS_VECTORS_H

#include "base/dice.h"
#include "crypto/sqn.h"
#include "hss/subscriber.h"
#include "ims/cx.h"

/* Most vectors that one MAA carries, whatever was asked for. */
enum { VECTORS_MAX = 8 };

/* The scheme for a user of whom `asked` was asked (SIP-Authentication-Scheme):
 * that one, if there are data for it; for Unknown what the user is provisioned
 * for. *scheme is one of CX_SCHEME_... UNSUPPORTED (to be answered with E5006)
 * with a sentence when nothing fits. */
enum ims_err vectors_scheme(struct slice asked,
                            const struct subscriber_private *p,
                            const char **scheme, struct why *why) MUST_CHECK;

/* ---- sequence numbers -----------------------------------------------------
 */

enum { VECTORS_BLOCK = 64 }; /* numbers reserved ahead at once */

/* The counter of a private identity: `used` is the last number that went into
 * a vector, everything up to `ceiling` is reserved durably. After a start both
 * are what the store kept, so that the rest of a block is lost, not used
 * twice. */
struct vectors_counter {
    uint64_t used, ceiling;
};

/* Takes n numbers. False when they are not reserved; then *ceiling is what is
 * to be made durable first (and put into the counter) before asking again. */
bool vectors_take(struct vectors_counter *c, unsigned n, uint64_t *first,
                  uint64_t *ceiling);

/* After a synchronisation failure: rand_auts is SIP-Authorization of the MAR
 * (RAND || AUTS, 30 bytes). Moves the counter to the card's number if that is
 * needed; nothing is reserved then. MALFORMED, FORBIDDEN (the token is not of
 * this card). */
enum ims_err vectors_resync(const struct subscriber_private *p,
                            struct slice rand_auts, struct vectors_counter *c,
                            struct why *why) MUST_CHECK;

/* ---- items ----------------------------------------------------------------
 */

/* n (1 to VECTORS_MAX) items of Digest-AKAv1-MD5 or Digest-AKAv2-SHA-256, with
 * the numbers from first on; p has a key. Secrets are in the arena, for as
 * long as the answer needs them. FULL at its limit. */
enum ims_err vectors_aka(struct arena *a, const struct subscriber_private *p,
                         const char *scheme, uint64_t first, unsigned n,
                         struct dice *dice, struct cx_auth_items *out,
                         struct why *why) MUST_CHECK;

/* The one item of SIP Digest: HA1 of the algorithm that is provisioned, else
 * the first; p has one. Its texts are p's. */
enum ims_err vectors_digest(struct arena *a, const struct subscriber_private *p,
                            struct cx_auth_items *out,
                            struct why *why) MUST_CHECK;

#endif
