/* SPDX-License-Identifier: MIT */
#include "diameter/watchdog.h"
#include "support/check.h"
#include "support/world.h"

/* RFC 3539 3.4.1, one row an arrow of its table; what differs from it stands in
 * watchdog.c. */

enum act { NO_ACT, DWR = 1, CLOSE = 2, FAILOVER = 4, FAILBACK = 8 };

enum {
    UP = WATCHDOG_CONNECTION_UP,
    DOWN = WATCHDOG_CONNECTION_DOWN,
    DWA = WATCHDOG_RECEIVE_DWA,
    OTHER = WATCHDOG_RECEIVE_NON_DWA,
    TIMER = WATCHDOG_TIMER_EXPIRES,
    NOW = WATCHDOG_TRY_NOW,
};

static const struct row {
    enum watchdog_state from;
    bool pending;
    int num_dwa;
    int ev; /* enum watchdog_event, by its short name */
    enum watchdog_state to;
    bool then_pending;
    int acts;
    bool timer; /* runs afterwards */
} rows[] = {
    {WATCHDOG_INITIAL, false, 0, UP, WATCHDOG_OKAY, false, FAILBACK, true},
    {WATCHDOG_INITIAL, false, 0, DWA, WATCHDOG_INITIAL, false, 0, false},
    {WATCHDOG_INITIAL, false, 0, OTHER, WATCHDOG_INITIAL, false, 0, false},
    {WATCHDOG_INITIAL, false, 0, DOWN, WATCHDOG_INITIAL, false, 0, false},
    {WATCHDOG_INITIAL, false, 0, TIMER, WATCHDOG_INITIAL, false, 0, false},
    {WATCHDOG_INITIAL, false, 0, NOW, WATCHDOG_INITIAL, false, 0, false},

    {WATCHDOG_OKAY, true, 0, DWA, WATCHDOG_OKAY, false, 0, true},
    {WATCHDOG_OKAY, true, 0, OTHER, WATCHDOG_OKAY, false, 0, true},
    {WATCHDOG_OKAY, false, 0, TIMER, WATCHDOG_OKAY, true, DWR, true},
    {WATCHDOG_OKAY, true, 0, TIMER, WATCHDOG_SUSPECT, true, FAILOVER, true},
    {WATCHDOG_OKAY, true, 0, DOWN, WATCHDOG_INITIAL, false, FAILOVER, false},
    {WATCHDOG_OKAY, false, 0, UP, WATCHDOG_OKAY, false, 0, false},
    {WATCHDOG_OKAY, false, 0, NOW, WATCHDOG_OKAY, true, DWR, true},

    {WATCHDOG_SUSPECT, true, 0, DWA, WATCHDOG_OKAY, false, FAILBACK, true},
    {WATCHDOG_SUSPECT, true, 0, OTHER, WATCHDOG_OKAY, false, FAILBACK, true},
    {WATCHDOG_SUSPECT, true, 0, TIMER, WATCHDOG_DOWN, false, CLOSE, false},
    {WATCHDOG_SUSPECT, true, 0, DOWN, WATCHDOG_DOWN, false, 0, false},
    {WATCHDOG_SUSPECT, true, 0, UP, WATCHDOG_SUSPECT, true, 0, false},
    {WATCHDOG_SUSPECT, true, 0, NOW, WATCHDOG_SUSPECT, true, DWR, false},

    {WATCHDOG_DOWN, false, 0, UP, WATCHDOG_REOPEN, true, DWR, true},
    {WATCHDOG_DOWN, false, 0, DWA, WATCHDOG_DOWN, false, 0, false},
    {WATCHDOG_DOWN, false, 0, OTHER, WATCHDOG_DOWN, false, 0, false},
    {WATCHDOG_DOWN, false, 0, DOWN, WATCHDOG_DOWN, false, 0, false},
    {WATCHDOG_DOWN, false, 0, TIMER, WATCHDOG_DOWN, false, 0, false},
    {WATCHDOG_DOWN, false, 0, NOW, WATCHDOG_DOWN, false, 0, false},

    {WATCHDOG_REOPEN, true, 0, DWA, WATCHDOG_REOPEN, true, DWR, true},
    {WATCHDOG_REOPEN, true, 1, DWA, WATCHDOG_REOPEN, true, DWR, true},
    {WATCHDOG_REOPEN, true, 2, DWA, WATCHDOG_OKAY, false, FAILBACK, true},
    {WATCHDOG_REOPEN, true, -1, DWA, WATCHDOG_REOPEN, true, DWR, true},
    {WATCHDOG_REOPEN, true, 1, OTHER, WATCHDOG_REOPEN, true, 0, false},
    {WATCHDOG_REOPEN, true, 1, TIMER, WATCHDOG_REOPEN, true, 0, true},
    {WATCHDOG_REOPEN, true, -1, TIMER, WATCHDOG_DOWN, false, CLOSE, false},
    {WATCHDOG_REOPEN, true, 1, DOWN, WATCHDOG_DOWN, false, 0, false},
    {WATCHDOG_REOPEN, true, 1, UP, WATCHDOG_REOPEN, true, 0, false},
    {WATCHDOG_REOPEN, true, 1, NOW, WATCHDOG_REOPEN, true, DWR, false},
};

static void send_watchdog(void *ctx)
{
    *(int *)ctx |= DWR;
}

static void close_connection(void *ctx)
{
    *(int *)ctx |= CLOSE;
}

static void failover(void *ctx)
{
    *(int *)ctx |= FAILOVER;
}

static void failback(void *ctx)
{
    *(int *)ctx |= FAILBACK;
}

static const struct watchdog_actions actions = {
    .send_watchdog = send_watchdog,
    .close_connection = close_connection,
    .failover = failover,
    .failback = failback,
};

/* proves H-DIA-1 */
static void each_arrow_leads_where_the_table_says(void **state)
{
    struct sim *sim = sim_new(1);
    struct world_host *h = world_host_new(sim, "node");

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        const struct row *r = &rows[i];
        struct watchdog w;
        int acts = 0;

        diameter_watchdog_init(&w, &h->env, 30 * SECOND, &actions, &acts);
        w.state = r->from;
        w.pending = r->pending;
        w.num_dwa = r->num_dwa;
        diameter_watchdog_event(&w, (enum watchdog_event)r->ev);
        if (w.state != r->to || w.pending != r->then_pending ||
            acts != r->acts || timer_runs(&w.timer) != r->timer)
            fail_msg("row %zu: %s, then %s; pending %d, acts %d, timer %d", i,
                     watchdog_state_name(r->from), watchdog_state_name(w.state),
                     w.pending, acts, timer_runs(&w.timer));
        diameter_watchdog_fini(&w);
    }
    world_host_free(h);
    sim_free(sim);
}

static void tw_varies_by_two_seconds(void **state)
{
    struct sim *sim = sim_new(1);
    struct world_host *h = world_host_new(sim, "node");
    int64_t least = INT64_MAX, most = 0;
    struct watchdog w;
    int acts = 0;

    (void)state;
    diameter_watchdog_init(&w, &h->env, 30 * SECOND, &actions, &acts);
    for (unsigned i = 0; i < 1000; i++) {
        int64_t us;

        w.state = WATCHDOG_INITIAL;
        diameter_watchdog_event(&w, WATCHDOG_CONNECTION_UP);
        us = w.timer.at_us - h->env.clock->mono_us;
        least = us < least ? us : least;
        most = us > most ? us : most;
    }
    assert_in_range(least, 28 * SECOND, 28100 * MSEC);
    assert_in_range(most, 31900 * MSEC, 32 * SECOND);
    diameter_watchdog_fini(&w);
    world_host_free(h);
    sim_free(sim);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_arrow_leads_where_the_table_says),
        cmocka_unit_test(tw_varies_by_two_seconds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
