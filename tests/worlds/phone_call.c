/* SPDX-License-Identifier: MIT
 *
 * The phone's calls, both ends.
 */
#include "sip/views.h"
#include "worlds/phone.h"

static const char sdp[] = "v=0\r\no=- 1 1 IN IP4 127.0.9.1\r\ns=-\r\n"
                          "c=IN IP4 127.0.9.1\r\nt=0 0\r\n"
                          "m=audio 49170 RTP/AVP 8\r\n";

static struct call *call_new(struct phone *p)
{
    struct call *c = mem_zalloc(sizeof *c);

    c->phone = p;
    list_append(&p->calls, &c->link);
    return c;
}

void call_free(struct call *c)
{
    list_remove(&c->link);
    timer_stop(c->phone->env.timers, &c->timer);
    if (c->client)
        sip_client_forget(c->client);
    if (c->accept)
        sip_ua_accept_end(c->accept);
    if (c->req)
        sip_request_drop(c->req);
    if (c->invite)
        sip_message_drop(c->invite);
    sip_ua_dialog_fini(&c->dialog);
    free(c);
}

/* It goes when its INVITE transaction has gone too. */
static void call_over(struct call *c)
{
    c->over = true;
    c->talking = false;
    timer_stop(c->phone->env.timers, &c->timer);
    if (c->accept)
        sip_ua_accept_end(c->accept);
    c->accept = NULL;
    if (!c->client)
        call_free(c);
}

static void hang_up(void *ctx)
{
    struct call *c = ctx;

    if (c->talking)
        phone_ask(c->phone,
                  sip_ua_dialog_request(&c->dialog, SIP_BYE, (struct slice){0}),
                  NULL);
    call_over(c);
}

static void after(struct call *c, int64_t us, void (*fn)(void *ctx))
{
    timer_start(c->phone->env.timers, &c->timer, us, fn, c);
}

/* ---- the caller -----------------------------------------------------------
 */

static void acknowledge(struct phone *p, struct sip_ua_dialog *d, uint32_t cseq)
{
    struct sip_message *ack = sip_ua_dialog_ack(d, cseq);
    struct sip_destination to = phone_way(p);

    sip_stack_send_stateless(p->stack, ack, &to);
    sip_message_drop(ack);
}

/* Another branch of the fork answered too (RFC 3261 13.2.2.4). */
static void refuse_second(struct call *c, struct sip_message *resp)
{
    struct sip_ua_dialog d = {0};

    if (sip_ua_dialog_by_response(&d, c->invite, resp, NULL) == IMS_OK) {
        acknowledge(c->phone, &d, c->invite_cseq);
        phone_ask(c->phone,
                  sip_ua_dialog_request(&d, SIP_BYE, (struct slice){0}), NULL);
    }
    sip_ua_dialog_fini(&d);
}

static void on_answered(struct call *c, struct sip_message *resp)
{
    struct phone *p = c->phone;

    if (c->dialog.is_confirmed) {
        if (sip_ua_dialog_has(&c->dialog, resp))
            acknowledge(p, &c->dialog, c->invite_cseq);
        else
            refuse_second(c, resp);
        return;
    }
    if (sip_ua_dialog_by_response(&c->dialog, c->invite, resp, NULL) !=
        IMS_OK) {
        core_break(p->core, "phone%u: a 200 that makes no dialog", p->index);
        return;
    }
    c->talking = true;
    p->tally->answered++;
    acknowledge(p, &c->dialog, c->invite_cseq);
    after(c, c->cancels ? 1 : c->hold_us, hang_up);
}

static void on_invite_response(void *ctx, struct sip_client *client,
                               struct sip_message *m,
                               enum sip_client_cause cause)
{
    struct call *c = ctx;

    (void)client;
    if (m->status < 200)
        return;
    if (!c->dialog.is_confirmed)
        phone_count(c->phone, "INVITE", m->status, cause);
    c->phone->last_status = m->status;
    if (m->status < 300)
        on_answered(c, m);
    else
        timer_stop(c->phone->env.timers, &c->timer);
}

static void on_invite_end(void *ctx, struct sip_client *client)
{
    struct call *c = ctx;

    (void)client;
    c->client = NULL;
    if (!c->talking)
        call_free(c);
}

static void give_up(void *ctx)
{
    struct call *c = ctx;

    if (c->client)
        sip_client_cancel(c->client, (struct slice){0});
}

void phone_call(struct phone *p, const struct phone *other, int64_t hold_us,
                bool cancels)
{
    static const struct sip_client_handler handler = {on_invite_response,
                                                      on_invite_end};
    struct sip_destination to = phone_way(p);
    struct call *c = call_new(p);
    struct arena a;

    arena_init(&a, 512, 4096);
    p->last_status = 0;
    p->tally->calls++;
    p->tally->requests++;
    c->hold_us = hold_us + 1;
    c->cancels = cancels;
    c->invite_cseq = 1;
    c->invite = sip_ua_request_new(
        &p->env, &(struct sip_ua_request){.method = SIP_INVITE,
                                          .uri = str_slice(&other->impu),
                                          .from = str_slice(&p->impu),
                                          .to = str_slice(&other->impu),
                                          .contact = str_slice(&p->contact),
                                          .route = phone_routes(p, &a)});
    sip_set_body(c->invite, S("application/sdp"), slice_of(sdp));
    /* who is not answered gives up at last */
    after(c, cancels ? c->hold_us / 4 : 90 * SECOND, give_up);
    c->client = sip_client_send(p->stack, c->invite, &to, (struct slice){0},
                                &handler, c);
    arena_fini(&a);
}

/* ---- both -----------------------------------------------------------------
 */

static void on_reinvited(struct phone *p, struct sip_message *m)
{
    if (m->status == 200)
        p->tally->reinvites++;
    p->last_status = m->status;
    LIST_EACH (it, &p->calls) {
        struct call *c = container_of(it, struct call, link);

        if (m->status == 200 && sip_ua_dialog_has(&c->dialog, m))
            acknowledge(p, &c->dialog, c->dialog.local_cseq);
        else if (m->status == 481 && sip_ua_dialog_has(&c->dialog, m)) {
            hang_up(c); /* RFC 3261 12.2.1.2 */
            return;
        }
    }
}

bool phone_reinvite(struct phone *p)
{
    for (struct list *it = p->calls.prev; it != &p->calls; it = it->prev) {
        struct call *c = container_of(it, struct call, link);
        struct sip_message *m;

        if (!c->talking || c->accept)
            continue;
        m = sip_ua_dialog_request(&c->dialog, SIP_INVITE,
                                  str_slice(&p->contact));
        sip_set_body(m, S("application/sdp"), slice_of(sdp));
        p->last_status = 0;
        phone_ask(p, m, on_reinvited);
        return true;
    }
    return false;
}

void phone_hang_up_all(struct phone *p)
{
    phone_give_up_asks(p);
    LIST_EACH (it, &p->calls) {
        struct call *c = container_of(it, struct call, link);

        if (c->talking)
            hang_up(c);
        else if (c->client && !c->over)
            give_up(c);
    }
}

unsigned phone_calls(const struct phone *p)
{
    unsigned n = 0;

    for (struct list *it = p->calls.next; it != &p->calls; it = it->next)
        n++;
    return n;
}

bool phone_is_talking(const struct phone *p)
{
    for (struct list *it = p->calls.next; it != &p->calls; it = it->next)
        if (container_of(it, struct call, link)->talking)
            return true;
    return false;
}

/* ---- the callee -----------------------------------------------------------
 */

static struct sip_message *response_to(struct phone *p, struct sip_request *req,
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
    hang_up(ctx);
}

static void accept_call(struct call *c, struct sip_request *req)
{
    struct sip_message *m = response_to(c->phone, req, 200);

    sip_set_body(m, S("application/sdp"), slice_of(sdp));
    c->accept = sip_ua_accept(req, m, on_no_ack, c);
}

static void pick_up(void *ctx)
{
    struct call *c = ctx;
    struct sip_request *req = c->req;

    c->req = NULL;
    if (sip_ua_dialog_by_request(&c->dialog, req->msg, sip_request_tag(req),
                                 NULL) != IMS_OK) {
        core_break(c->phone->core, "phone%u: an INVITE that makes no dialog",
                   c->phone->index);
        sip_reply(req, 400, NULL);
        call_over(c);
    } else {
        c->talking = true;
        accept_call(c, req);
        /* whoever called hangs up first, if he lives */
        after(c, 120 * SECOND, hang_up);
    }
    sip_request_drop(req);
}

static void is_busy(void *ctx)
{
    struct call *c = ctx;

    sip_reply(c->req, 486, NULL);
    call_over(c);
}

static void on_invite(struct phone *p, struct sip_request *req)
{
    uint64_t mood = dice_below(p->env.dice, 10);
    struct call *c = call_new(p);

    c->req = req;
    if (p->always_picks)
        pick_up(c);
    else if (mood == 0)
        is_busy(c);
    else {
        sip_respond(req, response_to(p, req, 180));
        if (mood > 1)
            after(c, (int64_t)dice_below(p->env.dice, 8 * SECOND), pick_up);
        else /* nobody hears it; if nobody cancels either, it ends at last */
            after(c, 200 * SECOND, is_busy);
    }
}

static struct call *call_of(struct phone *p, const struct sip_message *m)
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
