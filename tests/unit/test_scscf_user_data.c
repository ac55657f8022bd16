/* SPDX-License-Identifier: MIT */
#include "crypto/digest.h"
#include "scscf/role.h"
#include "sip/views.h"
#include "support/check.h"
#include "support/diameter_world.h"
#include "support/nodes.h"
#include "support/puppet.h"
#include <stdio.h>

/* What an HSS of another vendor sends of a user who registers, or is called.
 *
 * proves S-REG-1 S-REG-3 S-TRM-1 */

#define HA1 "0123456789abcdef0123456789abcdef"

struct fixture {
    struct sim *sim;
    struct topology *topology;
    struct sim_host *host;
    struct node *scscf;
    struct dia_node *hss;
    struct puppet icscf;
    struct addr to;
    unsigned cseq;
    const char *user_data;   /* of the next SAA */
    enum cx_assignment type; /* of the last SAR */
    char user_name[64];      /* likewise */
    unsigned sars;
    struct cx_request *held; /* a SAR, if `holds` */
    bool holds;
    unsigned result; /* of the next SAA; 0: success */
    struct vectors { /* of the next MAA */
        const char *algorithm;
        bool none, unknown;
    } vectors;
};

static void on_mar(void *ctx, struct cx_request *r, const struct cx_mar *mar)
{
    const struct fixture *f = ctx;
    struct cx_digest digest = {.realm = S("ims.example"),
                               .algorithm = slice_of(f->vectors.algorithm),
                               .qop = S("auth"),
                               .ha1 = S(HA1)};
    struct cx_auth_item item = {.number = 1,
                                .scheme = S(CX_SCHEME_DIGEST),
                                .digest = f->vectors.unknown ? NULL : &digest};
    struct cx_maa maa = {.outcome.result = CX_SUCCESS,
                         .impi = mar->impi,
                         .impu = mar->impu,
                         .count = 1,
                         .items = {&item, !f->vectors.none}};

    cx_maa_answer(r, &maa);
}

static void answer_sar(struct fixture *f, struct cx_request *r)
{
    struct cx_saa saa = {.outcome.result = f->result ? f->result : CX_SUCCESS,
                         .impi = S("a@ims.example"),
                         .user_data = slice_of(f->user_data)};

    cx_saa_answer(r, &saa);
}

static void on_sar(void *ctx, struct cx_request *r, const struct cx_sar *sar)
{
    struct fixture *f = ctx;

    f->type = sar->type;
    snprintf(f->user_name, sizeof f->user_name, "%.*s", SLICE_ARG(sar->impi));
    f->sars++;
    if (f->holds)
        f->held = r;
    else
        answer_sar(f, r);
}

static void start(struct fixture *f)
{
    static const struct cx_handler asked = {.on_mar = on_mar, .on_sar = on_sar};
    struct node_options o = {
        .role = &scscf_role, .name = "scscf1", .sink = no_sink};
    struct why why;

    *f = (struct fixture){.sim = sim_new(1),
                          .topology = test_topology(""),
                          .vectors.algorithm = "MD5"};
    f->hss = dia_node_new(f->sim, "hss1", "127.0.0.4", &asked, f);
    assert_ok(diameter_add_peer(f->hss->d,
                                &(struct diameter_peer_config){
                                    .host = S("scscf1.ims.example"),
                                    .realm = S("ims.example")},
                                &why),
              &why);
    diameter_start(f->hss->d);
    f->host = sim_host_new(f->sim, "scscf1");
    o.topology = f->topology;
    o.net = sim_host_net(f->host);
    assert_ok(node_new(&o, &f->scscf, &why), &why);
    f->to = topology_listener_of(topology_find_node(f->topology, S("scscf1")),
                                 TOPOLOGY_MW, TRANSPORT_UDP)
                ->at.addr;
    puppet_init(&f->icscf, f->sim, "icscf1", "10.9.9.9:5060");
    sim_run_for(f->sim, 3 * SECOND);
}

static void tear_down(struct fixture *f)
{
    puppet_fini(&f->icscf);
    dia_node_free(f->hss);
    sim_host_kill(f->host);
    node_free(f->scscf);
    sim_host_free(f->host);
    sim_free(f->sim);
    topology_free(f->topology);
}

static struct sip_message *send_register(struct fixture *f, const char *more)
{
    f->cseq++;
    puppet_send(&f->icscf, &f->to,
                "REGISTER sip:scscf1.ims.example SIP/2.0\r\n"
                "Via: SIP/2.0/UDP 10.9.9.9:5060;branch=z9hG4bK%u\r\n"
                "Max-Forwards: 70\r\n"
                "From: <sip:a@ims.example>;tag=1\r\n"
                "To: <sip:a@ims.example>\r\n"
                "Call-ID: c\r\nCSeq: %u REGISTER\r\n"
                "Path: <sip:t@10.9.9.9;lr>\r\n"
                "Contact: <sip:a@10.1.1.1>;expires=600\r\n"
                "%sContent-Length: 0\r\n\r\n",
                f->cseq, f->cseq, more);
    sim_run_for(f->sim, SECOND);
    return puppet_last(&f->icscf);
}

/* The final answer to who knows the password. */
static struct sip_message *enter(struct fixture *f, const char *user_data)
{
    struct digest_input in = {.algorithm = DIGEST_MD5,
                              .method = S("REGISTER"),
                              .uri = S("sip:ims.example"),
                              .nc = S("00000001"),
                              .cnonce = S("c"),
                              .qop = DIGEST_QOP_AUTH};
    const struct sip_message *resp = send_register(f, "");
    struct digest_hex response;
    struct sip_auth challenge;
    char line[700];

    assert_int_equal(resp->status, 401);
    assert_true(sip_auth_find(resp, SIP_HDR_WWW_AUTHENTICATE, S("Digest"),
                              S("ims.example"), &challenge));
    assert_true(sip_auth_param(&challenge, S("nonce"), &in.nonce));
    digest_response(&in, S(HA1), &response);
    snprintf(line, sizeof line,
             "Authorization: Digest username=\"a@ims.example\", "
             "realm=\"ims.example\", nonce=\"%.*s\", uri=\"sip:ims.example\", "
             "qop=auth, nc=00000001, cnonce=\"c\", response=\"%.*s\"\r\n",
             SLICE_ARG(in.nonce), SLICE_ARG(digest_slice(&response)));
    f->user_data = user_data;
    return send_register(f, line);
}

#define USER(impu, more)                                                    \
    "<IMSSubscription><PrivateID>a@ims.example</PrivateID><ServiceProfile>" \
    "<PublicIdentity><BarringIndication/><Identity>" impu                   \
    "</Identity></PublicIdentity>" more "</ServiceProfile></IMSSubscription>"
#define IFC(priority, spt)                                             \
    "<InitialFilterCriteria><Priority>" priority                       \
    "</Priority><TriggerPoint><ConditionTypeCNF>1</ConditionTypeCNF>"  \
    "<SPT>" spt "</SPT></TriggerPoint><ApplicationServer><ServerName>" \
    "sip:as.ims.example</ServerName></ApplicationServer>"              \
    "</InitialFilterCriteria>"
#define GROUPS8                                                        \
    "<Group>1</Group><Group>2</Group><Group>3</Group><Group>4</Group>" \
    "<Group>5</Group><Group>6</Group><Group>7</Group><Group>8</Group>"

/* RFC 3261 21.5.1: the phone did all as it should. */
static void what_the_hss_gets_wrong_is_no_fault_of_the_phone(void **state)
{
    static const struct {
        const char *user_data;
        unsigned status;
        enum cx_assignment last; /* what the HSS was told last */
    } rows[] = {
        {USER("sip:a@ims.example", IFC("0", "<Group>0</Group><Method>INVITE"
                                            "</Method>")),
         200, CX_ASSIGN_REGISTRATION},
        {"", 500, CX_ADMINISTRATIVE_DEREGISTRATION},
        {"<IMSSubscription/>", 500, CX_ADMINISTRATIVE_DEREGISTRATION},
        {USER("sip:b@ims.example", ""), 500, CX_ADMINISTRATIVE_DEREGISTRATION},
        {USER("sip:a@ims.example", IFC("0", "<Method>INVITE</Method>")), 500,
         CX_ADMINISTRATIVE_DEREGISTRATION},
        {USER("sip:a@ims.example",
              IFC("-1", "<Group>0</Group><Method>INVITE</Method>")),
         500, CX_ADMINISTRATIVE_DEREGISTRATION},
        {USER("sip:a@ims.example",
              IFC("0", GROUPS8 GROUPS8 GROUPS8 GROUPS8
                  "<Group>0</Group><Method>INVITE</Method>")),
         503, CX_DEREGISTRATION_TOO_MUCH_DATA},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct fixture f;

        start(&f);
        assert_int_equal(enter(&f, rows[i].user_data)->status, rows[i].status);
        assert_int_equal(f.type, rows[i].last);
        tear_down(&f);
    }
}

static void send_message(struct fixture *f)
{
    f->cseq++;
    puppet_send(&f->icscf, &f->to,
                "MESSAGE sip:a@ims.example SIP/2.0\r\n"
                "Via: SIP/2.0/UDP 10.9.9.9:5060;branch=z9hG4bK%u\r\n"
                "Max-Forwards: 70\r\n"
                "From: <sip:b@ims.example>;tag=1\r\n"
                "To: <sip:a@ims.example>\r\n"
                "Call-ID: m%u\r\nCSeq: 1 MESSAGE\r\n"
                "Content-Length: 0\r\n\r\n",
                f->cseq, f->cseq);
    sim_run_for(f->sim, 200 * MSEC);
}

static unsigned call(struct fixture *f)
{
    send_message(f);
    return puppet_last(&f->icscf)->status;
}

/* TS 29.228 6.1.2.1: the HSS keeps who is served unregistered for ever. */
static void
whose_profile_cannot_be_kept_is_not_served_unregistered(void **state)
{
    static const struct {
        const char *user_data;
        enum cx_assignment last;
    } rows[] = {
        {USER("sip:a@ims.example", ""), CX_UNREGISTERED_USER},
        {"<IMSSubscription/>", CX_ADMINISTRATIVE_DEREGISTRATION},
        {USER("sip:b@ims.example", ""), CX_ADMINISTRATIVE_DEREGISTRATION},
        {USER("sip:a@ims.example",
              IFC("0", GROUPS8 GROUPS8 GROUPS8 GROUPS8
                  "<Group>0</Group><Method>INVITE</Method>")),
         CX_DEREGISTRATION_TOO_MUCH_DATA},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        bool kept = rows[i].last == CX_UNREGISTERED_USER;
        struct fixture f;

        start(&f);
        f.user_data = rows[i].user_data;
        assert_int_equal(call(&f), 480);
        assert_int_equal(f.type, rows[i].last);
        assert_string_equal(f.user_name, kept ? "" : "a@ims.example");
        assert_int_equal(f.sars, kept ? 1 : 2);
        tear_down(&f);
    }
}

/* TS 24.229 5.4.3.3, RFC 3261 21.5.5: nobody who knows the user answered. */
static void whom_the_hss_says_nothing_of_cannot_be_called_now(void **state)
{
    static const struct {
        unsigned result, status;
    } rows[] = {
        {CX_TOO_BUSY, 504},
        {CX_UNABLE_TO_DELIVER, 504},
        {CX_USER_UNKNOWN, 404},
        {CX_UNABLE_TO_COMPLY, 480},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct fixture f;

        start(&f);
        f.result = rows[i].result;
        f.user_data = USER("sip:a@ims.example", "");
        assert_int_equal(call(&f), rows[i].status);
        assert_int_equal(f.sars, 1);
        tear_down(&f);
    }
}

/* He registers while a request for him waits for the HSS. */
static void
who_is_registered_stays_so_whatever_comes_for_his_calls(void **state)
{
    struct fixture f;

    (void)state;
    start(&f);
    f.holds = true;
    send_message(&f);
    assert_int_equal(f.type, CX_UNREGISTERED_USER);
    f.holds = false;
    assert_int_equal(enter(&f, USER("sip:a@ims.example", ""))->status, 200);
    f.user_data = "<IMSSubscription/>";
    answer_sar(&f, f.held);
    sim_run_for(f.sim, SECOND);
    assert_int_equal(f.type, CX_ASSIGN_REGISTRATION);
    assert_int_equal(puppet_last(&f.icscf)->method, SIP_MESSAGE);
    tear_down(&f);
}

/* TS 29.228 6.1.2.1: the HSS stored this S-CSCF's name when it was asked for
 * vectors, and keeps it for no challenge. */
static void who_cannot_be_challenged_is_told_of_to_the_hss(void **state)
{
    static const struct vectors rows[] = {
        {.algorithm = "MD5", .none = true},
        {.algorithm = "MD5", .unknown = true},
        {.algorithm = "X"},
        {.algorithm = "AKAv1-MD5"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct fixture f;

        start(&f);
        f.vectors = rows[i];
        assert_int_equal(send_register(&f, "")->status, 500);
        assert_int_equal(f.sars, 1);
        assert_int_equal(f.type, CX_AUTHENTICATION_TIMEOUT);
        /* while another challenge of his waits there is something */
        f.vectors = (struct vectors){.algorithm = "MD5"};
        assert_int_equal(send_register(&f, "")->status, 401);
        f.vectors = rows[i];
        assert_int_equal(send_register(&f, "")->status, 500);
        assert_int_equal(f.sars, 1);
        tear_down(&f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_hss_gets_wrong_is_no_fault_of_the_phone),
        cmocka_unit_test(
            whose_profile_cannot_be_kept_is_not_served_unregistered),
        cmocka_unit_test(whom_the_hss_says_nothing_of_cannot_be_called_now),
        cmocka_unit_test(
            who_is_registered_stays_so_whatever_comes_for_his_calls),
        cmocka_unit_test(who_cannot_be_challenged_is_told_of_to_the_hss),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
