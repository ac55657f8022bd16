/* SPDX-License-Identifier: MIT
 *
 * What P-CSCFs, S-CSCFs and the HSS know of one user, compared: it should be
 * the same (TS 23.228 5.2.2.3), and is not when a node was restarted, when a
 * message was lost, or when somebody changed something.
 */
#ifndef DASHBOARD_DIFFERENCES_H
#define DASHBOARD_DIFFERENCES_H

#include "base/json.h"
#include "topology/topology.h"
#include <jansson.h>

enum { DIFFERENCES_MAX = 100 };

struct sight {
    const struct topology_node *node;
    bool dead; /* nothing is known */
    /* P-CSCF: the list of its contacts of the user; S-CSCF: the set; HSS: the
     * set that has the user. NULL: it does not know the user. Borrowed. */
    const json_t *of;
};

/* An array of {"what", "value", "nodes", "says"}. what: "state" (registered or
 * not), "server" (which S-CSCF), "contact", "expires", "identities". */
void differences_put(struct json *j, const struct sight *sights,
                     unsigned count);

#endif
