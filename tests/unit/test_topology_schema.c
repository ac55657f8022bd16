/* SPDX-License-Identifier: MIT */
#include "support/check.h"
#include "support/corpus.h"
#include "topology/schema.h"
#include <jansson.h>
#include <stdlib.h>

static void the_published_schema_is_what_the_program_prints(void **state)
{
    struct slice published = file_read("topology/topology.schema.json");
    struct buf printed;

    (void)state;
    buf_init(&printed, 1 << 20);
    topology_schema_print(&printed);
    assert_false(printed.full);
    if (!slice_eq(published, buf_slice(&printed)))
        fail_msg("topology.schema.json is out of date: run "
                 "`imsbox schema >topology/topology.schema.json`");
    buf_fini(&printed);
    free((char *)published.p);
}

static const json_t *find(const json_t *j, const char *path)
{
    struct slice rest = slice_of(path), key;

    while (j && slice_cut(&rest, '/', &key)) {
        char name[64] = {0};

        memcpy(name, key.p, key.n);
        j = json_is_array(j) ? json_array_get(j, (size_t)atoi(name))
                             : json_object_get(j, name);
    }
    return j;
}

static void the_schema_says_what_each_key_may_be(void **state)
{
    struct buf printed;
    json_error_t error;
    json_t *schema;
    const json_t *node;

    (void)state;
    buf_init(&printed, 1 << 20);
    topology_schema_print(&printed);
    schema = json_loadb(printed.p, printed.n, JSON_REJECT_DUPLICATES, &error);
    if (!schema)
        fail_msg("%s in line %d", error.text, error.line);
    assert_string_equal("networks",
                        json_string_value(find(schema, "required/0")));
    node = find(schema,
                "properties/networks/items/properties/nodes/items/properties");
    assert_string_equal("icscf", json_string_value(find(node, "role/enum/1")));
    assert_string_equal(
        "500ms", json_string_value(find(node, "timers/properties/t1/default")));
    assert_int_equal(256, json_integer_value(
                              find(node, "limits/properties/headers/default")));
    assert_true(json_is_false(
        find(schema, "properties/networks/items/additionalProperties")));
    assert_true(json_is_true(
        find(node, "gm/anyOf/1/properties/aka_without_ipsec/default")));
    assert_null(find(node, "mw/anyOf/1/properties/aka_without_ipsec"));
    json_decref(schema);
    buf_fini(&printed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_published_schema_is_what_the_program_prints),
        cmocka_unit_test(the_schema_says_what_each_key_may_be),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
