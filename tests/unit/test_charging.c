/* SPDX-License-Identifier: MIT */
#include "ims/charging.h"
#include "ims/cx.h"
#include "support/check.h"
#include "support/guard.h"

/* proves P-REG-1 */
static void each_icid_is_another_and_needs_no_quotes(void **state)
{
    struct icid_source here, there;
    struct dice dice;
    char text[3][128];
    struct buf b[3];

    (void)state;
    dice_init_seed(&dice, 7);
    icid_init(&here, S("pcscf1.ims.example"), &dice);
    icid_init(&there, S("pcscf1.ims.example"), &dice); /* started again */
    for (int i = 0; i < 3; i++)
        buf_over(&b[i], text[i], sizeof(text[i]));
    icid_next(&here, &b[0]);
    icid_next(&here, &b[1]);
    icid_next(&there, &b[2]);
    for (int i = 0; i < 3; i++) {
        assert_true(slice_starts(buf_slice(&b[i]), S("pcscf1.ims.example-")));
        assert_false(slice_eq(buf_slice(&b[i]), buf_slice(&b[(i + 1) % 3])));
        for (size_t c = 0; c < b[i].n; c++)
            assert_non_null(
                strchr(".-_0123456789abcdefghijklmnopqrstuvwxyz", b[i].p[c]));
    }
}

/* proves P-REG-4 */
static void an_ioi_tells_its_type_by_a_prefix(void **state)
{
    static const struct {
        enum ioi_type type;
        const char *text;
    } rows[] = {
        {IOI_TYPE_1, "Type 1ims.example"},
        {IOI_TYPE_2, "ims.example"},
        {IOI_TYPE_3, "Type 3ims.example"},
    };

    (void)state;
    for (int i = 0; i < 3; i++) {
        enum ioi_type type;
        char text[64];
        struct buf b;

        buf_over(&b, text, sizeof(text));
        ioi_print(rows[i].type, S("ims.example"), &b);
        assert_text(buf_slice(&b), slice_of(rows[i].text));
        assert_text(ioi_network(buf_slice(&b), &type), S("ims.example"));
        assert_int_equal(type, rows[i].type);
    }
}

static void print_again(struct slice value, struct buf *out)
{
    struct charging_vector v;
    struct why why;

    assert_ok(charging_vector_parse(value, &v, &why), &why);
    charging_vector_print(&v, out);
}

static void a_vector_is_read_and_printed(void **state)
{
    static const struct {
        const char *value, *printed;
    } rows[] = {
        {"icid-value=\"a-1\";icid-generated-at=192.0.2.1;"
         "orig-ioi=\"Type 1visited.example\";term-ioi=\"Type 1ims.example\"",
         "icid-value=\"a-1\";icid-generated-at=192.0.2.1;"
         "orig-ioi=\"Type 1visited.example\";term-ioi=\"Type 1ims.example\""},
        /* RFC 7315 section 4.6.2.3 writes tokens */
        {"icid-value=1234bc9876e; icid-generated-at=192.0.6.8; "
         "orig-ioi=home1.net",
         "icid-value=\"1234bc9876e\";icid-generated-at=192.0.6.8;"
         "orig-ioi=\"home1.net\""},
        {"ORIG-IOI=x ; ICID-Value = \"a;b\\\"c\" ;other; third=\"q;\" ;n=1",
         "icid-value=\"a;b\\\"c\";orig-ioi=\"x\";other;third=\"q;\";n=1"},
        {"icid-value=a;icid-generated-at=[2001:db8::1];related-icid=b",
         "icid-value=\"a\";icid-generated-at=[2001:db8::1];"
         "related-icid=\"b\""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char text[256];
        struct buf b;

        buf_over(&b, text, sizeof(text));
        print_again(slice_of(rows[i].value), &b);
        assert_text(buf_slice(&b), slice_of(rows[i].printed));
        buf_reset(&b);
        print_again(slice_of(rows[i].printed), &b);
        assert_text(buf_slice(&b), slice_of(rows[i].printed));
    }
}

static void a_broken_vector_is_refused(void **state)
{
    static const struct {
        const char *value;
        enum ims_err err;
    } rows[] = {
        {"", IMS_MISSING},
        {"orig-ioi=x", IMS_MISSING},
        {"icid-value", IMS_MALFORMED},
        {"icid-value=", IMS_MALFORMED},
        {"icid-value=\"\"", IMS_MALFORMED},
        {"icid-value=a;icid-value=b", IMS_MALFORMED},
        {"icid-value=\"a", IMS_MALFORMED},
        {"icid-value=a;orig-ioi=b;orig-ioi=c", IMS_MALFORMED},
        {"icid-value=a;=b", IMS_MALFORMED},
        {"icid-value=a;b;c;d;e;f;g;h;i;j", IMS_FULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct charging_vector v = {.nothers = 99};
        struct why why = {0};

        assert_err(rows[i].err,
                   charging_vector_parse(slice_of(rows[i].value), &v, &why),
                   &why);
        assert_int_equal(v.nothers, 99);
    }
}

static void parse_prefix(void *ctx, struct slice text)
{
    unsigned *good = ctx;
    struct charging_vector v;

    *good += charging_vector_parse(text, &v, NULL) == IMS_OK;
}

static void a_cut_vector_is_read_no_further_than_its_end(void **state)
{
    unsigned good = 0;

    (void)state;
    each_prefix(S("icid-value=\"a;b\\\"c\" ; x;orig-ioi=\"Type 1a\";y=\"z\""),
                parse_prefix, &good);
    assert_true(good > 3);
}

/* proves S-REG-3 */
static void addresses_of_charging_functions_stand_in_quotes(void **state)
{
    const struct {
        struct cx_charging c;
        const char *expected;
    } rows[] = {
        {{.primary_ccf = S("aaa://ccf.ims.example")},
         "ccf=\"aaa://ccf.ims.example\""},
        {{.secondary_ecf = S("aaa://e2;transport=tcp"),
          .primary_ecf = S("aaa://e1"),
          .primary_ccf = S("aaa://c1"),
          .secondary_ccf = S("aaa://c2")},
         "ccf=\"aaa://c1\";ccf-2=\"aaa://c2\";ecf=\"aaa://e1\";"
         "ecf-2=\"aaa://e2;transport=tcp\""},
        {{.primary_ecf = S("a\"b\\c")}, "ecf=\"a\\\"b\\\\c\""},
        {{.primary_ecf = S("")}, ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct buf b;

        buf_init(&b, 1000);
        charging_functions_print(&rows[i].c, &b);
        assert_text(buf_slice(&b), slice_of(rows[i].expected));
        buf_fini(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_icid_is_another_and_needs_no_quotes),
        cmocka_unit_test(an_ioi_tells_its_type_by_a_prefix),
        cmocka_unit_test(a_vector_is_read_and_printed),
        cmocka_unit_test(a_broken_vector_is_refused),
        cmocka_unit_test(a_cut_vector_is_read_no_further_than_its_end),
        cmocka_unit_test(addresses_of_charging_functions_stand_in_quotes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
