/* SPDX-License-Identifier: MIT */
#include "crypto/aka.h"
#include "support/hss_world.h"
#include "support/nodes.h"
#include <stdio.h>

static const char users[] =
    "subscribers:\n"
    "  - impu: sip:alice@ims.example\n"
    "    aka: {k: alice-in-ims-box, op: imsbox-operator!}\n"
    "  - impu: sip:carol@ims.example\n"
    "    aka: {algorithm: AKAv2-SHA-256, k: carol-in-ims-box,\n"
    "          op: imsbox-operator!}\n"
    "  - impu: sip:bob@ims.example\n"
    "    digest: {password: secret}\n"
    "  - impu: sip:dave@ims.example\n"
    "    digest: {algorithm: SHA-256, password: secret}\n"
    "  - impi: pbx@ims.example\n"
    "    digest: {password: secret}\n"
    "    impu: [sip:pbx@ims.example, {impu: \"sip:pbx-!.*!@ims.example\",\n"
    "           type: wildcarded-user}]\n"
    "  - impu: sip:both@ims.example\n"
    "    aka: {k: carol-in-ims-box, op: imsbox-operator!}\n"
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

/* ---- alice's card ------------------------------------------------------- */

struct card {
    struct milenage_key key;
    struct sqn_card sqn;
};

static void card_init(struct card *c)
{
    *c = (struct card){0};
    memcpy(c->key.k, "alice-in-ims-box", 16);
    milenage_opc(c->key.k, (const uint8_t *)"imsbox-operator!", c->key.opc);
}

static enum aka_verdict answer(struct card *c, const struct hss_answer *a,
                               unsigned i, struct aka_answer *out)
{
    return aka_card_answer(&c->key, &c->sqn, a->authenticate[i],
                           a->authenticate[i] + AKA_RAND, out);
}

static uint64_t number_of(const struct hss_answer *a, unsigned i)
{
    struct card c;
    struct milenage_out out;
    uint8_t sqn[6];

    card_init(&c);
    milenage_f2345(&c.key, a->authenticate[i], &out);
    for (int k = 0; k < 6; k++)
        sqn[k] = a->authenticate[i][AKA_RAND + k] ^ out.ak[k];
    return sqn_from_bytes(sqn);
}

static unsigned ask_alice(struct hss_world *w)
{
    return ask_mar(w, "alice@ims.example", "sip:alice@ims.example",
                   CX_SCHEME_AKAV1);
}

/* proves H-CX-4 H-AUC-1 */
static void a_card_accepts_the_vectors(void **state)
{
    struct hss_world *w = *state;
    struct aka_answer out;
    struct card c;

    card_init(&c);
    for (int i = 0; i < 100; i++) {
        assert_int_equal(ask_alice(w), CX_SUCCESS);
        assert_int_equal(w->a.nitems, 1);
        assert_int_equal(answer(&c, &w->a, 0, &out), AKA_ACCEPTED);
        assert_memory_equal(out.res, w->a.xres[0], AKA_RES);
        assert_memory_equal(out.ck, w->a.ck[0], AKA_KEY);
        assert_memory_equal(out.ik, w->a.ik[0], AKA_KEY);
    }
}

/* proves H-CX-4 */
static void several_vectors_come_in_order(void **state)
{
    struct hss_world *w = *state;
    struct cx_auth_item item = {.scheme = S(CX_SCHEME_AKAV1)};
    struct cx_mar mar = {.impi = S("alice@ims.example"),
                         .impu = S("sip:alice@ims.example"),
                         .item = &item,
                         .count = 3,
                         .server_name = S(SCSCF1)};
    struct aka_answer out;
    struct card c;

    card_init(&c);
    assert_int_equal(hss_ask_mar(w, &mar), CX_SUCCESS);
    assert_int_equal(w->a.nitems, 3);
    for (unsigned i = 0; i < 3; i++)
        assert_int_equal(answer(&c, &w->a, i, &out), AKA_ACCEPTED);
    mar.count = 1000;
    assert_int_equal(hss_ask_mar(w, &mar), CX_SUCCESS);
    assert_int_equal(w->a.nitems, VECTORS_MAX);
    mar.count = 0;
    assert_int_equal(hss_ask_mar(w, &mar), CX_SUCCESS);
    assert_int_equal(w->a.nitems, 1);
}

/* proves H-CX-4 */
static void the_scheme_follows_question_and_subscriber(void **state)
{
    static const struct {
        const char *user, *asked;
        unsigned result;
        const char *scheme, *algorithm;
    } rows[] = {
        {"alice", CX_SCHEME_AKAV1, CX_SUCCESS, CX_SCHEME_AKAV1, ""},
        {"alice", CX_SCHEME_UNKNOWN, CX_SUCCESS, CX_SCHEME_AKAV1, ""},
        {"alice", CX_SCHEME_DIGEST, CX_AUTH_SCHEME_NOT_SUPPORTED, "", ""},
        {"carol", CX_SCHEME_AKAV1, CX_SUCCESS, CX_SCHEME_AKAV2, ""},
        {"carol", CX_SCHEME_AKAV2, CX_SUCCESS, CX_SCHEME_AKAV2, ""},
        {"carol", CX_SCHEME_UNKNOWN, CX_SUCCESS, CX_SCHEME_AKAV2, ""},
        {"bob", CX_SCHEME_DIGEST, CX_SUCCESS, CX_SCHEME_DIGEST, "MD5"},
        {"bob", CX_SCHEME_UNKNOWN, CX_SUCCESS, CX_SCHEME_DIGEST, "MD5"},
        {"bob", CX_SCHEME_AKAV1, CX_AUTH_SCHEME_NOT_SUPPORTED, "", ""},
        {"dave", CX_SCHEME_UNKNOWN, CX_SUCCESS, CX_SCHEME_DIGEST, "SHA-256"},
        {"both", CX_SCHEME_DIGEST, CX_SUCCESS, CX_SCHEME_DIGEST, "MD5"},
        {"both", CX_SCHEME_UNKNOWN, CX_SUCCESS, CX_SCHEME_AKAV1, ""},
        {"bob", CX_SCHEME_NASS, CX_AUTH_SCHEME_NOT_SUPPORTED, "", ""},
        {"bob", CX_SCHEME_GIBA, CX_AUTH_SCHEME_NOT_SUPPORTED, "", ""},
        {"bob", "Palm reading", CX_AUTH_SCHEME_NOT_SUPPORTED, "", ""},
    };
    struct hss_world *w = *state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char impi[64], impu[64];

        snprintf(impi, sizeof(impi), "%s@ims.example", rows[i].user);
        snprintf(impu, sizeof(impu), "sip:%s@ims.example", rows[i].user);
        assert_int_equal(ask_mar(w, impi, impu, rows[i].asked), rows[i].result);
        assert_string_equal(w->a.scheme, rows[i].scheme);
        assert_string_equal(w->a.algorithm, rows[i].algorithm);
    }
}

/* proves H-CX-4 */
static void digest_is_the_hash_of_user_realm_and_password(void **state)
{
    struct hss_world *w = *state;
    struct digest_hex hex;

    ask_mar(w, "dave@ims.example", "sip:dave@ims.example", CX_SCHEME_DIGEST);
    digest_ha1(DIGEST_SHA256, S("dave@ims.example"), S("ims.example"),
               S("secret"), &hex);
    assert_text(slice_of(w->a.ha1), digest_slice(&hex));
    assert_string_equal(w->a.realm, "ims.example");
}

/* proves H-CX-4 */
static void identities_are_checked(void **state)
{
    struct hss_world *w = *state;

    assert_int_equal(ask_mar(w, "nobody@ims.example", "sip:bob@ims.example",
                             CX_SCHEME_DIGEST),
                     CX_USER_UNKNOWN);
    assert_int_equal(ask_mar(w, "bob@ims.example", "sip:nobody@ims.example",
                             CX_SCHEME_DIGEST),
                     CX_USER_UNKNOWN);
    assert_int_equal(ask_mar(w, "bob@ims.example", "sip:alice@ims.example",
                             CX_SCHEME_DIGEST),
                     CX_IDENTITIES_DONT_MATCH);
    assert_int_equal(ask_mar(w, "", "sip:bob@ims.example", CX_SCHEME_DIGEST),
                     CX_USER_UNKNOWN);
}

/* TS 29.228 6.3.1: by an identity of its own alone. proves H-CX-4 */
static void what_a_wildcard_matches_is_not_challenged(void **state)
{
    struct hss_world *w = *state;

    assert_int_equal(ask_mar(w, "pbx@ims.example", "sip:pbx-1@ims.example",
                             CX_SCHEME_DIGEST),
                     CX_USER_UNKNOWN);
    assert_has(slice_of(w->a.sentence), "sip:pbx-!.*!@ims.example");
    assert_int_equal(
        ask_mar(w, "pbx@ims.example", "sip:pbx@ims.example", CX_SCHEME_DIGEST),
        CX_SUCCESS);
}

static unsigned resync(struct hss_world *w, const uint8_t *rand,
                       const uint8_t *auts, const char *server)
{
    uint8_t both[AKA_RAND + AKA_AUTS] = {0};
    struct cx_auth_item item = {.scheme = S(CX_SCHEME_AKAV1),
                                .authorization = slice_at(both, sizeof(both))};
    struct cx_mar mar = {.impi = S("alice@ims.example"),
                         .impu = S("sip:alice@ims.example"),
                         .item = &item,
                         .count = 1,
                         .server_name = slice_of(server)};

    memcpy(both, rand, AKA_RAND);
    memcpy(both + AKA_RAND, auts, AKA_AUTS);
    return hss_ask_mar(w, &mar);
}

/* A card that is far ahead says so. */
static void card_complains(struct hss_world *w, struct card *c,
                           struct aka_answer *out, uint8_t rand[AKA_RAND])
{
    card_init(c);
    for (unsigned i = 0; i < SQN_INDS; i++)
        c->sqn.seq[i] = 5000000;
    ask_alice(w);
    memcpy(rand, w->a.authenticate[0], AKA_RAND);
    assert_int_equal(answer(c, &w->a, 0, out), AKA_SYNC);
}

/* proves H-CX-4 H-AUC-1 */
static void the_counter_follows_a_card_that_is_ahead(void **state)
{
    struct hss_world *w = *state;
    struct aka_answer out;
    struct card c;
    uint8_t rand[AKA_RAND];

    card_complains(w, &c, &out, rand);
    assert_int_equal(resync(w, rand, out.auts, SCSCF1), CX_SUCCESS);
    assert_int_equal(answer(&c, &w->a, 0, &out), AKA_ACCEPTED);
    assert_has(hss_story(w), "follows its card");
    assert_int_equal(ask_alice(w), CX_SUCCESS);
    assert_int_equal(answer(&c, &w->a, 0, &out), AKA_ACCEPTED);
}

static void check_name(struct hss_world *w, const char *name)
{
    assert_int_equal(ask_uar(w, "alice@ims.example", "sip:alice@ims.example"),
                     CX_SUBSEQUENT_REGISTRATION);
    assert_string_equal(w->a.server_name, name);
}

/* Nor does it overwrite the S-CSCF's name (8.1).
 * proves H-CX-4 H-AUC-1 */
static void a_false_synchronisation_failure_is_ignored(void **state)
{
    struct hss_world *w = *state;
    struct aka_answer out;
    struct card c;
    uint8_t rand[AKA_RAND] = {0}, bad[AKA_AUTS] = {0};

    assert_int_equal(resync(w, rand, bad, SCSCF2), CX_SUCCESS);
    check_name(w, SCSCF2); /* there was none */
    card_complains(w, &c, &out, rand);
    memcpy(bad, out.auts, AKA_AUTS);
    bad[13] ^= 1;
    assert_int_equal(resync(w, rand, bad, SCSCF1), CX_SUCCESS);
    assert_true(sqn_seq(number_of(&w->a, 0)) < 1000);
    assert_int_equal(resync(w, rand, out.auts, SCSCF2), CX_SUCCESS);
    assert_true(sqn_seq(number_of(&w->a, 0)) < 1000);
    check_name(w, SCSCF1);
}

/* proves H-AUC-1 */
static void no_number_comes_twice_across_restarts(void **state)
{
    struct hss_world *w = hss_world_new(users, true);
    uint64_t last = 0;

    for (int i = 0; i < 6; i++) {
        for (int k = 0; k < 40; k++) {
            assert_int_equal(ask_alice(w), CX_SUCCESS);
            assert_true(number_of(&w->a, 0) > last);
            last = number_of(&w->a, 0);
        }
        hss_world_restart(w);
    }
    assert_true(sqn_seq(last) < 6 * (40 + VECTORS_BLOCK));
    hss_world_free(w);
    (void)state;
}

/* proves H-AUC-1 */
static void a_number_that_is_provisioned_counts(void **state)
{
    static const uint64_t numbers[] = {(uint64_t)5000 << SQN_IND_BITS,
                                       (uint64_t)20 << SQN_IND_BITS};
    struct hss_world *w = *state;

    for (size_t i = 0; i < 2; i++) {
        struct api_answer a;
        char body[256];

        assert_int_equal(ask_alice(w), CX_SUCCESS);
        snprintf(body, sizeof(body),
                 "{\"impu\": \"sip:alice@ims.example\", \"aka\": {"
                 "\"k\": \"alice-in-ims-box\", \"op\": \"imsbox-operator!\","
                 " \"sqn\": %llu}}",
                 (unsigned long long)numbers[i]);
        api_answer_init(&a);
        api_ask(w->node, "PUT /api/v1/subscribers/1", body, &a);
        sim_run_for(w->sim, SECOND);
        assert_int_equal(a.status / 100, 2);
        api_answer_fini(&a);
        assert_int_equal(ask_alice(w), CX_SUCCESS);
        assert_int_equal(sqn_seq(number_of(&w->a, 0)), sqn_seq(numbers[i]) + 1);
    }
}

/* proves H-CX-4 */
static void what_cannot_be_stored_is_no_success(void **state)
{
    struct hss_world *w = hss_world_new(users, true);
    unsigned refused;

    (void)state;
    files_may_grow(false);
    refused =
        ask_mar(w, "bob@ims.example", "sip:bob@ims.example", CX_SCHEME_DIGEST);
    files_may_grow(true);
    assert_int_equal(refused, CX_UNABLE_TO_COMPLY);
    assert_int_equal(
        ask_mar(w, "bob@ims.example", "sip:bob@ims.example", CX_SCHEME_DIGEST),
        CX_SUCCESS);
    hss_world_free(w);
}

/* proves H-CX-4 */
static void the_name_is_stored_before_the_answer(void **state)
{
    struct hss_world *w = hss_world_new(users, true);

    assert_int_equal(ask_alice(w), CX_SUCCESS);
    hss_world_restart(w);
    assert_int_equal(ask_uar(w, "alice@ims.example", "sip:alice@ims.example"),
                     CX_SUBSEQUENT_REGISTRATION);
    assert_string_equal(w->a.server_name, SCSCF1);
    hss_world_free(w);
    (void)state;
}

/* proves H-CX-4 H-AUC-1 */
static void requests_at_once_queue_behind_a_write(void **state)
{
    struct hss_world *w = *state;
    struct cx_auth_item item = {.scheme = S(CX_SCHEME_AKAV1)};
    struct cx_mar mar = {.impi = S("alice@ims.example"),
                         .impu = S("sip:alice@ims.example"),
                         .item = &item,
                         .count = 1,
                         .server_name = S(SCSCF1)};
    struct store_figures f;
    uint64_t last = 0;
    unsigned seen = 0;

    for (int i = 0; i < 20; i++)
        hss_send_mar(w, &mar);
    for (int i = 0; i < 2000 && w->a.count < 20; i++) {
        sim_run_for(w->sim, 100);
        if (w->a.count == seen)
            continue;
        seen = w->a.count;
        assert_true(number_of(&w->a, 0) > last);
        last = number_of(&w->a, 0);
    }
    assert_int_equal(w->a.count, 20);
    store_figures(w->hss->store, &f);
    assert_true(f.commits <= 4); /* import, name and block, no more */
}

static void on_no_answer(void *ctx, enum ims_err err, const struct cx_maa *maa)
{
    (void)ctx;
    (void)maa;
    assert_int_not_equal(err, IMS_OK);
}

/* Its numbers are being written (leak sanitizer). */
static void a_node_may_end_amid_a_block(void **state)
{
    struct hss_world *w = hss_world_new(users, true);
    struct cx_auth_item item = {.scheme = S(CX_SCHEME_AKAV1)};
    struct cx_mar mar = {.impi = S("alice@ims.example"),
                         .impu = S("sip:alice@ims.example"),
                         .item = &item,
                         .count = 1,
                         .server_name = S(SCSCF1)};

    (void)state;
    assert_int_equal(ask_alice(w), CX_SUCCESS); /* its name is stored */
    hss_world_restart(w);
    sim_work_latency(w->sim, SECOND);
    cx_mar_send(w->scscf->cx, &mar, S("call"), on_no_answer, NULL);
    sim_run_for(w->sim, 10 * MSEC);
    hss_world_free(w);
}

/* proves H-CX-4 */
static void who_is_challenged_as_a_card_is_told_why(void **state)
{
    struct hss_world *w = *state;

    ask_alice(w);
    assert_has(hss_story(w), "Digest-AKAv1-MD5: it has a SIM key");
    assert_has_not(hss_story(w), "goes before its password");
    ask_mar(w, "both@ims.example", "sip:both@ims.example", CX_SCHEME_UNKNOWN);
    assert_has(hss_story(w), "a SIM key, which goes before its password");
}

/* proves H-CX-4 */
static void no_secret_is_in_the_record(void **state)
{
    struct hss_world *w = *state;

    ask_alice(w);
    ask_mar(w, "bob@ims.example", "sip:bob@ims.example", CX_SCHEME_DIGEST);
    assert_has(hss_story(w), "is to be challenged by SIP Digest");
    assert_has_not(hss_story(w), "secret");
    assert_has_not(hss_story(w), "alice-in-ims-box");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
        T(a_card_accepts_the_vectors),
        T(several_vectors_come_in_order),
        T(the_scheme_follows_question_and_subscriber),
        T(digest_is_the_hash_of_user_realm_and_password),
        T(identities_are_checked),
        T(what_a_wildcard_matches_is_not_challenged),
        T(the_counter_follows_a_card_that_is_ahead),
        T(a_false_synchronisation_failure_is_ignored),
        T(no_number_comes_twice_across_restarts),
        T(a_number_that_is_provisioned_counts),
        T(what_cannot_be_stored_is_no_success),
        T(the_name_is_stored_before_the_answer),
        T(requests_at_once_queue_behind_a_write),
        T(a_node_may_end_amid_a_block),
        T(who_is_challenged_as_a_card_is_told_why),
        T(no_secret_is_in_the_record),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
