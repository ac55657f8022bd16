/* SPDX-License-Identifier: MIT */
#include "hss/ppr.h"
#include "support/hss_served.h"

/* What the HSS tells an S-CSCF by itself: PPR, and what a change means.
 *
 * proves H-CX-5 H-CX-6 */

static void what_is_stored_is_pushed(void **state)
{
    struct served *f = *state;

    bring_in(f->w, "alice@ims.example", "sip:alice@ims.example");
    assert_int_equal(push(f, ALICE), IMS_OK);
    assert_true(f->success);
    assert_int_equal(f->w->told.pprs, 1);
    assert_string_equal(f->w->told.impi, "alice@ims.example");
    assert_has(slice_of(f->w->told.user_data), "tel:+15551001");
    assert_string_equal(f->w->told.ccf, "aaa://ccf.ims.example");
    assert_int_equal(push(f, ERIN), IMS_CONFLICT);
    assert_has(slice_of(f->why.text), "nobody to tell");
}

static void
an_scscf_that_was_replaced_amid_the_tries_is_pushed_nothing(void **state)
{
    struct served *f = *state;
    struct slice impu = S("sip:alice@ims.example");
    struct cx_auth_item item = {.scheme = S(CX_SCHEME_DIGEST)};
    struct cx_mar mar = {.impi = S("alice@ims.example"),
                         .impu = impu,
                         .item = &item,
                         .count = 1,
                         .server_name = S(SCSCF2)};
    struct cx_sar sar = {.impi = S("alice@ims.example"),
                         .impus = {&impu, 1},
                         .server_name = S(SCSCF2),
                         .type = CX_ASSIGN_REGISTRATION};
    unsigned before = f->ended;

    f->w->told.script[0] = CX_TOO_BUSY;
    f->w->told.nscript = 1;
    bring_in(f->w, "alice@ims.example", "sip:alice@ims.example");
    hss_push(f->w->hss, &(struct push_ask){.sub = ALICE}, on_told, f);
    sim_run_for(f->w->sim, 200 * MSEC);
    assert_int_equal(f->w->told.pprs, 1);
    assert_int_equal(hss_ask_mar(f->w, &mar), CX_SUCCESS);
    assert_int_equal(hss_ask_sar(f->w, &sar), CX_SUCCESS);
    wait_told(f, before);
    assert_int_equal(f->w->told.pprs, 1);
    assert_has(slice_of(f->sentence), "does not serve the user any more");
}

/* Nothing tells the HSS that an S-CSCF has them. */
static void shared_criteria_are_pushed_themselves(void **state)
{
    struct served *f = *state;

    bring_in(f->w, "frank@ims.example", "sip:frank@ims.example");
    assert_int_equal(push(f, FRANK), IMS_OK);
    assert_has(slice_of(f->w->told.user_data), "sip:old.ims.example");
}

/* 6.2.2.1: another private identity is tried. */
static void
an_scscf_that_does_not_know_one_private_identity_may_know_another(void **state)
{
    struct served *f = *state;

    f->w->told.script[0] = CX_USER_UNKNOWN;
    f->w->told.script[1] = CX_SUCCESS;
    f->w->told.nscript = 2;
    bring_in(f->w, "phone@ims.example", "sip:erin@ims.example");
    bring_in(f->w, "soft@ims.example", "sip:erin@ims.example");
    assert_int_equal(push(f, ERIN), IMS_OK);
    assert_true(f->success);
    assert_int_equal(f->w->told.pprs, 2);
    assert_string_equal(f->w->told.impi, "soft@ims.example");
    f->w->told.nscript = 1;
    assert_int_equal(push(f, ERIN), IMS_OK);
    assert_false(f->success);
    assert_int_equal(f->w->told.pprs, 4);
}

/* 6.2.2.1 */
static void a_profile_that_is_too_large_ends_the_registration(void **state)
{
    struct served *f = *state;

    f->w->told.script[0] = CX_TOO_MUCH_DATA;
    f->w->told.script[1] = CX_SUCCESS;
    f->w->told.nscript = 2;
    bring_in(f->w, "alice@ims.example", "sip:alice@ims.example");
    assert_int_equal(push(f, ALICE), IMS_OK);
    assert_false(f->success);
    assert_has(slice_of(f->sentence), "no room for the profile");
    sim_run_for(f->w->sim, SECOND);
    assert_int_equal(f->w->told.rtrs, 1);
    assert_int_equal(f->w->told.reason, CX_SERVER_CHANGE);
    assert_int_equal(state_of(f, "sip:alice@ims.example"), NOT_REGISTERED);
}

/* ---- what a change means ------------------------------------------------ */

#define PHONE "{\"impi\": \"phone@ims.example\", \"digest\": {}}"
#define SOFT "{\"impi\": \"soft@ims.example\", \"digest\": {}}"
#define HIDDEN "{\"impu\": \"sip:hidden@ims.example\", \"barred\": true}"
#define JSON(privates, publics) \
    "{\"privates\": [" privates "], \"sets\": [{\"publics\": [" publics "]}]}"

static void a_change_is_told_as_the_specification_lets_it_be_told(void **state)
{
    static const struct {
        const char *json;
        unsigned rtrs, pprs;
        enum cx_reason reason;
        const char *impi, *associated;
        enum registration_state state;
    } rows[] = {
        /* one identity more */
        {JSON(PHONE "," SOFT, HIDDEN ", \"sip:erin@ims.example\", "
                                     "\"sip:new@ims.example\""),
         0, 1, CX_PERMANENT_TERMINATION, "phone@ims.example", "", REGISTERED},
        /* another default */
        {JSON(PHONE "," SOFT,
              "\"sip:new@ims.example\", \"sip:erin@ims.example\""),
         1, 0, CX_SERVER_CHANGE, "phone@ims.example", "soft@ims.example",
         NOT_REGISTERED},
        /* a private identity less */
        {JSON(PHONE, HIDDEN ", \"sip:erin@ims.example\""), 1, 1,
         CX_PERMANENT_TERMINATION, "phone@ims.example", "", REGISTERED},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct served *f;

        (void)served_teardown(state);
        (void)served_setup(state);
        f = *state;
        bring_in(f->w, "phone@ims.example", "sip:erin@ims.example");
        bring_in(f->w, "soft@ims.example", "sip:erin@ims.example");
        assert_int_equal(edit(f, "PUT /api/v1/subscribers/2", rows[i].json),
                         200);
        assert_has(slice_of(f->sentence), "\"success\":true");
        assert_int_equal(f->w->told.rtrs, rows[i].rtrs);
        assert_int_equal(f->w->told.pprs, rows[i].pprs);
        assert_int_equal(f->w->told.reason, rows[i].reason);
        assert_string_equal(f->w->told.impi, rows[i].impi);
        assert_string_equal(f->w->told.associated, rows[i].associated);
        assert_int_equal(state_of(f, "sip:erin@ims.example"), rows[i].state);
    }
}

static void who_is_deleted_is_ended_at_the_scscf(void **state)
{
    struct served *f = *state;

    bring_in(f->w, "phone@ims.example", "sip:erin@ims.example");
    assert_int_equal(edit(f, "DELETE /api/v1/subscribers/2", ""), 200);
    assert_has(slice_of(f->sentence), "\"result\":\"DIAMETER_SUCCESS\"");
    assert_int_equal(f->w->told.rtrs, 1);
    assert_int_equal(f->w->told.reason, CX_PERMANENT_TERMINATION);
    assert_string_equal(f->w->told.impus,
                        "sip:hidden@ims.example sip:erin@ims.example");
}

/* Nobody has registered them: an RTR names any private identity of the set, or
 * the service itself. */
static void who_was_served_as_unregistered_is_ended_by_any_name(void **state)
{
    static const struct {
        const char *impu, *line, *impi, *impus;
    } rows[] = {
        {"sip:fax@ims.example",
         "DELETE /api/v1/subscribers/2/public/sip:fax@ims.example",
         "soft@ims.example", "sip:fax@ims.example"},
        {"sip:erin@ims.example", "DELETE /api/v1/subscribers/2",
         "phone@ims.example", "sip:hidden@ims.example sip:erin@ims.example"},
        {"sip:pizza@ims.example", "DELETE /api/v1/subscribers/3",
         "sip:pizza@ims.example", "sip:pizza@ims.example"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct served *f;

        (void)served_teardown(state);
        (void)served_setup(state);
        f = *state;
        assert_int_equal(ask_sar(f->w, "", rows[i].impu, CX_UNREGISTERED_USER),
                         CX_SUCCESS);
        assert_int_equal(edit(f, rows[i].line, ""), 200);
        assert_has(slice_of(f->sentence), "\"success\":true");
        assert_int_equal(f->w->told.rtrs, 1);
        assert_string_equal(f->w->told.impi, rows[i].impi);
        assert_string_equal(f->w->told.associated, "");
        assert_string_equal(f->w->told.impus, rows[i].impus);
    }
}

/* RTR has no other name of it. */
static void a_wildcard_alone_is_ended_by_itself(void **state)
{
    struct served *f = *state;

    assert_int_equal(edit(f, "POST /api/v1/subscribers",
                          "{\"impu\": {\"impu\": \"sip:room-!.*!@ims.example\","
                          " \"type\": \"wildcarded-psi\"}}"),
                     201);
    assert_int_equal(
        ask_sar(f->w, "", "sip:room-1@ims.example", CX_UNREGISTERED_USER),
        CX_SUCCESS);
    assert_int_equal(edit(f, "DELETE /api/v1/subscribers/6", ""), 200);
    assert_int_equal(f->w->told.rtrs, 1);
    assert_string_equal(f->w->told.impus, "sip:room-!.*!@ims.example");
}

/* The S-CSCF would let the old one in for as long as its nonce lives. */
#define HA1_NEW "0af76052e7d2823a3c484b96fffbadc4"

static void another_password_is_pushed(void **state)
{
    struct served *f = *state;

    bring_in(f->w, "phone@ims.example", "sip:erin@ims.example");
    assert_int_equal(edit(f, "PUT /api/v1/subscribers/2",
                          JSON("{\"impi\": \"phone@ims.example\", \"digest\": "
                               "{\"password\": \"new\"}}," SOFT,
                               HIDDEN ", \"sip:erin@ims.example\"")),
                     200);
    assert_int_equal(f->w->told.passwords, 1);
    assert_string_equal(f->w->told.password_of, "phone@ims.example");
    /* md5 of phone@ims.example:ims.example:new */
    assert_string_equal(f->w->told.ha1, HA1_NEW);
    assert_has_not(slice_of(f->sentence), HA1_NEW);
}

/* It has nobody whom the old one could let in. */
static void a_password_is_told_who_does_not_know_the_user(void **state)
{
    struct served *f = *state;

    f->w->told.script[0] = CX_SUCCESS; /* of the profile */
    f->w->told.script[1] = CX_USER_UNKNOWN;
    f->w->told.nscript = 2;
    bring_in(f->w, "phone@ims.example", "sip:erin@ims.example");
    assert_int_equal(edit(f, "PUT /api/v1/subscribers/2",
                          JSON("{\"impi\": \"phone@ims.example\", \"digest\": "
                               "{\"password\": \"new\"}}," SOFT,
                               HIDDEN ", \"sip:erin@ims.example\"")),
                     200);
    assert_int_equal(f->w->told.passwords, 1);
    assert_has(slice_of(f->sentence), "did not know the user any more");
    assert_has_not(slice_of(f->sentence), "\"success\":false");
}

#define KEY                                               \
    "{\"impi\": \"phone@ims.example\", \"aka\": {\"k\": " \
    "\"a-key-of-phone-x\", \"op\": \"imsbox-operator!\"}"

/* PPR cannot take an HA1 away: who registered by it proves himself anew. */
static void a_password_that_is_taken_away_ends_the_registration(void **state)
{
    static const struct {
        bool soft_too;
        unsigned pprs;
        enum registration_state state;
    } rows[] = {{true, 1, REGISTERED}, {false, 0, NOT_REGISTERED}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct served *f;

        (void)served_teardown(state);
        (void)served_setup(state);
        f = *state;
        bring_in(f->w, "phone@ims.example", "sip:erin@ims.example");
        if (rows[i].soft_too)
            bring_in(f->w, "soft@ims.example", "sip:erin@ims.example");
        assert_int_equal(
            edit(f, "PUT /api/v1/subscribers/2",
                 JSON(KEY "}," SOFT, HIDDEN ", \"sip:erin@ims.example\"")),
            200);
        assert_has(slice_of(f->sentence), "\"success\":true");
        assert_has_not(slice_of(f->sentence), "\"success\":false");
        assert_int_equal(f->w->told.rtrs, 1);
        assert_int_equal(f->w->told.pprs, rows[i].pprs);
        assert_int_equal(f->w->told.passwords, 0);
        assert_int_equal(f->w->told.reason, CX_SERVER_CHANGE);
        assert_string_equal(f->w->told.associated, "");
        assert_int_equal(state_of(f, "sip:erin@ims.example"), rows[i].state);
        if (rows[i].soft_too)
            assert_int_equal(end_all(f, ERIN, CX_PERMANENT_TERMINATION),
                             IMS_OK);
        assert_string_equal(f->w->told.impi, rows[i].soft_too
                                                 ? "soft@ims.example"
                                                 : "phone@ims.example");
        assert_string_equal(f->w->told.associated, "");
    }
}

/* Who has a SIM key too goes on: the S-CSCF, which could have challenged him by
 * either, gets an HA1 of no password. */
static void a_password_taken_away_beside_a_key_is_void(void **state)
{
    struct served *f = *state;

    assert_int_equal(
        edit(f, "PUT /api/v1/subscribers/2",
             JSON(KEY ", \"digest\": {\"password\": \"new\"}}," SOFT,
                  HIDDEN ", \"sip:erin@ims.example\"")),
        200);
    bring_in(f->w, "phone@ims.example", "sip:erin@ims.example");
    assert_int_equal(
        edit(f, "PUT /api/v1/subscribers/2",
             JSON(KEY "}," SOFT, HIDDEN ", \"sip:erin@ims.example\"")),
        200);
    assert_has_not(slice_of(f->sentence), "\"success\":false");
    assert_int_equal(f->w->told.rtrs, 0);
    assert_int_equal(f->w->told.passwords, 1);
    assert_string_equal(f->w->told.password_of, "phone@ims.example");
    assert_int_equal(strlen(f->w->told.ha1), 32);
    assert_string_not_equal(f->w->told.ha1, HA1_NEW);
    assert_int_equal(state_of(f, "sip:erin@ims.example"), REGISTERED);
    assert_int_equal(
        edit(f, "PUT /api/v1/subscribers/2",
             JSON(KEY "}," SOFT, HIDDEN ", \"sip:erin@ims.example\"")),
        200);
    assert_int_equal(f->w->told.passwords, 1);
}

/* By whom and with what result is in the audit list, and what is wrong is
 * told with its place. */
static void an_administrator_ends_and_pushes(void **state)
{
    static const struct {
        const char *line, *body;
        unsigned status;
        const char *says;
    } rows[] = {
        {"POST /api/v1/subscribers/9/push", "", 404, "9"},
        {"POST /api/v1/subscribers/x@y/deregister", "", 404, "x@y"},
        {"POST /api/v1/subscribers/1/push", "{\"reason\": \"x\"}", 400,
         "reason"},
        {"POST /api/v1/subscribers/1/push", "[]", 400, "object"},
        {"POST /api/v1/subscribers/1/push",
         "{\"identities\": [\"alice@ims.example\"]}", 400, "private"},
        {"POST /api/v1/subscribers/1/deregister", "{\"reason\": \"tired\"}",
         400, "/reason"},
        {"POST /api/v1/subscribers/1/deregister", "{\"text\": 1}", 400,
         "/text"},
        {"POST /api/v1/subscribers/1/deregister", "{\"identities\": 5}", 400,
         "/identities"},
        {"POST /api/v1/subscribers/1/deregister", "{\"identities\": [5]}", 400,
         "/identities"},
        {"POST /api/v1/subscribers/1/deregister",
         "{\"identities\": [\"sip:\"]}", 400, "/identities"},
        {"POST /api/v1/subscribers/1/deregister",
         "{\"identities\": [\"sip:erin@ims.example\"]}", 400,
         "of the subscriber"},
        {"POST /api/v1/subscribers/1/push", "{}", 200, "\"PPR\""},
        {"POST /api/v1/subscribers/tel:+15551001/deregister",
         "{\"reason\": \"server_change\", \"text\": \" bye \"}", 200,
         "\"success\":true"},
        {"POST /api/v1/subscribers/1/push", "", 409, "nobody to tell"},
        {"GET /api/v1/audit", "", 200, "\"action\":\"push\""},
    };
    struct served *f = *state;

    bring_in(f->w, "alice@ims.example", "sip:alice@ims.example");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (edit(f, rows[i].line, rows[i].body) != rows[i].status)
            fail_msg("row %zu: %s", i, f->sentence);
        if (!strstr(f->sentence, rows[i].says))
            fail_msg("row %zu: %s", i, f->sentence);
    }
    assert_int_equal(f->w->told.reason, CX_SERVER_CHANGE);
    assert_string_equal(f->w->told.info, "bye");
}

/* An identity of two sets registered by the same phone moves: it is registered
 * on, and an RTR that names it would end the set that it has come to. */
static void who_moves_to_another_set_is_named_by_no_rtr(void **state)
{
#define SETS(sets) "{\"privates\": [" PHONE "," SOFT "], \"sets\": [" sets "]}"
#define PUBLICS(publics) "{\"publics\": [" publics "]}"
#define ERINS HIDDEN ", \"sip:erin@ims.example\""
    static const struct {
        const char *json;
        unsigned rtrs, pprs;
        const char *impus;
        enum cx_reason reason;
    } rows[] = {
        /* fax was the only one of its set */
        {SETS(PUBLICS(ERINS ", \"sip:fax@ims.example\"")), 0, 1, "",
         CX_PERMANENT_TERMINATION},
        /* erin's set has another default, which ends it */
        {SETS(PUBLICS(HIDDEN) "," PUBLICS(
             "\"sip:fax@ims.example\", \"sip:erin@ims.example\"")),
         1, 1, "sip:hidden@ims.example", CX_SERVER_CHANGE},
        /* fax comes to a set that ends: nobody pushes it */
        {SETS(PUBLICS(HIDDEN ", \"sip:fax@ims.example\"")), 2, 0,
         "sip:fax@ims.example", CX_PERMANENT_TERMINATION},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct served *f;

        (void)served_teardown(state);
        (void)served_setup(state);
        f = *state;
        bring_in(f->w, "soft@ims.example", "sip:erin@ims.example");
        bring_in(f->w, "soft@ims.example", "sip:fax@ims.example");
        assert_int_equal(edit(f, "PUT /api/v1/subscribers/2", rows[i].json),
                         200);
        assert_has_not(slice_of(f->sentence), "\"success\":false");
        assert_int_equal(f->w->told.rtrs, rows[i].rtrs);
        assert_int_equal(f->w->told.pprs, rows[i].pprs);
        assert_string_equal(f->w->told.impus, rows[i].impus);
        if (rows[i].rtrs)
            assert_int_equal(f->w->told.reason, rows[i].reason);
    }
}

/* The one set goes over into the other, which the second phone had not
 * registered; nobody may have. */
static void who_had_registered_a_set_that_goes_over_alone_is_ended(void **state)
{
    for (int i = 0; i < 2; i++) {
        struct served *f;

        (void)served_teardown(state);
        (void)served_setup(state);
        f = *state;
        if (i)
            assert_int_equal(
                ask_sar(f->w, "", "sip:erin@ims.example", CX_UNREGISTERED_USER),
                CX_SUCCESS);
        else
            bring_in(f->w, "phone@ims.example", "sip:erin@ims.example");
        bring_in(f->w, "soft@ims.example", "sip:fax@ims.example");
        assert_int_equal(edit(f, "PUT /api/v1/subscribers/2",
                              SETS(PUBLICS(ERINS ", \"sip:fax@ims.example\""))),
                         200);
        assert_int_equal(f->w->told.rtrs, 1);
        assert_int_equal(f->w->told.pprs, 1);
        assert_string_equal(f->w->told.associated, "");
        assert_string_equal(f->w->told.impus, "sip:fax@ims.example");
        assert_has(slice_of(f->sentence), "soft@ims.example");
    }
#undef SETS
#undef PUBLICS
#undef ERINS
}

/* It is another S-CSCF that goes on with it. */
static void who_moves_to_another_scscf_is_ended_at_his_own(void **state)
{
    struct served *f = *state;
    struct slice fax = S("sip:fax@ims.example");
    struct cx_sar sar = {.impi = S("soft@ims.example"),
                         .impus = {&fax, 1},
                         .server_name = S(SCSCF2),
                         .type = CX_ASSIGN_REGISTRATION};

    bring_in(f->w, "soft@ims.example", "sip:erin@ims.example");
    assert_int_equal(hss_ask_sar(f->w, &sar), CX_SUCCESS);
    assert_int_equal(
        edit(f, "PUT /api/v1/subscribers/2/public/sip:fax@ims.example",
             "{\"set\": 0}"),
        200);
    assert_has(slice_of(f->sentence), "\"command\":\"RTR\"");
    assert_has(slice_of(f->sentence), "\"scscf\":\"" SCSCF2 "\"");
    assert_string_equal(f->w->told.impus, "sip:fax@ims.example");
    assert_int_equal(f->w->told.pprs, 1);
}

static void what_is_undone_is_told_too(void **state)
{
    struct served *f = *state;

    bring_in(f->w, "phone@ims.example", "sip:erin@ims.example");
    assert_int_equal(edit(f, "PUT /api/v1/subscribers/2",
                          JSON(PHONE, HIDDEN ", \"sip:erin@ims.example\", "
                                             "\"sip:new@ims.example\"")),
                     200);
    assert_has(slice_of(f->w->told.user_data), "sip:new@ims.example");
    assert_int_equal(edit(f, "POST /api/v1/audit/2/undo", ""), 200);
    sim_run_for(f->w->sim, SECOND);
    assert_int_equal(f->w->told.pprs, 2);
    assert_has_not(slice_of(f->w->told.user_data), "sip:new@ims.example");
}

/* Nothing has changed; nobody serves it; nobody shall be told. */
static void nobody_is_told_of_what_does_not_concern_him(void **state)
{
    struct served *f = *state;
    const char *erin =
        JSON(PHONE "," SOFT, HIDDEN ", \"sip:erin@ims.example\"");

    assert_int_equal(edit(f, "PUT /api/v1/subscribers/2", erin), 200);
    bring_in(f->w, "phone@ims.example", "sip:erin@ims.example");
    assert_int_equal(edit(f, "PUT /api/v1/subscribers/2", erin), 200);
    assert_int_equal(edit(f, "PUT /api/v1/subscribers/2?dry_run=true",
                          JSON(PHONE, "\"sip:erin@ims.example\"")),
                     200);
    assert_int_equal(edit(f, "PUT /api/v1/subscribers/2?push=false",
                          JSON(PHONE, "\"sip:erin@ims.example\"")),
                     200);
    assert_int_equal(edit(f, "PUT /api/v1/subscribers/2?push=maybe", erin),
                     400);
    assert_int_equal(edit(f, "DELETE /api/v1/subscribers/2?push=false", ""),
                     204);
    assert_int_equal(f->w->told.rtrs + f->w->told.pprs, 0);
}

#define TEST(f) \
    cmocka_unit_test_setup_teardown(f, served_setup, served_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_stored_is_pushed),
        TEST(an_scscf_that_was_replaced_amid_the_tries_is_pushed_nothing),
        TEST(shared_criteria_are_pushed_themselves),
        TEST(an_scscf_that_does_not_know_one_private_identity_may_know_another),
        TEST(a_profile_that_is_too_large_ends_the_registration),
        TEST(a_change_is_told_as_the_specification_lets_it_be_told),
        TEST(who_is_deleted_is_ended_at_the_scscf),
        TEST(who_was_served_as_unregistered_is_ended_by_any_name),
        TEST(a_wildcard_alone_is_ended_by_itself),
        TEST(another_password_is_pushed),
        TEST(a_password_is_told_who_does_not_know_the_user),
        TEST(a_password_that_is_taken_away_ends_the_registration),
        TEST(a_password_taken_away_beside_a_key_is_void),
        TEST(an_administrator_ends_and_pushes),
        TEST(who_moves_to_another_set_is_named_by_no_rtr),
        TEST(who_had_registered_a_set_that_goes_over_alone_is_ended),
        TEST(who_moves_to_another_scscf_is_ended_at_his_own),
        TEST(what_is_undone_is_told_too),
        TEST(nobody_is_told_of_what_does_not_concern_him),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
