/* SPDX-License-Identifier: MIT */
#include "node/cscf.h"
#include "pcscf/role.h"
#include "scscf/role.h"
#include "sip/transport.h"
#include "support/check.h"
#include "support/nodes.h"
#include "support/puppet.h"
#include <stdio.h>

/* What SIGHUP may change takes effect in a CSCF that runs.
 *
 * proves S-REG-3 SIP-4 */

static void send_register(struct puppet *p, const struct addr *to,
                          unsigned cseq, unsigned expires)
{
    puppet_send(p, to,
                "REGISTER sip:scscf1.ims.example SIP/2.0\r\n"
                "Via: SIP/2.0/UDP 10.9.9.9:5060;branch=z9hG4bK%u\r\n"
                "Max-Forwards: 70\r\n"
                "From: <sip:a@ims.example>;tag=1\r\n"
                "To: <sip:a@ims.example>\r\n"
                "Call-ID: c\r\nCSeq: %u REGISTER\r\n"
                "Contact: <sip:a@10.9.9.9>;expires=%u\r\n"
                "Content-Length: 0\r\n\r\n",
                cseq, cseq, expires);
}

static void a_running_cscf_takes_over_limits_and_timers(void **state)
{
    struct topology *was = test_topology(""),
                    *now = test_topology(", registration: {min_expires: 600s},"
                                         " limits: {transactions: 1}");
    struct sim *sim = sim_new(1);
    struct sim_host *host = sim_host_new(sim, "scscf1");
    const struct topology_listener *mw = topology_listener_of(
        topology_find_node(was, S("scscf1")), TOPOLOGY_MW, TRANSPORT_UDP);
    struct node_options o = {.role = &scscf_role,
                             .topology = was,
                             .name = "scscf1",
                             .net = sim_host_net(host),
                             .sink = no_sink};
    struct puppet p;
    struct node *n;
    struct why why;

    (void)state;
    assert_non_null(mw);
    assert_ok(node_new(&o, &n, &why), &why);
    puppet_init(&p, sim, "icscf1", "10.9.9.9:5060");
    send_register(&p, &mw->at.addr, 1, 300);
    sim_run_for(sim, SECOND);
    assert_int_equal(puppet_last(&p)->status, 504); /* no HSS is there */
    sim_run_for(sim, 60 * SECOND);
    assert_ok(node_reload(n, now, &why), &why);
    send_register(&p, &mw->at.addr, 2, 300);
    sim_run_for(sim, SECOND);
    assert_int_equal(puppet_last(&p)->status, 423);
    /* that transaction lingers, and one is all there may be */
    send_register(&p, &mw->at.addr, 3, 300);
    sim_run_for(sim, SECOND);
    assert_int_equal(puppet_last(&p)->status, 503);
    node_free(n);
    puppet_fini(&p);
    sim_host_free(host);
    sim_free(sim);
    topology_free(now);
    topology_free(was);
}

/* A P-CSCF of a listener towards phones and one inside. */
static struct topology *two_listeners(const char *gm, const char *node)
{
    char text[1024];
    struct topology *t = NULL;
    struct buf errors;

    snprintf(text, sizeof(text),
             "name: t\n"
             "networks:\n"
             "  - domain: ims.example\n"
             "    nodes:\n"
             "      - {name: pcscf1, role: pcscf, host: 127.0.0.1,\n"
             "         gm: {listen: udp:5060%s}, mw: udp:5070,\n"
             "         admin: 8081%s}\n",
             gm, node);
    buf_init(&errors, 10000);
    assert_int_equal(topology_parse(slice_of(text), "t.yaml", &t, &errors),
                     IMS_OK);
    buf_fini(&errors);
    return t;
}

static int64_t t1_of(const struct node *n, enum sip_trust trust)
{
    const struct cscf *core = n->state; /* first of what the role has */

    return sip_transport_listener(sip_stack_transport(core->stack), trust,
                                  TRANSPORT_UDP, 4)
        ->timers.t1;
}

static void each_listener_takes_over_its_own_timers(void **state)
{
    struct topology *was = two_listeners("", ""),
                    *now = two_listeners(", timers: {t1: 2s}",
                                         ", timers: {t1: 300ms}");
    struct sim *sim = sim_new(1);
    struct sim_host *host = sim_host_new(sim, "pcscf1");
    struct node_options o = {.role = &pcscf_role,
                             .topology = was,
                             .name = "pcscf1",
                             .net = sim_host_net(host),
                             .sink = no_sink};
    struct node *n;
    struct why why;

    (void)state;
    assert_ok(node_new(&o, &n, &why), &why);
    assert_int_equal(t1_of(n, SIP_GM), 500 * MSEC);
    assert_ok(node_reload(n, now, &why), &why);
    assert_int_equal(t1_of(n, SIP_GM), 2 * SECOND);
    assert_int_equal(t1_of(n, SIP_MW), 300 * MSEC);
    node_free(n);
    sim_host_free(host);
    sim_free(sim);
    topology_free(now);
    topology_free(was);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_running_cscf_takes_over_limits_and_timers),
        cmocka_unit_test(each_listener_takes_over_its_own_timers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
