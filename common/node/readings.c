/* SPDX-License-Identifier: MIT */
#include "node/readings.h"
#include "node/events.h"
#include "node/frame.h"

enum { PAGE = 100, PAGE_MAX = 1000, OF_MAX = 1000 };

/* ---- limits -------------------------------------------------------------- */

struct limit {
    const char *name, *what, *refused;
    uint64_t limit;
};

static void put_limit(struct json *j, const struct limit *l,
                      const struct usage *used)
{
    json_object_begin(j);
    json_put_str(j, "name", l->name);
    json_put_str(j, "what", l->what);
    json_put_u64(j, "limit", l->limit);
    if (used) {
        json_put_u64(j, "used", used->now);
        json_put_u64(j, "most", used->most);
        json_put_u64(j, l->refused, used->refused);
    }
    json_object_end(j);
}

void readings_limit(struct api_call *c, const char *name, const char *what,
                    uint64_t limit, const struct usage *used)
{
    put_limit(&c->json, &(struct limit){name, what, "refused", limit}, used);
}

void readings_ring(struct api_call *c, const char *name, const char *what,
                   uint64_t limit, const struct usage *used)
{
    put_limit(&c->json, &(struct limit){name, what, "forgotten", limit}, used);
}

/* What waits to leave, as long as there is a world to leave to. */
static void put_queues(struct api_call *c)
{
    const struct topology_limits *l = &c->node->self->limits;
    const struct loop *loop = c->node->loop;
    struct usage udp = {0}, stream = {0};

    if (loop) {
        udp = loop_udp_usage(loop);
        stream = loop_stream_usage(loop);
    }
    readings_limit(c, "udp_queue_bytes", "bytes that wait to be sent by UDP",
                   l->udp_queue_bytes, &udp);
    readings_limit(c, "stream_queue_bytes",
                   "bytes that wait to be sent over one stream",
                   l->stream_queue_bytes, &stream);
}

void readings_limits_begin(struct api_call *c)
{
    const struct topology_limits *l = &c->node->self->limits;
    struct usage record = record_usage(c->node->env.record);
    struct usage events = events_usage(c->node);

    json_object_begin(&c->json);
    json_key(&c->json, "limits");
    json_array_begin(&c->json);
    readings_ring(c, "record_bytes", "bytes of messages and decisions kept",
                  l->record_bytes, &record);
    readings_limit(c, "http_bytes", "bytes of an API request's body",
                   l->http_bytes, NULL);
    readings_limit(c, "http_connections", "connections of API clients",
                   l->http_connections, &c->node->frame->clients);
    readings_limit(c, "events_bytes", "bytes of live events for one reader",
                   l->events_bytes, &events);
    put_queues(c);
}

void readings_limits_end(struct api_call *c)
{
    json_array_end(&c->json);
    json_object_end(&c->json);
    api_reply(c, 200);
}

/* ---- timers -------------------------------------------------------------- */

struct row {
    const char *name, *what, *clause;
    int64_t us;
};

static void put_timer(struct json *j, const struct row *r,
                      const struct topology_listener *l)
{
    char text[ADDR_TEXT_MAX];

    json_object_begin(j);
    json_put_str(j, "name", r->name);
    json_put_str(j, "what", r->what);
    json_put_str(j, "clause", r->clause);
    if (l) {
        json_put_str(j, "listener", addr_text(&l->at.addr, text));
        json_put_str(j, "transport", transport_name(l->at.addr.transport));
    }
    json_put_int(j, "milliseconds", r->us / MSEC);
    json_object_end(j);
}

static void put_rows(struct json *j, const struct row *rows, size_t n,
                     const struct topology_listener *l)
{
    for (size_t i = 0; i < n; i++)
        put_timer(j, &rows[i], l);
}

static void put_sip(struct json *j, const struct topology_listener *l)
{
    const struct row rows[] = {
        {"T1", "estimated round trip", "RFC 3261 17.1.1.1", l->timers.t1},
        {"T2", "longest pause before a request is sent again",
         "RFC 3261 17.1.2.2", l->timers.t2},
        {"T4", "longest stay of a message in the network", "RFC 3261 17.1.2.2",
         l->timers.t4},
        {"C", "longest wait of a proxy for a final answer to INVITE",
         "RFC 3261 16.6", l->timers.timer_c},
    };

    put_rows(j, rows, sizeof(rows) / sizeof(rows[0]), l);
}

static bool is_sip(const struct topology_listener *l)
{
    return l->trust == TOPOLOGY_GM || l->trust == TOPOLOGY_MW ||
           l->trust == TOPOLOGY_ISC;
}

static void put_diameter(struct json *j, const struct topology_timers *t)
{
    const struct row rows[] = {
        {"cx_answer", "longest wait for a Cx answer, all peers tried",
         "TS 29.229", t->cx_answer},
        {"Tw", "silence before a peer is asked whether it is there",
         "RFC 3539 3.4.1", t->watchdog},
        {"Tc", "longest pause before a peer is connected to again",
         "RFC 6733 2.1", t->reconnect},
    };

    put_rows(j, rows, sizeof(rows) / sizeof(rows[0]), NULL);
}

static void put_own(struct json *j, const struct topology_node *self)
{
    const struct row reg = {"reg-await-auth",
                            "wait for the answer to a "
                            "challenge",
                            "TS 24.229 7.8", self->timers.reg_await_auth};
    const struct row drain = {"drain",
                              "time for what goes on when the node "
                              "is told to stop",
                              "", self->timers.drain};

    if (self->role == TOPOLOGY_SCSCF)
        put_timer(j, &reg, NULL);
    put_timer(j, &drain, NULL);
}

void readings_get_timers(struct node *n, struct api_call *c)
{
    const struct topology_node *self = n->self;
    struct json *j = &c->json;

    json_object_begin(j);
    json_put_u64(j, "running", n->env.timers->count);
    json_key(j, "timers");
    json_array_begin(j);
    for (unsigned i = 0; i < self->listener_count; i++)
        if (is_sip(&self->listeners[i]))
            put_sip(j, &self->listeners[i]);
    if (self->peer_count || self->role == TOPOLOGY_HSS)
        put_diameter(j, &self->timers);
    put_own(j, self);
    json_array_end(j);
    json_object_end(j);
    api_reply(c, 200);
}

/* ---- pages --------------------------------------------------------------- */

static int by_bytes(const void *a, const void *b)
{
    return slice_cmp(*(const struct slice *)a, *(const struct slice *)b);
}

static bool read_of(struct api_call *c, struct readings_page *out)
{
    struct slice text, word, *of;
    size_t n = 0;

    if (!api_query(c, "of", &text))
        return true;
    of = arena_alloc(&c->arena, OF_MAX * sizeof *of);
    if (!of) {
        api_problem(c, 503, "no memory is left for this request");
        return false;
    }
    while (n < OF_MAX && slice_cut(&text, ' ', &word))
        if (word.n)
            of[n++] = word;
    if (text.n) {
        api_problem(c, 400, "of: at most %d at once", OF_MAX);
        return false;
    }
    qsort(of, n, sizeof *of, by_bytes);
    out->of = of;
    out->of_count = n;
    return true;
}

bool readings_page(struct api_call *c, struct readings_page *out)
{
    struct why why;

    *out = (struct readings_page){0};
    api_query(c, "q", &out->q);
    out->q = slice_trim(out->q);
    if (api_query_u64(c, "offset", UINT32_MAX, 0, &out->skip, &why) ||
        api_query_u64(c, "after", UINT32_MAX, out->skip, &out->skip, &why) ||
        api_query_u64(c, "limit", PAGE_MAX, PAGE, &out->limit, &why)) {
        api_fail(c, why.err, &why);
        return false;
    }
    return read_of(c, out);
}

bool readings_looks(const struct readings_page *p)
{
    return p->q.n || p->of;
}

static bool has_line(const struct readings_page *p, struct slice text)
{
    struct slice line;

    while (slice_cut(&text, '\n', &line))
        if (bsearch(&line, p->of, p->of_count, sizeof line, by_bytes))
            return true;
    return false;
}

static bool has(struct slice text, struct slice q)
{
    for (size_t i = 0; i + q.n <= text.n; i++)
        if (slice_eq_nocase(slice_first(slice_from(text, i), q.n), q))
            return true;
    return q.n == 0;
}

bool readings_wants(struct readings_page *p, struct slice text)
{
    if (p->q.n && !has(text, p->q))
        return false;
    if (p->of && !has_line(p, text))
        return false;
    if (p->seen++ < p->skip || p->shown >= p->limit)
        return false;
    p->shown++;
    return true;
}

void readings_page_end(struct api_call *c, const struct readings_page *p)
{
    if (readings_looks(p))
        json_put_u64(&c->json, "matching", p->seen);
    if (p->skip + p->shown < p->seen)
        json_put_u64(&c->json, "next_after", p->skip + p->shown);
}
