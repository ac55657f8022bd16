/* SPDX-License-Identifier: MIT */
#include "base/mem.h"
#include "support/two.h"

/* ---- streams ------------------------------------------------------------ */

static void a_stream_opens_carries_bytes_in_order_and_ends(void **state)
{
    struct two t;

    (void)state;
    two_init(&t, 1);
    party_listen(&t.b, "10.0.0.2:3868");
    party_open_udp(&t.a, "10.0.0.1:5060"); /* a's address from now on, */
    party_listen(&t.a, "10.0.0.11:3868");  /* though it has another one */
    party_connect(&t.a, "10.0.0.2:3868");
    t.b.echo = true;
    assert_int_equal(stream_send(t.a.stream, S("before open ")), IMS_OK);
    assert_int_equal(stream_unsent(t.a.stream), 12);
    sim_run_for(t.sim, MSEC);
    assert_int_equal(stream_send(t.a.stream, S("and after\n")), IMS_OK);
    sim_run_for(t.sim, MSEC);
    assert_int_equal(stream_unsent(t.a.stream), 0);
    assert_story(&t.b, "before open and after\n");
    assert_story(&t.a, "open\nbefore open and after\n");
    assert_true(addr_eq_ip(stream_remote(t.b.stream), udp_local(t.a.udp)));
    assert_true(addr_eq(stream_remote(t.b.stream), stream_local(t.a.stream)));
    stream_close(t.a.stream);
    t.a.stream = NULL;
    sim_run_for(t.sim, MSEC);
    assert_story(&t.b, "[CLOSED]\n");
    assert_story(&t.a, "");
    two_fini(&t);
}

static void a_connect_to_nobody_is_refused(void **state)
{
    struct two t;

    (void)state;
    two_init(&t, 1);
    party_connect(&t.a, "10.0.0.2:3868");
    sim_run_for(t.sim, MSEC);
    assert_null(t.a.stream);
    assert_story(&t.a, "[REFUSED]\n");
    two_fini(&t);
}

static void a_connect_through_a_cut_times_out(void **state)
{
    const struct sim_rule cut = {.cut = true};
    struct two t;

    (void)state;
    two_init(&t, 1);
    party_listen(&t.b, "10.0.0.2:3868");
    sim_rule_add(t.sim, &cut);
    party_connect(&t.a, "10.0.0.2:3868");
    sim_run_for(t.sim, 9 * SECOND);
    assert_story(&t.a, "");
    sim_run_for(t.sim, 2 * SECOND);
    assert_story(&t.a, "[TIMEOUT]\n");
    assert_null(t.b.stream);
    two_fini(&t);
}

static void a_connect_gets_through_when_the_cut_ends(void **state)
{
    const struct sim_rule cut = {.cut = true};
    struct two t;

    (void)state;
    two_init(&t, 1);
    party_listen(&t.b, "10.0.0.2:3868");
    sim_rule_add(t.sim, &cut);
    party_connect(&t.a, "10.0.0.2:3868");
    sim_run_for(t.sim, 2 * SECOND);
    sim_rules_clear(t.sim);
    sim_run_for(t.sim, 2 * SECOND);
    assert_story(&t.a, "open\n");
    two_fini(&t);
}

static void a_cut_makes_a_stream_silent_until_it_ends(void **state)
{
    const struct sim_rule cut = {.cut = true};
    struct two t;

    (void)state;
    two_init(&t, 1);
    party_listen(&t.b, "10.0.0.2:3868");
    party_connect(&t.a, "10.0.0.2:3868");
    sim_run_for(t.sim, MSEC);
    sim_rule_add(t.sim, &cut);
    assert_int_equal(stream_send(t.a.stream, S("hello\n")), IMS_OK);
    sim_run_for(t.sim, 20 * SECOND);
    assert_story(&t.b, "");
    sim_rules_clear(t.sim);
    sim_run_for(t.sim, MSEC);
    assert_story(&t.b, "hello\n");
    two_fini(&t);
}

static void unacknowledged_bytes_end_the_stream_at_the_sender(void **state)
{
    const struct sim_rule cut = {.cut = true};
    struct two t;

    (void)state;
    two_init(&t, 1);
    party_listen(&t.b, "10.0.0.2:3868");
    party_connect(&t.a, "10.0.0.2:3868");
    sim_run_for(t.sim, MSEC);
    sim_rule_add(t.sim, &cut);
    assert_int_equal(stream_send(t.a.stream, S("hello\n")), IMS_OK);
    sim_run_for(t.sim, 31 * SECOND);
    assert_story(&t.a, "open\n[TIMEOUT]\n");
    assert_story(&t.b, "");
    sim_rules_clear(t.sim);
    assert_int_equal(stream_send(t.b.stream, S("anybody there?\n")), IMS_OK);
    sim_run_for(t.sim, SECOND); /* the bytes are answered with a reset */
    assert_story(&t.b, "[CLOSED]\n");
    two_fini(&t);
}

static void a_stream_refuses_more_than_its_bound(void **state)
{
    char *half = mem_zalloc(1 << 19);
    struct two t;

    (void)state;
    two_init(&t, 1);
    party_listen(&t.b, "10.0.0.2:3868");
    party_connect(&t.a, "10.0.0.2:3868");
    assert_int_equal(stream_send(t.a.stream, slice_at(half, 1 << 19)), IMS_OK);
    assert_int_equal(stream_send(t.a.stream, slice_at(half, 1 << 19)), IMS_OK);
    assert_int_equal(stream_send(t.a.stream, S("x")), IMS_FULL);
    sim_run_for(t.sim, MSEC);
    assert_int_equal(t.b.story.n, 1 << 20);
    assert_int_equal(stream_send(t.a.stream, S("x")), IMS_OK);
    free(half);
    two_fini(&t);
}

static void closing_sends_what_is_queued_even_before_it_is_open(void **state)
{
    struct two t;

    (void)state;
    two_init(&t, 1);
    party_listen(&t.b, "10.0.0.2:3868");
    party_connect(&t.a, "10.0.0.2:3868");
    assert_int_equal(stream_send(t.a.stream, S("bye\n")), IMS_OK);
    stream_close(t.a.stream);
    t.a.stream = NULL;
    sim_run_for(t.sim, MSEC);
    assert_story(&t.a, "");
    assert_story(&t.b, "bye\n[CLOSED]\n");
    two_fini(&t);
}

static void refuse(void *ctx, struct listener *l, struct stream *s)
{
    (void)l;
    buf_str(&((struct party *)ctx)->story, "refused\n");
    stream_close(s);
}

static void leave(void *ctx, struct listener *l, struct stream *s)
{
    (void)ctx;
    (void)l;
    (void)s;
}

static void an_accepted_stream_is_closed_by_hand_or_when_left(void **state)
{
    struct addr b = world_addr("10.0.0.2:3868", TRANSPORT_TCP);
    struct addr c = world_addr("10.0.0.2:3869", TRANSPORT_TCP);
    struct listener *second = NULL;
    struct two t;

    (void)state;
    two_init(&t, 1);
    assert_ok(stream_listen(t.b.net, &b, refuse, &t.b, &t.b.listener, NULL),
              NULL);
    assert_ok(stream_listen(t.b.net, &c, leave, &t.b, &second, NULL), NULL);
    party_connect(&t.a, "10.0.0.2:3868");
    sim_run_for(t.sim, MSEC);
    assert_story(&t.a, "open\n[CLOSED]\n");
    party_connect(&t.a, "10.0.0.2:3869");
    sim_run_for(t.sim, MSEC);
    assert_story(&t.a, "open\n[CLOSED]\n");
    assert_story(&t.b, "refused\n");
    listener_close(second);
    two_fini(&t);
}

struct portions {
    struct stream *stream;
    size_t count, bytes, longest;
    uint8_t next;
};

static void on_portion(void *ctx, struct stream *s, struct slice bytes)
{
    struct portions *p = ctx;

    (void)s;
    p->count++;
    p->bytes += bytes.n;
    p->longest = bytes.n > p->longest ? bytes.n : p->longest;
    for (size_t i = 0; i < bytes.n; i++)
        assert_int_equal((uint8_t)bytes.p[i], p->next++);
}

static void on_end(void *ctx, struct stream *s, enum ims_err err)
{
    (void)ctx;
    (void)s;
    fail_msg("the stream ended: %s", ims_err_name(err));
}

static const struct stream_handler PORTIONS = {NULL, on_portion, on_end};

static void take_portions(void *ctx, struct listener *l, struct stream *s)
{
    struct portions *p = ctx;

    (void)l;
    p->stream = s;
    stream_take(s, &PORTIONS, p);
}

static void chopped_bytes_come_in_other_portions_but_in_order(void **state)
{
    struct addr at = world_addr("10.0.0.2:3868", TRANSPORT_TCP);
    struct portions p = {0};
    uint8_t byte = 0;
    struct two t;

    (void)state;
    two_init(&t, 7);
    sim_chop(t.sim, true);
    assert_ok(
        stream_listen(t.b.net, &at, take_portions, &p, &t.b.listener, NULL),
        NULL);
    party_connect(&t.a, "10.0.0.2:3868");
    for (int i = 0; i < 100; i++) {
        uint8_t bytes[20];

        for (size_t k = 0; k < sizeof(bytes); k++)
            bytes[k] = byte++;
        assert_int_equal(stream_send(t.a.stream, slice_at(bytes, 20)), IMS_OK);
    }
    sim_run_for(t.sim, SECOND);
    assert_int_equal(p.bytes, 2000);
    assert_true(p.longest > 20); /* joined */
    assert_int_not_equal(p.count, 100);
    stream_close(p.stream);
    two_fini(&t);
}

static void
a_broken_stream_ends_at_both_ends_and_loses_what_was_under_way(void **state)
{
    struct addr other = {.ip = {10, 0, 0, 9}, .family = 4};
    struct two t;

    (void)state;
    two_init(&t, 1);
    party_listen(&t.b, "10.0.0.2:3868");
    party_connect(&t.a, "10.0.0.2:3868");
    sim_run_for(t.sim, MSEC);
    assert_story(&t.a, "open\n");
    sim_break_streams(t.sim, &other); /* somebody else's */
    assert_int_equal(sim_host_figures(t.host_a).streams, 1);
    assert_int_equal(stream_send(t.a.stream, S("lost\n")), IMS_OK);
    sim_break_streams(t.sim, &(struct addr){0});
    assert_story(&t.a, "[CLOSED]\n");
    assert_story(&t.b, "[CLOSED]\n");
    assert_int_equal(sim_host_figures(t.host_a).streams, 0);
    assert_int_equal(sim_host_figures(t.host_b).streams, 0);
    two_fini(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stream_opens_carries_bytes_in_order_and_ends),
        cmocka_unit_test(a_connect_to_nobody_is_refused),
        cmocka_unit_test(a_connect_through_a_cut_times_out),
        cmocka_unit_test(a_connect_gets_through_when_the_cut_ends),
        cmocka_unit_test(a_cut_makes_a_stream_silent_until_it_ends),
        cmocka_unit_test(unacknowledged_bytes_end_the_stream_at_the_sender),
        cmocka_unit_test(a_stream_refuses_more_than_its_bound),
        cmocka_unit_test(closing_sends_what_is_queued_even_before_it_is_open),
        cmocka_unit_test(an_accepted_stream_is_closed_by_hand_or_when_left),
        cmocka_unit_test(chopped_bytes_come_in_other_portions_but_in_order),
        cmocka_unit_test(
            a_broken_stream_ends_at_both_ends_and_loses_what_was_under_way),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
