/* SPDX-License-Identifier: MIT */
#include "net/loop_priv.h"
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum { BACKLOG = 1024, ACCEPTS_A_TURN = 64 };

struct loop_listener {
    struct listener base;
    struct loop *loop;
    struct list link;
    uv_poll_t poll;
    int fd;
    bool closed;
};

static int accept_one(struct loop_listener *l)
{
    return accept4(l->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

/* Without a descriptor the stream would wait in the backlog and the poll would
 * never rest: the spare one is given up for as long as it takes to refuse. */
static bool refuse_one(struct loop_listener *l)
{
    struct loop *loop = l->loop;

    if (loop->spare_fd < 0)
        return false;
    close(loop->spare_fd);
    int fd = accept_one(l);
    if (fd >= 0) {
        close(fd);
        loop->figures.streams_refused++;
    }
    loop->spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    return fd >= 0;
}

/* False when nobody waits any more. */
static bool accept_next(struct loop_listener *l)
{
    int fd = accept_one(l);

    if (fd >= 0) {
        struct stream *s = loop_stream_accepted(l->loop, fd);

        l->loop->figures.streams_accepted++;
        l->base.on_accept(l->base.ctx, &l->base, s);
        loop_stream_offered(s);
        return true;
    }
    if (errno == EMFILE || errno == ENFILE)
        return refuse_one(l);
    return errno != EAGAIN;
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
    struct loop_listener *l = poll->data;

    (void)status;
    (void)events;
    loop_enter(l->loop);
    for (int i = 0; i < ACCEPTS_A_TURN && !l->closed && accept_next(l); i++)
        ;
}

static int listening_socket(const struct addr *local, struct why *why)
{
    int fd = loop_socket(local, SOCK_STREAM, why);

    if (fd < 0 || listen(fd, BACKLOG) == 0)
        return fd;
    why_set(why, errno == EADDRINUSE ? IMS_EXISTS : IMS_CONFIG,
            "cannot listen: %s", strerror(errno));
    close(fd);
    return -1;
}

enum ims_err loop_stream_listen(struct net *net, const struct addr *local,
                                void (*on_accept)(void *, struct listener *,
                                                  struct stream *),
                                void *ctx, struct listener **out,
                                struct why *why)
{
    struct why own = {0};
    int fd = listening_socket(local, &own);

    if (fd < 0)
        return why_set(why, own.err, "%s", own.text);
    struct loop_listener *l = mem_zalloc(sizeof(*l));
    l->base = (struct listener){.net = net, .on_accept = on_accept, .ctx = ctx};
    l->loop = loop_of(net);
    l->fd = fd;
    loop_socket_local(fd, TRANSPORT_TCP, &l->base.local);
    list_append(&l->loop->listeners, &l->link);
    uv_poll_init(&l->loop->uv, &l->poll, fd);
    l->poll.data = l;
    uv_poll_start(&l->poll, UV_READABLE, on_poll);
    *out = &l->base;
    return IMS_OK;
}

static void on_closed(uv_handle_t *h)
{
    free(h->data);
}

void loop_listener_close(struct listener *base)
{
    struct loop_listener *l = container_of(base, struct loop_listener, base);

    l->closed = true;
    list_remove(&l->link);
    uv_close((uv_handle_t *)&l->poll, on_closed);
    close(l->fd);
}
