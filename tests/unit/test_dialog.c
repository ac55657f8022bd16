/* SPDX-License-Identifier: MIT */
#include "sip/dialog.h"
#include "support/check.h"
#include "support/world.h"
#include <stdio.h>

/* proves SIP-9 */

struct table {
    struct sim *sim;
    struct world_host *w;
    struct sip_dialogs *ds;
    struct sip_flow flow;
    unsigned ends, timeouts;
    void *user; /* of the last that ended */
};

static void on_end(void *ctx, struct sip_dialog *d, bool timed_out)
{
    struct table *t = ctx;

    t->ends++;
    t->timeouts += timed_out;
    t->user = d->user;
}

static struct table *table_new(size_t most)
{
    struct table *t = test_calloc(1, sizeof(*t));

    t->sim = sim_new(1);
    t->w = world_host_new(t->sim, "p");
    t->ds = sip_dialogs_new(&t->w->env, most);
    sip_dialogs_on_end(t->ds, on_end, t);
    t->flow.remote = world_addr("10.0.0.9:5060", TRANSPORT_UDP);
    return t;
}

static void table_end(struct table *t)
{
    sip_dialogs_free(t->ds);
    world_host_free(t->w);
    sim_free(t->sim);
    test_free(t);
}

/* A message of the dialog between tags a (caller) and b: "INVITE" is a
 * request, "200 INVITE" a response. */
static struct sip_message *message(const char *what, const char *to_tag,
                                   const char *more)
{
    static const struct sip_limits none;
    unsigned status = 0;
    char method[16], start[64], text[2048];
    struct sip_message *m;
    struct why why;

    if (sscanf(what, "%u %15s", &status, method) == 2)
        snprintf(start, sizeof(start), "SIP/2.0 %u x", status);
    else
        snprintf(start, sizeof(start), "%s sip:b@b SIP/2.0",
                 strcpy(method, what));
    snprintf(text, sizeof(text),
             "%s\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\n"
             "From: Alice <sip:alice@a>;tag=a\r\nTo: <sip:bob@b>%s%s\r\n"
             "Call-ID: 1@a\r\nCSeq: 7 %s\r\n%s\r\n",
             start, *to_tag ? ";tag=" : "", to_tag, method, more);
    assert_ok(sip_message_parse(slice_of(text), &none, &m, &why), &why);
    return m;
}

static struct sip_dialog *seen(struct table *t, const char *what,
                               const char *to_tag)
{
    struct sip_message *m = message(what, to_tag, "");
    struct sip_dialog *d =
        sip_dialog_seen(t->ds, m, true, &t->flow, S("<sip:s;lr>"));

    sip_message_drop(m);
    return d;
}

static void pass(struct sip_dialog *d, const char *what, const char *more,
                 bool near_sent)
{
    struct sip_message *m = message(what, "b", more);

    sip_dialog_passed(d, m, near_sent);
    sip_message_drop(m);
}

static void only_some_responses_make_a_dialog(void **state)
{
    static const struct {
        const char *what, *tag;
        bool makes;
    } cases[] = {
        {"100 INVITE", "b", false},   {"180 INVITE", "b", true},
        {"180 INVITE", "", false},    {"200 INVITE", "b", true},
        {"404 INVITE", "b", false},   {"200 MESSAGE", "b", false},
        {"200 SUBSCRIBE", "b", true}, {"180 SUBSCRIBE", "b", false},
        {"202 REFER", "b", true},     {"200 BYE", "b", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct table *t = table_new(0);

        assert_int_equal(seen(t, cases[i].what, cases[i].tag) != NULL,
                         cases[i].makes);
        assert_int_equal(sip_dialogs_count(t->ds), cases[i].makes);
        table_end(t);
    }
}

static void a_dialog_is_found_by_its_party_and_tags(void **state)
{
    struct table *t = table_new(0);
    struct sip_dialog *d = seen(t, "180 INVITE", "b");
    struct sip_message *m = message("INFO", "b", "");

    (void)state;
    assert_ptr_equal(sip_dialog_from_near(t->ds, m), d);
    assert_null(sip_dialog_to_near(t->ds, m));
    assert_text(sip_dialog_call_id(d), S("1@a"));
    assert_text(sip_dialog_near_tag(d), S("a"));
    assert_text(sip_dialog_far_tag(d), S("b"));
    sip_message_drop(m);
    m = message("INFO", "c", "");
    assert_null(sip_dialog_from_near(t->ds, m));
    sip_message_drop(m);
    table_end(t);
}

static void an_early_dialog_is_confirmed_or_fails(void **state)
{
    struct table *t = table_new(0);
    struct sip_dialog *d = seen(t, "180 INVITE", "b");
    struct sip_message *m = message("486 INVITE", "b", "");

    (void)state;
    assert_false(d->confirmed);
    assert_ptr_equal(seen(t, "200 INVITE", "b"), d);
    assert_true(d->confirmed);
    sip_dialog_failed(t->ds, m, true);
    assert_int_equal(sip_dialogs_count(t->ds), 1);
    sip_message_drop(m);
    seen(t, "180 INVITE", "c");
    m = message("486 INVITE", "c", "");
    sip_dialog_failed(t->ds, m, true);
    assert_int_equal(sip_dialogs_count(t->ds), 1);
    assert_int_equal(t->ends, 1);
    assert_int_equal(t->timeouts, 0);
    sip_message_drop(m);
    table_end(t);
}

static void dialogs_end_by_their_time(void **state)
{
    struct table *t = table_new(0);
    struct sip_dialog *d = seen(t, "180 INVITE", "b");

    (void)state;
    sim_run_for(t->sim, 359 * SECOND);
    sip_dialog_refresh(d);
    sim_run_for(t->sim, 359 * SECOND);
    assert_int_equal(sip_dialogs_count(t->ds), 1);
    seen(t, "200 INVITE", "b")->user = t;
    sim_run_for(t->sim, (int64_t)11 * 3600 * SECOND);
    assert_int_equal(sip_dialogs_count(t->ds), 1);
    sim_run_for(t->sim, (int64_t)3600 * SECOND);
    assert_int_equal(sip_dialogs_count(t->ds), 0);
    assert_int_equal(t->timeouts, 1);
    assert_ptr_equal(t->user, t);
    table_end(t);
}

static void an_agreed_session_timer_ends_what_is_not_refreshed(void **state)
{
    struct table *t = table_new(0);
    struct sip_dialog *d = seen(t, "200 INVITE", "b");

    (void)state;
    pass(d, "200 INVITE", "x: 90;refresher=uac\r\n", true);
    assert_int_equal(d->session_s, 90);
    sim_run_for(t->sim, 80 * SECOND);
    pass(d, "200 UPDATE", "Session-Expires: 1800\r\n", false);
    sim_run_for(t->sim, (int64_t)1800 * SECOND);
    assert_int_equal(sip_dialogs_count(t->ds), 1);
    sim_run_for(t->sim, 33 * SECOND);
    assert_int_equal(t->timeouts, 1);
    d = seen(t, "200 INVITE", "b");
    pass(d, "200 INVITE", "x: 90\r\n", true);
    pass(d, "200 INVITE", "", true); /* the timer was given up */
    sim_run_for(t->sim, (int64_t)3600 * SECOND);
    assert_int_equal(sip_dialogs_count(t->ds), 1);
    table_end(t);
}

static void targets_addresses_and_numbers_follow_what_passes(void **state)
{
    struct table *t = table_new(0);
    struct sip_dialog *d = seen(t, "200 INVITE", "b");

    (void)state;
    pass(d, "INVITE", "m: <sip:alice@1.1.1.1>\r\n", true);
    pass(d, "200 INVITE", "m: <sip:bob@2.2.2.2>\r\n", true);
    assert_text(str_slice(&d->near_target), S("sip:alice@1.1.1.1"));
    assert_text(str_slice(&d->far_target), S("sip:bob@2.2.2.2"));
    assert_text(str_slice(&d->near_address), S("Alice <sip:alice@a>;tag=a"));
    assert_text(str_slice(&d->far_address), S("<sip:bob@b>;tag=b"));
    assert_int_equal(d->near_cseq, 7);
    assert_int_equal(d->far_cseq, 0);
    pass(d, "302 INVITE", "m: <sip:elsewhere@3.3.3.3>\r\n", true);
    pass(d, "BYE", "m: <sip:elsewhere@3.3.3.3>\r\n", true);
    assert_text(str_slice(&d->near_target), S("sip:alice@1.1.1.1"));
    assert_text(str_slice(&d->far_target), S("sip:bob@2.2.2.2"));
    table_end(t);
}

static void a_full_table_refuses_and_counts(void **state)
{
    struct table *t = table_new(1);
    struct buf b;

    (void)state;
    assert_non_null(seen(t, "180 INVITE", "b"));
    assert_null(seen(t, "180 INVITE", "c"));
    assert_non_null(seen(t, "200 INVITE", "b"));
    buf_init(&b, 1 << 20);
    metrics_print(t->w->env.metrics, &b);
    assert_has(buf_slice(&b), "imsbox_sip_dialogs_refused_total 1");
    buf_fini(&b);
    table_end(t);
}

static bool is_p(void *ctx, struct slice value)
{
    (void)ctx;
    return slice_starts(value, S("<sip:p"));
}

static void a_route_set_begins_behind_ourselves(void **state)
{
    struct sip_message *m =
        message("200 INVITE", "b",
                "Record-Route: <sip:t;lr>, <sip:s;lr>\r\n"
                "Record-Route: <sip:p1;lr>\r\nRecord-Route: <sip:p2;lr>\r\n");
    char memory[256];
    struct buf b;

    (void)state;
    buf_over(&b, memory, sizeof(memory));
    sip_dialog_route_set(m, true, is_p, NULL, &b);
    assert_text(buf_slice(&b), S("<sip:s;lr>, <sip:t;lr>"));
    buf_reset(&b);
    sip_dialog_route_set(m, false, is_p, NULL, &b);
    assert_text(buf_slice(&b),
                S("<sip:t;lr>, <sip:s;lr>, <sip:p1;lr>, <sip:p2;lr>"));
    sip_message_drop(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_some_responses_make_a_dialog),
        cmocka_unit_test(a_dialog_is_found_by_its_party_and_tags),
        cmocka_unit_test(an_early_dialog_is_confirmed_or_fails),
        cmocka_unit_test(dialogs_end_by_their_time),
        cmocka_unit_test(an_agreed_session_timer_ends_what_is_not_refreshed),
        cmocka_unit_test(targets_addresses_and_numbers_follow_what_passes),
        cmocka_unit_test(a_full_table_refuses_and_counts),
        cmocka_unit_test(a_route_set_begins_behind_ourselves),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
