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

struct loading;

struct loading_ask {
    struct import_reader *reader; /* checked; taken over */
    struct slice who, what;       /* for the audit list; copied */
    bool dry_run;
    loading_fn *done; /* after the last commit */
    void *ctx;
};
struct loading *loading_begin(struct hss *me, const struct loading_ask *ask);
/* How far it is; good until done. */
const struct store_import *loading_progress(const struct loading *l);
/* done comes with CANCELLED when nothing of it is left. */
void loading_cancel(struct loading *l);
/* Behind store_close. */
void loading_free_all(struct hss *me);

/* Are the files right that a network's HSS imports? CONFIG: `errors` has a
 * line for each thing that is wrong. Needs no store: names that only a store
 * knows are not known here. store: its file, beside which they are copied;
 * NULL: each beside itself. */
enum ims_err loading_check(const struct topology_network *network,
                           const char *store, struct buf *errors) MUST_CHECK;

/* Checks them, then begins; me->imports tells how many are on their way.
 * CONFIG, with nothing begun: the first error is in why. */
enum ims_err loading_network(struct hss *me,
                             const struct topology_network *network,
                             struct why *why) MUST_CHECK;

/* Checks them, empties the store, and imports them again. done comes with the
 * last one. BUSY while the topology's files are being imported. */
enum ims_err loading_reset(struct hss *me, struct slice who, store_fn *done,
                           void *ctx, struct why *why) MUST_CHECK;

#endif
