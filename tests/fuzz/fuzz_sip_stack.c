/* SPDX-License-Identifier: MIT
 *
 * Hostile bytes through transport and transactions: the input, cut at zero
 * bytes, is sent as datagrams (first byte even) or written to a stream (odd).
 * Nothing may be left over when all timers have run, and no answer forgotten.
 */
#include "net/sim.h"
#include "sip/transaction.h"
#include <assert.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct fuzz {
    struct sim *sim;
    struct sim_host *node, *other;
    struct env env;
    struct log log;
    struct sip_stack *stack;
    struct addr at;
    struct udp *udp;
    struct stream *stream;
};

static void on_request(void *ctx, struct sip_request *req)
{
    struct fuzz *f = ctx;

    (void)f;
    if (req->msg->method != SIP_INVITE || req->msg->body.n % 2)
        sip_reply(req, 200, NULL);
    else
        sip_reply(req, 486, NULL);
    sip_request_drop(req);
}

static void on_cancel(void *ctx, struct sip_request *req,
                      struct sip_message *cancel)
{
    (void)ctx;
    (void)cancel;
    sip_reply(req, 487, NULL);
}

static void on_ack(void *ctx, struct sip_message *ack,
                   const struct sip_flow *flow)
{
    (void)ctx;
    (void)ack;
    (void)flow;
}

static void no_line(void *ctx, enum log_level level, struct slice line)
{
    (void)ctx;
    (void)level;
    (void)line;
}

static void on_datagram(void *ctx, struct udp *u, const struct addr *from,
                        struct slice bytes)
{
    (void)ctx;
    (void)u;
    (void)from;
    assert(slice_starts(bytes, S("SIP/2.0 ")));
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

static void on_bytes(void *ctx, struct stream *s, struct slice bytes)
{
    (void)ctx;
    (void)s;
    (void)bytes;
}

static void on_end(void *ctx, struct stream *s, enum ims_err err)
{
    struct fuzz *f = ctx;

    (void)err;
    if (f->stream == s)
        f->stream = NULL;
}

static struct addr at(uint8_t host, uint16_t port, enum transport t)
{
    struct addr a = {.ip = {10, 0, 0, host},
                     .port = port,
                     .family = 4,
                     .transport = (uint8_t)t};

    return a;
}

static void listen_on(struct fuzz *f, enum transport t)
{
    struct sip_timers timers = {500 * MSEC, 4 * SECOND, 5 * SECOND,
                                200 * (int64_t)SECOND};
    const struct sip_listener *l;
    struct addr local = at(1, 5060, t);
    enum ims_err err =
        sip_transport_listen(sip_stack_transport(f->stack), &local, SIP_GM,
                             S(""), 0, &timers, &l, NULL);

    assert(err == IMS_OK);
}

static void begin(struct fuzz *f)
{
    static const struct sip_stack_handler h = {
        .on_request = on_request, .on_cancel = on_cancel, .on_ack = on_ack};
    struct sip_stack_config c = {0};
    struct net *net;

    f->sim = sim_new(1);
    f->node = sim_host_new(f->sim, "node");
    f->other = sim_host_new(f->sim, "other");
    net = sim_host_net(f->node);
    log_init(&f->log, net->clock, LOG_ERROR, no_line, NULL);
    f->env = (struct env){.net = net,
                          .clock = net->clock,
                          .timers = net->timers,
                          .dice = net->dice,
                          .log = &f->log,
                          .record = record_new(net->clock, 65536),
                          .metrics = metrics_new(),
                          .name = "node",
                          .host = "node.ims.example",
                          .domain = "ims.example"};
    c.env = c.transport.env = c.locate.env = &f->env;
    c.locate.ipv4 = c.locate.udp = c.locate.tcp = true;
    f->stack = sip_stack_new(&c, &h, f);
    listen_on(f, TRANSPORT_UDP);
    listen_on(f, TRANSPORT_TCP);
}

static void open_way(struct fuzz *f, bool stream)
{
    static const struct udp_handler uh = {on_datagram, on_undeliverable};
    static const struct stream_handler sh = {on_open, on_bytes, on_end};
    struct addr from =
        at(9, stream ? 0 : 5060, stream ? TRANSPORT_TCP : TRANSPORT_UDP);
    struct addr to = at(1, 5060, TRANSPORT_TCP);
    struct stream_ends ends = {&from, &to};
    struct net *net = sim_host_net(f->other);
    enum ims_err err =
        stream ? stream_connect(net, &ends, &sh, f, &f->stream, NULL)
               : udp_open(net, &from, &uh, f, &f->udp, NULL);

    assert(err == IMS_OK);
    sim_run_for(f->sim, 10 * MSEC);
}

static void say(struct fuzz *f, struct slice text)
{
    struct addr to = at(1, 5060, TRANSPORT_UDP);

    if (f->udp && text.n > 0 && udp_send(f->udp, &to, text))
        return;
    if (f->stream && text.n > 0 && stream_send(f->stream, text))
        return;
    sim_run_for(f->sim, MSEC);
}

static void end(struct fuzz *f)
{
    const uint64_t *forgotten = metrics_counter(
        f->env.metrics, "imsbox_sip_forgotten_answers_total", "", "");

    if (f->stream)
        stream_close(f->stream);
    sim_run_for(f->sim, 700 * (int64_t)SECOND);
    assert(*forgotten == 0);
    assert(sip_stack_transactions(f->stack) == 0);
    assert(f->env.timers->count == 0);
    if (f->udp)
        udp_close(f->udp);
    sip_stack_free(f->stack);
    record_free(f->env.record);
    metrics_free(f->env.metrics);
    sim_run_for(f->sim, SECOND);
    sim_host_free(f->node);
    sim_host_free(f->other);
    sim_free(f->sim);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz f = {0};
    struct slice rest, one;

    if (size == 0)
        return 0;
    begin(&f);
    open_way(&f, data[0] % 2);
    rest = slice_at(data + 1, size - 1);
    while (slice_cut(&rest, '\0', &one))
        say(&f, one);
    end(&f);
    return 0;
}
