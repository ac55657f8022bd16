/* SPDX-License-Identifier: MIT */
#include "load/arrivals.h"
#include <math.h>

enum { LOOK_US = 10 * MSEC };

static void on_due(void *ctx);
static void on_look(void *ctx);

/* The next one of an even or an exponential distribution. */
static int64_t gap_us(struct arrivals *a)
{
    double mean = (double)SECOND / a->o.rate;
    double u = ((double)(dice_u64(a->o.net->dice) >> 11) + 1) / 0x1p53;

    return (int64_t)(a->o.evenly ? mean : -log(u) * mean);
}

static enum load_kind throw_kind(struct arrivals *a)
{
    unsigned sum = 0, at;

    for (unsigned k = 0; k < LOAD_KINDS; k++)
        sum += a->o.share[k];
    at = (unsigned)dice_below(a->o.net->dice, sum);
    for (unsigned k = 0; k < LOAD_KINDS; k++) {
        if (at < a->o.share[k])
            return (enum load_kind)k;
        at -= a->o.share[k];
    }
    return LOAD_MESSAGE;
}

static bool is_over(const struct arrivals *a)
{
    return (a->o.most && a->begun >= a->o.most) ||
           (a->o.during_us && a->due_us >= a->end_us);
}

static void on_due(void *ctx)
{
    struct arrivals *a = ctx;
    int64_t now = a->o.net->clock->mono_us;

    while (!is_over(a) && a->due_us <= now) {
        load_begin(a->o.load, throw_kind(a), a->due_us);
        a->begun++;
        a->due_us += gap_us(a);
    }
    if (is_over(a))
        on_look(a);
    else
        timer_start(a->o.net->timers, &a->timer, a->due_us - now, on_due, a);
}

static void on_look(void *ctx)
{
    struct arrivals *a = ctx;

    if (load_running(a->o.load))
        timer_start(a->o.net->timers, &a->timer, LOOK_US, on_look, a);
    else
        a->o.on_done(a->o.ctx);
}

void arrivals_begin(struct arrivals *a, const struct arrivals_options *o)
{
    *a = (struct arrivals){.o = *o};
    a->due_us = o->net->clock->mono_us;
    a->end_us = a->due_us + o->during_us;
    load_set_scope(o->load, &o->scope);
    timer_start(o->net->timers, &a->timer, 0, on_due, a);
}

void arrivals_stop(struct arrivals *a)
{
    timer_stop(a->o.net->timers, &a->timer);
}
