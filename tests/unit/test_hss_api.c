/* SPDX-License-Identifier: MIT
 *
 * Provisioning by the admin interface: what three fields become, what is
 * refused and where, who may change what since when, and what can be found.
 */
#include "support/hss_api.h"
#include <stdio.h>
#include <stdlib.h>

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

/* ---- three fields ------------------------------------------------------- */

static void three_fields_are_a_subscriber(void **state)
{
    static const struct {
        const char *body, *impi, *first, *second, *third;
    } rows[] = {
        {"{\"name\": \"Carol\", \"number\": \"+1 555-1003\", \"password\":"
         " \"x\"}",
         "\"impi\":\"carol@ims.example\"", "\"impu\":\"sip:carol@ims.example\"",
         "\"impu\":\"sip:+15551003@ims.example\"",
         "\"impu\":\"tel:+15551003\""},
        {"{\"name\": \"  Dave  O'Hara Jr. \", \"number\": \"1004\","
         " \"k\": \"465b 5ce8 b199 b49f aa5f 0a2e e238 a6bc\","
         " \"opc\": \"CD63CB71954A9F4E48A5994E37A02BAF\"}",
         "\"impi\":\"dave.ohara.jr@ims.example\"",
         "\"impu\":\"sip:dave.ohara.jr@ims.example\"",
         "\"impu\":\"sip:1004@ims.example\"",
         "\"impu\":\"tel:1004;phone-context=ims.example\""},
        {"{\"number\": \"1005\", \"password\": \"x\", \"algorithm\":"
         " \"SHA-256\"}",
         "\"impi\":\"1005@ims.example\"", "\"impu\":\"sip:1005@ims.example\"",
         "\"impu\":\"tel:1005;phone-context=ims.example\"", "SHA-256"},
        {"{\"name\": \"\xd0\x96\xd0\xb0\xd0\xbd\", \"number\": \"1006\","
         " \"password\": \"x\"}",
         "\"impi\":\"1006@ims.example\"", "sip:1006@ims.example",
         "\"display_name\":\"\xd0\x96\xd0\xb0\xd0\xbd\"",
         "\"alias_group\":\"1\""},
        {"{\"name\": \"sip:Eve@ims.example\", \"password\": \"x\"}",
         "\"impi\":\"Eve@ims.example\"", "\"impu\":\"sip:Eve@ims.example\"",
         "\"has_password\":true", "\"visited\":[]"},
        {"{\"name\": \"frank\", \"display_name\": \"Big Frank\", \"barred\":"
         " true, \"password\": \"x\"}",
         "\"impu\":\"sip:frank@ims.example\"", "\"display_name\":\"Big Frank\"",
         "\"barred\":true", "\"impi\":\"frank@ims.example\""},
    };
    struct hss_api *f = *state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_int_equal(api_say(f, "POST /api/v1/subscribers", rows[i].body),
                         201);
        api_has(f, rows[i].impi);
        api_has(f, rows[i].first);
        api_has(f, rows[i].second);
        api_has(f, rows[i].third);
        api_has_not(f, "\"password\":");
        api_has_not(f, "\"k\":");
    }
    assert_int_equal(ask_mar(f->w, "carol@ims.example",
                             "sip:+15551003@ims.example", CX_SCHEME_DIGEST),
                     CX_SUCCESS);
    assert_int_equal(ask_mar(f->w, "dave.ohara.jr@ims.example",
                             "sip:1004@ims.example", CX_SCHEME_AKAV1),
                     CX_SUCCESS);
}

static void each_refusal_names_its_place_and_what_to_change(void **state)
{
    static const struct {
        const char *body, *pointer, *says;
    } rows[] = {
        {"{\"name\": \"Carol\", \"number\": \"10x\", \"password\": \"p\"}",
         "/number", "number \\\"10x\\\"; up to 15 digits were expected"},
        {"{\"name\": \"Carol\", \"number\": \"1234567890123456\","
         " \"password\": \"p\"}",
         "/number", "up to 15 digits"},
        {"{\"name\": \"!!!\", \"password\": \"p\"}", "/name",
         "no letter a-z and no digit"},
        {"{\"name\": \"Carol\", \"k\": \"12\", \"opc\": \"34\"}", "/k",
         "k has 2 characters; 32 hexadecimal digits"},
        {"{\"name\": \"Carol\", \"k\": \"465b5ce8b199b49faa5f0a2ee238a6bc\","
         " \"opc\": \"34\"}",
         "/opc", "opc has 2 characters"},
        {"{\"name\": \"Carol\", \"opc\": \"465b5ce8b199b49faa5f0a2ee238a6bc\"}",
         "/k", "aka without k"},
        {"{\"name\": \"Carol\"}", "", "aka or digest was expected"},
        {"{\"name\": 5, \"nick\": 1}", "/nick", "unknown key"},
        {"{\"name\": [1], \"password\": \"p\"}", "/name",
         "a text was expected"},
        {"{\"impu\": \"carol\", \"password\": \"p\"}", "/impu",
         "such as sip:alice@ims.example"},
        {"{\"privates\": [{\"impi\": \"c@d\", \"aka\": {\"k\": \"1\","
         " \"op\": \"2\"}}], \"sets\": [{\"publics\": [\"sip:c@d\"]}]}",
         "/privates/0/aka/k", "k has 1 characters"},
        {"{\"privates\": [{\"impi\": \"c@d\", \"digest\": {\"password\":"
         " \"p\"}}], \"sets\": [{\"publics\": [\"sip:c@d\", {\"impu\": \"sip:"
         "e@d\", \"type\": \"robot\"}]}]}",
         "/sets/0/publics/1/type", "type \\\"robot\\\""},
        {"{\"privates\": [{\"impi\": \"c d\", \"digest\": {\"password\":"
         " \"p\"}}], \"sets\": [{\"publics\": [\"sip:c@d\"], \"privates\":"
         " [\"x@y\"]}]}",
         "/sets/0/privates/0", "no private identity of this subscriber"},
        {"{\"privates\": [{\"impi\": \"c@d\", \"digest\": {\"password\":"
         " \"p\"}}], \"sets\": [{\"publics\": [\"sip:c@d\"], \"privates\":"
         " []}]}",
         "/sets/0/privates", "leave privates out for all"},
        {"{\"a/b~c\": 1}", "/a~1b~0c", "unknown key"},
        {"{\"name\": \"Bell\", \"display_name\": \"Bell\\u0007\","
         " \"password\": \"p\"}",
         "/display_name", "the text has a character that XML has not"},
    };
    struct hss_api *f = *state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char pointer[80];

        assert_int_equal(api_say(f, "POST /api/v1/subscribers", rows[i].body),
                         400);
        assert_string_equal(f->a.type, "application/problem+json");
        snprintf(pointer, sizeof(pointer), "\"pointer\":\"%s\"",
                 rows[i].pointer);
        api_has(f, pointer);
        api_has(f, rows[i].says);
    }
}

static void a_body_of_another_type_is_told_what_to_send(void **state)
{
    struct hss_api *f = *state;

    f->type = "application/x-www-form-urlencoded";
    assert_int_equal(api_say(f, "POST /api/v1/subscribers", "{}"), 415);
    api_has(f, "send Content-Type: application/json");
    f->type = "application/json; charset=utf-8";
    assert_int_equal(api_say(f, "POST /api/v1/subscribers",
                             "{\"number\": \"1003\", \"password\": \"p\"}"),
                     201);
    f->type = "text/plain";
    assert_int_equal(api_say(f, "PATCH /api/v1/subscribers/1", "{}"), 415);
    f->type = "application/merge-patch+json";
    assert_int_equal(api_say(f, "PATCH /api/v1/subscribers/1", "{}"), 200);
}

/* ---- versions ----------------------------------------------------------- */

static void an_etag_guards_a_change(void **state)
{
    struct hss_api *f = *state;
    char first[64], second[64];

    assert_int_equal(api_say(f, "GET /api/v1/subscribers/bob@ims.example", ""),
                     200);
    api_etag(f, first);
    assert_int_equal(api_say_with(f,
                                  "PATCH /api/v1/subscribers/bob@ims.example",
                                  "{\"name\": \"Robert\"}", "If-Match", first),
                     200);
    api_has(f, "\"display_name\":\"Robert\"");
    api_etag(f, second);
    assert_string_not_equal(first, second);
    assert_int_equal(api_say_with(f,
                                  "PATCH /api/v1/subscribers/bob@ims.example",
                                  "{\"name\": \"Rob\"}", "If-Match", first),
                     412);
    api_has(f, "read it again");
    assert_int_equal(api_say_with(f,
                                  "DELETE /api/v1/subscribers/bob@ims.example",
                                  "", "If-Match", first),
                     412);
    assert_int_equal(api_say_with(f,
                                  "PATCH /api/v1/subscribers/bob@ims.example",
                                  "{\"name\": \"Rob\"}", "If-Match", "*"),
                     200);
    assert_int_equal(api_say_with(f, "PUT /api/v1/subscribers/new@ims.example",
                                  "{\"name\": \"new\", \"password\": \"p\"}",
                                  "If-Match", "*"),
                     412);
    assert_int_equal(api_say_with(f, "PUT /api/v1/subscribers/bob@ims.example",
                                  "{\"name\": \"bob\", \"password\": \"p\"}",
                                  "If-None-Match", "*"),
                     412);
}

/* Two at a time: one of them must notice. */
static void two_at_a_time_lose_nothing(void **state)
{
    struct hss_api *f = *state;
    char tag[64];

    assert_int_equal(api_say(f, "GET /api/v1/subscribers/2", ""), 200);
    api_etag(f, tag);
    for (int i = 0; i < 2; i++) {
        f->header = "If-Match", f->value = tag;
        api_begin(f, "PATCH /api/v1/subscribers/2",
                  i ? "{\"profile\": \"voice\"}" : "{\"name\": \"One\"}");
    }
    sim_run_for(f->w->sim, 50 * MSEC);
    assert_int_equal(f->conflicts, 1);
    assert_int_equal(api_say(f, "GET /api/v1/subscribers/2", ""), 200);
    api_has(f, "\"display_name\":\"One\"");
    api_has_not(f, "voice");
    /* without an ETag both are done, one upon the other */
    api_begin(f, "PATCH /api/v1/subscribers/2", "{\"name\": \"Two\"}");
    api_begin(f, "PATCH /api/v1/subscribers/2", "{\"profile\": \"video\"}");
    sim_run_for(f->w->sim, 50 * MSEC);
    assert_int_equal(f->a.status, 200);
    assert_int_equal(api_say(f, "GET /api/v1/subscribers/2", ""), 200);
    api_has(f, "\"display_name\":\"Two\"");
    api_has(f, "\"profile\":\"video\"");
}

/* As if nothing had been said. */
static void null_is_absent(void **state)
{
    struct hss_api *f = *state;

    assert_int_equal(
        api_say(f, "POST /api/v1/subscribers",
                "{\"impu\": \"sip:conf@ims.example\", \"tel\": null,"
                " \"impi\": null, \"aka\": null, \"k\": null}"),
        400);
    api_has(f, "a user without private identity");
    assert_int_equal(
        api_say(f, "POST /api/v1/subscribers/ranges",
                "{\"first\": \"2001\", \"count\": 2, \"name\": null,"
                " \"password\": null, \"k\": null}"),
        201);
    api_has(f, "\"password\":\"");
    assert_int_equal(api_say(f, "POST /api/v1/subscribers/ranges",
                             "{\"first\": \"3001\", \"count\": 2, \"k\": null,"
                             " \"generate\": \"key\"}"),
                     201);
}

/* It was there when it was read. */
static void who_is_deleted_meanwhile_is_not_there(void **state)
{
    static const struct {
        const char *line, *body, *match;
        unsigned status;
        const char *says;
    } rows[] = {
        {"PATCH /api/v1/subscribers/bob@ims.example", "{\"name\": \"B\"}", NULL,
         404, "bob@ims.example"},
        {"PATCH /api/v1/subscribers/2", "{\"name\": \"B\"}", NULL, 404,
         "no subscriber 2"},
        {"PATCH /api/v1/subscribers/2", "{\"name\": \"B\"}", "*", 412,
         "any more"},
        {"DELETE /api/v1/subscribers/2", "", NULL, 404, "no subscriber 2"},
        {"PUT /api/v1/subscribers/bob@ims.example",
         "{\"name\": \"bob\", \"password\": \"p\"}", NULL, 201, "\"id\":3"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct hss_api *f;

        (void)teardown(state);
        (void)setup(state);
        f = *state;
        api_begin(f, "DELETE /api/v1/subscribers/2", "");
        f->header = rows[i].match ? "If-Match" : NULL, f->value = rows[i].match;
        api_begin(f, rows[i].line, rows[i].body);
        sim_run_for(f->w->sim, 50 * MSEC);
        assert_int_equal(f->a.count, 2);
        assert_int_equal(f->a.status, rows[i].status);
        api_has(f, rows[i].says);
    }
}

static void registering_is_no_change_of_the_subscriber(void **state)
{
    struct hss_api *f = *state;
    char before[64], after[64];

    assert_int_equal(api_say(f, "GET /api/v1/subscribers/2", ""), 200);
    api_etag(f, before);
    ask_sar(f->w, "bob@ims.example", "sip:bob@ims.example",
            CX_ASSIGN_REGISTRATION);
    assert_int_equal(api_say(f, "GET /api/v1/subscribers/2", ""), 200);
    api_etag(f, after);
    assert_string_equal(before, after);
    api_has_not(f, "scscf");
    assert_int_equal(api_say(f, "GET /api/v1/subscribers/2/registration", ""),
                     200);
    api_has(f, "\"state\":\"registered\"");
    api_has(f, SCSCF1);
}

/* ---- changes ------------------------------------------------------------ */

static void putting_twice_is_putting_once(void **state)
{
    static const char eve[] = "{\"name\": \"eve\", \"number\": \"1007\","
                              " \"password\": \"p\"}";
    struct hss_api *f = *state;
    char first[64], second[64];

    assert_int_equal(
        api_say(f, "PUT /api/v1/subscribers/sip:eve@ims.example", eve), 201);
    assert_string_equal(f->a.location, "/api/v1/subscribers/3");
    api_etag(f, first);
    assert_int_equal(
        api_say(f, "PUT /api/v1/subscribers/sip:eve@ims.example", eve), 200);
    api_etag(f, second);
    assert_string_equal(first, second);
    assert_int_equal(
        api_say(f, "PUT /api/v1/subscribers/sip:else@ims.example", eve), 400);
    api_has(f, "none of the body's");
    assert_int_equal(api_say(f, "PUT /api/v1/subscribers/99", eve), 404);
}

static void a_patch_changes_what_it_names_and_nothing_else(void **state)
{
    static const struct {
        const char *patch;
        unsigned status;
        const char *says;
    } rows[] = {
        {"{\"name\": \"Al\"}", 200, "\"display_name\":\"Al\""},
        {"{\"name\": null}", 200, "\"impu\":\"sip:alice@ims.example\""},
        {"{\"barred\": true}", 200, "\"barred\":true"},
        {"{\"profile\": \"voice\"}", 200, "\"profile\":\"voice\""},
        {"{\"profile\": \"gold\"}", 400, "no service profile named gold"},
        {"{\"charging\": \"prepaid\"}", 200, "\"charging\":\"prepaid\""},
        {"{\"charging\": null}", 200, "\"visited\":[]"},
        {"{\"capabilities\": {\"mandatory\": [7]}}", 200, "\"mandatory\":[7]"},
        {"{\"visited\": [\"friend.example\"]}", 200, "friend.example"},
        {"{\"k\": \"short\", \"op\": \"imsbox-operator!\"}", 400,
         "\"pointer\":\"/privates/0/aka/k\""},
        {"{\"number\": \"1\"}", 400, "\"pointer\":\"/number\""},
        {"{\"sets\": null}", 400, "without public identities"},
        {"{\"sets\": [{\"publics\": [\"sip:al@ims.example\"]}]}", 200,
         "sip:al@ims.example"},
        {"[]", 400, "{...} was expected"},
    };
    struct hss_api *f = *state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_int_equal(api_say(f,
                                 "PATCH /api/v1/subscribers/alice@ims.example",
                                 rows[i].patch),
                         rows[i].status);
        api_has(f, rows[i].says);
    }
    api_has_not(f, "sip:alice");
    assert_int_equal(ask_mar(f->w, "alice@ims.example", "sip:al@ims.example",
                             CX_SCHEME_AKAV1),
                     CX_SUCCESS);
}

/* The short members of secrets: of the only private identity. */
static void a_patch_changes_secrets_where_it_is_clear_whose(void **state)
{
#define BOB "PATCH /api/v1/subscribers/bob@ims.example"
#define ALICE "PATCH /api/v1/subscribers/alice@ims.example"
#define TWO "PATCH /api/v1/subscribers/phone@ims.example"
#define OPC "\"opc\": \"CD63CB71954A9F4E48A5994E37A02BAF\""
#define SEVERAL "there are several private identities"
    static const struct api_row rows[] = {
        {BOB, "{\"opc\": \"CD63CB71954A9F4E48A5994E37A02BAF\"}", 400,
         "\"pointer\":\"/privates/0/aka/k\""},
        {BOB, "{\"k\": \"alice-in-ims-box\", " OPC "}", 200,
         "\"has_key\":true},\"digest\":{\"realm\""},
        {BOB, "{\"op\": \"imsbox-operator!\", " OPC "}", 400, "/aka/k"},
        {BOB,
         "{\"k\": \"alice-in-ims-box\", \"op\": \"imsbox-operator!\", " OPC "}",
         400, "both op and opc"},
        {BOB, "{\"password\": null}", 200, "\"has_key\":true"},
        {ALICE, "{\"password\": \"wonderland\"}", 200, "\"has_password\":true"},
        {ALICE, "{\"password\": null}", 200, "\"has_key\":true"},
        {"POST /api/v1/subscribers",
         "{\"privates\": [{\"impi\": \"phone@ims.example\", \"digest\": "
         "{\"password\": \"p\"}}, {\"impi\": \"soft@ims.example\", "
         "\"digest\": {\"password\": \"q\"}}], "
         "\"sets\": [{\"publics\": [\"sip:erin@ims.example\"]}]}",
         201, "soft@ims.example"},
        {TWO, "{\"password\": \"r\"}", 400, SEVERAL},
        {TWO, "{\"password\": null}", 400, SEVERAL},
        {TWO, "{\"k\": \"alice-in-ims-box\"}", 400, SEVERAL},
        {TWO, "{\"op\": \"imsbox-operator!\"}", 400, SEVERAL},
        {TWO, "{" OPC "}", 400, "\"pointer\":\"/opc\""},
        {TWO, "{\"impi\": \"x@y\"}", 400, "change them there"},
        {TWO, "{\"aka\": {}}", 400, "change them there"},
        {TWO, "{\"tel\": \"tel:+1\"}", 400, "change them there"},
    };
    struct hss_api *f = *state;

    api_say_all(f, rows);
#undef BOB
#undef ALICE
#undef TWO
#undef OPC
#undef SEVERAL
}

static void a_dry_run_tells_all_and_changes_nothing(void **state)
{
    static const struct {
        const char *line, *body;
        unsigned status;
        const char *says;
    } rows[] = {
        {"POST /api/v1/subscribers?dry_run=true",
         "{\"name\": \"carol\", \"number\": \"1003\", \"password\": \"p\"}",
         200, "tel:1003;phone-context=ims.example"},
        {"POST /api/v1/subscribers?dry_run=true",
         "{\"impu\": \"sip:bob@ims.example\", \"password\": \"p\"}", 409,
         "exists already: subscriber 2 has it"},
        {"POST /api/v1/subscribers?dry_run=true",
         "{\"impu\": \"sip:bob@ims.example\", \"password\": \"p\"}", 409,
         "\"existing\":\"/api/v1/subscribers/2\""},
        {"PUT /api/v1/subscribers/1?dry_run=true",
         "{\"impu\": \"sip:bob@ims.example\", \"password\": \"p\"}", 409,
         "\"existing\":\"/api/v1/subscribers/2\""},
        {"POST /api/v1/subscribers?dry_run=true",
         "{\"name\": \"x\", \"password\": \"p\", \"profile\": \"gold\"}", 400,
         "no service profile"},
        {"PATCH /api/v1/subscribers/2?dry_run=true", "{\"name\": \"X\"}", 200,
         "\"display_name\":\"X\""},
        {"PUT /api/v1/subscribers/2?dry_run=true",
         "{\"name\": \"rob\", \"password\": \"p\"}", 200, "rob@ims.example"},
        {"DELETE /api/v1/subscribers/2?dry_run=true", "", 200,
         "bob@ims.example"},
        {"DELETE /api/v1/subscribers/2?dry_run=maybe", "", 400,
         "true or false was expected"},
    };
    struct hss_api *f = *state;
    char before[64], after[64];

    assert_int_equal(api_say(f, "GET /api/v1/subscribers/2", ""), 200);
    api_etag(f, before);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_int_equal(api_say(f, rows[i].line, rows[i].body),
                         rows[i].status);
        api_has(f, rows[i].says);
    }
    assert_int_equal(api_say(f, "GET /api/v1/subscribers/2", ""), 200);
    api_etag(f, after);
    assert_string_equal(before, after);
    api_has(f, "\"display_name\":\"Bob\"");
    assert_int_equal(api_say(f, "GET /api/v1/subscribers", ""), 200);
    api_has(f, "\"total\":2");
}

/* ---- search ------------------------------------------------------------- */

static void parts_of_names_and_numbers_are_found(void **state)
{
    static const struct {
        const char *q;
        const char *found; /* the users, in order */
    } rows[] = {
        {"alice", "1"},
        {"LIDDELL", "1"},
        {"ddel", "1"},
        {"l", "1"},
        {"li", "1"},
        {"zz", ""},
        {"bob", "2"},
        {"b", "2"},
        {"5551001", "1"},
        {"%2B1555", "13"},
        {"0", ""},
        {"ims", ""},
        {"alice%20liddell", "1"},
        {"alice%20bob", ""},
        {"al%20%2B1", "1"},
        {"sip:bob@ims.example", "2"},
        {"tel:%2B15551001", "1"},
        {"carol", "34"},
        {"caroline", "4"},
        {"3", ""},
        {"%22", ""},
        {"*%20OR%20alice", ""},
        {"+15551003", "3"},
        {"1003", "3"},
        {"2000", "4"},
        {"20", "4"},
        /* two characters, four bytes: a beginning */
        {"%D0%B6%D0%B0", "5"},
        {"%D0%B0%D0%BD", ""},
        {"%D0%B0%D0%BD%D0%BD", "5"},
        /* behind a name of two lines */
        {"zoe", "6"},
        {"monde%20jeanne", "5"},
    };
    struct hss_api *f = *state;

    assert_int_equal(api_say(f, "POST /api/v1/subscribers",
                             "{\"name\": \"Carol\", \"number\": \"+15551003\","
                             " \"password\": \"p\"}"),
                     201);
    assert_int_equal(api_say(f, "POST /api/v1/subscribers",
                             "{\"name\": \"Caroline\", \"number\": \"2000\","
                             " \"password\": \"p\"}"),
                     201);
    assert_int_equal(
        api_say(f, "POST /api/v1/subscribers",
                "{\"name\": \"Jeanne\", \"display_name\":"
                " \"\xd0\x96\xd0\xb0\xd0\xbd\xd0\xbd\xd0\xb0\\nMonde\","
                " \"password\": \"p\"}"),
        201);
    assert_int_equal(api_say(f, "POST /api/v1/subscribers",
                             "{\"name\": \"Zoe\", \"password\": \"p\"}"),
                     201);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char line[128], found[8] = "";
        const char *p;
        size_t n = 0;

        snprintf(line, sizeof(line), "GET /api/v1/subscribers?q=%s", rows[i].q);
        assert_int_equal(api_say(f, line, ""), 200);
        buf_char(&f->a.body, '\0');
        for (p = f->a.body.p; (p = strstr(p, "{\"id\":")) && n < 7; p++)
            found[n++] = p[6];
        if (strcmp(found, rows[i].found) != 0)
            print_error("q=%s finds %s\n", rows[i].q, found);
        assert_string_equal(found, rows[i].found);
    }
}

static void what_was_changed_is_found_by_its_new_name_alone(void **state)
{
    struct hss_api *f = *state;

    assert_int_equal(
        api_say(f, "PATCH /api/v1/subscribers/2", "{\"name\": \"Ferdinand\"}"),
        200);
    assert_int_equal(api_say(f, "GET /api/v1/subscribers?q=erdina", ""), 200);
    api_has(f, "bob@ims.example");
    assert_int_equal(api_say(f, "DELETE /api/v1/subscribers/2", ""), 204);
    assert_int_equal(api_say(f, "GET /api/v1/subscribers?q=erdina", ""), 200);
    api_has_not(f, "bob@ims.example");
    assert_int_equal(api_say(f, "GET /api/v1/subscribers?q=bob", ""), 200);
    api_has_not(f, "bob@ims.example");
}

static void what_is_meant_exactly_comes_first(void **state)
{
    struct hss_api *f = *state;

    assert_int_equal(api_say(f, "POST /api/v1/subscribers",
                             "{\"name\": \"a100\", \"password\": \"p\"}"),
                     201);
    assert_int_equal(api_say(f, "POST /api/v1/subscribers",
                             "{\"number\": \"100\", \"password\": \"p\"}"),
                     201);
    assert_int_equal(api_say(f, "GET /api/v1/subscribers?q=100&limit=1", ""),
                     200);
    api_has(f, "\"subscribers\":[{\"id\":4,");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
        T(three_fields_are_a_subscriber),
        T(each_refusal_names_its_place_and_what_to_change),
        T(a_body_of_another_type_is_told_what_to_send),
        T(an_etag_guards_a_change),
        T(two_at_a_time_lose_nothing),
        T(null_is_absent),
        T(who_is_deleted_meanwhile_is_not_there),
        T(registering_is_no_change_of_the_subscriber),
        T(putting_twice_is_putting_once),
        T(a_patch_changes_what_it_names_and_nothing_else),
        T(a_patch_changes_secrets_where_it_is_clear_whose),
        T(a_dry_run_tells_all_and_changes_nothing),
        T(parts_of_names_and_numbers_are_found),
        T(what_was_changed_is_found_by_its_new_name_alone),
        T(what_is_meant_exactly_comes_first),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
