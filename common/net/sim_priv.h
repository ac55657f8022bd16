/* SPDX-License-Identifier: MIT
 *
 * What the files of the simulator share.
 */
#ifndef NET_SIM_PRIV_H
#define NET_SIM_PRIV_H

#include "base/map.h"
#include "base/mem.h"
#include "base/str.h"
#include "net/sim.h"

enum {
    SIM_UDP_QUEUE = 4 << 20,    /* bytes that a socket sends in one instant */
    SIM_STREAM_QUEUE = 1 << 20, /* bytes under way in one direction */
    SIM_READ_SIZE = 64 << 10,   /* the most that on_bytes gets at a time */
};

struct sim {
    struct clock clock;
    uint64_t seed;
    struct dice dice;     /* the scenario's */
    struct dice weather;  /* what the network throws */
    struct timers events; /* of the world; each host has timers of its own */
    struct list hosts;    /* in order of making, which is that of turns */
    struct list names;    /* how often each was used */
    struct map bound;     /* sockets and listeners by address */
    struct list flying;   /* datagrams under way */
    struct list pipes;    /* directions of streams, oldest first */
    struct list rules;
    struct list zone;
    int64_t dns_latency_us, work_latency_us;
    bool dns_silent, chop;
    enum ims_err dns_error; /* of each answer; OK: none */
    uint16_t next_port;
    uint32_t hosts_made;
    uint32_t at_instant; /* events since the clock moved */
    void (*on_tap)(void *ctx, const struct addr *from, const struct addr *to,
                   struct slice bytes);
    void *tap_ctx;
    void (*on_turn)(void *ctx, struct sim_host *h);
    void *turn_ctx;
};

/* The lists hold what the node opened and has not closed; after a kill too,
 * so that what it still closes is found there. */
struct sim_host {
    struct net net;
    struct sim *sim;
    struct list link;
    struct dice dice;
    struct timers timers;
    struct addr home4, home6; /* what it connects from unless told */
    bool dead;
    struct list udps, listeners, streams, queries, lanes;
};

/* What an address is bound to; first member of sockets and listeners' tails. */
struct sim_bound {
    struct map_node node;
    struct addr addr;
};

static inline struct sim_host *sim_host_of(struct net *net)
{
    return container_of(net, struct sim_host, net);
}

/* ---- sim.c -------------------------------------------------------------- */

/* Around each call into the code of a host's node; NULL: it is over. */
void sim_turn(struct sim *s, struct sim_host *h);

/* Binds *local (whose port is chosen when 0) for a socket of transport t. */
enum ims_err sim_bind(struct sim_host *h, const struct addr *local,
                      enum transport t, struct sim_bound *b,
                      struct why *why) MUST_CHECK;
void sim_unbind(struct sim *s, struct sim_bound *b);
struct sim_bound *sim_bound_at(struct sim *s, const struct addr *a);
/* A local address for a connection to `to`. */
enum ims_err sim_home(struct sim_host *h, const struct stream_ends *ends,
                      struct addr *out, struct why *why) MUST_CHECK;

/* ---- sim_rule.c --------------------------------------------------------- */

/* Never NULL. */
const struct sim_rule *sim_rule_for(struct sim *s, const struct addr *from,
                                    const struct addr *to);
bool sim_is_cut(struct sim *s, const struct addr *from, const struct addr *to);
/* How long one way takes, with jitter thrown. */
int64_t sim_way_us(struct sim *s, const struct addr *from,
                   const struct addr *to);
bool sim_happens(struct sim *s, uint32_t ppm);
void sim_tapped(struct sim *s, const struct addr *from, const struct addr *to,
                struct slice bytes);

/* ---- sim_udp.c ---------------------------------------------------------- */

enum ims_err sim_udp_open(struct net *net, const struct addr *local,
                          const struct udp_handler *h, void *ctx,
                          struct udp **out, struct why *why) MUST_CHECK;
void sim_udp_close(struct udp *u);
enum ims_err sim_udp_send(struct udp *u, const struct addr *to,
                          struct slice bytes);
void sim_udp_kill(struct sim_host *h);
void sim_udp_fini(struct sim *s);

/* ---- sim_stream.c, sim_pipe.c ------------------------------------------- */

enum ims_err
sim_stream_listen(struct net *net, const struct addr *local,
                  void (*on_accept)(void *, struct listener *, struct stream *),
                  void *ctx, struct listener **out, struct why *why) MUST_CHECK;
enum ims_err sim_stream_connect(struct net *net, const struct stream_ends *ends,
                                const struct stream_handler *h, void *ctx,
                                struct stream **out,
                                struct why *why) MUST_CHECK;
void sim_listener_close(struct listener *l);
enum ims_err sim_stream_send(struct stream *s, struct slice bytes);
void sim_stream_close(struct stream *s);
void sim_stream_abort(struct stream *s);
void sim_stream_kill(struct sim_host *h);
/* Frees the connections that their node closed and that still flush. */
void sim_stream_drop_orphans(struct sim_host *h);
/* The rules changed: what a cut held back goes on. */
void sim_pipes_unpark(struct sim *s);
void sim_pipes_fini(struct sim *s);

/* ---- sim_dns.c, sim_work.c ---------------------------------------------- */

struct dns_query *sim_dns_ask(struct net *net, struct slice name,
                              enum dns_type type, dns_fn *fn, void *ctx);
void sim_dns_cancel(struct dns_query *q);
void sim_dns_kill(struct sim_host *h);
struct net_lane *sim_lane_open(struct net *net, const char *name);
void sim_lane_do(struct net_lane *l, void (*job)(void *), void (*done)(void *),
                 void *ctx);
void sim_lane_close(struct net_lane *l);
void sim_lane_kill(struct sim_host *h);

#endif
