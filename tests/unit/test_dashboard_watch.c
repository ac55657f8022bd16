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
#include <time.h>

enum { PATIENCE = 30 * SECOND, LOOK_US = 1 * MSEC };

struct world {
    struct loop *loop;
    struct topology *topology;
    struct node *node;
    struct http *http;
    struct fetcher *fetcher;
    struct feed *feeds[4]; /* the node's ends of the streams */
    unsigned streams;      /* asked of the node; the last is followed */
    int64_t ahead_us;      /* the node's clock, of ours */
    unsigned refuses;      /* it answers with this; 0: it does not */
    struct timer look, patience;
    const unsigned *counted;
    unsigned wanted;

    struct clock clock; /* the watch's */
    struct timers timers;
    struct net net;
    char admin[64];
    struct site_node at;
    struct watch watch;
    unsigned changes, entries;
    int64_t told_us; /* the newest entry's time */
};

static int64_t now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * SECOND + now.tv_nsec / 1000;
}

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

static void put_bytes(struct world *w, struct buf *b)
{
    struct piece *p = piece_of(b);

    assert_true(feed_put(w->feeds[w->streams - 1], p));
    piece_drop(p);
}

static void put(struct world *w, enum wire_kind kind, const char *json)
{
    struct buf b;

    buf_init(&b, 4096);
    wire_put(&b, kind, slice_of(json));
    put_bytes(w, &b);
}

static void put_hello(struct world *w)
{
    char json[100];

    snprintf(json, sizeof json, "{\"boot_us\":1,\"last\":0,\"wall_us\":%lld}",
             (long long)(now_us() + w->ahead_us));
    put(w, WIRE_HELLO, json);
}

/* Answers its time. */
static int64_t put_entry(struct world *w, int64_t ahead_us)
{
    struct record_entry e = {.seq = w->entries + 1,
                             .wall_us = now_us() + ahead_us,
                             .kind = RECORD_SAYS};
    struct buf b;

    buf_init(&b, 4096);
    wire_put_entry(&b, &e);
    put_bytes(w, &b);
    return e.wall_us;
}

static void get_events(struct node *n, struct api_call *c)
{
    struct world *w = n->state;

    struct feed **f = &w->feeds[w->streams++];

    if (w->refuses) {
        api_problem(c, w->refuses, "no");
        return;
    }
    assert_true(w->streams <= sizeof w->feeds / sizeof w->feeds[0]);
    *f = feed_new(65536, on_left, f);
    feed_endless(*f);
    put_hello(w);
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
    struct world *world = ctx;

    (void)w;
    world->told_us = e->wall_us;
    world->entries++;
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

    timers_fire(&w->timers);
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

/* What an entry has on its way here is not told apart from its clock. */
static void a_clock_that_is_far_off_is_made_up_for(void **state)
{
    static const int64_t ahead_us[] = {-8 * SECOND, 12 * SECOND, -SECOND};

    for (size_t i = 0; i < sizeof ahead_us / sizeof ahead_us[0]; i++) {
        int64_t before_us = now_us(), made_us;
        struct world *w;

        set_up(state);
        w = *state;
        w->ahead_us = ahead_us[i];
        follow(w);
        made_us = put_entry(w, w->ahead_us) - w->ahead_us;
        until(w, &w->entries, 1);
        assert_true(w->told_us >= made_us);
        assert_true(w->told_us - made_us <= now_us() - before_us);
        tear_down(state);
    }
}

static void a_clock_that_is_a_little_off_is_believed(void **state)
{
    struct world *w = *state;
    int64_t wall_us;

    w->ahead_us = 200 * MSEC;
    follow(w);
    do { /* the machine may be slow for a moment */
        wall_us = put_entry(w, w->ahead_us);
        until(w, &w->entries, w->entries + 1);
    } while (w->told_us != wall_us && w->entries < 100);
    assert_int_equal(w->told_us, wall_us);
}

static void a_hello_that_comes_late_sets_no_clock(void **state)
{
    struct world *w = *state;
    int64_t wall_us;

    w->ahead_us = -3 * SECOND;
    follow(w);
    do {
        wall_us = put_entry(w, 0);
        until(w, &w->entries, w->entries + 1);
    } while (w->told_us != wall_us && w->entries < 100);
    assert_int_equal(w->told_us, wall_us);
}

/* What was learnt of the node's clock was by ours, which was set since. */
static void who_sets_our_clock_is_not_taken_for_the_nodes(void **state)
{
    static const int64_t by_us[] = {-10 * SECOND, 10 * SECOND};

    for (size_t i = 0; i < sizeof by_us / sizeof by_us[0]; i++) {
        struct world *w;

        set_up(state);
        w = *state;
        follow(w);
        put_entry(w, 0);
        until(w, &w->entries, 1);
        assert_int_equal(w->streams, 1);
        w->watch.epoch_us -= by_us[i];
        w->watch.behind_us = by_us[i];
        put_entry(w, 0);
        until(w, &w->streams, 2);
        put_entry(w, 0);
        until(w, &w->entries, 2);
        assert_true(llabs(w->watch.behind_us) < 5 * SECOND);
        assert_true(llabs(w->told_us - now_us()) < 5 * SECOND);
        tear_down(state);
    }
}

/* What is to be done about it differs. */
static void who_is_not_let_in_is_told_why(void **state)
{
    struct world *w = *state;

    w->refuses = 401;
    follow(w);
    assert_int_equal(w->watch.state, WATCH_DEAD);
    assert_has(slice_of(w->watch.why), "IMSBOX_TOKEN");
    watch_end(&w->watch);
    w->watch = (struct watch){0};
    w->changes = 0;
    w->refuses = 403;
    follow(w);
    assert_int_equal(w->watch.state, WATCH_DEAD);
    assert_has(slice_of(w->watch.why), "access: {names: ...}");
    assert_has_not(slice_of(w->watch.why), "IMSBOX_TOKEN");
}

int main(void)
{
#define IN_WORLD(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        IN_WORLD(a_stream_is_followed_anew_when_no_sign_of_life_comes),
        cmocka_unit_test(a_clock_that_is_far_off_is_made_up_for),
        IN_WORLD(a_clock_that_is_a_little_off_is_believed),
        IN_WORLD(a_hello_that_comes_late_sets_no_clock),
        cmocka_unit_test(who_sets_our_clock_is_not_taken_for_the_nodes),
        IN_WORLD(who_is_not_let_in_is_told_why),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
