/* SPDX-License-Identifier: MIT
 *
 * Requests of others: checked, given to their application, answered once, and a
 * repetition like the first time (RFC 6733 6.1, 7).
 *
 * H-DIA-1.
 */
#include "base/mem.h"
#include "diameter/bytes.h"
#include "diameter/endpoint.h"
#include <assert.h>

/* A request to us; held by who works on it. */
struct diameter_request {
    struct list link; /* all of the endpoint's */
    struct map_node by_end;
    struct str key; /* origin host and end-to-end identifier */
    struct diameter *d;
    const struct diameter_application *app;
    struct diameter_peer *peer; /* where the answer goes; NULL: gone */
    uint64_t serial;            /* over that connection of it */
    uint32_t hop;
    struct diameter_message m;
    struct arena arena;
};

/* An answer that went out, for requests that come again with the T flag. */
struct kept {
    struct list link;
    struct map_node by_end;
    struct str key;
    int64_t at_us;
    size_t n;
    char bytes[];
};

enum { ARENA_TIMES = 8 }; /* an arena may be that many largest messages */

/* ---- answers kept -------------------------------------------------------- */

static void kept_free(struct diameter *d, struct kept *k)
{
    d->kept_bytes -= k->n;
    list_remove(&k->link);
    map_remove(&d->kept_by_end, &k->by_end);
    str_fini(&k->key);
    free(k);
}

static void trim(struct diameter *d)
{
    int64_t oldest = d->env->clock->mono_us - d->config.limits.kept_us;

    LIST_EACH (it, &d->kept) {
        struct kept *k = container_of(it, struct kept, link);

        if (d->kept_bytes <= d->config.limits.kept && k->at_us >= oldest)
            return;
        kept_free(d, k);
    }
}

static void keep(const struct diameter_request *r, struct slice bytes)
{
    struct diameter *d = r->d;
    struct kept *k = mem_zalloc(sizeof(*k) + bytes.n);

    k->at_us = d->env->clock->mono_us;
    k->n = bytes.n;
    memcpy(k->bytes, bytes.p, bytes.n);
    str_set(&k->key, str_slice(&r->key));
    list_append(&d->kept, &k->link);
    (void)map_add(&d->kept_by_end, &k->by_end, str_slice(&k->key));
    d->kept_bytes += k->n;
    trim(d);
}

/* ---- life ---------------------------------------------------------------- */

void diameter_serve_init(struct diameter *d)
{
    list_init(&d->serving);
    list_init(&d->kept);
    map_init(&d->serving_by_end, dice_u64(d->env->dice), 0);
    map_init(&d->kept_by_end, dice_u64(d->env->dice), 0);
    buf_init(&d->answer, d->config.limits.message);
}

static void request_free(struct diameter_request *r)
{
    list_remove(&r->link);
    map_remove(&r->d->serving_by_end, &r->by_end);
    str_fini(&r->key);
    arena_fini(&r->arena);
    free(r);
}

void diameter_serve_fini(struct diameter *d)
{
    LIST_EACH (it, &d->serving)
        request_free(container_of(it, struct diameter_request, link));
    LIST_EACH (it, &d->kept)
        kept_free(d, container_of(it, struct kept, link));
    map_fini(&d->serving_by_end);
    map_fini(&d->kept_by_end);
    buf_fini(&d->answer);
}

void diameter_serve_peer_gone(struct diameter_peer *p)
{
    LIST_EACH (it, &p->d->serving) {
        struct diameter_request *r =
            container_of(it, struct diameter_request, link);

        if (r->peer == p)
            r->peer = NULL;
    }
}

const struct diameter_message *
diameter_request_message(const struct diameter_request *r)
{
    return &r->m;
}

struct arena *diameter_request_arena(struct diameter_request *r)
{
    return &r->arena;
}

struct record_about diameter_request_about(const struct diameter_request *r)
{
    return (struct record_about){
        .session = avp_text(r->m.avps, AVP_SESSION_ID),
    };
}

/* ---- answering ----------------------------------------------------------- */

static void begin_answer(struct diameter *d, const struct diameter_message *m,
                         const struct diameter_application *app, bool error)
{
    struct diameter_header h = m->h;

    h.flags = (m->h.flags & DIAMETER_P) | (error ? DIAMETER_E : 0);
    diameter_begin(&d->answer, &h);
    diameter_put_session_head(&d->answer, app,
                              avp_text(m->avps, AVP_SESSION_ID));
    avp_put(&d->answer, AVP_ORIGIN_HOST, d->self.host);
    avp_put(&d->answer, AVP_ORIGIN_REALM, d->self.realm);
    avp_put_received(&d->answer, m->avps, AVP_PROXY_INFO);
}

struct buf *diameter_answer_open(struct diameter_request *r, bool error)
{
    assert(!r->d->answering);
    r->d->answering = r;
    begin_answer(r->d, &r->m, r->app, error);
    return &r->d->answer;
}

static void count_answer(struct diameter_peer *p)
{
    p->answers_out++;
    ++*p->d->counters.answers_out;
}

static void send_answer(struct diameter_request *r, struct slice bytes)
{
    struct diameter_peer *p = r->peer;

    if (!p || p->serial != r->serial) {
        record_say(r->d->env->record, diameter_request_about(r), "H-DIA-1",
                   "RFC 6733 5.5.4",
                   "the connection that the request came over is gone: its "
                   "answer waits for a retransmission");
        return;
    }
    count_answer(p);
    (void)diameter_peer_send(p, bytes, S(""));
}

/* A whole answer that refuses, in the end without its Failed-AVP. False: what
 * it must repeat (RFC 6733 6.2) leaves no room for it. */
static bool put_refusal(struct diameter *d, const struct diameter_message *m,
                        const struct diameter_application *app,
                        const struct diameter_fault *f)
{
    struct diameter_fault bare = fault_bare(f);
    bool error = f->result / 1000 == 3;

    begin_answer(d, m, app, error);
    diameter_put_fault(&d->answer, f);
    if (diameter_end(&d->answer))
        return true;
    begin_answer(d, m, app, error);
    diameter_put_fault(&d->answer, &bare);
    return diameter_end(&d->answer);
}

static bool put_too_large(struct diameter_request *r)
{
    struct diameter_fault f;

    (void)fault_set(&f, DIAMETER_UNABLE_TO_COMPLY,
                    "the answer is larger than a message may be");
    return put_refusal(r->d, &r->m, r->app, &f);
}

static void say_no_room(struct diameter *d, struct record_about about)
{
    record_say(d->env->record, about, "H-DIA-1", "RFC 6733 6.2",
               "no answer fits into %zu bytes beside what it must repeat of "
               "the request: none is sent",
               d->config.limits.message);
}

/* is_whole: there is an answer; r is gone. */
static void finish(struct diameter_request *r, bool is_whole)
{
    struct diameter *d = r->d;

    if (is_whole) {
        set32(d->answer.p + 12, r->hop);
        keep(r, buf_slice(&d->answer));
        send_answer(r, buf_slice(&d->answer));
    } else {
        say_no_room(d, diameter_request_about(r));
    }
    request_free(r);
}

void diameter_answer_send(struct diameter_request *r)
{
    struct diameter *d = r->d;

    assert(d->answering == r);
    d->answering = NULL;
    finish(r, diameter_end(&d->answer) || put_too_large(r));
}

void diameter_refuse(struct diameter_request *r, const struct diameter_fault *f)
{
    assert(!r->d->answering);
    record_say(r->d->env->record, diameter_request_about(r), "H-DIA-1",
               "RFC 6733 7", "%s: %s", diameter_result_name(f->result),
               f->text);
    finish(r, put_refusal(r->d, &r->m, r->app, f));
}

void diameter_request_drop(struct diameter_request *r)
{
    struct diameter_fault f;

    ++*r->d->counters.forgotten;
    if (r->d->answering == r)
        r->d->answering = NULL;
    log_at(r->d->env->log, LOG_ERROR, "forgotten answer to a Diameter request");
    (void)fault_set(&f, DIAMETER_UNABLE_TO_COMPLY, "forgotten answer");
    diameter_refuse(r, &f);
}

/* ---- what comes ---------------------------------------------------------- */

/* Refused before there is a request object. */
static void refuse(struct diameter_peer *p, const struct diameter_message *m,
                   const struct diameter_fault *f)
{
    static const struct diameter_application none;
    struct diameter *d = p->d;
    const struct diameter_application *app =
        diameter_endpoint_application(d, m->h.app);

    ++*d->counters.refused;
    diameter_peer_record_drop(p, m, f->text);
    if (!put_refusal(d, m, app ? app : &none, f)) {
        say_no_room(d, (struct record_about){
                           .session = avp_text(m->avps, AVP_SESSION_ID)});
        return;
    }
    count_answer(p);
    (void)diameter_peer_send(p, buf_slice(&d->answer), S(""));
}

static bool check_header(const struct diameter *d,
                         const struct diameter_message *m,
                         struct diameter_fault *f)
{
    const struct diameter_application *app =
        diameter_endpoint_application(d, m->h.app);
    const struct diameter_command_row *row =
        diameter_command_find(m->h.app, m->h.command);

    if (!app && m->h.app != 0)
        return fault_set(f, DIAMETER_APPLICATION_UNSUPPORTED,
                         "application %u is not spoken here", m->h.app);
    if (!app || !row || !app->on_request)
        return fault_set(f, DIAMETER_COMMAND_UNSUPPORTED,
                         "command %u is not served here", m->h.command);
    if (m->h.flags & DIAMETER_E)
        return fault_set(f, DIAMETER_INVALID_HDR_BITS,
                         "a request with the E flag");
    if (row->proxiable != !!(m->h.flags & DIAMETER_P))
        return fault_set(f, DIAMETER_INVALID_HDR_BITS,
                         "the P flag is not as %s wants it", row->name);
    return true;
}

/* What every request carries (RFC 6733 10.1); the rest is the user's. */
static bool check_avps(const struct diameter_message *m,
                       struct diameter_fault *f)
{
    static const struct avp_rule rules[] = {
        {AVP_SESSION_ID, 1, 1},          {AVP_ORIGIN_HOST, 1, 1},
        {AVP_ORIGIN_REALM, 1, 1},        {AVP_DESTINATION_REALM, 1, 1},
        {AVP_DESTINATION_HOST, 0, 1},    {AVP_RESULT_CODE, 0, 0},
        {AVP_EXPERIMENTAL_RESULT, 0, 0},
    };

    return diameter_check(m->avps, rules, sizeof(rules) / sizeof(*rules), f);
}

/* RFC 6733 6.1.4: we are no agent. */
static bool check_destination(const struct diameter *d,
                              const struct diameter_message *m,
                              struct diameter_fault *f)
{
    struct slice host = avp_text(m->avps, AVP_DESTINATION_HOST);
    struct slice realm = avp_text(m->avps, AVP_DESTINATION_REALM);

    if (!slice_eq_nocase(realm, d->self.realm))
        return fault_set(f, DIAMETER_REALM_NOT_SERVED,
                         "realm %.*s is not served here",
                         SLICE_ARG(slice_first(realm, 60)));
    if (host.n > 0 && !slice_eq_nocase(host, d->self.host))
        return fault_set(f, DIAMETER_UNABLE_TO_DELIVER, "%.*s is not here",
                         SLICE_ARG(slice_first(host, 60)));
    return true;
}

static bool check_load(const struct diameter *d, struct diameter_fault *f)
{
    if (d->on_stopped)
        return fault_set(f, DIAMETER_TOO_BUSY, "this node is stopping");
    if (d->serving_by_end.count >= d->config.limits.serving)
        return fault_set(f, DIAMETER_TOO_BUSY, "too many requests under way");
    return true;
}

static void put_key(const struct diameter_message *m, struct str *key)
{
    struct slice host = avp_text(m->avps, AVP_ORIGIN_HOST);
    uint8_t end[4];
    struct buf b;

    buf_init(&b, host.n + sizeof(end) + 1);
    set32(end, m->h.end);
    buf_add(&b, slice_at(end, sizeof(end)));
    buf_add(&b, host);
    str_set(key, buf_slice(&b));
    buf_fini(&b);
}

/* The same request again (RFC 6733 3, end-to-end identifier): answered from
 * what is kept, or by the one that is under way. */
static bool is_duplicate(struct diameter_peer *p,
                         const struct diameter_message *m, struct slice key)
{
    struct diameter *d = p->d;
    struct map_node *node = map_find(&d->kept_by_end, key);

    if (node) {
        struct kept *k = container_of(node, struct kept, by_end);

        diameter_patch(k->bytes, m->h.hop, 0);
        count_answer(p);
        (void)diameter_peer_send(p, slice_at(k->bytes, k->n), S(""));
        return true;
    }
    node = map_find(&d->serving_by_end, key);
    if (node) {
        struct diameter_request *r =
            container_of(node, struct diameter_request, by_end);

        r->peer = p;
        r->serial = p->serial;
        r->hop = m->h.hop;
    }
    return node;
}

/* Takes the key over, unless there is no room. */
static struct diameter_request *request_new(struct diameter_peer *p,
                                            const struct diameter_message *m,
                                            const struct str *key,
                                            struct diameter_fault *f)
{
    struct diameter *d = p->d;
    struct diameter_request *r = mem_zalloc(sizeof(*r));
    struct slice bytes;

    r->d = d;
    r->app = diameter_endpoint_application(d, m->h.app);
    r->peer = p;
    r->serial = p->serial;
    r->hop = m->h.hop;
    arena_init(&r->arena, m->bytes.n + 512,
               ARENA_TIMES * d->config.limits.message);
    bytes = slice_keep(&r->arena, m->bytes);
    if (!bytes.p) {
        fault_set(f, DIAMETER_TOO_BUSY, "no memory is left for this request");
        arena_fini(&r->arena);
        free(r);
        return NULL;
    }
    (void)diameter_read(bytes, &r->m, f);
    r->key = *key;
    list_append(&d->serving, &r->link);
    (void)map_add(&d->serving_by_end, &r->by_end, str_slice(&r->key));
    return r;
}

void diameter_serve_request(struct diameter_peer *p,
                            const struct diameter_message *m)
{
    struct diameter *d = p->d;
    struct diameter_request *r;
    struct diameter_fault f;
    struct str key = {0};

    p->requests_in++;
    ++*d->counters.requests_in;
    if (!check_header(d, m, &f) || !check_avps(m, &f) ||
        !check_destination(d, m, &f)) {
        refuse(p, m, &f);
        return;
    }
    put_key(m, &key);
    if (m->h.flags & DIAMETER_T && is_duplicate(p, m, str_slice(&key))) {
        diameter_peer_record_drop(p, m,
                                  "came before: the same answer serves both");
        ++*d->counters.duplicates;
        str_fini(&key);
        return;
    }
    r = check_load(d, &f) ? request_new(p, m, &key, &f) : NULL;
    if (!r) {
        refuse(p, m, &f);
        str_fini(&key);
        return;
    }
    diameter_peer_record(p, m, S(""));
    r->app->on_request(r->app->ctx, r);
}
