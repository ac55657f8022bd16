/* SPDX-License-Identifier: MIT
 *
 *   traffic    what the plan says, faults and all
 *   calm       the faults end, the calls end, what hangs times out
 *   probe      each phone registers anew and one reaches another: service
 *              cannot be lost; P-CSCF, S-CSCF and HSS agree on who is where
 *   quiet      no phone says anything until all has expired: nothing is left
 */
#include "worlds/world.h"
#include <stdio.h>

enum { CALM_S = 260, QUIET_S = 700, PAGE = 1 << 20 };

struct world {
    const struct plan *plan;
    struct sim *sim;
    struct core core;
    struct phone phones[PLAN_PHONES];
    struct tally tally;
    int64_t began_us;
    unsigned abandoned; /* calls of phones that crashed */
};

static int64_t now(const struct world *w)
{
    return sim_clock(w->sim)->mono_us - w->began_us;
}

/* ---- traffic --------------------------------------------------------------
 */

static void act(struct world *w, const struct plan_action *a)
{
    struct phone *p = &w->phones[a->phone];
    struct phone *other = &w->phones[a->other];

    if (!p->host) { /* a crashed phone is switched on again */
        phone_on(p);
        phone_register(p, p->plan->expires);
        return;
    }
    switch (a->kind) {
    case PLAN_REGISTER:
        if (p->status || !p->call_id.n)
            phone_register(p, p->plan->expires);
        break;
    case PLAN_DEREGISTER:
        if (p->status)
            phone_register(p, 0);
        break;
    case PLAN_CALL:
        phone_call(p, other, a->hold_s * (int64_t)SECOND, false);
        break;
    case PLAN_CANCELLED_CALL:
        phone_call(p, other, a->hold_s * (int64_t)SECOND, true);
        break;
    case PLAN_MESSAGE: phone_message(p, other); break;
    case PLAN_REINVITE: (void)phone_reinvite(p); break;
    case PLAN_CRASH:
        w->abandoned += phone_calls(p);
        phone_off(p);
        for (unsigned i = 0; i < w->plan->phone_count; i++)
            w->phones[i].lossy = true; /* whoever talks to it waits in vain */
        break;
    case PLAN_KINDS: break;
    }
}

/* The next instant at which faults begin or end. */
static int64_t next_trouble(const struct plan *p, int64_t after)
{
    int64_t next = INT64_MAX;

    for (unsigned i = 0; i < p->fault_count; i++) {
        const struct plan_fault *f = &p->faults[i];

        if (f->off)
            continue;
        if (f->at_us > after && f->at_us < next)
            next = f->at_us;
        if (f->until_us > after && f->until_us < next)
            next = f->until_us;
    }
    return next;
}

static void run_until(struct world *w, int64_t at_us)
{
    for (;;) {
        int64_t next = next_trouble(w->plan, now(w));

        if (next > at_us)
            break;
        sim_run_for(w->sim, next - now(w));
        core_trouble(&w->core, next);
    }
    if (at_us > now(w))
        sim_run_for(w->sim, at_us - now(w));
}

static void traffic(struct world *w)
{
    for (unsigned i = 0; i < w->plan->action_count; i++) {
        const struct plan_action *a = &w->plan->actions[i];

        if (a->off)
            continue;
        run_until(w, a->at_us);
        act(w, a);
    }
    run_until(w, PLAN_TRAFFIC_S * (int64_t)SECOND);
}

/* ---- calm -----------------------------------------------------------------
 */

static void calm(struct world *w)
{
    core_trouble(&w->core, INT64_MAX);
    for (unsigned i = 0; i < w->plan->phone_count; i++) {
        struct phone *p = &w->phones[i];

        if (!p->host)
            phone_on(p);
        p->refreshes = false;
        phone_hang_up_all(p);
    }
    sim_run_for(w->sim, CALM_S * (int64_t)SECOND);
    for (unsigned i = 0; i < w->plan->phone_count; i++) {
        phone_hang_up_all(&w->phones[i]);
        w->phones[i].lossy = false; /* no wonder is left */
    }
    sim_run_for(w->sim, 70 * SECOND);
}

static void nothing_under_way(struct world *w, const char *when)
{
    for (unsigned i = 0; i < w->plan->phone_count; i++) {
        if (phone_asks(&w->phones[i]))
            core_break(&w->core, "%s: phone%u waits for %u answers", when, i,
                       phone_asks(&w->phones[i]));
        if (phone_calls(&w->phones[i]))
            core_break(&w->core, "%s: phone%u has %u calls", when, i,
                       phone_calls(&w->phones[i]));
    }
    for (unsigned i = 0; i < w->core.count; i++) {
        struct core_node *n = &w->core.nodes[i];
        uint64_t left = core_figure(n, "transactions");

        if (left)
            core_break(&w->core, "%s: %s has %llu transactions", when,
                       n->self->name, (unsigned long long)left);
    }
}

/* ---- probe ----------------------------------------------------------------
 */

static bool may_register(const struct phone *p)
{
    return !p->plan->wrong && !p->plan->barred;
}

/* The last of the phones that share a subscriber decides. */
static bool is_last(const struct world *w, unsigned i)
{
    for (unsigned k = i + 1; k < w->plan->phone_count; k++)
        if (w->plan->phones[k].subscriber == w->plan->phones[i].subscriber)
            return false;
    return true;
}

/* In how many nodes of the role does the page have the text; the last. */
static unsigned holders(struct world *w, enum topology_role role,
                        const char *path, const char *text,
                        const struct core_node **who)
{
    unsigned count = 0;

    for (unsigned i = 0; i < w->core.count; i++) {
        struct core_node *n = &w->core.nodes[i];
        struct buf body;

        if (n->self->role != role)
            continue;
        buf_init(&body, PAGE);
        if (core_get(n, path, &body) &&
            slice_find(buf_slice(&body), slice_of(text)) >= 0) {
            count++;
            *who = n;
        }
        buf_fini(&body);
    }
    return count;
}

static void agree_on(struct world *w, struct phone *p)
{
    const struct core_node *pcscf = NULL, *scscf = NULL, *hss = NULL;
    char contact[64], path[128], server[128];
    unsigned held;

    snprintf(contact, sizeof contact, "sip:user%u@127.0.9.%u:5060",
             p->plan->subscriber, p->index + 1);
    snprintf(path, sizeof path, "/api/v1/subscribers/%s", str_c(&p->impi));
    held = holders(w, TOPOLOGY_PCSCF, "/api/v1/registrations", contact, &pcscf);
    if (held != 1)
        core_break(&w->core, "%u P-CSCFs know %s", held, contact);
    held = holders(w, TOPOLOGY_SCSCF, "/api/v1/registrations", contact, &scscf);
    if (held != 1)
        core_break(&w->core, "%u S-CSCFs know %s", held, contact);
    if (held < 1)
        return;
    snprintf(server, sizeof server, "\"scscf\":\"sip:%s", scscf->self->fqdn);
    if (holders(w, TOPOLOGY_HSS, path, server, &hss) != 1)
        core_break(&w->core, "the HSS does not know that %s is at %s",
                   str_c(&p->impu), scscf->self->name);
    if (holders(w, TOPOLOGY_HSS, path, "\"state\":\"registered\"", &hss) != 1)
        core_break(&w->core, "the HSS does not know that %s is registered",
                   str_c(&p->impu));
}

static void probe_registration(struct world *w)
{
    for (unsigned i = 0; i < w->plan->phone_count; i++) {
        struct phone *p = &w->phones[i];

        phone_register(p, 300);
        sim_run_for(w->sim, 1 * SECOND);
        if (may_register(p) && p->status != 200)
            core_break(&w->core,
                       "when all is well again phone%u cannot register: %u", i,
                       p->status);
    }
    for (unsigned i = 0; i < w->plan->phone_count; i++)
        if (may_register(&w->phones[i]) && is_last(w, i))
            agree_on(w, &w->phones[i]);
}

static void probe_call(struct world *w, unsigned from, unsigned to)
{
    struct phone *a = &w->phones[from], *b = &w->phones[to];

    phone_message(a, b);
    sim_run_for(w->sim, 1 * SECOND);
    if (a->last_status != 200)
        core_break(&w->core, "a message of phone%u to phone%u gets %u", from,
                   to, a->last_status);
    phone_call(a, b, 10 * SECOND, false);
    sim_run_for(w->sim, 2 * SECOND);
    if (!phone_is_talking(a) || !phone_is_talking(b))
        core_break(&w->core, "a call of phone%u to phone%u gets %u", from, to,
                   a->last_status);
    else if (phone_reinvite(b)) {
        sim_run_for(w->sim, 1 * SECOND);
        if (b->last_status != 200)
            core_break(&w->core, "re-INVITE of phone%u gets %u", to,
                       b->last_status);
    }
    sim_run_for(w->sim, 10 * SECOND);
}

static void probe_calls(struct world *w)
{
    unsigned last = PLAN_PHONES;

    for (unsigned i = 0; i < w->plan->phone_count; i++)
        w->phones[i].always_picks = true;
    for (unsigned i = 0; i < w->plan->phone_count; i++) {
        if (!may_register(&w->phones[i]) || !is_last(w, i))
            continue;
        if (last < PLAN_PHONES)
            probe_call(w, last, i);
        last = i;
    }
}

/* ---- quiet ----------------------------------------------------------------
 */

/* Early dialogs of a fork's other branches have gone by their time, nonces with
 * the registration. */
static void nothing_is_left(struct world *w)
{
    static const char *const keys[] = {"contacts",   "registered",
                                       "bindings",   "registered_sets",
                                       "challenges", "dialogs"};

    for (unsigned i = 0; i < w->core.count; i++)
        for (unsigned k = 0; k < sizeof keys / sizeof *keys; k++) {
            struct core_node *n = &w->core.nodes[i];
            uint64_t left = core_figure(n, keys[k]);

            if (w->abandoned && strcmp(keys[k], "dialogs") == 0)
                continue; /* nobody may have said BYE: 12 hours */
            if (left && n->self->role != TOPOLOGY_HSS)
                core_break(&w->core, "in the end %s has %llu %s", n->self->name,
                           (unsigned long long)left, keys[k]);
        }
    for (unsigned i = 0; i < w->core.count; i++) {
        struct buf body;

        if (w->core.nodes[i].self->role != TOPOLOGY_HSS)
            continue;
        buf_init(&body, PAGE);
        if (!core_get(&w->core.nodes[i], "/api/v1/registrations", &body) ||
            slice_find(buf_slice(&body), S("\"state\":\"registered\"")) >= 0)
            core_break(&w->core, "in the end %s believes: %.*s",
                       w->core.nodes[i].self->name,
                       SLICE_ARG(buf_slice(&body)));
        buf_fini(&body);
    }
}

void world_run(const struct plan *p, bool verbose, struct outcome *out)
{
    struct world *w = mem_zalloc(sizeof *w);
    struct why why;

    w->plan = p;
    w->core.verbose = verbose;
    w->sim = sim_new(p->seed);
    if (core_start(&w->core, p, w->sim, &why) != IMS_OK)
        core_break(&w->core, "no start: %s", why.text);
    w->began_us = sim_clock(w->sim)->mono_us;
    for (unsigned i = 0; i < p->phone_count; i++) {
        phone_init(&w->phones[i], &w->core, &w->tally, i);
        w->phones[i].refreshes = true;
        w->phones[i].lossy = plan_has_faults(p);
    }
    if (!w->core.broken[0]) {
        traffic(w);
        calm(w);
        nothing_under_way(w, "when it is calm");
        probe_registration(w);
        probe_calls(w);
        sim_run_for(w->sim, QUIET_S * (int64_t)SECOND);
        nothing_under_way(w, "in the end");
        nothing_is_left(w);
    }
    for (unsigned i = 0; i < p->phone_count; i++)
        phone_fini(&w->phones[i]);
    core_stop(&w->core);
    *out = (struct outcome){.hash = w->core.hash,
                            .entries = w->core.entries,
                            .virtual_us = now(w),
                            .tally = w->tally};
    memcpy(out->broken, w->core.broken, sizeof out->broken);
    sim_free(w->sim);
    free(w);
}
