/* SPDX-License-Identifier: MIT
 *
 * What the frame keeps of a node; only the frame's own files include it.
 */
#ifndef NODE_FRAME_H
#define NODE_FRAME_H

#include "base/str.h"
#include "node/node.h"

enum node_phase { NODE_SERVING, NODE_DRAINING, NODE_LEAVING, NODE_DRAINED };

struct node_frame {
    struct log log;
    struct str name, host, domain; /* what env points to */
    struct list calls;             /* API calls without an answer */
    int64_t started_us;            /* mono */
    struct events *events;
    struct faults *faults;
    struct mirror *mirror; /* NULL: the topology has none */
    struct usage clients;  /* connections of the API, which http.c counts */

    enum node_phase phase;
    struct timer poll;
    int64_t deadline_us; /* of the phase, mono */
    void (*drained)(void *ctx);
    void *drained_ctx;
};

/* The frame's own routes, /livez to /api/v1/record. */
const struct api_route *api_frame_routes(size_t *count);

/* Answers 503 to every call that waits. */
void api_refuse_all(struct node *n);

#endif
