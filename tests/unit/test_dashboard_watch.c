/* SPDX-License-Identifier: MIT
 *
 * A node as the dashboard follows it: its events over a real connection, the
 * watch's own time set by the test.
 */
#include "base/mem.h"
#include "imsbox/dashboard/watch.h"
#include "node/feed.h"
#include "node/http.h"
#include "support/check.h"
#include "support/nodes.h"
#include <stdio.h>

enum { PATIENCE = 30 * SECOND, LOOK_US = 1 * MSEC };

struct world {
    struct loop *loop;
    struct topology *topology;
    struct node *node;
    struct http *http;
    struct fetcher *fetcher;
    struct feed *feeds[4]; /* the node's ends of the streams */
    unsigned streams;      /* asked of the node; the last is followed */
    struct timer look, patience;
    const unsigned *counted;
    unsigned wanted;

    struct clock clock; /* the watch's */
    struct timers timers;
    struct net net;
    char admin[64];
    struct site_node at;
    struct watch watch;
    unsigned changes;
};

/* ---- the node ------------------------------------------------------------ */

static enum ims_err start(struct node *n, struct why *why)
{
    (void)n, (void)why;
    return IMS_OK;
}

static void end(struct node *n)
{
    (void)n;
}

static void on_left(void *ctx)
{
    struct feed **f = ctx;

    feed_close(*f);
    *f = NULL;
}

static void put(struct world *w, enum wire_kind kind, const char *json)
{
    struct piece *p;
    struct buf b;

    buf_init(&b, 4096);
    wire_put(&b, kind, slice_of(json));
    p = piece_of(&b);
    assert_true(feed_put(w->feeds[w->streams - 1], p));
    piece_drop(p);
}

static void get_events(struct node *n, struct api_call *c)
{
    struct world *w = n->state;

    struct feed **f = &w->feeds[w->streams++];

    assert_true(w->streams <= sizeof w->feeds / sizeof w->feeds[0]);
    *f = feed_new(65536, on_left, f);
    feed_endless(*f);
    put(w, WIRE_HELLO, "{\"boot_us\":1,\"last\":0}");
    api_reply_feed(c, RECORD_WIRE_TYPE, *f);
}

static const struct api_route routes[] = {
    {"GET", "/api/v1/events", get_events, API_BY_METHOD},
};

static const struct node_role role = {
    .role = TOPOLOGY_SCSCF,
    .start = start,
    .free = end,
    .routes = routes,
    .route_count = 1,
};

/* ---- who follows it ------------------------------------------------------ */

static void on_entry(void *ctx, struct watch *w, const struct wire_entry *e)
{
    (void)ctx, (void)w, (void)e;
}

static void on_missed(void *ctx, struct watch *w, uint64_t count)
{
    (void)ctx, (void)w, (void)count;
}

static void on_change(void *ctx, struct watch *w)
{
    (void)w;
    ((struct world *)ctx)->changes++;
}

static const struct watch_handler handler = {on_entry, on_missed, on_change};

static void look(void *ctx)
{
    struct world *w = ctx;

    if (*w->counted >= w->wanted)
        loop_stop(w->loop);
    else
        timer_start(loop_net(w->loop)->timers, &w->look, LOOK_US, look, w);
}

static void give_up(void *ctx)
{
    loop_stop(((struct world *)ctx)->loop);
}

/* The real loop runs until so many were counted. */
static void until(struct world *w, const unsigned *counted, unsigned wanted)
{
    struct timers *real = loop_net(w->loop)->timers;

    w->counted = counted;
    w->wanted = wanted;
    timer_start(real, &w->patience, PATIENCE, give_up, w);
    timer_start(real, &w->look, 0, look, w);
    loop_run(w->loop);
    timer_stop(real, &w->look);
    timer_stop(real, &w->patience);
    assert_true(*counted >= wanted);
}

static void pass(struct world *w, int64_t us)
{
    w->clock.mono_us += us;
    w->clock.wall_us += us;
    timers_fire(&w->timers);
}

static void follow(struct world *w)
{
    w->at = (struct site_node){.admin = w->admin};
    w->watch.at = &w->at;
    watch_begin(&w->watch, w->fetcher, &w->net, &handler, w);
    until(w, &w->changes, 1); /* it is alive */
}

static int set_up(void **state)
{
    static const struct addr any = {
        .ip = {127, 0, 0, 1}, .family = 4, .transport = TRANSPORT_TCP};
    struct world *w = mem_zalloc(sizeof *w);
    struct why why;

    w->topology = test_topology("");
    assert_ok(loop_new(&(struct loop_options){0}, &w->loop, &why), &why);
    assert_ok(node_new(&(struct node_options){.role = &role,
                                              .topology = w->topology,
                                              .name = "scscf1",
                                              .net = loop_net(w->loop),
                                              .sink = no_sink},
                       &w->node, &why),
              &why);
    w->node->state = w;
    assert_ok(http_new(&(struct http_options){.node = w->node,
                                              .loop = w->loop,
                                              .local = &any,
                                              .rules = {.open = true}},
                       &w->http, &why),
              &why);
    snprintf(w->admin, sizeof w->admin, "http://127.0.0.1:%u",
             http_local(w->http)->port);
    w->fetcher = fetcher_new(w->loop);
    timers_init(&w->timers, &w->clock);
    w->net = (struct net){.clock = &w->clock, .timers = &w->timers};
    *state = w;
    return 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;

    watch_end(&w->watch);
    fetcher_free(w->fetcher);
    http_free(w->http);
    node_free(w->node);
    topology_free(w->topology);
    timers_fini(&w->timers);
    loop_free(w->loop);
    free(w);
    return 0;
}

/* ---- tests --------------------------------------------------------------- */

/* A node that has nothing to say gives a sign of life every 15 s. */
static void a_stream_is_followed_anew_when_no_sign_of_life_comes(void **state)
{
    struct world *w = *state;

    follow(w);
    for (unsigned i = 0; i < 10; i++) {
        pass(w, 39 * SECOND);
        put(w, WIRE_BEAT, "");
        put(w, WIRE_STATUS, "{\"ready\":true}");
        until(w, &w->changes, w->changes + 1);
    }
    assert_int_equal(w->streams, 1);
    pass(w, 39 * SECOND);
    assert_int_equal(w->streams, 1);
    pass(w, 2 * SECOND);
    until(w, &w->streams, 2);
    assert_int_equal(w->watch.state, WATCH_ALIVE);
}

int main(void)
{
#define IN_WORLD(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        IN_WORLD(a_stream_is_followed_anew_when_no_sign_of_life_comes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
