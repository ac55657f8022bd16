/* SPDX-License-Identifier: MIT */
#include "base/slice.h"
#include "support/check.h"
#include "support/guard.h"

static void case_counts_only_where_asked(void **state)
{
    (void)state;
    assert_true(slice_eq(S("Via"), S("Via")));
    assert_false(slice_eq(S("Via"), S("via")));
    assert_true(slice_eq_nocase(S("Via"), S("vIA")));
    assert_false(slice_eq_nocase(S("Via"), S("Viaa")));
    assert_false(slice_eq_nocase(S("@"), S("`"))); /* 0x40, 0x60 */
    assert_false(slice_eq_nocase(S("["), S("{")));
    assert_true(slice_eq((struct slice){NULL, 0}, S("")));
}

static void order_is_bytewise_and_a_prefix_comes_first(void **state)
{
    (void)state;
    assert_true(slice_cmp(S("a"), S("b")) < 0);
    assert_true(slice_cmp(S("\xff"), S("a")) > 0);
    assert_true(slice_cmp(S("ab"), S("abc")) < 0);
    assert_int_equal(slice_cmp(S("ab"), S("ab")), 0);
    assert_int_equal(slice_cmp((struct slice){NULL, 0}, S("")), 0);
}

static void a_start_and_an_end_are_recognised(void **state)
{
    (void)state;
    assert_true(slice_starts(S("sip:a"), S("sip:")));
    assert_false(slice_starts(S("SIP:a"), S("sip:")));
    assert_true(slice_starts_nocase(S("SIP:a"), S("sip:")));
    assert_false(slice_starts(S("si"), S("sip:")));
    assert_true(slice_ends(S("a.example"), S(".example")));
    assert_false(slice_ends(S("a.EXAMPLE"), S(".example")));
    assert_true(slice_ends_nocase(S("a.EXAMPLE"), S(".example")));
    assert_false(slice_ends(S("le"), S(".example")));
}

static void what_is_sought_is_found_or_minus_one(void **state)
{
    (void)state;
    assert_int_equal(slice_index(S("a:b:c"), ':'), 1);
    assert_int_equal(slice_rindex(S("a:b:c"), ':'), 3);
    assert_int_equal(slice_index(S("abc"), ':'), -1);
    assert_int_equal(slice_rindex((struct slice){NULL, 0}, ':'), -1);
    assert_int_equal(slice_find(S("xabab"), S("ab")), 1);
    assert_int_equal(slice_find(S("xaba"), S("abb")), -1);
    assert_int_equal(slice_find(S("x"), S("")), 0);
    assert_int_equal(slice_find((struct slice){NULL, 0}, S("a")), -1);
}

static void trimming_leaves_the_middle(void **state)
{
    (void)state;
    assert_text(slice_trim(S(" \t\r\na b\r\n ")), S("a b"));
    assert_text(slice_trim(S(" \t ")), S(""));
}

static void parts_never_leave_the_text(void **state)
{
    (void)state;
    assert_text(slice_first(S("abc"), 2), S("ab"));
    assert_text(slice_first(S("abc"), 9), S("abc"));
    assert_text(slice_from(S("abc"), 2), S("c"));
    assert_text(slice_from(S("abc"), 9), S(""));
}

static void cutting_yields_each_piece_once(void **state)
{
    static const char *const expected[] = {"a", "", "b", ""};
    struct slice rest = S("a,,b,");
    struct slice head;
    size_t n = 0;

    (void)state;
    while (slice_cut(&rest, ',', &head)) {
        assert_true(n < 4);
        assert_text(head, slice_of(expected[n++]));
    }
    assert_int_equal(n, 4);
    assert_null(rest.p);
}

static void a_number_is_all_digits_and_not_above_the_maximum(void **state)
{
    static const struct {
        const char *text;
        uint64_t max;
        bool ok;
        uint64_t value;
    } rows[] = {
        {"0", 0, true, 0},
        {"0070", 70, true, 70},
        {"71", 70, false, 0},
        {"", 9, false, 0},
        {"-1", 9, false, 0},
        {"+1", 9, false, 0},
        {" 1", 9, false, 0},
        {"1 ", 9, false, 0},
        {"1a", 99, false, 0},
        {"18446744073709551615", UINT64_MAX, true, UINT64_MAX},
        {"18446744073709551616", UINT64_MAX, false, 0},
        {"99999999999999999999", UINT64_MAX, false, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        uint64_t v = 42;

        assert_int_equal(slice_u64(slice_of(rows[i].text), rows[i].max, &v),
                         rows[i].ok);
        assert_int_equal(v, rows[i].ok ? rows[i].value : 42);
    }
}

static void hexadecimal_numbers_fill_64_bits(void **state)
{
    uint64_t v = 42;

    (void)state;
    assert_false(slice_hex_u64(S(""), &v));
    assert_false(slice_hex_u64(S("0x1"), &v));
    assert_false(slice_hex_u64(S("10000000000000000"), &v));
    assert_int_equal(v, 42);
    assert_true(slice_hex_u64(S("FfFfFfFfFfFfFfFf"), &v));
    assert_true(v == UINT64_MAX);
    assert_true(slice_hex_u64(S("00000000000000001c"), &v));
    assert_int_equal(v, 0x1c);
}

static void hexadecimal_bytes_come_back_whole_or_not_at_all(void **state)
{
    uint8_t out[2] = {1, 2};

    (void)state;
    assert_false(slice_unhex(S("0aF"), out, 2));
    assert_false(slice_unhex(S("0aFg"), out, 2));
    assert_false(slice_unhex(S("0aFf00"), out, 2));
    assert_int_equal(out[0], 1);
    assert_true(slice_unhex(S("0aFf"), out, 2));
    assert_int_equal(out[0], 0x0a);
    assert_int_equal(out[1], 0xff);
}

static void a_hash_depends_on_text_and_seed_alone(void **state)
{
    (void)state;
    assert_true(slice_hash(S("abc"), 1) == slice_hash(S("abc"), 1));
    assert_true(slice_hash(S("abc"), 1) != slice_hash(S("abc"), 2));
    assert_true(slice_hash(S("abc"), 1) != slice_hash(S("abd"), 1));
    assert_true(slice_hash(S("abc"), 1) != slice_hash(S("abc\0"), 1));
    assert_true(slice_hash(S("a"), 1) != slice_hash(S("A"), 1));
}

static void the_nocase_hash_folds_exactly_the_letters(void **state)
{
    (void)state;
    for (int c = 0; c < 256; c++) {
        char text[9] = "abcdefg?h";

        text[7] = (char)c;
        for (int d = 0; d < 256; d++) {
            char other[9] = "ABCDEFG?H";

            other[7] = (char)d;
            struct slice a = slice_at(text, 9), b = slice_at(other, 9);

            assert_int_equal(slice_hash_nocase(a, 5) == slice_hash_nocase(b, 5),
                             slice_eq_nocase(a, b));
        }
    }
}

static void read_all(void *ctx, struct slice prefix)
{
    uint64_t v;
    uint8_t out[4];
    struct slice rest = prefix, head;

    (void)ctx;
    slice_hash(prefix, 1);
    slice_hash_nocase(prefix, 1);
    slice_u64(prefix, UINT64_MAX, &v);
    slice_hex_u64(prefix, &v);
    slice_unhex(prefix, out, sizeof(out));
    slice_trim(prefix);
    slice_find(prefix, S("123"));
    slice_starts(prefix, S("1234567890"));
    slice_ends_nocase(prefix, S("890"));
    while (slice_cut(&rest, '5', &head))
        ;
}

static void nothing_reads_past_the_end(void **state)
{
    (void)state;
    each_prefix(S("1234567890abcdef12"), read_all, NULL);
    each_prefix(S("        \r\n"), read_all, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(case_counts_only_where_asked),
        cmocka_unit_test(order_is_bytewise_and_a_prefix_comes_first),
        cmocka_unit_test(a_start_and_an_end_are_recognised),
        cmocka_unit_test(what_is_sought_is_found_or_minus_one),
        cmocka_unit_test(trimming_leaves_the_middle),
        cmocka_unit_test(parts_never_leave_the_text),
        cmocka_unit_test(cutting_yields_each_piece_once),
        cmocka_unit_test(a_number_is_all_digits_and_not_above_the_maximum),
        cmocka_unit_test(hexadecimal_numbers_fill_64_bits),
        cmocka_unit_test(hexadecimal_bytes_come_back_whole_or_not_at_all),
        cmocka_unit_test(a_hash_depends_on_text_and_seed_alone),
        cmocka_unit_test(the_nocase_hash_folds_exactly_the_letters),
        cmocka_unit_test(nothing_reads_past_the_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
