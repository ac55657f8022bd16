/* SPDX-License-Identifier: MIT
 *
 * A node's two sides as its topology entry has them: the SIP stack with its
 * listeners, and the Diameter endpoint with its peers.
 */
#ifndef NODE_LINKS_H
#define NODE_LINKS_H

#include "diameter/peer.h"
#include "node/node.h"
#include "sip/transaction.h"

/* The stack with all gm, mw and isc listeners of the node open, and a table
 * that knows the topology. Errors: CONFIG, EXISTS (address in use). */
enum ims_err node_sip_open(struct node *n, const struct sip_stack_handler *h,
                           void *ctx, struct sip_stack **out,
                           struct why *why) MUST_CHECK;

/* The endpoint with its listeners open and its peers added; the caller adds
 * its applications, then calls diameter_start. */
enum ims_err node_diameter_open(struct node *n, struct diameter **out,
                                struct why *why) MUST_CHECK;

/* What a reload may change of both (topology_reload_check): limits, timers. */
void node_sip_reload(struct node *n, struct sip_stack *stack);
void node_diameter_reload(struct node *n, struct diameter *d);

/* The peers as an array, a value for the key written before. */
void node_dump_peers(const struct env *env, const struct diameter *d,
                     struct json *j);

/* For readings_limits_begin and _end. */
void node_put_diameter_limits(const struct node *n, const struct diameter *d,
                              struct api_call *c);

/* Is every peer that we connect to open? If not, a sentence. */
bool node_peers_ready(const struct diameter *d, struct why *why);

/* Is this the URI of the node: its fqdn, or a host and port it listens at? */
bool node_is_own_uri(const struct node *n, struct sip_stack *stack,
                     const struct sip_uri *uri);

#endif
