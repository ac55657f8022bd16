/* SPDX-License-Identifier: MIT */
#include "node/record_wire.h"
#include "node/mask.h"
#include <endian.h>

enum { HEAD = 5, TEXTS = 8 };

/* The beginning of an entry's payload. */
struct numbers {
    uint64_t seq, wall_us;
    struct place {
        uint8_t ip[16], family, transport;
        uint16_t port;
    } local, remote;
    uint8_t kind, proto, none[2];
    uint32_t lengths[TEXTS];
    uint32_t nothing;
};
_Static_assert(sizeof(struct numbers) == 96, "it is copied as it lies there");

/* ---- writing ------------------------------------------------------------- */

static char *put_head(struct buf *out, enum wire_kind kind, size_t payload)
{
    uint32_t length = htobe32((uint32_t)payload + 1);
    char *at = buf_take(out, HEAD + payload);

    if (!at)
        return NULL;
    memcpy(at, &length, sizeof(length));
    at[4] = (char)kind;
    return at + HEAD;
}

void wire_put(struct buf *out, enum wire_kind kind, struct slice payload)
{
    char *at = put_head(out, kind, payload.n);

    if (at && payload.n)
        memcpy(at, payload.p, payload.n);
}

static struct place place_of(const struct addr *a)
{
    struct place p = {.family = a->family,
                      .transport = a->transport,
                      .port = htobe16(a->port)};

    memcpy(p.ip, a->ip, sizeof(p.ip));
    return p;
}

void wire_put_entry(struct buf *out, const struct record_entry *e)
{
    struct numbers head = {.seq = htobe64(e->seq),
                           .wall_us = htobe64((uint64_t)e->wall_us),
                           .local = place_of(&e->local),
                           .remote = place_of(&e->remote),
                           .kind = (uint8_t)e->kind,
                           .proto = (uint8_t)e->proto};
    const struct slice texts[TEXTS] = {e->bytes,
                                       e->about.call,
                                       e->about.session,
                                       slice_of(e->proc),
                                       slice_of(e->clause),
                                       e->says,
                                       slice_of(e->about.reason),
                                       e->fault};
    size_t size = sizeof(head);
    char *at;

    for (unsigned i = 0; i < TEXTS; i++) {
        head.lengths[i] = htobe32((uint32_t)texts[i].n);
        size += texts[i].n;
    }
    at = put_head(out, WIRE_ENTRY, size);
    if (!at)
        return;
    memcpy(at, &head, sizeof(head));
    at += sizeof(head);
    for (unsigned i = 0; i < TEXTS; i++) {
        if (texts[i].n)
            memcpy(at, texts[i].p, texts[i].n);
        if (i == 0 && e->proto == RECORD_SIP)
            mask_sip(at, texts[i].n);
        at += texts[i].n;
    }
}

/* ---- reading ------------------------------------------------------------- */

static bool read_place(const struct place *p, struct addr *out)
{
    *out = (struct addr){.family = p->family,
                         .transport = p->transport,
                         .port = be16toh(p->port)};
    memcpy(out->ip, p->ip, sizeof(p->ip));
    return (p->family == 0 || p->family == 4 || p->family == 6) &&
           p->transport <= TRANSPORT_SCTP;
}

bool wire_is_time(int64_t wall_us)
{
    return wall_us >= 0 && wall_us < INT64_MAX / 4;
}

bool wire_read_entry(struct slice payload, struct wire_entry *out)
{
    struct slice *const texts[TEXTS] = {
        &out->bytes,  &out->call, &out->session, &out->proc,
        &out->clause, &out->says, &out->reason,  &out->fault};
    struct slice rest = slice_from(payload, sizeof(struct numbers));
    struct numbers head;

    if (payload.n < sizeof(head))
        return false;
    memcpy(&head, payload.p, sizeof(head));
    *out = (struct wire_entry){.seq = be64toh(head.seq),
                               .wall_us = (int64_t)be64toh(head.wall_us),
                               .kind = (enum record_kind)head.kind,
                               .proto = (enum record_proto)head.proto};
    if (head.kind > RECORD_SAYS || head.proto > RECORD_DIAMETER ||
        !wire_is_time(out->wall_us) || !read_place(&head.local, &out->local) ||
        !read_place(&head.remote, &out->remote))
        return false;
    for (unsigned i = 0; i < TEXTS; i++) {
        size_t n = be32toh(head.lengths[i]);

        if (n > rest.n)
            return false;
        *texts[i] = slice_first(rest, n);
        rest = slice_from(rest, n);
    }
    return rest.n == 0;
}

void wire_init(struct wire *w,
               void (*on_frame)(void *ctx, enum wire_kind kind,
                                struct slice payload),
               void *ctx)
{
    *w = (struct wire){.on_frame = on_frame, .ctx = ctx};
    buf_init(&w->part, WIRE_FRAME_MAX + HEAD);
}

void wire_fini(struct wire *w)
{
    buf_fini(&w->part);
}

void wire_reset(struct wire *w)
{
    buf_reset(&w->part);
}

/* How long the frame is that begins there, or what is known of it; 0: it is
 * none. */
static size_t frame_size(struct slice s)
{
    uint32_t length;

    if (s.n < HEAD)
        return HEAD;
    memcpy(&length, s.p, sizeof(length));
    length = be32toh(length);
    if (length == 0 || length > WIRE_FRAME_MAX || (uint8_t)s.p[4] >= WIRE_KINDS)
        return 0;
    return sizeof(length) + length;
}

static void give(struct wire *w, struct slice frame)
{
    w->on_frame(w->ctx, (enum wire_kind)frame.p[4], slice_from(frame, HEAD));
}

/* Takes from bytes what the frame that has begun still lacks. */
static bool complete(struct wire *w, struct slice *bytes)
{
    while (w->part.n) {
        size_t size = frame_size(buf_slice(&w->part));
        size_t lacks = size - w->part.n;

        if (size == 0)
            return false;
        buf_add(&w->part, slice_first(*bytes, lacks));
        if (bytes->n < lacks) {
            *bytes = slice_from(*bytes, bytes->n);
            return true;
        }
        *bytes = slice_from(*bytes, lacks);
        if (frame_size(buf_slice(&w->part)) == w->part.n) {
            give(w, buf_slice(&w->part));
            buf_reset(&w->part);
        }
    }
    return true;
}

bool wire_take(struct wire *w, struct slice bytes)
{
    if (!complete(w, &bytes))
        return false;
    while (bytes.n) {
        size_t size = frame_size(bytes);

        if (size == 0)
            return false;
        if (size > bytes.n || bytes.n < HEAD) {
            buf_add(&w->part, bytes);
            break;
        }
        give(w, slice_first(bytes, size));
        bytes = slice_from(bytes, size);
    }
    return true;
}
