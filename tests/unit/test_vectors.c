/* SPDX-License-Identifier: MIT */
#include "crypto/aka.h"
#include "hss/vectors.h"
#include "support/check.h"

static const struct subscriber_ha1 ha1s[] = {
    {DIGEST_MD5, {"ims.example", 11}, {"00112233445566778899aabbccddeeff", 32}},
    {DIGEST_SHA256, {"ims.example", 11}, {"ffeeddccbbaa9988", 16}},
};

static const struct subscriber_private alice = {
    .impi = {"alice@ims.example", 17},
    .algorithm = DIGEST_AKAV2_SHA256,
    .has_key = true,
    .key = {"0123456789abcdef", "fedcba9876543210"},
    .amf = {0x80, 0},
};

static const struct subscriber_private bob = {
    .impi = {"bob@ims.example", 15},
    .algorithm = DIGEST_SHA256,
    .ha1s = ha1s,
    .nha1s = 2,
};

/* proves H-CX-4 */
static void the_scheme_asked_for_needs_its_data(void **state)
{
    static const struct {
        const struct subscriber_private *p;
        const char *asked, *scheme; /* scheme NULL: refused */
    } rows[] = {
        {&alice, "Digest-AKAv1-MD5", "Digest-AKAv1-MD5"},
        {&alice, "Digest-AKAv2-SHA-256", "Digest-AKAv2-SHA-256"},
        {&alice, "Unknown", "Digest-AKAv2-SHA-256"},
        {&alice, "SIP Digest", NULL},
        {&bob, "SIP Digest", "SIP Digest"},
        {&bob, "Unknown", "SIP Digest"},
        {&bob, "Digest-AKAv1-MD5", NULL},
        {&bob, "NASS-Bundled", NULL},
        {&bob, "", NULL},
        {&bob, "sip digest", NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *scheme = NULL;
        struct why why = {0};
        enum ims_err err =
            vectors_scheme(slice_of(rows[i].asked), rows[i].p, &scheme, &why);

        if (!rows[i].scheme) {
            assert_err(IMS_UNSUPPORTED, err, &why);
            assert_null(scheme);
            continue;
        }
        assert_ok(err, &why);
        assert_string_equal(scheme, rows[i].scheme);
    }
}

/* proves H-AUC-1 */
static void no_number_is_used_that_is_not_reserved(void **state)
{
    struct vectors_counter c = {100, 100};
    uint64_t first = 1, ceiling = 0;

    (void)state;
    assert_false(vectors_take(&c, 1, &first, &ceiling));
    assert_int_equal(first, 1);
    assert_int_equal(ceiling, sqn_advance(100, VECTORS_BLOCK));
    c.ceiling = ceiling; /* durable now */
    for (unsigned i = 0; i < VECTORS_BLOCK / VECTORS_MAX; i++) {
        assert_true(vectors_take(&c, VECTORS_MAX, &first, &ceiling));
        assert_int_equal(first, sqn_advance(100, 1 + i * VECTORS_MAX));
    }
    assert_false(vectors_take(&c, 1, &first, &ceiling));
    assert_true(sqn_seq(ceiling) > sqn_seq(c.ceiling));
}

/* proves H-AUC-1 */
static void a_start_after_a_crash_skips_the_rest_of_the_block(void **state)
{
    struct vectors_counter c = {0, 0};
    uint64_t first, ceiling, again;

    (void)state;
    assert_false(vectors_take(&c, 1, &first, &ceiling));
    c.ceiling = ceiling;
    assert_true(vectors_take(&c, 3, &first, &ceiling));
    ceiling = c.ceiling;
    c = (struct vectors_counter){ceiling, ceiling}; /* what the store kept */
    assert_false(vectors_take(&c, 1, &again, &ceiling));
    c.ceiling = ceiling;
    assert_true(vectors_take(&c, 1, &again, &ceiling));
    assert_true(sqn_seq(again) > sqn_seq(first) + 2);
}

static void vectors_are_numbered_and_each_is_accepted_once(void **state)
{
    struct sqn_card card = {0};
    struct cx_auth_items items;
    struct dice dice;
    struct arena a;
    struct why why;

    (void)state;
    dice_init_seed(&dice, 1);
    arena_init(&a, 0, 4096);
    assert_ok(vectors_aka(&a, &alice, CX_SCHEME_AKAV1, sqn_advance(0, 1), 3,
                          &dice, &items, &why),
              &why);
    assert_int_equal(items.count, 3);
    for (unsigned i = 0; i < 3; i++) {
        const struct cx_auth_item *item = &items.v[i];
        const uint8_t *challenge = (const uint8_t *)item->authenticate.p;
        struct aka_answer answer;

        assert_int_equal(item->number, i + 1);
        assert_text(item->scheme, S("Digest-AKAv1-MD5"));
        assert_int_equal(item->authenticate.n, 32);
        assert_int_equal(aka_card_answer(&alice.key, &card, challenge,
                                         challenge + AKA_RAND, &answer),
                         AKA_ACCEPTED);
        assert_text(item->authorization, slice_at(answer.res, AKA_RES));
        assert_text(item->ck, slice_at(answer.ck, AKA_KEY));
        assert_text(item->ik, slice_at(answer.ik, AKA_KEY));
        assert_int_equal(aka_card_answer(&alice.key, &card, challenge,
                                         challenge + AKA_RAND, &answer),
                         AKA_SYNC);
    }
    assert_false(slice_eq(items.v[0].authenticate, items.v[1].authenticate));
    arena_fini(&a);
}

static struct slice out_of_step(struct sqn_card *card, uint64_t used,
                                uint8_t rand_auts[AKA_RAND + AKA_AUTS])
{
    struct aka_vector v;
    struct aka_answer answer;

    memset(rand_auts, 'r', AKA_RAND);
    aka_vector_make(&alice.key, alice.amf, used, rand_auts, &v);
    assert_int_equal(aka_card_answer(&alice.key, card, v.rand, v.autn, &answer),
                     AKA_SYNC);
    memcpy(rand_auts + AKA_RAND, answer.auts, AKA_AUTS);
    return slice_at(rand_auts, AKA_RAND + AKA_AUTS);
}

/* proves H-AUC-1 H-CX-4 */
static void a_synchronisation_failure_moves_the_counter(void **state)
{
    uint64_t highest = (uint64_t)900 << SQN_IND_BITS;
    struct vectors_counter behind = {sqn_advance(0, 5), sqn_advance(0, 9)};
    struct vectors_counter ahead = {sqn_advance(highest, 3),
                                    sqn_advance(highest, 9)};
    struct vectors_counter before = ahead;
    uint8_t bytes[AKA_RAND + AKA_AUTS];
    struct sqn_card card = {0};
    struct slice rand_auts;
    struct why why;

    (void)state;
    assert_true(sqn_card_accept(&card, highest));
    card.seq[5] = 900; /* so that number 5 of 5 is refused */
    rand_auts = out_of_step(&card, behind.used, bytes);
    assert_ok(vectors_resync(&alice, rand_auts, &behind, &why), &why);
    assert_int_equal(sqn_seq(behind.used), 900);
    assert_int_equal(behind.ceiling, behind.used);
    assert_ok(vectors_resync(&alice, rand_auts, &ahead, &why), &why);
    assert_memory_equal(&ahead, &before, sizeof(ahead));
}

static void a_token_that_is_not_of_the_card_changes_nothing(void **state)
{
    struct vectors_counter c = {sqn_advance(0, 1), sqn_advance(0, 9)};
    uint8_t bytes[AKA_RAND + AKA_AUTS] = "forged";
    struct vectors_counter before = c;
    struct why why;

    (void)state;
    assert_err(IMS_FORBIDDEN,
               vectors_resync(&alice, slice_at(bytes, sizeof(bytes)), &c, &why),
               &why);
    assert_err(IMS_MALFORMED,
               vectors_resync(&alice, slice_at(bytes, 29), &c, &why), &why);
    assert_err(IMS_FORBIDDEN,
               vectors_resync(&bob, slice_at(bytes, sizeof(bytes)), &c, &why),
               &why);
    assert_memory_equal(&c, &before, sizeof(c));
}

static void a_digest_user_gets_ha1_of_the_algorithm_provisioned(void **state)
{
    struct subscriber_private other = bob;
    struct cx_auth_items items;
    struct arena a;
    struct why why;

    (void)state;
    arena_init(&a, 0, 4096);
    assert_ok(vectors_digest(&a, &bob, &items, &why), &why);
    assert_int_equal(items.count, 1);
    assert_text(items.v[0].scheme, S("SIP Digest"));
    assert_text(items.v[0].digest->algorithm, S("SHA-256"));
    assert_text(items.v[0].digest->ha1, S("ffeeddccbbaa9988"));
    assert_text(items.v[0].digest->realm, S("ims.example"));
    assert_text(items.v[0].digest->qop, S("auth"));
    other.algorithm = DIGEST_SHA512_256;
    assert_ok(vectors_digest(&a, &other, &items, &why), &why);
    assert_text(items.v[0].digest->algorithm, S("MD5"));
    arena_fini(&a);
}

static void an_arena_without_room_is_refused(void **state)
{
    struct cx_auth_items items;
    struct dice dice;
    struct why why;

    (void)state;
    dice_init_seed(&dice, 1);
    for (size_t limit = 0; limit < 2 * sizeof(struct cx_auth_item);
         limit += sizeof(struct cx_auth_item)) {
        struct arena a;

        arena_init(&a, 0, limit);
        assert_err(
            IMS_FULL,
            vectors_aka(&a, &alice, CX_SCHEME_AKAV1, 1, 1, &dice, &items, &why),
            &why);
        arena_fini(&a);
        arena_init(&a, 0, limit);
        assert_err(IMS_FULL, vectors_digest(&a, &bob, &items, &why), &why);
        arena_fini(&a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_scheme_asked_for_needs_its_data),
        cmocka_unit_test(no_number_is_used_that_is_not_reserved),
        cmocka_unit_test(a_start_after_a_crash_skips_the_rest_of_the_block),
        cmocka_unit_test(vectors_are_numbered_and_each_is_accepted_once),
        cmocka_unit_test(a_synchronisation_failure_moves_the_counter),
        cmocka_unit_test(a_token_that_is_not_of_the_card_changes_nothing),
        cmocka_unit_test(a_digest_user_gets_ha1_of_the_algorithm_provisioned),
        cmocka_unit_test(an_arena_without_room_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
