/* SPDX-License-Identifier: MIT
 *
 * SIP over datagrams and streams in the simulator: what is marked, refused and
 * dropped on the way in, and where responses go.
 */
#include "tests/support/check.h"
#include "tests/support/corpus.h"
#include "tests/support/guard.h"
#include "tests/support/sip_bench.h"
#include <stdio.h>
#include <stdlib.h>

static const char *const us = "10.0.0.1:5060";

static struct bench *bench_of_trust(enum sip_trust trust)
{
    struct bench_options o = {.seed = 1, .trust = trust};

    return bench_with(&o);
}

static void run_ms(struct bench *b, int64_t ms)
{
    sim_run_for(b->sim, ms * MSEC);
}

/* ---- Via and the way of a response --------------------------------------- */

struct way {
    enum sip_trust trust;
    const char *from, *via, *to, *top;
};

static void check_way(const struct way *w)
{
    struct bench *b = bench_of_trust(w->trust);
    struct peer *p = peer_new(b->sim, w->from, TRANSPORT_UDP), *q = p;
    struct bench_text t = {.method = "OPTIONS", .via = w->via};
    struct buf line;
    char text[512];

    if (strcmp(w->to, w->from) != 0)
        q = peer_new(b->sim, w->to, TRANSPORT_UDP);
    b->answers_with = 200;
    peer_say(p, us, bench_text(&t));
    run_ms(b, 10);
    buf_over(&line, text, sizeof text);
    buf_printf(&line, "Via: %s\r\n", w->top);
    buf_char(&line, '\0');
    if (q->last.n == 0)
        fail_msg("nothing arrived at %s: %s", w->to, w->via);
    assert_has(str_slice(&q->last), text);
    if (q != p)
        peer_free(q);
    peer_free(p);
    bench_free(b);
}

/* proves SIP-6: RFC 3261 18.2.1, 18.2.2; RFC 3581 */
static void a_response_goes_by_received_rport_and_maddr(void **state)
{
    static const struct way ways[] = {
        {SIP_MW, "10.0.0.9:5060", "SIP/2.0/UDP 10.0.0.9:5060;branch=z9hG4bKa",
         "10.0.0.9:5060", "SIP/2.0/UDP 10.0.0.9:5060;branch=z9hG4bKa"},
        {SIP_MW, "10.0.0.9:6000", "SIP/2.0/UDP 10.0.0.9;branch=z9hG4bKa",
         "10.0.0.9:5060", "SIP/2.0/UDP 10.0.0.9;branch=z9hG4bKa"},
        {SIP_MW, "10.0.0.9:6000", "SIP/2.0/UDP 10.0.0.9:7000;branch=z9hG4bKa",
         "10.0.0.9:7000", "SIP/2.0/UDP 10.0.0.9:7000;branch=z9hG4bKa"},
        {SIP_MW, "10.0.0.9:6000", "SIP/2.0/UDP ue.example;branch=z9hG4bKa",
         "10.0.0.9:5060",
         "SIP/2.0/UDP ue.example;branch=z9hG4bKa;received=10.0.0.9"},
        {SIP_MW, "10.0.0.9:6000",
         "SIP/2.0/UDP 192.168.1.2:5061;branch=z9hG4bKa", "10.0.0.9:5061",
         "SIP/2.0/UDP 192.168.1.2:5061;branch=z9hG4bKa;received=10.0.0.9"},
        {SIP_GM, "10.0.0.9:6000",
         "SIP/2.0/UDP 192.168.1.2:5061;rport;branch=z9hG4bKa", "10.0.0.9:6000",
         "SIP/2.0/UDP 192.168.1.2:5061;branch=z9hG4bKa;received=10.0.0.9;"
         "rport=6000"},
        {SIP_GM, "10.0.0.9:6000",
         "SIP/2.0/UDP 10.0.0.9:6000;rport;branch=z9hG4bKa", "10.0.0.9:6000",
         "SIP/2.0/UDP 10.0.0.9:6000;branch=z9hG4bKa;received=10.0.0.9;"
         "rport=6000"},
        /* what the sender claims */
        {SIP_GM, "10.0.0.9:5060",
         "SIP/2.0/UDP 10.0.0.9;received=10.0.0.66;rport=99;branch=z9hG4bKa",
         "10.0.0.9:5060",
         "SIP/2.0/UDP 10.0.0.9;branch=z9hG4bKa;received=10.0.0.9;rport=5060"},
        {SIP_GM, "10.0.0.9:5060",
         "SIP/2.0/UDP 10.0.0.9;branch=z9hG4bKa;x=\"q;\\\"\";received=1.2.3.4",
         "10.0.0.9:5060",
         "SIP/2.0/UDP 10.0.0.9;branch=z9hG4bKa;x=\"q;\\\"\";"
         "received=10.0.0.9"},
        {SIP_MW, "10.0.0.9:5060",
         "SIP/2.0/UDP ue.example;received;branch=z9hG4bKa", "10.0.0.9:5060",
         "SIP/2.0/UDP ue.example;branch=z9hG4bKa;received=10.0.0.9"},
        {SIP_MW, "10.0.0.9:5060",
         "SIP/2.0/UDP ue.example;branch=z9hG4bKa, SIP/2.0/UDP "
         "b;branch=z9hG4bKb",
         "10.0.0.9:5060",
         "SIP/2.0/UDP ue.example;branch=z9hG4bKa;received=10.0.0.9"},
        {SIP_MW, "10.0.0.9:5060",
         "SIP/2.0/UDP 10.0.0.9;maddr=10.0.0.10;branch=z9hG4bKa",
         "10.0.0.10:5060",
         "SIP/2.0/UDP 10.0.0.9;maddr=10.0.0.10;branch=z9hG4bKa"},
        {SIP_MW, "10.0.0.9:5060",
         "SIP/2.0/UDP 10.0.0.9:6000;maddr=10.0.0.10;branch=z9hG4bKa",
         "10.0.0.10:6000",
         "SIP/2.0/UDP 10.0.0.9:6000;maddr=10.0.0.10;branch=z9hG4bKa"},
        /* of no use here */
        {SIP_MW, "10.0.0.9:5060",
         "SIP/2.0/UDP 10.0.0.9;maddr=as.ims.example;branch=z9hG4bKa",
         "10.0.0.9:5060",
         "SIP/2.0/UDP 10.0.0.9;maddr=as.ims.example;branch=z9hG4bKa"},
        {SIP_MW, "10.0.0.9:5060",
         "SIP/2.0/UDP 10.0.0.9;maddr=[2001:db8::1];branch=z9hG4bKa",
         "10.0.0.9:5060",
         "SIP/2.0/UDP 10.0.0.9;maddr=[2001:db8::1];branch=z9hG4bKa"},
        {SIP_GM, "10.0.0.9:5060",
         "SIP/2.0/UDP 10.0.0.9;maddr=10.0.0.10;branch=z9hG4bKa",
         "10.0.0.9:5060",
         "SIP/2.0/UDP 10.0.0.9;maddr=10.0.0.10;branch=z9hG4bKa"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        check_way(&ways[i]);
}

/* ---- refused and dropped ------------------------------------------------- */

/* proves SIP-2 */
static void what_does_not_parse_is_refused_or_dropped(void **state)
{
    static const struct {
        struct bench_text t;
        const char *answer; /* the status line begins so; "": silence */
    } rows[] = {
        {{.method = "OPTIONS", .extra = "CSeq: 2 OPTIONS\r\n"}, "400 "},
        {{.method = "OPTIONS", .cseq_method = "INVITE"}, "400 "},
        {{.method = "OPTIONS", .extra = "Max-Forwards: x\r\n"}, "400 "},
        {{.method = "ACK", .cseq_method = "INVITE"}, ""},
    };
    struct bench *b = bench_of_trust(SIP_GM);
    struct peer *p = peer_new(b->sim, "10.0.0.9:5060", TRANSPORT_UDP);

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct bench_text t = rows[i].t;
        char expected[64];

        t.via = "SIP/2.0/UDP 10.0.0.9:5060;branch=z9hG4bKa";
        str_set(&p->last, S(""));
        peer_say(p, us, bench_text(&t));
        run_ms(b, 10);
        snprintf(expected, sizeof expected, "%s%s",
                 *rows[i].answer ? "SIP/2.0 " : "", rows[i].answer);
        assert_true(slice_starts(str_slice(&p->last), slice_of(expected)));
        assert_true(*rows[i].answer || p->last.n == 0);
        assert_text(bench_told(b), S(""));
    }
    peer_free(p);
    bench_free(b);
}

/* proves SIP-2 */
static void
the_reason_names_the_header_and_repetitions_get_the_same(void **state)
{
    struct bench *b = bench_of_trust(SIP_GM);
    struct peer *p = peer_new(b->sim, "10.0.0.9:5060", TRANSPORT_UDP);
    struct bench_text t = {.method = "OPTIONS",
                           .cseq_method = "INVITE",
                           .via = "SIP/2.0/UDP 10.0.0.9;branch=z9hG4bKa"};
    struct str first = {0};

    (void)state;
    peer_say(p, us, bench_text(&t));
    run_ms(b, 10);
    assert_true(slice_starts(str_slice(&p->last), S("SIP/2.0 400 ")));
    assert_has(peer_heard(p), "CSeq");
    assert_has(str_slice(&p->last), "To: <sip:bob@ims.example>;tag=");
    assert_has(world_story(b->w), "refused with 400");
    str_set(&first, str_slice(&p->last));
    peer_say(p, us, bench_text(&t));
    run_ms(b, 10);
    assert_text(str_slice(&p->last), str_slice(&first));
    str_fini(&first);
    peer_free(p);
    bench_free(b);
}

/* proves SIP-2 SIP-6: RFC 3261 18.2.1, RFC 3581 section 4, RFC 3261 17.1.1.3 */
static void a_refusal_is_marked_and_its_ack_ends_here(void **state)
{
    struct bench *b = bench_of_trust(SIP_GM);
    struct peer *p = peer_new(b->sim, "10.0.0.9:6000", TRANSPORT_UDP);
    struct bench_text t = {
        .method = "INVITE",
        .extra = "Max-Forwards: x\r\n",
        .via = "SIP/2.0/UDP 192.168.1.2:5061;rport;branch=z9hG4bKa"};
    struct sip_message *m;
    char to[32];

    (void)state;
    peer_say(p, us, bench_text(&t));
    run_ms(b, 10);
    assert_true(slice_starts(str_slice(&p->last), S("SIP/2.0 400 ")));
    assert_has(str_slice(&p->last),
               "Via: SIP/2.0/UDP 192.168.1.2:5061;branch=z9hG4bKa;"
               "received=10.0.0.9;rport=6000\r\n");
    assert_ok(sip_message_parse(str_slice(&p->last), &(struct sip_limits){0},
                                &m, NULL),
              NULL);
    snprintf(to, sizeof to, ";tag=%.*s", SLICE_ARG(sip_tag(m, SIP_HDR_TO)));
    sip_message_drop(m);
    t = (struct bench_text){.method = "ACK", .to = to, .via = t.via};
    peer_say(p, us, bench_text(&t));
    run_ms(b, 10);
    assert_text(bench_told(b), S(""));
    peer_free(p);
    bench_free(b);
}

/* Its array of headers is full and too large to be doubled: with the mark its
 * Via would be lost, and the answer with it. */
static void a_request_that_cannot_be_marked_is_dropped(void **state)
{
    enum { LINES = 24 << 6, OTHERS = 7 };
    struct bench *b = bench_of_trust(SIP_GM);
    struct peer *p = peer_new(b->sim, "10.0.0.9:5060", TRANSPORT_UDP);
    struct bench_text t = {
        .method = "OPTIONS",
        .via = "SIP/2.0/UDP ue.example;branch=z9hG4bKa, SIP/2.0/UDP b"};
    struct buf more;

    (void)state;
    sip_stack_limit(b->stack, 0, &(struct sip_limits){.headers = 4096}, 0);
    buf_init(&more, 8192);
    for (unsigned i = 0; i < LINES - OTHERS; i++)
        buf_str(&more, "X:\r\n");
    buf_char(&more, '\0');
    t.extra = more.p;
    peer_say(p, us, bench_text(&t));
    run_ms(b, 10);
    assert_text(bench_told(b), S(""));
    assert_int_equal(
        bench_count(b, "imsbox_sip_dropped_total", "reason=\"memory\""), 1);
    t.extra = more.p + strlen("X:\r\n");
    peer_say(p, us, bench_text(&t));
    run_ms(b, 10);
    assert_text(bench_told(b), S("request OPTIONS\n"));
    buf_fini(&more);
    peer_free(p);
    bench_free(b);
}

/* proves SIP-2 */
static void hopeless_bytes_are_dropped_counted_and_recorded(void **state)
{
    static const char *const rows[] = {
        "hello",
        "OPTIONS sip:a SIP/2.0\r\n\r\n",                  /* no Via */
        "OPTIONS sip:a SIP/2.0\r\nVia: nonsense\r\n\r\n", /* a bad one */
        "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP h\r\n\r\n",   /* no CSeq ... */
        "SIP/2.0 4294967301 OK\r\nVia: SIP/2.0/UDP h\r\n\r\n",
    };
    struct bench *b = bench_of_trust(SIP_GM);
    struct peer *p = peer_new(b->sim, "10.0.0.9:5060", TRANSPORT_UDP);
    uint64_t dropped = 0, refused = 0;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        peer_say(p, us, rows[i]);
        run_ms(b, 10);
    }
    dropped =
        bench_count(b, "imsbox_sip_dropped_total", "reason=\"malformed\"");
    refused = bench_count(b, "imsbox_sip_refused_total", "");
    assert_int_equal(dropped + refused, 5);
    assert_true(dropped >= 4);
    assert_has(world_story(b->w), "drop SIP-2 dropped: ");
    assert_text(bench_told(b), S(""));
    peer_free(p);
    bench_free(b);
}

/* RFC 3261 18.1.2 */
static void a_response_with_a_foreign_via_is_dropped(void **state)
{
    struct bench *b = bench_new(1);
    struct peer *p = peer_new(b->sim, "10.0.0.9:5060", TRANSPORT_UDP);

    (void)state;
    peer_say(p, us,
             "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 10.0.0.7;branch=z9hG4bKx\r\n"
             "From: <sip:a@b>;tag=1\r\nTo: <sip:a@b>;tag=2\r\nCall-ID: c\r\n"
             "CSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n");
    run_ms(b, 10);
    assert_int_equal(
        bench_count(b, "imsbox_sip_dropped_total", "reason=\"not_ours\""), 1);
    assert_text(bench_told(b), S(""));
    peer_free(p);
    bench_free(b);
}

static void refusals_are_limited_in_each_second(void **state)
{
    struct bench *b = bench_of_trust(SIP_GM);
    struct peer *p = peer_new(b->sim, "10.0.0.9:5060", TRANSPORT_UDP);
    struct bench_text t = {.method = "OPTIONS",
                           .cseq_method = "INVITE",
                           .via = "SIP/2.0/UDP 10.0.0.9;branch=z9hG4bKa"};

    (void)state;
    for (int i = 0; i < 80; i++)
        peer_say(p, us, bench_text(&t));
    run_ms(b, 10);
    assert_int_equal(bench_count(b, "imsbox_sip_refused_total", ""), 50);
    assert_int_equal(
        bench_count(b, "imsbox_sip_dropped_total", "reason=\"rate\""), 30);
    run_ms(b, 1000);
    peer_say(p, us, bench_text(&t));
    run_ms(b, 10);
    assert_int_equal(bench_count(b, "imsbox_sip_refused_total", ""), 51);
    peer_free(p);
    bench_free(b);
}

static void keepalives_over_datagrams_are_silent(void **state)
{
    struct bench *b = bench_of_trust(SIP_GM);
    struct peer *p = peer_new(b->sim, "10.0.0.9:5060", TRANSPORT_UDP);

    (void)state;
    peer_say(p, us, "\r\n\r\n");
    peer_say(p, us, "\r\n");
    run_ms(b, 10);
    assert_text(peer_heard(p), S(""));
    assert_int_equal(bench_count(b, "imsbox_sip_keepalives_total", ""), 2);
    peer_free(p);
    bench_free(b);
}

/* RFC 5626 3.5.2 */
static void a_stun_keepalive_is_answered(void **state)
{
    static const char ask[] = "\0\1\0\0\x21\x12\xa4\x42"
                              "abcdefghijkl";
    struct bench *b = bench_of_trust(SIP_GM);
    struct peer *p = peer_new(b->sim, "10.0.0.9:5060", TRANSPORT_UDP);
    struct addr to = world_addr(us, TRANSPORT_UDP);

    (void)state;
    assert_int_equal(udp_send(p->udp, &to, slice_at(ask, 20)), IMS_OK);
    run_ms(b, 10);
    assert_int_equal(p->last.n, 32);
    assert_int_equal(bench_count(b, "imsbox_sip_keepalives_total", ""), 1);
    peer_free(p);
    bench_free(b);
}

/* ---- torture ------------------------------------------------------------- */

static bool is_word(struct slice list, const char *word)
{
    return slice_find(list, slice_of(word)) >= 0;
}

/* One row of EXPECT.tsv against the stack: requests that the parser shall
 * reject get 400 or 505 and do not reach the user, accepted ones reach it, and
 * responses reach nobody, as none has our Via. */
static void torture(struct slice file, struct slice parser)
{
    struct bench *b = bench_of_trust(SIP_GM);
    struct peer *p = peer_new(b->sim, "10.0.0.9:5060", TRANSPORT_UDP);
    char path[200];
    struct slice bytes, told, story;
    struct addr to = world_addr(us, TRANSPORT_UDP);

    snprintf(path, sizeof path, "sip-torture/%.*s", SLICE_ARG(file));
    bytes = corpus_read(path);
    b->answers_with = 200;
    assert_int_equal(udp_send(p->udp, &to, bytes), IMS_OK);
    run_ms(b, 10);
    told = bench_told(b);
    story = world_story(b->w);
    if (slice_starts(bytes, S("SIP/2.0 "))) {
        if (told.n > 0 || is_word(story, "tx "))
            fail_msg("%s: a response was acted upon", path);
    } else if (slice_eq(parser, S("accept"))) {
        if (told.n == 0)
            fail_msg("%s: not accepted:\n%.*s", path, SLICE_ARG(story));
    } else if (slice_starts(parser, S("reject")) &&
               !slice_starts(parser, S("reject-or-liberal"))) {
        if (told.n > 0 ||
            !(is_word(story, "SIP/2.0 400") || is_word(story, "SIP/2.0 505") ||
              is_word(story, "SIP/2.0 501")))
            fail_msg("%s: not refused:\n%.*s", path, SLICE_ARG(story));
    }
    bench_let_go(b);
    free((char *)bytes.p);
    peer_free(p);
    bench_free(b);
}

/* proves SIP-2 */
static void torture_messages_meet_their_verdict_at_the_transport(void **state)
{
    struct slice table = corpus_read("sip-torture/EXPECT.tsv"), rest = table;
    struct slice line, column[5];
    unsigned rows = 0;

    (void)state;
    while (slice_cut(&rest, '\n', &line)) {
        for (int i = 0; i < 5; i++)
            if (!slice_cut(&line, '\t', &column[i]))
                column[i] = S("");
        if (!slice_ends(column[0], S(".dat")) ||
            slice_starts(column[0], S("rfc5118/")) ||
            is_word(column[0], "-crlf"))
            continue;
        torture(column[0], column[4]);
        rows++;
    }
    assert_true(rows > 50);
    free((char *)table.p);
}

/* ---- streams ------------------------------------------------------------- */

static const char *tcp_request(const char *method, const char *branch)
{
    char via[200];
    struct bench_text t = {.method = method, .via = via};

    snprintf(via, sizeof via, "SIP/2.0/TCP 10.0.0.9:5060;branch=z9hG4bK%s",
             branch);
    return bench_text(&t);
}

static struct peer *caller(struct bench *b)
{
    struct peer *p = peer_new(b->sim, "10.0.0.9:5060", TRANSPORT_TCP);

    peer_connect(p, us);
    run_ms(b, 10);
    return p;
}

/* proves SIP-6 */
static void a_response_takes_the_stream_that_the_request_took(void **state)
{
    struct bench *b = bench_of_trust(SIP_GM);
    struct peer *p = caller(b);

    (void)state;
    peer_write(p, slice_of(tcp_request("OPTIONS", "a")));
    run_ms(b, 10);
    sip_reply(b->request, 200, NULL);
    run_ms(b, 10);
    assert_has(peer_heard(p), "SIP/2.0 200 OK");
    assert_int_equal(p->streams, 1);
    assert_int_equal(sip_stack_transactions(b->stack), 0); /* Timer J is 0 */
    peer_free(p);
    bench_free(b);
}

struct split {
    struct bench *b;
    struct peer *p;
    unsigned n;
};

static void write_both(void *ctx, struct slice first, struct slice rest)
{
    struct split *s = ctx;

    if (first.n)
        peer_write(s->p, first);
    run_ms(s->b, 2);
    if (rest.n)
        peer_write(s->p, rest);
    run_ms(s->b, 2);
    assert_text(bench_told(s->b), S("request OPTIONS\n"));
    s->n++;
}

/* proves SIP-6 */
static void a_stream_may_split_a_message_at_any_byte(void **state)
{
    struct bench *b = bench_of_trust(SIP_GM);
    struct peer *p = caller(b);
    struct split s = {b, p, 0};

    (void)state;
    b->answers_with = 200;
    each_split(slice_of(tcp_request("OPTIONS", "a")), write_both, &s);
    assert_true(s.n > 100);
    peer_free(p);
    bench_free(b);
}

/* proves SIP-6: RFC 5626 3.5.1 */
static void a_ping_gets_a_pong(void **state)
{
    struct bench *b = bench_of_trust(SIP_GM);
    struct peer *p = caller(b);

    (void)state;
    peer_write(p, S("\r\n\r\n"));
    run_ms(b, 10);
    assert_text(str_slice(&p->all), S("\r\n"));
    peer_free(p);
    bench_free(b);
}

/* proves SIP-2 SIP-6 */
static void a_stream_that_cannot_be_framed_is_answered_and_closed(void **state)
{
    struct bench *b = bench_of_trust(SIP_GM);
    struct peer *p = caller(b);
    char text[2048];

    (void)state;
    snprintf(text, sizeof text,
             "OPTIONS sip:a@b SIP/2.0\r\n"
             "Via: SIP/2.0/TCP 10.0.0.9;branch=z9hG4bKa\r\n"
             "From: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\nCall-ID: c\r\n"
             "Max-Forwards: 70\r\nCSeq: 1 OPTIONS\r\n"
             "Content-Length: five\r\n\r\n");
    peer_write(p, slice_of(text));
    run_ms(b, 10);
    assert_has(str_slice(&p->all), "SIP/2.0 400 ");
    assert_has(str_slice(&p->all), "Content-Length");
    assert_has(peer_heard(p), "closed");
    assert_null(p->stream);
    assert_text(bench_told(b), S("flow end\n"));
    peer_connect(p, us);
    run_ms(b, 10);
    peer_write(p, S("\x16\x03\x01\x02"));
    run_ms(b, 10);
    assert_null(p->stream);
    peer_free(p);
    bench_free(b);
}

/* proves SIP-2: headers are bounded by the message's size and their number */
static void headers_over_a_stream_may_be_as_large_as_a_message(void **state)
{
    static const struct {
        const char *more; /* behind a last header, so many times */
        unsigned times;
        const char *answer, *told;
    } rows[] = {
        {"", 0, "SIP/2.0 200 ", "request OPTIONS\n"},
        {" a long line that is folded again and again\r\n", 1000,
         "SIP/2.0 200 ", "request OPTIONS\n"},
        {" a long line that is folded again and again\r\n", 2000,
         "SIP/2.0 513 Headers of more than 65535 bytes", "flow end\n"},
        {"X: y\r\n", 256, "SIP/2.0 513 more than 256 header lines", ""},
        {"X: y\r\n", 8000, "SIP/2.0 513 more than 256 header lines", ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct bench *b = bench_of_trust(SIP_GM);
        struct peer *p = caller(b);
        struct buf text;

        b->answers_with = 200;
        buf_init(&text, 200000);
        buf_add(&text, slice_of(tcp_request("OPTIONS", "a")));
        text.n -= 2;
        buf_str(&text, "X: y\r\n");
        for (unsigned k = 0; k < rows[i].times; k++)
            buf_str(&text, rows[i].more);
        buf_str(&text, "\r\n");
        peer_write(p, buf_slice(&text));
        run_ms(b, 100);
        assert_has(str_slice(&p->all), rows[i].answer);
        assert_text(bench_told(b), slice_of(rows[i].told));
        buf_fini(&text);
        peer_free(p);
        bench_free(b);
    }
}

static void silent_and_slow_streams_are_closed(void **state)
{
    struct bench *b = bench_of_trust(SIP_GM);
    struct peer *p = caller(b);

    (void)state;
    run_ms(b, 31900);
    assert_non_null(p->stream);
    run_ms(b, 200); /* not a word */
    assert_null(p->stream);
    b->answers_with = 200;
    peer_connect(p, us);
    run_ms(b, 10);
    peer_write(p, slice_of(tcp_request("OPTIONS", "a")));
    run_ms(b, 599 * 1000);
    assert_non_null(p->stream);
    peer_write(p, S("\r\n\r\n"));
    run_ms(b, 599 * 1000); /* kept alive */
    assert_non_null(p->stream);
    peer_write(p, S("OPTI")); /* never ends */
    run_ms(b, 31 * 1000);
    peer_write(p, S("ONS"));
    run_ms(b, 1100);
    assert_null(p->stream);
    peer_free(p);
    bench_free(b);
}

/* A phone is registered over it: RFC 3261 18.1.1 lets a stream be closed, but
 * then nobody reaches who stands behind a NAT. */
static void a_stream_that_is_kept_may_be_silent_but_not_slow(void **state)
{
    struct bench *b = bench_of_trust(SIP_GM);
    struct peer *p = caller(b);
    struct sip_flow flow;

    (void)state;
    b->answers_with = 200;
    peer_write(p, slice_of(tcp_request("OPTIONS", "a")));
    run_ms(b, 10);
    flow = b->request->flow;
    sip_transport_keep(&flow);
    sip_transport_keep(&flow); /* two users of one program */
    run_ms(b, 3600 * 1000);
    sip_transport_let_go(&flow);
    run_ms(b, 3600 * 1000);
    assert_non_null(p->stream);
    sip_transport_let_go(&flow);
    run_ms(b, 599 * 1000);
    assert_true(sip_transport_is_alive(&flow));
    run_ms(b, 1100);
    assert_null(p->stream);
    assert_false(sip_transport_is_alive(&flow));
    sip_transport_keep(&flow); /* too late */
    sip_transport_let_go(&flow);
    peer_connect(p, us);
    run_ms(b, 10);
    peer_write(p, slice_of(tcp_request("OPTIONS", "b")));
    run_ms(b, 10);
    flow = b->request->flow;
    sip_transport_keep(&flow);
    run_ms(b, 3600 * 1000);
    peer_write(p, S("OPTI")); /* never ends */
    run_ms(b, 32100);
    assert_null(p->stream);
    peer_free(p);
    bench_free(b);
}

static void at_the_limit_streams_are_refused(void **state)
{
    struct bench_options o = {.seed = 1, .trust = SIP_GM, .connections = 2};
    struct bench *b = bench_with(&o);
    struct peer *p[3];

    (void)state;
    for (int i = 0; i < 3; i++) {
        char at[32];

        snprintf(at, sizeof at, "10.0.0.%d:5060", 20 + i);
        p[i] = peer_new(b->sim, at, TRANSPORT_TCP);
        peer_connect(p[i], us);
        run_ms(b, 10);
    }
    assert_non_null(p[0]->stream);
    assert_non_null(p[1]->stream);
    assert_null(p[2]->stream);
    assert_int_equal(bench_count(b, "imsbox_sip_connections_refused_total", ""),
                     1);
    for (int i = 0; i < 3; i++)
        peer_free(p[i]);
    bench_free(b);
}

/* proves SIP-6: RFC 3261 18.2.2 */
static void when_the_stream_is_gone_the_response_opens_one(void **state)
{
    struct bench *b = bench_new(1);
    struct peer *p = caller(b);

    (void)state;
    peer_write(p, slice_of(tcp_request("OPTIONS", "a")));
    run_ms(b, 10);
    stream_close(p->stream);
    p->stream = NULL;
    run_ms(b, 10);
    assert_text(bench_told(b), S("request OPTIONS\nflow end\n"));
    sip_reply(b->request, 200, NULL);
    run_ms(b, 10);
    assert_has(peer_heard(p), "SIP/2.0 200 OK");
    assert_int_equal(p->streams, 2);
    peer_free(p);
    bench_free(b);
}

static void a_request_over_a_dead_flow_fails(void **state)
{
    struct bench *b = bench_of_trust(SIP_GM);
    struct peer *p = caller(b);
    struct sip_flow flow;
    struct sip_destination to = {.flow = &flow};
    struct sip_message *m;
    struct why why;

    (void)state;
    b->answers_with = 200;
    peer_write(p, slice_of(tcp_request("OPTIONS", "a")));
    run_ms(b, 10);
    flow = b->request->flow;
    bench_let_go(b);
    m = sip_request_new(SIP_OPTIONS, S("sip:ue"));
    sip_set(m, SIP_HDR_CALL_ID, S("c"));
    sip_stack_send_stateless(b->stack, m, &to, S(""));
    run_ms(b, 10);
    assert_has(peer_heard(p), "OPTIONS sip:ue");
    stream_close(p->stream);
    p->stream = NULL;
    run_ms(b, 10);
    assert_err(
        IMS_UNREACHABLE,
        sip_transport_send(sip_stack_transport(b->stack), m, &flow, &why),
        &why);
    sip_message_drop(m);
    peer_free(p);
    bench_free(b);
}

/* proves SIP-6: RFC 5923 */
static void an_alias_of_a_neighbour_is_used_and_of_a_phone_is_not(void **state)
{
    static const enum sip_trust trusts[] = {SIP_MW, SIP_GM};

    (void)state;
    for (int i = 0; i < 2; i++) {
        struct bench *b = bench_of_trust(trusts[i]);
        struct peer *p = caller(b);
        struct bench_text t = {
            .method = "OPTIONS",
            .via = "SIP/2.0/TCP 10.0.0.9:5060;alias;branch=z9hG4bKa"};

        b->answers_with = 200;
        peer_write(p, slice_of(bench_text(&t)));
        run_ms(b, 10);
        p->answers[0] = "200 OK";
        bench_send(b, SIP_MESSAGE, "sip:10.0.0.9;transport=tcp", 0);
        run_ms(b, 10);
        assert_text(bench_told(b), S("request OPTIONS\nanswer 200\nend\n"));
        assert_int_equal(p->streams, trusts[i] == SIP_MW ? 1 : 2);
        bench_let_go(b);
        if (p->streams == 2) { /* the first one is not p's to close any more */
            run_ms(b, 700 * 1000);
            p->stream = NULL;
        }
        peer_free(p);
        bench_free(b);
    }
}

static void a_stream_is_used_again_by_the_next_request(void **state)
{
    struct bench *b = bench_new(1);
    struct peer *p = peer_new(b->sim, "10.0.0.9:5060", TRANSPORT_TCP);

    (void)state;
    p->answers[0] = p->answers[1] = "200 OK";
    bench_send(b, SIP_MESSAGE, "sip:10.0.0.9;transport=tcp", 0);
    run_ms(b, 100);
    bench_send(b, SIP_MESSAGE, "sip:10.0.0.9;transport=tcp", 0);
    run_ms(b, 100);
    assert_text(bench_told(b), S("answer 200\nend\nanswer 200\nend\n"));
    assert_int_equal(p->streams, 1);
    peer_free(p);
    bench_free(b);
}

static void a_connect_that_hangs_is_given_up(void **state)
{
    struct bench *b = bench_new(1);
    struct sim_rule cut = {.to = world_addr("10.0.0.9:5060", TRANSPORT_TCP),
                           .cut = true};

    (void)state;
    sim_rule_add(b->sim, &cut);
    bench_send(b, SIP_MESSAGE, "sip:10.0.0.9;transport=tcp", 0);
    run_ms(b, 3900);
    assert_text(bench_told(b), S(""));
    run_ms(b, 200);
    assert_text(bench_told(b), S("answer 503 unreachable\nend\n"));
    bench_free(b);
}

/* What was answered 503 does not come late, and more of it does not wait
 * longer. */
static void what_was_given_up_is_not_sent(void **state)
{
    struct bench *b = bench_new(1);
    struct peer *p = peer_new(b->sim, "10.0.0.9:5060", TRANSPORT_TCP);
    struct sim_rule cut = {.to = world_addr("10.0.0.9:5060", TRANSPORT_TCP),
                           .cut = true};

    (void)state;
    sim_rule_add(b->sim, &cut);
    bench_send(b, SIP_MESSAGE, "sip:10.0.0.9;transport=tcp", 0);
    run_ms(b, 3000);
    bench_send(b, SIP_MESSAGE, "sip:10.0.0.9;transport=tcp", 0);
    run_ms(b, 1100);
    assert_text(
        bench_told(b),
        S("answer 503 unreachable\nend\nanswer 503 unreachable\nend\n"));
    run_ms(b, 900);
    sim_rules_clear(b->sim);
    run_ms(b, 20000);
    assert_int_equal(peer_heard(p).n, 0);
    peer_free(p);
    bench_free(b);
}

/* RFC 3261 18.4: over a stream that cannot be framed nothing comes any more. */
static void who_waits_over_a_stream_that_cannot_be_read_fails(void **state)
{
    struct bench *b = bench_new(1);
    struct peer *p = peer_new(b->sim, "10.0.0.9:5060", TRANSPORT_TCP);

    (void)state;
    bench_send(b, SIP_MESSAGE, "sip:10.0.0.9;transport=tcp", 0);
    run_ms(b, 100);
    peer_write(p, S("SIP/2.0 200 OK\r\nCSeq: 1 MESSAGE\r\n\r\n"));
    run_ms(b, 100);
    assert_text(bench_told(b), S("flow end\nanswer 503 unreachable\nend\n"));
    p->stream = NULL;
    peer_free(p);
    bench_free(b);
}

static void who_waits_behind_half_a_message_fails(void **state)
{
    struct bench *b = bench_new(1);
    struct peer *p = peer_new(b->sim, "10.0.0.9:5060", TRANSPORT_TCP);

    (void)state;
    bench_send(b, SIP_MESSAGE, "sip:10.0.0.9;transport=tcp", 0);
    run_ms(b, 100);
    peer_write(p, S("SIP/2.0 200 OK\r\nCSe"));
    run_ms(b, 19900);
    bench_send(b, SIP_MESSAGE, "sip:10.0.0.9;transport=tcp", 0);
    run_ms(b, 11900);
    assert_text(bench_told(b), S(""));
    run_ms(b, 500);
    assert_has(bench_told(b), "flow end\nanswer 503 unreachable\nend\n");
    p->stream = NULL;
    peer_free(p);
    bench_free(b);
}

/* A response is sent once: where its stream opens late it comes late. */
static void a_response_waits_for_its_stream(void **state)
{
    struct bench *b = bench_new(1);
    struct peer *p = caller(b);
    struct sim_rule cut = {.to = world_addr("10.0.0.9:5060", TRANSPORT_TCP),
                           .cut = true};

    (void)state;
    peer_write(p, slice_of(tcp_request("OPTIONS", "a")));
    run_ms(b, 10);
    stream_close(p->stream);
    p->stream = NULL;
    run_ms(b, 10);
    sim_rule_add(b->sim, &cut);
    sip_reply(b->request, 200, NULL);
    run_ms(b, 5000);
    sim_rules_clear(b->sim);
    run_ms(b, 5000);
    assert_has(peer_heard(p), "SIP/2.0 200 OK");
    peer_free(p);
    bench_free(b);
}

/* RFC 5923: of two streams of a neighbour the first is used. */
static void the_end_of_a_second_alias_is_nobodys(void **state)
{
    struct bench *b = bench_new(1);
    struct peer *p = caller(b);
    struct stream *first = p->stream, *second;

    (void)state;
    b->answers_with = 200;
    for (int i = 0; i < 2; i++) {
        struct bench_text t = {
            .method = "OPTIONS",
            .via = i ? "SIP/2.0/TCP 10.0.0.9:5060;alias;branch=z9hG4bKb"
                     : "SIP/2.0/TCP 10.0.0.9:5060;alias;branch=z9hG4bKa"};

        if (i)
            peer_connect(p, us);
        run_ms(b, 10);
        peer_write(p, slice_of(bench_text(&t)));
        run_ms(b, 10);
    }
    second = p->stream;
    bench_send(b, SIP_MESSAGE, "sip:10.0.0.9;transport=tcp", 0);
    run_ms(b, 10);
    assert_int_equal(p->streams, 2);
    bench_told(b);
    stream_close(second);
    p->stream = first;
    run_ms(b, 10);
    assert_text(bench_told(b), S("flow end\n"));
    peer_free(p);
    bench_let_go(b);
    bench_free(b);
}

/* RFC 5923: our own stream to a neighbour and one that it opened are two. */
static void the_end_of_an_alias_is_not_that_of_our_own_stream(void **state)
{
    struct bench *b = bench_new(1);
    struct peer *p = caller(b);
    struct stream *alias = p->stream, *ours;
    struct bench_text t = {
        .method = "OPTIONS",
        .via = "SIP/2.0/TCP 10.0.0.9:5060;alias;branch=z9hG4bKa"};

    (void)state;
    b->answers_with = 200;
    run_ms(b, 10);
    bench_send(b, SIP_MESSAGE, "sip:10.0.0.9;transport=tcp", 0);
    run_ms(b, 10);
    ours = p->stream;
    assert_true(ours != alias);
    p->stream = alias;
    peer_write(p, slice_of(bench_text(&t)));
    run_ms(b, 10);
    bench_told(b);
    stream_close(alias);
    p->stream = ours;
    run_ms(b, 10);
    assert_text(bench_told(b), S("flow end\n"));
    peer_free(p);
    bench_let_go(b);
    bench_free(b);
}

/* A neighbour dies: who waits for its answer learns it at once. */
static void a_stream_that_breaks_fails_those_who_wait(void **state)
{
    struct bench *b = bench_new(1);
    struct peer *p = peer_new(b->sim, "10.0.0.9:5060", TRANSPORT_TCP);

    (void)state;
    bench_send(b, SIP_MESSAGE, "sip:10.0.0.9;transport=tcp", 0);
    run_ms(b, 100);
    stream_close(p->stream);
    p->stream = NULL;
    run_ms(b, 100);
    assert_text(bench_told(b), S("flow end\nanswer 503 unreachable\nend\n"));
    peer_free(p);
    bench_free(b);
}

/* ---- listeners ----------------------------------------------------------- */

static void own_addresses_are_known(void **state)
{
    static const struct {
        const char *host;
        uint16_t port;
        bool own;
    } rows[] = {
        {"10.0.0.1", 0, true},
        {"10.0.0.1", 5060, true},
        {"10.0.0.1", 5061, false},
        {"10.0.0.2", 5060, false},
        {"scscf1.ims.example", 0, true},
        {"SCSCF1.ims.example", 5060, true},
        {"scscf1.ims.example", 5070, true},
        {"scscf1.ims.example", 5071, false},
        {"scscf2.ims.example", 0, false},
        {"edge.example", 6070, true},
        {"edge.example", 5070, false},
        {"edge.example", 0, false},
        {"10.0.0.1", 5070, true},
    };
    struct bench *b = bench_new(1);
    struct addr local = world_addr("10.0.0.1:5070", TRANSPORT_UDP);
    struct sip_timers timers = b->udp->timers;
    struct sip_transport *t = sip_stack_transport(b->stack);
    const struct sip_listener *l;
    struct why why;

    (void)state;
    assert_ok(sip_transport_listen(t, &local, SIP_ISC, S("edge.example"), 6070,
                                   &timers, &l, &why),
              &why);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (sip_transport_is_own(t, slice_of(rows[i].host), rows[i].port) !=
            rows[i].own)
            fail_msg("%s:%u", rows[i].host, rows[i].port);
    assert_ptr_equal(sip_transport_listener(t, SIP_ISC, TRANSPORT_UDP, 4), l);
    assert_null(sip_transport_listener(t, SIP_ISC, TRANSPORT_UDP, 6));
    assert_null(sip_transport_listener(t, SIP_ISC, TRANSPORT_TCP, 4));
    bench_free(b);
}

static void bad_listeners_are_refused_with_a_sentence(void **state)
{
    static const struct {
        const char *local;
        enum transport t;
        enum ims_err err;
    } rows[] = {
        {"0.0.0.0:5060", TRANSPORT_UDP, IMS_CONFIG},
        {"[::]:5060", TRANSPORT_TCP, IMS_CONFIG},
        {"10.0.0.1:5061", TRANSPORT_TLS, IMS_UNSUPPORTED},
        {"10.0.0.1:5060", TRANSPORT_UDP, IMS_EXISTS},
    };
    struct bench *b = bench_new(1);
    struct sip_timers timers = b->udp->timers;
    const struct sip_listener *l = NULL;
    struct why why;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct addr local = world_addr(rows[i].local, rows[i].t);

        assert_err(rows[i].err,
                   sip_transport_listen(sip_stack_transport(b->stack), &local,
                                        SIP_MW, S(""), 0, &timers, &l, &why),
                   &why);
        assert_null(l);
    }
    bench_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_response_goes_by_received_rport_and_maddr),
        cmocka_unit_test(what_does_not_parse_is_refused_or_dropped),
        cmocka_unit_test(
            the_reason_names_the_header_and_repetitions_get_the_same),
        cmocka_unit_test(a_refusal_is_marked_and_its_ack_ends_here),
        cmocka_unit_test(a_request_that_cannot_be_marked_is_dropped),
        cmocka_unit_test(hopeless_bytes_are_dropped_counted_and_recorded),
        cmocka_unit_test(a_response_with_a_foreign_via_is_dropped),
        cmocka_unit_test(refusals_are_limited_in_each_second),
        cmocka_unit_test(keepalives_over_datagrams_are_silent),
        cmocka_unit_test(a_stun_keepalive_is_answered),
        cmocka_unit_test(torture_messages_meet_their_verdict_at_the_transport),
        cmocka_unit_test(a_response_takes_the_stream_that_the_request_took),
        cmocka_unit_test(a_stream_may_split_a_message_at_any_byte),
        cmocka_unit_test(a_ping_gets_a_pong),
        cmocka_unit_test(a_stream_that_cannot_be_framed_is_answered_and_closed),
        cmocka_unit_test(headers_over_a_stream_may_be_as_large_as_a_message),
        cmocka_unit_test(silent_and_slow_streams_are_closed),
        cmocka_unit_test(a_stream_that_is_kept_may_be_silent_but_not_slow),
        cmocka_unit_test(at_the_limit_streams_are_refused),
        cmocka_unit_test(when_the_stream_is_gone_the_response_opens_one),
        cmocka_unit_test(a_request_over_a_dead_flow_fails),
        cmocka_unit_test(an_alias_of_a_neighbour_is_used_and_of_a_phone_is_not),
        cmocka_unit_test(a_stream_is_used_again_by_the_next_request),
        cmocka_unit_test(a_connect_that_hangs_is_given_up),
        cmocka_unit_test(what_was_given_up_is_not_sent),
        cmocka_unit_test(who_waits_over_a_stream_that_cannot_be_read_fails),
        cmocka_unit_test(who_waits_behind_half_a_message_fails),
        cmocka_unit_test(a_response_waits_for_its_stream),
        cmocka_unit_test(the_end_of_a_second_alias_is_nobodys),
        cmocka_unit_test(the_end_of_an_alias_is_not_that_of_our_own_stream),
        cmocka_unit_test(a_stream_that_breaks_fails_those_who_wait),
        cmocka_unit_test(own_addresses_are_known),
        cmocka_unit_test(bad_listeners_are_refused_with_a_sentence),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
