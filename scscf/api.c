/* SPDX-License-Identifier: MIT */
#include "scscf/api.h"
#include "scscf/scscf.h"

static struct scscf *scscf_of(struct node *n)
{
    return n->state;
}

static void put_binding(struct json *j, const struct binding *b)
{
    json_object_begin(j);
    json_put_text(j, "contact", b->uri);
    json_put_text(j, "private_identity", b->impi);
    json_put_text(j, "path", b->path);
    json_put_text(j, "call_id", b->call_id);
    json_put_u64(j, "cseq", b->cseq);
    json_put_u64(j, "q_permille", b->q);
    json_put_u64(j, "expires_seconds", binding_expires(b));
    json_object_end(j);
}

static void put_set(struct json *j, const struct irs *irs)
{
    json_object_begin(j);
    json_put_text(j, "public_identity", irs_default(irs));
    json_put_bool(j, "registered", irs_is_registered(irs));
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

/* ?offset= and ?limit= page through the sets in the order of coming. */
static void get_registrations(struct node *n, struct api_call *c)
{
    const struct scscf *me = scscf_of(n);
    uint64_t offset, limit, at = 0;
    struct why why;

    if (api_query_u64(c, "offset", UINT32_MAX, 0, &offset, &why) ||
        api_query_u64(c, "limit", 1000, 100, &limit, &why)) {
        api_fail(c, why.err, &why);
        return;
    }
    json_object_begin(&c->json);
    json_put_u64(&c->json, "total", registrar_figures(me->registrar)->sets);
    json_key(&c->json, "registrations");
    json_array_begin(&c->json);
    for (struct irs *irs = registrar_first(me->registrar);
         irs && at < offset + limit; irs = registrar_next(irs), at++)
        if (at >= offset)
            put_set(&c->json, irs);
    json_array_end(&c->json);
    json_object_end(&c->json);
    api_reply(c, 200);
}

static void get_registration(struct node *n, struct api_call *c)
{
    struct irs_identity *id;
    struct identity impu;
    struct why why;

    if (identity_canonical(c->param[0], &impu, &why) != IMS_OK) {
        api_fail(c, why.err, &why);
        return;
    }
    id = registrar_find(scscf_of(n)->registrar, identity_slice(&impu));
    if (!id) {
        api_problem(c, 404, "%.*s is not served by this S-CSCF",
                    SLICE_ARG(identity_slice(&impu)));
        return;
    }
    put_set(&c->json, id->irs);
    api_reply(c, 200);
}

const struct api_route scscf_routes[SCSCF_ROUTES] = {
    {"GET", "/api/v1/registrations", get_registrations},
    {"GET", "/api/v1/registrations/{impu}", get_registration},
    {"GET", "/api/v1/peers", cscf_get_peers},
};
