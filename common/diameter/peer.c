/* SPDX-License-Identifier: MIT */
#include "base/mem.h"
#include "diameter/peer_machine.h"

enum { DIAMETER_PORT = 3868 };

static const struct peer_news no_news;

/* ---- what the connections bring ------------------------------------------ */

static void on_open(void *ctx, struct connection *c)
{
    (void)c;
    diameter_peer_event(ctx, I_RCV_CONN_ACK, &no_news);
}

static bool waits_for_connection(const struct diameter_peer *p)
{
    return p->state == PEER_WAIT_CONN_ACK ||
           p->state == PEER_WAIT_CONN_ACK_ELECT;
}

static void on_end(void *ctx, struct connection *c, enum ims_err err)
{
    struct diameter_peer *p = ctx;
    bool is_i = c == p->i;

    if (is_i)
        p->i = NULL;
    else
        p->r = NULL;
    if (is_i && waits_for_connection(p))
        diameter_peer_dial_failed(p, ims_err_text(err));
    else
        diameter_peer_event(p, is_i ? I_PEER_DISC : R_PEER_DISC, &no_news);
}

void diameter_peer_dial_failed(struct diameter_peer *p, const char *sentence)
{
    diameter_peer_note(p, sentence);
    diameter_peer_event(p, I_RCV_CONN_NACK, &no_news);
}

static bool is_acceptable(struct diameter_peer *p,
                          const struct diameter_message *m,
                          struct base_capabilities *caps,
                          struct diameter_fault *f)
{
    uint32_t vendor;
    unsigned result;

    if (!diameter_base_read_capabilities(m, &p->d->self, caps, f))
        return false;
    result = diameter_answer_result(m, &vendor);
    if (result != DIAMETER_SUCCESS)
        return fault_set(f, result, "refuses our CER: %u %s", result,
                         diameter_result_name(result));
    if (!slice_eq_nocase(caps->host, str_slice(&p->host)))
        return fault_set(f, DIAMETER_UNKNOWN_PEER, "calls itself %.*s",
                         SLICE_ARG(slice_first(caps->host, 80)));
    return diameter_base_have_common(caps, f);
}

static void on_cea(struct diameter_peer *p, struct connection *c,
                   const struct diameter_message *m)
{
    struct base_capabilities caps;
    struct diameter_fault f;

    if (c == p->i && is_acceptable(p, m, &caps, &f)) {
        diameter_peer_event(p, I_RCV_CEA,
                            &(struct peer_news){.c = c, .m = m, .caps = &caps});
        return;
    }
    diameter_peer_note(p,
                       c == p->i ? f.text : "sent a CEA that nobody asked for");
    diameter_peer_event(p, I_RCV_NON_CEA, &(struct peer_news){.c = c, .m = m});
}

static enum peer_event event_of(const struct diameter_message *m)
{
    bool is_request = diameter_is_request(m);

    if (m->h.app != 0)
        return RCV_MESSAGE;
    switch (m->h.command) {
    case DIAMETER_DEVICE_WATCHDOG: return is_request ? RCV_DWR : RCV_DWA;
    case DIAMETER_DISCONNECT_PEER: return is_request ? RCV_DPR : RCV_DPA;
    default: return RCV_MESSAGE;
    }
}

static void on_message(void *ctx, struct connection *c,
                       const struct diameter_message *m)
{
    struct diameter_peer *p = ctx;
    enum peer_event ev = event_of(m);

    if (ev != RCV_MESSAGE || m->h.app == 0)
        diameter_connection_record(c, RECORD_RX, m->bytes, S(""));
    diameter_watchdog_event(&p->watchdog, ev == RCV_DWA
                                              ? WATCHDOG_RECEIVE_DWA
                                              : WATCHDOG_RECEIVE_NON_DWA);
    if (m->h.app == 0 && m->h.command == DIAMETER_CAPABILITIES_EXCHANGE &&
        !diameter_is_request(m))
        on_cea(p, c, m);
    else
        diameter_peer_event(p, ev, &(struct peer_news){.c = c, .m = m});
}

static struct slice host(void *ctx)
{
    const struct diameter_peer *p = ctx;

    return str_slice(&p->host);
}

const struct connection_handler diameter_peer_connection_handler = {
    .on_open = on_open,
    .on_message = on_message,
    .on_end = on_end,
    .host = host,
};

/* ---- what the watchdog wants --------------------------------------------- */

static void send_watchdog(void *ctx)
{
    struct diameter_peer *p = ctx;
    struct diameter *d = p->d;

    diameter_base_put_dwr(&d->out, &d->self, diameter_endpoint_next_hop(d),
                          diameter_endpoint_next_end(d));
    diameter_peer_send_out(p, diameter_peer_connection(p));
}

static void close_silent(void *ctx)
{
    struct diameter_peer *p = ctx;

    diameter_peer_error(p, "silent for too long");
    diameter_peer_enter(p, PEER_CLOSED);
}

static void failover(void *ctx)
{
    struct diameter_peer *p = ctx;

    p->usable = false;
    diameter_ask_failover(p);
    diameter_endpoint_peer_changed(p);
}

static void failback(void *ctx)
{
    struct diameter_peer *p = ctx;

    p->usable = true;
    diameter_ask_resume(p);
    diameter_endpoint_peer_changed(p);
}

static const struct watchdog_actions watchdog_actions = {
    .send_watchdog = send_watchdog,
    .close_connection = close_silent,
    .failover = failover,
    .failback = failback,
};

/* ---- life ---------------------------------------------------------------- */

struct diameter_peer *diameter_peer_new(struct diameter *d,
                                        const struct diameter_peer_config *c)
{
    struct diameter_peer *p = mem_zalloc(sizeof(*p));

    p->d = d;
    str_set(&p->host, c->host);
    p->retry_us = d->config.timers.retry_first;
    str_set(&p->realm, c->realm);
    str_set(&p->address, c->address);
    str_set(&p->product, S(""));
    p->port = c->port ? c->port : DIAMETER_PORT;
    p->relay = c->relay;
    p->home = c->home;
    p->since_us = d->env->clock->mono_us;
    list_init(&p->asked);
    diameter_watchdog_init(&p->watchdog, d->env, d->config.timers.tw,
                           &watchdog_actions, p);
    list_append(&d->peers, &p->link);
    return p;
}

void diameter_peer_free(struct diameter_peer *p)
{
    struct timers *timers = p->d->env->timers;

    diameter_dial_cancel(p);
    if (p->i)
        diameter_connection_close(p->i);
    if (p->r)
        diameter_connection_close(p->r);
    timer_stop(timers, &p->exchange);
    timer_stop(timers, &p->retry);
    diameter_watchdog_fini(&p->watchdog);
    list_remove(&p->link);
    str_fini(&p->host);
    str_fini(&p->realm);
    str_fini(&p->address);
    str_fini(&p->product);
    free(p);
}

void diameter_peer_start(struct diameter_peer *p)
{
    if (p->address.n > 0)
        diameter_peer_event(p, START, &no_news);
}

void diameter_peer_try_now(struct diameter_peer *p)
{
    diameter_watchdog_event(&p->watchdog, WATCHDOG_TRY_NOW);
    if (p->state != PEER_CLOSED || p->cause != CAUSE_REBOOTING)
        return;
    timer_stop(p->d->env->timers, &p->retry);
    diameter_peer_start(p);
}

void diameter_peer_stop(struct diameter_peer *p)
{
    timer_stop(p->d->env->timers, &p->retry);
    diameter_peer_event(p, STOP, &no_news);
}

void diameter_peer_take(struct diameter_peer *p, struct connection *c,
                        const struct diameter_message *cer,
                        const struct base_capabilities *caps)
{
    diameter_peer_event(p, R_CONN_CER,
                        &(struct peer_news){.c = c, .m = cer, .caps = caps});
}

enum ims_err diameter_peer_send(struct diameter_peer *p, struct slice bytes,
                                struct slice call)
{
    struct connection *c = diameter_peer_connection(p);

    return c ? diameter_connection_send(c, bytes, call) : IMS_CLOSED;
}

void diameter_peer_record(struct diameter_peer *p,
                          const struct diameter_message *m, struct slice call)
{
    struct connection *c = diameter_peer_connection(p);

    if (c)
        diameter_connection_record(c, RECORD_RX, m->bytes, call);
}

void diameter_peer_record_drop(struct diameter_peer *p,
                               const struct diameter_message *m,
                               const char *sentence)
{
    struct connection *c = diameter_peer_connection(p);

    if (c)
        diameter_connection_drop(c, m->bytes, sentence);
}

struct diameter_peer_info diameter_peer_info(const struct diameter_peer *p)
{
    struct connection *c = diameter_peer_connection(p);
    static const struct addr nowhere;

    return (struct diameter_peer_info){
        .host = str_slice(&p->host),
        .realm = str_slice(&p->realm),
        .product = str_slice(&p->product),
        .remote = c ? *diameter_connection_remote(c) : nowhere,
        .configured = p->configured,
        .open = p->usable,
        .state = p->state,
        .watchdog = p->watchdog.state,
        .since_us = p->since_us > p->watchdog.since_us ? p->since_us
                                                       : p->watchdog.since_us,
        .requests_out = p->requests_out,
        .requests_in = p->requests_in,
        .answers_out = p->answers_out,
        .answers_in = p->answers_in,
        .pending = p->pending,
        .last_error = p->last_error,
    };
}
