/* SPDX-License-Identifier: MIT
 *
 * What the files of the real loop share.
 */
#ifndef NET_LOOP_PRIV_H
#define NET_LOOP_PRIV_H

#include "base/list.h"
#include "net/loop.h"
#include <uv.h>

struct loop_batch; /* what recvmmsg fills, one for all sockets */
struct loop_dns;

struct loop {
    struct net net;
    struct clock clock;
    struct timers timers;
    struct dice dice;
    uv_loop_t uv;
    uv_prepare_t turn_end; /* before the loop sleeps */
    uv_timer_t alarm;      /* wakes it for the earliest timer, */
    int64_t alarm_us;      /* which is due then; -1: not set */
    uv_idle_t no_sleep;    /* runs when the next turn must come at once */
    bool in_turn;          /* the clock is set */
    struct loop_figures figures;
    size_t udp_bound, stream_bound;
    size_t udp_most, stream_most; /* bytes that ever waited in one of them */
    uint64_t stream_refused;
    struct list udps, listeners, streams, lanes, signals, watches;
    struct list udps_waiting, streams_waiting; /* with something to send */
    struct list bounced;                       /* to be told next turn */
    size_t bounced_count;
    struct loop_batch *batch;
    struct loop_dns *dns;
    int spare_fd; /* given up to refuse a stream when descriptors are out */
};

static inline struct loop *loop_of(struct net *net)
{
    return container_of(net, struct loop, net);
}

/* ---- loop.c ------------------------------------------------------------- */

/* First of all in each callback of libuv: sets the clock once a turn. */
void loop_enter(struct loop *l);
/* The next turn follows at once. */
void loop_soon(struct loop *l);

/* ---- loop_socket.c ------------------------------------------------------ */

/* A nonblocking descriptor bound to *local, or -1 and why. */
int loop_socket(const struct addr *local, int type, struct why *why);
/* What the kernel bound a descriptor to, and whom it is connected to. */
void loop_socket_local(int fd, enum transport t, struct addr *out);
void loop_socket_remote(int fd, enum transport t, struct addr *out);
/* The error that waits at a descriptor, as ours; OK without one. */
enum ims_err loop_socket_error(int fd);
enum ims_err loop_errno(int e); /* of a stream */

/* ---- loop_udp.c --------------------------------------------------------- */

struct loop_batch *loop_batch_new(void);
void loop_batch_free(struct loop_batch *b);
/* 64 KiB for reading streams. */
char *loop_batch_bytes(struct loop_batch *b, size_t *size);

enum ims_err loop_udp_open(struct net *net, const struct addr *local,
                           const struct udp_handler *h, void *ctx,
                           struct udp **out, struct why *why) MUST_CHECK;
void loop_udp_close(struct udp *u);
enum ims_err loop_udp_send(struct udp *u, const struct addr *to,
                           struct slice bytes);
void loop_udp_flush(struct loop *l);
/* Tells the owners what came back as undeliverable. */
void loop_udp_tell(struct loop *l);

/* ---- loop_stream.c, loop_listener.c ------------------------------------- */

enum ims_err loop_stream_listen(struct net *net, const struct addr *local,
                                void (*on_accept)(void *, struct listener *,
                                                  struct stream *),
                                void *ctx, struct listener **out,
                                struct why *why) MUST_CHECK;
void loop_listener_close(struct listener *l);
enum ims_err loop_stream_connect(struct net *net,
                                 const struct stream_ends *ends,
                                 const struct stream_handler *h, void *ctx,
                                 struct stream **out,
                                 struct why *why) MUST_CHECK;
/* A stream on an accepted descriptor, which becomes its own. */
struct stream *loop_stream_accepted(struct loop *l, int fd);
/* Closes it if nobody took it. */
void loop_stream_offered(struct stream *s);
enum ims_err loop_stream_send(struct stream *s, struct slice bytes);
void loop_stream_close(struct stream *s);
void loop_stream_abort(struct stream *s);
void loop_stream_flush(struct loop *l);
/* Ends those that their owners closed and that still flush. */
void loop_stream_drop_closed(struct loop *l);

/* ---- loop_dns.c --------------------------------------------------------- */

enum ims_err loop_dns_new(struct loop *l, const struct loop_options *o,
                          struct loop_dns **out, struct why *why) MUST_CHECK;
void loop_dns_free(struct loop_dns *d);
struct dns_query *loop_dns_ask(struct net *net, struct slice name,
                               enum dns_type type, dns_fn *fn, void *ctx);
void loop_dns_cancel(struct dns_query *q);

/* ---- loop_lane.c -------------------------------------------------------- */

struct net_lane *loop_lane_open(struct net *net, const char *name);
void loop_lane_do(struct net_lane *l, void (*job)(void *), void (*done)(void *),
                  void *ctx);
void loop_lane_close(struct net_lane *l);

/* ---- loop_watch.c: signals and foreign descriptors ----------------------- */

void loop_signals_close(struct loop *l);

#endif
