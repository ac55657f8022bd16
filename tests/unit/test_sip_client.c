/* SPDX-License-Identifier: MIT
 *
 * The client side of the stack in the simulator: repetitions, fail-over,
 * CANCEL, ACK, late responses, the size switch.
 */
#include "tests/support/check.h"
#include "tests/support/sip_bench.h"
#include <stdlib.h>

static struct peer *server(struct bench *b, const char *at)
{
    return peer_new(b->sim, at, TRANSPORT_UDP);
}

static void zone(struct bench *b, const char *line)
{
    struct why why;

    assert_ok(sim_dns_add(b->sim, slice_of(line), &why), &why);
}

static void run_ms(struct bench *b, int64_t ms)
{
    sim_run_for(b->sim, ms * MSEC);
}

/* proves SIP-4 */
static void an_invite_is_repeated_by_timer_a_until_b(void **state)
{
    struct bench *b = bench_new(1);
    struct peer *p = server(b, "10.0.0.2:5060");

    (void)state;
    bench_send(b, SIP_INVITE, "sip:bob@10.0.0.2", 0);
    assert_text(bench_told(b), S(""));
    run_ms(b, 31990);
    assert_text(bench_told(b), S(""));
    run_ms(b, 20);
    assert_text(bench_told(b), S("answer 408 timeout\nend\n"));
    assert_text(peer_heard(p), S("0 INVITE sip:bob@10.0.0.2 SIP/2.0\n"
                                 "500 INVITE sip:bob@10.0.0.2 SIP/2.0\n"
                                 "1500 INVITE sip:bob@10.0.0.2 SIP/2.0\n"
                                 "3500 INVITE sip:bob@10.0.0.2 SIP/2.0\n"
                                 "7500 INVITE sip:bob@10.0.0.2 SIP/2.0\n"
                                 "15500 INVITE sip:bob@10.0.0.2 SIP/2.0\n"
                                 "31500 INVITE sip:bob@10.0.0.2 SIP/2.0\n"));
    peer_free(p);
    bench_free(b);
}

/* proves SIP-4 */
static void another_request_is_repeated_by_timer_e_until_f(void **state)
{
    struct bench *b = bench_new(1);
    struct peer *p = server(b, "10.0.0.2:5060");

    (void)state;
    bench_send(b, SIP_OPTIONS, "sip:10.0.0.2", 0);
    run_ms(b, 33000);
    assert_text(bench_told(b), S("answer 408 timeout\nend\n"));
    assert_text(peer_heard(p), S("0 OPTIONS sip:10.0.0.2 SIP/2.0\n"
                                 "500 OPTIONS sip:10.0.0.2 SIP/2.0\n"
                                 "1500 OPTIONS sip:10.0.0.2 SIP/2.0\n"
                                 "3500 OPTIONS sip:10.0.0.2 SIP/2.0\n"
                                 "7500 OPTIONS sip:10.0.0.2 SIP/2.0\n"
                                 "11500 OPTIONS sip:10.0.0.2 SIP/2.0\n"
                                 "15500 OPTIONS sip:10.0.0.2 SIP/2.0\n"
                                 "19500 OPTIONS sip:10.0.0.2 SIP/2.0\n"
                                 "23500 OPTIONS sip:10.0.0.2 SIP/2.0\n"
                                 "27500 OPTIONS sip:10.0.0.2 SIP/2.0\n"
                                 "31500 OPTIONS sip:10.0.0.2 SIP/2.0\n"));
    peer_free(p);
    bench_free(b);
}

/* proves SIP-4 */
static void a_1xx_stops_timer_a_and_timer_b(void **state)
{
    struct bench *b = bench_new(1);
    struct peer *p = server(b, "10.0.0.2:5060");

    (void)state;
    p->answers[0] = "100 Trying";
    bench_send(b, SIP_INVITE, "sip:bob@10.0.0.2", 0);
    run_ms(b, 100 * 1000);
    assert_text(peer_heard(p), S("0 INVITE sip:bob@10.0.0.2 SIP/2.0\n"));
    assert_text(bench_told(b), S(""));
    peer_answer(p, "180 Ringing");
    peer_answer(p, "486 Busy Here");
    run_ms(b, 10);
    assert_text(bench_told(b), S("answer 180\nanswer 486\nend\n"));
    peer_free(p);
    bench_free(b);
}

/* proves SIP-4 */
static void a_refusal_is_acknowledged_as_often_as_it_comes(void **state)
{
    struct bench *b = bench_new(1);
    struct peer *p = server(b, "10.0.0.2:5060");
    struct str refusal;

    (void)state;
    bench_send(b, SIP_INVITE, "sip:bob@10.0.0.2", 0);
    run_ms(b, 10);
    refusal = peer_answer_text(p, "486 Busy Here");
    peer_say(p, "10.0.0.1:5060", str_c(&refusal));
    run_ms(b, 10);
    assert_has(str_slice(&p->last), "ACK sip:bob@10.0.0.2 SIP/2.0\r\n");
    assert_has(str_slice(&p->last), "To: <sip:bob@ims.example>;tag=peer\r\n");
    assert_has(str_slice(&p->last), "CSeq: 7 ACK\r\n");
    peer_say(p, "10.0.0.1:5060", str_c(&refusal));
    run_ms(b, 31900);
    peer_say(p, "10.0.0.1:5060", str_c(&refusal));
    run_ms(b, 10);
    assert_text(peer_heard(p), S("0 INVITE sip:bob@10.0.0.2 SIP/2.0\n"
                                 "10 ACK sip:bob@10.0.0.2 SIP/2.0\n"
                                 "20 ACK sip:bob@10.0.0.2 SIP/2.0\n"
                                 "31920 ACK sip:bob@10.0.0.2 SIP/2.0\n"));
    assert_text(bench_told(b), S("answer 486\nend\n"));
    run_ms(b, 1000); /* Timer D is over */
    peer_say(p, "10.0.0.1:5060", str_c(&refusal));
    run_ms(b, 10);
    assert_text(bench_told(b), S("stray 486\n"));
    assert_text(peer_heard(p), S(""));
    assert_int_equal(
        bench_count(b, "imsbox_sip_dropped_total", "reason=\"stray\""), 1);
    str_fini(&refusal);
    peer_free(p);
    bench_free(b);
}

/* A phone reads the Vias of what it gets; with a branch of them it answers for
 * somebody else, at the listener that phones reach.
 *
 * proves P-TRU-1 */
static void a_phone_cannot_answer_what_went_to_a_neighbour(void **state)
{
    struct bench *b = bench_new(1);
    struct peer *p = server(b, "10.0.0.2:5060");
    struct peer *phone = server(b, "10.0.0.9:5060");
    struct addr gm = world_addr("10.0.0.1:5080", TRANSPORT_UDP);
    struct str answer;
    struct why why;

    (void)state;
    assert_ok(sip_transport_listen(sip_stack_transport(b->stack), &gm, SIP_GM,
                                   S(""), 0, &b->udp->timers, NULL, &why),
              &why);
    bench_send(b, SIP_INVITE, "sip:bob@10.0.0.2", 0);
    run_ms(b, 10);
    answer = peer_answer_text(p, "200 OK");
    peer_say(phone, "10.0.0.1:5080", str_c(&answer));
    run_ms(b, 10);
    assert_text(bench_told(b), S("stray 200\n"));
    peer_say(p, "10.0.0.1:5060", str_c(&answer));
    run_ms(b, 10);
    assert_text(bench_told(b), S("answer 200\n"));
    str_fini(&answer);
    peer_free(phone);
    peer_free(p);
    bench_free(b);
}

/* proves SIP-4 */
static void every_2xx_comes_through_until_timer_m(void **state)
{
    struct bench *b = bench_new(1);
    struct peer *p = server(b, "10.0.0.2:5060");

    (void)state;
    bench_send(b, SIP_INVITE, "sip:bob@10.0.0.2", 0);
    run_ms(b, 10);
    peer_answer(p, "200 OK");
    run_ms(b, 500);
    peer_answer(p, "200 OK");
    peer_answer(p, "486 Busy Here"); /* of a fork that came too late */
    run_ms(b, 31490);
    assert_text(bench_told(b), S("answer 200\nanswer 200\n"));
    run_ms(b, 100);
    assert_text(bench_told(b), S("end\n"));
    peer_answer(p, "200 OK");
    run_ms(b, 10);
    assert_text(bench_told(b), S("stray 200\n"));
    assert_text(peer_heard(p), S("0 INVITE sip:bob@10.0.0.2 SIP/2.0\n"));
    peer_free(p);
    bench_free(b);
}

/* proves SIP-4 */
static void repeated_finals_are_absorbed_until_timer_k(void **state)
{
    struct bench *b = bench_new(1);
    struct peer *p = server(b, "10.0.0.2:5060");

    (void)state;
    bench_send(b, SIP_OPTIONS, "sip:10.0.0.2", 0);
    run_ms(b, 10);
    assert_int_equal(sip_stack_open(b->stack), 1);
    peer_answer(p, "200 OK");
    run_ms(b, 10);
    assert_int_equal(sip_stack_open(b->stack), 0);
    peer_answer(p, "200 OK");
    run_ms(b, 4900);
    assert_text(bench_told(b), S("answer 200\nend\n"));
    assert_int_equal(sip_stack_transactions(b->stack), 1);
    run_ms(b, 200);
    assert_int_equal(sip_stack_transactions(b->stack), 0);
    peer_free(p);
    bench_free(b);
}

static void with_loss_and_duplicates_an_answer_comes_once(void **state)
{
    struct sim_rule bad = {.lose = 300000,
                           .duplicate = 300000,
                           .delay_us = 20 * MSEC,
                           .jitter_us = 15 * MSEC};

    (void)state;
    for (uint64_t seed = 1; seed <= 50; seed++) {
        struct bench *b = bench_new(seed);
        struct peer *p = server(b, "10.0.0.2:5060");
        struct slice told;

        sim_rule_add(b->sim, &bad);
        bench_send(b, SIP_INVITE, "sip:bob@10.0.0.2", 0);
        for (int i = 0; i < 60 && p->last.n == 0; i++)
            run_ms(b, 500);
        for (int i = 0; i < 8; i++) { /* as Timer G would */
            peer_answer(p, "486 Busy Here");
            run_ms(b, 1000);
            if (slice_starts(str_slice(&p->last), S("ACK")))
                break;
        }
        run_ms(b, 40 * 1000);
        told = bench_told(b);
        assert_true(slice_starts(told, S("answer 486\nend\n")));
        sim_rules_clear(b->sim);
        peer_free(p);
        bench_free(b);
    }
}

/* ---- where to ------------------------------------------------------------ */

/* proves SIP-7 */
static void the_first_route_goes_before_the_request_uri(void **state)
{
    struct bench *b = bench_new(1);
    struct peer *p = server(b, "10.0.0.3:5070");
    struct sip_message *m = sip_request_new(SIP_ACK, S("sip:bob@10.0.0.2"));
    struct sip_destination to = {.trust = SIP_MW};

    (void)state;
    sip_set(m, SIP_HDR_ROUTE, S("<sip:10.0.0.3:5070;lr>, <sip:10.0.0.4;lr>"));
    sip_set(m, SIP_HDR_CALL_ID, S("c"));
    sip_stack_send_stateless(b->stack, m, &to, S(""));
    sip_message_drop(m);
    run_ms(b, 10);
    assert_text(peer_heard(p), S("0 ACK sip:bob@10.0.0.2 SIP/2.0\n"));
    assert_has(str_slice(&p->last),
               "Via: SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bK");
    assert_int_equal(sip_stack_transactions(b->stack), 0);
    peer_free(p);
    bench_free(b);
}

static void two_addresses(struct bench *b)
{
    zone(b, "_sip._udp.other.example SRV 1 1 5060 a.other.example");
    zone(b, "_sip._udp.other.example SRV 2 1 5060 b.other.example");
    zone(b, "a.other.example A 10.0.0.2");
    zone(b, "b.other.example A 10.0.0.3");
}

/* proves SIP-7 */
static void after_an_icmp_error_the_next_address_is_tried(void **state)
{
    struct bench *b = bench_new(1);
    struct peer *second = server(b, "10.0.0.3:5060");

    (void)state;
    two_addresses(b);
    second->answers[0] = "200 OK";
    bench_send(b, SIP_OPTIONS, "sip:other.example", 0);
    run_ms(b, 500);
    assert_text(bench_told(b), S("answer 200\nend\n"));
    assert_has(world_story(b->w),
               "10.0.0.2:5060 cannot be reached; 10.0.0.3:5060 is next");
    /* the next request does not try the dead one first */
    second->answers[1] = "200 OK";
    bench_send(b, SIP_OPTIONS, "sip:other.example", 0);
    run_ms(b, 500);
    assert_int_equal(bench_count(b, "imsbox_sip_failovers_total", ""), 1);
    peer_free(second);
    bench_free(b);
}

/* proves SIP-7 */
static void after_503_the_next_address_is_tried_on_a_new_branch(void **state)
{
    struct bench *b = bench_new(1);
    struct peer *first = server(b, "10.0.0.2:5060");
    struct peer *second = server(b, "10.0.0.3:5060");

    (void)state;
    two_addresses(b);
    first->answers[0] = "503 Service Unavailable";
    second->answers[0] = "486 Busy Here";
    bench_send(b, SIP_INVITE, "sip:bob@other.example", 0);
    run_ms(b, 1000);
    assert_text(bench_told(b), S("answer 486\nend\n"));
    assert_has(peer_heard(first), "ACK sip:bob@other.example");
    assert_has(peer_heard(second), "ACK sip:bob@other.example");
    assert_has(world_story(b->w), "answered 503");
    peer_free(first);
    peer_free(second);
    bench_free(b);
}

/* proves SIP-7 */
static void after_silence_the_next_address_is_tried(void **state)
{
    struct bench *b = bench_new(1);
    struct peer *first = server(b, "10.0.0.2:5060");
    struct peer *second = server(b, "10.0.0.3:5060");

    (void)state;
    two_addresses(b);
    second->answers[0] = "200 OK";
    bench_send(b, SIP_INVITE, "sip:bob@other.example", 0);
    run_ms(b, 31900);
    assert_text(bench_told(b), S(""));
    run_ms(b, 200);
    assert_text(bench_told(b), S("answer 200\n"));
    peer_free(first);
    peer_free(second);
    bench_free(b);
}

/* RFC 3263 4.3: who has said 100 is there, whatever he waits for.
 *
 * proves SIP-7 */
static void who_said_100_and_no_more_is_not_dead(void **state)
{
    struct bench *b = bench_new(1);
    struct peer *first = server(b, "10.0.0.2:5060");
    struct peer *second = server(b, "10.0.0.3:5060");

    (void)state;
    two_addresses(b);
    first->answers[0] = "100 Trying";
    bench_send(b, SIP_OPTIONS, "sip:other.example", 0);
    run_ms(b, 31900);
    assert_text(bench_told(b), S(""));
    run_ms(b, 200);
    assert_text(bench_told(b), S("answer 408 gave-up\nend\n"));
    assert_has(world_story(b->w),
               "10.0.0.2:5060 said 100, and no more in time");
    assert_int_equal(bench_count(b, "imsbox_sip_failovers_total", ""), 0);
    assert_text(peer_heard(second), S(""));
    /* nor is it passed over by the next request */
    peer_heard(first);
    first->answers[1] = "200 OK";
    bench_send(b, SIP_OPTIONS, "sip:other.example", 0);
    run_ms(b, 500);
    assert_text(bench_told(b), S("answer 200\nend\n"));
    assert_text(peer_heard(second), S(""));
    peer_free(first);
    peer_free(second);
    bench_free(b);
}

/* A 100 of the address before says nothing of this one.
 *
 * proves SIP-7 */
static void a_100_counts_for_the_attempt_that_got_it(void **state)
{
    struct bench *b = bench_new(1);
    struct peer *first = server(b, "10.0.0.2:5060");

    (void)state;
    two_addresses(b);
    first->answers[0] = "100 Trying";
    bench_send(b, SIP_OPTIONS, "sip:other.example", 0);
    run_ms(b, 100);
    peer_answer(first, "503 Busy");
    run_ms(b, 1000);
    assert_text(bench_told(b), S("answer 503\nend\n"));
    assert_has(world_story(b->w), "503 without an answer: "
                                  "10.0.0.3:5060 cannot be reached");
    peer_free(first);
    bench_free(b);
}

/* proves SIP-7 */
static void
after_503_another_transport_of_the_same_server_is_not_tried(void **state)
{
    struct bench *b = bench_new(1);
    struct peer *p = server(b, "10.0.0.2:5060");
    struct peer *tcp = peer_new(b->sim, "10.0.0.2:5060", TRANSPORT_TCP);

    (void)state;
    zone(
        b,
        "both.example NAPTR 1 1 \"s\" \"SIP+D2U\" \"\" _sip._udp.both.example");
    zone(
        b,
        "both.example NAPTR 2 1 \"s\" \"SIP+D2T\" \"\" _sip._tcp.both.example");
    zone(b, "_sip._udp.both.example SRV 1 1 5060 a.both.example");
    zone(b, "_sip._tcp.both.example SRV 1 1 5060 a.both.example");
    zone(b, "a.both.example A 10.0.0.2");
    p->answers[0] = "503 Busy";
    bench_send(b, SIP_OPTIONS, "sip:both.example", 0);
    run_ms(b, 500);
    assert_text(bench_told(b), S("answer 503\nend\n"));
    assert_int_equal(tcp->streams, 0);
    peer_free(tcp);
    peer_free(p);
    bench_free(b);
}

/* proves SIP-7 */
static void when_all_fail_the_last_503_is_the_answer(void **state)
{
    struct bench *b = bench_new(1);
    struct peer *first = server(b, "10.0.0.2:5060");

    (void)state;
    two_addresses(b);
    first->answers[0] = "503 Busy";
    bench_send(b, SIP_INVITE, "sip:bob@other.example", 0);
    run_ms(b, 1000);
    assert_text(bench_told(b), S("answer 503\nend\n"));
    assert_text(b->response->reason, S("Busy"));
    peer_free(first);
    bench_free(b);
}

/* proves SIP-7 */
static void what_cannot_be_sent_is_answered_here(void **state)
{
    static const struct {
        const char *uri, *told;
    } rows[] = {
        {"sip:nobody.example", "answer 404 no-route\nend\n"},
        {"sip:10.0.0.77", "answer 503 unreachable\nend\n"},
        {"sips:10.0.0.2", "answer 503 no-route\nend\n"},
        {"tel:+1", "answer 503 no-route\nend\n"},
        {"sip:[2001:db8::1]", "answer 503 unreachable\nend\n"},
        {"nonsense", "answer 400 no-route\nend\n"},
    };
    struct bench *b = bench_new(1);

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct sip_via via;

        bench_send(b, SIP_OPTIONS, rows[i].uri, 0);
        assert_text(bench_told(b), S(""));
        run_ms(b, 20 * 1000);
        assert_text(bench_told(b), slice_of(rows[i].told));
        assert_ok(sip_via_top(b->response, &via, NULL), NULL);
    }
    sim_dns_silent(b->sim, true);
    bench_send(b, SIP_OPTIONS, "sip:silent.example", 0);
    run_ms(b, 20 * 1000);
    assert_text(bench_told(b), S("answer 503 no-route\nend\n"));
    assert_has(world_story(b->w), "DNS did not answer for silent.example");
    bench_free(b);
}

/* proves SIP-5 SIP-7: the Vias of others are theirs, whatever we lack */
static void what_cannot_be_sent_is_answered_by_way_of_its_vias(void **state)
{
    static const char *const texts[] = {
        "SIP/2.0/UDP unsent.invalid;branch=z9hG4bKunsent",
        "SIP/2.0/UDP 10.0.0.9;branch=z9hG4bKp",
        "SIP/2.0/UDP 10.0.0.8;branch=z9hG4bKalice"};

    (void)state;
    for (unsigned starves = 0; starves < 2; starves++) {
        struct bench *b = bench_new(1);
        struct sip_values vias;
        struct slice value;

        two_addresses(b);
        b->via = "SIP/2.0/UDP 10.0.0.9;branch=z9hG4bKp, "
                 "SIP/2.0/UDP 10.0.0.8;branch=z9hG4bKalice";
        b->starves = starves;
        bench_send(b, SIP_OPTIONS, "sip:other.example", 0);
        run_ms(b, 20 * 1000);
        assert_text(bench_told(b), S("answer 503 unreachable\nend\n"));
        assert_true(b->response->starved == starves);
        sip_values_begin(&vias, b->response, SIP_HDR_VIA);
        for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
            assert_true(sip_values_next(&vias, &value));
            assert_text(value, slice_of(texts[i]));
        }
        assert_false(sip_values_next(&vias, &value));
        bench_free(b);
    }
}

/* ---- CANCEL -------------------------------------------------------------- */

/* proves SIP-5: RFC 3261 9.1 */
static void a_cancel_waits_for_a_1xx(void **state)
{
    struct bench *b = bench_new(1);
    struct peer *p = server(b, "10.0.0.2:5060");
    struct sip_client *c;

    (void)state;
    c = bench_send(b, SIP_INVITE, "sip:bob@10.0.0.2", 0);
    run_ms(b, 100);
    sip_client_cancel(c, S("SIP;cause=200;text=\"elsewhere\""));
    sip_client_cancel(c, S(""));
    run_ms(b, 100);
    assert_text(peer_heard(p), S("0 INVITE sip:bob@10.0.0.2 SIP/2.0\n"));
    peer_answer(p, "180 Ringing");
    run_ms(b, 10);
    assert_text(peer_heard(p), S("200 CANCEL sip:bob@10.0.0.2 SIP/2.0\n"));
    assert_has(str_slice(&p->last),
               "Reason: SIP;cause=200;text=\"elsewhere\"\r\n");
    assert_has(str_slice(&p->last), "To: <sip:bob@ims.example>\r\n");
    assert_has(str_slice(&p->last), "CSeq: 7 CANCEL\r\n");
    peer_answer(p, "200 OK");
    run_ms(b, 10);
    assert_text(bench_told(b), S("answer 180\n"));
    sip_client_forget(c);
    peer_free(p);
    bench_free(b);
}

static void a_cancelled_invite_ends_with_its_487(void **state)
{
    struct bench *b = bench_new(1);
    struct peer *p = server(b, "10.0.0.2:5060");
    struct sip_client *c;
    struct str refusal;

    (void)state;
    p->answers[0] = "180 Ringing";
    c = bench_send(b, SIP_INVITE, "sip:bob@10.0.0.2", 0);
    run_ms(b, 10);
    refusal = peer_answer_text(p, "487 Request Terminated");
    sip_client_cancel(c, S(""));
    run_ms(b, 10);
    peer_answer(p, "200 OK");
    peer_say(p, "10.0.0.1:5060", str_c(&refusal));
    run_ms(b, 10);
    assert_text(bench_told(b), S("answer 180\nanswer 487\nend\n"));
    assert_has(peer_heard(p), "ACK");
    str_fini(&refusal);
    peer_free(p);
    bench_free(b);
}

/* RFC 3261 9.1, 17.1.1.3 */
static void cancel_and_ack_take_the_route_of_their_invite(void **state)
{
    static const char route[] = "<sip:10.0.0.2;lr>, <sip:10.0.0.4;lr>";
    struct bench *b = bench_new(1);
    struct peer *p = server(b, "10.0.0.2:5060");
    struct sip_client *c;
    struct str refusal;

    (void)state;
    b->route = route;
    p->answers[0] = "180 Ringing";
    c = bench_send(b, SIP_INVITE, "sip:bob@10.0.0.2", 0);
    run_ms(b, 10);
    refusal = peer_answer_text(p, "487 Request Terminated");
    sip_client_cancel(c, S(""));
    run_ms(b, 10);
    assert_has(str_slice(&p->last), "CANCEL sip:bob@10.0.0.2 SIP/2.0\r\n");
    assert_has(str_slice(&p->last), route);
    peer_answer(p, "200 OK");
    peer_say(p, "10.0.0.1:5060", str_c(&refusal));
    run_ms(b, 10);
    assert_has(str_slice(&p->last), "ACK sip:bob@10.0.0.2 SIP/2.0\r\n");
    assert_has(str_slice(&p->last), route);
    str_fini(&refusal);
    peer_free(p);
    bench_free(b);
}

static void a_200_that_crosses_the_cancel_wins(void **state)
{
    struct bench *b = bench_new(1);
    struct peer *p = server(b, "10.0.0.2:5060");
    struct sip_client *c;
    struct str ok;

    (void)state;
    p->answers[0] = "180 Ringing";
    c = bench_send(b, SIP_INVITE, "sip:bob@10.0.0.2", 0);
    run_ms(b, 10);
    ok = peer_answer_text(p, "200 OK");
    sip_client_cancel(c, S(""));
    peer_say(p, "10.0.0.1:5060", str_c(&ok));
    run_ms(b, 10);
    assert_text(bench_told(b), S("answer 180\nanswer 200\n"));
    peer_answer(p, "481 Gone"); /* the CANCEL's answer is nobody's business */
    run_ms(b, 10);
    assert_text(bench_told(b), S(""));
    str_fini(&ok);
    peer_free(p);
    bench_free(b);
}

static void a_cancel_after_the_final_answer_does_nothing(void **state)
{
    struct bench *b = bench_new(1);
    struct peer *p = server(b, "10.0.0.2:5060");
    struct sip_client *c;

    (void)state;
    p->answers[0] = "200 OK";
    c = bench_send(b, SIP_INVITE, "sip:bob@10.0.0.2", 0);
    run_ms(b, 10);
    sip_client_cancel(c, S(""));
    run_ms(b, 10);
    assert_text(peer_heard(p), S("0 INVITE sip:bob@10.0.0.2 SIP/2.0\n"));
    peer_free(p);
    bench_free(b);
}

/* RFC 3261 9.1: the server does not know CANCEL, and never ends. */
static void an_unanswered_cancel_ends_after_64_t1(void **state)
{
    struct bench *b = bench_new(1);
    struct peer *p = server(b, "10.0.0.2:5060");
    struct sip_client *c;

    (void)state;
    p->answers[0] = "180 Ringing";
    c = bench_send(b, SIP_INVITE, "sip:bob@10.0.0.2", 0);
    run_ms(b, 10);
    sip_client_cancel(c, S(""));
    run_ms(b, 31900);
    assert_text(bench_told(b), S("answer 180\n"));
    run_ms(b, 200);
    assert_text(bench_told(b), S("answer 487 cancelled\nend\n"));
    peer_free(p);
    bench_free(b);
}

/* RFC 3261 9.1, RFC 3263 4.3: whoever fails, nobody else is to ring.
 *
 * proves SIP-5 SIP-7 */
static void what_was_cancelled_goes_to_no_further_address(void **state)
{
    static const struct {
        const char *first; /* what it answers; none: nobody is there */
        const char *told;
    } rows[] = {
        {NULL, "answer 487 cancelled\nend\n"},
        {"503 Service Unavailable", "answer 503\nend\n"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct bench *b = bench_new(1);
        struct peer *second = server(b, "10.0.0.3:5060"), *first = NULL;
        struct sip_client *c;

        two_addresses(b);
        if (rows[i].first)
            first = server(b, "10.0.0.2:5060");
        c = bench_send(b, SIP_INVITE, "sip:bob@other.example", 0);
        while (!sip_stack_transactions(b->stack))
            sim_run_for(b->sim, 50);
        sip_client_cancel(c, S(""));
        run_ms(b, 10);
        if (first)
            peer_answer(first, rows[i].first);
        run_ms(b, 1000);
        assert_text(peer_heard(second), S(""));
        assert_text(bench_told(b), slice_of(rows[i].told));
        if (first)
            peer_free(first);
        peer_free(second);
        bench_free(b);
    }
}

static void a_cancel_before_the_lookup_ends_sends_nothing(void **state)
{
    struct bench *b = bench_new(1);
    struct sip_client *c;

    (void)state;
    sim_dns_silent(b->sim, true);
    c = bench_send(b, SIP_INVITE, "sip:bob@other.example", 0);
    run_ms(b, 10);
    sip_client_cancel(c, S(""));
    run_ms(b, 10);
    assert_text(bench_told(b), S("answer 487 cancelled\nend\n"));
    bench_free(b);
}

static void a_forgotten_client_is_silent(void **state)
{
    struct bench *b = bench_new(1);
    struct peer *p = server(b, "10.0.0.2:5060");
    struct sip_client *c;

    (void)state;
    c = bench_send(b, SIP_INVITE, "sip:bob@10.0.0.2", 0);
    run_ms(b, 10);
    sip_client_forget(c);
    peer_answer(p, "180 Ringing");
    peer_answer(p, "486 Busy Here");
    run_ms(b, 10);
    assert_has(peer_heard(p), "ACK");
    assert_text(bench_told(b), S(""));
    sip_client_forget(bench_send(b, SIP_OPTIONS, "sip:10.0.0.2", 0));
    sip_client_forget(bench_send(b, SIP_OPTIONS, "nonsense", 0));
    sip_client_forget(bench_send(b, SIP_OPTIONS, "sip:other.example", 0));
    run_ms(b, 40 * 1000);
    assert_text(bench_told(b), S(""));
    peer_free(p);
    bench_free(b);
}

/* ---- loops --------------------------------------------------------------- */

/* proves SIP-5: RFC 5393 4.2 */
static void a_branch_tells_a_loop_by_its_cookie(void **state)
{
    struct bench *b = bench_new(1);
    struct peer *p = server(b, "10.0.0.2:5060");
    static const struct sip_client_handler none = {0};
    struct sip_destination to = {.trust = SIP_MW};
    struct sip_message *m = NULL;
    struct sip_client *c;
    struct why why;

    (void)state;
    assert_ok(sip_message_parse(slice_of(bench_request("OPTIONS", "x")),
                                &(struct sip_limits){0}, &m, &why),
              &why);
    assert_false(sip_stack_has_looped(b->stack, m, S("cookie")));
    sip_set_uri(m, S("sip:10.0.0.2"));
    c = sip_client_send(b->stack, m, &to, S("cookie"), &none, NULL);
    sip_client_forget(c);
    sip_message_drop(m);
    run_ms(b, 10);
    assert_ok(sip_message_parse(str_slice(&p->last), &(struct sip_limits){0},
                                &m, &why),
              &why);
    assert_true(sip_stack_has_looped(b->stack, m, S("cookie")));
    assert_false(sip_stack_has_looped(b->stack, m, S("another")));
    sip_message_drop(m);
    peer_free(p);
    bench_free(b);
}

/* ---- size ---------------------------------------------------------------- */

/* proves SIP-6 */
static void a_large_request_goes_over_tcp(void **state)
{
    struct bench *b = bench_new(1);
    struct peer *udp = server(b, "10.0.0.2:5060");
    struct peer *tcp = peer_new(b->sim, "10.0.0.2:5060", TRANSPORT_TCP);

    (void)state;
    tcp->answers[0] = "200 OK";
    bench_send(b, SIP_OPTIONS, "sip:10.0.0.2", 1200);
    run_ms(b, 100);
    assert_text(bench_told(b), S("answer 200\nend\n"));
    assert_has(str_slice(&tcp->all), "Via: SIP/2.0/TCP 10.0.0.1:5060;branch=");
    assert_has(str_slice(&tcp->all), ";alias");
    assert_text(peer_heard(udp), S(""));
    udp->answers[0] = "200 OK";
    bench_send(b, SIP_OPTIONS, "sip:10.0.0.2", 100);
    run_ms(b, 100);
    assert_has(peer_heard(udp), "OPTIONS");
    assert_int_equal(tcp->streams, 1);
    peer_free(udp);
    peer_free(tcp);
    bench_free(b);
}

/* proves SIP-6: RFC 3261 18.1.1 */
static void where_tcp_is_refused_it_goes_over_udp_after_all(void **state)
{
    struct bench *b = bench_new(1);
    struct peer *udp = server(b, "10.0.0.2:5060");

    (void)state;
    udp->answers[0] = udp->answers[1] = "200 OK";
    bench_send(b, SIP_OPTIONS, "sip:10.0.0.2", 1200);
    run_ms(b, 100);
    assert_text(bench_told(b), S("answer 200\nend\n"));
    assert_has(str_slice(&udp->last), "Via: SIP/2.0/UDP 10.0.0.1:5060;branch=");
    /* and does not ask again for a while */
    bench_send(b, SIP_OPTIONS, "sip:10.0.0.2", 1200);
    run_ms(b, 1);
    assert_text(bench_told(b), S("answer 200\nend\n"));
    peer_free(udp);
    bench_free(b);
}

static void send_ack(struct bench *b, size_t body)
{
    struct sip_message *m = sip_request_new(SIP_ACK, S("sip:bob@10.0.0.2"));
    struct sip_destination to = {.trust = b->udp->trust};
    char text[2000];

    memset(text, 'x', sizeof text);
    sip_set(m, SIP_HDR_CALL_ID, S("c"));
    sip_set_body(m, S("application/sdp"), slice_at(text, body));
    sip_stack_send_stateless(b->stack, m, &to, S(""));
    sip_message_drop(m);
    run_ms(b, 100);
}

/* It is sent anew with each 2xx that comes again (RFC 3261 13.2.2.4); nothing
 * else says that the first one was lost.
 *
 * proves SIP-6: RFC 3261 18.1.1 */
static void a_large_ack_that_found_no_tcp_goes_over_udp_next_time(void **state)
{
    struct bench *b = bench_new(1);
    struct peer *udp = server(b, "10.0.0.2:5060");

    (void)state;
    send_ack(b, 1400);
    assert_text(peer_heard(udp), S(""));
    send_ack(b, 1400);
    assert_text(peer_heard(udp), S("100 ACK sip:bob@10.0.0.2 SIP/2.0\n"));
    assert_has(str_slice(&udp->last), "Via: SIP/2.0/UDP 10.0.0.1:5060;branch=");
    peer_free(udp);
    bench_free(b);
}

/* proves SIP-6: RFC 3261 18.1.1 */
static void a_large_ack_that_may_open_no_stream_goes_over_udp(void **state)
{
    struct bench_options o = {.seed = 1, .trust = SIP_MW, .connections = 1};
    struct bench *b = bench_with(&o);
    struct peer *udp = server(b, "10.0.0.2:5060");
    struct peer *other = peer_new(b->sim, "10.0.0.3:5060", TRANSPORT_TCP);

    (void)state;
    peer_connect(other, "10.0.0.1:5060");
    run_ms(b, 10);
    send_ack(b, 1400);
    assert_text(peer_heard(udp), S("10 ACK sip:bob@10.0.0.2 SIP/2.0\n"));
    assert_has(str_slice(&udp->last), "Via: SIP/2.0/UDP 10.0.0.1:5060;branch=");
    peer_free(other);
    peer_free(udp);
    bench_free(b);
}

static void a_stream_that_ended_is_opened_again(void **state)
{
    struct bench *b = bench_new(1);
    struct peer *tcp = peer_new(b->sim, "10.0.0.2:5060", TRANSPORT_TCP);

    (void)state;
    send_ack(b, 1400);
    stream_close(tcp->stream);
    tcp->stream = NULL;
    run_ms(b, 10);
    send_ack(b, 1400);
    assert_int_equal(tcp->streams, 2);
    peer_free(tcp);
    bench_free(b);
}

/* Else phones that come and go would push neighbours off the list. */
static void only_neighbours_without_tcp_are_kept_in_mind(void **state)
{
    static const enum sip_trust trusts[] = {SIP_MW, SIP_GM};
    struct addr tcp = world_addr("10.0.0.2:5060", TRANSPORT_TCP);

    (void)state;
    for (size_t i = 0; i < sizeof trusts / sizeof *trusts; i++) {
        struct bench_options o = {.seed = 1, .trust = trusts[i]};
        struct bench *b = bench_with(&o);
        struct peer *udp = server(b, "10.0.0.2:5060");

        send_ack(b, 1400);
        assert_int_equal(
            sip_locate_is_quarantined(sip_stack_locate(b->stack), &tcp),
            trusts[i] == SIP_MW);
        peer_free(udp);
        bench_free(b);
    }
}

/* proves SIP-10 */
static void at_the_limit_an_ack_still_goes(void **state)
{
    struct bench_options o = {.seed = 1, .trust = SIP_MW, .transactions = 1};
    struct bench *b = bench_with(&o);
    struct peer *p = server(b, "10.0.0.2:5060");

    (void)state;
    for (int i = 0; i < 3; i++)
        sip_client_forget(bench_send(b, SIP_OPTIONS, "sip:10.0.0.2", 0));
    assert_int_equal(sip_stack_transactions(b->stack), 2);
    run_ms(b, 10);
    peer_heard(p);
    send_ack(b, 100);
    assert_text(peer_heard(p), S("10 ACK sip:bob@10.0.0.2 SIP/2.0\n"));
    peer_free(p);
    bench_free(b);
}

static void without_a_tcp_listener_size_does_not_matter(void **state)
{
    struct bench_options o = {.seed = 1, .trust = SIP_MW, .no_tcp = true};
    struct bench *b = bench_with(&o);
    struct peer *udp = server(b, "10.0.0.2:5060");

    (void)state;
    udp->answers[0] = "200 OK";
    bench_send(b, SIP_OPTIONS, "sip:10.0.0.2", 3000);
    run_ms(b, 100);
    assert_text(bench_told(b), S("answer 200\nend\n"));
    peer_free(udp);
    bench_free(b);
}

/* proves SIP-6 */
static void a_request_as_large_as_the_limit_goes_out(void **state)
{
    struct bench_options o = {
        .seed = 1, .trust = SIP_MW, .message_bytes = 1 << 20};
    struct bench *b = bench_with(&o);
    struct peer *tcp = peer_new(b->sim, "10.0.0.2:5060", TRANSPORT_TCP);

    (void)state;
    bench_send(b, SIP_MESSAGE, "sip:10.0.0.2;transport=tcp", 200000);
    run_ms(b, 100);
    assert_true(slice_starts(str_slice(&tcp->all), S("MESSAGE sip:10.0.0.2")));
    assert_true(tcp->all.n > 200000);
    peer_free(tcp);
    bench_free(b);
}

/* proves SIP-6 */
static void ipv6_is_as_good(void **state)
{
    struct bench_options o = {
        .seed = 1, .trust = SIP_MW, .ip = "[2001:db8::1]"};
    struct bench *b = bench_with(&o);
    struct peer *p = server(b, "[2001:db8::9]:5060");
    struct peer *t = peer_new(b->sim, "[2001:db8::9]:5060", TRANSPORT_TCP);
    struct bench_text text = {
        .method = "OPTIONS",
        .via = "SIP/2.0/UDP [2001:DB8:0::9];branch=z9hG4bKa;rport"};

    (void)state;
    p->answers[0] = t->answers[0] = "200 OK";
    bench_send(b, SIP_OPTIONS, "sip:[2001:db8::9]", 0);
    bench_send(b, SIP_OPTIONS, "sip:[2001:db8::9]", 2000);
    run_ms(b, 100);
    assert_text(bench_told(b), S("answer 200\nend\nanswer 200\nend\n"));
    assert_has(str_slice(&p->last),
               "Via: SIP/2.0/UDP [2001:db8::1]:5060;branch=");
    assert_has(str_slice(&t->last),
               "Via: SIP/2.0/TCP [2001:db8::1]:5060;branch=");
    b->answers_with = 200;
    peer_say(p, "[2001:db8::1]:5060", bench_text(&text));
    run_ms(b, 10);
    assert_has(str_slice(&p->last), ";received=2001:db8::9;rport=5060");
    peer_free(p);
    peer_free(t);
    bench_free(b);
}

static void a_stack_that_goes_takes_its_clients_along(void **state)
{
    struct bench *b = bench_new(1);

    (void)state;
    bench_send(b, SIP_OPTIONS, "sip:10.0.0.2", 0);
    bench_send(b, SIP_OPTIONS, "sip:other.example", 0);
    bench_send(b, SIP_OPTIONS, "nonsense", 0);
    sip_stack_free(b->stack);
    assert_int_equal(b->w->env.timers->count, 0);
    buf_fini(&b->told);
    world_host_free(b->w);
    sim_free(b->sim);
    free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_invite_is_repeated_by_timer_a_until_b),
        cmocka_unit_test(another_request_is_repeated_by_timer_e_until_f),
        cmocka_unit_test(a_1xx_stops_timer_a_and_timer_b),
        cmocka_unit_test(a_refusal_is_acknowledged_as_often_as_it_comes),
        cmocka_unit_test(a_phone_cannot_answer_what_went_to_a_neighbour),
        cmocka_unit_test(every_2xx_comes_through_until_timer_m),
        cmocka_unit_test(repeated_finals_are_absorbed_until_timer_k),
        cmocka_unit_test(with_loss_and_duplicates_an_answer_comes_once),
        cmocka_unit_test(the_first_route_goes_before_the_request_uri),
        cmocka_unit_test(after_an_icmp_error_the_next_address_is_tried),
        cmocka_unit_test(after_503_the_next_address_is_tried_on_a_new_branch),
        cmocka_unit_test(after_silence_the_next_address_is_tried),
        cmocka_unit_test(who_said_100_and_no_more_is_not_dead),
        cmocka_unit_test(a_100_counts_for_the_attempt_that_got_it),
        cmocka_unit_test(
            after_503_another_transport_of_the_same_server_is_not_tried),
        cmocka_unit_test(when_all_fail_the_last_503_is_the_answer),
        cmocka_unit_test(what_cannot_be_sent_is_answered_here),
        cmocka_unit_test(what_cannot_be_sent_is_answered_by_way_of_its_vias),
        cmocka_unit_test(a_cancel_waits_for_a_1xx),
        cmocka_unit_test(a_cancelled_invite_ends_with_its_487),
        cmocka_unit_test(cancel_and_ack_take_the_route_of_their_invite),
        cmocka_unit_test(a_200_that_crosses_the_cancel_wins),
        cmocka_unit_test(a_cancel_after_the_final_answer_does_nothing),
        cmocka_unit_test(an_unanswered_cancel_ends_after_64_t1),
        cmocka_unit_test(what_was_cancelled_goes_to_no_further_address),
        cmocka_unit_test(a_cancel_before_the_lookup_ends_sends_nothing),
        cmocka_unit_test(a_forgotten_client_is_silent),
        cmocka_unit_test(a_branch_tells_a_loop_by_its_cookie),
        cmocka_unit_test(a_large_request_goes_over_tcp),
        cmocka_unit_test(where_tcp_is_refused_it_goes_over_udp_after_all),
        cmocka_unit_test(a_large_ack_that_found_no_tcp_goes_over_udp_next_time),
        cmocka_unit_test(a_large_ack_that_may_open_no_stream_goes_over_udp),
        cmocka_unit_test(a_stream_that_ended_is_opened_again),
        cmocka_unit_test(only_neighbours_without_tcp_are_kept_in_mind),
        cmocka_unit_test(at_the_limit_an_ack_still_goes),
        cmocka_unit_test(without_a_tcp_listener_size_does_not_matter),
        cmocka_unit_test(a_request_as_large_as_the_limit_goes_out),
        cmocka_unit_test(ipv6_is_as_good),
        cmocka_unit_test(a_stack_that_goes_takes_its_clients_along),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
