/* SPDX-License-Identifier: MIT */
#include "net/timer.h"
#include "base/mem.h"
#include <assert.h>

enum { FIRST_CAPACITY = 64 };

/* Places count from 1, so that a parent is at half its children's place. */
static struct timer **at(struct timers *ts, size_t place)
{
    return &ts->heap[place - 1];
}

static bool is_before(const struct timer *a, const struct timer *b)
{
    return a->at_us != b->at_us ? a->at_us < b->at_us : a->order < b->order;
}

static void put(struct timers *ts, size_t place, struct timer *t)
{
    *at(ts, place) = t;
    t->place = place;
}

static void sift_up(struct timers *ts, size_t place, struct timer *t)
{
    while (place > 1 && is_before(t, *at(ts, place / 2))) {
        put(ts, place, *at(ts, place / 2));
        place /= 2;
    }
    put(ts, place, t);
}

static void sift_down(struct timers *ts, size_t place, struct timer *t)
{
    for (size_t child = 2 * place; child <= ts->count; child = 2 * place) {
        if (child < ts->count && is_before(*at(ts, child + 1), *at(ts, child)))
            child++;
        if (!is_before(*at(ts, child), t))
            break;
        put(ts, place, *at(ts, child));
        place = child;
    }
    put(ts, place, t);
}

static void place_again(struct timers *ts, size_t place, struct timer *t)
{
    if (place > 1 && is_before(t, *at(ts, place / 2)))
        sift_up(ts, place, t);
    else
        sift_down(ts, place, t);
}

void timers_init(struct timers *ts, const struct clock *clock)
{
    *ts = (struct timers){.clock = clock};
}

void timers_fini(struct timers *ts)
{
    assert(ts->count == 0);
    free(ts->heap);
    *ts = (struct timers){0};
}

void timers_stop_all(struct timers *ts)
{
    for (size_t place = 1; place <= ts->count; place++)
        (*at(ts, place))->place = 0;
    ts->count = 0;
}

static void grow(struct timers *ts)
{
    ts->cap = ts->cap ? 2 * ts->cap : FIRST_CAPACITY;
    ts->heap = mem_realloc(ts->heap, ts->cap * sizeof(*ts->heap));
}

void timer_start(struct timers *ts, struct timer *t, int64_t us, timer_fn *fn,
                 void *ctx)
{
    size_t place = t->place;

    t->at_us = ts->clock->mono_us + (us > 0 ? us : 0);
    t->order = ts->started++;
    t->fn = fn;
    t->ctx = ctx;
    if (place == 0) {
        if (ts->count == ts->cap)
            grow(ts);
        place = ++ts->count;
        sift_up(ts, place, t);
    } else {
        place_again(ts, place, t);
    }
}

void timer_stop(struct timers *ts, struct timer *t)
{
    size_t place = t->place;

    if (place == 0)
        return;
    struct timer *last = *at(ts, ts->count--);
    t->place = 0;
    if (last != t)
        place_again(ts, place, last);
}

int64_t timers_next_us(const struct timers *ts)
{
    if (ts->count == 0)
        return -1;
    int64_t us = ts->heap[0]->at_us - ts->clock->mono_us;
    return us > 0 ? us : 0;
}

bool timers_fire_first(struct timers *ts)
{
    if (timers_next_us(ts) != 0)
        return false;
    struct timer *t = ts->heap[0];
    timer_stop(ts, t);
    t->fn(t->ctx);
    return true;
}

size_t timers_fire(struct timers *ts)
{
    /* What is started by a callback is due no earlier than now and has a
     * higher order, so it stands behind everything that was due before. */
    uint64_t end = ts->started;
    size_t fired = 0;

    while (ts->count > 0 && ts->heap[0]->order < end && timers_fire_first(ts))
        fired++;
    return fired;
}
