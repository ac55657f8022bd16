/* SPDX-License-Identifier: MIT
 *
 * SIP over its listeners: UDP and TCP, IPv4 and IPv6 (RFC 3261 18).
 *
 * SIP-6 in part: no TLS, no WebSocket.
 */
#include "net/fault.h"
#include "sip/transport_private.h"
#include <stdio.h>

static void count_from(struct sip_transport *t)
{
    struct metrics *m = t->env->metrics;
    struct sip_transport_counters *c = &t->count;
    char label[32];

    for (enum transport i = TRANSPORT_UDP; i <= TRANSPORT_SCTP; i++) {
        snprintf(label, sizeof label, "transport=\"%s\"", transport_name(i));
        c->in[i] = metrics_counter(m, "imsbox_sip_received_total", label,
                                   "SIP messages received");
        c->out[i] = metrics_counter(m, "imsbox_sip_sent_total", label,
                                    "SIP messages sent");
    }
    c->refused = metrics_counter(m, "imsbox_sip_refused_total", "",
                                 "Requests answered without a transaction");
    c->keepalives = metrics_counter(m, "imsbox_sip_keepalives_total", "",
                                    "Keep-alives received");
    c->failed = metrics_counter(m, "imsbox_sip_send_failures_total", "",
                                "SIP messages that could not be sent");
    c->connections_refused =
        metrics_counter(m, "imsbox_sip_connections_refused_total", "",
                        "Streams refused at the limit");
}

static double connections_now(void *ctx)
{
    return (double)sip_transport_connections(ctx);
}

static void set_defaults(struct sip_transport_config *c)
{
    if (c->connections == 0)
        c->connections = 1000;
    if (c->idle_us == 0)
        c->idle_us = 600 * (int64_t)SECOND;
    if (c->connect_us == 0)
        c->connect_us = 4 * (int64_t)SECOND;
    if (c->limits.message_bytes == 0)
        c->limits.message_bytes = 65535;
    if (c->limits.datagram_bytes == 0)
        c->limits.datagram_bytes = 1300;
    if (c->refusals == 0)
        c->refusals = 50;
}

struct sip_transport *sip_transport_new(const struct sip_transport_config *c,
                                        const struct sip_transport_handler *h,
                                        void *ctx)
{
    struct sip_transport *t = mem_zalloc(sizeof *t);
    struct dice *dice = c->env->dice;

    t->config = *c;
    set_defaults(&t->config);
    t->env = c->env;
    t->h = *h;
    t->ctx = ctx;
    t->allowance.per_second = t->config.refusals;
    t->tag_seed = dice_u64(dice);
    list_init(&t->ports);
    map_init(&t->by_remote, dice_u64(dice), t->config.connections);
    map_init(&t->by_alias, dice_u64(dice), t->config.connections);
    buf_init(&t->out, sip_printed_bytes(&t->config.limits));
    count_from(t);
    metrics_gauge(t->env->metrics, "imsbox_sip_connections", "",
                  "Open SIP streams", connections_now, t);
    return t;
}

void sip_transport_limit(struct sip_transport *t, const struct sip_limits *l,
                         size_t connections)
{
    t->config.limits = *l;
    t->config.connections = connections;
    set_defaults(&t->config);
    t->by_remote.limit = t->by_alias.limit = t->config.connections;
    buf_fini(&t->out);
    buf_init(&t->out, sip_printed_bytes(&t->config.limits));
}

size_t sip_transport_datagram_bytes(const struct sip_transport *t)
{
    return t->config.limits.datagram_bytes;
}

static void port_free(struct sip_port *p)
{
    if (p->udp)
        udp_close(p->udp);
    if (p->acceptor)
        listener_close(p->acceptor);
    list_remove(&p->node);
    str_fini(&p->pub.host);
    free(p);
}

void sip_transport_free(struct sip_transport *t)
{
    if (t->env->faults)
        t->env->faults->forget(t->env->faults->ctx, t);
    sip_stream_close_all(t);
    LIST_EACH (it, &t->ports) {
        port_free(container_of(it, struct sip_port, node));
    }
    map_fini(&t->by_remote);
    map_fini(&t->by_alias);
    buf_fini(&t->out);
    free(t);
}

size_t sip_transport_connections(const struct sip_transport *t)
{
    return t->by_remote.count;
}

struct usage sip_transport_usage(const struct sip_transport *t)
{
    return (struct usage){.now = t->by_remote.count,
                          .most = t->by_remote.most,
                          .refused = *t->count.connections_refused};
}

/* ---- listeners ----------------------------------------------------------- */

struct sip_port *sip_port_of(const struct sip_listener *l)
{
    return container_of((struct sip_listener *)l, struct sip_port, pub);
}

static bool is_wildcard(const struct addr *a)
{
    static const uint8_t none[16];

    return memcmp(a->ip, none, sizeof none) == 0;
}

static void set_advertised(struct sip_listener *l, struct slice host,
                           uint16_t port)
{
    char text[ADDR_TEXT_MAX];
    struct buf b;

    buf_over(&b, text, sizeof text);
    addr_print_ip(&l->local, true, &b);
    str_set(&l->host, host.n > 0 ? host : buf_slice(&b));
    l->port = port ? port : l->local.port;
}

void sip_transport_retime(struct sip_transport *t, unsigned nth,
                          const struct sip_timers *timers)
{
    LIST_EACH (it, &t->ports) {
        if (nth-- == 0)
            container_of(it, struct sip_port, node)->pub.timers = *timers;
    }
}

enum ims_err
sip_transport_listen(struct sip_transport *t, const struct addr *local,
                     enum sip_trust trust, struct slice advertise,
                     uint16_t advertise_port, const struct sip_timers *timers,
                     const struct sip_listener **out, struct why *why)
{
    struct sip_port *p;
    enum ims_err err;
    char text[ADDR_TEXT_MAX];

    if (advertise.n == 0 && is_wildcard(local))
        return why_set(why, IMS_CONFIG,
                       "%s listens on every address and advertises none",
                       addr_text(local, text));
    if (local->transport != TRANSPORT_UDP && local->transport != TRANSPORT_TCP)
        return why_set(why, IMS_UNSUPPORTED, "No SIP over %s yet",
                       transport_name(local->transport));
    p = mem_zalloc(sizeof *p);
    p->t = t;
    p->pub.local = *local;
    p->pub.trust = trust;
    p->pub.timers = *timers;
    err = local->transport == TRANSPORT_UDP ? sip_udp_listen(p, why)
                                            : sip_stream_listen(p, why);
    if (err) {
        free(p);
        return err;
    }
    set_advertised(&p->pub, advertise, advertise_port);
    list_append(&t->ports, &p->node);
    if (out)
        *out = &p->pub;
    return IMS_OK;
}

const struct sip_listener *sip_transport_listener(struct sip_transport *t,
                                                  enum sip_trust trust,
                                                  enum transport proto,
                                                  uint8_t family)
{
    LIST_EACH (it, &t->ports) {
        struct sip_listener *l = &container_of(it, struct sip_port, node)->pub;

        if (l->trust == trust && l->local.transport == proto &&
            l->local.family == family)
            return l;
    }
    return NULL;
}

static bool is_listener(const struct sip_listener *l, struct slice host,
                        uint16_t port)
{
    struct addr ip = {0};
    uint16_t wanted = port ? port : SIP_DEFAULT_PORT;

    if (sip_host_eq(str_slice(&l->host), host))
        return l->port == wanted;
    return addr_parse_ip(host, &ip) && addr_eq_ip(&ip, &l->local) &&
           l->local.port == wanted;
}

bool sip_transport_is_own(struct sip_transport *t, struct slice host,
                          uint16_t port)
{
    bool named = t->env->host && slice_eq_nocase(slice_of(t->env->host), host);

    if (named && port == 0)
        return true;
    LIST_EACH (it, &t->ports) {
        struct sip_listener *l = &container_of(it, struct sip_port, node)->pub;

        if (is_listener(l, host, port) ||
            (named && (port == l->port || port == l->local.port)))
            return true;
    }
    return false;
}

/* ---- the way of a response ----------------------------------------------- */

static struct sip_flow to_maddr(const struct sip_flow *came,
                                const struct sip_via *via, struct addr maddr)
{
    struct sip_flow flow = *came;

    maddr.port = via->port ? via->port : SIP_DEFAULT_PORT;
    maddr.transport = came->remote.transport;
    flow.remote = maddr;
    return flow;
}

struct sip_flow sip_transport_response_flow(const struct sip_message *req,
                                            const struct sip_flow *came,
                                            struct addr *spare)
{
    struct sip_flow flow = *came;
    struct sip_via via;
    struct addr maddr = {0};

    *spare = (struct addr){0};
    if (sip_via_top(req, &via, NULL))
        return flow;
    if (came->connection != 0) {
        *spare = came->remote;
        spare->port = via.port ? via.port : SIP_DEFAULT_PORT;
        return flow;
    }
    if (via.maddr.n > 0 && came->listener->trust != SIP_GM &&
        addr_parse_ip(via.maddr, &maddr) && maddr.family == came->remote.family)
        return to_maddr(came, &via, maddr);
    if (!via.has_rport)
        flow.remote.port = via.port ? via.port : SIP_DEFAULT_PORT;
    return flow;
}

/* ---- sending ------------------------------------------------------------- */

static struct slice call_of(const struct sip_message *m)
{
    return sip_header_value(m, SIP_HDR_CALL_ID);
}

static void note_tx(struct sip_transport *t, struct slice bytes,
                    struct slice call, const struct sip_flow *flow)
{
    struct record_message rec = {
        .kind = RECORD_TX,
        .proto = RECORD_SIP,
        .local = flow->listener->local,
        .remote = flow->remote,
        .about = {.call = call},
        .bytes = bytes,
    };

    record_message(t->env->record, &rec);
    ++*t->count.out[flow->remote.transport];
}

static enum ims_err send_datagram(struct slice bytes,
                                  const struct sip_flow *flow, struct why *why)
{
    char text[ADDR_TEXT_MAX];
    enum ims_err err;

    if (bytes.n > 65507)
        return why_set(why, IMS_TOO_LARGE,
                       "%zu bytes do not fit into a datagram", bytes.n);
    err = udp_send(sip_port_of(flow->listener)->udp, &flow->remote, bytes);
    if (err)
        return why_set(why, err, "The datagram to %s was not taken",
                       addr_text(&flow->remote, text));
    return IMS_OK;
}

enum ims_err sip_transport_send_now(struct sip_transport *t, struct slice bytes,
                                    struct slice call,
                                    const struct sip_flow *flow,
                                    struct why *why)
{
    enum ims_err err = flow->remote.transport == TRANSPORT_UDP
                           ? send_datagram(bytes, flow, why)
                           : sip_stream_send(t, bytes, flow, why);

    if (err) {
        ++*t->count.failed;
        return err;
    }
    note_tx(t, bytes, call, flow);
    return IMS_OK;
}

enum ims_err sip_transport_send_bytes(struct sip_transport *t,
                                      struct slice bytes, struct slice call,
                                      const struct sip_flow *flow,
                                      struct why *why)
{
    if (t->env->faults && !sip_fault_lets_out(t, flow, bytes))
        return IMS_OK;
    return sip_transport_send_now(t, bytes, call, flow, why);
}

enum ims_err sip_transport_send(struct sip_transport *t,
                                const struct sip_message *m,
                                const struct sip_flow *flow, struct why *why)
{
    enum ims_err err;

    buf_reset(&t->out);
    err = sip_message_print(m, &t->out, why);
    if (err)
        return err;
    return sip_transport_send_bytes(t, buf_slice(&t->out), call_of(m), flow,
                                    why);
}

/* ---- what is not acted upon ---------------------------------------------- */

void sip_transport_note_rx(struct sip_transport *t, const struct sip_message *m,
                           const struct sip_flow *flow, struct slice bytes)
{
    struct record_message rec = {
        .kind = RECORD_RX,
        .proto = RECORD_SIP,
        .local = flow->listener->local,
        .remote = flow->remote,
        .about = {.call = m ? call_of(m) : (struct slice){0}},
        .bytes = bytes,
    };

    record_message(t->env->record, &rec);
}
