/* SPDX-License-Identifier: MIT
 *
 * The dashboard's process: it follows all nodes of a topology (watch.h), joins
 * what they record into one story (story.h), shows it live (viewers.h), and
 * passes requests on to the node that they are for (pass.h). To the frame
 * (node/node.h) it is a node of a role of its own; a dead node stops nothing
 * here.
 */
#ifndef DASHBOARD_HUB_H
#define DASHBOARD_HUB_H

#include "imsbox/dashboard/fetch.h"
#include "imsbox/dashboard/links.h"
#include "imsbox/dashboard/story.h"
#include "imsbox/dashboard/watch.h"
#include "node/node.h"
#include "node/tokens.h"

struct viewers;
struct doctor;
struct survey;

struct hub {
    struct node *node;
    struct site site; /* a topology of its own: read again at start */
    struct tokens tokens;
    struct fetcher *fetcher;
    struct watch *watches; /* as the site's nodes */
    struct story *story;
    struct viewers *viewers;
    struct doctor *doctor;
    struct survey *survey;
    struct links links;
    struct timer tick;
    uint64_t boot; /* ids of steps are of this life */
};

extern const struct node_role dashboard_role;

static inline struct hub *hub_of(struct node *n)
{
    return n->state;
}

/* By name; NULL: there is none. */
struct watch *hub_watch(struct hub *h, struct slice name);

/* The token to show to a node as `role`; NULL: none is needed. */
const char *hub_token(const struct hub *h, const struct site_node *n);

#endif
