/* SPDX-License-Identifier: MIT
 *
 * The stateful proxy core (RFC 3261 section 16 in its order, RFC 5393): checks
 * a request, pre-processes its routes, forwards it to one or more targets in
 * one response context, and brings the best answer back. The CSCFs' procedures
 * decide what to change and where to go; the core does what every proxy does.
 */
#ifndef SIP_PROXY_H
#define SIP_PROXY_H

#include "sip/transaction.h"

struct sip_proxy;

struct sip_proxy_config {
    struct sip_stack *stack;
    /* Is this URI one of ours, for routes and Request-URIs (16.4)? */
    bool (*is_own)(void *ctx, const struct sip_uri *uri);
    void *ctx;
    unsigned max_breadth; /* RFC 5393 5.3; 0: 60 */
};

struct sip_proxy *sip_proxy_new(const struct sip_proxy_config *c);
void sip_proxy_free(struct sip_proxy *p);

/* Section 16.3: Request-URI scheme (416), Max-Forwards (483), loop (482),
 * Proxy-Require (420). True when the request may go on; otherwise it has been
 * answered and the reason recorded. */
bool sip_proxy_check(struct sip_proxy *p, struct sip_request *req);

/* What section 16.4 took off the copy's Route set. */
struct sip_proxy_route {
    struct slice own; /* our own Route entry that led here (its URI, with the
                         user part and parameters we once put there); empty
                         without. In the copy's arena. */
    bool more;        /* further Route entries remain */
};

/* Section 16.4 on a fresh copy of the request: a strict router's rewriting is
 * undone, our own topmost Route entry (entries) removed. */
struct sip_message *sip_proxy_copy(struct sip_proxy *p, struct sip_request *req,
                                   struct sip_proxy_route *route);

/* ---- a response context -------------------------------------------------- */

struct sip_forward; /* lives until its request is answered and all branches
                       have ended */

struct sip_forward_handler {
    /* Every response that goes upstream, before it goes: edit it. Our Via is
     * off already. branch: what sip_forward_add was given. May be NULL. */
    void (*on_response)(void *ctx, struct sip_message *resp, void *branch);
    /* All branches have ended and `best` (not 2xx, not 6xx after a global stop)
     * would go upstream. The callee may add branches (sip_forward_add, _go) and
     * answer true: the context goes on. False: best goes up. cause: of best.
     * May be NULL. */
    bool (*on_best)(void *ctx, struct sip_forward *f, struct sip_message *best,
                    enum sip_client_cause cause, void *branch);
    /* The request was cancelled upstream; branches are being cancelled. May be
     * NULL. */
    void (*on_cancel)(void *ctx, struct sip_forward *f);
    /* The context is gone; comes exactly once. May be NULL. */
    void (*on_done)(void *ctx);
};

/* Takes over the caller's hold on req. */
struct sip_forward *sip_forward_new(struct sip_proxy *p,
                                    struct sip_request *req,
                                    const struct sip_forward_handler *h,
                                    void *ctx);
struct sip_request *sip_forward_request(struct sip_forward *f);

struct sip_branch {
    struct sip_message *msg; /* consumed; Max-Forwards is lowered here */
    struct sip_destination to;
    unsigned group;            /* lower groups are tried before higher ones
                                  (q values); equal ones at once */
    int64_t no_answer_us;      /* for a group with successors: give up then;
                                  0: only Timer C */
    void *branch;              /* given back to the callbacks */
    struct slice record_route; /* a URI to put in Record-Route (with lr), or
                                  empty */
};
void sip_forward_add(struct sip_forward *f, const struct sip_branch *b);
/* Starts (goes on) with the lowest group. Without any branch: 480. */
void sip_forward_go(struct sip_forward *f);
/* Gives up: branches are cancelled, the request gets this answer. */
void sip_forward_stop(struct sip_forward *f, unsigned status,
                      const char *reason);

/* One target, the usual case: new, add, go. */
void sip_proxy_forward(struct sip_proxy *p, struct sip_request *req,
                       const struct sip_branch *b,
                       const struct sip_forward_handler *h, void *ctx);

/* CANCEL arrived for req (from sip_stack_handler.on_cancel). */
void sip_proxy_cancel(struct sip_proxy *p, struct sip_request *req,
                      struct sip_message *cancel);
/* An ACK for a 2xx: route processing as above, then sent on statelessly. edit
 * may change the copy; false: drop it. */
void sip_proxy_ack(struct sip_proxy *p, struct sip_message *ack,
                   const struct sip_flow *flow,
                   bool (*edit)(void *ctx, struct sip_message *copy,
                                const struct sip_proxy_route *route,
                                struct sip_destination *to),
                   void *ctx);

#endif
