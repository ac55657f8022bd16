/* SPDX-License-Identifier: MIT */
#include "support/hss_world.h"
#include <stdio.h>

static const char users[] =
    "subscribers:\n"
    "  - impu: sip:alice@ims.example\n"
    "    tel: tel:+15551001\n"
    "    aka: {k: alice-in-ims-box, op: 696d73626f782d6f70657261746f7221}\n"
    "    capabilities: {mandatory: [1, 7], optional: [3]}\n"
    "  - impu: sip:bob@ims.example\n"
    "    digest: {password: secret}\n"
    "    visited: [other.example]\n"
    "  - impu: {impu: sip:mallory@ims.example, barred: true}\n"
    "    digest: {password: secret}\n"
    "  - impu: [{impu: sip:erin.hidden@ims.example, barred: true},\n"
    "           sip:erin@ims.example]\n"
    "    impi: erin@ims.example\n"
    "    digest: {password: secret}\n"
    "  - impi: two@ims.example\n"
    "    digest: {password: secret}\n"
    "    sets:\n"
    "      - publics: [sip:two-a@ims.example]\n"
    "      - publics: [sip:two-b@ims.example]\n"
    "  - impi: pbx@ims.example\n"
    "    digest: {password: secret}\n"
    "    impu: [sip:pbx@ims.example, {impu: \"sip:pbx-!.*!@ims.example\",\n"
    "           type: wildcarded-user}]\n"
    "  - impu: {impu: sip:conf@ims.example, type: psi,\n"
    "           server: sip:as1.ims.example}\n";

static int setup(void **state)
{
    *state = hss_world_new(users, false);
    return 0;
}

static int teardown(void **state)
{
    hss_world_free(*state);
    return 0;
}

/* proves H-CX-1 */
static void identities_are_known_and_belong_together(void **state)
{
    static const struct {
        const char *impi, *impu;
        unsigned expected;
    } rows[] = {
        {"alice@ims.example", "sip:alice@ims.example", CX_FIRST_REGISTRATION},
        {"alice@ims.example", "sip:alice@IMS.example;x=1",
         CX_FIRST_REGISTRATION},
        {"alice@ims.example", "tel:+1-555-1001", CX_FIRST_REGISTRATION},
        {"nobody@ims.example", "sip:alice@ims.example", CX_USER_UNKNOWN},
        {"", "sip:alice@ims.example", CX_USER_UNKNOWN},
        {"alice@ims.example", "sip:nobody@ims.example", CX_USER_UNKNOWN},
        {"alice@ims.example", "mailto:alice@ims.example", CX_USER_UNKNOWN},
        {"alice@ims.example", "sip:bob@ims.example", CX_IDENTITIES_DONT_MATCH},
        {"bob@ims.example", "sip:alice@ims.example", CX_IDENTITIES_DONT_MATCH},
        {"alice@ims.example", "sip:conf@ims.example", CX_USER_UNKNOWN},
        {"pbx@ims.example", "sip:pbx@ims.example", CX_FIRST_REGISTRATION},
        {"pbx@ims.example", "sip:pbx-1@ims.example", CX_USER_UNKNOWN},
        {"pbx@ims.example", "sip:pbx-!.*!@ims.example", CX_USER_UNKNOWN},
        {"alice@ims.example", "sip:pbx-1@ims.example", CX_USER_UNKNOWN},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_int_equal(ask_uar(*state, rows[i].impi, rows[i].impu),
                         rows[i].expected);
}

/* proves H-CX-1 */
static void a_first_registration_gets_capabilities(void **state)
{
    struct hss_world *w = *state;

    ask_uar(w, "alice@ims.example", "sip:alice@ims.example");
    assert_string_equal(w->a.server_name, "");
    assert_true(w->a.has_capabilities);
    assert_int_equal(w->a.nmandatory, 2);
    assert_int_equal(w->a.mandatory[1], 7);
    assert_int_equal(w->a.noptional, 1);
    assert_int_equal(w->a.optional[0], 3);
    assert_has(hss_story(w), "it must have 1, 7; it should have 3");
}

/* proves H-CX-1 */
static void barred_refuses_when_the_whole_set_is(void **state)
{
    struct hss_world *w = *state;
    struct cx_uar sos = {.impi = S("mallory@ims.example"),
                         .impu = S("sip:mallory@ims.example"),
                         .visited_network = S("ims.example"),
                         .flags = CX_UAR_EMERGENCY};

    assert_int_equal(
        ask_uar(w, "mallory@ims.example", "sip:mallory@ims.example"),
        CX_AUTHORIZATION_REJECTED);
    assert_has(slice_of(w->a.sentence), "barred");
    assert_int_equal(
        ask_uar(w, "erin@ims.example", "sip:erin.hidden@ims.example"),
        CX_FIRST_REGISTRATION);
    assert_int_equal(hss_ask_uar(w, &sos), CX_FIRST_REGISTRATION);
}

/* proves H-CX-1 */
static void roaming_is_checked_by_the_visited_network(void **state)
{
    static const struct {
        const char *user, *network;
        enum cx_authorization type;
        uint32_t flags;
        unsigned expected;
    } rows[] = {
        {"alice", "ims.example", CX_REGISTRATION, 0, CX_FIRST_REGISTRATION},
        {"alice", "IMS.EXAMPLE", CX_REGISTRATION, 0, CX_FIRST_REGISTRATION},
        {"alice", "friend.example", CX_REGISTRATION, 0, CX_FIRST_REGISTRATION},
        {"alice", "far.example", CX_REGISTRATION, 0, CX_ROAMING_NOT_ALLOWED},
        {"alice", "far.example", CX_REGISTRATION_AND_CAPABILITIES, 0,
         CX_ROAMING_NOT_ALLOWED},
        {"alice", "far.example", CX_REGISTRATION, CX_UAR_EMERGENCY,
         CX_FIRST_REGISTRATION},
        {"alice", "far.example", CX_DE_REGISTRATION, 0,
         CX_IDENTITY_NOT_REGISTERED},
        {"bob", "ims.example", CX_REGISTRATION, 0, CX_FIRST_REGISTRATION},
        {"bob", "other.example", CX_REGISTRATION, 0, CX_FIRST_REGISTRATION},
        {"bob", "friend.example", CX_REGISTRATION, 0, CX_ROAMING_NOT_ALLOWED},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char impi[64], impu[64];
        struct cx_uar uar = {.visited_network = slice_of(rows[i].network),
                             .type = rows[i].type,
                             .flags = rows[i].flags};

        snprintf(impi, sizeof(impi), "%s@ims.example", rows[i].user);
        snprintf(impu, sizeof(impu), "sip:%s@ims.example", rows[i].user);
        uar.impi = slice_of(impi);
        uar.impu = slice_of(impu);
        assert_int_equal(hss_ask_uar(*state, &uar), rows[i].expected);
    }
}

static unsigned uar_of_type(struct hss_world *w, enum cx_authorization type)
{
    struct cx_uar uar = {.impi = S("alice@ims.example"),
                         .impu = S("sip:alice@ims.example"),
                         .visited_network = S("ims.example"),
                         .type = type};

    return hss_ask_uar(w, &uar);
}

/* proves H-CX-1 */
static void a_registered_user_is_sent_to_its_s_cscf(void **state)
{
    struct hss_world *w = *state;

    ask_sar(w, "alice@ims.example", "sip:alice@ims.example",
            CX_ASSIGN_REGISTRATION);
    assert_int_equal(ask_uar(w, "alice@ims.example", "tel:+15551001"),
                     CX_SUBSEQUENT_REGISTRATION);
    assert_string_equal(w->a.server_name, SCSCF1);
    assert_false(w->a.has_capabilities);
    assert_int_equal(uar_of_type(w, CX_DE_REGISTRATION), CX_SUCCESS);
    assert_string_equal(w->a.server_name, SCSCF1);
    assert_int_equal(uar_of_type(w, CX_REGISTRATION_AND_CAPABILITIES),
                     CX_SUCCESS);
    assert_string_equal(w->a.server_name, "");
    assert_true(w->a.has_capabilities);
}

/* proves H-CX-1 */
static void another_set_of_the_subscription_names_the_s_cscf(void **state)
{
    struct hss_world *w = *state;

    ask_sar(w, "two@ims.example", "sip:two-a@ims.example",
            CX_ASSIGN_REGISTRATION);
    assert_int_equal(ask_uar(w, "two@ims.example", "sip:two-b@ims.example"),
                     CX_SUBSEQUENT_REGISTRATION);
    assert_string_equal(w->a.server_name, SCSCF1);
}

/* proves H-CX-1 H-CX-4 */
static void a_challenge_under_way_names_the_s_cscf(void **state)
{
    struct hss_world *w = *state;

    ask_mar(w, "bob@ims.example", "sip:bob@ims.example", CX_SCHEME_DIGEST);
    assert_int_equal(ask_uar(w, "bob@ims.example", "sip:bob@ims.example"),
                     CX_SUBSEQUENT_REGISTRATION);
    assert_string_equal(w->a.server_name, SCSCF1);
}

/* proves H-CX-8 */
static void an_unknown_required_feature_is_refused(void **state)
{
    struct cx_feature known = {10415, 1, 3, true},
                      beyond = {10415, 1, 64, true},
                      stranger = {999, 1, 1, true}, wish = {999, 1, 1, false};
    const struct {
        const struct cx_feature *f;
        unsigned expected;
    } rows[] = {{&known, CX_FIRST_REGISTRATION},
                {&beyond, CX_FEATURE_UNSUPPORTED},
                {&stranger, CX_FEATURE_UNSUPPORTED},
                {&wish, CX_FIRST_REGISTRATION}};

    for (size_t i = 0; i < 4; i++) {
        struct cx_uar uar = {.impi = S("alice@ims.example"),
                             .impu = S("sip:alice@ims.example"),
                             .visited_network = S("ims.example"),
                             .features = {rows[i].f, 1}};

        assert_int_equal(hss_ask_uar(*state, &uar), rows[i].expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
        T(identities_are_known_and_belong_together),
        T(a_first_registration_gets_capabilities),
        T(barred_refuses_when_the_whole_set_is),
        T(roaming_is_checked_by_the_visited_network),
        T(a_registered_user_is_sent_to_its_s_cscf),
        T(another_set_of_the_subscription_names_the_s_cscf),
        T(a_challenge_under_way_names_the_s_cscf),
        T(an_unknown_required_feature_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
