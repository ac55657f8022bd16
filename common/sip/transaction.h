/* SPDX-License-Identifier: MIT
 *
 * The transaction layer (RFC 3261 section 17, RFC 6026, RFC 4320): matches
 * messages to the four state machines of ict.c nict.c ist.c nist.c, and gives
 * its user (proxy or user agent) requests to answer and clients to wait for.
 */
#ifndef SIP_TRANSACTION_H
#define SIP_TRANSACTION_H

#include "sip/locate.h"
#include "sip/transport.h"

/* ---- the stack: transport, location and transactions of one node --------- */

struct sip_stack;

/* A request to be answered: a server transaction (or none, for an ACK that
 * matches none: `ack` in the handler). Answer duty: held by the procedure that
 * works on it; when the last holder drops it unanswered it answers 500 itself
 * and records "forgotten answer". */
struct sip_request {
    struct sip_message *msg; /* held while the request lives */
    struct sip_flow flow;
    struct sip_stack *stack;
    void *user; /* the TU's: its response context */
};

struct sip_stack_handler {
    /* A new request (never ACK or CANCEL). The callee owns one hold. */
    void (*on_request)(void *ctx, struct sip_request *req);
    /* CANCEL for an INVITE that is still unanswered; the layer has answered the
     * CANCEL with 200. The TU then ends req (487) by way of its branches. */
    void (*on_cancel)(void *ctx, struct sip_request *req,
                      struct sip_message *cancel);
    /* An ACK for a 2xx: no transaction; forwarded statelessly. */
    void (*on_ack)(void *ctx, struct sip_message *ack,
                   const struct sip_flow *flow);
    /* A response that matches no client transaction (RFC 6026 7.2: dropped
     * and counted by the layer; told for statistics). May be NULL. */
    void (*on_stray)(void *ctx, struct sip_message *m);
    /* A stream towards a phone ended. May be NULL. */
    void (*on_flow_end)(void *ctx, const struct sip_flow *flow);
};

struct sip_stack_config {
    const struct env *env;
    struct sip_transport_config transport;
    struct sip_locate_config locate;
    size_t transactions; /* most at a time; beyond: 503 + Retry-After; 0: 1e6 */
};

struct sip_stack *sip_stack_new(const struct sip_stack_config *c,
                                const struct sip_stack_handler *h, void *ctx);
/* Transactions end without a word. */
void sip_stack_free(struct sip_stack *s);
struct sip_transport *sip_stack_transport(struct sip_stack *s);
struct sip_locate *sip_stack_locate(struct sip_stack *s);
const struct env *sip_stack_env(struct sip_stack *s);
size_t sip_stack_transactions(const struct sip_stack *s);
struct usage sip_stack_usage(const struct sip_stack *s); /* likewise */
/* One of them, as people read it; good during the call of sip_stack_each. */
struct sip_transaction_info {
    bool is_server;
    const char *machine; /* "INVITE client", as the figure of RFC 3261 17 */
    const char *state;   /* "Proceeding" */
    const char *method;
    struct slice call; /* Call-ID */
    struct addr remote;
};
/* Servers, then clients, in the order of coming. */
void sip_stack_each(const struct sip_stack *s,
                    void (*fn)(void *ctx, const struct sip_transaction_info *i),
                    void *ctx);
/* Those of them that still owe or await a final answer; the rest lingers for
 * repetitions. Looks at all: for the end of a node. */
size_t sip_stack_open(const struct sip_stack *s);
/* From now on this many transactions at a time (0: 1e6), and these limits of
 * its transport. */
void sip_stack_limit(struct sip_stack *s, size_t transactions,
                     const struct sip_limits *l, size_t connections);
/* While draining (SIGTERM) new requests get 503, the rest goes on. */
void sip_stack_drain(struct sip_stack *s);

/* ---- server side --------------------------------------------------------- */

struct sip_request *sip_request_hold(struct sip_request *r);
void sip_request_drop(struct sip_request *r);
bool sip_request_is_answered(const struct sip_request *r); /* finally */

/* Answers with a response made from the request (To tag added). reason NULL:
 * the RFC's phrase. */
void sip_reply(struct sip_request *r, unsigned status, const char *reason);
/* Answers with a response from sip_response_to, edited; msg is consumed. When
 * it is starved: not at all if it is provisional, else with 500. */
void sip_respond(struct sip_request *r, struct sip_message *msg);
/* A response of a branch, Via popped: forwarded upstream; msg is consumed.
 * 2xx to INVITE may come several times. */
void sip_request_forward_response(struct sip_request *r,
                                  struct sip_message *msg);
/* This was asked of another request with the same From tag, Call-ID and CSeq
 * but on another branch: RFC 3261 8.2.2.2, to be answered 482 by an element
 * that acts as a UAS (registrar, user agent), and asked by no other. */
bool sip_request_is_merged(struct sip_request *r);
/* The To tag this stack uses for its own answers to r. */
struct slice sip_request_tag(struct sip_request *r);

/* ---- client side --------------------------------------------------------- */

struct sip_client; /* one request on its way, with its fail-over */

enum sip_client_cause {
    SIP_CLIENT_RESPONSE,    /* msg came over the network */
    SIP_CLIENT_TIMEOUT,     /* Timer B/F, and no answer at all: msg is a 408
                               made here */
    SIP_CLIENT_UNREACHABLE, /* no address, ICMP, connect: msg is a 503 */
    SIP_CLIENT_NO_ROUTE,    /* DNS: msg is a 503 (or 404 for an unknown name) */
    SIP_CLIENT_CANCELLED, /* cancelled before it was sent, or no final response
                             within 64*T1 of the CANCEL: msg is a 487 */
    SIP_CLIENT_GAVE_UP,   /* Timer F after a 100, or of a branch (proxy.h)
                             Timer C or no answer in time: msg is a 408 */
};

/* Each provisional response but 100 (`is_final` false), each final one. After
 * the final one (for INVITE: every 2xx until Timer M) the client ends by
 * itself, and on_end comes last. The callee may hold msg, and edits a copy. */
struct sip_client_handler {
    void (*on_response)(void *ctx, struct sip_client *c,
                        struct sip_message *msg, enum sip_client_cause cause);
    void (*on_end)(void *ctx, struct sip_client *c); /* may be NULL */
};

struct sip_destination {
    const struct sip_flow *flow; /* send over this flow, or */
    struct addr addr;     /* to this address (family != 0; transport NONE:
                             UDP), or */
    struct slice uri;     /* to where this URI leads, or (empty) to where
                             the first Route, else the Request-URI,
                             leads (RFC 3261 8.1.2) */
    enum sip_trust trust; /* send from a listener of this class */
};

/* Has the request passed here before, with the same cookie then given to
 * sip_client_send or sip_stack_send_stateless? RFC 5393 4.2: a Via of ours
 * whose branch was made from it.
 */
bool sip_stack_has_looped(const struct sip_stack *s,
                          const struct sip_message *req, struct slice cookie);

/* Sends msg (which is held; a Via with a new branch is added in front, size
 * switch and fail-over happen here). branch_cookie: bytes hashed into the
 * branch for loop detection (RFC 5393 4.2), may be empty. Never calls back
 * before it returns. */
struct sip_client *sip_client_send(struct sip_stack *s, struct sip_message *msg,
                                   const struct sip_destination *to,
                                   struct slice branch_cookie,
                                   const struct sip_client_handler *h,
                                   void *ctx);
/* CANCELs an INVITE: at once after a 1xx, else when one comes (RFC 3261 9.1);
 * the final answer still comes by on_response. reason: a Reason header's
 * value to carry (RFC 3326), may be empty. */
void sip_client_cancel(struct sip_client *c, struct slice reason);
/* The owner goes away: no more callbacks; the transaction ends by itself. */
void sip_client_forget(struct sip_client *c);

/* An ACK for a 2xx, or anything else that wants no answer: sent once.
 * branch_cookie: as of sip_client_send. */
void sip_stack_send_stateless(struct sip_stack *s, struct sip_message *msg,
                              const struct sip_destination *to,
                              struct slice branch_cookie);

#endif
