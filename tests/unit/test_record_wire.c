/* SPDX-License-Identifier: MIT
 *
 * Entries on their way to who follows a node, in binary.
 */
#include "base/mem.h"
#include "node/record_wire.h"
#include "support/check.h"
#include "support/guard.h"
#include <stdio.h>

static const char message[] = "REGISTER sip:a SIP/2.0\r\n"
                              "A: Digest ck=\"0a\", x=\"1\"\r\n\r\n";

static struct record_entry message_entry(void)
{
    struct record_entry e = {
        .seq = UINT64_C(0x0102030405060708),
        .wall_us = 1700000000000001,
        .kind = RECORD_LOST,
        .proto = RECORD_SIP,
        .local = {.ip = {127, 0, 0, 1}, .port = 5060, .family = 4},
        .remote = {.ip = {1, [15] = 2}, .port = 65535, .family = 6},
        .about = {.call = S("a@b"), .session = S("x;1;2"), .reason = "why"},
        .bytes = slice_of(message),
        .proc = "S-REG-2",
        .clause = "TS 24.229 5.4.1.2.2",
        .says = S("it was lost"),
        .fault = S("loss"),
    };

    e.local.transport = TRANSPORT_UDP;
    e.remote.transport = TRANSPORT_TCP;
    return e;
}

/* The payload of the one frame that an entry makes. */
static struct slice payload_of(const struct record_entry *e, struct buf *out)
{
    buf_init(out, 10000);
    wire_put_entry(out, e);
    return slice_from(buf_slice(out), 5);
}

static void an_entry_arrives_as_it_was_sent(void **state)
{
    struct record_entry e = message_entry();
    struct wire_entry got;
    struct buf out;

    (void)state;
    assert_true(wire_read_entry(payload_of(&e, &out), &got));
    assert_int_equal(got.seq, e.seq);
    assert_int_equal(got.wall_us, e.wall_us);
    assert_int_equal(got.kind, RECORD_LOST);
    assert_int_equal(got.proto, RECORD_SIP);
    assert_memory_equal(&got.local, &e.local, sizeof e.local);
    assert_memory_equal(&got.remote, &e.remote, sizeof e.remote);
    assert_text(got.call, S("a@b"));
    assert_text(got.session, S("x;1;2"));
    assert_text(got.proc, S("S-REG-2"));
    assert_text(got.clause, S("TS 24.229 5.4.1.2.2"));
    assert_text(got.says, S("it was lost"));
    assert_text(got.reason, S("why"));
    assert_text(got.fault, S("loss"));
    buf_fini(&out);
}

static void secrets_of_sip_are_masked_and_other_bytes_are_not(void **state)
{
    struct record_entry e = message_entry();
    struct wire_entry got;
    struct buf out;

    (void)state;
    assert_true(wire_read_entry(payload_of(&e, &out), &got));
    assert_text(got.bytes, S("REGISTER sip:a SIP/2.0\r\n"
                             "A: Digest ck=\"**\", x=\"1\"\r\n\r\n"));
    buf_fini(&out);
    e.proto = RECORD_DIAMETER;
    assert_true(wire_read_entry(payload_of(&e, &out), &got));
    assert_text(got.bytes, slice_of(message));
    buf_fini(&out);
}

static void a_decision_without_texts_is_an_entry_too(void **state)
{
    struct record_entry e = {.seq = 1, .kind = RECORD_SAYS};
    struct wire_entry got;
    struct buf out;

    (void)state;
    assert_true(wire_read_entry(payload_of(&e, &out), &got));
    assert_int_equal(got.kind, RECORD_SAYS);
    assert_int_equal(got.bytes.n + got.call.n + got.proc.n + got.reason.n, 0);
    buf_fini(&out);
}

static void refuse(void *ctx, struct slice prefix)
{
    const size_t *whole = ctx;
    struct wire_entry got;

    assert_int_equal(wire_read_entry(prefix, &got), prefix.n == *whole);
}

static void what_is_cut_or_too_long_is_no_entry(void **state)
{
    struct record_entry e = message_entry();
    struct wire_entry got;
    struct slice payload;
    struct buf out;
    size_t whole;

    (void)state;
    payload = payload_of(&e, &out);
    whole = payload.n;
    each_prefix(payload, refuse, &whole);
    buf_char(&out, 'x');
    assert_false(wire_read_entry(slice_from(buf_slice(&out), 5), &got));
    buf_fini(&out);
}

/* Bytes 8 and on are the time, 16 and 36 begin the places, 56 is the kind, 57
 * the protocol. */
static void numbers_that_mean_nothing_are_refused(void **state)
{
    static const struct {
        size_t at;
        char value;
    } rows[] = {{8, 0x7f},    {8, (char)0x80}, {16 + 16, 5}, {16 + 17, 7},
                {36 + 16, 1}, {56, 5},         {57, 3}};
    struct record_entry e = message_entry();
    struct wire_entry got;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct buf out;
        struct slice payload = payload_of(&e, &out);

        out.p[5 + rows[i].at] = rows[i].value;
        assert_false(wire_read_entry(payload, &got));
        buf_fini(&out);
    }
}

/* ---- frames -------------------------------------------------------------- */

static void note(void *ctx, enum wire_kind kind, struct slice payload)
{
    buf_printf(ctx, "[%d|%.*s]", (int)kind, SLICE_ARG(payload));
}

static void frames_are_put_together_wherever_they_are_split(void **state)
{
    struct slice whole;
    struct buf sent;

    (void)state;
    buf_init(&sent, 1000);
    wire_put(&sent, WIRE_HELLO, S("{}"));
    wire_put(&sent, WIRE_BEAT, S(""));
    wire_put(&sent, WIRE_STATUS, S("{\"ready\":true}"));
    wire_put(&sent, WIRE_MISSED, S("12"));
    whole = buf_slice(&sent);
    for (size_t at = 0; at <= whole.n; at++)
        for (size_t then = at; then <= whole.n; then++) {
            struct buf seen;
            struct wire w;

            buf_init(&seen, 1000);
            wire_init(&w, note, &seen);
            assert_true(wire_take(&w, slice_first(whole, at)));
            assert_true(
                wire_take(&w, slice_from(slice_first(whole, then), at)));
            assert_true(wire_take(&w, slice_from(whole, then)));
            assert_text(buf_slice(&seen),
                        S("[1|{}][0|][2|{\"ready\":true}][3|12]"));
            wire_fini(&w);
            buf_fini(&seen);
        }
    buf_fini(&sent);
}

static void what_is_no_frame_is_refused_wherever_it_is_split(void **state)
{
    static const struct slice rows[] = {
        S("\0\0\0\0\1"),          /* without a kind */
        S("\0\0\0\1\5"),          /* of a kind that there is not */
        S("\1\0\0\1\1"),          /* of more than 16 MiB */
        S("HTTP/1.1 200 OK\r\n"), /* something else */
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        for (size_t at = 0; at < 5; at++) {
            struct buf seen;
            struct wire w;

            buf_init(&seen, 1000);
            wire_init(&w, note, &seen);
            assert_true(wire_take(&w, slice_first(rows[i], at)));
            assert_false(wire_take(&w, slice_from(rows[i], at)));
            assert_int_equal(seen.n, 0);
            wire_fini(&w);
            buf_fini(&seen);
        }
}

static void another_connection_begins_with_a_frame(void **state)
{
    struct buf sent, seen;
    struct wire w;

    (void)state;
    buf_init(&sent, 1000);
    buf_init(&seen, 1000);
    wire_put(&sent, WIRE_HELLO, S("{}"));
    wire_init(&w, note, &seen);
    assert_true(wire_take(&w, slice_first(buf_slice(&sent), 6)));
    wire_reset(&w);
    assert_true(wire_take(&w, buf_slice(&sent)));
    assert_text(buf_slice(&seen), S("[1|{}]"));
    wire_fini(&w);
    buf_fini(&sent);
    buf_fini(&seen);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_entry_arrives_as_it_was_sent),
        cmocka_unit_test(secrets_of_sip_are_masked_and_other_bytes_are_not),
        cmocka_unit_test(a_decision_without_texts_is_an_entry_too),
        cmocka_unit_test(what_is_cut_or_too_long_is_no_entry),
        cmocka_unit_test(numbers_that_mean_nothing_are_refused),
        cmocka_unit_test(frames_are_put_together_wherever_they_are_split),
        cmocka_unit_test(what_is_no_frame_is_refused_wherever_it_is_split),
        cmocka_unit_test(another_connection_begins_with_a_frame),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
