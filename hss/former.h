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
/* Who has the set, when `scscf` is its S-CSCF's name: while another one is
 * about to have it, or might be, who is registered is so at the former one.
 * Good until the next Cx request. */
struct slice former_where(struct hss *me, const struct store_public *set,
                          struct slice scscf);
/* The same of a set as it was, which may be no more. */
struct slice former_where_was(struct hss *me, int64_t sub,
                              const struct subscriber_set *was);
void former_free_all(struct hss *me);

#endif
