/* SPDX-License-Identifier: MIT */
#include "worlds/core.h"
#include "hss/role.h"
#include "icscf/role.h"
#include "pcscf/role.h"
#include "scscf/role.h"
#include "worlds/wire.h"
#include <stdarg.h>
#include <stdio.h>

enum { TEXT = 1 << 20 };

const char *check_name(enum check c)
{
    static const char *const names[CHECKS] = {
#define CHECK(id, word, sentence) [CHECK_##id] = word,
#include "worlds/words.def"
    };

    return names[c];
}

const char *check_sentence(enum check c)
{
    static const char *const sentences[CHECKS] = {
#define CHECK(id, word, sentence) [CHECK_##id] = sentence,
#include "worlds/words.def"
    };

    return sentences[c];
}

void core_break(struct core *c, enum check check, const char *fmt, ...)
{
    struct buf b;
    va_list ap;

    if (c->broken[0])
        return;
    c->check = check;
    buf_over(&b, c->broken, sizeof c->broken - 1);
    buf_printf(&b, "%s: ", check_name(check));
    va_start(ap, fmt);
    buf_vprintf(&b, fmt, ap);
    va_end(ap);
    c->broken[b.n] = '\0';
    if (c->verbose)
        printf("BROKEN %s\n", c->broken);
}

/* ---- what nodes tell ------------------------------------------------------
 */

/* FNV-1a: the same on every machine. */
void core_mix(struct core *c, const void *bytes, size_t n)
{
    const uint8_t *p = bytes;

    for (size_t i = 0; i < n; i++)
        c->hash = (c->hash ^ p[i]) * 0x100000001b3u;
}

static void mix_time(struct core *c, int64_t us)
{
    uint8_t bytes[8];

    for (unsigned i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(us >> (8 * i));
    core_mix(c, bytes, sizeof bytes);
}

static void show(const struct core_node *n, const struct record_entry *e)
{
    static const char *const arrows[] = {"<-", "->", "drops", "loses", "says"};
    struct slice rest = e->bytes, line = {0};
    char remote[ADDR_TEXT_MAX];

    if (e->kind == RECORD_SAYS || e->kind == RECORD_DROP ||
        e->kind == RECORD_LOST)
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
        core_mix(n->core, n->self->name, strlen(n->self->name));
        mix_time(n->core, e.mono_us);
        core_mix(n->core, text.p, text.n);
        if (e.kind == RECORD_SAYS && slice_find(e.says, S("forgotten")) >= 0)
            core_break(n->core, CHECK_FORGOTTEN,
                       "%s forgot an answer to call %.*s", n->self->name,
                       SLICE_ARG(e.about.call));
        if (n->core->verbose)
            show(n, &e);
    }
}

static void on_log(void *ctx, enum log_level level, struct slice line)
{
    struct core_node *n = ctx;

    if (slice_find(line, S("forgotten answer")) >= 0)
        core_break(n->core, CHECK_FORGOTTEN, "%s: %.*s", n->self->name,
                   SLICE_ARG(line));
    if (n->core->verbose)
        printf("%s: %s %.*s\n", n->self->name, log_level_name(level),
               SLICE_ARG(line));
}

/* ---- one node -------------------------------------------------------------
 */

static const struct node_role *role_of(const struct core_node *n)
{
    switch (n->self->role) {
    case TOPOLOGY_PCSCF: return &pcscf_role;
    case TOPOLOGY_ICSCF: return &icscf_role;
    case TOPOLOGY_SCSCF: return &scscf_role;
    case TOPOLOGY_HSS:
        return n->guise == CORE_BUSY   ? &busy_hss_role
               : n->guise == CORE_SICK ? &sick_hss_role
                                       : &hss_role;
    case TOPOLOGY_AS:
    case TOPOLOGY_OTHER:
    case TOPOLOGY_DASHBOARD: break;
    }
    return NULL;
}

static const struct topology *topology_of(const struct core_node *n)
{
    struct core *c = n->core;

    for (unsigned i = 0; i < PLAN_NETWORKS; i++)
        for (unsigned k = 0;
             c->topologies[i] && k < c->topologies[i]->network_count; k++)
            if (n->self->network == &c->topologies[i]->networks[k])
                return c->topologies[i];
    return NULL;
}

static enum ims_err start(struct core_node *n, struct why *why)
{
    struct node_options o = {
        .role = role_of(n),
        .topology = topology_of(n),
        .name = n->self->name,
        .sink = on_log,
        .ctx = n,
    };
    enum ims_err err;

    n->host = sim_host_new(n->core->sim, n->self->name);
    n->lives++;
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

/* What its disk has is settled before the store is closed in peace. */
void core_kill(struct core *c, unsigned node, bool power)
{
    struct core_node *n = &c->nodes[node];

    if (!n->node)
        return;
    if (n->self->role == TOPOLOGY_HSS && n->guise == CORE_ITSELF)
        disk_stop(c->disk, n->store, power);
    n->died_us = sim_clock(c->sim)->mono_us;
    end(n);
}

void core_revive(struct core *c, unsigned node, enum core_guise guise)
{
    struct core_node *n = &c->nodes[node];
    struct why why;

    if (n->node)
        return;
    n->guise = guise;
    if (start(n, &why) != IMS_OK) {
        core_break(c, CHECK_STARTS, "%s does not start again: %s",
                   n->self->name, why.text);
        end(n);
    } else if (n->self->role == TOPOLOGY_HSS && guise == CORE_ITSELF)
        wire_check_durable(c->wire, n);
}

unsigned core_hss(const struct core *c, unsigned network)
{
    unsigned seen = 0;

    for (unsigned i = 0; i < c->count; i++)
        if (c->nodes[i].self->role == TOPOLOGY_HSS && seen++ == network)
            return i;
    return 0;
}

struct core_node *core_node_at(struct core *c, const struct addr *a)
{
    for (unsigned i = 0; i < c->count; i++)
        if (addr_eq_ip(&c->nodes[i].self->listeners[0].at.addr, a))
            return &c->nodes[i];
    return NULL;
}

/* ---- questions ------------------------------------------------------------
 */

static bool find_figure(struct core_node *n, const char *key, uint64_t *out)
{
    struct slice rest;
    struct buf text;
    struct json j;
    char quoted[64];
    ssize_t at;

    *out = 0;
    if (!n->node) /* it did not start again */
        return false;
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
            *out = 10 * *out + (uint64_t)(rest.p[i] - '0');
    }
    buf_fini(&text);
    return at >= 0;
}

uint64_t core_figure(struct core_node *n, const char *key)
{
    uint64_t value;

    find_figure(n, key, &value);
    return value;
}

static bool may_keep(const struct core_node *n, const char *key, bool trusted)
{
    return n->self->role == TOPOLOGY_HSS && !trusted &&
           strcmp(key, "registered_sets") == 0;
}

/* Early dialogs of a fork's other branches have gone by their time, nonces and
 * the dialogs in which nobody said BYE with the registration. */
void core_check_left(struct core *c, bool trusted)
{
    static const char *const keys[] = {"contacts",
                                       "registered",
                                       "bindings",
                                       "registered_sets",
                                       "challenges",
                                       "dialogs",
                                       "subscriptions",
                                       "store_writes_waiting",
                                       "transactions",
                                       "requests_in_progress",
                                       "imports_in_progress",
                                       "ends_to_tell"};

    for (unsigned k = 0; k < sizeof keys / sizeof *keys; k++) {
        bool told = false;

        for (unsigned i = 0; i < c->count; i++) {
            struct core_node *n = &c->nodes[i];
            uint64_t left;

            told |= find_figure(n, keys[k], &left);
            if (left && !may_keep(n, keys[k], trusted))
                core_break(c, CHECK_LEFT_OVER, "in the end %s has %llu %s",
                           n->self->name, (unsigned long long)left, keys[k]);
        }
        if (!told)
            core_break(c, CHECK_LEFT_OVER, "no node tells of its %s", keys[k]);
    }
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

    return n->node && ask(n, &rq, body) == 200;
}

struct order {
    struct core *core;
    unsigned subscriber;
    uint64_t turn; /* of its names; 0: it gives none */
    char name[32];
};

static void on_order(void *ctx, const struct api_response *r)
{
    struct order *o = ctx;
    struct core *c = o->core;

    c->orders--;
    if (c->verbose)
        printf("operator: %u %.*s\n", r->status, SLICE_ARG(r->body));
    if (o->turn && r->status == 200)
        wire_renamed(c->wire, o->subscriber, o->turn, o->name);
    free(o);
}

/* One whose HSS dies is answered as that goes. */
void core_order(struct core *c, unsigned network, const struct core_order *o)
{
    struct core_node *n = &c->nodes[core_hss(c, network)];
    struct api_request rq = {.who = {.role = API_ADMIN, .name = S("operator")},
                             .method = slice_of(o->method),
                             .path = slice_of(o->path),
                             .type = slice_of(o->type),
                             .body = slice_of(o->body)};

    struct order *order;

    if (!n->node || n->guise != CORE_ITSELF)
        return;
    order = mem_zalloc(sizeof *order);
    *order = (struct order){.core = c, .subscriber = o->subscriber};
    if (o->name) {
        order->turn = wire_rename(c->wire, o->subscriber);
        snprintf(order->name, sizeof order->name, "%s", o->name);
    }
    c->orders++;
    api_serve(n->node, &rq, on_order, order);
}

/* ---- all of them ----------------------------------------------------------
 */

static enum ims_err read_topology(struct core *c, unsigned network,
                                  struct topology **out, struct why *why)
{
    struct buf text, errors;
    enum ims_err err;

    buf_init(&text, TEXT);
    buf_init(&errors, TEXT);
    plan_topology(c->plan, network, &text);
    err = topology_parse(buf_slice(&text), "random.yaml", out, &errors);
    if (err != IMS_OK)
        why_set(why, err, "%.*s", SLICE_ARG(buf_slice(&errors)));
    buf_fini(&text);
    buf_fini(&errors);
    return err;
}

static enum ims_err start_network(struct core *c,
                                  const struct topology_network *network,
                                  struct why *why)
{
    enum ims_err err = IMS_OK;

    for (unsigned i = 0; !err && i < network->node_count; i++) {
        struct core_node *n = &c->nodes[c->count++];

        n->core = c;
        n->self = &network->nodes[i];
        if (n->self->role == TOPOLOGY_HSS)
            snprintf(n->store, sizeof n->store, "/%s",
                     strrchr(n->self->store, ':') + 1);
        err = start(n, why);
    }
    return err;
}

static enum ims_err start_all(struct core *c, struct why *why)
{
    unsigned parts = c->plan->dns ? c->plan->network_count : 1;
    enum ims_err err = IMS_OK;

    for (unsigned i = 0; !err && i < parts; i++) {
        err = read_topology(c, c->plan->dns ? i : PLAN_EACH, &c->topologies[i],
                            why);
        for (unsigned k = 0; !err && k < c->topologies[i]->network_count; k++)
            err = start_network(c, &c->topologies[i]->networks[k], why);
    }
    return err;
}

static enum ims_err provision(struct core *c, struct why *why)
{
    enum ims_err err = IMS_OK;

    for (unsigned i = 0; i < c->plan->phone_count && err == IMS_OK; i++) {
        struct api_request rq = {.who = {.role = API_ADMIN},
                                 .method = S("POST"),
                                 .path = S("/api/v1/subscribers"),
                                 .type = S("application/json")};
        unsigned hss = core_hss(c, c->plan->phones[i].network);
        struct buf body, answer;

        buf_init(&body, TEXT);
        buf_init(&answer, TEXT);
        if (plan_subscriber(c->plan, i, &body)) {
            rq.body = buf_slice(&body);
            if (ask(&c->nodes[hss], &rq, &answer) != 201)
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
                       .disk = disk_new(p->seed),
                       .image = c->image,
                       .hash = 0xcbf29ce484222325u,
                       .verbose = c->verbose};
    c->wire = wire_new(c);
    core_zone(c);
    if (c->image)
        disk_image_put(c->image, c->disk);
    err = start_all(c, why);
    if (err == IMS_OK)
        err = wait_ready(c, why);
    if (err == IMS_OK && !c->image)
        err = provision(c, why);
    return err;
}

static void end_all(struct core *c)
{
    for (unsigned i = 0; i < c->count; i++)
        end(&c->nodes[i]);
}

void core_stop(struct core *c)
{
    end_all(c);
    disk_free(c->disk);
    wire_free(c->wire);
    for (unsigned i = 0; i < PLAN_NETWORKS; i++)
        if (c->topologies[i])
            topology_free(c->topologies[i]);
}

struct disk_image *core_stop_image(struct core *c)
{
    struct disk_image *image;

    end_all(c);
    image = disk_image_take(c->disk);
    core_stop(c);
    return image;
}
