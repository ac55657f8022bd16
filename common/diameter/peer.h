/* SPDX-License-Identifier: MIT
 *
 * Our side of Diameter: the endpoint of a node, and its peers. A peer is
 * configured (we connect to it, it to us, or both) or admitted by allow_any.
 * Its connection follows the machine of RFC 6733 5.6; RFC 3539 watches it.
 */
#ifndef DIAMETER_PEER_H
#define DIAMETER_PEER_H

#include "base/buf.h"
#include "base/usage.h"
#include "diameter/message.h"
#include "net/env.h"

struct diameter; /* an endpoint; owned by the node */
struct diameter_peer;

struct diameter_timers { /* microseconds; 0: what stands here */
    int64_t tw;          /* watchdog, RFC 3539 Twinit: 30 s; +-2 s of jitter
                            (from 6 s up; +-1/15 below, for tests) */
    int64_t retry_first; /* from a lost connection or failed attempt to the
                            next: 200 ms, doubled each time, */
    int64_t retry_most;  /* up to 700 ms: RFC 6733's Tc of 30 s would leave a
                            network of restarted nodes apart for long */
    int64_t exchange;    /* for connect, CER to CEA, DPR to DPA: 5 s */
    int64_t answer;      /* a request's life, all peers tried: 6 s */
};

struct diameter_limits { /* 0: what stands here */
    size_t message;      /* bytes of one message: 64 KiB */
    size_t connections;  /* accepted ones: 256 */
    size_t pending;      /* requests of ours without answer: 20,000 */
    size_t serving;      /* requests to us without answer: 20,000 */
    size_t kept;         /* bytes of answers kept for duplicates: 4 MiB */
    int64_t kept_us;     /* and for how long: 30 s */
};

struct diameter_config {
    const struct env *env; /* Origin-Host: env->host; realm: env->domain */
    struct diameter_timers timers;
    struct diameter_limits limits;
    bool allow_any; /* admit peers that are not configured */
    /* A peer opened or closed; may be NULL. */
    void (*on_peer)(void *ctx, const struct diameter_peer *p);
    void *ctx;
};

struct diameter *diameter_new(const struct diameter_config *c);
/* Closes everything without a word; pending callbacks do not come. */
void diameter_free(struct diameter *d);

/* From now on these timers and limits (0: the defaults above), but for
 * limits.message, which stays; a watchdog that runs ends its round first. */
void diameter_reconfigure(struct diameter *d, const struct diameter_timers *t,
                          const struct diameter_limits *l);

struct diameter_peer_config {
    struct slice host;    /* its Origin-Host: "hss1.ims.example" */
    struct slice realm;   /* its Origin-Realm: "ims.example"; if it says
                             another, that counts, and the record tells */
    struct slice address; /* to connect to: an IP address or a name, resolved
                             at each attempt; empty: it connects to us */
    uint16_t port;        /* 0: 3868 */
    bool relay;           /* serves every realm when no peer does directly */
    bool home; /* what we ask without naming a realm is for its realm */
};

/* Errors: EXISTS (that host is there already), CONFIG. */
enum ims_err diameter_add_peer(struct diameter *d,
                               const struct diameter_peer_config *c,
                               struct why *why) MUST_CHECK;
/* May be called several times. */
enum ims_err diameter_listen(struct diameter *d, const struct addr *local,
                             struct why *why) MUST_CHECK;
/* Which local address connections are made from, and what Host-IP-Address
 * says (port 0: any); before diameter_start. Default: the first listener's IP.
 */
void diameter_bind(struct diameter *d, const struct addr *local);
/* Connects; applications and peers are announced before. */
void diameter_start(struct diameter *d);
/* The path to the peers is said to be good again: tries them now, instead of
 * when a timer says so (RFC 3539 3.4.1, RFC 6733 2.1). */
void diameter_try_peers(struct diameter *d);
/* DPR to every open peer (Disconnect-Cause REBOOTING); requests of ours still
 * get their answers meanwhile, requests to us TOO_BUSY. done comes once,
 * when all are closed, at the latest after timers.exchange. */
void diameter_stop(struct diameter *d, void (*done)(void *ctx), void *ctx);

/* ---- what a peer is, for the admin API ----------------------------------- */

/* RFC 6733 5.6 */
enum peer_state {
    PEER_CLOSED,
    PEER_WAIT_CONN_ACK,
    PEER_WAIT_I_CEA,
    PEER_WAIT_CONN_ACK_ELECT,
    PEER_WAIT_RETURNS,
    PEER_R_OPEN,
    PEER_I_OPEN,
    PEER_CLOSING,
};
const char *peer_state_name(enum peer_state s); /* "Wait-Conn-Ack", ... */

/* RFC 3539 3.4.1 */
enum watchdog_state {
    WATCHDOG_INITIAL,
    WATCHDOG_OKAY,
    WATCHDOG_SUSPECT,
    WATCHDOG_DOWN,
    WATCHDOG_REOPEN,
};
const char *watchdog_state_name(enum watchdog_state s); /* "OKAY", ... */

struct diameter_peer_info {
    struct slice host, realm;
    struct slice product; /* its Product-Name, once it told us */
    struct addr remote;   /* family 0: not connected */
    bool configured;      /* else admitted by allow_any */
    bool open;            /* requests can go there */
    enum peer_state state;
    enum watchdog_state watchdog;
    int64_t since_us; /* when the later of both was entered, mono */
    uint64_t requests_out, requests_in, answers_out, answers_in;
    unsigned pending;       /* requests to it without answer */
    const char *last_error; /* a sentence; "" without one */
};

struct diameter_peer_info diameter_peer_info(const struct diameter_peer *p);
/* In the order of configuration: the first for NULL; NULL after the last. */
const struct diameter_peer *diameter_peer_next(const struct diameter *d,
                                               const struct diameter_peer *p);
/* Requests of ours without answer. */
struct usage diameter_pending_usage(const struct diameter *d);
/* Is every configured peer that we connect to open? */
bool diameter_is_connected(const struct diameter *d);

#endif
