/* SPDX-License-Identifier: MIT */
#include "sip/dialog.h"
#include "sip/message.h"
#include "support/check.h"
#include "support/world.h"

/* Dialogs as a proxy follows them.
 *
 * proves SIP-9 P-ORG-3 */

struct fixture {
    struct sim *sim;
    struct world_host *w;
    struct sip_dialogs *ds;
    struct sip_listener gm;
    struct sip_flow flow;
};

static void set_up(struct fixture *f, size_t most)
{
    *f = (struct fixture){.sim = sim_new(1)};
    f->w = world_host_new(f->sim, "pcscf1");
    f->ds = sip_dialogs_new(&f->w->env, most);
    f->flow =
        (struct sip_flow){.listener = &f->gm,
                          .remote = world_addr("10.0.0.1:5060", TRANSPORT_UDP)};
}

static void tear_down(struct fixture *f)
{
    sip_dialogs_free(f->ds);
    world_host_free(f->w);
    sim_free(f->sim);
}

/* A message with these tags; status 0: a request. */
static struct sip_message *make(unsigned status, enum sip_method method,
                                const char *from, const char *to)
{
    struct sip_message *m = status ? sip_response_new(status, S("X"))
                                   : sip_request_new(method, S("sip:x"));

    m->method = method;
    sip_set(m, SIP_HDR_CALL_ID, S("call"));
    sip_set_printf(m, SIP_HDR_FROM, "<sip:a>%s%s", from ? ";tag=" : "",
                   from ? from : "");
    sip_set_printf(m, SIP_HDR_TO, "<sip:b>%s%s", to ? ";tag=" : "",
                   to ? to : "");
    return m;
}

static struct sip_dialog *seen(struct fixture *f, unsigned status,
                               enum sip_method method, const char *to,
                               bool near_is_caller)
{
    struct sip_message *m = make(status, method, "f", to);
    struct sip_dialog *d =
        sip_dialog_seen(f->ds, m, near_is_caller, &f->flow, S("<sip:r;lr>"));

    sip_message_drop(m);
    return d;
}

static struct sip_dialog *find(struct fixture *f, bool from_near,
                               const char *from, const char *to)
{
    struct sip_message *m = make(0, SIP_BYE, from, to);
    struct sip_dialog *d = from_near ? sip_dialog_from_near(f->ds, m)
                                     : sip_dialog_to_near(f->ds, m);

    sip_message_drop(m);
    return d;
}

static void only_responses_that_make_a_dialog_do(void **state)
{
    static const struct {
        unsigned status;
        enum sip_method method;
        const char *to;
        bool makes;
    } rows[] = {
        {100, SIP_INVITE, "t", false},   {180, SIP_INVITE, NULL, false},
        {180, SIP_INVITE, "t", true},    {200, SIP_INVITE, "t", true},
        {302, SIP_INVITE, "t", false},   {486, SIP_INVITE, "t", false},
        {200, SIP_SUBSCRIBE, "t", true}, {183, SIP_SUBSCRIBE, "t", false},
        {202, SIP_REFER, "t", true},     {200, SIP_MESSAGE, "t", false},
        {200, SIP_REGISTER, "t", false}, {200, SIP_BYE, "t", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fixture f;

        set_up(&f, 10);
        assert_int_equal(
            seen(&f, rows[i].status, rows[i].method, rows[i].to, true) != NULL,
            rows[i].makes);
        assert_int_equal(sip_dialogs_count(f.ds), rows[i].makes);
        tear_down(&f);
    }
}

static void each_party_finds_its_own_side(void **state)
{
    struct fixture f;
    struct sip_dialog *caller, *callee;

    (void)state;
    set_up(&f, 10);
    caller = seen(&f, 200, SIP_INVITE, "t", true);
    callee = seen(&f, 200, SIP_INVITE, "t", false);
    assert_ptr_not_equal(caller, callee);
    assert_ptr_equal(find(&f, true, "f", "t"), caller);
    assert_ptr_equal(find(&f, true, "t", "f"), callee);
    assert_ptr_equal(find(&f, false, "f", "t"), callee);
    assert_ptr_equal(find(&f, false, "t", "f"), caller);
    assert_null(find(&f, true, "f", "other"));
    assert_null(find(&f, true, "f", NULL));
    sip_dialog_free(caller);
    assert_null(find(&f, true, "f", "t"));
    assert_ptr_equal(find(&f, true, "t", "f"), callee);
    tear_down(&f);
}

static void early_dialogs_fail_and_confirmed_ones_do_not(void **state)
{
    struct fixture f;
    struct sip_message *refusal = make(486, SIP_INVITE, "f", "t");

    (void)state;
    set_up(&f, 10);
    seen(&f, 180, SIP_INVITE, "t", true);
    seen(&f, 183, SIP_INVITE, "u", true);
    sip_dialog_failed(f.ds, refusal, true);
    assert_null(find(&f, true, "f", "t"));
    assert_non_null(find(&f, true, "f", "u"));
    seen(&f, 200, SIP_INVITE, "t", true);
    sip_dialog_failed(f.ds, refusal, true);
    assert_true(find(&f, true, "f", "t")->confirmed);
    sip_message_drop(refusal);
    tear_down(&f);
}

static void silence_ends_a_dialog_in_its_time(void **state)
{
    struct fixture f;

    (void)state;
    set_up(&f, 10);
    seen(&f, 180, SIP_INVITE, "early", true);
    seen(&f, 200, SIP_INVITE, "t", true);
    sim_run_for(f.sim, 361 * (int64_t)SECOND);
    assert_null(find(&f, true, "f", "early"));
    sim_run_for(f.sim, 11 * 3600 * (int64_t)SECOND);
    sip_dialog_refresh(find(&f, true, "f", "t"));
    sim_run_for(f.sim, 11 * 3600 * (int64_t)SECOND);
    assert_non_null(find(&f, true, "f", "t"));
    sim_run_for(f.sim, 2 * 3600 * (int64_t)SECOND);
    assert_int_equal(sip_dialogs_count(f.ds), 0);
    tear_down(&f);
}

static void a_full_table_follows_no_more(void **state)
{
    struct fixture f;

    (void)state;
    set_up(&f, 1);
    assert_non_null(seen(&f, 200, SIP_INVITE, "t", true));
    assert_null(seen(&f, 200, SIP_INVITE, "u", true));
    assert_non_null(seen(&f, 200, SIP_INVITE, "t", true));
    assert_int_equal(*metrics_counter(f.w->env.metrics,
                                      "imsbox_sip_dialogs_refused_total", "",
                                      ""),
                     1);
    tear_down(&f);
}

static bool is_p(void *ctx, struct slice value)
{
    (void)ctx;
    return slice_find(value, S("@p")) >= 0;
}

static void a_route_set_lacks_our_own_entries_next_to_the_party(void **state)
{
    struct sip_message *m = make(200, SIP_INVITE, "f", "t");
    char text[256];
    struct buf out;

    (void)state;
    sip_add_last(m, SIP_HDR_RECORD_ROUTE, S("<sip:1@p;lr>, <sip:2@p;lr>"));
    sip_add_last(m, SIP_HDR_RECORD_ROUTE, S("<sip:s;lr>"));
    sip_add_last(m, SIP_HDR_RECORD_ROUTE, S("<sip:3@p;lr>,<sip:4@p;lr>"));
    buf_over(&out, text, sizeof text);
    sip_dialog_route_set(m, false, is_p, NULL, &out);
    assert_text(buf_slice(&out), S("<sip:s;lr>, <sip:3@p;lr>, <sip:4@p;lr>"));
    buf_over(&out, text, sizeof text);
    sip_dialog_route_set(m, true, is_p, NULL, &out);
    assert_text(buf_slice(&out), S("<sip:s;lr>, <sip:2@p;lr>, <sip:1@p;lr>"));
    sip_message_drop(m);
}

/* ---- what passes within it ------------------------------------------------
 */

static void pass(struct sip_dialog *d, unsigned status, enum sip_method method,
                 const char *contact, const char *interval, bool near_sent)
{
    struct sip_message *m = make(status, method, "f", "t");

    sip_set_printf(m, SIP_HDR_CSEQ, "7 %s", sip_method_name(method).p);
    if (contact)
        sip_set_printf(m, SIP_HDR_CONTACT, "<%s>", contact);
    if (interval)
        sip_set(m, SIP_HDR_SESSION_EXPIRES, slice_of(interval));
    sip_dialog_passed(d, m, near_sent);
    sip_message_drop(m);
}

static void targets_addresses_and_numbers_follow_what_passes(void **state)
{
    struct fixture f;
    struct sip_dialog *d;

    (void)state;
    set_up(&f, 10);
    d = seen(&f, 200, SIP_INVITE, "t", true);
    pass(d, 0, SIP_INVITE, "sip:a@1.1.1.1", NULL, true);
    pass(d, 200, SIP_INVITE, "sip:b@2.2.2.2", NULL, true);
    assert_text(str_slice(&d->near_target), S("sip:a@1.1.1.1"));
    assert_text(str_slice(&d->far_target), S("sip:b@2.2.2.2"));
    assert_text(str_slice(&d->near_address), S("<sip:a>;tag=f"));
    assert_text(str_slice(&d->far_address), S("<sip:b>;tag=t"));
    assert_text(sip_dialog_call_id(d), S("call"));
    assert_text(sip_dialog_near_tag(d), S("f"));
    assert_text(sip_dialog_far_tag(d), S("t"));
    assert_int_equal(d->near_cseq, 7);
    assert_int_equal(d->far_cseq, 0);
    pass(d, 302, SIP_INVITE, "sip:elsewhere@3.3.3.3", NULL, true);
    pass(d, 0, SIP_BYE, "sip:elsewhere@3.3.3.3", NULL, true);
    assert_text(str_slice(&d->near_target), S("sip:a@1.1.1.1"));
    assert_text(str_slice(&d->far_target), S("sip:b@2.2.2.2"));
    tear_down(&f);
}

static void an_agreed_session_timer_ends_what_is_not_refreshed(void **state)
{
    struct fixture f;
    struct sip_dialog *d;

    (void)state;
    set_up(&f, 10);
    d = seen(&f, 200, SIP_INVITE, "t", true);
    pass(d, 200, SIP_INVITE, NULL, "90;refresher=uac", true);
    assert_int_equal(d->session_s, 90);
    sim_run_for(f.sim, 80 * (int64_t)SECOND);
    pass(d, 200, SIP_UPDATE, NULL, "1800", false);
    sim_run_for(f.sim, 1800 * (int64_t)SECOND);
    assert_int_equal(sip_dialogs_count(f.ds), 1);
    sim_run_for(f.sim, 33 * (int64_t)SECOND);
    assert_int_equal(sip_dialogs_count(f.ds), 0);
    d = seen(&f, 200, SIP_INVITE, "t", true);
    pass(d, 200, SIP_INVITE, NULL, "90", true);
    pass(d, 200, SIP_INVITE, NULL, NULL, true); /* the timer was given up */
    sim_run_for(f.sim, 3600 * (int64_t)SECOND);
    assert_int_equal(sip_dialogs_count(f.ds), 1);
    tear_down(&f);
}

/* ---- subscriptions --------------------------------------------------------
 */

/* A message with one header more passes. */
static void tell(struct sip_dialog *d, unsigned status, enum sip_method method,
                 enum sip_header_id id, const char *value)
{
    struct sip_message *m = make(status, method, "f", "t");

    if (value)
        sip_set(m, id, slice_of(value));
    sip_dialog_passed(d, m, true);
    sip_message_drop(m);
}

/* It is there until so many seconds from now. */
static void lasts(struct fixture *f, int64_t seconds)
{
    sim_run_for(f->sim, (seconds - 1) * SECOND);
    assert_int_equal(sip_dialogs_count(f->ds), 1);
    sim_run_for(f->sim, 2 * SECOND);
    assert_int_equal(sip_dialogs_count(f->ds), 0);
}

enum { GRANTED = 7200, LATER = 128 };

static void a_subscription_lasts_as_long_as_it_is_said_to(void **state)
{
    static const struct {
        unsigned status; /* 0: the request */
        enum sip_method method;
        enum sip_header_id id;
        const char *value;
        int64_t seconds;
    } rows[] = {
        {200, SIP_SUBSCRIBE, SIP_HDR_EXPIRES, "600000", 600000},
        {202, SIP_SUBSCRIBE, SIP_HDR_EXPIRES, "60", 60},
        {200, SIP_SUBSCRIBE, SIP_HDR_EXPIRES, "0", 0},
        {200, SIP_SUBSCRIBE, SIP_HDR_EXPIRES, NULL, 3600},
        {202, SIP_REFER, SIP_HDR_EXPIRES, NULL, 360},
        {423, SIP_SUBSCRIBE, SIP_HDR_EXPIRES, NULL, GRANTED},
        {200, SIP_INFO, SIP_HDR_EXPIRES, "5", GRANTED},
        {0, SIP_SUBSCRIBE, SIP_HDR_EXPIRES, "0", GRANTED},
        {0, SIP_NOTIFY, SIP_HDR_SUBSCRIPTION_STATE, "active;expires=60", 60},
        {0, SIP_NOTIFY, SIP_HDR_SUBSCRIPTION_STATE, "pending;expires=9000",
         9000},
        {0, SIP_NOTIFY, SIP_HDR_SUBSCRIPTION_STATE, "active", GRANTED},
        {0, SIP_NOTIFY, SIP_HDR_SUBSCRIPTION_STATE, ";=", GRANTED},
        {0, SIP_NOTIFY, SIP_HDR_SUBSCRIPTION_STATE, NULL, GRANTED},
        {0, SIP_NOTIFY, SIP_HDR_SUBSCRIPTION_STATE, "Terminated;reason=timeout",
         0},
        {0, SIP_NOTIFY, SIP_HDR_SUBSCRIPTION_STATE, "terminated;expires=60", 0},
        {200, SIP_NOTIFY, SIP_HDR_EXPIRES, "5", GRANTED},
        {481, SIP_NOTIFY, SIP_HDR_EXPIRES, NULL, 0},
        {481, SIP_SUBSCRIBE, SIP_HDR_EXPIRES, NULL, 0},
        {404, SIP_SUBSCRIBE, SIP_HDR_EXPIRES, NULL, 0},
        {485, SIP_NOTIFY, SIP_HDR_EXPIRES, NULL, 0},
        {604, SIP_NOTIFY, SIP_HDR_EXPIRES, NULL, 0},
        {407, SIP_NOTIFY, SIP_HDR_EXPIRES, NULL, GRANTED},
        {486, SIP_SUBSCRIBE, SIP_HDR_EXPIRES, NULL, GRANTED},
        {503, SIP_SUBSCRIBE, SIP_HDR_EXPIRES, NULL, GRANTED},
        {481, SIP_INFO, SIP_HDR_EXPIRES, NULL, GRANTED},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fixture f;
        struct sip_dialog *d;

        set_up(&f, 10);
        d = seen(&f, 200, SIP_SUBSCRIBE, "t", true);
        tell(d, 200, SIP_SUBSCRIBE, SIP_HDR_EXPIRES, "7200");
        tell(d, rows[i].status, rows[i].method, rows[i].id, rows[i].value);
        lasts(&f, rows[i].seconds + LATER);
        tear_down(&f);
    }
}

static void what_passes_does_not_prolong_a_subscription(void **state)
{
    struct fixture f;
    struct sip_dialog *d;

    (void)state;
    set_up(&f, 10);
    d = seen(&f, 200, SIP_SUBSCRIBE, "t", true);
    tell(d, 200, SIP_SUBSCRIBE, SIP_HDR_EXPIRES, "600");
    sim_run_for(f.sim, 500 * SECOND);
    tell(d, 0, SIP_NOTIFY, SIP_HDR_SUBSCRIPTION_STATE, "active");
    lasts(&f, 100 + LATER);
    tear_down(&f);
}

/* RFC 5057 4.2: who has been transferred tells how it went after BYE too. */
static void bye_leaves_the_subscription_of_a_dialog(void **state)
{
    struct fixture f;
    struct sip_dialog *d;

    (void)state;
    set_up(&f, 10);
    d = seen(&f, 200, SIP_INVITE, "t", true);
    tell(d, 202, SIP_REFER, SIP_HDR_EXPIRES, NULL);
    tell(d, 0, SIP_NOTIFY, SIP_HDR_SUBSCRIPTION_STATE, "active;expires=60");
    sip_dialog_end_session(d);
    assert_ptr_equal(find(&f, true, "f", "t"), d);
    /* a 2xx to the INVITE that is repeated does not bring the session back */
    assert_ptr_equal(seen(&f, 200, SIP_INVITE, "t", true), d);
    tell(d, 0, SIP_NOTIFY, SIP_HDR_SUBSCRIPTION_STATE, "terminated");
    lasts(&f, LATER);
    tear_down(&f);
}

static void a_session_lasts_when_its_subscription_has_ended(void **state)
{
    struct fixture f;
    struct sip_dialog *d;

    (void)state;
    set_up(&f, 10);
    d = seen(&f, 200, SIP_INVITE, "t", true);
    tell(d, 202, SIP_REFER, SIP_HDR_EXPIRES, NULL);
    tell(d, 0, SIP_NOTIFY, SIP_HDR_SUBSCRIPTION_STATE, "terminated");
    sim_run_for(f.sim, 3600 * (int64_t)SECOND);
    assert_ptr_equal(find(&f, true, "f", "t"), d);
    sip_dialog_end_session(d);
    assert_null(find(&f, true, "f", "t"));
    tear_down(&f);
}

static void bye_is_nothing_to_a_subscription(void **state)
{
    struct fixture f;
    struct sip_dialog *d;

    (void)state;
    set_up(&f, 10);
    d = seen(&f, 200, SIP_SUBSCRIBE, "t", true);
    tell(d, 200, SIP_SUBSCRIBE, SIP_HDR_EXPIRES, "600");
    sip_dialog_end_session(d);
    assert_ptr_equal(find(&f, true, "f", "t"), d);
    tear_down(&f);
}

static void some_requests_ask_for_an_end(void **state)
{
    static const struct {
        enum sip_method method;
        enum sip_header_id id;
        const char *value;
        bool is_end;
    } rows[] = {
        {SIP_BYE, SIP_HDR_EXPIRES, NULL, true},
        {SIP_SUBSCRIBE, SIP_HDR_EXPIRES, "0", true},
        {SIP_SUBSCRIBE, SIP_HDR_EXPIRES, "1", false},
        {SIP_SUBSCRIBE, SIP_HDR_EXPIRES, "soon", false},
        {SIP_SUBSCRIBE, SIP_HDR_EXPIRES, NULL, false},
        {SIP_NOTIFY, SIP_HDR_SUBSCRIPTION_STATE, "terminated", true},
        {SIP_NOTIFY, SIP_HDR_SUBSCRIPTION_STATE, "active;expires=9", false},
        {SIP_NOTIFY, SIP_HDR_SUBSCRIPTION_STATE, "active", false},
        {SIP_NOTIFY, SIP_HDR_SUBSCRIPTION_STATE, NULL, false},
        {SIP_INVITE, SIP_HDR_EXPIRES, "0", false},
        {SIP_REFER, SIP_HDR_EXPIRES, NULL, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct sip_message *m = make(0, rows[i].method, "f", "t");

        if (rows[i].value)
            sip_set(m, rows[i].id, slice_of(rows[i].value));
        assert_int_equal(sip_dialog_is_end(m), rows[i].is_end);
        sip_message_drop(m);
    }
}

struct ends {
    unsigned count, timed_out;
    void *user; /* of the last one */
};

static void on_end(void *ctx, struct sip_dialog *d, bool timed_out)
{
    struct ends *e = ctx;

    e->count++;
    e->timed_out += timed_out;
    e->user = d->user;
}

static void each_end_is_told_once_with_its_user(void **state)
{
    struct fixture f;
    struct ends ends = {0};

    (void)state;
    set_up(&f, 10);
    sip_dialogs_on_end(f.ds, on_end, &ends);
    sip_dialog_free(seen(&f, 200, SIP_INVITE, "t", true));
    assert_int_equal(ends.count, 1);
    assert_null(ends.user);
    seen(&f, 180, SIP_INVITE, "u", true)->user = &f;
    sim_run_for(f.sim, 361 * (int64_t)SECOND);
    assert_int_equal(ends.count, 2);
    assert_int_equal(ends.timed_out, 1);
    assert_ptr_equal(ends.user, &f);
    seen(&f, 180, SIP_INVITE, "v", true);
    tear_down(&f);
    assert_int_equal(ends.count, 3);
    assert_int_equal(ends.timed_out, 1);
}

/* RFC 3261 13.3.1.4: found by the worlds of seeds 117, 151 and 347 */
static void a_late_2xx_does_not_make_an_ended_dialog_anew(void **state)
{
    struct fixture f;
    struct ends ends = {0};
    struct sip_dialog *d;

    (void)state;
    set_up(&f, 10);
    sip_dialogs_on_end(f.ds, on_end, &ends);
    d = seen(&f, 200, SIP_INVITE, "t", true);
    sip_dialog_end(d);
    sip_dialog_end(d);
    assert_int_equal(ends.count, 1);
    assert_int_equal(sip_dialogs_count(f.ds), 0);
    assert_null(find(&f, true, "f", "t"));
    sim_run_for(f.sim, 127 * (int64_t)SECOND);
    assert_null(seen(&f, 200, SIP_INVITE, "t", true));
    assert_non_null(seen(&f, 200, SIP_INVITE, "u", true));
    sim_run_for(f.sim, 2 * (int64_t)SECOND);
    assert_int_equal(sip_dialogs_count(f.ds), 1);
    assert_non_null(seen(&f, 200, SIP_INVITE, "t", true));
    assert_int_equal(ends.count, 1);
    tear_down(&f);
    assert_int_equal(ends.count, 3);
    assert_int_equal(ends.timed_out, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_responses_that_make_a_dialog_do),
        cmocka_unit_test(each_party_finds_its_own_side),
        cmocka_unit_test(early_dialogs_fail_and_confirmed_ones_do_not),
        cmocka_unit_test(silence_ends_a_dialog_in_its_time),
        cmocka_unit_test(a_full_table_follows_no_more),
        cmocka_unit_test(a_route_set_lacks_our_own_entries_next_to_the_party),
        cmocka_unit_test(targets_addresses_and_numbers_follow_what_passes),
        cmocka_unit_test(an_agreed_session_timer_ends_what_is_not_refreshed),
        cmocka_unit_test(a_subscription_lasts_as_long_as_it_is_said_to),
        cmocka_unit_test(what_passes_does_not_prolong_a_subscription),
        cmocka_unit_test(bye_leaves_the_subscription_of_a_dialog),
        cmocka_unit_test(a_session_lasts_when_its_subscription_has_ended),
        cmocka_unit_test(bye_is_nothing_to_a_subscription),
        cmocka_unit_test(some_requests_ask_for_an_end),
        cmocka_unit_test(each_end_is_told_once_with_its_user),
        cmocka_unit_test(a_late_2xx_does_not_make_an_ended_dialog_anew),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
