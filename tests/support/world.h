/* SPDX-License-Identifier: MIT
 *
 * What a unit test of a layer above net stands on: a simulated host with a
 * filled struct env, whose log lines and record can be read back.
 *
 *     struct sim *sim = sim_new(1);
 *     struct world_host *a = world_host_new(sim, "scscf1");
 *     thing = thing_new(&a->env);  ...  sim_run_for(sim, 5 * SECOND);
 *     assert_has(world_story(a), "says");
 *     thing_free(thing);
 *     world_host_free(a);
 *     sim_free(sim);
 */
#ifndef SUPPORT_WORLD_H
#define SUPPORT_WORLD_H

#include "base/str.h"
#include "net/env.h"
#include "net/sim.h"

struct world_host {
    struct env env; /* host <name>.ims.example, domain ims.example */
    struct sim_host *host;
    struct log log;   /* at LOG_DEBUG */
    struct buf lines; /* what was logged: "level line\n" each */
    struct buf story; /* what world_story printed last */
    struct str name, fqdn;
};

struct world_host *world_host_new(struct sim *sim, const char *name);
/* After the node on it; killed before or not. */
void world_host_free(struct world_host *w);

/* The record as text, one entry a line, good until the next call:
 *   rx 10.0.0.1:5060 MESSAGE'S FIRST LINE      (tx, drop likewise; Diameter
 *   says S-REG-1 the sentence                   shows its size instead)
 *   drop SIP-1 the reason */
struct slice world_story(struct world_host *w);
/* How many decisions the record holds of the procedure id. */
size_t world_says(struct world_host *w, const char *proc);

/* "127.0.0.1:5060", "[::1]:5060" as an address; anything else fails the test.
 */
struct addr world_addr(const char *text, enum transport t);

#endif
