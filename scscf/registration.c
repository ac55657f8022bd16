/* SPDX-License-Identifier: MIT
 *
 * Registration at the S-CSCF, TS 24.229 5.4.1.
 *
 *   REGISTER  no answer to a challenge of ours     -> MAR -> 401
 *             auts: the card wants other numbers   -> MAR -> 401
 *             a nonce that was used up             -> MAR -> 401 stale
 *             a wrong answer                       -> SAR -> 403
 *             the right answer, contacts to bind   -> SAR -> 200
 *             the right answer, the last one to go -> SAR -> 200
 *             one to go, while another REGISTER
 *             waits for the HSS                    -> waits for that
 *
 * S-REG-1; S-REG-3 in part: no Feature-Caps.
 */
#include "scscf/registration.h"
#include "scscf/session.h"
#include <stdarg.h>
#include <stdio.h>

static bool check_identities(struct registration *r);
static bool waits_for_another(struct registration *r);
static void on_assigned(void *ctx, enum ims_err err, const struct cx_saa *saa);

static struct irs *set_of(const struct registration *r)
{
    struct irs_identity *known =
        registrar_find(r->me->registrar, identity_slice(&r->impu));

    return known ? known->irs : NULL;
}

static bool is_registered(const struct registration *r)
{
    const struct irs *irs = set_of(r);

    return irs && irs_count_bindings(irs, identity_slice(&r->impi));
}

static void registration_free(struct registration *r)
{
    if (r->authenticated && !is_registered(r))
        challenges_forget_answered(r->me->challenges, identity_slice(&r->impi));
    sip_request_drop(r->req);
    secret_wipe(r, sizeof *r);
    free(r);
}

void scscf_register(struct scscf *me, struct sip_request *req)
{
    struct registration *r;

    if (!cscf_check_uas(&me->core, req, S("path"))) {
        ++*me->count.refused;
        sip_request_drop(req);
        return;
    }
    r = mem_zalloc(sizeof *r);
    r->me = me;
    r->req = req;
    r->about = cscf_about(req->msg);
    list_init(&r->behind);
    if (!check_identities(r) || !registration_check_contacts(r))
        return;
    registration_authenticate(r);
}

/* The private identity comes from Authorization; without one it is derived
 * from the public identity (5.4.1.1 item 3). */
static bool check_identities(struct registration *r)
{
    const struct sip_message *m = r->req->msg;
    struct slice username = {0};
    struct sip_name_addr to;
    struct sip_cseq cseq;
    struct why why;

    if (sip_cseq_parse(sip_header_value(m, SIP_HDR_CSEQ), &cseq, NULL) ==
        IMS_OK) /* proved when it was received */
        r->cseq = cseq.number;
    if (!cscf_is_trusted(&r->me->core, &r->req->flow)) {
        registration_refuse(r, 403, NULL, "S-REG-1", "TS 24.229 4.4",
                            "REGISTER from outside the trust domain");
        return false;
    }
    if (sip_name_addr_parse(sip_header_value(m, SIP_HDR_TO), &to, &why) ||
        identity_canonical(to.uri, &r->impu, &why)) {
        registration_refuse(r, 400, "Bad To", "S-REG-1", "TS 24.229 5.4.1.2",
                            "To names no public user identity: %s", why.text);
        return false;
    }
    r->has_credentials = sip_auth_find(m, SIP_HDR_AUTHORIZATION, S("Digest"),
                                       (struct slice){0}, &r->credentials);
    if (r->has_credentials)
        sip_auth_param(&r->credentials, S("username"), &username);
    if (!username.n) {
        if (identity_private_of(identity_slice(&r->impu), &r->impi, &why)) {
            registration_refuse(r, 403, NULL, "S-REG-1", "TS 24.229 5.4.1.1",
                                "no private identity: %s", why.text);
            return false;
        }
        return true;
    }
    if (username.n > IDENTITY_MAX) {
        registration_refuse(r, 400, "Bad username", "S-REG-1",
                            "TS 24.229 5.4.1.1",
                            "username has %zu characters, %d are allowed",
                            username.n, IDENTITY_MAX);
        return false;
    }
    memcpy(r->impi.text, username.p, username.n);
    r->impi.n = username.n;
    return true;
}

/* ---- after authentication ------------------------------------------------ */

/* RFC 3261 10.2.3: nothing changes. Of who is not registered the HSS keeps
 * what the challenge left there no longer. */
static void fetch(struct registration *r, struct irs *irs)
{
    if (!irs)
        registration_undo(r, CX_USER_DEREGISTRATION);
    registration_accept(r, irs);
}

/* 5.4.1.2.2 items 2 to 6: the HSS assigns this S-CSCF and sends the profile. */
void registration_authenticated(struct registration *r)
{
    struct irs *irs = set_of(r);
    bool again = is_registered(r);

    r->authenticated = true;
    if (waits_for_another(r))
        return;
    if (again && registration_is_overtaken(r, irs)) {
        registration_refuse(r, 500, "Out of Order", "S-REG-3",
                            "RFC 3261 10.3 step 7",
                            "a REGISTER of this Call-ID with a higher CSeq "
                            "came before");
        return;
    }
    if (registration_is_deregistration(r)) {
        registration_deregister(r);
        return;
    }
    if (!r->adds) {
        fetch(r, irs && irs_is_registered(irs) ? irs : NULL);
        return;
    }
    (void)map_add(&r->me->assigning, &r->node, identity_slice(&r->impi));
    registration_assign(r->me, identity_slice(&r->impi),
                        identity_slice(&r->impu),
                        again ? CX_RE_REGISTRATION : CX_ASSIGN_REGISTRATION,
                        r->about.call, on_assigned, r);
}

/* RFC 3261 10.3: in the order of coming. The HSS would take a deregistration
 * that goes behind the assignment for the later word, whatever is bound by
 * that; and what comes behind a deregistration does not overtake it either. */
static bool waits_for_another(struct registration *r)
{
    struct map_node *node =
        map_find(&r->me->assigning, identity_slice(&r->impi));
    struct registration *before =
        node ? container_of(node, struct registration, node) : NULL;

    if (!before ||
        (!registration_is_deregistration(r) && list_is_empty(&before->behind)))
        return false;
    record_say(r->me->env->record, r->about, "S-REG-4", "RFC 3261 10.3",
               "REGISTER of %.*s waits for the one before, which waits for the "
               "HSS",
               SLICE_ARG(identity_slice(&r->impu)));
    list_append(&before->behind, &r->link);
    return true;
}

void registration_assign(struct scscf *me, struct slice impi, struct slice impu,
                         enum cx_assignment type, struct slice call,
                         cx_saa_fn *fn, void *ctx)
{
    struct cx_sar sar = {
        .impi = impi,
        .impus = {&impu, 1},
        .server_name = str_slice(&me->uri),
        .type = type,
    };

    cx_sar_send(me->core.cx, &sar, call, fn, ctx);
}

unsigned registration_status_of(enum ims_err err, unsigned result)
{
    if (err != IMS_OK || cx_is_protocol_error(result))
        return 504;
    switch (result) {
    case CX_USER_UNKNOWN:
    case CX_IDENTITIES_DONT_MATCH:
    case CX_AUTH_SCHEME_NOT_SUPPORTED: return 403;
    default: return 500;
    }
}

static void assigned(struct registration *r, enum ims_err err,
                     const struct cx_saa *saa)
{
    bool is_bound = is_registered(r);
    struct irs *irs;
    struct why why;

    if (err != IMS_OK || !cx_is_success(saa->outcome.result)) {
        unsigned result = err == IMS_OK ? saa->outcome.result : 0;
        char said[CX_SAID_MAX];

        /* an answer that did not come may have been a success */
        if (err != IMS_OK && err != IMS_CANCELLED && !is_bound)
            registration_undo(r, CX_ADMINISTRATIVE_DEREGISTRATION);
        registration_refuse(r, registration_status_of(err, result), NULL,
                            "S-REG-3", "TS 24.229 5.4.1.2.2",
                            "the HSS did not assign the user: %s",
                            cx_said(err, err ? NULL : &saa->outcome, said));
        return;
    }
    err = registrar_put(r->me->registrar, saa->user_data,
                        identity_slice(&r->impu), &irs, &why);
    if (err != IMS_OK) {
        if (!is_bound)
            registration_undo(r, err == IMS_FULL
                                     ? CX_DEREGISTRATION_TOO_MUCH_DATA
                                     : CX_ADMINISTRATIVE_DEREGISTRATION);
        /* RFC 3261 21.5.1: the phone did nothing wrong */
        registration_refuse(r, err == IMS_FULL ? 503 : 500, NULL, "S-REG-3",
                            "TS 24.229 5.4.1.2.2",
                            "the profile cannot be kept: %s", why.text);
        return;
    }
    irs_set_charging(irs, saa->charging);
    registration_bind(r, irs);
    if (!is_registered(r)) {
        /* it took away again what it had added (RFC 3261 10.3 step 7) */
        registration_undo(r, CX_USER_DEREGISTRATION);
        irs = set_of(r);
    }
    registration_accept(r, irs);
}

/* The node ends (CANCELLED): the HSS cannot be asked any more. */
static void go_on(struct registration *r, enum ims_err err)
{
    if (err != IMS_CANCELLED)
        registration_authenticated(r);
    else
        registration_refuse(r, registration_status_of(err, 0), NULL, "S-REG-4",
                            "TS 24.229 5.4.1.4", "the S-CSCF ends");
}

static void on_assigned(void *ctx, enum ims_err err, const struct cx_saa *saa)
{
    struct registration *r = ctx;
    struct list behind;

    map_remove(&r->me->assigning, &r->node);
    list_init(&behind);
    LIST_EACH (it, &r->behind) {
        list_remove(it);
        list_append(&behind, it);
    }
    assigned(r, err, saa);
    LIST_EACH (it, &behind) {
        list_remove(it);
        go_on(container_of(it, struct registration, link), err);
    }
}

/* ---- the answers --------------------------------------------------------- */

void registration_answer(struct registration *r, struct sip_message *resp)
{
    sip_respond(r->req, resp);
    registration_free(r);
}

void registration_refuse(struct registration *r, unsigned status,
                         const char *reason, const char *proc,
                         const char *clause, const char *fmt, ...)
{
    char sentence[sizeof((struct why *)0)->text];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(sentence, sizeof sentence, fmt, ap);
    va_end(ap);
    record_say(r->me->env->record, r->about, proc, clause,
               "REGISTER of %.*s answered %u: %s",
               SLICE_ARG(identity_slice(&r->impu)), status, sentence);
    ++*r->me->count.refused;
    sip_reply(r->req, status, reason);
    registration_free(r);
}

/* The name that who is called may see (TS 23.228 5.11.4); an identity that has
 * no room is left out as a whole. */
static void list_identity(const struct profile_identity *id, struct buf *out)
{
    size_t before = out->n;

    buf_str(out, before ? ", " : "");
    if (id->display_name.n) {
        sip_quote(id->display_name, out);
        buf_char(out, ' ');
    }
    buf_printf(out, "<%.*s>", SLICE_ARG(id->impu));
    if (out->full)
        out->n = before;
}

/* P-Associated-URI: the default first, none barred, no wildcards. */
static void list_identities(const struct irs *irs, struct sip_message *resp)
{
    const struct profile_service *service = NULL;
    const struct profile_identity *first =
        profile_find(irs->profile, irs_default(irs), NULL);
    struct buf b;

    buf_init(&b, 64 * 1024);
    list_identity(first, &b);
    for (const struct profile_identity *id =
             profile_next(irs->profile, &service, NULL);
         id; id = profile_next(irs->profile, &service, id))
        if (profile_identity_is_public(id) && !slice_eq(id->impu, first->impu))
            list_identity(id, &b);
    sip_set(resp, SIP_HDR_P_ASSOCIATED_URI, buf_slice(&b));
    buf_fini(&b);
}

static void add_rspauth(const struct registration *r, struct sip_message *resp)
{
    struct slice cnonce = {0}, nc = {0}, qop = {0};

    sip_auth_param(&r->credentials, S("cnonce"), &cnonce);
    sip_auth_param(&r->credentials, S("nc"), &nc);
    sip_auth_param(&r->credentials, S("qop"), &qop);
    sip_set_printf(resp, SIP_HDR_AUTHENTICATION_INFO,
                   "qop=%.*s, rspauth=\"%.*s\", cnonce=\"%.*s\", nc=%.*s",
                   SLICE_ARG(qop), SLICE_ARG(digest_slice(&r->rspauth)),
                   SLICE_ARG(cnonce), SLICE_ARG(nc));
}

/* For a P-CSCF of our own network alone. */
static void add_charging_functions(const struct registration *r,
                                   const struct irs *irs,
                                   struct sip_message *resp)
{
    struct slice visited = cscf_visited_network(r->req->msg);
    char text[2048];
    struct buf b;

    if (!irs->charging ||
        !slice_eq_nocase(visited, slice_of(r->me->self->network->visited_id)))
        return;
    buf_over(&b, text, sizeof text);
    charging_functions_print(irs->charging, &b);
    if (b.n && !b.full)
        sip_set(resp, SIP_HDR_P_CHARGING_FUNCTION_ADDRESSES, buf_slice(&b));
}

void registration_accept(struct registration *r, struct irs *irs)
{
    const struct sip_message *m = r->req->msg;
    struct sip_message *resp =
        sip_response_to(m, 200, S("OK"), sip_request_tag(r->req));
    struct sip_values it;
    struct slice path;

    sip_values_begin(&it, m, SIP_HDR_PATH);
    while (sip_values_next(&it, &path))
        sip_add_last(resp, SIP_HDR_PATH, path);
    if (r->has_rspauth)
        add_rspauth(r, resp);
    /* 5.4.1.2.2F */
    session_answer_charging(r->me, m, resp, IOI_TYPE_1);
    if (irs) {
        registration_list_contacts(irs, resp);
        list_identities(irs, resp);
        add_charging_functions(r, irs, resp);
        sip_set_printf(resp, SIP_HDR_SERVICE_ROUTE, "<sip:orig@%s;lr>",
                       r->me->uri.p + strlen("sip:"));
    }
    ++*r->me->count.accepted;
    if (irs)
        record_say(r->me->env->record, r->about, "S-REG-3",
                   "TS 24.229 5.4.1.2.2F",
                   "%.*s is registered with %u contact%s",
                   SLICE_ARG(identity_slice(&r->impu)), irs->binding_count,
                   irs->binding_count == 1 ? "" : "s");
    else
        record_say(r->me->env->record, r->about, "S-REG-4", "TS 24.229 5.4.1.4",
                   "%.*s is not registered",
                   SLICE_ARG(identity_slice(&r->impu)));
    registration_answer(r, resp);
}
