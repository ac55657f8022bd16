/* SPDX-License-Identifier: MIT */
#include "base/mem.h"
#include "sip/views.h"
#include "support/check.h"
#include "support/corpus.h"
#include "support/guard.h"
#include <stdio.h>

/* The messages of RFC 4475 and RFC 5118 get the parser's verdict that
 * EXPECT.tsv has for them; every whole message of the RFCs' examples parses
 * and prints back equal.
 *
 * proves SIP-1 SIP-2 */

static const struct sip_limits none;

/* "accept...", "reject..." (but "reject-or-liberal": either), or either. */
static void check_verdict(void *ctx, struct slice row)
{
    struct slice verdict = tsv_cell(row, EXPECT_PARSER);
    char path[256];
    struct sip_message *m;
    struct why why = {0};
    enum ims_err err;
    struct slice text;

    (void)ctx;
    snprintf(path, sizeof(path), "sip-torture/%.*s",
             SLICE_ARG(tsv_cell(row, EXPECT_FILE)));
    text = corpus_read(path);
    err = sip_message_parse(text, &none, &m, &why);
    if (slice_starts(verdict, S("accept")) && err)
        fail_msg("%s should be accepted, but: %s", path, why.text);
    if (slice_starts(verdict, S("reject")) &&
        !slice_starts(verdict, S("reject-or")) && !err)
        fail_msg("%s should be refused", path);
    if (err)
        assert_true(why.text[0]);
    sip_message_drop(m);
    free((char *)text.p);
}

static void torture_messages_get_their_verdict(void **state)
{
    (void)state;
    corpus_each_expected(check_verdict, NULL);
}

static void a_refusal_names_the_header(void **state)
{
    static const char *const expected[][3] = {
        {"badinv01", "Via", "400"},        {"clerr", "Content-Length", "400"},
        {"ncl", "Content-Length", "400"},  {"scalar02", "CSeq", "400"},
        {"quotbal", "To", "400"},          {"ltgtruri", "Request-URI", "400"},
        {"escruri", "Request-URI", "400"}, {"badvers", "version", "505"},
        {"mismatch01", "CSeq", "400"},     {"mcl01", "Content-Length", "400"},
        {"multi01", "twice", "400"},
    };
    char path[128];

    (void)state;
    for (size_t i = 0; i < sizeof(expected) / sizeof(*expected); i++) {
        struct sip_message *m;
        struct why why;

        snprintf(path, sizeof(path), "sip-torture/rfc4475/%s.dat",
                 expected[i][0]);
        struct slice text = corpus_read(path);
        assert_true(sip_message_parse(text, &none, &m, &why));
        assert_has(slice_of(why.text), expected[i][1]);
        assert_non_null(m);
        assert_int_equal(m->refusal, atoi(expected[i][2]));
        sip_message_drop(m);
        free((char *)text.p);
    }
}

/* What is refused can be answered: the answer has the request's headers. */
static void a_refused_request_can_still_be_answered(void **state)
{
    struct slice text = corpus_read("sip-torture/rfc4475/clerr.dat");
    struct sip_message *m, *answer;
    struct why why;
    struct buf out;

    (void)state;
    assert_err(IMS_MALFORMED, sip_message_parse(text, &none, &m, &why), &why);
    assert_non_null(m);
    answer = sip_response_to(m, m->refusal, slice_of(why.text), S("t"));
    buf_init(&out, 65535);
    assert_ok(sip_message_print(answer, &out, &why), &why);
    assert_has(buf_slice(&out), "SIP/2.0 400 Content-Length");
    assert_has(buf_slice(&out), "CSeq: 8 INVITE\r\n");
    assert_has(buf_slice(&out), ";tag=t\r\n");
    buf_fini(&out);
    sip_message_drop(answer);
    sip_message_drop(m);
    free((char *)text.p);
}

/* Printed unedited, the message has the bytes that it came with, but for a
 * Content-Length where there was none. */
static void check_round_trip(const char *path)
{
    struct slice text = corpus_read(path), wire = text;
    struct sip_message *m;
    struct why why;
    struct buf out;

    if (sip_message_parse(text, &none, &m, &why))
        fail_msg("%s: %s", path, why.text);
    buf_init(&out, 65535);
    assert_ok(sip_message_print(m, &out, &why), &why);
    if (sip_header_first(m, SIP_HDR_CONTENT_LENGTH)) {
        assert_text(buf_slice(&out), slice_first(wire, out.n));
    } else {
        ssize_t end = slice_find(wire, S("\r\n\r\n"));

        assert_true(end > 0);
        assert_text(slice_first(buf_slice(&out), (size_t)end),
                    slice_first(wire, (size_t)end));
        assert_has(buf_slice(&out), "\r\nContent-Length: ");
    }
    buf_fini(&out);
    sip_message_drop(m);
    free((char *)text.p);
}

static void messages_of_the_rfcs_print_back_equal(void **state)
{
    struct slice table = corpus_read("flows/rfc/INDEX.tsv");
    struct slice rest = table, row;
    unsigned rows = 0;
    char path[512];

    (void)state;
    while (slice_cut(&rest, '\n', &row)) {
        if (!slice_eq(tsv_cell(row, 8), S("ok")) ||
            !slice_eq(tsv_cell(row, 9), S("complete")))
            continue;
        snprintf(path, sizeof(path), "%.*s", SLICE_ARG(tsv_cell(row, 0)));
        check_round_trip(path);
        rows++;
    }
    assert_int_equal(rows, 572);
    free((char *)table.p);
}

static void parse_and_read(void *ctx, struct slice text)
{
    struct sip_message *m;
    struct sip_values it;
    struct slice value;
    struct buf out;

    (void)ctx;
    (void)!sip_message_parse(text, &none, &m, NULL);
    if (!m)
        return;
    for (unsigned id = 1; id < SIP_HDR_COUNT; id++) {
        sip_values_begin(&it, m, id);
        while (sip_values_next(&it, &value))
            assert_true(value.n > 0);
    }
    buf_init(&out, 65535);
    (void)!sip_message_print(m, &out, NULL);
    buf_fini(&out);
    sip_message_drop(m);
}

static void cut_file(void *ctx, const char *name, struct slice text)
{
    (void)name;
    each_prefix(text, parse_and_read, ctx);
}

static void torture_messages_cut_anywhere_do_no_harm(void **state)
{
    (void)state;
    corpus_each("sip-torture/rfc4475", cut_file, NULL);
    corpus_each("sip-torture/rfc5118-fixed", cut_file, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(torture_messages_get_their_verdict),
        cmocka_unit_test(a_refusal_names_the_header),
        cmocka_unit_test(a_refused_request_can_still_be_answered),
        cmocka_unit_test(messages_of_the_rfcs_print_back_equal),
        cmocka_unit_test(torture_messages_cut_anywhere_do_no_harm),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
