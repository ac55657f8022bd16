/* SPDX-License-Identifier: MIT
 *
 * The STUN keep-alive of a UDP flow (RFC 5626 section 3.5.2): a phone sends
 * Binding requests to the SIP port, and learns by the answer that the flow
 * lives and whether its NAT gave it another address.
 */
#ifndef SIP_STUN_H
#define SIP_STUN_H

#include "base/addr.h"
#include "base/buf.h"

/* A STUN message, and not SIP? Told by its first bits and magic cookie
 * (RFC 5389 section 6). */
bool stun_is(struct slice datagram);

/* Puts the Binding response with XOR-MAPPED-ADDRESS in out. False when the
 * datagram is no whole Binding request: to be ignored. An attribute that must
 * be understood and is none of STUN's own for a keep-alive gets 420. */
bool stun_answer(struct slice datagram, const struct addr *from,
                 struct buf *out);

#endif
