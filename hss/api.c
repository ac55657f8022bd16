/* SPDX-License-Identifier: MIT */
#include "hss/api.h"
#include "hss/api_audit.h"
#include "hss/api_catalogue.h"
#include "hss/api_doing.h"
#include "hss/api_examine.h"
#include "hss/api_ifc.h"
#include "hss/api_import.h"
#include "hss/api_leaves.h"
#include "hss/api_range.h"
#include "hss/api_registrations.h"
#include "hss/api_subscribers.h"
#include "hss/body.h"
#include "hss/export.h"
#include "hss/exporting.h"
#include "hss/hss.h"
#include "node/links.h"
#include "node/readings.h"

/* ---- reading ------------------------------------------------------------ */

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
    {"GET", "/api/v1/subscribers", api_list_subscribers, API_BY_METHOD},
    {"POST", "/api/v1/subscribers", api_post_subscriber, API_BY_METHOD},
    {"POST", "/api/v1/subscribers/ranges", api_post_range, API_BY_METHOD},
    {"GET", "/api/v1/subscribers/{id}", api_get_subscriber, API_BY_METHOD},
    {"PUT", "/api/v1/subscribers/{id}", api_put_subscriber, API_BY_METHOD},
    {"PATCH", "/api/v1/subscribers/{id}", api_patch_subscriber, API_BY_METHOD},
    {"DELETE", "/api/v1/subscribers/{id}", api_delete_subscriber,
     API_BY_METHOD},
    {"GET", "/api/v1/subscribers/{id}/registration",
     api_get_subscriber_registration, API_BY_METHOD},
    {"GET", PRIVATE, api_get_private, API_BY_METHOD},
    {"PUT", PRIVATE, api_put_private, API_BY_METHOD},
    {"DELETE", PRIVATE, api_delete_private, API_BY_METHOD},
    {"GET", PRIVATE "/secrets", api_get_secrets, API_FOR_ADMINS},
    {"GET", PRIVATE "/sqn", api_get_sqn, API_BY_METHOD},
    {"PUT", PRIVATE "/sqn", api_put_sqn, API_BY_METHOD},
    {"GET", PUBLIC, api_get_public, API_BY_METHOD},
    {"PUT", PUBLIC, api_put_public, API_BY_METHOD},
    {"DELETE", PUBLIC, api_delete_public, API_BY_METHOD},
    {"GET", "/api/v1/profiles", api_list_entries, API_BY_METHOD},
    {"GET", "/api/v1/profiles/{name}", api_get_entry, API_BY_METHOD},
    {"PUT", "/api/v1/profiles/{name}", api_put_entry, API_BY_METHOD},
    {"DELETE", "/api/v1/profiles/{name}", api_delete_entry, API_BY_METHOD},
    {"GET", "/api/v1/shared-ifc", api_list_entries, API_BY_METHOD},
    {"GET", "/api/v1/shared-ifc/{number}", api_get_entry, API_BY_METHOD},
    {"PUT", "/api/v1/shared-ifc/{number}", api_put_entry, API_BY_METHOD},
    {"DELETE", "/api/v1/shared-ifc/{number}", api_delete_entry, API_BY_METHOD},
    {"GET", "/api/v1/charging", api_list_entries, API_BY_METHOD},
    {"GET", "/api/v1/charging/{name}", api_get_entry, API_BY_METHOD},
    {"PUT", "/api/v1/charging/{name}", api_put_entry, API_BY_METHOD},
    {"DELETE", "/api/v1/charging/{name}", api_delete_entry, API_BY_METHOD},
    {"POST", "/api/v1/tools/opc", api_post_opc, API_BY_METHOD},
    {"POST", "/api/v1/tools/examine", api_examine, API_FOR_ADMINS},
    {"GET", "/api/v1/audit", api_list_audit, API_BY_METHOD},
    {"GET", "/api/v1/audit/{number}", api_get_audit, API_BY_METHOD},
    {"POST", "/api/v1/audit/{number}/undo", api_undo, API_BY_METHOD},
    {"POST", "/api/v1/reset", api_reset, API_BY_METHOD},
    {"POST", "/api/v1/subscribers/{id}/deregister", doing_deregister,
     API_BY_METHOD},
    {"POST", "/api/v1/subscribers/{id}/push", doing_push, API_BY_METHOD},
    {"POST", "/api/v1/ifc/test", api_test_ifc, API_BY_METHOD},
    {"GET", "/api/v1/registrations", api_list_registrations, API_BY_METHOD},
    {"POST", "/api/v1/import", api_post_import, API_BY_METHOD},
    {"GET", "/api/v1/imports", api_list_imports, API_BY_METHOD},
    {"POST", "/api/v1/imports", api_open_import, API_BY_METHOD},
    {"GET", "/api/v1/imports/{number}", api_get_import, API_BY_METHOD},
    {"DELETE", "/api/v1/imports/{number}", api_delete_import, API_BY_METHOD},
    {"PUT", "/api/v1/imports/{number}/part", api_put_import_part,
     API_BY_METHOD},
    {"POST", "/api/v1/imports/{number}/run", api_run_import, API_BY_METHOD},
    {"GET", "/api/v1/export", exporting_get, API_BY_METHOD},
    {"POST", "/api/v1/export", exporting_post, API_BY_METHOD},
    {"GET", "/api/v1/limits", get_limits, API_BY_METHOD},
    {"GET", "/api/v1/timers", readings_get_timers, API_BY_METHOD},
    {"GET", "/api/v1/peers", get_peers, API_BY_METHOD},
};
