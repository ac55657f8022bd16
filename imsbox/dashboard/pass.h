/* SPDX-License-Identifier: MIT
 *
 * Requests that are for a node: passed on as they are, with who asks; the
 * answer comes back as it is. A node that is dead is not waited for: 503, by
 * name and with the reason.
 */
#ifndef DASHBOARD_PASS_H
#define DASHBOARD_PASS_H

#include "imsbox/dashboard/hub.h"

/* /nodes/{name}/{...} -> /api/v1/{...} of that node. */
void pass_to_node(struct node *n, struct api_call *c);
/* /api/v1/... that the dashboard does not know -> the HSS that it is about:
 * ?network=DOMAIN, else the domain of an identity in path, query or body, else
 * the first network. */
void pass_to_hss(struct node *n, struct api_call *c);

/* A request to a node of the dashboard's own, on behalf of who asked c: a POST
 * with c's body. */
struct fetch *pass_ask(struct hub *h, const struct api_call *c,
                       const struct watch *w, const char *method,
                       const char *target, const struct fetch_handler *handler,
                       void *ctx);

/* "hss1 is dead since 12 s: Connection refused" */
void pass_print_dead(const struct hub *h, const struct watch *w, char *out,
                     size_t size);

#endif
