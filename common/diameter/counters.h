/* SPDX-License-Identifier: MIT
 *
 * What an endpoint counts for /metrics. Private to the room.
 */
#ifndef DIAMETER_COUNTERS_H
#define DIAMETER_COUNTERS_H

#include "base/metrics.h"

struct diameter_counters {
    uint64_t *requests_out, *requests_in, *answers_out, *answers_in;
    uint64_t *refused;     /* requests answered below any procedure */
    uint64_t *timeouts;    /* requests of ours without answer in time */
    uint64_t *failovers;   /* sent again to another peer or connection */
    uint64_t *duplicates;  /* requests that came again */
    uint64_t *strays;      /* answers to nothing that waits */
    uint64_t *forgotten;   /* answers that a procedure forgot */
    uint64_t *full;        /* requests of ours: too many had no answer */
    uint64_t *turned_away; /* connections */
};

void diameter_counters_init(struct diameter_counters *c, struct metrics *m);

#endif
