/* SPDX-License-Identifier: MIT */
#include "worlds/plan.h"
#include "base/dice.h"
#include <stdlib.h>

enum { PHONES_MOST = 12 };

static unsigned below(struct dice *d, unsigned n)
{
    return (unsigned)dice_below(d, n);
}

static int64_t below_us(struct dice *d, int64_t us)
{
    return (int64_t)dice_below(d, (uint64_t)us);
}

static void throw_network(struct dice *d, struct plan_network *n)
{
    n->pcscfs = 1 + below(d, PLAN_PCSCFS);
    n->scscfs = 1 + below(d, PLAN_SCSCFS);
    for (unsigned i = 0; i < n->scscfs; i++)
        n->capability[i] = 1 + below(d, 3);
}

static void throw_place(struct dice *d, const struct plan *p,
                        struct plan_phone *ph, unsigned i)
{
    ph->at = below(d, 3) ? ph->network : below(d, p->network_count);
    ph->pcscf = below(d, p->networks[ph->at].pcscfs);
    ph->address = i && below(d, 4) == 0 ? p->phones[below(d, i)].address : i;
    ph->tcp = below(d, 4) == 0;
    ph->expires = 60 + below(d, 200);
}

static void throw_phone(struct dice *d, struct plan *p, unsigned i)
{
    static const enum digest_algorithm algorithms[] = {
        DIGEST_MD5, DIGEST_SHA256, DIGEST_AKAV1_MD5, DIGEST_AKAV2_SHA256};
    struct plan_phone *ph = &p->phones[i];
    const struct plan_network *home;

    if (i > 0 && below(d, 5) == 0) { /* a second phone of somebody */
        *ph = p->phones[below(d, i)];
        throw_place(d, p, ph, i);
        return;
    }
    ph->network = below(d, p->network_count);
    throw_place(d, p, ph, i);
    ph->subscriber = i;
    ph->algorithm = algorithms[below(d, 4)];
    ph->barred = below(d, 12) == 0;
    ph->wrong = below(d, 12) == 0;
    ph->tel = below(d, 3) == 0 && !ph->barred; /* not a second identity */
    home = &p->networks[ph->network];
    if (below(d, 3) == 0)
        ph->capability = home->capability[below(d, home->scscfs)];
}

/* ---- what phones do ------------------------------------------------------
 */

static enum plan_kind throw_kind(struct dice *d)
{
    static const unsigned often[PLAN_KINDS] = {
#define ACTION(id, often, word) often,
#include "worlds/words.def"
    };
    unsigned sum = 0, at;

    for (unsigned i = 0; i < PLAN_KINDS; i++)
        sum += often[i];
    at = below(d, sum);
    for (unsigned i = 0;; i++) {
        if (at < often[i])
            return i;
        at -= often[i];
    }
}

static int by_time(const void *a, const void *b)
{
    const struct plan_action *x = a, *y = b;

    if (x->at_us != y->at_us)
        return x->at_us < y->at_us ? -1 : 1;
    return x->phone < y->phone ? -1 : x->phone > y->phone;
}

static struct plan_action *add_action(struct plan *p)
{
    return &p->actions[p->action_count++];
}

static void throw_actions(struct dice *d, struct plan *p)
{
    unsigned more = 20 + below(d, 60);

    for (unsigned i = 0; i < p->phone_count; i++)
        *add_action(p) = (struct plan_action){.at_us = below_us(d, 5 * SECOND),
                                              .phone = i,
                                              .kind = PLAN_REGISTER};
    while (more--)
        *add_action(p) = (struct plan_action){
            .at_us = 8 * SECOND +
                     below_us(d, (PLAN_TRAFFIC_S - 10) * (int64_t)SECOND),
            .phone = below(d, p->phone_count),
            .other = below(d, p->phone_count),
            .kind = throw_kind(d),
            .hold_s = below(d, 40)};
    /* calls that outlive the faults */
    for (unsigned i = 0; i < 4; i++)
        *add_action(p) = (struct plan_action){
            .at_us = (PLAN_TRAFFIC_S - 100) * (int64_t)SECOND +
                     below_us(d, 90 * (int64_t)SECOND),
            .phone = below(d, p->phone_count),
            .other = below(d, p->phone_count),
            .kind = below(d, 3) ? PLAN_CALL : PLAN_PRECONDITIONS,
            .hold_s = 130 + below(d, 100)};
    qsort(p->actions, p->action_count, sizeof p->actions[0], by_time);
}

/* ---- what goes wrong -----------------------------------------------------
 */

static void throw_fault(struct dice *d, const struct plan *p, unsigned from,
                        unsigned kinds, struct plan_fault *f)
{
    f->kind = from + below(d, kinds);
    f->at_us = below_us(d, (PLAN_TRAFFIC_S - 60) * (int64_t)SECOND);
    f->until_us = f->at_us + 1 * SECOND + below_us(d, 50 * (int64_t)SECOND);
    f->node = below(d, plan_node_count(p) + p->phone_count);
    f->ppm = 10000 + below(d, 300000);
    f->us = 1 * MSEC + below_us(d, 3 * (int64_t)SECOND);
}

void plan_throw(struct plan *p, uint64_t seed)
{
    struct dice d;

    dice_init_seed(&d, seed);
    *p = (struct plan){.seed = seed, .reg_event = seed / 4 % 3 == 1};
    p->network_count = 1 + below(&d, PLAN_NETWORKS);
    for (unsigned i = 0; i < p->network_count; i++)
        throw_network(&d, &p->networks[i]);
    p->phone_count = 2 + below(&d, PHONES_MOST - 1);
    for (unsigned i = 0; i < p->phone_count; i++)
        throw_phone(&d, p, i);
    throw_actions(&d, p);
    p->dns = p->network_count > 1 && below(&d, 2);
    if (seed % 4 == 0) /* a quarter of the worlds is as it should be */
        return;
    p->tight = below(&d, 6) == 0;
    p->fault_count = 1 + below(&d, 8);
    for (unsigned i = 0; i < p->fault_count; i++)
        throw_fault(&d, p, 0, PLAN_ON_PURPOSE, &p->faults[i]);
    for (unsigned more = below(&d, 6) / 2; more; more--)
        throw_fault(&d, p, PLAN_ON_PURPOSE, PLAN_TROUBLES - PLAN_ON_PURPOSE,
                    &p->faults[p->fault_count++]);
}

unsigned plan_node_count(const struct plan *p)
{
    unsigned n = 0;

    for (unsigned i = 0; i < p->network_count; i++)
        n += p->networks[i].pcscfs + p->networks[i].scscfs + 2;
    return n;
}

bool plan_has_faults(const struct plan *p)
{
    for (unsigned i = 0; i < p->fault_count; i++)
        if (!p->faults[i].off)
            return true;
    return p->tight;
}

bool plan_has(const struct plan *p, enum plan_trouble kind)
{
    for (unsigned i = 0; i < p->fault_count; i++)
        if (!p->faults[i].off && p->faults[i].kind == kind)
            return true;
    return false;
}
