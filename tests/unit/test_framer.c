/* SPDX-License-Identifier: MIT */
#include "base/buf.h"
#include "sip/framer.h"
#include "tests/support/check.h"
#include "tests/support/corpus.h"
#include "tests/support/guard.h"
#include <stdlib.h>

#define HEAD "OPTIONS sip:a SIP/2.0\r\nVia: SIP/2.0/TCP h\r\n"

/* What the framer makes of the portions, as text: messages in <>, "ping", and
 * what broke it. */
static void feed(struct framer *f, struct slice bytes, struct buf *out)
{
    struct slice message;
    struct why why = {0};

    for (;;) {
        switch (framer_take(f, &bytes, &message, &why)) {
        case FRAMED_MORE: assert_int_equal(bytes.n, 0); return;
        case FRAMED_PING: buf_str(out, "ping"); break;
        case FRAMED_MESSAGE:
            buf_char(out, '<');
            buf_add(out, message);
            buf_char(out, '>');
            break;
        case FRAMED_BROKEN: buf_printf(out, "broken %s", why.text); return;
        }
    }
}

struct row {
    const char *bytes, *expected;
};

static const struct row rows[] = {
    {HEAD "Content-Length: 0\r\n\r\n", "<" HEAD "Content-Length: 0\r\n\r\n>"},
    {HEAD "l:3\r\n\r\nabc", "<" HEAD "l:3\r\n\r\nabc>"},
    {HEAD "CONTENT-length  :  3 \r\n\r\nabc",
     "<" HEAD "CONTENT-length  :  3 \r\n\r\nabc>"},
    {HEAD "Content-Length:\r\n 2\r\n\r\nab",
     "<" HEAD "Content-Length:\r\n 2\r\n\r\nab>"},
    /* the same twice is one */
    {HEAD "l: 1\r\nContent-Length: 1\r\n\r\na",
     "<" HEAD "l: 1\r\nContent-Length: 1\r\n\r\na>"},
    /* two messages, and empty lines before and between */
    {"\r\n" HEAD "l: 1\r\n\r\na\r\n" HEAD "l: 0\r\n\r\n",
     "<" HEAD "l: 1\r\n\r\na><" HEAD "l: 0\r\n\r\n>"},
    /* a body that looks like the end of a header */
    {HEAD "l: 6\r\n\r\na\r\n\r\nbQ s SIP/2.0\r\nl: 0\r\n\r\n",
     "<" HEAD "l: 6\r\n\r\na\r\n\r\nb><Q s SIP/2.0\r\nl: 0\r\n\r\n>"},
    {"\r\n\r\n", "ping"},
    {"\r\n\r\n\r\n\r\n", "pingping"},
    {"\r\n\r\n" HEAD "l: 0\r\n\r\n\r\n\r\n", "ping<" HEAD "l: 0\r\n\r\n>ping"},
    {"\r\n", ""},
    {HEAD "l: 3\r\n\r\nab", ""},
    {HEAD, ""},
    /* broken */
    {HEAD "\r\n", "broken Content-Length is missing on a stream"},
    {HEAD "Content-Length: -1\r\n\r\n",
     "broken Content-Length is not a number"},
    {HEAD "Content-Length: five\r\n\r\n",
     "broken Content-Length is not a number"},
    {HEAD "l: 99999999999999999999\r\n\r\n",
     "broken Content-Length is not a number"},
    {HEAD "l: 1\r\nl: 2\r\n\r\n",
     "broken Content-Length stands twice and differs"},
    {HEAD "l: 2000\r\n\r\n", "broken Message of more than 1000 bytes"},
    /* the header counts too: it has 53 bytes */
    {HEAD "l: 947\r\n\r\n", ""},
    {HEAD "l: 948\r\n\r\n", "broken Message of more than 1000 bytes"},
    {"\x16\x03\x01", "broken Bytes between messages that are not SIP"},
    {"\rX", "broken Bytes between messages that are not SIP"},
    {"\n", "broken Bytes between messages that are not SIP"},
};

enum { ROWS = sizeof rows / sizeof *rows, MAX = 1000 };

/* proves SIP-6 */
static void messages_are_cut_by_content_length(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS; i++) {
        struct framer f;
        struct buf out;

        framer_init(&f, MAX);
        buf_init(&out, 4096);
        feed(&f, slice_of(rows[i].bytes), &out);
        assert_text(buf_slice(&out), slice_of(rows[i].expected));
        buf_fini(&out);
        framer_fini(&f);
    }
}

static void feed_both(void *ctx, struct slice first, struct slice rest)
{
    const struct row *row = ctx;
    struct framer f;
    struct buf out;

    framer_init(&f, MAX);
    buf_init(&out, 4096);
    feed(&f, first, &out);
    if (!f.broken)
        feed(&f, rest, &out);
    assert_text(buf_slice(&out), slice_of(row->expected));
    buf_fini(&out);
    framer_fini(&f);
}

/* proves SIP-6 */
static void a_split_at_any_byte_changes_nothing(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS; i++)
        each_split(slice_of(rows[i].bytes), feed_both, (void *)&rows[i]);
}

static void byte_by_byte_is_the_same(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS; i++) {
        struct slice bytes = slice_of(rows[i].bytes);
        struct framer f;
        struct buf out;

        framer_init(&f, MAX);
        buf_init(&out, 4096);
        for (size_t k = 0; k < bytes.n && !f.broken; k++)
            feed(&f, slice_at(bytes.p + k, 1), &out);
        assert_text(buf_slice(&out), slice_of(rows[i].expected));
        buf_fini(&out);
        framer_fini(&f);
    }
}

/* Feeds `text` over and over in such portions; how many bytes were taken? */
static size_t feed_on(struct framer *f, struct slice text, size_t portion,
                      struct slice *message)
{
    enum framed got = FRAMED_MORE;
    struct why why = {0};
    size_t fed = 0;

    while (got == FRAMED_MORE && fed < 200000) {
        size_t at = fed % text.n;
        struct slice in = slice_first(slice_from(text, at), portion);

        fed += in.n;
        got = framer_take(f, &in, message, &why);
        fed -= in.n;
    }
    assert_int_equal(got, FRAMED_BROKEN);
    assert_text(slice_of(why.text), S("Headers of more than 100000 bytes"));
    return fed;
}

/* proves SIP-2: what came of them is enough for an answer */
static void headers_without_end_break_the_stream_at_the_bound(void **state)
{
    static const size_t portions[] = {1, 3, 4096, 5000, 100000};
    struct slice message;

    (void)state;
    for (size_t i = 0; i < sizeof portions / sizeof *portions; i++) {
        struct framer f;

        framer_init(&f, 100000);
        assert_int_equal(feed_on(&f, S("A"), portions[i], &message), 100000);
        assert_int_equal(message.n, 0);
        framer_fini(&f);
        framer_init(&f, 100000);
        assert_int_equal(feed_on(&f, S("a: 3456789012345678901\r\nb:\r\n"),
                                 portions[i], &message),
                         100000);
        assert_true(slice_ends(message, S("\r\n")));
        assert_in_range(message.n, 100000 - 23, 100000);
        framer_fini(&f);
    }
}

/* Headers larger than a portion, and what follows in the same read. */
static void large_headers_are_taken_in_portions(void **state)
{
    (void)state;
    for (size_t size = 4000; size < 4200; size++) {
        struct buf in, out, expected;
        struct framer f;

        buf_init(&in, 20000);
        buf_init(&out, 20000);
        buf_init(&expected, 20000);
        buf_str(&in, HEAD "X: ");
        while (in.n < size)
            buf_char(&in, 'x');
        buf_str(&in, "\r\nl: 2\r\n\r\nab");
        buf_printf(&expected, "<%.*s><" HEAD "l: 0\r\n\r\n>ping",
                   SLICE_ARG(buf_slice(&in)));
        buf_str(&in, HEAD "l: 0\r\n\r\n\r\n\r\n");
        framer_init(&f, 0);
        feed(&f, buf_slice(&in), &out);
        assert_text(buf_slice(&out), buf_slice(&expected));
        framer_fini(&f);
        buf_fini(&in);
        buf_fini(&out);
        buf_fini(&expected);
    }
}

static void a_broken_header_is_handed_out_to_be_answered(void **state)
{
    struct framer f;
    struct slice in = S(HEAD "l: x\r\n\r\nrest"), message;
    struct why why;

    (void)state;
    framer_init(&f, MAX);
    assert_int_equal(framer_take(&f, &in, &message, &why), FRAMED_BROKEN);
    assert_text(message, S(HEAD "l: x\r\n\r\n"));
    in = S(HEAD "l: 0\r\n\r\n");
    assert_int_equal(framer_take(&f, &in, &message, &why), FRAMED_BROKEN);
    framer_fini(&f);
}

static void a_message_under_way_is_known(void **state)
{
    struct framer f;
    struct slice in = S("OPT"), message;

    (void)state;
    framer_init(&f, MAX);
    assert_false(framer_is_amid(&f));
    framer_take(&f, &in, &message, NULL);
    assert_true(framer_is_amid(&f));
    in = S("IONS sip:a SIP/2.0\r\nl: 0\r\n\r\n");
    assert_int_equal(framer_take(&f, &in, &message, NULL), FRAMED_MESSAGE);
    assert_false(framer_is_amid(&f));
    framer_fini(&f);
}

struct torture {
    const char *name;
    enum framed expected;
};

/* proves SIP-2: the rows of EXPECT.tsv that speak of streams */
static void torture_messages_with_a_bad_length_close_the_stream(void **state)
{
    static const struct torture t[] = {
        {"sip-torture/rfc4475/clerr.dat", FRAMED_MORE},
        {"sip-torture/rfc4475/ncl.dat", FRAMED_BROKEN},
        {"sip-torture/rfc4475/mcl01.dat", FRAMED_BROKEN},
        {"sip-torture/rfc4475/mpart01.dat", FRAMED_MESSAGE},
        {"sip-torture/rfc4475/wsinv.dat", FRAMED_MESSAGE},
        {"sip-torture/rfc4475/dblreq.dat", FRAMED_MESSAGE},
    };

    (void)state;
    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        struct slice bytes = corpus_read(t[i].name), in = bytes, message;
        struct framer f;

        framer_init(&f, 0);
        if (framer_take(&f, &in, &message, NULL) != t[i].expected)
            fail_msg("%s", t[i].name);
        framer_fini(&f);
        free((char *)bytes.p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_are_cut_by_content_length),
        cmocka_unit_test(a_split_at_any_byte_changes_nothing),
        cmocka_unit_test(byte_by_byte_is_the_same),
        cmocka_unit_test(headers_without_end_break_the_stream_at_the_bound),
        cmocka_unit_test(large_headers_are_taken_in_portions),
        cmocka_unit_test(a_broken_header_is_handed_out_to_be_answered),
        cmocka_unit_test(a_message_under_way_is_known),
        cmocka_unit_test(torture_messages_with_a_bad_length_close_the_stream),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
