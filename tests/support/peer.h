/* SPDX-License-Identifier: MIT
 *
 * A scripted SIP party on a datagram socket of the simulator: it keeps what it
 * received and sends what the test says, nothing else.
 *
 *     peer_init(&ua, sim, "ua", "10.0.1.1:5060");
 *     peer_send(&ua, &proxy, "INVITE sip:b@x SIP/2.0\r\n...");
 *     sim_run_for(sim, SECOND);
 *     assert_int_equal(peer_last(&ua)->status, 100);
 *     peer_fini(&ua);
 */
#ifndef SUPPORT_PEER_H
#define SUPPORT_PEER_H

#include "sip/message.h"
#include "support/world.h"

enum { PEER_KEEPS = 256 };

struct peer {
    struct world_host *w;
    struct udp *udp;
    struct addr addr;
    unsigned count;                      /* messages received */
    struct sip_message *got[PEER_KEEPS]; /* held, in order */
    struct addr from[PEER_KEEPS];
};

void peer_init(struct peer *p, struct sim *sim, const char *name,
               const char *addr);
void peer_fini(struct peer *p);

void peer_send(struct peer *p, const struct addr *to, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void peer_send_text(struct peer *p, const struct addr *to, struct slice text);
/* Answers a request that was received, to where it came from; the To tag is
 * the peer's name. more: further header lines, each with CRLF, or "". */
void peer_answer(struct peer *p, const struct sip_message *req, unsigned status,
                 const char *more);

/* The n-th (from 0) request of the method, or response with the status, that
 * was received; NULL when there are fewer. Retransmissions count. */
struct sip_message *peer_request(const struct peer *p, enum sip_method m,
                                 unsigned n);
struct sip_message *peer_response(const struct peer *p, unsigned status,
                                  unsigned n);
/* What was received last; NULL: nothing. */
struct sip_message *peer_last(const struct peer *p);

#endif
