/* SPDX-License-Identifier: MIT */
#include "base/dice.h"
#include "base/mem.h"
#include "net/timer.h"
#include "support/check.h"

struct bench {
    struct clock clock;
    struct timers timers;
    char fired[64];
    size_t n;
    struct ticker {
        struct bench *b;
        struct timer t;
        char name;
    } ticker[8];
};

static void bench_init(struct bench *b)
{
    *b = (struct bench){.clock = {.mono_us = 5000}};
    timers_init(&b->timers, &b->clock);
    for (size_t i = 0; i < 8; i++) {
        b->ticker[i].b = b;
        b->ticker[i].name = (char)('a' + i);
    }
}

static void note(void *ctx)
{
    struct ticker *k = ctx;

    assert_false(timer_runs(&k->t));
    k->b->fired[k->b->n++] = k->name;
}

static void start(struct bench *b, size_t i, int64_t us)
{
    timer_start(&b->timers, &b->ticker[i].t, us, note, &b->ticker[i]);
}

static void assert_fired(struct bench *b, const char *names)
{
    assert_text(slice_at(b->fired, b->n), slice_of(names));
    b->n = 0;
}

static void timers_fire_by_deadline_then_by_order_of_starting(void **state)
{
    struct bench b;

    (void)state;
    bench_init(&b);
    start(&b, 0, 300);
    start(&b, 1, 100);
    start(&b, 2, 100);
    start(&b, 3, 200);
    start(&b, 1, 100); /* anew: now behind c */
    assert_int_equal(timers_next_us(&b.timers), 100);
    assert_int_equal(timers_fire(&b.timers), 0);
    b.clock.mono_us += 300;
    assert_int_equal(timers_next_us(&b.timers), 0);
    assert_int_equal(timers_fire(&b.timers), 4);
    assert_fired(&b, "cbda");
    assert_int_equal(timers_next_us(&b.timers), -1);
    timers_fini(&b.timers);
}

static void a_stopped_timer_does_not_fire(void **state)
{
    struct bench b;

    (void)state;
    bench_init(&b);
    for (size_t i = 0; i < 6; i++)
        start(&b, i, (int64_t)(10 * i));
    timer_stop(&b.timers, &b.ticker[0].t);
    timer_stop(&b.timers, &b.ticker[3].t);
    timer_stop(&b.timers, &b.ticker[3].t);
    b.clock.mono_us += 1000;
    timers_fire(&b.timers);
    assert_fired(&b, "bcef");
    timers_fini(&b.timers);
}

static void a_deadline_in_the_past_is_now(void **state)
{
    struct bench b;

    (void)state;
    bench_init(&b);
    start(&b, 0, 0);
    start(&b, 1, -100);
    timers_fire(&b.timers);
    assert_fired(&b, "ab");
    timers_fini(&b.timers);
}

static void again(void *ctx)
{
    struct ticker *k = ctx;

    note(k);
    timer_start(&k->b->timers, &k->t, 0, again, k);
}

static void what_is_started_while_firing_waits_for_the_next_turn(void **state)
{
    struct bench b;

    (void)state;
    bench_init(&b);
    timer_start(&b.timers, &b.ticker[0].t, 0, again, &b.ticker[0]);
    start(&b, 1, 0);
    assert_int_equal(timers_fire(&b.timers), 2);
    assert_fired(&b, "ab");
    assert_int_equal(timers_fire(&b.timers), 1);
    timers_stop_all(&b.timers);
    assert_false(timer_runs(&b.ticker[0].t));
    timers_fini(&b.timers);
}

static void stop_next(void *ctx)
{
    struct ticker *k = ctx;

    note(k);
    timer_stop(&k->b->timers, &k->b->ticker[1].t);
}

static void a_callback_may_stop_what_is_due(void **state)
{
    struct bench b;

    (void)state;
    bench_init(&b);
    timer_start(&b.timers, &b.ticker[0].t, 0, stop_next, &b.ticker[0]);
    start(&b, 1, 0);
    start(&b, 2, 0);
    timers_fire(&b.timers);
    assert_fired(&b, "ac");
    timers_fini(&b.timers);
}

static void the_first_alone_fires_when_asked_so(void **state)
{
    struct bench b;

    (void)state;
    bench_init(&b);
    start(&b, 0, 0);
    start(&b, 1, 0);
    start(&b, 2, 5);
    assert_true(timers_fire_first(&b.timers));
    assert_fired(&b, "a");
    assert_true(timers_fire_first(&b.timers));
    assert_false(timers_fire_first(&b.timers));
    assert_fired(&b, "b");
    timers_stop_all(&b.timers);
    timers_fini(&b.timers);
}

/* ---- a model: an array that is searched for the smallest ---------------- */

enum { MODEL = 500, STEPS = 40000 };

struct model {
    struct clock clock;
    struct timers timers;
    struct timer t[MODEL];
    struct {
        bool runs;
        int64_t at_us;
        uint64_t order;
    } is[MODEL];
    uint64_t orders;
};

static size_t smallest(const struct model *m)
{
    size_t best = MODEL;

    for (size_t i = 0; i < MODEL; i++) {
        if (!m->is[i].runs)
            continue;
        if (best == MODEL || m->is[i].at_us < m->is[best].at_us ||
            (m->is[i].at_us == m->is[best].at_us &&
             m->is[i].order < m->is[best].order))
            best = i;
    }
    return best;
}

static void on_model(void *ctx)
{
    struct model *m = ctx;
    size_t i = smallest(m);

    assert_true(i < MODEL && m->is[i].at_us <= m->clock.mono_us);
    assert_false(timer_runs(&m->t[i]));
    m->is[i].runs = false;
}

static void model_start(struct model *m, size_t i, int64_t us)
{
    m->is[i].runs = true;
    m->is[i].at_us = m->clock.mono_us + us;
    m->is[i].order = m->orders++;
    timer_start(&m->timers, &m->t[i], us, on_model, m);
}

/* Some durations are of many timers, most of one. */
static int64_t model_us(struct dice *dice)
{
    return (int64_t)(dice_below(dice, 2) ? 40 * dice_below(dice, 5)
                                         : dice_below(dice, 200));
}

static void the_heap_does_what_a_searched_array_does(void **state)
{
    struct model *m = mem_zalloc(sizeof(*m));
    struct dice dice;

    (void)state;
    dice_init_seed(&dice, 4711);
    timers_init(&m->timers, &m->clock);
    for (int step = 0; step < STEPS; step++) {
        size_t i = dice_below(&dice, MODEL);
        uint64_t what = dice_below(&dice, 10);

        if (what < 6) {
            model_start(m, i, model_us(&dice));
        } else if (what < 8) {
            m->is[i].runs = false;
            timer_stop(&m->timers, &m->t[i]);
        } else {
            m->clock.mono_us += (int64_t)dice_below(&dice, 10);
            timers_fire(&m->timers);
            size_t first = smallest(m);
            assert_true(first == MODEL ||
                        m->is[first].at_us > m->clock.mono_us);
        }
    }
    m->clock.mono_us += 1000;
    timers_fire(&m->timers);
    assert_int_equal(smallest(m), MODEL);
    timers_fini(&m->timers);
    free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(timers_fire_by_deadline_then_by_order_of_starting),
        cmocka_unit_test(a_stopped_timer_does_not_fire),
        cmocka_unit_test(a_deadline_in_the_past_is_now),
        cmocka_unit_test(what_is_started_while_firing_waits_for_the_next_turn),
        cmocka_unit_test(a_callback_may_stop_what_is_due),
        cmocka_unit_test(the_first_alone_fires_when_asked_so),
        cmocka_unit_test(the_heap_does_what_a_searched_array_does),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
