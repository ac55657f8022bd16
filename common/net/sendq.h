/* SPDX-License-Identifier: MIT
 *
 * Datagrams waiting to leave through one socket, in order, bounded; flushed in
 * batches by sendmmsg or what stands for it in a test.
 */
#ifndef NET_SENDQ_H
#define NET_SENDQ_H

#include "base/addr.h"

struct mmsghdr;

struct sendq_item;

struct sendq {
    char *bytes; /* of all items, one after the other */
    size_t used, cap;
    struct sendq_item *items; /* [first, count) are still to go */
    size_t first, count, room;
    size_t bound;   /* most bytes waiting, with the cost of an item each */
    unsigned tries; /* that the first item failed */
};

struct sendq_way {
    /* As sendmmsg: how many left, or -1 and errno. */
    int (*send)(void *ctx, struct mmsghdr *v, unsigned n);
    /* An error that may be about an earlier datagram: collect what waits. */
    void (*on_error)(void *ctx);
    /* This one cannot leave; it is dropped. */
    void (*on_dead)(void *ctx, const struct addr *to);
    void *ctx;
};

void sendq_init(struct sendq *q, size_t bound);
void sendq_fini(struct sendq *q);

/* Copies; false at the bound. */
bool sendq_add(struct sendq *q, const struct addr *to, struct slice bytes);
bool sendq_is_empty(const struct sendq *q);
size_t sendq_bytes(const struct sendq *q); /* what counts for the bound */

/* Sends until nothing is left (true) or the way is blocked (false: try again
 * when it is writable). One destination that cannot be reached does not stop
 * those behind it. Answers in *sent how many left. */
bool sendq_flush(struct sendq *q, const struct sendq_way *way, size_t *sent);

#endif
