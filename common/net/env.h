/* SPDX-License-Identifier: MIT
 *
 * What every layer of a node may use: the world, the time, the dice and the
 * places to which it reports. Owned by the node; layers borrow it for life.
 */
#ifndef NET_ENV_H
#define NET_ENV_H

#include "base/log.h"
#include "base/metrics.h"
#include "base/record.h"
#include "net/net.h"

struct fault_hook;

struct env {
    struct net *net;
    const struct clock *clock;
    struct timers *timers;
    struct dice *dice;
    struct log *log;
    struct record *record;
    struct metrics *metrics;
    /* Who breaks messages on purpose (net/fault.h); NULL: nobody, now. */
    const struct fault_hook *faults;
    int64_t epoch_us;   /* wall clock of mono_us 0, as it was at start: what
                           is told as a wall time stays the same */
    const char *name;   /* of the node: "scscf1" */
    const char *host;   /* its SIP and Diameter host: "scscf1.ims.example" */
    const char *domain; /* its network's: "ims.example" */
};

#endif
