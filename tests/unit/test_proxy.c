/* SPDX-License-Identifier: MIT */
#include "sip/proxy.h"
#include "sip/views.h"
#include "support/check.h"
#include "support/corpus.h"
#include "support/puppet.h"
#include <stdio.h>
#include <stdlib.h>

/* RFC 3261 16.3, 16.4, 16.6: what the proxy core refuses, what it takes off
 * and puts on. One proxy at p.ims.example between two parties.
 *
 * proves SIP-2 SIP-5 */

struct world {
    struct sim *sim;
    struct world_host *w;
    struct sip_stack *stack;
    struct sip_proxy *proxy;
    struct addr at;
    struct puppet caller, callee;
    bool by_route; /* else everything goes to the callee */
    bool drops_ack;
    unsigned requests;
    struct str own;
    bool more;
};

static void remember(struct world *t, const struct sip_proxy_route *route)
{
    str_set(&t->own, route->own.text);
    t->more = route->more;
}

static void on_request(void *ctx, struct sip_request *req)
{
    struct world *t = ctx;
    struct sip_branch b = {.to = {.trust = SIP_MW}};
    struct sip_proxy_route route;

    t->requests++;
    if (!sip_proxy_check(t->proxy, req)) {
        sip_request_drop(req);
        return;
    }
    b.msg = sip_proxy_copy(t->proxy, req, &route);
    remember(t, &route);
    if (!t->by_route)
        b.to.addr = t->callee.addr;
    sip_proxy_forward(t->proxy, req, &b, NULL, NULL);
}

static void on_cancel(void *ctx, struct sip_request *req,
                      struct sip_message *cancel)
{
    struct world *t = ctx;

    sip_proxy_cancel(t->proxy, req, cancel);
}

static bool edit_ack(void *ctx, struct sip_message *copy,
                     const struct sip_proxy_route *route,
                     struct sip_destination *to)
{
    struct world *t = ctx;

    remember(t, route);
    assert_int_equal(copy->method, SIP_ACK);
    if (!t->by_route)
        to->addr = t->callee.addr;
    return !t->drops_ack;
}

static void on_ack(void *ctx, struct sip_message *ack,
                   const struct sip_flow *flow)
{
    struct world *t = ctx;

    sip_proxy_ack(t->proxy, ack, flow, edit_ack, t);
}

static bool is_own(void *ctx, const struct sip_uri *uri)
{
    (void)ctx;
    return slice_eq_nocase(uri->host, S("p.ims.example")) ||
           slice_eq(uri->host, S("10.0.0.1"));
}

static struct world *world_new(void)
{
    static const struct sip_stack_handler sip = {
        .on_request = on_request, .on_cancel = on_cancel, .on_ack = on_ack};
    static const struct sip_timers timers = {
        .t1 = 500000, .t2 = 4000000, .t4 = 5000000, .timer_c = 200000000};
    struct world *t = test_calloc(1, sizeof(*t));
    const struct sip_listener *l;
    struct why why;

    t->sim = sim_new(7);
    t->w = world_host_new(t->sim, "p");
    t->at = world_addr("10.0.0.1:5060", TRANSPORT_UDP);
    t->stack = sip_stack_new(
        &(struct sip_stack_config){
            .env = &t->w->env,
            .transport = {.env = &t->w->env},
            .locate = {.env = &t->w->env, .ipv4 = true, .udp = true},
        },
        &sip, t);
    assert_ok(sip_transport_listen(sip_stack_transport(t->stack), &t->at,
                                   SIP_MW, S("p.ims.example"), 0, &timers, &l,
                                   &why),
              &why);
    t->proxy = sip_proxy_new(&(struct sip_proxy_config){
        .stack = t->stack, .is_own = is_own, .ctx = t});
    puppet_init(&t->caller, t->sim, "caller", "10.0.1.1:5060");
    puppet_init(&t->callee, t->sim, "callee", "10.0.2.1:5060");
    return t;
}

static void world_end(struct world *t)
{
    sip_proxy_free(t->proxy);
    sip_stack_free(t->stack);
    puppet_fini(&t->caller);
    puppet_fini(&t->callee);
    str_fini(&t->own);
    world_host_free(t->w);
    sim_free(t->sim);
    test_free(t);
}

/* What of the request matters here; the rest is as always. */
struct ask {
    const char *method, *uri, *headers, *via;
};

static void ask(struct world *t, const struct ask *a)
{
    const char *method = a->method ? a->method : "MESSAGE";

    puppet_send(&t->caller, &t->at,
                "%s %s SIP/2.0\r\n"
                "Via: SIP/2.0/UDP 10.0.1.1:5060;branch=z9hG4bKx\r\n"
                "%s"
                "From: <sip:alice@a.example>;tag=a\r\n"
                "To: <sip:bob@b.example>\r\n"
                "Call-ID: 1@a\r\n"
                "CSeq: 1 %s\r\n"
                "%sContent-Length: 0\r\n\r\n",
                method, a->uri ? a->uri : "sip:bob@b.example",
                a->via ? a->via : "", method, a->headers ? a->headers : "");
    sim_run_for(t->sim, 200000);
}

struct refusal {
    struct ask ask;
    unsigned status;
    const char *says;
};

static const struct refusal refusals[] = {
    {{.uri = "soap.beep://b.example"}, 416, "scheme"},
    {{.headers = "Max-Forwards: 0\r\n"}, 483, "Max-Forwards is 0"},
    {{.method = "OPTIONS", .headers = "Max-Forwards: 0\r\n"}, 483, "Max-Fo"},
    {{.headers = "Max-Breadth: 0\r\n"}, 440, "Max-Breadth is 0"},
    {{.headers = "Proxy-Require: foo, bar\r\n"}, 420, "Proxy-Require foo"},
};

static void what_must_not_go_on_is_answered_and_recorded(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(refusals) / sizeof(*refusals); i++) {
        struct world *t = world_new();
        struct sip_message *m;

        ask(t, &refusals[i].ask);
        m = puppet_last(&t->caller);
        assert_non_null(m);
        assert_int_equal(m->status, refusals[i].status);
        assert_has(world_story(t->w), refusals[i].says);
        assert_int_equal(t->callee.count, 0);
        if (m->status == 420)
            assert_int_equal(sip_values_count(m, SIP_HDR_UNSUPPORTED), 2);
        world_end(t);
    }
}

static const char *const welcome[] = {"sip:bob@b.example", "sips:bob@b.example",
                                      "tel:+15551234", "urn:service:sos"};

static void the_schemes_of_ims_go_on(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(welcome) / sizeof(*welcome); i++) {
        struct world *t = world_new();

        ask(t, &(struct ask){.uri = welcome[i]});
        assert_text(puppet_last(&t->callee)->uri, slice_of(welcome[i]));
        world_end(t);
    }
}

static struct slice top_via(const struct sip_message *m)
{
    struct sip_values it;
    struct slice value = {0};

    sip_values_begin(&it, m, SIP_HDR_VIA);
    sip_values_next(&it, &value);
    return value;
}

/* RFC 5393 4.2: back with the same Request-URI and Route is a loop, with
 * another one a spiral. */
static void a_loop_is_refused_and_a_spiral_is_not(void **state)
{
    struct world *t = world_new();
    char via[512];

    (void)state;
    ask(t, &(struct ask){0});
    assert_int_equal(t->callee.count, 1);
    snprintf(via, sizeof(via), "Via: %.*s\r\n",
             SLICE_ARG(top_via(puppet_last(&t->callee))));
    puppet_send(&t->callee, &t->at,
                "MESSAGE sip:bob@b.example SIP/2.0\r\n"
                "Via: SIP/2.0/UDP 10.0.2.1:5060;branch=z9hG4bKloop\r\n%s"
                "From: <sip:alice@a.example>;tag=a\r\nTo: <sip:b@b>\r\n"
                "Call-ID: 1@a\r\nCSeq: 1 MESSAGE\r\n\r\n",
                via);
    sim_run_for(t->sim, 100000);
    assert_int_equal(puppet_last(&t->callee)->status, 482);
    puppet_send(&t->callee, &t->at,
                "MESSAGE sip:carol@b.example SIP/2.0\r\n"
                "Via: SIP/2.0/UDP 10.0.2.1:5060;branch=z9hG4bKspiral\r\n%s"
                "From: <sip:alice@a.example>;tag=a\r\nTo: <sip:b@b>\r\n"
                "Call-ID: 1@a\r\nCSeq: 1 MESSAGE\r\n\r\n",
                via);
    sim_run_for(t->sim, 100000);
    assert_non_null(puppet_request(&t->callee, SIP_MESSAGE, 1));
    world_end(t);
}

struct routing {
    struct ask ask;
    const char *uri, *route, *own; /* as it leaves, and what was told */
    bool more;
};

static const struct routing routings[] = {
    {{.headers = "Route: <sip:tok@p.ims.example;lr>, <sip:q;lr>\r\n"},
     "sip:bob@b.example",
     "<sip:q;lr>",
     "sip:tok@p.ims.example;lr",
     true},
    {{.headers = "Route: <sip:tok@p.ims.example;lr;odi=7>\r\n"},
     "sip:bob@b.example",
     "",
     "sip:tok@p.ims.example;lr;odi=7",
     false},
    /* both sides of a double Record-Route */
    {{.headers = "Route: <sip:tok@p.ims.example;lr>,<sip:tok@10.0.0.1;lr>\r\n"},
     "sip:bob@b.example",
     "",
     "sip:tok@p.ims.example;lr",
     false},
    /* here once more, as another: a spiral */
    {{.headers =
          "Route: <sip:a@p.ims.example;lr>,<sip:b@p.ims.example;lr>\r\n"},
     "sip:bob@b.example",
     "<sip:b@p.ims.example;lr>",
     "sip:a@p.ims.example;lr",
     true},
    {{.headers = "Route: <sip:q;lr>\r\n"},
     "sip:bob@b.example",
     "<sip:q;lr>",
     "",
     true},
    /* from a strict router */
    {{.uri = "sip:p.ims.example;lr",
      .headers = "Route: <sip:q;lr>, <sip:bob@b.example>\r\n"},
     "sip:bob@b.example",
     "<sip:q;lr>",
     "",
     true},
    /* to a strict router */
    {{.headers = "Route: <sip:q>, <sip:r;lr>\r\n"},
     "sip:q",
     "<sip:r;lr>, <sip:bob@b.example>",
     "",
     true},
    /* maddr that is ours, and one that is not */
    {{.uri = "sip:bob@b.example;maddr=10.0.0.1;x=y"},
     "sip:bob@b.example;x=y",
     "",
     "",
     false},
    {{.uri = "sip:bob@b.example;maddr=10.9.9.9"},
     "sip:bob@b.example;maddr=10.9.9.9",
     "",
     "",
     false},
    {{.uri = "sip:bob@b.example:5070;maddr=10.0.0.1"},
     "sip:bob@b.example:5070;maddr=10.0.0.1",
     "",
     "",
     false},
};

static void assert_routes(const struct sip_message *m, const char *expected)
{
    struct sip_values it;
    struct slice value;
    char memory[512];
    struct buf b;

    buf_over(&b, memory, sizeof(memory));
    sip_values_begin(&it, m, SIP_HDR_ROUTE);
    while (sip_values_next(&it, &value)) {
        if (b.n)
            buf_str(&b, ", ");
        buf_add(&b, value);
    }
    assert_text(buf_slice(&b), slice_of(expected));
}

static void routes_are_preprocessed_for_strict_and_loose_routers(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(routings) / sizeof(*routings); i++) {
        const struct routing *r = &routings[i];
        struct world *t = world_new();
        struct sip_message *m;

        ask(t, &r->ask);
        m = puppet_last(&t->callee);
        assert_non_null(m);
        assert_text(m->uri, slice_of(r->uri));
        assert_routes(m, r->route);
        assert_text(str_slice(&t->own), slice_of(r->own));
        assert_int_equal(t->more, r->more);
        world_end(t);
    }
}

static void the_next_hop_is_route_else_request_uri(void **state)
{
    struct world *t = world_new();

    (void)state;
    t->by_route = true;
    ask(t, &(struct ask){.uri = "sip:bob@10.9.9.9",
                         .headers = "Route: <sip:10.0.2.1;lr>\r\n"});
    assert_int_equal(t->callee.count, 1);
    world_end(t);
    t = world_new();
    t->by_route = true;
    ask(t, &(struct ask){.uri = "sip:bob@10.9.9.9",
                         .headers =
                             "Route: <sip:10.0.2.1>,<sip:10.9.9.8;lr>\r\n"});
    assert_int_equal(t->callee.count, 1); /* the strict router itself */
    world_end(t);
    t = world_new();
    t->by_route = true;
    ask(t, &(struct ask){.uri = "sip:bob@10.0.2.1"});
    assert_int_equal(t->callee.count, 1);
    world_end(t);
}

static void max_forwards_goes_down_or_begins_at_70(void **state)
{
    struct world *t = world_new();

    (void)state;
    ask(t, &(struct ask){.headers = "Max-Forwards: 1\r\n"});
    assert_text(sip_header_value(puppet_last(&t->callee), SIP_HDR_MAX_FORWARDS),
                S("0"));
    world_end(t);
    t = world_new();
    ask(t, &(struct ask){0});
    assert_text(sip_header_value(puppet_last(&t->callee), SIP_HDR_MAX_FORWARDS),
                S("70"));
    world_end(t);
}

static void what_a_proxy_does_not_understand_passes_unchanged(void **state)
{
    static const char odd[] = "X-Odd:  a ,\r\n\tb;;\"\\\"\r\n"
                              "k:  x ,\r\n y\r\n";
    struct world *t = world_new();
    const struct sip_header *h;

    (void)state;
    ask(t, &(struct ask){.headers = odd});
    h = sip_header_named(puppet_last(&t->callee), S("X-Odd"));
    assert_non_null(h);
    assert_text(h->line, S("X-Odd:  a ,\r\n\tb;;\"\\\""));
    h = sip_header_first(puppet_last(&t->callee), SIP_HDR_SUPPORTED);
    assert_text(h->line, S("k:  x ,\r\n y"));
    world_end(t);
}

static void an_ack_for_a_2xx_goes_on_statelessly(void **state)
{
    struct world *t = world_new();
    struct sip_message *m;

    (void)state;
    ask(t, &(struct ask){.method = "ACK",
                         .headers = "Route: <sip:t@p.ims.example;lr>\r\n"
                                    "Max-Forwards: 9\r\n"});
    m = puppet_last(&t->callee);
    assert_non_null(m);
    assert_int_equal(m->method, SIP_ACK);
    assert_text(sip_header_value(m, SIP_HDR_MAX_FORWARDS), S("8"));
    assert_int_equal(sip_values_count(m, SIP_HDR_VIA), 2);
    assert_routes(m, "");
    assert_text(str_slice(&t->own), S("sip:t@p.ims.example;lr"));
    world_end(t);
}

/* With the same Request-URI and Route, that is, as a request. */
static void an_ack_that_comes_back_is_dropped(void **state)
{
    struct world *t = world_new();
    char via[512];

    (void)state;
    ask(t, &(struct ask){.method = "ACK"});
    assert_int_equal(t->callee.count, 1);
    snprintf(via, sizeof(via), "Via: %.*s\r\n",
             SLICE_ARG(top_via(puppet_last(&t->callee))));
    ask(t, &(struct ask){.method = "ACK", .via = via});
    assert_int_equal(t->callee.count, 1);
    assert_has(world_story(t->w), "the ACK is dropped: it was here before");
    ask(t, &(struct ask){
               .method = "ACK", .uri = "sip:carol@b.example", .via = via});
    assert_int_equal(t->callee.count, 2);
    world_end(t);
}

static void an_ack_is_dropped_for_its_user_or_for_hops(void **state)
{
    struct world *t = world_new();

    (void)state;
    ask(t, &(struct ask){.method = "ACK", .headers = "Max-Forwards: 0\r\n"});
    t->drops_ack = true;
    ask(t, &(struct ask){.method = "ACK", .via = ""});
    assert_int_equal(t->callee.count, 0);
    assert_int_equal(t->caller.count, 0);
    assert_has(world_story(t->w), "the ACK is dropped: Max-Forwards is 0");
    world_end(t);
}

/* ---- the proxy's verdicts of EXPECT.tsv ---------------------------------- */

enum verdict { FORWARDED, DROPPED, REFUSED };

struct expected {
    const char *file;
    enum verdict verdict;
    unsigned status;
};

/* Where the table leaves a choice, this is ours. */
static const struct expected verdicts[] = {
    {"rfc4475/wsinv", FORWARDED, 0},
    {"rfc4475/intmeth", FORWARDED, 0},
    {"rfc4475/esc01", FORWARDED, 0},
    {"rfc4475/escnull", FORWARDED, 0},
    {"rfc4475/esc02", FORWARDED, 0},
    {"rfc4475/lwsdisp", FORWARDED, 0},
    {"rfc4475/longreq", FORWARDED, 0},
    {"rfc4475/dblreq", FORWARDED, 0},
    {"rfc4475/semiuri", FORWARDED, 0},
    {"rfc4475/transports", FORWARDED, 0},
    {"rfc4475/mpart01", FORWARDED, 0},
    {"rfc4475/unreason", DROPPED, 0}, /* responses to nothing that we sent */
    {"rfc4475/noreason", DROPPED, 0},
    {"rfc4475/badinv01", REFUSED, 400},
    {"rfc4475/clerr", REFUSED, 400},
    {"rfc4475/ncl", REFUSED, 400},
    {"rfc4475/scalar02", REFUSED, 400},
    {"rfc4475/scalarlg", DROPPED, 0},
    {"rfc4475/quotbal", REFUSED, 400},
    {"rfc4475/ltgtruri", REFUSED, 400},
    {"rfc4475/lwsruri", REFUSED, 400},
    {"rfc4475/lwsstart", REFUSED, 400},
    {"rfc4475/trws", REFUSED, 400},
    {"rfc4475/escruri", REFUSED, 400},
    {"rfc4475/baddate", FORWARDED, 0},
    {"rfc4475/regbadct", FORWARDED, 0},
    {"rfc4475/badaspec", REFUSED, 400},
    {"rfc4475/baddn", REFUSED, 400},
    {"rfc4475/badvers", REFUSED, 505},
    {"rfc4475/mismatch01", REFUSED, 400},
    {"rfc4475/mismatch02", REFUSED, 400},
    {"rfc4475/bigcode", DROPPED, 0},
    {"rfc4475/badbranch", FORWARDED, 0}, /* matched as RFC 2543 does */
    {"rfc4475/insuf", REFUSED, 400},
    {"rfc4475/unkscm", REFUSED, 416},
    {"rfc4475/novelsc", REFUSED, 416},
    {"rfc4475/unksm2", FORWARDED, 0},
    {"rfc4475/bext01", REFUSED, 420},
    {"rfc4475/invut", FORWARDED, 0},
    {"rfc4475/regaut01", FORWARDED, 0},
    {"rfc4475/multi01", REFUSED, 400},
    {"rfc4475/mcl01", REFUSED, 400},
    {"rfc4475/bcast", DROPPED, 0},
    {"rfc4475/zeromf", REFUSED, 483},
    {"rfc4475/cparam01", FORWARDED, 0},
    {"rfc4475/cparam02", FORWARDED, 0},
    {"rfc4475/regescrt", FORWARDED, 0},
    {"rfc4475/sdp01", FORWARDED, 0},
    {"rfc4475/inv2543", FORWARDED, 0},
    {"rfc4475/test", DROPPED, 0},
    {"rfc5118-fixed/ipv6-good", FORWARDED, 0},
    {"rfc5118-fixed/ipv6-bad", REFUSED, 400},
    {"rfc5118-fixed/port-ambiguous", FORWARDED, 0},
    {"rfc5118-fixed/port-unambiguous", FORWARDED, 0},
    {"rfc5118-fixed/via-received-param-with-delim", FORWARDED, 0},
    {"rfc5118-fixed/via-received-param-no-delim", FORWARDED, 0},
    {"rfc5118-fixed/ipv6-in-sdp", FORWARDED, 0},
    {"rfc5118-fixed/mult-ip-in-header", FORWARDED, 0},
    {"rfc5118-fixed/mult-ip-in-sdp", FORWARDED, 0},
    {"rfc5118-fixed/ipv4-mapped-ipv6", FORWARDED, 0},
    {"rfc5118-fixed/ipv6-bug-abnf-3-colons", FORWARDED, 0},
    {"rfc5118-fixed/ipv6-correct-abnf-2-colons", FORWARDED, 0},
};

/* Responses go to the sent-by's port at the source address; the status line
 * that the proxy sent is in its record. */
static void check_verdict(const struct expected *e)
{
    char path[128], line[32];

    snprintf(path, sizeof(path), "sip-torture/%s.dat", e->file);
    struct slice text = corpus_read(path);
    struct world *t = world_new();
    puppet_send_text(&t->caller, &t->at, text);
    sim_run_for(t->sim, 300000);
    if ((e->verdict == FORWARDED) != (t->callee.count > 0))
        fail_msg("%s: forwarded %u times", e->file, t->callee.count);
    if (e->verdict == REFUSED) {
        snprintf(line, sizeof(line), "SIP/2.0 %u ", e->status);
        assert_has(world_story(t->w), line);
    } else if (e->verdict == DROPPED) {
        assert_has_not(world_story(t->w), "tx ");
    }
    free((char *)text.p);
    world_end(t);
}

static const struct expected *expected_of(struct slice file)
{
    for (size_t i = 0; i < sizeof(verdicts) / sizeof(*verdicts); i++)
        if (slice_starts(file, slice_of(verdicts[i].file)) &&
            slice_eq(slice_from(file, strlen(verdicts[i].file)), S(".dat")))
            return &verdicts[i];
    fail_msg("%.*s has no verdict here", SLICE_ARG(file));
    return NULL;
}

/* Our verdict is one of those that the row allows. */
static void check_choice(void *ctx, struct slice row)
{
    const struct expected *e = expected_of(tsv_cell(row, EXPECT_FILE));
    struct slice proxy = tsv_cell(row, EXPECT_PROXY);
    bool must_refuse = slice_eq(proxy, S("400")) || slice_eq(proxy, S("505"));
    char status[8];

    (void)ctx;
    snprintf(status, sizeof status, "%u", e->status);
    if (e->verdict == REFUSED && slice_find(proxy, slice_of(status)) < 0 &&
        slice_find(tsv_cell(row, EXPECT_STATUS), slice_of(status)) < 0)
        fail_msg("%s: %s is none of \"%.*s\"", e->file, status,
                 SLICE_ARG(proxy));
    if (e->verdict != REFUSED && must_refuse)
        fail_msg("%s must be refused: %.*s", e->file, SLICE_ARG(proxy));
    if (e->verdict == FORWARDED &&
        (slice_starts(proxy, S("discard")) || slice_starts(proxy, S("drop"))))
        fail_msg("%s must be dropped", e->file);
}

static void torture_messages_get_the_proxy_s_verdict(void **state)
{
    (void)state;
    corpus_each_expected(check_choice, NULL);
    for (size_t i = 0; i < sizeof(verdicts) / sizeof(*verdicts); i++)
        check_verdict(&verdicts[i]);
}

/* RFC 4475 3.1.1.1: what has unusual white space is not touched; of
 * 3.1.1.11 the body is not either. */
static void torture_messages_pass_byte_for_byte(void **state)
{
    struct slice text = corpus_read("sip-torture/rfc4475/wsinv.dat");
    struct world *t = world_new();
    const struct sip_header *h;

    (void)state;
    puppet_send_text(&t->caller, &t->at, text);
    sim_run_for(t->sim, 100000);
    h = sip_header_named(puppet_last(&t->callee),
                         S("UnknownHeaderWithUnusualValue"));
    assert_non_null(h);
    assert_true(slice_find(text, h->line) > 0);
    h = sip_header_first(puppet_last(&t->callee), SIP_HDR_TO);
    assert_true(slice_find(text, h->line) > 0);
    free((char *)text.p);
    text = corpus_read("sip-torture/rfc4475/mpart01.dat");
    puppet_send_text(&t->caller, &t->at, text);
    sim_run_for(t->sim, 100000);
    assert_true(slice_find(text, puppet_last(&t->callee)->body) > 0);
    assert_int_equal(puppet_last(&t->callee)->body.n, 553);
    free((char *)text.p);
    world_end(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_must_not_go_on_is_answered_and_recorded),
        cmocka_unit_test(the_schemes_of_ims_go_on),
        cmocka_unit_test(a_loop_is_refused_and_a_spiral_is_not),
        cmocka_unit_test(routes_are_preprocessed_for_strict_and_loose_routers),
        cmocka_unit_test(the_next_hop_is_route_else_request_uri),
        cmocka_unit_test(max_forwards_goes_down_or_begins_at_70),
        cmocka_unit_test(what_a_proxy_does_not_understand_passes_unchanged),
        cmocka_unit_test(an_ack_for_a_2xx_goes_on_statelessly),
        cmocka_unit_test(an_ack_that_comes_back_is_dropped),
        cmocka_unit_test(an_ack_is_dropped_for_its_user_or_for_hops),
        cmocka_unit_test(torture_messages_get_the_proxy_s_verdict),
        cmocka_unit_test(torture_messages_pass_byte_for_byte),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
