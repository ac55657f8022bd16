/* SPDX-License-Identifier: MIT
 *
 * Where a request goes (RFC 6733 6.1.4 to 6.1.6): pure choice among peers.
 */
#ifndef DIAMETER_ROUTE_H
#define DIAMETER_ROUTE_H

#include "diameter/endpoint.h"

enum { MOST_TRIED = 8 };

struct route_wish {
    uint32_t app;
    struct slice host; /* empty: any that serves the realm */
    struct slice realm;
    struct diameter_peer *const *tried; /* not these */
    size_t tried_count;
};

/* The realm of what is asked without naming one: that of the first home peer
 * which is usable, else of the first; our own without any. */
struct slice diameter_route_home(const struct diameter *d);

/* The peer to send to, in the order of configuration: the host itself; else,
 * with a host, a relay of that realm; without, a peer of the realm; else any
 * relay. NULL: none is usable. */
struct diameter_peer *diameter_route_choose(struct diameter *d,
                                            const struct route_wish *w);

#endif
