/* SPDX-License-Identifier: MIT */
#include "diameter/message.h"
#include "support/check.h"
#include "support/corpus.h"
#include "support/guard.h"
#include <stdio.h>
#include <stdlib.h>

/* ---- frames -------------------------------------------------------------- */

static const struct {
    struct slice bytes;
    size_t length;
    unsigned result; /* 0: fine */
} frames[] = {
    {S(""), 0, 0},
    {S("\1"), 0, 0},
    {S("\1\0\0"), 0, 0},
    {S("\1\0\0\x14"), 20, 0},
    {S("\1\0\1\0"), 256, 0},
    {S("\1\0\x03\xe8"), 1000, 0},
    {S("\1\0\x03\xec"), 0, 5015},
    {S("\1\0\0\x10"), 0, 5015},
    {S("\1\0\0\x15"), 0, 5015},
    {S("\1\xff\xff\xfc"), 0, 5015},
    {S("\2"), 0, 5011},
    {S("\0\0\0\x14"), 0, 5011},
};

static void a_frame_tells_its_length_or_why_it_is_none(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(frames) / sizeof(*frames); i++) {
        struct diameter_fault f = {0};
        struct guard g;
        size_t n = 99;
        bool ok =
            diameter_length(guard_text(&g, frames[i].bytes), 1000, &n, &f);

        assert_int_equal(ok, frames[i].result == 0);
        assert_int_equal(f.result, frames[i].result);
        assert_int_equal(n, frames[i].length);
        assert_true(ok || f.text[0]);
        guard_free(&g);
    }
}

static struct slice message(struct buf *b)
{
    diameter_begin(
        b, &(struct diameter_header){.flags = DIAMETER_R | DIAMETER_P,
                                     .command = DIAMETER_MULTIMEDIA_AUTH,
                                     .app = 16777216,
                                     .hop = 0x01020304,
                                     .end = 0xfffefdfc});
    avp_put(b, AVP_SESSION_ID, S("a;1;2"));
    assert_true(diameter_end(b));
    return buf_slice(b);
}

static void a_header_is_written_and_read_back(void **state)
{
    struct diameter_message m;
    struct diameter_fault f;
    char memory[128], name[32];
    struct buf b;

    (void)state;
    buf_over(&b, memory, sizeof(memory));
    assert_true(diameter_read(message(&b), &m, &f));
    assert_int_equal(m.h.length, 36);
    assert_true(diameter_is_request(&m));
    assert_int_equal(m.h.flags, 0xc0);
    assert_int_equal(m.h.command, 303);
    assert_int_equal(m.h.app, 16777216);
    assert_int_equal(m.h.hop, 0x01020304);
    assert_int_equal(m.h.end, 0xfffefdfc);
    assert_text(avp_text(m.avps, AVP_SESSION_ID), S("a;1;2"));
    assert_string_equal(diameter_name(&m, name), "MAR");
    m.h.flags = 0;
    assert_string_equal(diameter_name(&m, name), "MAA");
    m.h.command = 999;
    assert_string_equal(diameter_name(&m, name), "code 999 answer");
    diameter_patch(memory, 0xa1b2c3d4, DIAMETER_T);
    assert_true(diameter_read(buf_slice(&b), &m, &f));
    assert_int_equal(m.h.hop, 0xa1b2c3d4);
    assert_int_equal(m.h.flags, 0xd0);
}

static void read_prefix(void *ctx, struct slice prefix)
{
    struct diameter_message m;
    struct diameter_fault f;

    assert_int_equal(diameter_read(prefix, &m, &f), prefix.n == *(size_t *)ctx);
}

static void a_message_cut_anywhere_is_refused(void **state)
{
    char memory[128];
    struct buf b;

    (void)state;
    buf_over(&b, memory, sizeof(memory));
    each_prefix(message(&b), read_prefix, &b.n);
}

/* ---- rules --------------------------------------------------------------- */

static const struct avp_rule rules[] = {
    {AVP_SESSION_ID, 1, 1},
    {AVP_USER_NAME, 0, 1},
    {AVP_PUBLIC_IDENTITY, 1, AVP_MANY},
    {AVP_RESULT_CODE, 0, 0},
    {AVP_SERVER_CAPABILITIES, 0, 1},
};

static void put_session(struct buf *b)
{
    avp_put(b, AVP_SESSION_ID, S("s"));
}

static void put_impu(struct buf *b)
{
    avp_put(b, AVP_PUBLIC_IDENTITY, S("sip:a@b"));
}

static void put_name(struct buf *b)
{
    avp_put(b, AVP_USER_NAME, S("u"));
}

static void put_result(struct buf *b)
{
    avp_put_u32(b, AVP_RESULT_CODE, 2001);
}

static void put_unnamed(struct buf *b)
{
    avp_put(b, AVP_SERVER_NAME, S("x"));
}

static void put_unknown(struct buf *b)
{
    buf_add(b, S("\0\0\x7f\xff\0\0\0\x08"));
}

static void put_unknown_mandatory(struct buf *b)
{
    buf_add(b, S("\0\0\x7f\xff\x40\0\0\x09z\0\0\0"));
}

static void put_cut(struct buf *b)
{
    buf_add(b, S("\0\0\0\1\x40\0\1\0"));
}

/* proves H-DIA-1 */
static void each_rule_has_its_result_and_failed_avp(void **state)
{
    static const struct {
        void (*put[5])(struct buf *);
        unsigned result;
        struct slice failed; /* Failed-AVP's content */
    } rows[] = {
        {{put_session, put_impu}, 0, {0}},
        {{put_session, put_impu, put_impu, put_name}, 0, {0}},
        {{put_impu, put_unnamed, put_unknown, put_session}, 0, {0}},
        {{put_session}, 5005, S("\0\0\x02\x59\xc0\0\0\x0c\0\0\x28\xaf")},
        {{put_impu}, 5005, S("\0\0\x01\x07\x40\0\0\x08")},
        {{put_session, put_impu, put_session},
         5009,
         S("\0\0\x01\x07\x40\0\0\x09s\0\0\0")},
        {{put_session, put_impu, put_name, put_name},
         5009,
         S("\0\0\0\1\x40\0\0\x09u\0\0\0")},
        {{put_session, put_impu, put_result},
         5008,
         S("\0\0\x01\x0c\x40\0\0\x0c\0\0\x07\xd1")},
        {{put_session, put_unknown_mandatory, put_impu},
         5001,
         S("\0\0\x7f\xff\x40\0\0\x09z\0\0\0")},
        {{put_session, put_impu, put_cut}, 5014, S("\0\0\0\1\x40\0\0\x08")},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        char memory[512], answer[512];
        struct diameter_fault f = {0};
        struct avp failed = {0};
        struct buf b, out;

        buf_over(&b, memory, sizeof(memory));
        for (size_t j = 0; j < 5 && rows[i].put[j]; j++)
            rows[i].put[j](&b);
        assert_int_equal(diameter_check(buf_slice(&b), rules, 5, &f),
                         rows[i].result == 0);
        assert_int_equal(f.result, rows[i].result);
        if (!rows[i].result)
            continue;
        buf_over(&out, answer, sizeof(answer));
        diameter_put_fault(&out, &f);
        assert_true(avp_find(buf_slice(&out), AVP_FAILED_AVP, &failed));
        assert_text(failed.value, rows[i].failed);
        assert_true(avp_find(buf_slice(&out), AVP_RESULT_CODE, &failed));
        assert_int_equal(avp_u32(&failed), rows[i].result);
        assert_text(avp_text(buf_slice(&out), AVP_ERROR_MESSAGE),
                    slice_of(f.text));
    }
}

static void a_fault_inside_groups_is_told_with_its_groups(void **state)
{
    struct diameter_fault f;
    char memory[256];
    struct buf b;
    struct avp a;

    (void)state;
    buf_over(&b, memory, sizeof(memory));
    fault_set(&f, DIAMETER_MISSING_AVP, "missing");
    fault_made(&f, avp_row(AVP_DIGEST_QOP));
    f.inside[f.depth++] = avp_row(AVP_SIP_DIGEST_AUTHENTICATE);
    f.inside[f.depth++] = avp_row(AVP_SIP_AUTH_DATA_ITEM);
    diameter_put_fault(&b, &f);
    assert_true(avp_find(buf_slice(&b), AVP_FAILED_AVP, &a));
    assert_true(avp_find(a.value, AVP_SIP_AUTH_DATA_ITEM, &a));
    assert_true(avp_find(a.value, AVP_SIP_DIGEST_AUTHENTICATE, &a));
    assert_true(avp_find(a.value, AVP_DIGEST_QOP, &a));
    assert_int_equal(a.value.n, 0);
}

/* ---- results ------------------------------------------------------------- */

static void a_result_is_base_or_experimental_or_absent(void **state)
{
    struct diameter_message m = {0};
    uint32_t vendor = 1;
    char memory[128];
    struct buf b;
    size_t mark;

    (void)state;
    assert_int_equal(diameter_answer_result(&m, &vendor), 0);
    buf_over(&b, memory, sizeof(memory));
    mark = avp_group(&b, AVP_EXPERIMENTAL_RESULT, true);
    m.avps = buf_slice(&b);
    avp_put_u32(&b, AVP_VENDOR_ID, VENDOR_TGPP);
    avp_put_u32(&b, AVP_EXPERIMENTAL_RESULT_CODE, 5001);
    avp_group_end(&b, mark);
    m.avps = buf_slice(&b);
    assert_int_equal(diameter_answer_result(&m, &vendor), 5001);
    assert_int_equal(vendor, VENDOR_TGPP);
    buf_reset(&b);
    avp_put_u32(&b, AVP_RESULT_CODE, 3002);
    m.avps = buf_slice(&b);
    assert_int_equal(diameter_answer_result(&m, &vendor), 3002);
    assert_int_equal(vendor, 0);
    assert_string_equal(diameter_result_name(3002),
                        "DIAMETER_UNABLE_TO_DELIVER");
    assert_string_equal(diameter_result_name(1), "unknown");
}

/* What others call them. */
static void results_have_the_names_of_the_dictionaries(void **state)
{
    struct slice table = corpus_read("diameter/avp_enums.csv");
    unsigned known = 0;
    char row[128];

    (void)state;
    for (unsigned code = 1000; code < 6000; code++) {
        const char *name = diameter_result_name(code);

        if (strcmp(name, "unknown") == 0)
            continue;
        snprintf(row, sizeof row, "\nResult-Code,268,0,%u,%s\n", code, name);
        if (slice_find(table, slice_of(row)) < 0)
            fail_msg("not in the dictionaries: %s", row + 1);
        known++;
    }
    assert_in_range(known, 15, 60);
    free((char *)table.p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_frame_tells_its_length_or_why_it_is_none),
        cmocka_unit_test(a_header_is_written_and_read_back),
        cmocka_unit_test(a_message_cut_anywhere_is_refused),
        cmocka_unit_test(each_rule_has_its_result_and_failed_avp),
        cmocka_unit_test(a_fault_inside_groups_is_told_with_its_groups),
        cmocka_unit_test(a_result_is_base_or_experimental_or_absent),
        cmocka_unit_test(results_have_the_names_of_the_dictionaries),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
