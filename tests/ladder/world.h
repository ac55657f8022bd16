/* SPDX-License-Identifier: MIT
 *
 * The world that a ladder runs in: the nodes of its topology, its phones, and
 * what happened so far. Two of them: all nodes in this process on virtual time
 * (world_sim.c), and real processes on loopback (world_live.c).
 */
#ifndef LADDER_WORLD_H
#define LADDER_WORLD_H

#include "ladder/event.h"
#include "ladder/phone.h"
#include "topology/topology.h"

struct world {
    const struct world_ops *ops;
    struct ladder *ladder;
    struct topology *topology;
    struct net *net; /* of the phones */
    struct list phones;
    struct events events;
    int64_t began_us; /* wall time of its start */
};

struct world_ask {
    struct slice method, path;
    struct slice body;  /* JSON, or empty */
    unsigned status;    /* of the answer */
    struct buf *answer; /* its body is appended */
};

struct world_ops {
    /* Lets us microseconds pass; new events stand in world->events. */
    void (*run)(struct world *w, int64_t us);
    enum ims_err (*node_dies)(struct world *w, struct slice name,
                              struct why *why);
    enum ims_err (*node_stops)(struct world *w, struct slice name,
                               struct why *why);
    enum ims_err (*node_starts)(struct world *w, struct slice name,
                                struct why *why);
    enum ims_err (*link)(struct world *w, const struct ladder_line *line,
                         struct why *why);
    /* Asks a node's admin interface, and waits for the answer. */
    enum ims_err (*ask)(struct world *w, struct slice name,
                        struct world_ask *ask, struct why *why);
    /* Ends it. False: a node did not end well, as `out` says. */
    bool (*free)(struct world *w, struct buf *out);
};

struct world_options {
    struct ladder *ladder;
    const char *topologies; /* folder of topology files, when there is none */
    const char *folder;     /* of the ladder's own */
    uint64_t seed;
    const char *programs; /* live: where the nodes' programs are */
    unsigned block;       /* live: 127.block.x.0/24 */
    unsigned net;         /* and the x */
};

enum ims_err world_sim_new(const struct world_options *o, struct world **out,
                           struct why *why) MUST_CHECK;
enum ims_err world_live_new(const struct world_options *o, struct world **out,
                            struct why *why) MUST_CHECK;

/* ---- between the worlds ----------------------------------------------------
 */

/* The topology's text with addresses 127.0.0.x moved to PREFIX.x and stores
 * put where `store` says ("memory:%s" or a path with %s for the name). */
enum ims_err world_read_topology(struct world *w, const struct world_options *o,
                                 const char *prefix, const char *store,
                                 struct buf *text, struct why *why) MUST_CHECK;
/* Makes the ladder's phones at PREFIX.101 and up, and puts addresses in the
 * place of {NAME} in the ladder's lines. */
enum ims_err world_make_phones(struct world *w, const char *prefix,
                               struct why *why) MUST_CHECK;
void world_fini(struct world *w);
/* The topology file. */
void world_topology_path(const struct world_options *o, char *path, size_t n);
struct phone *world_phone(struct world *w, struct slice name);
/* What a node's record says happened. */
void world_take(struct world *w, const struct topology_node *node,
                const struct record_entry *e);

#endif
