/* SPDX-License-Identifier: MIT
 *
 * REGISTER at the P-CSCF, TS 24.229 5.2.2.
 *
 *   REGISTER  no room for another phone      -> 503
 *             -> Path, P-Visited-Network-ID, P-Charging-Vector,
 *                integrity-protected           -> the home network's entry
 *   401       -> ck and ik are taken out       -> the phone
 *   200       -> identities, Service-Route and
 *                expiry are kept               -> the phone; reg_event.c
 *   481       -> who wanted to leave has left  -> the phone
 *
 * P-REG-1, P-REG-2; P-REG-4 in part: a flow, no association, and no Path and no
 * term-ioi is kept; P-REG-6 in part: a flow, no association.
 */
#include "ims/trust.h"
#include "pcscf/dialogs.h"
#include "pcscf/identities.h"
#include "pcscf/protection.h"
#include "pcscf/reg_event.h"
#include "sip/views.h"

static void on_response(void *ctx, struct sip_message *resp, void *branch);
static void on_done(void *ctx);

/* More than a header of a message that was taken can have. */
enum { VALUE_MAX = 256 * 1024 };

/* How long a phone may take for its second REGISTER: reg-await-auth and the
 * life of two transactions (F7 of the procedures). */
enum { GRACE_S = 64 };

/* When who found no room may ask again. */
enum { RETRY_AFTER_S = 60 };

struct registration {
    struct pcscf *me;
    struct record_about about; /* points into request */
    struct sip_message *request;
    struct sip_flow flow;
    struct identity impu;
    struct slice contact; /* URI; empty: none, or "*" */
    bool lives;           /* the contact shall be registered */
    char token[FLOW_TOKEN];
    bool translated; /* as in struct contact */
    bool watches;    /* the contact of this token has been registered */
};

static const struct sip_forward_handler forwarding = {
    .on_response = on_response,
    .on_done = on_done,
};

static void registration_free(struct registration *r)
{
    sip_message_drop(r->request);
    free(r);
}

/* The contact that the flow leads to: the first one that shall live; a phone
 * that moved may name its old one before. */
static enum ims_err read_contact(struct registration *r, struct why *why)
{
    uint32_t expires = 1;
    struct sip_contact c;
    struct sip_values it;
    struct slice value;

    sip_header_u32(r->request, SIP_HDR_EXPIRES, &expires);
    sip_values_begin(&it, r->request, SIP_HDR_CONTACT);
    while (!r->lives && sip_values_next(&it, &value)) {
        enum ims_err err = sip_contact_parse(value, &c, why);

        if (err != IMS_OK)
            return err;
        if (c.addr.wildcard)
            continue;
        r->lives = c.has_expires ? c.expires : expires;
        if (r->lives || !r->contact.n)
            r->contact = c.addr.uri;
    }
    return IMS_OK;
}

/* TS 24.229 F.1: the phone's idea of its address is not ours. */
static bool is_translated(const struct registration *r)
{
    struct addr sent_by = {0};
    struct sip_via via;

    return sip_via_top(r->request, &via, NULL) != IMS_OK ||
           !addr_parse_ip(via.host, &sent_by) ||
           !addr_eq_ip(&sent_by, &r->flow.remote);
}

static enum ims_err read_request(struct registration *r, struct why *why)
{
    struct sip_name_addr to;
    enum ims_err err =
        sip_name_addr_parse(sip_header_value(r->request, SIP_HDR_TO), &to, why);

    if (err == IMS_OK)
        err = identity_canonical(to.uri, &r->impu, why);
    return err == IMS_OK ? read_contact(r, why) : err;
}

/* ---- towards the home network ---------------------------------------------
 */

static bool is_sec_agree(void *ctx, struct slice value)
{
    (void)ctx;
    return slice_eq_nocase(value, S("sec-agree"));
}

/* 5.2.2.1 items 1 to 7. */
static void edit_request(struct registration *r, struct sip_message *copy)
{
    struct pcscf *me = r->me;
    struct register_of who = {
        &r->flow, identity_slice(&r->impu),
        flows_by_token(me->flows, slice_at(r->token, FLOW_TOKEN))};

    trust_enter(copy);
    sip_remove(copy, SIP_HDR_SECURITY_CLIENT);
    sip_remove(copy, SIP_HDR_SECURITY_VERIFY);
    sip_filter(copy, SIP_HDR_REQUIRE, is_sec_agree, NULL);
    sip_set_printf(copy, SIP_HDR_PATH, "<sip:%.*s@%s;lr>", FLOW_TOKEN, r->token,
                   str_c(&me->mw_hostport));
    if (!sip_has_token(copy, SIP_HDR_REQUIRE, S("path")))
        sip_add_last(copy, SIP_HDR_REQUIRE, S("path"));
    sip_set_printf(copy, SIP_HDR_P_VISITED_NETWORK_ID, "\"%s\"",
                   me->core.node->self->network->visited_id);
    pcscf_charging(me, copy);
    protection_mark(me, &who, copy);
}

/* Before the home network is asked: a phone that is told 200 and then 403 to
 * whatever it sends would never know why. */
static void refuse_for_room(struct registration *r, struct sip_request *req,
                            struct sip_message *copy)
{
    struct pcscf *me = r->me;
    struct sip_message *resp = sip_response_to(
        r->request, 503, (struct slice){0}, sip_request_tag(req));

    ++*me->count.refused;
    record_say(me->env->record, r->about, "P-REG-1", "RFC 3261 21.5.4",
               "REGISTER answered 503: %zu contacts of phones are registered, "
               "there is no room for another",
               flows_figures(me->flows)->registered);
    sip_set_u64(resp, SIP_HDR_RETRY_AFTER, RETRY_AFTER_S);
    sip_respond(req, resp);
    sip_request_drop(req);
    sip_message_drop(copy);
    registration_free(r);
}

/* The Request-URI names the home network (5.1.1.2.1), whose entry point DNS or
 * the topology know by its domain; port and transport that a phone writes
 * beside it are its idea of the way to us. Empty: no domain. */
static struct slice entry_point(struct sip_message *copy)
{
    struct addr ip = {0};
    struct sip_uri uri;

    if (!sip_request_uri(copy, &uri) || uri.scheme != SIP_SCHEME_SIP ||
        addr_parse_ip(uri.host, &ip))
        return (struct slice){0};
    return arena_printf(&copy->arena, "sip:%.*s", SLICE_ARG(uri.host));
}

void pcscf_register(struct pcscf *me, struct sip_request *req,
                    struct sip_message *copy)
{
    struct registration *r = mem_zalloc(sizeof *r);
    struct sip_branch b = {.msg = copy,
                           .to = {.uri = entry_point(copy), .trust = SIP_MW}};
    struct why why = {0};

    r->me = me;
    r->request = sip_message_hold(req->msg);
    r->about = cscf_about(r->request);
    r->flow = req->flow;
    r->translated = is_translated(r);
    if (read_request(r, &why) != IMS_OK) {
        pcscf_refuse(me, req, copy, 400, "P-REG-1", "TS 24.229 5.2.2.1",
                     "%s: %s", r->impu.n ? "Contact" : "To", why.text);
        registration_free(r);
        return;
    }
    flows_token(me->flows, &r->flow, identity_slice(&r->impu), r->contact,
                r->token);
    if (r->lives &&
        !flows_check_room(me->flows, slice_at(r->token, FLOW_TOKEN))) {
        refuse_for_room(r, req, copy);
        return;
    }
    sip_remove(copy, SIP_HDR_ROUTE);
    edit_request(r, copy);
    record_say(me->env->record, r->about, "P-REG-1", "TS 24.229 5.2.2.1",
               "REGISTER of %.*s goes to the entry point of its home network",
               SLICE_ARG(identity_slice(&r->impu)));
    sip_proxy_forward(me->core.proxy, req, &b, &forwarding, r);
}

/* ---- back to the phone -----------------------------------------------------
 */

/* NULL: others took the room while the home network was asked. */
static struct contact *meet(struct registration *r, int64_t us)
{
    struct pcscf *me = r->me;
    struct contact *c = flows_meet(me->flows, &r->flow,
                                   identity_slice(&r->impu), r->contact, us);

    if (!c && r->lives) {
        ++*me->count.refused;
        record_say(me->env->record, r->about, "P-REG-4", "TS 24.229 5.2.2.1",
                   "there is no room for contact %.*s any more: requests of "
                   "this phone will be refused",
                   SLICE_ARG(r->contact));
    }
    return c;
}

/* The nonce is remembered, so that the answer to it is known as such. */
static void on_challenge(struct registration *r, struct sip_message *resp)
{
    struct pcscf *me = r->me;
    int64_t us =
        me->core.node->self->timers.reg_await_auth + (int64_t)GRACE_S * SECOND;
    struct challenged challenge;
    struct contact *c;

    if (!protection_challenge(resp, &challenge))
        return;
    c = meet(r, us);
    if (c) {
        str_set(&c->nonce, challenge.nonce);
        c->aka = challenge.aka;
        c->translated |= r->translated;
    }
    if (challenge.aka)
        record_say(me->env->record, r->about, "P-REG-2", "TS 24.229 5.2.2.2",
                   "the challenge goes to the phone without ck and ik");
}

/* How often a contact is bound by the 200. */
static unsigned bindings(const struct sip_message *resp, struct slice uri)
{
    struct sip_values it;
    struct sip_contact c;
    struct slice value;
    unsigned n = 0;

    sip_values_begin(&it, resp, SIP_HDR_CONTACT);
    while (sip_values_next(&it, &value))
        n += sip_contact_parse(value, &c, NULL) == IMS_OK && !c.addr.wildcard &&
             sip_uri_eq_text(c.addr.uri, uri);
    return n;
}

/* How long a contact is registered by the 200 (RFC 3261 10.2.4); 0: not at
 * all. */
static uint32_t granted(const struct sip_message *resp, struct slice uri)
{
    uint32_t expires = 0;
    struct sip_values it;
    struct sip_contact c;
    struct slice value;

    sip_header_u32(resp, SIP_HDR_EXPIRES, &expires);
    sip_values_begin(&it, resp, SIP_HDR_CONTACT);
    while (sip_values_next(&it, &value))
        if (sip_contact_parse(value, &c, NULL) == IMS_OK && !c.addr.wildcard &&
            uri.n && sip_uri_eq_text(c.addr.uri, uri))
            return c.has_expires ? c.expires : expires;
    return 0;
}

static void keep_identities(struct contact *c, const struct sip_message *resp)
{
    struct sip_values it;
    struct slice value;
    struct buf list;

    buf_init(&list, VALUE_MAX);
    sip_values_begin(&it, resp, SIP_HDR_P_ASSOCIATED_URI);
    while (sip_values_next(&it, &value)) {
        struct sip_name_addr na;

        if (sip_name_addr_parse(value, &na, NULL) == IMS_OK)
            identities_add(&list, na.display, na.uri);
    }
    str_set(&c->identities, buf_slice(&list));
    buf_fini(&list);
}

static void keep_service_route(struct contact *c,
                               const struct sip_message *resp)
{
    struct buf list;

    buf_init(&list, VALUE_MAX);
    sip_values_join(resp, SIP_HDR_SERVICE_ROUTE, &list);
    str_set(&c->service_route, buf_slice(&list));
    buf_fini(&list);
}

/* Without dialogs there is nothing left that should pass. */
static void let_go(struct contact *c)
{
    str_fini(&c->nonce);
    if (c->dialog_count)
        contact_unregister(c);
    else
        contact_free(c);
}

static void deregister(struct registration *r, struct contact *c)
{
    record_say(r->me->env->record, r->about, "P-REG-6", "TS 24.229 5.2.5.1",
               "contact %s of %s is deregistered", str_c(&c->uri),
               str_c(&c->impu));
    ++*r->me->count.deregistered;
    let_go(c);
}

/* The 200 tells what is bound: other contacts of the user at this flow are gone
 * by his own wish, or were replaced (5.2.5.1). */
static bool is_unbound(const struct sip_message *resp, struct slice uri)
{
    return !granted(resp, uri);
}

/* Does the REGISTER name it, for its end? */
static bool is_named(const struct sip_message *req, struct slice uri)
{
    struct sip_values it;
    struct sip_contact c;
    struct slice value;

    sip_values_begin(&it, req, SIP_HDR_CONTACT);
    while (sip_values_next(&it, &value))
        if (sip_contact_parse(value, &c, NULL) == IMS_OK &&
            (c.addr.wildcard || sip_uri_eq_text(c.addr.uri, uri)))
            return true;
    return false;
}

/* Contacts of the user at this flow go. */
static void forget(struct registration *r,
                   bool (*ends)(const struct sip_message *m, struct slice uri),
                   const struct sip_message *m)
{
    struct slice impu = identity_slice(&r->impu);
    struct flows *flows = r->me->flows;
    struct contact *c = flows_at(flows, &r->flow.remote, NULL), *next;

    for (; c; c = next) {
        next = flows_at(flows, &r->flow.remote, c);
        if (!slice_eq(str_slice(&c->impu), impu) &&
            !contact_has_identity(c, impu))
            continue;
        if (ends(m, str_slice(&c->uri)))
            deregister(r, c);
    }
}

/* The same Call-ID tells that it is the same phone (RFC 3261 10.2), and its
 * Contact, when it has been switched off and on. */
static bool is_older(const struct contact *old, const struct contact *c)
{
    return slice_eq(str_slice(&old->call_id), str_slice(&c->call_id))
               ? old->cseq < c->cseq
               : sip_uri_eq_text(str_slice(&old->uri), str_slice(&c->uri));
}

/* Is it bound beside the new one? Two phones of a user may have the same
 * Contact, each behind a NAT of its own: then it is bound twice. */
static bool is_bound_beside(const struct contact *old, const struct contact *c,
                            const struct sip_message *resp)
{
    struct slice uri = str_slice(&old->uri);

    return bindings(resp, uri) > sip_uri_eq_text(uri, str_slice(&c->uri));
}

/* A phone that has moved to another flow takes its dialogs along, and leaves no
 * right behind to who gets its old address next (5.2.6.3.5 item 1). */
static void move(struct registration *r, struct contact *c,
                 const struct sip_message *resp)
{
    struct flows *flows = r->me->flows;
    struct contact *old = flows_of(flows, str_slice(&c->impu), NULL), *next;
    char text[ADDR_TEXT_MAX];

    for (; old; old = next) {
        size_t n;

        next = flows_of(flows, str_slice(&c->impu), old);
        if (old == c || !is_older(old, c) || is_bound_beside(old, c, resp))
            continue;
        n = pcscf_move_dialogs(old, c);
        record_say(
            r->me->env->record, r->about, "P-REG-4", "TS 24.229 5.2.2.1",
            "contact %s was bound to the flow of %s before, which counts "
            "no more; %zu dialog%s along",
            str_c(&old->uri), addr_text(&old->flow.remote, text), n,
            n == 1 ? " goes" : "s go");
        if (addr_eq_ip(&old->flow.remote, &c->flow.remote))
            c->translated |= old->translated; /* by another port of its NAT */
        contact_free(old);
    }
}

static uint32_t cseq_of(const struct sip_message *m)
{
    struct sip_cseq cseq;

    return sip_cseq_parse(sip_header_value(m, SIP_HDR_CSEQ), &cseq, NULL) ==
                   IMS_OK
               ? cseq.number
               : 0;
}

/* Did the home network say so, and not somebody to whom the phone sent this? */
static bool is_of_home(const struct registration *r)
{
    struct sip_uri uri;

    return sip_request_uri(r->request, &uri) &&
           (sip_host_eq(uri.host, identity_domain(identity_slice(&r->impu))) ||
            topology_find_network(r->me->core.node->topology, uri.host));
}

/* 5.2.2.1, on the 200: what later requests of the phone are checked with. */
static void on_accepted(struct registration *r, struct sip_message *resp)
{
    struct pcscf *me = r->me;
    uint32_t seconds = granted(resp, r->contact);
    struct contact *c;

    if (!is_of_home(r)) {
        record_say(me->env->record, r->about, "P-REG-4", "TS 24.229 5.2.2.1",
                   "%u does not count: it is not of the home network of %.*s",
                   resp->status, SLICE_ARG(identity_slice(&r->impu)));
        return;
    }

    /* who has learned from us, by a 401 too, how his address looks outside
     * writes that from then on: the NAT is there still */
    r->translated |= flows_is_translated(me->flows, &r->flow.remote);
    forget(r, is_unbound, resp);
    if (!seconds)
        return;
    c = meet(r, (int64_t)seconds * SECOND);
    if (!c)
        return;
    keep_identities(c, resp);
    keep_service_route(c, resp);
    c->told = c->told && slice_eq(str_slice(&c->call_id), r->about.call);
    str_set(&c->call_id, r->about.call);
    c->cseq = cseq_of(resp);
    c->translated |= r->translated;
    str_fini(&c->nonce);
    contact_register(c, seconds);
    move(r, c, resp);
    ++*me->count.registered;
    record_say(me->env->record, r->about, "P-REG-4", "TS 24.229 5.2.2.1",
               "contact %s is bound to its flow for %u s, default identity "
               "%.*s",
               str_c(&c->uri), seconds, SLICE_ARG(contact_default_identity(c)));
    r->watches = true;
}

/* Who wants to leave a registrar that knows nothing of him, since it has been
 * started anew, leaves (5.4.1.4). It says so of whom it has authenticated; what
 * others say, to whom he might have sent this, does not count. */
static void on_unknown(struct registration *r)
{
    if (!r->lives && is_of_home(r))
        forget(r, is_named, r->request);
}

static void on_response(void *ctx, struct sip_message *resp, void *branch)
{
    struct registration *r = ctx;

    (void)branch;
    if (resp->status == 401)
        on_challenge(r, resp);
    else if (resp->status == 481)
        on_unknown(r);
    else if (resp->status / 100 == 2)
        on_accepted(r, resp);
    protection_strip_keys(resp);
    trust_leave(resp);
}

/* The phone has its answer: now the P-CSCF may see to what comes later. */
static void on_done(void *ctx)
{
    struct registration *r = ctx;
    struct contact *c = NULL;

    if (r->watches)
        c = flows_by_token(r->me->flows, slice_at(r->token, FLOW_TOKEN));
    if (c && c->registered)
        reg_watch(r->me, c);
    registration_free(r);
}

/* ---- the end of time -------------------------------------------------------
 */

void pcscf_contact_expired(void *ctx, struct contact *c)
{
    struct pcscf *me = ctx;
    struct record_about about = {.call = str_slice(&c->call_id),
                                 .reason = "contact-expired"};

    ++*me->count.expired;
    record_say(me->env->record, about, "P-REG-6", "TS 24.229 5.2.5.1",
               "contact %s of %s has expired", str_c(&c->uri), str_c(&c->impu));
    let_go(c);
}
