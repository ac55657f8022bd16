/* SPDX-License-Identifier: MIT
 *
 * Initial and standalone requests to a phone, TS 24.229 5.2.6.4.1 to .8.
 *
 *   the Path's token names no contact  -> 480
 *   no room for another dialog         -> 503, or 486: the phone has too many
 *   otherwise  Record-Route, without what stays inside -> the flow that
 *                                                         registered
 *   responses  the saved Via and Record-Route, an asserted identity
 *
 * P-TRM-1, P-TRM-2.
 */
#include "ims/trust.h"
#include "pcscf/dialogs.h"
#include "pcscf/identities.h"
#include "sip/views.h"

static void on_response(void *ctx, struct sip_message *resp, void *branch);
static void on_done(void *ctx);

/* Early dialogs of one request (forks behind a phone), and most of its
 * Record-Route. */
enum { DIALOGS_MAX = 16, ROUTES_BYTES = 256 * 1024 };

/* What is saved of the request until its answer is back. */
struct terminating {
    struct pcscf *me;
    struct sip_message *request; /* as it came: its Via values count */
    struct str record_route; /* of what was sent on, with our entries: values
                                joined by ", " */
    struct dialog_phone phone;
    struct identity called; /* P-Called-Party-ID, if it is the phone's */
    struct str identities;  /* of the phone, as contact.identities */
    unsigned dialogs;       /* that its answers made */
};

static const struct sip_forward_handler forwarding = {
    .on_response = on_response,
    .on_done = on_done,
};

/* The identity that was called; what Path led to may be registered with
 * several. */
static void find_called(struct terminating *t, const struct contact *c)
{
    struct sip_name_addr na;

    if (sip_name_addr_parse(
            sip_header_value(t->request, SIP_HDR_P_CALLED_PARTY_ID), &na,
            NULL) != IMS_OK ||
        identity_canonical(na.uri, &t->called, NULL) != IMS_OK ||
        !contact_has_identity(c, identity_slice(&t->called))) {
        struct slice id = contact_default_identity(c);

        memcpy(t->called.text, id.p, id.n);
        t->called.n = id.n;
    }
}

static void keep_record_route(struct terminating *t,
                              const struct sip_message *m)
{
    struct buf all;

    buf_init(&all, ROUTES_BYTES);
    sip_values_join(m, SIP_HDR_RECORD_ROUTE, &all);
    str_set(&t->record_route, buf_slice(&all));
    buf_fini(&all);
}

void pcscf_terminate(struct pcscf *me, struct sip_request *req,
                     struct sip_message *copy,
                     const struct sip_proxy_route *route)
{
    struct contact *c = pcscf_contact_of(me, route);
    struct terminating *t;
    struct sip_branch b = {.msg = copy, .to = {.trust = SIP_GM}};
    struct sip_flow way;

    if (!c || !c->registered) {
        pcscf_refuse(me, req, copy, 480, "P-TRM-1", "TS 24.229 5.2.6.4.1",
                     "the Path leads to no phone that is registered");
        return;
    }
    if (!pcscf_check_dialogs(me, req, copy, c))
        return;
    trust_leave(copy);
    pcscf_record_route(me, copy, c, true);
    t = mem_zalloc(sizeof *t);
    t->me = me;
    t->request = sip_message_hold(req->msg);
    keep_record_route(t, copy);
    str_set(&t->identities, str_slice(&c->identities));
    find_called(t, c);
    record_say(me->env->record, cscf_about(copy), "P-TRM-1",
               "TS 24.229 5.2.6.4.1",
               "the Path leads to contact %s, over the flow that registered it",
               str_c(&c->uri));
    way = contact_way(c, &c->flow);
    t->phone = pcscf_dialog_phone(c, &way);
    b.to.flow = &t->phone.flow;
    sip_proxy_forward(me->core.proxy, req, &b, &forwarding, t);
}

static void put_back(struct sip_message *resp, const struct sip_message *from,
                     enum sip_header_id id)
{
    sip_remove(resp, id);
    sip_add_all(resp, from, id);
}

/* P-TRM-2: what the phone prefers if it is its own, else who was called. */
static void assert_identity(const struct terminating *t,
                            struct sip_message *resp)
{
    struct slice identity = identity_slice(&t->called);
    struct slice list = str_slice(&t->identities);
    struct told_identity preferred;

    if (identities_preferred(list, resp, &preferred))
        identity = preferred.impu;
    sip_remove(resp, SIP_HDR_P_PREFERRED_IDENTITY);
    identities_assert(list, identity, resp);
}

/* A phone that answers with tag after tag fills the table of dialogs alone. */
static bool makes_too_many(struct terminating *t,
                           const struct sip_message *resp)
{
    if (resp->status >= 200 || sip_dialog_to_near(t->me->dialogs, resp))
        return false;
    if (t->dialogs++ < DIALOGS_MAX)
        return false;
    record_say(t->me->env->record, cscf_about(resp), "P-TRM-2",
               "TS 24.229 5.2.6.4.4",
               "the phone made %d early dialogs of one request: no more are "
               "followed",
               DIALOGS_MAX);
    return true;
}

/* 5.2.6.4.2, .4, .8: whatever the phone made of them, the saved Via and
 * Record-Route values go back, and the charging data of the request. */
static void on_response(void *ctx, struct sip_message *resp, void *branch)
{
    struct terminating *t = ctx;

    (void)branch;
    trust_enter(resp);
    put_back(resp, t->request, SIP_HDR_VIA);
    sip_remove(resp, SIP_HDR_RECORD_ROUTE);
    if (resp->status > 100 && resp->status < 300 && t->record_route.n)
        sip_add_last(resp, SIP_HDR_RECORD_ROUTE, str_slice(&t->record_route));
    put_back(resp, t->request, SIP_HDR_P_CHARGING_VECTOR);
    pcscf_charging_response(t->me, resp);
    assert_identity(t, resp);
    if (makes_too_many(t, resp))
        return;
    pcscf_dialog_response(t->me, t->request, resp, false, &t->phone);
}

static void on_done(void *ctx)
{
    struct terminating *t = ctx;

    sip_message_drop(t->request);
    str_fini(&t->record_route);
    str_fini(&t->identities);
    free(t);
}
