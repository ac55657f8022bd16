/* SPDX-License-Identifier: MIT */
#include "sip/stun.h"
#include "tests/support/check.h"
#include "tests/support/guard.h"

#define COOKIE "\x21\x12\xa4\x42"
#define ID "\xb7\xe7\xa7\x01\xbc\x34\xd6\x86\xfa\x87\xdf\xae"

static const struct addr v4 = {
    .ip = {192, 0, 2, 1}, .port = 32853, .family = 4};
static const struct addr v6 = {.ip = {0x20, 0x01, 0x0d, 0xb8, 0x12, 0x34, 0x56,
                                      0x78, 0x00, 0x11, 0x22, 0x33, 0x44, 0x55,
                                      0x66, 0x77},
                               .port = 32853,
                               .family = 6};

/* proves SIP-6: the addresses of the examples in RFC 5769 2.2 and 2.3 */
static void a_binding_request_is_answered_with_the_address(void **state)
{
    struct slice request = S("\0\1\0\0" COOKIE ID);
    char text[64];
    struct buf out;

    (void)state;
    buf_over(&out, text, sizeof text);
    assert_true(stun_is(request));
    assert_true(stun_answer(request, &v4, &out));
    assert_text(buf_slice(&out), S("\1\1\0\x0c" COOKIE ID
                                   "\0\x20\0\x08\0\1\xa1\x47\xe1\x12\xa6\x43"));
    buf_reset(&out);
    assert_true(stun_answer(request, &v6, &out));
    assert_text(buf_slice(&out),
                S("\1\1\0\x18" COOKIE ID "\0\x20\0\x14\0\2\xa1\x47"
                  "\x01\x13\xa9\xfa\xa5\xd3\xf1\x79"
                  "\xbc\x25\xf4\xb5\xbe\xd2\xb9\xd9"));
}

static void attributes_that_may_be_ignored_are(void **state)
{
    struct slice request = S("\0\1\0\x0c" COOKIE ID "\x80\x22\0\5hello\0\0\0");
    char text[64];
    struct buf out;

    (void)state;
    buf_over(&out, text, sizeof text);
    assert_true(stun_answer(request, &v4, &out));
    assert_true(slice_starts(buf_slice(&out), S("\1\1")));
    buf_reset(&out);
    request = S("\0\1\0\x04" COOKIE ID "\x80\0\0\0"); /* the first of them */
    assert_true(stun_answer(request, &v4, &out));
    assert_true(slice_starts(buf_slice(&out), S("\1\1")));
    buf_reset(&out);
    request = S("\0\1\0\x04" COOKIE ID "\x7f\xff\0\0");
    assert_true(stun_answer(request, &v4, &out));
    assert_true(slice_starts(buf_slice(&out), S("\1\x11")));
}

static void one_that_must_be_understood_gets_420(void **state)
{
    struct slice request = S("\0\1\0\x08" COOKIE ID "\0\x06\0\4user");
    char text[64];
    struct buf out;

    (void)state;
    buf_over(&out, text, sizeof text);
    assert_true(stun_answer(request, &v4, &out));
    assert_text(buf_slice(&out),
                S("\1\x11\0\x10" COOKIE ID "\0\x09\0\4\0\0\4\x14"
                  "\0\x0a\0\2\0\x06\0\0"));
}

static void the_rest_is_ignored(void **state)
{
    static const struct {
        struct slice bytes;
        bool is_stun;
    } rows[] = {
        {{"\0\1\0\4" COOKIE ID, 20}, true},             /* a wrong length */
        {{"\1\1\0\0" COOKIE ID, 20}, true},             /* a response */
        {{"\0\1\0\5" COOKIE ID "\0\6\0\1x", 25}, true}, /* no padding */
        {{"\0\1\0\2" COOKIE ID "ab", 22}, true},
        {{"\0\1\0\0" COOKIE ID, 19}, false},
        {{"\0\1\0\0xxxx" ID, 20}, false},
        {{"OPTIONS sip:a SIP/2.0", 21}, false},
    };
    char text[64];
    struct buf out;

    (void)state;
    buf_over(&out, text, sizeof text);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(stun_is(rows[i].bytes), rows[i].is_stun);
        assert_false(stun_answer(rows[i].bytes, &v4, &out));
        assert_int_equal(out.n, 0);
    }
}

static void ask_prefix(void *ctx, struct slice prefix)
{
    char text[64];
    struct buf out;
    size_t *answered = ctx;

    buf_over(&out, text, sizeof text);
    *answered += stun_answer(prefix, &v6, &out);
}

static void a_cut_request_is_ignored(void **state)
{
    size_t answered = 0;

    (void)state;
    each_prefix(S("\0\1\0\x0c" COOKIE ID "\x80\x22\0\5hello\0\0\0"), ask_prefix,
                &answered);
    assert_int_equal(answered, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_binding_request_is_answered_with_the_address),
        cmocka_unit_test(attributes_that_may_be_ignored_are),
        cmocka_unit_test(one_that_must_be_understood_gets_420),
        cmocka_unit_test(the_rest_is_ignored),
        cmocka_unit_test(a_cut_request_is_ignored),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
