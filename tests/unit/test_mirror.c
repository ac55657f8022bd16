/* SPDX-License-Identifier: MIT
 *
 * A node of the simulator whose messages are mirrored to a host of the test.
 */
#include "node/node.h"
#include "support/check.h"
#include "support/nodes.h"
#include "support/world.h"
#include <stdio.h>

struct homer {
    struct udp *udp;
    unsigned count;
    struct buf all; /* every packet, one behind the other */
};

struct bench {
    struct sim *sim;
    struct sim_host *host;
    struct world_host *far;
    struct topology *topology;
    struct node *node;
    struct homer homer;
};

static enum ims_err start(struct node *n, struct why *why)
{
    (void)n, (void)why;
    return IMS_OK;
}

static void end(struct node *n)
{
    (void)n;
}

static const struct node_role role = {
    .role = TOPOLOGY_PCSCF, .summary = "a test", .start = start, .free = end};

static void on_packet(void *ctx, struct udp *u, const struct addr *from,
                      struct slice bytes)
{
    struct homer *h = ctx;

    (void)u, (void)from;
    h->count++;
    buf_add(&h->all, bytes);
}

static void on_undeliverable(void *ctx, struct udp *u, const struct addr *to)
{
    (void)ctx, (void)u, (void)to;
}

static const char topology[] =
    "hep: udp:%s:9060\n"
    "networks:\n"
    "  - domain: ims.example\n"
    "    nodes:\n"
    "      - {name: icscf1, role: icscf, host: icscf1.lab, mw: udp:5060,\n"
    "         admin: 8082}\n"
    "      - {name: pcscf1, role: pcscf, host: 127.0.0.1, gm: udp:5060,\n"
    "         mw: udp:5070, admin: 8081}\n"
    "      - {name: scscf1, role: scscf, host: 127.0.0.3, mw: udp:5060,\n"
    "         admin: 8083}\n"
    "      - {name: hss1, role: hss, host: 127.0.0.4, store: t.db,\n"
    "         diameter: tcp:3868, admin: 8084}\n";

static void bench_open(struct bench *b, const char *homer)
{
    static const struct udp_handler handler = {on_packet, on_undeliverable};
    struct addr at = world_addr("10.0.0.9:9060", TRANSPORT_UDP);
    char text[1024];
    struct buf errors;
    struct why why;

    *b = (struct bench){.sim = sim_new(7)};
    b->host = sim_host_new(b->sim, "pcscf1");
    b->far = world_host_new(b->sim, "homer");
    buf_init(&b->homer.all, 1 << 20);
    assert_ok(udp_open(b->far->env.net, &at, &handler, &b->homer, &b->homer.udp,
                       &why),
              &why);
    snprintf(text, sizeof text, topology, homer);
    buf_init(&errors, 10000);
    if (topology_parse(slice_of(text), "t.yaml", &b->topology, &errors))
        fail_msg("%.*s", SLICE_ARG(buf_slice(&errors)));
    buf_fini(&errors);
    assert_ok(sim_dns_add(b->sim, S("icscf1.lab 60 A 10.0.0.2"), &why), &why);
    assert_ok(node_new(&(struct node_options){.role = &role,
                                              .topology = b->topology,
                                              .name = "pcscf1",
                                              .net = sim_host_net(b->host),
                                              .sink = no_sink},
                       &b->node, &why),
              &why);
}

static void bench_close(struct bench *b)
{
    node_free(b->node);
    udp_close(b->homer.udp);
    topology_free(b->topology);
    buf_fini(&b->homer.all);
    world_host_free(b->far);
    sim_host_free(b->host);
    sim_free(b->sim);
}

static void record(struct bench *b, enum record_kind kind, const char *local,
                   const char *remote, const char *bytes)
{
    struct record_message m = {
        .kind = kind,
        .proto = RECORD_SIP,
        .local = world_addr(local, TRANSPORT_UDP),
        .remote = world_addr(remote, TRANSPORT_UDP),
        .about = {.call = S("call-1")},
        .bytes = slice_of(bytes),
    };

    record_message(b->node->env.record, &m);
}

static double lost(struct bench *b)
{
    return (double)*metrics_counter(b->node->env.metrics,
                                    "imsbox_hep_packets_total",
                                    "result=\"lost\"", "");
}

static void every_message_is_mirrored_by_one_node(void **state)
{
    static const struct {
        enum record_kind kind;
        const char *local, *remote, *bytes;
        bool mirrored;
    } rows[] = {
        {RECORD_RX, "127.0.0.1:5060", "10.9.9.9:5062", "from a phone", true},
        {RECORD_RX, "127.0.0.1:5060", "10.0.0.2:5060", "at gm", true},
        {RECORD_TX, "127.0.0.1:5070", "10.0.0.2:5060", "to the I-CSCF", true},
        {RECORD_RX, "127.0.0.1:5070", "10.0.0.2:5060", "of a node", false},
        {RECORD_RX, "127.0.0.1:5070", "10.0.0.7:5060", "a stranger", true},
        {RECORD_DROP, "127.0.0.1:5060", "10.9.9.9:5062", "garbage", true},
        {RECORD_RX, "127.0.0.1:5060", "10.9.9.9:5062", "", false},
    };
    struct bench b;

    (void)state;
    bench_open(&b, "10.0.0.9");
    sim_run_for(b.sim, 100 * MSEC); /* names are looked up */
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        unsigned before = b.homer.count;

        buf_reset(&b.homer.all);
        record(&b, rows[i].kind, rows[i].local, rows[i].remote, rows[i].bytes);
        record_say(b.node->env.record, (struct record_about){.session = {0}},
                   "X-1", "", "nothing for a mirror");
        sim_run_for(b.sim, 100 * MSEC);
        assert_int_equal(b.homer.count - before, rows[i].mirrored);
        if (rows[i].mirrored)
            assert_has(buf_slice(&b.homer.all), rows[i].bytes);
    }
    bench_close(&b);
}

static void what_lies_in_between_has_both_addresses_and_the_call(void **state)
{
    struct bench b;

    (void)state;
    bench_open(&b, "10.0.0.9");
    sim_run_for(b.sim, 100 * MSEC);
    record(&b, RECORD_TX, "127.0.0.1:5060", "10.9.9.9:5062", "to a phone");
    sim_run_for(b.sim, 100 * MSEC);
    /* source, destination, agent 2002: the second node of the file */
    assert_true(
        slice_find(buf_slice(&b.homer.all), S("\0\0\0\3\0\12\177\0\0\1")) > 0);
    assert_true(slice_find(buf_slice(&b.homer.all),
                           S("\0\0\0\4\0\12\12\11\11\11")) > 0);
    assert_true(
        slice_find(buf_slice(&b.homer.all), S("\0\0\0\14\0\12\0\0\7\322")) > 0);
    assert_has(buf_slice(&b.homer.all), "call-1");
    assert_has(buf_slice(&b.homer.all), "pcscf1");
    bench_close(&b);
}

static void keys_of_a_challenge_do_not_leave(void **state)
{
    struct bench b;

    (void)state;
    bench_open(&b, "10.0.0.9");
    sim_run_for(b.sim, 100 * MSEC);
    record(&b, RECORD_RX, "127.0.0.1:5070", "10.0.0.7:5060",
           "SIP/2.0 401 Unauthorized\r\n"
           "WWW-Authenticate: Digest ck=\"00112233\",ik=\"44556677\"\r\n\r\n");
    sim_run_for(b.sim, 100 * MSEC);
    assert_int_equal(b.homer.count, 1);
    assert_has_not(buf_slice(&b.homer.all), "00112233");
    assert_has_not(buf_slice(&b.homer.all), "44556677");
    bench_close(&b);
}

static void a_mirror_by_name_waits_for_its_address(void **state)
{
    struct bench b;
    struct why why;

    (void)state;
    bench_open(&b, "homer.lab");
    record(&b, RECORD_RX, "127.0.0.1:5060", "10.9.9.9:5062", "early");
    sim_run_for(b.sim, 2 * SECOND);
    assert_int_equal(b.homer.count, 0);
    assert_ok(sim_dns_add(b.sim, S("homer.lab 60 A 10.0.0.9"), &why), &why);
    sim_run_for(b.sim, 20 * SECOND);
    assert_int_equal(b.homer.count, 1);
    assert_has(buf_slice(&b.homer.all), "early");
    bench_close(&b);
}

static void a_flood_is_cut_and_counted_never_awaited(void **state)
{
    static char large[60000];
    struct bench b;

    (void)state;
    memset(large, 'x', sizeof large - 1);
    bench_open(&b, "10.0.0.9");
    sim_run_for(b.sim, 100 * MSEC);
    /* Far more than the ring holds: the oldest are lost, with a count. */
    for (int i = 0; i < 1000; i++)
        record(&b, RECORD_RX, "127.0.0.1:5060", "10.9.9.9:5062", large);
    sim_run_for(b.sim, 1 * SECOND);
    assert_true(b.homer.count > 0 && b.homer.count < 1000);
    assert_true(lost(&b) > 0);
    assert_int_equal(b.homer.count + (unsigned)lost(&b), 1000);
    bench_close(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_message_is_mirrored_by_one_node),
        cmocka_unit_test(what_lies_in_between_has_both_addresses_and_the_call),
        cmocka_unit_test(keys_of_a_challenge_do_not_leave),
        cmocka_unit_test(a_mirror_by_name_waits_for_its_address),
        cmocka_unit_test(a_flood_is_cut_and_counted_never_awaited),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
