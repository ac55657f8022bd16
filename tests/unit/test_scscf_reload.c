/* SPDX-License-Identifier: MIT */
#include "scscf/role.h"
#include "support/check.h"
#include "support/nodes.h"
#include "support/puppet.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_running_cscf_takes_over_limits_and_timers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
