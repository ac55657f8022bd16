/* SPDX-License-Identifier: MIT
 *
 * TCP connections on own descriptors. What is sent during a turn leaves in one
 * call at its end.
 *
 *   CONNECTING --> OPEN --------- the other side, an error ---------> GONE
 *        |           |                                                 ^
 *        +-----------+-- stream_close --> FLUSHING --> DRAINING -------+
 *
 * A closed stream sends what it has, says so (shutdown) and waits a moment for
 * the other side's end: a close with unread bytes would be a reset, which may
 * overtake what was sent last.
 */
#include "net/loop_priv.h"
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

enum {
    READS_A_TURN = 16, /* of one stream; others want their turn too */
    FLUSHING_US = 5 * SECOND,
    DRAINING_US = 2 * SECOND,
};

enum state { CONNECTING, OPEN, FLUSHING, DRAINING, GONE };

struct loop_stream {
    struct stream base;
    struct loop *loop;
    struct list link, waiting;
    enum state state;
    bool orphan; /* closed by its owner */
    int fd;
    int watched; /* events */
    uv_poll_t poll;
    struct timer timer;   /* of connecting, flushing, draining */
    enum ims_err failure; /* of connect, told next turn */
    char *out;            /* [from, end) is unsent */
    size_t from, end, cap;
};

static void on_poll(uv_poll_t *poll, int status, int events);

static struct loop_stream *of(struct stream *s)
{
    return container_of(s, struct loop_stream, base);
}

static void watch(struct loop_stream *s, int events)
{
    if (s->watched == events)
        return;
    s->watched = events;
    uv_poll_start(&s->poll, events, on_poll);
}

/* ---- a stream's end ----------------------------------------------------- */

static void on_closed(uv_handle_t *h)
{
    free(h->data);
}

/* The memory goes when libuv lets go of the handle, after this turn. */
static void destroy(struct loop_stream *s)
{
    s->state = GONE;
    list_remove(&s->link);
    list_remove(&s->waiting);
    timer_stop(&s->loop->timers, &s->timer);
    free(s->out);
    s->out = NULL;
    uv_close((uv_handle_t *)&s->poll, on_closed);
    close(s->fd);
}

static void ends(struct loop_stream *s, enum ims_err err)
{
    destroy(s);
    if (!s->orphan)
        s->base.h->on_end(s->base.ctx, &s->base, err);
}

static void on_lingered(void *ctx)
{
    destroy(ctx);
}

static void drain(struct loop_stream *s)
{
    s->state = DRAINING;
    shutdown(s->fd, SHUT_WR);
    timer_start(&s->loop->timers, &s->timer, DRAINING_US, on_lingered, s);
    watch(s, UV_READABLE);
}

/* ---- sending ------------------------------------------------------------ */

struct usage loop_stream_usage(const struct loop *l)
{
    struct usage u = {.refused = l->stream_refused};

    LIST_EACH (it, &l->streams) {
        size_t waiting =
            container_of(it, struct loop_stream, link)->base.unsent;

        u.now = waiting > u.now ? waiting : u.now;
    }
    u.most = u.now > l->stream_most ? u.now : l->stream_most;
    return u;
}

/* A hard error is left to the poll, which reports it to the owner. */
static void write_out(struct loop_stream *s)
{
    if (s->base.unsent > s->loop->stream_most)
        s->loop->stream_most = s->base.unsent;
    while (s->from < s->end) {
        ssize_t n = send(s->fd, s->out + s->from, s->end - s->from,
                         MSG_NOSIGNAL | MSG_DONTWAIT);

        if (n > 0)
            s->from += (size_t)n;
        else if (errno == EAGAIN)
            break;
        else if (errno != EINTR)
            s->from = s->end;
    }
    s->base.unsent = s->end - s->from;
    if (s->base.unsent == 0)
        s->from = s->end = 0;
}

static void flush(struct loop_stream *s)
{
    write_out(s);
    if (s->base.unsent > 0)
        watch(s, UV_WRITABLE | (s->state == OPEN ? UV_READABLE : 0));
    else if (s->state == FLUSHING)
        drain(s);
    else
        watch(s, UV_READABLE);
}

void loop_stream_flush(struct loop *l)
{
    LIST_EACH (it, &l->streams_waiting) {
        list_remove(it);
        flush(container_of(it, struct loop_stream, waiting));
    }
}

static void make_room(struct loop_stream *s, size_t n)
{
    if (s->from > 0 && s->end + n > s->cap) {
        memmove(s->out, s->out + s->from, s->end - s->from);
        s->end -= s->from;
        s->from = 0;
    }
    if (s->end + n <= s->cap)
        return;
    s->cap = s->cap ? s->cap : 4096;
    while (s->cap < s->end + n)
        s->cap *= 2;
    s->out = mem_realloc(s->out, s->cap);
}

enum ims_err loop_stream_send(struct stream *base, struct slice bytes)
{
    struct loop_stream *s = of(base);

    if (s->state == GONE)
        return IMS_CLOSED;
    if (base->unsent + bytes.n > s->loop->stream_bound) {
        s->loop->stream_refused++;
        return IMS_FULL;
    }
    if (bytes.n == 0)
        return IMS_OK;
    make_room(s, bytes.n);
    memcpy(s->out + s->end, bytes.p, bytes.n);
    s->end += bytes.n;
    base->unsent += bytes.n;
    if (s->state == OPEN && list_is_empty(&s->waiting))
        list_append(&s->loop->streams_waiting, &s->waiting);
    return IMS_OK;
}

void loop_stream_close(struct stream *base)
{
    struct loop_stream *s = of(base);

    if (s->state == GONE)
        return;
    s->orphan = true;
    if (s->state == CONNECTING) {
        if (base->unsent == 0)
            destroy(s);
        return;
    }
    list_remove(&s->waiting);
    s->state = FLUSHING;
    timer_start(&s->loop->timers, &s->timer, FLUSHING_US, on_lingered, s);
    flush(s);
}

void loop_stream_abort(struct stream *base)
{
    of(base)->from = of(base)->end = 0;
    base->unsent = 0;
    loop_stream_close(base);
}

void loop_stream_drop_closed(struct loop *l)
{
    LIST_EACH (it, &l->streams) {
        struct loop_stream *s = container_of(it, struct loop_stream, link);

        if (s->orphan)
            destroy(s);
    }
}

/* ---- events ------------------------------------------------------------- */

static void opened(struct loop_stream *s)
{
    enum ims_err err = loop_socket_error(s->fd);

    if (err) {
        ends(s, err);
        return;
    }
    timer_stop(&s->loop->timers, &s->timer);
    s->state = OPEN;
    if (s->orphan) {
        loop_stream_close(&s->base);
        return;
    }
    flush(s);
    if (s->base.h->on_open)
        s->base.h->on_open(s->base.ctx, &s->base);
}

/* One portion; false when there is no more for now, or ever. */
static bool read_some(struct loop_stream *s)
{
    size_t size;
    char *bytes = loop_batch_bytes(s->loop->batch, &size);
    ssize_t n = recv(s->fd, bytes, size, MSG_DONTWAIT);

    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return false;
    if (n <= 0) {
        enum ims_err err = n == 0 ? IMS_CLOSED : loop_errno(errno);

        if (n == 0) /* it may have closed one direction alone */
            write_out(s);
        ends(s, err);
        return false;
    }
    if (s->state == OPEN)
        s->base.h->on_bytes(s->base.ctx, &s->base, slice_at(bytes, (size_t)n));
    return s->state == OPEN || s->state == DRAINING;
}

static void readable(struct loop_stream *s)
{
    for (int i = 0; i < READS_A_TURN && read_some(s); i++)
        ;
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
    struct loop_stream *s = poll->data;

    loop_enter(s->loop);
    if (status < 0) { /* libuv stopped polling */
        s->watched = 0;
        events = UV_READABLE | UV_WRITABLE;
    }
    if (s->state == CONNECTING) {
        opened(s);
        return;
    }
    if (events & UV_WRITABLE)
        flush(s);
    if (s->state != GONE && (events & UV_READABLE))
        readable(s);
    if (s->state != GONE && s->watched == 0)
        watch(s, UV_READABLE);
}

/* ---- beginnings --------------------------------------------------------- */

static void set_options(int fd)
{
    const int on = 1, unacked_ms = NET_UNACKED_US / MSEC;

    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &unacked_ms,
               sizeof(unacked_ms));
}

static struct loop_stream *stream_on(struct loop *l, int fd)
{
    struct loop_stream *s = mem_zalloc(sizeof(*s));

    s->base.net = &l->net;
    s->loop = l;
    s->fd = fd;
    set_options(fd);
    loop_socket_local(fd, TRANSPORT_TCP, &s->base.local);
    list_init(&s->waiting);
    list_append(&l->streams, &s->link);
    uv_poll_init(&l->uv, &s->poll, fd);
    s->poll.data = s;
    return s;
}

struct stream *loop_stream_accepted(struct loop *l, int fd)
{
    struct loop_stream *s = stream_on(l, fd);

    loop_socket_remote(fd, TRANSPORT_TCP, &s->base.remote);
    s->state = OPEN;
    watch(s, UV_READABLE);
    return &s->base;
}

void loop_stream_offered(struct stream *base)
{
    if (of(base)->state != GONE && !base->h)
        loop_stream_close(base);
}

static void on_connect_timeout(void *ctx)
{
    struct loop_stream *s = ctx;

    ends(s, s->failure ? s->failure : IMS_TIMEOUT);
}

static int socket_from(const struct stream_ends *ends, struct why *why)
{
    const struct addr any = {.family = ends->to->family};
    const struct addr *from = ends->from ? ends->from : &any;

    if (from->family == 0)
        from = &any;
    if (from->family != any.family) {
        why_set(why, IMS_CONFIG, "the local address is of another family");
        return -1;
    }
    return loop_socket(from, SOCK_STREAM, why);
}

/* A failure at once (no route) comes like any other, by on_end. */
static void begin(struct loop_stream *s)
{
    struct sockaddr_storage ss;
    socklen_t n = addr_to_sockaddr(&s->base.remote, &ss);
    int64_t us = NET_CONNECT_US;

    if (connect(s->fd, (struct sockaddr *)&ss, n) != 0 &&
        errno != EINPROGRESS) {
        s->failure = loop_errno(errno);
        us = 0;
    } else {
        loop_socket_local(s->fd, TRANSPORT_TCP, &s->base.local);
        watch(s, UV_WRITABLE);
    }
    timer_start(&s->loop->timers, &s->timer, us, on_connect_timeout, s);
}

enum ims_err loop_stream_connect(struct net *net,
                                 const struct stream_ends *ends,
                                 const struct stream_handler *h, void *ctx,
                                 struct stream **out, struct why *why)
{
    struct why own = {0};
    int fd = socket_from(ends, &own);

    if (fd < 0)
        return why_set(why, own.err, "%s", own.text);
    struct loop_stream *s = stream_on(loop_of(net), fd);
    s->base.remote = *ends->to;
    s->base.remote.transport = TRANSPORT_TCP;
    stream_take(&s->base, h, ctx);
    begin(s);
    *out = &s->base;
    return IMS_OK;
}
