/* SPDX-License-Identifier: MIT */
#include "hss/api.h"
#include "hss/api_audit.h"
#include "hss/api_catalogue.h"
#include "hss/api_doing.h"
#include "hss/api_ifc.h"
#include "hss/api_import.h"
#include "hss/api_leaves.h"
#include "hss/api_range.h"
#include "hss/api_subscribers.h"
#include "hss/body.h"
#include "hss/export.h"
#include "hss/exporting.h"
#include "hss/hss.h"
#include "node/links.h"
#include "node/readings.h"

enum { PAGE_MAX = 1000, PAGE = 100 };

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

static void get_limits(struct node *n, struct api_call *c)
{
    readings_limits_begin(c);
    node_put_diameter_limits(n, hss_of(c)->diameter, c);
    readings_limits_end(c);
}

static void get_peers(struct node *n, struct api_call *c)
{
    node_dump_peers(&n->env, hss_of(c)->diameter, &c->json);
    api_reply(c, 200);
}

#define PRIVATE "/api/v1/subscribers/{id}/private/{impi}"
#define PUBLIC "/api/v1/subscribers/{id}/public/{impu}"

const struct api_route hss_routes[HSS_ROUTES] = {
    {"GET", "/api/v1/subscribers", api_list_subscribers},
    {"POST", "/api/v1/subscribers", api_post_subscriber},
    {"POST", "/api/v1/subscribers/ranges", api_post_range},
    {"GET", "/api/v1/subscribers/{id}", api_get_subscriber},
    {"PUT", "/api/v1/subscribers/{id}", api_put_subscriber},
    {"PATCH", "/api/v1/subscribers/{id}", api_patch_subscriber},
    {"DELETE", "/api/v1/subscribers/{id}", api_delete_subscriber},
    {"GET", "/api/v1/subscribers/{id}/registration",
     api_get_subscriber_registration},
    {"GET", PRIVATE, api_get_private},
    {"PUT", PRIVATE, api_put_private},
    {"DELETE", PRIVATE, api_delete_private},
    {"GET", PRIVATE "/secrets", api_get_secrets, API_FOR_ADMINS},
    {"GET", PRIVATE "/sqn", api_get_sqn},
    {"PUT", PRIVATE "/sqn", api_put_sqn},
    {"GET", PUBLIC, api_get_public},
    {"PUT", PUBLIC, api_put_public},
    {"DELETE", PUBLIC, api_delete_public},
    {"GET", "/api/v1/profiles", api_list_entries},
    {"GET", "/api/v1/profiles/{name}", api_get_entry},
    {"PUT", "/api/v1/profiles/{name}", api_put_entry},
    {"DELETE", "/api/v1/profiles/{name}", api_delete_entry},
    {"GET", "/api/v1/shared-ifc", api_list_entries},
    {"GET", "/api/v1/shared-ifc/{number}", api_get_entry},
    {"PUT", "/api/v1/shared-ifc/{number}", api_put_entry},
    {"DELETE", "/api/v1/shared-ifc/{number}", api_delete_entry},
    {"GET", "/api/v1/charging", api_list_entries},
    {"GET", "/api/v1/charging/{name}", api_get_entry},
    {"PUT", "/api/v1/charging/{name}", api_put_entry},
    {"DELETE", "/api/v1/charging/{name}", api_delete_entry},
    {"POST", "/api/v1/tools/opc", api_post_opc},
    {"GET", "/api/v1/audit", api_list_audit},
    {"GET", "/api/v1/audit/{number}", api_get_audit},
    {"POST", "/api/v1/audit/{number}/undo", api_undo},
    {"POST", "/api/v1/reset", api_reset},
    {"POST", "/api/v1/subscribers/{id}/deregister", doing_deregister},
    {"POST", "/api/v1/subscribers/{id}/push", doing_push},
    {"POST", "/api/v1/ifc/test", api_test_ifc},
    {"GET", "/api/v1/registrations", get_registrations},
    {"POST", "/api/v1/import", api_post_import},
    {"GET", "/api/v1/imports", api_list_imports},
    {"POST", "/api/v1/imports", api_open_import},
    {"GET", "/api/v1/imports/{number}", api_get_import},
    {"DELETE", "/api/v1/imports/{number}", api_delete_import},
    {"PUT", "/api/v1/imports/{number}/part", api_put_import_part},
    {"POST", "/api/v1/imports/{number}/run", api_run_import},
    {"GET", "/api/v1/export", exporting_get},
    {"POST", "/api/v1/export", exporting_post},
    {"GET", "/api/v1/limits", get_limits},
    {"GET", "/api/v1/timers", readings_get_timers},
    {"GET", "/api/v1/peers", get_peers},
};
