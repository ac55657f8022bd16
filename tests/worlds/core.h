/* SPDX-License-Identifier: MIT
 *
 * The nodes of a planned world, each on a host of the simulator, the disk
 * under the HSSs, and what is wrong with all of them (trouble.c).
 */
#ifndef WORLDS_CORE_H
#define WORLDS_CORE_H

#include "crypto/sqn.h"
#include "net/sim.h"
#include "node/node.h"
#include "support/disk_image.h"
#include "worlds/plan.h"

struct core;
struct wire;

/* What must be true. */
enum check {
#define CHECK(id, word, sentence) CHECK_##id,
#include "worlds/words.def"
    CHECKS
};
const char *check_name(enum check c);
const char *check_sentence(enum check c);

/* What a node runs. */
enum core_guise { CORE_ITSELF, CORE_BUSY, CORE_SICK };

struct core_node {
    struct core *core;
    const struct topology_node *self;
    struct sim_host *host;
    struct node *node; /* NULL while it is dead */
    struct record_cursor cursor;
    enum core_guise guise; /* an HSS may be another for a while */
    unsigned lives;
    char store[32];  /* an HSS's: its file on the disk */
    int64_t died_us; /* last; 0: never */
};

struct core {
    const struct plan *plan;
    struct sim *sim;
    struct disk *disk;
    const struct disk_image *image; /* perhaps, set before core_start */
    struct wire *wire;
    struct topology *topologies[PLAN_NETWORKS]; /* perhaps the first alone */
    struct core_node nodes[PLAN_NODES];
    unsigned count;
    struct {
        struct sqn_card sqn;
        bool jumped;                    /* ahead of the HSS by itself */
    } cards[PLAN_PHONES];               /* of subscribers, whatever phone */
    bool begun[PLAN_FAULTS];            /* troubles that begin and end once */
    int64_t gone_until_us[PLAN_PHONES]; /* of subscribers: who asks them may
                                         * wait in vain */
    uint64_t hash;    /* of all that passed and all that nodes recorded */
    uint64_t entries; /* of records */
    unsigned orders;  /* of the operator, that were not answered yet */
    bool verbose;     /* records go to stdout */
    enum check check; /* the first thing that went wrong ... */
    char broken[512]; /* ... in a sentence; empty: nothing */
};

/* Made on a simulator that is the caller's; nodes ready, subscribers there:
 * out of the image, if there is one. */
enum ims_err core_start(struct core *c, const struct plan *p, struct sim *sim,
                        struct why *why) MUST_CHECK;
void core_stop(struct core *c);
/* core_stop; what the disk had, the caller's. */
struct disk_image *core_stop_image(struct core *c);

/* Notes what is wrong, unless something was before. */
void core_break(struct core *c, enum check check, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void core_mix(struct core *c, const void *bytes, size_t n);

/* At once, as by kill -9; or, an HSS, with the power of its machine. */
void core_kill(struct core *c, unsigned node, bool power);
void core_revive(struct core *c, unsigned node, enum core_guise guise);
/* Of a network. */
unsigned core_hss(const struct core *c, unsigned network);
/* The node at an address (any port); NULL: not one. */
struct core_node *core_node_at(struct core *c, const struct addr *a);

/* A figure of the node's state dump; 0 without. */
uint64_t core_figure(struct core_node *n, const char *key);
/* All is quiet: no node keeps anything of registrations, calls or writes. Each
 * figure that is looked at must be told by some node. An HSS may keep users
 * that somebody else registered at it: trusted: nobody did. */
void core_check_left(struct core *c, bool trusted);
/* GET, the body. False: not 200. */
bool core_get(struct core_node *n, const char *path, struct buf *body);

/* What an operator asks a network's HSS for, whether or not it lives. */
struct core_order {
    const char *method, *path, *type, *body;
    unsigned subscriber;
    const char *name; /* that the subscriber gets; NULL: none */
};
void core_order(struct core *c, unsigned network, const struct core_order *o);

/* ---- trouble.c ----------------------------------------------------------- */

/* All faults of the plan that hold at the time, and none else. */
void core_trouble(struct core *c, int64_t at_us);
void core_zone(struct core *c); /* DNS as it should be */

/* ---- refuser.c ----------------------------------------------------------- */

/* An HSS that answers everything DIAMETER_TOO_BUSY; DIAMETER_UNABLE_TO_COMPLY.
 */
extern const struct node_role busy_hss_role, sick_hss_role;

#endif
