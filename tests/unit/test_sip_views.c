/* SPDX-License-Identifier: MIT */
#include "sip/message_parts.h"
#include "sip/views.h"
#include "support/check.h"
#include "support/guard.h"

/* proves SIP-1 */

static void parameters_are_tokens_hosts_or_quoted(void **state)
{
    struct slice rest = S("a=1 ; b ;c = \"x;\\\"y\";d=[::1]"), v;
    struct sip_param p;

    (void)state;
    assert_true(sip_params_valid(rest));
    assert_true(sip_param_next(&rest, &p));
    assert_text(p.name, S("a"));
    assert_text(p.value, S("1"));
    assert_true(sip_param_next(&rest, &p));
    assert_text(p.name, S("b"));
    assert_null(p.value.p);
    assert_true(sip_param_next(&rest, &p));
    assert_true(p.quoted);
    assert_text(p.value, S("x;\\\"y"));
    assert_true(sip_param_next(&rest, &p));
    assert_text(p.value, S("[::1]"));
    assert_false(sip_param_next(&rest, &p));
    assert_null(rest.p);
    assert_true(sip_param(S("x;TAG=1"), S("tag"), &v));
    assert_text(v, S("1"));
    assert_true(sip_params_valid(S("a;; b;")));
    assert_false(sip_params_valid(S(";=")));
    assert_false(sip_params_valid(S("a=\"x")));
    assert_false(sip_params_valid(S("a b")));
    assert_true(sip_params_valid(S("")));
}

static void quoting_and_unquoting_are_inverse(void **state)
{
    char memory[64];
    struct buf b;

    (void)state;
    buf_over(&b, memory, sizeof(memory));
    sip_quote(S("a\"b\\c"), &b);
    assert_text(buf_slice(&b), S("\"a\\\"b\\\\c\""));
    buf_reset(&b);
    sip_unquote(S("a\\\"b\\\\c\\"), &b);
    assert_text(buf_slice(&b), S("a\"b\\c\\"));
}

static void a_quoted_string_has_no_control_characters(void **state)
{
    char memory[64];
    struct buf b;

    (void)state;
    buf_over(&b, memory, sizeof(memory));
    sip_quote(S("J\xc3\xa4n\r\nVia: x\t\x7f"), &b);
    assert_text(buf_slice(&b), S("\"J\xc3\xa4nVia: x\""));
}

struct address {
    const char *value, *display, *uri, *params;
};

static const struct address addresses[] = {
    {"<sip:a@b>", "", "sip:a@b", ""},
    {"<sip:a@b;lr>;tag=1", "", "sip:a@b;lr", "tag=1"},
    {"\"A, \\\"B\" <sip:a,b@c> ;x", "\"A, \\\"B\"", "sip:a,b@c", "x"},
    {"caller<sip:c@d>;tag=3", "caller", "sip:c@d", "tag=3"},
    {"Alice\r\n B <sip:c@d>", "Alice\r\n B", "sip:c@d", ""},
    {"sip:a@b;tag=7", "", "sip:a@b", "tag=7"},
    {"<tel:+1-2;ext=3>;q=0.5", "", "tel:+1-2;ext=3", "q=0.5"},
    {"isbn:2983792873", "", "isbn:2983792873", ""},
    /* RFC 5626 4.1: brackets in the quotes of a header parameter */
    {"sip:a@b:5066;+sip.instance=\"<urn:uuid:1>\"", "", "sip:a@b:5066",
     "+sip.instance=\"<urn:uuid:1>\""},
    {"sip:a@b;tag=1;x=\"<y>\"", "", "sip:a@b", "tag=1;x=\"<y>\""},
    {"sip:a@b ;x=\"<\"", "", "sip:a@b", "x=\"<\""},
    {"tel:+1-2;x=\"\\\"<sip:c@d>\"", "", "tel:+1-2", "x=\"\\\"<sip:c@d>\""},
    {"<sip:a@b>;x=\"<y>\"", "", "sip:a@b", "x=\"<y>\""},
    {"caller <sip:a@b;lr>;x=\"<y>\"", "caller", "sip:a@b;lr", "x=\"<y>\""},
    {"\"A; <B>\" <sip:a@b>;x=\"<y>\"", "\"A; <B>\"", "sip:a@b", "x=\"<y>\""},
};

static void an_address_has_a_name_a_uri_and_parameters(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(addresses) / sizeof(*addresses); i++) {
        const struct address *a = &addresses[i];
        struct sip_name_addr na;
        struct why why;

        assert_ok(sip_name_addr_parse(slice_of(a->value), &na, &why), &why);
        assert_text(na.display, slice_of(a->display));
        assert_text(na.uri, slice_of(a->uri));
        assert_text(na.params, slice_of(a->params));
    }
}

static void a_broken_address_is_refused_with_a_sentence(void **state)
{
    static const char *const bad[] = {
        "",
        "<",
        "<>",
        "<sip:a@b",
        "\"x <sip:a@b>",
        "\"x\" sip:a@b",
        "Bell, A <sip:a@b>",
        "Bell; A <sip:a@b>",
        "sip:a@b;x <sip:c@d>",
        "sip:a@b;x=<sip:c@d>",
        "sip:a@b;x=\"<y>",
        "< sip:a@b >",
        "sip:a@b?x=y",
        "<sip:a@b>x",
        "<sip:a@b>;=",
        "<sip:a@b>,",
        "sip:a@b,c",
        "nothing",
        ":x",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        struct sip_name_addr na;
        struct why why;

        if (!sip_name_addr_parse(slice_of(bad[i]), &na, &why))
            fail_msg("%s should be refused", bad[i]);
        assert_err(IMS_MALFORMED, why.err, &why);
    }
}

static void a_contact_tells_q_expires_instance_and_flow(void **state)
{
    static const char *const no_q[] = {"<sip:a@b>;q=2", "<sip:a@b>;q=01",
                                       "<sip:a@b>;q=0.1234",
                                       "<sip:a@b>;q=1.001", "<sip:a@b>;q=0.a"};
    struct sip_contact c;
    struct why why;

    (void)state;
    assert_ok(sip_contact_parse(S("<sip:a@b>;q=0.25;expires=60;reg-id=2;"
                                  "+sip.instance=\"<urn:uuid:1>\""),
                                &c, &why),
              &why);
    assert_int_equal(c.q, 250);
    assert_true(c.has_expires);
    assert_int_equal(c.expires, 60);
    assert_int_equal(c.reg_id, 2);
    assert_text(c.instance, S("<urn:uuid:1>"));
    assert_ok(sip_contact_parse(S("sip:a@b;reg-id=2;"
                                  "+sip.instance=\"<urn:uuid:1>\";expires=60"),
                                &c, &why),
              &why);
    assert_text(c.addr.uri, S("sip:a@b"));
    assert_int_equal(c.reg_id, 2);
    assert_int_equal(c.expires, 60);
    assert_text(c.instance, S("<urn:uuid:1>"));
    assert_ok(sip_contact_parse(S("sip:a@b;expires=soon"), &c, &why), &why);
    assert_int_equal(c.expires, 3600);
    assert_int_equal(c.q, 1000);
    assert_ok(sip_contact_parse(S("sip:a@b;expires=99999999999"), &c, &why),
              &why);
    assert_int_equal(c.expires, UINT32_MAX);
    assert_ok(sip_contact_parse(S("*"), &c, &why), &why);
    assert_true(c.addr.wildcard);
    for (size_t i = 0; i < sizeof(no_q) / sizeof(no_q[0]); i++)
        assert_err(IMS_MALFORMED,
                   sip_contact_parse(slice_of(no_q[i]), &c, &why), &why);
    assert_err(IMS_MALFORMED,
               sip_contact_parse(S("<sip:a@b>;reg-id=0"), &c, &why), &why);
}

static void a_via_is_read_with_blanks_and_without(void **state)
{
    struct sip_via v;
    struct why why;

    (void)state;
    assert_ok(sip_via_parse(S("SIP  / 2.0\r\n /UDP\r\n    192.0.2.2 : 5061 "
                              ";branch=390skdjuw;rport;alias;keep"),
                            &v, &why),
              &why);
    assert_text(v.protocol, S("SIP"));
    assert_text(v.version, S("2.0"));
    assert_int_equal(v.proto, TRANSPORT_UDP);
    assert_text(v.host, S("192.0.2.2"));
    assert_int_equal(v.port, 5061);
    assert_text(v.branch, S("390skdjuw"));
    assert_true(v.has_rport && !v.rport && v.alias && v.keep);
    assert_ok(sip_via_parse(S("SIP/2.0/UNKNOWN [::1];received=[2001:db8::9]"
                              ";rport=99;maddr=224.0.0.1"),
                            &v, &why),
              &why);
    assert_int_equal(v.proto, TRANSPORT_NONE);
    assert_text(v.host, S("[::1]"));
    assert_int_equal(v.port, 0);
    assert_text(v.received, S("[2001:db8::9]"));
    assert_text(v.maddr, S("224.0.0.1"));
    assert_int_equal(v.rport, 99);
}

/* proves SIP-6: RFC 3261 18.2.1 */
static void a_via_with_received_is_known_as_if_it_were_read_anew(void **state)
{
    static const struct {
        const char *via, *marked;
    } rows[] = {
        {"SIP/2.0/UDP a.example", "SIP/2.0/UDP a.example;received=10.0.0.9"},
        {"SIP/2.0/UDP a.example ; branch=z9 ;keep, SIP/2.0/UDP b",
         "SIP/2.0/UDP a.example ; branch=z9 ;keep;received=10.0.0.9"},
        {"SIP/2.0/UDP a.example:70;maddr=c;\r\n branch=z9",
         "SIP/2.0/UDP a.example:70;maddr=c;   branch=z9;received=10.0.0.9"},
    };
    struct addr from;

    (void)state;
    assert_true(addr_parse_ip(S("10.0.0.9"), &from));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct sip_message *m = sip_request_new(SIP_ACK, S("sip:b"));
        struct sip_header *h = sip_header_insert(m, 0, SIP_HDR_VIA);
        struct sip_via known, read;
        struct why why;

        h->value = slice_of(rows[i].via);
        sip_via_read(m);
        sip_via_add_received(m, &from);
        assert_text(sip_header_value(m, SIP_HDR_VIA), slice_of(rows[i].marked));
        assert_non_null(m->via);
        assert_ok(sip_via_top(m, &known, &why), &why);
        assert_ok(sip_via_parse(slice_of(rows[i].marked), &read, &why), &why);
        assert_text(known.host, read.host);
        assert_text(known.branch, read.branch);
        assert_text(known.maddr, read.maddr);
        assert_text(known.params, read.params);
        assert_text(known.received, S("10.0.0.9"));
        assert_int_equal(known.port, read.port);
        assert_int_equal(known.keep, read.keep);
        sip_message_drop(m);
    }
}

static void a_broken_via_is_refused_with_a_sentence(void **state)
{
    static const char *const bad[] = {
        "",
        "SIP/2.0",
        "SIP/2.0/UDP",
        "SIP/2.0/UDPhost",
        "SIP/2.0/UDP h:0",
        "SIP/2.0/UDP h:99999",
        "SIP/2.0/UDP h;=",
        "SIP/2.0/UDP h;rport=x",
        "SIP/2.0/UDP [::1",
        "SIP/2.0/UDP h h",
        "SIP/2.0/UDP ;branch=x",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        struct sip_via v;
        struct why why;

        if (!sip_via_parse(slice_of(bad[i]), &v, &why))
            fail_msg("%s should be refused", bad[i]);
        assert_err(IMS_MALFORMED, why.err, &why);
    }
}

static void a_branch_is_of_rfc_3261_with_cookie_and_more(void **state)
{
    (void)state;
    assert_true(sip_branch_is_3261(S("z9hG4bKa")));
    assert_true(sip_branch_is_3261(S("Z9HG4BKa")));
    assert_false(sip_branch_is_3261(S("z9hG4bK")));
    assert_false(sip_branch_is_3261(S("390skdjuw")));
}

static void cseq_and_rack_are_numbers_and_a_method(void **state)
{
    struct sip_cseq c;
    struct sip_rack r;
    struct why why;

    (void)state;
    assert_ok(sip_cseq_parse(S("0009\r\n  INVITE"), &c, &why), &why);
    assert_int_equal(c.number, 9);
    assert_int_equal(c.method, SIP_INVITE);
    assert_ok(sip_cseq_parse(S("4294967295 NEW"), &c, &why), &why);
    assert_int_equal(c.method, SIP_METHOD_OTHER);
    assert_text(c.method_name, S("NEW"));
    assert_err(IMS_MALFORMED, sip_cseq_parse(S("4294967296 ACK"), &c, &why),
               &why);
    assert_err(IMS_MALFORMED, sip_cseq_parse(S("1ACK"), &c, &why), &why);
    assert_err(IMS_MALFORMED, sip_cseq_parse(S("1 "), &c, &why), &why);
    assert_err(IMS_MALFORMED, sip_cseq_parse(S("1 A CK"), &c, &why), &why);
    assert_ok(sip_rack_parse(S("776656 1 INVITE"), &r, &why), &why);
    assert_int_equal(r.rseq, 776656);
    assert_int_equal(r.cseq.number, 1);
    assert_err(IMS_MALFORMED, sip_rack_parse(S("1 INVITE"), &r, &why), &why);
}

static void credentials_are_found_by_name_without_quotes(void **state)
{
    struct sip_auth a;
    struct slice v;
    struct why why;

    (void)state;
    assert_ok(sip_auth_parse(S("Digest username=\"a@b\",\r\n realm=\"r\" , "
                               "nonce=\"\",qop=auth,nc=00000001"),
                             &a, &why),
              &why);
    assert_text(a.scheme, S("Digest"));
    assert_true(sip_auth_param(&a, S("Username"), &v));
    assert_text(v, S("a@b"));
    assert_true(sip_auth_param(&a, S("nonce"), &v));
    assert_int_equal(v.n, 0);
    assert_true(sip_auth_param(&a, S("nc"), &v));
    assert_text(v, S("00000001"));
    assert_false(sip_auth_param(&a, S("opaque"), &v));
    assert_ok(
        sip_auth_parse(S("NoOneKnowsThisScheme opaque-data=here"), &a, &why),
        &why);
    assert_err(IMS_MALFORMED, sip_auth_parse(S("Digest realm=\"x"), &a, &why),
               &why);
    assert_err(IMS_MALFORMED, sip_auth_parse(S("Digest"), &a, &why), &why);
    a = sip_auth_info(S("nextnonce=\"1\", rspauth=\"2\""));
    assert_true(sip_auth_param(&a, S("rspauth"), &v));
    assert_text(v, S("2"));
}

#define ASK                                            \
    "REGISTER sip:a SIP/2.0\r\nVia: SIP/2.0/UDP h\r\n" \
    "From: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\n"       \
    "Call-ID: 1\r\nCSeq: 1 REGISTER\r\nMax-Forwards: 70\r\n"

static struct sip_message *request_with(const char *headers)
{
    const struct sip_limits limits = {0};
    struct sip_message *m = NULL;
    struct buf b;
    struct why why;

    buf_init(&b, 4096);
    buf_printf(&b, ASK "%s\r\n", headers);
    assert_ok(sip_message_parse(buf_slice(&b), &limits, &m, &why), &why);
    buf_fini(&b);
    return m;
}

/* RFC 3261 22.3: each realm has its own. */
static void credentials_are_those_for_the_realm(void **state)
{
    struct sip_message *m =
        request_with("Authorization: Basic abc\r\n"
                     "Authorization: Digest username=\"x\",realm=\"one\"\r\n"
                     "Authorization: Digest username=\"y\",realm=\"two\"\r\n");
    static const char *const rows[][3] = {
        {"digest", "", "x"},     {"Digest", "one", "x"}, {"Digest", "two", "y"},
        {"Digest", "TWO", NULL}, {"Digest", "tw", NULL}, {"Bearer", "", NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct sip_auth a;
        struct slice user;
        bool found =
            sip_auth_find(m, SIP_HDR_AUTHORIZATION, slice_of(rows[i][0]),
                          slice_of(rows[i][1]), &a);

        assert_int_equal(found, rows[i][2] != NULL);
        if (!found)
            continue;
        assert_true(sip_auth_param(&a, S("username"), &user));
        assert_text(user, slice_of(rows[i][2]));
    }
    sip_message_drop(m);
}

/* RFC 3323 4.2: priv-values stand one after another. */
static void any_of_the_priv_values_counts(void **state)
{
    static const struct {
        const char *headers;
        bool id;
    } rows[] = {
        {"", false},
        {"Privacy: id\r\n", true},
        {"Privacy: header; ID\r\n", true},
        {"Privacy: user\r\nPrivacy: id;critical\r\n", true},
        {"Privacy: none\r\n", false},
        {"Privacy: ids;history\r\n", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct sip_message *m = request_with(rows[i].headers);

        assert_int_equal(sip_has_privacy(m, S("id")), rows[i].id);
        sip_message_drop(m);
    }
}

/* RFC 5057 5.1: those that end the usage or its dialog, and none that passes.
 */
static void some_refusals_end_a_subscription(void **state)
{
    static const struct {
        unsigned status;
        bool ends;
    } rows[] = {
        {200, false}, {401, false}, {403, false}, {404, true},  {405, true},
        {408, false}, {410, true},  {480, true},  {481, true},  {482, true},
        {483, true},  {485, true},  {486, false}, {489, true},  {500, false},
        {501, true},  {503, false}, {604, true},  {606, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(sip_subscription_ends(rows[i].status), rows[i].ends);
}

static void sessions_events_and_reasons_have_their_views(void **state)
{
    struct sip_session_expires se;
    struct sip_event e;
    struct sip_subscription_state ss;
    struct sip_reason_value r;
    struct why why;

    (void)state;
    assert_ok(sip_session_expires_parse(S("1800;refresher=uac"), &se, &why),
              &why);
    assert_int_equal(se.seconds, 1800);
    assert_text(se.refresher, S("uac"));
    assert_err(IMS_MALFORMED, sip_session_expires_parse(S("x"), &se, &why),
               &why);
    assert_ok(sip_event_parse(S("presence.winfo;id=a;max=2"), &e, &why), &why);
    assert_text(e.package, S("presence.winfo"));
    assert_text(e.id, S("a"));
    assert_ok(sip_subscription_state_parse(
                  S("terminated;reason=timeout;retry-after=30"), &ss, &why),
              &why);
    assert_text(ss.reason, S("timeout"));
    assert_true(ss.has_retry_after && !ss.has_expires);
    assert_ok(sip_reason_parse(S("Q.850 ;cause=16 ;text=\"a;b\""), &r, &why),
              &why);
    assert_text(r.protocol, S("Q.850"));
    assert_int_equal(r.cause, 16);
    assert_text(r.text, S("a;b"));
}

static void a_value_without_its_token_is_refused(void **state)
{
    static const struct slice values[] = {
        {"", 0}, {";id=a", 5}, {"a b", 3}, {"\"a", 2}, {"(c)", 3}};

    (void)state;
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        struct sip_event e;
        struct sip_subscription_state ss;
        struct sip_reason_value r;
        struct why why;

        assert_err(IMS_MALFORMED, sip_event_parse(values[i], &e, &why), &why);
        assert_err(IMS_MALFORMED,
                   sip_subscription_state_parse(values[i], &ss, &why), &why);
        assert_err(IMS_MALFORMED, sip_reason_parse(values[i], &r, &why), &why);
    }
}

static void try_all(void *ctx, struct slice text)
{
    struct sip_name_addr na;
    struct sip_contact c;
    struct sip_via v;
    struct sip_auth a;
    struct sip_item i;
    struct sip_rack r;

    (void)ctx;
    (void)!sip_name_addr_parse(text, &na, NULL);
    (void)!sip_contact_parse(text, &c, NULL);
    (void)!sip_via_parse(text, &v, NULL);
    if (!sip_auth_parse(text, &a, NULL))
        sip_auth_param(&a, S("x"), NULL);
    (void)!sip_item_parse(text, &i, NULL);
    (void)!sip_rack_parse(text, &r, NULL);
    sip_params_valid(text);
}

static void no_value_makes_a_view_read_too_far(void **state)
{
    static const char *const texts[] = {
        "\"A, \\\"B\" <sip:a,b@c> ;x=\"a\\\"\";y",
        "SIP / 2.0 / UDP [::1] : 5061 ;branch=z9hG4bK1;rport=5",
        "Digest username=\"a\\\"b\", realm=r,x=\"\\\\\"",
        "776656 \r\n 1 \r\n INVITE",
        "1800;refresher=uac;x=\"",
        "*;q=0.5;expires=1",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
        each_prefix(slice_of(texts[i]), try_all, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parameters_are_tokens_hosts_or_quoted),
        cmocka_unit_test(quoting_and_unquoting_are_inverse),
        cmocka_unit_test(a_quoted_string_has_no_control_characters),
        cmocka_unit_test(an_address_has_a_name_a_uri_and_parameters),
        cmocka_unit_test(a_broken_address_is_refused_with_a_sentence),
        cmocka_unit_test(a_contact_tells_q_expires_instance_and_flow),
        cmocka_unit_test(a_via_is_read_with_blanks_and_without),
        cmocka_unit_test(a_via_with_received_is_known_as_if_it_were_read_anew),
        cmocka_unit_test(a_broken_via_is_refused_with_a_sentence),
        cmocka_unit_test(a_branch_is_of_rfc_3261_with_cookie_and_more),
        cmocka_unit_test(cseq_and_rack_are_numbers_and_a_method),
        cmocka_unit_test(credentials_are_found_by_name_without_quotes),
        cmocka_unit_test(credentials_are_those_for_the_realm),
        cmocka_unit_test(any_of_the_priv_values_counts),
        cmocka_unit_test(some_refusals_end_a_subscription),
        cmocka_unit_test(sessions_events_and_reasons_have_their_views),
        cmocka_unit_test(a_value_without_its_token_is_refused),
        cmocka_unit_test(no_value_makes_a_view_read_too_far),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
