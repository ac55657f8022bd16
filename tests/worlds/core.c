/* SPDX-License-Identifier: MIT */
#include "worlds/core.h"
#include "hss/role.h"
#include "icscf/role.h"
#include "pcscf/role.h"
#include "scscf/role.h"
#include <stdarg.h>
#include <stdio.h>

enum { TEXT = 1 << 20 };

void core_break(struct core *c, const char *fmt, ...)
{
    va_list ap;

    if (c->broken[0])
        return;
    va_start(ap, fmt);
    vsnprintf(c->broken, sizeof c->broken, fmt, ap);
    va_end(ap);
}

/* ---- what nodes tell ------------------------------------------------------
 */

/* FNV-1a: the same on every machine. */
static void mix(struct core *c, const void *bytes, size_t n)
{
    const uint8_t *p = bytes;

    for (size_t i = 0; i < n; i++)
        c->hash = (c->hash ^ p[i]) * 0x100000001b3u;
}

static void show(const struct core_node *n, const struct record_entry *e)
{
    static const char *const arrows[] = {"<-", "->", "drops", "says"};
    struct slice rest = e->bytes, line = {0};
    char remote[ADDR_TEXT_MAX];

    if (e->kind == RECORD_SAYS || e->kind == RECORD_DROP)
        line = e->says;
    else if (e->proto == RECORD_SIP)
        slice_cut(&rest, '\r', &line);
    else
        line = S("Diameter");
    printf("%12.6f %-10s %s %s %.*s [%.*s]\n", (double)e->mono_us / SECOND,
           n->self->name, arrows[e->kind],
           e->kind == RECORD_SAYS ? e->proc : addr_text(&e->remote, remote),
           SLICE_ARG(line), SLICE_ARG(e->about.call));
}

static void on_entry(void *ctx)
{
    struct core_node *n = ctx;
    struct record_entry e;
    uint64_t missed;

    while (record_read(n->node->env.record, &n->cursor, &e, &missed)) {
        struct slice text = e.says.n ? e.says : e.bytes;

        n->core->entries++;
        mix(n->core, n->self->name, strlen(n->self->name));
        mix(n->core, &e.mono_us, sizeof e.mono_us);
        mix(n->core, text.p, text.n);
        if (e.kind == RECORD_SAYS && slice_find(e.says, S("forgotten")) >= 0)
            core_break(n->core, "%s forgot an answer to call %.*s",
                       n->self->name, SLICE_ARG(e.about.call));
        if (n->core->verbose)
            show(n, &e);
    }
}

static void on_log(void *ctx, enum log_level level, struct slice line)
{
    struct core_node *n = ctx;

    if (slice_find(line, S("forgotten answer")) >= 0)
        core_break(n->core, "%s: %.*s", n->self->name, SLICE_ARG(line));
    if (n->core->verbose)
        printf("%s: %s %.*s\n", n->self->name, log_level_name(level),
               SLICE_ARG(line));
}

/* ---- one node -------------------------------------------------------------
 */

static const struct node_role *role_of(enum topology_role role)
{
    switch (role) {
    case TOPOLOGY_PCSCF: return &pcscf_role;
    case TOPOLOGY_ICSCF: return &icscf_role;
    case TOPOLOGY_SCSCF: return &scscf_role;
    case TOPOLOGY_HSS: return &hss_role;
    case TOPOLOGY_AS:
    case TOPOLOGY_OTHER:
    case TOPOLOGY_DASHBOARD: break;
    }
    return NULL;
}

static enum ims_err start(struct core_node *n, struct why *why)
{
    struct node_options o = {
        .role = role_of(n->self->role),
        .topology = n->core->topology,
        .name = n->self->name,
        .sink = on_log,
        .ctx = n,
    };
    enum ims_err err;

    n->host = sim_host_new(n->core->sim, n->self->name);
    o.net = sim_host_net(n->host);
    n->cursor = (struct record_cursor){0};
    err = node_new(&o, &n->node, why);
    if (err == IMS_OK)
        record_watch(n->node->env.record, on_entry, n);
    return err;
}

static void end(struct core_node *n)
{
    if (n->node) {
        on_entry(n);
        record_watch(n->node->env.record, NULL, NULL);
        sim_host_kill(n->host);
        node_free(n->node);
        n->node = NULL;
    }
    if (n->host)
        sim_host_free(n->host);
    n->host = NULL;
}

void core_kill(struct core *c, unsigned node)
{
    end(&c->nodes[node]);
}

void core_revive(struct core *c, unsigned node)
{
    struct why why;

    if (!c->nodes[node].node && start(&c->nodes[node], &why) != IMS_OK)
        core_break(c, "%s does not start again: %s", c->nodes[node].self->name,
                   why.text);
}

/* ---- faults ---------------------------------------------------------------
 */

static void cut(struct core *c, const struct core_node *n)
{
    struct sim_rule from = {.cut = true}, to = {.cut = true};

    from.from = n->self->listeners[0].at.addr;
    from.from.port = 0;
    from.from.transport = TRANSPORT_NONE;
    to.to = from.from;
    sim_rule_add(c->sim, &from);
    sim_rule_add(c->sim, &to);
}

static void apply(struct core *c, const struct plan_fault *f)
{
    struct sim_rule all = {.delay_us = 100};

    switch (f->kind) {
    case PLAN_LOSS: all.lose = f->ppm; break;
    case PLAN_DUPLICATES: all.duplicate = f->ppm; break;
    case PLAN_DISORDER: all.reorder = f->ppm; break;
    case PLAN_DELAY: all.jitter_us = f->us; break;
    case PLAN_CUT: cut(c, &c->nodes[f->node]); return;
    case PLAN_SLOW_DISK: sim_work_latency(c->sim, f->us); return;
    case PLAN_DNS: sim_dns_silent(c->sim, true); return;
    case PLAN_KILL: core_kill(c, f->node); return;
    case PLAN_TROUBLES: return;
    }
    sim_rule_add(c->sim, &all);
}

/* Cuts stand first: the first rule that matches counts. */
void core_trouble(struct core *c, int64_t at_us)
{
    bool dead[PLAN_NODES] = {false};

    sim_rules_clear(c->sim);
    sim_work_latency(c->sim, 1 * MSEC);
    sim_dns_silent(c->sim, false);
    for (unsigned pass = 0; pass < 2; pass++)
        for (unsigned i = 0; i < c->plan->fault_count; i++) {
            const struct plan_fault *f = &c->plan->faults[i];

            if (f->off || at_us < f->at_us || at_us >= f->until_us ||
                (f->kind == PLAN_CUT) != (pass == 0))
                continue;
            dead[f->node] |= f->kind == PLAN_KILL;
            apply(c, f);
        }
    for (unsigned i = 0; i < c->count; i++)
        if (!dead[i])
            core_revive(c, i);
}

/* ---- questions ------------------------------------------------------------
 */

uint64_t core_figure(struct core_node *n, const char *key)
{
    struct slice rest;
    struct buf text;
    struct json j;
    char quoted[64];
    uint64_t value = 0;
    ssize_t at;

    buf_init(&text, TEXT);
    json_init(&j, &text);
    node_dump(n->node, &j);
    snprintf(quoted, sizeof quoted, "\"%s\":", key);
    at = slice_find(buf_slice(&text), slice_of(quoted));
    if (at >= 0) {
        rest = slice_trim(
            slice_from(buf_slice(&text), (size_t)at + strlen(quoted)));
        for (size_t i = 0; i < rest.n && rest.p[i] >= '0' && rest.p[i] <= '9';
             i++)
            value = 10 * value + (uint64_t)(rest.p[i] - '0');
    }
    buf_fini(&text);
    return value;
}

struct answer {
    unsigned status;
    struct buf *body;
    bool done;
};

static void on_answer(void *ctx, const struct api_response *r)
{
    struct answer *a = ctx;

    a->status = r->status;
    buf_add(a->body, r->body);
    a->done = true;
}

static unsigned ask(struct core_node *n, const struct api_request *rq,
                    struct buf *body)
{
    struct answer a = {.body = body};

    api_serve(n->node, rq, on_answer, &a);
    for (unsigned i = 0; i < 1000 && !a.done; i++)
        sim_run_for(n->core->sim, 1 * MSEC);
    return a.status;
}

bool core_get(struct core_node *n, const char *path, struct buf *body)
{
    struct api_request rq = {
        .who = {.role = API_ADMIN}, .method = S("GET"), .path = slice_of(path)};

    return ask(n, &rq, body) == 200;
}

/* ---- all of them ----------------------------------------------------------
 */

static enum ims_err start_all(struct core *c, struct why *why)
{
    struct buf text, errors;
    enum ims_err err;

    buf_init(&text, TEXT);
    buf_init(&errors, TEXT);
    plan_topology(c->plan, "memory:worlds", &text);
    err =
        topology_parse(buf_slice(&text), "random.yaml", &c->topology, &errors);
    if (err != IMS_OK)
        why_set(why, err, "%.*s", SLICE_ARG(buf_slice(&errors)));
    for (unsigned i = 0; !err && i < c->topology->network_count; i++)
        for (unsigned k = 0; !err && k < c->topology->networks[i].node_count;
             k++) {
            struct core_node *n = &c->nodes[c->count++];

            n->core = c;
            n->self = &c->topology->networks[i].nodes[k];
            err = start(n, why);
            if (err == IMS_OK && n->self->role == TOPOLOGY_HSS)
                err = store_open(sim_host_net(c->keeper), n->self->store,
                                 &n->kept, why);
        }
    buf_fini(&text);
    buf_fini(&errors);
    return err;
}

static struct core_node *hss_of(struct core *c, unsigned network)
{
    for (unsigned i = 0; i < c->count; i++)
        if (c->nodes[i].self->role == TOPOLOGY_HSS &&
            c->nodes[i].self->network == &c->topology->networks[network])
            return &c->nodes[i];
    return NULL;
}

static enum ims_err provision(struct core *c, struct why *why)
{
    enum ims_err err = IMS_OK;

    for (unsigned i = 0; i < c->plan->phone_count && err == IMS_OK; i++) {
        struct api_request rq = {.who = {.role = API_ADMIN},
                                 .method = S("POST"),
                                 .path = S("/api/v1/subscribers"),
                                 .type = S("application/json")};
        struct buf body, answer;

        buf_init(&body, TEXT);
        buf_init(&answer, TEXT);
        if (plan_subscriber(c->plan, i, &body)) {
            rq.body = buf_slice(&body);
            if (ask(hss_of(c, c->plan->phones[i].network), &rq, &answer) != 201)
                err = why_set(why, IMS_CONFIG, "%.*s: %.*s",
                              SLICE_ARG(buf_slice(&body)),
                              SLICE_ARG(buf_slice(&answer)));
        }
        buf_fini(&body);
        buf_fini(&answer);
    }
    return err;
}

static enum ims_err wait_ready(struct core *c, struct why *why)
{
    for (unsigned tries = 0; tries < 100; tries++) {
        unsigned ready = 0;

        sim_run_for(c->sim, 100 * MSEC);
        for (unsigned i = 0; i < c->count; i++)
            ready += node_is_ready(c->nodes[i].node, why);
        if (ready == c->count)
            return IMS_OK;
    }
    return IMS_TIMEOUT;
}

enum ims_err core_start(struct core *c, const struct plan *p, struct sim *sim,
                        struct why *why)
{
    enum ims_err err;

    *c = (struct core){.plan = p,
                       .sim = sim,
                       .hash = 0xcbf29ce484222325u,
                       .verbose = c->verbose};
    c->keeper = sim_host_new(sim, "keeper");
    err = start_all(c, why);
    if (err == IMS_OK)
        err = wait_ready(c, why);
    if (err == IMS_OK)
        err = provision(c, why);
    return err;
}

void core_stop(struct core *c)
{
    for (unsigned i = 0; i < c->count; i++)
        end(&c->nodes[i]);
    for (unsigned i = 0; i < c->count; i++)
        if (c->nodes[i].kept)
            store_close(c->nodes[i].kept);
    sim_host_kill(c->keeper);
    sim_host_free(c->keeper);
    if (c->topology)
        topology_free(c->topology);
}
