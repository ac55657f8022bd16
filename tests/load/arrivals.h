/* SPDX-License-Identifier: MIT
 *
 * Units that begin by chance, so many a second on the average (a Poisson
 * process), or as evenly as a clock ticks. One that begins late because the
 * load was busy counts from when it was due.
 */
#ifndef LOAD_ARRIVALS_H
#define LOAD_ARRIVALS_H

#include "load/load.h"

struct arrivals_options {
    struct load *load;
    struct net *net;
    unsigned share[LOAD_KINDS]; /* of each kind, in parts of their sum */
    double rate;                /* units a second */
    bool evenly;
    uint64_t most; /* units; 0: no bound */
    struct load_scope scope;
    int64_t during_us;          /* 0: no bound */
    void (*on_done)(void *ctx); /* all have begun and ended */
    void *ctx;
};

struct arrivals {
    struct arrivals_options o;
    struct timer timer;
    int64_t due_us, end_us;
    uint64_t begun;
};

void arrivals_begin(struct arrivals *a, const struct arrivals_options *o);
void arrivals_stop(struct arrivals *a);

#endif
