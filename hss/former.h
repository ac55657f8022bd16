/* SPDX-License-Identifier: MIT
 *
 * An S-CSCF that was replaced while it served a set (TS 29.228 6.1.2.1, 6.3.1;
 * TS 23.380): once another has it for good, the former one is told by RTR,
 * NEW_SERVER_ASSIGNED. Kept in memory alone: without it the former S-CSCF goes
 * on with what it has until that expires.
 */
#ifndef HSS_FORMER_H
#define HSS_FORMER_H

#include "hss/telling.h"
#include "hss/work.h"

/* work.public is about to be assigned to that S-CSCF. */
void former_remember(struct work *w, struct slice scscf);
/* The private identities that were registered at the former S-CSCF and are not
 * any more, since it lets go all that it has: all but the one that registers
 * now (NULL: none) and those whose contacts the new one is sent. Their changes,
 * how many; there is room for each of work.pairs. */
size_t former_leave(struct work *w, const struct store_pair *comes,
                    const struct cx_scscf_restorations *sent,
                    struct store_registration *changes);
/* It is, and committed: who was before is told, unless it is the same Diameter
 * client under another name, which an RTR would take the user from
 * (TS 29.228 8.1.1). */
void former_tell(struct work *w, const struct cx_path *now);
/* Another S-CSCF is about to have the set, or might be: who is registered is so
 * at the former one. */
bool former_is_kept(struct hss *me, int64_t set);
void former_free_all(struct hss *me);

#endif
