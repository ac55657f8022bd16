/* SPDX-License-Identifier: MIT
 *
 * The peer state machine, RFC 6733 5.6.
 *
 * H-DIA-1 in part: over TCP, not SCTP.
 */
#include "diameter/peer_machine.h"
#include <stdio.h>

/* RFC 6733 5.6. I: the connection that we initiated, R: the peer's.
 *
 *          Start: I-Snd-Conn-Req (1)        I-Rcv-Conn-Ack: I-Snd-CER (3)
 *  Closed ------------------> Wait-Conn-Ack --------------------> Wait-I-CEA
 *   ^ |  <---- Nack (4), Timeout (6) ---+  |R-Conn-CER (5)          |  |
 *   | |                                 |  v                        |  |
 *   | |              Wait-Conn-Ack/Elect <-+                        |  |
 *   | |   Nack: R-Snd-CEA (13) |  |  I-Rcv-Conn-Ack: I-Snd-CER,     |  |
 *   | |     +------------------+  |  Elect (12)    R-Conn-CER (8) |  |
 *   | |     |                     v                                 |  |
 *   | |     |              Wait-Returns <---------------------------+  |
 *   | |     |  Win-Election (17), |  I-Rcv-CEA: R-Disc (19)            |
 *   | |     v  I-Peer-Disc (18)   |                                    |
 *   | +-> R-Open <----------------+----------> I-Open <----------------+
 *   | R-Conn-CER (2)  |                          |         I-Rcv-CEA (7)
 *   |                 | Stop, Rcv-DPR (25, 26)   |
 *   |                 +-----------> Closing <----+
 *   +---- Peer-Disc (27), Rcv-DPA, Timeout (28) ---+
 *
 * The other arrows: Wait-I-CEA back to Closed on I-Peer-Disc (9),
 * I-Rcv-Non-CEA (10), Timeout (11); Wait-Conn-Ack/Elect: R-Peer-Disc to
 * Wait-Conn-Ack (14), R-Conn-CER rejected (15), Timeout (16); Wait-Returns:
 * R-Peer-Disc to Wait-I-CEA (20), R-Conn-CER rejected (21), Timeout (22);
 * open: messages (23), R-Conn-CER rejected (24).
 */

enum {
    UNWANTED_PAUSE = 60 * SECOND, /* the peer said BUSY or DO_NOT_WANT... */
    QUIET_AFTER = 3,              /* attempts that fail alike are told */
};

static const struct peer_news no_news;

const char *peer_state_name(enum peer_state s)
{
    switch (s) {
    case PEER_CLOSED: return "Closed";
    case PEER_WAIT_CONN_ACK: return "Wait-Conn-Ack";
    case PEER_WAIT_I_CEA: return "Wait-I-CEA";
    case PEER_WAIT_CONN_ACK_ELECT: return "Wait-Conn-Ack/Elect";
    case PEER_WAIT_RETURNS: return "Wait-Returns";
    case PEER_R_OPEN: return "R-Open";
    case PEER_I_OPEN: return "I-Open";
    case PEER_CLOSING: return "Closing";
    }
    return "?";
}

bool diameter_peer_is_open(const struct diameter_peer *p)
{
    return p->state == PEER_I_OPEN || p->state == PEER_R_OPEN;
}

/* ---- timers ----------------------------------------------------------------
 */

static void on_exchange(void *ctx)
{
    diameter_peer_event(ctx, TIMEOUT, &no_news);
}

static void on_retry(void *ctx)
{
    diameter_peer_event(ctx, START, &no_news);
}

static void start_exchange(struct diameter_peer *p)
{
    timer_start(p->d->env->timers, &p->exchange, p->d->config.timers.exchange,
                on_exchange, p);
}

static void start_retry(struct diameter_peer *p)
{
    int64_t us = p->retry_us;

    if (p->address.n == 0 || p->d->on_stopped || !p->d->started)
        return;
    if (p->cause != CAUSE_REBOOTING)
        us = UNWANTED_PAUSE;
    p->retry_us *= 2;
    if (p->retry_us > p->d->config.timers.retry_most)
        p->retry_us = p->d->config.timers.retry_most;
    timer_start(p->d->env->timers, &p->retry, us, on_retry, p);
}

/* ---- states ----------------------------------------------------------------
 */

static void tell(struct diameter_peer *p, enum peer_state from)
{
    const char *reason = NULL;

    if (p->failures > QUIET_AFTER && !diameter_peer_is_open(p))
        return;
    if ((from == PEER_R_OPEN || from == PEER_I_OPEN) && !p->d->on_stopped)
        reason = "peer-lost";
    else if (diameter_peer_is_open(p))
        reason = "peer-open";
    record_say(p->d->env->record, (struct record_about){.reason = reason},
               "H-DIA-1", "RFC 6733 5.6", "Diameter peer %.*s: %s, then %s",
               SLICE_ARG(str_slice(&p->host)), peer_state_name(from),
               peer_state_name(p->state));
}

static void became_open(struct diameter_peer *p)
{
    p->serial = ++p->d->next_serial;
    p->retry_us = p->d->config.timers.retry_first;
    p->failures = 0;
    p->tried = 0;
    p->cause = CAUSE_REBOOTING;
    p->last_error[0] = '\0';
    timer_stop(p->d->env->timers, &p->exchange);
    timer_stop(p->d->env->timers, &p->retry);
    diameter_watchdog_event(&p->watchdog, WATCHDOG_CONNECTION_UP);
}

static void became_closed(struct diameter_peer *p)
{
    timer_stop(p->d->env->timers, &p->exchange);
    diameter_serve_peer_gone(p);
    diameter_ask_failover(p);
    start_retry(p);
    diameter_endpoint_peer_closed(p);
}

void diameter_peer_enter(struct diameter_peer *p, enum peer_state state)
{
    enum peer_state from = p->state;
    bool was_open = diameter_peer_is_open(p);

    if (state == from)
        return;
    p->state = state;
    p->since_us = p->d->env->clock->mono_us;
    tell(p, from);
    if (was_open)
        diameter_watchdog_event(&p->watchdog, WATCHDOG_CONNECTION_DOWN);
    if (diameter_peer_is_open(p))
        became_open(p);
    else if (state == PEER_CLOSED)
        became_closed(p);
    else if (state == PEER_CLOSING)
        start_exchange(p);
}

void diameter_peer_note(struct diameter_peer *p, const char *sentence)
{
    snprintf(p->last_error, sizeof(p->last_error), "%s", sentence);
    if (++p->failures <= QUIET_AFTER)
        log_at(p->d->env->log, LOG_NOTICE, "Diameter peer %s: %s",
               str_c(&p->host), sentence);
}

/* ---- actions, by the names of the table -------------------------------------
 */

static void i_snd_conn_req(struct diameter_peer *p)
{
    start_exchange(p);
    diameter_dial(p);
}

void diameter_peer_send_out(struct diameter_peer *p, struct connection *c)
{
    if (c)
        (void)diameter_connection_send(c, buf_slice(&p->d->out), S(""));
}

static void i_snd_cer(struct diameter_peer *p)
{
    struct diameter *d = p->d;

    start_exchange(p);
    d->self.address = *diameter_connection_local(p->i);
    diameter_base_put_cer(&d->out, &d->self, diameter_endpoint_next_hop(d),
                          diameter_endpoint_next_end(d));
    diameter_peer_send_out(p, p->i);
}

static void r_accept(struct diameter_peer *p, const struct peer_news *n)
{
    timer_stop(p->d->env->timers, &p->retry);
    diameter_connection_take(n->c, &diameter_peer_connection_handler, p);
    p->r = n->c;
}

/* RFC 6733 6.4, 6.6: a peer's realm is what it says, and requests to it name
 * that. */
static void learn_realm(struct diameter_peer *p, struct slice realm)
{
    if (p->realm.n > 0 && !slice_eq_nocase(realm, str_slice(&p->realm)))
        record_say(p->d->env->record, (struct record_about){0}, "H-DIA-1",
                   "RFC 6733 6.6",
                   "Diameter peer %s calls its realm %.*s, not %s: requests "
                   "go by what it says",
                   str_c(&p->host), SLICE_ARG(slice_first(realm, 80)),
                   str_c(&p->realm));
    str_set(&p->realm, realm);
}

static void process_capabilities(struct diameter_peer *p,
                                 const struct base_capabilities *caps)
{
    str_set(&p->product, caps->product);
    learn_realm(p, caps->realm);
    p->caps = *caps;
    p->caps.host = p->caps.realm = p->caps.product = S("");
}

static void process_cer(struct diameter_peer *p, const struct peer_news *n)
{
    p->r_cer = n->m->h;
    process_capabilities(p, n->caps);
}

static void process_cea(struct diameter_peer *p, const struct peer_news *n)
{
    process_capabilities(p, n->caps);
}

static void r_snd_cea(struct diameter_peer *p)
{
    p->d->self.address = *diameter_connection_local(p->r);
    if (diameter_base_put_answer(&p->d->out, &p->d->self, &p->r_cer, NULL))
        diameter_peer_send_out(p, p->r);
}

/* The winner keeps the connection that the other side initiated (5.6.4). */
static void elect(struct diameter_peer *p)
{
    if (slice_cmp(p->d->self.host, str_slice(&p->host)) > 0)
        diameter_peer_event(p, WIN_ELECTION, &no_news);
}

static void i_disc(struct diameter_peer *p)
{
    diameter_dial_cancel(p);
    if (p->i)
        diameter_connection_close(p->i);
    p->i = NULL;
}

static void r_disc(struct diameter_peer *p)
{
    if (p->r)
        diameter_connection_close(p->r);
    p->r = NULL;
}

static void r_reject(struct diameter_peer *p, const struct peer_news *n)
{
    diameter_connection_drop(n->c, n->m->bytes,
                             "this peer is connected already");
    diameter_connection_close(n->c);
    (void)p;
}

void diameter_peer_error(struct diameter_peer *p, const char *sentence)
{
    diameter_peer_note(p, sentence);
    i_disc(p);
    r_disc(p);
}

static void give_up(struct diameter_peer *p, enum peer_event ev)
{
    diameter_peer_error(p, ev == STOP ? "we stop" : "no answer in time");
}

struct connection *diameter_peer_connection(const struct diameter_peer *p)
{
    return p->i ? p->i : p->r;
}

static void snd_dpr(struct diameter_peer *p)
{
    struct diameter *d = p->d;

    diameter_base_put_dpr(&d->out, &d->self, diameter_endpoint_next_hop(d),
                          diameter_endpoint_next_end(d), CAUSE_REBOOTING);
    diameter_peer_send_out(p, diameter_peer_connection(p));
}

static void snd_answer(struct diameter_peer *p, const struct peer_news *n)
{
    struct diameter_fault f;
    bool is_good = diameter_base_check(n->m, &f);

    if (diameter_base_put_answer(&p->d->out, &p->d->self, &n->m->h,
                                 is_good ? NULL : &f))
        diameter_peer_send_out(p, n->c);
}

static void process(struct diameter_peer *p, const struct peer_news *n)
{
    if (diameter_is_request(n->m))
        diameter_serve_request(p, n->m);
    else
        diameter_ask_answer(p, n->m);
}

static void stray(struct diameter_peer *p, const struct peer_news *n)
{
    if (n->m && n->c)
        diameter_connection_drop(n->c, n->m->bytes,
                                 "not expected in this state");
    (void)p;
}

/* ---- one function a state ------------------------------------------------ */

static void closed(struct diameter_peer *p, enum peer_event ev,
                   const struct peer_news *n)
{
    switch (ev) {
    case START: /* 1 */
        diameter_peer_enter(p, PEER_WAIT_CONN_ACK);
        i_snd_conn_req(p);
        break;
    case R_CONN_CER: /* 2 */
        r_accept(p, n);
        process_cer(p, n);
        r_snd_cea(p);
        diameter_peer_enter(p, PEER_R_OPEN);
        break;
    case STOP: diameter_endpoint_peer_closed(p); break;
    case I_RCV_CONN_ACK:
    case I_RCV_CONN_NACK:
    case TIMEOUT:
    case I_RCV_CEA:
    case I_RCV_NON_CEA:
    case I_PEER_DISC:
    case R_PEER_DISC:
    case WIN_ELECTION:
    case RCV_MESSAGE:
    case RCV_DWR:
    case RCV_DWA:
    case RCV_DPR:
    case RCV_DPA: stray(p, n); break;
    }
}

static void wait_conn_ack(struct diameter_peer *p, enum peer_event ev,
                          const struct peer_news *n)
{
    switch (ev) {
    case I_RCV_CONN_ACK: /* 3 */
        i_snd_cer(p);
        diameter_peer_enter(p, PEER_WAIT_I_CEA);
        break;
    case I_RCV_CONN_NACK: /* 4; who calls noted why */
        i_disc(p);
        diameter_peer_enter(p, PEER_CLOSED);
        break;
    case R_CONN_CER: /* 5 */
        r_accept(p, n);
        process_cer(p, n);
        diameter_peer_enter(p, PEER_WAIT_CONN_ACK_ELECT);
        break;
    case TIMEOUT: /* 6 */
    case STOP:
        give_up(p, ev);
        diameter_peer_enter(p, PEER_CLOSED);
        break;
    case START:
    case I_RCV_CEA:
    case I_RCV_NON_CEA:
    case I_PEER_DISC:
    case R_PEER_DISC:
    case WIN_ELECTION:
    case RCV_MESSAGE:
    case RCV_DWR:
    case RCV_DWA:
    case RCV_DPR:
    case RCV_DPA: stray(p, n); break;
    }
}

static void wait_i_cea(struct diameter_peer *p, enum peer_event ev,
                       const struct peer_news *n)
{
    switch (ev) {
    case I_RCV_CEA: /* 7 */
        process_cea(p, n);
        diameter_peer_enter(p, PEER_I_OPEN);
        break;
    case R_CONN_CER: /* 8 */
        r_accept(p, n);
        process_cer(p, n);
        diameter_peer_enter(p, PEER_WAIT_RETURNS);
        elect(p);
        break;
    case I_PEER_DISC: /* 9 */
        diameter_peer_note(
            p, "closed the connection instead of answering our CER");
        i_disc(p);
        diameter_peer_enter(p, PEER_CLOSED);
        break;
    case I_RCV_NON_CEA: /* 10; who calls noted why */
        i_disc(p);
        diameter_peer_enter(p, PEER_CLOSED);
        break;
    case RCV_MESSAGE: /* 10 */
    case RCV_DWR:
    case RCV_DWA:
    case RCV_DPR:
    case RCV_DPA:
        diameter_peer_error(p, "sent something else than a CEA");
        diameter_peer_enter(p, PEER_CLOSED);
        break;
    case TIMEOUT: /* 11 */
    case STOP:
        give_up(p, ev);
        diameter_peer_enter(p, PEER_CLOSED);
        break;
    case START:
    case I_RCV_CONN_ACK:
    case I_RCV_CONN_NACK:
    case R_PEER_DISC:
    case WIN_ELECTION: stray(p, n); break;
    }
}

static void wait_conn_ack_elect(struct diameter_peer *p, enum peer_event ev,
                                const struct peer_news *n)
{
    switch (ev) {
    case I_RCV_CONN_ACK: /* 12 */
        i_snd_cer(p);
        diameter_peer_enter(p, PEER_WAIT_RETURNS);
        elect(p);
        break;
    case I_RCV_CONN_NACK: /* 13 */
        i_disc(p);
        r_snd_cea(p);
        diameter_peer_enter(p, PEER_R_OPEN);
        break;
    case R_PEER_DISC: /* 14 */
        r_disc(p);
        diameter_peer_enter(p, PEER_WAIT_CONN_ACK);
        break;
    case R_CONN_CER: r_reject(p, n); break; /* 15 */
    case TIMEOUT:                           /* 16 */
    case STOP:
        give_up(p, ev);
        diameter_peer_enter(p, PEER_CLOSED);
        break;
    case START:
    case I_RCV_CEA:
    case I_RCV_NON_CEA:
    case I_PEER_DISC:
    case WIN_ELECTION:
    case RCV_MESSAGE:
    case RCV_DWR:
    case RCV_DWA:
    case RCV_DPR:
    case RCV_DPA: stray(p, n); break;
    }
}

static void wait_returns(struct diameter_peer *p, enum peer_event ev,
                         const struct peer_news *n)
{
    switch (ev) {
    case WIN_ELECTION: /* 17 */
    case I_PEER_DISC:  /* 18 */
    case I_RCV_NON_CEA:
        i_disc(p);
        r_snd_cea(p);
        diameter_peer_enter(p, PEER_R_OPEN);
        break;
    case I_RCV_CEA: /* 19 */
        process_cea(p, n);
        r_disc(p);
        diameter_peer_enter(p, PEER_I_OPEN);
        break;
    case R_PEER_DISC: /* 20 */
        r_disc(p);
        diameter_peer_enter(p, PEER_WAIT_I_CEA);
        break;
    case R_CONN_CER: r_reject(p, n); break; /* 21 */
    case TIMEOUT:                           /* 22 */
    case STOP:
        give_up(p, ev);
        diameter_peer_enter(p, PEER_CLOSED);
        break;
    case START:
    case I_RCV_CONN_ACK:
    case I_RCV_CONN_NACK:
    case RCV_MESSAGE:
    case RCV_DWR:
    case RCV_DWA:
    case RCV_DPR:
    case RCV_DPA: stray(p, n); break;
    }
}

/* I-Open and R-Open differ in the letter alone. */
static void open_state(struct diameter_peer *p, enum peer_event ev,
                       const struct peer_news *n)
{
    switch (ev) {
    case RCV_MESSAGE: process(p, n); break; /* 23 */
    case RCV_DWR: snd_answer(p, n); break;  /* 23 */
    case RCV_DWA: break;                    /* 23; the watchdog knows */
    case R_CONN_CER: r_reject(p, n); break; /* 24 */
    case STOP:                              /* 25 */
        snd_dpr(p);
        diameter_peer_enter(p, PEER_CLOSING);
        break;
    case RCV_DPR: /* 26 */
        p->cause = diameter_base_cause(n->m);
        snd_answer(p, n);
        diameter_peer_enter(p, PEER_CLOSING);
        break;
    case I_PEER_DISC: /* 27 */
    case R_PEER_DISC:
        diameter_peer_note(p, "the connection ended");
        i_disc(p);
        r_disc(p);
        diameter_peer_enter(p, PEER_CLOSED);
        break;
    case START:
    case I_RCV_CONN_ACK:
    case I_RCV_CONN_NACK:
    case TIMEOUT:
    case I_RCV_CEA:
    case I_RCV_NON_CEA:
    case WIN_ELECTION:
    case RCV_DPA: stray(p, n); break;
    }
}

static void closing(struct diameter_peer *p, enum peer_event ev,
                    const struct peer_news *n)
{
    switch (ev) {
    case RCV_DPA: /* 28 */
    case I_PEER_DISC:
    case R_PEER_DISC:
    case TIMEOUT:
        i_disc(p);
        r_disc(p);
        diameter_peer_enter(p, PEER_CLOSED);
        break;
    /* Answers that were on their way when the DPR left are still good. */
    case RCV_MESSAGE: process(p, n); break;
    case RCV_DPR:
    case RCV_DWR: snd_answer(p, n); break;
    case R_CONN_CER: r_reject(p, n); break;
    case START:
    case I_RCV_CONN_ACK:
    case I_RCV_CONN_NACK:
    case I_RCV_CEA:
    case I_RCV_NON_CEA:
    case WIN_ELECTION:
    case RCV_DWA:
    case STOP: stray(p, n); break;
    }
}

void diameter_peer_event(struct diameter_peer *p, enum peer_event ev,
                         const struct peer_news *n)
{
    switch (p->state) {
    case PEER_CLOSED: closed(p, ev, n); break;
    case PEER_WAIT_CONN_ACK: wait_conn_ack(p, ev, n); break;
    case PEER_WAIT_I_CEA: wait_i_cea(p, ev, n); break;
    case PEER_WAIT_CONN_ACK_ELECT: wait_conn_ack_elect(p, ev, n); break;
    case PEER_WAIT_RETURNS: wait_returns(p, ev, n); break;
    case PEER_R_OPEN:
    case PEER_I_OPEN: open_state(p, ev, n); break;
    case PEER_CLOSING: closing(p, ev, n); break;
    }
}
