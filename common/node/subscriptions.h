/* SPDX-License-Identifier: MIT
 *
 * GET /api/v1/subscriptions: who watches whose registration (RFC 3680), as
 * the CSCF at each end of a subscription tells it.
 */
#ifndef NODE_SUBSCRIPTIONS_H
#define NODE_SUBSCRIPTIONS_H

#include "node/readings.h"

/* One of them, as people read it. */
struct subscription_info {
    struct slice impu, watcher, call_id;
    uint32_t expires; /* seconds */
    uint32_t version; /* at the S-CSCF that of the next document; at the P-CSCF
                       * that of the last one, 0: none yet */
    bool waits;       /* for the answer to its NOTIFY or SUBSCRIBE */
};

struct subscriptions {
    struct api_call *call;
    struct readings_page page;
};

/* False: the question was wrong, and is answered. */
bool subscriptions_begin(struct subscriptions *s, struct api_call *call,
                         size_t total);
/* In the order of coming; ctx is the struct subscriptions. */
void subscriptions_put(void *ctx, const struct subscription_info *i);
/* Answers. */
void subscriptions_end(struct subscriptions *s);

#endif
