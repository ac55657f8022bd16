/* SPDX-License-Identifier: MIT */
#include "pcscf/api.h"
#include "pcscf/pcscf.h"

static void put_contact(const struct pcscf *me, struct json *j,
                        const struct contact *c)
{
    struct slice rest = str_slice(&c->identities), id;
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
    while (slice_cut(&rest, '\n', &id))
        if (id.n)
            json_text(j, id);
    json_array_end(j);
    json_object_end(j);
}

/* ?offset= and ?limit= page through the contacts in the order of coming. */
static void get_registrations(struct node *n, struct api_call *c)
{
    const struct pcscf *me = n->state;
    uint64_t offset, limit, at = 0;
    struct why why;

    if (api_query_u64(c, "offset", UINT32_MAX, 0, &offset, &why) ||
        api_query_u64(c, "limit", 1000, 100, &limit, &why)) {
        api_fail(c, why.err, &why);
        return;
    }
    json_object_begin(&c->json);
    json_put_u64(&c->json, "total", flows_figures(me->flows)->contacts);
    json_key(&c->json, "registrations");
    json_array_begin(&c->json);
    for (struct contact *it = flows_next(me->flows, NULL);
         it && at < offset + limit; it = flows_next(me->flows, it), at++)
        if (at >= offset)
            put_contact(me, &c->json, it);
    json_array_end(&c->json);
    json_object_end(&c->json);
    api_reply(c, 200);
}

const struct api_route pcscf_routes[PCSCF_ROUTES] = {
    {"GET", "/api/v1/registrations", get_registrations},
};
