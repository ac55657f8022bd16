/* SPDX-License-Identifier: MIT
 *
 * Shared by locate.c (the steps of RFC 3263), locate_srv.c (order of NAPTR and
 * SRV records) and quarantine.c alone.
 */
#ifndef SIP_LOCATE_PRIVATE_H
#define SIP_LOCATE_PRIVATE_H

#include "base/arena.h"
#include "base/list.h"
#include "base/map.h"
#include "sip/locate.h"

enum {
    LOCATE_SERVICES = 6, /* SRV names asked for one URI */
    LOCATE_HOSTS = 16,   /* hosts resolved for one URI */
    LOCATE_PER_HOST = 8, /* addresses used of one host and family */
};

/* A host with a port and a transport, in the order to be tried. */
struct locate_host {
    struct sip_locate_query *q;
    struct slice name;
    uint16_t port;
    enum transport proto;
    struct dns_query *a, *aaaa; /* under way */
    struct addr ip4[LOCATE_PER_HOST], ip6[LOCATE_PER_HOST];
    unsigned n4, n6;
};

struct locate_srv {
    uint16_t priority, weight, port;
    struct slice target;
};

/* An SRV name, "_sip._udp.ims.example", and what it has. */
struct locate_service {
    struct sip_locate_query *q;
    struct slice name;
    enum transport proto;
    uint16_t order, preference; /* of its NAPTR record */
    struct dns_query *ask;
    struct locate_srv srv[LOCATE_HOSTS];
    unsigned count;
    bool is_denied; /* a target is ".": there is no such service */
};

/* locate_srv.c. Both keep texts in the arena; the first answers how many it
 * took, the second fills in srv, count and is_denied. */
unsigned locate_take_naptr(const struct sip_locate_config *c, struct arena *a,
                           const struct dns_record *records, size_t count,
                           struct locate_service out[LOCATE_SERVICES]);
void locate_take_srv(struct arena *a, const struct dns_record *records,
                     size_t count, struct locate_service *s);
/* By priority, then drawn by weight (RFC 2782). */
void locate_order_srv(struct dice *dice, struct locate_srv *srv,
                      unsigned count);
bool locate_can(const struct sip_locate_config *c, enum transport t);

/* quarantine.c: addresses that failed a short while ago; owned. */
struct quarantine {
    const struct clock *clock;
    struct map map;
    int64_t us;
};
void quarantine_init(struct quarantine *q, const struct env *env, int64_t us);
void quarantine_fini(struct quarantine *q);
void quarantine_add(struct quarantine *q, const struct addr *a);
void quarantine_remove(struct quarantine *q, const struct addr *a);
bool quarantine_has(const struct quarantine *q, const struct addr *a);
/* Moves those in quarantine behind the others; else the order is kept. */
void quarantine_last(const struct quarantine *q, struct addr *a, unsigned n);

#endif
