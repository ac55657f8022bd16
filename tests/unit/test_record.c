/* SPDX-License-Identifier: MIT */
#include "base/dice.h"
#include "base/record.h"
#include "support/check.h"
#include <stdio.h>
#include <stdlib.h>

static const struct addr ue = {
    .ip = {127, 0, 0, 9}, .port = 5080, .family = 4, .transport = 1};
static const struct addr pcscf = {
    .ip = {127, 0, 0, 1}, .port = 5060, .family = 4, .transport = 1};

static struct record_message message(enum record_kind kind, struct slice bytes)
{
    bool sent = kind == RECORD_TX;

    return (struct record_message){
        .kind = kind,
        .proto = RECORD_SIP,
        .local = sent ? ue : pcscf,
        .remote = sent ? pcscf : ue,
        .about = {.call = S("call-1"), .session = S("session;1")},
        .bytes = bytes,
    };
}

static void a_message_is_read_as_it_was_written(void **state)
{
    struct clock clock = {.mono_us = 5, .wall_us = 1700000000000000};
    struct record *r = record_new(&clock, 0);
    struct record_message m = message(RECORD_RX, S("OPTIONS\0x"));
    struct record_cursor c = {0};
    struct record_entry e;
    uint64_t missed = 9;

    (void)state;
    assert_false(record_read(r, &c, &e, &missed));
    assert_int_equal(missed, 0);
    record_message(r, &m);
    assert_true(record_read(r, &c, &e, &missed));
    assert_int_equal(e.seq, 1);
    assert_int_equal(e.kind, RECORD_RX);
    assert_int_equal(e.proto, RECORD_SIP);
    assert_true(e.wall_us == clock.wall_us && e.mono_us == 5);
    assert_true(addr_eq(&e.local, &pcscf) && addr_eq(&e.remote, &ue));
    assert_text(e.about.call, S("call-1"));
    assert_text(e.about.session, S("session;1"));
    assert_text(e.bytes, S("OPTIONS\0x"));
    assert_null(e.proc);
    assert_false(record_read(r, &c, &e, &missed));
    assert_int_equal(record_last_seq(r), 1);
    record_free(r);
}

static void a_decision_becomes_a_sentence_when_read(void **state)
{
    struct clock clock = {0};
    struct record *r = record_new(&clock, 0);
    struct record_cursor c = {0};
    struct record_entry e;
    char name[] = "scscf2";

    (void)state;
    record_say(r, (struct record_about){.call = S("c")}, "I-REG-2",
               "TS 24.229 5.3.1.2", "%s chosen: has capability %u", name, 3u);
    name[0] = 'X';
    assert_true(record_read(r, &c, &e, NULL));
    assert_int_equal(e.kind, RECORD_SAYS);
    assert_string_equal(e.proc, "I-REG-2");
    assert_string_equal(e.clause, "TS 24.229 5.3.1.2");
    assert_text(e.says, S("scscf2 chosen: has capability 3"));
    assert_text(e.about.call, S("c"));
    assert_text(e.bytes, S(""));
    record_free(r);
}

static void a_dropped_message_keeps_bytes_and_reason(void **state)
{
    struct clock clock = {0};
    struct record *r = record_new(&clock, 0);
    struct record_message m = message(RECORD_RX, S("garbage"));
    struct record_cursor c = {0};
    struct record_entry e;

    (void)state;
    record_drop(r, &m, "SIP-2", "RFC 3261 7.1", "no %s", "start line");
    assert_true(record_read(r, &c, &e, NULL));
    assert_int_equal(e.kind, RECORD_DROP);
    assert_text(e.bytes, S("garbage"));
    assert_text(e.says, S("no start line"));
    record_free(r);
}

static uint64_t pair(const struct record_message *m)
{
    struct clock clock = {0};
    struct record *r = record_new(&clock, 0);
    struct record_cursor c = {0};
    struct record_entry e;
    uint64_t pair;

    record_message(r, m);
    assert_true(record_read(r, &c, &e, NULL));
    pair = record_pair(e.bytes);
    record_free(r);
    return pair;
}

static void both_ends_of_a_message_have_one_pair(void **state)
{
    struct record_message tx = message(RECORD_TX, S("INVITE"));
    struct record_message rx = message(RECORD_RX, S("INVITE"));
    struct record_message other = message(RECORD_RX, S("INVITE "));

    (void)state;
    rx.remote.port = 40001; /* behind a NAT, or a stream's own port */
    assert_true(pair(&tx) == pair(&rx));
    assert_true(pair(&tx) != pair(&other));
}

static void a_reader_left_behind_is_told_how_much_it_missed(void **state)
{
    struct clock clock = {0};
    struct record *r = record_new(&clock, RECORD_BYTES_MIN);
    char text[1000] = {0};
    struct record_message m = message(RECORD_RX, slice_at(text, sizeof(text)));
    struct record_cursor c = {0};
    struct record_entry e;
    uint64_t missed, read = 0;

    (void)state;
    record_message(r, &m);
    assert_true(record_read(r, &c, &e, &missed));
    for (int i = 0; i < 99; i++)
        record_message(r, &m);
    assert_true(record_read(r, &c, &e, &missed));
    assert_int_equal(e.seq, missed + 2);
    assert_in_range(missed, 80, 90);
    do
        read++;
    while (record_read(r, &c, &e, &missed) && missed == 0);
    assert_int_equal(e.seq, 100);
    assert_true(read >= 10);
    record_free(r);
}

static void a_cursor_may_begin_anywhere(void **state)
{
    struct clock clock = {0};
    struct record *r = record_new(&clock, 0);
    struct record_cursor c = {.next = 3}, later = {.next = 99};
    struct record_entry e;

    (void)state;
    for (int i = 1; i <= 5; i++)
        record_say(r, (struct record_about){0}, "X-1", "", "entry %d", i);
    assert_true(record_read(r, &c, &e, NULL));
    assert_text(e.says, S("entry 3"));
    assert_false(record_read(r, &later, &e, NULL));
    record_free(r);
}

/* Entry n of the mixture: what it holds follows from n alone. */
static void write_nth(struct record *r, uint64_t n)
{
    static const char filler[8000];
    struct dice d;

    dice_init_seed(&d, n);
    if (dice_below(&d, 3) == 0) {
        record_say(r, (struct record_about){0}, "X-1", "", "entry %llu",
                   (unsigned long long)n);
    } else {
        char bytes[8000];
        size_t size = 20 + dice_below(&d, n % 50 ? 900 : 7000);
        struct record_message m;

        memcpy(bytes, filler, sizeof(bytes));
        snprintf(bytes, sizeof(bytes), "entry %llu", (unsigned long long)n);
        m = message(RECORD_TX, slice_at(bytes, size));
        record_message(r, &m);
    }
}

static void any_mixture_survives_any_number_of_turns_of_the_ring(void **state)
{
    struct clock clock = {0};
    struct record *r = record_new(&clock, 20000 + 3);

    (void)state;
    for (uint64_t n = 1; n <= 3000; n++) {
        struct record_cursor c = {0};
        struct record_entry e;
        uint64_t seen = 0;

        write_nth(r, n);
        while (record_read(r, &c, &e, NULL)) {
            char expected[32];

            snprintf(expected, sizeof(expected), "entry %llu",
                     (unsigned long long)e.seq);
            assert_true(seen == 0 || e.seq == seen + 1);
            seen = e.seq;
            assert_true(slice_starts(e.kind == RECORD_SAYS ? e.says : e.bytes,
                                     slice_of(expected)));
            assert_true(e.bytes.n <= 20000 / 4);
        }
        assert_int_equal(seen, n);
    }
    record_free(r);
}

static void its_usage_grows_until_the_oldest_make_way(void **state)
{
    struct clock clock = {0};
    struct record *r = record_new(&clock, 20000);
    struct usage u = record_usage(r);

    (void)state;
    assert_int_equal(u.now, 0);
    for (uint64_t n = 1; n <= 300; n++) {
        struct record_cursor c = {0};
        struct record_entry first;
        struct usage before = u;

        write_nth(r, n);
        u = record_usage(r);
        assert_true(record_read(r, &c, &first, NULL));
        assert_int_equal(u.refused, first.seq - 1);
        assert_true(u.now <= 20000 && u.most <= 20000 && u.now <= u.most);
        assert_true(u.most >= before.most);
        assert_true(u.refused || u.now > before.now);
    }
    assert_true(u.refused > 0 && u.most == 20000);
    record_free(r);
}

static void count(void *ctx)
{
    ++*(int *)ctx;
}

static void a_watcher_hears_of_each_entry_until_it_stops(void **state)
{
    struct clock clock = {0};
    struct record *r = record_new(&clock, 0);
    struct record_message m = message(RECORD_RX, S("x"));
    int heard = 0;

    (void)state;
    record_watch(r, count, &heard);
    record_message(r, &m);
    record_say(r, m.about, "X-1", "", "y");
    record_watch(r, NULL, NULL);
    record_message(r, &m);
    assert_int_equal(heard, 2);
    record_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_is_read_as_it_was_written),
        cmocka_unit_test(a_decision_becomes_a_sentence_when_read),
        cmocka_unit_test(a_dropped_message_keeps_bytes_and_reason),
        cmocka_unit_test(both_ends_of_a_message_have_one_pair),
        cmocka_unit_test(a_reader_left_behind_is_told_how_much_it_missed),
        cmocka_unit_test(a_cursor_may_begin_anywhere),
        cmocka_unit_test(any_mixture_survives_any_number_of_turns_of_the_ring),
        cmocka_unit_test(its_usage_grows_until_the_oldest_make_way),
        cmocka_unit_test(a_watcher_hears_of_each_entry_until_it_stops),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
