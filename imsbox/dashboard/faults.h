/* SPDX-License-Identifier: MIT
 *
 * Faults on purpose (node/faults.h) in the whole network: each node keeps its
 * own, the dashboard none. A fault of a link is put at those of its ends that
 * have a part in it, under one name.
 *
 *   GET     {"faults": [...], "failed": [...]}: of all nodes, each with "node"
 *   POST    a fault with "node" or "link"; answers likewise
 *   DELETE  all of all nodes, or those of a name; answers likewise
 *
 * failed: nodes that could not be asked, or refused: {"node", "status",
 * "reason"}. A POST or DELETE that no node did fails as a whole.
 */
#ifndef DASHBOARD_FAULTS_H
#define DASHBOARD_FAULTS_H

#include "imsbox/dashboard/hub.h"

void faults_get_all(struct node *n, struct api_call *c);
void faults_post_ends(struct node *n, struct api_call *c);
void faults_delete_all(struct node *n, struct api_call *c);
void faults_delete_one(struct node *n, struct api_call *c);

#endif
