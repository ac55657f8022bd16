/* SPDX-License-Identifier: MIT
 *
 * A transport address: IP address, port and transport protocol. A value of 20
 * bytes without padding: two are equal when their bytes are, and it serves as
 * a map key as it is (addr_key). In base, because the record keeps addresses.
 */
#ifndef BASE_ADDR_H
#define BASE_ADDR_H

#include "base/buf.h"
#include "base/why.h"
#include <sys/socket.h>

enum transport {
    TRANSPORT_NONE,
    TRANSPORT_UDP,
    TRANSPORT_TCP,
    TRANSPORT_TLS,
    TRANSPORT_WS,
    TRANSPORT_WSS,
    TRANSPORT_SCTP,
};

struct addr {
    uint8_t ip[16];    /* IPv4 in the first four bytes, rest zero */
    uint16_t port;     /* host byte order */
    uint8_t family;    /* 4, 6, or 0: none */
    uint8_t transport; /* enum transport */
};

/* The longest text form, with brackets, port and zero byte. */
enum { ADDR_TEXT_MAX = 64 };

/* An IPv4 or IPv6 address (with or without brackets); no names. */
bool addr_parse_ip(struct slice text, struct addr *out);
bool addr_from_sockaddr(const struct sockaddr *sa, enum transport t,
                        struct addr *out);
socklen_t addr_to_sockaddr(const struct addr *a, struct sockaddr_storage *out);

bool addr_eq(const struct addr *a, const struct addr *b);
bool addr_is_loopback(const struct addr *a); /* 127.0.0.0/8, ::1 */
bool addr_eq_ip(const struct addr *a, const struct addr *b);
struct slice addr_key(const struct addr *a);

/* "127.0.0.1", "2001:db8::1" (RFC 5952); bracketed: "[2001:db8::1]". */
void addr_print_ip(const struct addr *a, bool bracketed, struct buf *out);
/* "127.0.0.1:5060", "[::1]:5060". */
void addr_print(const struct addr *a, struct buf *out);
/* The same in a caller's array, for "%s"; returns text. */
const char *addr_text(const struct addr *a, char text[ADDR_TEXT_MAX]);

const char *transport_name(enum transport t); /* "udp", "tcp", ... */
bool transport_parse(struct slice name, enum transport *out); /* any case */
bool transport_is_stream(enum transport t);

#endif
