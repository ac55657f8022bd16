/* SPDX-License-Identifier: MIT */
#include "sip/views.h"
#include "support/border.h"
#include "support/check.h"
#include <stdio.h>

/* A P-CSCF between a phone and a core that are puppets: what it takes from
 * either side, and what it lets pass to the other.
 *
 * proves P-REG-1 P-REG-2 P-REG-4 P-REG-6 P-ORG-1..4 P-TRM-1 P-TRM-2 P-TRU-1 */

static const char challenge[] =
    "WWW-Authenticate: Digest realm=\"ims.example\", nonce=\"n1\", "
    "algorithm=AKAv1-MD5, qop=\"auth\", ck=\"00112233445566778899aabbccddeeff\""
    ", ik=\"ffeeddccbbaa99887766554433221100\"\r\n";

static const char accepted[] =
    "Contact: <sip:a@127.0.0.50:5060>;expires=600\r\n"
    "P-Associated-URI: <sip:a@ims.example>, <tel:+15551001>\r\n"
    "Service-Route: <sip:orig@127.0.0.3:5060;lr>\r\n"
    "P-Charging-Function-Addresses: ccf=192.0.2.1\r\n";

static void phone_says(struct border *f, const char *method, const char *uri,
                       const char *more)
{
    puppet_send(&f->phone, &f->gm,
                "%s %s SIP/2.0\r\n"
                "Via: SIP/2.0/UDP 127.0.0.50:5060;branch=z9hG4bKp%u\r\n"
                "Max-Forwards: 70\r\n"
                "From: <sip:a@ims.example>;tag=a\r\n"
                "To: <sip:a@ims.example>\r\n"
                "Call-ID: c%u\r\nCSeq: 1 %s\r\n"
                "Contact: <sip:a@127.0.0.50:5060>\r\n"
                "%sContent-Length: 0\r\n\r\n",
                method, uri, f->branch, f->branch, method, more);
    f->branch++;
    border_run(f);
}

static void core_says(struct border *f, const char *method, const char *route,
                      const char *more)
{
    puppet_send(&f->scscf, &f->mw,
                "%s sip:a@127.0.0.50:5060 SIP/2.0\r\n"
                "Via: SIP/2.0/UDP 127.0.0.3:5060;branch=z9hG4bKs%u\r\n"
                "Max-Forwards: 70\r\nRoute: %s\r\n"
                "From: <sip:b@ims.example>;tag=b\r\n"
                "To: <sip:a@ims.example>\r\n"
                "Call-ID: s%u\r\nCSeq: 1 %s\r\n"
                "Contact: <sip:b@127.0.0.60:5060>\r\n"
                "%sContent-Length: 0\r\n\r\n",
                method, f->branch, route, f->branch, method, more);
    f->branch++;
    border_run(f);
}

static void registered(struct border *f)
{
    struct sip_message *req;

    border_init(f, "");
    phone_says(f, "REGISTER", "sip:ims.example", "");
    req = puppet_request(&f->icscf, SIP_REGISTER, 0);
    assert_non_null(req);
    border_keep_path(f, req);
    puppet_answer(&f->icscf, req, 200, accepted);
    border_run(f);
    assert_int_equal(puppet_last(&f->phone)->status, 200);
}

static struct slice value(const struct sip_message *m, enum sip_header_id id)
{
    assert_non_null(m);
    return sip_header_value(m, id);
}

/* ---- registration -------------------------------------------------------- */

static void a_register_says_which_flow_and_network_it_came_by(void **state)
{
    struct border f;
    struct sip_message *m;

    (void)state;
    border_init(&f, "");
    phone_says(&f, "REGISTER", "sip:ims.example",
               "Path: <sip:elsewhere.example;lr>\r\n"
               "P-Charging-Vector: icid-value=free\r\n"
               "Authorization: Digest username=\"a@ims.example\", "
               "realm=\"ims.example\", nonce=\"\", uri=\"sip:ims.example\", "
               "response=\"\", integrity-protected=\"yes\"\r\n");
    m = puppet_request(&f.icscf, SIP_REGISTER, 0);
    assert_int_equal(sip_values_count(m, SIP_HDR_PATH), 1);
    assert_has(value(m, SIP_HDR_PATH), "@pcscf1.ims.example:5070;lr>");
    assert_true(sip_has_token(m, SIP_HDR_REQUIRE, S("path")));
    assert_text(value(m, SIP_HDR_P_VISITED_NETWORK_ID), S("\"ims.example\""));
    assert_has(value(m, SIP_HDR_P_CHARGING_VECTOR), "icid-value=");
    assert_has_not(value(m, SIP_HDR_P_CHARGING_VECTOR), "free");
    assert_has_not(value(m, SIP_HDR_AUTHORIZATION), "integrity-protected");
    ims_assert_says(f.pcscf, "P-REG-1", "entry point of its home network");
    border_fini(&f);
}

static void keys_of_a_challenge_do_not_reach_the_phone(void **state)
{
    struct border f;
    struct sip_message *m;

    (void)state;
    border_init(&f, "");
    phone_says(&f, "REGISTER", "sip:ims.example", "");
    puppet_answer(&f.icscf, puppet_request(&f.icscf, SIP_REGISTER, 0), 401,
                  challenge);
    border_run(&f);
    m = puppet_response(&f.phone, 401, 0);
    assert_has(value(m, SIP_HDR_WWW_AUTHENTICATE), "nonce=\"n1\"");
    assert_has_not(value(m, SIP_HDR_WWW_AUTHENTICATE), "ck=");
    assert_has_not(value(m, SIP_HDR_WWW_AUTHENTICATE), "ik=");
    ims_assert_says(f.pcscf, "P-REG-2", "without ck and ik");
    border_fini(&f);
}

static void only_the_answer_to_the_challenge_counts_as_protected(void **state)
{
    static const char answer[] =
        "Authorization: Digest username=\"a@ims.example\", "
        "realm=\"ims.example\", nonce=\"%s\", uri=\"sip:ims.example\", "
        "algorithm=AKAv1-MD5, response=\"00\"\r\n";
    static const struct {
        const char *nonce, *protection;
    } rows[] = {{"n2", "integrity-protected=\"no\""},
                {"n1", "integrity-protected=\"yes\""}};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct border f;
        char header[400];

        border_init(&f, "");
        phone_says(&f, "REGISTER", "sip:ims.example", "");
        puppet_answer(&f.icscf, puppet_request(&f.icscf, SIP_REGISTER, 0), 401,
                      challenge);
        border_run(&f);
        snprintf(header, sizeof header, answer, rows[i].nonce);
        phone_says(&f, "REGISTER", "sip:ims.example", header);
        assert_has(value(puppet_request(&f.icscf, SIP_REGISTER, 1),
                         SIP_HDR_AUTHORIZATION),
                   rows[i].protection);
        border_fini(&f);
    }
}

/* What is no challenge of a Digest passes as it is, or not at all. */
static void other_challenges_pass(void **state)
{
    struct border f;
    struct sip_message *m;

    (void)state;
    border_init(&f, "");
    phone_says(&f, "REGISTER", "sip:ims.example",
               "Authorization: Basic QWxhZGRpbjpvcGVu\r\n");
    m = puppet_request(&f.icscf, SIP_REGISTER, 0);
    assert_int_equal(sip_values_count(m, SIP_HDR_AUTHORIZATION), 0);
    ims_assert_says(f.pcscf, "P-REG-1", "no readable Digest");
    puppet_answer(&f.icscf, m, 401,
                  "WWW-Authenticate: Bearer realm=\"x\"\r\n"
                  "WWW-Authenticate: =\r\n");
    border_run(&f);
    m = puppet_response(&f.phone, 401, 0);
    assert_text(value(m, SIP_HDR_WWW_AUTHENTICATE), S("Bearer realm=\"x\""));
    border_fini(&f);
}

static void several_service_routes_are_all_followed(void **state)
{
    struct border f;
    struct sip_message *m;

    (void)state;
    border_init(&f, "");
    phone_says(&f, "REGISTER", "sip:ims.example", "");
    puppet_answer(
        &f.icscf, puppet_request(&f.icscf, SIP_REGISTER, 0), 200,
        "Contact: <sip:a@127.0.0.50:5060>;expires=600\r\n"
        "P-Associated-URI: <sip:a@ims.example>, nonsense, <urn:a:b>\r\n"
        "Service-Route: <sip:127.0.0.3:5060;lr>\r\n"
        "Service-Route: <sip:orig@s.ims.example;lr>\r\n");
    border_run(&f);
    phone_says(&f, "MESSAGE", "sip:b@ims.example", "");
    m = puppet_request(&f.scscf, SIP_MESSAGE, 0);
    assert_int_equal(sip_values_count(m, SIP_HDR_ROUTE), 2);
    assert_text(value(m, SIP_HDR_P_ASSERTED_IDENTITY),
                S("<sip:a@ims.example>"));
    border_fini(&f);
}

static void what_is_for_the_network_stays_out_of_the_200(void **state)
{
    struct border f;
    struct sip_message *m;

    (void)state;
    registered(&f);
    m = puppet_response(&f.phone, 200, 0);
    assert_int_equal(sip_values_count(m, SIP_HDR_P_CHARGING_FUNCTION_ADDRESSES),
                     0);
    assert_int_equal(sip_values_count(m, SIP_HDR_P_ASSOCIATED_URI), 2);
    ims_assert_says(f.pcscf, "P-REG-4", "bound to its flow for 600 s");
    border_fini(&f);
}

static void a_contact_is_forgotten_at_its_time_and_not_before(void **state)
{
    struct border f;

    (void)state;
    registered(&f);
    sim_run_for(f.w.sim, 599 * SECOND);
    phone_says(&f, "MESSAGE", "sip:b@ims.example", "");
    assert_non_null(puppet_request(&f.scscf, SIP_MESSAGE, 0));
    puppet_answer(&f.scscf, puppet_last(&f.scscf), 200, "");
    sim_run_for(f.w.sim, SECOND);
    phone_says(&f, "MESSAGE", "sip:b@ims.example", "");
    assert_int_equal(puppet_last(&f.phone)->status, 403);
    ims_assert_says(f.pcscf, "P-REG-6", "has expired");
    border_fini(&f);
}

static void other_phone_registers(struct border *f, unsigned expires)
{
    puppet_send(&f->phone, &f->gm,
                "REGISTER sip:ims.example SIP/2.0\r\n"
                "Via: SIP/2.0/UDP 127.0.0.50:5060;branch=z9hG4bKb%u\r\n"
                "Max-Forwards: 70\r\nFrom: <sip:b@ims.example>;tag=b\r\n"
                "To: <sip:b@ims.example>\r\n"
                "Call-ID: b\r\nCSeq: %u REGISTER\r\n"
                "Contact: <sip:b@127.0.0.50:5060>;expires=%u\r\n"
                "Content-Length: 0\r\n\r\n",
                f->branch, f->branch, expires);
    f->branch++;
    border_run(f);
}

/* RFC 3261 21.5.4. Who leaves, or asks, needs no room. */
static void who_finds_no_room_is_told_before_he_registers(void **state)
{
    struct border f;
    unsigned asked;

    (void)state;
    border_init(&f, "limits: {registrations: 1}");
    phone_says(&f, "REGISTER", "sip:ims.example", "");
    puppet_answer(&f.icscf, puppet_last(&f.icscf), 200, accepted);
    border_run(&f);
    asked = f.icscf.count;
    other_phone_registers(&f, 600);
    assert_int_equal(puppet_last(&f.phone)->status, 503);
    assert_text(value(puppet_last(&f.phone), SIP_HDR_RETRY_AFTER), S("60"));
    assert_int_equal(f.icscf.count, asked);
    ims_assert_says(f.pcscf, "P-REG-1", "there is no room for another");
    ims_assert_get(&f.w, f.pcscf, "GET /api/v1/limits", 200, "\"refused\":1");
    ims_assert_get(&f.w, f.pcscf, "GET /metrics", 200,
                   "imsbox_phones_total{result=\"refused\"} 1");
    other_phone_registers(&f, 0);
    assert_int_equal(f.icscf.count, asked + 1);
    phone_says(&f, "REGISTER", "sip:ims.example", "");
    assert_int_equal(f.icscf.count, asked + 2);
    border_fini(&f);
}

/* Both were let through while there was room for one. */
static void whose_room_is_taken_meanwhile_is_counted_and_told_of(void **state)
{
    struct border f;

    (void)state;
    border_init(&f, "limits: {registrations: 1}");
    phone_says(&f, "REGISTER", "sip:ims.example", "");
    other_phone_registers(&f, 600);
    puppet_answer(&f.icscf, puppet_request(&f.icscf, SIP_REGISTER, 0), 200,
                  accepted);
    border_run(&f);
    puppet_answer(&f.icscf, puppet_request(&f.icscf, SIP_REGISTER, 1), 200,
                  "Contact: <sip:b@127.0.0.50:5060>;expires=600\r\n");
    border_run(&f);
    ims_assert_says(f.pcscf, "P-REG-4",
                    "no room for contact sip:b@127.0.0.50:5060 any more");
    ims_assert_get(&f.w, f.pcscf, "GET /metrics", 200,
                   "imsbox_phones_total{result=\"refused\"} 1");
    ims_assert_get(&f.w, f.pcscf, "GET /metrics", 200, "imsbox_bindings 1");
    border_fini(&f);
}

static void a_node_tells_who_is_registered(void **state)
{
    struct border f;

    (void)state;
    registered(&f);
    ims_assert_get(&f.w, f.pcscf, "GET /api/v1/registrations", 200,
                   "\"contact\":\"sip:a@127.0.0.50:5060\"");
    ims_assert_get(&f.w, f.pcscf, "GET /api/v1/registrations", 200,
                   "\"identities\":[\"sip:a@ims.example\",\"tel:+15551001\"]");
    ims_assert_get(&f.w, f.pcscf, "GET /api/v1/registrations?offset=1", 200,
                   "\"registrations\":[]");
    ims_assert_get(&f.w, f.pcscf, "GET /api/v1/registrations?limit=many", 400,
                   "limit");
    ims_assert_get(&f.w, f.pcscf,
                   "GET /api/v1/registrations?of=sip:x@h%20tel:%2b15551001",
                   200, "\"matching\":1");
    ims_assert_get(&f.w, f.pcscf,
                   "GET /api/v1/registrations?of=sip:a@ims.example.org", 200,
                   "\"registrations\":[],\"matching\":0");
    ims_assert_get(&f.w, f.pcscf, "GET /api/v1/state", 200, "\"registered\":1");
    ims_assert_get(&f.w, f.pcscf, "GET /metrics", 200, "imsbox_bindings 1");
    border_fini(&f);
}

/* ---- originating --------------------------------------------------------- */

static void a_stranger_gets_403(void **state)
{
    struct border f;

    (void)state;
    border_init(&f, "");
    phone_says(&f, "MESSAGE", "sip:b@ims.example", "");
    assert_int_equal(puppet_last(&f.phone)->status, 403);
    assert_int_equal(f.scscf.count + f.icscf.count, 0);
    ims_assert_says(f.pcscf, "P-ORG-2",
                    "nobody is registered at 127.0.0.50:5060");
    border_fini(&f);
}

static void the_service_route_is_followed_whatever_the_phone_says(void **state)
{
    static const char *const routes[] = {
        "",
        "Route: <sip:pcscf1.ims.example:5060;lr>\r\n",
        "Route: <sip:pcscf1.ims.example:5060;lr>, <sip:evil.example;lr>\r\n",
        ("Route: <sip:pcscf1.ims.example:5060;lr>, "
         "<sip:orig@127.0.0.3:5060;lr>\r\n"),
    };

    (void)state;
    for (size_t i = 0; i < sizeof routes / sizeof *routes; i++) {
        struct border f;
        struct sip_message *m;

        registered(&f);
        phone_says(&f, "MESSAGE", "sip:b@ims.example", routes[i]);
        m = puppet_request(&f.scscf, SIP_MESSAGE, 0);
        assert_text(value(m, SIP_HDR_ROUTE), S("<sip:orig@127.0.0.3:5060;lr>"));
        assert_int_equal(sip_values_count(m, SIP_HDR_ROUTE), 1);
        assert_has(value(m, SIP_HDR_RECORD_ROUTE), "@pcscf1.ims.example:5070");
        assert_has(value(m, SIP_HDR_P_CHARGING_VECTOR), "icid-value=");
        border_fini(&f);
    }
}

/* RFC 3608 5.1: without one there is none to follow. */
static void who_has_no_service_route_follows_it_without_a_route(void **state)
{
    static const struct {
        const char *route;
        bool replaced;
    } rows[] = {
        {"", false},
        {"Route: <sip:pcscf1.ims.example:5060;lr>\r\n", false},
        {"Route: <sip:pcscf1.ims.example:5060;lr>, <sip:evil.example;lr>\r\n",
         true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct border f;
        struct sip_message *m;

        border_init(&f, "");
        phone_says(&f, "REGISTER", "sip:ims.example", "");
        puppet_answer(&f.icscf, puppet_request(&f.icscf, SIP_REGISTER, 0), 200,
                      "Contact: <sip:a@127.0.0.50:5060>;expires=600\r\n"
                      "P-Associated-URI: <sip:a@ims.example>\r\n");
        border_run(&f);
        phone_says(&f, "MESSAGE", "sip:b@127.0.0.3:5060", rows[i].route);
        m = puppet_request(&f.scscf, SIP_MESSAGE, 0);
        assert_non_null(m);
        assert_int_equal(sip_values_count(m, SIP_HDR_ROUTE), 0);
        assert_int_equal(
            ims_says(f.pcscf, "P-ORG-1", "Route is not the Service-Route"),
            rows[i].replaced);
        border_fini(&f);
    }
}

static void only_a_registered_identity_is_asserted(void **state)
{
    static const struct {
        const char *says, *asserted;
    } rows[] = {
        {"", "<sip:a@ims.example>"},
        {"P-Preferred-Identity: <tel:+1-555-1001>\r\n", "<tel:+15551001>"},
        {"P-Preferred-Identity: <sip:boss@ims.example>\r\n",
         "<sip:a@ims.example>"},
        {"P-Asserted-Identity: <sip:boss@ims.example>\r\n",
         "<sip:a@ims.example>"},
        /* RFC 3325 9.2: two, and the first that is registered counts */
        {"P-Preferred-Identity: <tel:+15551001>, <sip:a@ims.example>\r\n",
         "<tel:+15551001>"},
        {"P-Preferred-Identity: <sip:boss@ims.example>, <tel:+15551001>\r\n",
         "<tel:+15551001>"},
        {"P-Preferred-Identity: <sip:boss@ims.example>\r\n"
         "P-Preferred-Identity: tel:+15551001\r\n",
         "<tel:+15551001>"},
        {"P-Preferred-Identity: <sip:x@y>, <sip:z@y>, <tel:+15551001>\r\n",
         "<sip:a@ims.example>"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct border f;
        struct sip_message *m;

        registered(&f);
        phone_says(&f, "MESSAGE", "sip:b@ims.example", rows[i].says);
        m = puppet_request(&f.scscf, SIP_MESSAGE, 0);
        assert_int_equal(sip_values_count(m, SIP_HDR_P_ASSERTED_IDENTITY), 1);
        assert_text(value(m, SIP_HDR_P_ASSERTED_IDENTITY),
                    slice_of(rows[i].asserted));
        assert_int_equal(sip_values_count(m, SIP_HDR_P_PREFERRED_IDENTITY), 0);
        border_fini(&f);
    }
}

static void a_dialog_that_never_was_gets_403(void **state)
{
    struct border f;

    (void)state;
    registered(&f);
    puppet_send(&f.phone, &f.gm,
                "BYE sip:b@127.0.0.60 SIP/2.0\r\n"
                "Via: SIP/2.0/UDP 127.0.0.50:5060;branch=z9hG4bKbye\r\n"
                "Max-Forwards: 70\r\n"
                "From: <sip:a@ims.example>;tag=a\r\n"
                "To: <sip:b@ims.example>;tag=b\r\n"
                "Call-ID: never\r\nCSeq: 2 BYE\r\n"
                "Content-Length: 0\r\n\r\n");
    border_run(&f);
    assert_int_equal(puppet_last(&f.phone)->status, 403);
    ims_assert_says(f.pcscf, "P-ORG-3", "belongs to no dialog of this phone");
    border_fini(&f);
}

static void a_silent_s_cscf_is_a_504(void **state)
{
    struct border f;

    (void)state;
    registered(&f);
    phone_says(&f, "INVITE", "sip:b@ims.example", "");
    assert_non_null(puppet_request(&f.scscf, SIP_INVITE, 0));
    sim_run_for(f.w.sim, 40 * SECOND);
    assert_non_null(puppet_response(&f.phone, 504, 0));
    ims_assert_says(f.pcscf, "P-ORG-4", "the S-CSCF cannot be reached: 504");
    border_fini(&f);
}

/* ---- terminating --------------------------------------------------------- */

static const char inside[] =
    "P-Called-Party-ID: <tel:+15551001>\r\n"
    "P-Asserted-Identity: <sip:b@ims.example>\r\n"
    "P-Charging-Vector: icid-value=i1;orig-ioi=\"Type 1ims.example\"\r\n"
    "P-Charging-Function-Addresses: ccf=192.0.2.1\r\n"
    "P-Served-User: <sip:a@ims.example>\r\n"
    "P-Profile-Key: <sip:!.*!@ims.example>\r\n"
    "P-Access-Network-Info: 3GPP-E-UTRAN-FDD;utran-cell-id-3gpp=1\r\n"
    "Record-Route: <sip:127.0.0.3:5060;lr>\r\n";

static void check_nothing_of_the_inside(const struct sip_message *m)
{
    static const enum sip_header_id ids[] = {
        SIP_HDR_P_CHARGING_VECTOR,     SIP_HDR_P_CHARGING_FUNCTION_ADDRESSES,
        SIP_HDR_P_SERVED_USER,         SIP_HDR_P_PROFILE_KEY,
        SIP_HDR_P_ACCESS_NETWORK_INFO,
    };

    assert_non_null(m);
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
        if (sip_values_count(m, ids[i]))
            fail_msg("the phone learns of %.*s",
                     SLICE_ARG(sip_header_name(ids[i])));
}

static void the_path_leads_to_the_flow_that_registered(void **state)
{
    struct border f;
    struct sip_message *m;

    (void)state;
    registered(&f);
    core_says(&f, "MESSAGE", f.path, inside);
    m = puppet_request(&f.phone, SIP_MESSAGE, 0);
    check_nothing_of_the_inside(m);
    assert_text(value(m, SIP_HDR_P_ASSERTED_IDENTITY),
                S("<sip:b@ims.example>"));
    assert_int_equal(sip_values_count(m, SIP_HDR_ROUTE), 0);
    ims_assert_says(f.pcscf, "P-TRM-1", "over the flow that registered it");
    border_fini(&f);
}

/* 5.2.2.2: the Path is known from the REGISTER on, but who did not answer the
 * challenge is not yet anybody. */
static void a_path_counts_once_its_phone_is_registered(void **state)
{
    struct border f;
    struct sip_message *req;
    char path[200];

    (void)state;
    border_init(&f, "");
    phone_says(&f, "REGISTER", "sip:ims.example", "");
    req = puppet_request(&f.icscf, SIP_REGISTER, 0);
    snprintf(path, sizeof path, "%.*s", SLICE_ARG(value(req, SIP_HDR_PATH)));
    puppet_answer(&f.icscf, req, 401, challenge);
    border_run(&f);
    core_says(&f, "MESSAGE", path, inside);
    assert_int_equal(puppet_last(&f.scscf)->status, 480);
    assert_null(puppet_request(&f.phone, SIP_MESSAGE, 0));
    border_fini(&f);
}

static void a_path_that_leads_nowhere_is_a_480(void **state)
{
    struct border f;

    (void)state;
    border_init(&f, "");
    core_says(&f, "MESSAGE", "<sip:nosuchtoken@pcscf1.ims.example:5070;lr>",
              inside);
    assert_int_equal(puppet_last(&f.scscf)->status, 480);
    ims_assert_says(f.pcscf, "P-TRM-1", "leads to no phone");
    border_fini(&f);
}

static void who_asks_for_privacy_is_not_shown_to_the_phone(void **state)
{
    struct border f;
    char more[1000];

    (void)state;
    registered(&f);
    snprintf(more, sizeof more, "%sPrivacy: id\r\n", inside);
    core_says(&f, "MESSAGE", f.path, more);
    assert_int_equal(sip_values_count(puppet_request(&f.phone, SIP_MESSAGE, 0),
                                      SIP_HDR_P_ASSERTED_IDENTITY),
                     0);
    border_fini(&f);
}

static void an_answer_is_given_back_its_routes_and_identity(void **state)
{
    struct border f;
    struct sip_message *m, *invite;

    (void)state;
    registered(&f);
    core_says(&f, "INVITE", f.path, inside);
    invite = puppet_request(&f.phone, SIP_INVITE, 0);
    sip_pop_last(invite, SIP_HDR_VIA); /* the phone forges it */
    sip_add_last(invite, SIP_HDR_VIA,
                 S("SIP/2.0/UDP 127.0.0.3:5060;branch=z9hG4bKforged"));
    puppet_answer(&f.phone, invite, 200,
                  "Contact: <sip:a@127.0.0.50:5060>\r\n"
                  "Record-Route: <sip:evil.example;lr>\r\n"
                  "P-Asserted-Identity: <sip:boss@ims.example>\r\n"
                  "P-Charging-Vector: icid-value=free\r\n");
    border_run(&f);
    m = puppet_response(&f.scscf, 200, 0);
    assert_text(value(m, SIP_HDR_P_ASSERTED_IDENTITY), S("<tel:+15551001>"));
    assert_has(value(m, SIP_HDR_P_CHARGING_VECTOR), "icid-value=\"i1\"");
    /* two of the P-CSCF's own, one for each side, and the S-CSCF's */
    assert_int_equal(sip_values_count(m, SIP_HDR_RECORD_ROUTE), 3);
    assert_has_not(value(m, SIP_HDR_RECORD_ROUTE), "evil");
    assert_int_equal(sip_values_count(m, SIP_HDR_VIA), 1);
    assert_has_not(value(m, SIP_HDR_VIA), "forged");
    border_fini(&f);
}

/* However many hops there were, all of them hear the phone. */
static void an_answer_is_given_back_thousands_of_vias(void **state)
{
    enum { HOPS = 2300 };
    struct border f;
    struct sip_message *m;
    struct buf more;

    (void)state;
    registered(&f);
    buf_init(&more, 64 * 1024);
    buf_str(&more, "Via: SIP/2.0/UDP h");
    for (unsigned i = 1; i < HOPS; i++)
        buf_str(&more, ",SIP/2.0/UDP h");
    buf_str(&more, "\r\n");
    buf_char(&more, '\0');
    core_says(&f, "INVITE", f.path, more.p);
    puppet_answer(&f.phone, puppet_request(&f.phone, SIP_INVITE, 0), 180, "");
    border_run(&f);
    m = puppet_response(&f.scscf, 180, 0);
    assert_non_null(m);
    assert_int_equal(sip_values_count(m, SIP_HDR_VIA), HOPS + 1);
    buf_fini(&more);
    border_fini(&f);
}

/* RFC 3325 9.2: a phone with several identities says which one answers. */
static void
an_answer_is_by_the_preferred_identity_if_it_is_registered(void **state)
{
    static const struct {
        const char *preferred, *asserted;
    } rows[] = {
        {"<sip:a@ims.example>", "<sip:a@ims.example>"},
        {"<tel:+1-555-1001>", "<tel:+15551001>"},
        {"<sip:boss@ims.example>", "<tel:+15551001>"},
        {"<urn:x:y>", "<tel:+15551001>"},
        {"<sip:a@ims.example>, <tel:+1-555-1001>", "<sip:a@ims.example>"},
        {"<sip:boss@ims.example>, <sip:a@ims.example>", "<sip:a@ims.example>"},
        {"<sip:boss@ims.example>, <sip:b@ims.example>", "<tel:+15551001>"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct border f;
        struct sip_message *m;
        char more[200];

        registered(&f);
        core_says(&f, "MESSAGE", f.path, inside);
        snprintf(more, sizeof more, "P-Preferred-Identity: %s\r\n",
                 rows[i].preferred);
        puppet_answer(&f.phone, puppet_request(&f.phone, SIP_MESSAGE, 0), 200,
                      more);
        border_run(&f);
        m = puppet_response(&f.scscf, 200, 0);
        assert_text(value(m, SIP_HDR_P_ASSERTED_IDENTITY),
                    slice_of(rows[i].asserted));
        assert_int_equal(sip_values_count(m, SIP_HDR_P_PREFERRED_IDENTITY), 0);
        border_fini(&f);
    }
}

/* What holds for the first request holds for those within its dialog too. */
static void the_inside_stays_inside_within_a_dialog(void **state)
{
    struct border f;
    struct sip_message *invite;

    (void)state;
    registered(&f);
    core_says(&f, "INVITE", f.path, inside);
    invite = puppet_request(&f.phone, SIP_INVITE, 0);
    puppet_answer(&f.phone, invite, 200,
                  "Contact: <sip:a@127.0.0.50:5060>\r\n");
    border_run(&f);
    for (size_t i = 0; i < 2; i++) {
        puppet_send(&f.scscf, &f.mw,
                    "%s sip:a@127.0.0.50:5060 SIP/2.0\r\n"
                    "Via: SIP/2.0/UDP 127.0.0.3:5060;branch=z9hG4bKd%zu\r\n"
                    "Max-Forwards: 70\r\nRoute: %.*s\r\n"
                    "From: <sip:b@ims.example>;tag=b\r\n"
                    "To: <sip:a@ims.example>;tag=phone\r\n"
                    "Call-ID: %.*s\r\nCSeq: %zu %s\r\n"
                    "%sContent-Length: 0\r\n\r\n",
                    i ? "INFO" : "ACK", i,
                    SLICE_ARG(value(puppet_response(&f.scscf, 200, 0),
                                    SIP_HDR_RECORD_ROUTE)),
                    SLICE_ARG(value(invite, SIP_HDR_CALL_ID)), i + 1,
                    i ? "INFO" : "ACK", inside);
        border_run(&f);
    }
    check_nothing_of_the_inside(puppet_request(&f.phone, SIP_ACK, 0));
    check_nothing_of_the_inside(puppet_request(&f.phone, SIP_INFO, 0));
    puppet_answer(&f.phone, puppet_request(&f.phone, SIP_INFO, 0), 200,
                  "P-Asserted-Identity: <sip:boss@ims.example>\r\n"
                  "P-Charging-Vector: icid-value=free\r\n");
    border_run(&f);
    assert_int_equal(
        sip_values_count(puppet_last(&f.scscf), SIP_HDR_P_ASSERTED_IDENTITY),
        0);
    assert_int_equal(
        sip_values_count(puppet_last(&f.scscf), SIP_HDR_P_CHARGING_VECTOR), 0);
    border_fini(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(other_challenges_pass),
        cmocka_unit_test(several_service_routes_are_all_followed),
        cmocka_unit_test(
            an_answer_is_by_the_preferred_identity_if_it_is_registered),
        cmocka_unit_test(who_finds_no_room_is_told_before_he_registers),
        cmocka_unit_test(whose_room_is_taken_meanwhile_is_counted_and_told_of),
        cmocka_unit_test(a_node_tells_who_is_registered),
        cmocka_unit_test(a_register_says_which_flow_and_network_it_came_by),
        cmocka_unit_test(keys_of_a_challenge_do_not_reach_the_phone),
        cmocka_unit_test(only_the_answer_to_the_challenge_counts_as_protected),
        cmocka_unit_test(what_is_for_the_network_stays_out_of_the_200),
        cmocka_unit_test(a_contact_is_forgotten_at_its_time_and_not_before),
        cmocka_unit_test(a_stranger_gets_403),
        cmocka_unit_test(the_service_route_is_followed_whatever_the_phone_says),
        cmocka_unit_test(who_has_no_service_route_follows_it_without_a_route),
        cmocka_unit_test(only_a_registered_identity_is_asserted),
        cmocka_unit_test(a_dialog_that_never_was_gets_403),
        cmocka_unit_test(a_silent_s_cscf_is_a_504),
        cmocka_unit_test(the_path_leads_to_the_flow_that_registered),
        cmocka_unit_test(a_path_counts_once_its_phone_is_registered),
        cmocka_unit_test(a_path_that_leads_nowhere_is_a_480),
        cmocka_unit_test(who_asks_for_privacy_is_not_shown_to_the_phone),
        cmocka_unit_test(an_answer_is_given_back_its_routes_and_identity),
        cmocka_unit_test(an_answer_is_given_back_thousands_of_vias),
        cmocka_unit_test(the_inside_stays_inside_within_a_dialog),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
