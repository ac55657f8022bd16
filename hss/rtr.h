/* SPDX-License-Identifier: MIT
 *
 * Network-initiated deregistration by the HSS, TS 29.228 6.1.3.
 */
#ifndef HSS_RTR_H
#define HSS_RTR_H

#include "hss/telling.h"

/* One request. Its texts live in the telling's arena. */
struct rtr_ask {
    struct slice scscf; /* Server-Name of who is told */
    enum cx_reason reason;
    struct slice info; /* Reason-Info: text for people; may be empty */
    struct slice impi;
    struct cx_texts associated; /* other private identities that leave */
    struct cx_texts impus;      /* at least one */
    /* The HSS took this set from the S-CSCF; 0: its other users have it still,
     * or it is no more, and it is looked up by the first identity. Who has
     * registered there again when the request goes out is not named in it. */
    int64_t set;
    /* The subscription is no more. Who has the first identity by then may be a
     * new one's, and shall keep it where it is served. */
    bool is_gone;
};
void rtr_add(struct telling *t, const struct rtr_ask *ask);

/* What an administrator ends. */
struct terminate_ask {
    int64_t sub;
    enum cx_reason reason;
    struct slice info;
    /* Public identities, canonical: their sets. None: every set. */
    struct cx_texts impus;
    /* Private identities: theirs alone. None: all of the sets. */
    struct cx_texts impis;
};

/* Clears the sets here and tells their S-CSCFs. Everything in it is copied.
 * Errors: NOT_FOUND (the subscription), MALFORMED (an identity is not of it),
 * CONFLICT (nothing of it is registered; REMOVE_S-CSCF of what is). */
void hss_terminate(struct hss *me, const struct terminate_ask *ask,
                   telling_fn *done, void *ctx);

/* Whose an identity is by now; not whose wildcard it matches. */
enum ims_err rtr_find_public(struct store *store, struct arena *a,
                             struct slice impu, struct store_public *out,
                             struct why *why) MUST_CHECK;

/* All identities of a set as an RTR or its S-CSCF names them: wildcards are
 * not. In the arena. */
struct cx_texts rtr_publics(struct arena *a, const struct subscriber_set *set);

#endif
