/* SPDX-License-Identifier: MIT
 *
 * What happens in a random world, thrown from its seed before it begins: the
 * network, who subscribes, what the phones do, what goes wrong. A plan is data,
 * so that a failing one can be made smaller piece by piece.
 */
#ifndef WORLDS_PLAN_H
#define WORLDS_PLAN_H

#include "base/buf.h"
#include "base/clock.h"
#include "crypto/digest.h"

enum {
    PLAN_NETWORKS = 2,
    PLAN_PHONES = 12,
    PLAN_ACTIONS = 200,
    PLAN_FAULTS = 12,
    PLAN_NODES = 16,
};

/* What goes on: so many seconds, then quiet. */
enum { PLAN_TRAFFIC_S = 300 };

struct plan_network {
    unsigned pcscfs, scscfs;
    unsigned capability[4]; /* of each S-CSCF beside 9, which all have */
};

struct plan_phone {
    unsigned network, pcscf; /* of the home; where it stands, at home or not */
    unsigned at;             /* network of that P-CSCF */
    unsigned subscriber;     /* the phone that the subscriber was made for */
    enum digest_algorithm algorithm;
    bool barred, wrong, tel;
    unsigned capability; /* wanted; 0: any */
    unsigned expires;    /* seconds */
};

enum plan_kind {
    PLAN_REGISTER,
    PLAN_DEREGISTER,
    PLAN_CALL,
    PLAN_CANCELLED_CALL,
    PLAN_MESSAGE,
    PLAN_REINVITE,
    PLAN_CRASH,
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
    PLAN_LOSS,
    PLAN_DUPLICATES,
    PLAN_DISORDER,
    PLAN_DELAY,
    PLAN_KILL,
    PLAN_CUT,
    PLAN_SLOW_DISK,
    PLAN_DNS,
    PLAN_TROUBLES
};

struct plan_fault {
    enum plan_trouble kind;
    int64_t at_us, until_us;
    unsigned node; /* KILL, CUT: which in the order of the topology */
    uint32_t ppm;
    int64_t us;
    bool off;
};

struct plan {
    uint64_t seed;
    unsigned network_count, phone_count, action_count, fault_count;
    struct plan_network networks[PLAN_NETWORKS];
    struct plan_phone phones[PLAN_PHONES];
    struct plan_action actions[PLAN_ACTIONS]; /* by time */
    struct plan_fault faults[PLAN_FAULTS];
};

void plan_throw(struct plan *p, uint64_t seed);
unsigned plan_node_count(const struct plan *p);
bool plan_has_faults(const struct plan *p);

/* The topology file; stores begin with `store`. */
void plan_topology(const struct plan *p, const char *store, struct buf *out);
/* A subscriber as the HSS's API takes it; false: another phone's. */
bool plan_subscriber(const struct plan *p, unsigned phone, struct buf *out);
/* "sip:user3@red.example" and the like of a phone's subscriber. */
const char *plan_domain(unsigned network);
void plan_key(unsigned subscriber, uint8_t k[16], uint8_t opc[16]);

/* For people: one line a thing that is on. */
void plan_print(const struct plan *p, struct buf *out);

#endif
