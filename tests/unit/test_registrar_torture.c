/* SPDX-License-Identifier: MIT */
#include "crypto/digest.h"
#include "hss/role.h"
#include "scscf/role.h"
#include "sip/views.h"
#include "support/check.h"
#include "support/corpus.h"
#include "support/nodes.h"
#include "support/puppet.h"
#include <stdio.h>
#include <stdlib.h>

/* The messages of RFC 4475 and RFC 5118 at an S-CSCF and its HSS: what
 * EXPECT.tsv has for a registrar, and for an endpoint where it is one.
 *
 * proves SIP-1 SIP-2 SIP-12 S-REG-1 S-REG-3 */

static const char network[] =
    "name: t\n"
    "networks:\n"
    "  - domain: example.com\n"
    "    nodes:\n"
    "      - {name: scscf1, role: scscf, host: 127.0.0.3, mw: udp:5060,\n"
    "         admin: 8083}\n"
    "      - {name: icscf1, role: icscf, host: 127.0.0.2, mw: udp:5060,\n"
    "         admin: 8082}\n"
    "      - {name: hss1, role: hss, host: 127.0.0.4, store: 'memory:',\n"
    "         diameter: tcp:3868, admin: 8084}\n";

struct fixture {
    struct sim *sim;
    struct sim_host *hosts[2];
    struct node *hss, *scscf;
    struct topology *topology;
    struct puppet phone;
    struct addr registrar;
    struct record_cursor cursor; /* in the record of the S-CSCF */
};

static struct node *start(struct fixture *f, unsigned i, const char *name,
                          const struct node_role *role)
{
    struct node_options o = {
        .role = role, .topology = f->topology, .name = name, .sink = no_sink};
    struct node *n;
    struct why why;

    f->hosts[i] = sim_host_new(f->sim, name);
    o.net = sim_host_net(f->hosts[i]);
    assert_ok(node_new(&o, &n, &why), &why);
    return n;
}

static void provision(struct fixture *f, const char *impu, const char *impi)
{
    struct api_answer a;
    char body[256];

    api_answer_init(&a);
    snprintf(body, sizeof(body),
             "{\"impu\": \"%s\", \"impi\": \"%s\","
             " \"digest\": {\"password\": \"secret\"}}",
             impu, impi);
    api_ask(f->hss, "POST /api/v1/subscribers", body, &a);
    sim_run_for(f->sim, SECOND);
    assert_int_equal(a.status, 201);
    api_answer_fini(&a);
}

static void set_up(struct fixture *f)
{
    struct buf errors;
    enum ims_err err;

    *f = (struct fixture){.sim = sim_new(1)};
    buf_init(&errors, 10000);
    err = topology_parse(slice_of(network), "t.yaml", &f->topology, &errors);
    assert_text(buf_slice(&errors), S(""));
    assert_int_equal(err, IMS_OK);
    buf_fini(&errors);
    f->hss = start(f, 0, "hss1", &hss_role);
    f->scscf = start(f, 1, "scscf1", &scscf_role);
    puppet_init(&f->phone, f->sim, "phone", "127.0.0.50:5060");
    f->registrar = world_addr("127.0.0.3:5060", TRANSPORT_UDP);
    provision(f, "sip:user@example.com", "user@example.com");
    provision(f, "sip:j.user@example.com", "j.user@example.com");
    provision(f, "sip:watson@example.com", "watson@example.com");
    provision(f, "sip:null-%00-null@example.com", "null-%00-null@example.com");
}

static void tear_down(struct fixture *f)
{
    puppet_fini(&f->phone);
    node_free(f->scscf);
    node_free(f->hss);
    sim_host_free(f->hosts[0]);
    sim_host_free(f->hosts[1]);
    topology_free(f->topology);
    sim_free(f->sim);
}

/* The status that the S-CSCF answered last; 0: none since. An answer to a
 * broken request is broken itself, so it is looked for in the record. */
static unsigned status_sent(struct fixture *f)
{
    struct record_entry e;
    uint64_t missed, status = 0;

    while (record_read(f->scscf->env.record, &f->cursor, &e, &missed))
        if (e.kind == RECORD_TX && slice_starts(e.bytes, S("SIP/2.0 ")))
            assert_true(slice_u64(slice_first(slice_from(e.bytes, 8), 3), 999,
                                  &status));
    return (unsigned)status;
}

static unsigned ask(struct fixture *f, struct slice text)
{
    status_sent(f);
    puppet_send_text(&f->phone, &f->registrar, text);
    sim_run_for(f->sim, 100 * MSEC);
    return status_sent(f);
}

/* ---- registrar ----------------------------------------------------------- */

static void authorize(struct sip_message *m, const struct sip_message *resp,
                      const char *impi)
{
    struct digest_input in = {.algorithm = DIGEST_MD5,
                              .method = S("REGISTER"),
                              .uri = S("sip:example.com")};
    struct digest_hex ha1, response;
    struct sip_auth challenge;

    assert_true(sip_auth_find(resp, SIP_HDR_WWW_AUTHENTICATE, S("Digest"),
                              S("example.com"), &challenge));
    assert_true(sip_auth_param(&challenge, S("nonce"), &in.nonce));
    digest_ha1(DIGEST_MD5, slice_of(impi), S("example.com"), S("secret"), &ha1);
    digest_response(&in, digest_slice(&ha1), &response);
    sip_set_printf(m, SIP_HDR_AUTHORIZATION,
                   "Digest username=\"%s\", realm=\"example.com\", "
                   "nonce=\"%.*s\", uri=\"sip:example.com\", "
                   "response=\"%.*s\"",
                   impi, SLICE_ARG(in.nonce),
                   SLICE_ARG(digest_slice(&response)));
}

/* The same REGISTER again, with what the challenge asks for. */
static unsigned answer(struct fixture *f, struct slice text, const char *impi)
{
    struct sip_message *m;
    unsigned status;
    struct sip_cseq cseq;
    struct buf out;
    struct why why;

    assert_ok(sip_message_parse(text, &(struct sip_limits){0}, &m, &why), &why);
    assert_ok(sip_cseq_parse(sip_header_value(m, SIP_HDR_CSEQ), &cseq, &why),
              &why);
    authorize(m, puppet_last(&f->phone), impi);
    sip_set_printf(m, SIP_HDR_CSEQ, "%u REGISTER", cseq.number + 1);
    sip_set(m, SIP_HDR_VIA, S("SIP/2.0/UDP 127.0.0.50;branch=z9hG4bKsecond"));
    buf_init(&out, 65535);
    assert_ok(sip_message_print(m, &out, &why), &why);
    status = ask(f, buf_slice(&out));
    buf_fini(&out);
    sip_message_drop(m);
    return status;
}

/* status 200: after a challenge; its contacts without their expires. */
static const struct {
    const char *file;
    unsigned status;
    const char *impi, *contacts[2];
} registers[] = {
    {"rfc4475/escnull",
     200,
     "null-%00-null@example.com",
     {"<sip:%00@host5.example.com>", "<sip:%00%00@host5.example.com>"}},
    {"rfc4475/dblreq",
     200,
     "j.user@example.com",
     {"<sip:j.user@host.example.com>"}},
    {"rfc4475/cparam01",
     200,
     "watson@example.com",
     {"<sip:+19725552222@gw1.example.net>;unknownparam"}},
    {"rfc4475/cparam02",
     200,
     "watson@example.com",
     {"<sip:+19725552222@gw1.example.net;unknownparam>"}},
    {"rfc4475/regescrt",
     200,
     "user@example.com",
     {"<sip:user@example.com?Route=%3Csip:sip.example.com%3E>"}},
    {"rfc5118-fixed/ipv6-good",
     200,
     "user@example.com",
     {"<sip:caller@[2001:db8::1]>"}},
    {"rfc5118-fixed/port-ambiguous",
     200,
     "user@example.com",
     {"<sip:caller@[2001:db8::1]>"}},
    {"rfc5118-fixed/port-unambiguous",
     200,
     "user@example.com",
     {"<sip:caller@[2001:db8::1]>"}},
    {"rfc4475/regaut01", 401, NULL, {NULL}},
    {"rfc4475/regbadct", 400, NULL, {NULL}},
    {"rfc4475/unksm2", 400, NULL, {NULL}},
    {"rfc4475/scalar02", 400, NULL, {NULL}},
    {"rfc5118-fixed/ipv6-bad", 400, NULL, {NULL}},
};

static void check_contacts(const struct sip_message *resp,
                           const char *const contacts[2])
{
    struct sip_values it;
    struct slice value;
    unsigned n = 0;

    sip_values_begin(&it, resp, SIP_HDR_CONTACT);
    for (; sip_values_next(&it, &value); n++) {
        assert_true(n < 2 && contacts[n]);
        assert_text(slice_first(value, strlen(contacts[n])),
                    slice_of(contacts[n]));
        assert_has(value, ";expires=3600");
    }
    assert_int_equal(n, 1 + (contacts[1] != NULL));
}

static void a_register_gets_the_registrars_verdict(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(registers) / sizeof(*registers); i++) {
        unsigned status, wanted = registers[i].status;
        struct slice text;
        struct fixture f;
        char path[128];

        snprintf(path, sizeof(path), "sip-torture/%s.dat", registers[i].file);
        text = corpus_read(path);
        set_up(&f);
        status = ask(&f, text);
        if (status == 401 && wanted == 200)
            status = answer(&f, text, registers[i].impi);
        if (status != wanted)
            fail_msg("%s: %u", path, status);
        if (status == 200)
            check_contacts(puppet_last(&f.phone), registers[i].contacts);
        free((char *)text.p);
        tear_down(&f);
    }
}

static unsigned ask_long(struct fixture *f, int contact, int path)
{
    struct buf out;
    unsigned status;

    buf_init(&out, 65535);
    buf_printf(&out,
               "REGISTER sip:example.com SIP/2.0\r\n"
               "Via: SIP/2.0/UDP 127.0.0.50;branch=z9hG4bK%d.%d\r\n"
               "From: <sip:user@example.com>;tag=1\r\n"
               "To: <sip:user@example.com>\r\n"
               "Call-ID: %d.%d\r\n"
               "CSeq: 1 REGISTER\r\n"
               "Path: <sip:",
               contact, path, contact, path);
    for (int i = 0; i < path; i++)
        buf_char(&out, 'p');
    buf_str(&out, "@p.example;lr>\r\nContact: <sip:user@h.example>;x=\"");
    for (int i = 0; i < contact; i++)
        buf_char(&out, 'c');
    buf_str(&out, "\"\r\nContent-Length: 0\r\n\r\n");
    status = ask(f, buf_slice(&out));
    buf_fini(&out);
    return status;
}

static void what_is_too_long_to_be_kept_is_refused(void **state)
{
    struct fixture f;

    (void)state;
    set_up(&f);
    assert_int_equal(ask_long(&f, 4000, 8000), 401);
    assert_int_equal(ask_long(&f, 4100, 0), 400);
    assert_int_equal(ask_long(&f, 0, 8200), 400);
    tear_down(&f);
}

/* ---- endpoint ------------------------------------------------------------ */

/* OPTIONS for whom it is not: made one for the node itself (is_made_ours), or
 * sent as it stands. */
static const struct {
    const char *file;
    unsigned status;
    bool is_made_ours;
} options[] = {
    {"rfc4475/bext01", 420, true},      {"rfc4475/lwsdisp", 200, true},
    {"rfc4475/transports", 200, true},  {"rfc4475/badbranch", 200, true},
    {"rfc4475/zeromf", 200, true}, /* 3.3.11: an endpoint takes it */
    {"rfc4475/badaspec", 400, true},    {"rfc4475/baddn", 400, false},
    {"rfc4475/badvers", 505, false},    {"rfc4475/mcl01", 400, false},
    {"rfc4475/mismatch01", 400, false}, {"rfc4475/novelsc", 416, false},
    {"rfc4475/unkscm", 416, false},     {"rfc4475/trws", 400, false},
};

static void make_ours(struct slice text, struct buf *out)
{
    struct slice rest = text, line;

    slice_cut(&rest, '\n', &line);
    buf_str(out, "OPTIONS sip:scscf1.example.com SIP/2.0\r\n");
    buf_add(out, rest);
}

static void an_options_gets_the_endpoints_verdict(void **state)
{
    struct fixture f;

    (void)state;
    corpus_need("sip-torture/rfc4475");
    set_up(&f);
    for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++) {
        struct slice text;
        struct buf out;
        char path[128];
        unsigned status;

        snprintf(path, sizeof(path), "sip-torture/%s.dat", options[i].file);
        text = corpus_read(path);
        buf_init(&out, 65535);
        if (options[i].is_made_ours)
            make_ours(text, &out);
        else
            buf_add(&out, text);
        status = ask(&f, buf_slice(&out));
        if (status != options[i].status)
            fail_msg("%s: %u", path, status);
        if (status == 420)
            assert_int_equal(
                sip_values_count(puppet_last(&f.phone), SIP_HDR_UNSUPPORTED),
                2);
        buf_fini(&out);
        free((char *)text.p);
    }
    tear_down(&f);
}

/* ---- the other rows ------------------------------------------------------ */

/* What is no REGISTER and not for the node itself: refused as the table says
 * when it is broken; else the S-CSCF serves nobody of that name (404), or
 * somebody who is not registered (480). 0: no answer. */
static const struct {
    const char *file;
    unsigned status;
} others[] = {
    {"rfc4475/wsinv", 404},
    {"rfc4475/intmeth", 404},
    {"rfc4475/esc01", 404},
    {"rfc4475/esc02", 404},
    {"rfc4475/longreq", 480},
    {"rfc4475/semiuri", 404},
    {"rfc4475/mpart01", 404},
    {"rfc4475/unreason", 0},
    {"rfc4475/noreason", 0},
    {"rfc4475/badinv01", 400},
    {"rfc4475/clerr", 400},
    {"rfc4475/ncl", 400},
    {"rfc4475/scalarlg", 0},
    {"rfc4475/quotbal", 400},
    {"rfc4475/ltgtruri", 400},
    {"rfc4475/lwsruri", 400},
    {"rfc4475/lwsstart", 400},
    {"rfc4475/escruri", 400},
    {"rfc4475/baddate", 480},
    {"rfc4475/mismatch02", 400},
    {"rfc4475/bigcode", 0},
    {"rfc4475/insuf", 400},
    {"rfc4475/invut", 480},
    {"rfc4475/multi01", 400},
    {"rfc4475/bcast", 0},
    {"rfc4475/sdp01", 480},
    {"rfc4475/inv2543", 404},
    {"rfc4475/test", 0},
    {"rfc5118-fixed/via-received-param-with-delim", 404},
    {"rfc5118-fixed/via-received-param-no-delim", 404},
    {"rfc5118-fixed/ipv6-in-sdp", 404},
    {"rfc5118-fixed/mult-ip-in-header", 404},
    {"rfc5118-fixed/mult-ip-in-sdp", 404},
    {"rfc5118-fixed/ipv4-mapped-ipv6", 480},
    {"rfc5118-fixed/ipv6-bug-abnf-3-colons", 404},
    {"rfc5118-fixed/ipv6-correct-abnf-2-colons", 404},
};

static void each_other_message_is_refused_or_for_nobody(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
        struct fixture f;
        struct slice text;
        char path[128];
        unsigned status;

        snprintf(path, sizeof(path), "sip-torture/%s.dat", others[i].file);
        text = corpus_read(path);
        set_up(&f);
        status = ask(&f, text);
        if (status != others[i].status)
            fail_msg("%s: %u", path, status);
        free((char *)text.p);
        tear_down(&f);
    }
}

static bool is_file(struct slice file, const char *name)
{
    return slice_starts(file, slice_of(name)) &&
           slice_eq(slice_from(file, strlen(name)), S(".dat"));
}

/* How the tables above judge the file; -1: not at all. */
static int judged(struct slice file)
{
    for (size_t i = 0; i < sizeof(registers) / sizeof(*registers); i++)
        if (is_file(file, registers[i].file))
            return (int)registers[i].status;
    for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++)
        if (is_file(file, options[i].file))
            return (int)options[i].status;
    for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
        if (is_file(file, others[i].file))
            return (int)others[i].status;
    return -1;
}

/* What our verdict refuses, the row has refused with that code. */
static void check_row(void *ctx, struct slice row)
{
    struct slice file = tsv_cell(row, EXPECT_FILE),
                 statuses = tsv_cell(row, EXPECT_STATUS);
    int status = judged(file);
    char text[12];

    (void)ctx;
    if (status < 0)
        fail_msg("%.*s has no verdict here", SLICE_ARG(file));
    snprintf(text, sizeof text, "%d", status);
    if (status >= 400 && status != 404 && status != 480 &&
        slice_find(tsv_cell(row, EXPECT_REGISTRAR), slice_of(text)) < 0 &&
        slice_find(statuses, slice_of(text)) < 0)
        fail_msg("%.*s: %s is none of \"%.*s\"", SLICE_ARG(file), text,
                 SLICE_ARG(statuses));
    if (slice_eq(statuses, S("400")) && status != 400)
        fail_msg("%.*s must be refused with 400", SLICE_ARG(file));
}

static void each_row_is_judged_as_the_table_allows(void **state)
{
    (void)state;
    corpus_each_expected(check_row, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_register_gets_the_registrars_verdict),
        cmocka_unit_test(what_is_too_long_to_be_kept_is_refused),
        cmocka_unit_test(an_options_gets_the_endpoints_verdict),
        cmocka_unit_test(each_other_message_is_refused_or_for_nobody),
        cmocka_unit_test(each_row_is_judged_as_the_table_allows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
