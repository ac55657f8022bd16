/* SPDX-License-Identifier: MIT
 *
 *   traffic    what the plan says, faults and all
 *   calm       the faults end; calls that live on are whole; then they end,
 *              and what hangs times out
 *   probe      each phone registers anew and one reaches another: service
 *              cannot be lost; P-CSCF, S-CSCF and HSS agree on who is where,
 *              and (reg-event) on who the network throws out
 *   quiet      no phone says anything until all has expired: nothing is left
 *
 * All of it (without faults; with them probe and quiet) comes again until
 * memory stands, as it must.
 */
#include "worlds/world.h"
#include "worlds/wire.h"
#include <stdio.h>

enum {
    CALM_S = 260,
    PROBE_S = 600,
    QUIET_S = 1000,
    FORGET_S = 260,
    FLOOD = 60
};

static int64_t now(const struct world *w)
{
    return sim_clock(w->sim)->mono_us - w->began_us;
}

bool world_is_there(const struct world *w, unsigned phone)
{
    return !w->plan->phones[phone].off;
}

/* ---- traffic --------------------------------------------------------------
 */

/* Whoever talks to a phone that goes without a word waits in vain, and whoever
 * calls it until the network has forgotten where it was. */
static void note_gone(struct world *w, const struct phone *p)
{
    w->core.gone_until_us[p->plan->subscriber] =
        sim_clock(w->sim)->mono_us + FORGET_S * (int64_t)SECOND;
}

static void crash(struct world *w, struct phone *p)
{
    w->core.gone_until_us[p->plan->subscriber] = INT64_MAX;
    phone_off(p);
}

static void switch_on(struct world *w, struct phone *p)
{
    note_gone(w, p);
    phone_on(p);
}

static void call(struct world *w, const struct plan_action *a)
{
    const struct phone *other = &w->phones[a->other];

    phone_call(&w->phones[a->phone], str_slice(&other->impu),
               (struct phone_wish){.hold_us = a->hold_s * (int64_t)SECOND,
                                   .cancels = a->kind == PLAN_CANCELLED_CALL,
                                   .early = a->kind == PLAN_PRECONDITIONS});
}

/* RTR and PPR: TS 29.228 6.1.3, 6.2. */
static void operate(struct world *w, const struct plan_action *a)
{
    static const char *const reasons[] = {"PERMANENT_TERMINATION",
                                          "NEW_SERVER_ASSIGNED",
                                          "SERVER_CHANGE", "REMOVE_S-CSCF"};
    unsigned who = w->plan->phones[a->phone].subscriber;
    unsigned home = w->plan->phones[who].network;
    struct core_order o = {
        .method = "POST", .path = NULL, .type = "application/json"};
    char path[96], name[32], body[96];

    snprintf(path, sizeof path, "/api/v1/subscribers/user%u@%s%s", who,
             plan_domain(home),
             a->kind == PLAN_DISMISS ? "/deregister"
             : a->kind == PLAN_PUSH  ? "/push"
                                     : "");
    snprintf(body, sizeof body, "{}");
    if (a->kind == PLAN_DISMISS)
        snprintf(body, sizeof body, "{\"reason\": \"%s\"}",
                 reasons[a->hold_s % 4]);
    if (a->kind == PLAN_EDIT) {
        snprintf(name, sizeof name, "User %u", a->hold_s);
        snprintf(body, sizeof body, "{\"name\": \"%s\"}", name);
        o.subscriber = who;
        o.name = name;
        o.method = "PATCH";
        o.type = "application/merge-patch+json";
    }
    o.path = path;
    o.body = body;
    wire_change(w->core.wire, who);
    core_order(&w->core, home, &o);
}

static void act(struct world *w, const struct plan_action *a)
{
    struct phone *p = &w->phones[a->phone];
    struct phone *other = &w->phones[a->other];

    if (!p->host) { /* a crashed phone is switched on again */
        switch_on(w, p);
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
    case PLAN_CANCELLED_CALL:
    case PLAN_PRECONDITIONS: call(w, a); break;
    case PLAN_FORWARD:
        phone_forward(p, a->other, 5 * a->hold_s * (int64_t)SECOND);
        break;
    case PLAN_MESSAGE: phone_message(p, other); break;
    case PLAN_REINVITE:
    case PLAN_HOLD: (void)phone_reinvite(p, a->kind == PLAN_HOLD); break;
    case PLAN_UPDATE: (void)phone_update(p); break;
    case PLAN_ROAM:
        note_gone(w, p);
        phone_roam(p, a->other + a->hold_s);
        break;
    case PLAN_DESYNC:
        phone_jump(p);
        if (p->status)
            phone_register(p, p->plan->expires);
        break;
    case PLAN_FLOOD: phone_flood(p, other, FLOOD); break;
    case PLAN_MALFORMED: phone_send_junk(p, other); break;
    case PLAN_CRASH: crash(w, p); break;
    case PLAN_DISMISS:
        if (w->plan->reg_event) /* nothing more of it passes, nor its ACK */
            note_gone(w, p);
        operate(w, a);
        break;
    case PLAN_PUSH:
    case PLAN_EDIT: operate(w, a); break;
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
    w->began_us = sim_clock(w->sim)->mono_us;
    for (unsigned i = 0; i < w->plan->phone_count; i++) {
        w->phones[i].refreshes = true;
        w->phones[i].always_picks = false;
    }
    for (unsigned i = 0; i < w->plan->action_count; i++) {
        const struct plan_action *a = &w->plan->actions[i];

        if (a->off || !world_is_there(w, a->phone))
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

        p->forward_until_us = 0;
        if (!p->host && world_is_there(w, i))
            switch_on(w, p);
    }
    sim_run_for(w->sim, 3 * SECOND);
    check_routes(w);
    for (unsigned i = 0; i < w->plan->phone_count; i++) {
        w->phones[i].refreshes = false;
        phone_hang_up_all(&w->phones[i]);
    }
    sim_run_for(w->sim, CALM_S * (int64_t)SECOND);
    for (unsigned i = 0; i < w->plan->phone_count; i++) {
        phone_hang_up_all(&w->phones[i]);
        w->phones[i].lossy = w->plan->tight; /* no wonder is left */
    }
    sim_run_for(w->sim, 70 * SECOND);
    if (plan_has_faults(w->plan))
        wire_excuse(w->core.wire);
}

/* ---- probe ----------------------------------------------------------------
 */

static bool may_register(const struct world *w, unsigned i)
{
    const struct plan_phone *p = &w->plan->phones[i];

    return !p->wrong && !p->barred && !p->off;
}

static void probe_registration(struct world *w)
{
    for (unsigned i = 0; i < w->plan->phone_count; i++) {
        struct phone *p = &w->phones[i];

        if (!world_is_there(w, i))
            continue;
        phone_register(p, PROBE_S);
        sim_run_for(w->sim, 1 * SECOND);
        if (may_register(w, i) && p->status != 200 && !w->plan->tight)
            core_break(&w->core, CHECK_SERVICE,
                       "when all is well again phone%u cannot register: %u", i,
                       p->status);
    }
}

static void probe_call(struct world *w, unsigned from, unsigned to)
{
    struct phone *a = &w->phones[from], *b = &w->phones[to];

    phone_message(a, b);
    sim_run_for(w->sim, 1 * SECOND);
    if (a->last_status != 200)
        core_break(&w->core, CHECK_SERVICE,
                   "a message of phone%u to phone%u gets %u", from, to,
                   a->last_status);
    phone_call(a, str_slice(&b->impu),
               (struct phone_wish){.hold_us = 10 * SECOND});
    sim_run_for(w->sim, 2 * SECOND);
    if (!phone_is_talking(a) || !phone_is_talking(b))
        core_break(&w->core, CHECK_SERVICE,
                   "a call of phone%u to phone%u gets %u", from, to,
                   a->last_status);
    else if (!phone_reinvite(b, false))
        core_break(&w->core, CHECK_SERVICE, "phone%u got no ACK", to);
    else {
        sim_run_for(w->sim, 1 * SECOND);
        if (b->last_status != 200)
            core_break(&w->core, CHECK_SERVICE, "re-INVITE of phone%u gets %u",
                       to, b->last_status);
    }
    sim_run_for(w->sim, 10 * SECOND);
    if (phone_is_talking(a) || phone_is_talking(b))
        core_break(&w->core, CHECK_SERVICE,
                   "the end of phone%u's call does not reach phone%u", from,
                   to);
}

/* A call with preconditions that is held, and one that is cancelled while it
 * rings. */
static void probe_early(struct world *w, unsigned from, unsigned to)
{
    struct phone *a = &w->phones[from], *b = &w->phones[to];

    phone_call(a, str_slice(&b->impu),
               (struct phone_wish){.hold_us = 4 * SECOND, .early = true});
    sim_run_for(w->sim, 3 * SECOND);
    if (!phone_is_talking(a) || !phone_reinvite(a, true))
        core_break(&w->core, CHECK_SERVICE,
                   "a call of phone%u to phone%u with preconditions gets %u",
                   from, to, a->last_status);
    sim_run_for(w->sim, 1 * SECOND);
    if (a->last_status != 200)
        core_break(&w->core, CHECK_SERVICE,
                   "phone%u cannot hold its call with phone%u: %u", from, to,
                   a->last_status);
    sim_run_for(w->sim, 2 * SECOND);
    phone_call(a, str_slice(&b->impu),
               (struct phone_wish){
                   .hold_us = 2 * SECOND, .cancels = true, .early = true});
    sim_run_for(w->sim, 3 * SECOND);
    if (a->last_status != 487)
        core_break(&w->core, CHECK_SERVICE,
                   "a call of phone%u to phone%u that it cancels gets %u", from,
                   to, a->last_status);
}

/* RFC 3261 8.1.3.4 */
static void probe_forward(struct world *w, unsigned from, unsigned by,
                          unsigned to)
{
    struct phone *a = &w->phones[from], *b = &w->phones[by];

    phone_forward(b, to, 2 * SECOND);
    phone_call(a, str_slice(&b->impu),
               (struct phone_wish){.hold_us = 5 * SECOND});
    sim_run_for(w->sim, 2 * SECOND);
    if (!phone_is_talking(a) || !phone_is_talking(&w->phones[to]))
        core_break(&w->core, CHECK_SERVICE,
                   "phone%u, forwarded by phone%u to phone%u, gets %u", from,
                   by, to, a->last_status);
    sim_run_for(w->sim, 4 * SECOND);
}

/* The last of the phones that share a subscriber is the one that is called. */
static bool is_last(const struct world *w, unsigned i)
{
    for (unsigned k = i + 1; k < w->plan->phone_count; k++)
        if (w->plan->phones[k].subscriber == w->plan->phones[i].subscriber &&
            world_is_there(w, k))
            return false;
    return true;
}

static void probe_calls(struct world *w)
{
    unsigned last = PLAN_PHONES, before = PLAN_PHONES;

    for (unsigned i = 0; i < w->plan->phone_count; i++)
        w->phones[i].always_picks = true;
    for (unsigned i = 0; i < w->plan->phone_count; i++) {
        if (!may_register(w, i) || !is_last(w, i))
            continue;
        if (last < PLAN_PHONES) {
            probe_call(w, last, i);
            probe_early(w, last, i);
        }
        if (before < PLAN_PHONES)
            probe_forward(w, before, last, i);
        before = last;
        last = i;
    }
}

static bool cycle(struct world *w, unsigned i)
{
    probe_registration(w);
    if (!w->plan->tight) {
        check_agreement(w);
        note_dialogs(w);
        probe_calls(w);
        check_dialogs(w);
        if (w->plan->reg_event)
            check_told(w);
    }
    sim_run_for(w->sim, QUIET_S * (int64_t)SECOND);
    check_nothing_under_way(w, "in the end");
    check_nothing_left(w);
    wire_settle(w->core.wire);
    return check_memory(w, i);
}

/* ---- all of it -----------------------------------------------------------
 */

struct world *world_open(const struct plan *p, bool verbose)
{
    struct world *w = mem_zalloc(sizeof *w);
    struct why why;

    w->plan = p;
    w->core.verbose = verbose;
    w->sim = sim_new(p->seed);
    sim_chop(w->sim, p->seed % 3 == 1);
    if (core_start(&w->core, p, w->sim, &why) != IMS_OK)
        core_break(&w->core, CHECK_STARTS, "no start: %s", why.text);
    else
        checks_begin(w);
    w->at_us = sim_clock(w->sim)->mono_us;
    for (unsigned i = 0; i < p->phone_count; i++) {
        phone_init(&w->phones[i], &w->core, &w->tally, i);
        w->phones[i].refreshes = true;
        w->phones[i].lossy = plan_has_faults(p);
    }
    return w;
}

void world_close(struct world *w, struct outcome *out)
{
    for (unsigned i = 0; i < w->plan->phone_count; i++)
        phone_fini(&w->phones[i]);
    core_stop(&w->core);
    *out = (struct outcome){.hash = w->hash ? w->hash : w->core.hash,
                            .entries = w->core.entries,
                            .virtual_us = sim_clock(w->sim)->mono_us - w->at_us,
                            .check = w->core.check,
                            .calls_seen_through = w->seen_through,
                            .ends_told = w->ends_told,
                            .tally = w->tally};
    memcpy(out->broken, w->core.broken, sizeof out->broken);
    sim_free(w->sim);
    free(w);
}

void world_run(const struct plan *p, bool verbose, struct outcome *out)
{
    struct world *w = world_open(p, verbose);

    if (!w->core.broken[0]) {
        for (unsigned i = 0; i < WORLD_CYCLES && !w->core.broken[0]; i++) {
            bool stands;

            if (i == 0 || !plan_has_faults(p)) {
                traffic(w);
                calm(w);
                check_nothing_under_way(w, "when it is calm");
            }
            stands = cycle(w, i);

            if (i == 1)
                w->hash = w->core.hash;
            if (stands)
                break;
        }
    }
    world_close(w, out);
}
