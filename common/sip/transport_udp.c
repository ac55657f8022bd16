/* SPDX-License-Identifier: MIT
 *
 * Datagrams, and STUN between them (RFC 5626 4.4.2).
 *
 * SIP-6.
 */
#include "sip/stun.h"
#include "sip/transport_private.h"

static struct sip_flow flow_from(struct sip_port *p, const struct addr *from)
{
    struct sip_flow flow = {.listener = &p->pub, .remote = *from};

    flow.remote.transport = TRANSPORT_UDP;
    return flow;
}

/* Blank lines and zero bytes that some phones send to keep a NAT open; over
 * datagrams they ask for no answer. */
static bool is_keepalive(struct slice bytes)
{
    for (size_t i = 0; i < bytes.n; i++)
        if (bytes.p[i] != '\r' && bytes.p[i] != '\n' && bytes.p[i] != '\0' &&
            bytes.p[i] != ' ')
            return false;
    return true;
}

static void answer_stun(struct sip_port *p, const struct addr *from,
                        struct slice bytes)
{
    char text[64];
    struct buf out;

    ++*p->t->count.keepalives;
    buf_over(&out, text, sizeof text);
    if (stun_answer(bytes, from, &out) &&
        udp_send(p->udp, from, buf_slice(&out)))
        ++*p->t->count.failed;
}

static bool is_lost(struct sip_port *p, const struct sip_flow *flow,
                    struct slice bytes)
{
    return p->t->env->faults && !sip_fault_lets_ping(p->t, flow, bytes);
}

static void on_datagram(void *ctx, struct udp *u, const struct addr *from,
                        struct slice bytes)
{
    struct sip_port *p = ctx;
    struct sip_flow flow = flow_from(p, from);

    (void)u;
    if (is_keepalive(bytes))
        ++*p->t->count.keepalives;
    else if (!stun_is(bytes))
        sip_transport_receive(p->t, &flow, bytes);
    else if (!is_lost(p, &flow, bytes))
        answer_stun(p, from, bytes);
}

static void on_undeliverable(void *ctx, struct udp *u, const struct addr *to)
{
    struct sip_port *p = ctx;
    struct sip_flow flow = flow_from(p, to);

    (void)u;
    ++*p->t->count.failed;
    p->t->h.on_unreachable(p->t->ctx, &flow.remote);
}

enum ims_err sip_udp_listen(struct sip_port *p, struct why *why)
{
    static const struct udp_handler handler = {on_datagram, on_undeliverable};
    enum ims_err err =
        udp_open(p->t->env->net, &p->pub.local, &handler, p, &p->udp, why);

    if (err)
        return err;
    p->pub.local.port = udp_local(p->udp)->port;
    return IMS_OK;
}
