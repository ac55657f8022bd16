/* SPDX-License-Identifier: MIT
 *
 * Timers: a heap ordered by deadline, then by the order of starting, so that
 * two timers of one instant always fire in the same order. Nearly all are of a
 * few durations (T1, 64*T1 ...), and those of one duration fall due in the
 * order of starting: they stand in line, and only the first of a line is in
 * the heap, so that starting and stopping costs the same however many run. One
 * heap a loop; the loop (real or simulated) calls timers_fire once a turn.
 */
#ifndef NET_TIMER_H
#define NET_TIMER_H

#include "base/clock.h"
#include "base/list.h"
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

typedef void timer_fn(void *ctx);

/* Embedded in its owner, zero-initialised; the owner stops it before it goes.
 */
struct timer {
    int64_t at_us; /* deadline on clock.mono_us */
    uint64_t order;
    timer_fn *fn;
    void *ctx;
    struct list in_line;
    unsigned place; /* 1-based position in the heap; TIMER_WAITS: in line
                       behind another; 0: not running */
    unsigned line;  /* 1-based; 0: in none */
};

enum { TIMER_LINES = 16 };

#define TIMER_WAITS UINT_MAX

struct timer_line {
    int64_t us;       /* how long its timers run */
    struct list list; /* in the order of starting; owns nothing */
};

struct timers {
    struct timer **heap;
    unsigned heaped, cap;
    size_t count; /* running */
    struct timer_line lines[TIMER_LINES];
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
