/* SPDX-License-Identifier: MIT */
#include "imsbox/dashboard/watch.h"
#include <jansson.h>
#include <stdio.h>
#include <time.h>

enum {
    RETRY_US = 500 * MSEC,
    EARLY_RETRY_US = 50 * MSEC, /* while it may be starting */
    EARLY_US = 4 * SECOND,      /* then a node that nobody listens at is dead */
    PROBE_EVERY_US = 2 * SECOND,
    PROBE_MS = 1500,
    START_US = 2 * SECOND,    /* so long its story may still begin */
    CLOCK_US = 500 * MSEC,    /* what a clock may be off and be believed */
    SILENCE_US = 40 * SECOND, /* a node gives a sign of life every 15 s */
};

static void follow(void *ctx);

/* ---- dead or alive ------------------------------------------------------- */

static void set_state(struct watch *w, enum watch_state state, const char *why)
{
    if (w->state == state && strcmp(w->why, why) == 0)
        return;
    if (w->state != state)
        w->since_us = w->net->clock->wall_us;
    w->state = state;
    snprintf(w->why, sizeof w->why, "%s", why);
    if (state != WATCH_ALIVE)
        str_set(&w->status, S(""));
    w->h->on_change(w->ctx, w);
}

static void retry(struct watch *w)
{
    timer_start(w->net->timers, &w->retry,
                w->state == WATCH_STARTING ? EARLY_RETRY_US : RETRY_US, follow,
                w);
}

/* All start together, and a node is not dead for being the later one. */
static bool may_be_starting(const struct watch *w)
{
    return w->state == WATCH_STARTING &&
           w->net->clock->wall_us - w->began_us < EARLY_US;
}

/* ---- its clock ----------------------------------------------------------- */

/* That of the loop may be as old as a long turn. */
static int64_t wall_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * SECOND + now.tv_nsec / 1000;
}

/* Of our wall clock: another value, and somebody has set it. */
static int64_t epoch_us(void)
{
    struct timespec since;

    clock_gettime(CLOCK_MONOTONIC, &since);
    return wall_us() - (int64_t)since.tv_sec * SECOND - since.tv_nsec / 1000;
}

static bool is_clock_set(const struct watch *w)
{
    return llabs(epoch_us() - w->epoch_us) > CLOCK_US;
}

/* What comes here was on its way for a while, so the clock is behind by no more
 * than what came soonest seems late. */
static int64_t our_time(struct watch *w, int64_t its_us)
{
    int64_t late_us = wall_us() - its_us;

    if (late_us < w->behind_us)
        w->behind_us = late_us;
    return llabs(w->behind_us) < CLOCK_US ? its_us : its_us + w->behind_us;
}

/* ---- its events ---------------------------------------------------------- */

static uint64_t number(const json_t *j, const char *key)
{
    return (uint64_t)json_integer_value(json_object_get(j, key));
}

/* A node that was started anew counts from 1 again. */
static void on_hello(struct watch *w, const json_t *j)
{
    int64_t its_us = json_integer_value(json_object_get(j, "wall_us"));
    uint64_t boot = number(j, "boot_us");

    w->again = w->boot != 0 && w->boot != boot && w->seq != 0;
    if (w->again || w->boot != boot)
        w->seq = 0;
    w->boot = boot;
    w->goal = number(j, "last");
    w->reached_us = 0;
    w->epoch_us = epoch_us();
    w->behind_us = its_us && wire_is_time(its_us) ? wall_us() - its_us : 0;
    if (!w->again)
        set_state(w, WATCH_ALIVE, "");
}

static void on_entry(struct watch *w, struct slice payload)
{
    struct wire_entry e;

    w->again = is_clock_set(w);
    if (w->again)
        return;
    if (!wire_read_entry(payload, &e)) {
        w->h->on_missed(w->ctx, w, 1);
        return;
    }
    e.wall_us = our_time(w, e.wall_us);
    w->seq = e.seq;
    w->reached_us = e.wall_us;
    w->h->on_entry(w->ctx, w, &e);
}

static void on_status(struct watch *w, struct slice json)
{
    json_t *j = json_loadb(json.p, json.n, 0, NULL);
    bool ready = json_is_true(json_object_get(j, "ready"));

    json_decref(j);
    if (ready != w->ready)
        w->since_us = w->net->clock->wall_us;
    w->ready = ready;
    str_set(&w->status, json);
    w->h->on_change(w->ctx, w);
}

static void on_frame(void *ctx, enum wire_kind kind, struct slice payload)
{
    struct watch *w = ctx;
    json_t *j = NULL;

    if (w->again)
        return;
    if (kind == WIRE_ENTRY) {
        on_entry(w, payload);
    } else if (kind == WIRE_STATUS) {
        on_status(w, payload);
    } else if (kind == WIRE_HELLO) {
        j = json_loadb(payload.p, payload.n, 0, NULL);
        on_hello(w, j);
    } else if (kind == WIRE_MISSED) {
        j = json_loadb(payload.p, payload.n, 0, NULL);
        w->h->on_missed(w->ctx, w, number(j, "missed"));
    }
    json_decref(j);
}

/* The connection is lost, and neither end was told. */
static void on_silence(void *ctx)
{
    struct watch *w = ctx;

    fetch_cancel(w->stream);
    follow(w);
}

static void expect_life(struct watch *w)
{
    timer_start(w->net->timers, &w->silence, SILENCE_US, on_silence, w);
}

static bool on_part(void *ctx, struct slice bytes)
{
    struct watch *w = ctx;

    expect_life(w);
    return wire_take(&w->wire, bytes) && !w->again;
}

static void on_stream_end(void *ctx, const struct fetch_answer *a)
{
    struct watch *w = ctx;
    char why[200];

    w->stream = NULL;
    timer_stop(w->net->timers, &w->silence);
    if (w->again) {
        timer_start(w->net->timers, &w->retry, 0, follow, w);
        return;
    }
    if (a->status == 200)
        snprintf(why, sizeof why, "it ended, or the connection to it did");
    else if (a->status == 401)
        snprintf(why, sizeof why,
                 "it runs and does not let the dashboard in (401): both need "
                 "the same IMSBOX_TOKEN, or the same `access: {tokens: ...}`");
    else if (a->status == 403)
        snprintf(why, sizeof why,
                 "it runs and is not reached by the name in %s (403): its own "
                 "topology needs that as its host, or in "
                 "`access: {names: ...}`",
                 w->at->admin);
    else if (a->status)
        snprintf(why, sizeof why, "it answered %ld", a->status);
    else
        snprintf(why, sizeof why, "%s (%s)", a->why, w->at->admin);
    if (a->status || !may_be_starting(w))
        set_state(w, WATCH_DEAD, why);
    retry(w);
}

static const struct fetch_handler stream_handler = {on_part, on_stream_end};

static void follow(void *ctx)
{
    struct watch *w = ctx;
    struct fetch_request rq = {.method = "GET",
                               .token = w->token,
                               .headers = {{"Accept", S(RECORD_WIRE_TYPE)}},
                               .header_count = 1};
    char url[400];

    w->again = false;
    wire_reset(&w->wire);
    snprintf(url, sizeof url, "%s/api/v1/events?after=%llu", w->at->admin,
             (unsigned long long)w->seq);
    rq.url = url;
    w->stream = fetch_start(w->fetcher, &rq, &stream_handler, w);
    expect_life(w);
}

/* ---- does it still answer? ----------------------------------------------- */

static void probe(void *ctx);

/* A stopped process, or one in an endless loop, keeps its connections. */
static void on_probe_end(void *ctx, const struct fetch_answer *a)
{
    struct watch *w = ctx;

    w->probe = NULL;
    timer_start(w->net->timers, &w->next_probe, PROBE_EVERY_US, probe, w);
    if (!w->stream || w->state == WATCH_STARTING)
        return;
    if (a->status == 0 && w->state == WATCH_ALIVE)
        set_state(w, WATCH_DEAD, "it runs, and does not answer");
    else if (a->status && w->state == WATCH_DEAD) {
        fetch_cancel(w->stream);
        w->stream = NULL;
        follow(w);
    }
}

static const struct fetch_handler probe_handler = {NULL, on_probe_end};

static void probe(void *ctx)
{
    struct watch *w = ctx;
    struct fetch_request rq = {.method = "GET", .timeout_ms = PROBE_MS};
    char url[400];

    snprintf(url, sizeof url, "%s/livez", w->at->admin);
    rq.url = url;
    w->probe = fetch_start(w->fetcher, &rq, &probe_handler, w);
}

/* ---- life ---------------------------------------------------------------- */

void watch_begin(struct watch *w, struct fetcher *f, struct net *net,
                 const struct watch_handler *h, void *ctx)
{
    w->fetcher = f;
    w->net = net;
    w->h = h;
    w->ctx = ctx;
    w->since_us = w->began_us = net->clock->wall_us;
    wire_init(&w->wire, on_frame, w);
    follow(w);
    timer_start(net->timers, &w->next_probe, PROBE_EVERY_US, probe, w);
}

void watch_end(struct watch *w)
{
    fetch_cancel(w->stream);
    fetch_cancel(w->probe);
    timer_stop(w->net->timers, &w->retry);
    timer_stop(w->net->timers, &w->next_probe);
    timer_stop(w->net->timers, &w->silence);
    wire_fini(&w->wire);
    str_fini(&w->status);
}

int64_t watch_horizon(const struct watch *w)
{
    bool starts =
        w->boot == 0 && w->net->clock->wall_us - w->began_us < START_US;

    if (starts)
        return 0;
    if (w->state != WATCH_ALIVE || w->seq >= w->goal)
        return INT64_MAX;
    return w->reached_us;
}

const char *watch_state_name(enum watch_state s)
{
    switch (s) {
    case WATCH_STARTING: return "starting";
    case WATCH_ALIVE: return "alive";
    case WATCH_DEAD: return "dead";
    }
    return "";
}
