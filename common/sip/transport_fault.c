/* SPDX-License-Identifier: MIT
 *
 * Where faults on purpose meet SIP (net/fault.h): what a message is, for their
 * rules, and how it goes on when they let go of it.
 */
#include "net/fault.h"
#include "sip/transport_private.h"
#include <assert.h>

static_assert(sizeof(struct sip_flow) <= FAULT_WAY_MAX, "a flow is a way");

/* ---- what it is ---------------------------------------------------------- */

/* A request's sender and a response's receiver stand in its top Via; the other
 * side's address is where the rest comes from or goes to. */
static void describe(const struct sip_message *m, struct fault_message *out)
{
    struct sip_cseq cseq;
    struct sip_via via;

    out->is_request = m->is_request;
    out->method = m->method_name;
    out->result = m->is_request ? 0 : m->status;
    out->about.call = sip_header_value(m, SIP_HDR_CALL_ID);
    if (!m->is_request && sip_cseq_parse(sip_header_value(m, SIP_HDR_CSEQ),
                                         &cseq, NULL) == IMS_OK)
        out->method = cseq.method_name;
    if (m->is_request != out->out && sip_via_top(m, &via, NULL) == IMS_OK)
        out->peer = via.host;
}

static bool passes(struct sip_transport *t, const struct sip_flow *flow,
                   struct fault_message *f, const struct fault_exit *exit)
{
    f->proto = RECORD_SIP;
    f->from_phone = flow->listener->trust == SIP_GM;
    f->local = flow->listener->local;
    f->remote = flow->remote;
    return t->env->faults->passes(t->env->faults->ctx, f, exit);
}

static bool judge(struct sip_transport *t, const struct sip_flow *flow,
                  struct fault_message *f, const struct fault_exit *exit)
{
    struct sip_message *m = NULL;
    bool whole;

    if (sip_message_parse(f->bytes, &t->config.limits, &m, NULL) == IMS_OK)
        describe(m, f);
    whole = passes(t, flow, f, exit);
    if (m)
        sip_message_drop(m);
    return whole;
}

/* ---- how it goes on ------------------------------------------------------ */

static void pass_in(void *owner, const void *way, struct slice bytes,
                    struct slice call)
{
    (void)call;
    sip_transport_take(owner, way, bytes);
}

static void pass_out(void *owner, const void *way, struct slice bytes,
                     struct slice call)
{
    struct sip_transport *t = owner;
    const struct sip_flow *flow = way;
    struct addr remote = flow->remote;
    struct why why;

    if (sip_transport_send_now(t, bytes, call, flow, &why) == IMS_OK)
        return;
    log_at(t->env->log, LOG_INFO, "What a fault held was not sent: %s",
           why.text);
    t->h.on_unreachable(t->ctx, &remote);
}

static void answer(void *owner, const void *way, struct slice bytes,
                   const struct fault_answer *a)
{
    struct sip_transport *t = owner;
    const struct sip_flow *flow = way;
    struct sip_message *m = NULL;

    if (sip_message_parse(bytes, &t->config.limits, &m, NULL) == IMS_OK) {
        sip_transport_mark(m, &flow->remote);
        sip_transport_refuse(t, m, flow, a->code, a->reason, 0);
    }
    if (m)
        sip_message_drop(m);
}

bool sip_fault_lets_in(struct sip_transport *t, const struct sip_flow *flow,
                       struct slice bytes)
{
    struct fault_message f = {.bytes = bytes};
    struct fault_exit exit = {.owner = t,
                              .way = flow,
                              .way_n = sizeof *flow,
                              .pass = pass_in,
                              .answer = answer};

    return judge(t, flow, &f, &exit);
}

bool sip_fault_lets_out(struct sip_transport *t, const struct sip_flow *flow,
                        struct slice bytes)
{
    struct fault_message f = {.out = true, .bytes = bytes};
    struct fault_exit exit = {
        .owner = t, .way = flow, .way_n = sizeof *flow, .pass = pass_out};

    return judge(t, flow, &f, &exit);
}

bool sip_fault_lets_ping(struct sip_transport *t, const struct sip_flow *flow,
                         struct slice bytes)
{
    struct fault_message f = {.is_request = true, .bytes = bytes};
    struct fault_exit exit = {.owner = t};

    return passes(t, flow, &f, &exit);
}
