/* SPDX-License-Identifier: MIT
 *
 * Who is registered, as each node sees it: one user side by side with what
 * does not agree (/registrations/{impu}); lists of all nodes; sessions.
 */
#ifndef DASHBOARD_REGISTRATIONS_H
#define DASHBOARD_REGISTRATIONS_H

#include "imsbox/dashboard/hub.h"

void registrations_get_one(struct node *n, struct api_call *c);
void registrations_get_all(struct node *n, struct api_call *c);
void sessions_get_all(struct node *n, struct api_call *c);
void subscriptions_get_all(struct node *n, struct api_call *c);

#endif
