/* SPDX-License-Identifier: MIT */
#include "sip/transaction_machine.h"

void txn_begin(struct txn *t)
{
    t->depth++;
}

void txn_end(struct txn *t)
{
    if (--t->depth == 0 && t->state == TXN_TERMINATED)
        t->ops->gone(t);
}

void txn_enter(struct txn *t, enum txn_state state)
{
    timer_stop(t->timers, &t->again);
    timer_stop(t->timers, &t->end);
    t->state = state;
    if (t->ops->entered)
        t->ops->entered(t);
}

void txn_send(struct txn *t, struct sip_message *m)
{
    if (!t->ops->send(t, m))
        t->failed = true;
}

void txn_send_ack(struct txn *t, struct sip_message *m)
{
    if (!t->ops->send_ack(t, m))
        t->failed = true;
}

bool txn_has_failed(struct txn *t)
{
    bool failed = t->failed;

    t->failed = false;
    return failed;
}

void txn_tell(struct txn *t, enum txn_news news, struct sip_message *m)
{
    t->ops->tell(t, news, m);
}

void txn_kill(struct txn *t)
{
    txn_begin(t);
    txn_enter(t, TXN_TERMINATED);
    txn_end(t);
}

const char *txn_state_name(enum txn_state state)
{
    static const char *const names[] = {
        [TXN_CALLING] = "Calling",       [TXN_TRYING] = "Trying",
        [TXN_PROCEEDING] = "Proceeding", [TXN_COMPLETED] = "Completed",
        [TXN_CONFIRMED] = "Confirmed",   [TXN_ACCEPTED] = "Accepted",
        [TXN_TERMINATED] = "Terminated",
    };

    return names[state];
}
