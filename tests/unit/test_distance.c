/* SPDX-License-Identifier: MIT */
#include "base/distance.h"
#include "support/check.h"

static void
letters_put_in_taken_out_changed_and_swapped_are_counted(void **state)
{
    static const struct {
        const char *a, *b;
        unsigned distance;
    } rows[] = {
        {"", "", 0},
        {"alice", "alice", 0},
        {"", "abc", 3},
        {"abc", "", 3},
        {"alice", "alcie", 1},
        {"alice", "alce", 1},
        {"alice", "allice", 1},
        {"alice", "aliçe", 2}, /* of two bytes */
        {"alice", "Alice", 1},
        {"alice", "bob", 5},
        {"ca", "abc", 3}, /* optimal string alignment, not Damerau's */
        {"kitten", "sitting", 3},
        {"5551002", "+15551002", 2},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct slice a = slice_of(rows[i].a), b = slice_of(rows[i].b);

        assert_int_equal(distance(a, b), rows[i].distance);
        assert_int_equal(distance(b, a), rows[i].distance);
    }
}

static void of_long_words_the_beginning_counts(void **state)
{
    char a[2 * DISTANCE_MAX], b[2 * DISTANCE_MAX];

    (void)state;
    memset(a, 'a', sizeof a);
    memset(b, 'a', sizeof b);
    b[DISTANCE_MAX] = 'x';
    assert_int_equal(distance(slice_at(a, sizeof a), slice_at(b, sizeof b)), 0);
    b[DISTANCE_MAX - 1] = 'x';
    assert_int_equal(distance(slice_at(a, sizeof a), slice_at(b, sizeof b)), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            letters_put_in_taken_out_changed_and_swapped_are_counted),
        cmocka_unit_test(of_long_words_the_beginning_counts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
