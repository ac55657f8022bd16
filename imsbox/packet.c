/* SPDX-License-Identifier: MIT */
#include "imsbox/packet.h"
#include <assert.h>

enum {
    IP_UDP = 17,
    IP_TCP = 6,
    TCP_PSH_ACK = 0x18,
    UDP_HEAD = 8,
    TCP_HEAD = 20
};

struct direction {
    struct map_node node;
    struct addr way[2];
    uint32_t sent; /* the next sequence number */
};

void packets_init(struct packets *p)
{
    arena_init(&p->arena, 0, SIZE_MAX);
    map_init(&p->streams, 0, 0);
}

void packets_fini(struct packets *p)
{
    map_fini(&p->streams);
    arena_fini(&p->arena);
}

static struct direction *
direction_of(struct packets *p, const struct addr *from, const struct addr *to)
{
    const struct addr way[2] = {*from, *to};
    struct map_node *at = map_find(&p->streams, slice_at(way, sizeof way));
    struct direction *d;

    if (at)
        return container_of(at, struct direction, node);
    d = arena_zalloc(&p->arena, sizeof *d);
    assert(d);
    memcpy(d->way, way, sizeof way);
    d->sent = 1;
    map_add(&p->streams, &d->node, slice_at(d->way, sizeof d->way));
    return d;
}

/* ---- octets -------------------------------------------------------------- */

static void put_u16(uint8_t *p, uint16_t v)
{
    p[0] = (uint8_t)(v >> 8);
    p[1] = (uint8_t)v;
}

static void put_u32(uint8_t *p, uint32_t v)
{
    put_u16(p, (uint16_t)(v >> 16));
    put_u16(p + 2, (uint16_t)v);
}

/* RFC 1071: adds the octets as 16-bit numbers. */
static uint32_t sum(uint32_t s, const uint8_t *p, size_t n)
{
    for (size_t i = 0; i + 1 < n; i += 2)
        s += (uint32_t)(p[i] << 8 | p[i + 1]);
    if (n % 2)
        s += (uint32_t)(p[n - 1] << 8);
    while (s >> 16)
        s = (s & 0xffff) + (s >> 16);
    return s;
}

static size_t address_size(const struct addr *a)
{
    return a->family == 4 ? 4 : 16;
}

/* Over the pseudo header too (RFC 768, RFC 9293 3.1, RFC 8200 8.1). */
static uint16_t transport_checksum(const struct addr *from,
                                   const struct addr *to, uint8_t proto,
                                   const uint8_t *segment, size_t n)
{
    uint32_t s = proto + (uint32_t)n;
    uint16_t checksum;

    s = sum(s, from->ip, address_size(from));
    s = sum(s, to->ip, address_size(to));
    s = sum(s, segment, n);
    checksum = (uint16_t)~s;
    return proto == IP_UDP && checksum == 0 ? 0xffff : checksum;
}

/* ---- headers ------------------------------------------------------------- */

static void print_ipv4(const struct addr *from, const struct addr *to,
                       uint8_t proto, size_t segment, struct buf *out)
{
    uint8_t *p = buf_take(out, 20);

    if (!p)
        return;
    memset(p, 0, 20);
    p[0] = 0x45;
    put_u16(p + 2, (uint16_t)(20 + segment));
    p[6] = 0x40; /* don't fragment */
    p[8] = 64;
    p[9] = proto;
    memcpy(p + 12, from->ip, 4);
    memcpy(p + 16, to->ip, 4);
    put_u16(p + 10, (uint16_t)~sum(0, p, 20));
}

static void print_ipv6(const struct addr *from, const struct addr *to,
                       uint8_t proto, size_t segment, struct buf *out)
{
    uint8_t *p = buf_take(out, 40);

    if (!p)
        return;
    memset(p, 0, 40);
    p[0] = 0x60;
    put_u16(p + 4, (uint16_t)segment);
    p[6] = proto;
    p[7] = 64;
    memcpy(p + 8, from->ip, 16);
    memcpy(p + 24, to->ip, 16);
}

static void print_tcp(struct packets *p, const struct addr *from,
                      const struct addr *to, size_t payload, uint8_t *at)
{
    struct direction *there = direction_of(p, from, to);
    struct direction *back = direction_of(p, to, from);

    put_u32(at + 4, there->sent);
    put_u32(at + 8, back->sent);
    at[12] = TCP_HEAD / 4 << 4;
    at[13] = TCP_PSH_ACK;
    put_u16(at + 14, 65535);
    there->sent += (uint32_t)payload;
}

size_t packet_print(struct packets *p, const struct addr *from,
                    const struct addr *to, struct slice payload,
                    struct buf *out)
{
    bool udp = from->transport == TRANSPORT_UDP;
    uint8_t proto = udp ? IP_UDP : IP_TCP;
    size_t head = udp ? UDP_HEAD : TCP_HEAD;
    struct slice part = slice_first(payload, PACKET_PAYLOAD_MAX);
    uint8_t *at;

    if (from->family == 4)
        print_ipv4(from, to, proto, head + part.n, out);
    else
        print_ipv6(from, to, proto, head + part.n, out);
    at = buf_take(out, head + part.n);
    if (!at)
        return part.n;
    memset(at, 0, head);
    put_u16(at, from->port);
    put_u16(at + 2, to->port);
    if (udp)
        put_u16(at + 4, (uint16_t)(head + part.n));
    else
        print_tcp(p, from, to, part.n, at);
    memcpy(at + head, part.p, part.n);
    put_u16(at + (udp ? 6 : 16),
            transport_checksum(from, to, proto, at, head + part.n));
    return part.n;
}
