/* SPDX-License-Identifier: MIT
 *
 * The nodes of a planned world, each on a host of the simulator, and what is
 * wrong with them.
 */
#ifndef WORLDS_CORE_H
#define WORLDS_CORE_H

#include "hss/store.h"
#include "net/sim.h"
#include "node/node.h"
#include "worlds/plan.h"

struct core;

struct core_node {
    struct core *core;
    const struct topology_node *self;
    struct sim_host *host;
    struct node *node; /* NULL while it is dead */
    struct record_cursor cursor;
    struct store *kept; /* keeps the HSS's database while the HSS is dead */
};

struct core {
    const struct plan *plan;
    struct sim *sim;
    struct sim_host *keeper;
    struct topology *topology;
    struct core_node nodes[PLAN_NODES];
    unsigned count;
    uint64_t hash;    /* of all that all nodes recorded */
    uint64_t entries; /* how many */
    bool verbose;     /* records go to stdout */
    char broken[512]; /* the first thing that went wrong; empty: nothing */
};

/* Made on a simulator that is the caller's; nodes ready, subscribers there. */
enum ims_err core_start(struct core *c, const struct plan *p, struct sim *sim,
                        struct why *why) MUST_CHECK;
void core_stop(struct core *c);

/* Notes what is wrong, unless something was before. */
void core_break(struct core *c, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

void core_kill(struct core *c, unsigned node);
void core_revive(struct core *c, unsigned node);
/* All faults of the plan that hold at the time, and none else. */
void core_trouble(struct core *c, int64_t at_us);

/* A figure of the node's state dump; 0 without. */
uint64_t core_figure(struct core_node *n, const char *key);
/* GET, the body. False: not 200. */
bool core_get(struct core_node *n, const char *path, struct buf *body);

#endif
