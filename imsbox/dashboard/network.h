/* SPDX-License-Identifier: MIT
 *
 * The topology as it lives: networks, nodes and their states, links.
 */
#ifndef DASHBOARD_NETWORK_H
#define DASHBOARD_NETWORK_H

#include "imsbox/dashboard/hub.h"

/* Whole objects. */
void network_put(const struct hub *h, struct json *j);
void network_put_node(const struct watch *w, struct json *j);

void network_get(struct node *n, struct api_call *c);

#endif
