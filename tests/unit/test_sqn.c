/* SPDX-License-Identifier: MIT */
#include "crypto/sqn.h"
#include "support/check.h"

static uint64_t sqn(uint64_t seq, unsigned ind)
{
    return seq << SQN_IND_BITS | ind;
}

/* proves H-AUC-1 */
static void each_next_number_counts_seq_up_and_ind_round(void **state)
{
    (void)state;
    assert_int_equal(sqn_advance(0, 1), sqn(1, 1));
    assert_int_equal(sqn_advance(sqn(7, 30), 1), sqn(8, 31));
    assert_int_equal(sqn_advance(sqn(8, 31), 1), sqn(9, 0));
    assert_int_equal(sqn_advance(sqn(0, 0), 100), sqn(100, 4));
    assert_int_equal(sqn_advance(sqn_advance(sqn(5, 9), 40), 60),
                     sqn_advance(sqn(5, 9), 100));
    assert_int_equal(sqn_seq(sqn_advance(SQN_END - 1, 1)), 0);
}

static void a_number_is_six_bytes_most_significant_first(void **state)
{
    uint8_t bytes[6];

    (void)state;
    sqn_to_bytes(0x0102030405f6, bytes);
    assert_memory_equal(bytes, "\x01\x02\x03\x04\x05\xf6", 6);
    assert_int_equal(sqn_from_bytes(bytes), 0x0102030405f6);
    sqn_to_bytes(SQN_END - 1, bytes);
    assert_int_equal(sqn_from_bytes(bytes), SQN_END - 1);
}

static void a_card_takes_no_number_twice(void **state)
{
    struct sqn_card card = {0};

    (void)state;
    assert_false(sqn_card_accept(&card, sqn(0, 0)));
    assert_true(sqn_card_accept(&card, sqn(1, 1)));
    assert_false(sqn_card_accept(&card, sqn(1, 1)));
    assert_true(sqn_card_accept(&card, sqn(2, 1)));
    assert_false(sqn_card_accept(&card, sqn(1, 1)));
}

/* Vectors sent ahead may be used in another order (C.2.2, the array). */
static void the_last_thirty_two_vectors_may_come_in_any_order(void **state)
{
    struct sqn_card card = {0};

    (void)state;
    for (uint64_t n = 40; n > 8; n--)
        assert_true(sqn_card_accept(&card, sqn_advance(0, n)));
    assert_false(sqn_card_accept(&card, sqn_advance(0, 8)));
    assert_int_equal(sqn_card_highest(&card), sqn_advance(0, 40));
}

static void a_leap_beyond_delta_is_refused_and_not_noted(void **state)
{
    struct sqn_card card = {0};

    (void)state;
    assert_true(sqn_card_accept(&card, sqn(10, 0)));
    assert_false(sqn_card_accept(&card, sqn(11 + SQN_DELTA, 1)));
    assert_int_equal(sqn_card_highest(&card), sqn(10, 0));
    assert_true(sqn_card_accept(&card, sqn(10 + SQN_DELTA, 1)));
}

static void the_centre_keeps_its_counter_when_its_next_is_fresh(void **state)
{
    (void)state;
    assert_true(sqn_in_range(sqn(10, 3), sqn(10, 3)));
    assert_false(sqn_in_range(sqn(9, 3), sqn(10, 3)));
    assert_true(sqn_in_range(sqn(9 + SQN_DELTA, 0), sqn(10, 3)));
    assert_false(sqn_in_range(sqn(10 + SQN_DELTA, 0), sqn(10, 3)));
    assert_int_equal(sqn_resync(sqn(50, 1), sqn(10, 3)), sqn(50, 1));
    assert_int_equal(sqn_resync(sqn(5, 1), sqn(10, 3)), sqn(10, 3));
    /* far ahead: back to the card's */
    assert_int_equal(sqn_resync(sqn(10 + SQN_DELTA, 0), sqn(10, 3)),
                     sqn(10, 3));
}

static void after_any_resynchronisation_the_next_is_accepted(void **state)
{
    static const uint64_t seqs[] = {0, 1, 31, 5000, SQN_DELTA, SQN_DELTA * 9};

    (void)state;
    for (size_t i = 0; i < 6; i++) {
        for (size_t j = 1; j < 6; j++) {
            struct sqn_card card = {0};
            uint64_t next;

            for (unsigned ind = 0; ind < SQN_INDS; ind++)
                card.seq[ind] = seqs[j];
            next = sqn_resync(sqn(seqs[i], 5), sqn_card_highest(&card));
            assert_true(sqn_card_accept(&card, sqn_advance(next, 1)));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_next_number_counts_seq_up_and_ind_round),
        cmocka_unit_test(a_number_is_six_bytes_most_significant_first),
        cmocka_unit_test(a_card_takes_no_number_twice),
        cmocka_unit_test(the_last_thirty_two_vectors_may_come_in_any_order),
        cmocka_unit_test(a_leap_beyond_delta_is_refused_and_not_noted),
        cmocka_unit_test(the_centre_keeps_its_counter_when_its_next_is_fresh),
        cmocka_unit_test(after_any_resynchronisation_the_next_is_accepted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
