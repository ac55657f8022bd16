/* SPDX-License-Identifier: MIT */
#include "base/addr.h"
#include <arpa/inet.h>
#include <netinet/in.h>

_Static_assert(sizeof(struct addr) == 20, "an addr has no padding");

bool addr_parse_ip(struct slice text, struct addr *out)
{
    char z[INET6_ADDRSTRLEN];
    struct addr a = {0};
    bool bracketed = slice_starts(text, S("[")) && slice_ends(text, S("]"));

    if (bracketed)
        text = slice_at(text.p + 1, text.n - 2);
    if (text.n == 0 || text.n >= sizeof(z) || slice_index(text, '\0') >= 0)
        return false;
    memcpy(z, text.p, text.n);
    z[text.n] = '\0';
    if (!bracketed && inet_pton(AF_INET, z, a.ip) == 1)
        a.family = 4;
    else if (inet_pton(AF_INET6, z, a.ip) == 1)
        a.family = 6;
    else
        return false;
    *out = a;
    return true;
}

bool addr_from_sockaddr(const struct sockaddr *sa, enum transport t,
                        struct addr *out)
{
    struct addr a = {.transport = (uint8_t)t};

    if (sa->sa_family == AF_INET) {
        struct sockaddr_in in;

        memcpy(&in, sa, sizeof(in));
        memcpy(a.ip, &in.sin_addr, 4);
        a.port = ntohs(in.sin_port);
        a.family = 4;
    } else if (sa->sa_family == AF_INET6) {
        struct sockaddr_in6 in6;

        memcpy(&in6, sa, sizeof(in6));
        memcpy(a.ip, &in6.sin6_addr, 16);
        a.port = ntohs(in6.sin6_port);
        a.family = 6;
    } else {
        return false;
    }
    *out = a;
    return true;
}

socklen_t addr_to_sockaddr(const struct addr *a, struct sockaddr_storage *out)
{
    memset(out, 0, sizeof(*out));
    if (a->family == 6) {
        struct sockaddr_in6 in6 = {.sin6_family = AF_INET6,
                                   .sin6_port = htons(a->port)};

        memcpy(&in6.sin6_addr, a->ip, 16);
        memcpy(out, &in6, sizeof(in6));
        return sizeof(in6);
    }
    struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(a->port)};

    memcpy(&in.sin_addr, a->ip, 4);
    memcpy(out, &in, sizeof(in));
    return sizeof(in);
}

bool addr_eq(const struct addr *a, const struct addr *b)
{
    return memcmp(a, b, sizeof(*a)) == 0;
}

bool addr_is_loopback(const struct addr *a)
{
    static const uint8_t v6[16] = {[15] = 1};

    return a->family == 4 ? a->ip[0] == 127
                          : a->family == 6 && memcmp(a->ip, v6, 16) == 0;
}

bool addr_eq_ip(const struct addr *a, const struct addr *b)
{
    return a->family == b->family && memcmp(a->ip, b->ip, sizeof(a->ip)) == 0;
}

struct slice addr_key(const struct addr *a)
{
    return slice_at(a, sizeof(*a));
}

static void print_ip4(const uint8_t ip[4], struct buf *out)
{
    for (int i = 0; i < 4; i++) {
        if (i)
            buf_char(out, '.');
        buf_u64(out, ip[i]);
    }
}

void addr_print_ip(const struct addr *a, bool bracketed, struct buf *out)
{
    char z[INET6_ADDRSTRLEN];

    if (a->family == 4) {
        print_ip4(a->ip, out);
    } else if (a->family == 6) {
        inet_ntop(AF_INET6, a->ip, z, sizeof(z));
        buf_str(out, bracketed ? "[" : "");
        buf_str(out, z);
        buf_str(out, bracketed ? "]" : "");
    } else {
        buf_str(out, "none");
    }
}

void addr_print(const struct addr *a, struct buf *out)
{
    addr_print_ip(a, true, out);
    if (a->family) {
        buf_char(out, ':');
        buf_u64(out, a->port);
    }
}

const char *addr_text(const struct addr *a, char text[ADDR_TEXT_MAX])
{
    struct buf b;

    buf_over(&b, text, ADDR_TEXT_MAX - 1);
    addr_print(a, &b);
    text[b.n] = '\0';
    return text;
}

static const struct slice names[] = {
    [TRANSPORT_NONE] = {"none", 4}, [TRANSPORT_UDP] = {"udp", 3},
    [TRANSPORT_TCP] = {"tcp", 3},   [TRANSPORT_TLS] = {"tls", 3},
    [TRANSPORT_WS] = {"ws", 2},     [TRANSPORT_WSS] = {"wss", 3},
    [TRANSPORT_SCTP] = {"sctp", 4},
};

const char *transport_name(enum transport t)
{
    return names[t].p;
}

bool transport_parse(struct slice name, enum transport *out)
{
    for (int t = TRANSPORT_UDP; t <= TRANSPORT_SCTP; t++) {
        if (slice_eq_nocase(name, names[t])) {
            *out = (enum transport)t;
            return true;
        }
    }
    return false;
}

bool transport_is_stream(enum transport t)
{
    return t == TRANSPORT_TCP || t == TRANSPORT_TLS || t == TRANSPORT_WS ||
           t == TRANSPORT_WSS;
}
