/* SPDX-License-Identifier: MIT
 *
 * What a phone would have answered with a mistake is recognised, and what is
 * said of it holds no secret; which identities are like one that is not.
 */
#include "crypto/aka.h"
#include "crypto/encode.h"
#include "hss/examine.h"
#include "hss/nearest.h"
#include "support/hss_api.h"
#include <stdio.h>

#define K "0123456789abcdef"
#define OP "the-operators-op"

/* As the HSS keeps a subscriber of whom it was given k, and op or opc. */
static struct subscriber_private card(const char *k, const char *op,
                                      const char *opc)
{
    struct subscriber_private p = {
        .impi = S("alice@ims.example"), .has_key = true, .amf = {0x80, 0}};

    memcpy(p.key.k, k, 16);
    if (op) {
        p.has_op = true;
        memcpy(p.op, op, 16);
        milenage_opc(p.key.k, p.op, p.key.opc);
    } else
        memcpy(p.key.opc, opc, 16);
    return p;
}

/* A challenge of the HSS's key, and what a phone with that key says to it. */
struct exchange {
    struct aka_vector vector;
    char nonce[64], response[64], auts[32];
    struct buf n, a;
    struct digest_hex ha1, hex;
    struct examine_ask ask;
};

static void challenge(struct exchange *x, const struct subscriber_private *p)
{
    static const uint8_t rand[AKA_RAND] = "a random number";

    memset(x, 0, sizeof *x);
    aka_vector_make(&p->key, p->amf, 64, rand, &x->vector);
    buf_over(&x->n, x->nonce, sizeof x->nonce);
    base64_encode(slice_at(x->vector.rand, AKA_RAND + AKA_AUTN), &x->n);
    x->ask = (struct examine_ask){
        .challenged = DIGEST_AKAV1_MD5,
        .answer = {.algorithm = DIGEST_AKAV1_MD5,
                   .qop = DIGEST_QOP_AUTH,
                   .method = S("REGISTER"),
                   .uri = S("sip:ims.example"),
                   .nonce = buf_slice(&x->n),
                   .nc = S("00000001"),
                   .cnonce = S("c")},
        .username = S("alice@ims.example"),
        .realm = S("ims.example"),
    };
}

static void answer_by(struct exchange *x, struct slice password)
{
    digest_ha1(x->ask.answer.algorithm, x->ask.username, x->ask.realm, password,
               &x->ha1);
    digest_response(&x->ask.answer, digest_slice(&x->ha1), &x->hex);
    x->ask.response = digest_slice(&x->hex);
}

static void answer(struct exchange *x, const char *k, const uint8_t opc[16])
{
    struct digest_password password;
    struct milenage_key key;
    struct milenage_out out;

    memcpy(key.k, k, 16);
    memcpy(key.opc, opc, 16);
    milenage_f2345(&key, x->vector.rand, &out);
    digest_aka_password(x->ask.answer.algorithm, slice_at(out.res, AKA_RES),
                        slice_at(out.ik, 16), slice_at(out.ck, 16), &password);
    answer_by(x, digest_password_slice(&password));
}

static enum examine_verdict verdict(const struct subscriber_private *p,
                                    const struct exchange *x)
{
    struct examine_result r;

    examine(p, &x->ask, &r);
    return r.verdict;
}

static void opc_of(const char *k, const void *op, uint8_t opc[16])
{
    uint8_t key[16], in[16];

    memcpy(key, k, 16);
    memcpy(in, op, 16);
    milenage_opc(key, in, opc);
}

/* ---- cards --------------------------------------------------------------- */

static void op_and_opc_in_place_of_each_other_are_recognised(void **state)
{
    uint8_t right[16], twice[16];
    struct exchange x;

    (void)state;
    opc_of(K, OP, right);
    opc_of(K, right, twice);

    /* The HSS was given the OP as OPc; the phone knows better. */
    {
        struct subscriber_private p = card(K, NULL, OP);

        challenge(&x, &p);
        answer(&x, K, right);
        assert_int_equal(verdict(&p, &x), EXAMINE_OPC_IS_OP);
    }
    /* The phone was given the OPc as OP: it looks the same. */
    {
        struct subscriber_private p = card(K, OP, NULL);

        challenge(&x, &p);
        answer(&x, K, twice);
        assert_int_equal(verdict(&p, &x), EXAMINE_OPC_IS_OP);
        /* The phone was given the OP as OPc. */
        answer(&x, K, (const uint8_t *)OP);
        assert_int_equal(verdict(&p, &x), EXAMINE_OP_IS_OPC);
        answer(&x, K, right);
        assert_int_equal(verdict(&p, &x), EXAMINE_FITS);
        answer(&x, "0123456789abcdeg", right);
        assert_int_equal(verdict(&p, &x), EXAMINE_NONE);
    }
    /* The HSS was given the OPc as OP. */
    {
        struct subscriber_private p = card(K, NULL, OP);

        memcpy(p.op, right, 16);
        p.has_op = true;
        milenage_opc(p.key.k, p.op, p.key.opc);
        challenge(&x, &p);
        answer(&x, K, right);
        assert_int_equal(verdict(&p, &x), EXAMINE_OP_IS_OPC);
        p.has_op = false; /* what is not known is not found */
        assert_int_equal(verdict(&p, &x), EXAMINE_NONE);
    }
}

static void a_challenge_of_another_key_is_recognised(void **state)
{
    struct subscriber_private was = card(K, OP, NULL),
                              is = card("another-key-now!", OP, NULL);
    struct exchange x;

    (void)state;
    challenge(&x, &was);
    assert_int_equal(verdict(&is, &x), EXAMINE_AUTN_FOREIGN);
    assert_int_equal(verdict(&was, &x), EXAMINE_NONE); /* nothing was said */
    answer(&x, K, was.key.opc);
    assert_int_equal(verdict(&is, &x), EXAMINE_AUTN_FOREIGN);
}

static void a_synchronisation_token_tells_whose_card_it_is(void **state)
{
    struct subscriber_private p = card(K, OP, NULL),
                              other = card("another-key-now!", OP, NULL);
    struct aka_answer out;
    struct sqn_card sim = {.seq = {1000}};
    uint8_t longer[AKA_AUTS + 1] = {0};
    struct exchange x;

    (void)state;
    for (unsigned i = 0; i < SQN_INDS; i++)
        sim.seq[i] = 1000;
    challenge(&x, &p);
    assert_int_equal(
        aka_card_answer(&p.key, &sim, x.vector.rand, x.vector.autn, &out),
        AKA_SYNC);
    buf_over(&x.a, x.auts, sizeof x.auts);
    base64_encode(slice_at(out.auts, AKA_AUTS), &x.a);
    x.ask.auts = buf_slice(&x.a);
    assert_int_equal(verdict(&p, &x), EXAMINE_FITS);
    assert_int_equal(verdict(&other, &x), EXAMINE_AUTN_FOREIGN);
    memcpy(longer, out.auts, AKA_AUTS); /* one more is none */
    buf_over(&x.a, x.auts, sizeof x.auts);
    base64_encode(slice_at(longer, sizeof longer), &x.a);
    x.ask.auts = buf_slice(&x.a);
    assert_int_equal(verdict(&p, &x), EXAMINE_NONE);
    x.ask.auts = S("AAAAAAAAAAAAAAAAAAA=");
    assert_int_equal(verdict(&p, &x), EXAMINE_NONE);
    x.ask.auts = S("no base64");
    assert_int_equal(verdict(&p, &x), EXAMINE_NONE);
}

/* What a program answers that takes RES for text. */
static void answer_cut(struct exchange *x, const struct subscriber_private *p,
                       const uint8_t rand[AKA_RAND])
{
    struct digest_password password;
    struct milenage_out out;

    aka_vector_make(&p->key, p->amf, 64, rand, &x->vector);
    buf_reset(&x->n);
    base64_encode(slice_at(x->vector.rand, AKA_RAND + AKA_AUTN), &x->n);
    x->ask.answer.nonce = buf_slice(&x->n);
    milenage_f2345(&p->key, rand, &out);
    digest_aka_password(
        x->ask.answer.algorithm,
        slice_at(out.res, strnlen((const char *)out.res, AKA_RES)),
        slice_at(out.ik, 16), slice_at(out.ck, 16), &password);
    answer_by(x, digest_password_slice(&password));
}

/* Over many challenges: it fits, or RES has a zero and the cut is told. */
static void an_answer_that_ends_at_a_zero_byte_is_recognised(void **state)
{
    static const enum digest_algorithm algorithms[] = {DIGEST_AKAV1_MD5,
                                                       DIGEST_AKAV2_MD5};
    struct subscriber_private p = card(K, OP, NULL);
    struct subscriber_private other = card("another-key-now!", OP, NULL);

    (void)state;
    for (size_t i = 0; i < sizeof algorithms / sizeof algorithms[0]; i++) {
        unsigned cut = 0, whole = 0;

        for (unsigned n = 0; n < 1000; n++) {
            uint8_t rand[AKA_RAND] = {(uint8_t)n, (uint8_t)(n >> 8)};
            struct examine_result r;
            struct milenage_out out;
            struct exchange x;
            bool zero;

            challenge(&x, &p);
            x.ask.challenged = x.ask.answer.algorithm = algorithms[i];
            answer_cut(&x, &p, rand);
            milenage_f2345(&p.key, rand, &out);
            zero = memchr(out.res, 0, AKA_RES) != NULL;
            examine(&p, &x.ask, &r);
            assert_int_equal(r.verdict, zero ? EXAMINE_RES_CUT : EXAMINE_FITS);
            assert_int_equal(r.tried[EXAMINE_RES_CUT], zero);
            cut += zero;
            whole += !zero;
            answer(&x, "another-key-now!", other.key.opc);
            assert_int_equal(verdict(&p, &x), EXAMINE_NONE);
        }
        assert_true(cut > 10 && cut < 60); /* of each 33 one */
        assert_true(whole > 900);
    }
}

/* ---- passwords ----------------------------------------------------------- */

static void passwords_that_are_none_are_recognised(void **state)
{
    static const struct {
        const char *password;
        enum examine_verdict verdict;
    } rows[] = {
        {"", EXAMINE_EMPTY_PASSWORD},
        {"alice", EXAMINE_NAME_AS_PASSWORD},
        {"alice@ims.example", EXAMINE_NAME_AS_PASSWORD},
        {K, EXAMINE_KEY_AS_PASSWORD},
        {"30313233343536373839616263646566", EXAMINE_KEY_AS_PASSWORD},
        {"30313233343536373839616263646566 ", EXAMINE_NONE},
        {"secret", EXAMINE_FITS},
        {"Secret", EXAMINE_NONE},
    };
    struct subscriber_private p = card(K, OP, NULL);
    struct subscriber_ha1 stored = {DIGEST_MD5, S("ims.example"), S("")};
    struct digest_hex ha1;
    struct exchange x;

    (void)state;
    digest_ha1(DIGEST_MD5, p.impi, S("ims.example"), S("secret"), &ha1);
    stored.hex = digest_slice(&ha1);
    p.ha1s = &stored;
    p.nha1s = 1;
    challenge(&x, &p);
    x.ask.answer.algorithm = DIGEST_MD5;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        answer_by(&x, slice_of(rows[i].password));
        assert_int_equal(verdict(&p, &x), rows[i].verdict);
    }
    x.ask.response = S("");
    x.ask.challenged = DIGEST_MD5;
    assert_int_equal(verdict(&p, &x), EXAMINE_NOTHING);
}

static void what_is_no_challenge_of_ours_is_not_minded(void **state)
{
    static const char *const nonces[] = {
        "", "x", "AAAA", "====", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"};
    struct subscriber_private p = card(K, OP, NULL);
    struct exchange x;

    (void)state;
    challenge(&x, &p);
    answer(&x, K, p.key.opc);
    for (size_t i = 0; i < sizeof nonces / sizeof nonces[0]; i++) {
        x.ask.answer.nonce = slice_of(nonces[i]);
        assert_int_equal(verdict(&p, &x), EXAMINE_NOTHING);
    }
}

/* ---- by the admin interface ---------------------------------------------- */

#define EXAMINE "POST /api/v1/tools/examine"

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

static void the_nearest_identities_are_named(void **state)
{
    static const struct api_row rows[] = {
        {EXAMINE, "{\"public\":\"sip:alice@ims.example\"}", 200,
         "\"known\":true,\"barred\":false,\"privates\":[\"alice@"},
        {EXAMINE, "{\"public\":\"sip:alcie@ims.example\"}", 200,
         "\"known\":false,\"nearest\":[\"sip:alice@ims.example\"]"},
        {EXAMINE, "{\"public\":\"sip:alic@ims.example\"}", 200,
         "\"nearest\":[\"sip:alice@ims.example\"]"},
        {EXAMINE, "{\"public\":\"sip:aalice@ims.example\"}", 200,
         "\"nearest\":[\"sip:alice@ims.example\"]"},
        {EXAMINE, "{\"public\":\"sip:alixx@ims.example\"}", 200,
         "\"nearest\":[\"sip:alice@ims.example\"]"},
        {EXAMINE, "{\"public\":\"sip:alice@ims.exmaple\"}", 200,
         "\"nearest\":[\"sip:alice@ims.example\""},
        {EXAMINE, "{\"public\":\"sip:ALICE@ims.example\"}", 200,
         "\"nearest\":[\"sip:alice@ims.example\"]"},
        {EXAMINE, "{\"private\":\"Bob@IMS.EXAMPLE\"}", 200,
         "\"nearest\":[\"bob@ims.example\"]"},
        {"POST /api/v1/subscribers",
         "{\"impu\":\"tel:+155512345678901\",\"impi\":\"n@ims.example\","
         "\"digest\":{\"password\":\"p\"}}",
         201, "tel:+155512345678901"},
        {EXAMINE, "{\"public\":\"tel:+155512345678991\"}", 200,
         "\"nearest\":[\"tel:+155512345678901\"]"},
        {EXAMINE, "{\"public\":\"tel:+15551234578901\"}", 200,
         "\"nearest\":[\"tel:+155512345678901\"]"},
        {EXAMINE, "{\"public\":\"tel:+155512345687901\"}", 200,
         "\"nearest\":[\"tel:+155512345678901\"]"},
        {EXAMINE, "{\"public\":\"sip:zzzz@ims.example\"}", 200,
         "\"nearest\":[]"},
        {EXAMINE, "{\"private\":\"bbo@ims.example\"}", 200,
         "\"private\":{\"identity\":\"bbo@ims.example\",\"known\":false,"
         "\"nearest\":[\"bob@ims.example\"]}"},
        {EXAMINE, "{\"callee\":\"sip:bob@ims.example\"}", 200,
         "\"callee\":{\"identity\":\"sip:bob@ims.example\",\"known\":true"},
        {EXAMINE, "{\"public\":\"no identity\"}", 200, "{}"},
        {EXAMINE, "{\"public\":7}", 400, "/public"},
        {EXAMINE, "{\"who\":\"x\"}", 400, "/who"},
        {EXAMINE, "{\"challenge\":[]}", 400, "/challenge"},
        {EXAMINE, "{\"answer\":{\"algorithm\":\"ROT13\"}}", 400,
         "is no algorithm"},
        {EXAMINE, "{\"answer\":{\"qop\":\"x\"}}", 400, "/answer/qop"},
        /* the nearest first */
        {"POST /api/v1/subscribers",
         "{\"impu\":\"sip:alices@ims.example\",\"digest\":{\"password\":\"p\"}"
         "}",
         201, "sip:alices@ims.example"},
        {EXAMINE, "{\"public\":\"sip:alice@ims.exmaple\"}", 200,
         "\"nearest\":[\"sip:alice@ims.example\",\"sip:alices@ims.example\"]"},
    };

    api_say_all(*state, rows);
}

static void verdicts_come_without_secrets(void **state)
{
    struct hss_api *f = *state;
    struct digest_input in = {.algorithm = DIGEST_MD5,
                              .qop = DIGEST_QOP_AUTH,
                              .method = S("REGISTER"),
                              .uri = S("sip:ims.example"),
                              .nonce = S("n"),
                              .nc = S("00000001"),
                              .cnonce = S("c")};
    struct digest_hex ha1, hex;
    char body[1000];

    digest_ha1(DIGEST_MD5, S("bob@ims.example"), S("ims.example"), S("bob"),
               &ha1);
    digest_response(&in, digest_slice(&ha1), &hex);
    snprintf(body, sizeof body,
             "{\"private\":\"bob@ims.example\",\"challenge\":{\"algorithm\":"
             "\"MD5\",\"nonce\":\"n\"},\"answer\":{\"method\":\"REGISTER\","
             "\"algorithm\":\"MD5\",\"username\":\"bob@ims.example\","
             "\"realm\":\"ims.example\",\"uri\":\"sip:ims.example\","
             "\"nonce\":\"n\",\"qop\":\"auth\",\"nc\":\"00000001\","
             "\"cnonce\":\"c\",\"response\":\"%.*s\"}}",
             SLICE_ARG(digest_slice(&hex)));
    assert_int_equal(api_say(f, EXAMINE, body), 200);
    api_has(f, "\"verdict\":\"name-as-password\"");
    api_has(f, "{\"hypothesis\":\"the stored secret\",\"fits\":false}");
    api_has_not(f, "\"ha1\"");
    api_say(f,
            "GET /api/v1/subscribers/bob@ims.example/private/"
            "bob@ims.example/secrets",
            "");
    api_has(f, "\"ha1\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(op_and_opc_in_place_of_each_other_are_recognised),
        cmocka_unit_test(a_challenge_of_another_key_is_recognised),
        cmocka_unit_test(a_synchronisation_token_tells_whose_card_it_is),
        cmocka_unit_test(an_answer_that_ends_at_a_zero_byte_is_recognised),
        cmocka_unit_test(passwords_that_are_none_are_recognised),
        cmocka_unit_test(what_is_no_challenge_of_ours_is_not_minded),
        cmocka_unit_test_setup_teardown(the_nearest_identities_are_named, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(verdicts_come_without_secrets, setup,
                                        teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
