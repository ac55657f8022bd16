/* SPDX-License-Identifier: MIT
 *
 * All nodes of a topology in this process, on virtual time.
 */
#include "hss/role.h"
#include "hss/store.h"
#include "icscf/role.h"
#include "ladder/world.h"
#include "net/sim.h"
#include "node/feed.h"
#include "pcscf/role.h"
#include "scscf/role.h"
#include <stdio.h>

enum { SIM_NODES = 32 };

struct sim_node {
    struct world_sim *world;
    const struct topology_node *self;
    struct sim_host *host;
    struct node *node;
    struct record_cursor cursor;
    struct store *kept; /* keeps the HSS's database while the HSS is dead */
};

struct world_sim {
    struct world w;
    struct sim *sim;
    struct sim_host *phones;
    struct sim_node nodes[SIM_NODES];
    unsigned count;
    struct buf log;
};

static struct world_sim *sim_of(struct world *w)
{
    return container_of(w, struct world_sim, w);
}

static const struct node_role *role_of(const struct topology_node *n)
{
    switch (n->role) {
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

static void on_entry(void *ctx)
{
    struct sim_node *n = ctx;
    struct record_entry e;
    uint64_t missed;

    while (record_read(n->node->env.record, &n->cursor, &e, &missed))
        world_take(&n->world->w, n->self, &e);
}

static void on_log(void *ctx, enum log_level level, struct slice line)
{
    struct sim_node *n = ctx;

    buf_printf(&n->world->log, "%s: %s %.*s\n", n->self->name,
               log_level_name(level), SLICE_ARG(line));
}

static enum ims_err start(struct sim_node *n, struct why *why)
{
    struct node_options o = {
        .role = role_of(n->self),
        .topology = n->world->w.topology,
        .name = n->self->name,
        .sink = on_log,
        .ctx = n,
    };
    enum ims_err err;

    n->host = sim_host_new(n->world->sim, n->self->name);
    o.net = sim_host_net(n->host);
    n->cursor = (struct record_cursor){0};
    err = node_new(&o, &n->node, why);
    if (err == IMS_OK)
        record_watch(n->node->env.record, on_entry, n);
    return err;
}

static void kill_node(struct sim_node *n)
{
    if (!n->node)
        return;
    on_entry(n);
    record_watch(n->node->env.record, NULL, NULL);
    sim_host_kill(n->host);
    node_free(n->node);
    sim_host_free(n->host);
    n->node = NULL;
    n->host = NULL;
}

static struct sim_node *find(struct world *w, struct slice name,
                             struct why *why)
{
    struct world_sim *s = sim_of(w);

    for (unsigned i = 0; i < s->count; i++)
        if (slice_eq(slice_of(s->nodes[i].self->name), name))
            return &s->nodes[i];
    why_set(why, IMS_NOT_FOUND, "no node %.*s", SLICE_ARG(name));
    return NULL;
}

/* ---- what a ladder may do
 * ---------------------------------------------------- */

static void sim_run(struct world *w, int64_t us)
{
    sim_run_for(sim_of(w)->sim, us);
}

static enum ims_err sim_node_dies(struct world *w, struct slice name,
                                  struct why *why)
{
    struct sim_node *n = find(w, name, why);

    if (!n)
        return IMS_NOT_FOUND;
    kill_node(n);
    return IMS_OK;
}

static void on_drained(void *ctx)
{
    *(bool *)ctx = true;
}

static enum ims_err sim_node_stops(struct world *w, struct slice name,
                                   struct why *why)
{
    struct sim_node *n = find(w, name, why);
    bool drained = false;

    if (!n || !n->node)
        return why_set(why, IMS_NOT_FOUND, "%.*s does not run",
                       SLICE_ARG(name));
    node_drain(n->node, on_drained, &drained);
    for (unsigned i = 0; i < 1200 && !drained; i++)
        sim_run_for(sim_of(w)->sim, 100 * MSEC);
    if (!drained)
        return why_set(why, IMS_TIMEOUT, "%.*s does not stop", SLICE_ARG(name));
    kill_node(n);
    return IMS_OK;
}

static enum ims_err sim_node_starts(struct world *w, struct slice name,
                                    struct why *why)
{
    struct sim_node *n = find(w, name, why);

    return n ? start(n, why) : IMS_NOT_FOUND;
}

/* A rule for each pair of addresses that the two parties have. */
static unsigned addresses_of(struct world *w, struct slice name,
                             struct addr out[8])
{
    struct phone *p = world_phone(w, name);
    const struct topology_node *n = topology_find_node(w->topology, name);
    unsigned count = 0;

    if (p)
        out[count++] = p->local;
    for (unsigned i = 0; n && i < n->listener_count && count < 8; i++)
        out[count++] = n->listeners[i].at.addr;
    for (unsigned i = 0; i < count; i++)
        out[i].port = 0;
    return count;
}

static enum ims_err sim_link(struct world *w, const struct ladder_line *line,
                             struct why *why)
{
    struct sim *sim = sim_of(w)->sim;
    struct addr a[8], b[8];
    unsigned na = addresses_of(w, line->from, a);
    unsigned nb = addresses_of(w, line->to, b);

    if (!na || !nb)
        return why_set(why, IMS_NOT_FOUND, "no such party");
    if (!line->cut && !line->ppm && !line->delay_us) {
        sim_rules_clear(sim);
        return IMS_OK;
    }
    for (unsigned i = 0; i < 2; i++) {
        struct sim_rule rule = {.lose = line->ppm,
                                .delay_us =
                                    line->delay_us ? line->delay_us : 100,
                                .cut = line->cut};

        rule.from = i ? b[0] : a[0];
        rule.to = i ? a[0] : b[0];
        rule.from.transport = rule.to.transport = TRANSPORT_NONE;
        sim_rule_add(sim, &rule);
    }
    return IMS_OK;
}

struct answer {
    unsigned status;
    struct buf *body;
    struct feed *feed; /* the reader's end, ours; or NULL */
    bool done;
};

static void on_answer(void *ctx, const struct api_response *r)
{
    struct answer *a = ctx;

    a->status = r->status;
    buf_add(a->body, r->body);
    a->feed = r->feed;
    a->done = true;
}

/* What comes behind the head. */
static void read_feed(struct sim *sim, struct answer *a)
{
    char bytes[4096];
    size_t n;

    for (unsigned i = 0; i < 100 && feed_state(a->feed) == FEED_OPEN; i++) {
        sim_run_for(sim, 10 * MSEC);
        while ((n = feed_read(a->feed, bytes, sizeof(bytes))))
            buf_add(a->body, slice_at(bytes, n));
    }
    feed_leave(a->feed);
}

/* What is done by way of other nodes is answered after their last try. */
enum { ASK_MS = 60000, ASK_STEP_MS = 10 };

static enum ims_err sim_ask(struct world *w, struct slice name,
                            struct world_ask *ask, struct why *why)
{
    struct sim_node *n = find(w, name, why);
    struct answer a = {.body = ask->answer};
    struct slice rest = ask->path, head;
    struct api_request rq = {.who = {.role = API_ADMIN},
                             .method = ask->method,
                             .type = S("application/json"),
                             .body = ask->body};
    struct api_call *call;

    if (!n || !n->node)
        return why_set(why, IMS_UNREACHABLE, "%.*s does not run",
                       SLICE_ARG(name));
    slice_cut(&rest, '?', &head);
    rq.path = head;
    rq.query = rest;
    call = api_serve(n->node, &rq, on_answer, &a);
    for (unsigned ms = 0; ms < ASK_MS && !a.done; ms += ASK_STEP_MS)
        sim_run_for(sim_of(w)->sim, ASK_STEP_MS * MSEC);
    if (a.feed)
        read_feed(sim_of(w)->sim, &a);
    ask->status = a.status;
    if (a.done)
        return IMS_OK;
    api_abandon(call);
    return why_set(why, IMS_TIMEOUT, "the API does not answer");
}

static bool sim_world_free(struct world *w, struct buf *out)
{
    struct world_sim *s = sim_of(w);

    (void)out;
    for (unsigned i = 0; i < s->count; i++)
        kill_node(&s->nodes[i]);
    for (unsigned i = 0; i < s->count; i++)
        if (s->nodes[i].kept)
            store_close(s->nodes[i].kept);
    world_fini(w);
    if (s->phones) {
        sim_host_kill(s->phones);
        sim_host_free(s->phones);
    }
    sim_free(s->sim);
    buf_fini(&s->log);
    free(s);
    return true;
}

static enum ims_err start_all(struct world_sim *s, struct why *why)
{
    const struct topology *t = s->w.topology;

    for (unsigned i = 0; i < t->network_count; i++)
        for (unsigned k = 0; k < t->networks[i].node_count; k++) {
            struct sim_node *n = &s->nodes[s->count];
            enum ims_err err;

            if (s->count == SIM_NODES)
                return why_set(why, IMS_FULL, "too many nodes");
            *n =
                (struct sim_node){.world = s, .self = &t->networks[i].nodes[k]};
            s->count++;
            err = start(n, why);
            if (err == IMS_OK && n->self->role == TOPOLOGY_HSS)
                err = store_open(sim_host_net(s->phones), n->self->store,
                                 &n->kept, why);
            if (err != IMS_OK)
                return err;
        }
    return IMS_OK;
}

static enum ims_err fill_zone(struct world_sim *s, struct why *why)
{
    const struct ladder *l = s->w.ladder;
    enum ims_err err = IMS_OK;

    sim_dns_silent(s->sim, l->dns_is_silent);
    for (unsigned i = 0; i < l->zone_count && err == IMS_OK; i++)
        err = sim_dns_add(s->sim, l->zone[i], why);
    return err;
}

/* Until all are ready: subscribers imported, Diameter peers open. */
static enum ims_err wait_ready(struct world_sim *s, struct why *why)
{
    for (unsigned tries = 0; tries < 100; tries++) {
        unsigned ready = 0;

        sim_run_for(s->sim, 100 * MSEC);
        for (unsigned i = 0; i < s->count; i++)
            ready += node_is_ready(s->nodes[i].node, why);
        if (ready == s->count)
            return IMS_OK;
    }
    return IMS_TIMEOUT;
}

enum ims_err world_sim_new(const struct world_options *o, struct world **out,
                           struct why *why)
{
    static const struct world_ops ops = {
        .run = sim_run,
        .node_dies = sim_node_dies,
        .node_stops = sim_node_stops,
        .node_starts = sim_node_starts,
        .link = sim_link,
        .ask = sim_ask,
        .free = sim_world_free,
    };
    struct world_sim *s = mem_zalloc(sizeof *s);
    struct buf text;
    char store[64];
    enum ims_err err;

    s->w.ops = &ops;
    s->w.ladder = o->ladder;
    list_init(&s->w.phones);
    events_init(&s->w.events);
    buf_init(&s->log, 1 << 20);
    buf_init(&text, 1 << 20);
    s->sim = sim_new(o->seed);
    s->phones = sim_host_new(s->sim, "phones");
    s->w.net = sim_host_net(s->phones);
    s->w.began_us = sim_clock(s->sim)->wall_us;
    snprintf(store, sizeof store, "memory:%p-", (void *)s);
    err = world_read_topology(&s->w, o, "127.0.0", store, &text, why);
    if (err == IMS_OK)
        err = fill_zone(s, why);
    if (err == IMS_OK)
        err = start_all(s, why);
    if (err == IMS_OK)
        err = world_make_phones(&s->w, "127.0.0", why);
    if (err == IMS_OK)
        err = wait_ready(s, why);
    buf_fini(&text);
    if (err != IMS_OK) {
        sim_world_free(&s->w, NULL);
        return err;
    }
    *out = &s->w;
    return IMS_OK;
}
