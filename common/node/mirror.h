/* SPDX-License-Identifier: MIT
 *
 * The mirror: copies of a node's messages to the place that the topology's
 * `hep:` names, out of the record, so that no message waits for it. Each node
 * sends what it sent, and what it got from who is not a node of the topology;
 * so every message is mirrored once, when all nodes do. Keys of the AKA
 * challenge are masked, as everywhere outside the network.
 *
 * It reads at most so many entries at a time; what the record overwrites
 * meanwhile, and what the socket does not take, is lost and counted.
 */
#ifndef NODE_MIRROR_H
#define NODE_MIRROR_H

#include "node/node.h"

struct mirror;

/* NULL when the topology has none, or no socket can be opened (logged). */
struct mirror *mirror_new(struct node *n);
void mirror_free(struct mirror *m);

#endif
