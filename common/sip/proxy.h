/* SPDX-License-Identifier: MIT
 *
 * The stateful proxy core (RFC 3261 section 16 in its order, RFC 5393): checks
 * a request, pre-processes its routes, forwards it to one or more targets in
 * one response context, and brings the best answer back. The CSCFs' procedures
 * decide what to change and where to go; the core does what every proxy does.
 *
 * A procedure, from request to answer:
 *
 *     if (!sip_proxy_check(p, req)) { sip_request_drop(req); return; }
 *     copy = sip_proxy_copy(p, req, &route);
 *     ... edit copy ...
 *     sip_proxy_forward(p, req, &(struct sip_branch){.msg = copy,
 *                       .to = {.trust = SIP_MW}}, &handler, ctx);
 */
#ifndef SIP_PROXY_H
#define SIP_PROXY_H

#include "sip/transaction.h"
#include "sip/uri.h"

struct sip_proxy;

struct sip_proxy_config {
    struct sip_stack *stack;
    /* Is this URI one of ours, for routes and Request-URIs (16.4)? */
    bool (*is_own)(void *ctx, const struct sip_uri *uri);
    /* Has who sent the request seen to this extension already, though it stands
     * there still (Require, Proxy-Require)? Then it is taken out. */
    bool (*is_seen_to)(void *ctx, const struct sip_request *req,
                       struct slice extension); /* NULL: none */
    void *ctx;
    unsigned max_breadth; /* of requests that bring none, RFC 5393 5.3;
                             0: 60 */
};

struct sip_proxy *sip_proxy_new(const struct sip_proxy_config *c);
/* Before sip_stack_free. Contexts that are left end: their requests are
 * answered 503, their on_done comes. */
void sip_proxy_free(struct sip_proxy *p);

/* Section 16.3: Request-URI scheme other than sip, sips, tel, urn (416),
 * Max-Forwards 0 (483, but for OPTIONS for this node itself), loop (482, RFC
 * 5393 4.2), Max-Breadth 0 (440), Proxy-Require (420, with Unsupported). True
 * when the request may go on; otherwise it has been answered and the reason
 * recorded; the caller still drops its hold. */
bool sip_proxy_check(struct sip_proxy *p, struct sip_request *req);

/* What section 16.4 took off the copy's Route set. */
struct sip_proxy_route {
    struct sip_uri own; /* our own Route entry that led here (with the user part
                           and parameters we once put there); its text is empty
                           without. Good as long as the copy. */
    bool more;          /* further Route entries remain */
};

/* Section 16.4 on a fresh copy of the request (the caller's to drop or to hand
 * on): a strict router's rewriting is undone; a maddr that is ours goes; our
 * own topmost Route entry is removed, with those behind it that are ours and
 * have the same user part (a Record-Route entry for each of two sides). */
struct sip_message *sip_proxy_copy(struct sip_proxy *p, struct sip_request *req,
                                   struct sip_proxy_route *route);

/* ---- a response context -------------------------------------------------- */

/* Lives until its request is answered and all branches have ended (for a 2xx
 * to INVITE that is Timer M later, because more may come). Any of the calls
 * below may end it; on_done tells, and nothing may be called on it then. */
struct sip_forward;

/* All callbacks get the ctx of sip_forward_new; any of them may be NULL. */
struct sip_forward_handler {
    /* Every response that goes upstream, before it goes: edit it. Our Via is
     * off already; a 503 was made 500 (16.7 step 6), challenges of the other
     * branches are in (step 7). Not for answers by sip_forward_stop. branch:
     * what sip_forward_add was given. One that is starved then does not go; in
     * place of a final one goes 500, and the other branches end. */
    void (*on_response)(void *ctx, struct sip_message *resp, void *branch);
    /* All branches have ended and `best` (not 2xx, not 6xx after a global stop,
     * not after CANCEL) would go upstream. The callee may add branches
     * (sip_forward_add, _go), at once or later, or stop, and answers true: the
     * context goes on until it does. False: best goes up. best is as it came,
     * a 503 is still one. cause: of best. */
    bool (*on_best)(void *ctx, struct sip_forward *f, struct sip_message *best,
                    enum sip_client_cause cause, void *branch);
    /* The request was cancelled upstream; branches are being cancelled, those
     * not yet begun never will. */
    void (*on_cancel)(void *ctx, struct sip_forward *f);
    /* The context is gone; comes exactly once, perhaps before the call that
     * ended it returns. */
    void (*on_done)(void *ctx);
};

/* Takes over the caller's hold on req. h is copied; NULL: no callbacks. */
struct sip_forward *sip_forward_new(struct sip_proxy *p,
                                    struct sip_request *req,
                                    const struct sip_forward_handler *h,
                                    void *ctx);
struct sip_request *sip_forward_request(struct sip_forward *f);

/* Where a request goes. 16.6 is done to msg in its order: Max-Forwards is
 * lowered (70 where there was none), Record-Route put in front, a strict
 * router at the head of Route gets its way, Max-Breadth is shared out. Text
 * and flow are copied. */
struct sip_branch {
    struct sip_message *msg; /* consumed */
    struct sip_destination to;
    unsigned group;            /* lower groups are tried before higher ones
                                  (q values); equal ones at once, or as many
                                  of them as Max-Breadth allows */
    int64_t no_answer_us;      /* give up (CANCEL) after; 0: only Timer C. Such
                                  a branch then counts as answered 408 */
    void *branch;              /* given back to the callbacks */
    struct slice record_route; /* a URI to put in Record-Route (lr is added
                                  when it is not there), or empty */
};
/* Adds a target; nothing is sent before sip_forward_go. A context that was
 * cancelled or answered drops it. */
void sip_forward_add(struct sip_forward *f, const struct sip_branch *b);
/* Starts (goes on) with the lowest group; while one runs, with what was added
 * to it. With no branch that was not tried: the best response so far, else
 * 480, goes up. */
void sip_forward_go(struct sip_forward *f);
/* Gives up: branches are cancelled, the request gets this answer (reason NULL:
 * the RFC's phrase), unless it has a final one. */
void sip_forward_stop(struct sip_forward *f, unsigned status,
                      const char *reason);

/* One target, the usual case: new, add, go. */
void sip_proxy_forward(struct sip_proxy *p, struct sip_request *req,
                       const struct sip_branch *b,
                       const struct sip_forward_handler *h, void *ctx);

/* CANCEL arrived for req (from sip_stack_handler.on_cancel): its branches are
 * cancelled with the Reason of the CANCEL. A request that is not yet forwarded
 * is answered 487; forwarding it later then does nothing but on_done. */
void sip_proxy_cancel(struct sip_proxy *p, struct sip_request *req,
                      struct sip_message *cancel);

/* An ACK for a 2xx (from sip_stack_handler.on_ack): route processing as above,
 * then sent on statelessly. edit may change the copy and the destination (by
 * default, with trust SIP_MW, where Route or Request-URI lead); false: drop
 * it. Max-Forwards 0, or a loop: dropped. edit may be NULL. */
void sip_proxy_ack(struct sip_proxy *p, struct sip_message *ack,
                   const struct sip_flow *flow,
                   bool (*edit)(void *ctx, struct sip_message *copy,
                                const struct sip_proxy_route *route,
                                struct sip_destination *to),
                   void *ctx);

#endif
