/* SPDX-License-Identifier: MIT */
#include "tests/support/sip_bench.h"
#include "base/mem.h"
#include "tests/support/check.h"
#include <stdio.h>

/* ---- the user of the stack ----------------------------------------------- */

static void on_request(void *ctx, struct sip_request *req)
{
    struct bench *b = ctx;

    buf_printf(&b->told, "request %.*s\n", SLICE_ARG(req->msg->method_name));
    bench_let_go(b);
    if (b->answers_with)
        sip_reply(req, b->answers_with, NULL);
    if (b->keeps)
        b->request = req;
    else
        sip_request_drop(req);
}

static void on_cancel(void *ctx, struct sip_request *req,
                      struct sip_message *cancel)
{
    struct bench *b = ctx;

    (void)cancel;
    buf_str(&b->told, "cancel\n");
    sip_reply(req, 487, NULL);
}

static void on_ack(void *ctx, struct sip_message *ack,
                   const struct sip_flow *flow)
{
    struct bench *b = ctx;

    (void)ack;
    (void)flow;
    buf_str(&b->told, "ack\n");
}

static void on_stray(void *ctx, struct sip_message *m)
{
    struct bench *b = ctx;

    buf_printf(&b->told, "stray %u\n", m->status);
}

static void on_flow_end(void *ctx, const struct sip_flow *flow)
{
    struct bench *b = ctx;

    (void)flow;
    buf_str(&b->told, "flow end\n");
}

/* ---- bench --------------------------------------------------------------- */

static const struct sip_listener *
listen_on(struct bench *b, const struct bench_options *o, enum transport t)
{
    int64_t t1 = o->t1 ? o->t1 : 500 * MSEC;
    struct sip_timers timers = {t1, 8 * t1, 10 * t1, 200 * (int64_t)SECOND};
    const struct sip_listener *l = NULL;
    struct addr local;
    char text[64];
    struct why why;

    snprintf(text, sizeof text, "%s:5060", o->ip ? o->ip : "10.0.0.1");
    local = world_addr(text, t);
    assert_ok(sip_transport_listen(sip_stack_transport(b->stack), &local,
                                   o->trust, S(""), 0, &timers, &l, &why),
              &why);
    return l;
}

struct bench *bench_with(const struct bench_options *o)
{
    static const struct sip_stack_handler h = {on_request, on_cancel, on_ack,
                                               on_stray, on_flow_end};
    struct bench *b = mem_zalloc(sizeof *b);
    struct sip_stack_config config = {0};

    b->sim = sim_new(o->seed);
    b->w = world_host_new(b->sim, "scscf1");
    b->keeps = true;
    buf_init(&b->told, 65536);
    config.env = config.transport.env = config.locate.env = &b->w->env;
    config.locate.ipv4 = config.locate.ipv6 = config.locate.udp = true;
    config.locate.tcp = !o->no_tcp;
    config.transactions = o->transactions;
    config.transport.connections = o->connections;
    config.transport.limits.message_bytes = o->message_bytes;
    b->stack = sip_stack_new(&config, &h, b);
    b->udp = listen_on(b, o, TRANSPORT_UDP);
    if (!o->no_tcp)
        b->tcp = listen_on(b, o, TRANSPORT_TCP);
    return b;
}

struct bench *bench_new(uint64_t seed)
{
    struct bench_options o = {.seed = seed, .trust = SIP_MW};

    return bench_with(&o);
}

void bench_let_go(struct bench *b)
{
    if (b->request)
        sip_request_drop(b->request);
    b->request = NULL;
}

void bench_free(struct bench *b)
{
    struct timers *timers = b->w->env.timers;

    bench_let_go(b);
    sip_message_drop(b->response);
    sim_run_for(b->sim, 1000 * (int64_t)SECOND);
    assert_int_equal(sip_stack_transactions(b->stack), 0);
    assert_int_equal(sip_transport_connections(sip_stack_transport(b->stack)),
                     0);
    assert_int_equal(timers->count, 0);
    sip_stack_free(b->stack);
    buf_fini(&b->told);
    world_host_free(b->w);
    sim_free(b->sim);
    free(b);
}

struct slice bench_told(struct bench *b)
{
    static char text[65536];
    struct slice told = buf_slice(&b->told);

    memcpy(text, told.p ? told.p : "", told.n);
    buf_reset(&b->told);
    return slice_at(text, told.n);
}

uint64_t bench_count(struct bench *b, const char *metric, const char *labels)
{
    return *metrics_counter(b->w->env.metrics, metric, labels, "");
}

/* ---- texts --------------------------------------------------------------- */

const char *bench_text(const struct bench_text *t)
{
    static char ring[8][8192];
    static unsigned next;
    char *text = ring[next++ % 8];
    const char *body = t->body ? t->body : "";

    snprintf(text, sizeof ring[0],
             "%s sip:bob@ims.example SIP/2.0\r\n"
             "Via: %s\r\n"
             "Max-Forwards: 70\r\n"
             "From: <sip:alice@ims.example>;tag=alice\r\n"
             "To: <sip:bob@ims.example>%s\r\n"
             "Call-ID: call-1\r\n"
             "CSeq: %u %s\r\n"
             "%s"
             "Content-Length: %zu\r\n\r\n%s",
             t->method, t->via, t->to ? t->to : "", t->cseq ? t->cseq : 1,
             t->cseq_method ? t->cseq_method : t->method,
             t->extra ? t->extra : "", strlen(body), body);
    return text;
}

const char *bench_request(const char *method, const char *branch)
{
    char via[200];
    struct bench_text t = {.method = method, .via = via};

    snprintf(via, sizeof via, "SIP/2.0/UDP 10.0.0.9:5060;branch=z9hG4bK%s",
             branch);
    return bench_text(&t);
}

/* ---- the client side ----------------------------------------------------- */

static void on_response(void *ctx, struct sip_client *c,
                        struct sip_message *msg, enum sip_client_cause cause)
{
    static const char *const causes[] = {
        "", " timeout", " unreachable", " no-route", " cancelled", " gave-up"};
    struct bench *b = ctx;

    (void)c;
    buf_printf(&b->told, "answer %u%s\n", msg->status, causes[cause]);
    sip_message_drop(b->response);
    b->response = sip_message_hold(msg);
}

static void on_end(void *ctx, struct sip_client *c)
{
    struct bench *b = ctx;

    (void)c;
    buf_str(&b->told, "end\n");
}

struct sip_client *bench_send(struct bench *b, enum sip_method method,
                              const char *ruri, size_t body)
{
    static const struct sip_client_handler h = {on_response, on_end};
    struct sip_message *m = sip_request_new(method, slice_of(ruri));
    struct sip_destination to = {.trust = b->udp->trust};
    struct sip_client *c;
    char *text = mem_alloc(body + 1);

    memset(text, 'x', body);
    sip_set(m, SIP_HDR_MAX_FORWARDS, S("70"));
    sip_set(m, SIP_HDR_FROM, S("<sip:scscf1.ims.example>;tag=us"));
    sip_set(m, SIP_HDR_TO, S("<sip:bob@ims.example>"));
    sip_set(m, SIP_HDR_CALL_ID, S("call-2"));
    sip_set_printf(m, SIP_HDR_CSEQ, "7 %.*s",
                   SLICE_ARG(sip_method_name(method)));
    if (b->route)
        sip_set(m, SIP_HDR_ROUTE, slice_of(b->route));
    if (b->via)
        sip_set(m, SIP_HDR_VIA, slice_of(b->via));
    if (body)
        sip_set_body(m, S("text/plain"), slice_at(text, body));
    free(text);
    m->starved |= b->starves;
    c = sip_client_send(b->stack, m, &to, S(""), &h, b);
    sip_message_drop(m);
    return c;
}

/* ---- a raw neighbour ----------------------------------------------------- */

static long long ms_now(const struct peer *p)
{
    return (sim_clock(p->sim)->mono_us - p->born_us) / MSEC;
}

static void hear(struct peer *p, struct slice message)
{
    struct slice line = message;
    ssize_t end = slice_find(message, S("\r\n"));

    if (end >= 0)
        line.n = (size_t)end;
    buf_printf(&p->heard, "%lld %.*s\n", ms_now(p), SLICE_ARG(line));
    str_set(&p->last, message);
    if (!slice_starts(message, S("SIP/2.0")) &&
        !slice_starts(message, S("ACK")) && p->next_answer < 4 &&
        p->answers[p->next_answer])
        peer_answer(p, p->answers[p->next_answer++]);
}

static void on_datagram(void *ctx, struct udp *u, const struct addr *from,
                        struct slice bytes)
{
    struct peer *p = ctx;

    (void)u;
    p->from = *from;
    hear(p, bytes);
}

static void on_undeliverable(void *ctx, struct udp *u, const struct addr *to)
{
    (void)ctx;
    (void)u;
    (void)to;
}

static void on_open(void *ctx, struct stream *s)
{
    (void)ctx;
    (void)s;
}

/* Small messages of tests come in one piece. */
static void on_bytes(void *ctx, struct stream *s, struct slice bytes)
{
    struct peer *p = ctx;
    struct str all = p->all;

    p->stream = s;
    p->all = (struct str){0};
    str_printf(&p->all, "%.*s%.*s", SLICE_ARG(str_slice(&all)),
               SLICE_ARG(bytes));
    str_fini(&all);
    hear(p, bytes);
}

static void on_end_of_stream(void *ctx, struct stream *s, enum ims_err err)
{
    struct peer *p = ctx;

    (void)err;
    if (p->stream == s)
        p->stream = NULL;
    buf_printf(&p->heard, "%lld closed\n", ms_now(p));
}

static const struct stream_handler stream_handler = {on_open, on_bytes,
                                                     on_end_of_stream};

static void on_accept(void *ctx, struct listener *l, struct stream *s)
{
    struct peer *p = ctx;

    (void)l;
    p->streams++;
    p->stream = s;
    stream_take(s, &stream_handler, p);
}

struct peer *peer_new(struct sim *sim, const char *local, enum transport t)
{
    static const struct udp_handler h = {on_datagram, on_undeliverable};
    struct peer *p = mem_zalloc(sizeof *p);
    struct why why;

    p->sim = sim;
    p->born_us = sim_clock(sim)->mono_us;
    p->host = sim_host_new(sim, local);
    p->net = sim_host_net(p->host);
    p->local = world_addr(local, t);
    buf_init(&p->heard, 65536);
    if (t == TRANSPORT_UDP)
        assert_ok(udp_open(p->net, &p->local, &h, p, &p->udp, &why), &why);
    else
        assert_ok(
            stream_listen(p->net, &p->local, on_accept, p, &p->listener, &why),
            &why);
    return p;
}

void peer_connect(struct peer *p, const char *to)
{
    struct addr remote = world_addr(to, TRANSPORT_TCP), from = p->local;
    struct stream_ends ends = {&from, &remote};
    struct why why;

    from.port = 0;
    assert_ok(
        stream_connect(p->net, &ends, &stream_handler, p, &p->stream, &why),
        &why);
    p->streams++;
}

void peer_free(struct peer *p)
{
    if (p->stream)
        stream_close(p->stream);
    if (p->udp)
        udp_close(p->udp);
    if (p->listener)
        listener_close(p->listener);
    sim_run_for(p->sim, 10 * MSEC);
    sim_host_free(p->host);
    buf_fini(&p->heard);
    str_fini(&p->last);
    str_fini(&p->all);
    free(p);
}

void peer_say(struct peer *p, const char *to, const char *text)
{
    struct addr remote = world_addr(to, TRANSPORT_UDP);

    assert_int_equal(udp_send(p->udp, &remote, slice_of(text)), IMS_OK);
}

void peer_write(struct peer *p, struct slice bytes)
{
    assert_non_null(p->stream);
    assert_int_equal(stream_send(p->stream, bytes), IMS_OK);
}

struct slice peer_heard(struct peer *p)
{
    static char text[65536];
    struct slice heard = buf_slice(&p->heard);

    memcpy(text, heard.p ? heard.p : "", heard.n);
    buf_reset(&p->heard);
    return slice_at(text, heard.n);
}

struct str peer_answer_text(struct peer *p, const char *status_reason)
{
    struct slice line = slice_of(status_reason);
    struct sip_message *req = NULL, *resp;
    uint64_t status = 0;
    struct str text = {0};
    struct buf out;
    struct why why;

    assert_ok(sip_message_parse(str_slice(&p->last), &(struct sip_limits){0},
                                &req, &why),
              &why);
    assert_true(slice_u64(slice_first(line, 3), 699, &status));
    resp =
        sip_response_to(req, (unsigned)status, slice_from(line, 4), S("peer"));
    buf_init(&out, 65536);
    assert_ok(sip_message_print(resp, &out, &why), &why);
    str_set(&text, buf_slice(&out));
    buf_fini(&out);
    sip_message_drop(resp);
    sip_message_drop(req);
    return text;
}

void peer_answer(struct peer *p, const char *status_reason)
{
    struct str text = peer_answer_text(p, status_reason);

    if (p->udp)
        assert_int_equal(udp_send(p->udp, &p->from, str_slice(&text)), IMS_OK);
    else
        peer_write(p, str_slice(&text));
    str_fini(&text);
}
