/* SPDX-License-Identifier: MIT
 *
 * floor P|I|S|H BASE: a node of the floor, until SIGTERM. BASE is the first
 * three octets of the network's addresses, as in "127.0.0". SIP's hops are
 * datagrams, read by recvmmsg and sent by one sendmmsg a turn and socket; those
 * of Cx a connection to the HSS, written once a turn. The P-CSCF has a socket
 * to the phones and one to the nodes. Nothing is parsed, kept or decided.
 */
#include "bench/floor.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    BATCH = 32,
    BATCHES_A_TURN = 8,
    QUEUE = BATCH * BATCHES_A_TURN * 4,
    SIZE = 64 << 10,
    STREAM = 1 << 20,
    SOCKETS = 2,
    STREAMS = 8,
    BUFFER = 4 << 20,
    PHONES = 20000,
};

struct datagrams {
    int fd;
    unsigned n;
    struct floor_mark marks[QUEUE];
    struct iovec iov[QUEUE][2];
    struct sockaddr_in to[QUEUE];
    struct mmsghdr out[QUEUE];
};

struct pipe {
    int fd;
    size_t in_n, out_n;
    char in[STREAM], out[STREAM];
};

struct forwarder {
    char name;
    const char *base;
    int epoll, listener;
    struct datagrams sockets[SOCKETS]; /* the second: to phones */
    struct pipe streams[STREAMS];      /* at the HSS: I, S; else the first */
    struct mmsghdr in[BATCH];
    struct iovec in_iov[BATCH];
    char in_bytes[BATCH][SIZE];
    char filling[SIZE];
};

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static struct sockaddr_in address(const struct forwarder *f, char node,
                                  bool phones)
{
    struct sockaddr_in a = {.sin_family = AF_INET};
    int port = node == 'U'              ? PHONES
               : node == 'H'            ? 3868
               : node == 'P' && !phones ? 5070
                                        : 5060;
    int last = node == 'U' ? 100 : (int)(strchr("PISH", node) - "PISH") + 1;
    char text[32];

    snprintf(text, sizeof text, "%s.%d", f->base, last);
    if (inet_pton(AF_INET, text, &a.sin_addr) != 1) {
        fprintf(stderr, "floor: no address: %s\n", text);
        exit(64);
    }
    a.sin_port = htons((uint16_t)port);
    return a;
}

/* ---- sending ------------------------------------------------------------- */

static void flush_datagrams(struct datagrams *d)
{
    unsigned sent = 0;

    while (sent < d->n) {
        int n = sendmmsg(d->fd, d->out + sent, d->n - sent, MSG_DONTWAIT);

        if (n <= 0)
            break; /* the kernel is full: lost, as datagrams are */
        sent += (unsigned)n;
    }
    d->n = 0;
}

static void flush_stream(struct pipe *s)
{
    ssize_t n = s->out_n ? send(s->fd, s->out, s->out_n, MSG_NOSIGNAL) : 0;

    if (n > 0) {
        s->out_n -= (size_t)n;
        memmove(s->out, s->out + n, s->out_n);
    }
}

static void queue_datagram(struct forwarder *f, const struct floor_mark *m,
                           const struct hop *hop)
{
    struct datagrams *d = &f->sockets[f->name == 'P' && hop_to(hop) == 'U'];
    unsigned i = d->n;

    if (i == QUEUE) {
        flush_datagrams(d);
        i = 0;
    }
    d->marks[i] = *m;
    d->iov[i][0] = (struct iovec){&d->marks[i], sizeof *m};
    d->iov[i][1] = (struct iovec){f->filling, hop->bytes - sizeof *m};
    d->to[i] = address(f, hop_to(hop), false);
    d->out[i].msg_hdr = (struct msghdr){.msg_name = &d->to[i],
                                        .msg_namelen = sizeof d->to[i],
                                        .msg_iov = d->iov[i],
                                        .msg_iovlen = 2};
    d->n = i + 1;
}

static void queue_bytes(struct pipe *s, const struct floor_mark *m,
                        const struct hop *hop)
{
    if (s->out_n + hop->bytes > STREAM)
        return;
    memcpy(s->out + s->out_n, m, sizeof *m);
    memset(s->out + s->out_n + sizeof *m, 0, hop->bytes - sizeof *m);
    s->out_n += hop->bytes;
}

static void send_hop(void *ctx, const struct floor_mark *m,
                     const struct hop *hop)
{
    struct forwarder *f = ctx;

    if (hop_from(hop) != f->name)
        return;
    if (hop_to(hop) == 'H')
        queue_bytes(&f->streams[0], m, hop);
    else if (f->name != 'H')
        queue_datagram(f, m, hop);
}

/* ---- receiving ----------------------------------------------------------- */

static void receive(struct forwarder *f, struct datagrams *d)
{
    int n = BATCH;

    for (int k = 0; k < BATCHES_A_TURN && n == BATCH; k++) {
        n = recvmmsg(d->fd, f->in, BATCH, MSG_DONTWAIT, NULL);
        for (int i = 0; i < n; i++) {
            struct floor_mark m;

            memcpy(&m, f->in_bytes[i], sizeof m);
            floor_next(&m, send_hop, f);
        }
    }
}

/* An answer of the HSS goes back where its request came from. */
static void answer(struct forwarder *f, struct pipe *s,
                   const struct floor_mark *m)
{
    struct floor_mark next = *m;
    const struct hop *hop;

    next.row++;
    hop = floor_hop(&next);
    if (f->name != 'H')
        floor_next(m, send_hop, f);
    else if (hop)
        queue_bytes(s, &next, hop);
}

static void read_stream(struct forwarder *f, struct pipe *s)
{
    ssize_t n = recv(s->fd, s->in + s->in_n, STREAM - s->in_n, MSG_DONTWAIT);
    size_t at = 0;

    if (n == 0 || (n < 0 && errno != EAGAIN))
        exit(0); /* the other end stopped */
    s->in_n += n > 0 ? (size_t)n : 0;
    while (s->in_n - at >= sizeof(struct floor_mark)) {
        struct floor_mark m;
        const struct hop *hop;

        memcpy(&m, s->in + at, sizeof m);
        hop = floor_hop(&m);
        if (!hop)
            exit(1);
        if (s->in_n - at < hop->bytes)
            break;
        answer(f, s, &m);
        at += hop->bytes;
    }
    s->in_n -= at;
    memmove(s->in, s->in + at, s->in_n);
}

/* ---- its life ------------------------------------------------------------ */

static void watch(struct forwarder *f, int fd, void *what)
{
    struct epoll_event e = {.events = EPOLLIN, .data.ptr = what};

    if (epoll_ctl(f->epoll, EPOLL_CTL_ADD, fd, &e) < 0)
        fail("epoll_ctl");
}

static void open_stream(struct forwarder *f, int fd)
{
    const int on = 1;

    for (unsigned i = 0; i < STREAMS; i++) {
        if (f->streams[i].fd)
            continue;
        f->streams[i].fd = fd;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        watch(f, fd, &f->streams[i]);
        return;
    }
    close(fd);
}

static void open_datagrams(struct forwarder *f, struct datagrams *d,
                           bool phones)
{
    struct sockaddr_in a = address(f, f->name, phones);
    const int size = BUFFER;

    d->fd = socket(AF_INET, SOCK_DGRAM, 0);
    setsockopt(d->fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    setsockopt(d->fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
    if (bind(d->fd, (struct sockaddr *)&a, sizeof a) < 0)
        fail("bind");
    watch(f, d->fd, d);
}

static void open_hss(struct forwarder *f)
{
    struct sockaddr_in a = address(f, 'H', false);
    const int on = 1;
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    if (f->name == 'H') {
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        if (bind(fd, (struct sockaddr *)&a, sizeof a) < 0 || listen(fd, 8) < 0)
            fail("listen");
        f->listener = fd;
        watch(f, fd, NULL);
        return;
    }
    for (int tries = 0; connect(fd, (struct sockaddr *)&a, sizeof a) < 0;
         tries++) {
        if (tries == 100)
            fail("connect");
        usleep(20000);
    }
    open_stream(f, fd);
}

static void start(struct forwarder *f)
{
    f->epoll = epoll_create1(0);
    for (unsigned i = 0; i < BATCH; i++) {
        f->in_iov[i] = (struct iovec){f->in_bytes[i], SIZE};
        f->in[i].msg_hdr =
            (struct msghdr){.msg_iov = &f->in_iov[i], .msg_iovlen = 1};
    }
    if (f->name != 'H')
        open_datagrams(f, &f->sockets[0], false);
    if (f->name == 'P')
        open_datagrams(f, &f->sockets[1], true);
    if (f->name != 'P')
        open_hss(f);
}

static void serve(struct forwarder *f, void *what)
{
    if (!what)
        open_stream(f, accept(f->listener, NULL, NULL));
    else if (what == &f->sockets[0] || what == &f->sockets[1])
        receive(f, what);
    else
        read_stream(f, what);
}

static void turn(struct forwarder *f)
{
    struct epoll_event events[16];
    int n = epoll_wait(f->epoll, events, 16, -1);

    for (int i = 0; i < n; i++)
        serve(f, events[i].data.ptr);
    for (unsigned i = 0; i < SOCKETS; i++)
        flush_datagrams(&f->sockets[i]);
    for (unsigned i = 0; i < STREAMS; i++)
        flush_stream(&f->streams[i]);
}

int main(int argc, char **argv)
{
    struct forwarder *f = calloc(1, sizeof *f);

    if (argc != 3 || strlen(argv[1]) != 1 || !strchr("PISH", *argv[1]) || !f) {
        fputs("floor P|I|S|H BASE\n", stderr);
        return 64;
    }
    f->name = *argv[1];
    f->base = argv[2];
    start(f);
    for (;;)
        turn(f);
}
