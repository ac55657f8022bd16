/* SPDX-License-Identifier: MIT */
#include "worlds/plan.h"
#include "base/dice.h"
#include <stdlib.h>

static unsigned below(struct dice *d, unsigned n)
{
    return (unsigned)dice_below(d, n);
}

static void throw_network(struct dice *d, struct plan_network *n)
{
    n->pcscfs = 1 + below(d, 2);
    n->scscfs = 1 + below(d, 4);
    for (unsigned i = 0; i < n->scscfs; i++)
        n->capability[i] = 1 + below(d, 3);
}

static void throw_phone(struct dice *d, struct plan *p, unsigned i)
{
    static const enum digest_algorithm algorithms[] = {
        DIGEST_MD5, DIGEST_SHA256, DIGEST_AKAV1_MD5, DIGEST_AKAV2_SHA256};
    struct plan_phone *ph = &p->phones[i];
    const struct plan_network *home;

    if (i > 0 && below(d, 5) == 0) { /* a second phone of somebody */
        *ph = p->phones[below(d, i)];
        ph->expires = 60 + below(d, 200);
        return;
    }
    ph->network = below(d, p->network_count);
    ph->at = below(d, 3) ? ph->network : below(d, p->network_count);
    ph->pcscf = below(d, p->networks[ph->at].pcscfs);
    ph->subscriber = i;
    ph->algorithm = algorithms[below(d, 4)];
    ph->barred = below(d, 12) == 0;
    ph->wrong = below(d, 12) == 0;
    ph->tel = below(d, 3) == 0 && !ph->barred; /* not a second identity */
    ph->expires = 60 + below(d, 200);
    home = &p->networks[ph->network];
    if (below(d, 3) == 0)
        ph->capability = home->capability[below(d, home->scscfs)];
}

static enum plan_kind throw_kind(struct dice *d)
{
    static const enum plan_kind often[] = {
        PLAN_CALL,     PLAN_CALL,           PLAN_CALL,     PLAN_CALL,
        PLAN_MESSAGE,  PLAN_CANCELLED_CALL, PLAN_REGISTER, PLAN_REINVITE,
        PLAN_REINVITE, PLAN_DEREGISTER,     PLAN_MESSAGE,  PLAN_CALL};

    if (below(d, 30) == 0)
        return PLAN_CRASH;
    return often[below(d, sizeof often / sizeof *often)];
}

static int by_time(const void *a, const void *b)
{
    const struct plan_action *x = a, *y = b;

    if (x->at_us != y->at_us)
        return x->at_us < y->at_us ? -1 : 1;
    return x->phone < y->phone ? -1 : x->phone > y->phone;
}

static void throw_actions(struct dice *d, struct plan *p)
{
    unsigned more = 20 + below(d, 60);

    for (unsigned i = 0; i < p->phone_count; i++)
        p->actions[p->action_count++] =
            (struct plan_action){.at_us = (int64_t)dice_below(d, 5 * SECOND),
                                 .phone = i,
                                 .kind = PLAN_REGISTER};
    while (more--)
        p->actions[p->action_count++] = (struct plan_action){
            .at_us = 8 * SECOND + (int64_t)dice_below(d, (PLAN_TRAFFIC_S - 10) *
                                                             (uint64_t)SECOND),
            .phone = below(d, p->phone_count),
            .other = below(d, p->phone_count),
            .kind = throw_kind(d),
            .hold_s = below(d, 40)};
    qsort(p->actions, p->action_count, sizeof p->actions[0], by_time);
}

static void throw_faults(struct dice *d, struct plan *p)
{
    if (p->seed % 4 == 0) /* a quarter of the worlds is as it should be */
        return;
    p->fault_count = 1 + below(d, 8);
    for (unsigned i = 0; i < p->fault_count; i++) {
        struct plan_fault *f = &p->faults[i];

        f->kind = below(d, PLAN_TROUBLES);
        f->at_us =
            (int64_t)dice_below(d, (PLAN_TRAFFIC_S - 60) * (uint64_t)SECOND);
        f->until_us = f->at_us + 1 * SECOND +
                      (int64_t)dice_below(d, 50 * (uint64_t)SECOND);
        f->node = below(d, plan_node_count(p));
        f->ppm = 10000 + below(d, 300000);
        f->us = 1 * MSEC + (int64_t)dice_below(d, 3 * (uint64_t)SECOND);
    }
}

void plan_throw(struct plan *p, uint64_t seed)
{
    struct dice d;

    dice_init_seed(&d, seed);
    *p = (struct plan){.seed = seed};
    p->network_count = 1 + below(&d, PLAN_NETWORKS);
    for (unsigned i = 0; i < p->network_count; i++)
        throw_network(&d, &p->networks[i]);
    p->phone_count = 2 + below(&d, PLAN_PHONES - 1);
    for (unsigned i = 0; i < p->phone_count; i++)
        throw_phone(&d, p, i);
    throw_actions(&d, p);
    throw_faults(&d, p);
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
    return false;
}

/* ---- what the nodes are given -------------------------------------------- */

const char *plan_domain(unsigned network)
{
    return network ? "blue.example" : "red.example";
}

static void print_network(const struct plan *p, unsigned i, const char *store,
                          struct buf *out)
{
    const struct plan_network *n = &p->networks[i];

    buf_printf(out, "  - domain: %s\n    nodes:\n", plan_domain(i));
    for (unsigned k = 0; k < n->pcscfs; k++)
        buf_printf(out,
                   "      - {name: n%u-pcscf%u, role: pcscf, host: "
                   "127.0.%u.%u, gm: [udp:5060, tcp:5060], mw: [udp:5070, "
                   "tcp:5070], admin: 8081}\n",
                   i, k, i, 11 + k);
    buf_printf(out,
               "      - {name: n%u-icscf, role: icscf, host: 127.0.%u.21, mw: "
               "[udp:5060, tcp:5060], admin: 8081}\n",
               i, i);
    for (unsigned k = 0; k < n->scscfs; k++)
        buf_printf(out,
                   "      - {name: n%u-scscf%u, role: scscf, host: "
                   "127.0.%u.%u, mw: [udp:5060, tcp:5060], capabilities: [%u, "
                   "9], admin: 8081}\n",
                   i, k, i, 31 + k, n->capability[k]);
    buf_printf(out,
               "      - {name: n%u-hss, role: hss, host: 127.0.%u.41, "
               "diameter: tcp:3868, store: \"%s%u\", admin: 8081}\n",
               i, i, store, i);
}

void plan_topology(const struct plan *p, const char *store, struct buf *out)
{
    buf_str(out, "name: random\nnetworks:\n");
    for (unsigned i = 0; i < p->network_count; i++)
        print_network(p, i, store, out);
}

void plan_key(unsigned subscriber, uint8_t k[16], uint8_t opc[16])
{
    for (unsigned i = 0; i < 16; i++) {
        k[i] = (uint8_t)(subscriber * 31 + i);
        opc[i] = (uint8_t)(subscriber * 17 + 255 - i);
    }
}

static void print_key(const char *name, const uint8_t key[16], struct buf *out)
{
    buf_printf(out, ", \"%s\": \"", name);
    for (unsigned i = 0; i < 16; i++)
        buf_printf(out, "%02x", key[i]);
    buf_str(out, "\"");
}

bool plan_subscriber(const struct plan *p, unsigned phone, struct buf *out)
{
    const struct plan_phone *ph = &p->phones[phone];
    const char *algorithm = digest_algorithm_name(ph->algorithm);
    uint8_t k[16], opc[16];

    if (ph->subscriber != phone)
        return false;
    buf_printf(out, "{\"impu\": {\"impu\": \"sip:user%u@%s\", \"barred\": %s}",
               phone, plan_domain(ph->network), ph->barred ? "true" : "false");
    if (ph->tel)
        buf_printf(out, ", \"tel\": \"tel:+1555%04u\"", phone);
    if (ph->capability)
        buf_printf(out, ", \"capabilities\": {\"mandatory\": [%u]}",
                   ph->capability);
    if (digest_algorithm_aka(ph->algorithm)) {
        plan_key(phone, k, opc);
        buf_printf(out, ", \"aka\": {\"algorithm\": \"%s\"", algorithm);
        print_key("k", k, out);
        print_key("opc", opc, out);
    } else
        buf_printf(out,
                   ", \"digest\": {\"algorithm\": \"%s\", \"password\": "
                   "\"password%u\"",
                   algorithm, phone);
    buf_str(out, "}}");
    return true;
}

/* ---- for people -----------------------------------------------------------
 */

static const char *const kinds[PLAN_KINDS] = {
    [PLAN_REGISTER] = "registers",
    [PLAN_DEREGISTER] = "deregisters",
    [PLAN_CALL] = "calls",
    [PLAN_CANCELLED_CALL] = "calls and cancels",
    [PLAN_MESSAGE] = "sends a message to",
    [PLAN_REINVITE] = "sends re-INVITE",
    [PLAN_CRASH] = "crashes",
};
static const char *const troubles[PLAN_TROUBLES] = {
    [PLAN_LOSS] = "loss",           [PLAN_DUPLICATES] = "duplicates",
    [PLAN_DISORDER] = "disorder",   [PLAN_DELAY] = "delay",
    [PLAN_KILL] = "killed",         [PLAN_CUT] = "cut off",
    [PLAN_SLOW_DISK] = "slow disk", [PLAN_DNS] = "no DNS",
};

static void print_phone(const struct plan *p, unsigned i, struct buf *out)
{
    const struct plan_phone *ph = &p->phones[i];

    buf_printf(out, "phone%u  user%u@%s at n%u-pcscf%u %s expires %us%s%s\n", i,
               ph->subscriber, plan_domain(ph->network), ph->at, ph->pcscf,
               digest_algorithm_name(ph->algorithm), ph->expires,
               ph->barred ? " barred" : "", ph->wrong ? " wrong password" : "");
}

void plan_print(const struct plan *p, struct buf *out)
{
    for (unsigned i = 0; i < p->network_count; i++)
        buf_printf(out, "network %s: %u P-CSCF, %u S-CSCF\n", plan_domain(i),
                   p->networks[i].pcscfs, p->networks[i].scscfs);
    for (unsigned i = 0; i < p->phone_count; i++)
        print_phone(p, i, out);
    for (unsigned i = 0; i < p->fault_count; i++) {
        const struct plan_fault *f = &p->faults[i];

        if (!f->off)
            buf_printf(out, "%8.3f to %.3f  %s: node %u, %u ppm, %lld us\n",
                       (double)f->at_us / SECOND, (double)f->until_us / SECOND,
                       troubles[f->kind], f->node, f->ppm, (long long)f->us);
    }
    for (unsigned i = 0; i < p->action_count; i++) {
        const struct plan_action *a = &p->actions[i];

        if (!a->off)
            buf_printf(out, "%8.3f  phone%u %s phone%u, %us\n",
                       (double)a->at_us / SECOND, a->phone, kinds[a->kind],
                       a->other, a->hold_s);
    }
}
