/* SPDX-License-Identifier: MIT
 *
 * Requests of the dashboard to a node, both on one real loop.
 */
#include "base/mem.h"
#include "imsbox/dashboard/fetch.h"
#include "node/feed.h"
#include "node/http.h"
#include "support/check.h"
#include "support/nodes.h"
#include <stdio.h>

enum { PATIENCE = 30 * SECOND, MEBI = 1 << 20 };

struct world {
    struct loop *loop;
    struct topology *topology;
    struct node *node;
    struct http *http;
    struct fetcher *fetcher;
    struct timer patience;
    struct feed *feed; /* the writer's end */

    unsigned ends;
    long status;
    size_t bytes;
    bool too_large;
};

/* ---- a node that says much ----------------------------------------------- */

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
    feed_close(((struct world *)ctx)->feed);
}

/* "?mebibytes=3", and "&cut=" when no more can be had then. */
static void get_much(struct node *n, struct api_call *c)
{
    struct world *w = n->state;
    char *bytes = mem_zalloc(MEBI);
    struct piece *p = piece_new(slice_at(bytes, MEBI));
    struct slice value;
    struct why why;
    uint64_t count;
    bool breaks = api_query(c, "cut", &value);

    assert_ok(api_query_u64(c, "mebibytes", 100, 0, &count, &why), &why);
    w->feed = feed_new(100 * (size_t)MEBI, on_left, w);
    while (count-- > 0)
        feed_put(w->feed, p);
    if (breaks)
        feed_cut(w->feed);
    piece_drop(p);
    free(bytes);
    api_reply_feed(c, "text/plain", w->feed);
    if (!breaks)
        feed_close(w->feed);
}

static const struct api_route routes[] = {
    {"GET", "/api/v1/much", get_much, API_BY_METHOD},
};

static const struct node_role role = {
    .role = TOPOLOGY_SCSCF,
    .start = start,
    .free = end,
    .routes = routes,
    .route_count = 1,
};

/* ---- asking -------------------------------------------------------------- */

static void on_end(void *ctx, const struct fetch_answer *a)
{
    struct world *w = ctx;

    w->ends++;
    w->status = a->status;
    w->bytes = a->body.n;
    w->too_large = a->too_large;
    loop_stop(w->loop);
}

static const struct fetch_handler handler = {NULL, on_end};

static void give_up(void *ctx)
{
    loop_stop(((struct world *)ctx)->loop);
}

static void fetch(struct world *w, const char *target)
{
    char url[200];
    struct fetch_request rq = {.method = "GET", .url = url};
    unsigned before = w->ends;

    snprintf(url, sizeof url, "http://127.0.0.1:%u/api/v1/much?%s",
             http_local(w->http)->port, target);
    timer_start(loop_net(w->loop)->timers, &w->patience, PATIENCE, give_up, w);
    fetch_start(w->fetcher, &rq, &handler, w);
    loop_run(w->loop);
    timer_stop(loop_net(w->loop)->timers, &w->patience);
    assert_int_equal(w->ends, before + 1);
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
    w->fetcher = fetcher_new(w->loop);
    *state = w;
    return 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;

    fetcher_free(w->fetcher);
    http_free(w->http);
    node_free(w->node);
    topology_free(w->topology);
    loop_free(w->loop);
    free(w);
    return 0;
}

/* ---- tests --------------------------------------------------------------- */

static void an_answer_is_kept_up_to_its_bound(void **state)
{
    struct world *w = *state;
    char target[40];

    snprintf(target, sizeof target, "mebibytes=%d", FETCH_BODY_MAX / MEBI);
    fetch(w, target);
    assert_int_equal(w->status, 200);
    assert_int_equal(w->bytes, FETCH_BODY_MAX);
    assert_false(w->too_large);
}

static void a_larger_one_is_told_as_such(void **state)
{
    struct world *w = *state;
    char target[40];

    snprintf(target, sizeof target, "mebibytes=%d", FETCH_BODY_MAX / MEBI + 1);
    fetch(w, target);
    assert_int_equal(w->status, 0);
    assert_true(w->too_large);
}

static void one_that_breaks_off_is_none(void **state)
{
    struct world *w = *state;

    fetch(w, "mebibytes=3&cut=");
    assert_int_equal(w->status, 0);
    assert_false(w->too_large);
}

int main(void)
{
#define IN_WORLD(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        IN_WORLD(an_answer_is_kept_up_to_its_bound),
        IN_WORLD(a_larger_one_is_told_as_such),
        IN_WORLD(one_that_breaks_off_is_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
