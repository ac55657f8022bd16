/* SPDX-License-Identifier: MIT */
#include "hss/rtr.h"
#include "support/hss_served.h"

/* An S-CSCF that was replaced.
 *
 * proves H-CX-5 H-CX-7 */

/* alice is challenged for the second S-CSCF, and registers there. */
static void come_to_the_second(struct served *f, struct dia_node *asks,
                               int64_t then)
{
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

    f->w->asks = asks;
    assert_int_equal(hss_ask_mar(f->w, &mar), CX_SUCCESS);
    assert_int_equal(hss_ask_sar(f->w, &sar), CX_SUCCESS);
    sim_run_for(f->w->sim, then);
}

static void the_former_scscf_is_told_once_another_has_the_user(void **state)
{
    struct served *f = *state;
    struct slice impu = S("sip:alice@ims.example");
    struct cx_auth_item item = {.scheme = S(CX_SCHEME_DIGEST)};
    struct cx_mar mar = {.impi = S("alice@ims.example"),
                         .impu = impu,
                         .item = &item,
                         .count = 1,
                         .server_name = S(SCSCF2)};

    hss_world_add_scscf(f->w);
    bring_in(f->w, "alice@ims.example", "sip:alice@ims.example");
    f->w->asks = f->w->scscf2;
    assert_int_equal(hss_ask_mar(f->w, &mar), CX_SUCCESS);
    /* back to the first one: nothing has happened */
    f->w->asks = f->w->scscf;
    assert_int_equal(ask_mar(f->w, "alice@ims.example", "sip:alice@ims.example",
                             CX_SCHEME_DIGEST),
                     CX_SUCCESS);
    bring_in(f->w, "alice@ims.example", "sip:alice@ims.example");
    sim_run_for(f->w->sim, SECOND);
    assert_int_equal(f->w->told.rtrs, 0);
    come_to_the_second(f, f->w->scscf2, SECOND);
    assert_int_equal(f->w->told.rtrs, 1);
    assert_int_equal(f->w->told2.rtrs, 0);
    assert_int_equal(f->w->told.reason, CX_NEW_SERVER_ASSIGNED);
    assert_string_equal(f->w->told.impus,
                        "sip:alice@ims.example tel:+15551001");
    assert_int_equal(state_of(f, "sip:alice@ims.example"), REGISTERED);
    assert_has(hss_story(f->w), "H-CX-5 RTR about sip:alice@ims.example");
}

/* It came again under another name: an RTR would end what it has just begun. */
static void an_scscf_under_another_name_is_no_former_one(void **state)
{
    struct served *f = *state;

    bring_in(f->w, "alice@ims.example", "sip:alice@ims.example");
    come_to_the_second(f, f->w->scscf, SECOND);
    assert_int_equal(f->w->told.rtrs, 0);
    assert_int_equal(state_of(f, "sip:alice@ims.example"), REGISTERED);
    assert_has(hss_story(f->w), "has another name");
    /* the name that it had goes to another one: now it is */
    hss_world_add_scscf(f->w);
    f->w->asks = f->w->scscf2;
    assert_int_equal(ask_mar(f->w, "alice@ims.example", "sip:alice@ims.example",
                             CX_SCHEME_DIGEST),
                     CX_SUCCESS);
    bring_in(f->w, "alice@ims.example", "sip:alice@ims.example");
    sim_run_for(f->w->sim, SECOND);
    assert_int_equal(f->w->told.rtrs, 1);
    assert_int_equal(f->w->told2.rtrs, 0);
}

/* alice is registered at the second one all the time. */
static void
who_is_challenged_by_the_former_one_amid_the_tries_is_ended_there(void **state)
{
    struct served *f = *state;

    hss_world_add_scscf(f->w);
    f->w->told.script[0] = CX_TOO_BUSY;
    f->w->told.script[1] = CX_SUCCESS;
    f->w->told.nscript = 2;
    bring_in(f->w, "alice@ims.example", "sip:alice@ims.example");
    come_to_the_second(f, f->w->scscf2, 200 * MSEC);
    assert_int_equal(f->w->told.rtrs, 1);
    f->w->asks = f->w->scscf;
    assert_int_equal(ask_mar(f->w, "alice@ims.example", "sip:alice@ims.example",
                             CX_SCHEME_DIGEST),
                     CX_SUCCESS);
    sim_run_for(f->w->sim, SECOND);
    assert_int_equal(f->w->told.rtrs, 2);
    assert_string_equal(f->w->told.impi, "alice@ims.example");
}

static void challenge_at_the_second(struct served *f, const char *impi,
                                    const char *impu)
{
    struct cx_auth_item item = {.scheme = S(CX_SCHEME_DIGEST)};
    struct cx_mar mar = {.impi = slice_of(impi),
                         .impu = slice_of(impu),
                         .item = &item,
                         .count = 1,
                         .server_name = S(SCSCF2)};

    f->w->asks = f->w->scscf2;
    assert_int_equal(hss_ask_mar(f->w, &mar), CX_SUCCESS);
    f->w->asks = f->w->scscf;
}

/* He has come back to the first one, and is about to leave it again. */
static void
who_comes_back_and_is_challenged_elsewhere_amid_the_tries_stays(void **state)
{
    struct served *f = *state;

    hss_world_add_scscf(f->w);
    f->w->told.script[0] = CX_TOO_BUSY;
    f->w->told.nscript = 1;
    bring_in(f->w, "alice@ims.example", "sip:alice@ims.example");
    hss_terminate(f->w->hss, &(struct terminate_ask){.sub = ALICE}, on_told, f);
    sim_run_for(f->w->sim, 200 * MSEC);
    assert_int_equal(f->w->told.rtrs, 1);
    bring_in(f->w, "alice@ims.example", "sip:alice@ims.example");
    challenge_at_the_second(f, "alice@ims.example", "sip:alice@ims.example");
    wait_told(f, 0);
    assert_int_equal(f->w->told.rtrs, 1);
    assert_has(slice_of(f->sentence), "registered again meanwhile");
}

/* Another one has challenged who is registered at the first. */
static void who_is_ended_is_ended_where_he_is(void **state)
{
    for (int deleted = 0; deleted < 2; deleted++) {
        struct served *f;

        (void)served_teardown(state);
        (void)served_setup(state);
        f = *state;
        hss_world_add_scscf(f->w);
        bring_in(f->w, "soft@ims.example", "sip:fax@ims.example");
        bring_in(f->w, "phone@ims.example", "sip:erin@ims.example");
        challenge_at_the_second(f, "soft@ims.example", "sip:fax@ims.example");
        challenge_at_the_second(f, "phone@ims.example", "sip:erin@ims.example");
        if (deleted)
            assert_int_equal(
                edit(f, "DELETE /api/v1/subscribers/sip:erin@ims.example", ""),
                200);
        else
            assert_int_equal(end_all(f, ERIN, CX_PERMANENT_TERMINATION),
                             IMS_OK);
        assert_int_equal(f->w->told.rtrs, 2);
        assert_int_equal(f->w->told2.rtrs, 0);
    }
}

/* Both of erin's phones are registered at the first S-CSCF, soft with what it
 * needs to be restored; it is given up. */
static void give_up(struct served *f, const struct cx_features *features)
{
    struct slice erin = S("sip:erin@ims.example");
    struct cx_restoration contact = {.path = S("<sip:pcscf1;lr>"),
                                     .contact = S("<sip:e@10.0.0.1>")};
    struct cx_scscf_restoration info = {
        S("soft@ims.example"), &contact, 1, {0}};
    struct cx_sar sar = {.impi = S("soft@ims.example"),
                         .impus = {&erin, 1},
                         .server_name = S(SCSCF1),
                         .type = CX_ASSIGN_REGISTRATION,
                         .restoration = &info,
                         .features = *features};
    struct cx_uar uar = {.impi = S("phone@ims.example"),
                         .impu = erin,
                         .visited_network = S("ims.example"),
                         .type = CX_REGISTRATION_AND_CAPABILITIES};

    bring_in(f->w, "phone@ims.example", "sip:erin@ims.example");
    assert_int_equal(hss_ask_sar(f->w, &sar), CX_SUCCESS);
    assert_int_equal(hss_ask_uar(f->w, &uar), CX_SUCCESS);
}

static void who_only_the_former_scscf_knew_is_registered_no_more(void **state)
{
    static const struct {
        enum cx_assignment type;
        bool restores; /* the new S-CSCF can, and is sent soft's contact */
        enum registration_state then, once_phone_goes;
        bool renamed; /* it is the same one, by another name */
    } rows[] = {
        {CX_ASSIGN_REGISTRATION, false, REGISTERED, NOT_REGISTERED, false},
        {CX_ASSIGN_REGISTRATION, true, REGISTERED, REGISTERED, false},
        {CX_UNREGISTERED_USER, false, UNREGISTERED, NOT_REGISTERED, false},
        {CX_UNREGISTERED_USER, true, REGISTERED, REGISTERED, false},
        {CX_ASSIGN_REGISTRATION, false, REGISTERED, NOT_REGISTERED, true},
    };
    struct slice erin = S("sip:erin@ims.example");
    struct cx_feature restoration = {10415, 1, 4, false};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct cx_features features = {&restoration, rows[i].restores};
        struct cx_sar sar = {.impi = S("phone@ims.example"),
                             .impus = {&erin, 1},
                             .server_name = S(SCSCF2),
                             .type = rows[i].type,
                             .features = features};
        struct served *f;

        (void)served_teardown(state);
        (void)served_setup(state);
        f = *state;
        hss_world_add_scscf(f->w);
        give_up(f, &features);
        f->w->asks = rows[i].renamed ? f->w->scscf : f->w->scscf2;
        assert_int_equal(hss_ask_sar(f->w, &sar), CX_SUCCESS);
        assert_int_equal(f->w->a.nrestorations, rows[i].restores);
        assert_int_equal(state_of(f, "sip:erin@ims.example"), rows[i].then);
        sim_run_for(f->w->sim, SECOND);
        /* the former one is to let both go */
        assert_string_equal(f->w->told.impi,
                            rows[i].renamed ? "" : "phone@ims.example");
        assert_string_equal(f->w->told.associated,
                            rows[i].renamed ? "" : "soft@ims.example");
        sar.type = CX_USER_DEREGISTRATION;
        assert_int_equal(hss_ask_sar(f->w, &sar), CX_SUCCESS);
        assert_int_equal(state_of(f, "sip:erin@ims.example"),
                         rows[i].once_phone_goes);
    }
}

#define TEST(f) \
    cmocka_unit_test_setup_teardown(f, served_setup, served_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_former_scscf_is_told_once_another_has_the_user),
        TEST(an_scscf_under_another_name_is_no_former_one),
        TEST(who_is_challenged_by_the_former_one_amid_the_tries_is_ended_there),
        TEST(who_comes_back_and_is_challenged_elsewhere_amid_the_tries_stays),
        TEST(who_is_ended_is_ended_where_he_is),
        TEST(who_only_the_former_scscf_knew_is_registered_no_more),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
