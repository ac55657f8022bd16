/* SPDX-License-Identifier: MIT
 *
 * REGISTER at the I-CSCF, TS 24.229 5.3.1.
 *
 *   REGISTER -> UAR -> refused (F1)                        -> 403, 480
 *                      a stored S-CSCF, or capabilities    -> that S-CSCF
 *                         it is silent, or answers 3xx, 480
 *                         -> UAR for capabilities          -> the next one
 *                      none with the capabilities / all tried -> 600 / 504
 *
 * I-REG-1 in part: no emergency flag: by it the HSS lets in who is barred or
 * may not roam, and no node would hold him to emergency calls (5.2.10, 5.4.8).
 * I-REG-2.
 */
#include "icscf/selection.h"
#include "sip/views.h"

static void ask_hss(struct icscf *me, struct sip_message *copy, void *ctx,
                    enum cx_authorization type);
static void on_authorized(void *ctx, enum ims_err err,
                          const struct cx_uaa *uaa);
static bool on_best(void *ctx, struct sip_forward *f, struct sip_message *best,
                    enum sip_client_cause cause, void *branch);
static void on_capabilities(void *ctx, enum ims_err err,
                            const struct cx_uaa *uaa);
static void on_done(void *ctx);

struct registration {
    struct icscf *me;
    struct sip_request *req;  /* held until it is forwarded */
    struct sip_message *copy; /* held: what each S-CSCF gets a copy of */
    struct sip_forward *forward;
    struct record_about about;
    struct identity impu, impi;
    struct selection selection;
    uint64_t ticket; /* of a UAR under way while forwarding; 0: none */
};

static const struct sip_forward_handler forwarding = {
    .on_best = on_best,
    .on_done = on_done,
};

static void registration_free(struct registration *r)
{
    if (r->ticket)
        cx_cancel(r->me->core.cx, r->ticket);
    sip_message_drop(r->copy);
    selection_fini(&r->selection);
    free(r);
}

static void refuse(struct registration *r, unsigned status,
                   const char *sentence)
{
    cscf_refuse(&r->me->core, r->req, sip_message_hold(r->copy), status,
                "I-REG-1", "TS 24.229 5.3.1.3", "%s", sentence);
    registration_free(r);
}

/* 5.3.1.2: the public identity from To, the private one from Authorization or
 * derived from the public one. */
static bool read_identities(struct registration *r, struct why *why)
{
    struct slice username = {0};
    struct sip_name_addr to;
    struct sip_auth auth;
    struct why bad;

    if (sip_name_addr_parse(sip_header_value(r->copy, SIP_HDR_TO), &to, &bad) ||
        identity_canonical(to.uri, &r->impu, &bad)) {
        why_set(why, bad.err, "To: %s", bad.text);
        return false;
    }
    if (sip_auth_find(r->copy, SIP_HDR_AUTHORIZATION, S("Digest"),
                      (struct slice){0}, &auth))
        sip_auth_param(&auth, S("username"), &username);
    if (!username.n)
        return identity_private_of(identity_slice(&r->impu), &r->impi, why) ==
               IMS_OK;
    if (username.n > IDENTITY_MAX) {
        why_set(why, IMS_MALFORMED, "Authorization: the username is too long");
        return false;
    }
    memcpy(r->impi.text, username.p, username.n);
    r->impi.n = username.n;
    return true;
}

void icscf_register(struct icscf *me, struct sip_request *req,
                    struct sip_message *copy)
{
    struct registration *r = mem_zalloc(sizeof *r);
    struct why why = {0};

    r->me = me;
    r->req = req;
    r->copy = copy;
    r->about = cscf_about(req->msg);
    selection_init(&r->selection, "I-REG-2", "TS 24.229 5.3.1.3");
    if (!cscf_is_trusted(&me->core, &req->flow)) {
        refuse(r, 403, "REGISTER from outside the trust domain");
        return;
    }
    if (!read_identities(r, &why)) {
        refuse(r, 400, why.text);
        return;
    }
    ask_hss(me, copy, r, CX_REGISTRATION);
}

/* ---- UAR ------------------------------------------------------------------*/

/* Nothing but an end asked for (5.3.1.2)? */
static bool is_deregistration(const struct sip_message *m)
{
    uint32_t expires = 1;
    struct sip_contact c;
    struct sip_values it;
    struct slice value;
    bool any = false;

    sip_header_u32(m, SIP_HDR_EXPIRES, &expires);
    sip_values_begin(&it, m, SIP_HDR_CONTACT);
    while (sip_values_next(&it, &value)) {
        if (sip_contact_parse(value, &c, NULL) != IMS_OK)
            continue;
        if (c.has_expires ? c.expires : expires)
            return false;
        any = true;
    }
    return any;
}

/* Without any the user is at home. */
static struct slice visited_network(const struct icscf *me,
                                    const struct sip_message *m)
{
    struct slice named = cscf_visited_network(m);

    return named.p ? named : slice_of(me->env->domain);
}

static void ask_hss(struct icscf *me, struct sip_message *copy, void *ctx,
                    enum cx_authorization type)
{
    struct registration *r = ctx;
    bool first = type != CX_REGISTRATION_AND_CAPABILITIES;
    struct cx_uar uar = {
        .impi = identity_slice(&r->impi),
        .impu = identity_slice(&r->impu),
        .visited_network = visited_network(me, copy),
        .type = first && is_deregistration(copy) ? CX_DE_REGISTRATION : type,
    };

    r->ticket = cx_uar_send(me->core.cx, &uar, r->about.call,
                            first ? on_authorized : on_capabilities, r);
}

/* F1 of the procedures: 5.3.1.3. 0: go on. */
static unsigned status_of(enum ims_err err, unsigned result)
{
    if (err != IMS_OK)
        return 480;
    switch (result) {
    case CX_SUCCESS:
    case CX_FIRST_REGISTRATION:
    case CX_SUBSEQUENT_REGISTRATION: return 0;
    case CX_USER_UNKNOWN:
    case CX_IDENTITIES_DONT_MATCH:
    case CX_IDENTITY_NOT_REGISTERED:
    case CX_ROAMING_NOT_ALLOWED:
    case CX_AUTHORIZATION_REJECTED: return 403;
    default: return 480;
    }
}

/* One branch more, to the next S-CSCF. False: none is left. */
static bool add_next(struct registration *r)
{
    struct sip_branch b = {.to = {.trust = SIP_MW}};

    if (!selection_next(&r->selection, r->me, r->about, &b.to.uri))
        return false;
    b.msg = sip_message_copy(r->copy);
    sip_set_uri(b.msg, b.to.uri);
    sip_forward_add(r->forward, &b);
    return true;
}

static void on_authorized(void *ctx, enum ims_err err, const struct cx_uaa *uaa)
{
    struct registration *r = ctx;
    unsigned result = err == IMS_OK ? uaa->outcome.result : 0;
    unsigned status = status_of(err, result);

    r->ticket = 0;
    if (status) {
        ++*r->me->count.refused;
        refuse(r, status,
               err == IMS_OK ? cx_result_name(result)
                             : "no answer from the HSS");
        return;
    }
    ++*r->me->count.authorized;
    selection_take(&r->selection, uaa->server_name, uaa->capabilities);
    r->forward = sip_forward_new(r->me->core.proxy, r->req, &forwarding, r);
    if (add_next(r))
        sip_forward_go(r->forward);
    else
        sip_forward_stop(r->forward, 600, NULL);
}

/* ---- another S-CSCF --------------------------------------------------------
 */

/* An answer to an AKA challenge: its S-CSCF alone knows the challenge. */
static bool is_protected(const struct registration *r)
{
    struct slice is = {0};
    struct sip_auth auth;

    if (sip_auth_find(r->copy, SIP_HDR_AUTHORIZATION, S("Digest"),
                      (struct slice){0}, &auth))
        sip_auth_param(&auth, S("integrity-protected"), &is);
    return slice_eq_nocase(is, S("yes"));
}

static bool has_declined(const struct sip_message *best)
{
    return best->status / 100 == 3 || best->status == 480;
}

static bool on_best(void *ctx, struct sip_forward *f, struct sip_message *best,
                    enum sip_client_cause cause, void *branch)
{
    struct registration *r = ctx;

    (void)branch;
    if (is_protected(r))
        return icscf_answered_504(r->me, f, cause, "I-REG-2",
                                  "TS 24.229 5.3.1.3");
    if (cause == SIP_CLIENT_GAVE_UP || /* it said 100: it is there */
        (cause == SIP_CLIENT_RESPONSE && !has_declined(best)))
        return false;
    record_say(r->me->env->record, r->about, "I-REG-2", "TS 24.229 5.3.1.3",
               "the S-CSCF %s: another one is looked for",
               cause == SIP_CLIENT_RESPONSE ? "declined" : "does not answer");
    ask_hss(r->me, r->copy, r, CX_REGISTRATION_AND_CAPABILITIES);
    return true;
}

static void on_capabilities(void *ctx, enum ims_err err,
                            const struct cx_uaa *uaa)
{
    struct registration *r = ctx;
    unsigned result = err == IMS_OK ? uaa->outcome.result : 0;
    unsigned status = status_of(err, result);

    r->ticket = 0;
    if (status) {
        ++*r->me->count.refused;
        record_say(r->me->env->record, r->about, "I-REG-1", "TS 24.229 5.3.1.3",
                   "REGISTER answered %u: %s", status,
                   err == IMS_OK ? cx_result_name(result)
                                 : "no answer from the HSS");
        sip_forward_stop(r->forward, status, NULL);
        return;
    }
    selection_take(&r->selection, uaa->server_name, uaa->capabilities);
    if (add_next(r))
        sip_forward_go(r->forward);
    else
        sip_forward_stop(r->forward, 504, NULL);
}

static void on_done(void *ctx)
{
    registration_free(ctx);
}
