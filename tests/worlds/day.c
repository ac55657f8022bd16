/* SPDX-License-Identifier: MIT
 *
 * A class of students leaves its phones on for a day: they register again and
 * again, call each other, and send messages.
 */
#include "worlds/wire.h"
#include "worlds/world.h"

enum { EXPIRES_S = 600, MINUTES = 24 * 60, SETTLE_S = 700 };

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

void world_day(uint64_t seed, unsigned phones, bool verbose,
               struct outcome *out)
{
    struct plan p;
    struct world *w;

    make_plan(&p, seed, phones);
    w = world_open(&p, verbose);
    for (unsigned i = 0; i < phones; i++)
        phone_register(&w->phones[i], EXPIRES_S);
    sim_run_for(w->sim, 2 * SECOND);
    for (unsigned i = 0; i < MINUTES && !w->core.broken[0]; i++) {
        minute(w);
        if (i % 60 == 59)
            check_agreement(w);
    }
    for (unsigned i = 0; i < phones; i++) {
        w->phones[i].refreshes = false;
        phone_hang_up_all(&w->phones[i]);
    }
    sim_run_for(w->sim, SETTLE_S * (int64_t)SECOND);
    check_nothing_under_way(w, "in the evening");
    check_nothing_left(w);
    wire_settle(w->core.wire);
    world_close(w, out);
}
