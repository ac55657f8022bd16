/* SPDX-License-Identifier: MIT */
#include "diameter/message.h"
#include "hss/implicit.h"
#include "hss/provisioning.h"
#include "support/hss_world.h"

static const char users[] =
    "charging:\n"
    "  - {name: std, ccf: \"aaa://ccf.ims.example\"}\n"
    "shared_ifc:\n"
    "  - id: 4\n"
    "    ifc: [{priority: 5, server: sip:shared.ims.example}]\n"
    "profiles:\n"
    "  - name: both\n"
    "    shared_ifc: [4]\n"
    "    ifc: [{priority: 10, server: sip:as1.ims.example}]\n"
    "  - name: registered\n"
    "    ifc: [{priority: 10, server: sip:as1.ims.example,\n"
    "           part: registered}]\n"
    "subscribers:\n"
    "  - impu: sip:alice@ims.example\n"
    "    tel: tel:+15551001\n"
    "    aka: {k: alice-in-ims-box, op: 696d73626f782d6f70657261746f7221}\n"
    "    charging: std\n"
    "    profile: both\n"
    "  - impu: sip:bob@ims.example\n"
    "    digest: {password: secret}\n"
    "    profile: registered\n"
    "  - privates:\n"
    "      - {impi: phone@ims.example, digest: {password: secret}}\n"
    "      - {impi: soft@ims.example, digest: {password: secret}}\n"
    "    sets:\n"
    "      - publics: [{impu: sip:hidden@ims.example, barred: true},\n"
    "                  sip:erin@ims.example]\n"
    "      - publics: [sip:fax@ims.example]\n"
    "        privates: [soft@ims.example]\n"
    "  - impu: {impu: \"sip:room-!.*!@ims.example\", type: wildcarded-psi,\n"
    "           profile: both}\n"
    "  - impu: {impu: sip:asleep@ims.example, type: psi, inactive: true}\n"
    "  - impu: {impu: sip:clock@ims.example, type: psi}\n"
    "    digest: {password: secret}\n";

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

static const struct store_public *look(struct hss_world *w, const char *impu)
{
    static struct store_public p;
    static struct arena a;
    struct why why;

    arena_fini(&a);
    arena_init(&a, 0, 1 << 20);
    assert_ok(store_find_public(w->hss->store, &a, slice_of(impu), &p, &why),
              &why);
    return &p;
}

static void assert_state(struct hss_world *w, const char *impu,
                         enum registration_state state, const char *scscf)
{
    const struct store_public *p = look(w, impu);

    assert_string_equal(registration_state_name(p->state),
                        registration_state_name(state));
    assert_text(p->scscf, slice_of(scscf));
}

static unsigned sar_of(struct hss_world *w, const char *impi, const char *impu,
                       enum cx_assignment type, const char *server)
{
    struct slice name = slice_of(impu);
    struct cx_sar sar = {.impi = slice_of(impi),
                         .impus = {&name, impu != NULL},
                         .server_name = slice_of(server),
                         .type = type};

    return hss_ask_sar(w, &sar);
}

/* proves H-CX-2 H-CX-6 */
static void registration_stores_state_and_name_and_sends_the_data(void **state)
{
    struct hss_world *w = *state;

    assert_int_equal(ask_sar(w, "alice@ims.example", "tel:+15551001",
                             CX_ASSIGN_REGISTRATION),
                     CX_SUCCESS);
    assert_has(buf_slice(&w->a.user_data), "<PrivateID>alice@ims.example<");
    assert_has(buf_slice(&w->a.user_data), "sip:alice@ims.example");
    assert_has(buf_slice(&w->a.user_data), "tel:+15551001");
    assert_has(buf_slice(&w->a.user_data), "sip:as1.ims.example");
    assert_string_equal(w->a.ccf, "aaa://ccf.ims.example");
    assert_string_equal(w->a.impi, "alice@ims.example");
    assert_int_equal(w->a.nassociated, 0);
    assert_state(w, "sip:alice@ims.example", REGISTERED, SCSCF1);
    assert_state(w, "tel:+15551001", REGISTERED, SCSCF1);
}

/* proves H-CX-2 */
static void
shared_criteria_are_expanded_unless_they_are_understood(void **state)
{
    struct hss_world *w = *state;
    struct cx_feature sifc = {10415, 1, 1, false};
    struct slice name = S("sip:alice@ims.example");
    struct cx_sar sar = {.impi = S("alice@ims.example"),
                         .impus = {&name, 1},
                         .server_name = S(SCSCF1),
                         .type = CX_ASSIGN_REGISTRATION};

    assert_int_equal(hss_ask_sar(w, &sar), CX_SUCCESS);
    assert_has(buf_slice(&w->a.user_data), "sip:shared.ims.example");
    assert_has_not(buf_slice(&w->a.user_data), "SharedIFCSetID");
    sar.features = (struct cx_features){&sifc, 1};
    assert_int_equal(hss_ask_sar(w, &sar), CX_SUCCESS);
    assert_has_not(buf_slice(&w->a.user_data), "sip:shared.ims.example");
    assert_has(buf_slice(&w->a.user_data),
               "<SharedIFCSetID>4</SharedIFCSetID>");
}

/* proves H-CX-2 */
static void user_data_already_available_is_not_sent(void **state)
{
    struct hss_world *w = *state;
    struct slice name = S("sip:alice@ims.example");
    struct cx_sar sar = {.impi = S("alice@ims.example"),
                         .impus = {&name, 1},
                         .server_name = S(SCSCF1),
                         .type = CX_RE_REGISTRATION,
                         .already_available = true};

    assert_int_equal(hss_ask_sar(w, &sar), CX_SUCCESS);
    assert_int_equal(w->a.user_data.n, 0);
}

/* proves H-CX-2 H-CX-6 */
static void every_assignment_type_has_its_effect(void **state)
{
    static const char *const bob = "sip:bob@ims.example";
    static const char *const alice = "sip:alice@ims.example";
    static const struct {
        const char *user; /* whose profile tells if a name is kept */
        enum cx_assignment before, type;
        unsigned result;
        enum registration_state state;
        bool named;
    } rows[] = {
#define REG CX_ASSIGN_REGISTRATION
#define UNREG CX_UNREGISTERED_USER
        {"alice", REG, CX_RE_REGISTRATION, CX_SUCCESS, REGISTERED, true},
        {"alice", REG, CX_NO_ASSIGNMENT, CX_SUCCESS, REGISTERED, true},
        {"alice", UNREG, CX_NO_ASSIGNMENT, CX_SUCCESS, UNREGISTERED, true},
        {"alice", UNREG, REG, CX_SUCCESS, REGISTERED, true},
        {"alice", REG, UNREG, CX_IN_ASSIGNMENT_TYPE, REGISTERED, true},
        {"alice", UNREG, UNREG, CX_SUCCESS, UNREGISTERED, true},
        {"alice", REG, CX_TIMEOUT_DEREGISTRATION, CX_SUCCESS, NOT_REGISTERED,
         false},
        {"alice", REG, CX_USER_DEREGISTRATION, CX_SUCCESS, NOT_REGISTERED,
         false},
        {"alice", UNREG, CX_TIMEOUT_DEREGISTRATION, CX_SUCCESS, NOT_REGISTERED,
         false},
        {"alice", REG, CX_ADMINISTRATIVE_DEREGISTRATION, CX_SUCCESS,
         NOT_REGISTERED, false},
        {"alice", REG, CX_DEREGISTRATION_TOO_MUCH_DATA, CX_SUCCESS,
         NOT_REGISTERED, false},
        {"alice", REG, CX_TIMEOUT_DEREGISTRATION_STORE_SERVER_NAME, CX_SUCCESS,
         UNREGISTERED, true},
        {"alice", REG, CX_USER_DEREGISTRATION_STORE_SERVER_NAME, CX_SUCCESS,
         UNREGISTERED, true},
        {"bob", REG, CX_USER_DEREGISTRATION_STORE_SERVER_NAME,
         CX_SUCCESS_SERVER_NAME_NOT_STORED, NOT_REGISTERED, false},
        {"bob", REG, CX_TIMEOUT_DEREGISTRATION_STORE_SERVER_NAME,
         CX_SUCCESS_SERVER_NAME_NOT_STORED, NOT_REGISTERED, false},
        {"alice", REG, CX_AUTHENTICATION_FAILURE, CX_SUCCESS, REGISTERED, true},
        {"alice", UNREG, CX_AUTHENTICATION_TIMEOUT, CX_SUCCESS, UNREGISTERED,
         true},
        {"alice", REG, CX_PGW_UPDATE, CX_INVALID_AVP_VALUE, REGISTERED, true},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct hss_world *w = hss_world_new(users, false);
        bool is_bob = rows[i].user[0] == 'b';
        const char *impu = is_bob ? bob : alice;
        const char *impi = is_bob ? "bob@ims.example" : "alice@ims.example";

        assert_int_equal(ask_sar(w, impi, impu, rows[i].before), CX_SUCCESS);
        assert_int_equal(ask_sar(w, impi, impu, rows[i].type), rows[i].result);
        assert_state(w, impu, rows[i].state, rows[i].named ? SCSCF1 : "");
        hss_world_free(w);
    }
    (void)state;
}

/* proves H-CX-2 H-CX-4 */
static void a_failed_authentication_clears_name_and_flag(void **state)
{
    static const enum cx_assignment types[] = {CX_AUTHENTICATION_FAILURE,
                                               CX_AUTHENTICATION_TIMEOUT};
    struct hss_world *w = *state;

    for (size_t i = 0; i < 2; i++) {
        ask_mar(w, "bob@ims.example", "sip:bob@ims.example", CX_SCHEME_DIGEST);
        assert_state(w, "sip:bob@ims.example", NOT_REGISTERED, SCSCF1);
        assert_int_equal(w->hss->flags.map.count, 1);
        assert_int_equal(
            ask_sar(w, "bob@ims.example", "sip:bob@ims.example", types[i]),
            CX_SUCCESS);
        assert_state(w, "sip:bob@ims.example", NOT_REGISTERED, "");
        assert_int_equal(w->hss->flags.map.count, 0);
    }
}

/* proves H-CX-2 */
static void another_s_cscf_changes_nothing(void **state)
{
    static const struct {
        enum cx_assignment type;
        unsigned expected;
    } rows[] = {
        {CX_ASSIGN_REGISTRATION, CX_IDENTITY_ALREADY_REGISTERED},
        {CX_RE_REGISTRATION, CX_IDENTITY_ALREADY_REGISTERED},
        {CX_UNREGISTERED_USER, CX_IDENTITY_ALREADY_REGISTERED},
        {CX_NO_ASSIGNMENT, CX_UNABLE_TO_COMPLY},
        {CX_USER_DEREGISTRATION, CX_UNABLE_TO_COMPLY},
        {CX_AUTHENTICATION_FAILURE, CX_UNABLE_TO_COMPLY},
    };
    struct hss_world *w = *state;

    ask_sar(w, "alice@ims.example", "sip:alice@ims.example",
            CX_ASSIGN_REGISTRATION);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_int_equal(sar_of(w, "alice@ims.example", "sip:alice@ims.example",
                                rows[i].type, SCSCF2),
                         rows[i].expected);
        assert_has(slice_of(w->a.sentence), SCSCF2);
        assert_string_equal(
            w->a.server_name,
            rows[i].expected == CX_IDENTITY_ALREADY_REGISTERED ? SCSCF1 : "");
        assert_state(w, "sip:alice@ims.example", REGISTERED, SCSCF1);
    }
}

/* proves H-CX-2 */
static void an_s_cscf_that_was_given_up_is_replaced(void **state)
{
    struct hss_world *w = *state;
    struct cx_uar uar = {.impi = S("alice@ims.example"),
                         .impu = S("sip:alice@ims.example"),
                         .visited_network = S("ims.example"),
                         .type = CX_REGISTRATION_AND_CAPABILITIES};

    ask_sar(w, "alice@ims.example", "sip:alice@ims.example",
            CX_ASSIGN_REGISTRATION);
    assert_int_equal(hss_ask_uar(w, &uar), CX_SUCCESS);
    assert_int_equal(sar_of(w, "alice@ims.example", "sip:alice@ims.example",
                            CX_AUTHENTICATION_FAILURE, SCSCF2),
                     CX_UNABLE_TO_COMPLY);
    assert_int_equal(sar_of(w, "alice@ims.example", "sip:alice@ims.example",
                            CX_NO_ASSIGNMENT, SCSCF2),
                     CX_SUCCESS);
    assert_has(buf_slice(&w->a.user_data), "<PrivateID>alice@ims.example<");
    assert_state(w, "sip:alice@ims.example", REGISTERED, SCSCF1);
    assert_int_equal(sar_of(w, "alice@ims.example", "sip:alice@ims.example",
                            CX_ASSIGN_REGISTRATION, SCSCF2),
                     CX_SUCCESS);
    assert_int_equal(sar_of(w, "alice@ims.example", "sip:alice@ims.example",
                            CX_NO_ASSIGNMENT, SCSCF1),
                     CX_UNABLE_TO_COMPLY);
    assert_state(w, "sip:alice@ims.example", REGISTERED, SCSCF2);
    assert_int_equal(sar_of(w, "alice@ims.example", "sip:alice@ims.example",
                            CX_ASSIGN_REGISTRATION, SCSCF1),
                     CX_IDENTITY_ALREADY_REGISTERED);
}

/* proves H-CX-2 */
static void identities_are_checked(void **state)
{
    static const struct {
        const char *impi, *impu;
        enum cx_assignment type;
        unsigned expected;
    } rows[] = {
        {"alice@ims.example", "sip:nobody@ims.example", CX_ASSIGN_REGISTRATION,
         CX_USER_UNKNOWN},
        {"nobody@ims.example", "sip:alice@ims.example", CX_ASSIGN_REGISTRATION,
         CX_USER_UNKNOWN},
        {"bob@ims.example", "sip:alice@ims.example", CX_ASSIGN_REGISTRATION,
         CX_IDENTITIES_DONT_MATCH},
        {"bob@ims.example", "sip:alice@ims.example", CX_USER_DEREGISTRATION,
         CX_IDENTITIES_DONT_MATCH},
        {"alice@ims.example", NULL, CX_ASSIGN_REGISTRATION, CX_MISSING_AVP},
        {NULL, "sip:alice@ims.example", CX_ASSIGN_REGISTRATION, CX_MISSING_AVP},
        {NULL, NULL, CX_USER_DEREGISTRATION, CX_MISSING_AVP},
        {"nobody@ims.example", NULL, CX_USER_DEREGISTRATION, CX_USER_UNKNOWN},
        {NULL, "sip:asleep@ims.example", CX_UNREGISTERED_USER, CX_USER_UNKNOWN},
        {"clock@ims.example", "sip:clock@ims.example", CX_ASSIGN_REGISTRATION,
         CX_IN_ASSIGNMENT_TYPE},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_int_equal(
            ask_sar(*state, rows[i].impi, rows[i].impu, rows[i].type),
            rows[i].expected);
}

/* What the newest answer of the HSS has in Failed-AVP; code 0: nothing. The
 * record's copy, good until the next entry. */
static struct avp failed_avp(struct hss_world *w)
{
    struct record_cursor c = {0};
    struct record_entry e;
    struct diameter_message m;
    struct diameter_fault f;
    struct avp all, failed = {.code = 0};
    struct avp_reader inside;
    uint64_t missed;

    while (record_read(w->node->env.record, &c, &e, &missed)) {
        if (e.kind != RECORD_TX || !diameter_read(e.bytes, &m, &f))
            continue;
        failed = (struct avp){.code = 0};
        if (!avp_find(m.avps, AVP_FAILED_AVP, &all))
            continue;
        inside = avp_reader(all.value);
        assert_int_equal(avp_next_header(&inside, &failed, &f), AVP_IS);
    }
    return failed;
}

/* RFC 6733 7.1.5, 7.5. proves H-DIA-1 H-CX-2 */
static void the_avp_that_is_to_blame_goes_back(void **state)
{
    struct hss_world *w = *state;
    struct slice names[] = {S("sip:erin@ims.example"), S("sip:fax@ims.example"),
                            S("sip:hidden@ims.example")};
    struct cx_sar sar = {.impi = S("soft@ims.example"),
                         .impus = {names, 3},
                         .server_name = S(SCSCF1),
                         .type = CX_ASSIGN_REGISTRATION};

    assert_int_equal(hss_ask_sar(w, &sar), CX_AVP_OCCURS_TOO_MANY_TIMES);
    assert_int_equal(failed_avp(w).code, 601);
    assert_text(failed_avp(w).value, names[1]); /* the first too many */
    sar.impus.count = 0;
    assert_int_equal(hss_ask_sar(w, &sar), CX_MISSING_AVP);
    assert_int_equal(failed_avp(w).code, 601);
    assert_int_equal(failed_avp(w).vendor, 10415);
    assert_int_equal(failed_avp(w).value.n, 0);
    sar.impus.count = 1;
    sar.impi = (struct slice){0};
    assert_int_equal(hss_ask_sar(w, &sar), CX_MISSING_AVP);
    assert_int_equal(failed_avp(w).code, 1);
    sar.impi = S("soft@ims.example");
    assert_int_equal(hss_ask_sar(w, &sar), CX_SUCCESS);
    assert_int_equal(failed_avp(w).code, 0);
    sar.type = CX_PGW_UPDATE;
    assert_int_equal(hss_ask_sar(w, &sar), CX_INVALID_AVP_VALUE);
    assert_int_equal(failed_avp(w).code, 614);
    assert_text(failed_avp(w).value, S("\0\0\0\x0d"));
}

/* proves H-CX-2 */
static void several_identities_only_leave(void **state)
{
    struct hss_world *w = *state;
    struct slice names[] = {S("sip:erin@ims.example"),
                            S("sip:fax@ims.example")};
    struct cx_sar sar = {.impi = S("soft@ims.example"),
                         .impus = {names, 2},
                         .server_name = S(SCSCF1),
                         .type = CX_ASSIGN_REGISTRATION};

    assert_int_equal(hss_ask_sar(w, &sar), CX_AVP_OCCURS_TOO_MANY_TIMES);
    ask_sar(w, "soft@ims.example", "sip:erin@ims.example",
            CX_ASSIGN_REGISTRATION);
    ask_sar(w, "soft@ims.example", "sip:fax@ims.example",
            CX_ASSIGN_REGISTRATION);
    sar.type = CX_TIMEOUT_DEREGISTRATION;
    assert_int_equal(hss_ask_sar(w, &sar), CX_SUCCESS);
    assert_state(w, "sip:erin@ims.example", NOT_REGISTERED, "");
    assert_state(w, "sip:fax@ims.example", NOT_REGISTERED, "");
}

/* One request, one subscription: what was well of it is not done either.
 * proves H-CX-2 */
static void who_leaves_together_is_of_one_subscription(void **state)
{
    struct hss_world *w = *state;
    struct slice names[] = {S("sip:alice@ims.example"),
                            S("sip:bob@ims.example")};
    struct cx_sar sar = {.impus = {names, 2},
                         .server_name = S(SCSCF1),
                         .type = CX_TIMEOUT_DEREGISTRATION};

    ask_sar(w, "alice@ims.example", "sip:alice@ims.example",
            CX_ASSIGN_REGISTRATION);
    ask_sar(w, "bob@ims.example", "sip:bob@ims.example",
            CX_ASSIGN_REGISTRATION);
    assert_int_equal(hss_ask_sar(w, &sar), CX_IDENTITIES_DONT_MATCH);
    names[1] = S("sip:nobody@ims.example");
    assert_int_equal(hss_ask_sar(w, &sar), CX_USER_UNKNOWN);
    names[1] = S("nonsense");
    assert_int_not_equal(hss_ask_sar(w, &sar), CX_SUCCESS);
    assert_state(w, "sip:alice@ims.example", REGISTERED, SCSCF1);
    assert_state(w, "sip:bob@ims.example", REGISTERED, SCSCF1);
    names[1] = S("tel:+15551001"); /* in the same set */
    assert_int_equal(hss_ask_sar(w, &sar), CX_SUCCESS);
    assert_state(w, "sip:alice@ims.example", NOT_REGISTERED, "");
}

/* proves H-CX-2 H-CX-6 */
static void
a_set_stays_while_another_private_identity_is_registered(void **state)
{
    struct hss_world *w = *state;

    ask_sar(w, "phone@ims.example", "sip:erin@ims.example",
            CX_ASSIGN_REGISTRATION);
    assert_int_equal(w->a.nassociated, 2);
    ask_sar(w, "soft@ims.example", "sip:erin@ims.example",
            CX_ASSIGN_REGISTRATION);
    assert_int_equal(
        ask_sar(w, "phone@ims.example", NULL, CX_USER_DEREGISTRATION),
        CX_SUCCESS);
    assert_state(w, "sip:hidden@ims.example", REGISTERED, SCSCF1);
    assert_has(hss_story(w), "stays registered with another");
    ask_sar(w, "soft@ims.example", NULL, CX_USER_DEREGISTRATION);
    assert_state(w, "sip:erin@ims.example", NOT_REGISTERED, "");
}

/* proves H-CX-2 */
static void there_is_no_name_to_keep_where_there_is_no_s_cscf(void **state)
{
    struct hss_world *w = *state;

    assert_int_equal(ask_sar(w, "alice@ims.example", "sip:alice@ims.example",
                             CX_USER_DEREGISTRATION_STORE_SERVER_NAME),
                     CX_SUCCESS_SERVER_NAME_NOT_STORED);
    assert_state(w, "sip:alice@ims.example", NOT_REGISTERED, "");
}

/* Without a public identity it is what the private one has registered at who
 * asks: fax is not, whoever serves it, or is about to.
 * proves H-CX-2 */
static void who_leaves_by_his_name_leaves_what_he_registered(void **state)
{
    static const struct {
        const char *fax_at;
        bool fax_is_asked_for; /* MAR alone */
        enum cx_assignment fax_before;
        enum registration_state fax;
    } rows[] = {
        {SCSCF1, false, CX_UNREGISTERED_USER, UNREGISTERED},
        {SCSCF2, false, CX_UNREGISTERED_USER, UNREGISTERED},
        {SCSCF2, false, CX_ASSIGN_REGISTRATION, REGISTERED},
        {SCSCF1, true, CX_NO_ASSIGNMENT, NOT_REGISTERED},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct hss_world *w = hss_world_new(users, false);
        size_t asked = rows[i].fax_is_asked_for;

        ask_sar(w, "soft@ims.example", "sip:erin@ims.example",
                CX_ASSIGN_REGISTRATION);
        if (asked)
            ask_mar(w, "soft@ims.example", "sip:fax@ims.example",
                    CX_SCHEME_DIGEST);
        else
            assert_int_equal(sar_of(w, "soft@ims.example",
                                    "sip:fax@ims.example", rows[i].fax_before,
                                    rows[i].fax_at),
                             CX_SUCCESS);
        for (int again = 0; again < 2; again++) {
            assert_int_equal(
                ask_sar(w, "soft@ims.example", NULL, CX_USER_DEREGISTRATION),
                CX_SUCCESS);
            assert_string_equal(w->a.impi, "soft@ims.example");
            assert_state(w, "sip:erin@ims.example", NOT_REGISTERED, "");
            assert_state(w, "sip:fax@ims.example", rows[i].fax, rows[i].fax_at);
            assert_int_equal(w->hss->flags.map.count, asked);
        }
        hss_world_free(w);
    }
}

/* proves H-CX-6 */
static void the_first_identity_not_barred_is_the_default(void **state)
{
    struct hss_world *w = *state;
    struct ims_profile *p;
    struct arena a;
    struct why why;

    ask_sar(w, "soft@ims.example", "sip:erin@ims.example",
            CX_ASSIGN_REGISTRATION);
    arena_init(&a, 0, 1 << 20);
    assert_ok(profile_parse(buf_slice(&w->a.user_data), &a, &p, &why), &why);
    assert_text(profile_default(p)->impu, S("sip:erin@ims.example"));
    assert_true(profile_find(p, S("sip:hidden@ims.example"), NULL)->barred);
    arena_fini(&a);
}

/* proves H-CX-2 */
static void
a_wildcarded_service_is_assigned_by_a_name_that_matches(void **state)
{
    struct hss_world *w = *state;

    assert_int_equal(
        ask_sar(w, NULL, "sip:room-7@ims.example", CX_UNREGISTERED_USER),
        CX_SUCCESS);
    assert_string_equal(w->a.wildcard, "sip:room-!.*!@ims.example");
    assert_has(buf_slice(&w->a.user_data), "sip:room-7@ims.example");
    assert_state(w, "sip:room-8@ims.example", UNREGISTERED, SCSCF1);
    assert_int_equal(
        ask_sar(w, NULL, "sip:room-7@ims.example", CX_TIMEOUT_DEREGISTRATION),
        CX_SUCCESS);
    assert_state(w, "sip:room-8@ims.example", NOT_REGISTERED, "");
}

/* proves H-CX-2 */
static void restoration_information_comes_back(void **state)
{
    struct hss_world *w = *state;
    struct slice name = S("sip:alice@ims.example");
    struct cx_feature restores = {10415, 1, 4, false};
    struct cx_subscription sub = {S("c"), S("f"), S("t"), S("r"), S("u")};
    struct cx_restoration contact = {.path = S("<sip:pcscf1;lr>"),
                                     .contact = S("<sip:a@10.0.0.1>"),
                                     .subscription = &sub};
    struct cx_scscf_restoration info = {
        S("alice@ims.example"), &contact, 1, {0}};
    struct cx_sar sar = {.impi = S("alice@ims.example"),
                         .impus = {&name, 1},
                         .server_name = S(SCSCF1),
                         .type = CX_ASSIGN_REGISTRATION,
                         .restoration = &info,
                         .features = {&restores, 1}};

    assert_int_equal(hss_ask_sar(w, &sar), CX_SUCCESS);
    sar.restoration = NULL;
    sar.type = CX_UNREGISTERED_USER;
    assert_int_equal(hss_ask_sar(w, &sar), CX_SUCCESS);
    assert_int_equal(w->a.nrestorations, 1);
    assert_string_equal(w->a.restored_path, "<sip:pcscf1;lr>");
    assert_int_equal(w->a.nregistered, 1);
    assert_state(w, "sip:alice@ims.example", REGISTERED, SCSCF1);
    sar.type = CX_USER_DEREGISTRATION;
    assert_int_equal(hss_ask_sar(w, &sar), CX_SUCCESS);
    sar.type = CX_UNREGISTERED_USER;
    assert_int_equal(hss_ask_sar(w, &sar), CX_SUCCESS);
    assert_int_equal(w->a.nrestorations, 0);
}

/* What is stored is of another private identity: this one comes for the first
 * time. proves H-CX-2 */
static void the_first_contact_of_a_second_phone_is_taken(void **state)
{
    struct hss_world *w = *state;
    struct slice name = S("sip:erin@ims.example");
    struct cx_feature restores = {10415, 1, 4, false};
    struct cx_restoration contact = {.path = S("<sip:pcscf1;lr>"),
                                     .contact = S("<sip:a@10.0.0.1>")};
    struct cx_scscf_restoration info = {
        S("phone@ims.example"), &contact, 1, {0}};
    struct cx_sar sar = {.impi = S("phone@ims.example"),
                         .impus = {&name, 1},
                         .server_name = S(SCSCF1),
                         .type = CX_ASSIGN_REGISTRATION,
                         .restoration = &info,
                         .multiple_registration = true,
                         .features = {&restores, 1}};

    assert_int_equal(hss_ask_sar(w, &sar), CX_SUCCESS);
    info.impi = sar.impi = S("soft@ims.example");
    assert_int_equal(hss_ask_sar(w, &sar), CX_SUCCESS);
    assert_int_equal(hss_ask_sar(w, &sar), CX_IN_ASSIGNMENT_TYPE);
    assert_int_equal(w->a.nrestorations, 2);
}

static void on_edited(void *ctx, enum ims_err err, const struct store_edited *r,
                      const struct why *why)
{
    unsigned *done = ctx;

    (void)r;
    assert_ok(err, why);
    ++*done;
}

/* As an operator does. */
static void edit(struct hss_world *w, const struct subscriber *s)
{
    struct store_edit e = {
        .id = s->id, .sub = s, .version = STORE_ANY_VERSION, .who = S("test")};
    unsigned done = 0;

    store_edit(w->hss->store, &e, on_edited, &done);
    sim_run_for(w->sim, 100 * MSEC);
    assert_int_equal(done, 1);
}

/* proves H-CX-2 */
static void restoration_information_stays_with_whom_it_is_of(void **state)
{
    struct hss_world *w = *state;
    struct slice name = S("sip:erin@ims.example");
    struct cx_feature restores = {10415, 1, 4, false};
    struct cx_restoration contact = {.path = S("<sip:pcscf1;lr>"),
                                     .contact = S("<sip:a@10.0.0.1>")};
    struct cx_scscf_restoration info = {
        S("phone@ims.example"), &contact, 1, {0}};
    struct cx_sar sar = {.impi = S("phone@ims.example"),
                         .impus = {&name, 1},
                         .server_name = S(SCSCF1),
                         .type = CX_ASSIGN_REGISTRATION,
                         .restoration = &info,
                         .multiple_registration = true,
                         .features = {&restores, 1}};
    struct subscriber_public publics[2];
    struct subscriber_set sets[2];
    struct subscriber s;
    struct arena a;
    struct why why;

    arena_init(&a, 0, 1 << 20);
    assert_int_equal(hss_ask_sar(w, &sar), CX_SUCCESS);
    contact.path = S("<sip:pcscf2;lr>");
    info.impi = sar.impi = S("soft@ims.example");
    assert_int_equal(hss_ask_sar(w, &sar), CX_SUCCESS);
    assert_ok(store_read(w->hss->store, &a,
                         look(w, "sip:erin@ims.example")->sub, &s, &why),
              &why);
    assert_int_equal(s.nsets, 2);
    assert_int_equal(s.sets[0].npublics, 2);
    memcpy(sets, s.sets, sizeof(sets));
    memcpy(publics, sets[0].publics, sizeof(publics));
    publics[1].display_name = S("Erin");
    sets[0].publics = publics;
    s.sets = sets;
    edit(w, &s);
    sar.restoration = NULL;
    sar.type = CX_NO_ASSIGNMENT;
    assert_int_equal(hss_ask_sar(w, &sar), CX_SUCCESS);
    assert_int_equal(w->a.nrestorations, 2);
    assert_string_equal(w->a.restored_path, "<sip:pcscf1;lr>");
    s.privates++; /* soft alone is left */
    s.nprivates--;
    s.nsets = 1;
    edit(w, &s);
    assert_int_equal(hss_ask_sar(w, &sar), CX_SUCCESS);
    assert_int_equal(w->a.nrestorations, 1);
    assert_string_equal(w->a.restored_path, "<sip:pcscf2;lr>");
    arena_fini(&a);
}

/* It restarted, and takes another contact for the first: TS 29.228 6.1.2.1.
 * proves H-CX-2 */
static void what_an_s_cscf_lost_is_not_written_over(void **state)
{
    struct hss_world *w = *state;
    struct slice name = S("sip:alice@ims.example");
    struct cx_feature restores = {10415, 1, 4, false};
    struct cx_restoration contact = {.path = S("<sip:pcscf1;lr>"),
                                     .contact = S("<sip:a@10.0.0.1>")};
    struct cx_scscf_restoration info = {
        S("alice@ims.example"), &contact, 1, {0}};
    struct cx_sar sar = {.impi = S("alice@ims.example"),
                         .impus = {&name, 1},
                         .server_name = S(SCSCF1),
                         .type = CX_ASSIGN_REGISTRATION,
                         .restoration = &info,
                         .multiple_registration = true,
                         .features = {&restores, 1}};

    assert_int_equal(hss_ask_sar(w, &sar), CX_SUCCESS); /* the first indeed */
    contact.path = S("<sip:pcscf2;lr>");
    for (int i = 0; i < 2; i++) {
        assert_int_equal(hss_ask_sar(w, &sar), CX_IN_ASSIGNMENT_TYPE);
        assert_int_equal(w->a.nrestorations, 1);
        assert_string_equal(w->a.restored_path, "<sip:pcscf1;lr>");
        assert_has(buf_slice(&w->a.user_data), "sip:as1.ims.example");
    }
    sar.type = CX_RE_REGISTRATION; /* with both */
    assert_int_equal(hss_ask_sar(w, &sar), CX_SUCCESS);
    sar.restoration = NULL;
    sar.type = CX_NO_ASSIGNMENT;
    assert_int_equal(hss_ask_sar(w, &sar), CX_SUCCESS);
    assert_string_equal(w->a.restored_path, "<sip:pcscf2;lr>");
    sar.type = CX_ASSIGN_REGISTRATION;
    sar.multiple_registration = false;
    assert_int_equal(hss_ask_sar(w, &sar), CX_SUCCESS);
}

/* proves H-CX-2 */
static void registration_survives_the_node(void **state)
{
    struct hss_world *w = hss_world_new(users, true);

    assert_int_equal(ask_sar(w, "alice@ims.example", "sip:alice@ims.example",
                             CX_ASSIGN_REGISTRATION),
                     CX_SUCCESS);
    hss_world_restart(w);
    assert_state(w, "tel:+15551001", REGISTERED, SCSCF1);
    assert_int_equal(ask_lir(w, "tel:+15551001"), CX_SUCCESS);
    assert_string_equal(w->a.server_name, SCSCF1);
    hss_world_free(w);
    (void)state;
}

/* proves H-CX-2 */
static void what_is_not_committed_is_no_success(void **state)
{
    struct hss_world *w = hss_world_new(users, true);
    unsigned refused;

    (void)state;
    files_may_grow(false);
    refused = ask_sar(w, "bob@ims.example", "sip:bob@ims.example",
                      CX_ASSIGN_REGISTRATION);
    files_may_grow(true);
    assert_int_equal(refused, CX_UNABLE_TO_COMPLY);
    assert_state(w, "sip:bob@ims.example", NOT_REGISTERED, "");
    assert_int_equal(ask_sar(w, "bob@ims.example", "sip:bob@ims.example",
                             CX_ASSIGN_REGISTRATION),
                     CX_SUCCESS);
    assert_state(w, "sip:bob@ims.example", REGISTERED, SCSCF1);
    hss_world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
        T(registration_stores_state_and_name_and_sends_the_data),
        T(shared_criteria_are_expanded_unless_they_are_understood),
        T(user_data_already_available_is_not_sent),
        T(every_assignment_type_has_its_effect),
        T(a_failed_authentication_clears_name_and_flag),
        T(another_s_cscf_changes_nothing),
        T(an_s_cscf_that_was_given_up_is_replaced),
        T(identities_are_checked),
        T(the_avp_that_is_to_blame_goes_back),
        T(several_identities_only_leave),
        T(who_leaves_together_is_of_one_subscription),
        T(a_set_stays_while_another_private_identity_is_registered),
        T(who_leaves_by_his_name_leaves_what_he_registered),
        T(there_is_no_name_to_keep_where_there_is_no_s_cscf),
        T(the_first_identity_not_barred_is_the_default),
        T(a_wildcarded_service_is_assigned_by_a_name_that_matches),
        T(restoration_information_comes_back),
        T(restoration_information_stays_with_whom_it_is_of),
        T(the_first_contact_of_a_second_phone_is_taken),
        T(what_an_s_cscf_lost_is_not_written_over),
        T(registration_survives_the_node),
        T(what_is_not_committed_is_no_success),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
