/* SPDX-License-Identifier: MIT
 *
 * Requests: ours, each with its callback, time limit and failover to another
 * peer (RFC 6733 5.5.4); others', each of which dies by being answered.
 */
#ifndef DIAMETER_REQUEST_H
#define DIAMETER_REQUEST_H

#include "base/arena.h"
#include "base/record.h"
#include "diameter/peer.h"

struct diameter_request;

/* An application that the node speaks (RFC 6733 2.4, 6.11). */
struct diameter_application {
    uint32_t id;
    uint32_t vendor; /* not 0: announced and named as Vendor-Specific-... */
    bool stateless; /* messages carry Auth-Session-State: NO_STATE_MAINTAINED */
    /* A request of this application whose command is in commands.def, whose
     * header is right and whose AVPs are well-formed. NULL: asks only
     * (COMMAND_UNSUPPORTED is answered). */
    void (*on_request)(void *ctx, struct diameter_request *r);
    void *ctx;
};

/* Before diameter_start. The struct is copied. */
void diameter_add_application(struct diameter *d,
                              const struct diameter_application *app);

const struct env *diameter_env(const struct diameter *d);

/* ---- asking ---------------------------------------------------------------
 */

/* err OK: answer came (whatever its result); it is good during the call. Else
 * NULL: UNREACHABLE (no open peer serves the destination), TIMEOUT, FULL (too
 * many pending), TOO_LARGE. Comes exactly once, never before diameter_ask
 * returns. */
typedef void diameter_answer_fn(void *ctx, enum ims_err err,
                                const struct diameter_message *answer);

struct diameter_ask {
    uint32_t app, command;
    struct slice host;  /* Destination-Host; empty: none */
    struct slice realm; /* Destination-Realm; empty: the home peers' (peer.h),
                           our own without them */
    struct slice call;  /* for the record; may be empty */
};

/* Begins a request: header, a fresh Session-Id, Vendor-Specific-Application-Id
 * and Auth-Session-State as the application wants, origin and destination.
 * The caller puts its AVPs onto the buf, then sends. At most one is open. */
struct buf *diameter_ask_open(struct diameter *d, const struct diameter_ask *a);
/* Answers a ticket for diameter_cancel, never 0. */
uint64_t diameter_ask_send(struct diameter *d, diameter_answer_fn *fn,
                           void *ctx);
/* The callback will not come; answers its ctx, or NULL when it came already. A
 * late answer is recorded and ignored. */
void *diameter_cancel(struct diameter *d, uint64_t ticket);

/* ---- answering ------------------------------------------------------------
 */

/* Held by who works on it, from on_request on; dies by being answered. */
struct diameter_request;

const struct diameter_message *
diameter_request_message(const struct diameter_request *r);
/* Memory that dies with the request; bounded. */
struct arena *diameter_request_arena(struct diameter_request *r);
struct record_about diameter_request_about(const struct diameter_request *r);

/* Begins the answer: header, Session-Id, Vendor-Specific-Application-Id and
 * Auth-Session-State as the application wants, our origin, Proxy-Info as
 * received. error: the E flag (3xxx). */
struct buf *diameter_answer_open(struct diameter_request *r, bool error);
/* Sends it; r is gone. An answer that did not fit becomes UNABLE_TO_COMPLY;
 * if that does not fit beside Proxy-Info, the record says so and none goes. */
void diameter_answer_send(struct diameter_request *r);
/* Result-Code with a sentence and Failed-AVP, if that fits; r is gone. */
void diameter_refuse(struct diameter_request *r,
                     const struct diameter_fault *f);
/* Lets go: UNABLE_TO_COMPLY is answered, "forgotten answer" recorded. */
void diameter_request_drop(struct diameter_request *r);

#endif
