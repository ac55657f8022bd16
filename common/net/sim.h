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
 * bound. Killing it closes everything it holds without a word to the nodes'
 * callbacks: datagrams to it vanish (answered as undeliverable), its streams
 * end at the other side. The node's memory is freed by its owner, before. */
struct sim_host *sim_host_new(struct sim *s, const char *name);
void sim_host_free(struct sim_host *h); /* everything on it must be closed */
struct net *sim_host_net(struct sim_host *h);

struct clock *sim_clock(struct sim *s);
struct dice *sim_dice(struct sim *s); /* the world's own; hosts have others */

/* Runs events up to and including the instant now + us; the clock then stands
 * there. Answers how many events ran. */
size_t sim_run_for(struct sim *s, int64_t us);
/* Runs until nothing is left to happen within us from now (timers of
 * registrations beyond that do not count). */
size_t sim_run_quiet(struct sim *s, int64_t us);
/* The single next event; false when there is none at all. */
bool sim_step(struct sim *s);

/* DNS zone, in the master-file form of one line: "ims.example NAPTR 10 50
 * \"s\" \"SIP+D2U\" \"\" _sip._udp.ims.example", "_sip._udp.ims.example SRV 0
 * 1 5060 icscf1.ims.example", "icscf1.ims.example A 127.0.0.2". */
enum ims_err sim_dns_add(struct sim *s, struct slice line,
                         struct why *why) MUST_CHECK;
/* Every question goes unanswered (times out) while set. */
void sim_dns_silent(struct sim *s, bool silent);

/* What the network does to datagrams and stream bytes between two addresses
 * (family 0 matches any address, port 0 any port); the first rule that
 * matches counts. Probabilities in parts of a million. */
struct sim_rule {
    struct addr from, to;
    uint32_t lose, duplicate, reorder; /* datagrams; ppm */
    int64_t delay_us, jitter_us;       /* both; default delay 100 us */
    bool cut;                          /* nothing passes, connects time out */
};
void sim_rule_add(struct sim *s, const struct sim_rule *r);
void sim_rules_clear(struct sim *s);

/* Latency of work jobs (default 1 ms). */
void sim_work_latency(struct sim *s, int64_t us);

/* Every datagram and stream portion as it is sent, for ladders and dumps. */
void sim_tap(struct sim *s,
             void (*on_bytes)(void *ctx, const struct addr *from,
                              const struct addr *to, struct slice bytes),
             void *ctx);

#endif
