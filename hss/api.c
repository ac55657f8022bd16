/* SPDX-License-Identifier: MIT */
#include "hss/api.h"
#include "hss/api_subscribers.h"
#include "hss/body.h"
#include "hss/export.h"
#include "hss/exporting.h"
#include "hss/hss.h"
#include "hss/loading.h"
#include "node/links.h"

enum { PAGE_MAX = 1000, PAGE = 100, ERRORS_MAX = 1 << 20 };

/* ---- reading ------------------------------------------------------------ */

/* Ids behind ?after=, at most ?limit= of them. */
static bool read_page(struct api_call *c, struct store_ids *ids)
{
    uint64_t after, limit;
    struct why why;

    if (api_query_u64(c, "after", INT64_MAX, 0, &after, &why) ||
        api_query_u64(c, "limit", PAGE_MAX, PAGE, &limit, &why) ||
        store_list_served(hss_of(c)->store, &c->arena, (int64_t)after, limit,
                          ids, &why)) {
        api_fail(c, why.err, &why);
        return false;
    }
    return true;
}

static void put_next(struct api_call *c, const struct store_ids *ids)
{
    if (ids->n)
        json_put_int(&c->json, "next_after", ids->p[ids->n - 1]);
}

static bool put_total(struct api_call *c)
{
    uint64_t subscribers, registered;
    struct why why;
    enum ims_err err =
        store_count(hss_of(c)->store, &subscribers, &registered, &why);

    if (err) {
        api_fail(c, err, &why);
        return false;
    }
    json_object_begin(&c->json);
    json_put_u64(&c->json, "total", registered);
    return true;
}

static void get_registrations(struct node *n, struct api_call *c)
{
    struct subscriber s;
    struct store_ids ids;

    (void)n;
    if (!read_page(c, &ids) || !put_total(c))
        return;
    json_key(&c->json, "registrations");
    json_array_begin(&c->json);
    for (size_t i = 0; i < ids.n; i++) {
        if (store_read(hss_of(c)->store, &c->arena, ids.p[i], &s, NULL))
            continue;
        json_object_begin(&c->json);
        json_put_int(&c->json, "subscriber", s.id);
        json_key(&c->json, "sets");
        export_json_sets(&c->json, &s);
        json_object_end(&c->json);
    }
    json_array_end(&c->json);
    put_next(c, &ids);
    json_object_end(&c->json);
    api_reply(c, 200);
}

static void get_peers(struct node *n, struct api_call *c)
{
    node_dump_peers(&n->env, hss_of(c)->diameter, &c->json);
    api_reply(c, 200);
}

/* ---- files -------------------------------------------------------------- */

static void on_uploaded(void *ctx, enum ims_err err,
                        const struct store_import *what, const struct why *why)
{
    struct api_call *c = ctx;

    if (err) {
        api_fail(c, err, why);
        return;
    }
    json_object_begin(&c->json);
    json_put_u64(&c->json, "inserted", what->inserted);
    json_put_u64(&c->json, "unchanged", what->unchanged);
    json_object_end(&c->json);
    api_reply(c, 200);
}

static bool is_csv(struct slice type)
{
    return slice_starts_nocase(type, S("text/csv"));
}

static void post_import(struct node *n, struct api_call *c)
{
    struct slice domain = slice_of(n->env.domain);
    struct catalogue known;
    struct import_file file;
    struct buf errors;
    struct why why;
    enum ims_err err =
        store_catalogue(hss_of(c)->store, &c->arena, &known, &why);

    if (err) {
        api_fail(c, err, &why);
        return;
    }
    buf_init(&errors, ERRORS_MAX);
    if (is_csv(c->type))
        err = import_csv(c->body, "csv", domain, &known, &file, &errors);
    else
        err = import_yaml(c->body, "yaml", domain, &known, &file, &errors);
    if (err) {
        api_problem(c, 400, "%.*s", SLICE_ARG(buf_slice(&errors)));
        import_file_fini(&file);
    } else {
        loading_begin(hss_of(c), &file, on_uploaded, c);
    }
    buf_fini(&errors);
}

const struct api_route hss_routes[HSS_ROUTES] = {
    {"GET", "/api/v1/subscribers", api_list_subscribers},
    {"POST", "/api/v1/subscribers", api_post_subscriber},
    {"GET", "/api/v1/subscribers/{id}", api_get_subscriber},
    {"PUT", "/api/v1/subscribers/{id}", api_put_subscriber},
    {"PATCH", "/api/v1/subscribers/{id}", api_patch_subscriber},
    {"DELETE", "/api/v1/subscribers/{id}", api_delete_subscriber},
    {"GET", "/api/v1/subscribers/{id}/registration",
     api_get_subscriber_registration},
    {"GET", "/api/v1/registrations", get_registrations},
    {"POST", "/api/v1/import", post_import},
    {"GET", "/api/v1/export", exporting_get},
    {"POST", "/api/v1/export", exporting_post},
    {"GET", "/api/v1/peers", get_peers},
};
