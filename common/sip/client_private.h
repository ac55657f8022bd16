/* SPDX-License-Identifier: MIT
 *
 * Shared by client.c (a request's way from its owner to an answer) and
 * client_send.c (one attempt: Via, size, transaction; ACK and CANCEL) alone.
 */
#ifndef SIP_CLIENT_PRIVATE_H
#define SIP_CLIENT_PRIVATE_H

#include "sip/transaction_private.h"

/* Owned by the stack. Ends with the final answer (INVITE: with its 2xx and
 * Timer M), or, once forgotten, with its transaction. */
struct sip_client {
    struct list node; /* first: in stack->owners */
    struct sip_stack *stack;
    struct sip_client_handler h;
    void *ctx;
    bool is_forgotten;
    bool is_stateless;       /* sent once, nothing is waited for */
    struct sip_message *msg; /* held, as it was given; NULL once answered */
    enum sip_trust trust;
    struct sip_flow flow; /* fixed: listener != NULL */
    struct str cookie;
    struct addr remote; /* of the attempt under way or answered */

    struct sip_locate_query *query; /* under way */
    struct addr *targets;           /* owned; NULL once answered */
    unsigned count, next;           /* of targets; the next to be tried */
    bool over_size;                 /* this attempt was moved to TCP */
    bool heard;                     /* this attempt got a 1xx */
    struct transaction *t;          /* under way; NULL between attempts */

    struct sip_message *verdict; /* the answer to be given; held */
    enum sip_client_cause cause;
    struct timer later; /* gives the verdict; after CANCEL: 64*T1 */
    bool is_cancelled;  /* by the owner */
    bool cancel_is_sent;
    bool is_answered;  /* finally */
    bool is_calling;   /* a callback of the owner is under way */
    struct str reason; /* of the CANCEL */
    struct why why;    /* of the last failure */
};

/* ---- client_send.c ------------------------------------------------------- */

extern const struct txn_ops client_ops;

/* Sends c->msg to the address (c->flow, when fixed) from a listener of its
 * trust. Over TCP instead of UDP when it is too large and try_tcp. False, with
 * c->why: it could not even be tried. Failures of the transaction come by
 * client_failed, perhaps before this returns. */
bool client_attempt(struct sip_client *c, const struct addr *to, bool try_tcp);
/* The CANCEL for the attempt under way. */
void client_send_cancel(struct sip_client *c);
/* A response of our own to c, with a Via on top as every response has; starved
 * if the request is. */
struct sip_message *client_own_response(struct sip_client *c, unsigned status);

/* ---- client.c: what a transaction tells ---------------------------------- */

void client_response(struct sip_client *c, struct sip_message *m);
void client_failed(struct sip_client *c, enum txn_news news);
void client_gone(struct sip_client *c);

#endif
