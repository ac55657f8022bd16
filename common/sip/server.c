/* SPDX-License-Identifier: MIT
 *
 * The server side: a request that arrives is
 *
 *   an ACK         for its INVITE transaction, or for the user (17.2.1, 13.3)
 *   known          a repetition, for its transaction (17.2.3)
 *   refused        503 at the limit and while draining
 *   a CANCEL       answered here, told to the user (9.2)
 *   new            given to the user, who owes an answer
 *
 * SIP-4; SIP-10 in part: no priority for emergency traffic.
 */
#include "sip/transaction_private.h"

static void receive_ack(struct sip_stack *s, struct sip_message *m,
                        const struct sip_flow *flow);
static bool is_repetition(struct sip_stack *s, struct sip_message *m,
                          const struct sip_flow *flow);
static bool is_refused(struct sip_stack *s, struct sip_message *m,
                       const struct sip_flow *flow);
static void receive_cancel(struct sip_stack *s, struct sip_message *m,
                           const struct sip_flow *flow);
static void receive_new(struct sip_stack *s, struct sip_message *m,
                        const struct sip_flow *flow);
static const struct txn_ops server_ops;

void server_receive(struct sip_stack *s, struct sip_message *m,
                    const struct sip_flow *flow)
{
    if (m->method == SIP_ACK)
        receive_ack(s, m, flow);
    else if (is_repetition(s, m, flow) || is_refused(s, m, flow))
        return;
    else if (m->method == SIP_CANCEL)
        receive_cancel(s, m, flow);
    else
        receive_new(s, m, flow);
}

/* ---- matching, RFC 3261 17.2.3 ------------------------------------------- */

static void lower(char *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (p[i] >= 'A' && p[i] <= 'Z')
            p[i] = (char)(p[i] + ('a' - 'A'));
}

static void key_by_branch(const struct sip_via *via, struct buf *key)
{
    size_t at;

    buf_add(key, via->branch);
    buf_char(key, '|');
    at = key->n;
    buf_add(key, via->host);
    if (!key->full)
        lower(key->p + at, key->n - at);
    buf_char(key, ':');
    buf_u64(key, via->port ? via->port : 5060);
}

static uint32_t cseq_number(const struct sip_message *m)
{
    struct sip_cseq cseq;

    return sip_cseq_parse(sip_header_value(m, SIP_HDR_CSEQ), &cseq, NULL)
               ? 0
               : cseq.number;
}

/* Without the magic cookie of RFC 3261 8.1.1.7: Request-URI, From tag,
 * Call-ID, CSeq number and top Via. */
static void key_by_fields(const struct sip_message *m, struct buf *key)
{
    struct sip_values vias;
    struct slice via = {0};

    sip_values_begin(&vias, m, SIP_HDR_VIA);
    sip_values_next(&vias, &via);
    buf_printf(key, "2543|%u|", cseq_number(m));
    buf_add(key, m->uri);
    buf_char(key, '|');
    buf_add(key, sip_tag(m, SIP_HDR_FROM));
    buf_char(key, '|');
    buf_add(key, sip_call_of(m));
    buf_char(key, '|');
    buf_add(key, via);
}

static struct slice make_key(struct sip_stack *s, const struct sip_message *m)
{
    struct sip_via via;

    buf_reset(&s->out);
    if (sip_via_top(m, &via, NULL) == IMS_OK && sip_branch_is_3261(via.branch))
        key_by_branch(&via, &s->out);
    else
        key_by_fields(m, &s->out);
    return buf_slice(&s->out);
}

/* The transaction of an ACK is the INVITE's; that of a CANCEL to be cancelled
 * is any but a CANCEL's. */
static bool is_of(const struct transaction *t, enum sip_method method,
                  bool to_cancel)
{
    if (to_cancel)
        return t->method != SIP_CANCEL;
    return t->method == (method == SIP_ACK ? SIP_INVITE : method);
}

/* Whom a request passed knows its Via: what a phone sends belongs to what came
 * from the same phone alone (a stream may be another one of its own). */
static bool is_from_same(const struct transaction *t,
                         const struct sip_flow *flow)
{
    const struct addr *first = &t->request_from;

    if (t->flow.listener->trust != flow->listener->trust)
        return false;
    if (flow->listener->trust != SIP_GM)
        return true;
    return transport_is_stream(flow->remote.transport)
               ? addr_eq_ip(first, &flow->remote)
               : addr_eq(first, &flow->remote);
}

static struct transaction *find(struct sip_stack *s,
                                const struct sip_message *m,
                                const struct sip_flow *flow, bool to_cancel)
{
    struct map_node *n = map_find(&s->servers, make_key(s, m));

    for (; n; n = map_again(&s->servers, n)) {
        struct transaction *t = container_of(n, struct transaction, by_key);

        if (is_of(t, m->method, to_cancel) && is_from_same(t, flow))
            return t;
    }
    return NULL;
}

static void receive_ack(struct sip_stack *s, struct sip_message *m,
                        const struct sip_flow *flow)
{
    struct transaction *t = find(s, m, flow, false);

    if (t) {
        t->came = flow;
        ist_event(&t->m, IST_RX_ACK, m);
    } else {
        s->h.on_ack(s->ctx, m, flow);
    }
}

static bool is_repetition(struct sip_stack *s, struct sip_message *m,
                          const struct sip_flow *flow)
{
    struct transaction *t = find(s, m, flow, false);

    if (!t)
        return false;
    t->came = flow;
    if (t->method == SIP_INVITE)
        ist_event(&t->m, IST_RX_INVITE, m);
    else
        nist_event(&t->m, NIST_RX_REQUEST, m);
    return true;
}

/* From tag, Call-ID and CSeq of a request outside a dialog, RFC 3261 8.2.2.2.
 */
static uint64_t merge_hash(const struct sip_stack *s,
                           const struct sip_message *m)
{
    uint64_t h = slice_hash(sip_tag(m, SIP_HDR_FROM), s->secret);

    h = slice_hash(sip_call_of(m), h);
    return slice_hash(sip_header_value(m, SIP_HDR_CSEQ), h);
}

static void enter_merges(struct transaction *t, const struct sip_message *m)
{
    struct sip_stack *s = t->stack;

    if (t->in_merges)
        return;
    t->merge = merge_hash(s, m);
    t->in_merges =
        map_add(&s->merges, &t->by_merge, slice_at(&t->merge, sizeof t->merge));
}

bool sip_request_is_merged(struct sip_request *pub)
{
    struct transaction *t = container_of(pub, struct request, pub)->t;
    struct map_node *n;

    if (!t || sip_tag(pub->msg, SIP_HDR_TO).n > 0)
        return false;
    enter_merges(t, pub->msg);
    n = map_find(&t->stack->merges, slice_at(&t->merge, sizeof t->merge));
    return n && (n != &t->by_merge || map_again(&t->stack->merges, n));
}

/* ---- refusing ------------------------------------------------------------ */

/* The last tenth of the room is for requests in dialogs, so that calls which
 * stand can be changed and ended (RFC 6357 section 4; SIP-10). */
static bool has_room(const struct sip_stack *s, bool in_dialog)
{
    size_t limit = s->config.transactions;

    return sip_stack_transactions(s) < (in_dialog ? limit : limit - limit / 10);
}

/* Let in beyond the limit, once for each INVITE: it makes room. */
static bool ends_an_invite(struct sip_stack *s, const struct sip_message *m,
                           const struct sip_flow *flow)
{
    const struct transaction *t =
        m->method == SIP_CANCEL ? find(s, m, flow, true) : NULL;

    return t && t->method == SIP_INVITE && t->request &&
           !t->request->is_answered;
}

static bool is_refused(struct sip_stack *s, struct sip_message *m,
                       const struct sip_flow *flow)
{
    bool in_dialog = sip_tag(m, SIP_HDR_TO).n > 0 || m->method == SIP_CANCEL;
    bool drains = s->is_draining && !in_dialog;
    struct record_about about = {.call = sip_call_of(m),
                                 .reason = drains ? "draining" : "full"};

    if (!drains && (has_room(s, in_dialog) || ends_an_invite(s, m, flow)))
        return false;
    ++*(drains ? s->count.draining : s->count.full);
    record_say(s->env->record, about, "SIP-10", "RFC 3261 21.5.4",
               drains ? "refused with 503: the node is stopping"
                      : "refused with 503: too many transactions");
    sip_transport_refuse(
        s->transport, m, flow, 503, NULL,
        REFUSED_RETRY_MIN +
            (unsigned)dice_below(s->env->dice, REFUSED_RETRY_SPREAD));
    return true;
}

/* ---- a new request ------------------------------------------------------- */

static struct request *request_new(struct sip_stack *s, struct sip_message *m,
                                   const struct sip_flow *flow)
{
    struct request *r = mem_zalloc(sizeof *r);

    r->refs = 1;
    r->pub.msg = sip_message_hold(m);
    r->pub.flow = *flow;
    r->pub.stack = s;
    list_append(&s->requests, &r->node);
    return r;
}

static struct request *begin(struct sip_stack *s, struct sip_message *m,
                             const struct sip_flow *flow)
{
    struct transaction *t = transaction_new(s, flow, &server_ops);

    t->is_server = true;
    t->method = m->method;
    t->request_from = flow->remote;
    t->flow = sip_transport_response_flow(m, flow, &t->spare);
    str_set(&t->call, sip_call_of(m));
    str_set(&t->key, make_key(s, m));
    transaction_enter(t);
    t->request = request_new(s, m, flow);
    t->request->t = t;
    if (m->method == SIP_INVITE)
        ist_start(&t->m);
    else
        nist_start(&t->m);
    return t->request;
}

/* RFC 4320 4.1: the other side has slowed down, and is told to wait. */
static void on_trying_due(void *ctx)
{
    struct transaction *t = ctx;

    if (t->request)
        sip_reply(&t->request->pub, 100, NULL);
}

/* The user gets one hold, and we keep one while it is called. A 100 goes out
 * at once (17.2.1) unless the user answered in this call. */
static void receive_new(struct sip_stack *s, struct sip_message *m,
                        const struct sip_flow *flow)
{
    struct request *r = begin(s, m, flow);

    if (m->method != SIP_INVITE)
        timer_start(s->env->timers, &r->t->m.again,
                    nist_trying_after(&flow->listener->timers), on_trying_due,
                    r->t);
    sip_request_hold(&r->pub);
    s->h.on_request(s->ctx, &r->pub);
    if (m->method == SIP_INVITE && r->refs > 1 && r->t && r->t->wire.n == 0)
        sip_reply(&r->pub, 100, NULL);
    sip_request_drop(&r->pub);
}

static void receive_cancel(struct sip_stack *s, struct sip_message *m,
                           const struct sip_flow *flow)
{
    struct transaction *invite = find(s, m, flow, true);
    struct request *target = invite ? invite->request : NULL;
    struct request *r = begin(s, m, flow);

    if (target) {
        memcpy(r->tag, sip_request_tag(&target->pub).p, TAG_LENGTH);
        sip_request_hold(&target->pub);
    }
    sip_reply(&r->pub, invite ? 200 : 481, NULL);
    sip_request_drop(&r->pub);
    if (!target)
        return;
    if (invite->method == SIP_INVITE && !target->is_answered)
        s->h.on_cancel(s->ctx, &target->pub, m);
    sip_request_drop(&target->pub);
}

/* ---- answering ----------------------------------------------------------- */

static struct request *from_pub(struct sip_request *r)
{
    return container_of(r, struct request, pub);
}

struct sip_request *sip_request_hold(struct sip_request *r)
{
    from_pub(r)->refs++;
    return r;
}

static void forgotten(struct request *r)
{
    struct sip_stack *s = r->pub.stack;
    struct record_about about = {.call = sip_call_of(r->pub.msg)};

    if (s->is_draining) {
        sip_reply(&r->pub, 503, "The node is stopping");
        return;
    }
    ++*s->count.forgotten;
    log_at(s->env->log, LOG_ERROR, "Forgotten answer to %.*s",
           SLICE_ARG(r->pub.msg->method_name));
    record_say(s->env->record, about, "SIP-4", "RFC 3261 8.2.6",
               "forgotten answer: 500 is sent");
    sip_reply(&r->pub, 500, NULL);
}

void sip_request_drop(struct sip_request *pub)
{
    struct request *r = from_pub(pub);

    if (r->refs == 1 && !r->is_answered && r->t)
        forgotten(r);
    if (--r->refs > 0)
        return;
    if (r->t)
        r->t->request = NULL;
    list_remove(&r->node);
    sip_message_drop(r->pub.msg);
    free(r);
}

void request_orphan(struct request *r)
{
    sip_request_tag(&r->pub); /* a holder may still make answers */
    if (r->t)
        r->t->request = NULL;
    r->t = NULL;
    r->is_answered = true;
    r->pub.stack = NULL;
    list_remove(&r->node);
}

bool sip_request_is_answered(const struct sip_request *r)
{
    return container_of(r, struct request, pub)->is_answered;
}

struct slice sip_request_tag(struct sip_request *r)
{
    struct request *own = from_pub(r);

    if (!own->tag[0])
        dice_token(own->pub.stack->env->dice, own->tag, TAG_LENGTH);
    return slice_at(own->tag, TAG_LENGTH);
}

static void answer_invite(struct request *r, struct sip_message *msg)
{
    enum ist_event ev = msg->status < 200   ? IST_TU_1XX
                        : msg->status < 300 ? IST_TU_2XX
                                            : IST_TU_300_699;

    if (r->is_answered && ev != IST_TU_2XX)
        return;
    r->is_answered = r->is_answered || msg->status >= 200;
    ist_event(&r->t->m, ev, msg);
}

/* RFC 4320 4.2: a 408 comes too late for anybody. */
static void keep_silent(struct request *r, struct sip_message *msg)
{
    record_say(r->pub.stack->env->record,
               (struct record_about){.call = sip_call_of(msg)}, "SIP-4",
               "RFC 4320 4.2", "not answered: it is too late for a 408");
    nist_event(&r->t->m, NIST_TU_NOTHING, msg);
}

/* RFC 4320 4.1: 100 is the only provisional response, and not before Timer E
 * of the client has reached T2. */
static void answer_other(struct request *r, struct sip_message *msg)
{
    if (r->is_answered || (msg->status > 100 && msg->status < 200))
        return;
    if (msg->status == 100) {
        if (r->t->m.reliable || !timer_runs(&r->t->m.again))
            nist_event(&r->t->m, NIST_TU_1XX, msg);
        return;
    }
    r->is_answered = true;
    if (msg->status == 408)
        keep_silent(r, msg);
    else
        nist_event(&r->t->m, NIST_TU_200_699, msg);
}

/* A response whose edits did not fit in memory must not go out in part: a
 * final one is replaced, a provisional one (NULL) does not go out. */
static struct sip_message *whole(struct request *r, struct sip_message *msg)
{
    bool is_final = msg->status >= 200;

    if (!msg->starved)
        return msg;
    sip_message_drop(msg);
    return is_final ? sip_response_to(r->pub.msg, 500, S("Message too large"),
                                      sip_request_tag(&r->pub))
                    : NULL;
}

void sip_respond(struct sip_request *pub, struct sip_message *msg)
{
    struct request *r = from_pub(pub);

    msg = whole(r, msg);
    if (!msg)
        return;
    if (!r->t)
        r->is_answered = true;
    else if (r->t->method == SIP_INVITE)
        answer_invite(r, msg);
    else
        answer_other(r, msg);
    sip_message_drop(msg);
}

void sip_request_forward_response(struct sip_request *r,
                                  struct sip_message *msg)
{
    sip_respond(r, msg);
}

void sip_reply(struct sip_request *r, unsigned status, const char *reason)
{
    struct sip_message *resp = sip_response_to(
        r->msg, status, slice_of(reason ? reason : sip_reason(status)),
        sip_request_tag(r));

    sip_respond(r, resp);
}

/* ---- what the machines ask ----------------------------------------------- */

static struct transaction *from_txn(struct txn *m)
{
    return container_of(m, struct transaction, m);
}

/* RFC 3261 18.2.2: when the stream is gone, a new one to the sent-by port. */
static bool send_by_spare(struct transaction *t)
{
    if (t->spare.family == 0 || t->flow.connection == 0)
        return false;
    t->flow.remote = t->spare;
    t->flow.connection = 0;
    return transaction_send_wire(t) == IMS_OK;
}

static bool server_send(struct txn *m, struct sip_message *msg)
{
    struct transaction *t = from_txn(m);
    bool sent;

    if (msg && !transaction_print(t, msg))
        return false;
    if (t->wire.n == 0)
        return true;
    if (!msg)
        ++*t->stack->count.retransmissions;
    sent = transaction_send_wire(t) == IMS_OK || send_by_spare(t);
    if (m->state == TXN_ACCEPTED)
        str_fini(&t->wire); /* RFC 6026 7.1: who accepted repeats his 2xx */
    return sent;
}

static void server_tell(struct txn *m, enum txn_news news,
                        struct sip_message *msg)
{
    struct transaction *t = from_txn(m);
    struct sip_stack *s = t->stack;
    struct record_about about = {.call = str_slice(&t->call)};

    switch (news) {
    case TXN_ACK: s->h.on_ack(s->ctx, msg, t->came); break;
    case TXN_TIMEOUT:
        ++*s->count.timeouts;
        record_say(s->env->record, about, "SIP-4", "RFC 3261 17.2.1",
                   "Timer H: no ACK came for the final response");
        break;
    case TXN_TRANSPORT_ERR:
        ++*s->count.unsent;
        record_say(s->env->record, about, "SIP-4", "RFC 6026 8.9",
                   "the response could not be sent");
        break;
    case TXN_RESPONSE: break;
    }
}

static void server_gone(struct txn *m)
{
    struct transaction *t = from_txn(m);

    if (t->request)
        t->request->t = NULL;
    transaction_free(t);
}

static const struct txn_ops server_ops = {
    .send = server_send,
    .tell = server_tell,
    .gone = server_gone,
};
