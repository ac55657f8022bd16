/* SPDX-License-Identifier: MIT */
#include "load/arrivals.h"
#include "load/reflector.h"
#include "load/report.h"
#include "net/sim.h"
#include "support/check.h"

/* A load of 20 phones and a reflector, in the simulator. */
struct bench {
    struct sim *sim;
    struct sim_host *phones, *middle;
    struct load *load;
    struct reflector *reflector;
};

static void begin(struct bench *b, unsigned each, enum load_auth auth)
{
    struct load_options l = {.domain = "ims.example",
                             .auth = auth,
                             .phones = 20,
                             .each = each,
                             .units = 10,
                             .proxy_count = 1,
                             .timeout_us = 8 * SECOND};
    struct reflector_options r = {
        .each = each, .auth = auth, .domain = "ims.example"};
    struct why why;

    b->sim = sim_new(1);
    b->phones = sim_host_new(b->sim, "phones");
    b->middle = sim_host_new(b->sim, "reflector");
    assert_true(addr_parse_ip(S("127.0.1.1"), &l.first));
    l.first.port = 20000;
    l.first.transport = TRANSPORT_UDP;
    assert_true(addr_parse_ip(S("127.0.0.1"), &l.proxies[0]));
    l.proxies[0].port = 5060;
    l.proxies[0].transport = TRANSPORT_UDP;
    l.net = sim_host_net(b->phones);
    r.net = sim_host_net(b->middle);
    r.local = l.proxies[0];
    r.first = l.first;
    assert_int_equal(load_new(&l, &b->load, &why), IMS_OK);
    assert_int_equal(reflector_new(&r, &b->reflector, &why), IMS_OK);
}

static void end(struct bench *b)
{
    load_free(b->load);
    reflector_free(b->reflector);
    sim_host_free(b->phones);
    sim_host_free(b->middle);
    sim_free(b->sim);
}

static const struct load_count *count(const struct bench *b,
                                      enum load_kind kind)
{
    return &load_figures(b->load)->kinds[kind];
}

static void do_units(struct bench *b, enum load_kind kind, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        load_begin(b->load, kind, sim_clock(b->sim)->mono_us);
        sim_run_for(b->sim, 10 * MSEC);
    }
    sim_run_for(b->sim, 10 * SECOND);
    assert_int_equal(load_running(b->load), 0);
}

static void every_kind_of_unit_ends_well(void **state)
{
    static const unsigned shared[] = {1, 5};
    static const enum load_auth auths[] = {LOAD_AKA, LOAD_DIGEST};

    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        struct bench b;

        begin(&b, shared[i], auths[i]);
        for (unsigned k = 0; k < LOAD_KINDS; k++) {
            do_units(&b, (enum load_kind)k, 40);
            assert_int_equal(count(&b, k)->done, 40);
            assert_int_equal(count(&b, k)->begun, 40);
            assert_int_equal(count(&b, k)->again, 0);
            assert_int_equal(count(&b, k)->latency.count, 40);
        }
        assert_int_equal(count(&b, LOAD_REGISTER)->challenged, 40);
        assert_int_equal(count(&b, LOAD_REREGISTER)->challenged, 0);
        assert_int_equal(count(&b, LOAD_CALL)->answered.count, 40);
        assert_int_equal(load_figures(b.load)->unreadable, 0);
        end(&b);
    }
}

/* By way of the reflector 100 us each: REGISTER 401 REGISTER 200. */
static void latency_is_what_the_network_takes(void **state)
{
    struct bench b;

    (void)state;
    begin(&b, 1, LOAD_AKA);
    do_units(&b, LOAD_REGISTER, 1);
    do_units(&b, LOAD_CALL, 1);
    assert_int_equal(count(&b, LOAD_REGISTER)->latency.max_us, 400);
    assert_int_equal(count(&b, LOAD_CALL)->answered.max_us, 400);
    assert_int_equal(count(&b, LOAD_CALL)->latency.max_us, 1000);
    end(&b);
}

static void what_is_lost_is_sent_again(void **state)
{
    struct sim_rule rain = {.lose = 150000};
    struct bench b;

    (void)state;
    begin(&b, 1, LOAD_AKA);
    do_units(&b, LOAD_REGISTER, 20);
    sim_rule_add(b.sim, &rain);
    for (unsigned k = 0; k < LOAD_KINDS; k++) {
        load_forget_figures(b.load);
        do_units(&b, (enum load_kind)k, 8);
        assert_true(count(&b, k)->done >= 6);
        assert_true(count(&b, k)->again > 0);
        assert_int_equal(count(&b, k)->refused, 0);
        assert_int_equal(count(&b, k)->done + count(&b, k)->timed_out, 8);
    }
    end(&b);
}

static void what_has_no_answer_ends_after_its_time(void **state)
{
    struct sim_rule silence = {.cut = true};
    struct bench b;

    (void)state;
    begin(&b, 1, LOAD_AKA);
    sim_rule_add(b.sim, &silence);
    for (unsigned k = 0; k < LOAD_KINDS; k++) {
        do_units(&b, (enum load_kind)k, 12);
        assert_int_equal(count(&b, k)->timed_out, 10);
        assert_int_equal(count(&b, k)->skipped, 2);
    }
    end(&b);
}

static void on_done(void *ctx)
{
    ++*(unsigned *)ctx;
}

/* By chance the number of 400 varies by 20: 5 times that is not seen. */
static void a_call_that_stays_is_done_and_keeps_its_unit(void **state)
{
    static const struct load_scope stays[] = {{.stay = LOAD_RINGING},
                                              {.stay = LOAD_TALKING}};
    struct bench b;

    (void)state;
    begin(&b, 1, LOAD_AKA);
    for (unsigned i = 0; i < 2; i++) {
        load_set_scope(b.load, &stays[i]);
        do_units(&b, LOAD_CALL, 4);
        assert_int_equal(count(&b, LOAD_CALL)->done, 4 * (i + 1));
        assert_int_equal(count(&b, LOAD_CALL)->answered.count, 4 * i);
    }
    load_set_scope(b.load, &(struct load_scope){0});
    do_units(&b, LOAD_CALL, 2);
    do_units(&b, LOAD_CALL, 1); /* 8 of 10 units stay */
    assert_int_equal(count(&b, LOAD_CALL)->done, 11);
    assert_int_equal(count(&b, LOAD_CALL)->again, 0);
    end(&b);
}

static void a_scope_is_the_first_phones(void **state)
{
    struct bench b;

    (void)state;
    begin(&b, 1, LOAD_AKA);
    load_set_scope(b.load, &(struct load_scope){.among = 4});
    do_units(&b, LOAD_REGISTER, 8);
    assert_int_equal(count(&b, LOAD_REGISTER)->done, 8);
    load_set_scope(b.load, &(struct load_scope){.among = 6});
    load_forget_figures(b.load);
    do_units(&b, LOAD_REREGISTER, 6);
    /* four have credentials, two do not */
    assert_int_equal(count(&b, LOAD_REREGISTER)->challenged, 2);
    end(&b);
}

static void arrivals_come_at_their_rate_and_end(void **state)
{
    static const struct {
        bool evenly;
        uint64_t most;
        unsigned least, greatest;
    } rows[] = {{true, 0, 400, 401}, {false, 0, 300, 500}, {true, 50, 50, 50}};

    (void)state;
    for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arrivals a;
        unsigned done = 0;
        struct bench b;

        begin(&b, 1, LOAD_AKA);
        arrivals_begin(&a, &(struct arrivals_options){
                               .load = b.load,
                               .net = sim_host_net(b.phones),
                               .share = {[LOAD_REGISTER] = 3, [LOAD_CALL] = 1},
                               .rate = 200,
                               .evenly = rows[i].evenly,
                               .most = rows[i].most,
                               .during_us = 2 * SECOND,
                               .on_done = on_done,
                               .ctx = &done});
        sim_run_for(b.sim, SECOND);
        assert_int_equal(done, rows[i].most ? 1 : 0);
        sim_run_for(b.sim, 2 * SECOND);
        assert_int_equal(done, 1);
        assert_int_equal(load_running(b.load), 0);
        assert_in_range(a.begun, rows[i].least, rows[i].greatest);
        assert_in_range(count(&b, LOAD_REGISTER)->done, a.begun * 6 / 10,
                        a.begun * 9 / 10);
        assert_int_equal(count(&b, LOAD_REGISTER)->done +
                             count(&b, LOAD_CALL)->done,
                         a.begun);
        assert_true(figures_are_fine(load_figures(b.load)));
        end(&b);
    }
}

static void a_quantile_is_right_to_three_percent(void **state)
{
    static const struct {
        double part;
        int64_t us;
    } rows[] = {{0.5, 50000}, {0.9, 90000}, {0.99, 99000}, {1.0, 100000}};
    struct histogram h = {0};

    (void)state;
    assert_int_equal(histogram_quantile(&h, 0.5), 0);
    for (int64_t us = 1; us <= 100000; us++)
        histogram_add(&h, us);
    for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t q = histogram_quantile(&h, rows[i].part);

        assert_true(q >= rows[i].us && q <= rows[i].us * 103 / 100);
    }
    assert_int_equal(h.max_us, 100000);
}

static void small_latencies_are_exact(void **state)
{
    (void)state;
    for (int64_t us = 0; us < 64; us++) {
        struct histogram h = {0};

        histogram_add(&h, us);
        histogram_add(&h, 1 << 20);
        assert_int_equal(histogram_quantile(&h, 0.5), us);
    }
}

static void a_subscriber_is_known_by_his_uri(void **state)
{
    static const struct {
        const char *uri;
        int number; /* -1: none */
    } rows[] = {
        {"sip:user000007@ims.example", 7},
        {"sip:user123456@10.0.0.1:5", 123456},
        {"sip:user12345", -1},
        {"sip:alice@ims.example", -1},
        {"sips:user000007@x", -1},
    };

    (void)state;
    for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++) {
        unsigned number = 0;
        bool is = subscriber_number(slice_of(rows[i].uri), &number);

        assert_int_equal(is, rows[i].number >= 0);
        if (is)
            assert_int_equal(number, rows[i].number);
    }
}

static void who_is_missing_registers_and_nobody_else(void **state)
{
    struct bench b;

    (void)state;
    begin(&b, 1, LOAD_AKA);
    do_units(&b, LOAD_REGISTER, 13);
    assert_int_equal(load_registered(b.load), 13);
    load_set_scope(b.load, &(struct load_scope){.missing = true});
    do_units(&b, LOAD_REGISTER, 7);
    assert_int_equal(load_registered(b.load), 20);
    assert_int_equal(count(&b, LOAD_REGISTER)->done, 20);
    do_units(&b, LOAD_REGISTER, 1);
    assert_int_equal(count(&b, LOAD_REGISTER)->begun, 20);
    assert_int_equal(count(&b, LOAD_REGISTER)->skipped, 1);
    do_units(&b, LOAD_CALL, 1);
    assert_int_equal(count(&b, LOAD_CALL)->done, 1);
    end(&b);
}

/* Until its answer comes. */
static void who_fails_to_register_again_is_missing(void **state)
{
    struct sim_rule silence = {.cut = true};
    struct bench b;

    (void)state;
    begin(&b, 1, LOAD_AKA);
    do_units(&b, LOAD_REGISTER, 20);
    sim_rule_add(b.sim, &silence);
    do_units(&b, LOAD_REREGISTER, 1);
    assert_int_equal(load_registered(b.load), 19);
    end(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_of_unit_ends_well),
        cmocka_unit_test(latency_is_what_the_network_takes),
        cmocka_unit_test(what_is_lost_is_sent_again),
        cmocka_unit_test(what_has_no_answer_ends_after_its_time),
        cmocka_unit_test(a_call_that_stays_is_done_and_keeps_its_unit),
        cmocka_unit_test(a_scope_is_the_first_phones),
        cmocka_unit_test(who_is_missing_registers_and_nobody_else),
        cmocka_unit_test(who_fails_to_register_again_is_missing),
        cmocka_unit_test(arrivals_come_at_their_rate_and_end),
        cmocka_unit_test(a_quantile_is_right_to_three_percent),
        cmocka_unit_test(small_latencies_are_exact),
        cmocka_unit_test(a_subscriber_is_known_by_his_uri),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
