/* SPDX-License-Identifier: MIT
 *
 * What the dashboard remembers for its charts: figures out of the nodes'
 * metrics, how long calls took to ring, and no more than it may.
 */
#include "imsbox/dashboard/history.h"
#include "support/check.h"
#include <stdio.h>

static int set_up(void **state)
{
    *state = history_new(2);
    return 0;
}

static int tear_down(void **state)
{
    history_free(*state);
    return 0;
}

/* All of it behind `after` as JSON holds (or lacks) a text. */
static bool tells(const struct history *h, uint64_t after, const char *text)
{
    struct buf b;
    struct json j;
    bool found;

    buf_init(&b, 1 << 20);
    json_init(&j, &b);
    json_object_begin(&j);
    history_put(h, after, &j);
    json_object_end(&j);
    found = slice_find(buf_slice(&b), slice_of(text)) >= 0;
    buf_fini(&b);
    return found;
}

static const char scscf[] =
    "# HELP imsbox_bindings What\n"
    "imsbox_registered_sets 3\n"
    "imsbox_bindings 4\n"
    "imsbox_registrations_total{result=\"accepted\"} 7\n"
    "imsbox_registrations_total{result=\"challenged\"} 9\n"
    "imsbox_registrations_total{result=\"refused\"} 1\n"
    "imsbox_registrations_total{result=\"expired\"} 100\n"
    "imsbox_sip_refused_total 1\n"
    "imsbox_sip_requests_rejected_total{reason=\"limit\"} 2\n"
    "imsbox_sip_requests_rejected_total{reason=\"draining\"} 4\n"
    "imsbox_sip_timeouts_total 8\n"
    "imsbox_diameter_refused_total 16\n"
    "imsbox_sip_retransmissions_total 5\n"
    "imsbox_sip_received_total{transport=\"udp\"} 10\n"
    "imsbox_sip_received_total{transport=\"tcp\"} 20\n"
    "imsbox_diameter_received_total{kind=\"answer\"} 30\n"
    "imsbox_process_cpu_seconds 0.125\n"
    "imsbox_process_resident_bytes 7467008\n"
    "nonsense\n";

static void metrics_become_figures(void **state)
{
    struct history *h = *state;

    history_begin(h, 5 * SECOND);
    history_add(h, 1, slice_of(scscf), 6);
    assert_false(tells(h, 0, "\"number\"")); /* not before its end */
    history_end(h);
    assert_int_equal(history_last(h), 1);
    assert_true(tells(h, 0,
                      "\"samples\":[{\"number\":1,\"wall_ms\":5000,"
                      "\"setup_ms\":null,\"nodes\":[null,[3,4,7,9,1,15,16,5,"
                      "60,0.125,7467008,6]]}]"));
    assert_true(tells(h, 0, "\"figures\":[\"registered_sets\",\"bindings\","));
}

/* No figure of the sample whose place it takes. */
static void a_node_that_does_not_answer_is_not_known(void **state)
{
    struct history *h = *state;

    for (unsigned i = 0; i < HISTORY_SAMPLES; i++) {
        history_begin(h, i * SECOND);
        history_add(h, 0, slice_of(scscf), 0);
        history_add(h, 1, slice_of(scscf), 0);
        history_end(h);
    }
    history_begin(h, HISTORY_SAMPLES * SECOND);
    history_end(h);
    assert_true(tells(h, HISTORY_SAMPLES, "\"nodes\":[null,null]"));
}

static void what_is_known_is_not_told_again(void **state)
{
    struct history *h = *state;

    for (unsigned i = 1; i <= 3; i++) {
        history_begin(h, i * SECOND);
        history_end(h);
    }
    assert_false(tells(h, 2, "\"number\":2"));
    assert_true(tells(h, 2, "\"number\":3"));
    assert_false(tells(h, 3, "\"number\""));
    assert_true(tells(h, 400, "\"number\":1")); /* of another life */
}

static void the_oldest_sample_is_forgotten(void **state)
{
    struct history *h = *state;
    char text[40];

    for (unsigned i = 0; i < 3 * HISTORY_SAMPLES; i++) {
        history_begin(h, i * SECOND);
        history_end(h);
    }
    snprintf(text, sizeof text, "\"samples\":[{\"number\":%d,",
             2 * HISTORY_SAMPLES + 2);
    assert_true(tells(h, 0, text));
    snprintf(text, sizeof text, "\"number\":%d,", 3 * HISTORY_SAMPLES);
    assert_true(tells(h, 0, text));
}

static void setup_times_are_ranked(void **state)
{
    static const struct {
        unsigned calls; /* of 1 ms, 2 ms, ... */
        const char *expected;
    } rows[] = {
        {1, "\"setup_ms\":[1,1,1]"},
        {2, "\"setup_ms\":[1,2,2]"},
        {100, "\"setup_ms\":[50,95,99]"},
        {1000, "\"setup_ms\":[500,950,990]"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct history *h = history_new(0);

        for (unsigned c = rows[i].calls; c > 0; c--)
            history_add_setup(h, 10 * SECOND, (int64_t)c * MSEC);
        history_begin(h, 11 * SECOND);
        history_end(h);
        assert_true(tells(h, 0, rows[i].expected));
        history_free(h);
    }
}

static void only_calls_of_late_are_ranked(void **state)
{
    struct history *h = *state;

    history_add_setup(h, 10 * SECOND, 7 * MSEC);
    history_add_setup(h, 20 * SECOND, 9 * MSEC);
    history_begin(h, 45 * SECOND);
    history_end(h);
    assert_true(tells(h, 0, "\"setup_ms\":[9,9,9]"));
    history_begin(h, 60 * SECOND);
    history_end(h);
    assert_true(tells(h, 1, "\"setup_ms\":null"));
}

static void the_oldest_calls_are_forgotten(void **state)
{
    struct history *h = *state;

    history_add_setup(h, SECOND, 900 * MSEC);
    for (unsigned i = 0; i < HISTORY_SETUPS; i++)
        history_add_setup(h, SECOND, MSEC);
    history_begin(h, SECOND);
    history_end(h);
    assert_true(tells(h, 0, "\"setup_ms\":[1,1,1]"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(metrics_become_figures, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(
            a_node_that_does_not_answer_is_not_known, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_known_is_not_told_again, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(the_oldest_sample_is_forgotten, set_up,
                                        tear_down),
        cmocka_unit_test(setup_times_are_ranked),
        cmocka_unit_test_setup_teardown(only_calls_of_late_are_ranked, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(the_oldest_calls_are_forgotten, set_up,
                                        tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
