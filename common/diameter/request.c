/* SPDX-License-Identifier: MIT
 *
 * Requests of ours: identifiers, peers, time, failover (RFC 6733 5.5.4, 6.2).
 *
 * H-DIA-1.
 */
#include "base/mem.h"
#include "diameter/bytes.h"
#include "diameter/route.h"
#include <assert.h>

/* A request of ours without answer. Its hop-by-hop identifier stays the same
 * over a failover: it is unique among all that are under way, and a late
 * answer of the first peer is as good as the second's. */
struct asked {
    struct map_node by_hop;
    uint8_t key[4];
    struct diameter *d;
    struct diameter_peer *tried[MOST_TRIED]; /* the last: where it is now */
    size_t tried_count;
    struct list link; /* in the peer's list, or alone: waits for a peer */
    struct timer timer;
    enum ims_err failure; /* known before it was sent; told by the timer */
    uint32_t app;
    struct str call;
    diameter_answer_fn *fn;
    void *ctx;
    size_t n;
    char bytes[];
};

void diameter_ask_init(struct diameter *d)
{
    map_init(&d->asked, dice_u64(d->env->dice), 0);
    buf_init(&d->ask, d->config.limits.message);
}

static void detach(struct asked *a)
{
    if (list_is_empty(&a->link))
        return;
    a->tried[a->tried_count - 1]->pending--;
    list_remove(&a->link);
}

static void asked_free(struct asked *a)
{
    detach(a);
    map_remove(&a->d->asked, &a->by_hop);
    timer_stop(a->d->env->timers, &a->timer);
    str_fini(&a->call);
    free(a);
}

void diameter_ask_fini(struct diameter *d)
{
    MAP_EACH (it, &d->asked)
        asked_free(container_of(it, struct asked, by_hop));
    map_fini(&d->asked);
    buf_fini(&d->ask);
    str_fini(&d->ask_call);
}

/* ---- writing ------------------------------------------------------------- */

void diameter_put_session_head(struct buf *out,
                               const struct diameter_application *app,
                               struct slice session)
{
    enum { NO_STATE_MAINTAINED = 1 };
    size_t mark;

    if (session.p)
        avp_put(out, AVP_SESSION_ID, session);
    if (app->vendor) {
        mark = avp_group(out, AVP_VENDOR_SPECIFIC_APPLICATION_ID, true);
        avp_put_u32(out, AVP_VENDOR_ID, app->vendor);
        avp_put_u32(out, AVP_AUTH_APPLICATION_ID, app->id);
        avp_group_end(out, mark);
    }
    if (app->stateless)
        avp_put_u32(out, AVP_AUTH_SESSION_STATE, NO_STATE_MAINTAINED);
}

/* RFC 6733 8.8 */
static void put_new_session(struct diameter *d,
                            const struct diameter_application *app)
{
    char text[300];
    struct buf b;

    buf_over(&b, text, sizeof(text));
    buf_printf(&b, "%.*s;%u;%u", SLICE_ARG(slice_first(d->self.host, 255)),
               d->session_high, d->session_low++);
    diameter_put_session_head(&d->ask, app, buf_slice(&b));
}

static uint32_t free_hop(struct diameter *d)
{
    uint8_t key[4];

    do
        set32(key, diameter_endpoint_next_hop(d));
    while (map_find(&d->asked, slice_at(key, sizeof(key))));
    return get32(key);
}

struct buf *diameter_ask_open(struct diameter *d, const struct diameter_ask *a)
{
    const struct diameter_application *app =
        diameter_endpoint_application(d, a->app);
    const struct diameter_command_row *row =
        diameter_command_find(a->app, a->command);

    assert(app && row && !d->ask_is_open);
    d->ask_is_open = true;
    d->ask_app = a->app;
    str_set(&d->ask_call, a->call);
    diameter_begin(&d->ask,
                   &(struct diameter_header){
                       .flags = DIAMETER_R | (row->proxiable ? DIAMETER_P : 0),
                       .command = a->command,
                       .app = a->app,
                       .hop = free_hop(d),
                       .end = diameter_endpoint_next_end(d)});
    put_new_session(d, app);
    avp_put(&d->ask, AVP_ORIGIN_HOST, d->self.host);
    avp_put(&d->ask, AVP_ORIGIN_REALM, d->self.realm);
    avp_put(&d->ask, AVP_DESTINATION_REALM,
            a->realm.n ? a->realm : diameter_route_home(d));
    if (a->host.n > 0)
        avp_put(&d->ask, AVP_DESTINATION_HOST, a->host);
    return &d->ask;
}

/* ---- sending ------------------------------------------------------------- */

static void finish(struct asked *a, enum ims_err err,
                   const struct diameter_message *answer)
{
    diameter_answer_fn *fn = a->fn;
    void *ctx = a->ctx;

    asked_free(a);
    fn(ctx, err, answer);
}

static struct slice avps_of(const struct asked *a)
{
    return slice_at(a->bytes + DIAMETER_HEADER, a->n - DIAMETER_HEADER);
}

static void on_timer(void *ctx)
{
    struct asked *a = ctx;

    record_say(a->d->env->record,
               (struct record_about){
                   .call = str_slice(&a->call),
                   .session = avp_text(avps_of(a), AVP_SESSION_ID),
               },
               "H-DIA-1", "RFC 6733 5.5.4",
               "the Diameter request gets no answer: %s",
               ims_err_text(a->failure));
    if (a->failure == IMS_TIMEOUT)
        ++*a->d->counters.timeouts;
    finish(a, a->failure, NULL);
}

static void finish_later(struct asked *a, enum ims_err failure, int64_t us)
{
    a->failure = failure;
    timer_start(a->d->env->timers, &a->timer, us, on_timer, a);
}

static void send_to(struct asked *a, struct diameter_peer *p)
{
    detach(a);
    if (a->tried_count == MOST_TRIED)
        a->tried_count--;
    a->tried[a->tried_count++] = p;
    list_append(&p->asked, &a->link);
    p->pending++;
    p->requests_out++;
    ++*a->d->counters.requests_out;
    if (a->tried_count > 1)
        ++*a->d->counters.failovers;
    if (diameter_peer_send(p, slice_at(a->bytes, a->n), str_slice(&a->call)) !=
        IMS_OK)
        log_at(a->d->env->log, LOG_WARN,
               "Diameter request to %s could not be queued", str_c(&p->host));
}

/* Another peer that can take it, or NULL. With fresh, one already tried may
 * take it again: its connection is a new one. */
static struct diameter_peer *choose(const struct asked *a, bool fresh)
{
    struct slice avps = avps_of(a);
    struct route_wish w = {
        .app = a->app,
        .host = avp_text(avps, AVP_DESTINATION_HOST),
        .realm = avp_text(avps, AVP_DESTINATION_REALM),
        .tried = a->tried,
        .tried_count = fresh ? 0 : a->tried_count,
    };

    return diameter_route_choose(a->d, &w);
}

static struct asked *asked_new(struct diameter *d, diameter_answer_fn *fn,
                               void *ctx)
{
    struct asked *a = mem_zalloc(sizeof(*a) + d->ask.n);

    a->d = d;
    a->app = d->ask_app;
    a->fn = fn;
    a->ctx = ctx;
    list_init(&a->link);
    str_set(&a->call, str_slice(&d->ask_call));
    a->n = d->ask.n;
    memcpy(a->bytes, d->ask.p, a->n);
    memcpy(a->key, a->bytes + 12, sizeof(a->key));
    (void)map_add(&d->asked, &a->by_hop, slice_at(a->key, sizeof(a->key)));
    return a;
}

uint64_t diameter_ask_send(struct diameter *d, diameter_answer_fn *fn,
                           void *ctx)
{
    bool is_whole = diameter_end(&d->ask);
    struct asked *a = asked_new(d, fn, ctx);
    struct diameter_peer *p;

    d->ask_is_open = false;
    if (!is_whole) {
        finish_later(a, IMS_TOO_LARGE, 0);
    } else if (d->asked.count > d->config.limits.pending) {
        ++*d->counters.full;
        finish_later(a, IMS_FULL, 0);
    } else if (!(p = choose(a, false))) {
        finish_later(a, IMS_UNREACHABLE, 0);
    } else {
        finish_later(a, IMS_TIMEOUT, d->config.timers.answer);
        send_to(a, p);
    }
    return (uint64_t)1 << 32 | get32(a->key);
}

struct usage diameter_pending_usage(const struct diameter *d)
{
    return (struct usage){.now = d->asked.count,
                          .most = d->asked.most,
                          .refused = *d->counters.full};
}

static struct asked *asked_find(struct diameter *d, uint32_t hop)
{
    struct map_node *node;
    uint8_t key[4];

    set32(key, hop);
    node = map_find(&d->asked, slice_at(key, sizeof(key)));
    return node ? container_of(node, struct asked, by_hop) : NULL;
}

void *diameter_cancel(struct diameter *d, uint64_t ticket)
{
    struct asked *a = asked_find(d, (uint32_t)ticket);
    void *ctx = a ? a->ctx : NULL;

    if (a)
        asked_free(a);
    return ctx;
}

/* ---- answers ------------------------------------------------------------- */

static bool is_answer_to(const struct asked *a, const struct diameter_peer *p,
                         const struct diameter_message *m)
{
    if (get24(a->bytes + 5) != m->h.command ||
        get32(a->bytes + 16) != m->h.end || a->app != m->h.app)
        return false;
    for (size_t i = 0; i < a->tried_count; i++)
        if (a->tried[i] == p)
            return true;
    return false;
}

/* Refused on the way, not by who knows the user (RFC 6733 7.1.3). Of more peers
 * than are remembered it would go round among the rest. */
static bool is_worth_another(const struct asked *a,
                             const struct diameter_message *m)
{
    uint32_t vendor;
    unsigned result = diameter_answer_result(m, &vendor);

    return a->tried_count < MOST_TRIED && m->h.flags & DIAMETER_E &&
           (result == DIAMETER_UNABLE_TO_DELIVER ||
            result == DIAMETER_TOO_BUSY);
}

void diameter_ask_answer(struct diameter_peer *p,
                         const struct diameter_message *m)
{
    struct asked *a = asked_find(p->d, m->h.hop);
    struct diameter_peer *other;

    p->answers_in++;
    ++*p->d->counters.answers_in;
    if (!a || !is_answer_to(a, p, m)) {
        ++*p->d->counters.strays;
        diameter_peer_record_drop(p, m, "an answer to no request that waits");
        return;
    }
    diameter_peer_record(p, m, str_slice(&a->call));
    other = is_worth_another(a, m) ? choose(a, false) : NULL;
    if (other)
        send_to(a, other);
    else
        finish(a, IMS_OK, m);
}

/* RFC 6733 5.5.4: what was sent may have arrived, hence the T flag. */
void diameter_ask_failover(struct diameter_peer *p)
{
    LIST_EACH (it, &p->asked) {
        struct asked *a = container_of(it, struct asked, link);
        struct diameter_peer *other = choose(a, false);

        diameter_patch(a->bytes, get32(a->key), DIAMETER_T);
        if (other)
            send_to(a, other);
        else if (p->state == PEER_CLOSED)
            detach(a);
    }
}

void diameter_ask_resume(struct diameter_peer *p)
{
    MAP_EACH (it, &p->d->asked) {
        struct asked *a = container_of(it, struct asked, by_hop);

        if (a->failure == IMS_TIMEOUT && list_is_empty(&a->link) &&
            choose(a, true) == p)
            send_to(a, p);
    }
}
