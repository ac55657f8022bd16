/* SPDX-License-Identifier: MIT
 *
 * DNS answers as they stand in the message (RFC 1035), because c-ares 1.18
 * drops the TTLs of SRV and NAPTR. Hostile input: bounded, checked, never
 * looping.
 */
#ifndef NET_DNSMSG_H
#define NET_DNSMSG_H

#include "base/arena.h"
#include "net/net.h"

enum {
    DNSMSG_NAME_MAX = 254,       /* characters, without the final dot */
    DNSMSG_TEXTS_MAX = 96 << 10, /* an arena limit that is never in the way */
    DNSMSG_CHAIN_MAX = 8,        /* CNAMEs followed */
};

struct dnsmsg {
    uint32_t ttl; /* seconds for which the answer may be kept, a negative one
                     too (RFC 2308 5); 0: not at all */
    size_t count;
    struct dns_record records[DNS_RECORDS_MAX];
};

/* Reads the answer to the question (name, type), along CNAMEs within it.
 * Texts are copied to the arena. OK (perhaps without a record), NOT_FOUND (no
 * such name; ttl is set), UNREACHABLE (the server could not or would not),
 * MALFORMED (an arena too small counts as that). */
enum ims_err dnsmsg_read(struct slice bytes, struct slice name,
                         enum dns_type type, struct arena *texts,
                         struct dnsmsg *out, struct why *why) MUST_CHECK;

#endif
