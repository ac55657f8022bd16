/* SPDX-License-Identifier: MIT */
#include "imsbox/dashboard/viewers.h"
#include "base/mem.h"
#include "imsbox/dashboard/doctor/finding.h"
#include "imsbox/dashboard/filter.h"
#include "imsbox/dashboard/network.h"
#include "imsbox/dashboard/step_json.h"
#include "node/events.h"
#include <stdio.h>

enum {
    SNAPSHOT = 200,
    SNAPSHOT_MAX = 20000,
    TURN_STEPS = 2000, /* of one audience at a tick */
    TURN_BYTES = 512 << 10,
    NETWORK_MAX = 16 << 20,
    FINDINGS_MAX = 4 << 20,
    BEAT_US = 15 * SECOND,
    LINKS_US = 1 * SECOND,
};

/* Those who ask for the same. */
struct audience {
    struct map_node in_viewers; /* by filter.key */
    struct filter filter;
    struct list members;
    uint64_t at; /* they have all up to this step */
};

struct viewer {
    struct list in_audience;
    struct audience *audience;
    struct viewers *viewers;
    struct feed *feed;
};

struct viewers {
    struct hub *hub;
    struct map audiences;
    bool *changed; /* nodes */
    unsigned count;
    int64_t beat_at_us, links_at_us;
    struct buf findings; /* events for the next tick */
    uint64_t *cut;
};

static double count_viewers(void *ctx)
{
    return ((const struct viewers *)ctx)->count;
}

struct viewers *viewers_new(struct hub *h)
{
    struct viewers *v = mem_zalloc(sizeof *v);
    struct metrics *m = h->node->env.metrics;

    v->hub = h;
    v->changed = mem_zalloc(h->site.node_count + 1);
    buf_init(&v->findings, FINDINGS_MAX);
    map_init(&v->audiences, dice_u64(h->node->env.dice), 0);
    v->cut = metrics_counter(m, "imsbox_viewers_cut_total", "",
                             "Viewers cut off as too slow");
    metrics_gauge(m, "imsbox_viewers", "", "Viewers of live events",
                  count_viewers, v);
    return v;
}

unsigned viewers_count(const struct viewers *v)
{
    return v->count;
}

static void end(struct viewer *r)
{
    struct audience *a = r->audience;
    struct viewers *v = r->viewers;

    list_remove(&r->in_audience);
    feed_close(r->feed);
    free(r);
    v->count--;
    if (!list_is_empty(&a->members))
        return;
    map_remove(&v->audiences, &a->in_viewers);
    filter_fini(&a->filter);
    free(a);
}

static void on_left(void *ctx)
{
    end(ctx);
}

/* The last member takes its audience along. */
static void end_all(struct audience *a)
{
    bool last;

    do {
        struct list *first = a->members.next;

        last = first->next == &a->members;
        end(container_of(first, struct viewer, in_audience));
    } while (!last);
}

void viewers_free(struct viewers *v)
{
    if (!v)
        return;
    MAP_EACH (it, &v->audiences)
        end_all(container_of(it, struct audience, in_viewers));
    map_fini(&v->audiences);
    buf_fini(&v->findings);
    free(v->changed);
    free(v);
}

/* ---- encoding ------------------------------------------------------------ */

static void begin_event(struct buf *out, struct json *j, const char *name)
{
    buf_printf(out, "event: %s\ndata: ", name);
    json_init(j, out);
}

static void put_hello(const struct hub *h, struct buf *out)
{
    struct json j;

    buf_str(out, "retry: 1000\n");
    begin_event(out, &j, "hello");
    json_object_begin(&j);
    json_key(&j, "boot");
    json_printf(&j, "%llx", (unsigned long long)h->boot);
    json_put_u64(&j, "first", story_first(h->story));
    json_put_u64(&j, "last", story_last(h->story));
    json_object_end(&j);
    buf_str(out, "\n\n");
    begin_event(out, &j, "network");
    network_put(h, &j);
    buf_str(out, "\n\n");
}

static void put_id(const struct hub *h, uint64_t step, struct buf *out)
{
    buf_printf(out, "\nid: %llx-%llu\n\n", (unsigned long long)h->boot,
               (unsigned long long)step);
}

/* What lies behind `after`, up to `gone`; who comes back is not told again. */
static void put_missed(const struct hub *h, uint64_t after, uint64_t gone,
                       struct buf *out)
{
    struct json j;

    begin_event(out, &j, "missed");
    json_object_begin(&j);
    json_put_u64(&j, "missed", gone - after);
    json_object_end(&j);
    put_id(h, gone, out);
}

struct span {
    uint64_t after, last;
    unsigned most;
};

/* Steps of a span that match, as one event; nothing for none. Answers the last
 * step that it is about. */
static uint64_t put_steps(const struct hub *h, const struct filter *f,
                          struct span span, struct buf *out)
{
    uint64_t at = span.after;
    size_t before = out->n;
    unsigned count = 0;
    struct json j;

    begin_event(out, &j, "steps");
    json_object_begin(&j);
    json_key(&j, "steps");
    json_array_begin(&j);
    while (at < span.last && count < span.most &&
           out->n - before < TURN_BYTES) {
        struct told *t = story_at(h->story, ++at);

        if (!t || !filter_matches(f, t))
            continue;
        json_raw(&j, piece_slice(step_piece(h->story, t)));
        count++;
    }
    json_array_end(&j);
    json_object_end(&j);
    put_id(h, at, out);
    if (count == 0)
        out->n = before;
    return at;
}

/* ---- telling ------------------------------------------------------------- */

static bool tell(struct viewer *r, struct piece *p)
{
    if (feed_put(r->feed, p))
        return true;
    ++*r->viewers->cut;
    log_at(r->viewers->hub->node->env.log, LOG_NOTICE,
           "a viewer was too slow and is cut off");
    return false;
}

/* Answers false when nobody is left: then the audience is gone. */
static bool tell_audience(struct audience *a, struct slice text)
{
    struct piece *p;
    bool left = true;

    if (text.n == 0)
        return true;
    p = piece_new(text);
    LIST_EACH (it, &a->members) {
        struct viewer *r = container_of(it, struct viewer, in_audience);
        bool alone = it->next == &a->members && it->prev == &a->members;

        if (tell(r, p))
            continue;
        left = !alone;
        end(r);
        if (alone)
            break;
    }
    piece_drop(p);
    return left;
}

/* Steps that all have by now, and that arrived after all. */
static void put_mended(const struct hub *h, struct buf *out)
{
    struct told *t = story_mended(h->story, NULL);
    struct json j;

    if (!t)
        return;
    begin_event(out, &j, "mended");
    json_object_begin(&j);
    json_key(&j, "steps");
    json_array_begin(&j);
    for (; t; t = story_mended(h->story, t))
        json_raw(&j, piece_slice(step_piece(h->story, t)));
    json_array_end(&j);
    json_object_end(&j);
    buf_str(out, "\n\n");
}

/* What all get alike goes in front of the steps. */
static void put_common(struct viewers *v, struct buf *out)
{
    struct hub *h = v->hub;
    int64_t now = h->node->env.clock->mono_us;
    struct json j;

    for (unsigned i = 0; i < h->site.node_count; i++) {
        if (!v->changed[i])
            continue;
        v->changed[i] = false;
        begin_event(out, &j, "node");
        network_put_node(&h->watches[i], &j);
        buf_str(out, "\n\n");
    }
    buf_add(out, buf_slice(&v->findings));
    buf_reset(&v->findings);
    put_mended(h, out);
    if (now >= v->links_at_us) {
        v->links_at_us = now + LINKS_US;
        if (links_turn(&h->links)) {
            begin_event(out, &j, "links");
            json_object_begin(&j);
            json_key(&j, "links");
            links_put(&h->links, &h->site, &j);
            json_object_end(&j);
            buf_str(out, "\n\n");
        }
    }
    if (now >= v->beat_at_us) {
        v->beat_at_us = now + BEAT_US;
        buf_str(out, ":\n\n");
    }
}

void viewers_tick(struct viewers *v)
{
    const struct hub *h = v->hub;
    struct buf out;
    size_t common;

    buf_init(&out, 2 * NETWORK_MAX);
    put_common(v, &out);
    common = out.n;
    MAP_EACH (it, &v->audiences) {
        struct audience *a = container_of(it, struct audience, in_viewers);
        uint64_t first = story_first(h->story);

        out.n = common;
        if (first > a->at + 1) {
            put_missed(h, a->at, first - 1, &out);
            a->at = first - 1;
        }
        a->at = put_steps(
            h, &a->filter,
            (struct span){a->at, story_last(h->story), TURN_STEPS}, &out);
        tell_audience(a, buf_slice(&out));
    }
    buf_fini(&out);
}

void viewers_note_change(struct viewers *v, const struct watch *w)
{
    v->changed[w->number] = true;
}

void viewers_tell_finding(struct viewers *v, const struct finding *f)
{
    size_t before = v->findings.n;
    struct json j;

    if (v->count == 0)
        return;
    begin_event(&v->findings, &j, "finding");
    finding_put(&j, f);
    buf_str(&v->findings, "\n\n");
    if (v->findings.full)
        v->findings.n = before;
}

void viewers_begin_anew(struct viewers *v)
{
    MAP_EACH (it, &v->audiences) {
        struct audience *a = container_of(it, struct audience, in_viewers);

        a->at = story_last(v->hub->story);
        tell_audience(a, S("event: reset\ndata: {}\n\n"));
    }
}

/* ---- a viewer ------------------------------------------------------------ */

/* "BOOT-STEP" of this life of ours. */
static bool read_last_id(const struct hub *h, struct slice id, uint64_t *out)
{
    struct slice boot;
    uint64_t number;

    return id.p && slice_cut(&id, '-', &boot) && slice_hex_u64(boot, &number) &&
           number == h->boot && slice_u64(id, UINT64_MAX - 1, out);
}

/* Of a browser that comes back by itself; else as a page asked that opened a
 * new stream: it cannot set headers. */
static struct slice last_id_of(struct api_call *c)
{
    struct slice id = api_header(c, "Last-Event-ID");

    if (!id.p && !api_query(c, "last_event_id", &id))
        id = (struct slice){NULL, 0};
    return id;
}

/* Behind which step the newest begin: at most limit of them, and no more than
 * `room` bytes. *cut: there are more. */
static uint64_t newest(const struct hub *h, const struct audience *a,
                       uint64_t limit, size_t room, bool *cut)
{
    struct told *t = story_at(h->story, a->at);
    uint64_t after = a->at;
    size_t bytes = 0;

    *cut = false;
    for (; t; t = story_previous(h->story, t)) {
        if (!filter_matches(&a->filter, t))
            continue;
        bytes += piece_slice(step_piece(h->story, t)).n + 1;
        *cut = limit == 0 || bytes > room;
        if (*cut)
            break;
        after = t->id - 1;
        limit--;
    }
    return after;
}

/* Up to where its audience is: from there on it gets what they get. */
static void put_snapshot(const struct hub *h, const struct audience *a,
                         struct api_call *c, uint64_t limit, struct buf *out)
{
    size_t room = out->max / 2;
    bool cut;
    uint64_t after, oldest = newest(h, a, SNAPSHOT_MAX, room, &cut);
    uint64_t first = story_first(h->story);
    uint64_t gone = cut || first == 0 ? oldest : first - 1;

    if (!read_last_id(h, last_id_of(c), &after) || after > a->at)
        after = newest(h, a, limit, room, &cut);
    else if (after < gone)
        put_missed(h, after, gone, out);
    if (after < oldest)
        after = oldest;
    while (after < a->at && out->n < out->max / 4 * 3)
        after = put_steps(h, &a->filter,
                          (struct span){after, a->at, TURN_STEPS}, out);
    if (after < a->at)
        put_missed(h, after, a->at, out);
}

static struct audience *audience_of(struct viewers *v, struct filter *f)
{
    struct map_node *at = map_find(&v->audiences, str_slice(&f->key));
    struct audience *a;

    if (at) {
        filter_fini(f);
        return container_of(at, struct audience, in_viewers);
    }
    a = mem_zalloc(sizeof *a);
    a->filter = *f;
    a->at = story_last(v->hub->story);
    list_init(&a->members);
    map_add(&v->audiences, &a->in_viewers, str_slice(&a->filter.key));
    return a;
}

static void begin(struct viewer *r, struct api_call *c, uint64_t limit)
{
    const struct hub *h = r->viewers->hub;
    struct piece *p;
    struct buf out;

    buf_init(&out, h->node->self->limits.events_bytes);
    put_hello(h, &out);
    put_snapshot(h, r->audience, c, limit, &out);
    p = piece_new(buf_slice(&out));
    feed_put(r->feed, p);
    piece_drop(p);
    buf_fini(&out);
}

void viewers_get(struct node *n, struct api_call *c)
{
    struct viewers *v = hub_of(n)->viewers;
    struct viewer *r;
    struct filter f;
    uint64_t limit;
    struct why why;

    if (api_query_u64(c, "limit", SNAPSHOT_MAX, SNAPSHOT, &limit, &why) ||
        filter_read(c, &f, &why)) {
        api_fail(c, why.err, &why);
        return;
    }
    r = mem_zalloc(sizeof *r);
    r->viewers = v;
    r->audience = audience_of(v, &f);
    r->feed = events_feed(n, on_left, r);
    list_append(&r->audience->members, &r->in_audience);
    v->count++;
    begin(r, c, limit);
    api_reply_feed(c, "text/event-stream", r->feed);
}
