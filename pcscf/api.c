/* SPDX-License-Identifier: MIT */
#include "pcscf/api.h"
#include "node/readings.h"
#include "node/subscriptions.h"
#include "pcscf/identities.h"
#include "pcscf/pcscf.h"
#include "pcscf/reg_event.h"
#include "sip/dialog.h"

static void put_contact(const struct pcscf *me, struct json *j,
                        const struct contact *c)
{
    struct slice rest = str_slice(&c->identities);
    struct told_identity id;
    char text[ADDR_TEXT_MAX];

    json_object_begin(j);
    json_put_str(j, "public_identity", str_c(&c->impu));
    json_put_str(j, "contact", str_c(&c->uri));
    json_put_bool(j, "registered", c->registered);
    json_put_str(j, "source", addr_text(&c->flow.remote, text));
    json_put_str(j, "transport", transport_name(c->flow.remote.transport));
    json_put_str(j, "service_route", str_c(&c->service_route));
    json_put_str(j, "call_id", str_c(&c->call_id));
    if (c->registered)
        json_put_int(j, "expires_seconds",
                     (c->expires_at - me->env->clock->mono_us) / SECOND);
    json_key(j, "identities");
    json_array_begin(j);
    while (identities_next(&rest, &id))
        json_text(j, id.impu);
    json_array_end(j);
    json_object_end(j);
}

/* ?after=, ?limit=, ?q=: the contacts in the order of coming. */
static void list_contacts(struct node *n, struct api_call *c,
                          bool (*wants)(void *ctx, const struct contact *it),
                          void *ctx)
{
    const struct pcscf *me = n->state;

    json_put_u64(&c->json, "total", flows_figures(me->flows)->contacts);
    json_key(&c->json, "registrations");
    json_array_begin(&c->json);
    for (struct contact *it = flows_next(me->flows, NULL); it;
         it = flows_next(me->flows, it))
        if (wants(ctx, it))
            put_contact(me, &c->json, it);
    json_array_end(&c->json);
}

/* Looked for in all that a person may know of it. */
static bool is_on_page(void *ctx, const struct contact *it)
{
    struct readings_page *page = ctx;
    struct slice rest = str_slice(&it->identities);
    struct told_identity id;
    struct buf text;
    bool wants;

    if (!readings_looks(page))
        return readings_wants(page, page->q);
    buf_init(&text, 1 << 16);
    buf_add(&text, str_slice(&it->impu));
    buf_char(&text, '\n');
    buf_add(&text, str_slice(&it->uri));
    while (identities_next(&rest, &id)) {
        buf_char(&text, '\n');
        buf_add(&text, id.impu);
    }
    wants = readings_wants(page, buf_slice(&text));
    buf_fini(&text);
    return wants;
}

static void get_registrations(struct node *n, struct api_call *c)
{
    struct readings_page page;

    if (!readings_page(c, &page))
        return;
    json_object_begin(&c->json);
    list_contacts(n, c, is_on_page, &page);
    readings_page_end(c, &page);
    json_object_end(&c->json);
    api_reply(c, 200);
}

/* One user's: by any identity of his set. */
struct whose {
    struct identity impu;
    unsigned found;
};

static bool is_his(void *ctx, const struct contact *it)
{
    struct whose *w = ctx;
    bool his = slice_eq(str_slice(&it->impu), identity_slice(&w->impu)) ||
               contact_has_identity(it, identity_slice(&w->impu));

    w->found += his;
    return his;
}

static void get_registration(struct node *n, struct api_call *c)
{
    struct whose w = {.found = 0};
    struct why why;

    if (identity_canonical(slice_trim(c->param[0]), &w.impu, &why) != IMS_OK) {
        api_fail(c, why.err, &why);
        return;
    }
    json_object_begin(&c->json);
    json_put_text(&c->json, "public_identity", identity_slice(&w.impu));
    list_contacts(n, c, is_his, &w);
    json_object_end(&c->json);
    if (w.found)
        api_reply(c, 200);
    else
        api_problem(c, 404, "no phone of %s is known to this P-CSCF",
                    w.impu.text);
}

/* ---- sessions ------------------------------------------------------------ */

static void put_session(struct json *j, const struct sip_dialog *d)
{
    char text[ADDR_TEXT_MAX];

    json_object_begin(j);
    json_put_text(j, "call_id", sip_dialog_call_id(d));
    json_put_str(j, "state", d->confirmed ? "confirmed" : "early");
    json_put_str(j, "phone", str_c(&d->near_address));
    json_put_str(j, "phone_contact", str_c(&d->near_target));
    json_put_str(j, "source", addr_text(&d->flow.remote, text));
    json_put_str(j, "other", str_c(&d->far_address));
    json_put_str(j, "other_contact", str_c(&d->far_target));
    json_put_str(j, "route", str_c(&d->route));
    json_put_u64(j, "session_expires_seconds", d->session_s);
    json_object_end(j);
}

static bool is_session_on_page(struct readings_page *page,
                               const struct sip_dialog *d)
{
    struct buf text;
    bool wants;

    buf_init(&text, 1 << 18);
    buf_add(&text, sip_dialog_call_id(d));
    buf_char(&text, '\n');
    buf_add(&text, str_slice(&d->near_address));
    buf_char(&text, '\n');
    buf_add(&text, str_slice(&d->far_address));
    wants = readings_wants(page, buf_slice(&text));
    buf_fini(&text);
    return wants;
}

/* The dialogs of phones; a call between two phones of this P-CSCF is two. */
static void get_sessions(struct node *n, struct api_call *c)
{
    const struct pcscf *me = n->state;
    struct readings_page page;

    if (!readings_page(c, &page))
        return;
    json_object_begin(&c->json);
    json_put_u64(&c->json, "total", sip_dialogs_count(me->dialogs));
    json_key(&c->json, "sessions");
    json_array_begin(&c->json);
    for (const struct sip_dialog *d = sip_dialogs_next(me->dialogs, NULL); d;
         d = sip_dialogs_next(me->dialogs, d))
        if (is_session_on_page(&page, d))
            put_session(&c->json, d);
    json_array_end(&c->json);
    readings_page_end(c, &page);
    json_object_end(&c->json);
    api_reply(c, 200);
}

/* Whose registrations are watched, in the order of coming. */
static void get_subscriptions(struct node *n, struct api_call *c)
{
    const struct pcscf *me = n->state;
    struct subscriptions s;

    if (!subscriptions_begin(&s, c, reg_watches_count(me->watches)))
        return;
    reg_watches_each(me->watches, subscriptions_put, &s);
    subscriptions_end(&s);
}

static void get_limits(struct node *n, struct api_call *c)
{
    struct pcscf *me = n->state;
    const struct flows_figures *f = flows_figures(me->flows);
    struct usage contacts = {f->contacts, f->most, f->refused};
    struct usage dialogs = sip_dialogs_usage(me->dialogs);

    readings_limits_begin(c);
    cscf_put_limits(&me->core, c);
    readings_limit(c, "registrations", "contacts of phones",
                   n->self->limits.registrations, &contacts);
    readings_limit(c, "dialogs", "dialogs followed at a time",
                   n->self->limits.dialogs, &dialogs);
    readings_limits_end(c);
}

const struct api_route pcscf_routes[PCSCF_ROUTES] = {
    {"GET", "/api/v1/registrations", get_registrations, API_BY_METHOD},
    {"GET", "/api/v1/registrations/{impu}", get_registration, API_BY_METHOD},
    {"GET", "/api/v1/sessions", get_sessions, API_BY_METHOD},
    {"GET", "/api/v1/subscriptions", get_subscriptions, API_BY_METHOD},
    {"GET", "/api/v1/transactions", cscf_get_transactions, API_BY_METHOD},
    {"GET", "/api/v1/limits", get_limits, API_BY_METHOD},
    {"GET", "/api/v1/timers", readings_get_timers, API_BY_METHOD},
};
