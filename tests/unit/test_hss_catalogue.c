/* SPDX-License-Identifier: MIT
 *
 * Service profiles, shared iFC sets and charging sets at their own paths.
 */
#include "support/hss_api.h"
#include "topology/yaml.h"
#include <stdio.h>

static int setup(void **state)
{
    *state = hss_api_new();
    return 0;
}

static int teardown(void **state)
{
    hss_api_free(*state);
    return 0;
}

#define GOLD "/api/v1/profiles/gold"
#define IFC                                                              \
    "{\"ifc\": [{\"priority\": 10, \"server\": \"sip:as1.ims.example\"," \
    " \"default\": \"terminated\", \"match\": \"all\", \"when\": ["      \
    "{\"group\": 0, \"method\": \"INVITE\"},"                            \
    " {\"group\": 1, \"header\": \"Accept\", \"content\": \".*\","       \
    " \"not\": true}]}]}"

static void entries_are_made_read_replaced_and_deleted(void **state)
{
    static const struct api_row rows[] = {
        {"GET " GOLD, "", 404, "no service profile gold"},
        {"PUT " GOLD, IFC, 201, "\"method\":\"INVITE\""},
        {"GET " GOLD, "", 200,
         "\"group\":[1],\"not\":true,\"header\":\"Accept\",\"content\":\".*\""},
        {"PUT " GOLD, IFC, 200, "\"default\":\"terminated\""},
        {"PUT " GOLD, "{\"services\": [\"urn:x\"], \"media_profile\": 3}", 200,
         "{\"name\":\"gold\",\"media_profile\":3,\"services\":[\"urn:x\"]}"},
        {"GET /api/v1/profiles", "", 200, "\"name\":\"video\""},
        {"GET /api/v1/shared-ifc", "", 200, "{\"shared_ifc\":[]}"},
        {"PUT /api/v1/shared-ifc/7", IFC, 201, "\"id\":7"},
        {"PUT /api/v1/shared-ifc/7", "{\"id\": 7, \"ifc\": []}", 200,
         "\"id\":7"},
        {"PUT /api/v1/shared-ifc/8", IFC, 201, "\"id\":8"},
        {"GET /api/v1/shared-ifc", "", 200, "\"id\":7"},
        {"GET /api/v1/shared-ifc", "", 200, "\"id\":8"},
        {"DELETE /api/v1/shared-ifc/8", "", 204, ""},
        {"PUT " GOLD, "{\"shared_ifc\": [7]}", 200, "\"shared_ifc\":[7]"},
        {"PUT " GOLD, "{\"shared_ifc\": [8]}", 400, "no shared iFC set 8"},
        {"DELETE /api/v1/shared-ifc/7", "", 409, "is in use"},
        {"DELETE " GOLD "?dry_run=true", "", 200, "\"shared_ifc\":[7]"},
        {"DELETE " GOLD, "", 204, ""},
        {"DELETE " GOLD, "", 404, "no service profile"},
        {"DELETE /api/v1/shared-ifc/7", "", 204, ""},
        {"PUT /api/v1/charging/prepaid", "{\"ecf\": \"aaa://ecf\"}", 200,
         "{\"name\":\"prepaid\",\"ecf\":\"aaa://ecf\"}"},
        {"PUT /api/v1/charging/none", "{}", 400, "ccf or ecf was expected"},
        {"GET /api/v1/charging", "", 200, "prepaid"},
    };

    api_say_all((struct hss_api *)*state, rows);
}

/* What is stored is read back as YAML, whose texts have a bound. */
static void a_text_that_could_not_be_read_back_is_refused(void **state)
{
    struct hss_api *f = *state;
    struct buf b;

    buf_init(&b, 1 << 16);
    for (int n = YAML_TEXT_MAX; n <= YAML_TEXT_MAX + 1; n++) {
        buf_reset(&b);
        buf_printf(&b,
                   "{\"ifc\": [{\"server\": \"s\", \"service_info\": "
                   "\"%0*d\"}]}",
                   n, 1);
        buf_char(&b, '\0');
        assert_int_equal(api_say(f, "PUT " GOLD, b.p),
                         n == YAML_TEXT_MAX ? 201 : 400);
    }
    api_has(f, "\"pointer\":\"/ifc/0/service_info\"");
    api_has(f, "a text of more than 4096 bytes");
    buf_fini(&b);
}

static void what_is_wrong_has_its_place(void **state)
{
    static const struct api_row rows[] = {
        {"PUT " GOLD, "{\"ifc\": [{\"priority\": 1}]}", 400,
         "\"pointer\":\"/ifc/0\""},
        {"PUT " GOLD, "{\"ifc\": [{\"server\": \"s\", \"when\": [{}]}]}", 400,
         "\"pointer\":\"/ifc/0/when/0\""},
        {"PUT " GOLD,
         "{\"ifc\": [{\"server\": \"s\", \"when\": [{\"method\": \"\"}]}]}",
         400, "\"pointer\":\"/ifc/0/when/0/method\""},
        {"PUT " GOLD,
         "{\"ifc\": [{\"server\": \"s\", \"when\": [{\"sdp\": \"\"}]}]}", 400,
         "\"pointer\":\"/ifc/0/when/0/sdp\""},
        {"PUT " GOLD,
         "{\"ifc\": [{\"server\": \"s\", \"when\": [{\"sdp\": null}]}]}", 400,
         "\"pointer\":\"/ifc/0/when/0\""},
        {"PUT " GOLD, "{\"name\": \"silver\"}", 400, "\"pointer\":\"/name\""},
        {"PUT " GOLD, "{\"colour\": 1}", 400, "\"pointer\":\"/colour\""},
        {"PUT " GOLD,
         "{\"services\": [\"a\"], \"ifc\": [{\"priority\": 1, \"server\":"
         " \"sip:as@x\", \"when\": [{\"group\": [0, 1, 0], \"method\":"
         " \"INVITE\"}]}, {\"priority\": 2, \"server\": \"sip:as2@x\"}]}",
         400, "\"pointer\":\"/ifc/0/when/0/group/2\""},
        {"PUT " GOLD, "{\"shared_ifc\": [1, 1]}", 400,
         "the number 1 stands here twice"},
        {"GET " GOLD, "", 404, "no service profile gold"},
        {"PUT /api/v1/profiles/a%0ab", "{}", 400, "no control characters"},
        {"PUT /api/v1/shared-ifc/0", "{}", 400, "a number from 1 on"},
        {"PUT /api/v1/shared-ifc/x", "{}", 400, "a number from 1 on"},
        {"PUT /api/v1/shared-ifc/3", "{\"id\": 4}", 400, "\"pointer\":\"/id\""},
    };

    api_say_all((struct hss_api *)*state, rows);
}

/* Who has the profile is served by the new one at once. */
static void a_profile_that_is_used_changes_for_its_users(void **state)
{
    struct hss_api *f = *state;

    assert_int_equal(
        api_say(f, "PATCH /api/v1/subscribers/2", "{\"profile\": \"voice\"}"),
        200);
    assert_int_equal(api_say(f, "DELETE /api/v1/profiles/voice", ""), 409);
    assert_int_equal(api_say(f, "PUT /api/v1/profiles/voice", IFC), 200);
    ask_sar(f->w, "bob@ims.example", "sip:bob@ims.example",
            CX_ASSIGN_REGISTRATION);
    assert_has(buf_slice(&f->w->a.user_data), "sip:as1.ims.example");
}

/* Two who came at once are two. */
static void a_profile_is_kept_for_the_last_of_its_users(void **state)
{
    static const struct api_row rows[] = {
        {"PUT " GOLD, "{}", 201, ""},
        {"POST /api/v1/subscribers/ranges",
         "{\"first\": \"3001\", \"count\": 2, \"profile\": \"gold\"}", 201, ""},
        {"DELETE " GOLD, "", 409, "gold"},
        {"DELETE /api/v1/subscribers/3", "", 204, ""},
        {"DELETE " GOLD, "", 409, "gold"},
        {"DELETE /api/v1/subscribers/4", "", 204, ""},
        {"DELETE " GOLD, "", 204, ""},
    };

    api_say_all((struct hss_api *)*state, rows);
}

static void an_etag_guards_an_entry(void **state)
{
    struct hss_api *f = *state;
    char first[64], second[64];

    assert_int_equal(api_say(f, "PUT " GOLD, IFC), 201);
    api_etag(f, first);
    assert_int_equal(api_say_with(f, "PUT " GOLD, "{}", "If-None-Match", "*"),
                     412);
    assert_int_equal(api_say_with(f, "PUT " GOLD, "{}", "If-Match", first),
                     200);
    api_etag(f, second);
    assert_string_not_equal(first, second);
    assert_int_equal(api_say_with(f, "PUT " GOLD, IFC, "If-Match", first), 412);
    assert_int_equal(api_say_with(f, "DELETE " GOLD, "", "If-Match", first),
                     412);
    assert_int_equal(api_say_with(f, "DELETE " GOLD, "", "If-Match", second),
                     204);
}

/* It is the right one, which is not what stands against it. */
static void what_is_in_use_is_no_failed_precondition(void **state)
{
    struct hss_api *f = *state;
    char tag[64];

    assert_int_equal(
        api_say(f, "PATCH /api/v1/subscribers/2", "{\"profile\": \"voice\"}"),
        200);
    assert_int_equal(api_say(f, "GET /api/v1/profiles/voice", ""), 200);
    api_etag(f, tag);
    assert_int_equal(
        api_say_with(f, "DELETE /api/v1/profiles/voice", "", "If-Match", tag),
        409);
    api_has(f, "is in use");
    assert_int_equal(api_say_with(f, "DELETE /api/v1/profiles/voice", "",
                                  "If-Match", "\"0\""),
                     412);
}

/* RFC 9110 13.1.1, 13.1.2: any of the list. */
static void an_etag_may_be_one_of_several(void **state)
{
    struct hss_api *f = *state;
    char tag[64], list[128];

    assert_int_equal(
        api_say_with(f, "PUT " GOLD, IFC, "If-None-Match", "\"0\""), 201);
    api_etag(f, tag);
    snprintf(list, sizeof(list), "\"0\", %s", tag);
    assert_int_equal(api_say_with(f, "PUT " GOLD, "{}", "If-None-Match", list),
                     412);
    assert_int_equal(api_say_with(f, "PUT " GOLD, "{}", "If-Match", list), 200);
    assert_int_equal(api_say_with(f, "PUT " GOLD, IFC, "If-None-Match", tag),
                     200);
}

static void of_two_who_make_an_entry_at_once_one_does(void **state)
{
    struct hss_api *f = *state;

    for (int i = 0; i < 2; i++) {
        f->header = "If-None-Match", f->value = "*";
        api_begin(f, "PUT " GOLD, i ? "{}" : IFC);
    }
    sim_run_for(f->w->sim, 50 * MSEC);
    assert_int_equal(f->conflicts, 1);
    assert_int_equal(api_say(f, "GET " GOLD, ""), 200);
    api_has(f, "INVITE");
}

/* The store has its own order: what is answered is what is stored. */
static void an_etag_is_that_of_what_is_stored(void **state)
{
    static const char body[] =
        "{\"media_profile\": 0, \"services\": [\"b\", \"a\"],"
        " \"shared_ifc\": [9, 7], \"ifc\": [{\"priority\": 2,"
        " \"server\": \"sip:b\", \"service_info\": \"\"}, {\"priority\": 1,"
        " \"server\": \"sip:a\", \"include\": [\"response\", \"request\"],"
        " \"when\": [{\"group\": [2, 0], \"method\": \"REGISTER\","
        " \"registration\": [\"gone\", \"again\", \"initial\"]},"
        " {\"group\": 1, \"header\": \"Accept\", \"content\": \"\"},"
        " {\"header\": \"Subject\"}]}]}";
    struct hss_api *f = *state;
    char answered[64], stored[64];

    assert_int_equal(api_say(f, "PUT /api/v1/shared-ifc/7", IFC), 201);
    assert_int_equal(api_say(f, "PUT /api/v1/shared-ifc/9", IFC), 201);
    assert_int_equal(api_say(f, "PUT " GOLD, body), 201);
    api_etag(f, answered);
    assert_int_equal(api_say(f, "GET " GOLD, ""), 200);
    api_etag(f, stored);
    assert_string_equal(answered, stored);
    api_has(f, "\"group\":[0,2]");
    api_has(f, "\"shared_ifc\":[7,9]");
    assert_int_equal(api_say_with(f, "PUT " GOLD, "{}", "If-Match", answered),
                     200);
}

static void changes_of_entries_are_undone(void **state)
{
    struct hss_api *f = *state;
    long made, changed;

    assert_int_equal(api_say(f, "PUT " GOLD, IFC), 201);
    made = api_newest(f);
    api_has(f, "\"what\":\"service profile gold\"");
    assert_int_equal(api_say(f, "PUT " GOLD, "{}"), 200);
    changed = api_newest(f);
    assert_int_equal(api_undo_one(f, made), 409);
    assert_int_equal(api_undo_one(f, changed), 200);
    assert_int_equal(api_say(f, "GET " GOLD, ""), 200);
    api_has(f, "INVITE");
    assert_int_equal(api_undo_one(f, made), 200);
    assert_int_equal(api_say(f, "GET " GOLD, ""), 404);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
        T(entries_are_made_read_replaced_and_deleted),
        T(what_is_wrong_has_its_place),
        T(a_text_that_could_not_be_read_back_is_refused),
        T(a_profile_that_is_used_changes_for_its_users),
        T(a_profile_is_kept_for_the_last_of_its_users),
        T(an_etag_guards_an_entry),
        T(what_is_in_use_is_no_failed_precondition),
        T(an_etag_may_be_one_of_several),
        T(of_two_who_make_an_entry_at_once_one_does),
        T(an_etag_is_that_of_what_is_stored),
        T(changes_of_entries_are_undone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
