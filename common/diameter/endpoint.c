/* SPDX-License-Identifier: MIT */
#include "diameter/endpoint.h"
#include "base/mem.h"
#include <assert.h>

static int64_t or_us(int64_t us, int64_t otherwise)
{
    return us ? us : otherwise;
}

static size_t or_size(size_t n, size_t otherwise)
{
    return n ? n : otherwise;
}

static void set_defaults(struct diameter_config *c)
{
    struct diameter_timers *t = &c->timers;
    struct diameter_limits *l = &c->limits;

    t->tw = or_us(t->tw, 30 * SECOND);
    t->retry_first = or_us(t->retry_first, 200 * MSEC);
    t->retry_most = or_us(t->retry_most, 700 * MSEC);
    t->exchange = or_us(t->exchange, 5 * SECOND);
    t->answer = or_us(t->answer, 6 * SECOND);
    l->message = or_size(l->message, 64 * 1024);
    l->connections = or_size(l->connections, 256);
    l->pending = or_size(l->pending, 20000);
    l->serving = or_size(l->serving, 20000);
    l->kept = or_size(l->kept, 4 * 1024 * 1024);
    l->kept_us = or_us(l->kept_us, 30 * SECOND);
}

/* RFC 6733 3: the high 12 bits of an end-to-end identifier are the low 12 of
 * the time, the rest random; 8.8: a Session-Id goes on from the time. */
static void set_identifiers(struct diameter *d)
{
    uint32_t now = (uint32_t)(d->env->clock->wall_us / SECOND);

    d->next_hop = (uint32_t)dice_u64(d->env->dice);
    d->next_end = now << 20 | (uint32_t)dice_below(d->env->dice, 1 << 20);
    d->session_high = now;
    d->session_low = 0;
    d->self.state = now;
}

static double count_open(void *ctx)
{
    const struct diameter *d = ctx;
    unsigned n = 0;

    LIST_EACH (it, &d->peers)
        n += container_of(it, struct diameter_peer, link)->usable;
    return n;
}

static double count_asked(void *ctx)
{
    return (double)((const struct diameter *)ctx)->asked.count;
}

static void add_gauges(struct diameter *d)
{
    metrics_gauge(d->env->metrics, "imsbox_diameter_peers_open", "",
                  "Diameter peers that take requests", count_open, d);
    metrics_gauge(d->env->metrics, "imsbox_diameter_requests_pending", "",
                  "Diameter requests of ours without answer yet", count_asked,
                  d);
}

/* The size of messages counts from the next start on: the buffers have it. */
void diameter_reconfigure(struct diameter *d, const struct diameter_timers *t,
                          const struct diameter_limits *l)
{
    size_t message = d->config.limits.message;

    d->config.timers = *t;
    d->config.limits = *l;
    set_defaults(&d->config);
    d->config.limits.message = message;
    LIST_EACH (it, &d->peers)
        container_of(it, struct diameter_peer, link)->watchdog.tw_us =
            d->config.timers.tw;
}

struct diameter *diameter_new(const struct diameter_config *c)
{
    struct diameter *d = mem_zalloc(sizeof(*d));

    d->config = *c;
    d->env = c->env;
    set_defaults(&d->config);
    set_identifiers(d);
    diameter_counters_init(&d->counters, c->env->metrics);
    add_gauges(d);
    d->self.host = slice_of(d->env->host);
    d->self.realm = slice_of(d->env->domain);
    d->self.apps = d->apps;
    list_init(&d->peers);
    list_init(&d->newcomers);
    buf_init(&d->out, d->config.limits.message);
    diameter_ask_init(d);
    diameter_serve_init(d);
    return d;
}

static void newcomer_free(struct newcomer *n)
{
    timer_stop(n->d->env->timers, &n->timer);
    list_remove(&n->link);
    n->d->newcomer_count--;
    free(n);
}

static void refuse_newcomers(struct diameter *d)
{
    LIST_EACH (it, &d->newcomers) {
        struct newcomer *n = container_of(it, struct newcomer, link);

        diameter_connection_close(n->c);
        newcomer_free(n);
    }
}

static void close_listeners(struct diameter *d)
{
    while (d->listener_count > 0)
        listener_close(d->listeners[--d->listener_count]);
}

void diameter_free(struct diameter *d)
{
    close_listeners(d);
    refuse_newcomers(d);
    diameter_ask_fini(d);
    diameter_serve_fini(d);
    LIST_EACH (it, &d->peers)
        diameter_peer_free(container_of(it, struct diameter_peer, link));
    timer_stop(d->env->timers, &d->sweep);
    timer_stop(d->env->timers, &d->stopping);
    buf_fini(&d->out);
    free(d);
}

/* ---- what is configured -----------------------------------------------------
 */

void diameter_add_application(struct diameter *d,
                              const struct diameter_application *app)
{
    assert(!d->started && d->self.app_count < MOST_APPLICATIONS);
    d->apps[d->self.app_count++] = *app;
}

const struct diameter_application *
diameter_endpoint_application(const struct diameter *d, uint32_t id)
{
    for (size_t i = 0; i < d->self.app_count; i++)
        if (d->apps[i].id == id)
            return &d->apps[i];
    return NULL;
}

struct diameter_peer *diameter_peer_find(struct diameter *d, struct slice host)
{
    LIST_EACH (it, &d->peers) {
        struct diameter_peer *p = container_of(it, struct diameter_peer, link);

        if (slice_eq_nocase(str_slice(&p->host), host))
            return p;
    }
    return NULL;
}

enum ims_err diameter_add_peer(struct diameter *d,
                               const struct diameter_peer_config *c,
                               struct why *why)
{
    struct diameter_peer *p;

    if (c->host.n == 0 || slice_eq_nocase(c->host, d->self.host))
        return why_set(why, IMS_CONFIG, "a Diameter peer cannot be \"%.*s\"",
                       SLICE_ARG(c->host));
    if (diameter_peer_find(d, c->host))
        return why_set(why, IMS_EXISTS, "Diameter peer %.*s is there twice",
                       SLICE_ARG(c->host));
    p = diameter_peer_new(d, c);
    p->configured = true;
    if (d->started)
        diameter_peer_start(p);
    return IMS_OK;
}

void diameter_bind(struct diameter *d, const struct addr *local)
{
    d->bind = *local;
    d->bind.transport = TRANSPORT_TCP;
}

const struct diameter_peer *diameter_peer_next(const struct diameter *d,
                                               const struct diameter_peer *p)
{
    const struct list *next = p ? p->link.next : d->peers.next;

    return next == &d->peers ? NULL
                             : container_of(next, struct diameter_peer, link);
}

bool diameter_is_connected(const struct diameter *d)
{
    LIST_EACH (it, &d->peers) {
        struct diameter_peer *p = container_of(it, struct diameter_peer, link);

        if (p->address.n > 0 && !p->usable)
            return false;
    }
    return true;
}

const struct env *diameter_env(const struct diameter *d)
{
    return d->env;
}

uint32_t diameter_endpoint_next_hop(struct diameter *d)
{
    return d->next_hop++;
}

uint32_t diameter_endpoint_next_end(struct diameter *d)
{
    return d->next_end++;
}

/* ---- who connects to us -------------------------------------------------- */

static size_t count_admitted(const struct diameter *d)
{
    size_t n = 0;

    LIST_EACH (it, &d->peers)
        n += !container_of(it, struct diameter_peer, link)->configured;
    return n;
}

/* Is the CER's sender somebody we want? Its peer goes to *out. */
static bool admit(struct diameter *d, const struct base_capabilities *caps,
                  struct diameter_peer **out, struct diameter_fault *f)
{
    struct diameter_peer *p = diameter_peer_find(d, caps->host);

    if (slice_eq_nocase(caps->host, d->self.host))
        return fault_set(f, DIAMETER_UNKNOWN_PEER, "%s is our own name",
                         d->env->host);
    if (!p && !d->config.allow_any)
        return fault_set(f, DIAMETER_UNKNOWN_PEER,
                         "%.*s is not a peer of this node",
                         SLICE_ARG(slice_first(caps->host, 60)));
    if (!diameter_base_have_common(caps, f))
        return false;
    if (!p && count_admitted(d) >= d->config.limits.connections)
        return fault_set(f, DIAMETER_TOO_BUSY, "too many peers");
    if (!p)
        p = diameter_peer_new(d, &(struct diameter_peer_config){
                                     .host = caps->host, .realm = caps->realm});
    *out = p;
    return true;
}

static void refuse(struct newcomer *n, const struct diameter_message *m,
                   const struct diameter_fault *f)
{
    struct diameter *d = n->d;

    ++*d->counters.turned_away;
    log_at(d->env->log, LOG_NOTICE, "Diameter connection refused: %s", f->text);
    diameter_connection_drop(n->c, m->bytes, f->text);
    d->self.address = *diameter_connection_local(n->c);
    if (diameter_base_put_answer(&d->out, &d->self, &m->h, f))
        (void)diameter_connection_send(n->c, buf_slice(&d->out), S(""));
    diameter_connection_close(n->c);
    newcomer_free(n);
}

static bool is_cer(const struct diameter_message *m)
{
    return diameter_is_request(m) && m->h.app == 0 &&
           m->h.command == DIAMETER_CAPABILITIES_EXCHANGE;
}

static void on_message(void *ctx, struct connection *c,
                       const struct diameter_message *m)
{
    struct newcomer *n = ctx;
    struct base_capabilities caps;
    struct diameter_peer *p = NULL;
    struct diameter_fault f;

    if (!is_cer(m)) {
        diameter_connection_drop(c, m->bytes,
                                 "the first message must be a CER");
        diameter_connection_close(c);
        newcomer_free(n);
        return;
    }
    diameter_connection_record(c, RECORD_RX, m->bytes, S(""));
    if (!diameter_base_read_capabilities(m, &n->d->self, &caps, &f) ||
        !admit(n->d, &caps, &p, &f)) {
        refuse(n, m, &f);
        return;
    }
    newcomer_free(n);
    diameter_peer_take(p, c, m, &caps);
}

static void on_end(void *ctx, struct connection *c, enum ims_err err)
{
    (void)c;
    (void)err;
    newcomer_free(ctx);
}

static void on_silent(void *ctx)
{
    struct newcomer *n = ctx;

    diameter_connection_close(n->c);
    newcomer_free(n);
}

static void on_accept(void *ctx, struct listener *l, struct stream *s)
{
    static const struct connection_handler handler = {.on_message = on_message,
                                                      .on_end = on_end};
    struct diameter *d = ctx;
    struct newcomer *n;

    (void)l;
    if (d->newcomer_count >= d->config.limits.connections) {
        log_at(d->env->log, LOG_WARN,
               "too many Diameter connections wait for a CER");
        ++*d->counters.turned_away;
        stream_close(s);
        return;
    }
    n = mem_zalloc(sizeof(*n));
    n->d = d;
    n->c = diameter_connection_accept(
        &(struct connection_user){d->env, d->config.limits.message, &handler,
                                  n},
        s);
    list_append(&d->newcomers, &n->link);
    d->newcomer_count++;
    timer_start(d->env->timers, &n->timer, d->config.timers.exchange, on_silent,
                n);
}

enum ims_err diameter_listen(struct diameter *d, const struct addr *local,
                             struct why *why)
{
    struct addr a = *local;
    enum ims_err err;

    if (d->listener_count == MOST_LISTENERS)
        return why_set(why, IMS_CONFIG, "more than %d Diameter listeners",
                       MOST_LISTENERS);
    a.transport = TRANSPORT_TCP;
    err = stream_listen(d->env->net, &a, on_accept, d,
                        &d->listeners[d->listener_count], why);
    if (err)
        return err;
    d->listener_count++;
    if (d->bind.family == 0) {
        a.port = 0;
        d->bind = a;
    }
    return IMS_OK;
}

/* ---- start and stop ------------------------------------------------------ */

void diameter_start(struct diameter *d)
{
    d->started = true;
    LIST_EACH (it, &d->peers)
        diameter_peer_start(container_of(it, struct diameter_peer, link));
}

void diameter_try_peers(struct diameter *d)
{
    if (!d->started || d->on_stopped)
        return;
    LIST_EACH (it, &d->peers)
        diameter_peer_try_now(container_of(it, struct diameter_peer, link));
}

static void on_sweep(void *ctx)
{
    struct diameter *d = ctx;

    LIST_EACH (it, &d->peers) {
        struct diameter_peer *p = container_of(it, struct diameter_peer, link);

        if (!p->configured && p->state == PEER_CLOSED)
            diameter_peer_free(p);
    }
}

static bool all_closed(const struct diameter *d)
{
    LIST_EACH (it, &d->peers)
        if (container_of(it, struct diameter_peer, link)->state != PEER_CLOSED)
            return false;
    return true;
}

static void on_stopping(void *ctx)
{
    struct diameter *d = ctx;
    void (*fn)(void *) = d->on_stopped;

    if (d->stopped || !all_closed(d))
        return;
    d->stopped = true;
    fn(d->on_stopped_ctx);
}

void diameter_endpoint_peer_changed(struct diameter_peer *p)
{
    if (p->d->config.on_peer)
        p->d->config.on_peer(p->d->config.ctx, p);
}

/* Never frees, nor calls done, in the middle of a peer's event. */
void diameter_endpoint_peer_closed(struct diameter_peer *p)
{
    struct diameter *d = p->d;

    if (!p->configured)
        timer_start(d->env->timers, &d->sweep, 0, on_sweep, d);
    if (d->on_stopped)
        timer_start(d->env->timers, &d->stopping, 0, on_stopping, d);
}

void diameter_stop(struct diameter *d, void (*done)(void *ctx), void *ctx)
{
    d->on_stopped = done;
    d->on_stopped_ctx = ctx;
    close_listeners(d);
    refuse_newcomers(d);
    timer_start(d->env->timers, &d->stopping, 0, on_stopping, d);
    LIST_EACH (it, &d->peers)
        diameter_peer_stop(container_of(it, struct diameter_peer, link));
}
