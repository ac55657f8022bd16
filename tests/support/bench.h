/* SPDX-License-Identifier: MIT
 *
 * One of the two back ends of net, to run the same test on both: two nets
 * (in the real world both are the same loop) and a bounded wait.
 */
#ifndef SUPPORT_BENCH_H
#define SUPPORT_BENCH_H

#include "net/loop.h"
#include "net/sim.h"

struct bench {
    struct sim *sim; /* or */
    struct loop *loop;
    struct sim_host *host[2];
    struct net *a, *b;
};

void bench_init_sim(struct bench *b, uint64_t seed);
void bench_init_loop(struct bench *b, const struct loop_options *o);
void bench_fini(struct bench *b);

/* Lets the world go on until is_true(ctx); false when it is not within 20 s
 * (of virtual time in the simulator). */
bool bench_until(struct bench *b, bool (*is_true)(void *ctx), void *ctx);
/* Lets it go on for a while. */
void bench_for(struct bench *b, int64_t us);

#endif
