/* SPDX-License-Identifier: MIT */
#include "support/two.h"

/* ---- DNS ---------------------------------------------------------------- */

static void add_zone(struct sim *s)
{
    static const char *const ZONE[] = {
        "ims.example NAPTR 10 50 \"s\" \"SIP+D2U\" \"\" _sip._udp.ims.example.",
        "_sip._udp.ims.example. 300 IN SRV 0 1 5060 icscf1.ims.example.",
        "icscf1.ims.example\tA\t127.0.0.2",
        "icscf1.ims.example A 127.0.0.3",
        "icscf1.ims.example AAAA fd00::2",
        "gone.ims.example SRV 0 0 0 .",
    };
    struct why why = {0};

    for (size_t i = 0; i < sizeof(ZONE) / sizeof(ZONE[0]); i++)
        assert_ok(sim_dns_add(s, slice_of(ZONE[i]), &why), &why);
}

static void questions_get_the_zones_records(void **state)
{
    static const struct {
        const char *name;
        enum dns_type type;
        const char *story;
    } rows[] = {
        {"ims.example", DNS_NAPTR,
         "OK 10 50 's' 'SIP+D2U' '' _sip._udp.ims.example ttl 60\n"},
        {"_SIP._udp.ims.example.", DNS_SRV,
         "OK 0 1 5060 icscf1.ims.example ttl 300\n"},
        {"icscf1.ims.example", DNS_A,
         "OK 127.0.0.2 ttl 60, 127.0.0.3 ttl 60\n"},
        {"icscf1.ims.example", DNS_AAAA, "OK fd00::2 ttl 60\n"},
        {"gone.ims.example", DNS_SRV, "OK 0 0 0  ttl 60\n"},
        {"ims.example", DNS_A, "OK\n"},
        {"_udp.ims.example", DNS_A, "OK\n"},
        {"s.example", DNS_A, "NOT_FOUND\n"},
        {"nobody.ims.example", DNS_A, "NOT_FOUND\n"},
    };
    struct two t;

    (void)state;
    two_init(&t, 1);
    add_zone(t.sim);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        party_ask(&t.a, rows[i].name, rows[i].type);
        assert_story(&t.a, "");
        sim_run_for(t.sim, SECOND);
        assert_story(&t.a, rows[i].story);
    }
    two_fini(&t);
}

static void wrong_zone_lines_are_refused(void **state)
{
    static const char *const rows[] = {
        "",         "ims.example",         "x A 1.2.3",
        "x A ::1",  "x AAAA 1.2.3.4",      "x SRV 0 1 70000 y",
        "x MX 1 y", "x SRV 0 1 5060",      "x NAPTR 1 2 s SIP+D2U",
        "x A",      "x A 1.2.3.4 surplus", "a b c d e f g h i j k l",
    };
    struct sim *s = sim_new(1);

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct why why = {0};

        assert_err(IMS_MALFORMED, sim_dns_add(s, slice_of(rows[i]), &why),
                   &why);
    }
    sim_free(s);
}

static void dns_is_silent_forgets_and_is_cancelled(void **state)
{
    struct dns_query *q;
    struct two t;

    (void)state;
    two_init(&t, 1);
    add_zone(t.sim);
    sim_dns_silent(t.sim, true);
    party_ask(&t.a, "ims.example", DNS_NAPTR);
    sim_run_for(t.sim, 3 * SECOND);
    assert_story(&t.a, "");
    sim_run_for(t.sim, 2 * SECOND);
    assert_story(&t.a, "TIMEOUT\n");
    sim_dns_silent(t.sim, false);
    sim_dns_remove(t.sim, S("icscf1.ims.example"));
    party_ask(&t.a, "icscf1.ims.example", DNS_A);
    sim_run_for(t.sim, SECOND);
    assert_story(&t.a, "NOT_FOUND\n");
    q = dns_ask(t.a.net, S("ims.example"), DNS_NAPTR, party_on_records, &t.a);
    dns_cancel(q);
    sim_run_for(t.sim, SECOND);
    assert_story(&t.a, "");
    two_fini(&t);
}

/* ---- lanes -------------------------------------------------------------- */

static void jobs_of_a_lane_end_one_after_the_other(void **state)
{
    struct two t;
    struct net_lane *l;

    (void)state;
    two_init(&t, 1);
    sim_work_latency(t.sim, 2 * MSEC);
    l = lane_open(t.a.net, "commit");
    lane_do(l, party_on_job, party_on_done, &t.a);
    lane_do(l, party_on_job, party_on_done, &t.a);
    assert_story(&t.a, "job\njob\n");
    sim_run_for(t.sim, SECOND);
    assert_story(&t.a, "2000 done\n4000 done\n");
    lane_do(l, party_on_job, party_on_done, &t.a);
    lane_close(l);
    sim_run_for(t.sim, SECOND);
    assert_story(&t.a, "job\n");
    two_fini(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(questions_get_the_zones_records),
        cmocka_unit_test(wrong_zone_lines_are_refused),
        cmocka_unit_test(dns_is_silent_forgets_and_is_cancelled),
        cmocka_unit_test(jobs_of_a_lane_end_one_after_the_other),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
