/* SPDX-License-Identifier: MIT
 *
 * Update of user information by the HSS, TS 29.228 6.2.2.
 */
#ifndef HSS_PPR_H
#define HSS_PPR_H

#include "hss/telling.h"

/* One request about the set of that public identity to the S-CSCF that has it
 * now. The profile is read when it is sent. The text lives in the telling's
 * arena. */
void ppr_add(struct telling *t, int64_t sub, struct slice impu,
             struct slice scscf);

/* One request with the SIP digest authentication data of a private identity,
 * whose password is another one now, or no more: answers by the old one count
 * no more. */
void ppr_add_password(struct telling *t, struct slice impi, struct slice scscf);

/* Sends what is stored of the subscription to each S-CSCF that serves it. With
 * impus (canonical): their sets alone; copied. Errors: NOT_FOUND, CONFLICT
 * (nobody serves it). */
struct push_ask {
    int64_t sub;
    struct cx_texts impus;
};
void hss_push(struct hss *me, const struct push_ask *ask, telling_fn *done,
              void *ctx);

#endif
