/* SPDX-License-Identifier: MIT */
#include "base/mem.h"
#include "node/node.h"
#include "support/check.h"
#include "support/nodes.h"
#include <stdio.h>

/* What the test's role was asked to do, and what it shall answer. */
struct state {
    char log[256];
    bool busy, unready, refuses_reload;
    struct api_call *waiting;
};

static void note(struct node *n, const char *what)
{
    struct state *s = n->state;
    size_t used = strlen(s->log);

    snprintf(s->log + used, sizeof(s->log) - used, "%s ", what);
}

static enum ims_err start(struct node *n, struct why *why)
{
    (void)why;
    n->state = mem_zalloc(sizeof(struct state));
    note(n, "start");
    return IMS_OK;
}

static enum ims_err start_badly(struct node *n, struct why *why)
{
    (void)n;
    return why_set(why, IMS_EXISTS, "127.0.0.3:5060 is taken");
}

static void end(struct node *n)
{
    free(n->state);
}

static bool is_ready(const struct node *n, struct why *why)
{
    const struct state *s = n->state;

    if (s->unready)
        (void)why_set(why, IMS_UNREACHABLE, "hss1 is not connected <yet");
    return !s->unready;
}

static enum ims_err reload(struct node *n, struct why *why)
{
    struct state *s = n->state;

    note(n, "reload");
    return s->refuses_reload ? why_set(why, IMS_CONFIG, "no") : IMS_OK;
}

static void stop_accepting(struct node *n)
{
    note(n, "stop");
}

static bool is_idle(const struct node *n)
{
    const struct state *s = n->state;

    return !s->busy;
}

static void leave(struct node *n)
{
    note(n, "leave");
}

static void dump(const struct node *n, struct json *j)
{
    (void)n;
    json_put_int(j, "registrations", 3);
}

static void get_thing(struct node *n, struct api_call *c)
{
    (void)n;
    json_object_begin(&c->json);
    json_put_text(&c->json, "a", c->param[0]);
    json_put_text(&c->json, "b", c->param[1]);
    json_object_end(&c->json);
    api_reply(c, 200);
}

static void get_things(struct node *n, struct api_call *c)
{
    struct slice q = S("none");
    struct why why;
    uint64_t limit;
    enum ims_err err = api_query_u64(c, "limit", 10, 7, &limit, &why);

    (void)n;
    if (err != IMS_OK) {
        api_fail(c, err, &why);
        return;
    }
    api_query(c, "q", &q);
    json_object_begin(&c->json);
    json_put_text(&c->json, "q", q);
    json_put_u64(&c->json, "limit", limit);
    json_object_end(&c->json);
    api_reply(c, 200);
}

static void put_thing(struct node *n, struct api_call *c)
{
    struct state *s = n->state;

    s->waiting = c;
}

static void post_thing(struct node *n, struct api_call *c)
{
    (void)n;
    json_text(&c->json, c->body);
    api_reply_created(c, S("/api/v1/things/1"));
}

static void delete_thing(struct node *n, struct api_call *c)
{
    (void)n;
    api_reply(c, 200);
}

static const struct api_route routes[] = {
    {"GET", "/api/v1/things", get_things, API_BY_METHOD},
    {"POST", "/api/v1/things", post_thing, API_BY_METHOD},
    {"GET", "/api/v1/things/{a}/parts/{b}", get_thing, API_BY_METHOD},
    {"PUT", "/api/v1/things/{a}", put_thing, API_BY_METHOD},
    {"DELETE", "/api/v1/things/{a}", delete_thing, API_BY_METHOD},
};

static const struct node_role role = {
    .role = TOPOLOGY_SCSCF,
    .summary = "a role for tests",
    .start = start,
    .free = end,
    .is_ready = is_ready,
    .reload = reload,
    .stop_accepting = stop_accepting,
    .is_idle = is_idle,
    .leave = leave,
    .dump = dump,
    .routes = routes,
    .route_count = sizeof(routes) / sizeof(routes[0]),
};

struct world {
    struct sim *sim;
    struct sim_host *host;
    struct topology *topology, *other;
    struct node *node;
    struct state *state;
    struct api_answer answer;
    int drained;
};

static enum ims_err open_node(struct world *w, const struct node_role *r,
                              const char *name, struct why *why)
{
    struct node_options o = {.role = r,
                             .topology = w->topology,
                             .name = name,
                             .net = sim_host_net(w->host),
                             .sink = no_sink};

    return node_new(&o, &w->node, why);
}

static int set_up(void **state)
{
    struct world *w = mem_zalloc(sizeof(*w));
    struct why why;

    w->sim = sim_new(1);
    w->host = sim_host_new(w->sim, "scscf1");
    w->topology = test_topology("");
    assert_ok(open_node(w, &role, "scscf1", &why), &why);
    w->state = w->node->state;
    api_answer_init(&w->answer);
    *state = w;
    return 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;

    node_free(w->node);
    sim_host_free(w->host);
    sim_free(w->sim);
    topology_free(w->topology);
    topology_free(w->other);
    api_answer_fini(&w->answer);
    free(w);
    return 0;
}

/* ---- the node ------------------------------------------------------------ */

static void a_node_knows_its_place(void **state)
{
    struct world *w = *state;

    assert_string_equal(w->node->env.name, "scscf1");
    assert_string_equal(w->node->env.host, "scscf1.ims.example");
    assert_string_equal(w->node->env.domain, "ims.example");
    assert_string_equal(w->state->log, "start ");
}

static void a_node_that_is_not_there_is_refused(void **state)
{
    struct world *w = *state;
    struct node_role bad = role;
    struct node *node = w->node;
    struct why why;

    assert_err(IMS_CONFIG, open_node(w, &role, "scscf9", &why), &why);
    assert_string_equal(why.text, "t.yaml has no node named scscf9");
    assert_err(IMS_CONFIG, open_node(w, &role, "hss1", &why), &why);
    assert_string_equal(why.text, "hss1 is of role hss, this is the scscf");
    bad.start = start_badly;
    assert_err(IMS_EXISTS, open_node(w, &bad, "scscf1", &why), &why);
    assert_string_equal(why.text, "127.0.0.3:5060 is taken");
    assert_ptr_equal(w->node, node);
}

static void on_drained(void *ctx)
{
    ((struct world *)ctx)->drained++;
}

static void a_drain_waits_for_what_is_in_progress_then_leaves(void **state)
{
    struct world *w = *state;

    w->state->busy = true;
    node_drain(w->node, on_drained, w);
    assert_true(node_is_draining(w->node));
    assert_false(node_is_ready(w->node, NULL));
    sim_run_for(w->sim, SECOND / 2);
    assert_string_equal(w->state->log, "start stop ");
    w->state->busy = false;
    sim_run_for(w->sim, SECOND);
    assert_string_equal(w->state->log, "start stop leave ");
    assert_int_equal(w->drained, 1);
}

static void a_drain_has_an_end_even_if_the_work_has_none(void **state)
{
    struct world *w = *state;

    w->state->busy = true;
    node_drain(w->node, on_drained, w);
    sim_run_for(w->sim, w->node->self->timers.drain - SECOND);
    assert_string_equal(w->state->log, "start stop ");
    sim_run_for(w->sim, 4 * SECOND);
    assert_string_equal(w->state->log, "start stop leave ");
    assert_int_equal(w->drained, 1);
}

static void a_second_drain_hurries(void **state)
{
    struct world *w = *state;

    w->state->busy = true;
    node_drain(w->node, on_drained, w);
    node_drain(w->node, on_drained, w);
    assert_int_equal(w->drained, 1);
    sim_run_for(w->sim, 60 * SECOND);
    assert_int_equal(w->drained, 1);
}

static void a_reload_takes_what_may_change(void **state)
{
    struct world *w = *state;
    struct why why;

    w->other = test_topology(", log: debug");
    assert_ok(node_reload(w->node, w->other, &why), &why);
    assert_ptr_equal(w->node->topology, w->other);
    assert_int_equal(w->node->env.log->level, LOG_DEBUG);
    assert_string_equal(w->state->log, "start reload ");
}

static void a_reload_that_the_role_refuses_changes_nothing(void **state)
{
    struct world *w = *state;
    const struct topology_node *self = w->node->self;
    struct why why;

    w->other = test_topology(", log: debug");
    w->state->refuses_reload = true;
    assert_err(IMS_CONFIG, node_reload(w->node, w->other, &why), &why);
    assert_ptr_equal(w->node->topology, w->topology);
    assert_ptr_equal(w->node->self, self);
    assert_int_equal(w->node->env.log->level, self->log);
}

static void a_reload_of_what_may_not_change_names_it(void **state)
{
    struct world *w = *state;
    struct why why;

    w->other = test_topology(", capabilities: [9]");
    assert_err(IMS_CONFIG, node_reload(w->node, w->other, &why), &why);
    assert_has(slice_of(why.text), "capabilities");
    assert_string_equal(w->state->log, "start ");
    assert_ptr_equal(w->node->topology, w->topology);
}

/* ---- the frame's routes -------------------------------------------------- */

static void readiness_says_what_is_missing(void **state)
{
    struct world *w = *state;

    api_ask(w->node, "GET /readyz", "", &w->answer);
    assert_int_equal(w->answer.status, 200);
    w->state->unready = true;
    api_ask(w->node, "GET /readyz", "", &w->answer);
    assert_int_equal(w->answer.status, 503);
    assert_text(buf_slice(&w->answer.body), S("hss1 is not connected <yet\n"));
    api_ask(w->node, "GET /livez", "", &w->answer);
    assert_int_equal(w->answer.status, 200);
    w->state->unready = false;
    node_drain(w->node, on_drained, w);
    api_ask(w->node, "GET /readyz", "", &w->answer);
    assert_int_equal(w->answer.status, 503);
    assert_has(buf_slice(&w->answer.body), "shutting down");
}

static void the_front_page_leads_to_what_can_be_asked(void **state)
{
    struct world *w = *state;

    w->state->unready = true;
    api_ask(w->node, "GET /", "", &w->answer);
    assert_int_equal(w->answer.status, 200);
    assert_string_equal(w->answer.type, "text/html; charset=utf-8");
    assert_has(buf_slice(&w->answer.body), "<h1>scscf1</h1>");
    assert_has(buf_slice(&w->answer.body),
               "not ready: hss1 is not connected &lt;yet");
    assert_has(buf_slice(&w->answer.body), "href=\"/api/v1/things\"");
    assert_has_not(buf_slice(&w->answer.body), "{");
}

static void metrics_and_state_carry_what_the_role_adds(void **state)
{
    struct world *w = *state;

    *metrics_counter(w->node->env.metrics, "imsbox_x_total", "", "X") = 5;
    api_ask(w->node, "GET /metrics", "", &w->answer);
    assert_string_equal(w->answer.type,
                        "text/plain; version=0.0.4; charset=utf-8");
    assert_has(buf_slice(&w->answer.body), "\nimsbox_x_total 5\n");
    assert_has(buf_slice(&w->answer.body), "\nimsbox_ready 1\n");
    assert_has(buf_slice(&w->answer.body),
               "imsbox_node_info{name=\"scscf1\",role=\"scscf\",version=");
    api_ask(w->node, "GET /api/v1/state", "", &w->answer);
    assert_string_equal(w->answer.type, "application/json");
    assert_has(buf_slice(&w->answer.body),
               "{\"name\":\"scscf1\",\"role\":\"scscf\","
               "\"host\":\"scscf1.ims.example\"");
    assert_has(buf_slice(&w->answer.body), "\"registrations\":3}");
}

static void write_record(struct node *n)
{
    struct record_message sip = {
        .kind = RECORD_RX,
        .proto = RECORD_SIP,
        .about = {.call = S("call-1")},
        .bytes = S("SIP/2.0 401 Unauthorized\r\n"
                   "WWW-Authenticate: Digest ck=\"0123\", ik=\"4567\"\r\n\r\n"),
    };
    struct record_message diameter = {
        .kind = RECORD_TX,
        .proto = RECORD_DIAMETER,
        .about = {.call = S("call-1"), .session = S("s;1")},
        .bytes = S("\x01\x00\xff\xfe"),
    };

    record_message(n->env.record, &sip);
    record_message(n->env.record, &diameter);
    record_say(n->env.record, (struct record_about){.call = S("call-2")},
               "S-REG-2", "TS 24.229 5.4.1.2.2", "%s is \"right\"", "alice");
}

static void the_record_is_read_without_its_secrets(void **state)
{
    struct world *w = *state;

    write_record(w->node);
    api_ask(w->node, "GET /api/v1/record", "", &w->answer);
    assert_int_equal(w->answer.status, 200);
    assert_has(buf_slice(&w->answer.body), "\"node\":\"scscf1\",\"boot_us\":");
    assert_has(buf_slice(&w->answer.body), "ck=\\\"****\\\"");
    assert_has_not(buf_slice(&w->answer.body), "0123");
    assert_has_not(buf_slice(&w->answer.body), "4567");
    assert_has(buf_slice(&w->answer.body), "\"base64\":\"AQD//g==\"");
    assert_has(buf_slice(&w->answer.body),
               "\"proc\":\"S-REG-2\",\"clause\":\"TS 24.229 5.4.1.2.2\","
               "\"says\":\"alice is \\\"right\\\"\"}");
    assert_has(buf_slice(&w->answer.body),
               "\"next\":4,\"last\":3,\"missed\":0}");
}

static void the_record_is_read_by_call_session_and_place(void **state)
{
    static const struct {
        const char *line, *has, *has_not;
    } rows[] = {
        {"GET /api/v1/record?call=call-2", "\"seq\":3", "\"seq\":1"},
        {"GET /api/v1/record?session=s%3b1", "\"seq\":2", "\"seq\":1"},
        {"GET /api/v1/record?call=call-2&session=s;1", "\"seq\":2",
         "\"seq\":1"},
        {"GET /api/v1/record?from=2&limit=1", "\"seq\":2", "\"seq\":3"},
        {"GET /api/v1/record?from=9", "\"entries\":[]", "\"seq\""},
        {"GET /api/v1/record?limit=0", "\"entries\":[]", "\"seq\""},
        {"GET /api/v1/record?call=", "\"entries\":[]", "\"seq\""},
        {"GET /api/v1/record?limit=x", "\"status\":400", "entries"},
        {"GET /api/v1/record?from=-1", "\"status\":400", "entries"},
    };
    struct world *w = *state;

    write_record(w->node);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        api_ask(w->node, rows[i].line, "", &w->answer);
        assert_has(buf_slice(&w->answer.body), rows[i].has);
        assert_has_not(buf_slice(&w->answer.body), rows[i].has_not);
    }
}

/* ---- routing and answers ------------------------------------------------- */

static void a_path_finds_its_handler_with_decoded_parameters(void **state)
{
    static const struct {
        const char *line;
        unsigned status;
        const char *body;
    } rows[] = {
        {"GET /api/v1/things/sip%3Aa%2fb/parts/2", 200,
         "{\"a\":\"sip:a/b\",\"b\":\"2\"}"},
        {"HEAD /api/v1/things/1/parts/2", 200, "{\"a\":\"1\",\"b\":\"2\"}"},
        {"GET /api/v1/things/tel:+1/parts/2", 200,
         "{\"a\":\"tel:+1\",\"b\":\"2\"}"},
        {"GET /api/v1/things//parts/2", 404, "about:blank"},
        {"GET /api/v1/things/1/parts/2/", 404, "about:blank"},
        {"GET /api/v1/things/1/parts", 404, "about:blank"},
        {"GET /api/v1/things/%zz/parts/2", 400, "percent"},
        {"GET /api/v1/things/1/parts/2%", 400, "percent"},
        {"GET /api/v1/things?q=%4", 400, "percent"},
        {"GET /x", 404, "Not Found"},
        {"GET *", 404, "Not Found"},
        {"GET ", 404, "Not Found"},
        {"GET /api/v1/things?q=a+b%2B&limit=3", 200,
         "{\"q\":\"a b+\",\"limit\":3}"},
        {"GET /api/v1/things?qq=1", 200, "{\"q\":\"none\",\"limit\":7}"},
        {"GET /api/v1/things?q", 200, "{\"q\":\"\",\"limit\":7}"},
        {"GET /api/v1/things?limit=11", 400,
         "\"detail\":\"limit is not a number up to 10\","
         "\"error\":\"MALFORMED\""},
        {"DELETE /api/v1/things/1", 204, ""},
    };
    struct world *w = *state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        w->answer.count = 0;
        assert_null(api_ask(w->node, rows[i].line, "", &w->answer));
        assert_int_equal(w->answer.count, 1);
        assert_int_equal(w->answer.status, rows[i].status);
        assert_has(buf_slice(&w->answer.body), rows[i].body);
        if (w->answer.status >= 400)
            assert_string_equal(w->answer.type, "application/problem+json");
    }
}

static void another_method_is_told_which_there_are(void **state)
{
    struct world *w = *state;

    api_ask(w->node, "PATCH /api/v1/things", "", &w->answer);
    assert_int_equal(w->answer.status, 405);
    assert_string_equal(w->answer.allow, "GET, POST");
}

static void what_is_made_has_a_location(void **state)
{
    struct world *w = *state;

    api_ask(w->node, "POST /api/v1/things", "x", &w->answer);
    assert_int_equal(w->answer.status, 201);
    assert_string_equal(w->answer.location, "/api/v1/things/1");
    assert_text(buf_slice(&w->answer.body), S("\"x\""));
}

static void a_body_over_the_limit_is_refused(void **state)
{
    struct world *w = *state;
    size_t n = w->node->self->limits.http_bytes + 1;
    char *body = mem_alloc(n + 1);

    memset(body, 'x', n);
    body[n] = '\0';
    api_ask(w->node, "POST /api/v1/things", body, &w->answer);
    assert_int_equal(w->answer.status, 413);
    body[n - 1] = '\0';
    api_ask(w->node, "POST /api/v1/things", body, &w->answer);
    assert_int_equal(w->answer.status, 201);
    free(body);
}

static void an_answer_may_come_later(void **state)
{
    struct world *w = *state;
    struct api_call *c =
        api_ask(w->node, "PUT /api/v1/things/1", "body", &w->answer);

    assert_non_null(c);
    assert_ptr_equal(c, w->state->waiting);
    assert_text(c->body, S("body"));
    assert_int_equal(w->answer.count, 0);
    api_problem(c, 409, "thing %d is in use", 1);
    assert_int_equal(w->answer.count, 1);
    assert_int_equal(w->answer.status, 409);
    assert_has(buf_slice(&w->answer.body),
               "\"title\":\"Conflict\",\"status\":409,"
               "\"detail\":\"thing 1 is in use\"");
}

static void nobody_hears_the_answer_to_an_abandoned_call(void **state)
{
    struct world *w = *state;
    struct api_call *c =
        api_ask(w->node, "PUT /api/v1/things/1", "", &w->answer);

    api_abandon(c);
    api_reply(c, 200);
    assert_int_equal(w->answer.count, 0);
}

static void what_waits_when_the_node_ends_is_answered(void **state)
{
    struct world *w = *state;

    api_ask(w->node, "PUT /api/v1/things/1", "", &w->answer);
    node_free(w->node);
    w->node = NULL;
    assert_int_equal(w->answer.count, 1);
    assert_int_equal(w->answer.status, 503);
}

static void a_reset_begins_the_role_anew_and_answers_what_waits(void **state)
{
    struct world *w = *state;
    struct state *was = w->state;
    struct api_answer waits;

    was->busy = true;
    api_answer_init(&waits);
    api_ask(w->node, "PUT /api/v1/things/1", "", &waits);
    record_say(w->node->env.record, (struct record_about){0}, "T-1", "clause",
               "kept");
    assert_null(api_ask(w->node, "POST /api/v1/reset", "", &w->answer));
    w->state = w->node->state;
    assert_int_equal(waits.status, 503);
    assert_int_equal(w->answer.status, 204);
    assert_false(w->state->busy);
    assert_int_equal(record_last_seq(w->node->env.record), 1);
    node_drain(w->node, on_drained, w);
    api_ask(w->node, "POST /api/v1/reset", "", &w->answer);
    assert_int_equal(w->answer.status, 503);
    api_answer_fini(&waits);
}

static void who_asks_decides_what_may_be_done(void **state)
{
    static const struct {
        enum api_role role;
        const char *method, *path;
        unsigned status;
    } rows[] = {
        {API_NOBODY, "GET", "/livez", 200},
        {API_NOBODY, "GET", "/readyz", 200},
        {API_NOBODY, "GET", "/metrics", 401},
        {API_NOBODY, "GET", "/api/v1/things", 401},
        {API_NOBODY, "POST", "/api/v1/things", 401},
        {API_NOBODY, "GET", "/nothing", 401},
        {API_VIEWER, "GET", "/api/v1/things", 200},
        {API_VIEWER, "HEAD", "/api/v1/things", 200},
        {API_VIEWER, "POST", "/api/v1/things", 403},
        {API_VIEWER, "DELETE", "/api/v1/things/1", 403},
        {API_VIEWER, "POST", "/api/v1/reset", 403},
        {API_VIEWER, "GET", "/nothing", 404},
        {API_ADMIN, "POST", "/api/v1/things", 201},
        {API_ADMIN, "DELETE", "/api/v1/things/1", 204},
    };
    struct world *w = *state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct api_request rq = {.who = {.role = rows[i].role},
                                 .method = slice_of(rows[i].method),
                                 .path = slice_of(rows[i].path)};

        api_serve(w->node, &rq, on_api_answer, &w->answer);
        assert_int_equal(w->answer.status, rows[i].status);
        assert_int_equal(slice_starts(slice_of(w->answer.headers),
                                      S("WWW-Authenticate: Bearer")),
                         rows[i].status == 401);
    }
}

static void each_error_has_an_http_status(void **state)
{
    (void)state;
    for (int e = IMS_OK + 1; e < IMS_ERR_COUNT; e++)
        assert_in_range(api_status((enum ims_err)e), 400, 599);
    assert_int_equal(api_status(IMS_EXISTS), 409);
    assert_int_equal(api_status(IMS_UNKNOWN_USER), 404);
}

#define IN_WORLD(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_WORLD(a_node_knows_its_place),
        IN_WORLD(a_node_that_is_not_there_is_refused),
        IN_WORLD(a_drain_waits_for_what_is_in_progress_then_leaves),
        IN_WORLD(a_drain_has_an_end_even_if_the_work_has_none),
        IN_WORLD(a_second_drain_hurries),
        IN_WORLD(a_reload_takes_what_may_change),
        IN_WORLD(a_reload_that_the_role_refuses_changes_nothing),
        IN_WORLD(a_reload_of_what_may_not_change_names_it),
        IN_WORLD(readiness_says_what_is_missing),
        IN_WORLD(the_front_page_leads_to_what_can_be_asked),
        IN_WORLD(metrics_and_state_carry_what_the_role_adds),
        IN_WORLD(the_record_is_read_without_its_secrets),
        IN_WORLD(the_record_is_read_by_call_session_and_place),
        IN_WORLD(a_path_finds_its_handler_with_decoded_parameters),
        IN_WORLD(another_method_is_told_which_there_are),
        IN_WORLD(what_is_made_has_a_location),
        IN_WORLD(a_body_over_the_limit_is_refused),
        IN_WORLD(an_answer_may_come_later),
        IN_WORLD(nobody_hears_the_answer_to_an_abandoned_call),
        IN_WORLD(what_waits_when_the_node_ends_is_answered),
        IN_WORLD(a_reset_begins_the_role_anew_and_answers_what_waits),
        IN_WORLD(who_asks_decides_what_may_be_done),
        cmocka_unit_test(each_error_has_an_http_status),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
