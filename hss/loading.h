/* SPDX-License-Identifier: MIT
 *
 * Files of subscribers on their way into the store: those that the topology
 * names, and those that come by the admin interface. What is missing is
 * inserted, an edit is never overwritten.
 */
#ifndef HSS_LOADING_H
#define HSS_LOADING_H

#include "hss/hss.h"
#include "hss/import.h"
#include "hss/provisioning.h"

/* inserted and unchanged are counts of subscribers. */
typedef void loading_fn(void *ctx, enum ims_err err,
                        const struct store_import *what, const struct why *why);

/* Takes the file over. done comes after the commit. */
void loading_begin(struct hss *me, const struct import_file *file,
                   loading_fn *done, void *ctx);
/* Behind store_close. */
void loading_free_all(struct hss *me);

/* Are the files right that a network's HSS imports? CONFIG: `errors` has a
 * line for each thing that is wrong. Needs no store: names that only a store
 * knows are not known here. */
enum ims_err loading_check(const struct topology_network *network,
                           struct buf *errors) MUST_CHECK;

/* Checks them, then begins; me->imports tells how many are on their way.
 * CONFIG, with nothing begun: the first error is in why. */
enum ims_err loading_network(struct hss *me,
                             const struct topology_network *network,
                             struct why *why) MUST_CHECK;

#endif
