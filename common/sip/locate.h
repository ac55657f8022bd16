/* SPDX-License-Identifier: MIT
 *
 * Where a request goes next (RFC 3263, RFC 4321): from a URI to an ordered list
 * of addresses, by literal address, the topology's own table, then NAPTR, SRV,
 * A and AAAA. Asynchronous; weights by the dice; addresses that failed a short
 * while ago stand last.
 */
#ifndef SIP_LOCATE_H
#define SIP_LOCATE_H

#include "net/env.h"
#include "sip/uri.h"

enum { SIP_LOCATE_MAX = 16 };

struct sip_located {
    enum ims_err err; /* OK, NOT_FOUND, TIMEOUT, UNREACHABLE, UNSUPPORTED */
    struct why why;
    unsigned count;
    struct addr to[SIP_LOCATE_MAX]; /* in the order to be tried */
};

typedef void sip_locate_fn(void *ctx, const struct sip_located *found);

struct sip_locate;
struct sip_locate_query;

/* Where the topology's table sends a host or domain: an IP address, or a name
 * (of a container, in DNS) that A and AAAA then resolve. */
struct sip_locate_place {
    struct slice host;
    uint16_t port;        /* 0: the URI decides */
    enum transport proto; /* NONE: likewise */
    bool is_domain;       /* an entry point of our domain: its port counts, not
                             the URI's, and its transport where the domain
                             has none of the URI's */
};

struct sip_locate_config {
    const struct env *env;
    /* The topology's table, asked before DNS: up to `max` places of a host or
     * domain name; answers how many. NULL: none. Texts live as long as it. */
    unsigned (*table)(void *ctx, struct slice host,
                      struct sip_locate_place *out, unsigned max);
    void *table_ctx;
    bool ipv4, ipv6;       /* families this node can use */
    bool udp, tcp;         /* transports this node can use */
    int64_t quarantine_us; /* 0: 30 s */
};

struct sip_locate *sip_locate_new(const struct sip_locate_config *c);
void sip_locate_free(struct sip_locate *l);

/* prefer: the transport when the URI names none and DNS has no opinion. May
 * call back before it returns, and then answers NULL. */
struct sip_locate_query *sip_locate(struct sip_locate *l,
                                    const struct sip_uri *uri,
                                    enum transport prefer, sip_locate_fn *fn,
                                    void *ctx);
void sip_locate_cancel(struct sip_locate_query *q);

/* A target failed (503, ICMP, time-out) or answered. */
void sip_locate_failed(struct sip_locate *l, const struct addr *a);
void sip_locate_answered(struct sip_locate *l, const struct addr *a);
/* Did it fail within quarantine_us? */
bool sip_locate_is_quarantined(const struct sip_locate *l,
                               const struct addr *a);

#endif
