/* SPDX-License-Identifier: MIT */
#include "support/watching.h"
#include "pcscf/reg_event.h"
#include "sip/views.h"
#include "support/check.h"
#include <stdio.h>

void watching_init(struct watching *f, bool reg_event)
{
    *f = (struct watching){0};
    border_init(&f->b, reg_event ? "reg_event: true" : "");
}

void watching_fini(struct watching *f)
{
    border_fini(&f->b);
}

void watching_set_up(struct watching *f)
{
    watching_init(f, true);
    watching_register(f, "r", 7, "a@ims.example");
    watching_begin(f, 0);
    watching_accept(f, 0);
    assert_true(watching_is_registered(f));
}

void watching_ask(struct watching *f, const char *call, unsigned cseq,
                  const char *user)
{
    puppet_send(&f->b.phone, &f->b.gm,
                "REGISTER sip:ims.example SIP/2.0\r\n"
                "Via: SIP/2.0/UDP 127.0.0.50:5060;branch=z9hG4bKp%u\r\n"
                "Max-Forwards: 70\r\nFrom: <sip:%s>;tag=a\r\nTo: <sip:%s>\r\n"
                "Call-ID: %s\r\nCSeq: %u REGISTER\r\n"
                "Contact: <sip:a@127.0.0.50:5060>\r\n"
                "Content-Length: 0\r\n\r\n",
                f->b.branch++, user, user, call, cseq);
    border_run(&f->b);
}

void watching_grant(struct watching *f, const char *user)
{
    static const char identities[] =
        "P-Associated-URI: <sip:a@ims.example>, <tel:+15551001>\r\n"
        "Service-Route: <sip:orig@127.0.0.3:5060;lr>\r\n";
    char answer[500];

    snprintf(answer, sizeof answer,
             "Contact: <sip:a@127.0.0.50:5060>;expires=3600\r\n%s",
             strcmp(user, "a@ims.example") == 0 ? identities : "");
    puppet_answer(&f->b.icscf, puppet_last(&f->b.icscf), 200, answer);
    border_run(&f->b);
}

void watching_register(struct watching *f, const char *call, unsigned cseq,
                       const char *user)
{
    watching_ask(f, call, cseq, user);
    watching_grant(f, user);
}

struct sip_message *watching_subscription(struct watching *f, unsigned n)
{
    return puppet_request(&f->b.icscf, SIP_SUBSCRIBE, n);
}

struct sip_message *watching_refresh(struct watching *f, unsigned n)
{
    return puppet_request(&f->b.scscf, SIP_SUBSCRIBE, n);
}

void watching_begin(struct watching *f, unsigned n)
{
    const struct sip_message *m = watching_subscription(f, n);

    assert_non_null(m);
    snprintf(f->notice, sizeof f->notice,
             "From: <sip:a@ims.example>;tag=icscf\r\nTo: %.*s\r\n"
             "Call-ID: %.*s\r\n",
             SLICE_ARG(sip_header_value(m, SIP_HDR_FROM)),
             SLICE_ARG(sip_header_value(m, SIP_HDR_CALL_ID)));
}

void watching_accept(struct watching *f, unsigned n)
{
    puppet_answer(&f->b.icscf, watching_subscription(f, n), 200,
                  "Contact: <sip:reg@127.0.0.3:5060>\r\nExpires: 4200\r\n");
    border_run(&f->b);
}

/* The S-CSCF may be sent a SUBSCRIBE behind the answer. */
static unsigned last_answer(const struct puppet *p)
{
    unsigned i = p->count;

    while (i && p->got[i - 1]->is_request)
        i--;
    return i ? p->got[i - 1]->status : 0;
}

unsigned watching_notify(struct watching *f, const char *state,
                         const char *more, const char *body)
{
    f->cseq++;
    puppet_send(&f->b.scscf, &f->b.mw,
                "NOTIFY sip:reg@127.0.0.1:5070 SIP/2.0\r\n"
                "Via: SIP/2.0/UDP 127.0.0.3:5060;branch=z9hG4bKs%u\r\n"
                "Max-Forwards: 70\r\n%s"
                "CSeq: %u NOTIFY\r\nContact: <sip:reg@127.0.0.3:5060>\r\n"
                "Subscription-State: %s\r\n%s"
                "Content-Length: %zu\r\n\r\n%s",
                f->b.branch++, f->notice, f->cseq, state,
                *more ? more
                      : "Event: reg\r\nContent-Type: "
                        "application/reginfo+xml\r\n",
                strlen(body), body);
    border_run(&f->b);
    return last_answer(&f->b.scscf);
}

unsigned watching_tell(struct watching *f, const char *body)
{
    return watching_notify(f, "active;expires=4000", "", body);
}

bool watching_is_registered(struct watching *f)
{
    const struct pcscf *me = f->b.pcscf->state;

    return flows_figures(me->flows)->registered > 0;
}

size_t watching_count(struct watching *f)
{
    const struct pcscf *me = f->b.pcscf->state;

    return reg_watches_count(me->watches);
}
