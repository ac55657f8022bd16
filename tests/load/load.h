/* SPDX-License-Identifier: MIT
 *
 * Phones in great number that do one thing after the other: register,
 * register again, call, send a message. They stand on the seam to the world
 * (net.h), so that the same phones load real processes and the simulator.
 * Both ends of a call are phones of one load.
 *
 * A phone costs little: no transactions but a timer a unit, which sends again
 * what has no answer (RFC 3261 17.1) until the unit's time is up.
 */
#ifndef LOAD_LOAD_H
#define LOAD_LOAD_H

#include "load/histogram.h"
#include "load/subscriber.h"
#include "net/net.h"

enum load_kind {
    LOAD_REGISTER,   /* REGISTER 401 REGISTER 200 */
    LOAD_REREGISTER, /* REGISTER with the credentials it has; 401 again? Then
                        as above */
    LOAD_CALL,       /* INVITE 100 180 200 ACK BYE 200 */
    LOAD_MESSAGE,    /* MESSAGE 200 */
    LOAD_KINDS
};
const char *load_kind_name(enum load_kind kind);
bool load_kind_parse(struct slice text, enum load_kind *out);

enum { LOAD_PROXIES = 4 };

/* Where a call stays, without anybody who hangs up: it is done then. */
enum load_stay { LOAD_ENDS, LOAD_RINGING, LOAD_TALKING };

struct load_options {
    struct net *net;
    struct addr proxies[LOAD_PROXIES]; /* P-CSCFs, which phones share */
    unsigned proxy_count;
    struct addr first; /* of the first phone */
    const char *domain;
    enum load_auth auth;
    unsigned phones;    /* an even number */
    unsigned each;      /* phones that share a socket; 0: 1 */
    unsigned units;     /* most at a time */
    int64_t timeout_us; /* of a unit */
};

struct load_count {
    uint64_t begun, done;
    uint64_t refused;   /* a final response that is not what it should be */
    uint64_t timed_out; /* no final response in time */
    uint64_t skipped;   /* no unit or phone was free: the load's own limit */
    uint64_t again;     /* requests and 200s sent again */
    uint64_t challenged;
    unsigned status;           /* of the last refusal */
    struct histogram latency;  /* of the whole unit */
    struct histogram answered; /* of a call: from INVITE to 200 */
};

struct load_figures {
    struct load_count kinds[LOAD_KINDS];
    struct histogram latency; /* of all kinds */
    uint64_t unreadable;      /* messages */
    uint64_t unsent;          /* the socket's queue was full */
};

struct load;

/* Errors: as udp_open. */
enum ims_err load_new(const struct load_options *o, struct load **out,
                      struct why *why) MUST_CHECK;
void load_free(struct load *l);

/* Begins a unit of the next phone in turn (a call's and a message's other end
 * is half the phones further on), which was due at due_us of the clock: what
 * it waited counts as latency. */
void load_begin(struct load *l, enum load_kind kind, int64_t due_us);

/* Of units that begin from now on. */
struct load_scope {
    enum load_stay stay; /* of calls; one that stays keeps its unit */
    unsigned among;      /* so many of the phones, an even number; 0: all */
    bool missing;        /* registrations are of those that are not */
};
void load_set_scope(struct load *l, const struct load_scope *scope);

unsigned load_running(const struct load *l);
/* Phones whose last registration succeeded. */
unsigned load_registered(const struct load *l);
const struct load_figures *load_figures(const struct load *l);
void load_forget_figures(struct load *l); /* all 0 again */

#endif
