/* SPDX-License-Identifier: MIT */
#include "sip/ua.h"
#include "tests/support/check.h"
#include "tests/support/sip_bench.h"
#include <stdio.h>

static struct sip_message *parse(const char *text)
{
    struct sip_message *m = NULL;
    struct why why;

    assert_ok(
        sip_message_parse(slice_of(text), &(struct sip_limits){0}, &m, &why),
        &why);
    return m;
}

/* Fails unless the printed message has the line. */
static void has_line(const struct sip_message *m, const char *line)
{
    struct buf out;
    struct why why;
    char wanted[512];

    snprintf(wanted, sizeof wanted, "\r\n%s\r\n", line);
    buf_init(&out, 65536);
    assert_ok(sip_message_print(m, &out, &why), &why);
    assert_has(buf_slice(&out), wanted);
    buf_fini(&out);
}

#define ROUTES                                   \
    "Record-Route: <sip:p2;lr>, <sip:p1;lr>\r\n" \
    "Record-Route: <sip:p0;lr>\r\n"

static const char *const invite =
    "INVITE sip:bob@b.example SIP/2.0\r\n"
    "Via: SIP/2.0/UDP a;branch=z9hG4bK1\r\n" ROUTES "Max-Forwards: 70\r\n"
    "From: \"Alice A\" <sip:alice@a.example>;tag=aa\r\n"
    "To: sip:bob@b.example\r\nCall-ID: c1\r\nCSeq: 41 INVITE\r\n"
    "Contact: <sip:alice@10.0.0.9:5062;ob>;x=y\r\nContent-Length: 0\r\n\r\n";

static const char *const ringing =
    "SIP/2.0 180 Ringing\r\nVia: SIP/2.0/UDP a;branch=z9hG4bK1\r\n" ROUTES
    "From: \"Alice A\" <sip:alice@a.example>;tag=aa\r\n"
    "To: sip:bob@b.example;tag=bb\r\nCall-ID: c1\r\nCSeq: 41 INVITE\r\n"
    "Contact: <sip:bob@10.0.0.8>\r\nContent-Length: 0\r\n\r\n";

static const char *const strict =
    "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP a;branch=z9hG4bK1\r\n"
    "Record-Route: <sip:p1;lr>, <sip:p0>\r\n"
    "From: \"Alice A\" <sip:alice@a.example>;tag=aa\r\n"
    "To: sip:bob@b.example;tag=bb\r\nCall-ID: c1\r\nCSeq: 41 INVITE\r\n"
    "Contact: <sip:bob@10.0.0.7>\r\nContent-Length: 0\r\n\r\n";

static void a_request_has_all_that_it_must_have(void **state)
{
    struct sim *sim = sim_new(1);
    struct world_host *w = world_host_new(sim, "scscf1");
    struct sip_ua_request r = {.method = SIP_REGISTER,
                               .uri = S("sip:as.example"),
                               .from = S("sip:scscf1.ims.example"),
                               .to = S("<sip:alice@ims.example>"),
                               .contact = S("<sip:scscf1.ims.example>"),
                               .route = S("<sip:p;lr>")};
    struct sip_message *m = sip_ua_request_new(&w->env, &r), *other;

    (void)state;
    has_line(m, "Route: <sip:p;lr>");
    has_line(m, "Max-Forwards: 70");
    has_line(m, "To: <sip:alice@ims.example>");
    has_line(m, "CSeq: 1 REGISTER");
    has_line(m, "Contact: <sip:scscf1.ims.example>");
    assert_int_equal(sip_tag(m, SIP_HDR_FROM).n, 16);
    assert_true(slice_ends(sip_header_value(m, SIP_HDR_CALL_ID),
                           S("@scscf1.ims.example")));
    other = sip_ua_request_new(&w->env, &r);
    assert_false(slice_eq(sip_header_value(m, SIP_HDR_CALL_ID),
                          sip_header_value(other, SIP_HDR_CALL_ID)));
    assert_false(
        slice_eq(sip_tag(m, SIP_HDR_FROM), sip_tag(other, SIP_HDR_FROM)));
    sip_message_drop(m);
    sip_message_drop(other);
    r.call_id = S("again");
    r.cseq = 9;
    r.from_tag = S("t");
    r.to_tag = S("u");
    m = sip_ua_request_new(&w->env, &r);
    has_line(m, "Call-ID: again");
    has_line(m, "CSeq: 9 REGISTER");
    has_line(m, "From: <sip:scscf1.ims.example>;tag=t");
    has_line(m, "To: <sip:alice@ims.example>;tag=u");
    sip_message_drop(m);
    world_host_free(w);
    sim_free(sim);
}

/* proves SIP-9: RFC 3261 12.1.2 */
static void the_caller_takes_the_route_set_backwards(void **state)
{
    struct sip_message *req = parse(invite), *resp = parse(ringing), *m;
    struct sip_ua_dialog d = {0};
    struct why why;

    (void)state;
    assert_ok(sip_ua_dialog_by_response(&d, req, resp, &why), &why);
    assert_false(d.is_confirmed);
    m = sip_ua_dialog_request(&d, SIP_BYE, S(""));
    assert_text(m->uri, S("sip:bob@10.0.0.8"));
    has_line(m, "Route: <sip:p0;lr>, <sip:p1;lr>, <sip:p2;lr>");
    has_line(m, "From: \"Alice A\" <sip:alice@a.example>;tag=aa");
    has_line(m, "To: <sip:bob@b.example>;tag=bb");
    has_line(m, "Call-ID: c1");
    has_line(m, "CSeq: 42 BYE");
    sip_message_drop(m);
    m = sip_ua_dialog_ack(&d, 41);
    has_line(m, "CSeq: 41 ACK");
    sip_message_drop(m);
    assert_true(sip_ua_dialog_has(&d, resp));
    assert_false(sip_ua_dialog_has(&d, req));
    sip_message_drop(req);
    sip_message_drop(resp);
    sip_ua_dialog_fini(&d);
}

/* RFC 3261 13.2.2.4, 12.2.1.1 */
static void
a_2xx_brings_route_and_target_anew_and_strict_routers_work(void **state)
{
    struct sip_message *req = parse(invite), *early = parse(ringing),
                       *ok = parse(strict), *m;
    struct sip_ua_dialog d = {0};
    struct why why;

    (void)state;
    assert_ok(sip_ua_dialog_by_response(&d, req, early, &why), &why);
    assert_ok(sip_ua_dialog_by_response(&d, req, ok, &why), &why);
    assert_true(d.is_confirmed);
    m = sip_ua_dialog_request(&d, SIP_BYE, S("<sip:me>"));
    assert_text(m->uri, S("sip:p0"));
    has_line(m, "Contact: <sip:me>");
    assert_text(sip_header_value(m, SIP_HDR_ROUTE), S("<sip:p1;lr>"));
    has_line(m, "Route: <sip:bob@10.0.0.7>");
    sip_message_drop(m);
    sip_message_drop(req);
    sip_message_drop(early);
    sip_message_drop(ok);
    sip_ua_dialog_fini(&d);
}

/* proves SIP-9: RFC 3261 12.1.1 */
static void the_callee_takes_the_route_set_as_it_stands(void **state)
{
    struct sip_message *req = parse(invite), *m;
    struct sip_ua_dialog d = {0};
    struct why why;

    (void)state;
    assert_ok(sip_ua_dialog_by_request(&d, req, S("bb"), &why), &why);
    m = sip_ua_dialog_request(&d, SIP_BYE, S(""));
    assert_text(m->uri, S("sip:alice@10.0.0.9:5062;ob"));
    has_line(m, "Route: <sip:p2;lr>, <sip:p1;lr>, <sip:p0;lr>");
    has_line(m, "From: <sip:bob@b.example>;tag=bb");
    has_line(m, "To: \"Alice A\" <sip:alice@a.example>;tag=aa");
    has_line(m, "CSeq: 1 BYE");
    sip_message_drop(m);
    sip_message_drop(req);
    sip_ua_dialog_fini(&d);
}

/* RFC 3261 12.2.2 */
static void requests_within_come_in_order_and_move_the_target(void **state)
{
    static const struct {
        enum sip_method method;
        bool moves;
    } moves[] = {
        {SIP_INVITE, true},   {SIP_UPDATE, true}, {SIP_SUBSCRIBE, true},
        {SIP_NOTIFY, true},   {SIP_BYE, false},   {SIP_INFO, false},
        {SIP_MESSAGE, false},
    };
    struct sip_message *req = parse(invite);
    struct sip_ua_dialog d = {0};
    struct why why;

    (void)state;
    assert_ok(sip_ua_dialog_by_request(&d, req, S("bb"), &why), &why);
    sip_set(req, SIP_HDR_CSEQ, S("40 INVITE"));
    assert_err(IMS_CONFLICT, sip_ua_dialog_receive(&d, req, &why), &why);
    sip_set(req, SIP_HDR_CSEQ, S("42 INVITE"));
    sip_set(req, SIP_HDR_CONTACT, S("sip:alice@10.0.0.10"));
    assert_ok(sip_ua_dialog_receive(&d, req, &why), &why);
    assert_text(str_slice(&d.target), S("sip:alice@10.0.0.10"));
    /* not lower is not out of order */
    assert_ok(sip_ua_dialog_receive(&d, req, &why), &why);
    sip_message_drop(req);
    for (size_t i = 0; i < sizeof moves / sizeof *moves; i++) {
        char contact[64];

        snprintf(contact, sizeof contact, "sip:alice@10.0.1.%zu", i);
        str_set(&d.target, S("sip:before"));
        req = sip_request_new(moves[i].method, S("sip:bob@b.example"));
        sip_set_printf(req, SIP_HDR_CSEQ, "50 X");
        sip_set(req, SIP_HDR_CONTACT, slice_of(contact));
        assert_ok(sip_ua_dialog_receive(&d, req, &why), &why);
        assert_text(str_slice(&d.target),
                    moves[i].moves ? slice_of(contact) : S("sip:before"));
        sip_message_drop(req);
    }
    sip_ua_dialog_fini(&d);
}

static void without_tag_or_contact_there_is_no_dialog(void **state)
{
    struct sip_message *req = parse(invite), *resp = parse(ringing);
    struct sip_ua_dialog d = {0};
    struct why why;

    (void)state;
    sip_remove(resp, SIP_HDR_CONTACT);
    assert_err(IMS_MISSING, sip_ua_dialog_by_response(&d, req, resp, &why),
               &why);
    sip_remove(req, SIP_HDR_CONTACT);
    assert_err(IMS_MISSING, sip_ua_dialog_by_request(&d, req, S("t"), &why),
               &why);
    sip_message_drop(resp);
    resp = parse(ringing);
    sip_set(resp, SIP_HDR_TO, S("<sip:bob@b.example>"));
    assert_err(IMS_MISSING, sip_ua_dialog_by_response(&d, req, resp, &why),
               &why);
    assert_false(sip_ua_dialog_has(&d, resp));
    sip_message_drop(req);
    sip_message_drop(resp);
    sip_ua_dialog_fini(&d);
}

static void note_no_ack(void *ctx)
{
    struct bench *b = ctx;

    buf_str(&b->told, "no ack\n");
}

/* RFC 3261 13.3.1.4 */
static void a_2xx_is_repeated_until_its_ack(void **state)
{
    struct bench *b = bench_new(1);
    struct peer *p = peer_new(b->sim, "10.0.0.9:5060", TRANSPORT_UDP);
    struct sip_ua_accept *a;

    (void)state;
    peer_say(p, "10.0.0.1:5060", bench_request("INVITE", "a"));
    sim_run_for(b->sim, MSEC);
    a = sip_ua_accept(b->request,
                      sip_response_to(b->request->msg, 200, S("OK"),
                                      sip_request_tag(b->request)),
                      note_no_ack, b);
    sim_run_for(b->sim, 12 * SECOND);
    assert_text(peer_heard(p), S("0 SIP/2.0 100 Trying\n"
                                 "1 SIP/2.0 200 OK\n"
                                 "501 SIP/2.0 200 OK\n"
                                 "1501 SIP/2.0 200 OK\n"
                                 "3501 SIP/2.0 200 OK\n"
                                 "7501 SIP/2.0 200 OK\n"
                                 "11501 SIP/2.0 200 OK\n"));
    sip_ua_accept_end(a);
    sim_run_for(b->sim, 60 * SECOND);
    assert_text(peer_heard(p), S(""));
    assert_text(bench_told(b), S("request INVITE\n"));

    peer_say(p, "10.0.0.1:5060", bench_request("INVITE", "b"));
    sim_run_for(b->sim, MSEC);
    a = sip_ua_accept(b->request,
                      sip_response_to(b->request->msg, 200, S("OK"),
                                      sip_request_tag(b->request)),
                      note_no_ack, b);
    sim_run_for(b->sim, 31 * SECOND);
    assert_text(bench_told(b), S("request INVITE\n"));
    sim_run_for(b->sim, 2 * SECOND);
    assert_text(bench_told(b), S("no ack\n"));
    sip_ua_accept_end(a);
    peer_free(p);
    bench_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_has_all_that_it_must_have),
        cmocka_unit_test(the_caller_takes_the_route_set_backwards),
        cmocka_unit_test(
            a_2xx_brings_route_and_target_anew_and_strict_routers_work),
        cmocka_unit_test(the_callee_takes_the_route_set_as_it_stands),
        cmocka_unit_test(requests_within_come_in_order_and_move_the_target),
        cmocka_unit_test(without_tag_or_contact_there_is_no_dialog),
        cmocka_unit_test(a_2xx_is_repeated_until_its_ack),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
