/* SPDX-License-Identifier: MIT
 *
 * GET /api/v1/events of a node: what it records, live, as server-sent events
 * (HTML Living Standard 9.2). Behind `Last-Event-ID` or ?after=SEQ (0: all
 * that there is, without: from now on):
 *
 *   event: hello    {"node", "role", "boot_us", "last", "wall_us"}: first;
 *                   another boot_us is another record, its numbers begin at
 *                   1; wall_us: what the node's clock says
 *   event: entry    id: SEQ; an entry as /api/v1/record has it
 *   event: missed   {"missed"}: so many were overwritten unread
 *   event: status   {"ready", ...}: as /api/v1/state; first, and when it
 *                   changed, at most once a second
 *
 * At most ten times a second, encoded once for all who keep up. Who does not
 * read as fast is cut off: a node never waits (feed.h). Who sends `Accept:
 * application/vnd.imsbox.record` gets the same in binary (record_wire.h), as
 * the dashboard does.
 */
#ifndef NODE_EVENTS_H
#define NODE_EVENTS_H

#include "node/feed.h"
#include "node/node.h"

struct events;

struct events *events_new(struct node *n);
void events_free(struct events *e);

/* What the status says has changed: whoever looks is told at once. */
void events_hurry(struct events *e);

void events_get(struct node *n, struct api_call *c);

/* A feed for one reader of live events, here or of a role of its own: bounded
 * by the topology, and part of the usage. */
struct feed *events_feed(struct node *n, void (*left)(void *ctx), void *ctx);
struct usage events_usage(const struct node *n);

#endif
