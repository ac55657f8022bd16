/* SPDX-License-Identifier: MIT
 *
 * SIP over datagrams and streams (RFC 3261 section 18): listeners with their
 * trust, framing, the size switch, connection reuse, response routing. Bytes
 * become messages here; messages become bytes here; both enter the record.
 */
#ifndef SIP_TRANSPORT_H
#define SIP_TRANSPORT_H

#include "base/str.h"
#include "net/env.h"
#include "sip/message.h"

/* What a neighbour may assert follows from the listener it came through. */
enum sip_trust {
    SIP_GM,  /* phones: untrusted */
    SIP_MW,  /* CSCFs */
    SIP_ISC, /* application servers */
};

struct sip_timers { /* microseconds; RFC 3261 table 4, TS 24.229 7.7 */
    int64_t t1, t2, t4;
    int64_t timer_c; /* more than 3 min */
};

struct sip_listener {
    struct addr local;
    enum sip_trust trust;
    struct str host;  /* sent-by, Record-Route, Path: the advertised host */
    uint16_t port;    /* the advertised port */
    struct sip_timers timers;
};

/* The way a message came, and back: good for as long as the listener, even
 * when the connection is gone (sending then opens another or fails). */
struct sip_flow {
    const struct sip_listener *listener;
    struct addr remote;  /* with transport */
    uint64_t connection; /* 0: datagrams; else which stream */
};

struct sip_transport;

struct sip_transport_config {
    const struct env *env;
    struct sip_limits limits;
    size_t connections; /* most streams at a time; 0: 1000 */
    int64_t idle_us;    /* close a silent stream after; 0: 10 min */
};

struct sip_transport_handler {
    /* The message is the callee's to hold; received/rport (RFC 3581) are in
     * its top Via already. */
    void (*on_message)(void *ctx, struct sip_message *m,
                       const struct sip_flow *flow);
    /* Could not be delivered: a datagram to `to` bounced, or the stream to it
     * could not be opened or broke. */
    void (*on_unreachable)(void *ctx, const struct addr *to);
    /* A stream ended (flows over it are dead). */
    void (*on_flow_end)(void *ctx, const struct sip_flow *flow);
};

struct sip_transport *
sip_transport_new(const struct sip_transport_config *c,
                  const struct sip_transport_handler *h, void *ctx);
void sip_transport_free(struct sip_transport *t);

/* Opens UDP or TCP by l->local.transport. advertise empty: the address
 * itself; the port likewise when 0. The listener lives as long as t. */
enum ims_err sip_transport_listen(struct sip_transport *t,
                                  const struct addr *local,
                                  enum sip_trust trust, struct slice advertise,
                                  uint16_t advertise_port,
                                  const struct sip_timers *timers,
                                  const struct sip_listener **out,
                                  struct why *why) MUST_CHECK;
/* The listener of a trust class to send from, for a transport and family; the
 * first that fits, NULL without. */
const struct sip_listener *sip_transport_listener(struct sip_transport *t,
                                                  enum sip_trust trust,
                                                  enum transport proto,
                                                  uint8_t family);
/* Is host:port (port 0: default) one of our own listeners' advertised or
 * local addresses, or env->host? RFC 3261 16.4 */
bool sip_transport_is_own(struct sip_transport *t, struct slice host,
                          uint16_t port);

/* Sends a message as it is (Via already there) over the flow. Responses follow
 * RFC 3261 18.2.2 and RFC 3581 by the flow and top Via. UNREACHABLE, FULL, or
 * TOO_LARGE at once; later failures come by on_unreachable. */
enum ims_err sip_transport_send(struct sip_transport *t,
                                struct sip_message *m,
                                const struct sip_flow *flow,
                                struct why *why) MUST_CHECK;
/* Already printed bytes (retransmissions). call: for the record. */
enum ims_err sip_transport_send_bytes(struct sip_transport *t,
                                      struct slice bytes, struct slice call,
                                      const struct sip_flow *flow,
                                      struct why *why) MUST_CHECK;

#endif
