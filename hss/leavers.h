/* SPDX-License-Identifier: MIT
 *
 * Subscribers that were deleted, one or with an import that was undone or with
 * a reset many, and whom S-CSCFs still serve (TS 29.228 6.1.3):
 *
 *   the identity is of nobody any more   RTR PERMANENT_TERMINATION
 *   it is a new subscriber's             RTR SERVER_CHANGE: it registers anew,
 *                                        and gets the profile that there is now
 *   who has registered so already        nothing
 *
 * Of many a few at a time, while Cx goes on. An S-CSCF that is not reached is
 * told no more: what it has expires there. The store keeps those who were not
 * told yet, also across a stop.
 */
#ifndef HSS_LEAVERS_H
#define HSS_LEAVERS_H

#include "hss/telling.h"

struct leavers *leavers_new(struct hss *me);
/* Behind telling_free_all. */
void leavers_free(struct leavers *l);
/* There may be some; not while the topology's subscribers are on their way:
 * who comes again with them is no leaver. */
void leavers_look(struct leavers *l);

/* The one that store_edit has just deleted, at once; done may be NULL. */
void leavers_tell(struct leavers *l, int64_t n, const struct subscriber *before,
                  telling_fn *done, void *ctx);

#endif
