/* SPDX-License-Identifier: MIT */
#include "support/bench.h"
#include "support/check.h"

enum { LIMIT_US = 20 * SECOND, LOOK_US = MSEC };

void bench_init_sim(struct bench *b, uint64_t seed)
{
    *b = (struct bench){.sim = sim_new(seed)};
    b->host[0] = sim_host_new(b->sim, "a");
    b->host[1] = sim_host_new(b->sim, "b");
    b->a = sim_host_net(b->host[0]);
    b->b = sim_host_net(b->host[1]);
}

void bench_init_loop(struct bench *b, const struct loop_options *o)
{
    struct why why = {0};

    *b = (struct bench){0};
    assert_ok(loop_new(o, &b->loop, &why), &why);
    b->a = b->b = loop_net(b->loop);
}

void bench_fini(struct bench *b)
{
    if (b->loop) {
        loop_free(b->loop);
        return;
    }
    sim_host_free(b->host[0]);
    sim_host_free(b->host[1]);
    sim_free(b->sim);
}

struct wait {
    struct bench *b;
    struct timer look;
    bool (*is_true)(void *ctx);
    void *ctx;
    int64_t end_us;
    bool was_true;
};

static void on_look(void *ctx)
{
    struct wait *w = ctx;
    struct net *net = w->b->a;

    w->was_true = w->is_true(w->ctx);
    if (w->was_true || net->clock->mono_us >= w->end_us)
        loop_stop(w->b->loop);
    else
        timer_start(net->timers, &w->look, LOOK_US, on_look, w);
}

static bool wait_loop(struct bench *b, struct wait *w)
{
    timer_start(b->a->timers, &w->look, 0, on_look, w);
    loop_run(b->loop);
    return w->was_true;
}

static bool wait_sim(struct bench *b, struct wait *w)
{
    while (!w->is_true(w->ctx)) {
        if (sim_clock(b->sim)->mono_us >= w->end_us)
            return false;
        sim_run_for(b->sim, LOOK_US);
    }
    return true;
}

bool bench_until(struct bench *b, bool (*is_true)(void *ctx), void *ctx)
{
    struct wait w = {.b = b,
                     .is_true = is_true,
                     .ctx = ctx,
                     .end_us = b->a->clock->mono_us + LIMIT_US};

    return b->loop ? wait_loop(b, &w) : wait_sim(b, &w);
}

struct while_passes {
    const struct clock *clock;
    int64_t end_us;
};

static bool has_passed(void *ctx)
{
    struct while_passes *w = ctx;

    return w->clock->mono_us >= w->end_us;
}

void bench_for(struct bench *b, int64_t us)
{
    struct while_passes w = {b->a->clock, b->a->clock->mono_us + us};

    assert_true(bench_until(b, has_passed, &w));
}
