/* SPDX-License-Identifier: MIT */
#include "base/metrics.h"
#include "support/check.h"
#include <stdio.h>

static double value_of(void *ctx)
{
    return *(double *)ctx;
}

static void families_print_in_the_order_of_their_first_use(void **state)
{
    struct metrics *m = metrics_new();
    double value = 0.25;
    char memory[1024];
    struct buf out;

    (void)state;
    *metrics_counter(m, "b_total", "x=\"1\"", "Of b") += 2;
    metrics_gauge(m, "a", "", "Of a", value_of, &value);
    *metrics_counter(m, "b_total", "x=\"2\"", "Of b") += UINT64_MAX;
    *metrics_counter(m, "b_total", "x=\"1\"", "Of b") += 1;
    value = 3;
    buf_over(&out, memory, sizeof(memory));
    metrics_print(m, &out);
    assert_text(buf_slice(&out), S("# HELP b_total Of b\n"
                                   "# TYPE b_total counter\n"
                                   "b_total{x=\"1\"} 3\n"
                                   "b_total{x=\"2\"} 18446744073709551615\n"
                                   "# HELP a Of a\n"
                                   "# TYPE a gauge\n"
                                   "a 3\n"));
    metrics_free(m);
}

static void a_cell_stays_where_it_is(void **state)
{
    struct metrics *m = metrics_new();
    uint64_t *first = metrics_counter(m, "n_total", "", "N");
    char labels[32];

    (void)state;
    for (int i = 0; i < 500; i++) {
        snprintf(labels, sizeof(labels), "i=\"%d\"", i);
        *metrics_counter(m, "n_total", labels, "N") += 1;
    }
    assert_ptr_equal(metrics_counter(m, "n_total", "", "N"), first);
    assert_int_equal(*first, 0);
    metrics_free(m);
}

static void a_counter_may_be_kept_elsewhere(void **state)
{
    struct metrics *m = metrics_new();
    uint64_t kept = 4;
    char memory[256];
    struct buf out;

    (void)state;
    metrics_counter_at(m, "n_total", "", "N", &kept);
    kept++;
    buf_over(&out, memory, sizeof(memory));
    metrics_print(m, &out);
    assert_has(buf_slice(&out), "\nn_total 5\n");
    metrics_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(families_print_in_the_order_of_their_first_use),
        cmocka_unit_test(a_cell_stays_where_it_is),
        cmocka_unit_test(a_counter_may_be_kept_elsewhere),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
