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
 *        request  (2)    |           |   408 from user, nothing is sent;
 *             +----------|  Trying   |---------------------+   Timer J counts
 *             +--------->|           |       (5)           |   from the request
 *         +--------------|           |                     |
 *         | 200-699      +-----------+                     |
 *         | from user    (3) | 100                         |
 *         | send             v send                        |
 *         | response     +-----------+   408 from user,    |
 *         | (4)     +----|           |   likewise  (9)     |
 *         |         +--->|Proceeding |-------------------->|
 *         |  request or  |           |----+ transport      |
 *         |  100         |           |<---+ error, tell    |
 *         |  send   (6)  +-----------+      (7)            |
 *         |              (8) | 200-699 from user           |
 *         |                  v send response               |
 *         |   request    +-----------+                     |
 *         |   send again |           |<--------------------+
 *         |         +----|           |----+ transport
 *         |   (10)  +--->| Completed |<---+ error, tell
 *         +------------->|           |      (11)
 *                        +-----------+
 *                       (12) | Timer J
 *                            v
 *                        +-----------+
 *                        |Terminated |
 *                        +-----------+
 *
 * SIP-4.
 */
#include "sip/transaction_machine.h"

static void on_timer_j(void *ctx)
{
    nist_event(ctx, NIST_TIMER_J, NULL);
}

static int64_t now(const struct txn *t)
{
    return t->timers->clock->mono_us;
}

static void complete(struct txn *t, int64_t since)
{
    int64_t until = since + 64 * t->clocks->t1;

    txn_enter(t, TXN_COMPLETED);
    timer_start(t->timers, &t->end, t->reliable ? 0 : until - now(t),
                on_timer_j, t);
}

static void answer(struct txn *t, struct sip_message *m)
{
    complete(t, now(t));
    txn_send(t, m);
}

/* Who asked repeats his request until his Timer F, and behind the end of this
 * machine each one would be new. */
static void keep_silent(struct txn *t)
{
    complete(t, t->since);
}

static void trying(struct txn *t, enum nist_event ev, struct sip_message *m)
{
    switch (ev) {
    case NIST_RX_REQUEST: break; /* 2 */
    case NIST_TU_1XX:            /* 3 */
        txn_enter(t, TXN_PROCEEDING);
        txn_send(t, m);
        break;
    case NIST_TU_200_699: answer(t, m); break;   /* 4 */
    case NIST_TU_NOTHING: keep_silent(t); break; /* 5 */
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
    case NIST_TU_NOTHING: keep_silent(t); break;                       /* 9 */
    case NIST_TIMER_J: break; /* no arrow */
    }
}

static void completed(struct txn *t, enum nist_event ev, struct sip_message *m)
{
    switch (ev) {
    case NIST_RX_REQUEST: txn_send(t, NULL); break;                    /* 10 */
    case NIST_TRANSPORT_ERR: txn_tell(t, TXN_TRANSPORT_ERR, m); break; /* 11 */
    case NIST_TIMER_J: txn_enter(t, TXN_TERMINATED); break;            /* 12 */
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
    t->since = now(t);
    txn_enter(t, TXN_TRYING); /* 1 */
    txn_end(t);
}

int64_t nist_trying_after(const struct sip_timers *clocks)
{
    int64_t at = 0;

    for (int64_t e = clocks->t1; e > 0 && e < clocks->t2; e *= 2)
        at += e;
    return at;
}
