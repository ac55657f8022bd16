/* SPDX-License-Identifier: MIT
 *
 * What a change of a subscription means for the S-CSCFs that serve it.
 */
#ifndef HSS_CONSEQUENCE_H
#define HSS_CONSEQUENCE_H

#include "hss/telling.h"

/* A subscription has been changed (both as the store read them): its S-CSCFs
 * are told what that means for them. A set that is the same as before is told
 * all the same: what it refers to may have changed.
 *
 *   its default identity is another     RTR SERVER_CHANGE: a PPR cannot say it
 *   it is no more, or not as a whole    RTR PERMANENT_TERMINATION
 *   a private identity is no more       RTR PERMANENT_TERMINATION for it
 *   its password is no more             RTR SERVER_CHANGE for it, if it was
 *                                       challenged by that: has no AKA
 *   else                                PPR
 *   and for each registered private identity with another password, or none
 *   beside its AKA any more, PPR
 */
void hss_tell_change(struct hss *me, const struct subscriber *before,
                     const struct subscriber *after, telling_fn *done,
                     void *ctx);

/* A subscription that was deleted; who has its default identity now, if
 * anybody, registers anew. Only S-CSCFs of whom is_told says so are told; it is
 * called with ctx, before this returns. */
void hss_tell_leaver(struct hss *me, const struct subscriber *before,
                     bool (*is_told)(void *ctx, struct slice scscf),
                     telling_fn *done, void *ctx);

#endif
