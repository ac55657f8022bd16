/* SPDX-License-Identifier: MIT */
#include "net/timer.h"
#include "base/mem.h"
#include <assert.h>

enum { FIRST_CAPACITY = 64 };

/* Places count from 1, so that a parent is at half its children's place. */
static struct timer **at(struct timers *ts, unsigned place)
{
    return &ts->heap[place - 1];
}

static bool is_before(const struct timer *a, const struct timer *b)
{
    return a->at_us != b->at_us ? a->at_us < b->at_us : a->order < b->order;
}

static void put(struct timers *ts, unsigned place, struct timer *t)
{
    *at(ts, place) = t;
    t->place = place;
}

static void sift_up(struct timers *ts, unsigned place, struct timer *t)
{
    while (place > 1 && is_before(t, *at(ts, place / 2))) {
        put(ts, place, *at(ts, place / 2));
        place /= 2;
    }
    put(ts, place, t);
}

static void sift_down(struct timers *ts, unsigned place, struct timer *t)
{
    for (unsigned child = 2 * place; child <= ts->heaped; child = 2 * place) {
        if (child < ts->heaped && is_before(*at(ts, child + 1), *at(ts, child)))
            child++;
        if (!is_before(*at(ts, child), t))
            break;
        put(ts, place, *at(ts, child));
        place = child;
    }
    put(ts, place, t);
}

static void place_again(struct timers *ts, unsigned place, struct timer *t)
{
    if (place > 1 && is_before(t, *at(ts, place / 2)))
        sift_up(ts, place, t);
    else
        sift_down(ts, place, t);
}

static void heap_add(struct timers *ts, struct timer *t)
{
    if (ts->heaped == ts->cap) {
        ts->cap = ts->cap ? 2 * ts->cap : FIRST_CAPACITY;
        ts->heap = mem_realloc(ts->heap, ts->cap * sizeof(*ts->heap));
    }
    sift_up(ts, ++ts->heaped, t);
}

static void heap_remove(struct timers *ts, struct timer *t)
{
    struct timer *last = *at(ts, ts->heaped--);

    if (last != t)
        place_again(ts, t->place, last);
}

/* ---- lines --------------------------------------------------------------- */

static struct timer *first_of(const struct timer_line *l)
{
    return container_of(l->list.next, struct timer, in_line);
}

static bool has_one(const struct timer_line *l)
{
    return l->list.next == l->list.prev;
}

static void leave_line(struct timer *t)
{
    list_remove(&t->in_line);
    t->line = 0;
}

/* The line of that duration; else one in which nobody waits, which is given to
 * it (who stands alone needs no line); NULL: all are in use. */
static struct timer_line *line_of(struct timers *ts, int64_t us)
{
    struct timer_line *idle = NULL;

    for (struct timer_line *l = ts->lines; l < ts->lines + TIMER_LINES; l++) {
        if (l->us == us)
            return l;
        if (has_one(l) && (!idle || list_is_empty(&l->list)))
            idle = l;
    }
    if (!idle)
        return NULL;
    if (!list_is_empty(&idle->list))
        leave_line(first_of(idle));
    idle->us = us;
    return idle;
}

/* ---- timers -------------------------------------------------------------- */

void timers_init(struct timers *ts, const struct clock *clock)
{
    *ts = (struct timers){.clock = clock};
    for (unsigned i = 0; i < TIMER_LINES; i++)
        list_init(&ts->lines[i].list);
}

void timers_fini(struct timers *ts)
{
    assert(ts->count == 0);
    free(ts->heap);
    *ts = (struct timers){0};
}

void timer_start(struct timers *ts, struct timer *t, int64_t us, timer_fn *fn,
                 void *ctx)
{
    struct timer_line *line;
    bool waits;

    timer_stop(ts, t);
    us = us > 0 ? us : 0;
    t->at_us = ts->clock->mono_us + us;
    t->order = ts->started++;
    t->fn = fn;
    t->ctx = ctx;
    ts->count++;
    line = line_of(ts, us);
    waits = line && !list_is_empty(&line->list);
    if (line) {
        list_append(&line->list, &t->in_line);
        t->line = (unsigned)(line - ts->lines) + 1;
    }
    if (waits)
        t->place = TIMER_WAITS;
    else
        heap_add(ts, t);
}

void timer_stop(struct timers *ts, struct timer *t)
{
    struct timer_line *line = t->line ? &ts->lines[t->line - 1] : NULL;

    if (t->place == 0)
        return;
    if (line)
        leave_line(t);
    if (t->place != TIMER_WAITS) {
        heap_remove(ts, t);
        if (line && !list_is_empty(&line->list))
            heap_add(ts, first_of(line));
    }
    t->place = 0;
    ts->count--;
}

void timers_stop_all(struct timers *ts)
{
    while (ts->heaped > 0)
        timer_stop(ts, ts->heap[0]);
}

int64_t timers_next_us(const struct timers *ts)
{
    if (ts->heaped == 0)
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

    while (ts->heaped > 0 && ts->heap[0]->order < end && timers_fire_first(ts))
        fired++;
    return fired;
}
