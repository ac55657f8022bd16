/* SPDX-License-Identifier: MIT
 *
 * A call as the callee has it.
 */
#include "sip/views.h"
#include "worlds/phone.h"

struct sip_message *call_response(struct phone *p, struct sip_request *req,
                                  unsigned status)
{
    struct sip_message *m = sip_response_to(
        req->msg, status, slice_of(sip_reason(status)), sip_request_tag(req));
    struct sip_values it;
    struct slice value;

    sip_values_begin(&it, req->msg, SIP_HDR_RECORD_ROUTE);
    while (sip_values_next(&it, &value))
        sip_add_last(m, SIP_HDR_RECORD_ROUTE, value);
    sip_set(m, SIP_HDR_CONTACT, str_slice(&p->contact));
    return m;
}

static void on_no_ack(void *ctx)
{
    const struct call *c = ctx;
    const struct phone *p = c->phone;

    if (!phone_may_wait(p, str_slice(&c->dialog.remote)))
        core_break(p->core, CHECK_NO_WONDER, "phone%u: no ACK came for its 200",
                   p->index);
    call_hang_up(ctx);
}

static void accept_call(struct call *c, struct sip_request *req)
{
    struct sip_message *m = call_response(c->phone, req, 200);

    sip_set_body(m, S("application/sdp"), slice_of(phone_sdp));
    c->accept = sip_ua_accept(req, m, on_no_ack, c);
}

static void pick_up(void *ctx)
{
    struct call *c = ctx;
    struct sip_request *req = c->req;

    c->req = NULL;
    if (!c->dialog.call_id.n &&
        sip_ua_dialog_by_request(&c->dialog, req->msg, sip_request_tag(req),
                                 NULL) != IMS_OK) {
        core_break(c->phone->core, CHECK_DIALOG,
                   "phone%u: an INVITE that makes no dialog", c->phone->index);
        sip_reply(req, 400, NULL);
        call_over(c);
    } else {
        c->talking = true;
        accept_call(c, req);
        /* whoever called hangs up first, if he lives */
        call_after(c, 120 * SECOND, call_hang_up);
    }
    sip_request_drop(req);
}

static void is_busy(void *ctx)
{
    struct call *c = ctx;

    sip_reply(c->req, 486, NULL);
    call_over(c);
}

/* Mood 1: nobody hears it; if nobody cancels either, it ends at last. */
void call_ring(struct call *c)
{
    struct phone *p = c->phone;
    uint64_t mood = dice_below(p->env.dice, 9);

    sip_respond(c->req, call_response(p, c->req, 180));
    if (p->always_picks)
        call_after(c, 1 * SECOND, pick_up);
    else if (mood)
        call_after(c, (int64_t)dice_below(p->env.dice, 8 * SECOND), pick_up);
    else
        call_after(c, 200 * SECOND, is_busy);
}

void phone_forward(struct phone *p, unsigned to, int64_t us)
{
    p->forward_to = to;
    p->forward_until_us = p->env.clock->mono_us + us;
}

/* RFC 3261 21.3.3 */
static void move_on(struct call *c)
{
    struct phone *p = c->phone;
    unsigned to = p->core->plan->phones[p->forward_to].subscriber;
    struct sip_message *m = call_response(p, c->req, 302);

    sip_set_printf(m, SIP_HDR_CONTACT, "<sip:user%u@%s>", to,
                   plan_domain(p->core->plan->phones[to].network));
    sip_respond(c->req, m);
    call_over(c);
}

static void on_invite(struct phone *p, struct sip_request *req)
{
    struct call *c = call_new(p);

    c->req = req;
    if (p->forward_until_us > p->env.clock->mono_us)
        move_on(c);
    else if (p->always_picks && call_wants_early(req))
        call_progress(c);
    else if (p->always_picks)
        pick_up(c);
    else if (dice_below(p->env.dice, 10) == 0)
        is_busy(c);
    else if (call_wants_early(req))
        call_progress(c);
    else
        call_ring(c);
}

struct call *call_of(struct phone *p, const struct sip_message *m)
{
    LIST_EACH (it, &p->calls) {
        struct call *c = container_of(it, struct call, link);

        if (!c->over && sip_ua_dialog_has(&c->dialog, m))
            return c;
    }
    return NULL;
}

static void within(struct phone *p, struct sip_request *req)
{
    struct call *c = call_of(p, req->msg);

    if (!c)
        sip_reply(req, 481, NULL);
    else if (sip_ua_dialog_receive(&c->dialog, req->msg, NULL) != IMS_OK)
        sip_reply(req, 500, NULL);
    else if (req->msg->method == SIP_INVITE && c->accept)
        sip_reply(req, 491, NULL);
    else if (req->msg->method == SIP_INVITE)
        accept_call(c, req);
    else {
        sip_reply(req, 200, NULL);
        if (req->msg->method == SIP_BYE)
            call_over(c);
        else if (req->msg->method == SIP_PRACK)
            call_pracked(c, req->msg);
        else if (req->msg->method == SIP_UPDATE)
            call_updated(c);
    }
    sip_request_drop(req);
}

void phone_on_request(void *ctx, struct sip_request *req)
{
    struct phone *p = ctx;

    if (sip_tag(req->msg, SIP_HDR_TO).n)
        within(p, req);
    else if (req->msg->method == SIP_INVITE)
        on_invite(p, req);
    else {
        sip_reply(req, 200, NULL);
        sip_request_drop(req);
    }
}

void phone_on_cancel(void *ctx, struct sip_request *req,
                     struct sip_message *cancel)
{
    struct phone *p = ctx;

    (void)cancel;
    LIST_EACH (it, &p->calls) {
        struct call *c = container_of(it, struct call, link);

        if (c->req != req)
            continue;
        sip_reply(req, 487, NULL);
        call_over(c);
        return;
    }
}

void phone_on_ack(void *ctx, struct sip_message *ack,
                  const struct sip_flow *flow)
{
    struct call *c = call_of(ctx, ack);

    (void)flow;
    if (!c || !c->accept)
        return;
    sip_ua_accept_end(c->accept);
    c->accept = NULL;
}
