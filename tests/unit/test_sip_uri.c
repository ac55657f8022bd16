/* SPDX-License-Identifier: MIT */
#include "sip/chars.h"
#include "sip/uri.h"
#include "support/check.h"
#include "support/guard.h"

/* proves SIP-1 SIP-3 */

static struct sip_uri parsed(struct slice text)
{
    struct sip_uri u;
    struct why why;

    assert_ok(sip_uri_parse(text, &u, &why), &why);
    return u;
}

static void a_sip_uri_falls_into_its_parts(void **state)
{
    struct sip_uri u =
        parsed(S("SIPS:al%69ce:secret@[2001:db8::1]:5061;lr;x=y?a=b&c="));
    struct slice v;

    (void)state;
    assert_int_equal(u.scheme, SIP_SCHEME_SIPS);
    assert_text(u.user, S("al%69ce"));
    assert_text(u.password, S("secret"));
    assert_text(u.host, S("[2001:db8::1]"));
    assert_int_equal(u.port, 5061);
    assert_text(u.params, S("lr;x=y"));
    assert_text(u.headers, S("a=b&c="));
    assert_true(sip_uri_has_lr(&u));
    assert_true(sip_uri_param(&u, S("X"), &v));
    assert_text(v, S("y"));
    assert_true(sip_uri_header(&u, S("A"), &v));
    assert_text(v, S("b"));
    assert_false(sip_uri_param(&u, S("l"), NULL));
}

static void semicolons_and_question_marks_may_stand_in_the_user(void **state)
{
    struct sip_uri u = parsed(S("sip:user;par=u%40example.net?x@example.com"));

    (void)state;
    assert_text(u.user, S("user;par=u%40example.net?x"));
    assert_int_equal(u.params.n, 0);
    assert_null(u.headers.p);
}

static void tel_and_other_schemes_are_uris_too(void **state)
{
    struct sip_uri u = parsed(S("tel:+1-201-555-0123;isub=1"));

    (void)state;
    assert_int_equal(u.scheme, SIP_SCHEME_TEL);
    assert_text(u.user, S("+1-201-555-0123"));
    assert_text(u.params, S("isub=1"));
    assert_true(sip_uri_is_global(&u));
    u = parsed(S("urn:service:sos.fire"));
    assert_int_equal(u.scheme, SIP_SCHEME_OTHER);
    assert_text(u.scheme_name, S("urn"));
    assert_text(u.user, S("service:sos.fire"));
    u = parsed(S("tel:112"));
    assert_false(sip_uri_is_global(&u));
}

static const char *const bad[] = {
    "",
    ":",
    "sip:",
    "sip",
    "1sip:a@b",
    "sip:@b",
    "sip:a@",
    "sip:a@b:0",
    "sip:a@b:65536",
    "sip:a@b:",
    "sip:a@b:5x",
    "sip:a@b;",
    "sip:a@b;;lr",
    "sip:a@b;=x",
    "sip:a@b?",
    "sip:a b@c",
    "sip:a@b c",
    "sip:a@@b",
    "sip:a%4@b",
    "sip:a%zz@b",
    "<sip:a@b>",
    "sip:2001:db8::10",
    "sip:[2001:db8::1",
    "sip:[]",
    "sip:a@[::1]x",
    "tel:",
    "tel:+",
    "tel:+12a",
    "tel:abcxyz",
    "tel:1;",
    "urn:",
    "sip:a@b\"",
    "sip:a@.b",
    "sip:\xc3\xa9@b",
    "sip:a@b : 5060",
};

static void what_is_no_uri_is_refused_with_a_sentence(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        struct sip_uri u = {.port = 7};
        struct why why;

        assert_err(IMS_MALFORMED, sip_uri_parse(slice_of(bad[i]), &u, &why),
                   &why);
        assert_int_equal(u.port, 7);
    }
}

static void more_parameters_than_honest_are_refused(void **state)
{
    char text[2 * 65 + 16] = "sip:a@b";
    struct sip_uri u;
    struct why why;

    (void)state;
    for (int i = 0; i < 64; i++)
        strcat(text, ";a");
    parsed(slice_of(text));
    strcat(text, ";a");
    assert_err(IMS_MALFORMED, sip_uri_parse(slice_of(text), &u, &why), &why);
}

/* The examples of RFC 3261 section 19.1.4, and our own at the end. */
static const char *const equal[][2] = {
    {"sip:%61lice@atlanta.com;transport=TCP",
     "sip:alice@AtLanTa.CoM;Transport=tcp"},
    {"sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5"},
    {"sip:carol@chicago.com", "sip:carol@chicago.com;security=on"},
    {"sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com",
     "sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com"},
    {"sip:alice@atlanta.com?subject=project%20x&priority=urgent",
     "sip:alice@atlanta.com?priority=urgent&subject=project%20x"},
    {"sip:a%3bb@c", "sip:a%3Bb@c"},
    {"sip:a@[::1]", "SIP:a@[::1];x"},
    {"sip:a@[2001:db8::9]:5060", "sip:a@[2001:DB8:0:0:0:0:0:9]:5060"},
    {"sip:a@[::ffff:192.0.2.128]", "sip:a@[::ffff:c000:280]"},
    {"tel:+1-(201)-555.0123", "TEL:+12015550123"},
    {"tel:863-1234;phone-context=+1-914-555", "tel:8631234;phone-context="
                                              "+1914555"},
    {"tel:7042;a=1;phone-context=Example.com", "tel:7042;phone-context=example"
                                               ".COM;a=1"},
    {"urn:service:sos", "URN:service:sos"},
};

static const char *const different[][2] = {
    {"SIP:ALICE@AtLanTa.CoM;Transport=udp",
     "sip:alice@AtLanTa.CoM;Transport=UDP"},
    {"sip:bob@biloxi.com", "sip:bob@biloxi.com:5060"},
    {"sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=udp"},
    {"sip:bob@biloxi.com", "sip:bob@biloxi.com:6000;transport=tcp"},
    {"sip:carol@chicago.com", "sip:carol@chicago.com?Subject=next%20meeting"},
    {"sip:bob@phone21.boxesbybob.com", "sip:bob@192.0.2.4"},
    {"sip:carol@chicago.com;security=on", "sip:carol@chicago.com;security=off"},
    {"sip:a@b", "sips:a@b"},
    {"sip:a@[2001:db8::9]", "sip:a@[2001:db8::8]"},
    {"sip:a@[::ffff:192.0.2.128]", "sip:a@192.0.2.128"},
    {"sip:a@b;user=phone", "sip:a@b"},
    {"sip:a@b;user=phone", "sip:a@b;user=ip"},
    {"sip:a@b;maddr=1.2.3.4", "sip:a@b"},
    {"sip:a@b;ttl=1", "sip:a@b"},
    {"sip:a:p@b", "sip:a@b"},
    {"sip:a:p@b", "sip:a:P@b"},
    {"sip:a:@b", "sip:a@b"},
    {"sip:b", "sip:a@b"},
    {"sip:value%41@b", "sip:value%2541@b"},
    {"sip:a;b@c", "sip:a%3bb@c"},
    {"tel:+12015550123", "tel:12015550123"},
    {"tel:+12015550123", "tel:+12015550123;ext=1"},
    {"tel:7042;phone-context=a.com", "tel:7042;phone-context=b.com"},
    {"urn:service:sos", "urn:service:SOS"},
    {"sip:a@b", "tel:+1"},
};

static void equality_is_that_of_the_rfc_in_both_directions(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(equal) / sizeof(*equal); i++) {
        struct slice a = slice_of(equal[i][0]), b = slice_of(equal[i][1]);

        if (!sip_uri_eq_text(a, b) || !sip_uri_eq_text(b, a))
            fail_msg("%s should equal %s", equal[i][0], equal[i][1]);
    }
    for (size_t i = 0; i < sizeof(different) / sizeof(*different); i++) {
        struct slice a = slice_of(different[i][0]);
        struct slice b = slice_of(different[i][1]);

        if (sip_uri_eq_text(a, b) || sip_uri_eq_text(b, a))
            fail_msg("%s should not equal %s", different[i][0],
                     different[i][1]);
    }
    assert_false(sip_uri_eq_text(S("sip:"), S("sip:")));
}

static const char *const canon[][2] = {
    {"SIP:alice@IMS.Example;transport=tcp?a=b", "sip:alice@ims.example"},
    {"sip:%61lice:pw@ims.example:5060", "sip:alice@ims.example:5060"},
    {"sip:a%00b@x", "sip:a%00b@x"},
    {"sip:a%40b@x", "sip:a%40b@x"},
    {"sip:a%c3%a9@x", "sip:a%C3%A9@x"},
    {"sip:%2b1-201@x;user=phone", "sip:+1201@x"},
    {"sip:+1-(201).5@x;user=phone", "sip:+12015@x"},
    {"sip:#1-5*@x;user=phone", "sip:%2315*@x"},
    {"sip:+1-201;postd=p-1@x", "sip:+1201;postd=p-1@x"},
    {"sip:jo-hn.d@x", "sip:jo-hn.d@x"},
    {"sips:X.example", "sips:x.example"},
    {"tel:+1-201-555-0123;ext=7", "tel:+12015550123"},
    {"tel:+1-201;phone-context=x.example", "tel:+1201"},
    {"tel:7-042;phone-context=Example.COM", "tel:7042;phone-context="
                                            "example.com"},
    {"tel:7042;phone-context=+1-914", "tel:7042;phone-context=+1914"},
    {"URN:service:SOS", "urn:service:SOS"},
};

static void equal_identities_have_one_canonical_form(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(canon) / sizeof(*canon); i++) {
        struct sip_uri u = parsed(slice_of(canon[i][0]));
        char memory[128];
        struct buf b;

        buf_over(&b, memory, sizeof(memory));
        sip_uri_canonical(&u, &b);
        assert_text(buf_slice(&b), slice_of(canon[i][1]));
    }
}

static void a_printed_uri_is_the_text_it_came_from(void **state)
{
    static const char *const texts[] = {
        "sip:a:b@c:5061;lr;x=y?q=r",
        "sips:[::1]:7",
        "tel:+1-2;isub=3",
        "urn:uuid:1-2",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        struct sip_uri u = parsed(slice_of(texts[i]));
        char memory[64];
        struct buf b;

        buf_over(&b, memory, sizeof(memory));
        sip_uri_print(&u, &b);
        assert_text(buf_slice(&b), slice_of(texts[i]));
    }
}

/* RFC 5954 4.2 */
static void an_ipv6_host_is_the_same_however_it_is_spelled(void **state)
{
    static const struct {
        const char *a, *b;
        bool equal;
    } rows[] = {
        {"[2001:db8::1]", "[2001:DB8:0:0:0:0:0:1]", true},
        {"[2001:db8::1]", "[2001:db8::2]", false},
        {"[::ffff:10.0.0.1]", "10.0.0.1", false},
        {"[::1]", "a.example", false},
        {"[x", "[y", false},
        {"A.example", "a.EXAMPLE", true},
        {"10.0.0.1", "10.0.0.2", false},
        {"", "[::1]", false},
        {"", "", true},
    };
    struct sip_uri a = parsed(S("sip:[2001:db8::1]")),
                   b = parsed(S("sip:x@[2001:DB8:0::1]:5060"));

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct slice x = slice_of(rows[i].a), y = slice_of(rows[i].b);

        assert_int_equal(sip_host_eq(x, y), rows[i].equal);
        assert_int_equal(sip_host_eq(y, x), rows[i].equal);
    }
    assert_true(sip_uri_eq_hostport(&a, &b));
}

static void a_port_left_out_is_the_scheme_s(void **state)
{
    struct sip_uri a = parsed(S("sip:A.example")),
                   b = parsed(S("sip:x@a."
                                "example:5060"));

    (void)state;
    assert_true(sip_uri_eq_hostport(&a, &b));
    a = parsed(S("sips:a.example"));
    assert_int_equal(sip_uri_port(&a), 5061);
    assert_false(sip_uri_eq_hostport(&a, &b));
    a = parsed(S("sip:a;transport=TcP"));
    assert_int_equal(sip_uri_transport(&a), TRANSPORT_TCP);
}

static void escapes_are_undone_once(void **state)
{
    char memory[64];
    struct buf b;

    (void)state;
    buf_over(&b, memory, sizeof(memory));
    assert_true(sip_unescape(S("value%2541"), &b));
    assert_text(buf_slice(&b), S("value%41"));
    assert_false(sip_unescape(S("a%4"), &b));
    assert_false(sip_unescape(slice_first(S("a%41"), 3), &b));
    buf_reset(&b);
    sip_escape_user(S("a@b %"), &b);
    assert_text(buf_slice(&b), S("a%40b%20%25"));
}

static void try_uri(void *ctx, struct slice text)
{
    struct sip_uri u;

    (void)ctx;
    if (!sip_uri_parse(text, &u, NULL)) {
        assert_true(sip_uri_eq(&u, &u));
        sip_uri_has_lr(&u);
    }
}

static void no_uri_makes_the_parser_read_too_far(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(canon) / sizeof(*canon); i++)
        each_prefix(slice_of(canon[i][0]), try_uri, NULL);
    for (size_t i = 0; i < sizeof(equal) / sizeof(*equal); i++)
        each_prefix(slice_of(equal[i][0]), try_uri, NULL);
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
        each_prefix(slice_of(bad[i]), try_uri, NULL);
}

static bool in(int c, const char *set)
{
    return c && strchr(set, c);
}

static void the_table_of_characters_is_that_of_the_grammar(void **state)
{
    (void)state;
    for (int c = 0; c < 256; c++) {
        bool alnum = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                     (c >= 'A' && c <= 'Z');
        bool token = alnum || in(c, "-.!%*_+`'~");
        bool visible = c > 32 && c < 127;

        assert_int_equal(sip_is((char)c, CHAR_TOKEN), token);
        assert_int_equal(sip_is((char)c, CHAR_WORD),
                         token || in(c, "()<>:\\\"/[]?{}"));
        assert_int_equal(sip_is((char)c, CHAR_HOST), alnum || in(c, "-._"));
        assert_int_equal(sip_is((char)c, CHAR_USER),
                         alnum || in(c, "-_.!~*'()&=+$,;?/"));
        assert_int_equal(sip_is((char)c, CHAR_URI), visible && !in(c, "<>\"@"));
        assert_int_equal(sip_is((char)c, CHAR_LWS), in(c, " \t\r\n"));
        assert_int_equal(sip_is((char)c, CHAR_PHONE),
                         in(c, "0123456789abcdefABCDEF*#"));
        assert_int_equal(sip_is((char)c, CHAR_RESERVED), in(c, ";/?:@&=+$,"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sip_uri_falls_into_its_parts),
        cmocka_unit_test(semicolons_and_question_marks_may_stand_in_the_user),
        cmocka_unit_test(tel_and_other_schemes_are_uris_too),
        cmocka_unit_test(what_is_no_uri_is_refused_with_a_sentence),
        cmocka_unit_test(more_parameters_than_honest_are_refused),
        cmocka_unit_test(equality_is_that_of_the_rfc_in_both_directions),
        cmocka_unit_test(equal_identities_have_one_canonical_form),
        cmocka_unit_test(a_printed_uri_is_the_text_it_came_from),
        cmocka_unit_test(an_ipv6_host_is_the_same_however_it_is_spelled),
        cmocka_unit_test(a_port_left_out_is_the_scheme_s),
        cmocka_unit_test(escapes_are_undone_once),
        cmocka_unit_test(no_uri_makes_the_parser_read_too_far),
        cmocka_unit_test(the_table_of_characters_is_that_of_the_grammar),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
