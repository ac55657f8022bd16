/* SPDX-License-Identifier: MIT
 *
 * One packet of HEP version 3 (HEP3, "Homer Encapsulation Protocol"): a
 * captured message with where it came from, where it went and when, as chunks
 * of vendor, type, length and value.
 */
#ifndef NODE_HEP_H
#define NODE_HEP_H

#include "base/addr.h"

enum hep_type { HEP_SIP = 1, HEP_DIAMETER = 56 };

/* What fits into one datagram. */
enum { HEP_PACKET_MAX = 65507, HEP_NAME_MAX = 64, HEP_CALL_MAX = 512 };

struct hep_packet {
    enum hep_type type;
    struct addr from, to; /* of one family */
    int64_t wall_us;
    uint32_t agent;    /* capture agent id */
    struct slice name; /* of the capture agent; longer ones are cut */
    struct slice call; /* correlation id; empty: none; longer ones are cut */
    struct slice bytes;
};

/* False: it does not fit into HEP_PACKET_MAX, or the addresses are none of a
 * packet's; out is as it was. */
bool hep_print(const struct hep_packet *p, struct buf *out);

#endif
