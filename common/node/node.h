/* SPDX-License-Identifier: MIT
 *
 * The frame around a role: a node has a world (env), its place in the
 * topology, and one role, which is a table of callbacks. A node is one struct
 * on one loop; the same code runs as a program (program.h) and, many at a
 * time, in the simulator.
 *
 *   node_new -> start -> ... reload ... -> node_drain -> node_free
 *
 *   drain:  stop_accepting, is_idle?, leave, is_idle?, done
 */
#ifndef NODE_NODE_H
#define NODE_NODE_H

#include "base/json.h"
#include "net/env.h"
#include "net/loop.h"
#include "node/api.h"
#include "topology/topology.h"

struct node;

/* Every callback but start and free may be NULL. */
struct node_role {
    enum topology_role role;
    const char *summary; /* for -h: "S-CSCF: registrar and session control" */

    /* Is what the topology refers to right (files to read), as far as it can
     * be told without starting? CONFIG: `errors` has a line for each thing
     * that is wrong. */
    enum ims_err (*check)(const struct topology_node *self, struct buf *errors);

    /* Makes node->state, opens the listeners, begins to connect to peers.
     * Returns at once; what takes time goes on behind it. On failure nothing
     * is left open and free is not called. */
    enum ims_err (*start)(struct node *n, struct why *why);
    /* Closes and frees all of node->state, without a word to anybody. */
    void (*free)(struct node *n);

    /* Could it serve now? If not, a sentence why not (for /readyz). */
    bool (*is_ready)(const struct node *n, struct why *why);
    /* node->topology and node->self are the new ones already; what may differ
     * is what topology_reload_check lets pass. Checks first, then acts: on
     * error nothing has changed, and the node goes back to the old ones. */
    enum ims_err (*reload)(struct node *n, struct why *why);
    /* From now on new initial requests are refused with 503. */
    void (*stop_accepting)(struct node *n);
    /* Nothing is in progress: no transaction, no request of ours without an
     * answer, no peer that is being left. */
    bool (*is_idle)(const struct node *n);
    /* Begins to leave the neighbours: DPR to each Diameter peer. */
    void (*leave)(struct node *n);
    /* A fault on purpose is over: neighbours that it kept away may be tried
     * again at once. */
    void (*try_neighbours)(struct node *n);
    /* The state for people and tests: members of the open object `j`. No
     * secrets. */
    void (*dump)(const struct node *n, struct json *j);

    const struct api_route *routes; /* beside the frame's own */
    size_t route_count;
};

struct node {
    struct env env; /* borrowed by every layer of the node for its life */
    const struct node_role *role;
    const struct topology *topology; /* borrowed */
    const struct topology_node *self;
    struct loop *loop; /* of a program; NULL in the simulator */
    void *state;       /* the role's */
    struct node_frame *frame;
};

struct node_options {
    const struct node_role *role;
    /* Borrowed, until node_free: also after a reload, so that a layer may
     * keep pointers into the one that it was started with. */
    const struct topology *topology;
    const char *name; /* of the node in the topology */
    struct net *net;
    struct loop *loop; /* the one of net; NULL: it has none */
    /* Where log lines go; NULL: stderr. */
    void (*sink)(void *ctx, enum log_level level, struct slice line);
    void *ctx;
};

/* Makes the node and starts its role. CONFIG: the topology has no node of
 * this name, or it has another role; else what start answered. */
enum ims_err node_new(const struct node_options *o, struct node **out,
                      struct why *why) MUST_CHECK;
void node_free(struct node *n);

/* Goes over to another topology; on error stays with the old one. */
enum ims_err node_reload(struct node *n, const struct topology *now,
                         struct why *why) MUST_CHECK;

/* The role begins anew, as at a start of the program: whatever it knew and had
 * open is gone, calls that wait are answered 503. Record and figures go on.
 * What cannot be opened again ends the process. */
void node_reset(struct node *n);

/* Lets what is in progress end, at most self->timers.drain, leaves the
 * neighbours, then calls done. A second call hurries: done comes at once. */
void node_drain(struct node *n, void (*done)(void *ctx), void *ctx);
bool node_is_draining(const struct node *n);

/* Ready: started, not draining, and the role says so. */
bool node_is_ready(const struct node *n, struct why *why);

/* Wall clock: when it was started, which tells its lives apart. */
int64_t node_boot_us(const struct node *n);

/* The state dump, one JSON object. */
void node_dump(const struct node *n, struct json *j);

/* The address to bind for a listener. Its host may be a name: that is looked
 * up here and now, which blocks, so only in start. */
enum ims_err node_listen_addr(const struct topology_place *place,
                              struct addr *out, struct why *why) MUST_CHECK;

#endif
