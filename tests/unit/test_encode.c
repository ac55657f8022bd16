/* SPDX-License-Identifier: MIT */
#include "crypto/encode.h"
#include "support/check.h"
#include "support/guard.h"

static const struct {
    const char *bytes, *text;
} pairs[] = {
    /* RFC 4648 section 10 */
    {"", ""},
    {"f", "Zg=="},
    {"fo", "Zm8="},
    {"foo", "Zm9v"},
    {"foob", "Zm9vYg=="},
    {"fooba", "Zm9vYmE="},
    {"foobar", "Zm9vYmFy"},
    {"\xfb\xff\xbf", "+/+/"},
};

static void base64_goes_both_ways(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        char text[32], bytes[32];
        struct buf b;
        size_t n = 99;

        buf_over(&b, text, sizeof(text));
        base64_encode(slice_of(pairs[i].bytes), &b);
        assert_text(buf_slice(&b), slice_of(pairs[i].text));
        assert_true(
            base64_decode(slice_of(pairs[i].text), bytes, sizeof(bytes), &n));
        assert_text(slice_at(bytes, n), slice_of(pairs[i].bytes));
    }
}

static void what_is_no_base64_is_refused(void **state)
{
    static const char *const wrong[] = {
        "Z",      "Zg",      "Zg=",  "Zg===",    "Zm9vY",    "Zm 9v",
        "Zm9v\n", "====",    "Z===", "=Zm9",     "Zm=v",     "Zh==",
        "Zm9=",   "Zm9\xff", "-_-_", "Zg==Zg==", "Zm9v====", "Zg=a",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        char out[16] = "untouched";
        size_t n = 99;

        if (base64_decode(slice_of(wrong[i]), out, sizeof(out), &n))
            fail_msg("\"%s\" was taken for base64", wrong[i]);
        assert_int_equal(n, 99);
        assert_string_equal(out, "untouched");
    }
}

static void more_bytes_than_room_are_refused(void **state)
{
    char out[3];
    size_t n;

    (void)state;
    assert_false(base64_decode(S("Zm9vYg=="), out, sizeof(out), &n));
    assert_true(base64_decode(S("Zm9v"), out, sizeof(out), &n));
    assert_int_equal(n, 3);
}

static void decode_prefix(void *ctx, struct slice text)
{
    unsigned *accepted = ctx;
    uint8_t out[64];
    size_t n;

    if (base64_decode(text, out, sizeof(out), &n))
        ++*accepted;
}

static void cut_base64_is_read_no_further_than_its_end(void **state)
{
    unsigned accepted = 0;

    (void)state;
    each_prefix(S("I1U8vpY3qJ0hiuZNrke/NVXzKLQ1d7m5Sp/6w1Tfr7M="),
                decode_prefix, &accepted);
    assert_int_equal(accepted, 12); /* 0, 4, 8 ... 44 characters */
}

static void hexadecimal_digits_are_lower_case(void **state)
{
    char hex[8];

    (void)state;
    hex_encode("\x00\x7f\xab\xff", 4, hex);
    assert_text(slice_at(hex, 8), S("007fabff"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(base64_goes_both_ways),
        cmocka_unit_test(what_is_no_base64_is_refused),
        cmocka_unit_test(more_bytes_than_room_are_refused),
        cmocka_unit_test(cut_base64_is_read_no_further_than_its_end),
        cmocka_unit_test(hexadecimal_digits_are_lower_case),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
