/* SPDX-License-Identifier: MIT */
#include "ims/trust.h"
#include "sip/views.h"
#include "support/check.h"
#include <stdio.h>

/* proves P-TRU-1 */

#define HEAD                                          \
    "Via: SIP/2.0/UDP ue.example;branch=z9hG4bK1\r\n" \
    "From: <sip:alice@ims.example>;tag=1\r\n"         \
    "To: <sip:bob@ims.example>\r\n"                   \
    "Call-ID: 1\r\n"                                  \
    "CSeq: 1 INVITE\r\n"
#define REQUEST "INVITE sip:bob@ims.example SIP/2.0\r\n" HEAD
#define RESPONSE "SIP/2.0 200 OK\r\n" HEAD

typedef void cross(struct sip_message *m);

/* What is left of a header, printed, when the message has crossed. */
static struct slice left(const char *start, const char *name, const char *value,
                         cross *over, struct buf *out)
{
    struct sip_message *m;
    struct why why = {0};
    char text[1024];

    snprintf(text, sizeof text, "%s%s: %s\r\nX-Kept: 1\r\n\r\n", start, name,
             value);
    assert_ok(
        sip_message_parse(slice_of(text), &(struct sip_limits){0}, &m, &why),
        &why);
    over(m);
    out->n = 0;
    assert_ok(sip_message_print(m, out, &why), &why);
    sip_message_drop(m);
    assert_has(buf_slice(out), "X-Kept: 1");
    return buf_slice(out);
}

static void check_crossing(const char *name, const char *value, cross *over,
                           const char *how, bool stays)
{
    static const char *const starts[] = {REQUEST, RESPONSE};
    struct buf out;
    char line[128];

    snprintf(line, sizeof line, "%s: %s\r\n", name, value);
    buf_init(&out, 4096);
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
        if ((slice_find(left(starts[i], name, value, over, &out),
                        slice_of(line)) >= 0) != stays)
            fail_msg("%s %s %s of a %s", name,
                     stays ? "does not come" : "comes", how,
                     i ? "response" : "request");
    buf_fini(&out);
}

/* TS 24.229 4.4.2 to 4.4.19, RFC 5009 section 8: what the network says of
 * itself and of its users. */
static void what_only_the_network_may_say_comes_from_no_phone(void **state)
{
    static const struct {
        const char *name, *value;
        bool is_for_phones;
    } rows[] = {
        {"P-Asserted-Identity", "<sip:director@ims.example>", true},
        {"P-Associated-URI", "<sip:director@ims.example>", true},
        {"P-Called-Party-ID", "<sip:director@ims.example>", true},
        {"P-Early-Media", "sendrecv", true},
        {"P-Asserted-Service", "urn:urn-7:3gpp-service.ims.icsi.mmtel", true},
        {"P-Refused-URI-List", "sip:list@ims.example", true},
        {"P-Media-Authorization", "00112233", true},
        {"Feature-Caps", "*;+g.3gpp.icsi-ref=\"x\"", true},
        {"Response-Source", "fe=\"<urn:3gpp:fe:p-cscf.orig>\"", true},
        {"P-Charging-Vector", "icid-value=free", false},
        {"P-Charging-Function-Addresses", "ccf=192.0.2.1", false},
        {"P-Charge-Info", "<sip:director@ims.example>", false},
        {"P-Served-User", "<sip:director@ims.example>", false},
        {"P-Profile-Key", "<sip:service!.*!@ims.example>", false},
        {"P-User-Database", "<aaa://hss.ims.example>", false},
        {"P-Visited-Network-ID", "elsewhere", false},
        {"P-Private-Network-Indication", "corporate.example", false},
        {"P-DCS-Billing-Info", "1", false},
        {"P-DCS-LAES", "192.0.2.1", false},
        {"P-DCS-OSPS", "BLV", false},
        {"P-DCS-Redirect", "<tel:+1>", false},
        {"P-DCS-Trace-Party-ID", "<tel:+1>", false},
        {"Relayed-Charge", "x", false},
        {"Restoration-Info", "noresponse", false},
        {"Resource-Share", "no-media-sharing", false},
        {"Priority-Share", "allowed", false},
        {"Service-Interact-Info", "x", false},
        {"Origination-Id", "1", false},
        {"Attestation-Info", "A", false},
        {"P-Preferred-Identity", "<sip:alice@ims.example>", true},
    };
    const size_t last = sizeof rows / sizeof *rows - 1; /* a phone's own */

    (void)state;
    for (size_t i = 0; i <= last; i++) {
        check_crossing(rows[i].name, rows[i].value, trust_enter, "from a phone",
                       i == last);
        check_crossing(rows[i].name, rows[i].value, trust_believe_nothing,
                       "from outside", i == last);
        check_crossing(rows[i].name, rows[i].value, trust_leave, "to a phone",
                       rows[i].is_for_phones);
    }
}

/* 7.2A.4: where a phone is it may say, but not in the network's name; nobody
 * else learns it. */
static void where_a_phone_is_the_network_says_itself(void **state)
{
    static const char *const names[] = {"P-Access-Network-Info",
                                        "Cellular-Network-Info"};
    static const char own[] = "3GPP-E-UTRAN-FDD;utran-cell-id-3gpp=1",
                      claimed[] = "3GPP-E-UTRAN-FDD;network-provided";

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        check_crossing(names[i], own, trust_enter, "from a phone", true);
        check_crossing(names[i], claimed, trust_enter, "from a phone", false);
        check_crossing(names[i], claimed, trust_believe_nothing, "from outside",
                       true);
        check_crossing(names[i], own, trust_leave, "to a phone", false);
    }
}

static void who_asks_for_privacy_is_not_named_to_a_phone(void **state)
{
    static const char name[] = "Privacy: id\r\nP-Asserted-Identity",
                      other[] = "Privacy: user; header\r\nP-Asserted-Identity",
                      alice[] = "<sip:alice@ims.example>";

    (void)state;
    check_crossing(name, alice, trust_leave, "to a phone", false);
    check_crossing(other, alice, trust_leave, "to a phone", true);
}

/* A phone is no proxy, but it answers with the route that was recorded. */
static void a_phone_records_no_route(void **state)
{
    static const char name[] = "Record-Route", route[] = "<sip:ue.example;lr>";
    struct buf out;

    (void)state;
    buf_init(&out, 4096);
    assert_has_not(left(REQUEST, name, route, trust_enter, &out), route);
    assert_has(left(RESPONSE, name, route, trust_enter, &out), route);
    buf_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_only_the_network_may_say_comes_from_no_phone),
        cmocka_unit_test(where_a_phone_is_the_network_says_itself),
        cmocka_unit_test(who_asks_for_privacy_is_not_named_to_a_phone),
        cmocka_unit_test(a_phone_records_no_route),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
