/* SPDX-License-Identifier: MIT */
#include "node/feed.h"
#include "base/mem.h"
#include <assert.h>

struct piece {
    unsigned holders;
    size_t n;
    char *bytes; /* owned */
};

struct queued {
    struct list in_feed;
    struct piece *piece;
};

struct feed {
    struct list in_meter;
    struct feed_meter *meter; /* NULL: nobody counts */
    struct list queue;
    size_t at; /* read of the first piece */
    size_t waiting, max;
    bool cut, closed, left, endless;
    void (*on_left)(void *ctx);
    void *writer;
    void (*on_bytes)(void *ctx);
    void *reader;
};

/* ---- pieces -------------------------------------------------------------- */

struct piece *piece_new(struct slice bytes)
{
    struct buf b;

    buf_init(&b, bytes.n);
    buf_add(&b, bytes);
    return piece_of(&b);
}

struct piece *piece_of(struct buf *b)
{
    struct piece *p = mem_alloc(sizeof *p);

    *p = (struct piece){.holders = 1, .n = b->n, .bytes = b->p};
    *b = (struct buf){.max = b->max};
    return p;
}

struct piece *piece_hold(struct piece *p)
{
    p->holders++;
    return p;
}

void piece_drop(struct piece *p)
{
    if (!p || --p->holders > 0)
        return;
    free(p->bytes);
    free(p);
}

struct slice piece_slice(const struct piece *p)
{
    return slice_at(p->bytes, p->n);
}

/* ---- life ---------------------------------------------------------------- */

struct feed *feed_new(size_t max, void (*on_left)(void *ctx), void *ctx)
{
    struct feed *f = mem_zalloc(sizeof *f);

    list_init(&f->in_meter);
    list_init(&f->queue);
    f->max = max;
    f->on_left = on_left;
    f->writer = ctx;
    return f;
}

static void take_first(struct feed *f)
{
    struct queued *q = container_of(f->queue.next, struct queued, in_feed);

    list_remove(&q->in_feed);
    piece_drop(q->piece);
    free(q);
    f->at = 0;
}

static void clear(struct feed *f)
{
    while (!list_is_empty(&f->queue))
        take_first(f);
    f->waiting = 0;
}

static void let_go(struct feed *f)
{
    if (!f->closed || !f->left)
        return;
    clear(f);
    free(f);
}

static void tell_reader(struct feed *f)
{
    if (f->on_bytes)
        f->on_bytes(f->reader);
}

/* ---- the meter ----------------------------------------------------------- */

void feed_meter_init(struct feed_meter *m)
{
    *m = (struct feed_meter){0};
    list_init(&m->feeds);
}

struct usage feed_meter_usage(const struct feed_meter *m)
{
    struct usage u = {.most = m->most, .refused = m->cut};

    LIST_EACH (it, &m->feeds) {
        size_t waiting = container_of(it, struct feed, in_meter)->waiting;

        u.now = waiting > u.now ? waiting : u.now;
    }
    return u;
}

void feed_count(struct feed *f, struct feed_meter *m)
{
    f->meter = m;
    list_append(&m->feeds, &f->in_meter);
}

void feed_endless(struct feed *f)
{
    f->endless = true;
}

static void count_waiting(struct feed *f)
{
    if (f->meter && f->waiting > f->meter->most)
        f->meter->most = f->waiting;
}

static void count_cut(struct feed *f)
{
    if (f->meter)
        f->meter->cut++;
}

/* ---- the writer's end ---------------------------------------------------- */

bool feed_put(struct feed *f, struct piece *p)
{
    struct queued *q;

    assert(!f->closed);
    if (f->cut || f->left)
        return false;
    if (p->n == 0)
        return true;
    if (f->waiting && f->waiting + p->n > f->max) {
        count_cut(f);
        feed_cut(f);
        return false;
    }
    q = mem_alloc(sizeof *q);
    q->piece = piece_hold(p);
    list_append(&f->queue, &q->in_feed);
    f->waiting += p->n;
    count_waiting(f);
    tell_reader(f);
    return true;
}

size_t feed_waiting(const struct feed *f)
{
    return f->waiting;
}

void feed_cut(struct feed *f)
{
    f->cut = true;
    clear(f);
    tell_reader(f);
}

void feed_close(struct feed *f)
{
    f->closed = true;
    list_remove(&f->in_meter);
    if (f->left)
        let_go(f);
    else
        tell_reader(f);
}

/* ---- the reader's end ---------------------------------------------------- */

void feed_watch(struct feed *f, void (*on_bytes)(void *ctx), void *ctx)
{
    f->on_bytes = on_bytes;
    f->reader = ctx;
}

size_t feed_read(struct feed *f, char *out, size_t max)
{
    size_t n = 0;

    while (n < max && !list_is_empty(&f->queue)) {
        const struct queued *q =
            container_of(f->queue.next, struct queued, in_feed);
        struct slice rest =
            slice_first(slice_from(piece_slice(q->piece), f->at), max - n);

        memcpy(out + n, rest.p, rest.n);
        n += rest.n;
        f->at += rest.n;
        if (f->at == q->piece->n)
            take_first(f);
    }
    f->waiting -= n;
    return n;
}

enum feed_state feed_state(const struct feed *f)
{
    if (f->cut)
        return FEED_CUT;
    return f->closed && list_is_empty(&f->queue) ? FEED_OVER : FEED_OPEN;
}

bool feed_is_endless(const struct feed *f)
{
    return f->endless;
}

void feed_leave(struct feed *f)
{
    f->left = true;
    f->on_bytes = NULL;
    clear(f);
    if (f->closed)
        let_go(f);
    else if (f->on_left)
        f->on_left(f->writer);
}
