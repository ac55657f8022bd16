/* SPDX-License-Identifier: MIT */
#include "imsbox/dashboard/hub.h"
#include "base/mem.h"
#include "imsbox/dashboard/doctor/api.h"
#include "imsbox/dashboard/doctor/doctor.h"
#include "imsbox/dashboard/faults.h"
#include "imsbox/dashboard/network.h"
#include "imsbox/dashboard/pages.h"
#include "imsbox/dashboard/pass.h"
#include "imsbox/dashboard/registrations.h"
#include "imsbox/dashboard/reset.h"
#include "imsbox/dashboard/survey.h"
#include "imsbox/dashboard/trace_api.h"
#include "imsbox/dashboard/viewers.h"
#include "node/readings.h"

enum {
    TICK_US = 100 * MSEC,
    BEHIND_US = 250 * MSEC, /* so that all nodes' entries are there */
    KEEP_US = 5 * SECOND,   /* how late the other copy may come */
};

/* ---- what the nodes tell ------------------------------------------------- */

static void on_entry(void *ctx, struct watch *w, const struct wire_entry *e)
{
    struct hub *h = ctx;

    story_take(h->story, w->number, e);
}

static void on_missed(void *ctx, struct watch *w, uint64_t count)
{
    struct hub *h = ctx;

    story_missed(h->story, count);
    log_at(h->node->env.log, LOG_NOTICE,
           "%s: %llu entries of its record were overwritten unread",
           w->at->node->name, (unsigned long long)count);
}

static void on_change(void *ctx, struct watch *w)
{
    struct hub *h = ctx;
    struct slice text = str_slice(&w->status);
    json_t *status = text.n ? json_loadb(text.p, text.n, 0, NULL) : NULL;

    story_note_alive(h->story, w->number, w->state == WATCH_ALIVE);
    viewers_note_change(h->viewers, w);
    doctor_note_faults(h->doctor, w->number, json_object_get(status, "faults"),
                       h->node->env.clock->wall_us);
    json_decref(status);
}

static const struct watch_handler handler = {on_entry, on_missed, on_change};

/* What has a time before this is there from all nodes. */
static int64_t horizon(const struct hub *h)
{
    int64_t until = h->node->env.clock->wall_us - BEHIND_US;

    for (unsigned i = 0; i < h->site.node_count; i++) {
        int64_t own = watch_horizon(&h->watches[i]);

        until = own < until ? own : until;
    }
    return until;
}

static void on_tick(void *ctx)
{
    struct hub *h = ctx;
    uint64_t last = story_last(h->story);
    int64_t until = horizon(h);
    const struct told *t;

    timer_start(h->node->env.timers, &h->tick, TICK_US, on_tick, h);
    story_tell(h->story, until, h->node->env.clock->wall_us - KEEP_US);
    for (t = story_behind(h->story, last); t; t = story_next(h->story, t)) {
        links_count(&h->links, h->story, t);
        doctor_note(h->doctor, t);
        survey_note(h->survey, t);
    }
    doctor_turn(h->doctor, until);
    viewers_tick(h->viewers);
}

/* ---- life ---------------------------------------------------------------- */

struct watch *hub_watch(struct hub *h, struct slice name)
{
    for (unsigned i = 0; i < h->site.node_count; i++)
        if (slice_eq_nocase(slice_of(h->watches[i].at->node->name), name))
            return &h->watches[i];
    return NULL;
}

static bool needs_token(const struct topology *t, const struct topology_node *n)
{
    const struct topology_listener *l =
        topology_listener_of(n, TOPOLOGY_ADMIN, TRANSPORT_NONE);

    return !t->access.loopback_open || !addr_is_loopback(&l->at.addr);
}

/* They are made here if need be, so that dashboard and nodes may start in any
 * order. */
static enum ims_err load_tokens(struct hub *h, struct why *why)
{
    const struct topology *t = h->site.topology;
    bool needed = false;

    for (unsigned i = 0; i < h->site.node_count; i++)
        needed |= needs_token(t, h->site.nodes[i].node);
    return needed ? tokens_load(t, true, &h->tokens, why) : IMS_OK;
}

static enum ims_err load_site(struct hub *h, struct why *why)
{
    struct topology *own = NULL;
    struct buf errors;
    enum ims_err err;

    buf_init(&errors, 1 << 16);
    err = topology_load(h->node->topology->path, &own, &errors);
    if (err == IMS_OK)
        site_init(&h->site, own);
    else
        why_set(why, err, "%s cannot be read again", h->node->topology->path);
    buf_fini(&errors);
    return err;
}

static void begin(struct hub *h)
{
    struct node *n = h->node;

    h->boot = (uint64_t)n->env.clock->wall_us;
    h->fetcher = fetcher_new(n->loop);
    h->story =
        story_new(&h->site, n->self->limits.trace_bytes, dice_u64(n->env.dice));
    h->watches = mem_zalloc(h->site.node_count * sizeof *h->watches + 1);
    h->viewers = viewers_new(h);
    doctor_begin(h);
    for (unsigned i = 0; i < h->site.node_count; i++) {
        struct watch *w = &h->watches[i];

        w->at = &h->site.nodes[i];
        w->number = i;
        if (needs_token(h->site.topology, w->at->node))
            w->token = str_c(&h->tokens.admin);
        watch_begin(w, h->fetcher, n->env.net, &handler, h);
    }
    h->survey = survey_new(h);
    timer_start(n->env.timers, &h->tick, TICK_US, on_tick, h);
}

static void finish(struct node *n)
{
    struct hub *h = hub_of(n);

    timer_stop(n->env.timers, &h->tick);
    viewers_free(h->viewers);
    survey_free(h->survey);
    for (unsigned i = 0; i < h->site.node_count; i++)
        watch_end(&h->watches[i]);
    free(h->watches);
    fetcher_free(h->fetcher);
    doctor_free(h->doctor);
    story_free(h->story);
    links_fini(&h->links);
    tokens_fini(&h->tokens);
    site_fini(&h->site);
    free(h);
    n->state = NULL;
}

static enum ims_err start(struct node *n, struct why *why)
{
    struct hub *h = mem_zalloc(sizeof *h);
    enum ims_err err;

    h->node = n;
    err = load_site(h, why);
    if (err == IMS_OK)
        err = load_tokens(h, why);
    if (err != IMS_OK) {
        if (h->site.topology)
            site_fini(&h->site);
        free(h);
        return err;
    }
    n->state = h;
    begin(h);
    return IMS_OK;
}

/* ---- itself -------------------------------------------------------------- */

/* Each node has been heard, or is known to be dead: what is asked from now on
 * reaches those that live. */
static bool is_ready(const struct node *n, struct why *why)
{
    const struct hub *h = n->state;

    for (unsigned i = 0; i < h->site.node_count; i++)
        if (h->watches[i].state == WATCH_STARTING) {
            why_set(why, IMS_UNREACHABLE, "%s has not answered yet",
                    h->site.nodes[i].node->name);
            return false;
        }
    return true;
}

static void dump(const struct node *n, struct json *j)
{
    const struct hub *h = n->state;
    struct story_figures f = story_figures(h->story);
    unsigned alive = 0;

    for (unsigned i = 0; i < h->site.node_count; i++)
        alive += h->watches[i].state == WATCH_ALIVE;
    json_put_u64(j, "nodes", h->site.node_count);
    json_put_u64(j, "nodes_alive", alive);
    json_put_u64(j, "viewers", viewers_count(h->viewers));
    json_put_u64(j, "entries", f.entries);
    json_put_u64(j, "entries_missed", f.missed);
    json_put_u64(j, "steps", f.told);
    json_put_u64(j, "steps_forgotten", f.forgotten);
    json_put_u64(j, "calls", f.calls);
}

static const char *role_name(enum api_role role)
{
    switch (role) {
    case API_NOBODY: return "nobody";
    case API_VIEWER: return "viewer";
    case API_ADMIN: return "admin";
    }
    return "";
}

static void get_me(struct node *n, struct api_call *c)
{
    (void)n;
    json_object_begin(&c->json);
    json_put_str(&c->json, "role", role_name(c->who.role));
    json_put_text(&c->json, "name", c->who.name);
    json_object_end(&c->json);
    api_reply(c, 200);
}

static void get_limits(struct node *n, struct api_call *c)
{
    struct story_figures f = story_figures(hub_of(n)->story);
    struct usage trace = {f.bytes, f.bytes_most, f.forgotten};

    readings_limits_begin(c);
    readings_ring(c, "trace_bytes", "bytes of steps kept of all nodes",
                  n->self->limits.trace_bytes, &trace);
    readings_limits_end(c);
}

static const struct api_route routes[] = {
    {"GET", "/api/v1/me", get_me, API_FOR_ALL},
    {"GET", "/api/v1/network", network_get, API_BY_METHOD},
    {"GET", "/api/v1/limits", get_limits, API_BY_METHOD},
    {"GET", "/api/v1/events", viewers_get, API_BY_METHOD},
    {"GET", "/api/v1/trace", trace_get, API_BY_METHOD},
    {"GET", "/api/v1/trace.pcapng", trace_get_pcapng, API_BY_METHOD},
    {"GET", "/api/v1/trace/{id}", trace_get_step, API_BY_METHOD},
    {"GET", "/api/v1/calls", trace_get_calls, API_BY_METHOD},
    {"GET", "/api/v1/history", survey_get, API_BY_METHOD},
    {"GET", "/api/v1/doctor", doctor_get, API_BY_METHOD},
    {"GET", "/api/v1/doctor/causes", doctor_get_causes, API_BY_METHOD},
    {"GET", "/api/v1/registrations", registrations_get_all, API_BY_METHOD},
    {"GET", "/api/v1/registrations/{impu}", registrations_get_one,
     API_BY_METHOD},
    {"GET", "/api/v1/sessions", sessions_get_all, API_BY_METHOD},
    {"GET", "/api/v1/subscriptions", subscriptions_get_all, API_BY_METHOD},
    {"POST", "/api/v1/reset", reset_post, API_BY_METHOD},
    {"GET", "/api/v1/faults", faults_get_all, API_BY_METHOD},
    {"POST", "/api/v1/faults", faults_post_ends, API_BY_METHOD},
    {"DELETE", "/api/v1/faults", faults_delete_all, API_BY_METHOD},
    {"DELETE", "/api/v1/faults/{name}", faults_delete_one, API_BY_METHOD},
    /* What a node lets a viewer do it says itself. */
    {"GET", "/api/v1/nodes/{name}/{...}", pass_to_node, API_BY_METHOD},
    {"POST", "/api/v1/nodes/{name}/{...}", pass_to_node, API_FOR_VIEWERS},
    {"PUT", "/api/v1/nodes/{name}/{...}", pass_to_node, API_FOR_VIEWERS},
    {"PATCH", "/api/v1/nodes/{name}/{...}", pass_to_node, API_FOR_VIEWERS},
    {"DELETE", "/api/v1/nodes/{name}/{...}", pass_to_node, API_FOR_VIEWERS},
    {"GET", "/api/v1/{...}", pass_to_hss, API_BY_METHOD},
    {"POST", "/api/v1/{...}", pass_to_hss, API_FOR_VIEWERS},
    {"PUT", "/api/v1/{...}", pass_to_hss, API_FOR_VIEWERS},
    {"PATCH", "/api/v1/{...}", pass_to_hss, API_FOR_VIEWERS},
    {"DELETE", "/api/v1/{...}", pass_to_hss, API_FOR_VIEWERS},
    {"GET", "/", pages_get, API_FOR_ALL},
    {"GET", "/{...}", pages_get, API_FOR_ALL},
};

const struct node_role dashboard_role = {
    .role = TOPOLOGY_DASHBOARD,
    .summary = "dashboard: the whole network under one address",
    .start = start,
    .free = finish,
    .is_ready = is_ready,
    .dump = dump,
    .routes = routes,
    .route_count = sizeof routes / sizeof routes[0],
};
