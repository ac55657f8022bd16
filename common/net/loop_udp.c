/* SPDX-License-Identifier: MIT
 *
 * Datagrams: own descriptors polled by libuv, read by recvmmsg into one batch
 * for all of them, flushed by sendmmsg at the end of the turn.
 */
#include "net/loop_priv.h"
#include "net/sendq.h"
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <unistd.h>

/* after the headers of socket(7), which it needs */
#include <linux/errqueue.h>

enum {
    BATCH = 32,
    SIZE = 64 << 10,
    /* At a power of two all datagrams would share a few sets of the cache. */
    STRIDE = SIZE + 1088,
    BATCHES_A_TURN = 8, /* of one socket; others want their turn too */
    DATAGRAM_MAX = 65507,
    KERNEL_BUFFER = 4 << 20,
    BOUNCED_MAX = 1024,
    ERRORS_A_TIME = 256,
};

struct loop_batch {
    struct mmsghdr v[BATCH];
    struct iovec iov[BATCH];
    struct sockaddr_storage from[BATCH];
    char bytes[BATCH][STRIDE];
};

struct loop_udp {
    struct udp base;
    struct loop *loop;
    struct list link, waiting;
    uv_poll_t poll;
    int fd;
    bool closed;
    bool blocked; /* until it is writable */
    struct sendq queue;
};

struct bounce {
    struct list link;
    struct loop_udp *udp;
    struct addr to;
};

static struct loop_udp *of(struct udp *u)
{
    return container_of(u, struct loop_udp, base);
}

struct loop_batch *loop_batch_new(void)
{
    struct loop_batch *b = mem_alloc(sizeof(*b));

    for (size_t i = 0; i < BATCH; i++)
        b->iov[i] = (struct iovec){b->bytes[i], SIZE};
    return b;
}

void loop_batch_free(struct loop_batch *b)
{
    free(b);
}

char *loop_batch_bytes(struct loop_batch *b, size_t *size)
{
    *size = SIZE;
    return b->bytes[0];
}

/* ---- undeliverable ------------------------------------------------------ */

/* Told next turn, because a flush is no place for callbacks. */
static void bounce(struct loop_udp *u, const struct addr *to)
{
    struct loop *l = u->loop;

    l->figures.undeliverable++;
    loop_soon(l);
    if (l->bounced_count == BOUNCED_MAX)
        return;
    struct bounce *b = mem_zalloc(sizeof(*b));
    b->udp = u;
    b->to = *to;
    list_append(&l->bounced, &b->link);
    l->bounced_count++;
}

static struct bounce *take_bounce(struct loop *l)
{
    struct bounce *b = container_of(l->bounced.next, struct bounce, link);

    list_remove(&b->link);
    l->bounced_count--;
    return b;
}

void loop_udp_tell(struct loop *l)
{
    for (size_t n = l->bounced_count; n > 0 && l->bounced_count > 0; n--) {
        struct bounce *b = take_bounce(l);
        struct udp *u = &b->udp->base;

        if (u->h->on_undeliverable)
            u->h->on_undeliverable(u->ctx, u, &b->to);
        free(b);
    }
}

static void forget_bounces(struct loop_udp *u)
{
    LIST_EACH (it, &u->loop->bounced) {
        struct bounce *b = container_of(it, struct bounce, link);

        if (b->udp != u)
            continue;
        list_remove(it);
        u->loop->bounced_count--;
        free(b);
    }
}

/* Too big for the path is no failure: the kernel knows now, and the next one
 * goes in fragments. */
static bool is_about_reach(struct msghdr *m)
{
    for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
        struct sock_extended_err ee;

        if ((c->cmsg_level != SOL_IP || c->cmsg_type != IP_RECVERR) &&
            (c->cmsg_level != SOL_IPV6 || c->cmsg_type != IPV6_RECVERR))
            continue;
        memcpy(&ee, CMSG_DATA(c), sizeof(ee));
        return ee.ee_errno != EMSGSIZE;
    }
    return false;
}

static bool take_error(struct loop_udp *u)
{
    union {
        char bytes[512];
        struct cmsghdr align;
    } control;
    struct sockaddr_storage to = {0};
    char byte; /* wanted by emulators: who takes no bytes is told nothing */
    struct iovec iov = {&byte, sizeof(byte)};
    struct msghdr m = {.msg_name = &to,
                       .msg_namelen = sizeof(to),
                       .msg_iov = &iov,
                       .msg_iovlen = 1,
                       .msg_control = &control,
                       .msg_controllen = sizeof(control)};
    struct addr a;

    if (recvmsg(u->fd, &m, MSG_ERRQUEUE | MSG_DONTWAIT) < 0)
        return false;
    if (is_about_reach(&m) &&
        addr_from_sockaddr((struct sockaddr *)&to, TRANSPORT_UDP, &a))
        bounce(u, &a);
    return true;
}

static void take_errors(void *ctx)
{
    struct loop_udp *u = ctx;

    for (int i = 0; i < ERRORS_A_TIME && take_error(u); i++)
        ;
    loop_socket_error(u->fd); /* taken, so that it does not fail a call */
}

/* ---- receiving ---------------------------------------------------------- */

static int receive_batch(struct loop_udp *u)
{
    struct loop_batch *b = u->loop->batch;

    for (size_t i = 0; i < BATCH; i++)
        b->v[i].msg_hdr = (struct msghdr){.msg_name = &b->from[i],
                                          .msg_namelen = sizeof(b->from[i]),
                                          .msg_iov = &b->iov[i],
                                          .msg_iovlen = 1};
    u->loop->figures.recvmmsg_calls++;
    return recvmmsg(u->fd, b->v, BATCH, MSG_DONTWAIT, NULL);
}

static void deliver(struct loop_udp *u, const struct mmsghdr *m)
{
    struct addr from;

    if (!addr_from_sockaddr(m->msg_hdr.msg_name, TRANSPORT_UDP, &from))
        return;
    u->loop->figures.datagrams_in++;
    u->base.h->on_datagram(u->base.ctx, &u->base, &from,
                           slice_at(m->msg_hdr.msg_iov->iov_base, m->msg_len));
}

static void receive(struct loop_udp *u)
{
    struct loop_batch *b = u->loop->batch;
    int n = BATCH;

    for (int k = 0; k < BATCHES_A_TURN && n == BATCH && !u->closed; k++) {
        n = receive_batch(u);
        if (n < 0 && errno != EAGAIN && errno != EINTR)
            take_errors(u);
        for (int i = 0; i < n && !u->closed; i++)
            deliver(u, &b->v[i]);
    }
}

/* ---- sending ------------------------------------------------------------ */

static void on_poll(uv_poll_t *poll, int status, int events);

static void watch(struct loop_udp *u)
{
    uv_poll_start(&u->poll, UV_READABLE | (u->blocked ? UV_WRITABLE : 0),
                  on_poll);
}

static int send_batch(void *ctx, struct mmsghdr *v, unsigned n)
{
    struct loop_udp *u = ctx;

    u->loop->figures.sendmmsg_calls++;
    return sendmmsg(u->fd, v, n, MSG_DONTWAIT);
}

static void on_dead(void *ctx, const struct addr *to)
{
    bounce(ctx, to);
}

/* Between two flushes a queue only grows. */
static void note_most(struct loop_udp *u)
{
    size_t waiting = sendq_bytes(&u->queue);

    if (waiting > u->loop->udp_most)
        u->loop->udp_most = waiting;
}

struct usage loop_udp_usage(const struct loop *l)
{
    struct usage u = {.refused = l->figures.datagrams_dropped};

    LIST_EACH (it, &l->udps) {
        size_t waiting =
            sendq_bytes(&container_of(it, struct loop_udp, link)->queue);

        u.now = waiting > u.now ? waiting : u.now;
    }
    u.most = u.now > l->udp_most ? u.now : l->udp_most;
    return u;
}

static void flush(struct loop_udp *u)
{
    const struct sendq_way way = {send_batch, take_errors, on_dead, u};
    bool was_blocked = u->blocked;
    size_t sent;

    note_most(u);
    u->blocked = !sendq_flush(&u->queue, &way, &sent);
    u->loop->figures.datagrams_out += sent;
    if (u->blocked != was_blocked)
        watch(u);
}

void loop_udp_flush(struct loop *l)
{
    LIST_EACH (it, &l->udps_waiting) {
        list_remove(it);
        flush(container_of(it, struct loop_udp, waiting));
    }
}

enum ims_err loop_udp_send(struct udp *base, const struct addr *to,
                           struct slice bytes)
{
    struct loop_udp *u = of(base);
    struct addr dest = *to;

    if (to->family != base->local.family)
        return IMS_UNREACHABLE;
    if (bytes.n > DATAGRAM_MAX)
        return IMS_TOO_LARGE;
    dest.transport = TRANSPORT_UDP;
    if (!sendq_add(&u->queue, &dest, bytes)) {
        u->loop->figures.datagrams_dropped++;
        return IMS_FULL;
    }
    if (!u->blocked && list_is_empty(&u->waiting))
        list_append(&u->loop->udps_waiting, &u->waiting);
    return IMS_OK;
}

/* ---- a socket's life ---------------------------------------------------- */

/* libuv stops polling when the descriptor has an error; its queue of errors is
 * emptied here and polling goes on. */
static void on_poll(uv_poll_t *poll, int status, int events)
{
    struct loop_udp *u = poll->data;

    loop_enter(u->loop);
    if (status < 0)
        take_errors(u);
    if (status < 0 || (events & UV_READABLE))
        receive(u);
    if (!u->closed && u->blocked && (status < 0 || (events & UV_WRITABLE)))
        flush(u);
    if (!u->closed && status < 0)
        watch(u);
}

static void set_options(int fd, uint8_t family)
{
    const int on = 1, size = KERNEL_BUFFER;

    if (family == 4)
        setsockopt(fd, IPPROTO_IP, IP_RECVERR, &on, sizeof(on));
    else
        setsockopt(fd, IPPROTO_IPV6, IPV6_RECVERR, &on, sizeof(on));
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
}

enum ims_err loop_udp_open(struct net *net, const struct addr *local,
                           const struct udp_handler *h, void *ctx,
                           struct udp **out, struct why *why)
{
    struct why own = {0};
    int fd = loop_socket(local, SOCK_DGRAM, &own);

    if (fd < 0)
        return why_set(why, own.err, "%s", own.text);
    struct loop_udp *u = mem_zalloc(sizeof(*u));
    u->base = (struct udp){.net = net, .h = h, .ctx = ctx};
    u->loop = loop_of(net);
    u->fd = fd;
    set_options(fd, local->family);
    loop_socket_local(fd, TRANSPORT_UDP, &u->base.local);
    sendq_init(&u->queue, u->loop->udp_bound);
    list_init(&u->waiting);
    list_append(&u->loop->udps, &u->link);
    uv_poll_init(&u->loop->uv, &u->poll, fd);
    u->poll.data = u;
    watch(u);
    *out = &u->base;
    return IMS_OK;
}

static void on_closed(uv_handle_t *h)
{
    free(h->data);
}

void loop_udp_close(struct udp *base)
{
    struct loop_udp *u = of(base);

    flush(u);
    u->closed = true;
    forget_bounces(u);
    list_remove(&u->link);
    list_remove(&u->waiting);
    sendq_fini(&u->queue);
    uv_close((uv_handle_t *)&u->poll, on_closed);
    close(u->fd);
}
