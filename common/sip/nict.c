/* SPDX-License-Identifier: MIT
 *
 * The non-INVITE client transaction: RFC 3261 figure 6.
 *
 *                            | request from the user           (1)
 *           Timer E     (2)  v send request
 *           send request +-----------+
 *                  +-----|           |   Timer F or
 *                  +---->|  Trying   |   transport error, tell (3)
 *                        |           |----------------------+
 *      +-----------------|           |                      |
 *      | 200-699    (5)  +-----------+                      |
 *      | tell            (4) | 1xx, tell                    |
 *      |    Timer E     (6)  v                              |
 *      |    send request +-----------+   Timer F or         |
 *      |           +-----|           |   transport error    |
 *      |           +---->|Proceeding |   tell (7)           |
 *      |           +---->|           |--------------------->|
 *      |           +-----|           |                      |
 *      |    1xx, tell    +-----------+                      |
 *      |        (8)      (9) | 200-699, tell                |
 *      |                     v                              |
 *      |                 +-----------+                      |
 *      +---------------->| Completed |                      |
 *                        +-----------+                      |
 *                       (10) | Timer K                      |
 *                            v                              |
 *                        +-----------+                      |
 *                        |Terminated |<---------------------+
 *                        +-----------+
 *
 * SIP-4.
 */
#include "sip/transaction_machine.h"

static void on_timer_e(void *ctx)
{
    nict_event(ctx, NICT_TIMER_E, NULL);
}

static void on_timer_f(void *ctx)
{
    nict_event(ctx, NICT_TIMER_F, NULL);
}

static void on_timer_k(void *ctx)
{
    nict_event(ctx, NICT_TIMER_K, NULL);
}

static void start_e(struct txn *t)
{
    if (!t->reliable)
        timer_start(t->timers, &t->again, t->interval, on_timer_e, t);
}

static void start_f(struct txn *t)
{
    timer_start(t->timers, &t->end, 64 * t->clocks->t1, on_timer_f, t);
}

/* Timers E and F run on from Trying into Proceeding, so that this change alone
 * must not touch them (RFC 3261 17.1.2.2). */
static void enter(struct txn *t, enum txn_state state)
{
    if (state == TXN_PROCEEDING) {
        t->state = state;
        return;
    }
    txn_enter(t, state);
    if (state == TXN_TRYING) {
        t->interval = t->clocks->t1;
        start_e(t);
        start_f(t);
    } else if (state == TXN_COMPLETED) {
        timer_start(t->timers, &t->end, t->reliable ? 0 : t->clocks->t4,
                    on_timer_k, t);
    }
}

static void again(struct txn *t, int64_t interval)
{
    t->interval = interval < t->clocks->t2 ? interval : t->clocks->t2;
    start_e(t);
    txn_send(t, NULL);
}

static void give_up(struct txn *t, enum txn_news news)
{
    enter(t, TXN_TERMINATED);
    txn_tell(t, news, NULL);
}

static void trying(struct txn *t, enum nict_event ev, struct sip_message *m)
{
    switch (ev) {
    case NICT_TIMER_E: again(t, 2 * t->interval); break;           /* 2 */
    case NICT_TIMER_F: give_up(t, TXN_TIMEOUT); break;             /* 3 */
    case NICT_TRANSPORT_ERR: give_up(t, TXN_TRANSPORT_ERR); break; /* 3 */
    case NICT_RX_1XX:                                              /* 4 */
        enter(t, TXN_PROCEEDING);
        txn_tell(t, TXN_RESPONSE, m);
        break;
    case NICT_RX_200_699: /* 5 */
        enter(t, TXN_COMPLETED);
        txn_tell(t, TXN_RESPONSE, m);
        break;
    case NICT_TIMER_K: break; /* no arrow */
    }
}

static void proceeding(struct txn *t, enum nict_event ev, struct sip_message *m)
{
    switch (ev) {
    case NICT_TIMER_E: again(t, t->clocks->t2); break;             /* 6 */
    case NICT_TIMER_F: give_up(t, TXN_TIMEOUT); break;             /* 7 */
    case NICT_TRANSPORT_ERR: give_up(t, TXN_TRANSPORT_ERR); break; /* 7 */
    case NICT_RX_1XX: txn_tell(t, TXN_RESPONSE, m); break;         /* 8 */
    case NICT_RX_200_699:                                          /* 9 */
        enter(t, TXN_COMPLETED);
        txn_tell(t, TXN_RESPONSE, m);
        break;
    case NICT_TIMER_K: break; /* no arrow */
    }
}

static void completed(struct txn *t, enum nict_event ev)
{
    switch (ev) {
    case NICT_TIMER_K: enter(t, TXN_TERMINATED); break; /* 10 */
    case NICT_RX_1XX:
    case NICT_RX_200_699:
    case NICT_TIMER_E:
    case NICT_TIMER_F:
    case NICT_TRANSPORT_ERR: break; /* no arrow */
    }
}

static void step(struct txn *t, enum nict_event ev, struct sip_message *m)
{
    switch (t->state) {
    case TXN_TRYING: trying(t, ev, m); break;
    case TXN_PROCEEDING: proceeding(t, ev, m); break;
    case TXN_COMPLETED: completed(t, ev); break;
    case TXN_CALLING:
    case TXN_CONFIRMED:
    case TXN_ACCEPTED:
    case TXN_TERMINATED: break;
    }
}

void nict_event(struct txn *t, enum nict_event ev, struct sip_message *m)
{
    txn_begin(t);
    step(t, ev, m);
    if (txn_has_failed(t))
        step(t, NICT_TRANSPORT_ERR, NULL);
    txn_end(t);
}

void nict_start(struct txn *t)
{
    txn_begin(t);
    enter(t, TXN_TRYING); /* 1 */
    txn_send(t, NULL);
    if (txn_has_failed(t))
        step(t, NICT_TRANSPORT_ERR, NULL);
    txn_end(t);
}
