/* SPDX-License-Identifier: MIT */
#include "hss/api_ifc.h"
#include "hss/body.h"
#include "hss/request_text.h"
#include "ims/ifc.h"
#include "sip/views.h"

struct test {
    struct api_call *call;
    struct identity impu;
    struct store_public public;
    bool terminating, cdiv;
    struct sip_message *msg; /* held */
    struct ifc_request request;
    const struct profile_service *service;
};

/* ---- what is asked ------------------------------------------------------- */

static bool read_identity(struct test *t, const json_t *body)
{
    struct api_call *c = t->call;
    struct slice text;
    struct why why;
    enum ims_err err;

    if (!body_text(c, body, "identity", true, &text))
        return false;
    if (identity_canonical(slice_trim(text), &t->impu, &why)) {
        body_refuse_at(c, "/identity", "%s", why.text);
        return false;
    }
    err = store_find_public(hss_of(c)->store, &c->arena,
                            identity_slice(&t->impu), &t->public, &why);
    if (err)
        api_fail(c, err, &why);
    return !err;
}

static bool read_case(struct test *t, const json_t *body)
{
    struct slice text = S("originating");

    if (!body_text(t->call, body, "session_case", false, &text))
        return false;
    t->terminating = slice_eq(text, S("terminating"));
    t->cdiv = slice_eq(text, S("originating_cdiv"));
    if (t->terminating || t->cdiv || slice_eq(text, S("originating")))
        return true;
    body_refuse_at(t->call, "/session_case",
                   "\"%.*s\"; originating, terminating or originating_cdiv "
                   "was expected",
                   SLICE_ARG(slice_first(text, 40)));
    return false;
}

static bool read_registered(struct test *t, const json_t *body)
{
    t->request.registered = t->public.state == REGISTERED;
    if (json_object_get(body, "registered") &&
        !body_bool(t->call, body, "registered", &t->request.registered))
        return false;
    if (t->cdiv)
        t->request.session_case = SESSION_ORIGINATING_CDIV;
    else if (t->terminating)
        t->request.session_case = t->request.registered
                                      ? SESSION_TERMINATING_REGISTERED
                                      : SESSION_TERMINATING_UNREGISTERED;
    else
        t->request.session_case = t->request.registered
                                      ? SESSION_ORIGINATING
                                      : SESSION_ORIGINATING_UNREGISTERED;
    return true;
}

static bool read_request(struct test *t, const json_t *body)
{
    static const struct sip_limits limits = {0};
    struct slice text;
    struct buf whole;
    struct why why;
    enum ims_err err;

    if (!body_text(t->call, body, "request", true, &text))
        return false;
    buf_init(&whole, 65535);
    err = request_text_complete(text, identity_slice(&t->impu), &whole, &why);
    if (!err)
        err = sip_message_parse(buf_slice(&whole), &limits, &t->msg, &why);
    buf_fini(&whole);
    if (!err && !t->msg->is_request)
        err = why_set(&why, IMS_MALFORMED, "it is no request");
    if (err)
        body_refuse_at(t->call, "/request", "%s", why.text);
    t->request.msg = t->msg;
    return !err;
}

/* RFC 3261 10.2.1.1: what a contact says of itself comes before Expires. */
static bool is_deregistration(const struct sip_message *m)
{
    struct sip_contact contact;
    struct sip_values it;
    struct slice value;
    uint32_t expires = 1;
    bool gone;

    sip_header_u32(m, SIP_HDR_EXPIRES, &expires);
    gone = expires == 0;
    sip_values_begin(&it, m, SIP_HDR_CONTACT);
    while (sip_values_next(&it, &value)) {
        if (sip_contact_parse(value, &contact, NULL))
            continue;
        if (contact.has_expires ? contact.expires : expires)
            return false;
        gone = true;
    }
    return gone;
}

static bool read_registration(struct test *t, const json_t *body)
{
    static const char *const names[] = {"initial", "again", "gone"};
    struct slice text = {0};

    if (!body_text(t->call, body, "registration", false, &text))
        return false;
    for (unsigned i = 0; i < 3; i++)
        if (slice_eq(text, slice_of(names[i])))
            t->request.registration = (uint8_t)(1u << i);
    if (text.p && !t->request.registration) {
        body_refuse_at(t->call, "/registration",
                       "\"%.*s\"; initial, again or gone was expected",
                       SLICE_ARG(slice_first(text, 40)));
        return false;
    }
    if (!text.p && t->msg->method == SIP_REGISTER)
        t->request.registration = is_deregistration(t->msg) ? REGISTRATION_GONE
                                  : t->request.registered
                                      ? REGISTRATION_AGAIN
                                      : REGISTRATION_INITIAL;
    return true;
}

static bool read_body(struct test *t)
{
    static const char *const keys[] = {"identity",   "session_case",
                                       "registered", "registration",
                                       "request",    NULL};
    json_t *body = body_json(t->call, "application/json");
    bool good = body && body_only(t->call, body, keys) &&
                read_identity(t, body) && read_case(t, body) &&
                read_registered(t, body) && read_request(t, body) &&
                read_registration(t, body);

    json_decref(body);
    return good;
}

/* The service profile of the identity, shared criteria and all. */
static bool read_profile(struct test *t)
{
    struct api_call *c = t->call;
    struct store_profile_ask ask = {
        .set = t->public.set, .impi = S("any"), .expand_shared = true};
    struct profile_charging charging;
    struct ims_profile *profile;
    struct why why;
    enum ims_err err = store_profile(hss_of(c)->store, &c->arena, &ask,
                                     &profile, &charging, &why);

    if (!err && !profile_find(profile, t->public.name, &t->service))
        err = why_set(&why, IMS_INTERNAL, "the profile lacks %.*s",
                      SLICE_ARG(t->public.name));
    if (err)
        api_fail(c, err, &why);
    return !err;
}

/* ---- what is answered ---------------------------------------------------- */

static const char *case_name(enum session_case session_case)
{
    switch (session_case) {
    case SESSION_ORIGINATING: return "originating registered";
    case SESSION_TERMINATING_REGISTERED: return "terminating registered";
    case SESSION_TERMINATING_UNREGISTERED: return "terminating unregistered";
    case SESSION_ORIGINATING_UNREGISTERED: return "originating unregistered";
    case SESSION_ORIGINATING_CDIV: return "originating after diversion";
    }
    return "";
}

static void put_criterion(struct test *t, const struct profile_ifc *ifc,
                          bool matches, const char *sentence)
{
    static const char *const parts[] = {"registered", "unregistered", "both"};
    struct json *j = &t->call->json;

    json_object_begin(j);
    json_put_u64(j, "priority", ifc->priority);
    json_put_text(j, "server", ifc->server);
    json_put_str(j, "part", parts[ifc->part]);
    json_put_str(j, "default_handling",
                 ifc->session_terminated ? "terminated" : "continued");
    json_put_bool(j, "matched", matches);
    json_put_str(j, "sentence", sentence);
    json_object_end(j);
}

static void answer(struct test *t)
{
    struct json *j = &t->call->json;
    struct slice next = {0};

    json_object_begin(j);
    json_put_text(j, "identity", identity_slice(&t->impu));
    json_put_bool(j, "barred", t->public.barred);
    json_put_bool(j, "registered", t->request.registered);
    json_put_str(j, "session_case", case_name(t->request.session_case));
    json_put_text(j, "method", t->msg->method_name);
    json_key(j, "criteria");
    json_array_begin(j);
    for (const struct profile_ifc *ifc = t->service->ifcs; ifc;
         ifc = ifc->next) {
        struct why why;
        bool matches = ifc_matches(ifc, &t->request, &why);

        if (matches && !next.p)
            next = ifc->server;
        put_criterion(t, ifc, matches, why.text);
    }
    json_array_end(j);
    if (next.p)
        json_put_text(j, "next", next);
    else
        json_put_str(j, "next", NULL);
    json_object_end(j);
    api_reply(t->call, 200);
}

void api_test_ifc(struct node *n, struct api_call *c)
{
    struct test t = {.call = c};

    (void)n;
    if (read_body(&t) && read_profile(&t))
        answer(&t);
    if (t.msg)
        sip_message_drop(t.msg);
}
