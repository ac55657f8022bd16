/* SPDX-License-Identifier: MIT */
#include "scscf/session.h"

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

void session_request_charging(struct scscf *me, struct sip_message *m)
{
    struct charging_vector v;
    char icid[256];
    struct buf b;

    if (!get_vector(m, &v)) {
        buf_over(&b, icid, sizeof icid);
        icid_next(&me->icid, &b);
        v = (struct charging_vector){.icid = buf_slice(&b),
                                     .generated_at = slice_of(me->env->host)};
    }
    v.orig_ioi = slice_of(me->env->domain);
    v.term_ioi = (struct slice){0};
    put_vector(m, &v);
}

void session_response_charging(struct scscf *me, struct sip_message *resp,
                               enum ioi_type type)
{
    struct charging_vector v;
    char ioi[300];
    struct buf b;

    if (!get_vector(resp, &v))
        return;
    buf_over(&b, ioi, sizeof ioi);
    ioi_print(type, slice_of(me->env->domain), &b);
    v.term_ioi = buf_slice(&b);
    put_vector(resp, &v);
}

void scscf_subsequent(struct scscf *me, struct sip_request *req,
                      struct sip_message *copy)
{
    struct sip_branch b = {
        .msg = copy,
        .to = {.trust = SIP_MW},
        .record_route = str_slice(&me->record_route),
    };

    sip_proxy_forward(me->core.proxy, req, &b, NULL, NULL);
}
