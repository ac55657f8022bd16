/* SPDX-License-Identifier: MIT
 *
 * What proxy.c, fork.c and fork_best.c share; nobody else includes this.
 */
#ifndef SIP_PROXY_PARTS_H
#define SIP_PROXY_PARTS_H

#include "base/list.h"
#include "sip/proxy.h"

struct sip_proxy {
    struct sip_proxy_config config;
    const struct env *env;
    struct list forwards; /* struct sip_forward.link; each ends by itself */
    struct buf cookie;    /* the last one made */
};

/* ---- proxy.c: section 16.6 ----------------------------------------------- */

/* Steps 3, 4 and 6 on a message about to leave; *to gets the Request-URI for
 * target where a strict router is next. */
void proxy_prepare(struct sip_message *m, struct slice record_route,
                   struct sip_destination *to);
/* What the processing of a request depends on, for loop detection: never on
 * the method (RFC 5393 4.2.1). Good until the next one is made. */
struct slice proxy_cookie(struct sip_proxy *p, const struct sip_message *req);

/* ---- fork.c -------------------------------------------------------------- */

struct branch {
    struct list link; /* in sip_forward.branches */
    struct sip_forward *f;
    enum { WAITING, TRYING, ENDED } state;
    struct sip_message *msg;   /* held until it is sent */
    struct sip_destination to; /* its flow is `flow`, its uri in msg's arena */
    struct sip_flow flow;
    unsigned group;
    unsigned breadth; /* its share while TRYING */
    int64_t no_answer_us;
    void *user;
    struct sip_client *client; /* from sending to on_end */
    struct timer timer_c, patience;
    bool gave_up;              /* by Timer C or patience */
    struct sip_message *final; /* 300-699, held, our Via off */
    enum sip_client_cause cause;
    bool is_passed_over; /* on_best went on in spite of final */
};

/* Owned by the proxy's list. */
struct sip_forward {
    struct list link;
    struct sip_proxy *proxy;
    struct sip_request *req; /* held */
    struct sip_forward_handler h;
    void *ctx;
    struct list branches; /* struct branch, owned; in the order added */
    unsigned breadth;     /* Max-Breadth of the request */
    unsigned busy;        /* calls under way: not to be freed in them */
    bool is_answered;     /* finally, upstream */
    bool is_closed;       /* nothing is begun any more: CANCEL, 6xx, stop */
    bool is_asking;       /* on_best is under way */
};

/* ---- fork_best.c: section 16.7 steps 6 and 7 ----------------------------- */

/* The branch with the best final response; NULL without any. */
struct branch *fork_best(struct sip_forward *f);
/* Adds the challenges of the other 401 and 407 responses to those of b. */
void fork_merge_challenges(struct sip_forward *f, struct branch *b);

/* ---- fork.c, for proxy.c ------------------------------------------------- */

void fork_cancel(struct sip_forward *f, struct slice reason);
/* Ends without regard to what is under way. */
void fork_abandon(struct sip_forward *f);

#endif
