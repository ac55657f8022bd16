/* SPDX-License-Identifier: MIT */
#include "scscf/role.h"
#include "scscf/scscf.h"
#include "support/check.h"
#include "support/diameter_world.h"
#include "support/nodes.h"
#include <stdio.h>

/* What the HSS begins, at the S-CSCF: RTR and PPR.
 *
 * proves S-REG-2 S-REG-5 S-PPR-1 H-CX-6 */

#define USER(impi, impus)                                                    \
    "<IMSSubscription><PrivateID>" impi "</PrivateID><ServiceProfile>" impus \
    "</ServiceProfile></IMSSubscription>"
#define IMPU(id) "<PublicIdentity><Identity>" id "</Identity></PublicIdentity>"
#define SERVICE(id)                                                    \
    "<PublicIdentity><Identity>" id                                    \
    "</Identity><Extension><IdentityType>1</IdentityType></Extension>" \
    "</PublicIdentity>"
#define MATCHED(id)                                                       \
    "<PublicIdentity><Identity>" id                                       \
    "</Identity><Extension><IdentityType>3</IdentityType><Extension>"     \
    "<Extension><WildcardedIMPU>sip:p!.*!@x</WildcardedIMPU></Extension>" \
    "</Extension></Extension></PublicIdentity>"
#define BARRED(id)                                                          \
    "<PublicIdentity><BarringIndication>1</BarringIndication><Identity>" id \
    "</Identity></PublicIdentity>"

struct fixture {
    struct sim *sim;
    struct topology *topology;
    struct sim_host *host;
    struct node *node;
    struct scscf *scscf;
    struct dia_node *hss;
    unsigned answers, result;
    size_t associated;
    char sentence[256];
    unsigned sars; /* that came, the last of them: */
    enum cx_assignment type;
    char user_name[64], impu[64];
};

static void on_sar(void *ctx, struct cx_request *r, const struct cx_sar *sar)
{
    struct cx_saa saa = {.outcome.result = CX_SUCCESS};
    struct fixture *f = ctx;

    f->sars++;
    f->type = sar->type;
    snprintf(f->user_name, sizeof(f->user_name), "%.*s", SLICE_ARG(sar->impi));
    snprintf(f->impu, sizeof(f->impu), "%.*s", SLICE_ARG(sar->impus.v[0]));
    cx_saa_answer(r, &saa);
}

static int setup(void **state)
{
    static const struct cx_handler asked = {.on_sar = on_sar};
    struct fixture *f = calloc(1, sizeof(*f));
    struct node_options o = {
        .role = &scscf_role, .name = "scscf1", .sink = no_sink};
    struct why why;

    f->topology = test_topology("");
    f->sim = sim_new(1);
    f->hss = dia_node_new(f->sim, "hss1", "127.0.0.4", &asked, f);
    assert_ok(diameter_add_peer(f->hss->d,
                                &(struct diameter_peer_config){
                                    .host = S("scscf1.ims.example"),
                                    .realm = S("ims.example")},
                                &why),
              &why);
    diameter_start(f->hss->d);
    f->host = sim_host_new(f->sim, "scscf1");
    o.topology = f->topology;
    o.net = sim_host_net(f->host);
    assert_ok(node_new(&o, &f->node, &why), &why);
    f->scscf = f->node->state;
    sim_run_for(f->sim, 3 * SECOND);
    assert_true(dia_node_info(f->hss, "scscf1.ims.example").open);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;

    dia_node_free(f->hss);
    sim_host_kill(f->host);
    node_free(f->node);
    sim_host_free(f->host);
    sim_free(f->sim);
    topology_free(f->topology);
    free(f);
    return 0;
}

/* ---- users --------------------------------------------------------------- */

static struct irs *put(struct fixture *f, const char *xml, const char *impu)
{
    struct irs *irs = NULL;
    struct why why;

    assert_ok(registrar_put(f->scscf->registrar, slice_of(xml), slice_of(impu),
                            &irs, &why),
              &why);
    return irs;
}

static void bind_to(struct irs *irs, const char *impi, const char *contact)
{
    irs_bind(irs, NULL,
             &(struct binding_values){.uri = slice_of(contact),
                                      .impi = slice_of(impi),
                                      .call_id = S("call"),
                                      .q = 1000,
                                      .expires_us = (int64_t)3600 * SECOND});
}

static struct irs *set_of(struct fixture *f, const char *impu)
{
    struct irs_identity *id =
        registrar_find(f->scscf->registrar, slice_of(impu));

    return id ? id->irs : NULL;
}

/* a and her office with two phones, b with one. */
static void three_phones(struct fixture *f)
{
    struct irs *a = put(f,
                        USER("card@x", BARRED("sip:hidden@x") IMPU("sip:a@x")
                                           IMPU("sip:office@x")),
                        "sip:a@x");

    bind_to(a, "card@x", "sip:a@10.0.0.1");
    bind_to(a, "soft@x", "sip:a@10.0.0.2");
    bind_to(put(f, USER("b@x", IMPU("sip:b@x")), "sip:b@x"), "b@x",
            "sip:b@10.0.0.3");
}

/* ---- asking -------------------------------------------------------------- */

static void begin(struct fixture *f, const struct cx_outcome *o)
{
    f->answers++;
    f->result = o->result;
    f->associated = 0;
    snprintf(f->sentence, sizeof(f->sentence), "%.*s",
             SLICE_ARG(o->error_message));
}

static void on_rta(void *ctx, enum ims_err err, const struct cx_rta *rta)
{
    struct fixture *f = ctx;

    assert_int_equal(err, IMS_OK);
    begin(f, &rta->outcome);
    if (rta->associated_impis)
        f->associated = rta->associated_impis->count;
}

static void on_ppa(void *ctx, enum ims_err err, const struct cx_ppa *ppa)
{
    assert_int_equal(err, IMS_OK);
    begin(ctx, &ppa->outcome);
}

static const struct cx_path to_scscf = {
    .destination_host = {"scscf1.ims.example", 18}};

static unsigned rtr(struct fixture *f, enum cx_reason reason, const char *impi,
                    const char *associated, const char *impu)
{
    struct cx_deregistration why = {.code = reason};
    struct slice other = slice_of(associated), public = slice_of(impu);
    struct cx_texts others = {&other, 1};
    struct cx_rtr ask = {.path = to_scscf,
                         .impi = slice_of(impi),
                         .associated_impis = other.n ? &others : NULL,
                         .impus = {&public, public.n > 0},
                         .reason = &why};
    unsigned before = f->answers;

    cx_rtr_send(f->hss->cx, &ask, S(""), on_rta, f);
    sim_run_for(f->sim, SECOND);
    assert_int_equal(f->answers, before + 1);
    return f->result;
}

static unsigned ppr(struct fixture *f, const struct cx_ppr *what)
{
    struct cx_ppr ask = *what;
    unsigned before = f->answers;

    ask.path = to_scscf;
    cx_ppr_send(f->hss->cx, &ask, S(""), on_ppa, f);
    sim_run_for(f->sim, SECOND);
    assert_int_equal(f->answers, before + 1);
    return f->result;
}

static unsigned push(struct fixture *f, const char *impi, const char *xml)
{
    return ppr(f, &(struct cx_ppr){.impi = slice_of(impi),
                                   .user_data = slice_of(xml)});
}

/* ---- RTR ----------------------------------------------------------------- */

static void what_an_rtr_names_goes_and_nothing_else(void **state)
{
    static const struct {
        const char *impi, *associated, *impu;
        unsigned result;
        size_t contacts; /* of a that stay */
        size_t told;     /* associated identities in the answer */
    } rows[] = {
        {"card@x", "", "sip:office@x", CX_SUCCESS, 1, 0},
        {"card@x", "soft@x", "sip:a@x", CX_SUCCESS, 0, 1},
        {"card@x", "soft@x", "sip:hidden@x", CX_SUCCESS, 0, 1},
        {"card@x", "", "", CX_SUCCESS, 1, 0},
        {"soft@x", "", "", CX_SUCCESS, 1, 1},
        {"card@x", "soft@x", "", CX_SUCCESS, 0, 1},
        {"nobody@x", "", "", CX_USER_UNKNOWN, 2, 0},
        {"card@x", "", "sip:nobody@x", CX_USER_UNKNOWN, 2, 0},
        {"nobody@x", "", "sip:a@x", CX_USER_UNKNOWN, 2, 0},
        {"card@x", "", "no identity", CX_USER_UNKNOWN, 2, 0},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct fixture *f;
        struct irs *a;

        (void)teardown(state);
        (void)setup(state);
        f = *state;
        three_phones(f);
        assert_int_equal(rtr(f, CX_PERMANENT_TERMINATION, rows[i].impi,
                             rows[i].associated, rows[i].impu),
                         rows[i].result);
        a = set_of(f, "sip:a@x");
        assert_int_equal(a ? a->binding_count : 0, rows[i].contacts);
        assert_ptr_equal(a, set_of(f, "sip:office@x"));
        if (rows[i].told && rows[i].associated[0])
            assert_int_equal(f->associated, rows[i].told);
        else
            assert_int_equal(f->associated, 0);
        assert_int_equal(set_of(f, "sip:b@x")->binding_count, 1);
    }
}

/* A set that is served unregistered has no contacts, but is state all the
 * same. */
static void an_unregistered_user_is_removed(void **state)
{
    struct fixture *f = *state;

    registrar_serve_unregistered(
        put(f, USER("u@x", IMPU("sip:u@x")), "sip:u@x"), 600 * SECOND);
    assert_int_equal(rtr(f, CX_REMOVE_SCSCF, "u@x", "", "sip:u@x"), CX_SUCCESS);
    assert_null(set_of(f, "sip:u@x"));
    registrar_serve_unregistered(
        put(f, USER("u@x", IMPU("sip:u@x")), "sip:u@x"), 600 * SECOND);
    assert_int_equal(rtr(f, CX_REMOVE_SCSCF, "u@x", "", ""), CX_SUCCESS);
    assert_null(set_of(f, "sip:u@x"));
    assert_int_equal(rtr(f, CX_REMOVE_SCSCF, "u@x", "", ""), CX_USER_UNKNOWN);
}

static struct challenge *challenge(struct fixture *f, const char *impi)
{
    return challenge_new(f->scscf->challenges, slice_of(impi), S("sip:a@x"),
                         slice_of(impi), S("call"));
}

static void challenges_of_who_is_ended_are_void(void **state)
{
    struct fixture *f = *state;

    three_phones(f);
    assert_non_null(challenge(f, "card@x"));
    assert_non_null(challenge(f, "soft@x"));
    assert_non_null(challenge(f, "b@x"));
    rtr(f, CX_PERMANENT_TERMINATION, "card@x", "soft@x", "sip:a@x");
    assert_null(challenge_find(f->scscf->challenges, S("card@x")));
    assert_null(challenge_find(f->scscf->challenges, S("soft@x")));
    assert_non_null(challenge_find(f->scscf->challenges, S("b@x")));
}

/* TS 29.228 6.1.2.1: nobody else asks for the other identity any more. */
static void
a_challenge_that_gives_way_is_told_of_unless_another_waits(void **state)
{
    struct fixture *f = *state;
    char nonce[] = "b0";

    assert_non_null(challenge(f, "card@x"));
    for (unsigned i = 0; i < 2 * CHALLENGES_PER_IMPI; i++, nonce[1]++) {
        assert_non_null(challenge_new(f->scscf->challenges, S("card@x"),
                                      S("sip:b@x"), slice_of(nonce),
                                      S("call")));
        sim_run_for(f->sim, SECOND);
        assert_int_equal(f->sars, i + 1 < CHALLENGES_PER_IMPI ? 0 : 1);
    }
    assert_int_equal(f->type, CX_AUTHENTICATION_TIMEOUT);
    assert_string_equal(f->user_name, "card@x");
    assert_string_equal(f->impu, "sip:a@x");
}

/* ---- PPR ----------------------------------------------------------------- */

static void a_pushed_profile_counts_at_once(void **state)
{
    struct fixture *f = *state;

    three_phones(f);
    assert_int_equal(
        push(f, "soft@x",
             USER("soft@x", BARRED("sip:hidden@x") IMPU("sip:a@x")
                                BARRED("sip:office@x") IMPU("sip:new@x"))),
        CX_SUCCESS);
    assert_ptr_equal(set_of(f, "sip:new@x"), set_of(f, "sip:a@x"));
    assert_int_equal(set_of(f, "sip:a@x")->binding_count, 2);
    assert_true(registrar_find(f->scscf->registrar, S("sip:office@x"))
                    ->profile->barred);
    assert_int_equal(push(f, "card@x", USER("card@x", IMPU("sip:a@x"))),
                     CX_SUCCESS);
    assert_null(set_of(f, "sip:office@x"));
    assert_int_equal(set_of(f, "sip:a@x")->binding_count, 2);
    assert_int_equal(set_of(f, "sip:b@x")->binding_count, 1);
}

static void what_cannot_be_pushed_is_refused_and_changes_nothing(void **state)
{
    static const struct {
        const char *impi, *xml;
        unsigned result;
        const char *says;
    } rows[] = {
        {"card@x", "", CX_NOT_SUPPORTED_USER_DATA, ""},
        {"card@x", "<IMSSubscription>", CX_NOT_SUPPORTED_USER_DATA, ""},
        {"nobody@x", USER("nobody@x", IMPU("sip:a@x")), CX_USER_UNKNOWN,
         "no set of that private identity"},
        {"card@x", USER("card@x", IMPU("sip:new@x")), CX_USER_UNKNOWN,
         "no set"},
        {"b@x", USER("b@x", IMPU("sip:a@x")), CX_USER_UNKNOWN, "no set"},
        /* another default identity */
        {"card@x", USER("card@x", IMPU("sip:new@x") IMPU("sip:a@x")),
         CX_UNABLE_TO_COMPLY, "needs a new registration"},
        {"card@x", USER("card@x", BARRED("sip:a@x") IMPU("sip:office@x")),
         CX_UNABLE_TO_COMPLY, "default identity"},
        {"card@x", USER("card@x", IMPU("sip:office@x")), CX_UNABLE_TO_COMPLY,
         "default identity"},
        {"card@x", USER("card@x", BARRED("sip:office@x")), CX_UNABLE_TO_COMPLY,
         "default identity"},
    };
    struct fixture *f = *state;

    three_phones(f);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_int_equal(push(f, rows[i].impi, rows[i].xml), rows[i].result);
        assert_has(slice_of(f->sentence), rows[i].says);
        assert_ptr_equal(set_of(f, "sip:a@x"), set_of(f, "sip:office@x"));
        assert_int_equal(set_of(f, "sip:a@x")->binding_count, 2);
        assert_null(set_of(f, "sip:new@x"));
    }
}

static void a_profile_that_there_is_no_room_for_is_refused(void **state)
{
    struct fixture *f = *state;

    three_phones(f);
    registrar_limit(f->scscf->registrar, 4);
    assert_int_equal(
        push(f, "b@x", USER("b@x", IMPU("sip:b@x") IMPU("sip:b2@x"))),
        CX_TOO_MUCH_DATA);
    assert_null(set_of(f, "sip:b2@x"));
    assert_int_equal(set_of(f, "sip:b@x")->binding_count, 1);
}

/* 6.2.2: with a profile those of its set, alone those of each of the private
 * identity's; a profile without them leaves them. */
static void charging_addresses_count_at_once(void **state)
{
    struct cx_charging c = {.primary_ccf = S("aaa://ccf1"),
                            .primary_ecf = S("aaa://ecf1")};
    struct cx_ppr ask = {.impi = S("card@x"), .charging = &c};
    struct fixture *f = *state;

    three_phones(f);
    assert_null(set_of(f, "sip:a@x")->charging);
    assert_int_equal(ppr(f, &ask), CX_SUCCESS);
    assert_text(set_of(f, "sip:a@x")->charging->primary_ccf, S("aaa://ccf1"));
    assert_text(set_of(f, "sip:a@x")->charging->primary_ecf, S("aaa://ecf1"));
    assert_null(set_of(f, "sip:b@x")->charging);
    assert_int_equal(push(f, "card@x", USER("card@x", IMPU("sip:a@x"))),
                     CX_SUCCESS);
    assert_text(set_of(f, "sip:a@x")->charging->primary_ccf, S("aaa://ccf1"));
    c.primary_ccf = S("aaa://ccf2");
    ask.user_data = S(USER("card@x", IMPU("sip:a@x")));
    assert_int_equal(ppr(f, &ask), CX_SUCCESS);
    assert_text(set_of(f, "sip:a@x")->charging->primary_ccf, S("aaa://ccf2"));
    ask.impi = S("nobody@x");
    ask.user_data = (struct slice){0};
    assert_int_equal(ppr(f, &ask), CX_USER_UNKNOWN);
}

/* A user that is served unregistered does not stay for ever because of it. */
static void an_unregistered_user_is_served_as_long_as_before(void **state)
{
    struct fixture *f = *state;

    registrar_serve_unregistered(
        put(f, USER("u@x", IMPU("sip:u@x")), "sip:u@x"), 600 * SECOND);
    sim_run_for(f->sim, 300 * SECOND);
    assert_int_equal(push(f, "u@x", USER("u@x", IMPU("sip:u@x"))), CX_SUCCESS);
    sim_run_for(f->sim, 290 * SECOND);
    assert_non_null(set_of(f, "sip:u@x"));
    sim_run_for(f->sim, 20 * SECOND);
    assert_null(set_of(f, "sip:u@x"));
}

/* TS 29.228 6.1.2.1: the private identity is told where there is one. The end
 * of a set that two share is that of one, then. */
static void the_end_of_unregistered_service_names_its_user(void **state)
{
    static const struct {
        const char *xml, *impu, *user_name;
    } rows[] = {
        {USER("u@x", IMPU("sip:u@x")), "sip:u@x", "u@x"},
        {USER("u@x", BARRED("sip:u@x")), "sip:u@x", "u@x"},
        {USER("sip:s@x", SERVICE("sip:s@x")), "sip:s@x", ""},
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        registrar_serve_unregistered(put(f, rows[i].xml, rows[i].impu), SECOND);
        sim_run_for(f->sim, 2 * SECOND);
        assert_int_equal(f->sars, i + 1);
        assert_int_equal(f->type, CX_TIMEOUT_DEREGISTRATION);
        assert_string_equal(f->user_name, rows[i].user_name);
        assert_string_equal(f->impu, rows[i].impu);
        assert_null(set_of(f, rows[i].impu));
    }
}

/* TS 29.228 annex B.2.1A: who is found by a wildcard is told of beside it, in a
 * set that has the default identity of all of them. */
static void what_others_have_left_ends_nobodys_registration(void **state)
{
    struct fixture *f = *state;
    struct irs *now;

    registrar_serve_unregistered(
        put(f, USER("p@x", IMPU("sip:p@x") IMPU("sip:p1@x")), "sip:p1@x"),
        SECOND);
    now = put(f, USER("p@x", IMPU("sip:p@x") IMPU("sip:p2@x")), "sip:p2@x");
    bind_to(now, "p@x", "sip:p@10.0.0.1");
    assert_ptr_not_equal(set_of(f, "sip:p1@x"), now);
    sim_run_for(f->sim, 2 * SECOND);
    assert_int_equal(f->sars, 0);
    assert_null(set_of(f, "sip:p1@x"));
    assert_ptr_equal(set_of(f, "sip:p@x"), now);
}

/* TS 29.228 6.1.2.1: the state of the default identity is that of the set that
 * has it now. A number that a wildcard of that set matched is of its state,
 * too. */
static void what_is_left_of_a_set_ends_by_an_identity_of_its_own(void **state)
{
    static const struct {
        const char *left, *impu, *now, *by, *told;
    } rows[] = {
        {USER("p@x", IMPU("sip:p@x") BARRED("sip:p1@x")), "sip:p1@x",
         USER("p@x", IMPU("sip:q@x") IMPU("sip:p@x")), "sip:q@x", "sip:p1@x"},
        {USER("p@x", IMPU("sip:p@x") MATCHED("sip:p1@x")), "sip:p1@x",
         USER("p@x", IMPU("sip:p@x") MATCHED("sip:p2@x")), "sip:p2@x", NULL},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct fixture *f;
        struct irs *now;

        (void)teardown(state);
        (void)setup(state);
        f = *state;
        bind_to(put(f, rows[i].left, rows[i].impu), "p@x", "sip:p@10.0.0.1");
        now = put(f, rows[i].now, rows[i].by);
        bind_to(now, "p@x", "sip:p@10.0.0.2");
        binding_shorten(irs_find_binding(set_of(f, rows[i].impu), S("p@x"),
                                         S("sip:p@10.0.0.1")),
                        SECOND);
        sim_run_for(f->sim, 2 * SECOND);
        assert_null(set_of(f, rows[i].impu));
        assert_ptr_equal(set_of(f, "sip:p@x"), now);
        assert_int_equal(f->sars, rows[i].told != NULL);
        if (!rows[i].told)
            continue;
        assert_int_equal(f->type, CX_TIMEOUT_DEREGISTRATION);
        assert_string_equal(f->user_name, "p@x");
        assert_string_equal(f->impu, rows[i].told);
    }
}

static void a_new_password_makes_old_challenges_void(void **state)
{
    struct cx_auth_item item = {.scheme = S(CX_SCHEME_DIGEST)};
    struct fixture *f = *state;

    three_phones(f);
    assert_non_null(challenge(f, "card@x"));
    assert_non_null(challenge(f, "soft@x"));
    assert_int_equal(
        ppr(f, &(struct cx_ppr){.impi = S("card@x"), .item = &item}),
        CX_SUCCESS);
    assert_null(challenge_find(f->scscf->challenges, S("card@x")));
    assert_non_null(challenge_find(f->scscf->challenges, S("soft@x")));
    /* who is not known here may be about to register */
    assert_non_null(challenge(f, "new@x"));
    assert_int_equal(
        ppr(f, &(struct cx_ppr){.impi = S("new@x"), .item = &item}),
        CX_USER_UNKNOWN);
    assert_null(challenge_find(f->scscf->challenges, S("new@x")));
}

/* Nobody is told of another password of his then. */
static void answers_count_no_more_when_the_last_contact_expires(void **state)
{
    struct fixture *f = *state;
    struct irs *a;

    three_phones(f);
    a = set_of(f, "sip:a@x");
    bind_to(a, "card@x", "sip:a@10.0.0.9");
    challenge_answered(challenge(f, "card@x"), 1);
    challenge_answered(challenge(f, "soft@x"), 1);
    binding_shorten(irs_find_binding(a, S("card@x"), S("sip:a@10.0.0.1")),
                    SECOND);
    sim_run_for(f->sim, 2 * SECOND);
    assert_non_null(challenge_find(f->scscf->challenges, S("card@x")));
    binding_shorten(irs_find_binding(a, S("card@x"), S("sip:a@10.0.0.9")),
                    SECOND);
    sim_run_for(f->sim, 2 * SECOND);
    assert_null(challenge_find(f->scscf->challenges, S("card@x")));
    assert_non_null(challenge_find(f->scscf->challenges, S("soft@x")));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_an_rtr_names_goes_and_nothing_else),
        TEST(an_unregistered_user_is_removed),
        TEST(challenges_of_who_is_ended_are_void),
        TEST(a_challenge_that_gives_way_is_told_of_unless_another_waits),
        TEST(a_pushed_profile_counts_at_once),
        TEST(what_cannot_be_pushed_is_refused_and_changes_nothing),
        TEST(a_profile_that_there_is_no_room_for_is_refused),
        TEST(charging_addresses_count_at_once),
        TEST(an_unregistered_user_is_served_as_long_as_before),
        TEST(the_end_of_unregistered_service_names_its_user),
        TEST(what_others_have_left_ends_nobodys_registration),
        TEST(what_is_left_of_a_set_ends_by_an_identity_of_its_own),
        TEST(a_new_password_makes_old_challenges_void),
        TEST(answers_count_no_more_when_the_last_contact_expires),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
