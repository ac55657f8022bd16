/* SPDX-License-Identifier: MIT
 *
 * Messages as IP packets that might have carried them: IPv4 or IPv6, UDP or
 * TCP, with right lengths and checksums. TCP sequence numbers count on in
 * each direction of a connection, so that readers put streams together.
 */
#ifndef IMSBOX_PACKET_H
#define IMSBOX_PACKET_H

#include "base/addr.h"
#include "base/arena.h"
#include "base/map.h"

enum { PACKET_PAYLOAD_MAX = 65000, PACKET_MAX = 65535 };

struct packets {
    struct arena arena;
    struct map streams; /* by sender and receiver: bytes sent so far */
};

void packets_init(struct packets *p);
void packets_fini(struct packets *p);

/* One packet with the payload's first PACKET_PAYLOAD_MAX bytes (the rest goes
 * into further ones); returns how many bytes it took. */
size_t packet_print(struct packets *p, const struct addr *from,
                    const struct addr *to, struct slice payload,
                    struct buf *out);

#endif
