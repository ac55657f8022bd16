/* SPDX-License-Identifier: MIT
 *
 * A simulated world with two hosts, a and b, and a party on each.
 */
#ifndef SUPPORT_TWO_H
#define SUPPORT_TWO_H

#include "net/sim.h"
#include "support/check.h"
#include "support/party.h"
#include "support/world.h"

struct two {
    struct sim *sim;
    struct sim_host *host_a, *host_b;
    struct party a, b;
};

void two_init(struct two *t, uint64_t seed); /* parties that note times */
void two_fini(struct two *t);

#endif
