/* SPDX-License-Identifier: MIT
 *
 * Requests within a dialog, TS 24.229 5.2.6.3.5, .9 and 5.2.6.4.5, .9.
 *
 *   from a phone  no dialog of this flow  -> 403
 *                 registered no more      -> 403, but for what ends something
 *                 otherwise               -> the dialog's own route
 *   to a phone                            -> the flow of the dialog
 *   NOTIFY to a phone, of no dialog       -> the flow of the contact; its 2xx
 *                                            makes the dialog (RFC 6665 4.4.1)
 *   BYE, either way                          the session ends
 *
 * P-ORG-3, P-REG-6, P-TRM-1.
 */
#include "ims/trust.h"
#include "pcscf/dialogs.h"
#include "pcscf/pcscf.h"
#include "sip/views.h"

/* A dialog belongs to the flow that it was made over. Who knows its Call-ID and
 * tags may also send over a stream from the same IP address, if that is the
 * phone's alone: what is too large for a datagram (RFC 3261 18.1.1), or after
 * the first stream has ended. */
static bool is_from(const struct sip_dialog *d, const struct sip_flow *flow)
{
    return addr_eq(&d->flow.remote, &flow->remote) ||
           (flow->connection && contact_is_direct(d->user, &flow->remote));
}

static struct sip_dialog *dialog_of(struct pcscf *me,
                                    const struct sip_message *m,
                                    const struct sip_flow *flow)
{
    struct sip_dialog *d = sip_dialog_from_near(me->dialogs, m);

    return d && is_from(d, flow) ? d : NULL;
}

static void set_route(struct sip_message *copy, const struct sip_dialog *d)
{
    sip_remove(copy, SIP_HDR_ROUTE);
    if (d->route.n)
        sip_set(copy, SIP_HDR_ROUTE, str_slice(&d->route));
}

/* BYE ends a session once it is answered, however (RFC 3261 15.1.1); but for a
 * challenge, after which it comes again. Until then the BYE of the other party
 * may cross it. */
static void answered(struct sip_dialog *d, const struct sip_message *resp,
                     bool phone_sent)
{
    bool ends = resp->method == SIP_BYE && resp->status >= 200 &&
                resp->status != 401 && resp->status != 407;

    if (d && ends)
        sip_dialog_end_session(d);
    else if (d)
        sip_dialog_passed(d, resp, phone_sent);
}

static void on_response_to_phone(void *ctx, struct sip_message *resp,
                                 void *branch)
{
    struct pcscf *me = ctx;

    (void)branch;
    answered(sip_dialog_from_near(me->dialogs, resp), resp, true);
    trust_leave(resp);
}

static void take_assertions(struct sip_message *resp)
{
    trust_enter(resp);
    sip_remove(resp, SIP_HDR_P_PREFERRED_IDENTITY);
}

static void on_response_from_phone(void *ctx, struct sip_message *resp,
                                   void *branch)
{
    struct pcscf *me = ctx;

    (void)branch;
    answered(sip_dialog_to_near(me->dialogs, resp), resp, false);
    take_assertions(resp);
}

void pcscf_subsequent_from_phone(struct pcscf *me, struct sip_request *req,
                                 struct sip_message *copy)
{
    static const struct sip_forward_handler handler = {
        .on_response = on_response_to_phone,
    };
    struct sip_branch b = {.msg = copy, .to = {.trust = SIP_MW}};
    struct sip_dialog *d = dialog_of(me, copy, &req->flow);

    if (!d) {
        pcscf_refuse(me, req, copy, 403, "P-ORG-3", "TS 24.229 5.2.6.3.5",
                     "%.*s belongs to no dialog of this phone",
                     SLICE_ARG(copy->method_name));
        return;
    }
    if (!pcscf_dialog_is_registered(d) && !sip_dialog_is_end(copy)) {
        pcscf_refuse(me, req, copy, 403, "P-REG-6", "TS 24.229 5.2.8.1.4",
                     "the phone is registered no more: it may end what it has, "
                     "and %.*s does not",
                     SLICE_ARG(copy->method_name));
        return;
    }
    trust_enter(copy);
    sip_remove(copy, SIP_HDR_P_PREFERRED_IDENTITY);
    set_route(copy, d);
    if (copy->method == SIP_NOTIFY) /* RFC 6665 4.3: it may make a dialog */
        pcscf_record_route(me, copy, d->user, false);
    sip_dialog_passed(d, copy, true);
    sip_proxy_forward(me->core.proxy, req, &b, &handler, me);
}

/* ---- the first of a subscription ------------------------------------------
 */

/* A NOTIFY of no dialog, until it is answered. */
struct notified {
    struct pcscf *me;
    struct sip_message *sent; /* held: as it went to the phone, but for Via */
    struct dialog_phone phone;
};

static void on_notified(void *ctx, struct sip_message *resp, void *branch)
{
    struct notified *n = ctx;
    struct sip_dialog *d = sip_dialog_to_near(n->me->dialogs, resp);

    (void)branch;
    take_assertions(resp);
    sip_remove(resp, SIP_HDR_RECORD_ROUTE);
    sip_add_all(resp, n->sent, SIP_HDR_RECORD_ROUTE);
    if (d) /* made by the 2xx to SUBSCRIBE meanwhile */
        answered(d, resp, false);
    else
        pcscf_dialog_notified(n->me, n->sent, resp, &n->phone);
}

static void on_notified_done(void *ctx)
{
    struct notified *n = ctx;

    sip_message_drop(n->sent);
    free(n);
}

/* Of a SUBSCRIBE that was forked one 2xx comes back; what others accepted
 * begins with their NOTIFY (RFC 6665 4.4.1). */
static bool may_begin(const struct pcscf *me, const struct sip_message *m,
                      const struct contact *c)
{
    return m->method == SIP_NOTIFY && !sip_dialog_is_end(m) && c->registered &&
           pcscf_has_room(me, c);
}

static void notify(struct pcscf *me, struct sip_request *req,
                   struct sip_message *copy, const struct contact *c)
{
    static const struct sip_forward_handler handler = {
        .on_response = on_notified,
        .on_done = on_notified_done,
    };
    struct sip_branch b = {.msg = copy, .to = {.trust = SIP_GM}};
    struct sip_flow way = contact_way(c, &c->flow);
    struct notified *n = mem_zalloc(sizeof *n);

    trust_leave(copy);
    pcscf_record_route(me, copy, c, true);
    *n = (struct notified){me, sip_message_copy(copy),
                           pcscf_dialog_phone(c, &way)};
    b.to.flow = &n->phone.flow;
    sip_proxy_forward(me->core.proxy, req, &b, &handler, n);
}

void pcscf_subsequent_to_phone(struct pcscf *me, struct sip_request *req,
                               struct sip_message *copy,
                               const struct sip_proxy_route *route)
{
    static const struct sip_forward_handler handler = {
        .on_response = on_response_from_phone,
    };
    struct sip_branch b = {.msg = copy, .to = {.trust = SIP_GM}};
    struct sip_dialog *d = sip_dialog_to_near(me->dialogs, copy);
    const struct contact *c = pcscf_contact_of(me, route);
    struct sip_flow flow;

    if (!d && !c) {
        pcscf_refuse(me, req, copy, 481, "P-TRM-1", "TS 24.229 5.2.6.4.5",
                     "neither a dialog nor a phone is known that %.*s is for",
                     SLICE_ARG(copy->method_name));
        return;
    }
    if (!d && may_begin(me, copy, c)) {
        notify(me, req, copy, c);
        return;
    }
    flow = d ? contact_way(d->user, &d->flow) : contact_way(c, &c->flow);
    trust_leave(copy);
    if (d)
        sip_dialog_passed(d, copy, false);
    b.to.flow = &flow;
    sip_proxy_forward(me->core.proxy, req, &b, &handler, me);
}

/* ---- ACK -------------------------------------------------------------------
 */

struct ack {
    struct pcscf *me;
    struct sip_message *ack;
    const struct sip_flow *flow;
    struct sip_flow to;
};

static bool edit_ack(void *ctx, struct sip_message *copy,
                     const struct sip_proxy_route *route,
                     struct sip_destination *to)
{
    struct ack *a = ctx;
    bool from_phone = a->flow->listener->trust == SIP_GM;
    struct sip_dialog *d = from_phone
                               ? dialog_of(a->me, copy, a->flow)
                               : sip_dialog_to_near(a->me->dialogs, copy);
    const struct contact *c = pcscf_contact_of(a->me, route);

    if (!d && (from_phone || !c)) {
        record_say(a->me->env->record, cscf_about(copy), "P-ORG-3",
                   "TS 24.229 5.2.6.3.5", "ACK of no dialog is dropped");
        return false;
    }
    if (from_phone) {
        trust_enter(copy);
        set_route(copy, d);
        to->trust = SIP_MW;
        return true;
    }
    trust_leave(copy);
    a->to = d ? contact_way(d->user, &d->flow) : contact_way(c, &c->flow);
    to->flow = &a->to;
    to->trust = SIP_GM;
    return true;
}

void pcscf_ack(void *ctx, struct sip_message *ack, const struct sip_flow *flow)
{
    struct pcscf *me = ctx;
    struct ack a = {.me = me, .ack = ack, .flow = flow};

    sip_proxy_ack(me->core.proxy, ack, flow, edit_ack, &a);
}
