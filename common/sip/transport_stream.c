/* SPDX-License-Identifier: MIT
 *
 * SIP over streams: a table of connections by remote address (and by alias,
 * RFC 5923), each with its framer. A connection leaves the table first and is
 * freed when no call of it is under way.
 *
 * SIP-6.
 */
#include "sip/framer.h"
#include "sip/transport_private.h"
#include <assert.h>

/* A message that has begun, and the first of a stranger, must be there. */
enum { SLOW_US = 32 * SECOND };

struct connection {
    struct map_node by_remote, by_alias;
    struct sip_port *port;
    struct stream *stream; /* NULL once it ended */
    struct addr remote, alias;
    uint64_t id;
    struct framer framer;
    struct timer quiet;
    int64_t since; /* of the last whole message, or the first byte of one */
    bool open;
    bool known; /* we opened it, or a whole message came */
    bool led;   /* to its alias, until it left the table */
    bool amid;
    bool answers;   /* something was sent over it that nobody sends again */
    unsigned kept;  /* so often */
    unsigned depth; /* calls under way */
};

static void watch_quiet(struct connection *c);

/* ---- the table ----------------------------------------------------------- */

static struct connection *from_remote(struct map_node *n)
{
    return n ? container_of(n, struct connection, by_remote) : NULL;
}

static struct sip_flow flow_of(const struct connection *c)
{
    return (struct sip_flow){
        .listener = &c->port->pub,
        .remote = c->remote,
        .connection = c->id,
    };
}

static struct connection *find(struct sip_transport *t,
                               const struct sip_flow *flow)
{
    struct map_node *n = map_find(&t->by_remote, addr_key(&flow->remote));

    for (; n; n = map_again(&t->by_remote, n)) {
        struct connection *c = from_remote(n);

        if (flow->connection ? c->id == flow->connection
                             : c->port->pub.trust == flow->listener->trust)
            return c;
    }
    return NULL;
}

static struct connection *find_alias(struct sip_transport *t,
                                     const struct sip_flow *flow)
{
    struct map_node *n = map_find(&t->by_alias, addr_key(&flow->remote));

    for (; n; n = map_again(&t->by_alias, n)) {
        struct connection *c = container_of(n, struct connection, by_alias);

        if (c->port->pub.trust == flow->listener->trust)
            return c;
    }
    return NULL;
}

void sip_stream_alias(struct sip_transport *t, const struct sip_flow *flow,
                      const struct addr *alias)
{
    struct connection *c = find(t, flow);

    if (!c || addr_eq(&c->alias, alias))
        return;
    if (c->alias.family)
        map_remove(&t->by_alias, &c->by_alias);
    c->alias = *alias;
    if (!map_add(&t->by_alias, &c->by_alias, addr_key(&c->alias)))
        c->alias = (struct addr){0};
}

static struct connection *connection_new(struct sip_port *p,
                                         const struct addr *remote)
{
    struct sip_transport *t = p->t;
    struct connection *c = mem_zalloc(sizeof *c);

    c->port = p;
    c->remote = *remote;
    c->remote.transport = p->pub.local.transport;
    c->id = t->last_connection + 1;
    if (!map_add(&t->by_remote, &c->by_remote, addr_key(&c->remote))) {
        ++*t->count.connections_refused;
        free(c);
        return NULL;
    }
    t->last_connection = c->id;
    framer_init(&c->framer, t->config.limits.message_bytes);
    c->since = t->env->clock->mono_us;
    return c;
}

static void leave(struct connection *c)
{
    if (--c->depth > 0 || c->stream)
        return;
    framer_fini(&c->framer);
    free(c);
}

/* Out of the table; freed by the last leave(). */
static void unlink_connection(struct connection *c)
{
    struct sip_transport *t = c->port->t;
    struct sip_flow to = {.listener = &c->port->pub, .remote = c->alias};

    c->stream = NULL;
    c->led = c->alias.family && find_alias(t, &to) == c;
    timer_stop(t->env->timers, &c->quiet);
    map_remove(&t->by_remote, &c->by_remote);
    if (c->alias.family)
        map_remove(&t->by_alias, &c->by_alias);
}

static void tell_end(const struct connection *c)
{
    struct sip_transport *t = c->port->t;
    struct sip_flow flow = flow_of(c);

    if (c->open)
        t->h.on_flow_end(t->ctx, &flow);
    else
        t->h.on_not_opened(t->ctx, &flow);
}

/* A request that was queued for one that never opened is told as not delivered,
 * and must not be later; of a response nobody is told. */
static void close_connection(struct connection *c)
{
    struct stream *s = c->stream;

    if (!s)
        return;
    c->depth++;
    unlink_connection(c);
    if (c->open || c->answers)
        stream_close(s);
    else
        stream_abort(s);
    tell_end(c);
    leave(c);
}

/* Of c, which is out of the table. What waits for the alias may go over a
 * connection of our own, or another of theirs (RFC 5923). */
static void tell_unreachable(const struct connection *c)
{
    struct sip_transport *t = c->port->t;
    struct sip_flow to = {.listener = &c->port->pub, .remote = c->alias};

    t->h.on_unreachable(t->ctx, &c->remote);
    if (c->led && !find(t, &to))
        t->h.on_unreachable(t->ctx, &c->alias);
}

void sip_stream_close_all(struct sip_transport *t)
{
    MAP_EACH (n, &t->by_remote) {
        struct connection *c = from_remote(n);
        struct stream *s = c->stream;

        c->depth++;
        unlink_connection(c);
        stream_close(s);
        leave(c);
    }
}

/* ---- silence ------------------------------------------------------------- */

static int64_t patience(const struct connection *c)
{
    const struct sip_transport_config *config = &c->port->t->config;

    if (!c->open)
        return config->connect_us;
    return c->amid || !c->known ? SLOW_US : config->idle_us;
}

static bool may_be_silent(const struct connection *c)
{
    return c->kept > 0 && c->open && c->known && !c->amid;
}

static void on_quiet(void *ctx)
{
    struct connection *c = ctx;
    struct sip_transport *t = c->port->t;
    bool is_idle = c->open && !c->amid;

    if (may_be_silent(c) || t->env->clock->mono_us < c->since + patience(c)) {
        watch_quiet(c);
        return;
    }
    c->depth++;
    close_connection(c);
    if (!is_idle)
        tell_unreachable(c);
    leave(c);
}

static void watch_quiet(struct connection *c)
{
    const struct env *env = c->port->t->env;
    int64_t left = c->since + patience(c) - env->clock->mono_us;

    if (may_be_silent(c))
        timer_stop(env->timers, &c->quiet);
    else
        timer_start(env->timers, &c->quiet, left > 0 ? left : 0, on_quiet, c);
}

static void note_progress(struct connection *c)
{
    c->since = c->port->t->env->clock->mono_us;
}

/* Patience shrinks when a message begins, so the timer is set again. */
static void note_amid(struct connection *c)
{
    bool amid = framer_is_amid(&c->framer);

    if (amid == c->amid)
        return;
    c->amid = amid;
    note_progress(c);
    if (amid)
        watch_quiet(c);
}

static struct connection *stream_of(const struct sip_flow *flow)
{
    return flow->connection ? find(sip_port_of(flow->listener)->t, flow) : NULL;
}

void sip_transport_keep(const struct sip_flow *flow)
{
    struct connection *c = stream_of(flow);

    if (!c)
        return;
    c->kept++;
    watch_quiet(c);
}

void sip_transport_let_go(const struct sip_flow *flow)
{
    struct connection *c = stream_of(flow);

    if (!c)
        return;
    assert(c->kept > 0);
    c->kept--;
    note_progress(c);
    watch_quiet(c);
}

bool sip_transport_is_alive(const struct sip_flow *flow)
{
    return !flow->connection || stream_of(flow);
}

/* ---- bytes --------------------------------------------------------------- */

static void on_open(void *ctx, struct stream *s)
{
    struct connection *c = ctx;

    (void)s;
    c->open = true;
    note_progress(c);
    watch_quiet(c);
}

static void on_ping(struct connection *c)
{
    struct sip_transport *t = c->port->t;
    struct sip_flow flow = flow_of(c);

    if (t->env->faults && !sip_fault_lets_ping(t, &flow, S("\r\n\r\n")))
        return;
    ++*c->port->t->count.keepalives;
    note_progress(c);
    if (stream_send(c->stream, S("\r\n"))) /* RFC 5626 3.5.1, 4.4.1 */
        log_at(c->port->t->env->log, LOG_DEBUG, "A pong was not sent");
}

static void on_message(struct connection *c, struct slice bytes)
{
    struct sip_flow flow = flow_of(c);

    c->known = true;
    note_progress(c);
    sip_transport_receive(c->port->t, &flow, bytes);
}

static void on_broken(struct connection *c, struct slice head,
                      const struct why *why)
{
    struct sip_flow flow = flow_of(c);

    sip_transport_receive_broken(c->port->t, &flow, head, why);
    if (!c->stream)
        return;
    close_connection(c);
    tell_unreachable(c);
}

/* One thing out of the stream; false when there is no further one. */
static bool take_one(struct connection *c, struct slice *bytes)
{
    struct slice message;
    struct why why = {0};

    switch (framer_take(&c->framer, bytes, &message, &why)) {
    case FRAMED_MESSAGE: on_message(c, message); return true;
    case FRAMED_PING: on_ping(c); return true;
    case FRAMED_BROKEN: on_broken(c, message, &why); return false;
    case FRAMED_MORE: return false;
    }
    return false;
}

static void on_bytes(void *ctx, struct stream *s, struct slice bytes)
{
    struct connection *c = ctx;

    (void)s;
    c->depth++;
    while (c->stream && take_one(c, &bytes))
        ;
    if (c->stream)
        note_amid(c);
    leave(c);
}

static void on_end(void *ctx, struct stream *s, enum ims_err err)
{
    struct connection *c = ctx;
    struct sip_transport *t = c->port->t;
    struct sip_flow flow = flow_of(c);
    char text[ADDR_TEXT_MAX];

    (void)s;
    c->depth++;
    unlink_connection(c);
    log_at(t->env->log, LOG_DEBUG, "The SIP stream with %s ended: %s",
           addr_text(&flow.remote, text), ims_err_text(err));
    tell_end(c);
    tell_unreachable(c);
    leave(c);
}

static const struct stream_handler handler = {on_open, on_bytes, on_end};

/* ---- both directions ----------------------------------------------------- */

static void on_accept(void *ctx, struct listener *l, struct stream *s)
{
    struct sip_port *p = ctx;
    struct connection *c = connection_new(p, stream_remote(s));

    (void)l;
    if (!c) {
        log_at(p->t->env->log, LOG_WARN,
               "A SIP stream was refused: %zu are open", p->t->by_remote.count);
        stream_close(s);
        return;
    }
    c->stream = s;
    c->open = true;
    stream_take(s, &handler, c);
    watch_quiet(c);
}

enum ims_err sip_stream_listen(struct sip_port *p, struct why *why)
{
    enum ims_err err = stream_listen(p->t->env->net, &p->pub.local, on_accept,
                                     p, &p->acceptor, why);

    if (err)
        return err;
    p->pub.local.port = listener_local(p->acceptor)->port;
    return IMS_OK;
}

static enum ims_err connect_to(struct sip_transport *t,
                               const struct sip_flow *flow,
                               struct connection **out, struct why *why)
{
    struct connection *c =
        connection_new(sip_port_of(flow->listener), &flow->remote);
    struct addr from = flow->listener->local;
    struct stream_ends ends = {.from = &from, .to = &flow->remote};
    enum ims_err err;

    if (!c)
        return why_set(why, IMS_FULL, "%zu SIP streams are open",
                       t->by_remote.count);
    from.port = 0;
    c->known = true;
    err = stream_connect(t->env->net, &ends, &handler, c, &c->stream, why);
    if (err) {
        c->depth++;
        unlink_connection(c);
        leave(c);
        return err;
    }
    watch_quiet(c);
    *out = c;
    return IMS_OK;
}

enum ims_err sip_stream_send(struct sip_transport *t, struct slice bytes,
                             const struct sip_flow *flow, struct why *why)
{
    struct connection *c = find(t, flow);
    char text[ADDR_TEXT_MAX];
    enum ims_err err;

    if (!c && flow->connection)
        return why_set(why, IMS_UNREACHABLE, "The stream from %s is gone",
                       addr_text(&flow->remote, text));
    if (!c)
        c = find_alias(t, flow);
    if (!c) {
        err = connect_to(t, flow, &c, why);
        if (err)
            return err;
    }
    if (c->open && !c->amid) /* else somebody waits for the other side */
        note_progress(c);
    c->answers |= slice_starts(bytes, S("SIP/2.0 "));
    err = stream_send(c->stream, bytes);
    if (err)
        return why_set(why, err, "The stream to %s takes no more",
                       addr_text(&flow->remote, text));
    return IMS_OK;
}
