/* SPDX-License-Identifier: MIT
 *
 * A scripted SIP party on a datagram socket of the simulator: it keeps what it
 * received (but what does not parse) and sends what the test says, nothing
 * else.
 *
 *     puppet_init(&ua, sim, "ua", "10.0.1.1:5060");
 *     puppet_send(&ua, &proxy, "INVITE sip:b@x SIP/2.0\r\n...");
 *     sim_run_for(sim, SECOND);
 *     assert_int_equal(puppet_last(&ua)->status, 100);
 *     puppet_fini(&ua);
 */
#ifndef SUPPORT_PUPPET_H
#define SUPPORT_PUPPET_H

#include "sip/message.h"
#include "support/world.h"

enum { PUPPET_KEEPS = 256 };

struct puppet {
    struct world_host *w;
    struct udp *udp;
    struct addr addr;
    unsigned count;                        /* messages received */
    struct sip_message *got[PUPPET_KEEPS]; /* held, in order */
    struct addr from[PUPPET_KEEPS];
};

void puppet_init(struct puppet *p, struct sim *sim, const char *name,
                 const char *addr);
void puppet_fini(struct puppet *p);

void puppet_send(struct puppet *p, const struct addr *to, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void puppet_send_text(struct puppet *p, const struct addr *to,
                      struct slice text);
/* Answers a request that was received, to where it came from; the To tag is
 * the puppet's name. more: further header lines, each with CRLF, or "". */
void puppet_answer(struct puppet *p, const struct sip_message *req,
                   unsigned status, const char *more);

/* The n-th (from 0) request of the method, or response with the status, that
 * was received; NULL when there are fewer. Retransmissions count. */
struct sip_message *puppet_request(const struct puppet *p, enum sip_method m,
                                   unsigned n);
struct sip_message *puppet_response(const struct puppet *p, unsigned status,
                                    unsigned n);
/* What was received last; NULL: nothing. */
struct sip_message *puppet_last(const struct puppet *p);

#endif
