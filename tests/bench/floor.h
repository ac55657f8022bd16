/* SPDX-License-Identifier: MIT
 *
 * What passes between phones and nodes for each unit, hop by hop, in bytes, as
 * imsbox sends it (calls: from SIP's own text, whatever carried it). The floor
 * sends the same and nothing else: what a core costs above it is its own.
 */
#ifndef BENCH_FLOOR_H
#define BENCH_FLOOR_H

#include "load/load.h"

enum hop_how {
    ON,    /* who receives it sends what follows */
    ASIDE, /* who sent it does, at once; the receiver does nothing */
    LAST,  /* of its branch, the receiver does nothing */
};

/* From and to: "U>P" goes from phones to the P-CSCF; "H" is the HSS. */
struct hop {
    char way[4];
    uint16_t bytes;
    enum hop_how how;
};

struct script {
    const struct hop *hops;
    unsigned count;            /* the last one ends the unit */
    unsigned fork_at, fork_to; /* the former's receiver begins the latter too;
                                  to 0: no such */
};

static inline char hop_from(const struct hop *h)
{
    return h->way[0];
}

static inline char hop_to(const struct hop *h)
{
    return h->way[2];
}

extern const struct script FLOOR_SCRIPTS[LOAD_KINDS];

/* What each message begins with; the rest is filling. */
struct floor_mark {
    uint32_t unit, life;
    uint16_t row;
    uint16_t kind;
};

/* The mark's hop; NULL: there is none. */
const struct hop *floor_hop(const struct floor_mark *m);

/* Calls `send` for each row that follows when `to` has received m. */
void floor_next(const struct floor_mark *m,
                void (*send)(void *ctx, const struct floor_mark *m,
                             const struct hop *hop),
                void *ctx);
/* Sends the row m names, and those that follow it when it is aside. */
void floor_begin(const struct floor_mark *m,
                 void (*send)(void *ctx, const struct floor_mark *m,
                              const struct hop *hop),
                 void *ctx);

#endif
