/* SPDX-License-Identifier: MIT */
#include "support/check.h"
#include "topology/topology.h"
#include <stdio.h>
#include <stdlib.h>

static struct topology *parsed(const char *text)
{
    struct topology *t = NULL;
    struct buf errors;

    buf_init(&errors, 65536);
    if (topology_parse(slice_of(text), "test.yaml", &t, &errors) != IMS_OK)
        fail_msg("%.*s", SLICE_ARG(buf_slice(&errors)));
    assert_int_equal(0, errors.n);
    buf_fini(&errors);
    return t;
}

static struct topology *loaded(const char *path)
{
    struct topology *t = NULL;
    struct buf errors;

    buf_init(&errors, 65536);
    if (topology_load(path, &t, &errors) != IMS_OK)
        fail_msg("%.*s", SLICE_ARG(buf_slice(&errors)));
    buf_fini(&errors);
    return t;
}

static void assert_place(const struct topology_place *p, const char *host,
                         enum transport transport, unsigned port)
{
    assert_string_equal(host, p->host);
    assert_int_equal(transport, p->addr.transport);
    assert_int_equal(port, p->addr.port);
}

/* The smallest whole network; %s: where a test adds something. */
#define NODES                                                           \
    "    - {name: p1, role: pcscf, host: 127.0.0.1, gm: udp:5060, "     \
    "mw: udp:5070, admin: 81}\n"                                        \
    "    - {name: i1, role: icscf, host: 127.0.0.2, mw: udp:5060, "     \
    "admin: 82}\n"                                                      \
    "    - {name: s1, role: scscf, host: 127.0.0.3, mw: udp:5060, "     \
    "admin: 83}\n"                                                      \
    "    - {name: h1, role: hss, host: 127.0.0.4, diameter: tcp:3868, " \
    "admin: 84}\n"
#define NETWORK                 \
    "networks:\n"               \
    "  - domain: ims.example\n" \
    "    nodes:\n" NODES

static void the_box_has_four_nodes_of_one_network(void **state)
{
    struct topology *t = loaded("topology/box.yaml");
    const struct topology_network *n = &t->networks[0];

    (void)state;
    assert_string_equal("box", t->name);
    assert_string_equal("topology", t->dir);
    assert_int_equal(1, t->network_count);
    assert_string_equal("ims.example", n->domain);
    assert_string_equal("ims.example", n->visited_id);
    assert_true(n->visited_any);
    assert_int_equal(4, n->node_count);
    assert_int_equal(1, n->import_count);
    assert_string_equal("topology/box-subscribers.yaml", n->imports[0]);
    for (unsigned i = 0; i < 4; i++) {
        assert_int_equal(i, n->nodes[i].role);
        assert_ptr_equal(n, n->nodes[i].network);
    }
    assert_string_equal("topology/box.db", n->nodes[3].store);
    assert_string_equal("", n->nodes[0].store);
    topology_free(t);
}

static void both_networks_of_the_second_example_load(void **state)
{
    struct topology *t = loaded("topology/two-networks.yaml");

    (void)state;
    assert_int_equal(2, t->network_count);
    assert_false(t->networks[0].visited_any);
    assert_int_equal(2, t->networks[0].visited_count);
    assert_string_equal("blue.example", t->networks[0].visited[1]);
    topology_free(t);
}

static void a_node_is_named_within_its_domain(void **state)
{
    struct topology *t = parsed(NETWORK);
    const struct topology_node *n = topology_find_node(t, S("s1"));

    (void)state;
    assert_string_equal("s1.ims.example", n->fqdn);
    assert_ptr_equal(n, topology_find_node(t, S("S1.IMS.example")));
    assert_null(topology_find_node(t, S("s1.other.example")));
    assert_null(topology_find_node(t, S("s2")));
    topology_free(t);
}

static void what_the_file_leaves_out_has_defaults(void **state)
{
    struct topology *t = parsed(NETWORK);
    const struct topology_node *n = topology_find_node(t, S("p1"));

    (void)state;
    assert_string_equal("test", t->name);
    assert_int_equal(500 * MSEC, n->timers.sip.t1);
    assert_int_equal(240 * SECOND, n->timers.reg_await_auth);
    assert_int_equal(65535, n->limits.message_bytes);
    assert_int_equal(600000, n->registration.max_expires);
    assert_int_equal(500 * MSEC, n->listeners[0].timers.t1);
    assert_int_equal(LOG_INFO, n->log);
    assert_true(n->aka_without_ipsec);
    assert_false(n->reg_event);
    assert_false(n->seeded);
    assert_int_equal(2 * SECOND, t->dns.timeout);
    assert_int_equal(2, t->dns.tries);
    assert_int_equal(3600ll * SECOND, t->dns.keep);
    assert_string_equal("./h1.db", topology_find_node(t, S("h1"))->store);
    topology_free(t);
}

static void figures_go_down_from_topology_to_node_to_listener(void **state)
{
    struct topology *t =
        parsed("log: warn\n"
               "timers: {t1: 1s, cx_answer: 5s}\n"
               "limits: {headers: 64, record_bytes: 1MiB}\n"
               "registration: {min_expires: 10s}\n"
               "networks:\n"
               "- domain: v.example\n"
               "  nodes:\n"
               "  - name: p1\n"
               "    role: pcscf\n"
               "    host: 127.0.0.1\n"
               "    gm: {listen: udp:5060, timers: {t2: 16s}, "
               "aka_without_ipsec: false}\n"
               "    mw: udp:5070\n"
               "    admin: 80\n"
               "    timers: {t1: 2s}\n"
               "    limits: {headers: 32}\n"
               "  - {name: p2, role: pcscf, host: 127.0.0.2, gm: udp:5060, "
               "mw: udp:5070, admin: 80, log: debug, seed: 7}\n");
    const struct topology_node *p1 = topology_find_node(t, S("p1"));
    const struct topology_node *p2 = topology_find_node(t, S("p2"));

    (void)state;
    assert_int_equal(2 * SECOND, p1->timers.sip.t1);
    assert_int_equal(5 * SECOND, p1->timers.cx_answer);
    assert_int_equal(2 * SECOND, p1->listeners[0].timers.t1);
    assert_int_equal(16 * SECOND, p1->listeners[0].timers.t2);
    assert_int_equal(4 * SECOND, p1->listeners[1].timers.t2);
    assert_int_equal(32, p1->limits.headers);
    assert_int_equal(1 << 20, p1->limits.record_bytes);
    assert_false(p1->aka_without_ipsec);
    assert_int_equal(LOG_WARN, p1->log);
    assert_int_equal(1 * SECOND, p2->timers.sip.t1);
    assert_int_equal(64, p2->limits.headers);
    assert_int_equal(10, p2->registration.min_expires);
    assert_int_equal(LOG_DEBUG, p2->log);
    assert_true(p2->seeded);
    assert_int_equal(7, p2->seed);
    topology_free(t);
}

static void each_place_to_listen_is_a_listener_of_its_own(void **state)
{
    struct topology *t =
        parsed("networks:\n"
               "- domain: v.example\n"
               "  nodes:\n"
               "  - name: p1\n"
               "    role: pcscf\n"
               "    host: \"::1\"\n"
               "    gm: {listen: [udp:5060, \"tcp:[::2]:5062\"], "
               "advertise: 192.0.2.1:5080}\n"
               "    mw: [udp:5070]\n"
               "    admin: [80, 0.0.0.0:8080]\n");
    const struct topology_node *n = topology_find_node(t, S("p1"));

    (void)state;
    assert_int_equal(5, n->listener_count);
    assert_place(&n->listeners[0].at, "::1", TRANSPORT_UDP, 5060);
    assert_int_equal(6, n->listeners[0].at.addr.family);
    assert_string_equal("192.0.2.1", n->listeners[0].advertise_host);
    assert_int_equal(5080, n->listeners[0].advertise_port);
    assert_place(&n->listeners[1].at, "::2", TRANSPORT_TCP, 5062);
    assert_int_equal(TOPOLOGY_MW, n->listeners[2].trust);
    assert_string_equal("p1.v.example", n->listeners[2].advertise_host);
    assert_place(&n->listeners[3].at, "::1", TRANSPORT_TCP, 80);
    assert_string_equal("[::1]", n->listeners[3].advertise_host);
    assert_place(&n->listeners[4].at, "0.0.0.0", TRANSPORT_TCP, 8080);
    assert_ptr_equal(&n->listeners[1],
                     topology_listener_of(n, TOPOLOGY_GM, TRANSPORT_TCP));
    assert_ptr_equal(&n->listeners[0],
                     topology_listener_of(n, TOPOLOGY_GM, TRANSPORT_NONE));
    assert_null(topology_listener_of(n, TOPOLOGY_ISC, TRANSPORT_NONE));
    topology_free(t);
}

static void
a_name_as_host_stays_a_name_and_admin_stays_on_loopback(void **state)
{
    struct topology *t =
        parsed("networks:\n"
               "- domain: v.example\n"
               "  nodes:\n"
               "  - {name: p1, role: pcscf, host: container-p1, gm: udp:5060, "
               "mw: udp:5070, admin: 80}\n"
               "  - {name: p2, role: pcscf, host: container-p2, gm: udp:5060, "
               "mw: udp:5070, admin: 80}\n");
    const struct topology_node *n = topology_find_node(t, S("p1"));
    struct topology_place place;

    (void)state;
    assert_place(&n->listeners[0].at, "container-p1", TRANSPORT_UDP, 5060);
    assert_int_equal(0, n->listeners[0].at.addr.family);
    assert_place(&n->listeners[2].at, "127.0.0.1", TRANSPORT_TCP, 80);
    assert_int_equal(1, topology_lookup(t, S("p1.v.example"), &place, 1));
    assert_place(&place, "container-p1", TRANSPORT_UDP, 5070);
    topology_free(t);
}

static void a_domain_leads_to_its_icscfs_and_a_node_to_its_mw(void **state)
{
    struct topology *t = parsed(
        "networks:\n"
        "  - domain: ims.example\n"
        "    nodes:\n" NODES "    - {name: i2, role: icscf, host: 127.0.0.6, "
        "mw: [udp:5064, tcp:5064], admin: 85}\n"
        "external:\n"
        "- {name: as1, host: 192.0.2.9, sip: udp:5066, "
        "identity: as1.ims.example, trust: isc, role: as}\n"
        "- {name: far, host: 192.0.2.10, sip: udp:5060, "
        "domains: [far.example], trust: mw, role: icscf}\n");
    struct topology_place p[8];

    (void)state;
    assert_int_equal(3, topology_lookup(t, S("IMS.example"), p, 8));
    assert_place(&p[0], "127.0.0.2", TRANSPORT_UDP, 5060);
    assert_place(&p[1], "127.0.0.6", TRANSPORT_UDP, 5064);
    assert_place(&p[2], "127.0.0.6", TRANSPORT_TCP, 5064);
    assert_int_equal(2, topology_lookup(t, S("ims.example"), p, 2));
    assert_int_equal(1, topology_lookup(t, S("s1.ims.example"), p, 8));
    assert_place(&p[0], "127.0.0.3", TRANSPORT_UDP, 5060);
    assert_int_equal(1, topology_lookup(t, S("as1.ims.example"), p, 8));
    assert_place(&p[0], "192.0.2.9", TRANSPORT_UDP, 5066);
    assert_int_equal(1, topology_lookup(t, S("far.example"), p, 8));
    assert_int_equal(0, topology_lookup(t, S("s1"), p, 8));
    assert_int_equal(0, topology_lookup(t, S("elsewhere.example"), p, 8));
    assert_int_equal(TOPOLOGY_ISC, topology_find_external(t, S("as1"))->trust);
    topology_free(t);
}

static void an_icscf_of_others_knows_its_scscfs_itself(void **state)
{
    struct topology *t =
        parsed("networks:\n"
               "  - domain: ims.example\n"
               "    nodes:\n"
               "    - {name: p1, role: pcscf, host: 127.0.0.1, gm: udp:5060, "
               "mw: udp:5070, admin: 81}\n"
               "external:\n"
               "- {name: theirs, host: 127.0.0.2, sip: udp:5060, role: icscf, "
               "domains: [ims.example], trust: mw}\n");
    struct topology_place p[2];

    (void)state;
    assert_int_equal(1, topology_lookup(t, S("ims.example"), p, 2));
    assert_place(&p[0], "127.0.0.2", TRANSPORT_UDP, 5060);
    topology_free(t);
}

static void cscfs_connect_to_the_hss_of_their_network(void **state)
{
    struct topology *t = loaded("topology/two-networks.yaml");
    const struct topology_node *scscf = topology_find_node(t, S("red-scscf"));
    const struct topology_node *hss = topology_find_node(t, S("red-hss"));

    (void)state;
    assert_int_equal(1, scscf->peer_count);
    assert_string_equal("red-hss.red.example", scscf->peers[0].identity);
    assert_string_equal("red.example", scscf->peers[0].realm);
    assert_true(scscf->peers[0].connect);
    assert_place(&scscf->peers[0].at, "127.0.0.14", TRANSPORT_TCP, 3868);
    assert_int_equal(2, hss->peer_count);
    assert_string_equal("red-icscf.red.example", hss->peers[0].identity);
    assert_false(hss->peers[0].connect);
    assert_int_equal(0, topology_find_node(t, S("red-pcscf"))->peer_count);
    topology_free(t);
}

static void hss_by_name_goes_before_that_of_the_network(void **state)
{
    struct topology *t = parsed(
        NETWORK "    - {name: s2, role: scscf, host: 127.0.0.6, mw: udp:5060, "
                "admin: 85, hss: [h1.ims.example, relay]}\n"
                "external:\n"
                "- {name: relay, host: 192.0.2.7, diameter: tcp:3869, "
                "identity: relay.ims.example, realm: ims.example}\n"
                "- {name: as1, host: 192.0.2.8, sip: udp:5060}\n");
    const struct topology_node *s2 = topology_find_node(t, S("s2"));
    const struct topology_node *hss = topology_find_node(t, S("h1"));

    (void)state;
    assert_int_equal(2, s2->peer_count);
    assert_string_equal("h1.ims.example", s2->peers[0].identity);
    assert_string_equal("relay.ims.example", s2->peers[1].identity);
    assert_place(&s2->peers[1].at, "192.0.2.7", TRANSPORT_TCP, 3869);
    assert_true(s2->peers[0].is_hss);
    assert_false(s2->peers[1].is_hss);
    assert_int_equal(4, hss->peer_count);
    assert_string_equal("relay.ims.example", hss->peers[3].identity);
    assert_false(hss->peers[3].connect);
    topology_free(t);
}

static void every_external_hss_of_a_domain_is_connected_to(void **state)
{
    struct topology *t =
        parsed("networks:\n"
               "- domain: ims.example\n"
               "  nodes:\n"
               "  - {name: i1, role: icscf, host: 127.0.0.2, mw: udp:5060, "
               "admin: 82}\n"
               "  - {name: s1, role: scscf, host: 127.0.0.3, mw: udp:5060, "
               "admin: 83}\n"
               "external:\n"
               "- {name: e1, role: hss, host: 192.0.2.7, diameter: tcp:3868, "
               "identity: e1.epc.example, realm: epc.example, "
               "domains: [ims.example]}\n"
               "- {name: far, role: hss, host: 192.0.2.8, diameter: tcp:3868, "
               "domains: [far.example]}\n"
               "- {name: e2, role: hss, host: 192.0.2.9, diameter: tcp:3869, "
               "identity: e2.epc.example, realm: epc.example, "
               "domains: [far.example, ims.example]}\n");
    const struct topology_node *s1 = topology_find_node(t, S("s1"));

    (void)state;
    assert_int_equal(2, s1->peer_count);
    assert_string_equal("e1.epc.example", s1->peers[0].identity);
    assert_string_equal("e2.epc.example", s1->peers[1].identity);
    assert_string_equal("epc.example", s1->peers[1].realm);
    assert_place(&s1->peers[1].at, "192.0.2.9", TRANSPORT_TCP, 3869);
    for (unsigned i = 0; i < 2; i++)
        assert_true(s1->peers[i].is_hss && s1->peers[i].connect);
    topology_free(t);
}

static void peers_reach_a_node_that_listens_everywhere_by_its_host(void **state)
{
    struct topology *t =
        parsed("networks:\n"
               "- domain: ims.example\n"
               "  nodes:\n"
               "  - {name: i1, role: icscf, host: i, admin: 80, "
               "mw: {listen: udp:0.0.0.0:5060, advertise: i}}\n"
               "  - {name: s1, role: scscf, host: s, mw: udp:5060, admin: 80}\n"
               "  - {name: h1, role: hss, host: 192.0.2.4, admin: 80, "
               "diameter: tcp:0.0.0.0:3868}\n");
    struct topology_place p;

    (void)state;
    assert_place(&topology_find_node(t, S("s1"))->peers[0].at, "192.0.2.4",
                 TRANSPORT_TCP, 3868);
    assert_int_equal(1, topology_lookup(t, S("ims.example"), &p, 1));
    assert_place(&p, "i", TRANSPORT_UDP, 5060);
    assert_string_equal(
        "i", topology_find_node(t, S("i1"))->listeners[0].advertise_host);
    topology_free(t);
}

static void capabilities_are_numbers_to_choose_by(void **state)
{
    struct topology *t = loaded("topology/box.yaml");
    const struct topology_network *n = &t->networks[0];
    const struct topology_node *s = topology_node_at(n, TOPOLOGY_SCSCF, 0);

    (void)state;
    assert_string_equal("scscf1", s->name);
    assert_null(topology_node_at(n, TOPOLOGY_SCSCF, 1));
    assert_true(topology_has_capability(s, 2));
    assert_false(topology_has_capability(s, 3));
    topology_free(t);
}

static void name_servers_have_port_53_unless_they_say_another(void **state)
{
    struct topology *t = parsed(
        "dns: {servers: [192.0.2.53, \"[2001:db8::1]:5353\", 2001:db8::2], "
        "timeout: 500ms, tries: 3, keep: 1s}\n" NETWORK);
    char text[ADDR_TEXT_MAX];

    (void)state;
    assert_int_equal(3, t->dns.server_count);
    assert_string_equal("192.0.2.53:53", addr_text(&t->dns.servers[0], text));
    assert_string_equal("[2001:db8::1]:5353",
                        addr_text(&t->dns.servers[1], text));
    assert_string_equal("[2001:db8::2]:53",
                        addr_text(&t->dns.servers[2], text));
    assert_int_equal(500 * MSEC, t->dns.timeout);
    assert_int_equal(3, t->dns.tries);
    assert_int_equal(1 * SECOND, t->dns.keep);
    topology_free(t);
}

static void anchors_and_aliases_save_typing(void **state)
{
    struct topology *t =
        parsed("timers: &fast {t1: 100ms}\n"
               "networks:\n"
               "- domain: v.example\n"
               "  nodes:\n"
               "  - {name: p1, role: pcscf, host: 127.0.0.1, gm: udp:5060, "
               "mw: {listen: udp:5070, timers: *fast}, admin: 80}\n");

    (void)state;
    assert_int_equal(100 * MSEC,
                     topology_find_node(t, S("p1"))->listeners[1].timers.t1);
    topology_free(t);
}

/* The node p1 with some of its keys changed or added. */
static struct topology *with(const char *change)
{
    const char *const keys[] = {"name: p1",        "role: pcscf",
                                "host: 127.0.0.1", "gm: udp:5060",
                                "mw: udp:5070",    "admin: 80"};
    struct topology *t;
    struct buf text;

    buf_init(&text, 4096);
    buf_str(&text, "networks: [{domain: v.example, nodes: [{");
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (strncmp(keys[i], change, 3) != 0)
            buf_printf(&text, "%s, ", keys[i]);
    buf_printf(&text, "%s}]}]%c", change, 0);
    t = parsed(text.p);
    buf_fini(&text);
    return t;
}

static void addresses_and_paths_may_come_from_the_environment(void **state)
{
    static const struct {
        const char *written, *host;
        unsigned port;
    } rows[] = {
        {"${IMSBOX_TEST_HOST}", "192.0.2.1", 5060},
        {"${IMSBOX_TEST_HOST:-192.0.2.9}", "192.0.2.1", 5060},
        {"${IMSBOX_TEST_NONE:-192.0.2.9}", "192.0.2.9", 5060},
        {"${IMSBOX_TEST_EMPTY:-192.0.2.9}", "192.0.2.9", 5060},
        {"${IMSBOX_TEST_HOST}:${IMSBOX_TEST_PORT:-5062}", "192.0.2.1", 5064},
        {"a-${IMSBOX_TEST_PORT}.example:5${IMSBOX_TEST_NONE:-}9",
         "a-5064.example", 59},
    };

    (void)state;
    setenv("IMSBOX_TEST_HOST", "192.0.2.1", 1);
    setenv("IMSBOX_TEST_PORT", "5064", 1);
    setenv("IMSBOX_TEST_EMPTY", "", 1);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct topology *t;
        const struct topology_listener *gm;
        char change[200];

        snprintf(change, sizeof change,
                 "gm: {listen: udp:5060, advertise: \"%s\"}", rows[i].written);
        t = with(change);
        gm = topology_listener_of(topology_find_node(t, S("p1")), TOPOLOGY_GM,
                                  TRANSPORT_NONE);
        assert_string_equal(rows[i].host, gm->advertise_host);
        assert_int_equal(rows[i].port, gm->advertise_port);
        topology_free(t);
    }
}

static void a_dashboard_is_a_node_of_no_network(void **state)
{
    struct topology *none = parsed("networks:\n  - domain: a.example\n"
                                   "    nodes:\n" NODES);
    struct topology *t =
        parsed("dashboard: {listen: 0.0.0.0:8088, advertise: 'box:80', "
               "limits: {trace_bytes: 2MiB}}\n"
               "limits: {http_bytes: 1MiB}\n"
               "access: {tokens: keys, names: [box.example]}\n"
               "networks:\n  - domain: a.example\n    nodes:\n" NODES);
    const struct topology_node *d = t->dashboard;

    (void)state;
    assert_null(none->dashboard);
    assert_true(none->access.loopback_open);
    assert_null(none->access.tokens);
    assert_ptr_equal(topology_find_node(t, S("dashboard")), d);
    assert_int_equal(d->role, TOPOLOGY_DASHBOARD);
    assert_place(&d->listeners[0].at, "0.0.0.0", TRANSPORT_TCP, 8088);
    assert_string_equal(d->listeners[0].advertise_host, "box");
    assert_int_equal(d->listeners[0].advertise_port, 80);
    assert_int_equal(d->limits.trace_bytes, 2 << 20);
    assert_int_equal(d->limits.http_bytes, 1 << 20);
    assert_int_equal(d->limits.http_connections, 1000);
    assert_int_equal(t->networks[0].nodes[0].limits.http_connections, 100);
    assert_string_equal(t->access.tokens, "./keys");
    assert_string_equal(t->access.names[0], "box.example");
    topology_free(none);
    topology_free(t);
}

static void a_reload_does_not_change_who_may_come_in(void **state)
{
    static const char *const rows[] = {"access: {loopback: token}\n",
                                       "access: {tokens: elsewhere}\n",
                                       "access: {names: [box.example]}\n"};
    static const char rest[] =
        "networks:\n  - domain: a.example\n    nodes:\n" NODES;
    struct topology *was = parsed(rest);

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct topology *now;
        struct buf text;

        buf_init(&text, 65536);
        buf_printf(&text, "%s%s%c", rows[i], rest, 0);
        now = parsed(text.p);
        buf_reset(&text);
        assert_int_equal(topology_reload_check(was, now, "p1", &text),
                         IMS_CONFIG);
        assert_int_equal(
            slice_find(buf_slice(&text), S("p1: access may not change")), 0);
        buf_fini(&text);
        topology_free(now);
    }
    topology_free(was);
}

static void a_reload_may_change_some_keys_and_names_the_others(void **state)
{
    static const struct {
        const char *change, *refused; /* "": may change */
    } rows[] = {
        {"limits: {headers: 99}", ""},
        {"timers: {t1: 1s}, log: debug", ""},
        {"reg_event: true", ""},
        {"limits: {transactions: 9, http_bytes: 8KiB, events_bytes: 1MiB}", ""},
        {"limits: {branches: 3, record_bytes: 1MiB}",
         "p1: limits: branches may not change while the node runs\n"
         "p1: limits: record_bytes may not change while the node runs\n"},
        {"limits: {udp_queue_bytes: 2MiB, stream_queue_bytes: 2MiB}",
         "p1: limits: udp_queue_bytes may not change while the node runs\n"
         "p1: limits: stream_queue_bytes may not change while the node runs\n"},
        {"limits: {http_connections: 9}",
         "p1: limits: http_connections may not change while the node runs\n"},
        {"gm: {listen: udp:5060, timers: {t1: 1s}}", ""},
        {"gm: udp:5064",
         "p1: where it listens may not change while the node runs\n"},
        {"gm: {listen: udp:5060, advertise: 192.0.2.1}",
         "p1: where it listens may not change while the node runs\n"},
        {"gm: {listen: udp:5060, aka_without_ipsec: false}",
         "p1: aka_without_ipsec may not change while the node runs\n"},
        {"host: 127.0.0.9",
         "p1: host may not change while the node runs\n"
         "p1: where it listens may not change while the node runs\n"},
        {"seed: 3", "p1: seed may not change while the node runs\n"},
        {"name: p2", "p1: no longer in the topology\n"},
    };
    struct topology *was = with("log: info");

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct topology *now = with(rows[i].change);
        struct buf errors;

        buf_init(&errors, 4096);
        assert_int_equal(rows[i].refused[0] ? IMS_CONFIG : IMS_OK,
                         topology_reload_check(was, now, "p1", &errors));
        assert_text(buf_slice(&errors), slice_of(rows[i].refused));
        buf_fini(&errors);
        topology_free(now);
    }
    topology_free(was);
}

/* `head` before, `more` among the nodes of a network with a dashboard. */
static struct topology *shown(const char *head, const char *more)
{
    struct topology *t;
    struct buf text;

    buf_init(&text, 65536);
    buf_printf(&text,
               "%sdashboard: 127.0.0.1:8080\nnetworks:\n"
               "  - domain: a.example\n    nodes:\n" NODES "%s%c",
               head, more, 0);
    t = parsed(text.p);
    buf_fini(&text);
    return t;
}

static void a_reload_is_refused_where_it_would_take_no_effect(void **state)
{
    static const char another[] =
        "    - {name: s2, role: scscf, host: 127.0.0.19, mw: udp:5060, "
        "admin: 8083}\n";
    static const struct {
        const char *head, *more, *node, *refused;
    } rows[] = {
        {"timers: {t1: 1s}\n", "", "dashboard", ""},
        {"", another, "p1", ""},
        {"", another, "dashboard",
         "dashboard: the nodes that it shows may not change while the node "
         "runs\n"},
        {"external: [{name: as1, role: as, host: 127.0.0.9, trust: isc, "
         "sip: udp:5060}]\n",
         "", "dashboard",
         "dashboard: the nodes that it shows may not change while the node "
         "runs\n"},
        {"limits: {trace_bytes: 128MiB}\n", "", "p1", ""},
        {"limits: {trace_bytes: 128MiB}\n", "", "dashboard",
         "dashboard: limits: trace_bytes may not change while the node runs\n"},
        {"limits: {diameter_bytes: 8KiB}\n", "", "p1", ""},
        {"limits: {diameter_bytes: 8KiB}\n", "", "h1",
         "h1: limits: diameter_bytes may not change while the node runs\n"},
        {"dns: {servers: [127.0.0.53]}\n", "", "p1",
         "p1: dns may not change while the node runs\n"},
        {"dns: {keep: 1s}\n", "", "p1",
         "p1: dns may not change while the node runs\n"},
    };
    struct topology *was = shown("", "");

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct topology *now = shown(rows[i].head, rows[i].more);
        struct buf errors;

        buf_init(&errors, 4096);
        assert_int_equal(
            rows[i].refused[0] ? IMS_CONFIG : IMS_OK,
            topology_reload_check(was, now, rows[i].node, &errors));
        assert_text(buf_slice(&errors), slice_of(rows[i].refused));
        buf_fini(&errors);
        topology_free(now);
    }
    topology_free(was);
}

static void a_dashboard_goes_on_with_the_externals_that_it_knows(void **state)
{
#define AS(more)                                                     \
    "external: [{name: as1, role: as, host: 127.0.0.9, trust: isc, " \
    "sip: udp:5060" more "}]\n"
    static const char *const others[] = {
        "external: [{name: as1, role: as, host: 127.0.0.9, trust: isc, "
        "sip: udp:5099}]\n",
        AS(", identity: as.a.example"),
        AS(", domains: [as.example]"),
    };
    struct topology *was = shown(AS(""), "");

    (void)state;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        struct topology *now = shown(others[i], "");
        struct buf errors;

        buf_init(&errors, 4096);
        assert_int_equal(topology_reload_check(was, now, "dashboard", &errors),
                         IMS_CONFIG);
        buf_reset(&errors);
        assert_int_equal(topology_reload_check(was, now, "p1", &errors),
                         IMS_OK);
        buf_fini(&errors);
        topology_free(now);
    }
    topology_free(was);
#undef AS
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_box_has_four_nodes_of_one_network),
        cmocka_unit_test(both_networks_of_the_second_example_load),
        cmocka_unit_test(a_node_is_named_within_its_domain),
        cmocka_unit_test(what_the_file_leaves_out_has_defaults),
        cmocka_unit_test(figures_go_down_from_topology_to_node_to_listener),
        cmocka_unit_test(each_place_to_listen_is_a_listener_of_its_own),
        cmocka_unit_test(
            a_name_as_host_stays_a_name_and_admin_stays_on_loopback),
        cmocka_unit_test(a_domain_leads_to_its_icscfs_and_a_node_to_its_mw),
        cmocka_unit_test(an_icscf_of_others_knows_its_scscfs_itself),
        cmocka_unit_test(cscfs_connect_to_the_hss_of_their_network),
        cmocka_unit_test(every_external_hss_of_a_domain_is_connected_to),
        cmocka_unit_test(hss_by_name_goes_before_that_of_the_network),
        cmocka_unit_test(
            peers_reach_a_node_that_listens_everywhere_by_its_host),
        cmocka_unit_test(capabilities_are_numbers_to_choose_by),
        cmocka_unit_test(name_servers_have_port_53_unless_they_say_another),
        cmocka_unit_test(addresses_and_paths_may_come_from_the_environment),
        cmocka_unit_test(anchors_and_aliases_save_typing),
        cmocka_unit_test(a_dashboard_is_a_node_of_no_network),
        cmocka_unit_test(a_reload_does_not_change_who_may_come_in),
        cmocka_unit_test(a_reload_may_change_some_keys_and_names_the_others),
        cmocka_unit_test(a_reload_is_refused_where_it_would_take_no_effect),
        cmocka_unit_test(a_dashboard_goes_on_with_the_externals_that_it_knows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
