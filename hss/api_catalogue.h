/* SPDX-License-Identifier: MIT
 *
 * Handlers of /api/v1/profiles, /shared-ifc and /charging.
 */
#ifndef HSS_API_CATALOGUE_H
#define HSS_API_CATALOGUE_H

#include "hss/hss.h"
#include "hss/provisioning.h"

void api_list_entries(struct node *n, struct api_call *c);
void api_get_entry(struct node *n, struct api_call *c);
void api_put_entry(struct node *n, struct api_call *c);
void api_delete_entry(struct node *n, struct api_call *c);

/* Undoes an entry of the audit list that is of the catalogue: CONFLICT when it
 * was changed since. */
enum ims_err api_undo_entry(struct api_call *c, const struct store_audit *a,
                            bool dry_run, store_fn *done, void *ctx,
                            struct why *why) MUST_CHECK;

/* Those who use the entry that `what` of the audit list names get it. */
void api_spread_entry(struct api_call *c, struct slice what);

#endif
