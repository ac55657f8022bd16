/* SPDX-License-Identifier: MIT */
#include "node/links.h"
#include "diameter/request.h"
#include "node/readings.h"
#include <assert.h>
#include <time.h>

/* ---- SIP ----------------------------------------------------------------- */

static unsigned look_up(void *ctx, struct slice host,
                        struct sip_locate_place *out, unsigned max)
{
    const struct node *n = ctx;
    struct topology_place places[SIP_LOCATE_MAX];
    unsigned count;
    bool is_domain;

    assert(max <= SIP_LOCATE_MAX);
    count = topology_lookup(n->topology, host, places, max);
    is_domain = count && topology_find_network(n->topology, host);
    for (unsigned i = 0; i < count; i++)
        out[i] = (struct sip_locate_place){
            .host = slice_of(places[i].host),
            .port = places[i].addr.port,
            .proto = places[i].addr.transport,
            .is_domain = is_domain,
        };
    return count;
}

static enum sip_trust trust_of(enum topology_trust trust)
{
    return trust == TOPOLOGY_GM    ? SIP_GM
           : trust == TOPOLOGY_ISC ? SIP_ISC
                                   : SIP_MW;
}

static bool is_sip(const struct topology_listener *l)
{
    return l->trust == TOPOLOGY_GM || l->trust == TOPOLOGY_MW ||
           l->trust == TOPOLOGY_ISC;
}

static struct sip_timers timers_of(const struct topology_listener *l)
{
    return (struct sip_timers){
        .t1 = l->timers.t1,
        .t2 = l->timers.t2,
        .t4 = l->timers.t4,
        .timer_c = l->timers.timer_c,
    };
}

static struct sip_limits limits_of(const struct topology_node *self)
{
    return (struct sip_limits){
        .message_bytes = self->limits.message_bytes,
        .datagram_bytes = self->limits.datagram_bytes,
        .headers = (unsigned)self->limits.headers,
    };
}

static enum ims_err listen_sip(struct sip_transport *t,
                               const struct topology_listener *l,
                               struct why *why)
{
    struct sip_timers timers = timers_of(l);
    struct addr local;
    enum ims_err err = node_listen_addr(&l->at, &local, why);

    if (err != IMS_OK)
        return err;
    return sip_transport_listen(t, &local, trust_of(l->trust),
                                slice_of(l->advertise_host), l->advertise_port,
                                &timers, NULL, why);
}

/* The families and transports that the node can send by. */
static void find_ways(const struct topology_node *self,
                      struct sip_locate_config *c)
{
    for (unsigned i = 0; i < self->listener_count; i++) {
        const struct topology_listener *l = &self->listeners[i];

        if (!is_sip(l))
            continue;
        c->udp |= l->at.addr.transport == TRANSPORT_UDP;
        c->tcp |= l->at.addr.transport == TRANSPORT_TCP;
        c->ipv4 |= l->at.addr.family != 6;
        c->ipv6 |= l->at.addr.family == 6;
    }
}

enum ims_err node_sip_open(struct node *n, const struct sip_stack_handler *h,
                           void *ctx, struct sip_stack **out, struct why *why)
{
    const struct topology_limits *limits = &n->self->limits;
    struct sip_stack_config c = {
        .env = &n->env,
        .transport = {.env = &n->env,
                      .limits = limits_of(n->self),
                      .connections = limits->connections},
        .locate = {.env = &n->env, .table = look_up, .table_ctx = n},
        .transactions = limits->transactions,
    };
    struct sip_stack *stack;

    find_ways(n->self, &c.locate);
    stack = sip_stack_new(&c, h, ctx);
    for (unsigned i = 0; i < n->self->listener_count; i++) {
        const struct topology_listener *l = &n->self->listeners[i];
        enum ims_err err =
            is_sip(l) ? listen_sip(sip_stack_transport(stack), l, why) : IMS_OK;

        if (err != IMS_OK) {
            sip_stack_free(stack);
            return err;
        }
    }
    *out = stack;
    return IMS_OK;
}

void node_sip_reload(struct node *n, struct sip_stack *stack)
{
    struct sip_transport *t = sip_stack_transport(stack);
    struct sip_limits limits = limits_of(n->self);
    unsigned nth = 0; /* no name is looked up here: that would block */

    sip_stack_limit(stack, n->self->limits.transactions, &limits,
                    n->self->limits.connections);
    for (unsigned i = 0; i < n->self->listener_count; i++) {
        const struct topology_listener *l = &n->self->listeners[i];
        struct sip_timers timers = timers_of(l);

        if (is_sip(l))
            sip_transport_retime(t, nth++, &timers);
    }
}

bool node_is_own_uri(const struct node *n, struct sip_stack *stack,
                     const struct sip_uri *uri)
{
    if (uri->scheme != SIP_SCHEME_SIP && uri->scheme != SIP_SCHEME_SIPS)
        return false;
    return slice_eq_nocase(uri->host, slice_of(n->env.host)) ||
           sip_transport_is_own(sip_stack_transport(stack), uri->host,
                                uri->port);
}

/* ---- Diameter ------------------------------------------------------------ */

static enum ims_err add_peers(struct node *n, struct diameter *d,
                              struct why *why)
{
    for (unsigned i = 0; i < n->self->peer_count; i++) {
        const struct topology_peer *p = &n->self->peers[i];
        struct diameter_peer_config c = {
            .host = slice_of(p->identity),
            .realm = slice_of(p->realm),
            .address = p->connect ? slice_of(p->at.host) : (struct slice){0},
            .port = p->at.addr.port,
            .home = p->is_hss,
        };
        enum ims_err err = diameter_add_peer(d, &c, why);

        if (err != IMS_OK)
            return err;
    }
    return IMS_OK;
}

static enum ims_err listen_diameter(struct node *n, struct diameter *d,
                                    struct why *why)
{
    for (unsigned i = 0; i < n->self->listener_count; i++) {
        const struct topology_listener *l = &n->self->listeners[i];
        struct addr local;
        enum ims_err err;

        if (l->trust != TOPOLOGY_DIAMETER)
            continue;
        err = node_listen_addr(&l->at, &local, why);
        if (err == IMS_OK)
            err = diameter_listen(d, &local, why);
        if (err != IMS_OK)
            return err;
    }
    return IMS_OK;
}

/* A node without Diameter listener connects from the address that it has for
 * SIP, so that a capture shows who is who. */
static void bind_diameter(struct node *n, struct diameter *d)
{
    const struct topology_listener *l =
        topology_listener_of(n->self, TOPOLOGY_MW, TRANSPORT_NONE);
    struct addr local;

    if (!l || node_listen_addr(&l->at, &local, NULL) != IMS_OK)
        return;
    local.port = 0;
    local.transport = TRANSPORT_TCP;
    diameter_bind(d, &local);
}

static struct diameter_timers
diameter_timers_of(const struct topology_node *self)
{
    return (struct diameter_timers){
        .tw = self->timers.watchdog,
        .retry_most = self->timers.reconnect,
        .answer = self->timers.cx_answer,
    };
}

static struct diameter_limits
diameter_limits_of(const struct topology_node *self)
{
    return (struct diameter_limits){
        .message = self->limits.diameter_bytes,
        .pending = self->limits.diameter_pending,
    };
}

void node_diameter_reload(struct node *n, struct diameter *d)
{
    struct diameter_timers timers = diameter_timers_of(n->self);
    struct diameter_limits limits = diameter_limits_of(n->self);

    diameter_reconfigure(d, &timers, &limits);
}

enum ims_err node_diameter_open(struct node *n, struct diameter **out,
                                struct why *why)
{
    const struct topology_node *self = n->self;
    struct diameter_config c = {
        .env = &n->env,
        .timers = diameter_timers_of(self),
        .limits = diameter_limits_of(self),
    };
    struct diameter *d = diameter_new(&c);
    enum ims_err err = listen_diameter(n, d, why);

    if (err == IMS_OK)
        err = add_peers(n, d, why);
    if (err != IMS_OK) {
        diameter_free(d);
        return err;
    }
    bind_diameter(n, d);
    *out = d;
    return IMS_OK;
}

static void dump_peer(const struct env *env, const struct diameter_peer *p,
                      struct json *j)
{
    struct diameter_peer_info i = diameter_peer_info(p);
    char text[ADDR_TEXT_MAX];

    json_object_begin(j);
    json_put_text(j, "host", i.host);
    json_put_text(j, "realm", i.realm);
    json_put_text(j, "product", i.product);
    json_put_str(j, "address",
                 i.remote.family ? addr_text(&i.remote, text) : NULL);
    json_put_bool(j, "open", i.open);
    json_put_str(j, "state", peer_state_name(i.state));
    json_put_str(j, "watchdog", watchdog_state_name(i.watchdog));
    json_put_int(j, "since_us", /* wall clock */
                 env->epoch_us + i.since_us);
    json_put_u64(j, "requests_out", i.requests_out);
    json_put_u64(j, "requests_in", i.requests_in);
    json_put_u64(j, "answers_out", i.answers_out);
    json_put_u64(j, "answers_in", i.answers_in);
    json_put_u64(j, "pending", i.pending);
    json_put_str(j, "last_error", i.last_error);
    json_object_end(j);
}

void node_dump_peers(const struct env *env, const struct diameter *d,
                     struct json *j)
{
    json_array_begin(j);
    for (const struct diameter_peer *p = diameter_peer_next(d, NULL); p;
         p = diameter_peer_next(d, p))
        dump_peer(env, p, j);
    json_array_end(j);
}

void node_put_diameter_limits(const struct node *n, const struct diameter *d,
                              struct api_call *c)
{
    struct usage pending = diameter_pending_usage(d);

    readings_limit(c, "diameter_bytes", "bytes of a Diameter message",
                   n->self->limits.diameter_bytes, NULL);
    readings_limit(c, "diameter_pending",
                   "Diameter requests of ours without answer",
                   n->self->limits.diameter_pending, &pending);
}

/* A connection can stand while nobody answers over it. */
static void say_not_open(const struct diameter *d,
                         const struct diameter_peer_info *i, struct why *why)
{
    time_t s = (time_t)((diameter_env(d)->epoch_us + i->since_us) / SECOND);
    char since[20];
    struct tm tm;

    localtime_r(&s, &tm);
    strftime(since, sizeof since, "%H:%M:%S", &tm);
    if (i->watchdog == WATCHDOG_SUSPECT)
        why_set(why, IMS_UNREACHABLE, "%.*s does not answer since %s",
                SLICE_ARG(i->host), since);
    else if (i->watchdog == WATCHDOG_REOPEN)
        why_set(why, IMS_UNREACHABLE,
                "%.*s is connected again since %s and has to prove itself",
                SLICE_ARG(i->host), since);
    else
        why_set(why, IMS_UNREACHABLE, "no connection to %.*s: %s",
                SLICE_ARG(i->host),
                i->last_error[0] ? i->last_error : peer_state_name(i->state));
}

bool node_peers_ready(const struct diameter *d, struct why *why)
{
    for (const struct diameter_peer *p = diameter_peer_next(d, NULL); p;
         p = diameter_peer_next(d, p)) {
        struct diameter_peer_info i = diameter_peer_info(p);

        if (i.configured && !i.open) {
            say_not_open(d, &i, why);
            return false;
        }
    }
    return true;
}
