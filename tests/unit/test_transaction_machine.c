/* SPDX-License-Identifier: MIT
 *
 * One row an arrow of each figure, with a transport that only notes what it is
 * asked to send: event in a state, and what follows.
 */
#include "base/buf.h"
#include "base/mem.h"
#include "net/timer.h"
#include "sip/transaction_machine.h"
#include "tests/support/check.h"

enum machine { ICT, NICT, IST, NIST };

struct bench {
    struct txn t;
    struct clock clock;
    struct timers timers;
    struct sip_timers clocks;
    struct buf did; /* one letter an action */
    bool send_fails;
    char text[64];
};

static struct bench *bench_of(struct txn *t)
{
    return container_of(t, struct bench, t);
}

static bool fake_send(struct txn *t, struct sip_message *m)
{
    (void)m;
    buf_char(&bench_of(t)->did, 'S');
    return !bench_of(t)->send_fails;
}

static bool fake_ack(struct txn *t, struct sip_message *m)
{
    (void)m;
    buf_char(&bench_of(t)->did, 'A');
    return !bench_of(t)->send_fails;
}

static void fake_tell(struct txn *t, enum txn_news news, struct sip_message *m)
{
    (void)m;
    buf_char(&bench_of(t)->did, "RKTE"[news]);
}

static void fake_gone(struct txn *t)
{
    buf_char(&bench_of(t)->did, '.');
}

static const struct txn_ops fake = {
    .send = fake_send,
    .send_ack = fake_ack,
    .tell = fake_tell,
    .gone = fake_gone,
};

static void bench_begin(struct bench *b, bool reliable)
{
    *b = (struct bench){
        .clocks = {.t1 = 500 * MSEC, .t2 = 4 * SECOND, .t4 = 5 * SECOND}};
    timers_init(&b->timers, &b->clock);
    buf_over(&b->did, b->text, sizeof b->text);
    b->t = (struct txn){.ops = &fake,
                        .timers = &b->timers,
                        .clocks = &b->clocks,
                        .reliable = reliable};
}

static void bench_end(struct bench *b)
{
    timer_stop(&b->timers, &b->t.again);
    timer_stop(&b->timers, &b->t.end);
    assert_int_equal(b->timers.count, 0);
    timers_fini(&b->timers);
}

static void start(struct bench *b, enum machine m)
{
    switch (m) {
    case ICT: ict_start(&b->t); break;
    case NICT: nict_start(&b->t); break;
    case IST: ist_start(&b->t); break;
    case NIST: nist_start(&b->t); break;
    }
}

static void happen(struct bench *b, enum machine m, int ev)
{
    switch (m) {
    case ICT: ict_event(&b->t, ev, NULL); break;
    case NICT: nict_event(&b->t, ev, NULL); break;
    case IST: ist_event(&b->t, ev, NULL); break;
    case NIST: nist_event(&b->t, ev, NULL); break;
    }
}

/* Milliseconds until the timer fires; -1: it does not run. */
static int64_t left(const struct bench *b, const struct timer *t)
{
    return timer_runs(t) ? (t->at_us - b->clock.mono_us) / MSEC : -1;
}

/* S send, A send ACK, R response told, K ACK told, T time-out told, E transport
 * error told, . gone. path leads into the state from which the arrow goes. */
struct arrow {
    enum machine machine;
    int number;
    bool reliable, fails;
    int path[3], paths;
    int event;
    enum txn_state to;
    const char *did;
    int64_t again, end; /* milliseconds, -1: not running */
};

static void follow(const struct arrow *a)
{
    struct bench b;

    bench_begin(&b, a->reliable);
    start(&b, a->machine);
    for (int i = 0; i < a->paths; i++)
        happen(&b, a->machine, a->path[i]);
    buf_reset(&b.did);
    b.send_fails = a->fails;
    happen(&b, a->machine, a->event);
    if (b.t.state != a->to || !slice_eq(buf_slice(&b.did), slice_of(a->did)) ||
        left(&b, &b.t.again) != a->again || left(&b, &b.t.end) != a->end)
        fail_msg("machine %d arrow %d: %s \"%.*s\" again %lld end %lld",
                 a->machine, a->number, txn_state_name(b.t.state),
                 SLICE_ARG(buf_slice(&b.did)), (long long)left(&b, &b.t.again),
                 (long long)left(&b, &b.t.end));
    bench_end(&b);
}

static void follow_all(const struct arrow *a, size_t n)
{
    for (size_t i = 0; i < n; i++)
        follow(&a[i]);
}

#define ALL(arrows) follow_all(arrows, sizeof arrows / sizeof *arrows)
#define PATH1(a) .path = {a}, .paths = 1
#define PATH2(a, b) .path = {a, b}, .paths = 2

/* proves SIP-4 */
static void the_invite_client_machine_is_figure_5(void **state)
{
    static const struct arrow arrows[] = {
        {ICT, 2, .event = ICT_TIMER_A, .to = TXN_CALLING, .did = "S",
         .again = 1000, .end = 32000},
        {ICT, 2, PATH1(ICT_TIMER_A), .event = ICT_TIMER_A, .to = TXN_CALLING,
         .did = "S", .again = 2000, .end = 32000},
        {ICT, 2, .fails = true, .event = ICT_TIMER_A, .to = TXN_TERMINATED,
         .did = "SE.", .again = -1, .end = -1},
        {ICT, 3, .event = ICT_TIMER_B, .to = TXN_TERMINATED, .did = "T.",
         .again = -1, .end = -1},
        {ICT, 3, .event = ICT_TRANSPORT_ERR, .to = TXN_TERMINATED, .did = "E.",
         .again = -1, .end = -1},
        {ICT, 4, .event = ICT_RX_1XX, .to = TXN_PROCEEDING, .did = "R",
         .again = -1, .end = -1},
        {ICT, 5, .event = ICT_RX_2XX, .to = TXN_ACCEPTED, .did = "R",
         .again = -1, .end = 32000},
        {ICT, 5, .reliable = true, .event = ICT_RX_2XX, .to = TXN_ACCEPTED,
         .did = "R", .again = -1, .end = 32000},
        {ICT, 6, .event = ICT_RX_300_699, .to = TXN_COMPLETED, .did = "AR",
         .again = -1, .end = 32000},
        {ICT, 6, .reliable = true, .event = ICT_RX_300_699, .to = TXN_COMPLETED,
         .did = "AR", .again = -1, .end = 0},
        {ICT, 6, .fails = true, .event = ICT_RX_300_699, .to = TXN_TERMINATED,
         .did = "ARE.", .again = -1, .end = -1},
        {ICT, 7, PATH1(ICT_RX_1XX), .event = ICT_RX_1XX, .to = TXN_PROCEEDING,
         .did = "R", .again = -1, .end = -1},
        {ICT, 8, PATH1(ICT_RX_1XX), .event = ICT_RX_2XX, .to = TXN_ACCEPTED,
         .did = "R", .again = -1, .end = 32000},
        {ICT, 9, PATH1(ICT_RX_1XX), .event = ICT_RX_300_699,
         .to = TXN_COMPLETED, .did = "AR", .again = -1, .end = 32000},
        {ICT, 10, PATH1(ICT_RX_300_699), .event = ICT_RX_300_699,
         .to = TXN_COMPLETED, .did = "A", .again = -1, .end = 32000},
        {ICT, 11, PATH1(ICT_RX_300_699), .fails = true, .event = ICT_RX_300_699,
         .to = TXN_TERMINATED, .did = "AE.", .again = -1, .end = -1},
        {ICT, 12, PATH1(ICT_RX_300_699), .event = ICT_TIMER_D,
         .to = TXN_TERMINATED, .did = ".", .again = -1, .end = -1},
        {ICT, 13, PATH1(ICT_RX_2XX), .event = ICT_RX_2XX, .to = TXN_ACCEPTED,
         .did = "R", .again = -1, .end = 32000},
        {ICT, 14, PATH1(ICT_RX_2XX), .event = ICT_TIMER_M, .to = TXN_TERMINATED,
         .did = ".", .again = -1, .end = -1},
        /* no arrow */
        {ICT, 0, PATH1(ICT_RX_1XX), .event = ICT_TRANSPORT_ERR,
         .to = TXN_PROCEEDING, .did = "", .again = -1, .end = -1},
        {ICT, 0, PATH1(ICT_RX_2XX), .event = ICT_RX_300_699, .to = TXN_ACCEPTED,
         .did = "", .again = -1, .end = 32000},
        {ICT, 0, PATH1(ICT_RX_300_699), .event = ICT_RX_2XX,
         .to = TXN_COMPLETED, .did = "", .again = -1, .end = 32000},
    };

    (void)state;
    ALL(arrows);
}

/* proves SIP-4 */
static void the_other_client_machine_is_figure_6(void **state)
{
    static const struct arrow arrows[] = {
        {NICT, 2, .event = NICT_TIMER_E, .to = TXN_TRYING, .did = "S",
         .again = 1000, .end = 32000},
        {NICT, 2, .path = {NICT_TIMER_E, NICT_TIMER_E, NICT_TIMER_E},
         .paths = 3, .event = NICT_TIMER_E, .to = TXN_TRYING, .did = "S",
         .again = 4000, .end = 32000},
        {NICT, 3, .event = NICT_TIMER_F, .to = TXN_TERMINATED, .did = "T.",
         .again = -1, .end = -1},
        {NICT, 3, .event = NICT_TRANSPORT_ERR, .to = TXN_TERMINATED,
         .did = "E.", .again = -1, .end = -1},
        {NICT, 4, .event = NICT_RX_1XX, .to = TXN_PROCEEDING, .did = "R",
         .again = 500, .end = 32000},
        {NICT, 5, .event = NICT_RX_200_699, .to = TXN_COMPLETED, .did = "R",
         .again = -1, .end = 5000},
        {NICT, 5, .reliable = true, .event = NICT_RX_200_699,
         .to = TXN_COMPLETED, .did = "R", .again = -1, .end = 0},
        {NICT, 6, PATH1(NICT_RX_1XX), .event = NICT_TIMER_E,
         .to = TXN_PROCEEDING, .did = "S", .again = 4000, .end = 32000},
        {NICT, 7, PATH1(NICT_RX_1XX), .event = NICT_TIMER_F,
         .to = TXN_TERMINATED, .did = "T.", .again = -1, .end = -1},
        {NICT, 7, PATH1(NICT_RX_1XX), .event = NICT_TRANSPORT_ERR,
         .to = TXN_TERMINATED, .did = "E.", .again = -1, .end = -1},
        {NICT, 8, PATH1(NICT_RX_1XX), .event = NICT_RX_1XX,
         .to = TXN_PROCEEDING, .did = "R", .again = 500, .end = 32000},
        {NICT, 9, PATH1(NICT_RX_1XX), .event = NICT_RX_200_699,
         .to = TXN_COMPLETED, .did = "R", .again = -1, .end = 5000},
        {NICT, 10, PATH1(NICT_RX_200_699), .event = NICT_TIMER_K,
         .to = TXN_TERMINATED, .did = ".", .again = -1, .end = -1},
        /* no arrow */
        {NICT, 0, PATH1(NICT_RX_200_699), .event = NICT_RX_200_699,
         .to = TXN_COMPLETED, .did = "", .again = -1, .end = 5000},
        {NICT, 0, PATH1(NICT_RX_200_699), .event = NICT_TRANSPORT_ERR,
         .to = TXN_COMPLETED, .did = "", .again = -1, .end = 5000},
    };

    (void)state;
    ALL(arrows);
}

/* proves SIP-4 */
static void the_invite_server_machine_is_figure_7(void **state)
{
    static const struct arrow arrows[] = {
        {IST, 2, PATH1(IST_TU_1XX), .event = IST_RX_INVITE,
         .to = TXN_PROCEEDING, .did = "S", .again = -1, .end = -1},
        {IST, 3, .event = IST_TU_1XX, .to = TXN_PROCEEDING, .did = "S",
         .again = -1, .end = -1},
        {IST, 4, .fails = true, .event = IST_TU_1XX, .to = TXN_PROCEEDING,
         .did = "SE", .again = -1, .end = -1},
        {IST, 5, .event = IST_TU_300_699, .to = TXN_COMPLETED, .did = "S",
         .again = 500, .end = 32000},
        {IST, 5, .reliable = true, .event = IST_TU_300_699, .to = TXN_COMPLETED,
         .did = "S", .again = -1, .end = 32000},
        {IST, 6, .event = IST_TU_2XX, .to = TXN_ACCEPTED, .did = "S",
         .again = -1, .end = 32000},
        {IST, 7, PATH1(IST_TU_300_699), .event = IST_RX_INVITE,
         .to = TXN_COMPLETED, .did = "S", .again = 500, .end = 32000},
        {IST, 8, PATH1(IST_TU_300_699), .event = IST_TIMER_G,
         .to = TXN_COMPLETED, .did = "S", .again = 1000, .end = 32000},
        {IST, 8, .path = {IST_TU_300_699, IST_TIMER_G, IST_TIMER_G}, .paths = 3,
         .event = IST_TIMER_G, .to = TXN_COMPLETED, .did = "S", .again = 4000,
         .end = 32000},
        {IST, 9, PATH1(IST_TU_300_699), .fails = true, .event = IST_TIMER_G,
         .to = TXN_COMPLETED, .did = "SE", .again = 1000, .end = 32000},
        {IST, 10, PATH1(IST_TU_300_699), .event = IST_RX_ACK,
         .to = TXN_CONFIRMED, .did = "", .again = -1, .end = 5000},
        {IST, 10, PATH1(IST_TU_300_699), .reliable = true, .event = IST_RX_ACK,
         .to = TXN_CONFIRMED, .did = "", .again = -1, .end = 0},
        {IST, 11, PATH1(IST_TU_300_699), .event = IST_TIMER_H,
         .to = TXN_TERMINATED, .did = "T.", .again = -1, .end = -1},
        {IST, 12, PATH1(IST_TU_2XX), .event = IST_RX_INVITE, .to = TXN_ACCEPTED,
         .did = "", .again = -1, .end = 32000},
        {IST, 13, PATH1(IST_TU_2XX), .event = IST_TU_2XX, .to = TXN_ACCEPTED,
         .did = "S", .again = -1, .end = 32000},
        {IST, 14, PATH1(IST_TU_2XX), .event = IST_RX_ACK, .to = TXN_ACCEPTED,
         .did = "K", .again = -1, .end = 32000},
        {IST, 15, PATH1(IST_TU_2XX), .fails = true, .event = IST_TU_2XX,
         .to = TXN_ACCEPTED, .did = "SE", .again = -1, .end = 32000},
        {IST, 16, PATH1(IST_TU_2XX), .event = IST_TIMER_L, .to = TXN_TERMINATED,
         .did = ".", .again = -1, .end = -1},
        {IST, 17, PATH2(IST_TU_300_699, IST_RX_ACK), .event = IST_TIMER_I,
         .to = TXN_TERMINATED, .did = ".", .again = -1, .end = -1},
        /* no arrow */
        {IST, 0, .event = IST_RX_ACK, .to = TXN_PROCEEDING, .did = "",
         .again = -1, .end = -1},
        {IST, 0, PATH1(IST_TU_2XX), .event = IST_TU_300_699, .to = TXN_ACCEPTED,
         .did = "", .again = -1, .end = 32000},
        {IST, 0, PATH2(IST_TU_300_699, IST_RX_ACK), .event = IST_RX_INVITE,
         .to = TXN_CONFIRMED, .did = "", .again = -1, .end = 5000},
    };

    (void)state;
    ALL(arrows);
}

/* proves SIP-4 */
static void the_other_server_machine_is_figure_8(void **state)
{
    static const struct arrow arrows[] = {
        {NIST, 2, .event = NIST_RX_REQUEST, .to = TXN_TRYING, .did = "",
         .again = -1, .end = -1},
        {NIST, 3, .event = NIST_TU_1XX, .to = TXN_PROCEEDING, .did = "S",
         .again = -1, .end = -1},
        {NIST, 4, .event = NIST_TU_200_699, .to = TXN_COMPLETED, .did = "S",
         .again = -1, .end = 32000},
        {NIST, 4, .reliable = true, .event = NIST_TU_200_699,
         .to = TXN_COMPLETED, .did = "S", .again = -1, .end = 0},
        {NIST, 5, .event = NIST_TU_NOTHING, .to = TXN_COMPLETED, .did = "",
         .again = -1, .end = 32000},
        {NIST, 6, PATH1(NIST_TU_1XX), .event = NIST_RX_REQUEST,
         .to = TXN_PROCEEDING, .did = "S", .again = -1, .end = -1},
        {NIST, 6, PATH1(NIST_TU_1XX), .event = NIST_TU_1XX,
         .to = TXN_PROCEEDING, .did = "S", .again = -1, .end = -1},
        {NIST, 7, PATH1(NIST_TU_1XX), .fails = true, .event = NIST_RX_REQUEST,
         .to = TXN_PROCEEDING, .did = "SE", .again = -1, .end = -1},
        {NIST, 8, PATH1(NIST_TU_1XX), .event = NIST_TU_200_699,
         .to = TXN_COMPLETED, .did = "S", .again = -1, .end = 32000},
        {NIST, 9, PATH1(NIST_TU_1XX), .event = NIST_TU_NOTHING,
         .to = TXN_COMPLETED, .did = "", .again = -1, .end = 32000},
        {NIST, 10, PATH1(NIST_TU_200_699), .event = NIST_RX_REQUEST,
         .to = TXN_COMPLETED, .did = "S", .again = -1, .end = 32000},
        {NIST, 11, PATH1(NIST_TU_200_699), .fails = true,
         .event = NIST_RX_REQUEST, .to = TXN_COMPLETED, .did = "SE",
         .again = -1, .end = 32000},
        {NIST, 12, PATH1(NIST_TU_200_699), .event = NIST_TIMER_J,
         .to = TXN_TERMINATED, .did = ".", .again = -1, .end = -1},
        /* no arrow */
        {NIST, 0, PATH1(NIST_TU_200_699), .event = NIST_TU_200_699,
         .to = TXN_COMPLETED, .did = "", .again = -1, .end = 32000},
    };

    (void)state;
    ALL(arrows);
}

static void starting_sends_and_sets_the_first_timers(void **state)
{
    static const struct {
        enum machine m;
        bool reliable;
        enum txn_state to;
        const char *did;
        int64_t again, end;
    } rows[] = {
        {ICT, false, TXN_CALLING, "S", 500, 32000},
        {ICT, true, TXN_CALLING, "S", -1, 32000},
        {NICT, false, TXN_TRYING, "S", 500, 32000},
        {NICT, true, TXN_TRYING, "S", -1, 32000},
        {IST, false, TXN_PROCEEDING, "", -1, -1},
        {NIST, false, TXN_TRYING, "", -1, -1},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct bench b;

        bench_begin(&b, rows[i].reliable);
        start(&b, rows[i].m);
        assert_int_equal(b.t.state, rows[i].to);
        assert_text(buf_slice(&b.did), slice_of(rows[i].did));
        assert_int_equal(left(&b, &b.t.again), rows[i].again);
        assert_int_equal(left(&b, &b.t.end), rows[i].end);
        bench_end(&b);
    }
}

static void a_first_send_that_fails_ends_a_client_machine(void **state)
{
    (void)state;
    for (enum machine m = ICT; m <= NICT; m++) {
        struct bench b;

        bench_begin(&b, false);
        b.send_fails = true;
        start(&b, m);
        assert_int_equal(b.t.state, TXN_TERMINATED);
        assert_text(buf_slice(&b.did), S("SE."));
        bench_end(&b);
    }
}

/* proves SIP-4 */
static void timers_towards_a_phone_are_four_times_as_long(void **state)
{
    struct bench b;

    (void)state;
    bench_begin(&b, false);
    b.clocks = (struct sip_timers){
        .t1 = 2 * SECOND, .t2 = 16 * SECOND, .t4 = 17 * SECOND};
    start(&b, ICT);
    assert_int_equal(left(&b, &b.t.end), 128000); /* B */
    happen(&b, ICT, ICT_RX_300_699);
    assert_int_equal(left(&b, &b.t.end), 128000); /* D, TS 24.229 7.7 */
    bench_end(&b);
    bench_begin(&b, false);
    b.clocks = (struct sip_timers){
        .t1 = 2 * SECOND, .t2 = 16 * SECOND, .t4 = 17 * SECOND};
    start(&b, NICT);
    happen(&b, NICT, NICT_RX_200_699);
    assert_int_equal(left(&b, &b.t.end), 17000); /* K */
    bench_end(&b);
}

/* proves SIP-4: RFC 4320 4.2 */
static void silence_lasts_until_timer_f_of_who_asked(void **state)
{
    static const struct {
        bool reliable;
        int64_t silent_at, left;
    } rows[] = {
        {false, 0, 32000},
        {false, 20000, 12000},
        {false, 40000, 0},
        {true, 20000, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct bench b;

        bench_begin(&b, rows[i].reliable);
        b.clock.mono_us = 7 * SECOND;
        start(&b, NIST);
        b.clock.mono_us += rows[i].silent_at * MSEC;
        happen(&b, NIST, NIST_TU_NOTHING);
        assert_int_equal(b.t.state, TXN_COMPLETED);
        assert_int_equal(left(&b, &b.t.end), rows[i].left);
        bench_end(&b);
    }
}

/* proves SIP-4 */
static void the_100_is_due_when_timer_e_has_reached_t2(void **state)
{
    struct sip_timers core = {.t1 = 500 * MSEC, .t2 = 4 * SECOND};
    struct sip_timers phone = {.t1 = 2 * SECOND, .t2 = 16 * SECOND};

    (void)state;
    assert_int_equal(nist_trying_after(&core), 3500 * MSEC);
    assert_int_equal(nist_trying_after(&phone), 14 * SECOND);
}

static void a_killed_machine_goes_without_a_word(void **state)
{
    struct bench b;

    (void)state;
    bench_begin(&b, false);
    start(&b, ICT);
    buf_reset(&b.did);
    txn_kill(&b.t);
    assert_text(buf_slice(&b.did), S("."));
    bench_end(&b);
}

/* RFC 3261 17.1.1.2: at least 32 s, however fast the network; TS 24.229 7.7:
 * longer where T1 is. */
static void timer_d_is_32_seconds_at_least(void **state)
{
    static const struct {
        int64_t t1_ms, d_ms;
    } rows[] = {{100, 32000}, {500, 32000}, {2000, 128000}};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct bench b;

        bench_begin(&b, false);
        b.clocks.t1 = rows[i].t1_ms * MSEC;
        start(&b, ICT);
        happen(&b, ICT, ICT_RX_300_699);
        assert_int_equal(left(&b, &b.t.end), rows[i].d_ms);
        bench_end(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(timer_d_is_32_seconds_at_least),
        cmocka_unit_test(the_invite_client_machine_is_figure_5),
        cmocka_unit_test(the_other_client_machine_is_figure_6),
        cmocka_unit_test(the_invite_server_machine_is_figure_7),
        cmocka_unit_test(the_other_server_machine_is_figure_8),
        cmocka_unit_test(starting_sends_and_sets_the_first_timers),
        cmocka_unit_test(a_first_send_that_fails_ends_a_client_machine),
        cmocka_unit_test(timers_towards_a_phone_are_four_times_as_long),
        cmocka_unit_test(silence_lasts_until_timer_f_of_who_asked),
        cmocka_unit_test(the_100_is_due_when_timer_e_has_reached_t2),
        cmocka_unit_test(a_killed_machine_goes_without_a_word),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
