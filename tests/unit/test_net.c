/* SPDX-License-Identifier: MIT
 *
 * What net.h promises, asked of both back ends: the same cases run in the
 * simulator and on the real loop (127.34.1.0/24).
 */
#include "base/mem.h"
#include "support/bench.h"
#include "support/check.h"
#include "support/party.h"
#include "support/world.h"

struct stage {
    struct bench bench;
    struct party a, b;
};

static void stage_fini(struct stage *s)
{
    party_fini(&s->a);
    party_fini(&s->b);
    bench_fini(&s->bench);
}

/* ---- conditions to wait for --------------------------------------------- */

struct expected {
    const struct party *party;
    const char *story;
};

static bool is_told(void *ctx)
{
    const struct expected *e = ctx;

    return slice_eq(buf_slice(&e->party->story), slice_of(e->story));
}

/* The party's story becomes this, and then begins anew. */
static void expect(struct stage *s, struct party *p, const char *story)
{
    struct expected e = {p, story};

    bench_until(&s->bench, is_told, &e);
    assert_story(p, story);
}

static bool has_stream(void *ctx)
{
    return ((struct party *)ctx)->stream != NULL;
}

static bool has_accepted(void *ctx)
{
    return ((struct party *)ctx)->accepted > 0;
}

static void open_stream(struct stage *s)
{
    party_listen(&s->b, "127.34.1.2:3868");
    party_connect(&s->a, "127.34.1.2:3868");
    expect(s, &s->a, "open\n");
    assert_true(bench_until(&s->bench, has_stream, &s->b));
}

/* ---- the cases ---------------------------------------------------------- */

static void datagrams_go_there_and_back(struct stage *s)
{
    party_open_udp(&s->a, "127.34.1.1:5060");
    party_open_udp(&s->b, "127.34.1.2:5060");
    s->b.echo = true;
    party_send_to(&s->a, "127.34.1.2:5060", "one");
    party_send_to(&s->a, "127.34.1.2:5060", "");
    party_send_to(&s->a, "127.34.1.2:5060", "three");
    expect(s, &s->a,
           "127.34.1.2:5060 one\n127.34.1.2:5060 \n127.34.1.2:5060 three\n");
    assert_story(&s->b, "127.34.1.1:5060 one\n127.34.1.1:5060 \n"
                        "127.34.1.1:5060 three\n");
}

static void an_address_in_use_is_refused_with_a_sentence(struct stage *s)
{
    struct addr a = world_addr("127.34.1.1:5060", TRANSPORT_UDP);
    struct addr t = world_addr("127.34.1.1:5061", TRANSPORT_TCP);
    struct udp *u = NULL;
    struct listener *l = NULL;
    struct why why = {0};

    party_open_udp(&s->a, "127.34.1.1:5060");
    party_listen(&s->a, "127.34.1.1:5061");
    assert_err(IMS_EXISTS,
               udp_open(s->bench.b, &a, &PARTY_UDP, &s->b, &u, &why), &why);
    assert_has(slice_of(why.text), "127.34.1.1:5060");
    why = (struct why){0};
    assert_err(IMS_EXISTS,
               stream_listen(s->bench.b, &t, s->a.listener->on_accept, &s->b,
                             &l, &why),
               &why);
    assert_null(u);
    assert_null(l);
}

static void no_address_at_all_is_refused(struct stage *s)
{
    const struct addr none = {0};
    struct udp *u = NULL;
    struct why why = {0};

    assert_err(IMS_CONFIG,
               udp_open(s->bench.a, &none, &PARTY_UDP, &s->a, &u, &why), &why);
}

static void port_0_becomes_a_port(struct stage *s)
{
    party_open_udp(&s->a, "127.34.1.1:0");
    party_listen(&s->a, "127.34.1.1:0");
    assert_int_not_equal(udp_local(s->a.udp)->port, 0);
    assert_int_equal(udp_local(s->a.udp)->transport, TRANSPORT_UDP);
    assert_int_not_equal(listener_local(s->a.listener)->port, 0);
    assert_int_equal(listener_local(s->a.listener)->transport, TRANSPORT_TCP);
}

static void nobody_there_is_told_as_undeliverable(struct stage *s)
{
    party_open_udp(&s->a, "127.34.1.1:5060");
    party_open_udp(&s->b, "127.34.1.2:5060");
    party_send_to(&s->a, "127.34.1.9:5060", "lost");
    expect(s, &s->a, "undeliverable 127.34.1.9:5060\n");
    for (int i = 0; i < 5; i++) {
        party_send_to(&s->a, "127.34.1.9:5060", "lost");
        party_send_to(&s->a, "127.34.1.2:5060", "x");
    }
    expect(s, &s->b,
           "127.34.1.1:5060 x\n127.34.1.1:5060 x\n127.34.1.1:5060 x\n"
           "127.34.1.1:5060 x\n127.34.1.1:5060 x\n");
}

static void
a_datagram_too_long_or_of_the_other_family_is_refused(struct stage *s)
{
    struct addr four = world_addr("127.34.1.2:5060", TRANSPORT_UDP);
    struct addr six = world_addr("[::1]:5060", TRANSPORT_UDP);
    char *big = mem_zalloc(65508);

    party_open_udp(&s->a, "127.34.1.1:5060");
    assert_int_equal(udp_send(s->a.udp, &four, slice_at(big, 65508)),
                     IMS_TOO_LARGE);
    assert_int_equal(udp_send(s->a.udp, &six, S("x")), IMS_UNREACHABLE);
    free(big);
}

static void a_full_queue_refuses_and_is_empty_after_the_turn(struct stage *s)
{
    struct addr to = world_addr("127.34.1.2:5060", TRANSPORT_UDP);
    char *big = mem_zalloc(60000);
    int sent = 0;

    party_open_udp(&s->a, "127.34.1.1:5060");
    party_open_udp(&s->b, "127.34.1.2:5060");
    while (udp_send(s->a.udp, &to, slice_at(big, 60000)) == IMS_OK)
        assert_in_range(++sent, 1, 100);
    assert_in_range(sent, 60, 75); /* 4 MiB */
    bench_for(&s->bench, 5 * MSEC);
    assert_int_equal(udp_send(s->a.udp, &to, S("again")), IMS_OK);
    free(big);
}

static void a_socket_may_close_inside_its_callback(struct stage *s)
{
    party_open_udp(&s->a, "127.34.1.1:5060");
    party_open_udp(&s->b, "127.34.1.2:5060");
    s->b.hangs_up = true;
    party_send_to(&s->a, "127.34.1.2:5060", "first");
    party_send_to(&s->a, "127.34.1.2:5060", "second");
    expect(s, &s->b, "127.34.1.1:5060 first\n");
    bench_for(&s->bench, 5 * MSEC);
    assert_story(&s->b, "");
    assert_null(s->b.udp);
}

static void a_stream_carries_bytes_both_ways(struct stage *s)
{
    open_stream(s);
    s->b.echo = true;
    assert_true(
        addr_eq(stream_remote(s->a.stream), listener_local(s->b.listener)));
    assert_true(addr_eq(stream_remote(s->b.stream), stream_local(s->a.stream)));
    party_write(&s->a, "half a mess");
    expect(s, &s->a, "half a mess");
    party_write(&s->a, "age\n");
    expect(s, &s->a, "age\n");
    assert_story(&s->b, "half a message\n");
    assert_int_equal(stream_unsent(s->a.stream), 0);
    party_close_stream(&s->a);
    expect(s, &s->b, "[CLOSED]\n");
    assert_story(&s->a, "");
}

static void bytes_may_be_sent_before_the_stream_is_open(struct stage *s)
{
    party_listen(&s->b, "127.34.1.2:3868");
    party_connect(&s->a, "127.34.1.2:3868");
    party_write(&s->a, "early\n");
    assert_int_equal(stream_unsent(s->a.stream), 6);
    expect(s, &s->b, "early\n");
    assert_story(&s->a, "open\n");
}

static void a_stream_closed_before_it_is_open_still_sends(struct stage *s)
{
    party_listen(&s->b, "127.34.1.2:3868");
    party_connect(&s->a, "127.34.1.2:3868");
    party_write(&s->a, "bye\n");
    party_close_stream(&s->a);
    expect(s, &s->b, "bye\n[CLOSED]\n");
    assert_story(&s->a, "");
}

static void a_stream_closed_at_once_is_never_heard_of(struct stage *s)
{
    party_listen(&s->b, "127.34.1.2:3868");
    party_connect(&s->a, "127.34.1.2:3868");
    party_close_stream(&s->a);
    bench_for(&s->bench, 20 * MSEC);
    assert_story(&s->a, "");
}

static void an_aborted_stream_sends_nothing(struct stage *s)
{
    party_listen(&s->b, "127.34.1.2:3868");
    party_connect(&s->a, "127.34.1.2:3868");
    party_write(&s->a, "bye\n");
    stream_abort(s->a.stream);
    s->a.stream = NULL;
    bench_for(&s->bench, 20 * MSEC);
    assert_story(&s->a, "");
    if (s->b.story.n) /* the kernel may have opened it meanwhile */
        assert_story(&s->b, "[CLOSED]\n");
}

static void a_connect_to_nobody_is_refused(struct stage *s)
{
    party_connect(&s->a, "127.34.1.9:3868");
    assert_story(&s->a, "");
    expect(s, &s->a, "[REFUSED]\n");
    assert_null(s->a.stream);
}

static void a_connect_comes_from_the_address_that_was_named(struct stage *s)
{
    struct addr from = world_addr("127.34.1.77:0", TRANSPORT_TCP);

    s->a.from = "127.34.1.77:0";
    open_stream(s);
    assert_true(addr_eq_ip(stream_local(s->a.stream), &from));
    assert_true(addr_eq_ip(stream_remote(s->b.stream), &from));
    assert_int_not_equal(stream_local(s->a.stream)->port, 0);
}

static void a_connect_across_families_is_bad_configuration(struct stage *s)
{
    struct addr to = world_addr("127.34.1.2:3868", TRANSPORT_TCP);
    struct addr from = world_addr("[::1]:0", TRANSPORT_TCP);
    const struct stream_ends ends = {&from, &to};
    struct stream *out = NULL;
    struct why why = {0};

    assert_err(IMS_CONFIG,
               stream_connect(s->bench.a, &ends, NULL, NULL, &out, &why), &why);
    assert_null(out);
}

static void a_full_stream_takes_nothing_of_the_call(struct stage *s)
{
    char *half = mem_zalloc(1 << 19);

    party_listen(&s->b, "127.34.1.2:3868");
    party_connect(&s->a, "127.34.1.2:3868");
    assert_int_equal(stream_send(s->a.stream, slice_at(half, 1 << 19)), IMS_OK);
    assert_int_equal(stream_send(s->a.stream, slice_at(half, 1 << 19)), IMS_OK);
    assert_int_equal(stream_send(s->a.stream, S("x")), IMS_FULL);
    assert_int_equal(stream_unsent(s->a.stream), 1 << 20);
    free(half);
}

/* A mebibyte of numbered lines. */
static void much(struct buf *text)
{
    buf_init(text, (1 << 20) + 16);
    for (unsigned i = 0; text->n < 1 << 20; i++)
        buf_printf(text, "%07u\n", i);
}

static void much_arrives_whole(struct stage *s)
{
    struct buf text;

    open_stream(s);
    much(&text);
    assert_int_equal(stream_send(s->a.stream, buf_slice(&text)), IMS_OK);
    buf_char(&text, '\0');
    expect(s, &s->b, text.p);
    buf_fini(&text);
}

static void what_was_sent_arrives_though_closed_right_after(struct stage *s)
{
    struct buf text;

    open_stream(s);
    much(&text);
    assert_int_equal(stream_send(s->a.stream, buf_slice(&text)), IMS_OK);
    party_close_stream(&s->a);
    buf_add(&text, slice_at("[CLOSED]\n", 10));
    expect(s, &s->b, text.p);
    buf_fini(&text);
}

static void a_stream_may_close_inside_on_bytes(struct stage *s)
{
    open_stream(s);
    s->b.echo = s->b.hangs_up = true;
    party_write(&s->a, "last words\n");
    expect(s, &s->a, "last words\n[CLOSED]\n");
    assert_story(&s->b, "last words\n");
}

static void an_accepted_stream_may_be_turned_away(struct stage *s)
{
    s->b.turns_away = true;
    party_listen(&s->b, "127.34.1.2:3868");
    party_connect(&s->a, "127.34.1.2:3868");
    expect(s, &s->a, "open\n[CLOSED]\n");
    assert_int_equal(s->b.accepted, 1);
}

static void leave(void *ctx, struct listener *l, struct stream *s)
{
    struct party *p = ctx;

    (void)l;
    (void)s;
    p->accepted++;
}

static void an_accepted_stream_that_is_left_is_closed(struct stage *s)
{
    struct addr at = world_addr("127.34.1.2:3868", TRANSPORT_TCP);

    assert_ok(
        stream_listen(s->bench.b, &at, leave, &s->b, &s->b.listener, NULL),
        NULL);
    party_connect(&s->a, "127.34.1.2:3868");
    expect(s, &s->a, "open\n[CLOSED]\n");
    assert_true(bench_until(&s->bench, has_accepted, &s->b));
}

static void close_listener(void *ctx, struct listener *l, struct stream *s)
{
    struct party *p = ctx;

    listener_close(l);
    p->listener = NULL;
    stream_close(s);
}

static void a_listener_may_close_inside_on_accept(struct stage *s)
{
    struct addr at = world_addr("127.34.1.2:3868", TRANSPORT_TCP);

    assert_ok(stream_listen(s->bench.b, &at, close_listener, &s->b,
                            &s->b.listener, NULL),
              NULL);
    party_connect(&s->a, "127.34.1.2:3868");
    expect(s, &s->a, "open\n[CLOSED]\n");
    party_connect(&s->a, "127.34.1.2:3868");
    expect(s, &s->a, "[REFUSED]\n");
}

static void ipv6_carries_datagrams_and_streams(struct stage *s)
{
    struct addr a = world_addr("[::1]:15060", TRANSPORT_UDP);
    struct udp *probe = NULL;

    if (udp_open(s->bench.a, &a, &PARTY_UDP, &s->a, &probe, NULL) != IMS_OK) {
        print_message("SKIPPED: no IPv6 on this machine\n");
        return;
    }
    udp_close(probe);
    party_open_udp(&s->a, "[::1]:15060");
    party_open_udp(&s->b, "[::1]:15061");
    party_send_to(&s->a, "[::1]:15061", "six");
    expect(s, &s->b, "[::1]:15060 six\n");
    party_send_to(&s->a, "[::1]:15069", "lost");
    expect(s, &s->a, "undeliverable [::1]:15069\n");
    party_listen(&s->b, "[::1]:13868");
    party_connect(&s->a, "[::1]:13868");
    party_write(&s->a, "six too\n");
    expect(s, &s->b, "six too\n");
}

struct chore {
    unsigned *jobs; /* the lane's thread alone counts */
    unsigned place; /* which it was */
    struct party *party;
};

static void do_chore(void *ctx)
{
    struct chore *c = ctx;

    c->place = ++*c->jobs;
}

static void on_chore(void *ctx)
{
    struct chore *c = ctx;

    buf_printf(&c->party->story, "%u\n", c->place);
}

static void work_comes_back_in_the_order_given(struct stage *s)
{
    struct net_lane *l = lane_open(s->bench.a, "commit");
    struct chore c[4];
    unsigned jobs = 0;

    for (int i = 0; i < 4; i++) {
        c[i] = (struct chore){&jobs, 0, &s->a};
        lane_do(l, do_chore, on_chore, &c[i]);
    }
    assert_story(&s->a, "");
    expect(s, &s->a, "1\n2\n3\n4\n");
    lane_close(l);
}

static void a_closed_lane_says_no_more(struct stage *s)
{
    struct net_lane *l = lane_open(s->bench.a, "a name longer than a thread's");
    struct chore c[4];
    unsigned jobs = 0;

    for (int i = 0; i < 4; i++) {
        c[i] = (struct chore){&jobs, 0, &s->a};
        lane_do(l, do_chore, on_chore, &c[i]);
    }
    lane_close(l);
    bench_for(&s->bench, 5 * MSEC);
    assert_story(&s->a, "");
}

static void timers_fire_in_order_and_not_early(struct stage *s)
{
    struct timer t[2] = {0};
    struct timers *ts = s->bench.a->timers;
    int64_t start = s->bench.a->clock->mono_us;

    timer_start(ts, &t[0], 20 * MSEC, party_on_done, &s->a);
    timer_start(ts, &t[1], 10 * MSEC, party_on_job, &s->a);
    expect(s, &s->a, "job\ndone\n");
    assert_true(s->bench.a->clock->mono_us - start >= 20 * MSEC);
}

/* ---- each on both ------------------------------------------------------- */

struct net_case {
    const char *name;
    void (*run)(struct stage *s);
};

#define CASE(f) \
    {           \
#f, f   \
    }
static const struct net_case CASES[] = {
    CASE(datagrams_go_there_and_back),
    CASE(an_address_in_use_is_refused_with_a_sentence),
    CASE(no_address_at_all_is_refused),
    CASE(port_0_becomes_a_port),
    CASE(nobody_there_is_told_as_undeliverable),
    CASE(a_datagram_too_long_or_of_the_other_family_is_refused),
    CASE(a_full_queue_refuses_and_is_empty_after_the_turn),
    CASE(a_socket_may_close_inside_its_callback),
    CASE(a_stream_carries_bytes_both_ways),
    CASE(bytes_may_be_sent_before_the_stream_is_open),
    CASE(a_stream_closed_before_it_is_open_still_sends),
    CASE(a_stream_closed_at_once_is_never_heard_of),
    CASE(an_aborted_stream_sends_nothing),
    CASE(a_connect_to_nobody_is_refused),
    CASE(a_connect_comes_from_the_address_that_was_named),
    CASE(a_connect_across_families_is_bad_configuration),
    CASE(a_full_stream_takes_nothing_of_the_call),
    CASE(much_arrives_whole),
    CASE(what_was_sent_arrives_though_closed_right_after),
    CASE(a_stream_may_close_inside_on_bytes),
    CASE(an_accepted_stream_may_be_turned_away),
    CASE(an_accepted_stream_that_is_left_is_closed),
    CASE(a_listener_may_close_inside_on_accept),
    CASE(ipv6_carries_datagrams_and_streams),
    CASE(work_comes_back_in_the_order_given),
    CASE(a_closed_lane_says_no_more),
    CASE(timers_fire_in_order_and_not_early),
};
#undef CASE

enum { CASE_COUNT = sizeof(CASES) / sizeof(CASES[0]) };

static void run_on(struct stage *s, const struct net_case *c)
{
    party_init(&s->a, s->bench.a);
    party_init(&s->b, s->bench.b);
    c->run(s);
    stage_fini(s);
}

static void in_the_simulator(void **state)
{
    struct stage s;

    bench_init_sim(&s.bench, 1);
    run_on(&s, *state);
}

static void on_the_real_loop(void **state)
{
    struct stage s;

    bench_init_loop(&s.bench, NULL);
    run_on(&s, *state);
}

int main(void)
{
    struct CMUnitTest tests[2 * CASE_COUNT] = {0};

    for (size_t i = 0; i < CASE_COUNT; i++) {
        void *c = (void *)(uintptr_t)&CASES[i];

        tests[2 * i] = (struct CMUnitTest){.name = CASES[i].name,
                                           .test_func = in_the_simulator,
                                           .initial_state = c};
        tests[2 * i + 1] = (struct CMUnitTest){.name = CASES[i].name,
                                               .test_func = on_the_real_loop,
                                               .initial_state = c};
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
