/* SPDX-License-Identifier: MIT */
#include "support/check.h"
#include "support/diameter_world.h"
#include <stdio.h>

/* Requests and answers between endpoints, by way of LIR: a command with few
 * AVPs. */

enum { APP = CX_APPLICATION, LIR = DIAMETER_LOCATION_INFO };

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

static void peer(struct plain_node *a, const char *host, const char *ip,
                 bool relay)
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

static uint64_t ask_realm(struct plain_node *n, const char *host,
                          const char *realm, struct client *c)
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

static uint64_t ask(struct plain_node *n, struct client *c)
{
    return ask_realm(n, "", "", c);
}

/* One S-CSCF, two HSSs. */
struct net3 {
    struct sim *sim;
    struct plain_node *scscf, *hss1, *hss2;
};

static void net3_init(struct net3 *t, const struct diameter_config *scscf)
{
    t->sim = sim_new(1);
    t->scscf = plain_node_new(t->sim, "scscf1", "10.0.0.3", scscf);
    t->hss1 = plain_node_new(t->sim, "hss1", "10.0.0.4", NULL);
    t->hss2 = plain_node_new(t->sim, "hss2", "10.0.0.5", NULL);
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
    plain_node_free(t->scscf);
    plain_node_free(t->hss1);
    if (t->hss2)
        plain_node_free(t->hss2);
    sim_free(t->sim);
}

/* ---- asking -------------------------------------------------------------- */

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
    struct plain_node *scscf = plain_node_new(sim, "scscf1", "10.0.0.3", NULL);
    struct plain_node *relay = plain_node_new(sim, "relay", "10.0.0.9", NULL);

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
    plain_node_free(scscf);
    plain_node_free(relay);
    sim_free(sim);
}

/* ---- whose realm is not ours --------------------------------------------- */

/* An HSS of epc.example, and a relay that knows that realm too. */
struct foreign {
    struct sim *sim;
    struct plain_node *scscf, *hss, *relay;
};

static struct plain_node *node_of_realm(struct sim *sim, const char *name,
                                        const char *ip, const char *realm)
{
    struct world_host *w = world_host_new(sim, name);

    w->env.domain = realm;
    return plain_node_on(w, ip, NULL);
}

static void add_home(struct plain_node *n, const char *host, const char *realm,
                     const char *ip)
{
    struct why why;

    assert_ok(diameter_add_peer(
                  n->d,
                  &(struct diameter_peer_config){.host = slice_of(host),
                                                 .realm = slice_of(realm),
                                                 .address = slice_of(ip),
                                                 .home = true},
                  &why),
              &why);
}

static void foreign_init(struct foreign *f, const char *configured_realm)
{
    f->sim = sim_new(1);
    f->scscf = plain_node_new(f->sim, "scscf1", "10.0.0.3", NULL);
    f->hss = node_of_realm(f->sim, "hss1", "10.0.0.4", "epc.example");
    f->relay = node_of_realm(f->sim, "relay", "10.0.0.9", "epc.example");
    add_home(f->scscf, "hss1.ims.example", configured_realm, "10.0.0.4");
    peer(f->hss, "scscf1.ims.example", "", false);
    peer(f->scscf, "relay.ims.example", "10.0.0.9", true);
    peer(f->relay, "scscf1.ims.example", "", false);
    diameter_start(f->hss->d);
    diameter_start(f->relay->d);
    diameter_start(f->scscf->d);
    sim_run_for(f->sim, SECOND);
}

static void foreign_fini(struct foreign *f)
{
    plain_node_free(f->scscf);
    if (f->hss)
        plain_node_free(f->hss);
    plain_node_free(f->relay);
    sim_free(f->sim);
}

/* RFC 6733 6.6, 6.1.4: a server takes what names its own realm. */
static void a_request_names_the_realm_of_the_hss_not_ours(void **state)
{
    struct foreign f;

    (void)state;
    foreign_init(&f, "epc.example");
    for (unsigned hss_is_there = 2; hss_is_there-- > 0;) {
        struct client c = {0};

        ask(f.scscf, &c);
        sim_run_for(f.sim, 50 * MSEC);
        assert_int_equal(c.err, IMS_OK);
        assert_int_equal(c.result, DIAMETER_SUCCESS);
        assert_int_equal(f.relay->server.count, !hss_is_there);
        if (hss_is_there) {
            assert_int_equal(f.hss->server.count, 1);
            plain_node_free(f.hss);
            f.hss = NULL;
            sim_run_for(f.sim, 100 * MSEC);
        }
    }
    foreign_fini(&f);
}

/* The first that the topology names, while both are there. */
static void of_two_hss_the_first_one_s_realm_is_asked(void **state)
{
    struct sim *sim = sim_new(1);
    struct plain_node *scscf = plain_node_new(sim, "scscf1", "10.0.0.3", NULL);
    struct plain_node *first =
        node_of_realm(sim, "hss1", "10.0.0.4", "epc.example");
    struct plain_node *second =
        node_of_realm(sim, "hss2", "10.0.0.5", "other.example");
    struct client c = {0};

    (void)state;
    add_home(scscf, "hss1.ims.example", "epc.example", "10.0.0.4");
    add_home(scscf, "hss2.ims.example", "other.example", "10.0.0.5");
    peer(first, "scscf1.ims.example", "", false);
    peer(second, "scscf1.ims.example", "", false);
    diameter_start(first->d);
    diameter_start(second->d);
    diameter_start(scscf->d);
    sim_run_for(sim, SECOND);
    ask(scscf, &c);
    sim_run_for(sim, 50 * MSEC);
    assert_int_equal(c.result, DIAMETER_SUCCESS);
    assert_int_equal(first->server.count, 1);
    plain_node_free(first);
    sim_run_for(sim, 100 * MSEC);
    ask(scscf, &c);
    sim_run_for(sim, 50 * MSEC);
    assert_int_equal(c.answers, 2);
    assert_int_equal(second->server.count, 1);
    plain_node_free(second);
    plain_node_free(scscf);
    sim_free(sim);
}

static void the_realm_counts_that_the_hss_says_itself(void **state)
{
    static const char *const rows[][2] = {
        {"ims.example", "hss1.ims.example calls its realm epc.example, not "
                        "ims.example"},
        {"EPC.example", NULL},
        {"", NULL},
    };

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct client c = {0};
        struct foreign f;

        foreign_init(&f, rows[i][0]);
        ask(f.scscf, &c);
        sim_run_for(f.sim, 50 * MSEC);
        assert_int_equal(c.result, DIAMETER_SUCCESS);
        assert_int_equal(f.hss->server.count, 1);
        if (rows[i][1])
            assert_has(world_story(f.scscf->w), rows[i][1]);
        else
            assert_has_not(world_story(f.scscf->w), "hss1.ims.example calls");
        foreign_fini(&f);
    }
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
    plain_answer(t.hss1->server.held[0]);
    sim_run_for(t.sim, 100 * MSEC);
    assert_int_equal(c.answers, 1);
    assert_has(world_story(t.scscf->w), "an answer to no request that waits");
    net3_fini(&t);
}

static void put_success(struct buf *out)
{
    avp_put(out, AVP_SESSION_ID, S("s"));
    avp_put_u32(out, AVP_RESULT_CODE, DIAMETER_SUCCESS);
    avp_put(out, AVP_ORIGIN_HOST, S("raw.ims.example"));
    avp_put(out, AVP_ORIGIN_REALM, S("ims.example"));
}

/* A party that has introduced itself as a peer. */
static struct raw *raw_peer(struct sim *sim, struct plain_node *n,
                            const char *host)
{
    struct raw *r = raw_new(sim, "raw");
    struct diameter_message m;
    struct buf b;

    buf_init(&b, 4096);
    raw_connect(r, &n->addr);
    sim_run_for(sim, 100 * MSEC);
    raw_send(r, raw_cer(&b, host));
    sim_run_for(sim, 100 * MSEC);
    assert_true(raw_take(r, &m));
    buf_fini(&b);
    return r;
}

static void raw_answer(struct sim *sim, struct raw *r, struct diameter_header h)
{
    struct buf b;

    buf_init(&b, 4096);
    h.flags &= (uint8_t)~DIAMETER_R;
    raw_send(r, raw_message(&b, &h, put_success));
    sim_run_for(sim, 100 * MSEC);
    buf_fini(&b);
}

static unsigned count_of(struct slice text, const char *what)
{
    unsigned n = 0;
    ssize_t at;

    while ((at = slice_find(text, slice_of(what))) >= 0) {
        n++;
        text = slice_from(text, (size_t)at + strlen(what));
    }
    return n;
}

/* RFC 6733 3, 6.2: by hop-by-hop and by end-to-end identifier, of the same
 * command, and from who was asked. */
static void an_answer_belongs_to_its_request_by_both_numbers(void **state)
{
    struct sim *sim = sim_new(1);
    struct plain_node *n = plain_node_new(sim, "scscf1", "10.0.0.3", NULL);
    struct client first = {0}, second = {0};
    struct diameter_header h[2], other;
    struct diameter_message m;
    struct raw *r, *never_asked;

    (void)state;
    peer(n, "raw.ims.example", "", false);
    peer(n, "raw2.ims.example", "", false);
    diameter_start(n->d);
    r = raw_peer(sim, n, "raw.ims.example");
    never_asked = raw_peer(sim, n, "raw2.ims.example");
    ask(n, &first);
    ask(n, &second);
    sim_run_for(sim, 100 * MSEC);
    for (int i = 0; i < 2; i++) {
        assert_true(raw_take(r, &m));
        h[i] = m.h;
    }
    raw_answer(sim, r, h[1]);
    assert_int_equal(first.answers, 0);
    assert_int_equal(second.answers, 1);
    other = h[0];
    other.end++;
    raw_answer(sim, r, other);
    other = h[0];
    other.hop += 1000;
    raw_answer(sim, r, other);
    other = h[0];
    other.command++;
    raw_answer(sim, r, other);
    raw_answer(sim, never_asked, h[0]);
    assert_int_equal(first.answers, 0);
    assert_int_equal(
        count_of(world_story(n->w), "an answer to no request that waits"), 4);
    raw_answer(sim, r, h[0]);
    assert_int_equal(first.answers, 1);
    raw_free(never_asked);
    raw_free(r);
    plain_node_free(n);
    sim_free(sim);
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

/* ---- failover ------------------------------------------------------------ */

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
    plain_answer(t.hss2->server.held[0]);
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
    struct plain_node *scscf = plain_node_new(sim, "scscf1", "10.0.0.3", NULL);
    struct plain_node *hss = plain_node_new(sim, "hss1", "10.0.0.4", NULL);

    (void)state;
    peer(scscf, "hss1.ims.example", "10.0.0.4", false);
    peer(hss, "scscf1.ims.example", "", false);
    diameter_start(hss->d);
    diameter_start(scscf->d);
    sim_run_for(sim, SECOND);
    hss->server.holds = true;
    ask(scscf, &c);
    sim_run_for(sim, 50 * MSEC);
    plain_node_free(hss);
    sim_run_for(sim, SECOND);
    assert_int_equal(c.answers, 0);
    hss = plain_node_new(sim, "hss1", "10.0.0.4", NULL);
    peer(hss, "scscf1.ims.example", "", false);
    diameter_start(hss->d);
    sim_run_for(sim, SECOND);
    assert_int_equal(c.answers, 1);
    assert_int_equal(c.result, DIAMETER_SUCCESS);
    plain_node_free(scscf);
    plain_node_free(hss);
    sim_free(sim);
}

static void what_happens_is_counted(void **state)
{
    struct client c = {0};
    struct net3 t;
    struct buf b;

    (void)state;
    net3_init(&t, NULL);
    t.hss1->server.holds = true;
    ask(t.scscf, &c);
    sim_run_for(t.sim, 50 * MSEC);
    buf_init(&b, 1 << 16);
    metrics_print(t.scscf->w->env.metrics, &b);
    assert_has(buf_slice(&b), "imsbox_diameter_peers_open 2\n");
    assert_has(buf_slice(&b), "imsbox_diameter_requests_pending 1\n");
    sim_host_kill(t.hss1->w->host);
    sim_run_for(t.sim, 50 * MSEC);
    buf_reset(&b);
    metrics_print(t.scscf->w->env.metrics, &b);
    assert_has(buf_slice(&b),
               "imsbox_diameter_sent_total{kind=\"request\"} 2\n");
    assert_has(buf_slice(&b),
               "imsbox_diameter_received_total{kind=\"answer\"} 1\n");
    assert_has(buf_slice(&b), "imsbox_diameter_failovers_total 1\n");
    assert_has(buf_slice(&b), "imsbox_diameter_peers_open 1\n");
    buf_fini(&b);
    net3_fini(&t);
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
    plain_node_free(t.hss2);
    t.hss2 = NULL;
    sim_run_for(t.sim, 50 * MSEC);
    ask(t.scscf, &c);
    sim_run_for(t.sim, 50 * MSEC);
    diameter_refuse(t.hss1->server.held[1], &f);
    sim_run_for(t.sim, 50 * MSEC);
    assert_int_equal(c.result, DIAMETER_TOO_BUSY);
    net3_fini(&t);
}

/* A request knows so many peers that refused it, and ends then: it would go
 * round among the rest. */
static void where_all_are_busy_a_request_ends(void **state)
{
    enum { HSSS = 10, MOST_ASKED = 8 };
    struct sim *sim = sim_new(1);
    struct plain_node *scscf = plain_node_new(sim, "scscf1", "10.0.0.3", NULL);
    struct plain_node *hss[HSSS];
    struct client c = {0};
    unsigned asked = 0;

    (void)state;
    for (unsigned i = 0; i < HSSS; i++) {
        char name[20], host[40], ip[20];

        snprintf(name, sizeof(name), "hss%u", i);
        snprintf(host, sizeof(host), "hss%u.ims.example", i);
        snprintf(ip, sizeof(ip), "10.0.1.%u", i + 1);
        hss[i] = plain_node_new(sim, name, ip, NULL);
        hss[i]->server.busy = true;
        peer(hss[i], "scscf1.ims.example", "", false);
        diameter_start(hss[i]->d);
        peer(scscf, host, ip, false);
    }
    diameter_start(scscf->d);
    sim_run_for(sim, SECOND);
    ask(scscf, &c);
    sim_run_for(sim, SECOND);
    for (unsigned i = 0; i < HSSS; i++) {
        asked += hss[i]->server.count;
        assert_in_range(hss[i]->server.count, 0, 1);
        plain_node_free(hss[i]);
    }
    assert_int_equal(asked, MOST_ASKED);
    assert_int_equal(c.answers, 1);
    assert_int_equal(c.result, DIAMETER_TOO_BUSY);
    plain_node_free(scscf);
    sim_free(sim);
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
    plain_answer(t.scscf->server.held[0]);
    diameter_stop(t.hss1->d, on_stopped, &stopped);
    plain_answer(t.hss1->server.held[0]);
    sim_run_for(t.sim, 50 * MSEC);
    assert_true(stopped);
    assert_int_equal(from_scscf.result, DIAMETER_SUCCESS);
    assert_int_equal(from_hss.result, DIAMETER_SUCCESS);
    net3_fini(&t);
}

/* ---- answering ----------------------------------------------------------- */

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_goes_by_realm_or_to_its_host),
        cmocka_unit_test(
            without_a_peer_the_caller_is_told_and_later_not_at_once),
        cmocka_unit_test(a_relay_takes_what_no_peer_serves),
        cmocka_unit_test(a_request_names_the_realm_of_the_hss_not_ours),
        cmocka_unit_test(of_two_hss_the_first_one_s_realm_is_asked),
        cmocka_unit_test(the_realm_counts_that_the_hss_says_itself),
        cmocka_unit_test(silence_is_a_timeout_and_a_late_answer_is_ignored),
        cmocka_unit_test(an_answer_belongs_to_its_request_by_both_numbers),
        cmocka_unit_test(a_cancelled_request_calls_nobody),
        cmocka_unit_test(too_many_under_way_are_refused),
        cmocka_unit_test(what_does_not_fit_is_too_large),
        cmocka_unit_test(a_request_moves_to_another_peer_with_the_t_flag),
        cmocka_unit_test(a_request_waits_for_a_restarted_peer),
        cmocka_unit_test(what_happens_is_counted),
        cmocka_unit_test(a_busy_peer_is_passed_over),
        cmocka_unit_test(where_all_are_busy_a_request_ends),
        cmocka_unit_test(a_stopping_node_still_answers_and_gets_answers),
        cmocka_unit_test(a_forgotten_answer_is_unable_to_comply),
        cmocka_unit_test(an_answer_that_does_not_fit_is_unable_to_comply),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
