/* SPDX-License-Identifier: MIT */
#include "support/hss_world.h"

static const char users[] =
    "shared_ifc:\n"
    "  - id: 7\n"
    "    ifc: [{priority: 1, server: sip:vm.ims.example,\n"
    "           part: unregistered}]\n"
    "  - id: 8\n"
    "    ifc: [{priority: 2, server: sip:as.ims.example,\n"
    "           part: registered}]\n"
    "profiles:\n"
    "  - {name: shares, shared_ifc: [7, 8]}\n"
    "  - {name: shares-plain, shared_ifc: [8]}\n"
    "  - name: voicemail\n"
    "    ifc: [{priority: 1, server: sip:vm.ims.example,\n"
    "           part: unregistered}]\n"
    "  - name: plain\n"
    "    ifc: [{priority: 1, server: sip:as.ims.example,\n"
    "           part: registered}]\n"
    "subscribers:\n"
    "  - impu: sip:alice@ims.example\n"
    "    tel: tel:+15551001\n"
    "    digest: {password: secret}\n"
    "    profile: voicemail\n"
    "    capabilities: {mandatory: [9]}\n"
    "  - impu: sip:bob@ims.example\n"
    "    digest: {password: secret}\n"
    "    profile: plain\n"
    "    capabilities: {mandatory: [4]}\n"
    "  - impu: sip:carol@ims.example\n"
    "    digest: {password: secret}\n"
    "    profile: shares\n"
    "  - impu: sip:dave@ims.example\n"
    "    digest: {password: secret}\n"
    "    profile: shares-plain\n"
    "  - impi: plain@ims.example\n"
    "    digest: {password: secret}\n"
    "    profile: plain\n"
    "    sets:\n"
    "      - publics: [sip:plain-a@ims.example]\n"
    "      - publics: [sip:plain-b@ims.example]\n"
    "  - impi: two@ims.example\n"
    "    digest: {password: secret}\n"
    "    profile: voicemail\n"
    "    sets:\n"
    "      - publics: [sip:two-a@ims.example]\n"
    "      - publics: [sip:two-b@ims.example]\n"
    "  - impu: {impu: sip:conf@ims.example, server: sip:conf-as.ims.example}\n"
    "  - impu: {impu: sip:asleep@ims.example, inactive: true, type: psi,\n"
    "           server: sip:conf-as.ims.example}\n"
    "  - impu: {impu: sip:list@ims.example, type: psi}\n"
    "  - impu: {impu: \"sip:room-!.*!@ims.example\", type: wildcarded-psi,\n"
    "           server: sip:rooms.ims.example}\n"
    "  - impu: {impu: \"SIP:room-1!.*!@IMS.Example\", type: wildcarded-psi,\n"
    "           server: sip:first-floor.ims.example}\n"
    "  - impu: {impu: sip:room-7@ims.example, server: sip:seven.ims.example}\n";

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

/* proves H-CX-3 */
static void an_identity_is_found_or_not(void **state)
{
    static const struct {
        const char *impu;
        unsigned result;
        const char *server, *wildcard;
    } rows[] = {
        {"sip:nobody@ims.example", CX_USER_UNKNOWN, "", ""},
        {"http://ims.example", CX_USER_UNKNOWN, "", ""},
        {"sip:bob@ims.example", CX_IDENTITY_NOT_REGISTERED, "", ""},
        {"sip:alice@ims.example", CX_UNREGISTERED_SERVICE, "", ""},
        {"sip:carol@ims.example", CX_UNREGISTERED_SERVICE, "", ""},
        {"sip:dave@ims.example", CX_IDENTITY_NOT_REGISTERED, "", ""},
        {"tel:+15551001", CX_UNREGISTERED_SERVICE, "", ""},
        {"sip:conf@ims.example", CX_SUCCESS, "sip:conf-as.ims.example", ""},
        {"sip:asleep@ims.example", CX_USER_UNKNOWN, "", ""},
        {"sip:list@ims.example", CX_UNREGISTERED_SERVICE, "", ""},
        {"sip:room-7@ims.example", CX_SUCCESS, "sip:seven.ims.example", ""},
        {"sip:room-8@ims.example", CX_SUCCESS, "sip:rooms.ims.example",
         "sip:room-!.*!@ims.example"},
        {"sip:room-12@ims.example", CX_SUCCESS, "sip:first-floor.ims.example",
         "sip:room-1!.*!@ims.example"},
        {"sip:room-8@other.example", CX_USER_UNKNOWN, "", ""},
    };
    struct hss_world *w = *state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_int_equal(ask_lir(w, rows[i].impu), rows[i].result);
        assert_string_equal(w->a.server_name, rows[i].server);
        assert_string_equal(w->a.wildcard, rows[i].wildcard);
    }
}

/* proves H-CX-3 */
static void an_unregistered_service_gets_capabilities(void **state)
{
    struct hss_world *w = *state;

    ask_lir(w, "sip:alice@ims.example");
    assert_int_equal(w->a.nmandatory, 1);
    assert_int_equal(w->a.mandatory[0], 9);
}

/* proves H-CX-3 */
static void a_registered_user_is_at_its_s_cscf(void **state)
{
    struct hss_world *w = *state;

    ask_sar(w, "bob@ims.example", "sip:bob@ims.example",
            CX_ASSIGN_REGISTRATION);
    assert_int_equal(ask_lir(w, "sip:bob@ims.example"), CX_SUCCESS);
    assert_string_equal(w->a.server_name, SCSCF1);
    ask_sar(w, "alice@ims.example", "sip:alice@ims.example",
            CX_UNREGISTERED_USER);
    assert_int_equal(ask_lir(w, "tel:+15551001"), CX_SUCCESS);
    assert_string_equal(w->a.server_name, SCSCF1);
}

/* proves H-CX-3 */
static void another_set_of_the_subscription_names_the_s_cscf(void **state)
{
    struct hss_world *w = *state;

    ask_sar(w, "two@ims.example", "sip:two-a@ims.example",
            CX_ASSIGN_REGISTRATION);
    assert_int_equal(ask_lir(w, "sip:two-b@ims.example"),
                     CX_UNREGISTERED_SERVICE);
    assert_string_equal(w->a.server_name, SCSCF1);
}

/* The S-CSCF that is given up is the one that serves the other set: it is not
 * named, and nothing of that set changes. proves H-CX-3 */
static void another_s_cscf_may_be_asked_for_beside_another_set(void **state)
{
    struct hss_world *w = *state;
    struct cx_lir lir = {.impu = S("sip:two-b@ims.example"),
                         .type = CX_REGISTRATION_AND_CAPABILITIES};

    ask_sar(w, "two@ims.example", "sip:two-a@ims.example",
            CX_ASSIGN_REGISTRATION);
    assert_int_equal(hss_ask_lir(w, &lir), CX_UNREGISTERED_SERVICE);
    assert_string_equal(w->a.server_name, "");
    assert_has(hss_story(w), "but has services in that state");
    assert_int_equal(w->hss->flags.map.count, 0);
    assert_int_equal(ask_lir(w, "sip:two-a@ims.example"), CX_SUCCESS);
    assert_string_equal(w->a.server_name, SCSCF1);
}

/* proves H-CX-3 */
static void an_originating_request_of_a_service_goes_to_an_s_cscf(void **state)
{
    struct hss_world *w = *state;
    struct cx_lir lir = {.impu = S("sip:conf@ims.example"),
                         .originating = true};

    assert_int_equal(hss_ask_lir(w, &lir), CX_UNREGISTERED_SERVICE);
    assert_string_equal(w->a.server_name, "");
    ask_lir(w, "sip:conf@ims.example");
    assert_int_equal(w->a.flags, CX_LIA_PSI_DIRECT_ROUTING);
}

/* An application server asks for somebody who is away, TS 29.228 6.1.4.1 step
 * 3. proves H-CX-3 */
static void
an_originating_request_of_who_is_not_registered_goes_to_an_s_cscf(void **state)
{
    struct hss_world *w = *state;
    struct cx_lir bob = {.impu = S("sip:bob@ims.example"), .originating = true};
    struct cx_lir plain = {.impu = S("sip:plain-b@ims.example"),
                           .originating = true};

    assert_int_equal(hss_ask_lir(w, &bob), CX_UNREGISTERED_SERVICE);
    assert_true(w->a.has_capabilities);
    assert_int_equal(w->a.mandatory[0], 4);
    assert_has(hss_story(w), "the request is made in its name");
    ask_sar(w, "plain@ims.example", "sip:plain-a@ims.example",
            CX_ASSIGN_REGISTRATION);
    assert_int_equal(hss_ask_lir(w, &plain), CX_UNREGISTERED_SERVICE);
    assert_string_equal(w->a.server_name, SCSCF1);
    assert_int_equal(ask_lir(w, "sip:plain-b@ims.example"),
                     CX_IDENTITY_NOT_REGISTERED);
}

/* proves H-CX-3 */
static void capabilities_may_be_asked_for(void **state)
{
    struct hss_world *w = *state;
    struct cx_lir lir = {.impu = S("sip:alice@ims.example"),
                         .type = CX_REGISTRATION_AND_CAPABILITIES};

    ask_sar(w, "alice@ims.example", "sip:alice@ims.example",
            CX_ASSIGN_REGISTRATION);
    assert_int_equal(hss_ask_lir(w, &lir), CX_SUCCESS);
    assert_string_equal(w->a.server_name, "");
    assert_int_equal(w->a.nmandatory, 1);
    assert_has(hss_story(w), "was given up");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
        T(an_identity_is_found_or_not),
        T(an_unregistered_service_gets_capabilities),
        T(a_registered_user_is_at_its_s_cscf),
        T(another_set_of_the_subscription_names_the_s_cscf),
        T(another_s_cscf_may_be_asked_for_beside_another_set),
        T(an_originating_request_of_a_service_goes_to_an_s_cscf),
        T(an_originating_request_of_who_is_not_registered_goes_to_an_s_cscf),
        T(capabilities_may_be_asked_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
