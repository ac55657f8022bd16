/* SPDX-License-Identifier: MIT */
#include "worlds/plan.h"

struct shrinking {
    struct plan *plan;
    bool (*breaks)(void *ctx, const struct plan *p);
    void *ctx;
    unsigned left; /* questions */
};

/* Is the smaller one as bad? Then it is the one from now on. */
static bool try(struct shrinking *s, const struct plan *smaller)
{
    if (s->left == 0)
        return false;
    s->left--;
    if (!s->breaks(s->ctx, smaller))
        return false;
    *s->plan = *smaller;
    return true;
}

/* ---- what happens --------------------------------------------------------
 */

static bool *switch_of(struct plan *p, unsigned i)
{
    return i < p->fault_count ? &p->faults[i].off
                              : &p->actions[i - p->fault_count].off;
}

/* Ever smaller runs of faults and actions. */
static bool drop_pieces(struct shrinking *s)
{
    unsigned count = s->plan->fault_count + s->plan->action_count;
    bool smaller = false;

    for (unsigned size = count; size >= 1; size /= 2)
        for (unsigned at = 0; at < count; at += size) {
            struct plan p = *s->plan;
            bool changed = false;

            for (unsigned i = at; i < at + size && i < count; i++) {
                changed |= !*switch_of(&p, i);
                *switch_of(&p, i) = true;
            }
            if (changed)
                smaller |= try(s, &p);
        }
    return smaller;
}

/* ---- who is there --------------------------------------------------------
 */

static void switch_phone_off(struct plan *p, unsigned phone)
{
    p->phones[phone].off = true;
    for (unsigned i = 0; i < p->action_count; i++)
        if (p->actions[i].phone == phone || p->actions[i].other == phone)
            p->actions[i].off = true;
}

static bool drop_phones(struct shrinking *s)
{
    bool smaller = false;

    for (unsigned i = 0; i < s->plan->phone_count; i++) {
        struct plan p = *s->plan;

        if (p.phones[i].off)
            continue;
        switch_phone_off(&p, i);
        smaller |= try(s, &p);
    }
    return smaller;
}

enum { ALGORITHM = 6 };

static void make_plain(struct plan_phone *ph, unsigned what, unsigned i)
{
    switch (what) {
    case 0: ph->wrong = ph->barred = false; break;
    case 1: ph->tel = false; break;
    case 2: ph->tcp = false; break;
    case 3: ph->capability = 0; break;
    case 4: ph->address = i; break;
    case 5: ph->at = ph->network, ph->pcscf = 0; break;
    case ALGORITHM: ph->algorithm = DIGEST_MD5; break;
    }
}

/* Phones of one subscriber have its algorithm, whether or not they are on. */
static void make_subscriber_plain(struct plan *p, unsigned phone, unsigned what)
{
    unsigned subscriber = p->phones[phone].subscriber;

    for (unsigned i = 0; i < p->phone_count; i++)
        if (i == phone ||
            (what == ALGORITHM && p->phones[i].subscriber == subscriber))
            make_plain(&p->phones[i], what, i);
}

static bool make_phones_plain(struct shrinking *s)
{
    bool smaller = false;

    for (unsigned i = 0; i < s->plan->phone_count; i++)
        for (unsigned what = 0; what <= ALGORITHM; what++) {
            struct plan p = *s->plan;

            if (p.phones[i].off)
                continue;
            make_subscriber_plain(&p, i, what);
            if (memcmp(&p, s->plan, sizeof p) != 0)
                smaller |= try(s, &p);
        }
    return smaller;
}

/* ---- the network ---------------------------------------------------------
 */

static bool is_used(const struct plan *p, unsigned network)
{
    for (unsigned i = 0; i < p->phone_count; i++)
        if (!p->phones[i].off &&
            (p->phones[i].network == network || p->phones[i].at == network))
            return true;
    return false;
}

static unsigned capped(unsigned n, unsigned max)
{
    return n < max ? n : max;
}

/* What stood where there is nothing any more moves to where there is. */
static void fit(struct plan *p)
{
    for (unsigned i = 0; i < p->phone_count; i++) {
        struct plan_phone *ph = &p->phones[i];

        ph->network = capped(ph->network, p->network_count - 1);
        ph->at = capped(ph->at, p->network_count - 1);
        ph->pcscf = capped(ph->pcscf, p->networks[ph->at].pcscfs - 1);
    }
    for (unsigned i = 0; i < p->fault_count; i++)
        p->faults[i].node =
            capped(p->faults[i].node, plan_node_count(p) + p->phone_count - 1);
}

static bool try_fit(struct shrinking *s, struct plan p)
{
    fit(&p);
    return try(s, &p);
}

static bool drop_nodes(struct shrinking *s)
{
    bool smaller = false;

    if (s->plan->network_count > 1 && !is_used(s->plan, 1)) {
        struct plan p = *s->plan;

        p.network_count = 1;
        p.dns = false;
        smaller |= try_fit(s, p);
    }
    for (unsigned i = 0; i < s->plan->network_count; i++) {
        struct plan p = *s->plan;

        if (p.networks[i].scscfs-- > 1)
            smaller |= try_fit(s, p);
        p = *s->plan;
        if (p.networks[i].pcscfs-- > 1)
            smaller |= try_fit(s, p);
    }
    for (unsigned what = 0; what < 3; what++) {
        struct plan p = *s->plan;
        bool *const flags[] = {&p.tight, &p.dns, &p.reg_event};

        if (*flags[what]) {
            *flags[what] = false;
            smaller |= try(s, &p);
        }
    }
    return smaller;
}

void plan_shrink(struct plan *p, bool (*breaks)(void *ctx, const struct plan *),
                 void *ctx, unsigned most)
{
    struct shrinking s = {p, breaks, ctx, most};
    bool smaller = true;

    while (smaller && s.left) {
        smaller = drop_pieces(&s);
        smaller |= drop_phones(&s);
        smaller |= drop_nodes(&s);
        smaller |= make_phones_plain(&s);
    }
}
