/* SPDX-License-Identifier: MIT
 *
 * SIP over datagrams and streams (RFC 3261 section 18): listeners with their
 * trust, framing, the size switch, connection reuse, response routing. Bytes
 * become messages here; messages become bytes here; both enter the record.
 */
#ifndef SIP_TRANSPORT_H
#define SIP_TRANSPORT_H

#include "base/str.h"
#include "base/usage.h"
#include "net/env.h"
#include "sip/message.h"
#include "sip/uri.h"

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
    struct str host; /* sent-by, Record-Route, Path: the advertised host */
    uint16_t port;   /* the advertised port */
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
    int64_t connect_us; /* give a connect up after; 0: 4 s */
    unsigned refusals;  /* most 400, 505, 513 a second for what did not parse;
                           0: 50 */
};

struct sip_transport_handler {
    /* The message is the callee's to hold; received/rport (RFC 3581) are in
     * its top Via already. */
    void (*on_message)(void *ctx, struct sip_message *m,
                       const struct sip_flow *flow);
    /* Could not be delivered: a datagram to `to` bounced, or the stream to it
     * could not be opened or broke. */
    void (*on_unreachable)(void *ctx, const struct addr *to);
    /* No stream could be opened to flow->remote; on_unreachable is next. */
    void (*on_not_opened)(void *ctx, const struct sip_flow *flow);
    /* A stream ended (flows over it are dead). */
    void (*on_flow_end)(void *ctx, const struct sip_flow *flow);
};

struct sip_transport *sip_transport_new(const struct sip_transport_config *c,
                                        const struct sip_transport_handler *h,
                                        void *ctx);
void sip_transport_free(struct sip_transport *t);

/* Opens UDP or TCP by local->transport. advertise empty: the address
 * itself; the port likewise when 0. The listener lives as long as t; out may
 * be NULL. */
enum ims_err sip_transport_listen(struct sip_transport *t,
                                  const struct addr *local,
                                  enum sip_trust trust, struct slice advertise,
                                  uint16_t advertise_port,
                                  const struct sip_timers *timers,
                                  const struct sip_listener **out,
                                  struct why *why) MUST_CHECK;
/* From now on these limits (for streams that exist: connections alone) ... */
void sip_transport_limit(struct sip_transport *t, const struct sip_limits *l,
                         size_t connections);
/* ... and these timers at the nth listener that was opened, from 0 on. */
void sip_transport_retime(struct sip_transport *t, unsigned nth,
                          const struct sip_timers *timers);
/* limits.datagram_bytes, with its default. */
size_t sip_transport_datagram_bytes(const struct sip_transport *t);
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

/* Where the response to a request goes that came over `came` (RFC 3261 18.2.2,
 * RFC 3581 section 4). *spare: over a stream, the address to connect to when
 * that stream is gone (received and the port of the sent-by); family 0 for
 * datagrams. A maddr is followed for trusted neighbours only: a phone could
 * aim our responses at others with it. */
struct sip_flow sip_transport_response_flow(const struct sip_message *req,
                                            const struct sip_flow *came,
                                            struct addr *spare);

/* Sends a message as it is (Via already there) over the flow: over its stream;
 * with connection 0 over any stream to flow->remote of the same trust, opened
 * when there is none. UNREACHABLE, FULL, or TOO_LARGE at once; later failures
 * come by on_unreachable. */
enum ims_err sip_transport_send(struct sip_transport *t,
                                const struct sip_message *m,
                                const struct sip_flow *flow,
                                struct why *why) MUST_CHECK;
/* Already printed bytes (retransmissions). call: for the record. */
enum ims_err sip_transport_send_bytes(struct sip_transport *t,
                                      struct slice bytes, struct slice call,
                                      const struct sip_flow *flow,
                                      struct why *why) MUST_CHECK;

/* Answers a request without a transaction (the To tag follows from the request,
 * so that a repetition gets the same, RFC 3261 8.2.7). Never a response, an
 * ACK, or a request without a top Via. retry_after: seconds, 0: no such
 * header. */
void sip_transport_refuse(struct sip_transport *t,
                          const struct sip_message *req,
                          const struct sip_flow *flow, unsigned status,
                          const char *reason, unsigned retry_after);
/* Notes a message that is not acted upon: recorded and counted. reason is a
 * word for the counter's label ("stray"), says the sentence. */
void sip_transport_drop(struct sip_transport *t, const struct sip_message *m,
                        const struct sip_flow *flow, const char *reason,
                        const char *says);

/* A stream that is kept is not closed for its silence: a phone is registered
 * over it. Each keep is let go once; nothing happens to what is no stream, or
 * has ended. */
void sip_transport_keep(const struct sip_flow *flow);
void sip_transport_let_go(const struct sip_flow *flow);
/* Can the flow still be sent over, as far as is known: datagrams, or a stream
 * that has not ended? */
bool sip_transport_is_alive(const struct sip_flow *flow);

size_t sip_transport_connections(const struct sip_transport *t);
struct usage sip_transport_usage(const struct sip_transport *t);

#endif
