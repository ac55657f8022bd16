/* SPDX-License-Identifier: MIT
 *
 * What happens in a random world, thrown from its seed before it begins: the
 * network, who subscribes, what the phones do, what goes wrong. A plan is data,
 * so that a failing one can be made smaller piece by piece, and kept as a file.
 */
#ifndef WORLDS_PLAN_H
#define WORLDS_PLAN_H

#include "base/buf.h"
#include "base/clock.h"
#include "base/why.h"
#include "crypto/digest.h"

enum {
    PLAN_NETWORKS = 2,
    PLAN_SCSCFS = 4,
    PLAN_PCSCFS = 2,
    PLAN_PHONES = 32,
    PLAN_ACTIONS = 200,
    PLAN_FAULTS = 12,
    PLAN_NODES = PLAN_NETWORKS * (PLAN_SCSCFS + PLAN_PCSCFS + 2),
};

/* What goes on: so many seconds, then quiet. */
enum { PLAN_TRAFFIC_S = 300 };

struct plan_network {
    unsigned pcscfs, scscfs;
    unsigned capability[PLAN_SCSCFS]; /* beside 9, which all have */
};

struct plan_phone {
    unsigned network;    /* home */
    unsigned at, pcscf;  /* where it begins: network and its P-CSCF */
    unsigned subscriber; /* the phone that the subscriber was made for */
    unsigned address;    /* the phone whose address it has */
    enum digest_algorithm algorithm;
    bool barred, wrong, tel, tcp;
    unsigned capability; /* wanted; 0: any */
    unsigned expires;    /* seconds */
    bool off;
};

enum plan_kind {
#define ACTION(id, often, word) PLAN_##id,
#include "worlds/words.def"
    PLAN_KINDS
};

struct plan_action {
    int64_t at_us;
    unsigned phone, other;
    enum plan_kind kind;
    unsigned hold_s;
    bool off;
};

enum plan_trouble {
#define FAULT(id, word) PLAN_##id,
#include "worlds/words.def"
    PLAN_TROUBLES,
    PLAN_ON_PURPOSE = PLAN_NODE_LOSES, /* from here on: what nodes are told */
};

struct plan_fault {
    enum plan_trouble kind;
    int64_t at_us, until_us;
    unsigned node; /* in the order of the topology; behind them: phones */
    uint32_t ppm;
    int64_t us;
    bool off;
};

struct plan {
    uint64_t seed;
    bool dns;       /* the networks know each other by DNS alone */
    bool tight;     /* nodes have room for little */
    bool reg_event; /* P-CSCFs hear of registrations that end */
    unsigned network_count, phone_count, action_count, fault_count;
    struct plan_network networks[PLAN_NETWORKS];
    struct plan_phone phones[PLAN_PHONES];
    struct plan_action actions[PLAN_ACTIONS]; /* by time */
    struct plan_fault faults[PLAN_FAULTS];
};

void plan_throw(struct plan *p, uint64_t seed);
unsigned plan_node_count(const struct plan *p);
bool plan_has_faults(const struct plan *p);
bool plan_has(const struct plan *p, enum plan_trouble kind);

/* ---- plan_nodes.c: what the nodes are given ------------------------------ */

enum { PLAN_EACH = PLAN_NETWORKS };
/* The topology file of one network, or of each; stores are in memory. */
void plan_topology(const struct plan *p, unsigned network, struct buf *out);
/* Calls line for each of a network's DNS records. */
void plan_zone(const struct plan *p, unsigned network,
               void (*line)(void *ctx, struct slice text), void *ctx);
/* The names that plan_zone gives a network end so. */
const char *plan_domain(unsigned network);
/* A subscriber as the HSS's API takes it; false: another phone's. */
bool plan_subscriber(const struct plan *p, unsigned phone, struct buf *out);
void plan_key(unsigned subscriber, uint8_t k[16], uint8_t opc[16]);

/* ---- plan_file.c --------------------------------------------------------- */

/* A world file: all that is on, a line each; read again it is the same. */
void plan_print(const struct plan *p, struct buf *out);
enum ims_err plan_read(struct plan *p, struct slice text,
                       struct why *why) MUST_CHECK;
const char *plan_trouble_name(enum plan_trouble kind);

/* ---- shrink.c ------------------------------------------------------------ */

/* Leaves out and simplifies what is not needed for breaks to answer true, by
 * ever smaller pieces; the same every time. breaks is asked `most` times at
 * most. */
void plan_shrink(struct plan *p, bool (*breaks)(void *ctx, const struct plan *),
                 void *ctx, unsigned most);

#endif
