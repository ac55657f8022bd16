/* SPDX-License-Identifier: MIT
 *
 * docs/openapi.json and the routes of the programs say the same.
 */
#include "hss/role.h"
#include "icscf/role.h"
#include "imsbox/dashboard/hub.h"
#include "node/frame.h"
#include "node/openapi.h"
#include "pcscf/role.h"
#include "scscf/role.h"
#include "support/check.h"
#include "support/nodes.h"
#include <ctype.h>
#include <jansson.h>
#include <stdio.h>

static const struct {
    const char *name;
    const struct node_role *role;
} programs[] = {
    {"dashboard", &dashboard_role}, {"hss", &hss_role},
    {"icscf", &icscf_role},         {"pcscf", &pcscf_role},
    {"scscf", &scscf_role},
};

enum { PROGRAMS = sizeof(programs) / sizeof(programs[0]) };

static int setup(void **state)
{
    struct slice text = openapi_document();
    json_error_t error;

    *state = json_loadb(text.p, text.n, JSON_REJECT_DUPLICATES, &error);
    if (!*state)
        print_error("line %d: %s\n", error.line, error.text);
    return *state ? 0 : -1;
}

static int teardown(void **state)
{
    json_decref(*state);
    return 0;
}

/* What takes any rest of a path stands there as a parameter. */
static const char *document_path(const char *pattern, char out[200])
{
    size_t n = strlen(pattern);

    if (n > 6 && strcmp(pattern + n - 6, "/{...}") == 0)
        snprintf(out, 200, "%.*s/{path}", (int)(n - 6), pattern);
    else
        snprintf(out, 200, "%s", pattern);
    return out;
}

/* The dashboard passes the rest of the API on to an HSS, whose operations are
 * there, and the rest of all are pages. */
static bool is_passed_on(const char *pattern)
{
    return strcmp(pattern, "/api/v1/{...}") == 0 ||
           strcmp(pattern, "/{...}") == 0;
}

static bool has_row(const struct api_route *rows, size_t n, const char *method,
                    const char *path)
{
    char own[200];

    for (size_t i = 0; i < n; i++) {
        if (strcasecmp(rows[i].method, method) == 0 &&
            strcmp(document_path(rows[i].pattern, own), path) == 0)
            return true;
    }
    return false;
}

static bool serves(const struct node_role *role, const char *method,
                   const char *path)
{
    size_t n;
    const struct api_route *frame = api_frame_routes(&n);

    return has_row(frame, n, method, path) ||
           has_row(role->routes, role->route_count, method, path);
}

static bool says(json_t *operation, const char *program)
{
    size_t i;
    json_t *name;

    json_array_foreach(json_object_get(operation, "x-nodes"), i, name)
    {
        if (strcmp(json_string_value(name), program) == 0)
            return true;
    }
    return false;
}

/* How many of the rows are not described. */
static unsigned missing(json_t *doc, const char *program,
                        const struct api_route *rows, size_t n)
{
    unsigned count = 0;

    for (size_t i = 0; i < n; i++) {
        char own[200];
        json_t *path = json_object_get(json_object_get(doc, "paths"),
                                       document_path(rows[i].pattern, own));
        char method[16];
        size_t k = 0;

        if (is_passed_on(rows[i].pattern))
            continue;

        for (; rows[i].method[k]; k++)
            method[k] = (char)tolower(rows[i].method[k]);
        method[k] = '\0';
        if (says(json_object_get(path, method), program))
            continue;
        print_error("%s: %s %s is not in docs/openapi.json\n", program,
                    rows[i].method, rows[i].pattern);
        count++;
    }
    return count;
}

static void every_route_is_described(void **state)
{
    unsigned count = 0;

    for (size_t i = 0; i < PROGRAMS; i++) {
        const struct node_role *role = programs[i].role;
        size_t n;
        const struct api_route *frame = api_frame_routes(&n);

        count += missing(*state, programs[i].name, frame, n);
        count +=
            missing(*state, programs[i].name, role->routes, role->route_count);
    }
    assert_int_equal(count, 0);
}

static bool is_method(const char *key)
{
    return strcmp(key, "parameters") != 0;
}

static unsigned check_operation(const char *path, const char *method,
                                json_t *operation)
{
    bool planned = json_is_true(json_object_get(operation, "x-planned"));
    unsigned wrong = 0;

    for (size_t i = 0; i < PROGRAMS; i++) {
        bool there = serves(programs[i].role, method, path);
        bool told = says(operation, programs[i].name) && !planned;

        if (there == told)
            continue;
        print_error("%s %s: docs/openapi.json says that %s %s it\n", method,
                    path, programs[i].name, told ? "serves" : "does not serve");
        wrong++;
    }
    return wrong;
}

static void every_operation_is_a_route(void **state)
{
    unsigned wrong = 0;
    const char *path, *method;
    json_t *operations, *operation;

    json_object_foreach(json_object_get(*state, "paths"), path, operations)
    {
        json_object_foreach(operations, method, operation)
        {
            if (is_method(method))
                wrong += check_operation(path, method, operation);
        }
    }
    assert_int_equal(wrong, 0);
}

/* Resolves "#/components/..." within the document. */
static json_t *resolve(json_t *doc, const char *ref)
{
    struct slice rest = slice_of(ref), part;
    json_t *j = doc;

    slice_cut(&rest, '/', &part);
    while (j && slice_cut(&rest, '/', &part)) {
        char key[128];

        snprintf(key, sizeof(key), "%.*s", SLICE_ARG(part));
        j = json_object_get(j, key);
    }
    return j;
}

static unsigned dangling(json_t *doc, json_t *j)
{
    const char *key, *ref;
    json_t *value;
    unsigned count = 0;
    size_t i;

    json_array_foreach(j, i, value)
    {
        count += dangling(doc, value);
    }
    json_object_foreach(j, key, value)
    {
        ref = strcmp(key, "$ref") == 0 ? json_string_value(value) : NULL;
        if (ref && !resolve(doc, ref)) {
            print_error("%s leads nowhere\n", ref);
            count++;
        }
        count += dangling(doc, value);
    }
    return count;
}

static void every_reference_leads_somewhere(void **state)
{
    assert_int_equal(dangling(*state, *state), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_route_is_described, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(every_operation_is_a_route, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(every_reference_leads_somewhere, setup,
                                        teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
