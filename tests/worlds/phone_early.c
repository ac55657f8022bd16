/* SPDX-License-Identifier: MIT
 *
 * Preconditions as in RFC 3312, on provisional responses that must arrive
 * (RFC 3262):
 *
 *     INVITE ->  183 <-  PRACK ->  200 <-  UPDATE ->  200 <-  180 <-  200 <-
 */
#include "sip/views.h"
#include "worlds/phone.h"

static bool has_value(const struct sip_message *m, enum sip_header_id id,
                      const char *text)
{
    struct sip_values it;
    struct slice value;

    sip_values_begin(&it, m, id);
    while (sip_values_next(&it, &value))
        if (slice_eq_nocase(value, slice_of(text)))
            return true;
    return false;
}

bool call_wants_early(const struct sip_request *req)
{
    return has_value(req->msg, SIP_HDR_SUPPORTED, "100rel");
}

/* ---- the callee ----------------------------------------------------------
 */

static void send_progress(struct call *c)
{
    struct sip_message *m = call_response(c->phone, c->req, 183);

    sip_set(m, SIP_HDR_REQUIRE, S("100rel"));
    sip_set_printf(m, SIP_HDR_RSEQ, "%u", c->rseq);
    sip_set_body(m, S("application/sdp"), slice_of(phone_sdp));
    sip_respond(c->req, m);
}

static void give_up(void *ctx)
{
    struct call *c = ctx;

    sip_reply(c->req, 480, NULL);
    call_over(c);
}

/* RFC 3262 3 */
static void on_again(void *ctx)
{
    struct call *c = ctx;

    if (c->again_us >= 32 * SECOND) {
        give_up(c);
        return;
    }
    send_progress(c);
    c->again_us *= 2;
    timer_start(c->phone->env.timers, &c->again, c->again_us, on_again, c);
}

void call_progress(struct call *c)
{
    if (sip_ua_dialog_by_request(&c->dialog, c->req->msg,
                                 sip_request_tag(c->req), NULL) != IMS_OK) {
        core_break(c->phone->core, CHECK_DIALOG,
                   "phone%u: an INVITE that makes no early dialog",
                   c->phone->index);
        give_up(c);
        return;
    }
    c->rseq = 1;
    c->again_us = 500 * MSEC;
    send_progress(c);
    timer_start(c->phone->env.timers, &c->again, c->again_us, on_again, c);
}

/* The UPDATE may get lost: somebody waits in vain then. */
void call_pracked(struct call *c, const struct sip_message *prack)
{
    (void)prack;
    if (!timer_runs(&c->again))
        return;
    timer_stop(c->phone->env.timers, &c->again);
    c->phone->tally->pracks++;
    call_after(c, 60 * SECOND, give_up);
}

void call_updated(struct call *c)
{
    if (!c->req || timer_runs(&c->again) || !c->rseq)
        return;
    c->rseq = 0;
    call_ring(c);
}

/* ---- the caller ----------------------------------------------------------
 */

/* The call that the answer belongs to, unless it is over. */
static struct call *call_that_asked(struct phone *p, struct sip_message *m)
{
    struct call *c = call_of(p, m);

    return c && c->client && !c->dialog.is_confirmed ? c : NULL;
}

static void on_pracked(struct phone *p, struct sip_message *m)
{
    struct call *c = call_that_asked(p, m);

    if (c && m->status == 200)
        phone_ask(p,
                  sip_ua_dialog_request(&c->dialog, SIP_UPDATE,
                                        str_slice(&p->contact)),
                  NULL);
}

void call_on_progress(struct call *c, struct sip_message *resp)
{
    struct sip_message *prack;
    uint64_t rseq = 0;

    if (!has_value(resp, SIP_HDR_REQUIRE, "100rel") || c->rseq ||
        !slice_u64(sip_header_value(resp, SIP_HDR_RSEQ), UINT32_MAX, &rseq))
        return;
    if (sip_ua_dialog_by_response(&c->dialog, c->invite, resp, NULL) !=
        IMS_OK) {
        core_break(c->phone->core, CHECK_DIALOG,
                   "phone%u: a 183 that makes no dialog", c->phone->index);
        return;
    }
    c->rseq = (uint32_t)rseq;
    prack = sip_ua_dialog_request(&c->dialog, SIP_PRACK, (struct slice){0});
    sip_set_printf(prack, SIP_HDR_RACK, "%u %u INVITE", c->rseq,
                   c->invite_cseq);
    phone_ask(c->phone, prack, on_pracked);
}
