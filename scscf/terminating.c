/* SPDX-License-Identifier: MIT
 *
 * Requests to a served user, TS 24.229 5.4.3.3: the I-CSCF asked the HSS and
 * came here. S-TRM-1 in part: no walk of the iFCs, no GRUU; S-TRM-2 in part: q
 * values, no caller preferences.
 *
 *   SUBSCRIBE to registration state   -> reg_event.c
 *   barred                            -> 404
 *   registered, contacts              -> each contact by its Path, best q first
 *   not registered -> SAR (unregistered user) -> 480
 *                     a profile without room  -> SAR, 480
 *                     no answer               -> 504, taken back (ends.h)
 *                     registered for the HSS  -> by a wildcard, as above
 *   not known to the HSS              -> 404
 *
 * S-TRM-1, S-TRM-2, S-TRM-4.
 */
#include "scscf/reg_event.h"
#include "scscf/session.h"

static void on_unregistered(void *ctx, enum ims_err err,
                            const struct cx_saa *saa);
static void serve(struct scscf *me, struct sip_request *req,
                  struct sip_message *copy, const struct irs_identity *user,
                  struct slice impu);

/* How long contacts of one q ring before those of the next are tried, and how
 * long a user without contacts is kept. */
enum { RING_S = 20, SERVE_UNREGISTERED_S = 600 };

/* One terminating request that waits for the HSS. */
struct unregistered {
    struct scscf *me;
    struct sip_request *req;
    struct sip_message *copy;
    struct identity impu;
};

/* RFC 3261 19.1.1: a Contact may have headers, a Request-URI not. */
static void set_target(struct sip_message *m, struct slice contact)
{
    struct sip_uri uri;
    struct buf bare;

    if (sip_uri_parse(contact, &uri, NULL) != IMS_OK || !uri.headers.p) {
        sip_set_uri(m, contact);
        return;
    }
    uri.headers = (struct slice){0};
    buf_init(&bare, contact.n);
    sip_uri_print(&uri, &bare);
    sip_set_uri(m, buf_slice(&bare));
    buf_fini(&bare);
}

/* 5.4.3.3 items 9 to 12: Request-URI := contact, Route := its Path, the old
 * Request-URI is kept in P-Called-Party-ID. m is consumed. */
static void add_contact(struct scscf *me, struct sip_forward *f,
                        struct sip_message *m, const struct binding *b,
                        bool last)
{
    struct sip_branch branch = {
        .msg = m,
        .to = {.trust = SIP_MW},
        .group = 1000u - b->q,
        .no_answer_us = last ? 0 : (int64_t)RING_S * SECOND,
        .record_route = str_slice(&me->record_route),
    };

    sip_set_printf(m, SIP_HDR_P_CALLED_PARTY_ID, "<%.*s>", SLICE_ARG(m->uri));
    set_target(m, b->uri);
    if (b->path.n)
        sip_set(m, SIP_HDR_ROUTE, b->path);
    record_say(me->env->record, cscf_about(m), "S-TRM-2", "TS 24.229 5.4.3.3",
               "contact %.*s is tried%s", SLICE_ARG(b->uri),
               b->q < 1000 ? " after those with a better q" : "");
    sip_forward_add(f, &branch);
}

static unsigned lowest_q(const struct irs *irs)
{
    unsigned q = 1000;

    LIST_EACH (it, &irs->bindings) {
        const struct binding *b = container_of(it, struct binding, link);

        if (b->q < q)
            q = b->q;
    }
    return q;
}

static void fork_to_contacts(struct scscf *me, struct sip_request *req,
                             struct sip_message *copy, const struct irs *irs)
{
    struct sip_forward *f =
        sip_forward_new(me->core.proxy, req, &session_forwarding,
                        session_new(me, req, IOI_TYPE_2));
    unsigned lowest = lowest_q(irs);

    LIST_EACH (it, &irs->bindings) {
        const struct binding *b = container_of(it, struct binding, link);

        add_contact(me, f,
                    it->next == &irs->bindings ? copy : sip_message_copy(copy),
                    b, b->q == lowest);
    }
    sip_forward_go(f);
}

/* 5.4.3.3: nobody is registered; the HSS says whether we shall serve him. */
static void ask_unregistered(struct scscf *me, struct sip_request *req,
                             struct sip_message *copy,
                             const struct identity *impu)
{
    struct unregistered *u = mem_zalloc(sizeof *u);
    struct slice name = identity_slice(impu);
    struct cx_sar sar = {
        .impus = {&name, 1},
        .server_name = str_slice(&me->uri),
        .type = CX_UNREGISTERED_USER,
    };

    *u = (struct unregistered){me, req, copy, *impu};
    cx_sar_send(me->core.cx, &sar, cscf_about(copy).call, on_unregistered, u);
}

/* TS 29.228 6.1.2.1: the HSS has him served here now. */
static void undo(struct unregistered *u, enum ims_err err,
                 const struct cx_saa *saa)
{
    struct slice impu = identity_slice(&u->impu);
    struct irs_identity *known = registrar_find(u->me->registrar, impu);

    if (known && irs_is_registered(known->irs))
        return; /* he came meanwhile */
    ends_tell(u->me->ends, saa->impi, impu,
              err == IMS_FULL ? CX_DEREGISTRATION_TOO_MUCH_DATA
                              : CX_ADMINISTRATIVE_DEREGISTRATION,
              cscf_about(u->copy).call);
    if (known)
        registrar_remove(known->irs);
}

/* What the HSS sent is kept for a while: the next caller need not wait. */
static void keep_unregistered(struct unregistered *u, const struct cx_saa *saa)
{
    struct irs *irs;
    struct why why;
    enum ims_err err = registrar_put(u->me->registrar, saa->user_data,
                                     identity_slice(&u->impu), &irs, &why);

    if (err != IMS_OK) {
        record_say(u->me->env->record, cscf_about(u->copy), "S-TRM-1",
                   "TS 24.229 5.4.3.3", "the profile cannot be kept: %s",
                   why.text);
        undo(u, err, saa);
        return;
    }
    irs_set_charging(irs, saa->charging);
    if (!irs_is_registered(irs))
        registrar_serve_unregistered(irs,
                                     (int64_t)SERVE_UNREGISTERED_S * SECOND);
    scscf_settle(u->me, irs);
}

static void refuse_unregistered(struct unregistered *u, enum ims_err err,
                                unsigned result)
{
    struct slice impu = identity_slice(&u->impu);
    bool unanswered = err != IMS_OK || cx_is_protocol_error(result);

    if (result == CX_USER_UNKNOWN)
        cscf_refuse(&u->me->core, u->req, u->copy, 404, "S-TRM-1",
                    "TS 24.229 5.4.3.3", "the HSS does not know %.*s",
                    SLICE_ARG(impu));
    else if (err != IMS_OK || !cx_is_success(result))
        cscf_refuse(&u->me->core, u->req, u->copy, unanswered ? 504 : 480,
                    "S-TRM-1", "TS 24.229 5.4.3.3",
                    "no profile from the HSS: %s",
                    err == IMS_OK ? cx_result_name(result) : ims_err_text(err));
    else
        cscf_refuse(&u->me->core, u->req, u->copy, 480, "S-TRM-1",
                    "TS 24.229 5.4.3.3",
                    "%.*s is not registered, and nothing else serves him",
                    SLICE_ARG(impu));
}

/* Nobody had said by which wildcard he is registered; now the HSS does. The
 * wildcards alone do not tell: his name may be distinct, and somebody else's.
 */
static struct irs_identity *of_a_wildcard(const struct unregistered *u,
                                          enum ims_err err,
                                          const struct cx_saa *saa)
{
    return err == IMS_OK && saa->wildcarded_impu.n
               ? registrar_find_wildcard(u->me->registrar, saa->wildcarded_impu,
                                         identity_slice(&u->impu))
               : NULL;
}

static void on_unregistered(void *ctx, enum ims_err err,
                            const struct cx_saa *saa)
{
    struct unregistered *u = ctx;
    unsigned result = err == IMS_OK ? saa->outcome.result : 0;
    struct irs_identity *user = of_a_wildcard(u, err, saa);

    if (!user && err == IMS_OK && cx_is_success(result))
        keep_unregistered(u, saa);
    ends_take_back(u->me->ends, identity_slice(&u->impu),
                   cscf_about(u->copy).call, err);
    if (!user)
        user = registrar_find(u->me->registrar, identity_slice(&u->impu));
    if (user && (user->profile->barred || irs_is_registered(user->irs)))
        serve(u->me, u->req, u->copy, user, identity_slice(&u->impu));
    else
        refuse_unregistered(u, err, result);
    free(u);
}

static void serve(struct scscf *me, struct sip_request *req,
                  struct sip_message *copy, const struct irs_identity *user,
                  struct slice impu)
{
    session_take_user(me, copy, user, impu);
    if (user->profile->barred)
        cscf_refuse(&me->core, req, copy, 404, "S-TRM-1", "TS 24.229 5.4.3.3",
                    "%.*s is barred", SLICE_ARG(impu));
    else if (!irs_is_registered(user->irs))
        cscf_refuse(&me->core, req, copy, 480, "S-TRM-2", "TS 24.229 5.4.3.3",
                    "%.*s has no contact", SLICE_ARG(impu));
    else {
        record_say(me->env->record, cscf_about(copy), "S-TRM-1",
                   "TS 24.229 5.4.3.3",
                   "terminating request to %.*s, registered with %u contact%s",
                   SLICE_ARG(impu), user->irs->binding_count,
                   user->irs->binding_count == 1 ? "" : "s");
        session_request_charging(me, copy, IOI_TYPE_1);
        fork_to_contacts(me, req, copy, user->irs);
    }
}

void scscf_terminate(struct scscf *me, struct sip_request *req,
                     struct sip_message *copy)
{
    const struct irs_identity *user;
    struct identity impu;
    struct why why;

    if (identity_of_request(copy->uri, &impu, &why) != IMS_OK) {
        cscf_refuse(&me->core, req, copy, 404, "S-TRM-1", "TS 24.229 5.4.3.3",
                    "the Request-URI names nobody: %s", why.text);
        return;
    }
    user = session_user(me, copy, identity_slice(&impu));
    if (reg_event_is_asked_for(copy))
        reg_event_subscribe(
            me, req, copy,
            registrar_find(me->registrar, identity_slice(&impu)));
    else if (user)
        serve(me, req, copy, user, identity_slice(&impu));
    else
        ask_unregistered(me, req, copy, &impu);
}
