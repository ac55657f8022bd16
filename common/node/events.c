/* SPDX-License-Identifier: MIT */
#include "node/events.h"
#include "base/mem.h"
#include "base/str.h"
#include "node/faults.h"
#include "node/frame.h"
#include "node/record_json.h"

enum {
    TICK_US = 100 * MSEC,
    STATUS_US = 1 * SECOND,
    BEAT_US = 15 * SECOND, /* a silent stream looks dead to proxies */
    TURN_BYTES = 4 << 20,  /* of entries encoded at one go */
    STATUS_MAX = 1 << 20,
};

struct events {
    struct node *node;
    struct list readers;
    struct timer tick;
    struct record_cursor front; /* up to here all who keep up have it */
    struct str status;          /* as it was told last */
    int64_t status_at_us, beat_at_us;
    uint64_t *cut; /* how many readers were too slow */
    struct feed_meter meter;
};

struct reader {
    struct list in_events;
    struct events *events;
    struct feed *feed;
    struct record_cursor next;
};

struct events *events_new(struct node *n)
{
    struct events *e = mem_zalloc(sizeof *e);

    e->node = n;
    list_init(&e->readers);
    feed_meter_init(&e->meter);
    e->cut = metrics_counter(n->env.metrics, "imsbox_events_cut_total", "",
                             "Readers of live events cut off as too slow");
    return e;
}

static void end(struct reader *r)
{
    struct events *e = r->events;

    list_remove(&r->in_events);
    feed_close(r->feed);
    free(r);
    if (list_is_empty(&e->readers))
        timer_stop(e->node->env.timers, &e->tick);
}

void events_free(struct events *e)
{
    if (!e)
        return;
    LIST_EACH (it, &e->readers)
        end(container_of(it, struct reader, in_events));
    str_fini(&e->status);
    free(e);
}

static void on_left(void *ctx)
{
    end(ctx);
}

/* ---- encoding ------------------------------------------------------------ */

static void begin_event(struct buf *out, struct json *j, const char *name)
{
    buf_str(out, "event: ");
    buf_str(out, name);
    buf_str(out, "\ndata: ");
    json_init(j, out);
}

static void put_missed(struct buf *out, uint64_t missed)
{
    struct json j;

    begin_event(out, &j, "missed");
    json_object_begin(&j);
    json_put_u64(&j, "missed", missed);
    json_object_end(&j);
    buf_str(out, "\n\n");
}

static void put_entry(struct buf *out, const struct record_entry *entry)
{
    struct json j;

    buf_str(out, "id: ");
    buf_u64(out, entry->seq);
    buf_char(out, '\n');
    begin_event(out, &j, "entry");
    record_put_entry(&j, entry);
    buf_str(out, "\n\n");
}

/* What is behind the cursor and not behind `last`, as far as it fits. */
static struct piece *encode(struct events *e, struct record_cursor *at,
                            uint64_t last, size_t max)
{
    struct record_entry entry;
    struct buf out;
    uint64_t missed;

    buf_init(&out, max + RECORD_SAYS_MAX + (64 << 20));
    while (out.n < max && (at->next == 0 || at->next <= last) &&
           record_read(e->node->env.record, at, &entry, &missed)) {
        if (missed)
            put_missed(&out, missed);
        put_entry(&out, &entry);
    }
    return piece_of(&out);
}

static void put_hello(struct events *e, struct buf *out)
{
    const struct node *n = e->node;
    struct json j;

    buf_str(out, "retry: 1000\n");
    begin_event(out, &j, "hello");
    json_object_begin(&j);
    json_put_str(&j, "node", n->env.name);
    json_put_str(&j, "role", topology_role_name(n->self->role));
    json_put_int(&j, "boot_us", n->env.epoch_us + n->frame->started_us);
    json_put_u64(&j, "last", record_last_seq(n->env.record));
    json_object_end(&j);
    buf_str(out, "\n\n");
}

static void put_status(struct events *e, struct buf *out)
{
    const struct node *n = e->node;
    struct why why = {0};
    bool ready = node_is_ready(n, &why);
    struct json j;

    begin_event(out, &j, "status");
    json_object_begin(&j);
    json_put_bool(&j, "ready", ready);
    if (!ready)
        json_put_str(&j, "reason", why.text);
    json_put_bool(&j, "draining", node_is_draining(n));
    json_key(&j, "faults");
    faults_put(n->frame->faults, &j);
    if (n->role->dump)
        n->role->dump(n, &j);
    json_object_end(&j);
    buf_str(out, "\n\n");
}

/* ---- telling ------------------------------------------------------------- */

static void tell(struct reader *r, struct piece *p)
{
    if (feed_put(r->feed, p))
        return;
    ++*r->events->cut;
    log_at(r->events->node->env.log, LOG_NOTICE,
           "%s: a reader of live events was too slow and is cut off",
           r->events->node->env.name);
    end(r);
}

static void tell_all(struct events *e, struct slice text)
{
    struct piece *p = piece_new(text);

    LIST_EACH (it, &e->readers)
        tell(container_of(it, struct reader, in_events), p);
    piece_drop(p);
}

/* To the bound of one reader, so that nobody is cut off for a burst. */
static size_t turn_bytes(const struct events *e)
{
    size_t most = e->node->self->limits.events_bytes / 4;

    return most < TURN_BYTES ? most : TURN_BYTES;
}

/* One encoding for all who had everything before. */
static void tell_front(struct events *e)
{
    uint64_t was = e->front.next;
    struct piece *p = encode(e, &e->front, record_last_seq(e->node->env.record),
                             turn_bytes(e));

    LIST_EACH (it, &e->readers) {
        struct reader *r = container_of(it, struct reader, in_events);

        if (r->next.next != was)
            continue;
        r->next = e->front;
        tell(r, p);
    }
    piece_drop(p);
}

/* Who came with an old number gets its own, as fast as it reads. */
static void tell_late(struct events *e)
{
    LIST_EACH (it, &e->readers) {
        struct reader *r = container_of(it, struct reader, in_events);
        struct piece *p;

        if (r->next.next >= e->front.next ||
            feed_waiting(r->feed) > turn_bytes(e))
            continue;
        p = encode(e, &r->next, e->front.next - 1, turn_bytes(e));
        tell(r, p);
        piece_drop(p);
    }
}

static void tell_status(struct events *e)
{
    struct buf out;

    e->status_at_us = e->node->env.clock->mono_us + STATUS_US;
    buf_init(&out, STATUS_MAX);
    put_status(e, &out);
    if (!slice_eq(buf_slice(&out), str_slice(&e->status))) {
        str_set(&e->status, buf_slice(&out));
        tell_all(e, buf_slice(&out));
    }
    buf_fini(&out);
}

static void on_tick(void *ctx)
{
    struct events *e = ctx;
    int64_t now = e->node->env.clock->mono_us;

    timer_start(e->node->env.timers, &e->tick, TICK_US, on_tick, e);
    tell_late(e);
    tell_front(e);
    if (now >= e->status_at_us)
        tell_status(e);
    if (now >= e->beat_at_us) {
        e->beat_at_us = now + BEAT_US;
        tell_all(e, S(":\n\n"));
    }
}

void events_hurry(struct events *e)
{
    e->status_at_us = 0;
}

/* ---- a reader ------------------------------------------------------------ */

static enum ims_err read_after(struct api_call *c, uint64_t *out,
                               struct why *why)
{
    uint64_t last = record_last_seq(c->node->env.record), after = last;
    struct slice id = api_header(c, "Last-Event-ID");
    enum ims_err err =
        api_query_u64(c, "after", UINT64_MAX - 1, last, &after, why);

    if (id.p && !slice_u64(id, UINT64_MAX - 1, &after))
        return why_set(why, IMS_MALFORMED, "Last-Event-ID is not a number");
    if (err == IMS_OK)
        *out = after > last ? 0 : after;
    return err;
}

static void begin(struct events *e, struct reader *r, uint64_t after)
{
    struct piece *p;
    struct buf out;
    size_t hello;

    buf_init(&out, STATUS_MAX);
    put_hello(e, &out);
    hello = out.n;
    put_status(e, &out);
    if (list_is_empty(&e->readers)) {
        e->front.next = record_last_seq(e->node->env.record) + 1;
        str_set(&e->status, slice_from(buf_slice(&out), hello));
        timer_start(e->node->env.timers, &e->tick, 0, on_tick, e);
    }
    r->next.next = after + 1;
    list_append(&e->readers, &r->in_events);
    p = piece_new(buf_slice(&out));
    tell(r, p);
    piece_drop(p);
    buf_fini(&out);
}

struct feed *events_feed(struct node *n, void (*left)(void *ctx), void *ctx)
{
    struct feed *f = feed_new(n->self->limits.events_bytes, left, ctx);

    feed_count(f, &n->frame->events->meter);
    return f;
}

struct usage events_usage(const struct node *n)
{
    return feed_meter_usage(&n->frame->events->meter);
}

void events_get(struct node *n, struct api_call *c)
{
    struct reader *r;
    struct feed *f;
    uint64_t after = 0;
    struct why why;

    if (read_after(c, &after, &why) != IMS_OK) {
        api_fail(c, why.err, &why);
        return;
    }
    r = mem_zalloc(sizeof *r);
    f = events_feed(n, on_left, r);
    r->events = n->frame->events;
    r->feed = f;
    begin(r->events, r, after);
    api_reply_feed(c, "text/event-stream", f);
}
