/* SPDX-License-Identifier: MIT
 *
 * Initial and standalone requests from a phone, TS 24.229 5.2.6.3.1, .3, .7.
 *
 *   not from a registered flow            -> 403, but for what was too large
 *                                            for a datagram
 *   no room for another dialog            -> 503, or 403: the phone has
 *                                            too many
 *   Route is not the Service-Route        -> the Service-Route replaces it
 *   P-Asserted-Identity, P-Charging-Vector, Record-Route -> the S-CSCF
 *   responses                             -> what stays inside is taken out
 *   the S-CSCF is silent or away          -> 504 (5.2.6.3.2A)
 *
 * P-ORG-1 in part: no P-Access-Network-Info of our own; P-ORG-2; P-ORG-4 in
 * part: 504 without the restoration body.
 */
#include "ims/trust.h"
#include "pcscf/dialogs.h"
#include "pcscf/identities.h"
#include "sip/views.h"

static void on_response(void *ctx, struct sip_message *resp, void *branch);

static bool on_best(void *ctx, struct sip_forward *f, struct sip_message *best,
                    enum sip_client_cause cause, void *branch);
static void on_done(void *ctx);

/* What is kept of the request until its answer is back. */
struct originating {
    struct pcscf *me;
    struct sip_message *request; /* held */
    struct dialog_phone phone;
};

static const struct sip_forward_handler forwarding = {
    .on_response = on_response,
    .on_best = on_best,
    .on_done = on_done,
};

/* The URI in Contact; empty without one. */
static struct slice contact_uri(const struct sip_message *m)
{
    struct sip_name_addr na;

    return sip_name_addr_parse(sip_header_value(m, SIP_HDR_CONTACT), &na,
                               NULL) == IMS_OK
               ? na.uri
               : (struct slice){0};
}

/* How much in a request speaks for a contact: the preferred identity more than
 * the Contact, that more than From, which is where neither is (RFC 3428 4: a
 * MESSAGE has no Contact). */
enum { BY_FROM = 1, BY_CONTACT = 2, BY_PREFERRED = 4 };

struct sender {
    const struct sip_message *request;
    struct identity from; /* n == 0: none */
    struct contact *is;
    unsigned marks; /* that speak for it */
};

static struct sender sender_begin(const struct sip_message *request)
{
    struct sender s = {.request = request};
    struct sip_name_addr na;

    if (sip_name_addr_parse(sip_header_value(request, SIP_HDR_FROM), &na,
                            NULL) != IMS_OK ||
        identity_canonical(na.uri, &s.from, NULL) != IMS_OK)
        s.from.n = 0;
    return s;
}

/* All of them have proved who they are over this flow: who of them it is may be
 * taken from what the request says. Nothing said: who came last. */
static void sender_try(struct sender *s, struct contact *c)
{
    struct slice from = identity_slice(&s->from);
    struct told_identity preferred;
    unsigned marks = 0;

    if (identities_preferred(str_slice(&c->identities), s->request, &preferred))
        marks |= BY_PREFERRED;
    if (sip_uri_eq_text(contact_uri(s->request), str_slice(&c->uri)))
        marks |= BY_CONTACT;
    if (slice_eq(from, str_slice(&c->impu)) || contact_has_identity(c, from))
        marks |= BY_FROM;
    if (s->is && marks < s->marks)
        return;
    s->is = c;
    s->marks = marks;
}

/* Requests without a Contact: the sent-by is where the phone takes answers over
 * UDP. */
static struct contact *sender_by_via(struct pcscf *me, struct sip_request *req)
{
    struct sender s = sender_begin(req->msg);
    struct addr sent_by = {0};
    struct sip_via via;

    if (sip_via_top(req->msg, &via, NULL) != IMS_OK ||
        !addr_parse_ip(via.host, &sent_by))
        return NULL;
    sent_by.port = via.port ? via.port : 5060;
    for (struct contact *c = NULL;
         (c = flows_direct_at(me->flows, &sent_by, &req->flow.remote, c));)
        sender_try(&s, c);
    return s.is;
}

/* What is too large for a datagram comes over a stream (RFC 3261 18.1.1), from
 * a port of which we know nothing: then the IP address is what the phone is
 * known by (TS 33.203 Q.1), where it is its own. */
static struct contact *sender_over_stream(struct pcscf *me,
                                          struct sip_request *req)
{
    struct contact *c;

    if (!req->flow.connection)
        return NULL;
    c = sip_header_first(req->msg, SIP_HDR_CONTACT)
            ? flows_direct(me->flows, &req->flow.remote, contact_uri(req->msg))
            : sender_by_via(me, req);
    if (c)
        record_say(me->env->record, cscf_about(req->msg), "P-ORG-2",
                   "TS 33.203 Q.1",
                   "contact %s is registered over UDP at the address that the "
                   "stream comes from",
                   str_c(&c->uri));
    return c;
}

/* A program with several users sends for all of them from one address. */
static struct contact *sender_of(struct pcscf *me, struct sip_request *req)
{
    struct contact *c = flows_at(me->flows, &req->flow.remote, NULL);
    struct sender s;

    if (!c)
        return sender_over_stream(me, req);
    if (!flows_at(me->flows, &req->flow.remote, c))
        return c;
    s = sender_begin(req->msg);
    for (; c; c = flows_at(me->flows, &req->flow.remote, c))
        sender_try(&s, c);
    return s.is;
}

/* P-ORG-1: the first preferred identity that is one of the registered ones,
 * else the default; never what From says (5.2.6.3.1). */
static void assert_identity(struct pcscf *me, struct sip_message *copy,
                            const struct contact *c)
{
    struct slice identity = contact_default_identity(c);
    struct told_identity preferred;
    const char *reason = "the default one";

    if (identities_preferred(str_slice(&c->identities), copy, &preferred)) {
        identity = preferred.impu;
        reason = "the preferred one";
    } else if (sip_header_first(copy, SIP_HDR_P_PREFERRED_IDENTITY)) {
        reason = "the default one, the preferred one is not registered";
    }
    sip_remove(copy, SIP_HDR_P_PREFERRED_IDENTITY);
    identities_assert(str_slice(&c->identities), identity, copy);
    record_say(me->env->record, cscf_about(copy), "P-ORG-1",
               "TS 24.229 5.2.6.3.1", "asserted identity %.*s: %s",
               SLICE_ARG(identity), reason);
}

/* Do the Route entries left say what the Service-Route said? */
static bool follows_service_route(const struct sip_message *copy,
                                  const struct contact *c)
{
    struct slice rest = str_slice(&c->service_route), want, have;
    struct sip_values it;

    sip_values_begin(&it, copy, SIP_HDR_ROUTE);
    while (rest.n && slice_cut(&rest, ',', &want)) {
        struct sip_name_addr a, b;

        if (!sip_values_next(&it, &have))
            return false;
        if (slice_eq(slice_trim(want), have))
            continue;
        if (sip_name_addr_parse(slice_trim(want), &a, NULL) != IMS_OK ||
            sip_name_addr_parse(have, &b, NULL) != IMS_OK ||
            !sip_uri_eq_text(a.uri, b.uri))
            return false;
    }
    return !sip_values_next(&it, &have);
}

/* 5.2.6.3.1 item 2. */
static void set_route(struct pcscf *me, struct sip_message *copy,
                      const struct contact *c)
{
    struct record_about about = cscf_about(copy);

    if (follows_service_route(copy, c))
        return;
    about.reason = "service-route";
    record_say(me->env->record, about, "P-ORG-1", "TS 24.229 5.2.6.3.1",
               "Route is not the Service-Route: it is replaced by it");
    sip_remove(copy, SIP_HDR_ROUTE);
    if (c->service_route.n)
        sip_set(copy, SIP_HDR_ROUTE, str_slice(&c->service_route));
}

/* The dialog is bound to the flow that the phone registered over. */
static const struct sip_flow *flow_of(const struct contact *c,
                                      const struct sip_request *req)
{
    return addr_eq(&c->flow.remote, &req->flow.remote) ? &req->flow : &c->flow;
}

/* 4.4. That the phone knows of P-Early-Media is told for it (RFC 5009 8); what
 * passes early the network says. */
static void enter_trust(struct sip_message *copy)
{
    bool knows = copy->method == SIP_INVITE &&
                 sip_header_first(copy, SIP_HDR_P_EARLY_MEDIA);

    trust_enter(copy);
    if (knows)
        sip_set(copy, SIP_HDR_P_EARLY_MEDIA, S("supported"));
}

void pcscf_originate(struct pcscf *me, struct sip_request *req,
                     struct sip_message *copy)
{
    struct sip_branch b = {.msg = copy, .to = {.trust = SIP_MW}};
    const struct contact *c = sender_of(me, req);
    struct originating *o;
    char text[ADDR_TEXT_MAX];

    if (!c) {
        pcscf_refuse(me, req, copy, 403, "P-ORG-2", "TS 24.229 5.2.10.2",
                     "nobody is registered at %s",
                     addr_text(&req->flow.remote, text));
        return;
    }
    if (!pcscf_check_dialogs(me, req, copy, c))
        return;
    enter_trust(copy);
    set_route(me, copy, c);
    assert_identity(me, copy, c);
    pcscf_charging(me, copy);
    pcscf_record_route(me, copy, c, false);
    o = mem_zalloc(sizeof *o);
    *o = (struct originating){me, sip_message_hold(req->msg),
                              pcscf_dialog_phone(c, flow_of(c, req))};
    sip_proxy_forward(me->core.proxy, req, &b, &forwarding, o);
}

static void on_response(void *ctx, struct sip_message *resp, void *branch)
{
    struct originating *o = ctx;

    (void)branch;
    pcscf_dialog_response(o->me, o->request, resp, true, &o->phone);
    trust_leave(resp);
}

/* What Timer C ended has rung; who said 100 and no more is there, too. */
static bool has_answered(enum sip_client_cause cause)
{
    return cause == SIP_CLIENT_RESPONSE || cause == SIP_CLIENT_CANCELLED ||
           cause == SIP_CLIENT_GAVE_UP;
}

/* Without an answer of the S-CSCF, or of a node on the way to it. */
static bool on_best(void *ctx, struct sip_forward *f, struct sip_message *best,
                    enum sip_client_cause cause, void *branch)
{
    struct originating *o = ctx;

    (void)best;
    (void)branch;
    if (has_answered(cause))
        return false;
    record_say(o->me->env->record, cscf_about(o->request), "P-ORG-4",
               "TS 24.229 5.2.6.3.2A", "the S-CSCF cannot be reached: 504");
    sip_forward_stop(f, 504, NULL);
    return true;
}

static void on_done(void *ctx)
{
    struct originating *o = ctx;

    sip_message_drop(o->request);
    free(o);
}
