/* SPDX-License-Identifier: MIT
 *
 * A phone with a will of its own, on the same stack as the nodes: it
 * registers, refreshes, calls, answers as its dice say, and hangs up. What it
 * is told to do comes from the plan.
 */
#ifndef WORLDS_PHONE_H
#define WORLDS_PHONE_H

#include "base/list.h"
#include "crypto/aka.h"
#include "sip/ua.h"
#include "support/rspauth.h"
#include "worlds/core.h"

/* What the world's phones saw. */
struct tally {
    unsigned requests, finals, registered, calls, answered, messages, changes;
    unsigned forwarded, pracks, junk, resyncs, moves;
    unsigned by_class[7];
};

struct phone {
    struct core *core;
    struct tally *tally;
    unsigned index;
    const struct plan_phone *plan;
    struct sim_host *host; /* NULL while it is off */
    struct env env;
    struct log log;
    struct sip_stack *stack;
    struct addr local, proxy;
    struct str impu, impi, contact, name;
    bool lossy;                /* time-outs are no wonder, whoever is asked */
    unsigned at, pcscf, moves; /* where it stands */
    unsigned forward_to;       /* a phone, until then */
    int64_t forward_until_us;
    struct udp *junk; /* what is no proper message goes out here */

    struct str call_id, tag, challenge, service_route;
    uint32_t cseq, nc;
    struct rspauth rspauth; /* what a 200 to REGISTER must prove */
    unsigned tries;         /* answers to challenges in a row */
    unsigned status;        /* of the last REGISTER that ended; 0: under way */
    unsigned wanted;        /* its Expires */
    int64_t bound_since_us, bound_until_us; /* without a gap, as it knows */
    bool refreshes;                         /* registers again by itself */
    bool always_picks;                      /* answers each call, at once */
    struct timer refresh;
    struct list asks;       /* requests under way */
    struct list calls;      /* newest last */
    unsigned last_status;   /* of the last call or message; 0: under way */
    unsigned update_status; /* of the last UPDATE by itself; likewise */
};

void phone_init(struct phone *p, struct core *core, struct tally *t,
                unsigned index);
void phone_on(struct phone *p);
void phone_off(struct phone *p); /* without a word */
void phone_fini(struct phone *p);

/* Expires 0: deregisters. */
void phone_register(struct phone *p, unsigned expires);
/* Without a word, to another P-CSCF and address; registers there. */
void phone_roam(struct phone *p, unsigned to);
/* The card accepts nothing that the HSS would send now. */
void phone_jump(struct phone *p);
void phone_message(struct phone *p, const struct phone *other);
void phone_flood(struct phone *p, const struct phone *other, unsigned count);
/* Bytes that look like a message, or nearly. */
void phone_send_junk(struct phone *p, const struct phone *other);

struct phone_wish {
    int64_t hold_us; /* hangs up then, or cancels when it still rings */
    bool cancels;
    bool early; /* preconditions: 183, PRACK, UPDATE */
    bool is_forwarded;
};
void phone_call(struct phone *p, struct slice impu, struct phone_wish wish);
void phone_forward(struct phone *p, unsigned to, int64_t us);
/* In the newest call that it has; false without one. */
bool phone_reinvite(struct phone *p, bool holds);
bool phone_update(struct phone *p);
struct call;
struct call *phone_newest_call(struct phone *p); /* or NULL */
void phone_hang_up_all(struct phone *p);
void phone_give_up_asks(struct phone *p);
unsigned phone_calls(const struct phone *p);
unsigned phone_asks(const struct phone *p);
bool phone_is_talking(const struct phone *p);

/* ---- between the phone's files ------------------------------------------- */

struct call {
    struct list link;
    struct phone *phone;
    struct sip_ua_dialog dialog;
    struct sip_message *invite;
    struct sip_client *client; /* the first INVITE; NULL: has ended */
    struct sip_request *req;   /* ringing here */
    struct sip_ua_accept *accept;
    uint32_t invite_cseq;
    bool talking, over;
    struct phone_wish wish;
    struct timer timer;
    int64_t began_us;
    /* provisional responses that must arrive, RFC 3262 */
    uint32_t rseq; /* of the last one sent, or acknowledged */
    struct timer again;
    int64_t again_us;
};

/* The final answer to a request came. */
void phone_count(struct phone *p, const char *what,
                 const struct sip_message *resp, enum sip_client_cause cause);
/* Is it no wonder when nobody answers the phone of this From or To? */
bool phone_may_wait(const struct phone *p, struct slice whom);
struct sip_destination phone_way(const struct phone *p);
struct slice phone_routes(struct phone *p, struct arena *a);
/* Sends it; its end is counted; done (may be NULL) hears the status. */
void phone_ask(struct phone *p, struct sip_message *m,
               void (*done)(struct phone *p, struct sip_message *resp));
bool phone_authorize(struct phone *p, struct sip_message *m);
void phone_on_request(void *ctx, struct sip_request *req);
void phone_on_cancel(void *ctx, struct sip_request *req,
                     struct sip_message *cancel);
void phone_on_ack(void *ctx, struct sip_message *ack,
                  const struct sip_flow *flow);
void call_free(struct call *c);

/* ---- phone_call.c, the caller; phone_called.c ---------------------------- */

extern const char phone_sdp[];
struct call *call_new(struct phone *p);
void call_over(struct call *c);
void call_after(struct call *c, int64_t us, void (*fn)(void *ctx));
void call_hang_up(void *ctx);
struct call *call_of(struct phone *p, const struct sip_message *m);

/* ---- phone_early.c ------------------------------------------------------- */

bool call_wants_early(const struct sip_request *req);
/* The callee: 183, again and again until the PRACK; then goes on by itself. */
void call_progress(struct call *c);
void call_pracked(struct call *c, const struct sip_message *prack);
void call_updated(struct call *c);
/* The callee's 180, and perhaps more, as its dice say. */
void call_ring(struct call *c);
/* The caller: a provisional response came. */
void call_on_progress(struct call *c, struct sip_message *resp);
struct sip_message *call_response(struct phone *p, struct sip_request *req,
                                  unsigned status);

#endif
