/* SPDX-License-Identifier: MIT
 *
 * The real world: one libuv loop, own UDP descriptors polled by it, c-ares.
 * A turn: the clock is set, descriptors are served, timers fire, queued
 * datagrams leave.
 */
#ifndef NET_LOOP_H
#define NET_LOOP_H

#include "base/usage.h"
#include "net/net.h"

struct loop;

struct loop_options {
    const struct addr *dns_servers; /* port 0: 53; none: /etc/resolv.conf */
    size_t dns_server_count;
    unsigned dns_timeout_ms;   /* 0: 2000 per try */
    unsigned dns_tries;        /* 0: 2 */
    int64_t dns_keep_us;       /* most that an answer is kept; 0: 1 h */
    size_t udp_queue_bytes;    /* most bytes waiting in one socket; 0: 4 MiB */
    size_t stream_queue_bytes; /* likewise for a stream; 0: 1 MiB */
};

enum ims_err loop_new(const struct loop_options *o, struct loop **out,
                      struct why *why) MUST_CHECK;
void loop_free(struct loop *l); /* everything opened on it must be closed */
struct net *loop_net(struct loop *l);

/* Until loop_stop; what is queued to leave by then still does. */
void loop_run(struct loop *l);
void loop_stop(struct loop *l); /* only on the loop's thread */

/* Calls fn on the loop when the process receives signo. */
void loop_on_signal(struct loop *l, int signo, void (*fn)(void *ctx, int signo),
                    void *ctx);

/* Watches a foreign descriptor (an epoll set of libmicrohttpd), which stays
 * its owner's; unwatch before closing it. */
struct loop_watch;
struct loop_watch *loop_watch(struct loop *l, int fd,
                              void (*on_readable)(void *), void *ctx);
void loop_unwatch(struct loop_watch *w);

/* Figures for /metrics. */
struct loop_figures {
    uint64_t turns;
    uint64_t datagrams_in, datagrams_out;
    uint64_t datagrams_dropped; /* the socket's queue was full */
    uint64_t undeliverable;
    uint64_t recvmmsg_calls, sendmmsg_calls;
    uint64_t streams_accepted, streams_refused; /* no descriptor left */
    uint64_t dns_questions, dns_cache_hits;
};
const struct loop_figures *loop_figures(const struct loop *l);

/* Bytes that wait in the fullest socket, and in the stream whose other side is
 * furthest behind; what found no room there is refused. */
struct usage loop_udp_usage(const struct loop *l);
struct usage loop_stream_usage(const struct loop *l);

#endif
