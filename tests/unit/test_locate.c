/* SPDX-License-Identifier: MIT
 *
 * RFC 3263 in the simulator: a zone, a URI, and the addresses in order.
 */
#include "base/mem.h"
#include "sip/locate.h"
#include "tests/support/check.h"
#include "tests/support/world.h"
#include <stdio.h>

struct finder {
    struct sim *sim;
    struct world_host *w;
    struct sip_locate *l;
    struct buf found; /* "udp 10.0.0.1:5060 | ..." or the error's name */
    char why[256];    /* of an error */
    unsigned answers;
};

static unsigned table(void *ctx, struct slice host,
                      struct sip_locate_place *out, unsigned max)
{
    (void)ctx;
    assert_true(max >= 2);
    if (slice_eq(host, S("scscf1.ims.example"))) {
        out[0] = (struct sip_locate_place){S("10.1.0.1"), 5070, TRANSPORT_UDP,
                                           false};
        out[1] = (struct sip_locate_place){S("10.1.0.1"), 5071, TRANSPORT_TCP,
                                           false};
        return 2;
    }
    if (slice_eq(host, S("home.example"))) {
        out[0] =
            (struct sip_locate_place){S("10.2.0.1"), 5080, TRANSPORT_UDP, true};
        out[1] =
            (struct sip_locate_place){S("10.2.0.2"), 5081, TRANSPORT_TCP, true};
        return 2;
    }
    if (slice_eq(host, S("udp.example"))) {
        out[0] =
            (struct sip_locate_place){S("10.3.0.1"), 5090, TRANSPORT_UDP, true};
        return 1;
    }
    if (slice_eq(host, S("as.ims.example"))) {
        out[0] = (struct sip_locate_place){S("as-container"), 0, 0, false};
        return 1;
    }
    return 0;
}

static struct finder *finder_new(uint64_t seed, bool ipv6)
{
    static const char *const zone[] = {
        "ims.example NAPTR 20 50 \"s\" \"SIP+D2U\" \"\" _sip._udp.ims.example",
        "ims.example NAPTR 10 50 \"s\" \"SIP+D2T\" \"\" _sip._tcp.ims.example",
        "ims.example NAPTR 5 50 \"s\" \"SIPS+D2T\" \"\" _sips._tcp.ims.example",
        "ims.example NAPTR 1 50 \"u\" \"E2U+sip\" \"!^.*$!sip:x@y!\" .",
        "_sip._udp.ims.example SRV 1 1 5062 u1.ims.example",
        "_sip._udp.ims.example SRV 0 1 5061 u0.ims.example",
        "_sip._tcp.ims.example SRV 0 1 5063 u0.ims.example",
        "u0.ims.example A 10.0.0.1",
        "u1.ims.example A 10.0.0.2",
        "u1.ims.example A 10.0.0.3",
        "srv.example A 10.9.9.9",
        "_sip._udp.srv.example SRV 0 0 5064 u0.ims.example",
        "_sip._tcp.srv.example SRV 0 0 5065 u1.ims.example",
        "plain.example A 10.0.0.4",
        "plain.example AAAA 2001:db8::4",
        "_sip._udp.gone.example SRV 0 0 0 .",
        "gone.example A 10.0.0.5",
        "_sip._udp.half.example SRV 0 0 0 .",
        "_sip._tcp.half.example SRV 0 0 5066 u0.ims.example",
        "half.example A 10.0.0.6",
        "as-container A 172.17.0.5",
        "_sip._udp.w.example SRV 0 90 5060 u0.ims.example",
        "_sip._udp.w.example SRV 0 10 5060 plain.example",
    };
    struct finder *f = mem_zalloc(sizeof *f);
    struct sip_locate_config c = {
        .table = table, .ipv4 = true, .ipv6 = ipv6, .udp = true, .tcp = true};
    struct why why;

    f->sim = sim_new(seed);
    f->w = world_host_new(f->sim, "icscf1");
    for (size_t i = 0; i < sizeof zone / sizeof *zone; i++)
        assert_ok(sim_dns_add(f->sim, slice_of(zone[i]), &why), &why);
    c.env = &f->w->env;
    f->l = sip_locate_new(&c);
    buf_init(&f->found, 4096);
    return f;
}

static void finder_free(struct finder *f)
{
    sip_locate_free(f->l);
    buf_fini(&f->found);
    world_host_free(f->w);
    sim_free(f->sim);
    free(f);
}

static void on_found(void *ctx, const struct sip_located *found)
{
    struct finder *f = ctx;

    f->answers++;
    if (found->err) {
        buf_str(&f->found, ims_err_name(found->err));
        assert_true(found->why.text[0] != '\0');
        snprintf(f->why, sizeof f->why, "%s", found->why.text);
    }
    for (unsigned i = 0; i < found->count; i++) {
        buf_printf(&f->found, "%s%s ", i ? " | " : "",
                   transport_name(found->to[i].transport));
        addr_print(&found->to[i], &f->found);
    }
}

static struct sip_locate_query *find(struct finder *f, const char *text)
{
    struct sip_uri uri;
    struct why why;

    buf_reset(&f->found);
    f->answers = 0;
    assert_ok(sip_uri_parse(slice_of(text), &uri, &why), &why);
    return sip_locate(f->l, &uri, TRANSPORT_UDP, on_found, f);
}

static void expect(struct finder *f, const char *uri, const char *found)
{
    find(f, uri);
    sim_run_for(f->sim, 60 * (int64_t)SECOND);
    assert_int_equal(f->answers, 1);
    if (!slice_eq(buf_slice(&f->found), slice_of(found)))
        fail_msg("%s: got \"%.*s\", expected \"%s\"", uri,
                 SLICE_ARG(buf_slice(&f->found)), found);
}

struct row {
    const char *uri, *found;
};

/* proves SIP-7 */
static void a_uri_leads_to_addresses_in_order(void **state)
{
    static const struct row rows[] = {
        /* an address: nothing is asked */
        {"sip:10.0.0.9", "udp 10.0.0.9:5060"},
        {"sip:10.0.0.9:5070;transport=tcp", "tcp 10.0.0.9:5070"},
        {"sip:ims.example;maddr=10.0.0.8", "udp 10.0.0.8:5060"},
        /* a port: A and AAAA, UDP */
        {"sip:plain.example:5090", "udp 10.0.0.4:5090"},
        {"sip:plain.example:5090;transport=tcp", "tcp 10.0.0.4:5090"},
        /* neither: NAPTR, SRV, A */
        {"sip:ims.example", "tcp 10.0.0.1:5063 | udp 10.0.0.1:5061 | "
                            "udp 10.0.0.2:5062 | udp 10.0.0.3:5062"},
        /* a transport: SRV */
        {"sip:ims.example;transport=udp",
         "udp 10.0.0.1:5061 | udp 10.0.0.2:5062 | udp 10.0.0.3:5062"},
        {"sip:srv.example", "udp 10.0.0.1:5064 | tcp 10.0.0.2:5065 | "
                            "tcp 10.0.0.3:5065"},
        /* nothing but an address record */
        {"sip:plain.example", "udp 10.0.0.4:5060"},
        {"sip:plain.example;transport=tcp", "tcp 10.0.0.4:5060"},
        /* nothing at all */
        {"sip:nobody.example", "NOT_FOUND"},
        /* no such service, though there is an address (RFC 2782) */
        {"sip:gone.example", "NOT_FOUND"},
        {"sip:gone.example;transport=udp", "NOT_FOUND"},
        {"sip:gone.example;transport=tcp", "tcp 10.0.0.5:5060"},
        {"sip:gone.example:5060", "udp 10.0.0.5:5060"},
        {"sip:half.example", "tcp 10.0.0.1:5066"},
        {"sip:half.example;transport=udp", "NOT_FOUND"},
        {"sips:ims.example", "UNSUPPORTED"},
        {"tel:+123", "UNSUPPORTED"},
        {"sip:ims.example;transport=tls", "UNSUPPORTED"},
        {"sip:ims.example;transport=pigeon", "UNSUPPORTED"},
        {"sip:[2001:db8::9]", "NOT_FOUND"}, /* no IPv6 here */
        /* the topology's table */
        {"sip:scscf1.ims.example", "udp 10.1.0.1:5070 | tcp 10.1.0.1:5071"},
        {"sip:scscf1.ims.example;transport=tcp", "tcp 10.1.0.1:5071"},
        {"sip:scscf1.ims.example:5062",
         "udp 10.1.0.1:5062 | tcp 10.1.0.1:5062"},
        {"sip:as.ims.example", "udp 172.17.0.5:5060"},
        {"sip:as.ims.example:5080;transport=tcp", "tcp 172.17.0.5:5080"},
        /* of a domain, whose entry points are where the table says */
        {"sip:home.example", "udp 10.2.0.1:5080 | tcp 10.2.0.2:5081"},
        {"sip:home.example:5060", "udp 10.2.0.1:5080 | tcp 10.2.0.2:5081"},
        {"sip:home.example:5062;transport=tcp", "tcp 10.2.0.2:5081"},
        {"sip:udp.example:5062;transport=tcp", "udp 10.3.0.1:5090"},
        {"sip:udp.example;transport=tls", "udp 10.3.0.1:5090"},
    };
    struct finder *f = finder_new(1, false);

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        expect(f, rows[i].uri, rows[i].found);
    finder_free(f);
}

/* proves SIP-7 */
static void a_domain_without_sip_is_told_as_such(void **state)
{
    struct finder *f = finder_new(1, false);

    (void)state;
    expect(f, "sip:gone.example", "NOT_FOUND");
    assert_string_equal(f->why, "gone.example says in DNS that it has no SIP");
    expect(f, "sip:nobody.example", "NOT_FOUND");
    assert_string_equal(f->why, "nobody.example has no usable address");
    finder_free(f);
}

/* proves SIP-7 */
static void ipv6_stands_before_ipv4_where_both_are(void **state)
{
    struct finder *f = finder_new(1, true);

    (void)state;
    expect(f, "sip:plain.example",
           "udp [2001:db8::4]:5060 | udp 10.0.0.4:5060");
    expect(f, "sip:[2001:db8::9]:5070", "udp [2001:db8::9]:5070");
    finder_free(f);
}

/* proves SIP-7: RFC 2782 */
static void weights_are_drawn_by_the_dice(void **state)
{
    struct finder *f = finder_new(7, false);
    unsigned heavy = 0;

    (void)state;
    for (int i = 0; i < 1000; i++) {
        find(f, "sip:w.example;transport=udp");
        sim_run_for(f->sim, SECOND);
        heavy += slice_starts(buf_slice(&f->found), S("udp 10.0.0.1:"));
        assert_has(buf_slice(&f->found), " | ");
    }
    assert_in_range(heavy, 850, 950);
    finder_free(f);
}

/* proves SIP-7 */
static void what_failed_stands_last_for_a_while(void **state)
{
    struct finder *f = finder_new(1, false);
    struct addr first = world_addr("10.0.0.1:5064", TRANSPORT_UDP);

    (void)state;
    sip_locate_failed(f->l, &first);
    assert_true(sip_locate_is_quarantined(f->l, &first));
    find(f, "sip:srv.example");
    sim_run_for(f->sim, SECOND);
    assert_text(buf_slice(&f->found),
                S("tcp 10.0.0.2:5065 | tcp 10.0.0.3:5065 | "
                  "udp 10.0.0.1:5064"));
    sim_run_for(f->sim, 28 * SECOND);
    assert_true(sip_locate_is_quarantined(f->l, &first));
    sim_run_for(f->sim, 2 * SECOND);
    assert_false(sip_locate_is_quarantined(f->l, &first));
    expect(f, "sip:srv.example",
           "udp 10.0.0.1:5064 | tcp 10.0.0.2:5065 | tcp 10.0.0.3:5065");
    sip_locate_failed(f->l, &first);
    sip_locate_answered(f->l, &first);
    assert_false(sip_locate_is_quarantined(f->l, &first));
    finder_free(f);
}

static void the_quarantine_is_bounded(void **state)
{
    struct finder *f = finder_new(1, false);
    struct addr a = world_addr("10.0.0.1:1", TRANSPORT_UDP), first = a;

    (void)state;
    for (int i = 0; i < 1000; i++, a.port++)
        sip_locate_failed(f->l, &a);
    a.port--;
    assert_true(sip_locate_is_quarantined(f->l, &a));
    assert_false(sip_locate_is_quarantined(f->l, &first));
    finder_free(f);
}

static void an_address_is_answered_before_the_call_returns(void **state)
{
    struct finder *f = finder_new(1, false);

    (void)state;
    assert_null(find(f, "sip:10.0.0.9"));
    assert_int_equal(f->answers, 1);
    assert_null(find(f, "sip:scscf1.ims.example"));
    assert_int_equal(f->answers, 1);
    assert_non_null(find(f, "sip:plain.example"));
    assert_int_equal(f->answers, 0);
    finder_free(f);
}

static void a_cancelled_lookup_is_silent_at_every_step(void **state)
{
    (void)state;
    for (int steps = 0; steps < 12; steps++) {
        struct finder *f = finder_new(1, true);
        struct sip_locate_query *q = find(f, "sip:ims.example");

        for (int i = 0; i < steps; i++)
            sim_step(f->sim);
        if (f->answers == 0)
            sip_locate_cancel(q);
        else
            f->answers--;
        sim_run_for(f->sim, 30 * SECOND);
        assert_int_equal(f->answers, 0);
        finder_free(f);
    }
}

static void a_silent_dns_is_a_time_out(void **state)
{
    struct finder *f = finder_new(1, false);

    (void)state;
    sim_dns_silent(f->sim, true);
    expect(f, "sip:ims.example", "TIMEOUT");
    expect(f, "sip:plain.example:5060", "TIMEOUT");
    expect(f, "sip:srv.example;transport=tcp", "TIMEOUT");
    finder_free(f);
}

/* proves SIP-7 (RFC 3263 4.3) */
static void who_cannot_be_asked_for_may_be_there(void **state)
{
    static const struct {
        enum ims_err dns;
        const char *found, *says;
    } rows[] = {
        {IMS_UNREACHABLE, "UNREACHABLE", "No DNS server answers"},
        {IMS_FULL, "UNREACHABLE", "too many questions are under way"},
        {IMS_MALFORMED, "NOT_FOUND", "no usable address"},
    };
    static const char *const uris[] = {"sip:ims.example",
                                       "sip:plain.example:5060",
                                       "sip:srv.example;transport=tcp"};
    struct finder *f = finder_new(1, false);

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        sim_dns_fail(f->sim, rows[i].dns);
        for (size_t k = 0; k < 3; k++) {
            expect(f, uris[k], rows[i].found);
            assert_has(slice_of(f->why), rows[i].says);
        }
    }
    sim_dns_fail(f->sim, IMS_OK);
    expect(f, "sip:plain.example:5060", "udp 10.0.0.4:5060");
    finder_free(f);
}

static void lookups_under_way_go_with_their_owner(void **state)
{
    struct finder *f = finder_new(1, true);

    (void)state;
    find(f, "sip:ims.example");
    find(f, "sip:plain.example:5060");
    finder_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_uri_leads_to_addresses_in_order),
        cmocka_unit_test(a_domain_without_sip_is_told_as_such),
        cmocka_unit_test(ipv6_stands_before_ipv4_where_both_are),
        cmocka_unit_test(weights_are_drawn_by_the_dice),
        cmocka_unit_test(what_failed_stands_last_for_a_while),
        cmocka_unit_test(the_quarantine_is_bounded),
        cmocka_unit_test(an_address_is_answered_before_the_call_returns),
        cmocka_unit_test(a_cancelled_lookup_is_silent_at_every_step),
        cmocka_unit_test(a_silent_dns_is_a_time_out),
        cmocka_unit_test(who_cannot_be_asked_for_may_be_there),
        cmocka_unit_test(lookups_under_way_go_with_their_owner),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
