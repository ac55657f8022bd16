/* SPDX-License-Identifier: MIT
 *
 * What sessions have in common, TS 24.229 5.4.3.2 and 5.4.3.3: whose they are,
 * charging, where phones stand, requests within a dialog.
 *
 * S-TRM-3, S-TRM-4.
 */
#include "scscf/session.h"

static struct slice profile_key(const struct sip_message *m)
{
    struct slice value = sip_header_value(m, SIP_HDR_P_PROFILE_KEY);
    struct sip_name_addr na;

    return value.n && sip_name_addr_parse(value, &na, NULL) == IMS_OK
               ? na.uri
               : (struct slice){0};
}

/* Of a number that was called before its wildcard's set registered a set may be
 * left; the HSS told of the wildcard beside it (TS 29.228 annex B.2.1A). */
struct irs_identity *session_user(struct scscf *me, const struct sip_message *m,
                                  struct slice impu)
{
    struct irs_identity *known = registrar_find(me->registrar, impu), *by;

    if (known && (known->profile->type != PROFILE_NON_DISTINCT_IMPU ||
                  irs_is_registered(known->irs)))
        return known;
    by = registrar_find_wildcard(
        me->registrar, known ? known->profile->wildcard : profile_key(m), impu);
    return by ? by : known;
}

void session_take_user(struct scscf *me, struct sip_message *m,
                       const struct irs_identity *user, struct slice impu)
{
    if (!slice_eq(user->node.key, impu))
        record_say(me->env->record, cscf_about(m), "S-TRM-4", "TS 23.003 13.4A",
                   "%.*s is one of %.*s", SLICE_ARG(impu),
                   SLICE_ARG(user->node.key));
    sip_remove(m, SIP_HDR_P_PROFILE_KEY);
}

static void put_vector(struct sip_message *m, const struct charging_vector *v)
{
    char text[2048];
    struct buf b;

    buf_over(&b, text, sizeof text);
    charging_vector_print(v, &b);
    if (!b.full)
        sip_set(m, SIP_HDR_P_CHARGING_VECTOR, buf_slice(&b));
}

static bool get_vector(const struct sip_message *m, struct charging_vector *v)
{
    return charging_vector_parse(sip_header_value(m, SIP_HDR_P_CHARGING_VECTOR),
                                 v, NULL) == IMS_OK;
}

void session_hide_access(struct sip_message *m)
{
    sip_remove(m, SIP_HDR_P_ACCESS_NETWORK_INFO);
    sip_remove(m, SIP_HDR_CELLULAR_NETWORK_INFO);
}

void session_request_charging(struct scscf *me, struct sip_message *m,
                              enum ioi_type type)
{
    struct charging_vector v;
    char icid[256], ioi[300];
    struct buf b, o;

    if (!get_vector(m, &v)) {
        buf_over(&b, icid, sizeof icid);
        icid_next(&me->icid, &b);
        v = (struct charging_vector){.icid = buf_slice(&b),
                                     .generated_at = slice_of(me->env->host)};
    }
    buf_over(&o, ioi, sizeof ioi);
    ioi_print(type, slice_of(me->env->domain), &o);
    v.orig_ioi = buf_slice(&o);
    v.term_ioi = (struct slice){0};
    put_vector(m, &v);
}

void session_answer_charging(struct scscf *me, const struct sip_message *req,
                             struct sip_message *resp, enum ioi_type type)
{
    struct charging_vector v;
    char ioi[300];
    struct buf b;

    if (!get_vector(req, &v))
        return;
    buf_over(&b, ioi, sizeof ioi);
    ioi_print(type, slice_of(me->env->domain), &b);
    v.term_ioi = buf_slice(&b);
    put_vector(resp, &v);
}

/* ---- responses --------------------------------------------------------------
 */

struct session {
    struct scscf *me;
    struct sip_message *request; /* as it came; held */
    enum ioi_type type;
};

struct session *session_new(struct scscf *me, struct sip_request *req,
                            enum ioi_type type)
{
    struct session *s = mem_zalloc(sizeof *s);

    *s = (struct session){me, sip_message_hold(req->msg), type};
    return s;
}

static void on_response(void *ctx, struct sip_message *resp, void *branch)
{
    const struct session *s = ctx;
    struct charging_vector v;
    char ioi[300];
    struct buf b;

    (void)branch;
    session_hide_access(resp);
    if (!get_vector(s->request, &v) && !get_vector(resp, &v))
        return;
    buf_over(&b, ioi, sizeof ioi);
    ioi_print(s->type, slice_of(s->me->env->domain), &b);
    v.term_ioi = buf_slice(&b);
    put_vector(resp, &v);
}

static void on_done(void *ctx)
{
    struct session *s = ctx;

    sip_message_drop(s->request);
    free(s);
}

const struct sip_forward_handler session_forwarding = {
    .on_response = on_response,
    .on_done = on_done,
};

/* ---- within a dialog --------------------------------------------------------
 */

static void on_subsequent_response(void *ctx, struct sip_message *resp,
                                   void *branch)
{
    (void)ctx;
    (void)branch;
    session_hide_access(resp);
}

void scscf_subsequent(struct scscf *me, struct sip_request *req,
                      struct sip_message *copy)
{
    static const struct sip_forward_handler handler = {
        .on_response = on_subsequent_response,
    };
    struct sip_branch b = {
        .msg = copy,
        .to = {.trust = SIP_MW},
        .record_route = str_slice(&me->record_route),
    };

    session_hide_access(copy);
    sip_proxy_forward(me->core.proxy, req, &b, &handler, me);
}
