/* SPDX-License-Identifier: MIT
 *
 * One direction of a connection: portions of bytes under way, in order.
 */
#include "net/sim_stream.h"
#include <assert.h>

struct portion {
    struct list link;
    int64_t at_us;
    bool end;
    size_t from, n; /* bytes not yet delivered: [from, n) */
    char bytes[];
};

static void on_due(void *ctx);
static void on_unacked(void *ctx);

struct sim_pipe *sim_pipe_new(struct sim *s, const struct addr *from,
                              const struct addr *to)
{
    struct sim_pipe *p = mem_zalloc(sizeof(*p));

    p->sim = s;
    p->from = *from;
    p->to = *to;
    p->held = true;
    list_init(&p->portions);
    list_append(&s->pipes, &p->link);
    return p;
}

static void drop_portions(struct sim_pipe *p)
{
    LIST_EACH (it, &p->portions) {
        list_remove(it);
        free(container_of(it, struct portion, link));
    }
}

void sim_pipe_drop(struct sim_pipe *p)
{
    drop_portions(p);
    timer_stop(&p->sim->events, &p->due);
    p->parked = p->ending = false;
}

static void pipe_free(struct sim_pipe *p)
{
    drop_portions(p);
    timer_stop(&p->sim->events, &p->due);
    list_remove(&p->link);
    free(p);
}

void sim_pipe_settle(struct sim_pipe *p)
{
    if (!p->writer && !p->reader && !p->busy)
        pipe_free(p);
}

void sim_pipes_fini(struct sim *s)
{
    LIST_EACH (it, &s->pipes)
        pipe_free(container_of(it, struct sim_pipe, link));
}

static struct portion *first(struct sim_pipe *p)
{
    return list_is_empty(&p->portions)
               ? NULL
               : container_of(p->portions.next, struct portion, link);
}

/* ---- putting in --------------------------------------------------------- */

static void arm(struct sim_pipe *p)
{
    if (p->held || p->parked || timer_runs(&p->due) || !first(p))
        return;
    timer_start(&p->sim->events, &p->due,
                first(p)->at_us - p->sim->clock.mono_us, on_due, p);
}

/* A portion never overtakes the one before it. */
static int64_t arrival(struct sim_pipe *p)
{
    int64_t at = p->sim->clock.mono_us + sim_way_us(p->sim, &p->from, &p->to);

    if (at > p->last_us)
        p->last_us = at;
    return p->last_us;
}

static void append(struct sim_pipe *p, struct slice bytes, bool end)
{
    struct portion *q = mem_alloc(sizeof(*q) + bytes.n);

    *q = (struct portion){.end = end, .n = bytes.n};
    q->at_us = p->held ? 0 : arrival(p);
    memcpy(q->bytes, bytes.n ? bytes.p : "", bytes.n);
    list_append(&p->portions, &q->link);
    arm(p);
}

/* Joins bytes to the portion sent last, as a kernel may. */
static bool join(struct sim_pipe *p, struct slice bytes)
{
    struct list *last = p->portions.prev;

    if (!p->sim->chop || p->busy || last == &p->portions ||
        dice_below(&p->sim->weather, 2) == 0)
        return false;
    struct portion *q = container_of(last, struct portion, link);
    q = mem_realloc(q, sizeof(*q) + q->n + bytes.n);
    memcpy(q->bytes + q->n, bytes.p, bytes.n);
    q->n += bytes.n;
    q->link.prev->next = &q->link;
    q->link.next->prev = &q->link;
    return true;
}

void sim_pipe_add(struct sim_pipe *p, struct slice bytes)
{
    sim_tapped(p->sim, &p->from, &p->to, bytes);
    if (!join(p, bytes))
        append(p, bytes, false);
}

void sim_pipe_end(struct sim_pipe *p)
{
    if (p->ending)
        return;
    p->ending = true;
    append(p, S(""), true);
}

void sim_pipe_release(struct sim_pipe *p)
{
    p->held = false;
    LIST_EACH (it, &p->portions)
        container_of(it, struct portion, link)->at_us = arrival(p);
    arm(p);
}

/* ---- taking out --------------------------------------------------------- */

static void finish(struct sim_pipe *p)
{
    struct sim_stream *reader = p->reader;

    assert(!p->writer);
    p->busy = true;
    if (reader)
        sim_stream_ends(reader, IMS_CLOSED);
    p->busy = false;
    sim_pipe_settle(p);
}

/* Bytes for an end that is gone are answered with a reset. */
static void reset(struct sim_pipe *p)
{
    struct sim_stream *writer = p->writer;

    if (writer && writer->in && !writer->in->writer)
        sim_pipe_end(writer->in);
}

static size_t choose_size(struct sim_pipe *p, size_t n)
{
    size_t most = n < SIM_READ_SIZE ? n : SIM_READ_SIZE;

    return p->sim->chop ? 1 + dice_below(&p->sim->weather, most) : most;
}

static void deliver(struct sim_pipe *p, struct portion *q)
{
    size_t n = choose_size(p, q->n - q->from);
    struct slice bytes = slice_at(q->bytes + q->from, n);
    struct sim_stream *reader = p->reader;

    q->from += n;
    bool used_up = q->from == q->n;
    if (used_up)
        list_remove(&q->link);
    if (p->writer)
        p->writer->base.unsent -= n;
    p->busy = true;
    if (reader) {
        sim_turn(p->sim, reader->host);
        reader->base.h->on_bytes(reader->base.ctx, &reader->base, bytes);
        sim_turn(p->sim, NULL);
    } else
        reset(p);
    p->busy = false;
    if (used_up)
        free(q);
    arm(p);
    sim_pipe_settle(p);
}

static void park(struct sim_pipe *p)
{
    p->parked = true;
    timer_start(&p->sim->events, &p->due, NET_UNACKED_US, on_unacked, p);
}

static void on_due(void *ctx)
{
    struct sim_pipe *p = ctx;
    struct portion *q = first(p);

    assert(q); /* the timer runs for one */
    if (sim_is_cut(p->sim, &p->from, &p->to))
        park(p);
    else if (q->end)
        finish(p);
    else
        deliver(p, q);
}

/* The writer's kernel gives up; the reader hears nothing of it (until it sends
 * something itself and gets a reset). */
static void on_unacked(void *ctx)
{
    struct sim_pipe *p = ctx;

    drop_portions(p);
    p->parked = p->ending = false;
    p->busy = true;
    if (p->writer)
        sim_stream_ends(p->writer, IMS_TIMEOUT);
    p->busy = false;
    sim_pipe_settle(p);
}

void sim_pipes_unpark(struct sim *s)
{
    LIST_EACH (it, &s->pipes) {
        struct sim_pipe *p = container_of(it, struct sim_pipe, link);

        if (!p->parked)
            continue;
        p->parked = false;
        timer_start(&s->events, &p->due, sim_way_us(s, &p->from, &p->to),
                    on_due, p);
    }
}
