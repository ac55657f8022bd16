/* SPDX-License-Identifier: MIT */
#include "sip/views.h"
#include "support/border.h"
#include "support/check.h"
#include <stdio.h>

/* Phones as they are: several accounts at one address, contacts rewritten
 * behind a NAT, ports and transports in a registrar's URI.
 *
 * proves P-REG-1 P-REG-4 P-REG-6 P-ORG-1 P-ORG-2 P-TRU-1 */

static void asks(struct border *f, const char *who, const char *method,
                 const char *uri, const char *more)
{
    puppet_send(&f->phone, &f->gm,
                "%s %s SIP/2.0\r\n"
                "Via: SIP/2.0/UDP 127.0.0.50:5060;branch=z9hG4bKp%u\r\n"
                "Max-Forwards: 70\r\nFrom: <sip:%s@ims.example>;tag=a\r\n"
                "To: <sip:%s@ims.example>\r\n"
                "Call-ID: %s\r\nCSeq: %u %s\r\n"
                "%sContent-Length: 0\r\n\r\n",
                method, uri, f->branch, who, who, who, f->branch, method, more);
    f->branch++;
    border_run(f);
}

static void answers(struct border *f, unsigned status, const char *more)
{
    puppet_answer(&f->icscf, puppet_last(&f->icscf), status, more);
    border_run(f);
    assert_int_equal(puppet_last(&f->phone)->status, status);
}

static void is_registered(struct border *f, const char *who)
{
    char text[500];

    snprintf(text, sizeof text, "Contact: <sip:%s@127.0.0.50:5060>\r\n", who);
    asks(f, who, "REGISTER", "sip:ims.example", text);
    snprintf(text, sizeof text,
             "Contact: <sip:%s@127.0.0.50:5060>;expires=600\r\n"
             "P-Associated-URI: <sip:%s-default@ims.example>, "
             "<sip:%s@ims.example>\r\n"
             "Service-Route: <sip:orig@127.0.0.3:5060;lr>\r\n",
             who, who, who);
    answers(f, 200, text);
}

static struct slice value(const struct sip_message *m, enum sip_header_id id)
{
    assert_non_null(m);
    return sip_header_value(m, id);
}

/* ---- whose request is it? ------------------------------------------------ */

/* RFC 3428 4: MESSAGE has no Contact. */
static void of_several_accounts_from_tells_who_sends(void **state)
{
    static const struct {
        const char *from, *method, *more, *asserted;
    } rows[] = {
        {"bob", "MESSAGE", "", "<sip:bob-default@ims.example>"},
        {"alice", "MESSAGE", "", "<sip:alice-default@ims.example>"},
        {"bob-default", "MESSAGE", "", "<sip:bob-default@ims.example>"},
        {"nobody", "MESSAGE", "", "<sip:carol-default@ims.example>"},
        /* a Contact that is not the registered one tells nothing ... */
        {"bob", "INVITE", "Contact: <sip:other@127.0.0.50:5060>\r\n",
         "<sip:bob-default@ims.example>"},
        /* ... else it counts more than From, and what is preferred most */
        {"bob", "INVITE", "Contact: <sip:alice@127.0.0.50:5060>\r\n",
         "<sip:alice-default@ims.example>"},
        {"bob", "INVITE",
         "Contact: <sip:bob@127.0.0.50:5060>\r\n"
         "P-Preferred-Identity: <sip:alice@ims.example>\r\n",
         "<sip:alice@ims.example>"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct border f;

        border_init(&f, "");
        is_registered(&f, "alice");
        is_registered(&f, "bob");
        is_registered(&f, "carol");
        asks(&f, rows[i].from, rows[i].method, "sip:z@ims.example",
             rows[i].more);
        assert_text(value(puppet_last(&f.scscf), SIP_HDR_P_ASSERTED_IDENTITY),
                    slice_of(rows[i].asserted));
        border_fini(&f);
    }
}

/* ---- early media --------------------------------------------------------- */

/* RFC 5009 8: what a phone may receive early is the network's to say; that it
 * knows the header is told for it. */
static void a_caller_who_knows_of_early_media_has_it_told_for_him(void **state)
{
    static const struct {
        const char *method, *says, *told;
    } rows[] = {
        {"INVITE", "P-Early-Media: supported\r\n", "supported"},
        {"INVITE", "P-Early-Media: sendrecv, supported\r\n", "supported"},
        {"INVITE", "P-Early-Media: sendonly\r\nP-Early-Media: gated\r\n",
         "supported"},
        {"INVITE", "", ""},
        {"MESSAGE", "P-Early-Media: supported\r\n", ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct border f;

        border_init(&f, "");
        is_registered(&f, "bob");
        asks(&f, "bob", rows[i].method, "sip:z@ims.example", rows[i].says);
        assert_text(value(puppet_last(&f.scscf), SIP_HDR_P_EARLY_MEDIA),
                    slice_of(rows[i].told));
        assert_int_equal(
            sip_values_count(puppet_last(&f.scscf), SIP_HDR_P_EARLY_MEDIA),
            *rows[i].told ? 1 : 0);
        border_fini(&f);
    }
}

/* ---- where a REGISTER goes ----------------------------------------------- */

/* TS 24.229 5.1.1.2.1, 5.2.2.1: its Request-URI names the home network. */
static void the_domain_alone_tells_where_a_register_goes(void **state)
{
    static const char *const uris[] = {
        "sip:ims.example:5062",
        "sip:ims.example;transport=tcp",
        "sip:ims.example;transport=tls",
        "sip:ims.example:5099;maddr=127.0.0.3",
        "sip:nobody@ims.example:5062",
        "sip:127.0.0.2:5060",
        "sip:home.example:5062;transport=udp", /* by DNS */
    };

    (void)state;
    for (size_t i = 0; i < sizeof uris / sizeof *uris; i++) {
        struct border f;
        struct why why;

        border_init(&f, "");
        assert_ok(sim_dns_add(f.w.sim, S("home.example A 127.0.0.2"), &why),
                  &why);
        asks(&f, "bob", "REGISTER", uris[i],
             "Contact: <sip:bob@127.0.0.50:5060>\r\n");
        border_run(&f);
        assert_non_null(puppet_last(&f.icscf));
        assert_text(puppet_last(&f.icscf)->uri, slice_of(uris[i]));
        border_fini(&f);
    }
}

/* ---- an answer from another contact ----------------------------------------
 */

/* A phone behind a NAT learns its address of the 401's Via, and writes that. */
static void an_answer_is_known_by_its_nonce(void **state)
{
    static const char challenge[] =
        "WWW-Authenticate: Digest realm=\"ims.example\", nonce=\"n1\", "
        "algorithm=AKAv1-MD5, qop=\"auth\"\r\n";
    static const struct {
        const char *who, *nonce, *protection;
        const char *at; /* where the answer comes from */
    } rows[] = {
        {"bob", "n1", "integrity-protected=\"yes\"", BORDER_PHONE},
        {"bob", "n2", "integrity-protected=\"no\"", BORDER_PHONE},
        /* another user, another phone */
        {"alice", "n1", "integrity-protected=\"no\"", BORDER_PHONE},
        {"bob", "n1", "integrity-protected=\"no\"", "127.0.0.50:5062"},
        {"bob", "n1", "integrity-protected=\"no\"", "127.0.0.51:5060"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct border f;
        char more[500];

        border_init(&f, "");
        asks(&f, "bob", "REGISTER", "sip:ims.example",
             "Contact: <sip:bob@192.168.0.2:5060>\r\n");
        answers(&f, 401, challenge);
        puppet_fini(&f.phone);
        puppet_init(&f.phone, f.w.sim, "other", rows[i].at);
        snprintf(more, sizeof more,
                 "Contact: <sip:%s@%s>\r\n"
                 "Authorization: Digest username=\"x@ims.example\", "
                 "realm=\"ims.example\", nonce=\"%s\", "
                 "uri=\"sip:ims.example\", algorithm=AKAv1-MD5, "
                 "response=\"00\"\r\n",
                 rows[i].who, rows[i].at, rows[i].nonce);
        asks(&f, rows[i].who, "REGISTER", "sip:ims.example", more);
        assert_has(value(puppet_request(&f.icscf, SIP_REGISTER, 1),
                         SIP_HDR_AUTHORIZATION),
                   rows[i].protection);
        border_fini(&f);
    }
}

/* Its 200 names whom it likes. */
static void who_is_not_the_home_network_registers_nobody(void **state)
{
    static const struct {
        const char *uri;
        bool counts;
    } rows[] = {{"sip:ims.example", true}, {"sip:" IMS_ICSCF, false}};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct border f;

        border_init(&f, "");
        asks(&f, "bob", "REGISTER", rows[i].uri,
             "Contact: <sip:bob@127.0.0.50:5060>\r\n");
        answers(&f, 200,
                "Contact: <sip:bob@127.0.0.50:5060>;expires=600\r\n"
                "P-Associated-URI: <sip:bob@ims.example>\r\n");
        ims_assert_get(&f.w, f.pcscf, "GET /metrics", 200,
                       rows[i].counts ? "imsbox_bindings 1"
                                      : "imsbox_bindings 0");
        border_fini(&f);
    }
}

/* ---- what the registrar has forgotten ------------------------------------ */

/* TS 24.229 5.4.1.4: 481, by an S-CSCF that was started anew. */
static void who_leaves_a_registrar_that_forgot_him_is_let_go(void **state)
{
    static const struct {
        unsigned status;
        const char *more; /* of the REGISTER */
        bool stays;
        const char *uri; /* NULL: of his domain */
    } rows[] = {
        {481, "Contact: <sip:bob@127.0.0.50:5060>;expires=0\r\n", false, NULL},
        {481, "Contact: <sip:bob@127.0.0.50:5060>\r\nExpires: 0\r\n", false,
         NULL},
        {481, "Contact: *\r\nExpires: 0\r\n", false, NULL},
        {481,
         "Contact: <sip:x@127.0.0.50>, <sip:bob@127.0.0.50:5060>\r\nExpires: "
         "0\r\n",
         false, NULL},
        /* another contact, a query, who wants to stay, another answer */
        {481, "Contact: <sip:x@127.0.0.50:5060>;expires=0\r\n", true, NULL},
        {481, "", true, NULL},
        {481, "Contact: <sip:bob@127.0.0.50:5060>;expires=60\r\n", true, NULL},
        {481,
         "Contact: <sip:bob@127.0.0.50:5060>;expires=0, <sip:x@127.0.0.50>\r\n",
         true, NULL},
        {403, "Contact: <sip:bob@127.0.0.50:5060>;expires=0\r\n", true, NULL},
        {504, "Contact: *\r\nExpires: 0\r\n", true, NULL},
        /* nobody has asked him who he is */
        {404, "Contact: *\r\nExpires: 0\r\n", true, NULL},
        {481, "Contact: *\r\nExpires: 0\r\n", true, "sip:127.0.0.2:5060"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct border f;
        unsigned before;

        border_init(&f, "");
        is_registered(&f, "alice");
        is_registered(&f, "bob");
        asks(&f, "bob", "REGISTER",
             rows[i].uri ? rows[i].uri : "sip:ims.example", rows[i].more);
        answers(&f, rows[i].status, "");
        ims_assert_get(&f.w, f.pcscf, "GET /metrics", 200,
                       rows[i].stays ? "imsbox_bindings 2"
                                     : "imsbox_bindings 1");
        assert_int_equal(ims_says(f.pcscf, "P-REG-6", "is deregistered"),
                         !rows[i].stays);
        /* the other account stays */
        before = f.scscf.count;
        asks(&f, "alice", "MESSAGE", "sip:z@ims.example", "");
        assert_int_equal(f.scscf.count, before + 1);
        border_fini(&f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_several_accounts_from_tells_who_sends),
        cmocka_unit_test(a_caller_who_knows_of_early_media_has_it_told_for_him),
        cmocka_unit_test(an_answer_is_known_by_its_nonce),
        cmocka_unit_test(the_domain_alone_tells_where_a_register_goes),
        cmocka_unit_test(who_is_not_the_home_network_registers_nobody),
        cmocka_unit_test(who_leaves_a_registrar_that_forgot_him_is_let_go),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
