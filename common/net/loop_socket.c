/* SPDX-License-Identifier: MIT */
#include "net/loop_priv.h"
#include <errno.h>
#include <netinet/in.h>
#include <unistd.h>

static int bind_failed(int fd, const struct addr *local, struct why *why)
{
    char text[ADDR_TEXT_MAX];
    int e = errno;

    if (fd >= 0)
        close(fd);
    why_set(why, e == EADDRINUSE ? IMS_EXISTS : IMS_CONFIG, "%s: %s",
            addr_text(local, text), strerror(e));
    return -1;
}

/* An IPv6 socket is for IPv6 alone, whatever the system's default: the
 * topology names both families where it wants both. */
static void set_options(int fd, const struct addr *local, int type)
{
    const int on = 1;

    if (local->family == 6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
    if (type != SOCK_STREAM)
        return;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (local->port == 0) /* chosen by connect, unique for its destination */
        setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof(on));
}

int loop_socket(const struct addr *local, int type, struct why *why)
{
    struct sockaddr_storage ss;
    socklen_t n = addr_to_sockaddr(local, &ss);

    if (local->family == 0) {
        why_set(why, IMS_CONFIG, "no local address");
        return -1;
    }
    int fd = socket(ss.ss_family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return bind_failed(fd, local, why);
    set_options(fd, local, type);
    if (bind(fd, (struct sockaddr *)&ss, n) != 0)
        return bind_failed(fd, local, why);
    return fd;
}

void loop_socket_local(int fd, enum transport t, struct addr *out)
{
    struct sockaddr_storage ss;
    socklen_t n = sizeof(ss);

    if (getsockname(fd, (struct sockaddr *)&ss, &n) == 0)
        addr_from_sockaddr((struct sockaddr *)&ss, t, out);
}

void loop_socket_remote(int fd, enum transport t, struct addr *out)
{
    struct sockaddr_storage ss;
    socklen_t n = sizeof(ss);

    if (getpeername(fd, (struct sockaddr *)&ss, &n) == 0)
        addr_from_sockaddr((struct sockaddr *)&ss, t, out);
}

enum ims_err loop_socket_error(int fd)
{
    int e = 0;
    socklen_t n = sizeof(e);

    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &e, &n) != 0)
        return IMS_CLOSED;
    return e ? loop_errno(e) : IMS_OK;
}

enum ims_err loop_errno(int e)
{
    switch (e) {
    case ECONNREFUSED: return IMS_REFUSED;
    case ETIMEDOUT: return IMS_TIMEOUT;
    case ECONNRESET:
    case EPIPE:
    case ENOTCONN: return IMS_CLOSED;
    default: return IMS_UNREACHABLE;
    }
}
