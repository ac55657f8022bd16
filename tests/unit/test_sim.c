/* SPDX-License-Identifier: MIT */
#include "base/mem.h"
#include "base/str.h"
#include "support/two.h"
#include <stdio.h>

/* ---- datagrams ---------------------------------------------------------- */

static void a_datagram_takes_its_way_in_virtual_time(void **state)
{
    struct two t;

    (void)state;
    two_init(&t, 1);
    party_open_udp(&t.a, "10.0.0.1:5060");
    party_open_udp(&t.b, "10.0.0.2:5060");
    t.b.echo = true;
    party_send_to(&t.a, "10.0.0.2:5060", "hello");
    assert_story(&t.b, "");
    assert_int_equal(sim_run_for(t.sim, SECOND), 2);
    assert_story(&t.b, "100 10.0.0.1:5060 hello\n");
    assert_story(&t.a, "200 10.0.0.2:5060 hello\n");
    assert_int_equal(sim_clock(t.sim)->mono_us % SECOND, 0);
    two_fini(&t);
}

static void a_datagram_to_nobody_comes_back_as_undeliverable(void **state)
{
    struct two t;

    (void)state;
    two_init(&t, 1);
    party_open_udp(&t.a, "[fd00::1]:5060");
    party_send_to(&t.a, "[fd00::2]:5060", "hello");
    sim_run_for(t.sim, SECOND);
    assert_story(&t.a, "200 undeliverable [fd00::2]:5060\n");
    two_fini(&t);
}

static void an_address_belongs_to_who_bound_it_first(void **state)
{
    struct addr a = world_addr("10.0.0.1:5060", TRANSPORT_UDP);
    struct addr none = world_addr("0.0.0.0:5060", TRANSPORT_UDP);
    struct udp *u = NULL;
    struct why why = {0};
    struct two t;

    (void)state;
    two_init(&t, 1);
    party_open_udp(&t.a, "10.0.0.1:5060");
    assert_err(IMS_EXISTS, udp_open(t.b.net, &a, &PARTY_UDP, &t.b, &u, &why),
               &why);
    assert_err(IMS_CONFIG, udp_open(t.b.net, &none, &PARTY_UDP, &t.b, &u, &why),
               &why);
    assert_null(u);
    party_listen(&t.b, "10.0.0.1:5060"); /* the other protocol's port */
    udp_close(t.a.udp);
    t.a.udp = NULL;
    party_open_udp(&t.b, "10.0.0.1:5060");
    two_fini(&t);
}

static void port_0_is_a_port_of_the_worlds_choice(void **state)
{
    struct two t;

    (void)state;
    two_init(&t, 1);
    party_open_udp(&t.a, "10.0.0.1:0");
    party_open_udp(&t.b, "10.0.0.1:0");
    assert_true(udp_local(t.a.udp)->port >= 49152);
    assert_int_not_equal(udp_local(t.a.udp)->port, udp_local(t.b.udp)->port);
    assert_int_equal(udp_local(t.a.udp)->transport, TRANSPORT_UDP);
    two_fini(&t);
}

static void what_no_datagram_can_be_is_refused(void **state)
{
    struct addr to = world_addr("10.0.0.2:5060", TRANSPORT_UDP);
    struct addr six = world_addr("[fd00::2]:5060", TRANSPORT_UDP);
    char *big = mem_zalloc(65508);
    struct two t;
    int sent = 0;

    (void)state;
    two_init(&t, 1);
    party_open_udp(&t.a, "10.0.0.1:5060");
    assert_int_equal(udp_send(t.a.udp, &to, slice_at(big, 65508)),
                     IMS_TOO_LARGE);
    assert_int_equal(udp_send(t.a.udp, &six, S("x")), IMS_UNREACHABLE);
    while (udp_send(t.a.udp, &to, slice_at(big, 65507)) == IMS_OK)
        sent++;
    assert_int_equal(sent, (4 << 20) / 65507);
    sim_run_for(t.sim, MSEC); /* the queue left with its turn */
    assert_int_equal(udp_send(t.a.udp, &to, slice_at(big, 65507)), IMS_OK);
    free(big);
    two_fini(&t);
}

static void rules_lose_and_duplicate_their_share(void **state)
{
    const struct sim_rule lossy = {.lose = 250000};
    const struct sim_rule doubling = {.duplicate = 500000};
    struct two t;

    (void)state;
    two_init(&t, 42);
    party_open_udp(&t.a, "10.0.0.1:5060");
    party_open_udp(&t.b, "10.0.0.2:5060");
    sim_rule_add(t.sim, &lossy);
    for (int i = 0; i < 1000; i++)
        party_send_to(&t.a, "10.0.0.2:5060", "x");
    sim_run_for(t.sim, SECOND);
    assert_in_range(party_lines(&t.b), 700, 800);
    buf_reset(&t.b.story);
    sim_rules_clear(t.sim);
    sim_rule_add(t.sim, &doubling);
    for (int i = 0; i < 1000; i++)
        party_send_to(&t.a, "10.0.0.2:5060", "x");
    sim_run_for(t.sim, SECOND);
    assert_in_range(party_lines(&t.b), 1450, 1550);
    two_fini(&t);
}

static void a_reordered_datagram_lets_the_next_one_pass(void **state)
{
    const struct sim_rule r = {.reorder = 1000000};
    struct two t;

    (void)state;
    two_init(&t, 42);
    party_open_udp(&t.a, "10.0.0.1:5060");
    party_open_udp(&t.b, "10.0.0.2:5060");
    sim_rule_add(t.sim, &r);
    party_send_to(&t.a, "10.0.0.2:5060", "first");
    sim_rules_clear(t.sim);
    party_send_to(&t.a, "10.0.0.2:5060", "second");
    sim_run_for(t.sim, SECOND);
    assert_story(&t.b, "100 10.0.0.1:5060 second\n"
                       "1300 10.0.0.1:5060 first\n");
    two_fini(&t);
}

static void the_first_rule_that_matches_counts(void **state)
{
    struct sim_rule one = {.delay_us = 5 * MSEC};
    struct sim_rule cut = {.cut = true};
    struct two t;

    (void)state;
    two_init(&t, 42);
    party_open_udp(&t.a, "10.0.0.1:5060");
    party_open_udp(&t.b, "10.0.0.2:5060");
    one.to = world_addr("10.0.0.2:5060", TRANSPORT_UDP);
    cut.from = world_addr("10.0.0.1:0", TRANSPORT_NONE);
    sim_rule_add(t.sim, &one);
    sim_rule_add(t.sim, &cut);
    party_send_to(&t.a, "10.0.0.2:5060", "passes");
    party_send_to(&t.a, "10.0.0.3:5060", "vanishes without a word");
    party_send_to(&t.b, "10.0.0.1:5060", "no rule");
    sim_run_for(t.sim, SECOND);
    assert_story(&t.b, "5000 10.0.0.1:5060 passes\n");
    assert_story(&t.a, "100 10.0.0.2:5060 no rule\n");
    two_fini(&t);
}

/* ---- hosts that die ------------------------------------------------------ */

static void tick(void *ctx)
{
    buf_str(&((struct party *)ctx)->story, "tick\n");
}

static void a_killed_host_is_silent_and_its_streams_end(void **state)
{
    struct timer timer = {0};
    struct dns_query *query;
    struct net_lane *lane;
    struct udp *late = NULL;
    struct two t;

    (void)state;
    two_init(&t, 1);
    party_listen(&t.b, "10.0.0.2:3868");
    party_open_udp(&t.b, "10.0.0.2:5060");
    party_open_udp(&t.a, "10.0.0.1:5060");
    party_connect(&t.a, "10.0.0.2:3868");
    sim_run_for(t.sim, MSEC);
    assert_story(&t.a, "open\n");
    party_send_to(&t.a, "10.0.0.2:5060", "on its way");
    assert_int_equal(stream_send(t.b.stream, S("last words\n")), IMS_OK);
    timer_start(t.b.net->timers, &timer, MSEC, tick, &t.b);
    query = dns_ask(t.b.net, S("x.example"), DNS_A, party_on_records, &t.b);
    lane = lane_open(t.b.net, "commit");
    lane_do(lane, party_on_job, party_on_done, &t.b);
    sim_host_kill(t.host_b);
    sim_run_for(t.sim, SECOND);
    assert_story(&t.b, "job\n");
    assert_false(timer_runs(&timer));
    assert_story(&t.a, "last words\n[CLOSED]\n"
                       "1200 undeliverable 10.0.0.2:5060\n");

    /* The node on it goes in its own good time. */
    timer_start(t.b.net->timers, &timer, MSEC, tick, &t.b);
    assert_int_equal(stream_send(t.b.stream, S("x")), IMS_CLOSED);
    assert_int_equal(udp_send(t.b.udp, udp_local(t.a.udp), S("x")), IMS_CLOSED);
    assert_int_equal(
        udp_open(t.b.net, udp_local(t.a.udp), &PARTY_UDP, &t.b, &late, NULL),
        IMS_CONFIG);
    sim_run_for(t.sim, SECOND);
    timer_stop(t.b.net->timers, &timer);
    dns_cancel(query);
    lane_close(lane);
    assert_story(&t.b, "");
    two_fini(&t);
}

static void a_successor_takes_over_addresses_but_not_the_dice(void **state)
{
    struct sim_host *successor;
    struct party again;
    struct two t;

    (void)state;
    two_init(&t, 1);
    party_open_udp(&t.a, "10.0.0.1:5060");
    party_open_udp(&t.b, "10.0.0.2:5060");
    uint64_t former = dice_u64(t.b.net->dice);
    sim_host_kill(t.host_b);
    successor = sim_host_new(t.sim, "b");
    party_init(&again, sim_host_net(successor));
    party_open_udp(&again, "10.0.0.2:5060");
    party_send_to(&t.a, "10.0.0.2:5060", "welcome");
    sim_run_for(t.sim, SECOND);
    assert_story(&again, "10.0.0.1:5060 welcome\n");
    assert_true(dice_u64(again.net->dice) != former);
    assert_story(&t.b, "");
    party_fini(&again);
    sim_host_free(successor);
    two_fini(&t);
}

static void a_host_killed_while_it_connects_is_heard_no_more(void **state)
{
    static const int64_t when[] = {0, 50, 120, 150, 199, 250};

    (void)state;
    for (size_t i = 0; i < sizeof(when) / sizeof(when[0]); i++) {
        struct two t;

        two_init(&t, 1);
        party_listen(&t.b, "10.0.0.2:3868");
        party_connect(&t.a, "10.0.0.2:3868");
        assert_int_equal(stream_send(t.a.stream, S("bye\n")), IMS_OK);
        sim_run_for(t.sim, when[i]);
        sim_host_kill(t.host_a);
        sim_run_for(t.sim, SECOND);
        assert_null(t.b.stream); /* never there, or ended */
        two_fini(&t);
    }
}

/* ---- time and order ----------------------------------------------------- */

static void time_passes_only_while_it_is_run(void **state)
{
    struct timer soon = {0}, late = {0};
    struct two t;

    (void)state;
    two_init(&t, 1);
    timer_start(t.a.net->timers, &soon, 10 * MSEC, tick, &t.a);
    timer_start(t.b.net->timers, &late, 60 * SECOND, tick, &t.b);
    int64_t start = sim_clock(t.sim)->mono_us;
    int64_t wall = sim_clock(t.sim)->wall_us;
    assert_int_equal(sim_run_quiet(t.sim, SECOND), 1);
    assert_int_equal(sim_clock(t.sim)->mono_us - start, 10 * MSEC);
    assert_int_equal(sim_run_for(t.sim, SECOND), 0);
    assert_int_equal(sim_clock(t.sim)->mono_us - start, SECOND + 10 * MSEC);
    assert_true(sim_step(t.sim));
    assert_int_equal(sim_clock(t.sim)->mono_us - start, 60 * SECOND);
    assert_int_equal(sim_clock(t.sim)->wall_us - wall, 60 * SECOND);
    assert_false(sim_step(t.sim));
    assert_story(&t.b, "tick\n");
    two_fini(&t);
}

static void tapped(void *ctx, const struct addr *from, const struct addr *to,
                   struct slice bytes)
{
    struct buf *out = ctx;

    addr_print(from, out);
    buf_str(out, " > ");
    addr_print(to, out);
    buf_printf(out, " %s %.*s\n", transport_name(to->transport),
               SLICE_ARG(bytes));
}

/* Bad weather, chopped streams, two parties that echo: as one text. */
static struct str stormy_story(uint64_t seed)
{
    const struct sim_rule storm = {.lose = 100000,
                                   .duplicate = 100000,
                                   .reorder = 200000,
                                   .jitter_us = 5 * MSEC};
    struct str story = {0};
    struct buf taps;
    struct two t;

    buf_init(&taps, 1 << 20);
    two_init(&t, seed);
    sim_tap(t.sim, tapped, &taps);
    sim_rule_add(t.sim, &storm);
    sim_chop(t.sim, true);
    party_open_udp(&t.a, "10.0.0.1:5060");
    party_open_udp(&t.b, "10.0.0.2:5060");
    party_listen(&t.b, "10.0.0.2:3868");
    party_connect(&t.a, "10.0.0.2:3868");
    t.b.echo = true;
    for (int i = 0; i < 50; i++) {
        char text[16];

        snprintf(text, sizeof(text), "%d-%u", i,
                 (unsigned)dice_below(t.a.net->dice, 1000));
        party_send_to(&t.a, "10.0.0.2:5060", text);
        assert_int_equal(stream_send(t.a.stream, slice_of(text)), IMS_OK);
        sim_run_for(t.sim, MSEC);
    }
    sim_run_quiet(t.sim, SECOND);
    str_printf(&story, "%.*s%.*s%.*s", SLICE_ARG(buf_slice(&taps)),
               SLICE_ARG(buf_slice(&t.a.story)),
               SLICE_ARG(buf_slice(&t.b.story)));
    buf_fini(&taps);
    two_fini(&t);
    return story;
}

struct turns {
    struct two t;
    char who[256];
};

/* A letter a host, as often as its code ran; '.' when it is over. */
static void on_turn(void *ctx, struct sim_host *h)
{
    struct turns *s = ctx;
    size_t n = strlen(s->who);
    char c = h == s->t.host_a ? 'a' : h == s->t.host_b ? 'b' : '.';

    if ((c != '.' || (n && s->who[n - 1] != '.')) && n + 1 < sizeof s->who)
        s->who[n] = c;
}

static void watch(struct turns *s)
{
    sim_run_for(s->t.sim, SECOND);
    memset(s->who, 0, sizeof s->who);
    sim_watch_turns(s->t.sim, on_turn, s);
}

static void assert_turns(struct turns *s, const char *who)
{
    sim_run_for(s->t.sim, SECOND);
    assert_string_equal(s->who, who);
    memset(s->who, 0, sizeof s->who);
}

static void it_is_told_whose_turn_it_is(void **state)
{
    struct turns s = {0};
    struct net_lane *lane;
    struct timer timer = {0};

    (void)state;
    two_init(&s.t, 1);
    party_open_udp(&s.t.a, "10.0.0.1:5060");
    party_open_udp(&s.t.b, "10.0.0.2:5060");
    party_listen(&s.t.b, "10.0.0.2:3868");
    watch(&s);
    party_send_to(&s.t.a, "10.0.0.2:5060", "hello"); /* a datagram */
    assert_turns(&s, "b.");
    party_send_to(&s.t.a, "10.0.0.3:5060", "hello"); /* undeliverable */
    assert_turns(&s, "a.");
    party_connect(&s.t.a, "10.0.0.2:3868"); /* on_accept, on_open */
    assert_turns(&s, "b.a.");
    party_write(&s.t.b, "hello"); /* on_bytes */
    assert_turns(&s, "a.");
    party_close_stream(&s.t.a); /* on_end */
    assert_turns(&s, "b.");
    party_ask(&s.t.a, "ims.example", DNS_A); /* its answer */
    assert_turns(&s, "a.");
    lane = lane_open(s.t.b.net, "disk");
    lane_do(lane, party_on_job, party_on_done, &s.t.b); /* work */
    assert_turns(&s, "b.");
    timer_start(s.t.a.net->timers, &timer, MSEC, party_on_done, &s.t.a);
    assert_turns(&s, "a.");
    lane_close(lane);
    two_fini(&s.t);
}

static void the_same_seed_tells_the_same_story(void **state)
{
    struct str first = stormy_story(99), again = stormy_story(99);
    struct str other = stormy_story(100);

    (void)state;
    assert_has(str_slice(&first), "10.0.0.1:5060 > 10.0.0.2:5060 udp 0-");
    assert_text(str_slice(&again), str_slice(&first));
    assert_false(slice_eq(str_slice(&other), str_slice(&first)));
    str_fini(&first);
    str_fini(&again);
    str_fini(&other);
}

/* ---- the helper for tests above ------------------------------------------ */

static void a_world_host_has_an_env_whose_reports_can_be_read(void **state)
{
    struct sim *s = sim_new(1);
    struct world_host *w = world_host_new(s, "scscf1");
    const struct record_message m = {
        .kind = RECORD_RX,
        .proto = RECORD_SIP,
        .remote = world_addr("10.0.0.1:5060", TRANSPORT_UDP),
        .bytes = S("OPTIONS sip:x SIP/2.0\r\n\r\n")};

    (void)state;
    assert_string_equal(w->env.host, "scscf1.ims.example");
    log_at(w->env.log, LOG_NOTICE, "up %d", 1);
    assert_text(buf_slice(&w->lines), S("notice up 1\n"));
    record_message(w->env.record, &m);
    record_say(w->env.record, (struct record_about){0}, "S-REG-1",
               "TS 24.229 5.4.1.2.1", "chose %s", "AKA");
    assert_text(world_story(w), S("rx 10.0.0.1:5060 OPTIONS sip:x SIP/2.0\n"
                                  "says S-REG-1 chose AKA\n"));
    assert_int_equal(world_says(w, "S-REG-1"), 1);
    assert_int_equal(world_says(w, "S-REG-2"), 0);
    world_host_free(w);
    sim_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_datagram_takes_its_way_in_virtual_time),
        cmocka_unit_test(a_datagram_to_nobody_comes_back_as_undeliverable),
        cmocka_unit_test(an_address_belongs_to_who_bound_it_first),
        cmocka_unit_test(port_0_is_a_port_of_the_worlds_choice),
        cmocka_unit_test(what_no_datagram_can_be_is_refused),
        cmocka_unit_test(rules_lose_and_duplicate_their_share),
        cmocka_unit_test(a_reordered_datagram_lets_the_next_one_pass),
        cmocka_unit_test(the_first_rule_that_matches_counts),
        cmocka_unit_test(a_killed_host_is_silent_and_its_streams_end),
        cmocka_unit_test(a_successor_takes_over_addresses_but_not_the_dice),
        cmocka_unit_test(a_host_killed_while_it_connects_is_heard_no_more),
        cmocka_unit_test(time_passes_only_while_it_is_run),
        cmocka_unit_test(it_is_told_whose_turn_it_is),
        cmocka_unit_test(the_same_seed_tells_the_same_story),
        cmocka_unit_test(a_world_host_has_an_env_whose_reports_can_be_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
