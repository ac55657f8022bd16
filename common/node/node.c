/* SPDX-License-Identifier: MIT */
#include "base/mem.h"
#include "node/events.h"
#include "node/faults.h"
#include "node/frame.h"
#include "node/mirror.h"
#include "node/version.h"
#include <netdb.h>
#include <stdio.h>

enum {
    POLL_US = 20 * MSEC,
    LEAVE_US = 2 * SECOND, /* a peer that answers no DPR is left anyway */
};

/* ---- figures ------------------------------------------------------------- */

static double is_ready_figure(void *ctx)
{
    return node_is_ready(ctx, NULL);
}

static double last_seq_figure(void *ctx)
{
    const struct node *n = ctx;

    return (double)record_last_seq(n->env.record);
}

static double one(void *ctx)
{
    (void)ctx;
    return 1;
}

static void add_figures(struct node *n)
{
    char labels[256];

    snprintf(labels, sizeof(labels),
             "name=\"%.100s\",role=\"%s\",version=\"" IMSBOX_VERSION "\"",
             n->env.name, topology_role_name(n->self->role));
    metrics_gauge(n->env.metrics, "imsbox_node_info", labels,
                  "Which node this is", one, n);
    metrics_gauge(n->env.metrics, "imsbox_ready", "",
                  "1 when the node could serve now", is_ready_figure, n);
    metrics_gauge(n->env.metrics, "imsbox_record_last_sequence", "",
                  "Sequence number of the newest entry of the record",
                  last_seq_figure, n);
}

/* ---- life ---------------------------------------------------------------- */

static enum ims_err check(const struct node_options *o,
                          const struct topology_node **self, struct why *why)
{
    *self = topology_find_node(o->topology, slice_of(o->name));
    if (!*self)
        return why_set(why, IMS_CONFIG, "%s has no node named %s",
                       o->topology->path, o->name);
    if ((*self)->role != o->role->role)
        return why_set(why, IMS_CONFIG, "%s is of role %s, this is the %s",
                       o->name, topology_role_name((*self)->role),
                       topology_role_name(o->role->role));
    return IMS_OK;
}

static struct node *make(const struct node_options *o,
                         const struct topology_node *self)
{
    struct node *n = mem_zalloc(sizeof(*n));
    struct node_frame *f = n->frame = mem_zalloc(sizeof(*f));

    n->role = o->role;
    n->topology = o->topology;
    n->self = self;
    n->loop = o->loop;
    list_init(&f->calls);
    f->started_us = o->net->clock->mono_us;
    str_set(&f->name, slice_of(self->name));
    str_set(&f->host, slice_of(self->fqdn));
    str_set(&f->domain, slice_of(self->network->domain));
    log_init(&f->log, o->net->clock, self->log, o->sink, o->ctx);
    n->env = (struct env){
        .net = o->net,
        .clock = o->net->clock,
        .timers = o->net->timers,
        .dice = o->net->dice,
        .log = &f->log,
        .record = record_new(o->net->clock, self->limits.record_bytes),
        .metrics = metrics_new(),
        .epoch_us = o->net->clock->wall_us - o->net->clock->mono_us,
        .name = str_c(&f->name),
        .host = str_c(&f->host),
        .domain = str_c(&f->domain),
    };
    add_figures(n);
    f->events = events_new(n);
    f->faults = faults_new(n);
    return n;
}

static void destroy(struct node *n)
{
    struct node_frame *f = n->frame;

    timer_stop(n->env.timers, &f->poll);
    events_free(f->events);
    faults_free(f->faults);
    mirror_free(f->mirror);
    record_free(n->env.record);
    metrics_free(n->env.metrics);
    str_fini(&f->name);
    str_fini(&f->host);
    str_fini(&f->domain);
    free(f);
    free(n);
}

enum ims_err node_new(const struct node_options *o, struct node **out,
                      struct why *why)
{
    const struct topology_node *self;
    enum ims_err err = check(o, &self, why);
    struct node *n;

    if (err != IMS_OK)
        return err;
    n = make(o, self);
    err = n->role->start(n, why);
    if (err != IMS_OK) {
        destroy(n);
        return err;
    }
    n->frame->mirror = mirror_new(n);
    log_at(n->env.log, LOG_NOTICE, "%s started as %s", n->env.name,
           n->env.host);
    *out = n;
    return IMS_OK;
}

void node_free(struct node *n)
{
    if (!n)
        return;
    n->role->free(n);
    api_refuse_all(n);
    destroy(n);
}

/* ---- reload -------------------------------------------------------------- */

/* One line of the many that the check may have to say. */
static enum ims_err why_not(const struct buf *errors, struct why *why)
{
    struct slice rest = slice_trim(buf_slice(errors));
    ssize_t end = slice_index(rest, '\n');
    struct slice first = end < 0 ? rest : slice_first(rest, (size_t)end);

    return why_set(why, IMS_CONFIG, "%.*s%s", SLICE_ARG(first),
                   end < 0 ? "" : " (and more)");
}

enum ims_err node_reload(struct node *n, const struct topology *now,
                         struct why *why)
{
    const struct topology *was = n->topology;
    const struct topology_node *self = n->self;
    struct buf errors;
    enum ims_err err;

    buf_init(&errors, 65536);
    err = topology_reload_check(was, now, n->env.name, &errors);
    if (err != IMS_OK)
        err = why_not(&errors, why);
    buf_fini(&errors);
    if (err != IMS_OK)
        return err;
    n->topology = now;
    n->self = topology_find_node(now, str_slice(&n->frame->name));
    if (n->role->reload)
        err = n->role->reload(n, why);
    if (err != IMS_OK) {
        n->topology = was;
        n->self = self;
        return err;
    }
    n->frame->log.level = n->self->log;
    faults_reload(n->frame->faults);
    return IMS_OK;
}

/* ---- reset --------------------------------------------------------------- */

void node_reset(struct node *n)
{
    struct why why;

    log_at(n->env.log, LOG_NOTICE, "%s begins anew", n->env.name);
    n->role->free(n);
    api_refuse_all(n);
    faults_begin_anew(n->frame->faults);
    if (n->role->start(n, &why) == IMS_OK)
        return;
    log_at(n->env.log, LOG_ERROR, "%s cannot begin anew: %s", n->env.name,
           why.text);
    exit(EXIT_FAILURE);
}

/* ---- readiness ----------------------------------------------------------- */

bool node_is_draining(const struct node *n)
{
    return n->frame->phase != NODE_SERVING;
}

bool node_is_ready(const struct node *n, struct why *why)
{
    if (node_is_draining(n)) {
        (void)why_set(why, IMS_CLOSED, "the node is shutting down");
        return false;
    }
    return !n->role->is_ready || n->role->is_ready(n, why);
}

int64_t node_boot_us(const struct node *n)
{
    return n->env.epoch_us + n->frame->started_us;
}

void node_dump(const struct node *n, struct json *j)
{
    struct why why = {0};
    bool ready = node_is_ready(n, &why);

    json_object_begin(j);
    json_put_str(j, "name", n->env.name);
    json_put_str(j, "role", topology_role_name(n->self->role));
    json_put_str(j, "host", n->env.host);
    json_put_str(j, "domain", n->env.domain);
    json_put_str(j, "version", IMSBOX_VERSION);
    json_put_str(j, "topology", n->topology->path);
    json_put_int(j, "uptime_seconds",
                 (n->env.clock->mono_us - n->frame->started_us) / SECOND);
    json_put_bool(j, "ready", ready);
    if (!ready)
        json_put_str(j, "reason", why.text);
    json_put_bool(j, "draining", node_is_draining(n));
    json_put_u64(j, "record_last", record_last_seq(n->env.record));
    json_key(j, "faults");
    faults_put(n->frame->faults, j);
    if (n->role->dump)
        n->role->dump(n, j);
    json_object_end(j);
}

/* ---- drain --------------------------------------------------------------- */

static void poll_drain(void *ctx);

static void enter(struct node *n, enum node_phase phase, int64_t limit_us)
{
    n->frame->phase = phase;
    n->frame->deadline_us = n->env.clock->mono_us + limit_us;
    timer_start(n->env.timers, &n->frame->poll, POLL_US, poll_drain, n);
}

static void drained(struct node *n)
{
    n->frame->phase = NODE_DRAINED;
    timer_stop(n->env.timers, &n->frame->poll);
    n->frame->drained(n->frame->drained_ctx);
}

static void poll_drain(void *ctx)
{
    struct node *n = ctx;
    bool late = n->env.clock->mono_us >= n->frame->deadline_us;

    if (!late && n->role->is_idle && !n->role->is_idle(n)) {
        timer_start(n->env.timers, &n->frame->poll, POLL_US, poll_drain, n);
    } else if (n->frame->phase == NODE_LEAVING) {
        drained(n);
    } else {
        if (late)
            log_at(n->env.log, LOG_WARN,
                   "%s leaves with work in progress: the drain limit is over",
                   n->env.name);
        if (n->role->leave)
            n->role->leave(n);
        enter(n, NODE_LEAVING, LEAVE_US);
    }
}

void node_drain(struct node *n, void (*done)(void *ctx), void *ctx)
{
    n->frame->drained = done;
    n->frame->drained_ctx = ctx;
    if (n->frame->phase != NODE_SERVING) {
        drained(n);
        return;
    }
    log_at(n->env.log, LOG_NOTICE, "%s finishes what it has begun",
           n->env.name);
    enter(n, NODE_DRAINING, n->self->timers.drain);
    if (n->role->stop_accepting)
        n->role->stop_accepting(n);
}

/* ---- names --------------------------------------------------------------- */

enum ims_err node_listen_addr(const struct topology_place *place,
                              struct addr *out, struct why *why)
{
    struct addrinfo hints = {.ai_socktype = SOCK_DGRAM};
    struct addrinfo *found = NULL;
    struct addr a = place->addr;
    int failed;

    if (a.family) {
        *out = a;
        return IMS_OK;
    }
    failed = getaddrinfo(place->host, NULL, &hints, &found);
    if (failed)
        return why_set(why, IMS_CONFIG, "host %s: %s", place->host,
                       gai_strerror(failed));
    if (!addr_from_sockaddr(found->ai_addr, TRANSPORT_NONE, &a)) {
        freeaddrinfo(found);
        return why_set(why, IMS_CONFIG, "host %s has no IP address",
                       place->host);
    }
    freeaddrinfo(found);
    a.port = place->addr.port;
    a.transport = place->addr.transport;
    *out = a;
    return IMS_OK;
}
