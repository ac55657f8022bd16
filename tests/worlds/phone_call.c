/* SPDX-License-Identifier: MIT
 *
 * A call as the caller has it, and what both ends do in it.
 */
#include "sip/views.h"
#include "worlds/phone.h"

const char phone_sdp[] = "v=0\r\no=- 1 1 IN IP4 127.0.9.1\r\ns=-\r\n"
                         "c=IN IP4 127.0.9.1\r\nt=0 0\r\n"
                         "m=audio 49170 RTP/AVP 8\r\n";

struct call *call_new(struct phone *p)
{
    struct call *c = mem_zalloc(sizeof *c);

    c->phone = p;
    c->began_us = p->env.clock->mono_us;
    list_append(&p->calls, &c->link);
    return c;
}

void call_free(struct call *c)
{
    list_remove(&c->link);
    timer_stop(c->phone->env.timers, &c->timer);
    timer_stop(c->phone->env.timers, &c->again);
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
void call_over(struct call *c)
{
    c->over = true;
    c->talking = false;
    timer_stop(c->phone->env.timers, &c->timer);
    timer_stop(c->phone->env.timers, &c->again);
    if (c->accept)
        sip_ua_accept_end(c->accept);
    c->accept = NULL;
    if (!c->client)
        call_free(c);
}

void call_hang_up(void *ctx)
{
    struct call *c = ctx;

    if (c->talking)
        phone_ask(c->phone,
                  sip_ua_dialog_request(&c->dialog, SIP_BYE, (struct slice){0}),
                  NULL);
    call_over(c);
}

void call_after(struct call *c, int64_t us, void (*fn)(void *ctx))
{
    timer_start(c->phone->env.timers, &c->timer, us, fn, c);
}

/* ---- the caller -----------------------------------------------------------
 */

static void acknowledge(struct phone *p, struct sip_ua_dialog *d, uint32_t cseq)
{
    struct sip_message *ack = sip_ua_dialog_ack(d, cseq);
    struct sip_destination to = phone_way(p);

    sip_stack_send_stateless(p->stack, ack, &to, S(""));
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

/* What was early with another branch of the fork is no more. */
static void forget_other_branch(struct call *c, const struct sip_message *resp)
{
    if (!c->dialog.call_id.n || sip_ua_dialog_has(&c->dialog, resp))
        return;
    sip_ua_dialog_fini(&c->dialog);
    c->dialog = (struct sip_ua_dialog){0};
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
    forget_other_branch(c, resp);
    if (sip_ua_dialog_by_response(&c->dialog, c->invite, resp, NULL) !=
        IMS_OK) {
        core_break(p->core, CHECK_DIALOG, "phone%u: a 200 that makes no dialog",
                   p->index);
        return;
    }
    c->talking = true;
    p->tally->answered++;
    acknowledge(p, &c->dialog, c->invite_cseq);
    call_after(c, c->wish.cancels ? 1 : c->wish.hold_us, call_hang_up);
}

/* RFC 3261 8.1.3.4 */
static void follow(struct phone *p, const struct sip_message *m)
{
    struct sip_name_addr target;

    if (sip_name_addr_parse(sip_header_value(m, SIP_HDR_CONTACT), &target,
                            NULL) != IMS_OK)
        return;
    p->tally->forwarded++;
    phone_call(
        p, target.uri,
        (struct phone_wish){.hold_us = 5 * SECOND, .is_forwarded = true});
}

static void on_invite_response(void *ctx, struct sip_client *client,
                               struct sip_message *m,
                               enum sip_client_cause cause)
{
    struct call *c = ctx;

    (void)client;
    if (m->status < 200) {
        call_on_progress(c, m);
        return;
    }
    if (!c->dialog.is_confirmed)
        phone_count(c->phone, "INVITE", m, cause);
    c->phone->last_status = m->status;
    if (m->status < 300)
        on_answered(c, m);
    else
        timer_stop(c->phone->env.timers, &c->timer);
    if (m->status == 302 && !c->wish.is_forwarded)
        follow(c->phone, m);
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

static struct sip_message *invite_to(struct phone *p, struct slice impu,
                                     struct phone_wish wish)
{
    struct sip_message *m;
    struct arena a;

    arena_init(&a, 512, 4096);
    m = sip_ua_request_new(
        &p->env, &(struct sip_ua_request){.method = SIP_INVITE,
                                          .uri = impu,
                                          .from = str_slice(&p->impu),
                                          .to = impu,
                                          .contact = str_slice(&p->contact),
                                          .route = phone_routes(p, &a)});
    if (wish.early)
        sip_set(m, SIP_HDR_SUPPORTED, S("100rel, precondition"));
    sip_set_body(m, S("application/sdp"), slice_of(phone_sdp));
    arena_fini(&a);
    return m;
}

void phone_call(struct phone *p, struct slice impu, struct phone_wish wish)
{
    static const struct sip_client_handler handler = {on_invite_response,
                                                      on_invite_end};
    struct sip_destination to = phone_way(p);
    struct call *c = call_new(p);

    p->last_status = 0;
    p->tally->calls++;
    p->tally->requests++;
    wish.hold_us++;
    c->wish = wish;
    c->invite_cseq = 1;
    c->invite = invite_to(p, impu, wish);
    /* who is not answered gives up at last */
    call_after(c, wish.cancels ? wish.hold_us / 4 : 90 * SECOND, give_up);
    c->client = sip_client_send(p->stack, c->invite, &to, (struct slice){0},
                                &handler, c);
}

/* ---- both -----------------------------------------------------------------
 */

static void on_reinvited(struct phone *p, struct sip_message *m)
{
    if (m->status == 200)
        p->tally->changes++;
    p->last_status = m->status;
    LIST_EACH (it, &p->calls) {
        struct call *c = container_of(it, struct call, link);

        if (m->status == 200 && sip_ua_dialog_has(&c->dialog, m))
            acknowledge(p, &c->dialog, c->dialog.local_cseq);
        else if (m->status == 481 && sip_ua_dialog_has(&c->dialog, m)) {
            call_hang_up(c); /* RFC 3261 12.2.1.2 */
            return;
        }
    }
}

struct call *phone_newest_call(struct phone *p)
{
    for (struct list *it = p->calls.prev; it != &p->calls; it = it->prev) {
        struct call *c = container_of(it, struct call, link);

        if (c->talking && !c->accept)
            return c;
    }
    return NULL;
}

bool phone_reinvite(struct phone *p, bool holds)
{
    struct call *c = phone_newest_call(p);
    struct sip_message *m;
    char sdp[512];
    struct buf b;

    if (!c)
        return false;
    buf_over(&b, sdp, sizeof sdp);
    buf_printf(&b, "%s%s", phone_sdp, holds ? "a=sendonly\r\n" : "");
    m = sip_ua_dialog_request(&c->dialog, SIP_INVITE, str_slice(&p->contact));
    sip_set_body(m, S("application/sdp"), buf_slice(&b));
    p->last_status = 0;
    phone_ask(p, m, on_reinvited);
    return true;
}

static void on_updated(struct phone *p, struct sip_message *m)
{
    p->tally->changes += m->status == 200;
    p->update_status = m->status;
}

bool phone_update(struct phone *p)
{
    struct call *c = phone_newest_call(p);

    if (!c)
        return false;
    p->update_status = 0;
    phone_ask(
        p,
        sip_ua_dialog_request(&c->dialog, SIP_UPDATE, str_slice(&p->contact)),
        on_updated);
    return true;
}

void phone_hang_up_all(struct phone *p)
{
    phone_give_up_asks(p);
    LIST_EACH (it, &p->calls) {
        struct call *c = container_of(it, struct call, link);

        if (c->talking)
            call_hang_up(c);
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
