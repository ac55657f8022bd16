/* SPDX-License-Identifier: MIT */
#include "hss/store_sqlite_pack.h"

void pack_number(struct buf *out, uint64_t v)
{
    while (v > 0x7f) {
        buf_char(out, (char)(v | 0x80));
        v >>= 7;
    }
    buf_char(out, (char)v);
}

void pack_text(struct buf *out, struct slice s)
{
    pack_number(out, s.n);
    buf_add(out, s);
}

struct unpack unpack_of(struct arena *a, struct slice bytes)
{
    const uint8_t *p = (const uint8_t *)bytes.p;

    return (struct unpack){.p = p, .end = p + bytes.n, .a = a};
}

enum ims_err unpack_end(const struct unpack *u, struct why *why)
{
    if (u->full)
        return why_set(why, IMS_FULL, "more data than there is room for");
    if (u->bad)
        return why_set(why, IMS_INTERNAL,
                       "a subscription in the store cannot be read");
    return IMS_OK;
}

uint64_t unpack_number(struct unpack *u)
{
    uint64_t v = 0;

    for (unsigned shift = 0; shift < 64 && u->p < u->end; shift += 7) {
        uint8_t c = *u->p++;

        v |= (uint64_t)(c & 0x7f) << shift;
        if (!(c & 0x80))
            return v;
    }
    u->bad = true;
    return 0;
}

size_t unpack_count(struct unpack *u, size_t most)
{
    uint64_t n = unpack_number(u);

    u->bad = u->bad || n > most;
    return u->bad ? 0 : (size_t)n;
}

struct slice unpack_bytes(struct unpack *u, size_t n)
{
    struct slice s = slice_at(u->p, n);

    if (u->bad || n > (size_t)(u->end - u->p)) {
        u->bad = true;
        return S("");
    }
    u->p += n;
    return s;
}

struct slice unpack_text(struct unpack *u)
{
    size_t n = unpack_count(u, (size_t)(u->end - u->p));

    return n ? unpack_bytes(u, n) : S("");
}

void *unpack_alloc(struct unpack *u, size_t n, size_t size)
{
    void *p = n && !u->bad ? arena_zalloc(u->a, n * size) : NULL;

    u->full = u->full || (n && !u->bad && !p);
    u->bad = u->bad || u->full;
    return p;
}
