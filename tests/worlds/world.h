/* SPDX-License-Identifier: MIT
 *
 * One world from its plan to its quiet end, and what must be true then.
 */
#ifndef WORLDS_WORLD_H
#define WORLDS_WORLD_H

#include "worlds/phone.h"

struct outcome {
    char broken[512]; /* empty: all is well; begins with the check's name */
    enum check check;
    uint64_t hash, entries;
    int64_t virtual_us;
    size_t calls_seen_through; /* by the check of routes */
    size_t ends_told;          /* seen at a P-CSCF, by the check of agreement */
    struct tally tally;
};

void world_run(const struct plan *p, bool verbose, struct outcome *out);

/* A lab's day: a class of `phones` that register and call for 24 hours, on
 * virtual time. */
void world_day(uint64_t seed, unsigned phones, bool verbose,
               struct outcome *out);

/* ---- between world.c, checks.c and day.c --------------------------------- */

enum { WORLD_CYCLES = 16 };

struct world {
    const struct plan *plan;
    struct sim *sim;
    struct core core;
    struct phone phones[PLAN_PHONES];
    struct tally tally;
    int64_t at_us;    /* it was opened */
    int64_t began_us; /* the traffic */
    size_t seen_through, ends_told;
    struct sim_figures at_start[PLAN_NODES];
    uint64_t dialogs[PLAN_NODES]; /* before the calls of a probe */
    size_t memory[WORLD_CYCLES];  /* at the end of each */
    uint64_t hash; /* after the second: how many more there are is a matter of
                    * the machine's malloc */
};

struct world *world_open(const struct plan *p, bool verbose);
void world_close(struct world *w, struct outcome *out);
bool world_is_there(const struct world *w, unsigned phone);

/* Before anybody says a word. */
void checks_begin(struct world *w);
/* The faults are over, the calls are not. */
void check_routes(struct world *w);
void check_nothing_under_way(struct world *w, const char *when);
void check_agreement(struct world *w);
void check_told(struct world *w);
/* Of calls that have ended while everybody is registered no P-CSCF follows a
 * dialog any more. */
void note_dialogs(struct world *w);
void check_dialogs(struct world *w);
/* All has expired. */
void check_nothing_left(struct world *w);
/* True when it stands; it must after some cycles. */
bool check_memory(struct world *w, unsigned cycle);
/* Bytes in use by this process but for the disk's, which the world may have. */
size_t world_memory(const struct world *w);

#endif
