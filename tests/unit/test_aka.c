/* SPDX-License-Identifier: MIT */
#include "base/mem.h"
#include "crypto/aka.h"
#include "support/check.h"
#include "support/corpus.h"

/* The columns of milenage_vectors.tsv. */
enum column {
    SPEC,
    SET,
    K,
    RAND,
    SQN,
    AMF,
    OP,
    OPC,
    F1,
    F1_STAR,
    F2,
    F5,
    F3,
    F4,
    F5_STAR,
    AUTN,
    COLUMNS
};

struct row {
    uint8_t b[COLUMNS][16];
};

static void assert_bytes(const uint8_t *got, const struct row *r, enum column c,
                         size_t n)
{
    assert_memory_equal(got, r->b[c], n);
}

static void check_functions(const struct row *r, const struct milenage_key *key)
{
    uint8_t opc[16], mac_a[8], mac_s[8];
    struct milenage_out f;

    milenage_opc(r->b[K], r->b[OP], opc);
    assert_bytes(opc, r, OPC, 16);
    milenage_f1(key, r->b[RAND], r->b[SQN], r->b[AMF], mac_a, mac_s);
    assert_bytes(mac_a, r, F1, 8);
    assert_bytes(mac_s, r, F1_STAR, 8);
    milenage_f2345(key, r->b[RAND], &f);
    assert_bytes(f.res, r, F2, 8);
    assert_bytes(f.ck, r, F3, 16);
    assert_bytes(f.ik, r, F4, 16);
    assert_bytes(f.ak, r, F5, 6);
    assert_bytes(f.ak_star, r, F5_STAR, 6);
}

static void check_vector(const struct row *r, const struct milenage_key *key)
{
    struct aka_vector v;

    aka_vector_make(key, r->b[AMF], sqn_from_bytes(r->b[SQN]), r->b[RAND], &v);
    assert_bytes(v.rand, r, RAND, 16);
    assert_bytes(v.autn, r, AUTN, 16);
    assert_bytes(v.xres, r, F2, 8);
    assert_bytes(v.ck, r, F3, 16);
    assert_bytes(v.ik, r, F4, 16);
}

static void read_row(struct slice line, struct row *r, struct milenage_key *key)
{
    struct slice text;

    for (int i = 0; i < COLUMNS; i++) {
        assert_true(slice_cut(&line, '\t', &text));
        if (i >= K)
            assert_true(slice_unhex(text, r->b[i], text.n / 2));
    }
    memcpy(key->k, r->b[K], 16);
    memcpy(key->opc, r->b[OPC], 16);
}

/* proves H-AUC-1 */
static void each_test_set_of_ts_35_207_and_35_208_comes_out(void **state)
{
    struct slice text = corpus_read("crypto/milenage_vectors.tsv");
    struct slice rest = text, line;
    unsigned rows = 0;

    (void)state;
    slice_cut(&rest, '\n', &line); /* the names */
    while (slice_cut(&rest, '\n', &line)) {
        struct milenage_key key;
        struct row r = {0};

        if (line.n == 0)
            continue;
        read_row(line, &r, &key);
        check_functions(&r, &key);
        check_vector(&r, &key);
        rows++;
    }
    assert_int_equal(rows, 12);
    free((void *)text.p);
}

/* ---- the two sides ------------------------------------------------------- */

static const struct milenage_key alice = {"0123456789abcdef",
                                          "fedcba9876543210"};
static const uint8_t amf[2] = {0x80, 0x00};
static const uint8_t rand1[16] = "a random number";

static void a_card_answers_what_the_centre_expects(void **state)
{
    struct sqn_card card = {0};
    struct aka_vector v;
    struct aka_answer a;

    (void)state;
    aka_vector_make(&alice, amf, 32, rand1, &v);
    assert_int_equal(aka_card_answer(&alice, &card, v.rand, v.autn, &a),
                     AKA_ACCEPTED);
    assert_memory_equal(a.res, v.xres, AKA_RES);
    assert_memory_equal(a.ck, v.ck, AKA_KEY);
    assert_memory_equal(a.ik, v.ik, AKA_KEY);
}

static void every_changed_bit_of_a_challenge_is_noticed(void **state)
{
    struct aka_vector v;
    struct aka_answer a;

    (void)state;
    aka_vector_make(&alice, amf, 32, rand1, &v);
    for (unsigned bit = 0; bit < 256; bit++) {
        struct sqn_card card = {0};
        struct aka_vector bad = v;
        uint8_t *byte =
            bit < 128 ? &bad.rand[bit / 8] : &bad.autn[bit / 8 - 16];

        *byte ^= (uint8_t)(1 << bit % 8);
        assert_int_equal(aka_card_answer(&alice, &card, bad.rand, bad.autn, &a),
                         AKA_BAD_MAC);
    }
}

/* proves H-AUC-1 */
static void a_number_used_before_brings_the_centre_back_into_step(void **state)
{
    uint64_t highest = (uint64_t)5000 << SQN_IND_BITS | 7, sqn_ms = 0, next;
    struct sqn_card card = {0};
    struct aka_vector v;
    struct aka_answer a;

    (void)state;
    assert_true(sqn_card_accept(&card, highest));
    next = (uint64_t)100 << SQN_IND_BITS | 7; /* the centre was restored */
    aka_vector_make(&alice, amf, next, rand1, &v);
    assert_int_equal(aka_card_answer(&alice, &card, v.rand, v.autn, &a),
                     AKA_SYNC);
    assert_true(aka_auts_open(&alice, rand1, a.auts, &sqn_ms));
    assert_int_equal(sqn_ms, highest);

    next = sqn_advance(sqn_resync(next, sqn_ms), 1);
    aka_vector_make(&alice, amf, next, rand1, &v);
    assert_int_equal(aka_card_answer(&alice, &card, v.rand, v.autn, &a),
                     AKA_ACCEPTED);
}

static void a_forged_auts_is_refused(void **state)
{
    struct milenage_key mallory = {"0123456789abcdeF", "fedcba9876543210"};
    struct sqn_card card = {0};
    struct aka_vector v;
    struct aka_answer a;
    uint64_t sqn_ms = 42;

    (void)state;
    assert_true(sqn_card_accept(&card, 64));
    aka_vector_make(&alice, amf, 64, rand1, &v);
    assert_int_equal(aka_card_answer(&alice, &card, v.rand, v.autn, &a),
                     AKA_SYNC);
    assert_false(aka_auts_open(&mallory, rand1, a.auts, &sqn_ms));
    assert_false(aka_auts_open(&alice, v.autn, a.auts, &sqn_ms));
    for (unsigned bit = 0; bit < 8 * AKA_AUTS; bit++) {
        a.auts[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_false(aka_auts_open(&alice, rand1, a.auts, &sqn_ms));
        a.auts[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    assert_int_equal(sqn_ms, 42);
    assert_true(aka_auts_open(&alice, rand1, a.auts, &sqn_ms));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_test_set_of_ts_35_207_and_35_208_comes_out),
        cmocka_unit_test(a_card_answers_what_the_centre_expects),
        cmocka_unit_test(every_changed_bit_of_a_challenge_is_noticed),
        cmocka_unit_test(a_number_used_before_brings_the_centre_back_into_step),
        cmocka_unit_test(a_forged_auts_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
