/* SPDX-License-Identifier: MIT
 *
 * Live events in binary, for a program that follows a node all the time: what
 * node/events.h tells, at a fraction of what texts cost the node. A stream of
 * frames, numbers in network byte order:
 *
 *   length (4 bytes, of what follows)  kind (1)  payload
 *
 * The payload is a JSON object as in the event of that name, but an entry's,
 * which is fixed numbers, lengths of texts, and the texts. Secrets are masked
 * as in record_json.h.
 */
#ifndef NODE_RECORD_WIRE_H
#define NODE_RECORD_WIRE_H

#include "base/buf.h"
#include "base/record.h"
#include "base/why.h"

#define RECORD_WIRE_TYPE "application/vnd.imsbox.record"

enum wire_kind {
    WIRE_BEAT, /* a sign of life, empty */
    WIRE_HELLO,
    WIRE_STATUS,
    WIRE_MISSED,
    WIRE_ENTRY,
    WIRE_KINDS
};

enum { WIRE_FRAME_MAX = 16 << 20 };

void wire_put(struct buf *out, enum wire_kind kind, struct slice payload);
void wire_put_entry(struct buf *out, const struct record_entry *e);

/* An entry as it came; the texts point into the payload. */
struct wire_entry {
    uint64_t seq;
    int64_t wall_us;
    enum record_kind kind;
    enum record_proto proto;
    struct addr local, remote;
    struct slice call, session, bytes, proc, clause, says, reason, fault;
};

/* A time of the common era: two of them can be subtracted. */
bool wire_is_time(int64_t wall_us);
/* False: it is none. */
bool wire_read_entry(struct slice payload, struct wire_entry *out) MUST_CHECK;

/* Puts frames together that arrive in portions. */
struct wire {
    struct buf part; /* the beginning of a frame */
    void (*on_frame)(void *ctx, enum wire_kind kind, struct slice payload);
    void *ctx;
};

void wire_init(struct wire *w,
               void (*on_frame)(void *ctx, enum wire_kind kind,
                                struct slice payload),
               void *ctx);
void wire_fini(struct wire *w);
/* Begins anew: another connection. */
void wire_reset(struct wire *w);
/* False: these are no frames, or one is longer than WIRE_FRAME_MAX. */
bool wire_take(struct wire *w, struct slice bytes) MUST_CHECK;

#endif
