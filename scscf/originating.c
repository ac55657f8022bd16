/* SPDX-License-Identifier: MIT
 *
 * Requests from a served user, TS 24.229 5.4.3.2: the P-CSCF followed our
 * Service-Route, whose user part "orig" led here.
 *
 *   asserted identity not ours, or barred   -> 403
 *   SUBSCRIBE to the registration of a user -> reg_event.c
 *   of ours
 *   otherwise  charging, Record-Route       -> the next entry of the route, or
 *                                              the entry point of the callee's
 *                                              network
 *
 * S-ORG-1 in part: who is not registered is refused, no SAR; S-ORG-3 in part:
 * no ENUM, no BGCF.
 */
#include "scscf/reg_event.h"
#include "scscf/session.h"

/* What a P-CSCF asserts its user has registered: without a key, too, it is he
 * whom a wildcard matches. */
static const struct irs_identity *
find_user(struct scscf *me, const struct sip_message *m, struct slice impu)
{
    const struct irs_identity *id = session_user(me, m, impu);

    return id ? id : registrar_match_wildcard(me->registrar, impu);
}

/* The first asserted identity that is registered here and not barred
 * (5.4.3.2 items 1 and 2). */
static const struct irs_identity *served_user(struct scscf *me,
                                              const struct sip_message *m,
                                              struct identity *impu)
{
    struct sip_values it;
    struct slice value;

    sip_values_begin(&it, m, SIP_HDR_P_ASSERTED_IDENTITY);
    while (sip_values_next(&it, &value)) {
        struct sip_name_addr na;
        const struct irs_identity *id;

        if (sip_name_addr_parse(value, &na, NULL) != IMS_OK ||
            identity_canonical(na.uri, impu, NULL) != IMS_OK)
            continue;
        id = find_user(me, m, identity_slice(impu));
        if (id && irs_is_registered(id->irs) && !id->profile->barred)
            return id;
    }
    return NULL;
}

/* S-ORG-3: a number goes to our own network's entry point, whose HSS knows
 * the numbers of the network; a sip URI to where its domain leads. */
static void choose_next(struct scscf *me, const struct sip_proxy_route *route,
                        struct sip_branch *b)
{
    if (route->more)
        record_say(me->env->record, cscf_about(b->msg), "S-ORG-2",
                   "TS 24.229 5.4.3.2", "the request's own Route leads on");
    else if (identity_is_tel(b->msg->uri)) {
        b->to.uri = str_slice(&me->entry_point);
        record_say(me->env->record, cscf_about(b->msg), "S-ORG-3",
                   "TS 24.229 5.4.3.2",
                   "number %.*s is looked up in our own network",
                   SLICE_ARG(b->msg->uri));
    } else
        record_say(me->env->record, cscf_about(b->msg), "S-ORG-3",
                   "TS 24.229 5.4.3.2", "the domain of %.*s leads on",
                   SLICE_ARG(b->msg->uri));
}

/* 5.4.2.1.1: whose registration is asked for, if this S-CSCF serves him. */
static const struct irs_identity *watched_user(struct scscf *me,
                                               const struct sip_message *m)
{
    struct identity impu;

    if (!reg_event_is_asked_for(m) ||
        identity_of_request(m->uri, &impu, NULL) != IMS_OK)
        return NULL;
    return registrar_find(me->registrar, identity_slice(&impu));
}

void scscf_originate(struct scscf *me, struct sip_request *req,
                     struct sip_message *copy,
                     const struct sip_proxy_route *route)
{
    struct identity impu;
    const struct irs_identity *user = served_user(me, copy, &impu);
    const struct irs_identity *watched = watched_user(me, copy);
    struct sip_branch b = {
        .msg = copy,
        .to = {.trust = SIP_MW},
        .record_route = str_slice(&me->record_route),
    };

    if (!user) {
        cscf_refuse(&me->core, req, copy, 403, "S-ORG-1", "TS 24.229 5.4.3.2",
                    "the asserted identity is not registered here, or "
                    "barred");
        return;
    }
    if (watched && !route->more) {
        reg_event_subscribe(me, req, copy, watched);
        return;
    }
    session_take_user(me, copy, user, identity_slice(&impu));
    record_say(me->env->record, cscf_about(copy), "S-ORG-1",
               "TS 24.229 5.4.3.2", "originating request of %.*s",
               SLICE_ARG(identity_slice(&impu)));
    session_request_charging(me, copy, IOI_TYPE_2);
    session_hide_access(copy);
    choose_next(me, route, &b);
    sip_proxy_forward(me->core.proxy, req, &b, &session_forwarding,
                      session_new(me, req, IOI_TYPE_1));
}
