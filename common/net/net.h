/* SPDX-License-Identifier: MIT
 *
 * The seam between a node and the world: datagrams, streams, DNS, work off
 * the loop, time and dice. Two back ends implement struct net_ops: the real
 * one (loop.h: libuv, c-ares, own UDP descriptors with recvmmsg/sendmmsg) and
 * the simulator (sim.h: virtual time, in-memory network, one seed). A node
 * cannot tell them apart.
 *
 * Everything happens on one thread. A callback may open, send, close and free
 * anything, including the object that it was called for. After x_close no
 * callback of that object comes any more.
 */
#ifndef NET_NET_H
#define NET_NET_H

#include "base/addr.h"
#include "base/clock.h"
#include "base/dice.h"
#include "base/why.h"
#include "net/timer.h"

struct net {
    const struct net_ops *ops;
    struct clock *clock;
    struct timers *timers;
    struct dice *dice;
};

/* ---- datagrams ---------------------------------------------------------- */

struct udp; /* a bound socket */

struct udp_handler {
    /* bytes are good during the call only */
    void (*on_datagram)(void *ctx, struct udp *u, const struct addr *from,
                        struct slice bytes);
    /* An earlier datagram to `to` could not be delivered (ICMP, IP_RECVERR). */
    void (*on_undeliverable)(void *ctx, struct udp *u, const struct addr *to);
};

/* Addresses of both kinds of sockets carry TRANSPORT_UDP or TRANSPORT_TCP in
 * what the net room hands out; what it is given may carry any transport.
 * Port 0: the kernel's choice; udp_local tells. Errors: CONFIG (not an address
 * of this host), EXISTS (address in use). */
enum ims_err udp_open(struct net *net, const struct addr *local,
                      const struct udp_handler *h, void *ctx, struct udp **out,
                      struct why *why) MUST_CHECK;
void udp_close(struct udp *u);
const struct addr *udp_local(const struct udp *u);

/* Queues a copy; what was queued leaves at the end of the loop's turn in one
 * system call. FULL: the queue is at its bound (dropped and counted).
 * TOO_LARGE: no datagram is that long. UNREACHABLE: an address of the other
 * family. Never calls back before it returns. */
enum ims_err udp_send(struct udp *u, const struct addr *to, struct slice bytes);

/* ---- streams ------------------------------------------------------------ */

struct listener;
struct stream; /* a TCP connection */

enum {
    NET_CONNECT_US = 10 * SECOND, /* a connect gets TIMEOUT after this */
    NET_UNACKED_US = 30 * SECOND, /* bytes unacknowledged for this: TIMEOUT */
};

struct stream_handler {
    /* Our connect succeeded. May be NULL. */
    void (*on_open)(void *ctx, struct stream *s);
    /* bytes are good during the call only; in any portions */
    void (*on_bytes)(void *ctx, struct stream *s, struct slice bytes);
    /* The end, once, whatever the cause: the other side closed (CLOSED), the
     * connect failed (UNREACHABLE, REFUSED, TIMEOUT), bytes stayed
     * unacknowledged (TIMEOUT). The stream is gone when this returns (a
     * stream_close inside is harmless); not called after stream_close. */
    void (*on_end)(void *ctx, struct stream *s, enum ims_err err);
};

/* on_accept sets handler and context with stream_take, or closes (a stream
 * left untaken is closed). Errors as for udp_open. */
enum ims_err stream_listen(struct net *net, const struct addr *local,
                           void (*on_accept)(void *ctx, struct listener *l,
                                             struct stream *s),
                           void *ctx, struct listener **out,
                           struct why *why) MUST_CHECK;
void listener_close(struct listener *l);
const struct addr *listener_local(const struct listener *l);

struct stream_ends {
    const struct addr *from; /* the local address, port 0: any; or NULL */
    const struct addr *to;
};

/* Fails at once only for a bad local address (CONFIG, EXISTS); everything else
 * comes by on_end. Never calls back before it returns. */
enum ims_err stream_connect(struct net *net, const struct stream_ends *ends,
                            const struct stream_handler *h, void *ctx,
                            struct stream **out, struct why *why) MUST_CHECK;
void stream_take(struct stream *s, const struct stream_handler *h, void *ctx);
const struct addr *stream_local(const struct stream *s);
const struct addr *stream_remote(const struct stream *s);

/* Queues a copy; may be called before on_open. FULL: more than the bound
 * would wait unsent (nothing of this call was queued). CLOSED: inside on_end.
 * Never calls back before it returns. */
enum ims_err stream_send(struct stream *s, struct slice bytes);
size_t stream_unsent(const struct stream *s); /* bytes queued */
/* Sends what is queued (for a few seconds at most), then closes. The object is
 * the caller's no longer. */
void stream_close(struct stream *s);
/* Likewise, but what is queued and not sent yet is dropped. */
void stream_abort(struct stream *s);

/* ---- DNS ---------------------------------------------------------------- */

enum dns_type { DNS_A = 1, DNS_AAAA = 28, DNS_SRV = 33, DNS_NAPTR = 35 };

/* Most records of an answer that are handed on; further ones are left out. */
enum { DNS_RECORDS_MAX = 64 };

/* Names are without the dot at their end; the root is empty text. */
struct dns_record {
    enum dns_type type;
    uint32_t ttl; /* seconds */
    union {
        struct addr addr; /* A, AAAA: port and transport 0 */
        struct {
            uint16_t priority, weight, port;
            struct slice target;
        } srv;
        struct {
            uint16_t order, preference;
            struct slice flags, service, regexp, replacement;
        } naptr;
    };
};

/* records are good during the call. err: OK (perhaps with no record: the name
 * exists without this type), NOT_FOUND (no such name), TIMEOUT, UNREACHABLE
 * (no server, or it could not answer, or not so that it can be read), MALFORMED
 * (the name is none of DNS), FULL (too many questions at a time). */
typedef void dns_fn(void *ctx, enum ims_err err,
                    const struct dns_record *records, size_t count);

struct dns_query;
/* Never calls back before it returns. */
struct dns_query *dns_ask(struct net *net, struct slice name,
                          enum dns_type type, dns_fn *fn, void *ctx);
void dns_cancel(struct dns_query *q); /* only before its callback */

/* ---- work that blocks --------------------------------------------------- */

/* Runs job(ctx) off the loop, then done(ctx) on it. Jobs of one lane run one
 * after the other in the order given. In the simulator the job runs at once
 * and done comes after a modelled latency. */
struct net_lane;
struct net_lane *lane_open(struct net *net, const char *name);
void lane_do(struct net_lane *l, void (*job)(void *), void (*done)(void *),
             void *ctx);
/* Waits for the job that runs; jobs not begun are dropped. No done comes any
 * more: what the ctx of a dropped job holds is its owner's to release. */
void lane_close(struct net_lane *l);

/* ---- what a back end provides ------------------------------------------- */

struct net_ops {
    enum ims_err (*udp_open)(struct net *, const struct addr *,
                             const struct udp_handler *, void *, struct udp **,
                             struct why *);
    enum ims_err (*stream_listen)(struct net *, const struct addr *,
                                  void (*)(void *, struct listener *,
                                           struct stream *),
                                  void *, struct listener **, struct why *);
    enum ims_err (*stream_connect)(struct net *, const struct stream_ends *,
                                   const struct stream_handler *, void *,
                                   struct stream **, struct why *);
    struct dns_query *(*dns_ask)(struct net *, struct slice, enum dns_type,
                                 dns_fn *, void *);
    struct net_lane *(*lane_open)(struct net *, const char *);

    enum ims_err (*udp_send)(struct udp *, const struct addr *, struct slice);
    void (*udp_close)(struct udp *);
    void (*listener_close)(struct listener *);
    enum ims_err (*stream_send)(struct stream *, struct slice);
    void (*stream_close)(struct stream *);
    void (*stream_abort)(struct stream *);
    void (*dns_cancel)(struct dns_query *);
    void (*lane_do)(struct net_lane *, void (*)(void *), void (*)(void *),
                    void *);
    void (*lane_close)(struct net_lane *);
};

/* What both back ends' objects begin with. */
struct udp {
    struct net *net;
    struct addr local;
    const struct udp_handler *h;
    void *ctx;
};

struct listener {
    struct net *net;
    struct addr local;
    void (*on_accept)(void *, struct listener *, struct stream *);
    void *ctx;
};

struct stream {
    struct net *net;
    struct addr local, remote;
    const struct stream_handler *h;
    void *ctx;
    size_t unsent;
};

struct dns_query {
    struct net *net;
};

struct net_lane {
    struct net *net;
};

#endif
