/* SPDX-License-Identifier: MIT
 *
 * What the four machines of RFC 3261 section 17 share. A machine is one file
 * by its figure (ict.c nict.c ist.c nist.c): it knows states, timers and
 * arrows, and does everything else through struct txn_ops, which the
 * transaction layer provides, and unit tests replace.
 */
#ifndef SIP_TRANSACTION_MACHINE_H
#define SIP_TRANSACTION_MACHINE_H

#include "net/timer.h"
#include "sip/message.h"
#include "sip/transport.h"

enum txn_state {
    TXN_CALLING,
    TXN_TRYING,
    TXN_PROCEEDING,
    TXN_COMPLETED,
    TXN_CONFIRMED,
    TXN_ACCEPTED, /* RFC 6026 */
    TXN_TERMINATED,
};

enum txn_news {                    /* what its user is told by a transaction */
                TXN_RESPONSE,      /* m came; client machines */
                TXN_ACK,           /* m came; ist in Accepted */
                TXN_TIMEOUT,       /* Timer B, F or H */
                TXN_TRANSPORT_ERR, /* a message could not be sent */
};

struct txn;

struct txn_ops {
    /* Client machines: sends the request (m is NULL). Server machines: sends
     * the response m, which becomes the one to be repeated; NULL: the last
     * one again. False: the transport cannot. */
    bool (*send)(struct txn *t, struct sip_message *m);
    /* ict: sends the ACK for the final response m; NULL: the last one again. */
    bool (*send_ack)(struct txn *t, struct sip_message *m);
    void (*tell)(struct txn *t, enum txn_news news, struct sip_message *m);
    /* A state was entered. May be NULL. */
    void (*entered)(struct txn *t);
    /* TERMINATED was entered and the machine lets go: t may be freed. */
    void (*gone)(struct txn *t);
};

/* Embedded in what the layer keeps of a transaction. */
struct txn {
    const struct txn_ops *ops;
    struct timers *timers;
    const struct sip_timers *clocks; /* T1, T2, T4 of the listener */
    bool reliable;                   /* the transport repeats by itself */

    enum txn_state state;
    unsigned depth;     /* calls of the machine under way */
    bool failed;        /* a send of this step failed */
    int64_t interval;   /* of Timer A, E or G */
    int64_t since;      /* nist: when the request came */
    struct timer again; /* A, E, G; nist: the 100 of RFC 4320 */
    struct timer end;   /* B, D, F, H, I, J, K, L, M */
};

/* ---- the machines: start, then one call an event ------------------------- */

enum ict_event {
    ICT_RX_1XX,
    ICT_RX_2XX,
    ICT_RX_300_699,
    ICT_TIMER_A,
    ICT_TIMER_B,
    ICT_TIMER_D,
    ICT_TIMER_M,
    ICT_TRANSPORT_ERR,
};
void ict_start(struct txn *t); /* sends the INVITE */
void ict_event(struct txn *t, enum ict_event ev, struct sip_message *m);

enum nict_event {
    NICT_RX_1XX,
    NICT_RX_200_699,
    NICT_TIMER_E,
    NICT_TIMER_F,
    NICT_TIMER_K,
    NICT_TRANSPORT_ERR,
};
void nict_start(struct txn *t); /* sends the request */
void nict_event(struct txn *t, enum nict_event ev, struct sip_message *m);

enum ist_event {
    IST_RX_INVITE,
    IST_RX_ACK,
    IST_TU_1XX,
    IST_TU_2XX,
    IST_TU_300_699,
    IST_TIMER_G,
    IST_TIMER_H,
    IST_TIMER_I,
    IST_TIMER_L,
    IST_TRANSPORT_ERR,
};
void ist_start(struct txn *t);
void ist_event(struct txn *t, enum ist_event ev, struct sip_message *m);

enum nist_event {
    NIST_RX_REQUEST,
    NIST_TU_1XX, /* 100 alone, RFC 4320 4.1 */
    NIST_TU_200_699,
    NIST_TU_NOTHING, /* answered by silence: a 408, RFC 4320 4.2 */
    NIST_TIMER_J,
    NIST_TRANSPORT_ERR,
};
void nist_start(struct txn *t);
void nist_event(struct txn *t, enum nist_event ev, struct sip_message *m);
/* When Timer E of the other side has reached T2: the moment from which a 100
 * for a non-INVITE may and shall be sent (RFC 4320 4.1). Microseconds after
 * the request. */
int64_t nist_trying_after(const struct sip_timers *clocks);

/* ---- for the machines ---------------------------------------------------- */

/* Around each step, so that t is let go only when no call is under way. */
void txn_begin(struct txn *t);
void txn_end(struct txn *t);
/* Changes the state with all timers stopped. */
void txn_enter(struct txn *t, enum txn_state state);
void txn_send(struct txn *t, struct sip_message *m);
void txn_send_ack(struct txn *t, struct sip_message *m);
/* Did a send of this step fail? Asked once a step, which forgets it. */
bool txn_has_failed(struct txn *t);
void txn_tell(struct txn *t, enum txn_news news, struct sip_message *m);

/* The layer ends it without a word: its stack goes, or its owner gave up. */
void txn_kill(struct txn *t);

const char *txn_state_name(enum txn_state state);

#endif
