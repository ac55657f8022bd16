/* SPDX-License-Identifier: MIT */
#include "hss/rtr.h"
#include "support/hss_served.h"

/* What an administrator ends, and that it is told as often as it takes.
 *
 * proves H-CX-5 */

static void a_subscription_is_ended_here_and_at_its_scscf(void **state)
{
    struct served *f = *state;

    bring_in(f->w, "alice@ims.example", "sip:alice@ims.example");
    assert_int_equal(end_all(f, ALICE, CX_PERMANENT_TERMINATION), IMS_OK);
    assert_true(f->success);
    assert_int_equal(f->w->told.rtrs, 1);
    assert_int_equal(f->w->told.reason, CX_PERMANENT_TERMINATION);
    assert_string_equal(f->w->told.impi, "alice@ims.example");
    assert_string_equal(f->w->told.impus,
                        "sip:alice@ims.example tel:+15551001");
    assert_string_equal(f->w->told.info, "why");
    assert_int_equal(state_of(f, "sip:alice@ims.example"), NOT_REGISTERED);
    assert_int_equal(end_all(f, ALICE, CX_PERMANENT_TERMINATION), IMS_CONFLICT);
    assert_int_equal(end_all(f, 99, CX_PERMANENT_TERMINATION), IMS_NOT_FOUND);
    assert_int_equal(f->w->told.rtrs, 1);
}

static void each_set_is_told_with_all_who_were_registered_in_it(void **state)
{
    struct served *f = *state;

    bring_in(f->w, "phone@ims.example", "sip:erin@ims.example");
    bring_in(f->w, "soft@ims.example", "sip:erin@ims.example");
    assert_int_equal(end_all(f, ERIN, CX_SERVER_CHANGE), IMS_OK);
    assert_int_equal(f->ntold, 1); /* fax is not registered */
    assert_string_equal(f->w->told.impi, "phone@ims.example");
    assert_string_equal(f->w->told.associated, "soft@ims.example");
    bring_in(f->w, "soft@ims.example", "sip:erin@ims.example");
    bring_in(f->w, "soft@ims.example", "sip:fax@ims.example");
    assert_int_equal(end_all(f, ERIN, CX_SERVER_CHANGE), IMS_OK);
    assert_int_equal(f->ntold, 2);
    assert_string_equal(f->w->told.associated, "");
    assert_int_equal(state_of(f, "sip:fax@ims.example"), NOT_REGISTERED);
}

static void one_private_identity_leaves_the_others_registered(void **state)
{
    struct served *f = *state;
    struct slice phone = S("phone@ims.example"), nobody = S("nobody@x");
    struct terminate_ask ask = {.sub = ERIN, .impis = {&phone, 1}};

    bring_in(f->w, "soft@ims.example", "sip:erin@ims.example");
    assert_int_equal(terminate(f, &ask), IMS_CONFLICT); /* not registered */
    bring_in(f->w, "phone@ims.example", "sip:erin@ims.example");
    assert_int_equal(terminate(f, &ask), IMS_OK);
    assert_string_equal(f->w->told.impi, "phone@ims.example");
    assert_string_equal(f->w->told.associated, "");
    assert_int_equal(state_of(f, "sip:erin@ims.example"), REGISTERED);
    assert_int_equal(terminate(f, &ask), IMS_CONFLICT);
    ask.impis.v = &nobody;
    assert_int_equal(terminate(f, &ask), IMS_MALFORMED);
    ask.impis.count = 0;
    assert_int_equal(terminate(f, &ask), IMS_OK);
    assert_int_equal(state_of(f, "sip:erin@ims.example"), NOT_REGISTERED);
}

static void one_set_is_ended_by_any_of_its_identities(void **state)
{
    struct served *f = *state;
    struct slice hidden = S("sip:hidden@ims.example"),
                 other = S("sip:alice@ims.example");
    struct terminate_ask ask = {.sub = ERIN, .impus = {&hidden, 1}};

    bring_in(f->w, "soft@ims.example", "sip:erin@ims.example");
    bring_in(f->w, "soft@ims.example", "sip:fax@ims.example");
    assert_int_equal(terminate(f, &ask), IMS_OK);
    assert_string_equal(f->w->told.impus,
                        "sip:hidden@ims.example sip:erin@ims.example");
    assert_int_equal(state_of(f, "sip:erin@ims.example"), NOT_REGISTERED);
    assert_int_equal(state_of(f, "sip:fax@ims.example"), REGISTERED);
    ask.impus.v = &other;
    assert_int_equal(terminate(f, &ask), IMS_MALFORMED);
    assert_has(slice_of(f->why.text), "no public identity of the subscriber");
}

static void who_is_registered_is_not_removed_as_unregistered(void **state)
{
    struct served *f = *state;

    bring_in(f->w, "alice@ims.example", "sip:alice@ims.example");
    assert_int_equal(end_all(f, ALICE, CX_REMOVE_SCSCF), IMS_CONFLICT);
    assert_int_equal(state_of(f, "sip:alice@ims.example"), REGISTERED);
    assert_int_equal(f->w->told.rtrs, 0);
    assert_int_equal(
        ask_sar(f->w, "", "sip:pizza@ims.example", CX_UNREGISTERED_USER),
        CX_SUCCESS);
    assert_int_equal(end_all(f, PIZZA, CX_REMOVE_SCSCF), IMS_OK);
    assert_string_equal(f->w->told.impi, "sip:pizza@ims.example");
    assert_int_equal(state_of(f, "sip:pizza@ims.example"), NOT_REGISTERED);
}

static void a_busy_scscf_is_asked_again(void **state)
{
    struct served *f = *state;

    f->w->told.script[0] = f->w->told.script[1] = CX_TOO_BUSY;
    f->w->told.script[2] = CX_SUCCESS;
    f->w->told.nscript = 3;
    bring_in(f->w, "alice@ims.example", "sip:alice@ims.example");
    assert_int_equal(end_all(f, ALICE, CX_PERMANENT_TERMINATION), IMS_OK);
    assert_true(f->success);
    assert_int_equal(f->tries, 3);
    assert_int_equal(f->w->told.rtrs, 3);
    assert_string_equal(f->sentence, "answered DIAMETER_SUCCESS after 3 tries");
}

/* After 0.5, 1 and 2 s. */
static void the_pauses_between_tries_grow(void **state)
{
    struct served *f = *state;
    int64_t began;

    f->w->told.script[0] = CX_TOO_BUSY;
    f->w->told.nscript = 1;
    bring_in(f->w, "alice@ims.example", "sip:alice@ims.example");
    began = sim_clock(f->w->sim)->mono_us;
    assert_int_equal(end_all(f, ALICE, CX_PERMANENT_TERMINATION), IMS_OK);
    assert_in_range(sim_clock(f->w->sim)->mono_us - began, 3500 * MSEC,
                    3800 * MSEC);
}

/* The HSS gives up at last, and an answer that is one is not asked for again.
 */
static void what_an_scscf_says_is_shown(void **state)
{
    static const struct {
        unsigned result;
        bool success;
        unsigned tries;
        const char *says;
    } rows[] = {
        {CX_TOO_BUSY, false, TELLING_TRIES, "DIAMETER_TOO_BUSY after 4 tries"},
        {CX_UNABLE_TO_DELIVER, false, TELLING_TRIES, "UNABLE_TO_DELIVER"},
        {CX_UNABLE_TO_COMPLY, false, 1, "UNABLE_TO_COMPLY after 1 try"},
        {CX_USER_UNKNOWN, true, 1, "did not know the user"},
    };
    struct served *f = *state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        f->w->told.script[0] = rows[i].result;
        f->w->told.nscript = 1;
        bring_in(f->w, "alice@ims.example", "sip:alice@ims.example");
        assert_int_equal(end_all(f, ALICE, CX_PERMANENT_TERMINATION), IMS_OK);
        assert_int_equal(f->success, rows[i].success);
        assert_int_equal(f->tries, rows[i].tries);
        assert_has(slice_of(f->sentence), rows[i].says);
        assert_int_equal(state_of(f, "sip:alice@ims.example"), NOT_REGISTERED);
    }
}

static void who_registers_again_during_the_tries_stays(void **state)
{
    struct served *f = *state;
    unsigned before = f->ended;

    f->w->told.script[0] = CX_TOO_BUSY;
    f->w->told.nscript = 1;
    bring_in(f->w, "alice@ims.example", "sip:alice@ims.example");
    hss_terminate(f->w->hss, &(struct terminate_ask){.sub = ALICE}, on_told, f);
    sim_run_for(f->w->sim, 200 * MSEC);
    assert_int_equal(f->w->told.rtrs, 1);
    bring_in(f->w, "alice@ims.example", "sip:alice@ims.example");
    wait_told(f, before);
    assert_true(f->success);
    assert_int_equal(f->w->told.rtrs, 1);
    assert_has(slice_of(f->sentence), "registered again meanwhile");
    assert_int_equal(state_of(f, "sip:alice@ims.example"), REGISTERED);
}

static void busy_at_first(struct served *f)
{
    f->w->told.script[0] = CX_TOO_BUSY;
    f->w->told.script[1] = CX_SUCCESS;
    f->w->told.nscript = 2;
}

/* Up to the pause behind the first try. */
static void begin(struct served *f, const struct terminate_ask *ask)
{
    busy_at_first(f);
    hss_terminate(f->w->hss, ask, on_told, f);
    sim_run_for(f->w->sim, 200 * MSEC);
    assert_int_equal(f->w->told.rtrs, 1);
}

/* Anybody may ask for a challenge. */
static void who_is_challenged_during_the_tries_is_ended(void **state)
{
    struct served *f = *state;

    bring_in(f->w, "alice@ims.example", "sip:alice@ims.example");
    begin(f, &(struct terminate_ask){.sub = ALICE});
    assert_int_equal(ask_mar(f->w, "alice@ims.example", "sip:alice@ims.example",
                             CX_SCHEME_DIGEST),
                     CX_SUCCESS);
    wait_told(f, 0);
    assert_int_equal(f->w->told.rtrs, 2);
    assert_string_equal(f->sentence, "answered DIAMETER_SUCCESS after 2 tries");
}

static void
who_registers_his_other_phone_during_the_tries_loses_the_one(void **state)
{
    struct served *f = *state;

    bring_in(f->w, "phone@ims.example", "sip:erin@ims.example");
    begin(f, &(struct terminate_ask){.sub = ERIN});
    bring_in(f->w, "soft@ims.example", "sip:erin@ims.example");
    wait_told(f, 0);
    assert_int_equal(f->w->told.rtrs, 2);
    assert_string_equal(f->w->told.impi, "phone@ims.example");
    assert_string_equal(f->w->told.associated, "");
    assert_int_equal(state_of(f, "sip:erin@ims.example"), REGISTERED);
}

static void of_two_phones_the_one_that_registers_again_stays(void **state)
{
    static const char *const phones[] = {"phone@ims.example",
                                         "soft@ims.example"};

    for (int i = 0; i < 2; i++) {
        struct served *f;

        (void)served_teardown(state);
        (void)served_setup(state);
        f = *state;
        bring_in(f->w, phones[0], "sip:erin@ims.example");
        bring_in(f->w, phones[1], "sip:erin@ims.example");
        begin(f, &(struct terminate_ask){.sub = ERIN});
        assert_string_equal(f->w->told.associated, phones[1]);
        bring_in(f->w, phones[i], "sip:erin@ims.example");
        wait_told(f, 0);
        assert_int_equal(f->w->told.rtrs, 2);
        assert_string_equal(f->w->told.impi, phones[1 - i]);
        assert_string_equal(f->w->told.associated, "");
    }
}

static void a_service_that_is_served_again_during_the_tries_stays(void **state)
{
    struct served *f = *state;

    assert_int_equal(
        ask_sar(f->w, "", "sip:pizza@ims.example", CX_UNREGISTERED_USER),
        CX_SUCCESS);
    begin(f, &(struct terminate_ask){.sub = PIZZA, .reason = CX_REMOVE_SCSCF});
    assert_int_equal(
        ask_sar(f->w, "", "sip:pizza@ims.example", CX_UNREGISTERED_USER),
        CX_SUCCESS);
    wait_told(f, 0);
    assert_int_equal(f->w->told.rtrs, 1);
    assert_has(slice_of(f->sentence), "served there again");
    assert_int_equal(state_of(f, "sip:pizza@ims.example"), UNREGISTERED);
}

/* The set was never taken from the S-CSCF: the other phone has it. */
static void
who_registers_again_beside_another_during_the_tries_stays(void **state)
{
    struct served *f = *state;
    struct slice phone = S("phone@ims.example");

    bring_in(f->w, "phone@ims.example", "sip:erin@ims.example");
    bring_in(f->w, "soft@ims.example", "sip:erin@ims.example");
    begin(f, &(struct terminate_ask){.sub = ERIN, .impis = {&phone, 1}});
    bring_in(f->w, "phone@ims.example", "sip:erin@ims.example");
    wait_told(f, 0);
    assert_int_equal(f->w->told.rtrs, 1);
    assert_has(slice_of(f->sentence), "registered again meanwhile");
}

static void an_scscf_that_is_not_there_does_not_keep_the_user(void **state)
{
    struct served *f = *state;

    bring_in(f->w, "alice@ims.example", "sip:alice@ims.example");
    sim_host_kill(f->w->scscf->w->host);
    assert_int_equal(end_all(f, ALICE, CX_PERMANENT_TERMINATION), IMS_OK);
    assert_false(f->success);
    assert_has(slice_of(f->sentence), "stays until it expires there");
    assert_int_equal(state_of(f, "sip:alice@ims.example"), NOT_REGISTERED);
}

/* 6.1.3: by the Origin-Host of its own requests, kept over a restart. */
static void an_scscf_is_reached_where_it_said_it_is(void **state)
{
    struct served *f = *state;
    struct slice impu = S("sip:alice@ims.example");
    struct cx_sar sar = {.impi = S("alice@ims.example"),
                         .impus = {&impu, 1},
                         .server_name = S("sip:elsewhere.example:6060;lr"),
                         .type = CX_ASSIGN_REGISTRATION};

    (void)served_teardown(state);
    *state = f = served_new(true);
    assert_int_equal(hss_ask_sar(f->w, &sar), CX_SUCCESS);
    hss_world_restart(f->w);
    assert_int_equal(end_all(f, ALICE, CX_PERMANENT_TERMINATION), IMS_OK);
    assert_true(f->success);
    assert_int_equal(f->w->told.rtrs, 1);
}

/* A node that goes amid its tries leaves nothing behind (leak sanitizer). */
static void a_node_may_end_amid_its_tries(void **state)
{
    struct served *f = *state;

    f->w->told.script[0] = CX_TOO_BUSY;
    f->w->told.nscript = 1;
    bring_in(f->w, "alice@ims.example", "sip:alice@ims.example");
    hss_terminate(f->w->hss, &(struct terminate_ask){.sub = ALICE}, on_told, f);
    sim_run_for(f->w->sim, 200 * MSEC);
    assert_int_equal(f->w->told.rtrs, 1);
    assert_int_equal(f->ended, 0);
}

#define TEST(f) \
    cmocka_unit_test_setup_teardown(f, served_setup, served_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_subscription_is_ended_here_and_at_its_scscf),
        TEST(each_set_is_told_with_all_who_were_registered_in_it),
        TEST(one_private_identity_leaves_the_others_registered),
        TEST(one_set_is_ended_by_any_of_its_identities),
        TEST(who_is_registered_is_not_removed_as_unregistered),
        TEST(a_busy_scscf_is_asked_again),
        TEST(the_pauses_between_tries_grow),
        TEST(what_an_scscf_says_is_shown),
        TEST(who_registers_again_during_the_tries_stays),
        TEST(who_is_challenged_during_the_tries_is_ended),
        TEST(who_registers_his_other_phone_during_the_tries_loses_the_one),
        TEST(of_two_phones_the_one_that_registers_again_stays),
        TEST(a_service_that_is_served_again_during_the_tries_stays),
        TEST(who_registers_again_beside_another_during_the_tries_stays),
        TEST(an_scscf_that_is_not_there_does_not_keep_the_user),
        TEST(an_scscf_is_reached_where_it_said_it_is),
        TEST(a_node_may_end_amid_its_tries),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
