/* SPDX-License-Identifier: MIT
 *
 * One attempt of a client: Via and branch, the size switch (RFC 3261 18.1.1).
 *
 * SIP-6.
 */
#include "sip/client_private.h"
#include <endian.h>

/* ---- the branch ---------------------------------------------------------- */

enum { BRANCH_RANDOM = 16 };

static void print_mark(const struct sip_stack *s, struct slice cookie,
                       struct buf *out)
{
    uint64_t hash = htobe64(slice_hash(cookie, s->secret));

    buf_char(out, '.');
    buf_hex(out, &hash, sizeof hash);
}

/* z9hG4bK, 16 random characters, and when there is a cookie a point and its
 * hash, by which a loop is seen (RFC 5393 4.2). */
static void print_branch(struct sip_client *c, struct buf *out)
{
    char token[BRANCH_RANDOM];
    struct slice cookie = str_slice(&c->cookie);

    dice_token(c->stack->env->dice, token, sizeof token);
    buf_str(out, "z9hG4bK");
    buf_add(out, slice_at(token, sizeof token));
    if (cookie.n > 0)
        print_mark(c->stack, cookie, out);
}

static bool is_in_vias(const struct sip_message *m, struct slice mark)
{
    const struct sip_header *h = sip_header_first(m, SIP_HDR_VIA);

    while (h && slice_find(h->value, mark) < 0)
        h = sip_header_next(m, h);
    return h;
}

bool sip_stack_has_looped(const struct sip_stack *s,
                          const struct sip_message *req, struct slice cookie)
{
    struct sip_values vias;
    struct slice value;
    struct sip_via via;
    char text[24];
    struct buf mark;

    buf_over(&mark, text, sizeof text);
    print_mark(s, cookie, &mark);
    if (!is_in_vias(req, buf_slice(&mark)))
        return false;
    sip_values_begin(&vias, req, SIP_HDR_VIA);
    while (sip_values_next(&vias, &value))
        if (sip_via_parse(value, &via, NULL) == IMS_OK &&
            slice_ends(via.branch, buf_slice(&mark)) &&
            sip_transport_is_own(s->transport, via.host, via.port))
            return true;
    return false;
}

/* ---- one attempt --------------------------------------------------------- */

enum { VIA_BYTES = 512 };

static void print_via(const struct sip_flow *flow, struct slice branch,
                      struct buf *out)
{
    const struct sip_listener *l = flow->listener;
    enum transport proto = flow->remote.transport;

    buf_str(out, transport_is_stream(proto) ? "SIP/2.0/TCP " : "SIP/2.0/UDP ");
    buf_add(out, str_slice(&l->host));
    buf_char(out, ':');
    buf_u64(out, l->port);
    buf_str(out, ";branch=");
    buf_add(out, branch);
    if (!transport_is_stream(proto) && l->trust != SIP_MW)
        buf_str(out, ";rport"); /* RFC 3581: an address may be translated */
    else if (transport_is_stream(proto) && l->trust != SIP_GM)
        buf_str(out, ";alias"); /* RFC 5923 */
}

static bool flow_to(struct sip_client *c, const struct addr *to,
                    struct sip_flow *flow)
{
    char text[ADDR_TEXT_MAX];

    if (c->flow.listener) {
        *flow = c->flow;
        return true;
    }
    *flow = (struct sip_flow){.remote = *to};
    flow->listener = sip_transport_listener(c->stack->transport, c->trust,
                                            to->transport, to->family);
    if (flow->listener)
        return true;
    why_set(&c->why, IMS_UNREACHABLE, "No listener to reach %s over %s from",
            addr_text(to, text), transport_name(to->transport));
    return false;
}

/* RFC 3261 18.1.1: over TCP, where this node and, as far as is known, the other
 * one have it. A fixed flow is the only way that there is. */
static bool moves_to_tcp(struct sip_client *c, size_t size,
                         struct sip_flow *flow)
{
    struct sip_stack *s = c->stack;
    struct sip_flow tcp = {.remote = flow->remote};

    if (size <= sip_transport_datagram_bytes(s->transport) ||
        c->flow.listener || flow->remote.transport != TRANSPORT_UDP)
        return false;
    tcp.remote.transport = TRANSPORT_TCP;
    tcp.listener = sip_transport_listener(s->transport, c->trust, TRANSPORT_TCP,
                                          tcp.remote.family);
    if (!tcp.listener || sip_locate_is_quarantined(s->locate, &tcp.remote))
        return false;
    record_say(s->env->record,
               (struct record_about){.call = sip_call_of(c->msg)}, "SIP-6",
               "RFC 3261 18.1.1", "%zu bytes go over TCP, not UDP", size);
    *flow = tcp;
    return true;
}

/* Our Via is another one at each attempt; the message stays as it was given. */
static bool print_sent(struct sip_client *c, const struct sip_flow *flow,
                       struct slice branch)
{
    struct buf *out = &c->stack->out;
    char text[VIA_BYTES];
    struct buf via;

    buf_over(&via, text, sizeof text);
    print_via(flow, branch, &via);
    buf_reset(out);
    return sip_message_print_via(c->msg, buf_slice(&via), out, &c->why) ==
           IMS_OK;
}

static struct transaction *transaction_for(struct sip_client *c,
                                           const struct sip_flow *flow,
                                           struct slice branch)
{
    struct sip_stack *s = c->stack;
    struct transaction *t = transaction_new(s, flow, &client_ops);

    t->method = c->msg->method;
    str_set(&t->key, branch);
    str_set(&t->wire, buf_slice(&s->out));
    str_set(&t->call, sip_call_of(c->msg));
    transaction_enter(t);
    transaction_wait(t);
    return t;
}

static bool send_once(struct sip_client *c, const struct sip_flow *flow)
{
    return sip_transport_send_bytes(
               c->stack->transport, buf_slice(&c->stack->out),
               sip_call_of(c->msg), flow, &c->why) == IMS_OK;
}

bool client_attempt(struct sip_client *c, const struct addr *to, bool try_tcp)
{
    char text[64];
    struct buf branch;
    struct sip_flow flow;

    buf_over(&branch, text, sizeof text);
    print_branch(c, &branch);
    if (!flow_to(c, to, &flow) || !print_sent(c, &flow, buf_slice(&branch)))
        return false;
    c->over_size = try_tcp && moves_to_tcp(c, c->stack->out.n, &flow);
    if (c->over_size && !print_sent(c, &flow, buf_slice(&branch)))
        return false;
    c->remote = flow.remote;
    c->heard = false;
    if (c->is_stateless)
        return send_once(c, &flow);
    c->t = transaction_for(c, &flow, buf_slice(&branch));
    c->t->client = c;
    if (c->msg->method == SIP_INVITE)
        ict_start(&c->t->m);
    else
        nict_start(&c->t->m);
    return true;
}

/* ---- ACK and CANCEL ------------------------------------------------------ */

/* What ACK (17.1.1.3) and CANCEL (9.1) take over from their INVITE, which t
 * sent. */
static struct sip_message *follow_up(const struct transaction *t,
                                     enum sip_method method, struct slice to)
{
    const struct sip_message *invite = t->client->msg;
    struct sip_message *m = sip_request_new(method, invite->uri);
    struct sip_cseq cseq = {0};
    struct slice name = sip_method_name(method);
    char text[VIA_BYTES];
    struct buf via;

    if (sip_cseq_parse(sip_header_value(invite, SIP_HDR_CSEQ), &cseq, NULL))
        cseq.number = 0;
    buf_over(&via, text, sizeof text);
    print_via(&t->flow, str_slice(&t->key), &via);
    sip_add_first(m, SIP_HDR_VIA, buf_slice(&via));
    sip_add_all(m, invite, SIP_HDR_ROUTE);
    sip_set(m, SIP_HDR_MAX_FORWARDS, S("70"));
    sip_add_all(m, invite, SIP_HDR_FROM);
    sip_set(m, SIP_HDR_TO, to);
    sip_add_all(m, invite, SIP_HDR_CALL_ID);
    sip_set_printf(m, SIP_HDR_CSEQ, "%u %.*s", cseq.number, SLICE_ARG(name));
    return m;
}

static bool client_send_ack(struct txn *m, struct sip_message *resp)
{
    struct transaction *t = container_of(m, struct transaction, m);
    struct sip_message *ack;
    bool printed;

    if (!resp) {
        ++*t->stack->count.retransmissions;
        return t->wire.n == 0 || transaction_send_wire(t) == IMS_OK;
    }
    if (!t->client || !t->client->msg)
        return true;
    ack = follow_up(t, SIP_ACK, sip_header_value(resp, SIP_HDR_TO));
    printed = transaction_print(t, ack);
    sip_message_drop(ack);
    return printed && transaction_send_wire(t) == IMS_OK;
}

void client_send_cancel(struct sip_client *c)
{
    struct sip_stack *s = c->stack;
    struct sip_message *m =
        follow_up(c->t, SIP_CANCEL, sip_header_value(c->msg, SIP_HDR_TO));
    struct transaction *t = transaction_new(s, &c->t->flow, &client_ops);

    if (c->reason.n > 0)
        sip_set(m, SIP_HDR_REASON, str_slice(&c->reason));
    t->method = SIP_CANCEL;
    str_set(&t->key, str_slice(&c->t->key));
    str_set(&t->call, sip_call_of(m));
    transaction_enter(t);
    if (transaction_print(t, m))
        nict_start(&t->m);
    else
        transaction_free(t);
    sip_message_drop(m);
}

/* ---- our own responses --------------------------------------------------- */

struct sip_message *client_own_response(struct sip_client *c, unsigned status)
{
    char tag[TAG_LENGTH];
    struct sip_message *resp;

    dice_token(c->stack->env->dice, tag, sizeof tag);
    resp = sip_response_to(c->msg, status, slice_of(sip_reason(status)),
                           slice_at(tag, sizeof tag));
    sip_add_first(resp, SIP_HDR_VIA,
                  S("SIP/2.0/UDP unsent.invalid;branch=z9hG4bKunsent"));
    resp->starved |= c->msg->starved; /* who knows which headers it lost */
    return resp;
}

/* ---- what the machines ask ----------------------------------------------- */

static bool client_send(struct txn *m, struct sip_message *none)
{
    struct transaction *t = container_of(m, struct transaction, m);

    (void)none;
    if (t->is_sent)
        ++*t->stack->count.retransmissions;
    t->is_sent = true;
    return transaction_send_wire(t) == IMS_OK;
}

static void client_tell(struct txn *m, enum txn_news news,
                        struct sip_message *msg)
{
    struct transaction *t = container_of(m, struct transaction, m);
    struct sip_client *c = t->client;

    if (news == TXN_TIMEOUT)
        ++*t->stack->count.timeouts;
    if (!c)
        return;
    if (news == TXN_RESPONSE)
        client_response(c, msg);
    else
        client_failed(c, news);
}

/* Errors of the transport count while a response is waited for and may still
 * come from elsewhere; where the figure has no arrow for them, they need not
 * find the transaction. */
static void client_entered(struct txn *m)
{
    struct transaction *t = container_of(m, struct transaction, m);

    if (m->state != TXN_CALLING && m->state != TXN_TRYING)
        transaction_wait_over(t);
}

static void client_gone_op(struct txn *m)
{
    struct transaction *t = container_of(m, struct transaction, m);
    struct sip_client *c = t->client;

    transaction_free(t);
    if (c)
        client_gone(c);
}

const struct txn_ops client_ops = {
    .send = client_send,
    .send_ack = client_send_ack,
    .tell = client_tell,
    .entered = client_entered,
    .gone = client_gone_op,
};
