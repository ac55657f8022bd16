/* SPDX-License-Identifier: MIT
 *
 * Shared by transaction.c (the stack, its tables, what arrives), server.c
 * (requests to be answered) and client.c with client_send.c (requests on their
 * way) alone.
 */
#ifndef SIP_TRANSACTION_PRIVATE_H
#define SIP_TRANSACTION_PRIVATE_H

#include "base/list.h"
#include "base/map.h"
#include "base/mem.h"
#include "sip/transaction.h"
#include "sip/transaction_machine.h"
#include "sip/views.h"

enum { TAG_LENGTH = 12, REFUSED_RETRY_MIN = 5, REFUSED_RETRY_SPREAD = 11 };

struct request;

/* Those that wait for a response of one address: any number, as all requests
 * to a neighbour go there. Owned by them; gone with the last. */
struct remote {
    struct map_node by_addr; /* in stack->remotes */
    struct addr addr;
    struct list waiting; /* struct transaction.at_remote */
};

/* One transaction: a machine, and what goes on the wire. Owned by the stack
 * from its start to TXN_TERMINATED. Once answered, it holds no message: key,
 * Call-ID and, where it may have to be repeated, the printed response (or ACK)
 * are all that is left. */
struct transaction {
    struct txn m;
    struct sip_stack *stack;
    bool is_server;
    enum sip_method method;
    struct map_node by_key; /* in stack->servers or stack->clients */
    struct str key;
    struct map_node by_merge; /* servers: in stack->merges, once asked for */
    bool in_merges;
    uint64_t merge;        /* servers: hash of From tag, Call-ID, CSeq */
    struct remote *remote; /* clients: while a response is waited for */
    struct list at_remote;
    struct sip_flow flow;
    struct addr spare; /* servers: where to connect when the stream is gone */
    struct addr request_from; /* servers: whom the request came from */
    struct str wire; /* printed: the request, then ACK; or the response */
    struct str call; /* Call-ID, for the record */
    bool is_sent;    /* clients: the request, once */
    struct sip_client *client;   /* clients: its owner, or NULL */
    struct request *request;     /* servers: while somebody holds it */
    const struct sip_flow *came; /* of the message being handled */
};

/* The public request with its duty. Counted; freed by its last holder. */
struct request {
    struct sip_request pub;
    struct list node;      /* in stack->requests */
    struct transaction *t; /* NULL once it ended */
    unsigned refs;
    bool is_answered;
    char tag[TAG_LENGTH]; /* made when it is asked for: sip_request_tag */
};

struct sip_stack_counters {
    uint64_t *retransmissions, *forgotten, *full, *draining, *timeouts,
        *failovers, *unsent;
};

struct sip_stack {
    struct sip_stack_config config;
    const struct env *env;
    struct sip_stack_handler h;
    void *ctx;
    struct sip_transport *transport;
    struct sip_locate *locate;
    struct map servers;   /* struct transaction, owned; by branch and sent-by */
    struct map clients;   /* struct transaction, owned; by branch */
    struct map merges;    /* servers by struct transaction.merge */
    struct map remotes;   /* struct remote, by its addr */
    struct list requests; /* struct request; owned by their holders */
    struct list owners;   /* struct sip_client, owned */
    uint64_t secret;      /* of branch cookies */
    bool is_draining;
    struct sip_stack_counters count;
    size_t most;    /* transactions that there ever were at a time */
    struct buf out; /* a message is printed here */
};

/* ---- transaction.c ------------------------------------------------------- */

/* A transaction that is in no table yet; its flow is copied. */
struct transaction *transaction_new(struct sip_stack *s,
                                    const struct sip_flow *flow,
                                    const struct txn_ops *ops);
/* Out of the tables, and gone. */
void transaction_free(struct transaction *t);
/* Into the table of its kind, by its key. */
void transaction_enter(struct transaction *t);
/* A client waits for a response of flow.remote, and does no more. */
void transaction_wait(struct transaction *t);
void transaction_wait_over(struct transaction *t);
enum ims_err transaction_send_wire(struct transaction *t) MUST_CHECK;
/* Prints m into t->wire. False (and logged): it does not print, and what was
 * sent before is not to be repeated in its place. */
bool transaction_print(struct transaction *t, const struct sip_message *m);
struct slice sip_call_of(const struct sip_message *m);

/* ---- server.c ------------------------------------------------------------ */

void server_receive(struct sip_stack *s, struct sip_message *m,
                    const struct sip_flow *flow);
/* The stack goes; holders may drop theirs later. */
void request_orphan(struct request *r);

/* ---- client.c ------------------------------------------------------------ */

void client_receive(struct sip_stack *s, struct sip_message *m,
                    const struct sip_flow *flow);
/* Datagrams or streams to this address do not arrive. */
void client_unreachable(struct sip_stack *s, const struct addr *to);
void client_free(struct sip_client *c);

#endif
