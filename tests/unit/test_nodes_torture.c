/* SPDX-License-Identifier: MIT */
#include "hss/role.h"
#include "icscf/role.h"
#include "node/cscf.h"
#include "pcscf/role.h"
#include "scscf/role.h"
#include "support/check.h"
#include "support/corpus.h"
#include "support/nodes.h"
#include "support/puppet.h"
#include <stdio.h>
#include <stdlib.h>

/* Each message of the corpora, whole and with bytes changed, at each node of a
 * network: whatever it answers, it lives on, and nothing is left over. More
 * changes a message: IMSBOX_TORTURE=100.
 *
 * proves SIP-2 */

enum { CORES = 3, NODES = 4 };

static const char network[] =
    "name: t\n"
    "networks:\n"
    "  - domain: example.com\n"
    "    nodes:\n"
    "      - {name: pcscf1, role: pcscf, host: 127.0.0.1, gm: udp:5060,\n"
    "         mw: udp:5070, admin: 8081}\n"
    "      - {name: icscf1, role: icscf, host: 127.0.0.2, mw: udp:5060,\n"
    "         admin: 8082}\n"
    "      - {name: scscf1, role: scscf, host: 127.0.0.3, mw: udp:5060,\n"
    "         admin: 8083}\n"
    "      - {name: hss1, role: hss, host: 127.0.0.4, store: 'memory:',\n"
    "         diameter: tcp:3868, admin: 8084}\n";

static const struct {
    const char *name;
    const struct node_role *role;
} roles[NODES] = {
    {"pcscf1", &pcscf_role},
    {"icscf1", &icscf_role},
    {"scscf1", &scscf_role},
    {"hss1", &hss_role},
};

static const char *const targets[] = {"127.0.0.1:5060", "127.0.0.1:5070",
                                      "127.0.0.2:5060", "127.0.0.3:5060"};

struct fixture {
    struct sim *sim;
    struct topology *topology;
    struct sim_host *hosts[NODES];
    struct node *nodes[NODES];
    struct world_host *sender;
    struct udp *udp;
    unsigned changes; /* of each message */
    unsigned sent;    /* to each node */
    struct buf text;
};

static void on_datagram(void *ctx, struct udp *u, const struct addr *from,
                        struct slice bytes)
{
    (void)ctx, (void)u, (void)from, (void)bytes;
}

static void read_topology(struct fixture *f)
{
    struct buf errors;
    enum ims_err err;

    buf_init(&errors, 10000);
    err = topology_parse(slice_of(network), "t.yaml", &f->topology, &errors);
    assert_text(buf_slice(&errors), S(""));
    assert_int_equal(err, IMS_OK);
    buf_fini(&errors);
}

static void start_nodes(struct fixture *f)
{
    for (unsigned i = 0; i < NODES; i++) {
        struct node_options o = {.role = roles[i].role,
                                 .topology = f->topology,
                                 .name = roles[i].name,
                                 .sink = no_sink};
        struct why why;

        f->hosts[i] = sim_host_new(f->sim, roles[i].name);
        o.net = sim_host_net(f->hosts[i]);
        assert_ok(node_new(&o, &f->nodes[i], &why), &why);
    }
}

static void provision(struct fixture *f)
{
    struct api_answer a;

    api_answer_init(&a);
    api_ask(f->nodes[3], "POST /api/v1/subscribers",
            "{\"impu\": \"sip:user@example.com\","
            " \"digest\": {\"password\": \"secret\"}}",
            &a);
    sim_run_for(f->sim, SECOND);
    assert_int_equal(a.status, 201);
    api_answer_fini(&a);
}

static void set_up(struct fixture *f)
{
    static const struct udp_handler handler = {.on_datagram = on_datagram};
    const char *changes = getenv("IMSBOX_TORTURE");
    struct addr local = world_addr("127.0.0.50:5060", TRANSPORT_UDP);
    struct why why;

    *f = (struct fixture){.sim = sim_new(1),
                          .changes = changes ? (unsigned)atoi(changes) : 1};
    buf_init(&f->text, 65535);
    read_topology(f);
    start_nodes(f);
    provision(f);
    f->sender = world_host_new(f->sim, "phone");
    assert_ok(udp_open(f->sender->env.net, &local, &handler, f, &f->udp, &why),
              &why);
}

static void tear_down(struct fixture *f)
{
    udp_close(f->udp);
    world_host_free(f->sender);
    for (unsigned i = 0; i < NODES; i++) {
        node_free(f->nodes[i]);
        sim_host_free(f->hosts[i]);
    }
    topology_free(f->topology);
    buf_fini(&f->text);
    sim_free(f->sim);
}

static void send_to_all(struct fixture *f, struct slice text)
{
    for (size_t i = 0; i < sizeof(targets) / sizeof(*targets); i++) {
        struct addr to = world_addr(targets[i], TRANSPORT_UDP);

        assert_int_equal(udp_send(f->udp, &to, text), IMS_OK);
    }
    f->sent++;
    sim_run_for(f->sim, 10 * MSEC);
}

/* A few bytes become others, or a piece comes twice or not at all. */
static void change(struct fixture *f, struct slice text)
{
    struct dice *dice = f->sender->env.dice;
    size_t at = dice_below(dice, text.n), n = dice_below(dice, 20);

    buf_reset(&f->text);
    buf_add(&f->text, slice_first(text, at));
    switch (dice_below(dice, 3)) {
    case 0: buf_char(&f->text, (char)dice_below(dice, 256)); break;
    case 1: buf_add(&f->text, slice_first(slice_from(text, at), n)); break;
    default: at += n < text.n - at ? n : 0; break;
    }
    buf_add(&f->text, slice_from(text, at));
}

static void on_message(void *ctx, const char *name, struct slice text)
{
    struct fixture *f = ctx;

    (void)name;
    if (text.n == 0 || text.n > 60000)
        return;
    send_to_all(f, text);
    for (unsigned i = 0; i < f->changes; i++) {
        change(f, text);
        send_to_all(f, buf_slice(&f->text));
    }
}

static void every_node_survives_every_message(void **state)
{
    static const char *const folders[] = {
        "sip-torture/rfc4475", "sip-torture/rfc5118-fixed", "flows/rfc/rfc3261",
        "flows/rfc/rfc3665",   "flows/rfc/rfc3327",         "flows/rfc/rfc3608",
        "flows/rfc/rfc3325",   "flows/rfc/rfc3455",         "flows/rfc/rfc5626",
        "flows/rfc/rfc3310"};
    struct fixture f;
    struct why why;

    (void)state;
    corpus_need(folders[0]);
    set_up(&f);
    for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++)
        corpus_each(folders[i], on_message, &f);
    sim_run_for(f.sim, 400 * SECOND);
    for (unsigned i = 0; i < NODES; i++)
        assert_ok(node_is_ready(f.nodes[i], &why) ? IMS_OK : why.err, &why);
    assert_true(f.sent > 100);
    for (unsigned i = 0; i < CORES; i++) {
        struct cscf *c = f.nodes[i]->state;

        assert_true(record_last_seq(f.nodes[i]->env.record) > f.sent);
        assert_int_equal(sip_stack_open(c->stack), 0);
    }
    tear_down(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_node_survives_every_message),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
