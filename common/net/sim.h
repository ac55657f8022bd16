/* SPDX-License-Identifier: MIT
 *
 * The simulated world: any number of hosts on virtual time, an in-memory
 * network of datagrams and streams, a DNS zone, work with modelled latency,
 * and one seed. The same seed and the same calls give the same bytes in the
 * same order on every machine.
 */
#ifndef NET_SIM_H
#define NET_SIM_H

#include "net/net.h"

struct sim;
struct sim_host;

struct sim *sim_new(uint64_t seed);
void sim_free(struct sim *s); /* after its hosts */

/* A host is what a node runs on; it may own any address that nobody else
 * bound (exact addresses: the simulator has no wildcards); the first of a
 * family is where it connects from unless told otherwise. Its dice follow
 * from seed, name and how often the name was used: a restarted node does not
 * repeat the tokens of its former life. */
struct sim_host *sim_host_new(struct sim *s, const char *name);
/* Pulls the plug: at once nothing of the host is bound any more, its timers
 * stop, none of its callbacks comes. Datagrams to it are answered as
 * undeliverable, its streams end at the other side, its addresses are free
 * for a successor. The node's objects remain its owner's, who now frees the
 * node as ever: whatever that closes, sends or starts on a dead host is
 * harmless and goes nowhere. */
void sim_host_kill(struct sim_host *h);
void sim_host_free(struct sim_host *h); /* everything on it must be closed */
struct net *sim_host_net(struct sim_host *h);

/* What a host has under way: nothing of it may be left behind. */
struct sim_figures {
    size_t timers, sockets, streams, queries;
};
struct sim_figures sim_host_figures(const struct sim_host *h);

struct clock *sim_clock(struct sim *s);
struct dice *sim_dice(struct sim *s); /* the world's own; hosts have others */

/* Runs events up to and including the instant now + us; the clock then stands
 * there. Answers how many events ran. */
size_t sim_run_for(struct sim *s, int64_t us);
/* Runs until nothing more happens for us (timers of registrations beyond that
 * do not count), or for an hour at most; the clock stands at the last event. */
size_t sim_run_quiet(struct sim *s, int64_t us);
/* The single next event; false when there is none at all. */
bool sim_step(struct sim *s);

/* DNS zone, in the master-file form of one line: "ims.example NAPTR 10 50
 * \"s\" \"SIP+D2U\" \"\" _sip._udp.ims.example", "_sip._udp.ims.example SRV 0
 * 1 5060 icscf1.ims.example", "icscf1.ims.example A 127.0.0.2". */
enum ims_err sim_dns_add(struct sim *s, struct slice line,
                         struct why *why) MUST_CHECK;
/* Forgets every record of the name, or of all names (empty). */
void sim_dns_remove(struct sim *s, struct slice name);
/* Every question asked while set goes unanswered: TIMEOUT after 4 s. */
void sim_dns_silent(struct sim *s, bool silent);
/* Every question answered while set fails so; OK: as the zone says. */
void sim_dns_fail(struct sim *s, enum ims_err err);
void sim_dns_latency(struct sim *s, int64_t us); /* default 1 ms */

/* What the network does to datagrams and stream bytes from one address to
 * another (family 0 matches any IP address, port 0 any port, transport 0
 * both); the first rule that matches counts. Without one a way takes 100 us.
 * Probabilities in parts of a million. */
struct sim_rule {
    struct addr from, to;
    uint32_t lose, duplicate; /* datagrams */
    uint32_t reorder;         /* datagrams: held back, so that others pass */
    int64_t delay_us;         /* 0: 100 us; below 0: none */
    int64_t jitter_us;        /* up to so much more; datagrams may overtake */
    bool cut; /* nothing passes: datagrams vanish, connects time out, streams
                 are silent, go on when it ends or time out */
};
void sim_rule_add(struct sim *s, const struct sim_rule *r);
void sim_rules_clear(struct sim *s);

/* Every open connection from or to the address (family 0: any) breaks, at both
 * ends, with what is under way. Not from within a callback. */
void sim_break_streams(struct sim *s, const struct addr *who);

/* Stream bytes arrive in portions of the dice's choice, cut anywhere and
 * joined, so that framing meets every boundary. */
void sim_chop(struct sim *s, bool chop);

/* Latency of work jobs (default 1 ms). */
void sim_work_latency(struct sim *s, int64_t us);

/* Told before the code of a host's node runs, and with NULL behind it: whose
 * turn it is, for those who count what a node costs. */
void sim_watch_turns(struct sim *s,
                     void (*on_turn)(void *ctx, struct sim_host *h), void *ctx);

/* Every datagram and stream portion as it is sent, for ladders and dumps. */
void sim_tap(struct sim *s,
             void (*on_bytes)(void *ctx, const struct addr *from,
                              const struct addr *to, struct slice bytes),
             void *ctx);

#endif
