/* SPDX-License-Identifier: MIT
 *
 * The adapter between HTTP and api_serve, on the real loop: a client on the
 * same loop sends bytes and reads until the server closes.
 */
#include "base/mem.h"
#include "node/feed.h"
#include "node/http.h"
#include "node/readings.h"
#include "support/check.h"
#include "support/nodes.h"
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PATIENCE = 10 * SECOND };

struct world {
    struct loop *loop;
    struct topology *topology;
    struct node *node;
    struct http *http;

    struct stream *client;
    struct slice request;
    struct addr from; /* family 0: any */
    struct buf answer;
    struct timer patience, later;

    struct api_call *waiting; /* PUT */
    struct feed *feed;        /* GET: the writer's end */
    struct addr any;
};

/* ---- a role that echoes, and one that answers later -----------------------
 */

static enum ims_err start(struct node *n, struct why *why)
{
    (void)n, (void)why;
    return IMS_OK;
}

static void end(struct node *n)
{
    (void)n;
}

static void post_echo(struct node *n, struct api_call *c)
{
    (void)n;
    json_object_begin(&c->json);
    json_put_text(&c->json, "path", c->path);
    json_put_text(&c->json, "query", c->query);
    json_put_text(&c->json, "type", c->type);
    json_put_u64(&c->json, "body_bytes", c->body.n);
    json_object_end(&c->json);
    api_reply(c, 200);
}

static void answer_late(void *ctx)
{
    struct world *w = ctx;

    json_str(&w->waiting->json, "late");
    api_reply_created(w->waiting, S("/api/v1/echo/1"));
}

static void put_echo(struct node *n, struct api_call *c)
{
    struct world *w = n->state;

    w->waiting = c;
    if (slice_eq(c->query, S("later")))
        timer_start(n->env.timers, &w->later, 20 * MSEC, answer_late, w);
    if (slice_eq(c->query, S("gone")))
        stream_close(w->client);
    if (slice_eq(c->query, S("stop")) || slice_eq(c->query, S("gone")))
        loop_stop(w->loop);
}

static void write_more(void *ctx)
{
    struct world *w = ctx;
    struct piece *p = piece_new(S("second"));

    feed_put(w->feed, p);
    piece_drop(p);
    feed_close(w->feed);
    w->feed = NULL;
}

static void break_off(void *ctx)
{
    struct world *w = ctx;

    feed_cut(w->feed);
    feed_close(w->feed);
    w->feed = NULL;
}

static void on_left(void *ctx)
{
    struct world *w = ctx;

    feed_close(w->feed);
    w->feed = NULL;
    if (timer_runs(&w->patience))
        loop_stop(w->loop);
}

static void flood(void *ctx)
{
    struct world *w = ctx;
    struct piece *p;
    char *bytes;

    if (!w->feed)
        return;
    bytes = mem_zalloc(1 << 20);
    p = piece_new(slice_at(bytes, 1 << 20));
    feed_put(w->feed, p);
    piece_drop(p);
    free(bytes);
    timer_start(w->node->env.timers, &w->later, 1 * MSEC, flood, w);
}

static void get_echo(struct node *n, struct api_call *c)
{
    struct world *w = n->state;
    void (*then)(void *ctx) = write_more;
    struct piece *p = piece_new(S("first "));

    if (slice_eq(c->query, S("flood")))
        then = flood;
    else if (slice_eq(c->query, S("cut")))
        then = break_off;

    w->feed = feed_new(4 << 20, on_left, w);
    if (slice_eq(c->query, S("endless")))
        feed_endless(w->feed);
    feed_put(w->feed, p);
    piece_drop(p);
    if (!slice_eq(c->query, S("endless")) && !slice_eq(c->query, S("wait")))
        timer_start(n->env.timers, &w->later, 20 * MSEC, then, w);
    api_add_header(c, "X-More", S("yes"));
    api_reply_feed(c, "text/event-stream", w->feed);
}

static void get_limits(struct node *n, struct api_call *c)
{
    (void)n;
    readings_limits_begin(c);
    readings_limits_end(c);
}

static const struct api_route routes[] = {
    {"GET", "/api/v1/limits", get_limits, API_BY_METHOD},
    {"GET", "/api/v1/echo/{what}", get_echo, API_BY_METHOD},
    {"POST", "/api/v1/echo/{what}", post_echo, API_BY_METHOD},
    {"PUT", "/api/v1/echo/{what}", put_echo, API_BY_METHOD},
};

static const struct node_role role = {
    .role = TOPOLOGY_SCSCF,
    .start = start,
    .free = end,
    .routes = routes,
    .route_count = sizeof(routes) / sizeof(routes[0]),
};

/* ---- the client ---------------------------------------------------------- */

static void on_open(void *ctx, struct stream *s)
{
    struct world *w = ctx;

    assert_int_equal(stream_send(s, w->request), IMS_OK);
}

static void on_bytes(void *ctx, struct stream *s, struct slice bytes)
{
    struct world *w = ctx;

    (void)s;
    buf_add(&w->answer, bytes);
}

static void on_end(void *ctx, struct stream *s, enum ims_err err)
{
    struct world *w = ctx;

    (void)s, (void)err;
    w->client = NULL;
    loop_stop(w->loop);
}

static const struct stream_handler handler = {on_open, on_bytes, on_end};

/* A client that stops to read: its socket's buffers fill. */
static int connect_mutely(const struct world *w, const char *request)
{
    struct sockaddr_storage sa;
    socklen_t n = addr_to_sockaddr(http_local(w->http), &sa);
    int fd = socket(sa.ss_family, SOCK_STREAM, 0), small = 4096;

    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
    assert_int_equal(connect(fd, (struct sockaddr *)&sa, n), 0);
    assert_int_equal(write(fd, request, strlen(request)),
                     (ssize_t)strlen(request));
    return fd;
}

static void give_up(void *ctx)
{
    loop_stop(((struct world *)ctx)->loop);
}

static void ask(struct world *w, struct slice request)
{
    struct net *net = loop_net(w->loop);
    struct why why;

    w->request = request;
    buf_reset(&w->answer);
    timer_start(net->timers, &w->patience, PATIENCE, give_up, w);
    assert_ok(stream_connect(net,
                             &(struct stream_ends){
                                 .from = w->from.family ? &w->from : NULL,
                                 .to = http_local(w->http)},
                             &handler, w, &w->client, &why),
              &why);
    loop_run(w->loop);
    assert_true(timer_runs(&w->patience));
    timer_stop(net->timers, &w->patience);
}

static struct slice answered(const struct world *w)
{
    return buf_slice(&w->answer);
}

/* ---- tests --------------------------------------------------------------- */

static enum ims_err open_at(struct world *w, const struct addr *at,
                            struct http **out, struct why *why)
{
    return http_new(&(struct http_options){.node = w->node,
                                           .loop = w->loop,
                                           .local = at,
                                           .rules = {.open = true}},
                    out, why);
}

static void begin(struct world *w, const char *more)
{
    struct loop_options options = {.stream_queue_bytes = 128 << 20};
    struct why why;

    w->any = (struct addr){
        .ip = {127, 0, 0, 1}, .family = 4, .transport = TRANSPORT_TCP};
    buf_init(&w->answer, 1 << 20);
    w->topology = test_topology(more);
    assert_ok(loop_new(&options, &w->loop, &why), &why);
    assert_ok(node_new(&(struct node_options){.role = &role,
                                              .topology = w->topology,
                                              .name = "scscf1",
                                              .net = loop_net(w->loop),
                                              .sink = no_sink},
                       &w->node, &why),
              &why);
    w->node->state = w;
    assert_ok(open_at(w, &w->any, &w->http, &why), &why);
}

static int set_up(void **state)
{
    struct world *w = mem_zalloc(sizeof(*w));

    begin(w, "");
    *state = w;
    return 0;
}

/* From now on it asks for a token. */
static void shut(struct world *w)
{
    http_free(w->http);
    assert_ok(http_new(&(struct http_options){.node = w->node,
                                              .loop = w->loop,
                                              .local = &w->any,
                                              .rules = {.admin = "secret-01"}},
                       &w->http, &(struct why){0}),
              NULL);
}

static int tear_down(void **state)
{
    struct world *w = *state;

    timer_stop(loop_net(w->loop)->timers, &w->later);
    if (w->client)
        stream_close(w->client);
    http_free(w->http);
    node_free(w->node);
    loop_free(w->loop);
    topology_free(w->topology);
    buf_fini(&w->answer);
    free(w);
    return 0;
}

static void a_request_reaches_its_handler_as_it_was_written(void **state)
{
    struct world *w = *state;

    ask(w, S("POST /api/v1/echo/a%2Fb?x=%20y&z HTTP/1.1\r\nHost: x\r\n"
             "Content-Type: application/json\r\nContent-Length: 5\r\n"
             "Connection: close\r\n\r\n12345"));
    assert_has(answered(w), "HTTP/1.1 200 OK\r\n");
    assert_has(answered(w), "Content-Type: application/json\r\n");
    assert_has(answered(w),
               "{\"path\":\"/api/v1/echo/a%2Fb\",\"query\":\"x=%20y&z\","
               "\"type\":\"application/json\",\"body_bytes\":5}");
}

static void a_body_in_portions_arrives_whole(void **state)
{
    struct world *w = *state;

    ask(w, S("POST /api/v1/echo/a HTTP/1.1\r\nHost: x\r\n"
             "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
             "3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n"));
    assert_has(answered(w), "\"body_bytes\":7");
}

static void a_body_over_the_limit_is_refused(void **state)
{
    struct world *w = *state;
    size_t n = w->node->self->limits.http_bytes + 100000;
    char *text = mem_zalloc(n + 200);
    int head = snprintf(text, 200,
                        "POST /api/v1/echo/a HTTP/1.1\r\nHost: x\r\n"
                        "Content-Length: %zu\r\nConnection: close\r\n\r\n",
                        n);

    memset(text + head, 'x', n);
    ask(w, slice_at(text, (size_t)head + n));
    assert_has(answered(w), "HTTP/1.1 413 ");
    free(text);
}

static void requests_on_one_connection_are_answered_in_turn(void **state)
{
    struct world *w = *state;

    ask(w, S("GET /livez HTTP/1.1\r\nHost: x\r\n\r\n"
             "PUT /api/v1/echo/a?later HTTP/1.1\r\nHost: x\r\n"
             "Content-Length: 0\r\n\r\n"
             "GET /nothing HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
    assert_true(slice_find(answered(w), S("200 OK")) <
                slice_find(answered(w), S("201 Created")));
    assert_true(slice_find(answered(w), S("201 Created")) <
                slice_find(answered(w), S("404 Not Found")));
}

static void an_answer_may_come_later(void **state)
{
    struct world *w = *state;

    ask(w, S("PUT /api/v1/echo/a?later HTTP/1.1\r\nHost: x\r\n"
             "Content-Length: 0\r\nConnection: close\r\n\r\n"));
    assert_has(answered(w), "HTTP/1.1 201 Created\r\n");
    assert_has(answered(w), "Location: /api/v1/echo/1\r\n");
    assert_has(answered(w), "\"late\"");
}

static void a_client_that_left_does_not_matter(void **state)
{
    struct world *w = *state;

    ask(w, S("PUT /api/v1/echo/a?gone HTTP/1.1\r\nHost: x\r\n"
             "Content-Length: 0\r\n\r\n"));
    w->client = NULL;
    answer_late(w);
    ask(w, S("GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
    assert_has(answered(w), "200 OK");
}

static void a_request_may_wait_when_the_node_ends(void **state)
{
    struct world *w = *state;

    ask(w, S("PUT /api/v1/echo/a?stop HTTP/1.1\r\nHost: x\r\n"
             "Content-Length: 0\r\n\r\n"));
    assert_text(answered(w), S(""));
}

static void a_web_page_is_refused_by_its_origin(void **state)
{
    struct world *w = *state;

    ask(w, S("POST /api/v1/echo/a HTTP/1.1\r\nHost: x\r\n"
             "Origin: http://evil.example\r\nContent-Length: 1\r\n"
             "Connection: close\r\n\r\nx"));
    assert_has(answered(w), "HTTP/1.1 403 Forbidden\r\n");
    assert_has(answered(w), "application/problem+json");
    assert_has_not(answered(w), "body_bytes");
}

static void a_node_is_reached_by_its_own_name(void **state)
{
    struct world *w = *state;

    ask(w, S("POST /api/v1/echo/a HTTP/1.1\r\nHost: scscf1.ims.example:8083"
             "\r\nContent-Length: 1\r\nConnection: close\r\n\r\nx"));
    assert_has(answered(w), "HTTP/1.1 200 OK\r\n");
}

static void an_answer_may_go_on(void **state)
{
    struct world *w = *state;

    ask(w, S("GET /api/v1/echo/a HTTP/1.1\r\nHost: x\r\n"
             "Connection: close\r\n\r\n"));
    assert_has(answered(w), "HTTP/1.1 200 OK\r\n");
    assert_has(answered(w), "Content-Type: text/event-stream\r\n");
    assert_has(answered(w), "X-More: yes\r\n");
    assert_has(answered(w), "\r\n6\r\nfirst \r\n6\r\nsecond\r\n0\r\n");
}

static void who_does_not_read_is_hung_up_on(void **state)
{
    struct world *w = *state;
    struct net *net = loop_net(w->loop);
    int fd = connect_mutely(w, "GET /api/v1/echo/a?flood HTTP/1.1\r\n"
                               "Host: x\r\n\r\n");

    timer_start(net->timers, &w->patience, PATIENCE, give_up, w);
    loop_run(w->loop); /* until on_left */
    assert_true(timer_runs(&w->patience));
    timer_stop(net->timers, &w->patience);
    assert_null(w->feed);
    close(fd);
}

static void what_breaks_off_does_not_look_complete(void **state)
{
    struct world *w = *state;

    ask(w, S("GET /api/v1/echo/a?cut HTTP/1.1\r\nHost: x\r\n"
             "Connection: close\r\n\r\n"));
    assert_has(answered(w), "\r\n6\r\nfirst \r\n");
    assert_has_not(answered(w), "\r\n0\r\n");
}

/* What a client has when the interface ends amid its answer. */
static struct slice read_to_the_end(struct world *w, const char *request,
                                    char text[1000])
{
    struct net *net = loop_net(w->loop);
    int fd = connect_mutely(w, request);
    size_t n = 0;
    ssize_t got;

    for (unsigned i = 0; i < 500 && !w->feed; i++) { /* a busy machine */
        timer_start(net->timers, &w->patience, 10 * MSEC, give_up, w);
        loop_run(w->loop);
    }
    assert_non_null(w->feed);
    http_free(w->http);
    assert_null(w->feed);
    w->http = NULL;
    while ((got = read(fd, text + n, 1000 - n)) > 0)
        n += (size_t)got;
    close(fd);
    assert_has(slice_at(text, n), "first ");
    return slice_at(text, n);
}

static void a_stream_ends_with_the_interface(void **state)
{
    char text[1000];

    assert_has(read_to_the_end(*state,
                               "GET /api/v1/echo/a?endless HTTP/1.1\r\n"
                               "Host: x\r\n\r\n",
                               text),
               "\r\n0\r\n");
}

static void a_file_breaks_off_with_the_interface(void **state)
{
    char text[1000];

    assert_has_not(read_to_the_end(*state,
                                   "GET /api/v1/echo/a?wait HTTP/1.1\r\n"
                                   "Host: x\r\n\r\n",
                                   text),
                   "\r\n0\r\n");
}

static void a_page_with_a_token_gets_a_cookie_and_loses_the_token(void **state)
{
    struct world *w = *state;
    char request[400];
    ssize_t at;
    struct slice rest, cookie;

    shut(w);
    ask(w, S("GET /metrics HTTP/1.1\r\nHost: x\r\n"
             "Connection: close\r\n\r\n"));
    assert_has(answered(w), "HTTP/1.1 401 Unauthorized\r\n");
    assert_has(answered(w), "WWW-Authenticate: Bearer");
    ask(w, S("GET /livez HTTP/1.1\r\nHost: x\r\n"
             "Connection: close\r\n\r\n"));
    assert_has(answered(w), "HTTP/1.1 200 OK\r\n");
    ask(w, S("GET /?token=secret-02 HTTP/1.1\r\nHost: x\r\n"
             "Connection: close\r\n\r\n"));
    assert_has(answered(w), "HTTP/1.1 401 Unauthorized\r\n");
    ask(w, S("GET /?token=secret-01 HTTP/1.1\r\nHost: x\r\n"
             "Connection: close\r\n\r\n"));
    assert_has(answered(w), "HTTP/1.1 303 See Other\r\n");
    assert_has(answered(w), "Location: /\r\n");
    assert_has(answered(w), "; Path=/; HttpOnly; SameSite=Strict\r\n");
    at = slice_find(answered(w), S("Set-Cookie: "));
    assert_true(at >= 0);
    rest = slice_from(answered(w), (size_t)at + 12);
    slice_cut(&rest, ';', &cookie);
    snprintf(request, sizeof(request),
             "GET /metrics HTTP/1.1\r\nHost: x\r\nCookie: %.*s\r\n"
             "Connection: close\r\n\r\n",
             SLICE_ARG(cookie));
    ask(w, slice_of(request));
    assert_has(answered(w), "HTTP/1.1 200 OK\r\n");
}

/* "used" of http_connections: who asks is one of them. */
static unsigned clients(struct world *w, unsigned *most)
{
    unsigned used = 0;
    char line[128];
    ssize_t at;

    ask(w, S("GET /api/v1/limits HTTP/1.1\r\nHost: x\r\n"
             "Connection: close\r\n\r\n"));
    at = slice_find(answered(w), S("API clients"));
    assert_true(at > 0);
    snprintf(line, sizeof(line), "%.*s",
             SLICE_ARG(slice_from(answered(w), (size_t)at)));
    assert_int_equal(
        sscanf(line, "API clients\",\"limit\":%*u,\"used\":%u,\"most\":%u",
               &used, most),
        2);
    return used;
}

static void connections_of_clients_are_counted(void **state)
{
    struct world *w = *state;
    unsigned most = 0, patience = 1000;
    int idle = connect_mutely(w, "GET /livez HTTP/1.1\r\n");

    assert_in_range(clients(w, &most), 2, 3);
    close(idle);
    while (clients(w, &most) != 1)
        assert_true(--patience > 0);
    assert_in_range(most, 2, 3);
}

/* A connection that is kept is room for nobody else. */
static void who_is_not_let_in_is_hung_up_on(void **state)
{
    struct world *w = *state;

    shut(w);
    ask(w, S("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"));
    assert_has(answered(w), "HTTP/1.1 401 Unauthorized\r\n");
    ask(w, S("GET /metrics HTTP/1.1\r\nHost: evil.example\r\n\r\n"));
    assert_has(answered(w), "HTTP/1.1 403 Forbidden\r\n");
}

/* Three of four connections belong to one address, which says nothing. */
static void one_address_does_not_take_all_connections(void **state)
{
    static const char livez[] =
        "GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    struct world *w = mem_zalloc(sizeof *w);
    int idle[3];

    begin(w, ", limits: {http_connections: 4}");
    for (size_t i = 0; i < 3; i++)
        idle[i] = connect_mutely(w, "GET");
    ask(w, slice_of(livez));
    assert_has(answered(w), "HTTP/1.1 200 OK\r\n"); /* all are at home */
    shut(w);
    for (size_t i = 0; i < 3; i++) {
        close(idle[i]);
        idle[i] = connect_mutely(w, "GET");
    }
    ask(w, slice_of(livez));
    assert_text(answered(w), S(""));
    w->from = w->any;
    w->from.ip[3] = 2;
    ask(w, slice_of(livez));
    assert_has(answered(w), "HTTP/1.1 200 OK\r\n");
    for (size_t i = 0; i < 3; i++)
        close(idle[i]);
    *state = w;
    tear_down(state);
}

static void who_guesses_is_told_when_to_come_again(void **state)
{
    struct world *w = *state;

    shut(w);
    for (unsigned i = 0; i <= ACCESS_GUESSES; i++)
        ask(w, S("GET /metrics HTTP/1.1\r\nHost: x\r\n"
                 "Authorization: Bearer guess-%u\r\n"
                 "Connection: close\r\n\r\n"));
    assert_has(answered(w), "HTTP/1.1 429 Too Many Requests\r\n");
    assert_has(answered(w), "Retry-After: ");
}

static void what_is_not_http_gets_an_error_or_nothing(void **state)
{
    static const char *const rows[] = {
        "\r\n\r\nGARBAGE\r\n\r\n",
        "GET\r\n\r\n",
        "GET / HTTP/9.9\r\nHost: x\r\nConnection: close\r\n\r\n",
        "POST /livez HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n",
        "POST /livez HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    };
    struct world *w = *state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        ask(w, slice_of(rows[i]));
        assert_has_not(answered(w), "200 OK");
    }
}

static void an_address_in_use_is_named(void **state)
{
    struct world *w = *state;
    struct http *again = NULL;
    struct why why;

    assert_err(IMS_EXISTS, open_at(w, http_local(w->http), &again, &why), &why);
    assert_has(slice_of(why.text), "admin 127.0.0.1:");
    assert_null(again);
}

#define IN_WORLD(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_WORLD(a_request_reaches_its_handler_as_it_was_written),
        IN_WORLD(a_body_in_portions_arrives_whole),
        IN_WORLD(a_body_over_the_limit_is_refused),
        IN_WORLD(requests_on_one_connection_are_answered_in_turn),
        IN_WORLD(an_answer_may_come_later),
        IN_WORLD(a_client_that_left_does_not_matter),
        IN_WORLD(a_request_may_wait_when_the_node_ends),
        IN_WORLD(a_web_page_is_refused_by_its_origin),
        IN_WORLD(a_node_is_reached_by_its_own_name),
        IN_WORLD(an_answer_may_go_on),
        IN_WORLD(who_does_not_read_is_hung_up_on),
        IN_WORLD(what_breaks_off_does_not_look_complete),
        IN_WORLD(a_stream_ends_with_the_interface),
        IN_WORLD(a_file_breaks_off_with_the_interface),
        IN_WORLD(a_page_with_a_token_gets_a_cookie_and_loses_the_token),
        IN_WORLD(connections_of_clients_are_counted),
        IN_WORLD(who_is_not_let_in_is_hung_up_on),
        cmocka_unit_test(one_address_does_not_take_all_connections),
        IN_WORLD(who_guesses_is_told_when_to_come_again),
        IN_WORLD(what_is_not_http_gets_an_error_or_nothing),
        IN_WORLD(an_address_in_use_is_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
