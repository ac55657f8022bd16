/* SPDX-License-Identifier: MIT */
#include "scscf/api.h"
#include "node/readings.h"
#include "node/subscriptions.h"
#include "scscf/reg_event.h"
#include "scscf/scscf.h"
#include "sip/views.h"

static struct scscf *scscf_of(struct node *n)
{
    return n->state;
}

/* RFC 5626 4.1: which phone it is, whatever its address. */
static void put_instance(struct json *j, struct slice params)
{
    struct sip_param p;

    while (sip_param_next(&params, &p))
        if (slice_eq_nocase(p.name, S("+sip.instance"))) {
            json_put_text(j, "instance", p.value);
            return;
        }
}

static void put_charging(struct json *j, const struct cx_charging *c)
{
    json_key(j, "charging");
    json_object_begin(j);
    json_put_text(j, "primary_ccf", c->primary_ccf);
    json_put_text(j, "secondary_ccf", c->secondary_ccf);
    json_put_text(j, "primary_ecf", c->primary_ecf);
    json_put_text(j, "secondary_ecf", c->secondary_ecf);
    json_object_end(j);
}

static void put_binding(struct json *j, const struct binding *b)
{
    json_object_begin(j);
    json_put_text(j, "contact", b->uri);
    json_put_text(j, "private_identity", b->impi);
    json_put_text(j, "path", b->path);
    put_instance(j, b->params);
    json_put_text(j, "call_id", b->call_id);
    json_put_u64(j, "cseq", b->cseq);
    json_put_u64(j, "q_permille", b->q);
    json_put_u64(j, "expires_seconds", binding_expires(b));
    json_object_end(j);
}

static void put_set(const struct scscf *me, struct json *j,
                    const struct irs *irs)
{
    json_object_begin(j);
    json_put_text(j, "public_identity", irs_default(irs));
    json_put_bool(j, "registered", irs_is_registered(irs));
    json_put_str(j, "state",
                 irs_is_registered(irs) ? "registered" : "unregistered");
    json_put_text(j, "private_identity", irs->profile->impi);
    json_key(j, "service_route");
    json_printf(j, "<sip:orig@%s;lr>", me->uri.p + strlen("sip:"));
    if (irs->charging)
        put_charging(j, irs->charging);
    json_key(j, "identities");
    json_array_begin(j);
    for (unsigned i = 0; i < irs->identity_count; i++) {
        const struct profile_identity *id = irs->identities[i].profile;

        json_object_begin(j);
        json_put_text(j, "public_identity", id->impu);
        json_put_bool(j, "barred", id->barred);
        json_object_end(j);
    }
    json_array_end(j);
    json_key(j, "bindings");
    json_array_begin(j);
    LIST_EACH (it, &irs->bindings)
        put_binding(j, container_of(it, struct binding, link));
    json_array_end(j);
    json_object_end(j);
}

/* Looked for in all that a person may know of it. */
static bool is_on_page(struct readings_page *page, const struct irs *irs)
{
    struct buf text;
    bool wants;

    if (!readings_looks(page))
        return readings_wants(page, page->q);
    buf_init(&text, 1 << 18);
    buf_add(&text, irs->profile->impi);
    for (unsigned i = 0; i < irs->identity_count; i++) {
        buf_char(&text, '\n');
        buf_add(&text, irs->identities[i].profile->impu);
    }
    LIST_EACH (it, &irs->bindings) {
        buf_char(&text, '\n');
        buf_add(&text, container_of(it, struct binding, link)->uri);
    }
    wants = readings_wants(page, buf_slice(&text));
    buf_fini(&text);
    return wants;
}

/* ?after=, ?limit=, ?q=: the sets in the order of coming. */
static void get_registrations(struct node *n, struct api_call *c)
{
    const struct scscf *me = scscf_of(n);
    struct readings_page page;

    if (!readings_page(c, &page))
        return;
    json_object_begin(&c->json);
    json_put_u64(&c->json, "total", registrar_figures(me->registrar)->sets);
    json_key(&c->json, "registrations");
    json_array_begin(&c->json);
    for (struct irs *irs = registrar_first(me->registrar); irs;
         irs = registrar_next(irs))
        if (is_on_page(&page, irs))
            put_set(me, &c->json, irs);
    json_array_end(&c->json);
    readings_page_end(c, &page);
    json_object_end(&c->json);
    api_reply(c, 200);
}

/* By any identity of the set; NULL: answered. */
static struct irs *find(struct node *n, struct api_call *c)
{
    struct irs_identity *id;
    struct identity impu;
    struct why why;

    if (identity_canonical(slice_trim(c->param[0]), &impu, &why) != IMS_OK) {
        api_fail(c, why.err, &why);
        return NULL;
    }
    id = registrar_find(scscf_of(n)->registrar, identity_slice(&impu));
    if (!id)
        api_problem(c, 404, "%.*s is not served by this S-CSCF",
                    SLICE_ARG(identity_slice(&impu)));
    return id ? id->irs : NULL;
}

static void get_registration(struct node *n, struct api_call *c)
{
    struct irs *irs = find(n, c);

    if (!irs)
        return;
    put_set(scscf_of(n), &c->json, irs);
    api_reply(c, 200);
}

/* ---- doing --------------------------------------------------------------- */

static struct binding *next_to_expire(const struct irs *irs,
                                      struct slice contact)
{
    LIST_EACH (it, &irs->bindings) {
        struct binding *b = container_of(it, struct binding, link);

        if (!contact.p || sip_uri_eq_text(b->uri, contact))
            return b;
    }
    return NULL;
}

static unsigned count_to_expire(const struct irs *irs, struct slice contact)
{
    unsigned n = 0;

    LIST_EACH (it, &irs->bindings)
        n += !contact.p ||
             sip_uri_eq_text(container_of(it, struct binding, link)->uri,
                             contact);
    return n;
}

/* Such a contact would be postponed (TS 24.229 5.4.1.6). */
static bool is_assigning(struct scscf *me, const struct irs *irs)
{
    LIST_EACH (it, &irs->bindings)
        if (scscf_is_assigning(me,
                               container_of(it, struct binding, link)->impi))
            return true;
    return false;
}

/* POST: its contacts (?contact=: that one) are treated as if their time were
 * up, TS 24.229 5.4.1.6. The set goes with the last one. */
static void expire(struct node *n, struct api_call *c)
{
    struct irs *irs = find(n, c);
    struct slice contact = {0};
    unsigned count;

    if (!irs)
        return;
    api_query(c, "contact", &contact);
    count = count_to_expire(irs, contact);
    if (is_assigning(scscf_of(n), irs)) {
        api_problem(c, 409,
                    "a REGISTER of this user waits for the HSS; try "
                    "again in a moment");
        return;
    }
    if (!count) {
        api_problem(c, 409,
                    contact.p ? "no such contact is bound"
                              : "no contact is bound");
        return;
    }
    for (unsigned i = 0; i < count; i++)
        scscf_binding_expired(scscf_of(n), next_to_expire(irs, contact));
    json_object_begin(&c->json);
    json_put_u64(&c->json, "expired", count);
    json_object_end(&c->json);
    api_reply(c, 200);
}

/* What a phone needs for two REGISTERs over a slow link. */
enum { REAUTHENTICATE_S = 60 };

/* POST: network-initiated reauthentication, TS 24.229 5.4.1.6: its contacts
 * have ?expires= seconds left at most, and who watches them is told. */
static void reauthenticate(struct node *n, struct api_call *c)
{
    struct irs *irs = find(n, c);
    uint64_t seconds;
    struct why why;
    unsigned count;

    if (!irs)
        return;
    if (api_query_u64(c, "expires", UINT32_MAX, REAUTHENTICATE_S, &seconds,
                      &why) != IMS_OK) {
        api_fail(c, why.err, &why);
        return;
    }
    count = scscf_reauthenticate(scscf_of(n), irs, (uint32_t)seconds);
    if (!count) {
        api_problem(c, 409, "no contact has more than %llu s left",
                    (unsigned long long)seconds);
        return;
    }
    json_object_begin(&c->json);
    json_put_u64(&c->json, "shortened", count);
    json_object_end(&c->json);
    api_reply(c, 200);
}

/* Who watches the registrations of whom, in the order of coming. */
static void get_subscriptions(struct node *n, struct api_call *c)
{
    const struct scscf *me = scscf_of(n);
    struct subscriptions s;

    if (!subscriptions_begin(&s, c, reg_events_count(me->reg_events)))
        return;
    reg_events_each(me->reg_events, subscriptions_put, &s);
    subscriptions_end(&s);
}

static void get_limits(struct node *n, struct api_call *c)
{
    struct scscf *me = scscf_of(n);
    struct usage identities = registrar_usage(me->registrar);
    struct usage subscriptions = reg_events_usage(me->reg_events);

    readings_limits_begin(c);
    cscf_put_limits(&me->core, c);
    readings_limit(c, "registrations", "registered public identities",
                   n->self->limits.registrations, &identities);
    readings_limit(c, "contacts", "contacts of one REGISTER",
                   n->self->limits.contacts, NULL);
    readings_limit(c, "dialogs", "subscriptions to registrations at a time",
                   n->self->limits.dialogs, &subscriptions);
    readings_limits_end(c);
}

const struct api_route scscf_routes[SCSCF_ROUTES] = {
    {"GET", "/api/v1/registrations", get_registrations, API_BY_METHOD},
    {"GET", "/api/v1/registrations/{impu}", get_registration, API_BY_METHOD},
    {"POST", "/api/v1/registrations/{impu}/expire", expire, API_BY_METHOD},
    {"POST", "/api/v1/registrations/{impu}/reauthenticate", reauthenticate,
     API_BY_METHOD},
    {"GET", "/api/v1/subscriptions", get_subscriptions, API_BY_METHOD},
    {"GET", "/api/v1/transactions", cscf_get_transactions, API_BY_METHOD},
    {"GET", "/api/v1/limits", get_limits, API_BY_METHOD},
    {"GET", "/api/v1/timers", readings_get_timers, API_BY_METHOD},
    {"GET", "/api/v1/peers", cscf_get_peers, API_BY_METHOD},
};
