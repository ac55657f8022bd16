/* SPDX-License-Identifier: MIT
 *
 * What every CSCF is, whatever its procedures: a SIP stack with a proxy core,
 * perhaps a Diameter endpoint with Cx, and the way it starts, drains and goes.
 * A role's state begins with this struct, so that node->state is one.
 */
#ifndef NODE_CSCF_H
#define NODE_CSCF_H

#include "ims/cx.h"
#include "node/links.h"
#include "sip/proxy.h"

struct cscf {
    struct node *node;
    const struct env *env;
    struct sip_stack *stack;
    struct sip_proxy *proxy;
    struct diameter *diameter; /* NULL: it asks no HSS */
    struct cx *cx;
    bool leaving; /* DPR is on its way */
};

/* Opens stack and proxy core; node->state is set. on_cancel of h is not
 * looked at: cscf does that. */
enum ims_err cscf_open(struct cscf *c, struct node *n,
                       const struct sip_stack_handler *h,
                       struct why *why) MUST_CHECK;
/* And the connections to the HSS. */
enum ims_err cscf_open_cx(struct cscf *c, const struct cx_handler *h,
                          struct why *why) MUST_CHECK;
/* Closes what is open. Procedures that waited end by it. */
void cscf_close(struct cscf *c);

/* For struct sip_stack_handler; ctx is the struct cscf. */
void cscf_on_cancel(void *ctx, struct sip_request *req,
                    struct sip_message *cancel);
/* Likewise: an ACK goes where its Route leads, within the core. */
void cscf_on_ack(void *ctx, struct sip_message *ack,
                 const struct sip_flow *flow);

/* For struct node_role. */
enum ims_err cscf_reload(struct node *n, struct why *why);
bool cscf_is_ready(const struct node *n, struct why *why);
void cscf_stop_accepting(struct node *n);
bool cscf_is_idle(const struct node *n);
void cscf_leave(struct node *n);
void cscf_try_neighbours(struct node *n);
/* Members of `j`: transactions and, if there are any, peers. */
void cscf_dump(const struct cscf *c, struct json *j);
/* GET /api/v1/peers */
void cscf_get_peers(struct node *n, struct api_call *call);
/* GET /api/v1/transactions; ?q= is looked for in the Call-ID. */
void cscf_get_transactions(struct node *n, struct api_call *call);
/* GET /api/v1/limits of a role without limits of its own, and what one with
 * them puts between readings_limits_begin and _end. */
void cscf_get_limits(struct node *n, struct api_call *call);
void cscf_put_limits(struct cscf *c, struct api_call *call);

/* ---- requests -------------------------------------------------------------
 */

/* What the record's entries about a SIP message join by. */
static inline struct record_about cscf_about(const struct sip_message *m)
{
    return (struct record_about){.call = sip_header_value(m, SIP_HDR_CALL_ID)};
}

/* Records the sentence, answers, and lets go of req and copy. A 400 carries
 * the sentence as its reason phrase, which thus names the header. */
void cscf_refuse(struct cscf *c, struct sip_request *req,
                 struct sip_message *copy, unsigned status, const char *proc,
                 const char *clause, const char *fmt, ...)
    __attribute__((format(printf, 7, 8)));

/* 489, which says that `reg` is known alone (RFC 6665 8.2.2). Likewise. */
void cscf_refuse_event(struct cscf *c, struct sip_request *req,
                       struct sip_message *copy, const char *proc);

/* What a user agent does first (RFC 3261 8.2.2.2, 8.2.2.3): a request that was
 * merged is answered 482, one that requires another extension than `known`
 * (one option tag, or empty) 420. False: answered; the caller drops its hold.
 */
bool cscf_check_uas(struct cscf *c, struct sip_request *req,
                    struct slice known);

/* May the neighbour that sent this assert something (TS 24.229 4.4)? Who
 * comes in where phones do may not, nor an external node that the topology
 * trusts with nothing and names by its address. */
bool cscf_is_trusted(const struct cscf *c, const struct sip_flow *from);
/* Takes what asserts something out of copy, unless its sender may. */
void cscf_check_trust(struct cscf *c, const struct sip_request *req,
                      struct sip_message *copy);

/* P-Visited-Network-ID, a token or quoted text (RFC 7315 section 5.3): of
 * several the one next to the user, which the P-CSCF gave. p == NULL: none. */
struct slice cscf_visited_network(const struct sip_message *m);

/* Is the URI one of the node's? */
bool cscf_is_own(const struct cscf *c, const struct sip_uri *uri);
/* Is the request for the node itself, as somebody asks who wants to know if
 * it is there (OPTIONS without a user)? Then it has been answered. */
bool cscf_answered_itself(struct cscf *c, struct sip_request *req,
                          struct sip_message *copy,
                          const struct sip_proxy_route *route);
/* It is: 200 to OPTIONS, else 404 (RFC 3261 11.2). Lets go of req and copy. */
void cscf_answer_itself(struct cscf *c, struct sip_request *req,
                        struct sip_message *copy);

#endif
