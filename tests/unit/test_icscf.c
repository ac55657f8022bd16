/* SPDX-License-Identifier: MIT */
#include "sip/views.h"
#include "support/check.h"
#include "support/ims.h"
#include "support/nodes.h"
#include "support/puppet.h"
#include <stdio.h>

/* An I-CSCF with its HSS; S-CSCF and neighbours are puppets.
 *
 * proves P-TRU-1 I-REG-1 I-REG-2 I-SES-1 I-SES-2 I-SES-3 I-SES-5 I-SES-6 H-CX-3
 */

struct fixture {
    struct ims w;
    struct node *hss, *icscf;
    struct puppet pcscf, scscf;
    struct addr to;
    unsigned branch;
};

/* Who is served though not registered: the I-CSCF has to choose an S-CSCF. */
static const char voicemail[] =
    "profiles:\n"
    "  - name: voicemail\n"
    "    ifc:\n"
    "      - priority: 10\n"
    "        server: sip:voicemail.ims.example\n"
    "        part: unregistered\n"
    "        when: [{session_case: terminating-unregistered}]\n"
    "subscribers:\n"
    "  - {impu: sip:v@ims.example, profile: voicemail,\n"
    "     digest: {password: secret}}\n";

static void set_up_with(struct fixture *f, const char *topology)
{
    *f = (struct fixture){.branch = 1};
    ims_init(&f->w, topology);
    f->hss = ims_start(&f->w, "hss1");
    f->icscf = ims_start(&f->w, "icscf1");
    puppet_init(&f->pcscf, f->w.sim, "pcscf", IMS_PCSCF);
    puppet_init(&f->scscf, f->w.sim, "scscf", IMS_SCSCF);
    f->to = world_addr(IMS_ICSCF, TRANSPORT_UDP);
    ims_provision(&f->w, f->hss,
                  "{\"impu\": [\"sip:a@ims.example\", \"tel:+15551001\"],"
                  " \"impi\": \"a@ims.example\","
                  " \"digest\": {\"password\": \"secret\"}}");
    ims_import(&f->w, f->hss, voicemail);
}

static void set_up(struct fixture *f)
{
    set_up_with(f, "");
}

static void tear_down(struct fixture *f)
{
    puppet_fini(&f->pcscf);
    puppet_fini(&f->scscf);
    ims_fini(&f->w);
}

static void says(struct fixture *f, const char *method, const char *uri,
                 const char *more)
{
    puppet_send(&f->pcscf, &f->to,
                "%s %s SIP/2.0\r\n"
                "Via: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bKp%u\r\n"
                "Max-Forwards: 70\r\n"
                "From: <sip:a@ims.example>;tag=a\r\n"
                "To: <sip:a@ims.example>\r\n"
                "Call-ID: c%u\r\nCSeq: 1 %s\r\n"
                "%sContent-Length: 0\r\n\r\n",
                method, uri, f->branch, f->branch, method, more);
    f->branch++;
    sim_run_for(f->w.sim, 100 * MSEC);
}

static unsigned answered(const struct fixture *f)
{
    const struct sip_message *m = puppet_last(&f->pcscf);

    return m ? m->status : 0;
}

static void a_register_goes_to_an_s_cscf_that_can(void **state)
{
    struct fixture f;
    struct sip_message *m;

    (void)state;
    set_up(&f);
    says(&f, "REGISTER", "sip:ims.example", "Path: <sip:p@h;lr>\r\n");
    m = puppet_request(&f.scscf, SIP_REGISTER, 0);
    assert_non_null(m);
    assert_text(m->uri, S("sip:scscf1.ims.example:5060"));
    assert_int_equal(sip_values_count(m, SIP_HDR_RECORD_ROUTE), 0);
    ims_assert_says(f.icscf, "I-REG-2", "S-CSCF scscf1 chosen");
    tear_down(&f);
}

static void who_may_not_register_gets_403(void **state)
{
    struct fixture f;

    (void)state;
    set_up(&f);
    says(&f, "REGISTER", "sip:ims.example",
         "Authorization: Digest username=\"b@ims.example\", realm=\"x\", "
         "nonce=\"\", uri=\"sip:ims.example\", response=\"\"\r\n");
    assert_int_equal(answered(&f), 403);
    assert_int_equal(f.scscf.count, 0);
    ims_assert_says(f.icscf, "I-REG-1", "USER_UNKNOWN");
    tear_down(&f);
}

static void a_silent_s_cscf_is_a_504_when_no_other_is_there(void **state)
{
    struct fixture f;

    (void)state;
    set_up(&f);
    says(&f, "REGISTER", "sip:ims.example", "");
    assert_non_null(puppet_request(&f.scscf, SIP_REGISTER, 0));
    sim_run_for(f.w.sim, 40 * SECOND);
    assert_int_equal(answered(&f), 504);
    ims_assert_says(f.icscf, "I-REG-2", "no S-CSCF left");
    tear_down(&f);
}

static const char two_scscfs[] =
    "name: t\n"
    "networks:\n"
    "  - domain: ims.example\n"
    "    nodes:\n"
    "      - {name: icscf1, role: icscf, host: 127.0.0.2, mw: udp:5060,\n"
    "         admin: 8082}\n"
    "      - {name: scscf1, role: scscf, host: 127.0.0.3, mw: udp:5060,\n"
    "         admin: 8083}\n"
    "      - {name: scscf2, role: scscf, host: 127.0.0.5, mw: udp:5060,\n"
    "         admin: 8083}\n"
    "      - {name: hss1, role: hss, host: 127.0.0.4, store: 'memory:',\n"
    "         diameter: tcp:3868, admin: 8084}\n";

/* A P-CSCF that the topology lists and trusts with nothing. */
static const char untrusted[] =
    "name: t\n"
    "networks:\n"
    "  - domain: ims.example\n"
    "    nodes:\n"
    "      - {name: icscf1, role: icscf, host: 127.0.0.2, mw: udp:5060,\n"
    "         admin: 8082}\n"
    "      - {name: scscf1, role: scscf, host: 127.0.0.3, mw: udp:5060,\n"
    "         admin: 8083}\n"
    "      - {name: hss1, role: hss, host: 127.0.0.4, store: 'memory:',\n"
    "         diameter: tcp:3868, admin: 8084}\n"
    "external:\n"
    "  - {name: other, role: other, host: 127.0.0.1, sip: udp:5070%s}\n";

/* 5.3.1.2, 4.4 */
static void
who_is_not_trusted_registers_nobody_and_asserts_nothing(void **state)
{
    static const struct {
        const char *trust;
        unsigned status; /* of its REGISTER; 0: it goes on */
        unsigned asserted;
    } rows[] = {{"", 403, 0}, {", trust: gm", 403, 0}, {", trust: mw", 0, 1}};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fixture f;
        struct sip_message *m;
        char topology[1500];

        snprintf(topology, sizeof topology, untrusted, rows[i].trust);
        set_up_with(&f, topology);
        says(&f, "REGISTER", "sip:ims.example", "");
        assert_int_equal(answered(&f), rows[i].status);
        says(&f, "INVITE", "sip:v@ims.example",
             "P-Asserted-Identity: <sip:boss@ims.example>\r\n");
        m = puppet_request(&f.scscf, SIP_INVITE, 0);
        assert_non_null(m);
        assert_int_equal(sip_values_count(m, SIP_HDR_P_ASSERTED_IDENTITY),
                         rows[i].asserted);
        if (!rows[i].asserted)
            ims_assert_says(f.icscf, "P-TRU-1", "trusted with nothing");
        tear_down(&f);
    }
}

/* 5.3.1.3: 3xx and 480 are answers of an S-CSCF that another one may replace;
 * others are the user's. */
static void an_s_cscf_that_declines_is_replaced(void **state)
{
    static const struct {
        unsigned status;
        bool replaced;
    } rows[] = {{480, true}, {302, true}, {403, false}, {401, false}};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fixture f;
        struct puppet other, *first;

        set_up_with(&f, two_scscfs);
        puppet_init(&other, f.w.sim, "scscf2", "127.0.0.5:5060");
        says(&f, "REGISTER", "sip:ims.example", "");
        first = other.count ? &other : &f.scscf;
        puppet_answer(first, puppet_request(first, SIP_REGISTER, 0),
                      rows[i].status, "");
        sim_run_for(f.w.sim, 100 * MSEC);
        assert_int_equal(f.scscf.count && other.count, rows[i].replaced);
        assert_int_equal(answered(&f), rows[i].replaced ? 0 : rows[i].status);
        puppet_fini(&other);
        tear_down(&f);
    }
}

/* RFC 3263 4.3, RFC 4320 4.1 */
static void an_s_cscf_that_said_100_is_not_replaced(void **state)
{
    struct fixture f;
    struct puppet other, *first;

    (void)state;
    set_up_with(&f, two_scscfs);
    puppet_init(&other, f.w.sim, "scscf2", "127.0.0.5:5060");
    says(&f, "REGISTER", "sip:ims.example", "");
    first = other.count ? &other : &f.scscf;
    puppet_answer(first, puppet_request(first, SIP_REGISTER, 0), 100, "");
    sim_run_for(f.w.sim, 40 * SECOND);
    assert_int_equal(f.scscf.count && other.count, false);
    assert_int_equal(answered(&f), 100);
    ims_assert_says(f.icscf, "SIP-7", "said 100, and no more in time");
    ims_assert_says(f.icscf, "SIP-4", "too late for a 408");
    puppet_fini(&other);
    tear_down(&f);
}

static void who_is_not_found_gets_404_or_480(void **state)
{
    static const struct {
        const char *uri;
        unsigned status;
        const char *says;
    } rows[] = {
        {"sip:nobody@ims.example", 404, "USER_UNKNOWN"},
        {"tel:+19990000", 404, "USER_UNKNOWN"},
        {"sip:a@ims.example", 480, "IDENTITY_NOT_REGISTERED"},
        {"tel:+1-555-1001", 480, "IDENTITY_NOT_REGISTERED"},
        {"sip:+1-555-1001@ims.example;user=phone", 480,
         "IDENTITY_NOT_REGISTERED"},
        {"urn:service:sos", 404, "urn"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fixture f;

        set_up(&f);
        says(&f, "MESSAGE", rows[i].uri, "");
        if (answered(&f) != rows[i].status)
            fail_msg("%s: %u", rows[i].uri, answered(&f));
        ims_assert_says(f.icscf, "I-SES-1", rows[i].says);
        tear_down(&f);
    }
}

static void a_request_for_a_served_user_goes_to_his_s_cscf(void **state)
{
    struct fixture f;
    struct sip_message *m;

    (void)state;
    set_up(&f);
    says(&f, "INVITE", "sip:v@ims.example;x=y", "");
    m = puppet_request(&f.scscf, SIP_INVITE, 0);
    assert_non_null(m);
    assert_text(m->uri, S("sip:v@ims.example;x=y"));
    assert_text(sip_header_value(m, SIP_HDR_ROUTE),
                S("<sip:scscf1.ims.example:5060;lr>"));
    assert_int_equal(sip_values_count(m, SIP_HDR_RECORD_ROUTE), 0);
    tear_down(&f);
}

/* Silence is what the caller could wait out, an S-CSCF that is not there is
 * told as such (F2). */
static void a_callee_whose_s_cscf_is_away_gets_no_call(void **state)
{
    static const struct {
        bool there;
        unsigned status;
        const char *proc, *says;
    } rows[] = {{true, 408, "SIP-7", "does not answer"},
                {false, 504, "I-SES-6", "cannot be reached: 504"}};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fixture f;

        set_up(&f);
        if (!rows[i].there)
            puppet_fini(&f.scscf);
        says(&f, "INVITE", "sip:v@ims.example", "");
        sim_run_for(f.w.sim, 40 * SECOND);
        assert_int_equal(answered(&f), rows[i].status);
        ims_assert_says(f.icscf, rows[i].proc, rows[i].says);
        if (!rows[i].there)
            puppet_init(&f.scscf, f.w.sim, "scscf", IMS_SCSCF);
        tear_down(&f);
    }
}

static void nobody_with_the_capabilities_is_a_600(void **state)
{
    struct fixture f;

    (void)state;
    set_up(&f);
    ims_import(&f.w, f.hss,
               "profiles:\n"
               "  - name: always\n"
               "    ifc:\n"
               "      - {priority: 1, server: sip:as.ims.example}\n"
               "subscribers:\n"
               "  - {impu: sip:c@ims.example, profile: always,\n"
               "     capabilities: {mandatory: [77]},\n"
               "     digest: {password: secret}}\n");
    says(&f, "INVITE", "sip:c@ims.example", "");
    assert_int_equal(answered(&f), 600);
    ims_assert_says(f.icscf, "I-SES-1", "no S-CSCF has the capabilities");
    tear_down(&f);
}

/* 5.3.1.3: the second question gets no answer, or a refusal. */
static void a_second_question_may_fail_too(void **state)
{
    struct fixture f;

    (void)state;
    set_up(&f);
    says(&f, "REGISTER", "sip:ims.example", "");
    sim_host_kill(f.w.hosts[0]);
    puppet_answer(&f.scscf, puppet_request(&f.scscf, SIP_REGISTER, 0), 480, "");
    sim_run_for(f.w.sim, 20 * SECOND);
    assert_int_equal(answered(&f), 480);
    ims_assert_says(f.icscf, "I-REG-1", "480: no answer from the HSS");
    tear_down(&f);
}

static void a_name_without_end_is_refused(void **state)
{
    struct fixture f;
    char fields[4000];

    (void)state;
    set_up(&f);
    snprintf(fields, sizeof fields,
             "Authorization: Digest username=\"%03000d\", realm=\"x\", "
             "nonce=\"\", uri=\"sip:ims.example\", response=\"\"\r\n",
             1);
    says(&f, "REGISTER", "sip:ims.example", fields);
    assert_int_equal(answered(&f), 400);
    ims_assert_says(f.icscf, "I-REG-1", "the username is too long");
    tear_down(&f);
}

static void a_node_tells_its_state(void **state)
{
    struct fixture f;

    (void)state;
    set_up(&f);
    ims_assert_get(&f.w, f.icscf, "GET /api/v1/state", 200,
                   "\"transactions\":0");
    ims_assert_get(&f.w, f.icscf, "GET /api/v1/peers", 200, "hss1.ims.example");
    ims_assert_get(&f.w, f.icscf, "GET /metrics", 200,
                   "imsbox_sip_transactions 0");
    sim_host_kill(f.w.hosts[0]);
    sim_run_for(f.w.sim, 100 * MSEC);
    ims_assert_get(&f.w, f.icscf, "GET /readyz", 503,
                   "no connection to hss1.ims.example");
    tear_down(&f);
}

/* Not at the watchdog's next time, half a minute later. */
static void a_link_that_was_mended_is_used_at_once(void **state)
{
    struct fixture f;
    struct api_answer a;
    struct why why;

    (void)state;
    set_up(&f);
    api_answer_init(&a);
    api_ask(f.icscf, "POST /api/v1/faults",
            "{\"name\": \"cut\", \"action\": \"loss\", "
            "\"protocol\": \"diameter\"}",
            &a);
    assert_int_equal(a.status, 201);
    api_answer_fini(&a);
    for (unsigned s = 0; s < 80 && node_is_ready(f.icscf, &why); s++)
        sim_run_for(f.w.sim, SECOND);
    ims_assert_get(&f.w, f.icscf, "GET /readyz", 503,
                   "hss1.ims.example does not answer since ");
    api_answer_init(&a);
    api_ask(f.icscf, "DELETE /api/v1/faults/cut", "", &a);
    assert_int_equal(a.status, 204);
    api_answer_fini(&a);
    sim_run_for(f.w.sim, SECOND);
    ims_assert_get(&f.w, f.icscf, "GET /readyz", 200, "");
    tear_down(&f);
}

static void a_route_that_leads_on_is_followed_without_a_question(void **state)
{
    struct fixture f;
    struct sip_message *m;

    (void)state;
    set_up(&f);
    says(&f, "MESSAGE", "sip:nobody@ims.example",
         "Route: <sip:icscf1.ims.example:5060;lr>, "
         "<sip:127.0.0.3:5060;lr>\r\n");
    m = puppet_request(&f.scscf, SIP_MESSAGE, 0);
    assert_non_null(m);
    assert_text(sip_header_value(m, SIP_HDR_ROUTE),
                S("<sip:127.0.0.3:5060;lr>"));
    assert_int_equal(sip_values_count(m, SIP_HDR_RECORD_ROUTE), 0);
    ims_assert_says(f.icscf, "I-SES-5", "own Route leads on");
    tear_down(&f);
}

/* RFC 3329 2.3.1: sec-agree is between the phone and its first hop; P-CSCFs of
 * others leave it in. */
static void what_was_agreed_on_with_the_first_hop_is_asked_of_nobody(void **st)
{
    static const struct {
        const char *says, *unsupported; /* empty: it goes on */
        const char *left;               /* of Require */
    } rows[] = {
        {"Proxy-Require: sec-agree\r\nRequire: path, sec-agree\r\n", "",
         "path"},
        {"Proxy-Require: SEC-Agree\r\nRequire: sec-agree\r\n", "", ""},
        {"Require: sec-agree, path\r\n", "", "path"},
        {"Proxy-Require: sec-agree, foo\r\n", "foo", ""},
        {"Proxy-Require: foo\r\nProxy-Require: sec-agree, bar\r\n", "foo", ""},
    };

    (void)st;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fixture f;
        struct sip_message *m;

        set_up(&f);
        says(&f, "REGISTER", "sip:ims.example", rows[i].says);
        m = puppet_request(&f.scscf, SIP_REGISTER, 0);
        if (*rows[i].unsupported) {
            assert_null(m);
            assert_int_equal(answered(&f), 420);
            m = puppet_last(&f.pcscf);
            assert_text(sip_header_value(m, SIP_HDR_UNSUPPORTED),
                        slice_of(rows[i].unsupported));
            assert_false(sip_has_token(m, SIP_HDR_UNSUPPORTED, S("sec-agree")));
        } else {
            assert_non_null(m);
            assert_int_equal(sip_values_count(m, SIP_HDR_PROXY_REQUIRE), 0);
            assert_text(sip_header_value(m, SIP_HDR_REQUIRE),
                        slice_of(rows[i].left));
            ims_assert_says(f.icscf, "SIP-12", "the first hop has seen to");
        }
        tear_down(&f);
    }
}

/* RFC 3261 11: who asks the domain asks its entry point. */
static void a_request_for_the_domain_is_for_its_entry_point(void **state)
{
    static const struct {
        const char *method, *uri;
        unsigned status;
        bool asks; /* the HSS */
    } rows[] = {
        {"OPTIONS", "sip:ims.example", 200, false},
        {"OPTIONS", "sip:IMS.example:5070;transport=udp", 200, false},
        {"MESSAGE", "sip:ims.example", 404, false},
        {"OPTIONS", "sip:v@ims.example", 0, true},
        {"OPTIONS", "sip:other.ims.example", 404, true},
        {"OPTIONS", "tel:+15559999", 404, true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fixture f;

        set_up(&f);
        says(&f, rows[i].method, rows[i].uri, "");
        if (rows[i].status)
            assert_int_equal(answered(&f), rows[i].status);
        assert_int_equal(ims_says(f.icscf, "SIP-5", "for this node itself"),
                         !rows[i].asks);
        assert_int_equal(ims_says(f.hss, "H-CX-3", ""), rows[i].asks);
        tear_down(&f);
    }
}

/* proves I-SES-3 */
static void an_ack_goes_where_a_route_leads_and_nowhere_else(void **state)
{
    struct fixture f;
    struct sip_message *m;

    (void)state;
    set_up(&f);
    says(&f, "ACK", "sip:v@ims.example", "");
    says(&f, "ACK", "sip:x@127.0.0.3:5060", "");
    assert_int_equal(f.scscf.count, 0);
    ims_assert_says(f.icscf, "I-SES-3", "the ACK is dropped: no Route");
    says(&f, "ACK", "sip:v@ims.example", "Route: <sip:127.0.0.3:5060;lr>\r\n");
    m = puppet_request(&f.scscf, SIP_ACK, 0);
    assert_non_null(m);
    assert_int_equal(f.scscf.count, 1);
    assert_text(sip_header_value(m, SIP_HDR_MAX_FORWARDS), S("69"));
    tear_down(&f);
}

/* proves I-SES-2 */
static void an_s_cscf_is_told_the_wildcard_that_the_hss_found(void **state)
{
    static const struct {
        const char *uri, *key, *goes_on;
    } rows[] = {
        {"sip:room-8@ims.example", "", "<sip:room-!.*!@ims.example>"},
        {"sip:room-8@ims.example", "P-Profile-Key: <sip:other@x>\r\n",
         "<sip:room-!.*!@ims.example>"},
        {"sip:v@ims.example", "", ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fixture f;
        struct sip_message *m;

        set_up(&f);
        ims_import(&f.w, f.hss,
                   "subscribers:\n"
                   "  - impu: {impu: \"sip:room-!.*!@ims.example\",\n"
                   "           type: wildcarded-psi}\n");
        says(&f, "MESSAGE", rows[i].uri, rows[i].key);
        m = puppet_request(&f.scscf, SIP_MESSAGE, 0);
        assert_non_null(m);
        assert_text(sip_header_value(m, SIP_HDR_P_PROFILE_KEY),
                    slice_of(rows[i].goes_on));
        assert_int_equal(sip_values_count(m, SIP_HDR_P_PROFILE_KEY),
                         *rows[i].goes_on != '\0');
        tear_down(&f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_with_the_capabilities_is_a_600),
        cmocka_unit_test(a_second_question_may_fail_too),
        cmocka_unit_test(a_name_without_end_is_refused),
        cmocka_unit_test(a_node_tells_its_state),
        cmocka_unit_test(a_link_that_was_mended_is_used_at_once),
        cmocka_unit_test(a_register_goes_to_an_s_cscf_that_can),
        cmocka_unit_test(who_may_not_register_gets_403),
        cmocka_unit_test(
            what_was_agreed_on_with_the_first_hop_is_asked_of_nobody),
        cmocka_unit_test(a_silent_s_cscf_is_a_504_when_no_other_is_there),
        cmocka_unit_test(
            who_is_not_trusted_registers_nobody_and_asserts_nothing),
        cmocka_unit_test(an_s_cscf_that_declines_is_replaced),
        cmocka_unit_test(an_s_cscf_that_said_100_is_not_replaced),
        cmocka_unit_test(who_is_not_found_gets_404_or_480),
        cmocka_unit_test(a_request_for_the_domain_is_for_its_entry_point),
        cmocka_unit_test(a_request_for_a_served_user_goes_to_his_s_cscf),
        cmocka_unit_test(a_callee_whose_s_cscf_is_away_gets_no_call),
        cmocka_unit_test(an_ack_goes_where_a_route_leads_and_nowhere_else),
        cmocka_unit_test(an_s_cscf_is_told_the_wildcard_that_the_hss_found),
        cmocka_unit_test(a_route_that_leads_on_is_followed_without_a_question),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
