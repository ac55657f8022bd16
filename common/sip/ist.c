/* SPDX-License-Identifier: MIT
 *
 * The INVITE server transaction: RFC 3261 figure 7 with the Accepted state and
 * the transport errors of RFC 6026 sections 7.1 and 8.9 (a state is left for
 * none of them). The 100 is sent by the layer, as a 1xx of the user.
 *
 *                              | INVITE, tell                  (1)
 *           INVITE        (2)  v
 *           send response  +-----------+   1xx from user       (3)
 *                    +-----|           |----+ send response
 *                    +---->|Proceeding |<---+
 *          transport +-----|           |
 *          error     +---->|           |
 *          tell (4)        +-----------+
 *        300-699 from user   |       |   2xx from user
 *        send response (5)   |       |   send response         (6)
 *                    +-------+       +--------+
 *   INVITE or        v                        v
 *   Timer G     +-----------+           +-----------+ INVITE
 *   send  +-----|           |           |           |----+      (12)
 *   resp. +---->| Completed |           | Accepted  |<---+
 *   (7, 8)      |           |--+        |           |----+ 2xx from user
 *               +-----------+  |        |           |<---+ send (13)
 *   transport    ^   |   |     |        |           |----+ ACK, tell
 *   error, tell  +---+   | Timer H      |           |<---+      (14)
 *   (9)              ACK | tell (11)    |           |----+ transport
 *                   (10) v     |        |           |<---+ error, tell (15)
 *               +-----------+  |        +-----------+
 *               | Confirmed |  |              | Timer L         (16)
 *               +-----------+  |              |
 *          Timer I (17) |      |              |
 *                       v      v              v
 *               +-------------------------------------+
 *               |             Terminated              |
 *               +-------------------------------------+
 *
 * SIP-4.
 */
#include "sip/transaction_machine.h"

static void on_timer_g(void *ctx)
{
    ist_event(ctx, IST_TIMER_G, NULL);
}

static void on_timer_h(void *ctx)
{
    ist_event(ctx, IST_TIMER_H, NULL);
}

static void on_timer_i(void *ctx)
{
    ist_event(ctx, IST_TIMER_I, NULL);
}

static void on_timer_l(void *ctx)
{
    ist_event(ctx, IST_TIMER_L, NULL);
}

static void start_g(struct txn *t)
{
    if (!t->reliable)
        timer_start(t->timers, &t->again, t->interval, on_timer_g, t);
}

static void enter(struct txn *t, enum txn_state state)
{
    int64_t t1 = t->clocks->t1;

    txn_enter(t, state);
    if (state == TXN_COMPLETED) {
        t->interval = t1;
        start_g(t);
        timer_start(t->timers, &t->end, 64 * t1, on_timer_h, t);
    } else if (state == TXN_CONFIRMED) {
        timer_start(t->timers, &t->end, t->reliable ? 0 : t->clocks->t4,
                    on_timer_i, t);
    } else if (state == TXN_ACCEPTED) {
        timer_start(t->timers, &t->end, 64 * t1, on_timer_l, t);
    }
}

static void again(struct txn *t)
{
    int64_t twice = 2 * t->interval;

    t->interval = twice < t->clocks->t2 ? twice : t->clocks->t2;
    start_g(t);
    txn_send(t, NULL);
}

static void proceeding(struct txn *t, enum ist_event ev, struct sip_message *m)
{
    switch (ev) {
    case IST_RX_INVITE: txn_send(t, NULL); break;                     /* 2 */
    case IST_TU_1XX: txn_send(t, m); break;                           /* 3 */
    case IST_TRANSPORT_ERR: txn_tell(t, TXN_TRANSPORT_ERR, m); break; /* 4 */
    case IST_TU_300_699:                                              /* 5 */
        enter(t, TXN_COMPLETED);
        txn_send(t, m);
        break;
    case IST_TU_2XX: /* 6 */
        enter(t, TXN_ACCEPTED);
        txn_send(t, m);
        break;
    case IST_RX_ACK:
    case IST_TIMER_G:
    case IST_TIMER_H:
    case IST_TIMER_I:
    case IST_TIMER_L: break; /* no arrow */
    }
}

static void completed(struct txn *t, enum ist_event ev, struct sip_message *m)
{
    switch (ev) {
    case IST_RX_INVITE: txn_send(t, NULL); break;                     /* 7 */
    case IST_TIMER_G: again(t); break;                                /* 8 */
    case IST_TRANSPORT_ERR: txn_tell(t, TXN_TRANSPORT_ERR, m); break; /* 9 */
    case IST_RX_ACK: enter(t, TXN_CONFIRMED); break;                  /* 10 */
    case IST_TIMER_H:                                                 /* 11 */
        enter(t, TXN_TERMINATED);
        txn_tell(t, TXN_TIMEOUT, NULL);
        break;
    case IST_TU_1XX:
    case IST_TU_2XX:
    case IST_TU_300_699:
    case IST_TIMER_I:
    case IST_TIMER_L: break; /* no arrow */
    }
}

static void accepted(struct txn *t, enum ist_event ev, struct sip_message *m)
{
    switch (ev) {
    case IST_RX_INVITE: break;                                        /* 12 */
    case IST_TU_2XX: txn_send(t, m); break;                           /* 13 */
    case IST_RX_ACK: txn_tell(t, TXN_ACK, m); break;                  /* 14 */
    case IST_TRANSPORT_ERR: txn_tell(t, TXN_TRANSPORT_ERR, m); break; /* 15 */
    case IST_TIMER_L: enter(t, TXN_TERMINATED); break;                /* 16 */
    case IST_TU_1XX:
    case IST_TU_300_699:
    case IST_TIMER_G:
    case IST_TIMER_H:
    case IST_TIMER_I: break; /* no arrow */
    }
}

static void confirmed(struct txn *t, enum ist_event ev)
{
    switch (ev) {
    case IST_TIMER_I: enter(t, TXN_TERMINATED); break; /* 17 */
    case IST_RX_INVITE:
    case IST_RX_ACK:
    case IST_TU_1XX:
    case IST_TU_2XX:
    case IST_TU_300_699:
    case IST_TIMER_G:
    case IST_TIMER_H:
    case IST_TIMER_L:
    case IST_TRANSPORT_ERR: break; /* no arrow */
    }
}

static void step(struct txn *t, enum ist_event ev, struct sip_message *m)
{
    switch (t->state) {
    case TXN_PROCEEDING: proceeding(t, ev, m); break;
    case TXN_COMPLETED: completed(t, ev, m); break;
    case TXN_CONFIRMED: confirmed(t, ev); break;
    case TXN_ACCEPTED: accepted(t, ev, m); break;
    case TXN_CALLING:
    case TXN_TRYING:
    case TXN_TERMINATED: break;
    }
}

void ist_event(struct txn *t, enum ist_event ev, struct sip_message *m)
{
    txn_begin(t);
    step(t, ev, m);
    if (txn_has_failed(t))
        step(t, IST_TRANSPORT_ERR, m);
    txn_end(t);
}

void ist_start(struct txn *t)
{
    txn_begin(t);
    enter(t, TXN_PROCEEDING); /* 1 */
    txn_end(t);
}
