/* SPDX-License-Identifier: MIT */
#include "base/log.h"
#include "base/why.h"
#include "support/check.h"

static void an_error_carries_its_sentence(void **state)
{
    struct why why = {0};

    (void)state;
    assert_int_equal(why_set(&why, IMS_TIMEOUT, "no answer in %d s", 3),
                     IMS_TIMEOUT);
    assert_int_equal(why.err, IMS_TIMEOUT);
    assert_string_equal(why.text, "no answer in 3 s");
    assert_int_equal(why_set(NULL, IMS_FULL, "nobody reads"), IMS_FULL);
}

static void a_quoted_stranger_cannot_break_the_line(void **state)
{
    struct why why;

    (void)state;
    (void)why_set(&why, IMS_MALFORMED, "bad header \"%s\"", "a\r\nVia: x\x7f");
    assert_string_equal(why.text, "bad header \"a??Via: x?\"");
}

static void a_long_sentence_ends_at_a_character(void **state)
{
    (void)state;
    for (int pad = 0; pad < 4; pad++) {
        char euros[301] = {0};
        struct why why;
        size_t n;

        for (size_t i = 0; i < sizeof(euros) - 1; i++)
            euros[i] = "\xe2\x82\xac"[i % 3];
        (void)why_set(&why, IMS_MALFORMED, "%.*s%s", pad, "aaaa", euros);
        n = strlen(why.text);
        assert_true(n > 240);
        assert_int_equal((n - (size_t)pad) % 3, 0);
    }
}

static void each_error_has_its_row(void **state)
{
    (void)state;
    assert_string_equal(ims_err_name(IMS_OK), "OK");
    assert_string_equal(ims_err_name(IMS_UNKNOWN_USER), "UNKNOWN_USER");
    assert_string_equal(ims_err_text(IMS_UNKNOWN_USER), "user unknown");
    assert_int_equal(ims_err_sip(IMS_UNKNOWN_USER), 404);
    assert_int_equal(ims_err_diameter(IMS_UNKNOWN_USER), 10005001);
    assert_int_equal(ims_err_level(IMS_STORAGE), LOG_ERROR);
    for (int e = 0; e < IMS_ERR_COUNT; e++) {
        assert_true(strlen(ims_err_text((enum ims_err)e)) > 0);
        assert_in_range(ims_err_sip((enum ims_err)e), 200, 699);
    }
    assert_string_equal(ims_err_name((enum ims_err)9999), "INTERNAL");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_error_carries_its_sentence),
        cmocka_unit_test(a_quoted_stranger_cannot_break_the_line),
        cmocka_unit_test(a_long_sentence_ends_at_a_character),
        cmocka_unit_test(each_error_has_its_row),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
