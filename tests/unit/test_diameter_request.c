/* SPDX-License-Identifier: MIT */
#include "base/mem.h"
#include "support/check.h"
#include "support/diameter_world.h"
#include <stdio.h>

/* Requests and answers between endpoints, and from raw parties, by way of LIR:
 * a command with few AVPs. */

enum { APP = CX_APPLICATION, LIR = DIAMETER_LOCATION_INFO };

/* A server that answers at once, or holds its requests. */
struct server {
    struct diameter *d;
    bool holds;
    struct diameter_request *held[32];
    unsigned count;
};

static void answer_success(struct diameter_request *r)
{
    struct buf *out = diameter_answer_open(r, false);

    avp_put_u32(out, AVP_RESULT_CODE, DIAMETER_SUCCESS);
    diameter_answer_send(r);
}

static void on_request(void *ctx, struct diameter_request *r)
{
    struct server *s = ctx;

    if (s->holds)
        s->held[s->count] = r;
    else
        answer_success(r);
    s->count++;
}

struct client {
    unsigned answers;
    enum ims_err err;
    unsigned result;
};

static void on_answer(void *ctx, enum ims_err err,
                      const struct diameter_message *m)
{
    struct client *c = ctx;
    uint32_t vendor;

    c->answers++;
    c->err = err;
    c->result = m ? diameter_answer_result(m, &vendor) : 0;
    assert_int_equal(m == NULL, err != IMS_OK);
}

/* An endpoint without Cx: the application is the test's own. */
struct node {
    struct world_host *w;
    struct diameter *d;
    struct addr addr;
    struct server server;
};

static struct node *node_new(struct sim *sim, const char *name, const char *ip,
                             const struct diameter_config *config)
{
    struct node *n = mem_zalloc(sizeof(*n));
    struct diameter_config c = config ? *config : (struct diameter_config){0};
    char text[64];
    struct why why;

    n->w = world_host_new(sim, name);
    c.env = &n->w->env;
    n->d = diameter_new(&c);
    n->server.d = n->d;
    diameter_add_application(
        n->d, &(struct diameter_application){.id = APP,
                                             .vendor = VENDOR_TGPP,
                                             .stateless = true,
                                             .on_request = on_request,
                                             .ctx = &n->server});
    snprintf(text, sizeof(text), "%s:3868", ip);
    n->addr = world_addr(text, TRANSPORT_TCP);
    assert_ok(diameter_listen(n->d, &n->addr, &why), &why);
    return n;
}

static void node_free(struct node *n)
{
    sim_host_kill(n->w->host);
    diameter_free(n->d);
    world_host_free(n->w);
    free(n);
}

static void peer(struct node *a, const char *host, const char *ip, bool relay)
{
    struct why why;

    assert_ok(diameter_add_peer(
                  a->d,
                  &(struct diameter_peer_config){.host = slice_of(host),
                                                 .realm = S("ims.example"),
                                                 .address = slice_of(ip),
                                                 .relay = relay},
                  &why),
              &why);
}

static uint64_t ask_realm(struct node *n, const char *host, const char *realm,
                          struct client *c)
{
    struct buf *out =
        diameter_ask_open(n->d, &(struct diameter_ask){.app = APP,
                                                       .command = LIR,
                                                       .host = slice_of(host),
                                                       .realm = slice_of(realm),
                                                       .call = S("call-1")});

    avp_put(out, AVP_PUBLIC_IDENTITY, S("sip:alice@ims.example"));
    return diameter_ask_send(n->d, on_answer, c);
}

static uint64_t ask(struct node *n, struct client *c)
{
    return ask_realm(n, "", "", c);
}

/* One S-CSCF, two HSSs. */
struct net3 {
    struct sim *sim;
    struct node *scscf, *hss1, *hss2;
};

static void net3_init(struct net3 *t, const struct diameter_config *scscf)
{
    t->sim = sim_new(1);
    t->scscf = node_new(t->sim, "scscf1", "10.0.0.3", scscf);
    t->hss1 = node_new(t->sim, "hss1", "10.0.0.4", NULL);
    t->hss2 = node_new(t->sim, "hss2", "10.0.0.5", NULL);
    peer(t->scscf, "hss1.ims.example", "10.0.0.4", false);
    peer(t->scscf, "hss2.ims.example", "10.0.0.5", false);
    peer(t->hss1, "scscf1.ims.example", "", false);
    peer(t->hss2, "scscf1.ims.example", "", false);
    diameter_start(t->hss1->d);
    diameter_start(t->hss2->d);
    diameter_start(t->scscf->d);
    sim_run_for(t->sim, SECOND);
}

static void net3_fini(struct net3 *t)
{
    node_free(t->scscf);
    node_free(t->hss1);
    if (t->hss2)
        node_free(t->hss2);
    sim_free(t->sim);
}

/* ---- asking
 * -------------------------------------------------------------------- */

/* proves H-DIA-1 */
static void a_request_goes_by_realm_or_to_its_host(void **state)
{
    struct client c = {0};
    struct net3 t;

    (void)state;
    net3_init(&t, NULL);
    ask(t.scscf, &c);
    assert_int_equal(c.answers, 0);
    sim_run_for(t.sim, 50 * MSEC);
    assert_int_equal(c.answers, 1);
    assert_int_equal(c.result, DIAMETER_SUCCESS);
    assert_int_equal(t.hss1->server.count, 1);
    ask_realm(t.scscf, "HSS2.ims.example", "ims.example", &c);
    sim_run_for(t.sim, 50 * MSEC);
    assert_int_equal(c.answers, 2);
    assert_int_equal(t.hss2->server.count, 1);
    net3_fini(&t);
}

static void
without_a_peer_the_caller_is_told_and_later_not_at_once(void **state)
{
    static const struct {
        const char *host, *realm;
    } rows[] = {
        {"", "elsewhere.example"},
        {"hss9.ims.example", "ims.example"},
        {"hss9.ims.example", ""},
    };
    struct net3 t;

    (void)state;
    net3_init(&t, NULL);
    for (size_t i = 0; i < 3; i++) {
        struct client c = {0};

        ask_realm(t.scscf, rows[i].host, rows[i].realm, &c);
        assert_int_equal(c.answers, 0);
        sim_run_for(t.sim, MSEC);
        assert_int_equal(c.answers, 1);
        assert_int_equal(c.err, IMS_UNREACHABLE);
    }
    assert_has(world_story(t.scscf->w), "cannot be reached");
    net3_fini(&t);
}

static void a_relay_takes_what_no_peer_serves(void **state)
{
    struct client c = {0};
    struct sim *sim = sim_new(1);
    struct node *scscf = node_new(sim, "scscf1", "10.0.0.3", NULL);
    struct node *relay = node_new(sim, "relay", "10.0.0.9", NULL);

    (void)state;
    peer(scscf, "relay.ims.example", "10.0.0.9", true);
    peer(relay, "scscf1.ims.example", "", false);
    diameter_start(relay->d);
    diameter_start(scscf->d);
    sim_run_for(sim, SECOND);
    ask_realm(scscf, "hss9.other.example", "other.example", &c);
    sim_run_for(sim, 50 * MSEC);
    /* our endpoint is no agent, and says so */
    assert_int_equal(c.answers, 1);
    assert_int_equal(c.result, DIAMETER_REALM_NOT_SERVED);
    node_free(scscf);
    node_free(relay);
    sim_free(sim);
}

static void silence_is_a_timeout_and_a_late_answer_is_ignored(void **state)
{
    struct client c = {0};
    struct net3 t;

    (void)state;
    net3_init(&t, NULL);
    t.hss1->server.holds = true;
    ask(t.scscf, &c);
    sim_run_for(t.sim, 5900 * MSEC);
    assert_int_equal(c.answers, 0);
    sim_run_for(t.sim, 200 * MSEC);
    assert_int_equal(c.answers, 1);
    assert_int_equal(c.err, IMS_TIMEOUT);
    answer_success(t.hss1->server.held[0]);
    sim_run_for(t.sim, 100 * MSEC);
    assert_int_equal(c.answers, 1);
    assert_has(world_story(t.scscf->w), "an answer to no request that waits");
    net3_fini(&t);
}

static void a_cancelled_request_calls_nobody(void **state)
{
    struct client c = {0};
    uint64_t ticket;
    struct net3 t;

    (void)state;
    net3_init(&t, NULL);
    ticket = ask(t.scscf, &c);
    assert_ptr_equal(diameter_cancel(t.scscf->d, ticket), &c);
    assert_null(diameter_cancel(t.scscf->d, ticket));
    sim_run_for(t.sim, 10 * SECOND);
    assert_int_equal(c.answers, 0);
    net3_fini(&t);
}

static void too_many_under_way_are_refused(void **state)
{
    struct diameter_config few = {.limits = {.pending = 2}};
    struct client c = {0}, third = {0};
    struct net3 t;

    (void)state;
    net3_init(&t, &few);
    t.hss1->server.holds = true;
    ask(t.scscf, &c);
    ask(t.scscf, &c);
    ask(t.scscf, &third);
    sim_run_for(t.sim, 100 * MSEC);
    assert_int_equal(c.answers, 0);
    assert_int_equal(third.err, IMS_FULL);
    net3_fini(&t);
}

static void what_does_not_fit_is_too_large(void **state)
{
    struct diameter_config small = {.limits = {.message = 1024}};
    struct client c = {0};
    static char big[2000];
    struct buf *out;
    struct net3 t;

    (void)state;
    net3_init(&t, &small);
    out = diameter_ask_open(t.scscf->d,
                            &(struct diameter_ask){.app = APP, .command = LIR});
    avp_put(out, AVP_USER_DATA, slice_at(big, sizeof(big)));
    diameter_ask_send(t.scscf->d, on_answer, &c);
    sim_run_for(t.sim, MSEC);
    assert_int_equal(c.err, IMS_TOO_LARGE);
    net3_fini(&t);
}

/* ---- failover
 * -------------------------------------------------------------------- */

/* proves H-DIA-1 */
static void a_request_moves_to_another_peer_with_the_t_flag(void **state)
{
    struct client c = {0};
    struct net3 t;

    (void)state;
    net3_init(&t, NULL);
    t.hss1->server.holds = t.hss2->server.holds = true;
    ask(t.scscf, &c);
    sim_run_for(t.sim, 50 * MSEC);
    assert_int_equal(t.hss1->server.count, 1);
    sim_host_kill(t.hss1->w->host);
    sim_run_for(t.sim, 50 * MSEC);
    assert_int_equal(t.hss2->server.count, 1);
    assert_true(diameter_request_message(t.hss2->server.held[0])->h.flags &
                DIAMETER_T);
    answer_success(t.hss2->server.held[0]);
    sim_run_for(t.sim, 50 * MSEC);
    assert_int_equal(c.answers, 1);
    assert_int_equal(c.err, IMS_OK);
    net3_fini(&t);
}

/* proves H-DIA-1 */
static void a_request_waits_for_a_restarted_peer(void **state)
{
    struct client c = {0};
    struct sim *sim = sim_new(2);
    struct node *scscf = node_new(sim, "scscf1", "10.0.0.3", NULL);
    struct node *hss = node_new(sim, "hss1", "10.0.0.4", NULL);

    (void)state;
    peer(scscf, "hss1.ims.example", "10.0.0.4", false);
    peer(hss, "scscf1.ims.example", "", false);
    diameter_start(hss->d);
    diameter_start(scscf->d);
    sim_run_for(sim, SECOND);
    hss->server.holds = true;
    ask(scscf, &c);
    sim_run_for(sim, 50 * MSEC);
    node_free(hss);
    sim_run_for(sim, SECOND);
    assert_int_equal(c.answers, 0);
    hss = node_new(sim, "hss1", "10.0.0.4", NULL);
    peer(hss, "scscf1.ims.example", "", false);
    diameter_start(hss->d);
    sim_run_for(sim, SECOND);
    assert_int_equal(c.answers, 1);
    assert_int_equal(c.result, DIAMETER_SUCCESS);
    node_free(scscf);
    node_free(hss);
    sim_free(sim);
}

static void a_busy_peer_is_passed_over(void **state)
{
    struct client c = {0};
    struct net3 t;
    struct diameter_fault f;

    (void)state;
    net3_init(&t, NULL);
    t.hss1->server.holds = true;
    ask(t.scscf, &c);
    sim_run_for(t.sim, 50 * MSEC);
    fault_set(&f, DIAMETER_TOO_BUSY, "busy");
    diameter_refuse(t.hss1->server.held[0], &f);
    sim_run_for(t.sim, 50 * MSEC);
    assert_int_equal(t.hss2->server.count, 1);
    assert_int_equal(c.result, DIAMETER_SUCCESS);
    node_free(t.hss2);
    t.hss2 = NULL;
    sim_run_for(t.sim, 50 * MSEC);
    ask(t.scscf, &c);
    sim_run_for(t.sim, 50 * MSEC);
    diameter_refuse(t.hss1->server.held[1], &f);
    sim_run_for(t.sim, 50 * MSEC);
    assert_int_equal(c.result, DIAMETER_TOO_BUSY);
    net3_fini(&t);
}

static void on_stopped(void *ctx)
{
    *(bool *)ctx = true;
}

static void a_stopping_node_still_answers_and_gets_answers(void **state)
{
    struct client from_scscf = {0}, from_hss = {0};
    bool stopped = false;
    struct net3 t;

    (void)state;
    net3_init(&t, NULL);
    t.hss1->server.holds = t.scscf->server.holds = true;
    ask(t.scscf, &from_scscf);
    ask_realm(t.hss1, "scscf1.ims.example", "ims.example", &from_hss);
    sim_run_for(t.sim, 50 * MSEC);
    answer_success(t.scscf->server.held[0]);
    diameter_stop(t.hss1->d, on_stopped, &stopped);
    answer_success(t.hss1->server.held[0]);
    sim_run_for(t.sim, 50 * MSEC);
    assert_true(stopped);
    assert_int_equal(from_scscf.result, DIAMETER_SUCCESS);
    assert_int_equal(from_hss.result, DIAMETER_SUCCESS);
    net3_fini(&t);
}

/* ---- answering
 * ------------------------------------------------------------------- */

/* proves H-DIA-1 */
static void a_forgotten_answer_is_unable_to_comply(void **state)
{
    struct client c = {0};
    struct net3 t;

    (void)state;
    net3_init(&t, NULL);
    t.hss1->server.holds = true;
    ask(t.scscf, &c);
    sim_run_for(t.sim, 50 * MSEC);
    diameter_request_drop(t.hss1->server.held[0]);
    sim_run_for(t.sim, 50 * MSEC);
    assert_int_equal(c.result, DIAMETER_UNABLE_TO_COMPLY);
    assert_has(world_story(t.hss1->w), "forgotten answer");
    net3_fini(&t);
}

static void an_answer_that_does_not_fit_is_unable_to_comply(void **state)
{
    static char big[80000];
    struct client c = {0};
    struct net3 t;
    struct buf *out;

    (void)state;
    net3_init(&t, NULL);
    t.hss1->server.holds = true;
    ask(t.scscf, &c);
    sim_run_for(t.sim, 50 * MSEC);
    out = diameter_answer_open(t.hss1->server.held[0], false);
    avp_put(out, AVP_USER_DATA, slice_at(big, sizeof(big)));
    diameter_answer_send(t.hss1->server.held[0]);
    sim_run_for(t.sim, 50 * MSEC);
    assert_int_equal(c.result, DIAMETER_UNABLE_TO_COMPLY);
    net3_fini(&t);
}

/* ---- a raw party asks
 * -------------------------------------------------------------- */

struct asker {
    struct sim *sim;
    struct node *hss;
    struct raw *raw;
    struct buf b;
};

static void asker_connect(struct asker *a)
{
    struct diameter_message m;

    raw_connect(a->raw, &a->hss->addr);
    raw_send(a->raw, raw_cer(&a->b, "raw.ims.example"));
    sim_run_for(a->sim, 20 * MSEC);
    assert_true(raw_take(a->raw, &m));
}

static void asker_init(struct asker *a, const struct diameter_limits *limits)
{
    struct diameter_config any = {.allow_any = true};

    if (limits)
        any.limits = *limits;
    a->sim = sim_new(4);
    a->hss = node_new(a->sim, "hss1", "10.0.0.4", &any);
    a->raw = raw_new(a->sim, "raw");
    buf_init(&a->b, 65536);
    diameter_start(a->hss->d);
    asker_connect(a);
}

static void asker_fini(struct asker *a)
{
    buf_fini(&a->b);
    raw_free(a->raw);
    node_free(a->hss);
    sim_free(a->sim);
}

static void put_all(struct buf *b)
{
    avp_put(b, AVP_SESSION_ID, S("raw;1;1"));
    avp_put(b, AVP_ORIGIN_HOST, S("client.ims.example"));
    avp_put(b, AVP_ORIGIN_REALM, S("ims.example"));
    avp_put(b, AVP_DESTINATION_REALM, S("IMS.example"));
    avp_put(b, AVP_PUBLIC_IDENTITY, S("sip:a@b"));
}

static void put_to_host(struct buf *b)
{
    put_all(b);
    avp_put(b, AVP_DESTINATION_HOST, S("hss1.IMS.example"));
}

static void put_to_other_host(struct buf *b)
{
    put_all(b);
    avp_put(b, AVP_DESTINATION_HOST, S("hss2.ims.example"));
}

static void put_other_realm(struct buf *b)
{
    avp_put(b, AVP_SESSION_ID, S("raw;1;1"));
    avp_put(b, AVP_ORIGIN_HOST, S("client.ims.example"));
    avp_put(b, AVP_ORIGIN_REALM, S("ims.example"));
    avp_put(b, AVP_DESTINATION_REALM, S("other.example"));
}

static void put_no_session(struct buf *b)
{
    avp_put(b, AVP_ORIGIN_HOST, S("client.ims.example"));
    avp_put(b, AVP_ORIGIN_REALM, S("ims.example"));
    avp_put(b, AVP_DESTINATION_REALM, S("ims.example"));
}

static void put_result(struct buf *b)
{
    put_all(b);
    avp_put_u32(b, AVP_RESULT_CODE, 2001);
}

static void put_unknown_mandatory(struct buf *b)
{
    put_all(b);
    buf_add(b, S("\0\0\x7f\xff\xc0\0\0\x0c\0\0\x28\xaf"));
}

static void put_bad_length(struct buf *b)
{
    put_all(b);
    buf_add(b, S("\0\0\x02\x59\xc0\0\0\xff\0\0\x28\xaf"));
}

static void put_bad_value(struct buf *b)
{
    put_all(b);
    avp_put(b, AVP_SERVER_NAME, S("\xff"));
}

/* proves H-DIA-1 */
static void a_request_gets_the_result_that_it_deserves(void **state)
{
    enum { R = DIAMETER_R, P = DIAMETER_P, E = DIAMETER_E };
    static const struct {
        uint8_t flags;
        uint32_t command, app;
        void (*put)(struct buf *b);
        unsigned result;
        bool failed; /* there is a Failed-AVP */
    } rows[] = {
        {R | P, LIR, APP, put_all, 2001, false},
        {R | P, LIR, APP, put_to_host, 2001, false},
        {R | P, LIR, APP + 1, put_all, 3007, false},
        {R | P, LIR, 0xffffffff, put_all, 3007, false},
        {R | P, 306, APP, put_all, 3001, false},
        {R, 999, 0, put_all, 3001, false},
        {R | P | E, LIR, APP, put_all, 3008, false},
        {R, LIR, APP, put_all, 3008, false},
        {R | P, LIR, APP, put_other_realm, 3003, false},
        {R | P, LIR, APP, put_to_other_host, 3002, false},
        {R | P, LIR, APP, put_no_session, 5005, true},
        {R | P, LIR, APP, put_result, 5008, true},
        {R | P, LIR, APP, put_unknown_mandatory, 5001, true},
        {R | P, LIR, APP, put_bad_length, 5014, true},
        {R | P, LIR, APP, put_bad_value, 5004, true},
    };
    struct asker a;

    (void)state;
    asker_init(&a, NULL);
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct diameter_message m;
        uint32_t vendor;
        struct avp failed;

        raw_send(a.raw, raw_message(&a.b,
                                    &(struct diameter_header){
                                        .flags = rows[i].flags,
                                        .command = rows[i].command,
                                        .app = rows[i].app,
                                        .hop = (uint32_t)i,
                                        .end = 100 + (uint32_t)i},
                                    rows[i].put));
        sim_run_for(a.sim, 20 * MSEC);
        assert_true(raw_take(a.raw, &m));
        assert_int_equal(diameter_answer_result(&m, &vendor), rows[i].result);
        assert_int_equal(m.h.hop, i);
        assert_int_equal(m.h.end, 100 + i);
        assert_int_equal(m.h.command, rows[i].command);
        assert_int_equal(!!(m.h.flags & E), rows[i].result / 1000 == 3);
        assert_int_equal(m.h.flags & P, rows[i].flags & P);
        assert_int_equal(m.h.flags & R, 0);
        assert_int_equal(avp_find(m.avps, AVP_FAILED_AVP, &failed),
                         rows[i].failed);
        assert_true(avp_find(m.avps, AVP_ORIGIN_HOST, &failed));
    }
    asker_fini(&a);
}

static void put_proxy_info(struct buf *b)
{
    size_t mark;

    put_all(b);
    for (char i = '1'; i < '3'; i++) {
        mark = avp_group(b, AVP_PROXY_INFO, true);
        avp_put(b, AVP_PROXY_HOST, S("proxy"));
        avp_put(b, AVP_PROXY_STATE, slice_at(&i, 1));
        avp_group_end(b, mark);
    }
}

static void proxy_info_comes_back_in_its_order(void **state)
{
    struct avp_reader r;
    struct diameter_message m;
    struct diameter_fault f;
    struct asker a;
    struct avp avp;
    char next = '1';

    (void)state;
    asker_init(&a, NULL);
    raw_send(a.raw, raw_message(&a.b,
                                &(struct diameter_header){.flags = DIAMETER_R |
                                                                   DIAMETER_P,
                                                          .command = LIR,
                                                          .app = APP},
                                put_proxy_info));
    sim_run_for(a.sim, 20 * MSEC);
    assert_true(raw_take(a.raw, &m));
    r = avp_reader(m.avps);
    assert_int_equal(avp_next(&r, &avp, &f), AVP_IS);
    assert_int_equal(avp.code, 263); /* Session-Id stands first */
    while (avp_next(&r, &avp, &f) == AVP_IS)
        if (avp.row == avp_row(AVP_PROXY_INFO))
            assert_int_equal(*avp_text(avp.value, AVP_PROXY_STATE).p, next++);
    assert_int_equal(next, '3');
    asker_fini(&a);
}

static void send_lir(struct asker *a, uint32_t hop, uint32_t end, bool t)
{
    raw_send(a->raw,
             raw_message(&a->b,
                         &(struct diameter_header){
                             .flags = (uint8_t)(DIAMETER_R | DIAMETER_P |
                                                (t ? DIAMETER_T : 0)),
                             .command = LIR,
                             .app = APP,
                             .hop = hop,
                             .end = end},
                         put_all));
    sim_run_for(a->sim, 20 * MSEC);
}

/* proves H-DIA-1 */
static void a_retransmission_gets_the_answer_that_was_given(void **state)
{
    struct diameter_message m;
    struct asker a;

    (void)state;
    asker_init(&a, NULL);
    send_lir(&a, 1, 7, false);
    assert_true(raw_take(a.raw, &m));
    assert_int_equal(a.hss->server.count, 1);
    asker_connect(&a);
    send_lir(&a, 2, 7, true);
    assert_true(raw_take(a.raw, &m));
    assert_int_equal(m.h.hop, 2);
    assert_int_equal(m.h.end, 7);
    assert_int_equal(a.hss->server.count, 1);
    send_lir(&a, 3, 7, false); /* no T flag: a new request */
    assert_int_equal(a.hss->server.count, 2);
    send_lir(&a, 4, 8, true); /* nobody saw it before */
    assert_int_equal(a.hss->server.count, 3);
    sim_run_for(a.sim, 31 * SECOND);
    send_lir(&a, 5, 9, false); /* time to forget what is old */
    send_lir(&a, 6, 7, true);
    assert_int_equal(a.hss->server.count, 5);
    asker_fini(&a);
}

static void a_retransmission_takes_over_the_answer_under_way(void **state)
{
    struct diameter_message m;
    struct asker a;

    (void)state;
    asker_init(&a, NULL);
    a.hss->server.holds = true;
    send_lir(&a, 1, 7, false);
    asker_connect(&a);
    send_lir(&a, 2, 7, true);
    assert_int_equal(a.hss->server.count, 1);
    answer_success(a.hss->server.held[0]);
    sim_run_for(a.sim, 20 * MSEC);
    assert_true(raw_take(a.raw, &m));
    assert_int_equal(m.h.hop, 2);
    assert_false(raw_take(a.raw, &m));
    asker_fini(&a);
}

static void an_answer_whose_connection_is_gone_waits(void **state)
{
    struct diameter_message m;
    struct asker a;

    (void)state;
    asker_init(&a, NULL);
    a.hss->server.holds = true;
    send_lir(&a, 1, 7, false);
    raw_close(a.raw);
    sim_run_for(a.sim, 20 * MSEC);
    answer_success(a.hss->server.held[0]);
    asker_connect(&a);
    assert_false(raw_take(a.raw, &m));
    send_lir(&a, 2, 7, true);
    assert_true(raw_take(a.raw, &m));
    assert_int_equal(m.h.hop, 2);
    assert_int_equal(a.hss->server.count, 1);
    asker_fini(&a);
}

static void answers_kept_are_bounded(void **state)
{
    struct diameter_limits limits = {.kept = 1000};
    struct diameter_message m;
    struct asker a;

    (void)state;
    asker_init(&a, &limits);
    for (uint32_t i = 0; i < 20; i++)
        send_lir(&a, i, i, false);
    while (raw_take(a.raw, &m))
        ;
    assert_int_equal(a.hss->server.count, 20);
    send_lir(&a, 100, 19, true);
    assert_int_equal(a.hss->server.count, 20);
    send_lir(&a, 101, 0, true);
    assert_int_equal(a.hss->server.count, 21);
    asker_fini(&a);
}

static void too_many_requests_under_way_are_too_busy(void **state)
{
    struct diameter_limits limits = {.serving = 2};
    struct diameter_message m;
    uint32_t vendor;
    struct asker a;

    (void)state;
    asker_init(&a, &limits);
    a.hss->server.holds = true;
    for (uint32_t i = 0; i < 3; i++)
        send_lir(&a, i, i, false);
    assert_int_equal(a.hss->server.count, 2);
    assert_true(raw_take(a.raw, &m));
    assert_int_equal(m.h.hop, 2);
    assert_int_equal(diameter_answer_result(&m, &vendor), DIAMETER_TOO_BUSY);
    asker_fini(&a);
}

static void answers_that_nobody_asked_for_do_nothing(void **state)
{
    struct diameter_message m;
    struct asker a;

    (void)state;
    asker_init(&a, NULL);
    raw_send(a.raw, raw_message(&a.b,
                                &(struct diameter_header){.flags = DIAMETER_P,
                                                          .command = LIR,
                                                          .app = APP,
                                                          .hop = 1},
                                put_result));
    send_lir(&a, 2, 2, false);
    assert_true(raw_take(a.raw, &m));
    assert_int_equal(m.h.hop, 2);
    asker_fini(&a);
}

static void any_byte_may_be_another(void **state)
{
    struct dice dice;
    struct asker a;

    (void)state;
    asker_init(&a, NULL);
    dice_init_seed(&dice, 1);
    for (unsigned i = 0; i < 3000; i++) {
        struct slice good = raw_message(
            &a.b,
            &(struct diameter_header){.flags = DIAMETER_R | DIAMETER_P,
                                      .command = LIR,
                                      .app = APP,
                                      .hop = i,
                                      .end = i},
            put_to_host);

        a.b.p[dice_below(&dice, good.n)] = (char)dice_u64(&dice);
        if (!a.raw->s)
            asker_connect(&a);
        raw_send(a.raw, buf_slice(&a.b));
        sim_run_for(a.sim, 2 * MSEC);
        buf_reset(&a.raw->in);
        if (a.b.p[1] || i % 50 == 0) /* a length that waits for more */
            raw_close(a.raw);
        sim_run_for(a.sim, 2 * MSEC);
    }
    asker_fini(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_goes_by_realm_or_to_its_host),
        cmocka_unit_test(
            without_a_peer_the_caller_is_told_and_later_not_at_once),
        cmocka_unit_test(a_relay_takes_what_no_peer_serves),
        cmocka_unit_test(silence_is_a_timeout_and_a_late_answer_is_ignored),
        cmocka_unit_test(a_cancelled_request_calls_nobody),
        cmocka_unit_test(too_many_under_way_are_refused),
        cmocka_unit_test(what_does_not_fit_is_too_large),
        cmocka_unit_test(a_request_moves_to_another_peer_with_the_t_flag),
        cmocka_unit_test(a_request_waits_for_a_restarted_peer),
        cmocka_unit_test(a_busy_peer_is_passed_over),
        cmocka_unit_test(a_stopping_node_still_answers_and_gets_answers),
        cmocka_unit_test(a_forgotten_answer_is_unable_to_comply),
        cmocka_unit_test(an_answer_that_does_not_fit_is_unable_to_comply),
        cmocka_unit_test(a_request_gets_the_result_that_it_deserves),
        cmocka_unit_test(proxy_info_comes_back_in_its_order),
        cmocka_unit_test(a_retransmission_gets_the_answer_that_was_given),
        cmocka_unit_test(a_retransmission_takes_over_the_answer_under_way),
        cmocka_unit_test(an_answer_whose_connection_is_gone_waits),
        cmocka_unit_test(answers_kept_are_bounded),
        cmocka_unit_test(too_many_requests_under_way_are_too_busy),
        cmocka_unit_test(answers_that_nobody_asked_for_do_nothing),
        cmocka_unit_test(any_byte_may_be_another),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
