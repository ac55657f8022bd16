/* SPDX-License-Identifier: MIT
 *
 * The dialogs of phones, made by the responses that pass (TS 24.229 5.2.6.3.4,
 * 5.2.6.4.4).
 *
 * P-ORG-3.
 */
#include "pcscf/dialogs.h"
#include "sip/views.h"

/* Our own Record-Route entries are not what the phone's requests carry behind
 * us. */
static bool is_own(void *ctx, struct slice value)
{
    struct pcscf *me = ctx;
    struct sip_name_addr na;
    struct sip_uri uri;

    return sip_name_addr_uri(value, &na, &uri, NULL) == IMS_OK &&
           cscf_is_own(&me->core, &uri);
}

/* Who takes part in a dialog knows its Call-ID and tags, and could make them
 * again with an accomplice: to take the dialog away from its phone. */
static bool is_of_another(struct pcscf *me, const struct sip_message *resp,
                          bool phone_is_caller, const struct sip_flow *flow)
{
    const struct sip_dialog *d = phone_is_caller
                                     ? sip_dialog_from_near(me->dialogs, resp)
                                     : sip_dialog_to_near(me->dialogs, resp);

    if (!d || addr_eq(&d->flow.remote, &flow->remote))
        return false;
    record_say(me->env->record, cscf_about(resp), "P-ORG-3",
               "TS 24.229 5.2.6.3.4",
               "another phone has a dialog with this Call-ID and these tags: "
               "it stays as it is");
    return true;
}

void pcscf_dialog_response(struct pcscf *me, const struct sip_message *request,
                           const struct sip_message *resp, bool phone_is_caller,
                           const struct sip_flow *flow)
{
    struct sip_dialog *d;
    struct buf route;

    if (resp->status < 300 && !sip_dialog_is_made(resp))
        return;
    if (is_of_another(me, resp, phone_is_caller, flow))
        return;
    if (resp->status >= 300) {
        sip_dialog_failed(me->dialogs, resp, phone_is_caller);
        return;
    }
    buf_init(&route, 256 * 1024);
    sip_dialog_route_set(resp, phone_is_caller, is_own, me, &route);
    d = sip_dialog_seen(me->dialogs, resp, phone_is_caller, flow,
                        buf_slice(&route));
    buf_fini(&route);
    if (!d)
        return;
    sip_dialog_passed(d, request, phone_is_caller);
    sip_dialog_passed(d, resp, phone_is_caller);
}

bool pcscf_check_dialogs(struct pcscf *me, struct sip_request *req,
                         struct sip_message *copy)
{
    size_t most = me->core.node->self->limits.dialogs;

    if ((copy->method != SIP_INVITE && copy->method != SIP_SUBSCRIBE &&
         copy->method != SIP_REFER) ||
        sip_dialogs_count(me->dialogs) < most)
        return true;
    pcscf_refuse(me, req, copy, 503, "P-ORG-3", "RFC 3261 21.5.4",
                 "%zu dialogs are followed: there is no room for another",
                 most);
    return false;
}

/* Several users may share a flow: then the contact of the dialog tells. */
static bool is_of(void *ctx, const struct sip_dialog *d)
{
    const struct contact *c = ctx, *other = NULL;

    if (!addr_eq(&d->flow.remote, &c->flow.remote))
        return false;
    do
        other = flows_at(c->flows, &c->flow.remote, other);
    while (other == c);
    return !other ||
           sip_uri_eq_text(str_slice(&d->near_target), str_slice(&c->uri));
}

size_t pcscf_forget_dialogs(struct pcscf *me, const struct contact *c)
{
    return sip_dialogs_end(me->dialogs, is_of, (void *)c);
}

size_t pcscf_dialogs_limit(const struct topology_limits *l)
{
    return l->dialogs + l->transactions;
}
