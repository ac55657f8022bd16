/* SPDX-License-Identifier: MIT
 *
 * The INVITE client transaction: RFC 3261 figure 5 with the Accepted state of
 * RFC 6026 section 7.2.
 *
 *                            | INVITE from the user            (1)
 *            Timer A    (2)  v send INVITE
 *            send INVITE +-----------+   Timer B or
 *                  +-----|           |   transport error (3)
 *                  +---->|  Calling  |------------------------+
 *      +-----------------|           |  tell user             |
 *      | 300-699    (6)  +-----------+                        |
 *      | send ACK, tell      |     |  2xx           (5)       |
 *      |                 (4) |     |  tell                    |
 *      |           1xx, tell v     +---------------+          |
 *      |                 +-----------+             |          |
 *      |  1xx, tell  +---|           |  2xx, tell  |          |
 *      |        (7)  +-->|Proceeding |--------+    |          |
 *      |                 |           |  (8)   |    |          |
 *      |                 +-----------+        |    |          |
 *      |                     | 300-699   (9)  |    |          |
 *      |                     | send ACK, tell |    |          |
 *      |                     v                v    v          |
 *      |                 +-----------+     +-----------+      |
 *      | 300-699    +----|           |     |           |--+   |
 *      | send ACK   +--->| Completed |     | Accepted  |  | 2xx, tell (13)
 *      | (10)   +------->|           |     |           |<-+   |
 *      +--------+        +-----------+     +-----------+      |
 *                transport |     | Timer D      | Timer M     |
 *                error     |     | (12)         | (14)        |
 *                tell (11) v     v              v             |
 *                        +-----------------------------+      |
 *                        |         Terminated          |<-----+
 *                        +-----------------------------+
 *
 * SIP-4.
 */
#include "sip/transaction_machine.h"

static void on_timer_a(void *ctx)
{
    ict_event(ctx, ICT_TIMER_A, NULL);
}

static void on_timer_b(void *ctx)
{
    ict_event(ctx, ICT_TIMER_B, NULL);
}

static void on_timer_d(void *ctx)
{
    ict_event(ctx, ICT_TIMER_D, NULL);
}

static void on_timer_m(void *ctx)
{
    ict_event(ctx, ICT_TIMER_M, NULL);
}

static void start_a(struct txn *t)
{
    if (!t->reliable)
        timer_start(t->timers, &t->again, t->interval, on_timer_a, t);
}

/* At least 32 s on an unreliable transport (RFC 3261 17.1.1.2), as long as the
 * other side may repeat its response where T1 is longer (TS 24.229 7.7). */
static int64_t timer_d(const struct txn *t)
{
    int64_t d = 64 * t->clocks->t1;

    if (t->reliable)
        return 0;
    return d > 32 * (int64_t)SECOND ? d : 32 * (int64_t)SECOND;
}

static void enter(struct txn *t, enum txn_state state)
{
    txn_enter(t, state);
    if (state == TXN_CALLING) {
        t->interval = t->clocks->t1;
        start_a(t);
        timer_start(t->timers, &t->end, 64 * t->clocks->t1, on_timer_b, t);
    } else if (state == TXN_COMPLETED) {
        timer_start(t->timers, &t->end, timer_d(t), on_timer_d, t);
    } else if (state == TXN_ACCEPTED) {
        timer_start(t->timers, &t->end, 64 * t->clocks->t1, on_timer_m, t);
    }
}

static void calling(struct txn *t, enum ict_event ev, struct sip_message *m)
{
    switch (ev) {
    case ICT_TIMER_A: /* 2 */
        t->interval *= 2;
        start_a(t);
        txn_send(t, NULL);
        break;
    case ICT_TIMER_B: /* 3 */
        enter(t, TXN_TERMINATED);
        txn_tell(t, TXN_TIMEOUT, NULL);
        break;
    case ICT_TRANSPORT_ERR: /* 3 */
        enter(t, TXN_TERMINATED);
        txn_tell(t, TXN_TRANSPORT_ERR, NULL);
        break;
    case ICT_RX_1XX: /* 4 */
        enter(t, TXN_PROCEEDING);
        txn_tell(t, TXN_RESPONSE, m);
        break;
    case ICT_RX_2XX: /* 5 */
        enter(t, TXN_ACCEPTED);
        txn_tell(t, TXN_RESPONSE, m);
        break;
    case ICT_RX_300_699: /* 6 */
        enter(t, TXN_COMPLETED);
        txn_send_ack(t, m);
        txn_tell(t, TXN_RESPONSE, m);
        break;
    case ICT_TIMER_D:
    case ICT_TIMER_M: break; /* no arrow */
    }
}

static void proceeding(struct txn *t, enum ict_event ev, struct sip_message *m)
{
    switch (ev) {
    case ICT_RX_1XX: /* 7 */ txn_tell(t, TXN_RESPONSE, m); break;
    case ICT_RX_2XX: /* 8 */
        enter(t, TXN_ACCEPTED);
        txn_tell(t, TXN_RESPONSE, m);
        break;
    case ICT_RX_300_699: /* 9 */
        enter(t, TXN_COMPLETED);
        txn_send_ack(t, m);
        txn_tell(t, TXN_RESPONSE, m);
        break;
    case ICT_TIMER_A:
    case ICT_TIMER_B:
    case ICT_TIMER_D:
    case ICT_TIMER_M:
    case ICT_TRANSPORT_ERR: break; /* no arrow */
    }
}

static void completed(struct txn *t, enum ict_event ev, struct sip_message *m)
{
    (void)m;
    switch (ev) {
    case ICT_RX_300_699: /* 10 */ txn_send_ack(t, NULL); break;
    case ICT_TRANSPORT_ERR: /* 11 */
        enter(t, TXN_TERMINATED);
        txn_tell(t, TXN_TRANSPORT_ERR, NULL);
        break;
    case ICT_TIMER_D: enter(t, TXN_TERMINATED); break; /* 12 */
    case ICT_RX_1XX:
    case ICT_RX_2XX:
    case ICT_TIMER_A:
    case ICT_TIMER_B:
    case ICT_TIMER_M: break; /* no arrow */
    }
}

static void accepted(struct txn *t, enum ict_event ev, struct sip_message *m)
{
    switch (ev) {
    case ICT_RX_2XX: txn_tell(t, TXN_RESPONSE, m); break; /* 13 */
    case ICT_TIMER_M: enter(t, TXN_TERMINATED); break;    /* 14 */
    case ICT_RX_1XX:
    case ICT_RX_300_699:
    case ICT_TIMER_A:
    case ICT_TIMER_B:
    case ICT_TIMER_D:
    case ICT_TRANSPORT_ERR: break; /* no arrow */
    }
}

static void step(struct txn *t, enum ict_event ev, struct sip_message *m)
{
    switch (t->state) {
    case TXN_CALLING: calling(t, ev, m); break;
    case TXN_PROCEEDING: proceeding(t, ev, m); break;
    case TXN_COMPLETED: completed(t, ev, m); break;
    case TXN_ACCEPTED: accepted(t, ev, m); break;
    case TXN_TRYING:
    case TXN_CONFIRMED:
    case TXN_TERMINATED: break;
    }
}

void ict_event(struct txn *t, enum ict_event ev, struct sip_message *m)
{
    txn_begin(t);
    step(t, ev, m);
    if (txn_has_failed(t))
        step(t, ICT_TRANSPORT_ERR, NULL);
    txn_end(t);
}

void ict_start(struct txn *t)
{
    txn_begin(t);
    enter(t, TXN_CALLING); /* 1 */
    txn_send(t, NULL);
    if (txn_has_failed(t))
        step(t, ICT_TRANSPORT_ERR, NULL);
    txn_end(t);
}
