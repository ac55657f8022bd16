/* SPDX-License-Identifier: MIT */
#include "node/notify.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { BEAT_US = 1 * SECOND, BEAT_MIN_US = 10 * MSEC };

/* "/run/systemd/notify", or "@name" for the abstract one. */
static bool address(const char *path, struct sockaddr_un *a, socklen_t *size)
{
    size_t n = path ? strlen(path) : 0;

    if (n < 2 || n >= sizeof a->sun_path || (path[0] != '/' && path[0] != '@'))
        return false;
    *a = (struct sockaddr_un){.sun_family = AF_UNIX};
    memcpy(a->sun_path, path, n);
    if (path[0] == '@')
        a->sun_path[0] = '\0';
    *size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n);
    return true;
}

/* The watchdog is ours unless WATCHDOG_PID names another process. */
static int64_t watchdog(void)
{
    const char *usec = getenv("WATCHDOG_USEC"), *pid = getenv("WATCHDOG_PID");
    uint64_t us, whose;

    if (!usec || !slice_u64(slice_of(usec), INT64_MAX, &us))
        return 0;
    if (pid && (!slice_u64(slice_of(pid), INT64_MAX, &whose) ||
                whose != (uint64_t)getpid()))
        return 0;
    return (int64_t)us;
}

void notify_open(struct notify *n)
{
    struct sockaddr_un to;
    socklen_t size;

    *n = (struct notify){.fd = -1};
    if (!address(getenv("NOTIFY_SOCKET"), &to, &size))
        return;
    n->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (n->fd >= 0 && connect(n->fd, (struct sockaddr *)&to, size) != 0) {
        close(n->fd);
        n->fd = -1;
    }
    n->watchdog_us = watchdog();
}

void notify_close(struct notify *n)
{
    if (n->timers)
        timer_stop(n->timers, &n->beat);
    if (n->fd >= 0)
        close(n->fd);
    n->fd = -1;
}

void notify_say(const struct notify *n, const char *fmt, ...)
{
    char text[NOTIFY_MAX + 64];
    struct buf b;
    va_list ap;

    if (n->fd < 0)
        return;
    buf_over(&b, text, sizeof text);
    va_start(ap, fmt);
    buf_vprintf(&b, fmt, ap);
    va_end(ap);
    /* A manager that does not read is left without: it must not stop us. */
    (void)send(n->fd, b.p, b.n, MSG_NOSIGNAL | MSG_DONTWAIT);
}

void notify_reloading(const struct notify *n, int64_t now_us)
{
    notify_say(n, "RELOADING=1\nMONOTONIC_USEC=%lld", (long long)now_us);
}

void notify_stopping(const struct notify *n, int64_t us)
{
    notify_say(n, "STOPPING=1\nEXTEND_TIMEOUT_USEC=%lld", (long long)us);
}

static void tell_status(struct notify *n)
{
    char text[NOTIFY_MAX];
    struct buf b;

    buf_over(&b, text, sizeof text - 1);
    n->status(n->ctx, &b);
    text[b.n] = '\0';
    if (strcmp(text, n->last) == 0)
        return;
    memcpy(n->last, text, b.n + 1);
    notify_say(n, "STATUS=%s", text);
}

static void on_beat(void *ctx)
{
    struct notify *n = ctx;
    int64_t half = n->watchdog_us / 2;
    int64_t next = half && half < BEAT_US ? half : BEAT_US;

    if (n->watchdog_us)
        notify_say(n, "WATCHDOG=1");
    tell_status(n);
    timer_start(n->timers, &n->beat, next < BEAT_MIN_US ? BEAT_MIN_US : next,
                on_beat, n);
}

void notify_begin(struct notify *n, struct timers *timers,
                  void (*status)(void *ctx, struct buf *out), void *ctx)
{
    if (n->fd < 0)
        return;
    n->timers = timers;
    n->status = status;
    n->ctx = ctx;
    on_beat(n);
}
