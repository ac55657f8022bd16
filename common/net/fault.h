/* SPDX-License-Identifier: MIT
 *
 * Faults on purpose: the seam at which messages are lost, held, doubled or
 * answered by somebody else than the procedure that they are for. A transport
 * that knows a message asks before it hands it on:
 *
 *     if (env->faults && !env->faults->passes(env->faults->ctx, &m, &exit))
 *         return;                               taken: it is not ours any more
 *
 * env->faults is NULL while there is no fault. What was held comes back by
 * the exit's pass, and is not judged again. The rules are node/faults.h.
 */
#ifndef NET_FAULT_H
#define NET_FAULT_H

#include "base/record.h"

struct fault_message {
    enum record_proto proto;
    bool out;
    bool is_request;
    bool from_phone;     /* to or from a phone: an untrusted listener's */
    struct slice method; /* "INVITE"; "UA" of UAR and UAA; empty: unknown */
    unsigned result;     /* a response's status, an answer's result; or 0 */
    struct slice peer;   /* what the other side calls itself; may be empty */
    struct addr local, remote;
    struct record_about about;
    struct slice bytes;
};

/* What is answered instead: a SIP status, or a Diameter result (with a vendor:
 * an Experimental-Result). */
struct fault_answer {
    unsigned code;
    uint32_t vendor;
    const char *reason; /* SIP's phrase, NULL: the usual one */
};

enum { FAULT_WAY_MAX = 64 };

/* How a message goes on from where it was stopped. owner lives until it calls
 * forget; `way`, of way_n bytes, is copied. All three functions may end the
 * owner's connection. */
struct fault_exit {
    void *owner;
    const void *way;
    size_t way_n; /* at most FAULT_WAY_MAX */
    /* As if nothing had been. NULL: this message can be lost, not held. */
    void (*pass)(void *owner, const void *way, struct slice bytes,
                 struct slice call);
    /* Answers the request. NULL: no answer can be given here. */
    void (*answer)(void *owner, const void *way, struct slice bytes,
                   const struct fault_answer *a);
};

struct fault_hook {
    void *ctx;
    /* False: it was taken. */
    bool (*passes)(void *ctx, const struct fault_message *m,
                   const struct fault_exit *exit);
    /* The owner goes: nothing held comes back to it. */
    void (*forget)(void *ctx, const void *owner);
};

#endif
