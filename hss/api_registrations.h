/* SPDX-License-Identifier: MIT
 *
 * GET /registrations: the subscriptions of which an S-CSCF serves a set, in
 * ascending order of their numbers.
 *
 *   after, limit   a page
 *   q              as of /subscribers: parts of a name, a user or a number, or
 *                  an identity as a whole. A page may hold fewer than `limit`
 *                  although more follow: "next_after" says so
 *   of             those of these identities (parted by spaces), all at once
 */
#ifndef HSS_API_REGISTRATIONS_H
#define HSS_API_REGISTRATIONS_H

#include "node/api.h"

void api_list_registrations(struct node *n, struct api_call *c);

#endif
