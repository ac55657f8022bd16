/* SPDX-License-Identifier: MIT */
#include "base/json.h"
#include "support/check.h"
#include "support/guard.h"
#include <stdio.h>

#define BAD "\xef\xbf\xbd"

static void commas_stand_between_values_only(void **state)
{
    char memory[512];
    struct buf out;
    struct json j;

    (void)state;
    buf_over(&out, memory, sizeof(memory));
    json_init(&j, &out);
    json_object_begin(&j);
    json_put_str(&j, "a", "x");
    json_put_str(&j, "none", NULL);
    json_key(&j, "list");
    json_array_begin(&j);
    json_int(&j, INT64_MIN);
    json_u64(&j, UINT64_MAX);
    json_array_begin(&j);
    json_array_end(&j);
    json_object_begin(&j);
    json_object_end(&j);
    json_printf(&j, "%d\"", 7);
    json_nothing(&j);
    json_array_end(&j);
    json_put_bool(&j, "yes", true);
    json_put_int(&j, "n", -1);
    json_put_u64(&j, "u", 1);
    json_put_text(&j, "t", S("z"));
    json_object_end(&j);
    assert_text(buf_slice(&out),
                S("{\"a\":\"x\",\"none\":null,\"list\":[-9223372036854775808,"
                  "18446744073709551615,[],{},\"7\\\"\",null],\"yes\":true,"
                  "\"n\":-1,\"u\":1,\"t\":\"z\"}"));
    assert_int_equal(j.depth, 0);
}

static void quote(struct slice text, struct buf *out)
{
    struct json j;

    json_init(&j, out);
    json_text(&j, text);
}

/* Long texts are looked at eight bytes at a time. */
static void each_byte_is_told_from_plain_ones_wherever_it_stands(void **state)
{
    static const char around[] = "0123456789abcdefghijklmn";

    (void)state;
    for (unsigned at = 0; at < 20; at++)
        for (unsigned c = 0; c < 256; c++) {
            char text[25], memory[100], expected[100], alone[16];
            char byte = (char)c;
            struct buf got, one;

            memcpy(text, around, sizeof(text));
            text[at] = byte;
            buf_over(&got, memory, sizeof(memory));
            quote(slice_at(text, 24), &got);
            buf_over(&one, alone, sizeof(alone));
            quote(slice_at(&byte, 1), &one);
            snprintf(expected, sizeof(expected), "\"%.*s%.*s%s\"", (int)at,
                     around, (int)one.n - 2, alone + 1, around + at + 1);
            assert_text(buf_slice(&got), slice_of(expected));
        }
}

static void any_bytes_make_a_valid_text(void **state)
{
    static const struct {
        struct slice in;
        const char *out;
    } rows[] = {
        {{"", 0}, ""},
        {{"a\"b\\c/", 6}, "a\\\"b\\\\c/"},
        {{"\r\n\t\x01\x7f\0", 6}, "\\r\\n\\t\\u0001\\u007f\\u0000"},
        {{"gr\xc3\xbc\xc3\x9f", 6}, "gr\xc3\xbc\xc3\x9f"},
        {{"\xe2\x82\xac\xf0\x9f\x93\x9e", 7}, "\xe2\x82\xac\xf0\x9f\x93\x9e"},
        {{"\xff", 1}, BAD},
        {{"\x80", 1}, BAD},
        {{"\xc0\xaf", 2}, BAD BAD},
        {{"\xe0\x80\xaf", 3}, BAD BAD BAD},
        {{"\xed\xa0\x80", 3}, BAD BAD BAD},
        {{"\xf4\x90\x80\x80", 4}, BAD BAD BAD BAD},
        {{"\xf0\x8f\xbf\xbf", 4}, BAD BAD BAD BAD},
        {{"\xf5\x80\x80\x80", 4}, BAD BAD BAD BAD},
        {{"a\xc3", 2}, "a" BAD},
        {{"\xe2\x82g", 3}, BAD BAD "g"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char memory[64], expected[64];
        struct guard g;
        struct buf out;
        struct json j;

        buf_over(&out, memory, sizeof(memory));
        json_init(&j, &out);
        json_text(&j, guard_text(&g, rows[i].in));
        guard_free(&g);
        snprintf(expected, sizeof(expected), "\"%s\"", rows[i].out);
        assert_text(buf_slice(&out), slice_of(expected));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(commas_stand_between_values_only),
        cmocka_unit_test(any_bytes_make_a_valid_text),
        cmocka_unit_test(each_byte_is_told_from_plain_ones_wherever_it_stands),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
