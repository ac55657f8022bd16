/* SPDX-License-Identifier: MIT */
#include "worlds/core.h"

static struct core_node *hss_for(struct core *c, const struct plan_fault *f)
{
    return &c->nodes[core_hss(c, f->node % c->plan->network_count)];
}

/* The address of what a fault is about: a node, or a phone. */
static struct addr place_of(const struct core *c, const struct plan_fault *f)
{
    struct addr a;

    if (f->node < c->count) {
        a = c->nodes[f->node].self->listeners[0].at.addr;
        a.port = 0;
        a.transport = TRANSPORT_NONE;
        return a;
    }
    return (struct addr){
        .family = 4,
        .ip = {127, 0, 9,
               (uint8_t)(c->plan->phones[f->node - c->count].address + 1)}};
}

/* Both ways of an address. */
static void rule_both(struct core *c, const struct addr *a,
                      const struct sim_rule *like)
{
    struct sim_rule r = *like;

    r.from = *a;
    sim_rule_add(c->sim, &r);
    r.from = (struct addr){0};
    r.to = *a;
    sim_rule_add(c->sim, &r);
}

static void slow_hss(struct core *c, const struct plan_fault *f)
{
    struct sim_rule slow = {.delay_us = 2 * f->us};
    struct addr a = hss_for(c, f)->self->listeners[0].at.addr;

    a.port = 0;
    a.transport = TRANSPORT_NONE;
    rule_both(c, &a, &slow);
}

static void on_line(void *ctx, struct slice text)
{
    struct core *c = ctx;
    struct why why;

    if (sim_dns_add(c->sim, text, &why) != IMS_OK)
        core_break(c, CHECK_STARTS, "%s", why.text);
}

void core_zone(struct core *c)
{
    sim_dns_remove(c->sim, S(""));
    for (unsigned i = 0; c->plan->dns && i < c->plan->network_count; i++)
        plan_zone(c->plan, i, on_line, c);
}

/* ---- what holds ----------------------------------------------------------
 */

static void apply(struct core *c, const struct plan_fault *f)
{
    struct sim_rule all = {.delay_us = 100}, cut = {.cut = true};
    struct addr place = place_of(c, f);

    switch (f->kind) {
    case PLAN_LOSS: all.lose = f->ppm; break;
    case PLAN_DUPLICATES: all.duplicate = f->ppm; break;
    case PLAN_DISORDER: all.reorder = f->ppm; break;
    case PLAN_DELAY: all.jitter_us = f->us; break;
    case PLAN_CUT: rule_both(c, &place, &cut); return;
    case PLAN_SLOW_HSS: slow_hss(c, f); return;
    case PLAN_SLOW_DISK: sim_work_latency(c->sim, f->us); return;
    case PLAN_FULL_DISK: disk_full(c->disk, hss_for(c, f)->store, true); return;
    case PLAN_DNS_SILENT: sim_dns_silent(c->sim, true); return;
    case PLAN_DNS_SLOW: sim_dns_latency(c->sim, f->us); return;
    case PLAN_DNS_EMPTY: sim_dns_remove(c->sim, S("")); return;
    case PLAN_NODE_LOSES:
    case PLAN_NODE_DELAYS:
    case PLAN_NODE_DOUBLES:
    case PLAN_NODE_SWAPS:
    case PLAN_NODE_ANSWERS:
    case PLAN_NODE_DEAD:
    case PLAN_KILL:
    case PLAN_BUSY_HSS:
    case PLAN_SICK_HSS:
    case PLAN_BREAK:
    case PLAN_POWER:
    case PLAN_TROUBLES: return;
    }
    sim_rule_add(c->sim, &all);
}

static bool holds(const struct plan_fault *f, int64_t at_us)
{
    return !f->off && at_us >= f->at_us && at_us < f->until_us;
}

/* Narrow rules stand first: the first that matches counts. */
static bool is_narrow(const struct plan_fault *f)
{
    return f->kind == PLAN_CUT || f->kind == PLAN_SLOW_HSS;
}

static void clear(struct core *c)
{
    sim_rules_clear(c->sim);
    sim_work_latency(c->sim, 1 * MSEC);
    sim_dns_latency(c->sim, 1 * MSEC);
    sim_dns_silent(c->sim, false);
    core_zone(c);
    for (unsigned i = 0; i < c->plan->network_count; i++)
        disk_full(c->disk, c->nodes[core_hss(c, i)].store, false);
}

/* ---- what nodes are told, docs/faults.md --------------------------------- */

static struct core_node *told_node(struct core *c, const struct plan_fault *f)
{
    return &c->nodes[f->node % c->count];
}

static void print_rule(const struct core_node *n, const struct plan_fault *f,
                       struct buf *out)
{
    unsigned percent = f->ppm / 10000 + 1;
    bool is_hss = n->self->role == TOPOLOGY_HSS;

    switch (f->kind) {
    case PLAN_NODE_LOSES:
        buf_printf(out, "\"action\": \"loss\", \"percent\": %u", percent);
        break;
    case PLAN_NODE_DELAYS:
        buf_printf(out, "\"action\": \"delay\", \"delay\": \"%lldms\"",
                   (long long)(f->us / MSEC));
        break;
    case PLAN_NODE_DOUBLES:
        buf_str(out, "\"action\": \"duplicate\", \"protocol\": \"sip\"");
        break;
    case PLAN_NODE_SWAPS: buf_str(out, "\"action\": \"reorder\""); break;
    case PLAN_NODE_ANSWERS:
        buf_printf(out,
                   "\"action\": \"answer\", \"answer\": %u, "
                   "\"protocol\": \"%s\", \"percent\": %u",
                   is_hss ? 3004 : 503, is_hss ? "diameter" : "sip", percent);
        break;
    default: buf_str(out, "\"action\": \"dead\""); break;
    }
}

static void on_told(void *ctx, const struct api_response *r)
{
    unsigned *status = ctx;

    *status = r->status;
}

/* The name of a fault is the time at which it begins. */
static void tell_node(struct core *c, const struct plan_fault *f)
{
    struct core_node *n = told_node(c, f);
    struct api_request rq = {.who = {.role = API_ADMIN, .name = S("operator")},
                             .method = S("POST"),
                             .path = S("/api/v1/faults"),
                             .type = S("application/json")};
    unsigned status = 0;
    struct buf body;

    if (!n->node)
        return;
    buf_init(&body, 1000);
    buf_printf(&body, "{\"name\": \"at-%lld\", ", (long long)f->at_us);
    print_rule(n, f, &body);
    buf_str(&body, "}");
    rq.body = buf_slice(&body);
    api_serve(n->node, &rq, on_told, &status);
    if (status != 201)
        core_break(c, CHECK_STARTS, "%s answers %u to %.*s", n->self->name,
                   status, SLICE_ARG(rq.body));
    buf_fini(&body);
}

/* One that died meanwhile has forgotten it. */
static void untell_node(struct core *c, const struct plan_fault *f)
{
    struct core_node *n = told_node(c, f);
    struct api_request rq = {.who = {.role = API_ADMIN, .name = S("operator")},
                             .method = S("DELETE")};
    unsigned status = 0;
    struct buf path;

    if (!n->node)
        return;
    buf_init(&path, 100);
    buf_printf(&path, "/api/v1/faults/at-%lld", (long long)f->at_us);
    rq.path = buf_slice(&path);
    api_serve(n->node, &rq, on_told, &status);
    if (status != 204 && status != 404)
        core_break(c, CHECK_STARTS, "%s answers %u to a fault's end",
                   n->self->name, status);
    buf_fini(&path);
}

/* ---- what begins and ends ------------------------------------------------
 */

static void begin(struct core *c, const struct plan_fault *f)
{
    struct addr place = place_of(c, f);

    if (f->kind == PLAN_BREAK)
        sim_break_streams(c->sim, &place);
    if (f->kind == PLAN_POWER)
        disk_stop_after(c->disk, hss_for(c, f)->store, f->ppm % 50 + 1);
    if (f->kind >= PLAN_ON_PURPOSE)
        tell_node(c, f);
}

static void end(struct core *c, const struct plan_fault *f)
{
    if (f->kind >= PLAN_ON_PURPOSE)
        untell_node(c, f);
    if (f->kind != PLAN_POWER)
        return;
    core_kill(c, core_hss(c, f->node % c->plan->network_count), true);
    disk_stop_after(c->disk, hss_for(c, f)->store, 0);
}

static void turn(struct core *c, int64_t at_us)
{
    for (unsigned i = 0; i < c->plan->fault_count; i++) {
        const struct plan_fault *f = &c->plan->faults[i];
        bool now = holds(f, at_us);

        if (now && !c->begun[i])
            begin(c, f);
        if (!now && c->begun[i])
            end(c, f);
        c->begun[i] = now;
    }
}

/* ---- who is alive, and as what ------------------------------------------- */

static void live(struct core *c, int64_t at_us)
{
    bool dead[PLAN_NODES] = {false};
    enum core_guise guise[PLAN_NODES] = {CORE_ITSELF};

    for (unsigned i = 0; i < c->plan->fault_count; i++) {
        const struct plan_fault *f = &c->plan->faults[i];
        unsigned hss = core_hss(c, f->node % c->plan->network_count);

        if (!holds(f, at_us))
            continue;
        if (f->kind == PLAN_KILL && f->node < c->count)
            dead[f->node] = true;
        if (f->kind == PLAN_BUSY_HSS)
            guise[hss] = CORE_BUSY;
        if (f->kind == PLAN_SICK_HSS)
            guise[hss] = CORE_SICK;
    }
    for (unsigned i = 0; i < c->count; i++) {
        if (dead[i] || guise[i] != c->nodes[i].guise)
            core_kill(c, i, false);
        if (!dead[i])
            core_revive(c, i, guise[i]);
    }
}

void core_trouble(struct core *c, int64_t at_us)
{
    clear(c);
    for (unsigned pass = 0; pass < 2; pass++)
        for (unsigned i = 0; i < c->plan->fault_count; i++)
            if (holds(&c->plan->faults[i], at_us) &&
                is_narrow(&c->plan->faults[i]) == (pass == 0))
                apply(c, &c->plan->faults[i]);
    turn(c, at_us);
    live(c, at_us);
}
