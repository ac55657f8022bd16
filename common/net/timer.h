/* SPDX-License-Identifier: MIT
 *
 * Timers: a heap ordered by deadline, then by the order of starting, so that
 * two timers of one instant always fire in the same order. One heap a loop;
 * the loop (real or simulated) calls timers_fire once a turn.
 */
#ifndef NET_TIMER_H
#define NET_TIMER_H

#include "base/clock.h"
#include <stdbool.h>
#include <stddef.h>

typedef void timer_fn(void *ctx);

/* Embedded in its owner, zero-initialised; the owner stops it before it goes.
 */
struct timer {
    int64_t at_us; /* deadline on clock.mono_us */
    uint64_t order;
    size_t place; /* 1-based position in the heap, 0: not running */
    timer_fn *fn;
    void *ctx;
};

struct timers {
    struct timer **heap;
    size_t count, cap;
    uint64_t started; /* the next order */
    const struct clock *clock;
};

void timers_init(struct timers *ts, const struct clock *clock);
void timers_fini(struct timers *ts);
/* Stops every timer without calling it (a simulated host is killed). */
void timers_stop_all(struct timers *ts);

/* Starts, or starts anew when it runs. After us microseconds (below 0: 0)
 * fn(ctx) is called once, with the timer stopped. */
void timer_start(struct timers *ts, struct timer *t, int64_t us, timer_fn *fn,
                 void *ctx);
void timer_stop(struct timers *ts, struct timer *t); /* harmless if stopped */
static inline bool timer_runs(const struct timer *t)
{
    return t->place != 0;
}

/* Microseconds until the earliest deadline (0: due), or -1 without any. */
int64_t timers_next_us(const struct timers *ts);
/* Calls everything due at clock->mono_us, in order; what is started meanwhile
 * waits for the next call. Answers how many were called. */
size_t timers_fire(struct timers *ts);
/* Calls the earliest timer alone if it is due; false when it is not. */
bool timers_fire_first(struct timers *ts);

#endif
