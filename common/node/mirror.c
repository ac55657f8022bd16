/* SPDX-License-Identifier: MIT */
#include "node/mirror.h"
#include "base/mem.h"
#include "node/hep.h"
#include "node/mask.h"

enum {
    BEAT_US = 20 * MSEC,
    BEAT_ENTRIES = 1000,
    AGAIN_US = 5 * SECOND, /* a name that has no address yet */
    KEEP_US = 60 * SECOND, /* a container may come back at another one */
    FIRST_AGENT = 2001,    /* agent id of a topology's first node */
};

/* A host of the topology and the address it has by now; family 0: none. */
struct place {
    const char *host;
    struct addr ip;
};

struct mirror {
    struct node *node;
    struct udp *udp;
    struct addr to; /* family 0: its name has no address yet */
    struct place *ours;
    unsigned count, asked; /* asked: the place whose name is looked up */
    struct dns_query *dns;
    struct timer beat, lookup;
    struct record_cursor at;
    uint32_t agent;
    struct buf copy, packet;
    uint64_t *sent, *lost;
};

/* ---- names --------------------------------------------------------------- */

static void look_up(void *ctx);

static const struct topology_place *target(const struct mirror *m)
{
    return m->node->topology->hep;
}

static void on_found(struct mirror *m, const struct addr *ip)
{
    const struct topology_place *place = target(m);

    if (m->asked < m->count) {
        m->ours[m->asked].ip = *ip;
    } else {
        m->to = *ip;
        m->to.port = place->addr.port;
        m->to.transport = TRANSPORT_UDP;
    }
}

static void on_address(void *ctx, enum ims_err err,
                       const struct dns_record *records, size_t count)
{
    struct mirror *m = ctx;

    m->dns = NULL;
    if (err == IMS_OK && count > 0)
        on_found(m, &records[0].addr);
    m->asked++;
    look_up(m);
}

/* One name after the other, the target's last. */
static void look_up(void *ctx)
{
    struct mirror *m = ctx;
    const struct env *env = &m->node->env;
    struct addr ip;

    for (; m->asked <= m->count; m->asked++) {
        const char *host =
            m->asked < m->count ? m->ours[m->asked].host : target(m)->host;

        if (addr_parse_ip(slice_of(host), &ip)) {
            on_found(m, &ip);
            continue;
        }
        m->dns = dns_ask(env->net, slice_of(host), DNS_A, on_address, m);
        return;
    }
    m->asked = 0;
    timer_start(env->timers, &m->lookup, m->to.family ? KEEP_US : AGAIN_US,
                look_up, m);
}

/* ---- which messages ------------------------------------------------------ */

static bool is_outside(const struct mirror *m, const struct addr *local)
{
    const struct topology_node *self = m->node->self;

    for (unsigned i = 0; i < self->listener_count; i++) {
        const struct topology_listener *l = &self->listeners[i];

        if ((l->trust == TOPOLOGY_GM || l->trust == TOPOLOGY_ISC) &&
            l->at.addr.port == local->port)
            return true;
    }
    return false;
}

static bool is_ours(const struct mirror *m, const struct addr *remote)
{
    for (unsigned i = 0; i < m->count; i++)
        if (addr_eq_ip(&m->ours[i].ip, remote))
            return true;
    return false;
}

static bool is_wanted(const struct mirror *m, const struct record_entry *e)
{
    if (e->kind == RECORD_SAYS || e->kind == RECORD_LOST ||
        e->proto == RECORD_NONE || e->bytes.n == 0)
        return false;
    return e->kind == RECORD_TX || is_outside(m, &e->local) ||
           !is_ours(m, &e->remote);
}

/* ---- sending ------------------------------------------------------------- */

static void send_entry(struct mirror *m, const struct record_entry *e)
{
    bool out = e->kind == RECORD_TX;
    struct hep_packet p = {
        .type = e->proto == RECORD_SIP ? HEP_SIP : HEP_DIAMETER,
        .from = out ? e->local : e->remote,
        .to = out ? e->remote : e->local,
        .wall_us = e->wall_us,
        .agent = m->agent,
        .name = slice_of(m->node->env.name),
        .call = e->about.call.n ? e->about.call : e->about.session,
    };

    buf_reset(&m->copy);
    buf_reset(&m->packet);
    buf_add(&m->copy, e->bytes);
    if (e->proto == RECORD_SIP)
        mask_sip(m->copy.p, m->copy.n);
    p.bytes = buf_slice(&m->copy);
    if (!m->copy.full && hep_print(&p, &m->packet) &&
        udp_send(m->udp, &m->to, buf_slice(&m->packet)) == IMS_OK)
        ++*m->sent;
    else
        ++*m->lost;
}

static void on_beat(void *ctx)
{
    struct mirror *m = ctx;
    const struct env *env = &m->node->env;
    struct record_entry e;
    uint64_t missed;

    for (int i = 0; i < BEAT_ENTRIES && m->to.family &&
                    record_read(env->record, &m->at, &e, &missed);
         i++) {
        *m->lost += missed;
        if (is_wanted(m, &e))
            send_entry(m, &e);
    }
    timer_start(env->timers, &m->beat, BEAT_US, on_beat, m);
}

/* Nobody listens there: as good as sent. */
static void on_undeliverable(void *ctx, struct udp *u, const struct addr *to)
{
    (void)ctx, (void)u, (void)to;
}

static void on_datagram(void *ctx, struct udp *u, const struct addr *from,
                        struct slice bytes)
{
    (void)ctx, (void)u, (void)from, (void)bytes;
}

/* ---- life ---------------------------------------------------------------- */

/* Every node's host but our own; our place among them is our number. */
static void find_nodes(struct mirror *m)
{
    const struct topology *t = m->node->topology;
    unsigned count = 0;

    for (unsigned i = 0; i < t->network_count; i++)
        count += t->networks[i].node_count;
    m->ours = mem_zalloc((count + 1) * sizeof *m->ours);
    m->agent = FIRST_AGENT;
    for (unsigned i = 0; i < t->network_count; i++)
        for (unsigned k = 0; k < t->networks[i].node_count; k++) {
            const struct topology_node *n = &t->networks[i].nodes[k];

            if (strcmp(n->name, m->node->self->name) == 0)
                m->agent = FIRST_AGENT + i * 100 + k;
            else
                m->ours[m->count++].host = n->host;
        }
}

/* From any address; where there is no such thing, from the node's. */
static enum ims_err open_socket(struct mirror *m, struct why *why)
{
    static const struct udp_handler handler = {on_datagram, on_undeliverable};
    struct topology_place own = {.host = m->node->self->host};
    struct net *net = m->node->env.net;
    bool v6 = target(m)->addr.family == 6;
    struct addr local = {.family = v6 ? 6 : 4, .transport = TRANSPORT_UDP};
    enum ims_err err = udp_open(net, &local, &handler, m, &m->udp, why);

    if (err != IMS_CONFIG)
        return err;
    addr_parse_ip(slice_of(own.host), &own.addr);
    own.addr.transport = TRANSPORT_UDP;
    return udp_open(net, &own.addr, &handler, m, &m->udp, why);
}

struct mirror *mirror_new(struct node *n)
{
    struct mirror *m;
    struct why why;

    if (!n->topology->hep)
        return NULL;
    m = mem_zalloc(sizeof *m);
    m->node = n;
    if (open_socket(m, &why) != IMS_OK) {
        log_at(n->env.log, LOG_WARN, "messages are not mirrored: %s", why.text);
        free(m);
        return NULL;
    }
    buf_init(&m->copy, HEP_PACKET_MAX);
    buf_init(&m->packet, HEP_PACKET_MAX);
    m->sent = metrics_counter(n->env.metrics, "imsbox_hep_packets_total",
                              "result=\"sent\"", "Messages mirrored by HEP");
    m->lost = metrics_counter(n->env.metrics, "imsbox_hep_packets_total",
                              "result=\"lost\"", "Messages mirrored by HEP");
    find_nodes(m);
    look_up(m);
    on_beat(m);
    return m;
}

void mirror_free(struct mirror *m)
{
    if (!m)
        return;
    timer_stop(m->node->env.timers, &m->beat);
    timer_stop(m->node->env.timers, &m->lookup);
    if (m->dns)
        dns_cancel(m->dns);
    udp_close(m->udp);
    buf_fini(&m->copy);
    buf_fini(&m->packet);
    free(m->ours);
    free(m);
}
