/* SPDX-License-Identifier: MIT */
#include "node/events.h"
#include "base/mem.h"
#include "base/str.h"
#include "node/faults.h"
#include "node/frame.h"
#include "node/record_json.h"
#include "node/record_wire.h"

enum {
    TICK_US = 100 * MSEC,
    STATUS_US = 1 * SECOND,
    BEAT_US = 15 * SECOND, /* a silent stream looks dead to proxies */
    TURN_BYTES = 4 << 20,  /* of entries encoded at one go */
    STATUS_MAX = 1 << 20,
};

/* How it is written for a reader. */
struct form {
    const char *type;
    void (*put)(struct buf *out, enum wire_kind kind, struct slice json);
    void (*put_entry)(struct buf *out, const struct record_entry *e);
};

/* All who read in one form. */
struct audience {
    const struct form *form;
    struct events *events;
    struct list readers;
    struct record_cursor front; /* up to here all who keep up have it */
    size_t room;                /* what the last encoding took */
};

enum { FORMS = 2 };

struct events {
    struct node *node;
    struct audience audiences[FORMS];
    struct timer tick;
    struct str status; /* as it was told last */
    int64_t status_at_us, beat_at_us;
    uint64_t *cut; /* how many readers were too slow */
    struct feed_meter meter;
};

struct reader {
    struct list in_audience;
    struct audience *audience;
    struct feed *feed;
    struct record_cursor next;
};

/* ---- server-sent events -------------------------------------------------- */

static void put_sse(struct buf *out, enum wire_kind kind, struct slice json)
{
    static const char *const names[WIRE_KINDS] = {[WIRE_HELLO] = "hello",
                                                  [WIRE_STATUS] = "status",
                                                  [WIRE_MISSED] = "missed",
                                                  [WIRE_ENTRY] = "entry"};

    if (kind == WIRE_BEAT) {
        buf_str(out, ":\n\n");
        return;
    }
    if (kind == WIRE_HELLO)
        buf_str(out, "retry: 1000\n");
    buf_str(out, "event: ");
    buf_str(out, names[kind]);
    buf_str(out, "\ndata: ");
    buf_add(out, json);
    buf_str(out, "\n\n");
}

static void put_sse_entry(struct buf *out, const struct record_entry *entry)
{
    struct json j;

    buf_str(out, "id: ");
    buf_u64(out, entry->seq);
    buf_str(out, "\nevent: entry\ndata: ");
    json_init(&j, out);
    record_put_entry(&j, entry);
    buf_str(out, "\n\n");
}

static const struct form forms[FORMS] = {
    {"text/event-stream", put_sse, put_sse_entry},
    {RECORD_WIRE_TYPE, wire_put, wire_put_entry},
};

/* ---- life ---------------------------------------------------------------- */

struct events *events_new(struct node *n)
{
    struct events *e = mem_zalloc(sizeof *e);

    e->node = n;
    feed_meter_init(&e->meter);
    for (unsigned i = 0; i < FORMS; i++) {
        e->audiences[i].form = &forms[i];
        e->audiences[i].events = e;
        list_init(&e->audiences[i].readers);
    }
    e->cut = metrics_counter(n->env.metrics, "imsbox_events_cut_total", "",
                             "Readers of live events cut off as too slow");
    return e;
}

static bool has_readers(const struct events *e)
{
    for (unsigned i = 0; i < FORMS; i++)
        if (!list_is_empty(&e->audiences[i].readers))
            return true;
    return false;
}

static void end(struct reader *r)
{
    struct events *e = r->audience->events;

    list_remove(&r->in_audience);
    feed_close(r->feed);
    free(r);
    if (!has_readers(e))
        timer_stop(e->node->env.timers, &e->tick);
}

void events_free(struct events *e)
{
    if (!e)
        return;
    for (unsigned i = 0; i < FORMS; i++)
        LIST_EACH (it, &e->audiences[i].readers)
            end(container_of(it, struct reader, in_audience));
    str_fini(&e->status);
    free(e);
}

static void on_left(void *ctx)
{
    end(ctx);
}

/* ---- encoding ------------------------------------------------------------ */

static void put_missed(const struct form *f, struct buf *out, uint64_t missed)
{
    char text[64];
    struct buf b;
    struct json j;

    buf_over(&b, text, sizeof text);
    json_init(&j, &b);
    json_object_begin(&j);
    json_put_u64(&j, "missed", missed);
    json_object_end(&j);
    f->put(out, WIRE_MISSED, buf_slice(&b));
}

/* What is behind the cursor and not behind `last`, as far as it fits. */
static struct piece *encode(struct audience *a, struct record_cursor *at,
                            uint64_t last, size_t max)
{
    struct record *record = a->events->node->env.record;
    struct record_entry entry;
    struct buf out;
    uint64_t missed;

    buf_init(&out, max + RECORD_SAYS_MAX + (64 << 20));
    buf_reserve(&out, a->room);
    while (out.n < max && (at->next == 0 || at->next <= last) &&
           record_read(record, at, &entry, &missed)) {
        if (missed)
            put_missed(a->form, &out, missed);
        a->form->put_entry(&out, &entry);
    }
    a->room = out.n;
    return piece_of(&out);
}

static void put_hello(const struct node *n, struct buf *out)
{
    struct json j;

    json_init(&j, out);
    json_object_begin(&j);
    json_put_str(&j, "node", n->env.name);
    json_put_str(&j, "role", topology_role_name(n->self->role));
    json_put_int(&j, "boot_us", node_boot_us(n));
    json_put_u64(&j, "last", record_last_seq(n->env.record));
    json_put_int(&j, "wall_us", n->env.clock->wall_us);
    json_object_end(&j);
}

static void put_status(const struct node *n, struct buf *out)
{
    struct why why = {0};
    bool ready = node_is_ready(n, &why);
    struct json j;

    json_init(&j, out);
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
}

/* ---- telling ------------------------------------------------------------- */

static void tell(struct reader *r, struct piece *p)
{
    struct events *e = r->audience->events;

    if (feed_put(r->feed, p))
        return;
    ++*e->cut;
    log_at(e->node->env.log, LOG_NOTICE,
           "%s: a reader of live events was too slow and is cut off",
           e->node->env.name);
    end(r);
}

static void tell_all(struct audience *a, enum wire_kind kind, struct slice json)
{
    struct piece *p;
    struct buf out;

    if (list_is_empty(&a->readers))
        return;
    buf_init(&out, 2 * STATUS_MAX);
    a->form->put(&out, kind, json);
    p = piece_of(&out);
    LIST_EACH (it, &a->readers)
        tell(container_of(it, struct reader, in_audience), p);
    piece_drop(p);
}

/* To the bound of one reader, so that nobody is cut off for a burst. */
static size_t turn_bytes(const struct events *e)
{
    size_t most = e->node->self->limits.events_bytes / 4;

    return most < TURN_BYTES ? most : TURN_BYTES;
}

/* One encoding for all who had everything before. */
static void tell_front(struct audience *a)
{
    struct events *e = a->events;
    uint64_t was = a->front.next;
    struct piece *p = encode(a, &a->front, record_last_seq(e->node->env.record),
                             turn_bytes(e));

    LIST_EACH (it, &a->readers) {
        struct reader *r = container_of(it, struct reader, in_audience);

        if (r->next.next != was)
            continue;
        r->next = a->front;
        tell(r, p);
    }
    piece_drop(p);
}

/* Who came with an old number gets its own, as fast as it reads. */
static void tell_late(struct audience *a)
{
    size_t max = turn_bytes(a->events);

    LIST_EACH (it, &a->readers) {
        struct reader *r = container_of(it, struct reader, in_audience);
        struct piece *p;

        if (r->next.next >= a->front.next || feed_waiting(r->feed) > max)
            continue;
        p = encode(a, &r->next, a->front.next - 1, max);
        tell(r, p);
        piece_drop(p);
    }
}

static void tell_status(struct events *e)
{
    struct buf json;

    e->status_at_us = e->node->env.clock->mono_us + STATUS_US;
    buf_init(&json, STATUS_MAX);
    put_status(e->node, &json);
    if (!slice_eq(buf_slice(&json), str_slice(&e->status))) {
        str_set(&e->status, buf_slice(&json));
        for (unsigned i = 0; i < FORMS; i++)
            tell_all(&e->audiences[i], WIRE_STATUS, buf_slice(&json));
    }
    buf_fini(&json);
}

static void on_tick(void *ctx)
{
    struct events *e = ctx;
    int64_t now = e->node->env.clock->mono_us;
    bool beat = now >= e->beat_at_us;

    timer_start(e->node->env.timers, &e->tick, TICK_US, on_tick, e);
    for (unsigned i = 0; i < FORMS; i++) {
        if (list_is_empty(&e->audiences[i].readers))
            continue;
        tell_late(&e->audiences[i]);
        tell_front(&e->audiences[i]);
        if (beat)
            tell_all(&e->audiences[i], WIRE_BEAT, S(""));
    }
    if (beat)
        e->beat_at_us = now + BEAT_US;
    if (now >= e->status_at_us)
        tell_status(e);
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

/* The reader may be cut off by what it gets first. */
static void begin(struct reader *r, uint64_t after)
{
    struct events *e = r->audience->events;
    struct buf json, out;
    struct piece *p;

    buf_init(&json, STATUS_MAX);
    buf_init(&out, 2 * STATUS_MAX);
    put_hello(e->node, &json);
    r->audience->form->put(&out, WIRE_HELLO, buf_slice(&json));
    buf_reset(&json);
    put_status(e->node, &json);
    r->audience->form->put(&out, WIRE_STATUS, buf_slice(&json));
    if (!has_readers(e)) {
        str_set(&e->status, buf_slice(&json));
        timer_start(e->node->env.timers, &e->tick, 0, on_tick, e);
    }
    if (list_is_empty(&r->audience->readers))
        r->audience->front.next = record_last_seq(e->node->env.record) + 1;
    r->next.next = after + 1;
    list_append(&r->audience->readers, &r->in_audience);
    p = piece_of(&out);
    tell(r, p);
    piece_drop(p);
    buf_fini(&json);
}

static struct audience *audience_of(struct events *e, const struct api_call *c)
{
    struct slice accept = api_header(c, "Accept");

    return &e->audiences[slice_eq(accept, S(RECORD_WIRE_TYPE)) ? 1 : 0];
}

struct feed *events_feed(struct node *n, void (*left)(void *ctx), void *ctx)
{
    struct feed *f = feed_new(n->self->limits.events_bytes, left, ctx);

    feed_count(f, &n->frame->events->meter);
    feed_endless(f);
    return f;
}

struct usage events_usage(const struct node *n)
{
    return feed_meter_usage(&n->frame->events->meter);
}

void events_get(struct node *n, struct api_call *c)
{
    struct audience *a = audience_of(n->frame->events, c);
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
    r->audience = a;
    r->feed = f;
    begin(r, after);
    api_reply_feed(c, a->form->type, f);
}
