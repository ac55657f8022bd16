/* SPDX-License-Identifier: MIT */
#include "crypto/digest.h"
#include "sip/views.h"
#include "support/check.h"
#include "support/ims.h"
#include "support/puppet.h"
#include <stdio.h>

/* An S-CSCF with its HSS and a user who registered with two contacts; P- and
 * I-CSCF are puppets.
 *
 * proves S-REG-1 S-REG-3 S-REG-9 S-ORG-1 S-ORG-3 S-TRM-1 S-TRM-2 S-TRM-3 */

struct fixture {
    struct ims w;
    struct node *hss, *scscf;
    struct puppet pcscf, icscf;
    struct addr to;
    unsigned branch;
    unsigned cseq; /* 0: the branch's number */
    char service_route[200];
};

/* fields: header lines, each with CRLF. */
static void says(struct fixture *f, const char *method, const char *uri,
                 const char *party, const char *fields)
{
    /* a challenge is answered in the call in which it was given */
    unsigned call = strcmp(method, "REGISTER") == 0 ? 0 : f->branch;

    puppet_send(&f->pcscf, &f->to,
                "%s %s SIP/2.0\r\n"
                "Via: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bKp%u\r\n"
                "Max-Forwards: 70\r\n"
                "From: <%s>;tag=a\r\nTo: <%s>\r\n"
                "Call-ID: c%u\r\nCSeq: %u %s\r\n"
                "%sContent-Length: 0\r\n\r\n",
                method, uri, f->branch, party, party, call,
                f->cseq ? f->cseq : f->branch, method, fields);
    f->branch++;
    sim_run_for(f->w.sim, 200 * MSEC);
}

/* more: further parameters of Authorization, each with a comma before it. */
static void answer_challenge(const struct sip_message *resp,
                             const char *password, const char *more,
                             char out[700])
{
    struct digest_input in = {.algorithm = DIGEST_MD5,
                              .method = S("REGISTER"),
                              .uri = S("sip:ims.example"),
                              .nc = S("00000001"),
                              .cnonce = S("c"),
                              .qop = DIGEST_QOP_AUTH};
    struct digest_hex ha1, response;
    struct sip_auth challenge;

    assert_int_equal(resp->status, 401);
    assert_true(sip_auth_find(resp, SIP_HDR_WWW_AUTHENTICATE, S("Digest"),
                              S("ims.example"), &challenge));
    assert_true(sip_auth_param(&challenge, S("nonce"), &in.nonce));
    digest_ha1(DIGEST_MD5, S("a@ims.example"), S("ims.example"),
               slice_of(password), &ha1);
    digest_response(&in, digest_slice(&ha1), &response);
    snprintf(out, 700,
             "Authorization: Digest username=\"a@ims.example\", "
             "realm=\"ims.example\", nonce=\"%.*s\", uri=\"sip:ims.example\", "
             "qop=auth, nc=00000001, cnonce=\"c\", "
             "response=\"%.*s\"%s\r\n",
             SLICE_ARG(in.nonce), SLICE_ARG(digest_slice(&response)), more);
}

static const char contacts[] =
    "Path: <sip:tok1@127.0.0.1:5070;lr>\r\n"
    "Contact: <sip:a@127.0.0.50:5060>;q=0.5, <sip:a@127.0.0.51:5060>;q=0.9\r\n";

static void start(struct fixture *f)
{
    *f = (struct fixture){.branch = 1};
    ims_init(&f->w, "");
    f->hss = ims_start(&f->w, "hss1");
    f->scscf = ims_start(&f->w, "scscf1");
    puppet_init(&f->pcscf, f->w.sim, "pcscf", IMS_PCSCF);
    puppet_init(&f->icscf, f->w.sim, "icscf", IMS_ICSCF);
    f->to = world_addr(IMS_SCSCF, TRANSPORT_UDP);
    ims_import(&f->w, f->hss,
               "charging:\n"
               "  - {name: std, ccf: \"aaa://ccf.ims.example\",\n"
               "     ecf: \"aaa://ecf.ims.example\"}\n"
               "subscribers:\n"
               "  - charging: std\n"
               "    privates:\n"
               "      - {impi: a@ims.example, digest: {password: secret}}\n"
               "      - {impi: a2@ims.example, digest: {password: other}}\n"
               "    sets:\n"
               "      - publics: [sip:a@ims.example, tel:+15551001,\n"
               "          {impu: sip:hidden@ims.example, barred: true}]\n"
               "  - {impu: sip:b@ims.example, digest: {password: secret}}\n");
}

static void tear_down(struct fixture *f)
{
    puppet_fini(&f->pcscf);
    puppet_fini(&f->icscf);
    ims_fini(&f->w);
}

static unsigned send_register(struct fixture *f, const char *more)
{
    char fields[1200];

    snprintf(fields, sizeof fields, "%s%s", contacts, more);
    says(f, "REGISTER", "sip:scscf1.ims.example", "sip:a@ims.example", fields);
    return puppet_last(&f->pcscf)->status;
}

/* Asks, is challenged, answers. */
static unsigned enter(struct fixture *f, const char *more)
{
    char authorization[700];

    send_register(f, "");
    answer_challenge(puppet_last(&f->pcscf), "secret", more, authorization);
    return send_register(f, authorization);
}

static void set_up(struct fixture *f)
{
    start(f);
    assert_int_equal(enter(f, ""), 200);
    snprintf(f->service_route, sizeof f->service_route, "Route: %.*s\r\n",
             SLICE_ARG(sip_header_value(puppet_last(&f->pcscf),
                                        SIP_HDR_SERVICE_ROUTE)));
}

static void originate(struct fixture *f, const char *uri, const char *more)
{
    char fields[1000];

    snprintf(fields, sizeof fields, "%s%s", f->service_route, more);
    says(f, "MESSAGE", uri, "sip:a@ims.example", fields);
}

static struct slice value(const struct sip_message *m, enum sip_header_id id)
{
    assert_non_null(m);
    return sip_header_value(m, id);
}

/* ---- registration -------------------------------------------------------- */

/* 5.4.1.1 item 1: the P-CSCF says that nothing of it may count. */
/* 5.4.1.2.2F: another network's P-CSCF is not told of them. */
static void charging_addresses_are_told_at_home_alone(void **state)
{
    static const struct {
        const char *visited, *expected;
    } rows[] = {
        {"P-Visited-Network-ID: \"ims.example\"\r\n",
         "ccf=\"aaa://ccf.ims.example\";ecf=\"aaa://ecf.ims.example\""},
        {"P-Visited-Network-ID: IMS.example\r\n",
         "ccf=\"aaa://ccf.ims.example\";ecf=\"aaa://ecf.ims.example\""},
        {"P-Visited-Network-ID: far.example\r\n", ""},
        {"P-Visited-Network-ID: far.example, ims.example\r\n", ""},
        {"", ""},
    };
    char authorization[700], more[900];

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct fixture f;

        start(&f);
        send_register(&f, "");
        answer_challenge(puppet_last(&f.pcscf), "secret", "", authorization);
        snprintf(more, sizeof more, "%s%s", authorization, rows[i].visited);
        assert_int_equal(send_register(&f, more), 200);
        assert_text(sip_header_value(puppet_last(&f.pcscf),
                                     SIP_HDR_P_CHARGING_FUNCTION_ADDRESSES),
                    slice_of(rows[i].expected));
        tear_down(&f);
    }
}

static void what_is_not_protected_answers_no_challenge(void **state)
{
    struct fixture f;

    (void)state;
    start(&f);
    assert_int_not_equal(enter(&f, ", integrity-protected=\"no\""), 200);
    ims_assert_says(f.scscf, "S-REG-2", "does not say that it came protected");
    assert_int_equal(enter(&f, ", integrity-protected=\"ip-assoc-pending\""),
                     200);
    tear_down(&f);
}

/* Who knows the password of one phone of the user answers as the other. */
static void a_challenge_is_answered_by_whom_it_was_for(void **state)
{
    static const char before[] = "Authorization: Digest username=\"a";
    struct fixture f;
    char authorization[700], other[800];

    (void)state;
    start(&f);
    send_register(&f, "");
    answer_challenge(puppet_last(&f.pcscf), "secret", "", authorization);
    assert_memory_equal(authorization, before, sizeof before - 1);
    snprintf(other, sizeof other, "%s2%s", before,
             authorization + sizeof before - 1);
    assert_int_equal(send_register(&f, other), 401);
    tear_down(&f);
}

/* Each of them is wrong in one thing, and the password is right. */
static void an_answer_must_fit_its_challenge(void **state)
{
    static const struct {
        const char *more, *says;
    } rows[] = {
        {", algorithm=SHA-256", "algorithm or qop of the response"},
        {", auts=\"AAAAAAAAAAAAAAAAAAA=\"", "auts is not 14 bytes in base64"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fixture f;

        start(&f);
        assert_int_equal(enter(&f, rows[i].more), 403);
        ims_assert_says(f.scscf, "S-REG-2", rows[i].says);
        tear_down(&f);
    }
}

/* RFC 3261 10.2.1, RFC 3840: features and Path come back as they came. */
static void a_binding_keeps_the_features_of_its_contact(void **state)
{
    struct fixture f;
    struct sip_message *m;
    char authorization[700], fields[1300];

    (void)state;
    start(&f);
    send_register(&f, "");
    answer_challenge(puppet_last(&f.pcscf), "secret", "", authorization);
    snprintf(fields, sizeof fields,
             "Path: <sip:t@127.0.0.1:5070;lr>\r\n"
             "Path: <sip:127.0.0.9;lr>\r\n"
             "Contact: <sip:a@127.0.0.50:5060>;+sip.instance=\"<urn:uuid:1>\""
             ";audio;q=0.5;expires=100\r\n%s",
             authorization);
    says(&f, "REGISTER", "sip:scscf1.ims.example", "sip:a@ims.example", fields);
    m = puppet_last(&f.pcscf);
    assert_int_equal(m->status, 200);
    assert_int_equal(sip_values_count(m, SIP_HDR_PATH), 2);
    assert_text(sip_header_value(m, SIP_HDR_CONTACT),
                S("<sip:a@127.0.0.50:5060>;+sip.instance=\"<urn:uuid:1>\""
                  ";audio;expires=100;q=0.500"));
    says(&f, "MESSAGE", "sip:a@ims.example", "sip:b@ims.example", "");
    assert_int_equal(sip_values_count(puppet_request(&f.pcscf, SIP_MESSAGE, 0),
                                      SIP_HDR_ROUTE),
                     2);
    tear_down(&f);
}

/* 5.4.1.4: the HSS hears of the last one alone. */
static void one_of_two_contacts_may_go(void **state)
{
    struct fixture f;
    char authorization[700], fields[1300];

    (void)state;
    set_up(&f);
    send_register(&f, "");
    answer_challenge(puppet_last(&f.pcscf), "secret", "", authorization);
    snprintf(fields, sizeof fields,
             "Contact: <sip:a@127.0.0.50:5060>;expires=0\r\n%s", authorization);
    says(&f, "REGISTER", "sip:scscf1.ims.example", "sip:a@ims.example", fields);
    assert_int_equal(puppet_last(&f.pcscf)->status, 200);
    assert_int_equal(sip_values_count(puppet_last(&f.pcscf), SIP_HDR_CONTACT),
                     1);
    assert_int_equal(
        sip_values_count(puppet_last(&f.pcscf), SIP_HDR_SERVICE_ROUTE), 1);
    tear_down(&f);
}

static void a_node_tells_who_is_registered(void **state)
{
    static const char one[] = "GET /api/v1/registrations/sip%3Aa%40ims.example";
    struct fixture f;

    (void)state;
    set_up(&f);
    ims_assert_get(&f.w, f.scscf, one, 200,
                   "\"contact\":\"sip:a@127.0.0.50:5060\"");
    ims_assert_get(&f.w, f.scscf,
                   "GET /api/v1/registrations/sip%3Ab%40ims.example", 404,
                   "is not served by this S-CSCF");
    ims_assert_get(&f.w, f.scscf, "GET /api/v1/registrations/nonsense", 400,
                   "nonsense");
    ims_assert_get(&f.w, f.scscf, "GET /api/v1/registrations?offset=x", 400,
                   "offset");
    ims_assert_get(&f.w, f.scscf,
                   "GET /api/v1/registrations?of=sip:a@ims.example", 200,
                   "\"matching\":1");
    ims_assert_get(&f.w, f.scscf, "GET /api/v1/registrations?of=", 200,
                   "\"matching\":0");
    ims_assert_get(&f.w, f.scscf, "GET /api/v1/state", 200, "\"bindings\":2");
    ims_assert_get(&f.w, f.scscf, "GET /metrics", 200, "imsbox_bindings 2");
    tear_down(&f);
}

/* A key comes once in JSON, whatever a phone says twice. */
static void a_phone_is_one_instance(void **state)
{
    static const char one[] = "GET /api/v1/registrations/sip%3Aa%40ims.example";
    struct fixture f;
    char authorization[700], fields[1300];

    (void)state;
    start(&f);
    send_register(&f, "");
    answer_challenge(puppet_last(&f.pcscf), "secret", "", authorization);
    snprintf(fields, sizeof fields,
             "Path: <sip:t@127.0.0.1:5070;lr>\r\n"
             "Contact: <sip:a@127.0.0.50:5060>;+sip.instance=\"<urn:uuid:1>\""
             ";+sip.instance=\"<urn:uuid:2>\"\r\n%s",
             authorization);
    says(&f, "REGISTER", "sip:scscf1.ims.example", "sip:a@ims.example", fields);
    assert_int_equal(puppet_last(&f.pcscf)->status, 200);
    ims_assert_get(&f.w, f.scscf, one, 200,
                   "lr>\",\"instance\":\"<urn:uuid:1>\",\"call_id\":");
    tear_down(&f);
}

static void no_time_is_longer_than_the_longest(void **state)
{
    struct fixture f;
    char authorization[700], fields[900];

    (void)state;
    start(&f);
    send_register(&f, "");
    answer_challenge(puppet_last(&f.pcscf), "secret", "", authorization);
    snprintf(fields, sizeof fields, "Expires: 4000000000\r\n%s", authorization);
    assert_int_equal(send_register(&f, fields), 200);
    assert_has(sip_header_value(puppet_last(&f.pcscf), SIP_HDR_CONTACT),
               ";expires=600000;");
    tear_down(&f);
}

/* RFC 3261 10.3 step 7; within the life of a transaction it is merged. */
static void the_same_cseq_comes_once(void **state)
{
    struct fixture f;
    char authorization[700];

    (void)state;
    start(&f);
    for (unsigned i = 0; i < 2; i++) {
        f.cseq = 0;
        send_register(&f, "");
        answer_challenge(puppet_last(&f.pcscf), "secret", "", authorization);
        f.cseq = 8;
        assert_int_equal(send_register(&f, authorization), i ? 500 : 200);
        sim_run_for(f.w.sim, 40 * SECOND);
    }
    ims_assert_says(f.scscf, "S-REG-3", "with a higher CSeq came before");
    tear_down(&f);
}

static void stop_hss(struct fixture *f)
{
    sim_host_kill(f->w.hosts[0]);
    sim_run_for(f->w.sim, SECOND);
}

/* Nobody but the operator can be told. */
static void what_the_hss_does_not_note_is_logged(void **state)
{
    struct fixture f;
    char authorization[700];

    (void)state;
    start(&f);
    send_register(&f, "");
    answer_challenge(puppet_last(&f.pcscf), "wrong", "", authorization);
    stop_hss(&f);
    assert_int_equal(send_register(&f, authorization), 403);
    sim_run_for(f.w.sim, 30 * SECOND);
    assert_has(buf_slice(&f.w.log), "did not note the end of ");
    tear_down(&f);

    set_up(&f);
    stop_hss(&f);
    sim_run_for(f.w.sim, (int64_t)3700 * SECOND);
    ims_assert_says(f.scscf, "S-REG-4", "which is told again");
    assert_has_not(buf_slice(&f.w.log), "it is told no more");
    sim_run_for(f.w.sim, (int64_t)1000 * SECOND);
    assert_has(buf_slice(&f.w.log), "it is told no more");
    tear_down(&f);

    set_up(&f);
    ims_restart(&f.w, &f.hss);
    sim_run_for(f.w.sim, (int64_t)4000 * SECOND);
    assert_has(buf_slice(&f.w.log), "the HSS refused to note the end of ");
    tear_down(&f);
}

/* ---- originating --------------------------------------------------------- */

static void only_who_is_registered_and_not_barred_may_call(void **state)
{
    static const char *const asserted[] = {
        "",
        "P-Asserted-Identity: <sip:b@ims.example>\r\n",
        "P-Asserted-Identity: <sip:nobody@ims.example>\r\n",
        "P-Asserted-Identity: <sip:hidden@ims.example>\r\n",
        "P-Asserted-Identity: <urn:x:y>\r\n",
    };

    (void)state;
    for (size_t i = 0; i < sizeof asserted / sizeof *asserted; i++) {
        struct fixture f;

        set_up(&f);
        originate(&f, "sip:b@ims.example", asserted[i]);
        assert_int_equal(puppet_last(&f.pcscf)->status, 403);
        assert_int_equal(f.icscf.count, 0);
        ims_assert_says(f.scscf, "S-ORG-1", "not registered here, or barred");
        tear_down(&f);
    }
}

static void a_number_and_an_address_of_ours_go_to_our_entry_point(void **state)
{
    static const char *const uris[] = {"sip:b@ims.example", "tel:+15551002"};

    (void)state;
    for (size_t i = 0; i < sizeof uris / sizeof *uris; i++) {
        struct fixture f;
        struct sip_message *m;

        set_up(&f);
        originate(&f, uris[i],
                  "P-Asserted-Identity: <tel:+1-555-1001>\r\n"
                  "P-Charging-Vector: icid-value=i1\r\n"
                  "P-Access-Network-Info: 3GPP-E-UTRAN-FDD\r\n");
        m = puppet_request(&f.icscf, SIP_MESSAGE, 0);
        assert_non_null(m);
        assert_text(m->uri, slice_of(uris[i]));
        assert_int_equal(sip_values_count(m, SIP_HDR_ROUTE), 0);
        assert_has(value(m, SIP_HDR_RECORD_ROUTE), "scscf1.ims.example:5060");
        assert_has(value(m, SIP_HDR_P_CHARGING_VECTOR), "icid-value=\"i1\"");
        assert_has(value(m, SIP_HDR_P_CHARGING_VECTOR),
                   "orig-ioi=\"ims.example\"");
        assert_int_equal(sip_values_count(m, SIP_HDR_P_ACCESS_NETWORK_INFO), 0);
        ims_assert_says(f.scscf, "S-ORG-1", "originating request of tel:");
        tear_down(&f);
    }
}

static void an_answer_tells_the_caller_s_side_who_gave_it(void **state)
{
    struct fixture f;
    struct sip_message *m;

    (void)state;
    set_up(&f);
    originate(&f, "sip:b@ims.example",
              "P-Asserted-Identity: <sip:a@ims.example>\r\n"
              "P-Charging-Vector: icid-value=i1;orig-ioi=\"Type 1ims.example\""
              "\r\n");
    puppet_answer(&f.icscf, puppet_request(&f.icscf, SIP_MESSAGE, 0), 200,
                  "P-Access-Network-Info: 3GPP-E-UTRAN-FDD\r\n");
    sim_run_for(f.w.sim, 200 * MSEC);
    m = puppet_last(&f.pcscf);
    assert_int_equal(m->status, 200);
    assert_has(value(m, SIP_HDR_P_CHARGING_VECTOR), "icid-value=\"i1\"");
    assert_has(value(m, SIP_HDR_P_CHARGING_VECTOR),
               "term-ioi=\"Type 1ims.example\"");
    assert_int_equal(sip_values_count(m, SIP_HDR_P_ACCESS_NETWORK_INFO), 0);
    tear_down(&f);
}

static void a_further_route_leads_on(void **state)
{
    struct fixture f;
    struct sip_message *m;

    (void)state;
    set_up(&f);
    originate(&f, "sip:b@ims.example",
              "Route: <sip:127.0.0.2:5060;lr>\r\n"
              "P-Asserted-Identity: <sip:a@ims.example>\r\n");
    m = puppet_request(&f.icscf, SIP_MESSAGE, 0);
    assert_text(value(m, SIP_HDR_ROUTE), S("<sip:127.0.0.2:5060;lr>"));
    ims_assert_says(f.scscf, "S-ORG-2", "own Route leads on");
    tear_down(&f);
}

/* ---- terminating --------------------------------------------------------- */

static void contacts_are_tried_by_their_path_the_best_first(void **state)
{
    struct fixture f;
    struct sip_message *m;

    (void)state;
    set_up(&f);
    says(&f, "MESSAGE", "tel:+15551001", "sip:b@ims.example", "");
    m = puppet_request(&f.pcscf, SIP_MESSAGE, 0);
    assert_non_null(m);
    assert_null(puppet_request(&f.pcscf, SIP_MESSAGE, 1));
    assert_text(m->uri, S("sip:a@127.0.0.51:5060"));
    assert_text(value(m, SIP_HDR_ROUTE), S("<sip:tok1@127.0.0.1:5070;lr>"));
    assert_text(value(m, SIP_HDR_P_CALLED_PARTY_ID), S("<tel:+15551001>"));
    assert_has(value(m, SIP_HDR_P_CHARGING_VECTOR),
               "orig-ioi=\"Type 1ims.example\"");
    puppet_answer(&f.pcscf, m, 480, "");
    sim_run_for(f.w.sim, 200 * MSEC);
    m = puppet_request(&f.pcscf, SIP_MESSAGE, 1);
    assert_non_null(m);
    assert_text(m->uri, S("sip:a@127.0.0.50:5060"));
    ims_assert_says(f.scscf, "S-TRM-2", "after those with a better q");
    tear_down(&f);
}

static void who_cannot_be_called_gets_404_or_480(void **state)
{
    static const struct {
        const char *uri;
        unsigned status;
        const char *says;
    } rows[] = {
        {"sip:hidden@ims.example", 404, "is barred"},
        {"sip:nobody@ims.example", 404, "the HSS does not know"},
        {"sip:b@ims.example", 480, "not registered, and nothing else"},
        {"urn:service:sos", 404, "names nobody"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fixture f;

        set_up(&f);
        says(&f, "MESSAGE", rows[i].uri, "sip:b@ims.example", "");
        assert_int_equal(puppet_last(&f.pcscf)->status, rows[i].status);
        ims_assert_says(f.scscf, "S-TRM-1", rows[i].says);
        tear_down(&f);
    }
}

static void without_the_hss_nobody_unknown_is_served(void **state)
{
    struct fixture f;

    (void)state;
    set_up(&f);
    stop_hss(&f);
    says(&f, "MESSAGE", "sip:b@ims.example", "sip:b@ims.example", "");
    sim_run_for(f.w.sim, 20 * SECOND);
    assert_int_equal(puppet_last(&f.pcscf)->status, 504);
    ims_assert_says(f.scscf, "S-TRM-1", "no profile from the HSS");
    tear_down(&f);
}

/* ---- within a dialog ----------------------------------------------------- */

static void where_the_phone_is_stays_here_within_a_dialog_too(void **state)
{
    struct fixture f;
    struct sip_message *m;

    (void)state;
    set_up(&f);
    puppet_send(&f.pcscf, &f.to,
                "INFO sip:b@127.0.0.60 SIP/2.0\r\n"
                "Via: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bKinfo\r\n"
                "Max-Forwards: 70\r\n"
                "Route: <sip:scscf1.ims.example:5060;lr>, "
                "<sip:127.0.0.2:5060;lr>\r\n"
                "From: <sip:a@ims.example>;tag=a\r\n"
                "To: <sip:b@ims.example>;tag=b\r\n"
                "Call-ID: d\r\nCSeq: 7 INFO\r\n"
                "P-Access-Network-Info: 3GPP-E-UTRAN-FDD\r\n"
                "Content-Length: 0\r\n\r\n");
    sim_run_for(f.w.sim, 200 * MSEC);
    m = puppet_request(&f.icscf, SIP_INFO, 0);
    assert_text(value(m, SIP_HDR_ROUTE), S("<sip:127.0.0.2:5060;lr>"));
    assert_has(value(m, SIP_HDR_RECORD_ROUTE), "scscf1.ims.example:5060");
    assert_int_equal(sip_values_count(m, SIP_HDR_P_ACCESS_NETWORK_INFO), 0);
    puppet_answer(&f.icscf, m, 200,
                  "P-Access-Network-Info: 3GPP-E-UTRAN-FDD\r\n");
    sim_run_for(f.w.sim, 200 * MSEC);
    m = puppet_last(&f.pcscf);
    assert_int_equal(m->status, 200);
    assert_int_equal(sip_values_count(m, SIP_HDR_P_ACCESS_NETWORK_INFO), 0);
    tear_down(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_further_route_leads_on),
        cmocka_unit_test(without_the_hss_nobody_unknown_is_served),
        cmocka_unit_test(an_answer_must_fit_its_challenge),
        cmocka_unit_test(a_binding_keeps_the_features_of_its_contact),
        cmocka_unit_test(one_of_two_contacts_may_go),
        cmocka_unit_test(a_node_tells_who_is_registered),
        cmocka_unit_test(a_phone_is_one_instance),
        cmocka_unit_test(charging_addresses_are_told_at_home_alone),
        cmocka_unit_test(what_is_not_protected_answers_no_challenge),
        cmocka_unit_test(a_challenge_is_answered_by_whom_it_was_for),
        cmocka_unit_test(no_time_is_longer_than_the_longest),
        cmocka_unit_test(the_same_cseq_comes_once),
        cmocka_unit_test(what_the_hss_does_not_note_is_logged),
        cmocka_unit_test(only_who_is_registered_and_not_barred_may_call),
        cmocka_unit_test(a_number_and_an_address_of_ours_go_to_our_entry_point),
        cmocka_unit_test(an_answer_tells_the_caller_s_side_who_gave_it),
        cmocka_unit_test(contacts_are_tried_by_their_path_the_best_first),
        cmocka_unit_test(who_cannot_be_called_gets_404_or_480),
        cmocka_unit_test(where_the_phone_is_stays_here_within_a_dialog_too),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
