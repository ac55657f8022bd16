/* SPDX-License-Identifier: MIT
 *
 * Parts of a subscriber at their own paths, the audit list and its undoing, the
 * reset.
 */
#include "support/hss_api.h"
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

#define BOB "/api/v1/subscribers/bob@ims.example"
#define ALICE "/api/v1/subscribers/alice@ims.example"

/* ---- leaves ------------------------------------------------------------- */

static void public_identities_come_move_and_go(void **state)
{
    static const struct api_row rows[] = {
        {"GET " BOB "/public/sip:bob@ims.example", "", 200,
         "\"display_name\":\"Bob\""},
        {"GET " BOB "/public/sip:rob@ims.example", "", 404,
         "no public identity sip:rob"},
        {"PUT " BOB "/public/sip:rob@ims.example",
         "{\"display_name\": \"Rob\", \"barred\": true}", 200,
         "{\"impu\":\"sip:rob@ims.example\",\"type\":\"user\",\"barred\":true,"
         "\"display_name\":\"Rob\"}]}]"},
        {"PUT " BOB "/public/sip:rob@ims.example", "{\"barred\": 7}", 400,
         "\"pointer\":\"/barred\""},
        {"PUT " BOB "/public/sip:rob@ims.example",
         "{\"impu\": \"sip:x@ims.example\"}", 400,
         "another one than in the "
         "path"},
        {"PUT " BOB "/public/sip:rob@ims.example", "{\"set\": 2}", 400,
         "a number up to 1"},
        {"PUT " BOB "/public/sip:rob@ims.example", "{\"set\": 1}", 200,
         "]},{\"publics\":[{\"impu\":\"sip:rob@ims.example\""},
        {"PUT " BOB "/public/sip:rob@ims.example", "{\"set\": 1}", 200,
         "]},{\"publics\":[{\"impu\":\"sip:rob@ims.example\""},
        {"PUT " BOB "/public/sip:rob@ims.example", "{\"set\": 0}", 200,
         "}]}],"},
        {"PUT " BOB "/public/sip:alice@ims.example", "{}", 409,
         "exists already"},
        {"DELETE " BOB "/public/sip:rob@ims.example", "", 200,
         "sip:bob@ims.example"},
        {"DELETE " BOB "/public/sip:rob@ims.example", "", 404, "no public"},
        {"DELETE " BOB "/public/sip:bob@ims.example", "", 409,
         "only public identity"},
    };
    struct hss_api *f = *state;

    api_say_all(f, rows);
    assert_int_equal(ask_mar(f->w, "bob@ims.example", "sip:bob@ims.example",
                             CX_SCHEME_DIGEST),
                     CX_SUCCESS);
}

/* TS 29.228 6.1.1.1: who is not among them may not register by the set. */
/* RFC 3966 3: each spelling of a number is the same path. */
static void a_wildcard_is_found_as_it_is_spelt(void **state)
{
    static const struct api_row rows[] = {
        {"PUT " BOB "/public/tel:+49-30-!.*!", "{}", 200,
         "{\"impu\":\"tel:+4930!.*!\",\"type\":\"wildcarded-user\""},
        {"PUT " BOB "/public/tel:+49-30-!.*!", "{\"barred\": true}", 200,
         "{\"impu\":\"tel:+4930!.*!\",\"type\":\"wildcarded-user\","
         "\"barred\":true"},
        {"GET " BOB "/public/tel:+49(30)!.*!", "", 200, "\"barred\":true"},
        {"GET /api/v1/subscribers/tel:+49-30-!.*!", "", 200, "bob@ims.example"},
        {"GET /api/v1/subscribers?q=tel:%2B49-30-!.*!", "", 200,
         "bob@ims.example"},
        {"DELETE " BOB "/public/tel:+49-30-!.*!", "", 200,
         "sip:bob@ims.example"},
        {"GET " BOB "/public/tel:+49-30-!.*!", "", 404, "no public"},
        {"PUT /api/v1/subscribers/tel:+49-40-!.*!",
         "{\"privates\": [{\"impi\": \"pbx@ims.example\","
         " \"digest\": {\"password\": \"p\"}}], \"sets\": [{\"publics\":"
         " [\"tel:+49-40-!.*!\"]}]}",
         201, "tel:+4940!.*!"},
    };

    api_say_all(*state, rows);
}

static void what_is_alone_in_its_set_keeps_who_may_use_it(void **state)
{
#define TWO "/api/v1/subscribers/sip:two@ims.example"
#define WORK TWO "/public/sip:work@ims.example"
    static const struct api_row rows[] = {
        {"POST /api/v1/subscribers",
         "{\"privates\": [{\"impi\": \"card1@ims.example\","
         " \"digest\": {\"password\": \"one\"}},"
         " {\"impi\": \"card2@ims.example\","
         " \"digest\": {\"password\": \"two\"}}],"
         " \"sets\": [{\"publics\": [\"sip:two@ims.example\"]},"
         " {\"publics\": [\"sip:work@ims.example\"],"
         " \"privates\": [\"card2@ims.example\"]}]}",
         201, "\"privates\":[\"card2@ims.example\"]"},
        {"PUT " WORK, "{\"display_name\": \"Work\"}", 200,
         "\"display_name\":\"Work\"}],"
         "\"privates\":[\"card2@ims.example\"]}"},
        {"PUT " WORK, "{\"set\": 1, \"barred\": false}", 200,
         "\"barred\":false}],\"privates\":[\"card2@ims.example\"]}"},
    };
    struct hss_api *f = *state;

    api_say_all(f, rows);
    assert_int_equal(ask_uar(f->w, "card2@ims.example", "sip:work@ims.example"),
                     CX_FIRST_REGISTRATION);
    assert_int_equal(ask_uar(f->w, "card1@ims.example", "sip:work@ims.example"),
                     CX_IDENTITIES_DONT_MATCH);
}

/* proves H-DB-1 */
static void a_private_identity_leaves_the_sets_that_name_it(void **state)
{
#define FRED "/api/v1/subscribers/sip:fred@ims.example"
#define PRIVATE(name) \
    "{\"impi\": \"" name "@ims.example\", \"digest\": {\"password\": \"p\"}}"
    static const struct api_row rows[] = {
        {"POST /api/v1/subscribers",
         "{\"privates\": [" PRIVATE("one") "," PRIVATE("two") "," PRIVATE(
             "three") "], \"sets\": [{\"publics\": [\"sip:fred@ims.example\"],"
                      " \"privates\": [\"one@ims.example\", "
                      "\"two@ims.example\"]},"
                      " {\"publics\": [\"sip:fax@ims.example\"],"
                      " \"privates\": [\"two@ims.example\"]}]}",
         201, "two@ims.example"},
        {"DELETE " FRED "/private/two@ims.example", "", 409,
         "the only private identity of a set"},
        {"GET " FRED, "", 200,
         "\"privates\":[\"one@ims.example\",\"two@ims.example\"]"},
        {"DELETE " FRED "/private/one@ims.example", "", 200,
         "\"barred\":false}],\"privates\":[\"two@ims.example\"]},{"},
        {"DELETE " FRED "/private/three@ims.example", "", 200, "two@"},
        {"DELETE " FRED "/private/two@ims.example", "", 409,
         "only private identity"},
    };

    api_say_all((struct hss_api *)*state, rows);
#undef FRED
#undef PRIVATE
}

static void private_identities_come_and_go(void **state)
{
    static const struct api_row rows[] = {
        {"GET " BOB "/private/bob@ims.example", "", 200,
         "\"has_password\":true"},
        {"GET " BOB "/private/x@ims.example", "", 404, "no private identity"},
        {"PUT " BOB "/private/bob2@ims.example", "{}", 400,
         "no way to "
         "authenticate"},
        {"PUT " BOB "/private/bob2@ims.example",
         "{\"aka\": {\"k\": \"1\","
         " \"opc\": \"2\"}}",
         400, "\"pointer\":\"/aka/k\""},
        {"PUT " BOB "/private/bob2@ims.example",
         "{\"aka\": {\"k\": \"alice-in-ims-box\", \"op\": \"imsbox-operator!\""
         "}}",
         200, "bob2@ims.example"},
        {"PUT " BOB "/private/alice@ims.example",
         "{\"digest\": {\"password\": \"p\"}}", 409, "exists already"},
        {"DELETE " BOB "/private/bob@ims.example", "", 200, "bob2@ims.example"},
        {"DELETE " BOB "/private/bob@ims.example", "", 404,
         "no subscriber has"},
        {"DELETE /api/v1/subscribers/2/private/bob2@ims.example", "", 409,
         "only private identity"},
    };
    struct hss_api *f = *state;

    api_say_all(f, rows);
    assert_int_equal(ask_mar(f->w, "bob2@ims.example", "sip:bob@ims.example",
                             CX_SCHEME_AKAV1),
                     CX_SUCCESS);
}

static void a_leaf_has_the_etag_of_the_whole(void **state)
{
    struct hss_api *f = *state;
    char whole[64], leaf[64];

    assert_int_equal(api_say(f, "GET " BOB, ""), 200);
    api_etag(f, whole);
    assert_int_equal(api_say(f, "GET " BOB "/public/sip:bob@ims.example", ""),
                     200);
    api_etag(f, leaf);
    assert_string_equal(whole, leaf);
    assert_int_equal(api_say_with(f, "PUT " BOB "/public/sip:bob@ims.example",
                                  "{\"barred\": true}", "If-Match", "\"0\""),
                     412);
    assert_int_equal(api_say_with(f, "PUT " BOB "/public/sip:bob@ims.example",
                                  "{\"barred\": true}", "If-Match", whole),
                     200);
}

/* ---- audit -------------------------------------------------------------- */

static void the_last_changes_are_undone_one_by_one(void **state)
{
    struct hss_api *f = *state;
    char first[64], tag[64];
    long a, b;

    assert_int_equal(api_say(f, "GET " BOB, ""), 200);
    api_etag(f, first);
    assert_int_equal(api_say(f, "PATCH " BOB, "{\"name\": \"One\"}"), 200);
    a = api_newest(f);
    api_has(f, "\"before\":{\"id\":2,");
    assert_int_equal(api_say(f, "PATCH " BOB, "{\"password\": \"new\"}"), 200);
    b = api_newest(f);
    assert_int_equal(api_undo_one(f, a), 409);
    api_has(f, "was changed since; undo entry");
    assert_int_equal(api_undo_one(f, b), 200);
    api_has(f, "\"action\":\"undo\"");
    assert_int_equal(api_undo_one(f, b), 409);
    api_has(f, "it was undone by entry");
    assert_int_equal(api_undo_one(f, a), 200);
    assert_int_equal(api_say(f, "GET " BOB, ""), 200);
    api_has(f, "\"display_name\":\"Bob\"");
    api_etag(f, tag);
    assert_string_equal(first, tag); /* it is what it was */
    assert_int_equal(api_undo_one(f, api_newest(f)), 200); /* done again */
    assert_int_equal(api_say(f, "GET " BOB, ""), 200);
    api_has(f, "\"display_name\":\"One\"");
}

static void an_undoing_is_told_to_the_s_cscf(void **state)
{
    struct hss_api *f = *state;
    unsigned before;

    ask_sar(f->w, "bob@ims.example", "sip:bob@ims.example",
            CX_ASSIGN_REGISTRATION);
    assert_int_equal(api_say(f, "PATCH " BOB, "{\"name\": \"One\"}"), 200);
    sim_run_for(f->w->sim, SECOND);
    before = f->w->told.pprs;
    assert_true(before > 0);
    assert_int_equal(api_undo_one(f, api_newest(f)), 200);
    sim_run_for(f->w->sim, SECOND);
    assert_int_equal(f->w->told.pprs, before + 1);
}

static void what_was_deleted_comes_back_with_its_secrets(void **state)
{
    struct hss_api *f = *state;
    long n;

    assert_int_equal(api_say(f, "DELETE " ALICE, ""), 204);
    n = api_newest(f);
    api_has_not(f, "616c6963652d696e");
    api_has(f, "\"after\":null");
    assert_int_equal(api_say(f, "POST /api/v1/audit/4/undo?dry_run=true", ""),
                     404);
    assert_int_equal(api_undo_one(f, n), 200);
    assert_int_equal(api_say(f, "GET /api/v1/subscribers/1", ""), 200);
    api_has(f, "tel:+15551001");
    assert_int_equal(
        ask_mar(f->w, "alice@ims.example", "tel:+15551001", CX_SCHEME_AKAV1),
        CX_SUCCESS);
}

static void what_took_the_place_of_the_deleted_one_stays(void **state)
{
    struct hss_api *f = *state;
    long n;

    assert_int_equal(api_say(f, "DELETE " BOB, ""), 204);
    n = api_newest(f);
    assert_int_equal(api_say(f, "POST /api/v1/subscribers",
                             "{\"name\": \"bob\", \"password\": \"p\"}"),
                     201);
    assert_int_equal(api_undo_one(f, n), 409);
    assert_int_equal(api_undo_one(f, api_newest(f)), 200);
    assert_int_equal(api_undo_one(f, n), 200);
    assert_int_equal(api_say(f, "GET " BOB, ""), 200);
    api_has(f, "\"display_name\":\"Bob\"");
}

static void many(struct buf *out, int first, int n)
{
    buf_str(out, "impu,impi,password\n");
    for (int i = first; i < first + n; i++)
        buf_printf(out, "sip:user%d@ims.example,,secret\n", i);
    buf_char(out, '\0');
}

static unsigned import_csv_text(struct hss_api *f, const char *line, int first,
                                int n)
{
    struct buf text;
    unsigned status;

    buf_init(&text, 1 << 20);
    many(&text, first, n);
    f->type = "text/csv";
    status = api_say(f, line, text.p);
    buf_fini(&text);
    return status;
}

static long add_user(struct hss_api *f, const char *name)
{
    char body[80];

    snprintf(body, sizeof(body), "{\"name\": \"%s\", \"password\": \"p\"}",
             name);
    assert_int_equal(api_say(f, "POST /api/v1/subscribers", body), 201);
    return api_number(f, "id");
}

/* Who still looks at a page of one that was deleted meets nobody else. */
static void an_id_is_given_once(void **state)
{
    struct hss_api *f = *state;
    long zoe = add_user(f, "zoe"), zack, deleted;

    assert_int_equal(
        api_say(f, "DELETE /api/v1/subscribers/zoe@ims.example", ""), 204);
    deleted = api_newest(f);
    zack = add_user(f, "zack");
    assert_int_equal(zack, zoe + 1);
    assert_int_equal(api_undo_one(f, deleted), 200);
    assert_int_equal(api_say(f, "GET /api/v1/subscribers/zoe@ims.example", ""),
                     200);
    assert_int_equal(api_number(f, "id"), zoe);
    assert_int_equal(import_csv_text(f, "POST /api/v1/import", 0, 100), 200);
    assert_int_equal(api_undo_one(f, api_number(f, "audit")), 200);
    sim_run_for(f->w->sim, 2 * SECOND);
    assert_int_equal(add_user(f, "zed"), zack + 101);
    assert_int_equal(import_csv_text(f, "POST /api/v1/import", 0, 2), 200);
    assert_int_equal(api_undo_one(f, api_number(f, "audit")), 200);
    assert_int_equal(add_user(f, "zara"), zack + 104);
    assert_int_equal(api_say(f, "POST /api/v1/reset", ""), 200);
    assert_int_equal(api_say(f, "GET " ALICE, ""), 200);
    assert_int_equal(api_number(f, "id"), zack + 105);
}

/* ---- ranges ------------------------------------------------------------- */

static void a_range_is_made_whole_or_not_at_all(void **state)
{
#define RANGES "POST /api/v1/subscribers/ranges"
    static const struct api_row rows[] = {
        {RANGES "?dry_run=true", "{\"first\": \"1001\", \"count\": 2}", 200,
         "\"number\":\"1002\",\"impi\":\"1002@ims.example\""},
        {RANGES,
         "{\"first\": \"0998\", \"count\": 100, \"name\":"
         " \"Student {n}\", \"password\": \"pw-{n}\"}",
         201,
         "\"impi\":\"student.1097@ims.example\",\"impus\":["
         "\"sip:student.1097@ims.example\",\"sip:1097@ims.example\","
         "\"tel:1097;phone-context=ims.example\"]}"},
        {"GET /api/v1/subscribers?q=student.0999", "", 200,
         "sip:0999@ims.example"},
        {RANGES, "{\"first\": \"1050\", \"count\": 100}", 409,
         "sip:1050@ims.example exists already"},
        {RANGES,
         "{\"first\": \"1290\", \"count\": 1, \"profile\":"
         " \"gold\"}",
         400, "no service profile named gold"},
        {RANGES,
         "{\"first\": \"+15559000\", \"count\": 40, \"generate\":"
         " \"key\", \"op\": \"imsbox-operator!\"}",
         201,
         "\"impus\":[\"sip:+15559039@ims.example\","
         "\"tel:+15559039\"]"},
        {RANGES,
         "{\"first\": \"+15559100\", \"count\": 1, \"display_name\": \"No. "
         "{n}\"}",
         201, "\"impi\":\"+15559100@ims.example\""},
        {"GET /api/v1/subscribers?q=15559100", "", 200,
         "\"display_name\":\"No. 15559100\""},
        {RANGES, "{\"first\": \"x\", \"count\": 1}", 400,
         "\"pointer\":\"/first\""},
        {RANGES, "{\"first\": \"1\", \"count\": 0}", 400,
         "\"pointer\":\"/count\""},
        {RANGES, "{\"first\": \"1\", \"count\": 5001}", 400,
         "\"pointer\":\"/count\""},
        {RANGES, "{\"first\": \"1\", \"count\": 2, \"name\": \"x\"}", 400,
         "{n} in it stands for the number"},
        {RANGES, "{\"first\": \"1\", \"count\": 2, \"k\": \"x\"}", 400,
         "\"pointer\":\"/"},
        {RANGES, "{\"first\": \"1\", \"count\": 2, \"generate\": \"x\"}", 400,
         "password or key was expected"},
        {"GET /api/v1/subscribers?limit=1", "", 200, "\"total\":143"},
        {"GET /api/v1/audit?limit=1", "", 200, "\"what\":\"1 from +15559100\""},
    };
    struct hss_api *f = *state;

    api_say_all(f, rows);
    assert_int_equal(ask_mar(f->w, "student.1000@ims.example",
                             "sip:1000@ims.example", CX_SCHEME_DIGEST),
                     CX_SUCCESS);
    assert_int_equal(ask_mar(f->w, "+15559007@ims.example", "tel:+15559007",
                             CX_SCHEME_AKAV1),
                     CX_SUCCESS);
    assert_int_equal(api_undo_one(f, api_newest(f)), 200);
    assert_int_equal(api_say(f, "GET /api/v1/subscribers?limit=1", ""), 200);
    api_has(f, "\"total\":142");
}

/* ---- imports ------------------------------------------------------------ */

static void an_import_is_seen_at_once_and_undone_at_once(void **state)
{
    struct hss_api *f = *state;
    long n;

    assert_int_equal(import_csv_text(f, "POST /api/v1/import", 0, 500), 200);
    api_has(f, "\"inserted\":500,\"unchanged\":0");
    n = api_number(f, "audit");
    assert_int_equal(api_say(f, "GET /api/v1/subscribers?q=user499", ""), 200);
    api_has(f, "\"total\":502");
    api_has(f, "sip:user499@ims.example");
    assert_int_equal(import_csv_text(f, "POST /api/v1/import", 499, 2), 200);
    api_has(f, "\"inserted\":1,\"unchanged\":1");
    assert_int_equal(api_undo_one(f, n), 200);
    assert_int_equal(api_say(f, "GET /api/v1/subscribers?q=user", ""), 200);
    api_has(f, "\"total\":3");
    api_has_not(f, "user499");
    sim_run_for(f->w->sim, 2 * SECOND); /* and cleaned behind that */
    assert_int_equal(import_csv_text(f, "POST /api/v1/import", 0, 500), 200);
    api_has(f, "\"inserted\":500,\"unchanged\":0");
}

static void an_import_of_which_one_was_changed_stays(void **state)
{
    struct hss_api *f = *state;
    long n;

    assert_int_equal(import_csv_text(f, "POST /api/v1/import", 0, 100), 200);
    n = api_number(f, "audit");
    assert_int_equal(api_say(f,
                             "PATCH /api/v1/subscribers/sip:user7@"
                             "ims.example",
                             "{\"name\": \"Seven\"}"),
                     200);
    assert_int_equal(api_undo_one(f, n), 409);
    api_has(f, "1 of its subscribers were changed or deleted since");
    assert_int_equal(api_undo_one(f, api_newest(f)), 200);
    assert_int_equal(api_undo_one(f, n), 200);
}

static void nothing_of_an_import_is_seen_before_its_end(void **state)
{
    struct hss_api *f = *state;
    bool seen = false;

    assert_int_equal(
        import_csv_text(f, "POST /api/v1/import?wait=false", 0, 1000), 202);
    api_has(f, "\"state\":\"checking\"");
    for (int i = 0; i < 1000 && !seen; i++) {
        assert_int_equal(api_say(f, "GET /api/v1/subscribers?limit=1", ""),
                         200);
        seen = api_number(f, "total") != 2;
        if (seen)
            break;
        assert_int_equal(ask_lir(f->w, "sip:user0@ims.example"),
                         CX_USER_UNKNOWN);
        assert_int_equal(ask_lir(f->w, "sip:alice@ims.example"),
                         CX_IDENTITY_NOT_REGISTERED);
    }
    assert_int_equal(api_number(f, "total"), 1002);
    assert_int_equal(api_say(f, "GET /api/v1/imports/1", ""), 200);
    api_has(f, "\"state\":\"done\"");
    assert_int_equal(ask_lir(f->w, "sip:user0@ims.example"),
                     CX_IDENTITY_NOT_REGISTERED);
}

static void import_until_some_are_stored(struct hss_api *f)
{
    assert_int_equal(
        import_csv_text(f, "POST /api/v1/import?wait=false", 0, 2000), 202);
    for (int i = 0; i < 200; i++) {
        assert_int_equal(api_say(f, "GET /api/v1/imports/1", ""), 200);
        if (api_number(f, "stored") > 100)
            break;
        sim_run_for(f->w->sim, MSEC);
    }
    api_has(f, "\"state\":\"storing\"");
}

static void an_import_that_is_given_up_leaves_nothing(void **state)
{
    struct hss_api *f = *state;

    import_until_some_are_stored(f);
    assert_int_equal(api_say(f, "DELETE /api/v1/imports/1", ""), 204);
    sim_run_for(f->w->sim, 2 * SECOND);
    assert_int_equal(api_say(f, "GET /api/v1/imports/1", ""), 200);
    api_has(f, "\"state\":\"cancelled\"");
    assert_int_equal(api_say(f, "GET /api/v1/audit?limit=1", ""), 200);
    api_has_not(f, "upload");
    assert_int_equal(import_csv_text(f, "POST /api/v1/import", 0, 10), 200);
    api_has(f, "\"inserted\":10");
}

/* The catalogue of a file goes with it. */
static void a_catalogue_that_is_given_up_leaves_nothing(void **state)
{
    struct hss_api *f = *state;
    struct buf text;

    buf_init(&text, 1 << 20);
    buf_str(&text, "profiles: [{name: voice}, {name: fresh}]\nsubscribers:\n");
    for (int i = 0; i < 1500; i++)
        buf_printf(&text, "  - {impu: sip:u%d@x, digest: {password: p}}\n", i);
    buf_char(&text, '\0');
    f->type = "application/yaml";
    assert_int_equal(api_say(f, "POST /api/v1/import?wait=false", text.p), 202);
    buf_fini(&text);
    for (int i = 0; i < 200; i++) {
        assert_int_equal(api_say(f, "GET /api/v1/imports/1", ""), 200);
        if (api_number(f, "stored") > 100)
            break;
        sim_run_for(f->w->sim, MSEC);
    }
    assert_int_equal(api_say(f, "GET /api/v1/profiles/fresh", ""), 200);
    assert_int_equal(api_say(f, "DELETE /api/v1/imports/1", ""), 204);
    sim_run_for(f->w->sim, 2 * SECOND);
    assert_int_equal(api_say(f, "GET /api/v1/profiles/fresh", ""), 404);
    assert_int_equal(api_say(f, "GET /api/v1/profiles/voice", ""), 200);
}

static void a_file_comes_in_parts(void **state)
{
    static const struct api_row rows[] = {
        {"POST /api/v1/imports", "{\"format\": \"csv\", \"name\": \"c.csv\"}",
         201, "\"state\":\"open\""},
        {"PUT /api/v1/imports/1/part?offset=0", "impu,password\nsip:pa", 200,
         "\"bytes\":20"},
        {"PUT /api/v1/imports/1/part?offset=0", "x", 409,
         "the next part begins at 20"},
        {"PUT /api/v1/imports/1/part", "x", 400, "?offset=20"},
        {"PUT /api/v1/imports/1/part?offset=20", "rt@ims.example,p\nbad\n", 200,
         "\"bytes\":41"},
        {"POST /api/v1/imports/1/run", "", 202, "\"state\":\"checking\""},
        {"PUT /api/v1/imports/1/part?offset=41", "x", 409, "only an open one"},
        {"POST /api/v1/imports", "{\"format\": \"xml\"}", 400, "/format"},
        {"GET /api/v1/imports/7", "", 404, "no import 7"},
        {"GET /api/v1/imports/x", "", 400, "a number was expected"},
    };
    struct hss_api *f = *state;

    api_say_all(f, rows);
    sim_run_for(f->w->sim, SECOND);
    assert_int_equal(api_say(f, "GET /api/v1/imports/1", ""), 200);
    api_has(f, "\"state\":\"failed\"");
    api_has(f, "{\"line\":3,\"detail\":\"1 fields; 2 were expected\"}");
    assert_int_equal(api_say(f, "GET /api/v1/subscribers?q=part", ""), 200);
    api_has(f, "\"subscribers\":[]");
    assert_int_equal(api_say(f, "GET /api/v1/imports", ""), 200);
    api_has(f, "c.csv");
}

static void neither_name_of_a_number_goes_alone(void **state)
{
    static const struct api_row rows[] = {
        {"PUT /api/v1/subscribers/2/public/tel:+15559", "{}", 200,
         "tel:+15559"},
        {"DELETE /api/v1/subscribers/2/public/tel:+15559", "", 200, "sip:bob@"},
        {"PUT /api/v1/subscribers/2/public/tel:+15559", "{}", 200,
         "tel:+15559"},
        {"DELETE /api/v1/subscribers/2/public/sip:bob@ims.example", "", 200,
         "sip:+15559@ims.example"},
        {"DELETE /api/v1/subscribers/2/public/tel:+15559", "", 409,
         "two names of a number"},
        {"DELETE /api/v1/subscribers/2/public/sip:+15559@ims.example", "", 409,
         "two names of a number"},
        {"DELETE /api/v1/subscribers/2/private/bob@ims.example", "", 409,
         "only private identity; delete the subscriber"},
    };
    struct hss_api *f = *state;

    api_say_all(f, rows);
}

#define DORA "/api/v1/subscribers/dora@ims.example"
/* TS 23.228 5.2.1a: an identity is in one set. */
static void an_identity_stands_in_one_set(void **state)
{
#define PRIVATES                                       \
    "{\"privates\": [{\"impi\": \"dora@ims.example\"," \
    " \"digest\": {}}], \"sets\": "
    static const struct api_row rows[] = {
        {"POST /api/v1/subscribers",
         "{\"name\": \"Dora\", \"number\": \"+15551\", \"password\": \"p\"}",
         201, "tel:+15551"},
        {"PUT " DORA,
         PRIVATES "[{\"publics\": [\"sip:dora@ims.example\","
                  " \"sip:dora@ims.example\"]}]}",
         400, "\"pointer\":\"/sets/0/publics/1\""},
        {"PUT " DORA,
         PRIVATES "[{\"publics\": [\"sip:dora@ims.example\"]},"
                  " {\"publics\": [\"sip:Dora@ims.example\"]},"
                  " {\"publics\": [\"sip:dora@ims.example;x=y\"]}]}",
         400,
         "/sets/2/publics/0: the public identity sip:dora@ims.example "
         "stands here twice"},
        {"PUT " DORA "/public/sip:+15551@ims.example", "{\"set\": 1}", 200,
         "{\"publics\":[{\"impu\":\"sip:+15551@ims.example\",\"type\":\"user\","
         "\"barred\":false}]}"},
    };
    struct hss_api *f = *state;

    api_say_all(f, rows);
    assert_int_equal(api_say(f, "DELETE " DORA, ""), 204);
    assert_int_equal(api_undo_one(f, api_newest(f)), 200);
    assert_int_equal(api_say(f, "GET " DORA, ""), 200);
}

static void imports_at_a_time_are_few(void **state)
{
    struct hss_api *f = *state;

    for (int i = 0; i < 4; i++)
        assert_int_equal(
            api_say(f, "POST /api/v1/imports", "{\"format\": \"csv\"}"), 201);
    assert_int_equal(
        api_say(f, "POST /api/v1/imports", "{\"format\": \"csv\"}"), 503);
    api_has(f, "4 imports are on their way");
    assert_non_null(strstr(f->a.headers, "Retry-After: 5\n"));
    assert_int_equal(api_say(f, "DELETE /api/v1/imports/2", ""), 204);
    assert_int_equal(
        api_say(f, "POST /api/v1/imports", "{\"format\": \"csv\"}"), 201);
}

static void a_dry_import_counts_and_keeps_nothing(void **state)
{
    struct hss_api *f = *state;

    assert_int_equal(
        import_csv_text(f, "POST /api/v1/import?dry_run=true", 0, 200), 200);
    api_has(f, "\"inserted\":200,\"unchanged\":0");
    assert_int_equal(api_say(f, "GET /api/v1/subscribers", ""), 200);
    api_has(f, "\"total\":2");
}

/* ---- reset -------------------------------------------------------------- */

static void a_reset_ends_an_import_on_its_way(void **state)
{
    struct hss_api *f = *state;

    import_until_some_are_stored(f);
    assert_int_equal(api_say(f, "POST /api/v1/reset", ""), 200);
    api_has(f, "{\"subscribers\":2}");
    sim_run_for(f->w->sim, 2 * SECOND);
    assert_int_equal(api_say(f, "GET /api/v1/imports/1", ""), 200);
    api_has(f, "\"state\":\"cancelled\"");
    assert_int_equal(api_say(f, "GET /api/v1/subscribers?q=user", ""), 200);
    api_has(f, "\"subscribers\":[]");
    assert_int_equal(ask_lir(f->w, "sip:user0@ims.example"), CX_USER_UNKNOWN);
    assert_int_equal(import_csv_text(f, "POST /api/v1/import", 0, 10), 200);
    api_has(f, "\"inserted\":10");
}

static void a_reset_is_the_topologys_start(void **state)
{
    struct hss_api *f = *state;
    long n;

    assert_int_equal(import_csv_text(f, "POST /api/v1/import", 0, 300), 200);
    n = api_number(f, "audit");
    assert_int_equal(api_say(f, "DELETE " ALICE, ""), 204);
    assert_int_equal(api_say(f, "POST /api/v1/reset", ""), 200);
    api_has(f, "{\"subscribers\":2}");
    assert_int_equal(api_say(f, "GET " ALICE, ""), 200);
    assert_int_equal(api_say(f, "GET /api/v1/subscribers?q=user", ""), 200);
    api_has(f, "\"subscribers\":[]");
    assert_int_equal(api_undo_one(f, n), 409);
    api_has(f, "the network was reset since");
    assert_int_equal(ask_mar(f->w, "alice@ims.example", "sip:alice@ims.example",
                             CX_SCHEME_AKAV1),
                     CX_SUCCESS);
    assert_int_equal(api_say(f, "GET /readyz", ""), 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
        T(public_identities_come_move_and_go),
        T(a_wildcard_is_found_as_it_is_spelt),
        T(what_is_alone_in_its_set_keeps_who_may_use_it),
        T(private_identities_come_and_go),
        T(a_private_identity_leaves_the_sets_that_name_it),
        T(a_leaf_has_the_etag_of_the_whole),
        T(the_last_changes_are_undone_one_by_one),
        T(an_undoing_is_told_to_the_s_cscf),
        T(what_was_deleted_comes_back_with_its_secrets),
        T(what_took_the_place_of_the_deleted_one_stays),
        T(an_id_is_given_once),
        T(a_range_is_made_whole_or_not_at_all),
        T(an_import_is_seen_at_once_and_undone_at_once),
        T(an_import_of_which_one_was_changed_stays),
        T(nothing_of_an_import_is_seen_before_its_end),
        T(an_import_that_is_given_up_leaves_nothing),
        T(a_catalogue_that_is_given_up_leaves_nothing),
        T(a_file_comes_in_parts),
        T(neither_name_of_a_number_goes_alone),
        T(an_identity_stands_in_one_set),
        T(imports_at_a_time_are_few),
        T(a_dry_import_counts_and_keeps_nothing),
        T(a_reset_is_the_topologys_start),
        T(a_reset_ends_an_import_on_its_way),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
