/* SPDX-License-Identifier: MIT
 *
 * The non-INVITE server transaction: RFC 3261 figure 8 with the transport
 * errors of RFC 6026 section 8.9 (no state is left for them) and what RFC 4320
 * section 4 asks: the only provisional response is 100, and a 408 is never
 * sent. When the 100 is due is the layer's business (nist_trying_after).
 *
 *                              | request, tell                 (1)
 *                              v
 *                        +-----------+
 *        request  (2)    |           |   408 from user, nothing is sent
 *             +----------|  Trying   |---------------------+   (5)
 *             +--------->|           |                     |
 *         +--------------|           |                     |
 *         | 200-699      +-----------+                     |
 *         | from user    (3) | 100                         |
 *         | send             v send                        |
 *         | response     +-----------+   408 from user     |
 *         | (4)     +----|           |   (9)               |
 *         |         +--->|Proceeding |-------------------->|
 *         |  request or  |           |----+ transport      |
 *         |  100         |           |<---+ error, tell    |
 *         |  send   (6)  +-----------+      (7)            |
 *         |              (8) | 200-699 from user           |
 *         |                  v send response               |
 *         |   request    +-----------+                     |
 *         |   send  +----|           |----+ transport      |
 *         |   (10)  +--->| Completed |<---+ error, tell    |
 *         +------------->|           |      (11)           |
 *                        +-----------+                     |
 *                       (12) | Timer J                     |
 *                            v                             |
 *                        +-----------+                     |
 *                        |Terminated |<--------------------+
 *                        +-----------+
 *
 * SIP-4.
 */
#include "sip/transaction_machine.h"

static void on_timer_j(void *ctx)
{
    nist_event(ctx, NIST_TIMER_J, NULL);
}

static void enter(struct txn *t, enum txn_state state)
{
    txn_enter(t, state);
    if (state == TXN_COMPLETED)
        timer_start(t->timers, &t->end, t->reliable ? 0 : 64 * t->clocks->t1,
                    on_timer_j, t);
}

static void answer(struct txn *t, struct sip_message *m)
{
    enter(t, TXN_COMPLETED);
    txn_send(t, m);
}

static void trying(struct txn *t, enum nist_event ev, struct sip_message *m)
{
    switch (ev) {
    case NIST_RX_REQUEST: break; /* 2 */
    case NIST_TU_1XX:            /* 3 */
        enter(t, TXN_PROCEEDING);
        txn_send(t, m);
        break;
    case NIST_TU_200_699: answer(t, m); break;             /* 4 */
    case NIST_TU_NOTHING: enter(t, TXN_TERMINATED); break; /* 5 */
    case NIST_TIMER_J:
    case NIST_TRANSPORT_ERR: break; /* no arrow */
    }
}

static void proceeding(struct txn *t, enum nist_event ev, struct sip_message *m)
{
    switch (ev) {
    case NIST_RX_REQUEST: txn_send(t, NULL); break;                    /* 6 */
    case NIST_TU_1XX: txn_send(t, m); break;                           /* 6 */
    case NIST_TRANSPORT_ERR: txn_tell(t, TXN_TRANSPORT_ERR, m); break; /* 7 */
    case NIST_TU_200_699: answer(t, m); break;                         /* 8 */
    case NIST_TU_NOTHING: enter(t, TXN_TERMINATED); break;             /* 9 */
    case NIST_TIMER_J: break; /* no arrow */
    }
}

static void completed(struct txn *t, enum nist_event ev, struct sip_message *m)
{
    switch (ev) {
    case NIST_RX_REQUEST: txn_send(t, NULL); break;                    /* 10 */
    case NIST_TRANSPORT_ERR: txn_tell(t, TXN_TRANSPORT_ERR, m); break; /* 11 */
    case NIST_TIMER_J: enter(t, TXN_TERMINATED); break;                /* 12 */
    case NIST_TU_1XX:
    case NIST_TU_200_699:
    case NIST_TU_NOTHING: break; /* no arrow */
    }
}

static void step(struct txn *t, enum nist_event ev, struct sip_message *m)
{
    switch (t->state) {
    case TXN_TRYING: trying(t, ev, m); break;
    case TXN_PROCEEDING: proceeding(t, ev, m); break;
    case TXN_COMPLETED: completed(t, ev, m); break;
    case TXN_CALLING:
    case TXN_CONFIRMED:
    case TXN_ACCEPTED:
    case TXN_TERMINATED: break;
    }
}

void nist_event(struct txn *t, enum nist_event ev, struct sip_message *m)
{
    txn_begin(t);
    step(t, ev, m);
    if (txn_has_failed(t))
        step(t, NIST_TRANSPORT_ERR, m);
    txn_end(t);
}

void nist_start(struct txn *t)
{
    txn_begin(t);
    enter(t, TXN_TRYING); /* 1 */
    txn_end(t);
}

int64_t nist_trying_after(const struct sip_timers *clocks)
{
    int64_t at = 0;

    for (int64_t e = clocks->t1; e > 0 && e < clocks->t2; e *= 2)
        at += e;
    return at;
}
