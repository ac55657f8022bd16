/* SPDX-License-Identifier: MIT
 *
 * The server side of the stack in the simulator: what arrives, what the user
 * is told, and what goes back, at which time.
 */
#include "tests/support/check.h"
#include "tests/support/sip_bench.h"
#include <stdio.h>
#include <stdlib.h>

static const char *const us = "10.0.0.1:5060";

static struct peer *phone(struct bench *b)
{
    return peer_new(b->sim, "10.0.0.9:5060", TRANSPORT_UDP);
}

static void say(struct bench *b, struct peer *p, const char *text)
{
    peer_say(p, us, text);
    sim_run_for(b->sim, MSEC);
}

/* proves SIP-4 */
static void an_invite_gets_100_at_once_and_its_repetitions_too(void **state)
{
    struct bench *b = bench_new(1);
    struct peer *p = phone(b);

    (void)state;
    say(b, p, bench_request("INVITE", "a"));
    assert_text(bench_told(b), S("request INVITE\n"));
    assert_text(peer_heard(p), S("0 SIP/2.0 100 Trying\n"));
    say(b, p, bench_request("INVITE", "a"));
    assert_text(peer_heard(p), S("1 SIP/2.0 100 Trying\n"));
    sip_reply(b->request, 180, NULL);
    sim_run_for(b->sim, MSEC);
    assert_text(peer_heard(p), S("2 SIP/2.0 180 Ringing\n"));
    say(b, p, bench_request("INVITE", "a"));
    assert_text(peer_heard(p), S("3 SIP/2.0 180 Ringing\n"));
    assert_text(bench_told(b), S(""));
    sip_reply(b->request, 486, NULL);
    bench_let_go(b);
    peer_free(p);
    bench_free(b);
}

static void an_answer_given_at_once_goes_without_100(void **state)
{
    struct bench *b = bench_new(1);
    struct peer *p = phone(b);

    (void)state;
    b->answers_with = 403;
    say(b, p, bench_request("INVITE", "a"));
    assert_text(peer_heard(p), S("0 SIP/2.0 403 Forbidden\n"));
    peer_free(p);
    bench_free(b);
}

/* proves SIP-4 */
static void a_refused_invite_is_repeated_by_timer_g_until_h(void **state)
{
    struct bench *b = bench_new(1);
    struct peer *p = phone(b);

    (void)state;
    b->answers_with = 486;
    say(b, p, bench_request("INVITE", "a"));
    sim_run_for(b->sim, 40 * SECOND);
    assert_text(peer_heard(p), S("0 SIP/2.0 486 Busy Here\n"
                                 "500 SIP/2.0 486 Busy Here\n"
                                 "1500 SIP/2.0 486 Busy Here\n"
                                 "3500 SIP/2.0 486 Busy Here\n"
                                 "7500 SIP/2.0 486 Busy Here\n"
                                 "11500 SIP/2.0 486 Busy Here\n"
                                 "15500 SIP/2.0 486 Busy Here\n"
                                 "19500 SIP/2.0 486 Busy Here\n"
                                 "23500 SIP/2.0 486 Busy Here\n"
                                 "27500 SIP/2.0 486 Busy Here\n"
                                 "31500 SIP/2.0 486 Busy Here\n"));
    assert_int_equal(sip_stack_transactions(b->stack), 0);
    assert_has(world_story(b->w), "Timer H");
    peer_free(p);
    bench_free(b);
}

/* proves SIP-4 */
static void an_ack_ends_the_repetition_and_timer_i_the_transaction(void **state)
{
    struct bench *b = bench_new(1);
    struct peer *p = phone(b);

    (void)state;
    b->answers_with = 486;
    say(b, p, bench_request("INVITE", "a"));
    peer_heard(p);
    say(b, p, bench_request("ACK", "a"));
    say(b, p, bench_request("ACK", "a")); /* absorbed */
    sim_run_for(b->sim, 4900 * MSEC);
    assert_int_equal(sip_stack_transactions(b->stack), 1);
    sim_run_for(b->sim, 200 * MSEC);
    assert_int_equal(sip_stack_transactions(b->stack), 0);
    assert_text(peer_heard(p), S(""));
    assert_text(bench_told(b), S("request INVITE\n"));
    peer_free(p);
    bench_free(b);
}

/* proves SIP-4 */
static void a_2xx_leaves_repetitions_to_the_user_until_timer_l(void **state)
{
    struct bench *b = bench_new(1);
    struct peer *p = phone(b);

    (void)state;
    say(b, p, bench_request("INVITE", "a"));
    sip_reply(b->request, 200, NULL);
    assert_true(sip_request_is_answered(b->request));
    sim_run_for(b->sim, MSEC);
    say(b, p, bench_request("INVITE", "a")); /* absorbed, RFC 6026 */
    sip_reply(b->request, 200, NULL);        /* of another branch */
    sip_reply(b->request, 486, NULL);        /* too late */
    sip_reply(b->request, 180, NULL);
    say(b, p, bench_request("ACK", "a")); /* a broken phone's: to the user */
    say(b, p, bench_request("ACK", "b"));
    assert_text(peer_heard(p), S("0 SIP/2.0 100 Trying\n"
                                 "1 SIP/2.0 200 OK\n"
                                 "3 SIP/2.0 200 OK\n"));
    assert_text(bench_told(b), S("request INVITE\nack\nack\n"));
    sim_run_for(b->sim, 31900 * MSEC);
    assert_int_equal(sip_stack_transactions(b->stack), 1);
    sim_run_for(b->sim, 200 * MSEC);
    assert_int_equal(sip_stack_transactions(b->stack), 0);
    peer_free(p);
    bench_free(b);
}

/* proves SIP-4 */
static void a_request_answered_is_answered_again_until_timer_j(void **state)
{
    struct bench *b = bench_new(1);
    struct peer *p = phone(b);

    (void)state;
    say(b, p, bench_request("OPTIONS", "a"));
    say(b, p, bench_request("OPTIONS", "a")); /* nothing to send yet */
    assert_text(peer_heard(p), S(""));
    sip_reply(b->request, 200, NULL);
    sim_run_for(b->sim, MSEC);
    say(b, p, bench_request("OPTIONS", "a"));
    assert_text(peer_heard(p), S("2 SIP/2.0 200 OK\n3 SIP/2.0 200 OK\n"));
    assert_text(bench_told(b), S("request OPTIONS\n"));
    sim_run_for(b->sim, 33 * SECOND);
    assert_int_equal(sip_stack_transactions(b->stack), 0);
    peer_free(p);
    bench_free(b);
}

/* proves SIP-4 */
static void a_slow_request_gets_100_when_timer_e_has_reached_t2(void **state)
{
    struct bench *b = bench_new(1);
    struct peer *p = phone(b);

    (void)state;
    say(b, p, bench_request("OPTIONS", "a"));
    sip_reply(b->request, 100, NULL); /* not before (RFC 4320 4.1) */
    sip_reply(b->request, 180, NULL); /* never */
    sim_run_for(b->sim, 10 * SECOND);
    assert_text(peer_heard(p), S("3500 SIP/2.0 100 Trying\n"));
    say(b, p, bench_request("OPTIONS", "a"));
    assert_text(peer_heard(p), S("10001 SIP/2.0 100 Trying\n"));
    sip_reply(b->request, 200, NULL);
    sim_run_for(b->sim, MSEC);
    assert_text(peer_heard(p), S("10002 SIP/2.0 200 OK\n"));
    peer_free(p);
    bench_free(b);
}

/* proves SIP-4 */
static void a_408_is_never_sent_but_for_an_invite(void **state)
{
    struct bench *b = bench_new(1);
    struct peer *p = phone(b);

    (void)state;
    b->answers_with = 408;
    say(b, p, bench_request("OPTIONS", "a"));
    say(b, p, bench_request("OPTIONS", "a")); /* absorbed */
    assert_text(peer_heard(p), S(""));
    assert_text(bench_told(b), S("request OPTIONS\n"));
    say(b, p, bench_request("INVITE", "b"));
    assert_has(peer_heard(p), "408");
    peer_free(p);
    bench_free(b);
}

/* With the timers of TS 24.229 table 7.7.1 a phone asks on for 96 s after the
 * P-CSCF has heard that there is no answer.
 *
 * proves SIP-4 */
static void what_silence_answered_is_not_new_when_it_comes_again(void **state)
{
    struct bench_options o = {.seed = 1, .trust = SIP_GM, .t1 = 2 * SECOND};
    struct bench *b = bench_with(&o);
    struct peer *p = phone(b);

    (void)state;
    say(b, p, bench_request("INFO", "a"));
    sim_run_for(b->sim, 31999 * MSEC);
    sip_reply(b->request, 408, NULL);
    bench_let_go(b);
    assert_int_equal(sip_stack_open(b->stack), 0);
    sim_run_for(b->sim, 14 * SECOND);
    say(b, p, bench_request("INFO", "a"));
    sim_run_for(b->sim, 79999 * MSEC);
    say(b, p, bench_request("INFO", "a"));
    assert_text(bench_told(b), S("request INFO\n"));
    assert_text(peer_heard(p), S("14000 SIP/2.0 100 Trying\n"
                                 "46000 SIP/2.0 100 Trying\n"
                                 "126000 SIP/2.0 100 Trying\n"));
    assert_int_equal(sip_stack_transactions(b->stack), 1);
    sim_run_for(b->sim, 2 * SECOND);
    assert_int_equal(sip_stack_transactions(b->stack), 0);
    peer_free(p);
    bench_free(b);
}

/* proves SIP-4 */
static void a_request_dropped_unanswered_is_a_forgotten_answer(void **state)
{
    struct bench *b = bench_new(1);
    struct peer *p = phone(b);

    (void)state;
    b->keeps = false;
    say(b, p, bench_request("OPTIONS", "a"));
    say(b, p, bench_request("INVITE", "b"));
    assert_text(peer_heard(p), S("0 SIP/2.0 500 Server Internal Error\n"
                                 "1 SIP/2.0 500 Server Internal Error\n"));
    assert_int_equal(bench_count(b, "imsbox_sip_forgotten_answers_total", ""),
                     2);
    assert_has(world_story(b->w), "forgotten answer");
    peer_free(p);
    bench_free(b);
}

static void the_last_holder_counts(void **state)
{
    struct bench *b = bench_new(1);
    struct peer *p = phone(b);
    struct sip_request *held;

    (void)state;
    say(b, p, bench_request("OPTIONS", "a"));
    held = sip_request_hold(b->request);
    bench_let_go(b);
    sim_run_for(b->sim, MSEC);
    assert_text(peer_heard(p), S(""));
    sip_reply(held, 200, NULL);
    sip_request_drop(held);
    sim_run_for(b->sim, MSEC);
    assert_has(peer_heard(p), "200 OK");
    peer_free(p);
    bench_free(b);
}

/* proves SIP-5: CANCEL at the server, RFC 3261 9.2 */
static void a_cancel_is_answered_and_told(void **state)
{
    struct bench *b = bench_new(1);
    struct peer *p = phone(b);

    (void)state;
    say(b, p, bench_request("INVITE", "a"));
    peer_heard(p);
    say(b, p, bench_request("CANCEL", "a"));
    assert_text(bench_told(b), S("request INVITE\ncancel\n"));
    assert_text(peer_heard(p), S("1 SIP/2.0 200 OK\n"
                                 "1 SIP/2.0 487 Request Terminated\n"));
    say(b, p, bench_request("CANCEL", "a")); /* repeated */
    assert_text(peer_heard(p), S("2 SIP/2.0 200 OK\n"));
    assert_text(bench_told(b), S(""));
    say(b, p, bench_request("ACK", "a"));
    peer_free(p);
    bench_free(b);
}

/* Copies the To line of what was heard last. */
static void note_to(struct str *to, const struct peer *p)
{
    struct slice text = str_slice(&p->last);
    ssize_t at = slice_find(text, S("\r\nTo: "));

    assert_true(at >= 0);
    text = slice_from(text, (size_t)at + 2);
    str_set(to, slice_first(text, (size_t)slice_find(text, S("\r\n"))));
}

static void a_cancel_that_comes_too_late_changes_nothing(void **state)
{
    struct bench *b = bench_new(1);
    struct peer *p = phone(b);
    struct str invited = {0}, cancelled = {0};

    (void)state;
    say(b, p, bench_request("INVITE", "a"));
    sip_reply(b->request, 200, NULL);
    bench_told(b);
    sim_run_for(b->sim, MSEC);
    peer_heard(p);
    note_to(&invited, p);
    say(b, p, bench_request("CANCEL", "a"));
    assert_text(peer_heard(p), S("2 SIP/2.0 200 OK\n"));
    assert_text(bench_told(b), S(""));
    assert_has(str_slice(&p->last), "CSeq: 1 CANCEL");
    note_to(&cancelled, p); /* the same tag, RFC 3261 9.2 */
    assert_has(str_slice(&invited), ";tag=");
    assert_text(str_slice(&cancelled), str_slice(&invited));
    str_fini(&invited);
    str_fini(&cancelled);
    peer_free(p);
    bench_free(b);
}

static void a_cancel_without_match_gets_481(void **state)
{
    struct bench *b = bench_new(1);
    struct peer *p = phone(b);

    (void)state;
    say(b, p, bench_request("CANCEL", "nothing"));
    assert_text(peer_heard(p),
                S("0 SIP/2.0 481 Call/Transaction Does Not Exist\n"));
    assert_text(bench_told(b), S(""));
    peer_free(p);
    bench_free(b);
}

/* RFC 3261 9.2: 200, with no effect on a request that is no INVITE. */
static void a_cancel_of_another_request_has_no_effect(void **state)
{
    struct bench *b = bench_new(1);
    struct peer *p = phone(b);

    (void)state;
    say(b, p, bench_request("OPTIONS", "a"));
    say(b, p, bench_request("CANCEL", "a"));
    assert_text(peer_heard(p), S("1 SIP/2.0 200 OK\n"));
    assert_text(bench_told(b), S("request OPTIONS\n"));
    sip_reply(b->request, 200, NULL);
    peer_free(p);
    bench_free(b);
}

/* The callee has read the caller's Via.
 *
 * proves P-TRU-1 */
static void a_phone_cannot_cancel_what_another_one_sent(void **state)
{
    struct bench_options o = {.seed = 1, .trust = SIP_GM};
    struct bench *b = bench_with(&o);
    struct peer *p = phone(b);
    struct peer *other = peer_new(b->sim, "10.0.0.8:5060", TRANSPORT_UDP);

    (void)state;
    say(b, p, bench_request("INVITE", "a"));
    assert_text(bench_told(b), S("request INVITE\n"));
    say(b, other, bench_request("CANCEL", "a"));
    assert_text(bench_told(b), S(""));
    say(b, other, bench_request("INVITE", "a"));
    assert_text(bench_told(b), S("request INVITE\n"));
    sip_reply(b->request, 403, NULL);
    say(b, other, bench_request("ACK", "a"));
    say(b, p, bench_request("CANCEL", "a"));
    assert_text(bench_told(b), S(""));
    peer_free(other);
    peer_free(p);
    bench_free(b);
}

/* proves SIP-4 */
static void branch_sent_by_and_method_make_the_transaction(void **state)
{
    static const char *const vias[] = {
        "SIP/2.0/UDP 10.0.0.9:5060;branch=z9hG4bKa",
        "SIP/2.0/UDP 10.0.0.9:5061;branch=z9hG4bKa",
        "SIP/2.0/UDP ten.example;branch=z9hG4bKa",
        "SIP/2.0/UDP 10.0.0.9:5060;branch=z9hG4bKb",
    };
    static const char *const same[] = {
        "SIP/2.0/UDP 10.0.0.9;branch=z9hG4bKa", /* 5060 is the default */
        "SIP/2.0/UDP TEN.example:5060;branch=z9hG4bKa",
    };
    struct bench *b = bench_new(1);
    struct peer *p = phone(b);
    struct bench_text t = {.method = "OPTIONS"};

    (void)state;
    b->answers_with = 200;
    for (size_t i = 0; i < 4; i++) {
        t.via = vias[i];
        say(b, p, bench_text(&t));
        assert_text(bench_told(b), S("request OPTIONS\n"));
    }
    for (size_t i = 0; i < 2; i++) {
        t.via = same[i];
        say(b, p, bench_text(&t));
        assert_text(bench_told(b), S(""));
    }
    t.method = "MESSAGE";
    t.via = vias[0];
    say(b, p, bench_text(&t));
    assert_text(bench_told(b), S("request MESSAGE\n"));
    peer_free(p);
    bench_free(b);
}

/* proves SIP-4: RFC 3261 17.2.3 for a branch without magic cookie */
static void without_magic_cookie_the_fields_decide(void **state)
{
    struct bench *b = bench_new(1);
    struct peer *p = phone(b);
    struct bench_text t = {.method = "INVITE",
                           .via = "SIP/2.0/UDP 10.0.0.9:5060;branch=z9hG4bK"};

    (void)state;
    say(b, p, bench_text(&t));
    say(b, p, bench_text(&t));
    assert_text(bench_told(b), S("request INVITE\n"));
    sip_reply(b->request, 486, NULL);
    sim_run_for(b->sim, MSEC);
    t.method = "ACK";
    t.to = ";tag=whatever";
    say(b, p, bench_text(&t));
    assert_text(bench_told(b), S(""));
    sim_run_for(b->sim, 6 * SECOND); /* Timer I */
    assert_int_equal(sip_stack_transactions(b->stack), 0);
    t.method = "INVITE";
    t.cseq = 2;
    say(b, p, bench_text(&t));
    assert_text(bench_told(b), S("request INVITE\n"));
    sip_reply(b->request, 486, NULL);
    peer_free(p);
    bench_free(b);
}

/* proves SIP-2 */
static void a_merged_request_is_known(void **state)
{
    struct bench *b = bench_new(1);
    struct peer *p = phone(b);

    (void)state;
    say(b, p, bench_request("MESSAGE", "a"));
    assert_false(sip_request_is_merged(b->request));
    sip_reply(b->request, 200, NULL);
    say(b, p, bench_request("MESSAGE", "b"));
    assert_true(sip_request_is_merged(b->request));
    sip_reply(b->request, 482, NULL);
    sim_run_for(b->sim, 40 * SECOND);
    say(b, p, bench_request("MESSAGE", "c"));
    assert_false(sip_request_is_merged(b->request));
    sip_reply(b->request, 200, NULL);
    peer_free(p);
    bench_free(b);
}

/* proves SIP-10 */
static void at_the_limit_new_requests_get_503(void **state)
{
    struct bench_options o = {.seed = 1, .trust = SIP_MW, .transactions = 10};
    struct bench *b = bench_with(&o);
    struct peer *p = phone(b);
    struct bench_text t = {.method = "BYE",
                           .to = ";tag=x",
                           .via =
                               "SIP/2.0/UDP 10.0.0.9:5060;branch=z9hG4bKbye"};
    char branch[16];

    (void)state;
    b->answers_with = 200;
    for (int i = 0; i < 9; i++) {
        snprintf(branch, sizeof branch, "n%d", i);
        say(b, p, bench_request("OPTIONS", branch));
        assert_has(peer_heard(p), "200 OK");
    }
    say(b, p, bench_request("OPTIONS", "n9"));
    assert_has(peer_heard(p), "503 Service Unavailable");
    assert_has(str_slice(&p->last), "Retry-After: ");
    say(b, p, bench_text(&t)); /* the last tenth is for dialogs */
    assert_has(peer_heard(p), "200 OK");
    say(b, p, bench_request("ACK", "n9"));
    assert_text(peer_heard(p), S(""));
    t.via = "SIP/2.0/UDP 10.0.0.9:5060;branch=z9hG4bKlate";
    say(b, p, bench_text(&t)); /* which ends, too */
    assert_has(peer_heard(p), "503 Service Unavailable");
    assert_int_equal(bench_count(b, "imsbox_sip_requests_rejected_total",
                                 "reason=\"limit\""),
                     2);
    peer_free(p);
    bench_free(b);
}

static unsigned retry_after(const struct peer *p)
{
    struct slice text = str_slice(&p->last), digits;
    ssize_t at = slice_find(text, S("Retry-After: "));
    uint64_t seconds = 0;

    assert_true(at >= 0);
    text = slice_from(text, (size_t)at + strlen("Retry-After: "));
    slice_cut(&text, '\r', &digits);
    assert_true(slice_u64(digits, 1000, &seconds));
    return (unsigned)seconds;
}

/* proves SIP-10: who was refused together does not come back together */
static void whoever_is_refused_comes_back_at_a_time_of_his_own(void **state)
{
    struct bench_options o = {.seed = 1, .trust = SIP_MW, .transactions = 1};
    struct bench *b = bench_with(&o);
    struct peer *p = phone(b);
    bool seen[16] = {false};
    unsigned times = 0;
    char branch[16];

    (void)state;
    say(b, p, bench_request("INVITE", "a"));
    for (unsigned i = 0; i < 60; i++) {
        snprintf(branch, sizeof branch, "n%u", i);
        say(b, p, bench_request("OPTIONS", branch));
        assert_has(peer_heard(p), "503 Service Unavailable");
        assert_in_range(retry_after(p), 5, 15);
        times += !seen[retry_after(p)];
        seen[retry_after(p)] = true;
    }
    assert_in_range(times, 8, 11);
    sip_reply(b->request, 486, NULL);
    peer_free(p);
    bench_free(b);
}

/* proves SIP-10: RFC 3261 16.10 */
static void at_the_limit_what_still_rings_can_be_cancelled(void **state)
{
    struct bench_options o = {.seed = 1, .trust = SIP_MW, .transactions = 1};
    struct bench *b = bench_with(&o);
    struct peer *p = phone(b);

    (void)state;
    say(b, p, bench_request("INVITE", "a"));
    peer_heard(p);
    say(b, p, bench_request("CANCEL", "b")); /* of nothing */
    assert_text(peer_heard(p), S("1 SIP/2.0 503 Service Unavailable\n"));
    say(b, p, bench_request("CANCEL", "a"));
    say(b, p, bench_request("CANCEL", "a"));
    assert_text(peer_heard(p), S("2 SIP/2.0 200 OK\n"
                                 "2 SIP/2.0 487 Request Terminated\n"
                                 "3 SIP/2.0 200 OK\n"));
    assert_text(bench_told(b), S("request INVITE\ncancel\n"));
    assert_int_equal(sip_stack_transactions(b->stack), 2);
    say(b, p, bench_request("ACK", "a"));
    peer_free(p);
    bench_free(b);
}

/* proves SIP-10 */
static void at_the_limit_a_cancel_that_ends_nothing_gets_503(void **state)
{
    struct bench_options o = {.seed = 1, .trust = SIP_MW, .transactions = 1};
    struct bench *b = bench_with(&o);
    struct peer *p = phone(b);

    (void)state;
    b->answers_with = 486;
    say(b, p, bench_request("INVITE", "a"));
    peer_heard(p);
    say(b, p, bench_request("CANCEL", "a")); /* too late */
    assert_text(peer_heard(p), S("1 SIP/2.0 503 Service Unavailable\n"));
    say(b, p, bench_request("ACK", "a"));
    sim_run_for(b->sim, 6 * SECOND);
    bench_let_go(b);
    b->answers_with = 0;
    say(b, p, bench_request("OPTIONS", "a"));
    say(b, p, bench_request("CANCEL", "a")); /* no INVITE */
    assert_has(peer_heard(p), "503 Service Unavailable");
    sip_reply(b->request, 200, NULL);
    peer_free(p);
    bench_free(b);
}

/* proves SIP-10: the ACK has one Via, the request had two in a line */
static void the_ack_of_a_503_at_the_limit_ends_here(void **state)
{
    struct bench_options o = {.seed = 1, .trust = SIP_MW, .transactions = 1};
    struct bench *b = bench_with(&o);
    struct peer *p = phone(b);
    struct bench_text t = {.method = "INVITE",
                           .via =
                               "SIP/2.0/UDP 10.0.0.9:5060;branch=z9hG4bKb, "
                               "SIP/2.0/UDP 10.0.0.8:5060;branch=z9hG4bKalice"};
    struct sip_message *m;
    char to[32];

    (void)state;
    say(b, p, bench_request("OPTIONS", "a"));
    say(b, p, bench_text(&t));
    assert_has(peer_heard(p), "503");
    bench_told(b);
    assert_ok(sip_message_parse(str_slice(&p->last), &(struct sip_limits){0},
                                &m, NULL),
              NULL);
    snprintf(to, sizeof to, ";tag=%.*s", SLICE_ARG(sip_tag(m, SIP_HDR_TO)));
    sip_message_drop(m);
    t = (struct bench_text){.method = "ACK",
                            .to = to,
                            .via = "SIP/2.0/UDP 10.0.0.9:5060;branch=z9hG4bKb"};
    say(b, p, bench_text(&t));
    assert_text(bench_told(b), S(""));
    t.via = "SIP/2.0/UDP 10.0.0.9:5060;branch=z9hG4bKc"; /* another one's */
    say(b, p, bench_text(&t));
    assert_text(bench_told(b), S("ack\n"));
    peer_free(p);
    bench_free(b);
}

static void a_stopping_node_takes_on_nothing_new(void **state)
{
    struct bench *b = bench_new(1);
    struct peer *p = phone(b);

    (void)state;
    say(b, p, bench_request("INVITE", "a"));
    sip_stack_drain(b->stack);
    peer_heard(p);
    say(b, p, bench_request("OPTIONS", "b"));
    assert_has(peer_heard(p), "503");
    say(b, p, bench_request("CANCEL", "a"));
    assert_has(peer_heard(p), "200 OK");
    peer_free(p);
    bench_free(b);
}

static void a_stack_that_goes_leaves_requests_to_their_holders(void **state)
{
    struct bench *b = bench_new(1);
    struct peer *p = phone(b);
    struct sip_request *r;

    (void)state;
    say(b, p, bench_request("INVITE", "a"));
    r = b->request;
    b->request = NULL;
    sip_stack_free(b->stack);
    assert_true(sip_request_tag(r).n > 0);
    sip_reply(r, 200, NULL);
    sip_request_drop(r);
    peer_free(p);
    world_host_free(b->w);
    sim_free(b->sim);
    buf_fini(&b->told);
    free(b);
}

/* ---- large responses, and too large ones --------------------------------- */

/* A 200 to the request, as it may come from further on. */
static struct sip_message *large_200(const struct sip_message *req, size_t body)
{
    struct sip_message *small =
                           sip_response_to(req, 200, S("OK"), S("further")),
                       *m;
    struct sip_limits limits = {.message_bytes = 1 << 20};
    struct why why;
    struct buf out;

    buf_init(&out, 1 << 20);
    sip_set_u64(small, SIP_HDR_CONTENT_LENGTH, 0);
    assert_ok(sip_message_print(small, &out, &why), &why);
    sip_message_drop(small);
    out.n -= strlen("0\r\n\r\n");
    buf_printf(&out, "%zu\r\n\r\n", body);
    memset(buf_take(&out, body), 'x', body);
    assert_ok(sip_message_parse(buf_slice(&out), &limits, &m, &why), &why);
    buf_fini(&out);
    return m;
}

static void check_large(struct bench *b, size_t body)
{
    static const char invite[] = "INVITE";
    struct peer *p = peer_new(b->sim, "10.0.0.9:5060", TRANSPORT_TCP);
    size_t before;

    peer_connect(p, us);
    sim_run_for(b->sim, 10 * MSEC);
    peer_write(p, slice_of(bench_request(invite, "a")));
    sim_run_for(b->sim, 10 * MSEC);
    before = p->all.n;
    sip_request_forward_response(b->request, large_200(b->request->msg, body));
    sim_run_for(b->sim, SECOND);
    assert_true(p->all.n > before + body);
    assert_true(slice_starts(slice_from(str_slice(&p->all), before),
                             S("SIP/2.0 200 OK\r\n")));
    sim_run_for(b->sim, 40 * SECOND);
    peer_free(p);
}

/* proves SIP-4: RFC 3261 17.2.1 */
static void a_response_as_large_as_the_limit_goes_out(void **state)
{
    struct bench_options o = {
        .seed = 1, .trust = SIP_MW, .message_bytes = 1 << 20};
    struct bench *b = bench_with(&o);

    (void)state;
    check_large(b, 150000);
    check_large(b, 1000000);
    bench_free(b);
}

static void the_limit_may_be_raised_while_the_node_runs(void **state)
{
    struct sip_limits limits = {.message_bytes = 1 << 20};
    struct bench *b = bench_new(1);

    (void)state;
    sip_stack_limit(b->stack, 0, &limits, 0);
    check_large(b, 1000000);
    limits.message_bytes = 65535; /* what is under way still goes out */
    sip_stack_limit(b->stack, 0, &limits, 0);
    check_large(b, 1000000);
    bench_free(b);
}

static void respond_starved(struct bench *b, unsigned status)
{
    struct sip_message *m =
        sip_response_to(b->request->msg, status, S(""), S("further"));

    m->starved = true;
    sip_respond(b->request, m);
    sim_run_for(b->sim, MSEC);
}

/* proves SIP-4 */
static void a_response_that_lost_its_edits_is_not_sent(void **state)
{
    struct bench *b = bench_new(1);
    struct peer *p = phone(b);

    (void)state;
    say(b, p, bench_request("INVITE", "a"));
    peer_heard(p);
    respond_starved(b, 180);
    assert_text(peer_heard(p), S(""));
    assert_false(sip_request_is_answered(b->request));
    respond_starved(b, 200);
    assert_has(peer_heard(p), "500 Message too large");
    assert_true(sip_request_is_answered(b->request));
    say(b, p, bench_request("ACK", "a"));
    peer_free(p);
    bench_free(b);
}

/* A 100 again and again would say that somebody is at it. */
static void a_final_response_without_memory_leaves_silence(void **state)
{
    struct bench *b = bench_new(1);
    struct peer *p = phone(b);

    (void)state;
    say(b, p, bench_request("INVITE", "a"));
    assert_text(peer_heard(p), S("0 SIP/2.0 100 Trying\n"));
    b->request->msg->arena.limit = 64; /* as nothing is left of it */
    sip_reply(b->request, 486, NULL);
    sim_run_for(b->sim, 40 * SECOND);
    assert_text(peer_heard(p), S(""));
    assert_has(world_story(b->w), "the response could not be sent");
    peer_free(p);
    bench_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_invite_gets_100_at_once_and_its_repetitions_too),
        cmocka_unit_test(an_answer_given_at_once_goes_without_100),
        cmocka_unit_test(a_refused_invite_is_repeated_by_timer_g_until_h),
        cmocka_unit_test(
            an_ack_ends_the_repetition_and_timer_i_the_transaction),
        cmocka_unit_test(a_2xx_leaves_repetitions_to_the_user_until_timer_l),
        cmocka_unit_test(a_request_answered_is_answered_again_until_timer_j),
        cmocka_unit_test(a_slow_request_gets_100_when_timer_e_has_reached_t2),
        cmocka_unit_test(a_408_is_never_sent_but_for_an_invite),
        cmocka_unit_test(what_silence_answered_is_not_new_when_it_comes_again),
        cmocka_unit_test(a_request_dropped_unanswered_is_a_forgotten_answer),
        cmocka_unit_test(the_last_holder_counts),
        cmocka_unit_test(a_cancel_is_answered_and_told),
        cmocka_unit_test(a_cancel_that_comes_too_late_changes_nothing),
        cmocka_unit_test(a_cancel_without_match_gets_481),
        cmocka_unit_test(a_cancel_of_another_request_has_no_effect),
        cmocka_unit_test(a_phone_cannot_cancel_what_another_one_sent),
        cmocka_unit_test(branch_sent_by_and_method_make_the_transaction),
        cmocka_unit_test(without_magic_cookie_the_fields_decide),
        cmocka_unit_test(a_merged_request_is_known),
        cmocka_unit_test(at_the_limit_new_requests_get_503),
        cmocka_unit_test(whoever_is_refused_comes_back_at_a_time_of_his_own),
        cmocka_unit_test(at_the_limit_what_still_rings_can_be_cancelled),
        cmocka_unit_test(at_the_limit_a_cancel_that_ends_nothing_gets_503),
        cmocka_unit_test(the_ack_of_a_503_at_the_limit_ends_here),
        cmocka_unit_test(a_stopping_node_takes_on_nothing_new),
        cmocka_unit_test(a_stack_that_goes_leaves_requests_to_their_holders),
        cmocka_unit_test(a_response_as_large_as_the_limit_goes_out),
        cmocka_unit_test(the_limit_may_be_raised_while_the_node_runs),
        cmocka_unit_test(a_response_that_lost_its_edits_is_not_sent),
        cmocka_unit_test(a_final_response_without_memory_leaves_silence),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
