/* SPDX-License-Identifier: MIT
 *
 * A class of students leaves its phones on for a day: they register again and
 * again, call each other, and send messages.
 */
#include "worlds/wire.h"
#include "worlds/world.h"
#include <stdio.h>

enum {
    EXPIRES_S = 600,
    MINUTES = 24 * 60,
    SETTLE_S = 700,
    ROOM = 16 << 10, /* what a busier hour may take for good: tables, buffers */
};

static void make_plan(struct plan *p, uint64_t seed, unsigned phones)
{
    static const enum digest_algorithm algorithms[] = {
        DIGEST_MD5, DIGEST_SHA256, DIGEST_AKAV1_MD5};

    *p = (struct plan){.seed = seed,
                       .network_count = 1,
                       .networks = {{.pcscfs = 1, .scscfs = 2}},
                       .phone_count = phones};
    for (unsigned i = 0; i < phones; i++)
        p->phones[i] = (struct plan_phone){.subscriber = i,
                                           .address = i,
                                           .algorithm = algorithms[i % 3],
                                           .expires = EXPIRES_S};
}

/* Each student does something every quarter of an hour. */
static void minute(struct world *w)
{
    struct dice *d = sim_dice(w->sim);

    for (unsigned i = 0; i < w->plan->phone_count; i++) {
        unsigned other = (unsigned)dice_below(d, w->plan->phone_count);

        if (dice_below(d, 15) || other == i)
            continue;
        if (dice_below(d, 3) == 0)
            phone_message(&w->phones[i], &w->phones[other]);
        else
            phone_call(&w->phones[i], str_slice(&w->phones[other].impu),
                       (struct phone_wish){
                           .hold_us = SECOND * (5 + (int64_t)dice_below(d, 90)),
                           .early = dice_below(d, 4) == 0});
    }
    sim_run_for(w->sim, 60 * SECOND);
}

static void morning(struct world *w)
{
    for (unsigned i = 0; i < w->plan->phone_count; i++) {
        w->phones[i].refreshes = true;
        phone_register(&w->phones[i], EXPIRES_S);
    }
    sim_run_for(w->sim, 2 * SECOND);
}

/* Nobody says anything until all has expired; what is in use then. */
static size_t rest(struct world *w, const char *when)
{
    for (unsigned i = 0; i < w->plan->phone_count; i++) {
        w->phones[i].refreshes = false;
        phone_hang_up_all(&w->phones[i]);
    }
    sim_run_for(w->sim, SETTLE_S * (int64_t)SECOND);
    check_nothing_under_way(w, when);
    check_nothing_left(w);
    wire_settle(w->core.wire);
    if (w->core.verbose)
        printf("memory %s: %zu\n", when, world_memory(w));
    return world_memory(w);
}

void world_day(uint64_t seed, unsigned phones, bool verbose,
               struct outcome *out)
{
    struct plan p;
    struct world *w;
    size_t at_first = 0, in_the_end;

    make_plan(&p, seed, phones);
    w = world_open(&p, verbose);
    morning(w);
    for (unsigned i = 0; i < MINUTES && !w->core.broken[0]; i++) {
        minute(w);
        if (i % 60 == 59)
            check_agreement(w);
        if (i == 59) {
            at_first = rest(w, "after an hour");
            morning(w);
        }
    }
    in_the_end = rest(w, "in the evening");
    if (in_the_end > at_first + ROOM)
        core_break(&w->core, CHECK_MEMORY,
                   "since its first hour it has grown by %zu bytes",
                   in_the_end - at_first);
    world_close(w, out);
}
