/* SPDX-License-Identifier: MIT
 *
 * How many messages pass between each two parties of a network, per second.
 */
#ifndef DASHBOARD_LINKS_H
#define DASHBOARD_LINKS_H

#include "base/json.h"
#include "imsbox/dashboard/story.h"

enum { LINKS_MAX = 1024 };

struct link_count {
    /* numbers of nodes in the site, behind them those of the topology's
     * external nodes; -1: a phone, or a node that nobody has named */
    int from, to;
    enum record_proto proto;
    uint32_t now, last;
};

struct links {
    struct link_count *list;
    unsigned count;
};

void links_fini(struct links *l);
void links_count(struct links *l, const struct story *s, const struct told *t);
/* A second is over. Answers whether anything moved in it or the one before. */
bool links_turn(struct links *l);
/* An array of {"from", "to", "proto", "per_second"}: the last second's. */
void links_put(const struct links *l, const struct site *site, struct json *j);

#endif
