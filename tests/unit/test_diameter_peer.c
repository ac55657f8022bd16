/* SPDX-License-Identifier: MIT */
#include "diameter/base.h"
#include "support/check.h"
#include "support/diameter_world.h"
#include "support/guard.h"
#include <stdio.h>

/* Peers in the simulator: connecting, electing, watching, parting. */

enum { RELAY = -1 }; /* the relay application, 0xffffffff */

static const char HSS[] = "hss1.ims.example", SCSCF[] = "scscf1.ims.example";

static bool are_open(const struct dia_node *a, const struct dia_node *b)
{
    return dia_node_info(a, b->w->env.host).open &&
           dia_node_info(b, a->w->env.host).open;
}

struct pair {
    struct sim *sim;
    struct dia_node *hss, *scscf;
};

static struct pair pair_new(uint64_t seed)
{
    struct pair p = {.sim = sim_new(seed)};

    p.hss = dia_node_new(p.sim, "hss1", "10.0.0.4", NULL, NULL);
    p.scscf = dia_node_new(p.sim, "scscf1", "10.0.0.3", NULL, NULL);
    return p;
}

static struct pair pair_open(uint64_t seed)
{
    struct pair p = pair_new(seed);

    dia_node_peer(p.hss, p.scscf, false);
    dia_node_peer(p.scscf, p.hss, true);
    diameter_start(p.hss->d);
    diameter_start(p.scscf->d);
    sim_run_for(p.sim, SECOND);
    assert_true(are_open(p.hss, p.scscf));
    return p;
}

static void pair_free(struct pair *p)
{
    if (p->scscf)
        dia_node_free(p->scscf);
    if (p->hss)
        dia_node_free(p->hss);
    sim_free(p->sim);
}

/* proves H-DIA-1 */
static void peers_are_connected_within_a_second_of_the_last_start(void **state)
{
    static const int64_t waits[] = {0, 300 * MSEC, 5 * SECOND, 100 * SECOND};

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        struct sim *sim = sim_new(i);
        struct dia_node *scscf =
            dia_node_new(sim, "scscf1", "10.0.0.3", NULL, NULL);
        struct dia_node *hss;

        hss = dia_node_new(sim, "hss1", "10.0.0.4", NULL, NULL);
        dia_node_peer(scscf, hss, true);
        dia_node_free(hss);
        diameter_start(scscf->d);
        sim_run_for(sim, waits[i]);
        hss = dia_node_new(sim, "hss1", "10.0.0.4", NULL, NULL);
        dia_node_peer(hss, scscf, false);
        diameter_start(hss->d);
        sim_run_for(sim, SECOND);
        assert_true(are_open(scscf, hss));
        assert_true(diameter_is_connected(scscf->d));
        assert_int_equal(dia_node_info(scscf, HSS).state, PEER_I_OPEN);
        assert_int_equal(dia_node_info(hss, SCSCF).state, PEER_R_OPEN);
        assert_text(dia_node_info(hss, SCSCF).product, S("imsbox"));
        dia_node_free(scscf);
        dia_node_free(hss);
        sim_free(sim);
    }
}

static void of_two_connections_the_election_leaves_one(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 30; seed++) {
        struct pair p = pair_new(seed);
        struct diameter_peer_info a, b;

        sim_rule_add(p.sim,
                     &(struct sim_rule){.delay_us = 1000, .jitter_us = 2000});
        dia_node_peer(p.hss, p.scscf, true);
        dia_node_peer(p.scscf, p.hss, true);
        diameter_start(p.hss->d);
        sim_run_for(p.sim, (int64_t)(seed % 5) * 500);
        diameter_start(p.scscf->d);
        sim_run_for(p.sim, SECOND);
        a = dia_node_info(p.hss, SCSCF);
        b = dia_node_info(p.scscf, HSS);
        assert_true(a.open && b.open);
        assert_int_not_equal(a.state, b.state);
        pair_free(&p);
    }
}

static void a_killed_peer_is_noticed_and_found_again(void **state)
{
    struct pair p = pair_open(1);

    (void)state;
    dia_node_free(p.hss);
    sim_run_for(p.sim, 100 * MSEC);
    assert_false(dia_node_info(p.scscf, HSS).open);
    assert_false(diameter_is_connected(p.scscf->d));
    sim_run_for(p.sim, 90 * SECOND);
    p.hss = dia_node_new(p.sim, "hss1", "10.0.0.4", NULL, NULL);
    dia_node_peer(p.hss, p.scscf, false);
    diameter_start(p.hss->d);
    sim_run_for(p.sim, SECOND);
    assert_true(are_open(p.scscf, p.hss));
    assert_int_equal(dia_node_info(p.scscf, HSS).watchdog, WATCHDOG_OKAY);
    pair_free(&p);
}

/* How long until the watchdog of a at hss1 is in the state. */
static int64_t us_until(struct pair *p, enum watchdog_state state)
{
    for (int64_t us = 0; us < 80 * SECOND; us += 100 * MSEC) {
        if (dia_node_info(p->scscf, HSS).watchdog == state)
            return us;
        sim_run_for(p->sim, 100 * MSEC);
    }
    return INT64_MAX;
}

/* proves H-DIA-1 */
static void a_silent_path_is_suspected_closed_and_proved_again(void **state)
{
    struct diameter_config quick = {.timers = {.tw = 6 * SECOND}};
    struct pair p = {.sim = sim_new(2)};
    struct diameter_peer_info info;

    (void)state;
    p.hss = dia_node_new(p.sim, "hss1", "10.0.0.4", NULL, NULL);
    p.scscf = dia_node_with(p.sim, "scscf1", "10.0.0.3", NULL, NULL, &quick);
    dia_node_peer(p.hss, p.scscf, false);
    dia_node_peer(p.scscf, p.hss, true);
    diameter_start(p.hss->d);
    diameter_start(p.scscf->d);
    sim_run_for(p.sim, 100 * SECOND);
    assert_int_equal(dia_node_info(p.scscf, HSS).watchdog, WATCHDOG_OKAY);
    sim_rule_add(p.sim, &(struct sim_rule){.cut = true});
    /* what is left of a Tw, and a whole one, of 6 +-2 s */
    assert_in_range(us_until(&p, WATCHDOG_SUSPECT), 4 * SECOND, 17 * SECOND);
    info = dia_node_info(p.scscf, HSS);
    assert_int_equal(info.state, PEER_I_OPEN);
    assert_false(info.open);
    assert_in_range(p.scscf->w->env.clock->mono_us - info.since_us, 0,
                    100 * MSEC);
    assert_in_range(us_until(&p, WATCHDOG_DOWN), 3 * SECOND, 9 * SECOND);
    assert_has(slice_of(dia_node_info(p.scscf, HSS).last_error), "silent");
    sim_rules_clear(p.sim);
    sim_run_for(p.sim, 40 * SECOND);
    assert_true(are_open(p.scscf, p.hss));
    assert_int_equal(dia_node_info(p.scscf, HSS).watchdog, WATCHDOG_OKAY);
    pair_free(&p);
}

static void
a_watchdog_changed_at_run_time_counts_from_the_next_round(void **state)
{
    static const struct diameter_timers quick = {.tw = 6 * SECOND};
    static const struct diameter_limits same;
    struct pair p = pair_open(2);

    (void)state;
    diameter_reconfigure(p.scscf->d, &quick, &same);
    sim_run_for(p.sim, 33 * SECOND); /* the round that ran, of 30 +-2 s */
    sim_rule_add(p.sim, &(struct sim_rule){.cut = true});
    assert_in_range(us_until(&p, WATCHDOG_SUSPECT), 4 * SECOND, 17 * SECOND);
    pair_free(&p);
}

/* From either side, RFC 3539 3.4.1: whatever comes ends the suspicion; and who
 * was given up is connected to at once. */
static void a_path_that_is_good_again_can_be_tried_at_once(void **state)
{
    (void)state;
    for (unsigned side = 0; side < 2; side++) {
        struct pair p = pair_open(2);

        sim_rule_add(p.sim, &(struct sim_rule){.cut = true});
        assert_in_range(us_until(&p, WATCHDOG_SUSPECT), 1, 70 * SECOND);
        sim_rules_clear(p.sim);
        diameter_try_peers(side == 0 ? p.scscf->d : p.hss->d);
        sim_run_for(p.sim, SECOND);
        assert_int_equal(dia_node_info(p.scscf, HSS).watchdog, WATCHDOG_OKAY);
        assert_true(are_open(p.scscf, p.hss));
        pair_free(&p);
    }
}

static void on_done(void *ctx)
{
    (*(unsigned *)ctx)++;
}

/* proves H-DIA-1 */
static void a_node_that_stops_says_so_and_is_awaited(void **state)
{
    struct pair p = pair_open(3);
    unsigned done = 0;

    (void)state;
    diameter_stop(p.hss->d, on_done, &done);
    assert_int_equal(done, 0);
    sim_run_for(p.sim, 50 * MSEC);
    assert_int_equal(done, 1);
    assert_false(dia_node_info(p.scscf, HSS).open);
    sim_run_for(p.sim, 20 * SECOND);
    assert_int_equal(done, 1);
    dia_node_free(p.hss);
    p.hss = dia_node_new(p.sim, "hss1", "10.0.0.4", NULL, NULL);
    dia_node_peer(p.hss, p.scscf, false);
    diameter_start(p.hss->d);
    sim_run_for(p.sim, SECOND);
    assert_true(are_open(p.scscf, p.hss));
    pair_free(&p);
}

static void stopping_does_not_wait_longer_than_an_exchange(void **state)
{
    struct pair p = pair_open(4);
    unsigned done = 0;

    (void)state;
    sim_rule_add(p.sim, &(struct sim_rule){.cut = true});
    diameter_stop(p.hss->d, on_done, &done);
    sim_run_for(p.sim, 4 * SECOND);
    assert_int_equal(done, 0);
    sim_run_for(p.sim, 2 * SECOND);
    assert_int_equal(done, 1);
    pair_free(&p);
}

static void a_stranger_is_refused_with_unknown_peer(void **state)
{
    struct pair p = pair_new(5);

    (void)state;
    dia_node_peer(p.scscf, p.hss, true);
    diameter_start(p.hss->d);
    diameter_start(p.scscf->d);
    sim_run_for(p.sim, SECOND);
    assert_false(dia_node_info(p.scscf, HSS).open);
    assert_has(slice_of(dia_node_info(p.scscf, HSS).last_error),
               "3010 DIAMETER_UNKNOWN_PEER");
    assert_has(world_story(p.hss->w), "is not a peer of this node");
    pair_free(&p);
}

static void a_stranger_is_admitted_where_any_is_allowed(void **state)
{
    struct diameter_config any = {.allow_any = true};
    struct sim *sim = sim_new(6);
    struct dia_node *hss =
        dia_node_with(sim, "hss1", "10.0.0.4", NULL, NULL, &any);
    struct dia_node *scscf =
        dia_node_new(sim, "scscf1", "10.0.0.3", NULL, NULL);

    (void)state;
    dia_node_peer(scscf, hss, true);
    diameter_start(hss->d);
    diameter_start(scscf->d);
    sim_run_for(sim, SECOND);
    assert_true(are_open(scscf, hss));
    assert_false(dia_node_info(hss, SCSCF).configured);
    dia_node_free(scscf);
    sim_run_for(sim, SECOND);
    assert_null(diameter_peer_next(hss->d, NULL));
    dia_node_free(hss);
    sim_free(sim);
}

/* The HSS, by the name hss.lan. */
static void add_by_name(struct dia_node *scscf)
{
    struct why why;

    assert_ok(diameter_add_peer(
                  scscf->d,
                  &(struct diameter_peer_config){.host = slice_of(HSS),
                                                 .realm = S("ims.example"),
                                                 .address = S("hss.lan")},
                  &why),
              &why);
}

static void a_name_is_resolved_at_each_attempt(void **state)
{
    struct sim *sim = sim_new(7);
    struct dia_node *hss = dia_node_new(sim, "hss1", "10.0.0.4", NULL, NULL);
    struct dia_node *scscf =
        dia_node_new(sim, "scscf1", "10.0.0.3", NULL, NULL);
    struct why why;

    (void)state;
    dia_node_peer(hss, scscf, false);
    add_by_name(scscf);
    diameter_start(hss->d);
    diameter_start(scscf->d);
    sim_run_for(sim, 3 * SECOND);
    assert_has(slice_of(dia_node_info(scscf, HSS).last_error), "no address");
    assert_ok(sim_dns_add(sim, S("hss.lan A 10.0.0.4"), &why), &why);
    sim_run_for(sim, SECOND);
    assert_true(are_open(scscf, hss));
    dia_node_free(scscf);
    dia_node_free(hss);
    sim_free(sim);
}

/* RFC 6733 2.1; RFC 3596: a name may have addresses of both families, of which
 * the first that is good counts. */
static void of_a_peers_addresses_one_that_answers_is_found(void **state)
{
    static const struct {
        const char *scscf, *hss;
        const char *records[3];
        bool at_once;
    } rows[] = {
        {"10.0.0.3", "10.0.0.4", {"A 10.0.0.4", "AAAA fd00::99"}, true},
        {"[fd00::3]", "[fd00::4]", {"A 10.0.0.99", "AAAA fd00::4"}, true},
        {"[fd00::3]", "10.0.0.4", {"A 10.0.0.4"}, true},
        {"[fd00::3]", "10.0.0.4", {"A 10.0.0.4", "AAAA fd00::99"}, false},
        {"10.0.0.3", "[fd00::4]", {"A 10.0.0.99", "AAAA fd00::4"}, false},
        {"10.0.0.3", "10.0.0.4", {"A 10.0.0.99", "A 10.0.0.4"}, false},
        {"10.0.0.3",
         "[fd00::4]",
         {"A 10.0.0.99", "AAAA fd00::99", "AAAA fd00::4"},
         false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct pair p = {.sim = sim_new(7)};
        char line[64];
        struct why why;

        p.hss = dia_node_new(p.sim, "hss1", rows[i].hss, NULL, NULL);
        p.scscf = dia_node_new(p.sim, "scscf1", rows[i].scscf, NULL, NULL);
        diameter_bind(p.scscf->d, &p.scscf->addr);
        dia_node_peer(p.hss, p.scscf, false);
        for (size_t k = 0; k < 3 && rows[i].records[k]; k++) {
            snprintf(line, sizeof(line), "hss.lan %s", rows[i].records[k]);
            assert_ok(sim_dns_add(p.sim, slice_of(line), &why), &why);
        }
        add_by_name(p.scscf);
        diameter_start(p.hss->d);
        diameter_start(p.scscf->d);
        sim_run_for(p.sim, 20 * MSEC);
        assert_int_equal(are_open(p.hss, p.scscf), rows[i].at_once);
        sim_run_for(p.sim, 10 * SECOND);
        assert_true(are_open(p.hss, p.scscf));
        pair_free(&p);
    }
}

/* Its first address is not good when it is tried first, and DNS is so slow that
 * there is no time for the other family. */
static void a_slow_dns_keeps_nobody_from_the_address_that_is_known(void **state)
{
    struct pair p = {.sim = sim_new(7)};
    struct sim_rule cut = {.cut = true};
    struct why why;

    (void)state;
    p.hss = dia_node_new(p.sim, "hss1", "10.0.0.4", NULL, NULL);
    p.scscf = dia_node_new(p.sim, "scscf1", "10.0.0.3", NULL, NULL);
    dia_node_peer(p.hss, p.scscf, false);
    assert_ok(sim_dns_add(p.sim, S("hss.lan A 10.0.0.4"), &why), &why);
    add_by_name(p.scscf);
    sim_dns_latency(p.sim, 3 * SECOND);
    sim_rule_add(p.sim, &cut);
    diameter_start(p.hss->d);
    diameter_start(p.scscf->d);
    sim_run_for(p.sim, 6 * SECOND);
    sim_rules_clear(p.sim);
    sim_run_for(p.sim, 30 * SECOND);
    assert_true(are_open(p.hss, p.scscf));
    pair_free(&p);
}

static void a_peer_twice_or_ourselves_is_refused(void **state)
{
    struct pair p = pair_new(8);
    struct why why;

    (void)state;
    dia_node_peer(p.hss, p.scscf, false);
    assert_err(IMS_EXISTS,
               diameter_add_peer(p.hss->d,
                                 &(struct diameter_peer_config){
                                     .host = S("SCSCF1.ims.example")},
                                 &why),
               &why);
    assert_err(IMS_CONFIG,
               diameter_add_peer(
                   p.hss->d,
                   &(struct diameter_peer_config){.host = slice_of(HSS)}, &why),
               &why);
    pair_free(&p);
}

/* ---- what a raw party may do --------------------------------------------- */

struct hostile {
    struct sim *sim;
    struct dia_node *hss;
    struct raw *raw;
    struct buf b;
};

static void hostile_init(struct hostile *h)
{
    struct diameter_config any = {.allow_any = true};

    h->sim = sim_new(9);
    h->hss = dia_node_with(h->sim, "hss1", "10.0.0.4", NULL, NULL, &any);
    h->raw = raw_new(h->sim, "raw");
    buf_init(&h->b, 1 << 16);
    diameter_start(h->hss->d);
}

static void hostile_fini(struct hostile *h)
{
    buf_fini(&h->b);
    raw_free(h->raw);
    dia_node_free(h->hss);
    sim_free(h->sim);
}

static void connect_raw(struct hostile *h)
{
    raw_connect(h->raw, &h->hss->addr);
    sim_run_for(h->sim, 10 * MSEC);
    assert_true(h->raw->open);
}

static unsigned result_of_next(struct hostile *h)
{
    struct diameter_message m;
    uint32_t vendor;

    sim_run_for(h->sim, 10 * MSEC);
    assert_true(raw_take(h->raw, &m));
    return diameter_answer_result(&m, &vendor);
}

static void split_once(void *ctx, struct slice first, struct slice rest)
{
    struct hostile *h = ctx;

    connect_raw(h);
    if (first.n > 0)
        raw_send(h->raw, first);
    sim_run_for(h->sim, 10 * MSEC);
    assert_true(rest.n == 0 || h->raw->in.n == 0);
    if (rest.n > 0)
        raw_send(h->raw, rest);
    assert_int_equal(result_of_next(h), DIAMETER_SUCCESS);
    raw_close(h->raw);
    sim_run_for(h->sim, 10 * MSEC);
}

static void a_cer_may_come_in_any_two_portions(void **state)
{
    struct hostile h;

    (void)state;
    hostile_init(&h);
    each_split(raw_cer(&h.b, "raw.ims.example"), split_once, &h);
    hostile_fini(&h);
}

static void several_messages_may_come_in_one_portion(void **state)
{
    struct diameter_message m;
    struct hostile h;
    struct buf all;

    (void)state;
    hostile_init(&h);
    buf_init(&all, 1 << 16);
    buf_add(&all, raw_cer(&h.b, "raw.ims.example"));
    diameter_begin(
        &h.b, &(struct diameter_header){.flags = DIAMETER_R,
                                        .command = DIAMETER_DEVICE_WATCHDOG,
                                        .hop = 7,
                                        .end = 8});
    avp_put(&h.b, AVP_ORIGIN_HOST, S("raw.ims.example"));
    avp_put(&h.b, AVP_ORIGIN_REALM, S("ims.example"));
    assert_true(diameter_end(&h.b));
    buf_add(&all, buf_slice(&h.b));
    buf_add(&all, buf_slice(&h.b));
    connect_raw(&h);
    raw_send(h.raw, buf_slice(&all));
    assert_int_equal(result_of_next(&h), DIAMETER_SUCCESS);
    assert_true(raw_take(h.raw, &m));
    assert_int_equal(m.h.command, DIAMETER_DEVICE_WATCHDOG);
    assert_int_equal(m.h.hop, 7);
    assert_int_equal(m.h.end, 8);
    assert_true(raw_take(h.raw, &m));
    buf_fini(&all);
    hostile_fini(&h);
}

static void bytes_that_are_no_message_end_the_connection(void **state)
{
    static const struct slice bytes[] = {
        S("\x02\x00\x00\x14"), S("\x01\x00\x00\x13"), S("\x01\x00\x00\x00"),
        S("\x01\x00\x00\x15"), S("\x01\xff\xff\xfc"), S("GET / HTTP/1.1\r\n"),
    };
    struct hostile h;

    (void)state;
    hostile_init(&h);
    for (size_t i = 0; i < sizeof(bytes) / sizeof(*bytes); i++) {
        connect_raw(&h);
        raw_send(h.raw, bytes[i]);
        sim_run_for(h.sim, 10 * MSEC);
        assert_true(h.raw->ended);
        connect_raw(&h);
        raw_send(h.raw, raw_cer(&h.b, "raw.ims.example"));
        sim_run_for(h.sim, 10 * MSEC);
        h.raw->ended = false;
        raw_send(h.raw, bytes[i]);
        sim_run_for(h.sim, 10 * MSEC);
        assert_true(h.raw->ended);
    }
    hostile_fini(&h);
}

static void a_cer_must_come_and_come_in_time(void **state)
{
    struct hostile h;

    (void)state;
    hostile_init(&h);
    connect_raw(&h);
    raw_send(h.raw, raw_message(&h.b,
                                &(struct diameter_header){
                                    .flags = DIAMETER_R,
                                    .command = DIAMETER_DEVICE_WATCHDOG},
                                NULL));
    sim_run_for(h.sim, 10 * MSEC);
    assert_true(h.raw->ended);
    assert_has(world_story(h.hss->w), "the first message must be a CER");
    connect_raw(&h);
    sim_run_for(h.sim, 4 * SECOND);
    assert_false(h.raw->ended);
    sim_run_for(h.sim, 2 * SECOND);
    assert_true(h.raw->ended);
    hostile_fini(&h);
}

static void put_nothing_in_common(struct buf *b)
{
    avp_put(b, AVP_ORIGIN_HOST, S("raw.ims.example"));
    avp_put(b, AVP_ORIGIN_REALM, S("ims.example"));
    avp_put_u32(b, AVP_AUTH_APPLICATION_ID, 4);
}

static void put_no_realm(struct buf *b)
{
    avp_put(b, AVP_ORIGIN_HOST, S("raw.ims.example"));
    avp_put_u32(b, AVP_AUTH_APPLICATION_ID, RELAY);
}

static void put_tls_only(struct buf *b)
{
    avp_put(b, AVP_ORIGIN_HOST, S("raw.ims.example"));
    avp_put(b, AVP_ORIGIN_REALM, S("ims.example"));
    avp_put_u32(b, AVP_INBAND_SECURITY_ID, 1);
    avp_put_u32(b, AVP_AUTH_APPLICATION_ID, RELAY);
}

static void put_our_name(struct buf *b)
{
    avp_put(b, AVP_ORIGIN_HOST, S("HSS1.ims.example"));
    avp_put(b, AVP_ORIGIN_REALM, S("ims.example"));
    avp_put_u32(b, AVP_AUTH_APPLICATION_ID, RELAY);
}

static void put_relay(struct buf *b)
{
    avp_put(b, AVP_ORIGIN_HOST, S("raw.ims.example"));
    avp_put(b, AVP_ORIGIN_REALM, S("ims.example"));
    avp_put_u32(b, AVP_AUTH_APPLICATION_ID, RELAY);
}

static void put_unknown_mandatory(struct buf *b)
{
    put_relay(b);
    buf_add(b, S("\0\0\x7f\xff\x40\0\0\x08"));
}

/* proves H-DIA-1 */
static void a_cer_gets_the_result_that_it_deserves(void **state)
{
    static const struct {
        void (*put)(struct buf *b);
        unsigned result;
    } rows[] = {
        {put_relay, 2001},    {put_nothing_in_common, 5010},
        {put_no_realm, 5005}, {put_tls_only, 5017},
        {put_our_name, 3010}, {put_unknown_mandatory, 5001},
    };
    struct hostile h;

    (void)state;
    hostile_init(&h);
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        connect_raw(&h);
        raw_send(h.raw,
                 raw_message(&h.b,
                             &(struct diameter_header){
                                 .flags = DIAMETER_R,
                                 .command = DIAMETER_CAPABILITIES_EXCHANGE},
                             rows[i].put));
        assert_int_equal(result_of_next(&h), rows[i].result);
        assert_int_equal(h.raw->ended, rows[i].result != 2001);
        raw_close(h.raw);
        sim_run_for(h.sim, 10 * MSEC);
    }
    hostile_fini(&h);
}

/* ---- why a peer parts ---------------------------------------------------- */

/* The raw party lets itself be dialled, and parts with that cause; p NULL:
 * without one. The result that it is answered with. */
static unsigned part_with(struct raw *raw, struct sim *sim, struct slice cause)
{
    struct diameter_message m;
    uint32_t vendor;
    unsigned result;
    struct buf b;

    buf_init(&b, 1 << 16);
    assert_true(raw_take(raw, &m));
    assert_int_equal(m.h.command, DIAMETER_CAPABILITIES_EXCHANGE);
    raw_send(raw, raw_cea(&b, HSS, &m.h, DIAMETER_SUCCESS));
    sim_run_for(sim, SECOND);
    diameter_begin(
        &b, &(struct diameter_header){.flags = DIAMETER_R,
                                      .command = DIAMETER_DISCONNECT_PEER,
                                      .hop = 7,
                                      .end = 7});
    avp_put(&b, AVP_ORIGIN_HOST, slice_of(HSS));
    avp_put(&b, AVP_ORIGIN_REALM, S("ims.example"));
    if (cause.p)
        avp_put(&b, AVP_DISCONNECT_CAUSE, cause);
    assert_true(diameter_end(&b));
    raw_send(raw, buf_slice(&b));
    sim_run_for(sim, 10 * MSEC);
    assert_true(raw_take(raw, &m));
    assert_int_equal(m.h.command, DIAMETER_DISCONNECT_PEER);
    result = diameter_answer_result(&m, &vendor);
    raw_close(raw);
    buf_fini(&b);
    return result;
}

/* RFC 6733 5.4.3: who is busy, or does not want us, is left alone. */
static void who_parts_is_dialled_again_when_his_cause_lets_us(void **state)
{
    static const struct {
        struct slice cause;
        bool soon;
        unsigned result;
    } rows[] = {
        {S("\0\0\0\0"), true, DIAMETER_SUCCESS},  /* REBOOTING */
        {S("\0\0\0\1"), false, DIAMETER_SUCCESS}, /* BUSY */
        {S("\0\0\0\2"), false, DIAMETER_SUCCESS}, /* DO_NOT_WANT_... */
        /* he goes in any case */
        {{0}, true, DIAMETER_MISSING_AVP},
        {S("\0\0\1"), true, DIAMETER_INVALID_AVP_LENGTH},
        {S(""), true, DIAMETER_INVALID_AVP_LENGTH},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct sim *sim = sim_new(1);
        struct raw *raw = raw_new(sim, "hss1");
        struct dia_node *n =
            dia_node_new(sim, "scscf1", "10.0.0.3", NULL, NULL);
        struct diameter_message m;
        struct why why;

        raw_listen(raw, "10.0.0.4:3868");
        assert_ok(diameter_add_peer(
                      n->d,
                      &(struct diameter_peer_config){.host = slice_of(HSS),
                                                     .realm = S("ims.example"),
                                                     .address = S("10.0.0.4")},
                      &why),
                  &why);
        diameter_start(n->d);
        sim_run_for(sim, SECOND);
        assert_int_equal(part_with(raw, sim, rows[i].cause), rows[i].result);
        assert_int_equal(dia_node_info(n, HSS).state, PEER_CLOSING);
        sim_run_for(sim, 50 * SECOND);
        assert_int_equal(raw_take(raw, &m), rows[i].soon);
        sim_run_for(sim, 15 * SECOND);
        assert_true(rows[i].soon || raw_take(raw, &m));
        dia_node_free(n);
        raw_free(raw);
        sim_free(sim);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(peers_are_connected_within_a_second_of_the_last_start),
        cmocka_unit_test(of_two_connections_the_election_leaves_one),
        cmocka_unit_test(a_killed_peer_is_noticed_and_found_again),
        cmocka_unit_test(a_path_that_is_good_again_can_be_tried_at_once),
        cmocka_unit_test(a_silent_path_is_suspected_closed_and_proved_again),
        cmocka_unit_test(
            a_watchdog_changed_at_run_time_counts_from_the_next_round),
        cmocka_unit_test(a_node_that_stops_says_so_and_is_awaited),
        cmocka_unit_test(stopping_does_not_wait_longer_than_an_exchange),
        cmocka_unit_test(a_stranger_is_refused_with_unknown_peer),
        cmocka_unit_test(a_stranger_is_admitted_where_any_is_allowed),
        cmocka_unit_test(a_name_is_resolved_at_each_attempt),
        cmocka_unit_test(of_a_peers_addresses_one_that_answers_is_found),
        cmocka_unit_test(
            a_slow_dns_keeps_nobody_from_the_address_that_is_known),
        cmocka_unit_test(a_peer_twice_or_ourselves_is_refused),
        cmocka_unit_test(a_cer_may_come_in_any_two_portions),
        cmocka_unit_test(several_messages_may_come_in_one_portion),
        cmocka_unit_test(bytes_that_are_no_message_end_the_connection),
        cmocka_unit_test(a_cer_must_come_and_come_in_time),
        cmocka_unit_test(a_cer_gets_the_result_that_it_deserves),
        cmocka_unit_test(who_parts_is_dialled_again_when_his_cause_lets_us),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
