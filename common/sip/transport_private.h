/* SPDX-License-Identifier: MIT
 *
 * Shared by transport*.c alone: what the transport holds, and the steps that a
 * message takes through its files: transport_udp or transport_stream (bytes),
 * transport_receive (message), and back by transport (send).
 */
#ifndef SIP_TRANSPORT_PRIVATE_H
#define SIP_TRANSPORT_PRIVATE_H

#include "base/list.h"
#include "base/map.h"
#include "base/mem.h"
#include "sip/transport.h"
#include "sip/views.h"

enum { SIP_DEFAULT_PORT = 5060 };

/* One listener with its socket. Owned by the transport. */
struct sip_port {
    struct sip_listener pub;
    struct list node;
    struct sip_transport *t;
    struct udp *udp; /* one of the two */
    struct listener *acceptor;
};

/* So many answers a second to what did not parse. */
struct sip_allowance {
    unsigned per_second;
    unsigned used;
    int64_t second;
};

struct sip_transport_counters {
    uint64_t *in[TRANSPORT_SCTP + 1], *out[TRANSPORT_SCTP + 1];
    uint64_t *refused, *keepalives, *failed, *connections_refused;
};

struct sip_transport {
    struct sip_transport_config config;
    const struct env *env;
    struct sip_transport_handler h;
    void *ctx;
    struct list ports;    /* struct sip_port, owned */
    struct map by_remote; /* struct connection, owned */
    struct map by_alias;  /* of the same, RFC 5923 */
    uint64_t last_connection;
    struct sip_allowance allowance;
    struct sip_transport_counters count;
    uint64_t tag_seed; /* of To tags made without a transaction */
    struct buf out;    /* a message is printed here */
};

/* transport.c */
void sip_transport_note_rx(struct sip_transport *t, const struct sip_message *m,
                           const struct sip_flow *flow, struct slice bytes);
struct sip_port *sip_port_of(const struct sip_listener *l);
/* Past all faults. */
enum ims_err sip_transport_send_now(struct sip_transport *t, struct slice bytes,
                                    struct slice call,
                                    const struct sip_flow *flow,
                                    struct why *why) MUST_CHECK;

/* transport_receive.c: one whole message. */
void sip_transport_receive(struct sip_transport *t, const struct sip_flow *flow,
                           struct slice bytes);
/* Past all faults. */
void sip_transport_take(struct sip_transport *t, const struct sip_flow *flow,
                        struct slice bytes);
/* Received and rport of a request, RFC 3261 18.2.1. */
void sip_transport_mark(struct sip_message *m, const struct addr *from);
/* The stream cannot be framed behind this header (perhaps empty). */
void sip_transport_receive_broken(struct sip_transport *t,
                                  const struct sip_flow *flow,
                                  struct slice head, const struct why *why);

/* transport_fault.c, while t->env->faults. False: a fault took the message. */
bool sip_fault_lets_in(struct sip_transport *t, const struct sip_flow *flow,
                       struct slice bytes);
bool sip_fault_lets_out(struct sip_transport *t, const struct sip_flow *flow,
                        struct slice bytes);
/* A keep-alive, which can be lost and nothing else. */
bool sip_fault_lets_ping(struct sip_transport *t, const struct sip_flow *flow,
                         struct slice bytes);

/* transport_udp.c */
enum ims_err sip_udp_listen(struct sip_port *p, struct why *why) MUST_CHECK;

/* transport_stream.c */
enum ims_err sip_stream_listen(struct sip_port *p, struct why *why) MUST_CHECK;
enum ims_err sip_stream_send(struct sip_transport *t, struct slice bytes,
                             const struct sip_flow *flow,
                             struct why *why) MUST_CHECK;
/* Requests to `alias` may go over the stream of this flow, RFC 5923. */
void sip_stream_alias(struct sip_transport *t, const struct sip_flow *flow,
                      const struct addr *alias);
void sip_stream_close_all(struct sip_transport *t);

#endif
