/* SPDX-License-Identifier: MIT
 *
 * A Diameter endpoint and a peer that does what the input says. What is asked
 * is answered once; nothing is served that nobody waits for.
 *
 * The first byte says who connects (odd: the endpoint does). Then come steps,
 * set apart by a line with % alone:
 *
 *   s BYTES   the peer sends them; in a message with the identifiers 0 stand
 *             those of the last request that came
 *   w3        4^3 milliseconds pass
 *   q         the endpoint asks
 *   x         the peer hangs up
 *   o         it connects (again)
 */
#include "diameter/request.h"
#include "ims/cx.h"
#include "net/sim.h"
#include <assert.h>
#include <ctype.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { STEPS = 60, MOST = 1 << 16 };

struct fuzz {
    struct sim *sim;
    struct sim_host *node, *other;
    struct env env;
    struct log log;
    struct diameter *d;
    struct cx *cx;
    struct listener *listener;
    struct stream *stream;
    char identifiers[8]; /* of the last request that the peer got */
    unsigned asked, answered;
};

static void no_line(void *ctx, enum log_level level, struct slice line)
{
    (void)ctx, (void)level, (void)line;
}

/* ---- the peer ------------------------------------------------------------
 */

static void on_bytes(void *ctx, struct stream *s, struct slice bytes)
{
    struct fuzz *f = ctx;

    (void)s;
    if (bytes.n >= DIAMETER_HEADER && bytes.p[4] & DIAMETER_R)
        memcpy(f->identifiers, bytes.p + 12, sizeof f->identifiers);
}

static void on_end(void *ctx, struct stream *s, enum ims_err err)
{
    struct fuzz *f = ctx;

    (void)err;
    if (f->stream == s)
        f->stream = NULL;
}

static const struct stream_handler handler = {.on_bytes = on_bytes,
                                              .on_end = on_end};

static void on_accept(void *ctx, struct listener *l, struct stream *s)
{
    struct fuzz *f = ctx;

    (void)l;
    if (f->stream) {
        stream_close(s);
        return;
    }
    f->stream = s;
    stream_take(s, &handler, f);
}

static struct addr at(uint8_t host)
{
    struct addr a = {.ip = {10, 0, 0, host},
                     .port = 3868,
                     .family = 4,
                     .transport = TRANSPORT_TCP};

    return a;
}

static void hang_up(struct fuzz *f)
{
    if (f->stream)
        stream_close(f->stream);
    f->stream = NULL;
}

static void connect_anew(struct fuzz *f)
{
    struct addr to = at(1);
    struct stream_ends ends = {.to = &to};
    enum ims_err err;

    hang_up(f);
    err = stream_connect(sim_host_net(f->other), &ends, &handler, f, &f->stream,
                         NULL);
    assert(err == IMS_OK);
}

static void say(struct fuzz *f, struct slice bytes)
{
    static const char none[8];
    char text[MOST];

    if (!f->stream || bytes.n == 0 || bytes.n > sizeof text)
        return;
    memcpy(text, bytes.p, bytes.n);
    if (bytes.n >= DIAMETER_HEADER && memcmp(text + 12, none, 8) == 0)
        memcpy(text + 12, f->identifiers, 8);
    (void)stream_send(f->stream, slice_at(text, bytes.n));
}

/* ---- the endpoint --------------------------------------------------------
 */

static void on_uar(void *ctx, struct cx_request *r, const struct cx_uar *uar)
{
    (void)ctx;
    if (uar->impu.n % 2)
        cx_uaa_answer(r, &(struct cx_uaa){.outcome = {.result = 2001}});
    else
        cx_refuse(r, 5012, S("no"));
}

static void on_rtr(void *ctx, struct cx_request *r, const struct cx_rtr *rtr)
{
    (void)ctx, (void)rtr;
    cx_refuse(r, 5012, S("no"));
}

static void on_uaa(void *ctx, enum ims_err err, const struct cx_uaa *uaa)
{
    struct fuzz *f = ctx;

    assert((err == IMS_OK) == (uaa != NULL));
    f->answered++;
}

static void ask(struct fuzz *f)
{
    struct cx_uar uar = {.impi = S("a@ims.example"),
                         .impu = S("sip:a@ims.example"),
                         .visited_network = S("ims.example"),
                         .path = {.destination_realm = S("ims.example")}};

    f->asked++;
    cx_uar_send(f->cx, &uar, S("call"), on_uaa, f);
}

static void begin(struct fuzz *f, bool connects)
{
    static const struct cx_handler serves = {.on_uar = on_uar,
                                             .on_rtr = on_rtr};
    struct diameter_config c = {.env = &f->env};
    struct addr here = at(1), there = at(2);
    enum ims_err err;
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
    f->d = diameter_new(&c);
    f->cx = cx_new(f->d, &serves, f);
    err = diameter_add_peer(f->d,
                            &(struct diameter_peer_config){
                                .host = S("peer.ims.example"),
                                .realm = S("ims.example"),
                                .address = connects ? S("10.0.0.2") : S("")},
                            NULL);
    assert(err == IMS_OK);
    err = connects ? stream_listen(sim_host_net(f->other), &there, on_accept, f,
                                   &f->listener, NULL)
                   : diameter_listen(f->d, &here, NULL);
    assert(err == IMS_OK);
    diameter_start(f->d);
    if (!connects)
        connect_anew(f);
    sim_run_for(f->sim, 10 * MSEC);
}

static void step(struct fuzz *f, struct slice text)
{
    switch (text.n ? text.p[0] : ' ') {
    case 's': say(f, slice_from(text, 2)); break;
    case 'q': ask(f); break;
    case 'x': hang_up(f); break;
    case 'o':
        if (!f->listener)
            connect_anew(f);
        break;
    case 'w':
        if (text.n > 1 && isdigit((unsigned char)text.p[1]))
            sim_run_for(f->sim, MSEC << (2 * (text.p[1] - '0')));
        break;
    default: sim_run_for(f->sim, MSEC); break;
    }
}

static void end(struct fuzz *f)
{
    hang_up(f);
    if (f->listener)
        listener_close(f->listener);
    sim_run_for(f->sim, 60 * (int64_t)SECOND);
    assert(f->answered == f->asked);
    cx_free(f->cx);
    diameter_free(f->d);
    record_free(f->env.record);
    metrics_free(f->env.metrics);
    assert(f->answered == f->asked);
    sim_host_free(f->node);
    sim_run_for(f->sim, SECOND);
    sim_host_free(f->other);
    sim_free(f->sim);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice script;
    struct fuzz f = {0};

    if (size == 0)
        return 0;
    begin(&f, data[0] % 2);
    script = slice_at(data + 1, size - 1);
    for (unsigned i = 0; i < STEPS && script.n; i++) {
        ssize_t at = slice_find(script, S("\n%\n"));
        size_t n = at < 0 ? script.n : (size_t)at;

        step(&f, slice_first(script, n));
        script = slice_from(script, n + 3);
    }
    end(&f);
    return 0;
}
