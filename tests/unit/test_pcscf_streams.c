/* SPDX-License-Identifier: MIT */
#include "sip/views.h"
#include "support/border.h"
#include "support/check.h"
#include "support/sip_bench.h"
#include <stdio.h>

/* Phones with streams: one that registered over a stream is found when that is
 * gone, one that registered over datagrams may send over a stream what is too
 * large. The core is puppets; the phone has a datagram socket and a stream.
 *
 * proves P-REG-4 P-ORG-2 P-ORG-3 P-TRM-1 SIP-6 */

#define HERE "127.0.0.50"
#define CONTACT "sip:a@127.0.0.50:5060"

struct fixture {
    struct border b;
    struct peer *stream; /* of the phone, open */
    char user;           /* who registers */
};

static void set_up(struct fixture *f, const char *stream_at)
{
    f->user = 'a';
    border_init(&f->b, "");
    f->stream = peer_new(f->b.w.sim, stream_at, TRANSPORT_TCP);
    peer_connect(f->stream, IMS_GM);
    border_run(&f->b);
}

static void tear_down(struct fixture *f)
{
    peer_free(f->stream);
    border_fini(&f->b);
}

struct request {
    const char *method, *call, *to_tag;
    const char *via_host; /* what the phone thinks where it stands */
    const char *contact;  /* NULL: none */
    const char *prefers;  /* P-Preferred-Identity; NULL: none */
    bool streams;
};

static void ask(struct fixture *f, const struct request *r)
{
    char text[2000], fields[300] = "";

    if (r->contact)
        snprintf(fields, sizeof fields, "Contact: <%s>\r\n", r->contact);
    if (r->prefers)
        snprintf(fields, sizeof fields, "P-Preferred-Identity: <%s>\r\n",
                 r->prefers);
    snprintf(text, sizeof text,
             "%s sip:z@ims.example SIP/2.0\r\n"
             "Via: SIP/2.0/%s %s;branch=z9hG4bKp%u;rport\r\n"
             "Max-Forwards: 70\r\nFrom: <sip:a@ims.example>;tag=a\r\n"
             "To: <sip:%c@ims.example>%s\r\nCall-ID: %s\r\nCSeq: %u %s\r\n"
             "%sContent-Length: 0\r\n\r\n",
             r->method, r->streams ? "TCP" : "UDP", r->via_host, f->b.branch,
             strcmp(r->method, "REGISTER") ? 'z' : f->user,
             r->to_tag ? r->to_tag : "", r->call, f->b.branch, r->method,
             fields);
    f->b.branch++;
    if (r->streams)
        peer_write(f->stream, slice_of(text));
    else
        puppet_send_text(&f->b.phone, &f->b.gm, slice_of(text));
    border_run(&f->b);
}

static void enter(struct fixture *f, const char *via_host, const char *contact,
                  bool streams)
{
    const struct sip_message *req;
    char answer[500];

    ask(f, &(struct request){.method = "REGISTER",
                             .call = "r",
                             .via_host = via_host,
                             .contact = contact,
                             .streams = streams});
    req = puppet_last(&f->b.icscf);
    assert_non_null(req);
    border_keep_path(&f->b, req);
    snprintf(answer, sizeof answer,
             "Contact: <%s>;expires=3600\r\n"
             "P-Associated-URI: <sip:%c@ims.example>\r\n"
             "Service-Route: <sip:orig@127.0.0.3:5060;lr>\r\n",
             contact, f->user);
    puppet_answer(&f->b.icscf, req, 200, answer);
    border_run(&f->b);
}

/* Does the request reach the core? */
static bool passes(struct fixture *f, const struct request *r)
{
    unsigned before = f->b.scscf.count;

    ask(f, r);
    if (f->b.scscf.count == before)
        return false;
    puppet_answer(&f->b.scscf, puppet_last(&f->b.scscf), 200,
                  "Contact: <sip:z@127.0.0.60:5060>\r\n"
                  "Record-Route: <sip:127.0.0.3:5060;lr>\r\n");
    border_run(&f->b);
    return true;
}

static bool core_reaches(struct fixture *f, const char *method,
                         const char *call, const char *to_tag)
{
    peer_heard(f->stream);
    puppet_send(&f->b.scscf, &f->b.mw,
                "%s " CONTACT " SIP/2.0\r\n"
                "Via: SIP/2.0/UDP 127.0.0.3:5060;branch=z9hG4bKs%u\r\n"
                "Max-Forwards: 70\r\nRoute: %s\r\n"
                "From: <sip:z@ims.example>;tag=scscf\r\n"
                "To: <sip:a@ims.example>%s\r\nCall-ID: %s\r\nCSeq: %u %s\r\n"
                "Contact: <sip:z@127.0.0.60:5060>\r\n"
                "Content-Length: 0\r\n\r\n",
                method, f->b.branch, f->b.path, to_tag, call, f->b.branch,
                method);
    f->b.branch++;
    border_run(&f->b);
    return slice_find(peer_heard(f->stream), slice_of(method)) >= 0;
}

/* ---- registered over datagrams --------------------------------------------
 */

static void what_is_too_large_comes_over_a_stream(void **state)
{
    static const struct {
        const char *stream_at;        /* where it comes from */
        const char *via_host, *bound; /* of the phone's REGISTER */
        const char *contact;          /* of the request over the stream */
        bool passes;
    } rows[] = {
        {HERE ":5060", HERE, CONTACT, CONTACT, true},
        /* RFC 3261 19.1.4: the same contact */
        {HERE ":5060", HERE, CONTACT, "sip:a@127.0.0.50:5060;ob", true},
        /* another one of this address, or none */
        {HERE ":5060", HERE, CONTACT, "sip:b@127.0.0.50:5060", false},
        {HERE ":5060", HERE, CONTACT, "sip:a@127.0.0.50:5061", false},
        {HERE ":5060", HERE, CONTACT, "sip:a@phone.example", false},
        {HERE ":5060", HERE, CONTACT, "tel:+1555", false},
        /* another address */
        {"127.0.0.51:5060", HERE, CONTACT, CONTACT, false},
        /* behind a NAT the address is that of neighbours, too */
        {HERE ":5060", "192.168.0.2", "sip:a@192.168.0.2:5060",
         "sip:a@192.168.0.2:5060", false},
        {HERE ":5060", "192.168.0.2", CONTACT, CONTACT, false},
        {HERE ":5060", "phone.example", CONTACT, CONTACT, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fixture f;

        set_up(&f, rows[i].stream_at);
        enter(&f, rows[i].via_host, rows[i].bound, false);
        assert_int_equal(
            passes(&f, &(struct request){.method = "MESSAGE",
                                         .call = "one",
                                         .via_host = HERE,
                                         .contact = rows[i].contact,
                                         .streams = true}),
            rows[i].passes);
        if (!rows[i].passes)
            ims_assert_says(f.b.pcscf, "P-ORG-2", "nobody is registered at");
        tear_down(&f);
    }
}

/* RFC 3428 4: a MESSAGE has no Contact. Its sent-by stays when it takes to a
 * stream (RFC 3261 18.1.1). */
static void
what_is_too_large_and_has_no_contact_is_known_by_its_via(void **state)
{
    static const struct {
        const char *stream_at, *via_host, *bound;
        const char *sent_by; /* of the request over the stream */
        bool passes;
    } rows[] = {
        {HERE ":5060", HERE, CONTACT, HERE, true},
        {HERE ":40000", HERE, CONTACT, HERE ":5060", true},
        {HERE ":5060", HERE, CONTACT, HERE ":5061", false},
        {HERE ":5060", HERE, CONTACT, "phone.example", false},
        /* another address */
        {HERE ":5060", HERE, CONTACT, "127.0.0.51", false},
        {"127.0.0.51:5060", HERE, CONTACT, HERE, false},
        {"127.0.0.51:5060", HERE, CONTACT, "127.0.0.51", false},
        /* behind a NAT */
        {HERE ":5060", "192.168.0.2", "sip:a@192.168.0.2:5060", HERE, false},
        {HERE ":5060", "192.168.0.2", "sip:a@192.168.0.2:5060", "192.168.0.2",
         false},
        {HERE ":5060", "192.168.0.2", CONTACT, HERE, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fixture f;

        set_up(&f, rows[i].stream_at);
        enter(&f, rows[i].via_host, rows[i].bound, false);
        assert_int_equal(
            passes(&f, &(struct request){.method = "MESSAGE",
                                         .call = "one",
                                         .via_host = rows[i].sent_by,
                                         .streams = true}),
            rows[i].passes);
        if (!rows[i].passes)
            ims_assert_says(f.b.pcscf, "P-ORG-2", "nobody is registered at");
        tear_down(&f);
    }
}

static void
of_several_users_at_an_address_the_request_names_the_sender(void **state)
{
    static const struct {
        const char *prefers, *asserted;
    } rows[] = {
        {"sip:a@ims.example", "<sip:a@ims.example>"},
        {"sip:b@ims.example", "<sip:b@ims.example>"},
        {NULL, "<sip:a@ims.example>"}, /* as From says */
    };
    struct fixture f;

    (void)state;
    set_up(&f, HERE ":5060");
    f.user = 'b';
    enter(&f, HERE, "sip:b@127.0.0.50:5060", false);
    f.user = 'a';
    enter(&f, HERE, CONTACT, false);
    f.user = 'c';
    enter(&f, HERE, "sip:c@127.0.0.50:5060", false);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_true(passes(&f, &(struct request){.method = "MESSAGE",
                                                 .call = "one",
                                                 .via_host = HERE,
                                                 .prefers = rows[i].prefers,
                                                 .streams = true}));
        assert_text(sip_header_value(puppet_last(&f.b.scscf),
                                     SIP_HDR_P_ASSERTED_IDENTITY),
                    slice_of(rows[i].asserted));
    }
    tear_down(&f);
}

/* It learns by received and rport how it looks outside, and writes that. */
static void who_learned_his_address_of_us_is_behind_a_nat_still(void **state)
{
    const struct request large = {.method = "MESSAGE",
                                  .call = "one",
                                  .via_host = HERE,
                                  .contact = CONTACT,
                                  .streams = true};
    struct fixture f;

    (void)state;
    set_up(&f, HERE ":5060");
    enter(&f, "192.168.0.2", "sip:a@192.168.0.2:5060", false);
    enter(&f, HERE, CONTACT, false);
    assert_false(passes(&f, &large));
    enter(&f, HERE, CONTACT, false);
    assert_false(passes(&f, &large));
    tear_down(&f);
}

/* He rewrites both as soon as a 401 has told him. */
static void who_learned_it_of_a_challenge_is_behind_a_nat_too(void **state)
{
    const struct request large = {.method = "MESSAGE",
                                  .call = "one",
                                  .via_host = HERE,
                                  .contact = CONTACT,
                                  .streams = true};
    struct fixture f;

    (void)state;
    set_up(&f, HERE ":5060");
    ask(&f, &(struct request){.method = "REGISTER",
                              .call = "r",
                              .via_host = "192.168.0.2",
                              .contact = "sip:a@192.168.0.2:5060"});
    puppet_answer(&f.b.icscf, puppet_last(&f.b.icscf), 401,
                  "WWW-Authenticate: Digest realm=\"ims.example\", "
                  "nonce=\"n\", algorithm=MD5\r\n");
    border_run(&f.b);
    enter(&f, HERE, CONTACT, false);
    assert_false(passes(&f, &large));
    tear_down(&f);
}

static void a_dialog_goes_on_over_a_stream_of_its_phone_alone(void **state)
{
    static const struct {
        const char *stream_at, *via_host;
        bool passes;
    } rows[] = {
        {HERE ":5060", HERE, true},
        {"127.0.0.51:5060", HERE, false},
        {HERE ":5060", "192.168.0.2", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct request r = {.method = "INVITE",
                            .call = "one",
                            .via_host = rows[i].via_host,
                            .contact = CONTACT};
        struct fixture f;

        set_up(&f, rows[i].stream_at);
        enter(&f, rows[i].via_host, CONTACT, false);
        assert_true(passes(&f, &r));
        r.to_tag = ";tag=scscf";
        r.streams = true;
        r.method = "ACK";
        assert_int_equal(passes(&f, &r), rows[i].passes);
        r.method = "UPDATE";
        assert_int_equal(passes(&f, &r), rows[i].passes);
        tear_down(&f);
    }
}

/* ---- registered over a stream ---------------------------------------------
 */

static void close_stream(struct fixture *f)
{
    stream_close(f->stream->stream);
    f->stream->stream = NULL;
    border_run(&f->b);
}

static void when_its_stream_is_gone_the_contact_is_tried(void **state)
{
    static const struct {
        const char *contact;
        bool reached;
    } rows[] = {
        {"sip:a@127.0.0.50:5060;transport=tcp", true},
        {"sip:a@127.0.0.50", true},
        /* of a neighbour, behind a NAT, nowhere */
        {"sip:a@127.0.0.51:5060;transport=tcp", false},
        {"sip:a@192.168.0.2:5060;transport=tcp", false},
        {"sip:a@phone.example;transport=tcp", false},
        {"sip:a@192.168.0.2;maddr=127.0.0.50;transport=tcp", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct request invite = {.method = "INVITE",
                                 .call = "one",
                                 .via_host = HERE,
                                 .contact = rows[i].contact,
                                 .streams = true};
        struct fixture f;

        set_up(&f, HERE ":5060");
        enter(&f, HERE, rows[i].contact, true);
        assert_true(passes(&f, &invite));
        assert_true(core_reaches(&f, "MESSAGE", "two", ""));
        close_stream(&f);
        assert_int_equal(core_reaches(&f, "MESSAGE", "three", ""),
                         rows[i].reached);
        if (rows[i].reached)
            close_stream(&f);
        assert_int_equal(core_reaches(&f, "UPDATE", "one", ";tag=a"),
                         rows[i].reached);
        tear_down(&f);
    }
}

static void its_stream_stays_open_for_as_long_as_it_is_registered(void **state)
{
    struct fixture f;

    (void)state;
    set_up(&f, HERE ":5060");
    enter(&f, HERE, "sip:a@192.168.0.2:5060", true);
    sim_run_for(f.b.w.sim, 3500 * (int64_t)SECOND);
    assert_non_null(f.stream->stream);
    enter(&f, HERE, "sip:a@192.168.0.2:5060", true); /* for 3600 s more */
    sim_run_for(f.b.w.sim, 3590 * (int64_t)SECOND);
    assert_true(core_reaches(&f, "MESSAGE", "one", ""));
    sim_run_for(f.b.w.sim, 609 * SECOND);
    assert_non_null(f.stream->stream);
    sim_run_for(f.b.w.sim, 2 * SECOND);
    assert_null(f.stream->stream);
    tear_down(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_too_large_comes_over_a_stream),
        cmocka_unit_test(
            what_is_too_large_and_has_no_contact_is_known_by_its_via),
        cmocka_unit_test(
            of_several_users_at_an_address_the_request_names_the_sender),
        cmocka_unit_test(who_learned_his_address_of_us_is_behind_a_nat_still),
        cmocka_unit_test(who_learned_it_of_a_challenge_is_behind_a_nat_too),
        cmocka_unit_test(a_dialog_goes_on_over_a_stream_of_its_phone_alone),
        cmocka_unit_test(when_its_stream_is_gone_the_contact_is_tried),
        cmocka_unit_test(its_stream_stays_open_for_as_long_as_it_is_registered),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
