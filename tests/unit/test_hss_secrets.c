/* SPDX-License-Identifier: MIT
 *
 * Secrets and sequence numbers by the admin interface.
 */
#include "hss/vectors.h"
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

static void a_password_is_taken_away_from_who_has_a_key(void **state)
{
#define ALICES "PUT " ALICE "/private/alice@ims.example"
    static const char *const lines[][2] = {
        {ALICES, "{\"aka\": {}}"},
        {"PATCH " ALICE, "{\"privates\": [{\"impi\": \"alice@ims.example\","
                         " \"aka\": {}}]}"},
        {"PATCH " ALICE, "{\"password\": null}"},
    };
    static const struct api_row given[] = {
        {"PATCH " ALICE, "{\"password\": \"p\"}", 200, "\"has_password\":true"},
        /* "digest" without a password is as a change of something else */
        {ALICES, "{\"aka\": {}, \"digest\": {}}", 200, "\"has_password\":true"},
        {"PATCH " ALICE, "{\"name\": \"Alice\"}", 200, "\"has_password\":true"},
    };
    struct hss_api *f = *state;

    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        api_say_all(f, given);
        assert_int_equal(ask_mar(f->w, "alice@ims.example",
                                 "sip:alice@ims.example", CX_SCHEME_DIGEST),
                         CX_SUCCESS);
        assert_int_equal(api_say(f, lines[i][0], lines[i][1]), 200);
        api_has(f, "\"has_key\":true");
        api_has_not(f, "has_password");
        assert_int_equal(ask_mar(f->w, "alice@ims.example",
                                 "sip:alice@ims.example", CX_SCHEME_DIGEST),
                         CX_AUTH_SCHEME_NOT_SUPPORTED);
    }
    assert_int_equal(api_say(f, "PATCH " BOB, "{\"password\": null}"), 400);
    api_has(f, "aka or digest was expected");
}

static void secrets_are_shown_by_name_and_noted(void **state)
{
    static const struct api_row rows[] = {
        {"GET " ALICE "/private/alice@ims.example/secrets", "", 200,
         "\"k\":\"616c6963652d696e2d696d732d626f78\""},
        {"GET " BOB "/private/bob@ims.example/secrets", "", 200,
         "\"algorithm\":\"MD5\""},
        {"GET " BOB "/private/alice@ims.example/secrets", "", 404,
         "no identity of subscriber 2"},
        {"GET /api/v1/audit", "", 200,
         "\"who\":\"teacher\",\"action\":\"secrets\",\"what\":"
         "\"bob@ims.example\""},
    };
    struct hss_api *f = *state;

    api_say_all(f, rows);
    api_has_not(f, "616c6963652d696e");
}

static void viewers_do_not_see_secrets(void **state)
{
    struct hss_api *f = *state;
    struct api_request rq = {.who = {API_VIEWER, S("student")},
                             .method = S("GET"),
                             .path =
                                 S(ALICE "/private/alice@ims.example/secrets")};

    api_serve(f->w->node, &rq, on_api_answer, &f->a);
    assert_int_equal(f->a.status, 403);
}

#define SQN ALICE "/private/alice@ims.example/sqn"

/* The highest number given after so many more challenges. */
static long number_after(struct hss_api *f, unsigned challenges)
{
    for (unsigned i = 0; i < challenges; i++)
        assert_int_equal(ask_mar(f->w, "alice@ims.example", "tel:+15551001",
                                 CX_SCHEME_AKAV1),
                         CX_SUCCESS);
    assert_int_equal(api_say(f, "GET " SQN, ""), 200);
    return api_number(f, "sqn");
}

static void numbers_go_forwards_and_by_force_back(void **state)
{
    static const struct api_row rows[] = {
        {"GET " SQN, "", 200, "\"sqn\":0,\"sqn_hex\":\"000000000000\""},
        {"PUT " SQN, "{\"sqn\": 320}", 200, "\"next\":353"},
        {"GET " SQN, "", 200, "\"sqn\":320"},
        {"PUT " SQN, "{\"sqn\": 32}", 409, "\\\"force\\\": true"},
        {"PUT " SQN "?dry_run=true", "{\"sqn\": 32, \"force\": true}", 200,
         "synchronisation failure"},
        {"GET " SQN, "", 200, "\"sqn\":320"},
        {"PUT " SQN, "{\"sqn\": \"000000000020\", \"force\": true}", 200,
         "\"warning\":\"backwards"},
        {"GET " SQN, "", 200, "\"sqn\":32"},
        {"PUT " SQN, "{\"sqn\": 281474976710655}", 200, "more than 2^28 steps"},
        {"PUT " SQN, "{\"sqn\": 281474976710656}", 400, "below 2^48"},
        {"PUT " SQN, "{\"sqn\": -1}", 400, "\"pointer\":\"/sqn\""},
        {"PUT " SQN, "{\"sqn\": 1, \"force\": \"yes\"}", 400, "/force"},
        {"PUT " SQN, "{\"ssqn\": 1}", 400, "/ssqn"},
        {"GET " BOB "/private/bob@ims.example/sqn", "", 409, "no key"},
    };
    struct hss_api *f = *state;

    api_say_all(f, rows);
    assert_int_equal(api_say(f, "PUT " SQN, "{\"sqn\": 64, \"force\": true}"),
                     200);
    ask_mar(f->w, "alice@ims.example", "sip:alice@ims.example",
            CX_SCHEME_AKAV1);
    assert_int_equal(api_say(f, "GET " SQN, ""), 200);
    api_has(f, "\"sqn\":97");
}

/* The highest that may have been given, as it is stored. */
static uint64_t ceiling(struct hss_api *f)
{
    struct store *s = f->w->hss->store;
    struct store_private alice;
    struct subscriber_private card;
    struct arena a;
    struct why why;

    arena_init(&a, 0, 1 << 20);
    assert_ok(store_find_private(s, S("alice@ims.example"), &alice, &why),
              &why);
    assert_ok(store_authentication(s, &a, alice.id, &card, &why), &why);
    arena_fini(&a);
    return card.sqn;
}

/* Behind a block that was begun: what is set counts, not what is left of it.
 * proves H-AUC-1 */
static void a_number_that_is_set_ends_the_block(void **state)
{
    struct hss_api *f = *state;
    uint64_t most;
    char body[80];

    assert_true(number_after(f, 1) < 320);
    assert_int_equal(api_say(f, "PUT " SQN, "{\"sqn\": 320000}"), 200);
    assert_int_equal(number_after(f, 1), 320033);
    assert_int_equal(api_say(f, "PUT " SQN, "{\"sqn\": 320}"), 409);
    assert_int_equal(api_say(f, "PUT " SQN, "{\"sqn\": 320, \"force\": true}"),
                     200);
    assert_int_equal(number_after(f, 1), 353);
    /* just as high as the block reaches */
    most = ceiling(f);
    assert_true(most > 353);
    snprintf(body, sizeof(body), "{\"sqn\": %llu}", (unsigned long long)most);
    assert_int_equal(api_say(f, "PUT " SQN, body), 200);
    assert_true((uint64_t)number_after(f, 1) > most);
}

/* The block is used up, and the next one is being reserved when the call comes:
 * a number of it is given before the call's turn. proves H-AUC-1 */
static void
a_number_that_is_set_behind_a_challenge_gives_none_out_again(void **state)
{
    struct cx_auth_item item = {.scheme = S(CX_SCHEME_AKAV1)};
    struct cx_mar mar = {.impi = S("alice@ims.example"),
                         .impu = S("tel:+15551001"),
                         .item = &item,
                         .count = 1,
                         .server_name = S(SCSCF1)};
    struct hss_api *f = *state;
    uint64_t used = (uint64_t)number_after(f, VECTORS_BLOCK);
    char body[80];
    unsigned before = f->a.count;

    assert_int_equal(used, ceiling(f));
    sim_work_latency(f->w->sim, 200 * MSEC);
    hss_send_mar(f->w, &mar);
    sim_run_for(f->w->sim, 100 * MSEC);
    snprintf(body, sizeof(body), "{\"sqn\": %llu}", (unsigned long long)used);
    api_begin(f, "PUT " SQN, body);
    assert_int_equal(f->a.count, before);
    sim_run_for(f->w->sim, SECOND);
    assert_int_equal(f->a.count, before + 1);
    assert_int_equal(f->a.status, 409);
    api_has(f, "the number goes back");
    assert_true((uint64_t)number_after(f, 0) > used);
    /* what is forward of that is taken */
    snprintf(body, sizeof(body), "{\"sqn\": %llu}",
             (unsigned long long)ceiling(f));
    assert_int_equal(api_say(f, "PUT " SQN, body), 200);
}

/* TS 35.208 test set 1. */
static void opc_is_derived(void **state)
{
    static const struct api_row rows[] = {
        {"POST /api/v1/tools/opc",
         "{\"k\": \"465B5CE8B199B49FAA5F0A2EE238A6BC\","
         " \"op\": \"cdc202d5123e20f62b6d676ac72cb318\"}",
         200, "\"opc\":\"cd63cb71954a9f4e48a5994e37a02baf\""},
        {"POST /api/v1/tools/opc", "{\"k\": \"46\", \"op\": \"cd\"}", 400,
         "\"pointer\":\"/k\""},
        {"POST /api/v1/tools/opc",
         "{\"k\": \"465B5CE8B199B49FAA5F0A2EE238A6BC\"}", 400,
         "\"pointer\":\"/op\""},
    };

    api_say_all((struct hss_api *)*state, rows);
}

/* Her card has seen them: TS 33.102 C.1.1.1. proves H-AUC-1 */
static void an_undoing_gives_no_number_out_again(void **state)
{
    struct hss_api *f = *state;
    long most = number_after(f, 1);

    assert_int_equal(api_say(f, "PATCH " ALICE, "{\"name\": \"Al\"}"), 200);
    for (int i = 0; i < 4; i++) { /* undone, done again */
        long before = number_after(f, 2 * VECTORS_BLOCK), after;

        assert_true(before > most);
        assert_int_equal(api_undo_one(f, api_newest(f)), 200);
        after = number_after(f, 1);
        assert_true(after > before);
        most = after;
    }
    assert_int_equal(api_say(f, "DELETE " ALICE, ""), 204);
    assert_int_equal(api_undo_one(f, api_newest(f)), 200);
    assert_true(number_after(f, 1) > most);
}

/* proves H-AUC-1 */
static void a_key_comes_back_with_the_number_it_had(void **state)
{
    struct hss_api *f = *state;
    long most = number_after(f, 1);

    assert_int_equal(
        api_say(f, "PUT " ALICE "/private/alice@ims.example",
                "{\"aka\": {\"k\": \"another-card-key\","
                " \"op\": \"imsbox-operator!\", \"sqn\": 1000000}}"),
        200);
    assert_true(number_after(f, 1) > 1000000);
    assert_int_equal(api_undo_one(f, api_newest(f)), 200);
    assert_in_range(number_after(f, 1), most + 1, 100000);
}

/* proves H-AUC-1 */
static void a_number_that_was_given_ahead_stays_when_it_is_undone(void **state)
{
    struct hss_api *f = *state;
    long n, most;

    assert_int_equal(api_say(f, "PUT " ALICE "/private/alice@ims.example",
                             "{\"aka\": {\"sqn\": 64000}}"),
                     200);
    n = api_newest(f);
    most = number_after(f, 1);
    assert_true(most > 64000);
    assert_int_equal(api_undo_one(f, n), 200);
    assert_true(number_after(f, 1) > most);
    assert_int_equal(api_undo_one(f, n), 409);
    api_has(f, "it was undone by entry");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
        T(a_password_is_taken_away_from_who_has_a_key),
        T(secrets_are_shown_by_name_and_noted),
        T(viewers_do_not_see_secrets),
        T(numbers_go_forwards_and_by_force_back),
        T(a_number_that_is_set_ends_the_block),
        T(a_number_that_is_set_behind_a_challenge_gives_none_out_again),
        T(opc_is_derived),
        T(an_undoing_gives_no_number_out_again),
        T(a_key_comes_back_with_the_number_it_had),
        T(a_number_that_was_given_ahead_stays_when_it_is_undone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
