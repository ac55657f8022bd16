/* SPDX-License-Identifier: MIT */
#include "net/sendq.h"
#include "base/mem.h"
#include <errno.h>

enum {
    BATCH = 64,
    /* A pending error of another destination is reported once and cleared; a
     * datagram that fails this often fails by itself. */
    TRIES = 3,
    FIRST_BYTES = 16 << 10,
    FIRST_ITEMS = 16,
};

struct sendq_item {
    struct addr to;
    size_t at;
    size_t n;
};

void sendq_init(struct sendq *q, size_t bound)
{
    *q = (struct sendq){.bound = bound};
}

void sendq_fini(struct sendq *q)
{
    free(q->bytes);
    free(q->items);
    *q = (struct sendq){0};
}

bool sendq_is_empty(const struct sendq *q)
{
    return q->first == q->count;
}

size_t sendq_bytes(const struct sendq *q)
{
    return q->used + q->count * sizeof(*q->items);
}

static void make_room(struct sendq *q, size_t n)
{
    if (q->used + n > q->cap) {
        size_t cap = q->cap ? q->cap : FIRST_BYTES;

        while (cap < q->used + n)
            cap *= 2;
        q->bytes = mem_realloc(q->bytes, cap);
        q->cap = cap;
    }
    if (q->count == q->room) {
        q->room = q->room ? 2 * q->room : FIRST_ITEMS;
        q->items = mem_realloc(q->items, q->room * sizeof(*q->items));
    }
}

bool sendq_add(struct sendq *q, const struct addr *to, struct slice bytes)
{
    if (sendq_bytes(q) + bytes.n + sizeof(*q->items) > q->bound)
        return false;
    make_room(q, bytes.n);
    q->items[q->count++] =
        (struct sendq_item){.to = *to, .at = q->used, .n = bytes.n};
    if (bytes.n)
        memcpy(q->bytes + q->used, bytes.p, bytes.n);
    q->used += bytes.n;
    return true;
}

/* Moves what is left to the front, so that the bound counts nothing else. */
static void compact(struct sendq *q)
{
    size_t gone = q->first < q->count ? q->items[q->first].at : q->used;

    q->count -= q->first;
    q->used -= gone;
    if (q->first && q->count) {
        memmove(q->items, q->items + q->first, q->count * sizeof(*q->items));
        memmove(q->bytes, q->bytes + gone, q->used);
        for (size_t i = 0; i < q->count; i++)
            q->items[i].at -= gone;
    }
    q->first = 0;
}

static int send_batch(struct sendq *q, const struct sendq_way *way)
{
    struct mmsghdr v[BATCH];
    struct iovec iov[BATCH];
    struct sockaddr_storage to[BATCH];
    unsigned n = 0;

    for (size_t i = q->first; i < q->count && n < BATCH; i++, n++) {
        const struct sendq_item *it = &q->items[i];

        iov[n] = (struct iovec){q->bytes + it->at, it->n};
        v[n].msg_hdr =
            (struct msghdr){.msg_name = &to[n],
                            .msg_namelen = addr_to_sockaddr(&it->to, &to[n]),
                            .msg_iov = &iov[n],
                            .msg_iovlen = 1};
    }
    return way->send(way->ctx, v, n);
}

static void on_failure(struct sendq *q, const struct sendq_way *way)
{
    way->on_error(way->ctx);
    if (++q->tries < TRIES)
        return;
    q->tries = 0;
    way->on_dead(way->ctx, &q->items[q->first++].to);
}

bool sendq_flush(struct sendq *q, const struct sendq_way *way, size_t *sent)
{
    bool blocked = false;

    *sent = 0;
    while (!sendq_is_empty(q) && !blocked) {
        int n = send_batch(q, way);

        if (n > 0) {
            q->first += (size_t)n;
            q->tries = 0;
            *sent += (size_t)n;
        } else if (errno == EAGAIN || errno == EWOULDBLOCK ||
                   errno == ENOBUFS) {
            blocked = true;
        } else if (errno != EINTR) {
            on_failure(q, way);
        }
    }
    compact(q);
    return !blocked;
}
