/* SPDX-License-Identifier: MIT */
#include "node/hep.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

enum chunk {
    IP_FAMILY = 0x01,
    IP_PROTOCOL = 0x02,
    IPV4_FROM = 0x03,
    IPV4_TO = 0x04,
    IPV6_FROM = 0x05,
    IPV6_TO = 0x06,
    PORT_FROM = 0x07,
    PORT_TO = 0x08,
    SECONDS = 0x09,
    MICROSECONDS = 0x0a,
    PROTOCOL_TYPE = 0x0b,
    AGENT_ID = 0x0c,
    PAYLOAD = 0x0f,
    CORRELATION_ID = 0x11,
    AGENT_NAME = 0x13,
};

enum { CHUNK_HEAD = 6, PACKET_HEAD = 6, FIXED_MAX = 140 };

static void u16(struct buf *out, size_t v)
{
    uint16_t n = htons((uint16_t)v);

    buf_add(out, slice_at(&n, sizeof n));
}

static void put(struct buf *out, enum chunk type, const void *value, size_t n)
{
    u16(out, 0); /* no vendor: a generic chunk */
    u16(out, type);
    u16(out, CHUNK_HEAD + n);
    buf_add(out, slice_at(value, n));
}

static void put_u8(struct buf *out, enum chunk type, uint8_t v)
{
    put(out, type, &v, sizeof v);
}

static void put_u16(struct buf *out, enum chunk type, uint16_t v)
{
    v = htons(v);
    put(out, type, &v, sizeof v);
}

static void put_u32(struct buf *out, enum chunk type, uint32_t v)
{
    v = htonl(v);
    put(out, type, &v, sizeof v);
}

static void put_addresses(const struct hep_packet *p, struct buf *out)
{
    bool is_v4 = p->from.family == 4;
    size_t n = is_v4 ? 4 : 16;

    put_u8(out, IP_FAMILY, is_v4 ? AF_INET : AF_INET6);
    put_u8(out, IP_PROTOCOL,
           transport_is_stream((enum transport)p->from.transport)
               ? IPPROTO_TCP
               : IPPROTO_UDP);
    put(out, is_v4 ? IPV4_FROM : IPV6_FROM, p->from.ip, n);
    put(out, is_v4 ? IPV4_TO : IPV6_TO, p->to.ip, n);
    put_u16(out, PORT_FROM, p->from.port);
    put_u16(out, PORT_TO, p->to.port);
}

bool hep_print(const struct hep_packet *p, struct buf *out)
{
    struct slice call = slice_first(p->call, HEP_CALL_MAX);
    struct slice name = slice_first(p->name, HEP_NAME_MAX);
    size_t before = out->n;
    uint16_t size;

    if (FIXED_MAX + call.n + name.n + p->bytes.n > HEP_PACKET_MAX ||
        p->from.family != p->to.family || p->from.family == 0)
        return false;
    buf_str(out, "HEP3");
    u16(out, 0); /* the size, when it is known */
    put_addresses(p, out);
    put_u32(out, SECONDS, (uint32_t)(p->wall_us / 1000000));
    put_u32(out, MICROSECONDS, (uint32_t)(p->wall_us % 1000000));
    put_u8(out, PROTOCOL_TYPE, (uint8_t)p->type);
    put_u32(out, AGENT_ID, p->agent);
    put(out, AGENT_NAME, name.p, name.n);
    if (call.n > 0)
        put(out, CORRELATION_ID, call.p, call.n);
    put(out, PAYLOAD, p->bytes.p, p->bytes.n);
    if (out->full)
        return false;
    size = htons((uint16_t)(out->n - before));
    memcpy(out->p + before + 4, &size, sizeof size);
    return true;
}
