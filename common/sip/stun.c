/* SPDX-License-Identifier: MIT */
#include "sip/stun.h"

enum {
    HEADER = 20,
    COOKIE = 0x2112a442,
    BINDING_REQUEST = 0x0001,
    BINDING_SUCCESS = 0x0101,
    BINDING_ERROR = 0x0111,
    ERROR_CODE = 0x0009,
    UNKNOWN_ATTRIBUTES = 0x000a,
    XOR_MAPPED_ADDRESS = 0x0020,
    OPTIONAL = 0x8000, /* types from here on may be ignored */
};

static unsigned get16(const char *p)
{
    return (unsigned)(uint8_t)p[0] << 8 | (uint8_t)p[1];
}

static uint32_t get32(const char *p)
{
    return (uint32_t)get16(p) << 16 | get16(p + 2);
}

static void put16(struct buf *out, unsigned v)
{
    buf_char(out, (char)(v >> 8));
    buf_char(out, (char)v);
}

bool stun_is(struct slice d)
{
    return d.n >= HEADER && (d.p[0] & 0xc0) == 0 && get32(d.p + 4) == COOKIE;
}

/* The first attribute that had to be understood; 0: none. False: the
 * attributes do not fill the message. */
static bool find_unknown(struct slice attributes, unsigned *unknown)
{
    *unknown = 0;
    while (attributes.n >= 4) {
        unsigned type = get16(attributes.p);
        size_t size = 4 + ((get16(attributes.p + 2) + 3u) & ~3u);

        if (size > attributes.n)
            return false;
        if (type < OPTIONAL && *unknown == 0)
            *unknown = type;
        attributes = slice_from(attributes, size);
    }
    return attributes.n == 0;
}

static void put_header(struct slice request, unsigned type, unsigned length,
                       struct buf *out)
{
    put16(out, type);
    put16(out, length);
    buf_add(out, slice_at(request.p + 4, 16)); /* cookie and transaction */
}

/* RFC 5389 15.2: XORed with the cookie, and behind it the transaction. */
static void put_address(struct slice request, const struct addr *from,
                        struct buf *out)
{
    size_t n = from->family == 6 ? 16 : 4;
    const char *mask = request.p + 4;

    put_header(request, BINDING_SUCCESS, (unsigned)(8 + n), out);
    put16(out, XOR_MAPPED_ADDRESS);
    put16(out, (unsigned)(4 + n));
    put16(out, from->family == 6 ? 2 : 1);
    put16(out, from->port ^ get16(mask));
    for (size_t i = 0; i < n; i++)
        buf_char(out, (char)(from->ip[i] ^ (uint8_t)mask[i]));
}

static void put_420(struct slice request, unsigned unknown, struct buf *out)
{
    put_header(request, BINDING_ERROR, 16, out);
    put16(out, ERROR_CODE);
    put16(out, 4);
    put16(out, 0);
    put16(out, 4 << 8 | 20);
    put16(out, UNKNOWN_ATTRIBUTES);
    put16(out, 2);
    put16(out, unknown);
    put16(out, 0); /* padding */
}

bool stun_answer(struct slice d, const struct addr *from, struct buf *out)
{
    unsigned unknown;

    if (!stun_is(d) || get16(d.p) != BINDING_REQUEST ||
        get16(d.p + 2) != d.n - HEADER ||
        !find_unknown(slice_from(d, HEADER), &unknown))
        return false;
    if (unknown)
        put_420(d, unknown, out);
    else
        put_address(d, from, out);
    return !out->full;
}
