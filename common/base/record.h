/* SPDX-License-Identifier: MIT
 *
 * The record: what a node received, sent and decided, with the reason, in a
 * ring of bytes of fixed size. Ladder, trace, pcapng, live events, lab checks
 * and tests read it; nothing else tells the story of a node.
 *
 * Writing copies bytes and never formats. A decision is stored as its
 * template (fmt, a string literal) and copied arguments; its sentence is
 * formed when it is read. Entries carry consecutive sequence numbers from 1;
 * the oldest are overwritten, and a reader that fell behind is told how many
 * it missed.
 */
#ifndef BASE_RECORD_H
#define BASE_RECORD_H

#include "base/addr.h"
#include "base/clock.h"
#include "base/usage.h"

enum record_kind {
    RECORD_RX,   /* a message came in */
    RECORD_TX,   /* a message went out */
    RECORD_DROP, /* a message that came in and was not acted upon */
    RECORD_LOST, /* a message that was to go out: a fault lost it (net/fault.h)
                  */
    RECORD_SAYS, /* a decision, in a sentence */
};

enum record_proto { RECORD_NONE, RECORD_SIP, RECORD_DIAMETER };

/* What one entry is about; each text may be empty. call joins everything of
 * one call or registration (the Call-ID), session joins SIP and Diameter (the
 * Session-Id of a Cx request that serves that Call-ID). reason names, for
 * programs, why a decision fell where its procedure and the messages beside it
 * do not tell: a string literal such as "dns-failed", or NULL. */
struct record_about {
    struct slice call;
    struct slice session;
    const char *reason;
};

struct record_message {
    enum record_kind kind;
    enum record_proto proto;
    struct addr local, remote;
    struct record_about about;
    struct slice bytes; /* as on the wire */
    struct slice fault; /* the name of the fault that did this; empty: none */
};

/* What is longer is cut as it is stored. */
enum {
    RECORD_BYTES_MIN = 16384, /* of the ring */
    RECORD_ID_MAX = 512,      /* call, session */
    RECORD_SAYS_MAX = 4096,   /* arguments; sentence */
    RECORD_FAULT_MAX = 63,    /* name of a fault */
};

/* An entry as it is read; slices point into the ring or into the reader's
 * buffer and are good until the next call on the record. */
struct record_entry {
    uint64_t seq;
    int64_t wall_us;
    int64_t mono_us;
    enum record_kind kind;
    enum record_proto proto;
    struct addr local, remote;
    struct record_about about;
    struct slice bytes; /* messages: as on the wire; DROP, LOST: likewise */
    const char *proc;   /* SAYS, DROP, LOST: procedure id, "S-REG-2" */
    const char *clause; /* SAYS, DROP, LOST: "TS 24.229 5.4.1.2.2" */
    struct slice says;  /* SAYS, DROP, LOST: the sentence */
    struct slice fault; /* the fault on purpose that did this; empty: none */
};

struct record;

/* A message of more than a quarter of the ring is cut. */
struct record *record_new(const struct clock *clock, size_t bytes);
void record_free(struct record *r);

void record_message(struct record *r, const struct record_message *m);

/* fmt, proc and clause must be string literals. Conversions: %s %.*s %d %u
 * %ld %lu %lld %llu %zu %x %c %%, with flags and width. Arguments are copied.
 */
void record_say(struct record *r, struct record_about about, const char *proc,
                const char *clause, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));
void record_vsay(struct record *r, struct record_about about, const char *proc,
                 const char *clause, const char *fmt, va_list ap);
/* A message refused below any procedure, and why. */
void record_drop(struct record *r, const struct record_message *m,
                 const char *proc, const char *clause, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));
/* What a fault on purpose did: a DROP, a LOST (with the message), or a SAYS
 * (about it alone); m->fault names it. */
void record_fault(struct record *r, const struct record_message *m,
                  const char *proc, const char *clause, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));

/* Reading. A cursor starts at {0}: the oldest entry. False when there is no
 * newer entry. *missed counts entries overwritten before they were read. */
struct record_cursor {
    uint64_t next; /* sequence number to read next; 0: the oldest */
};
bool record_read(struct record *r, struct record_cursor *c,
                 struct record_entry *out, uint64_t *missed);
/* A hash of the bytes of a message, the same at the sending and at the
 * receiving node, whatever a NAT or a stream's own port makes of the addresses;
 * each hop changes a message, so that no other has it. */
static inline uint64_t record_pair(struct slice bytes)
{
    return slice_hash(bytes, 0);
}
uint64_t record_last_seq(const struct record *r);
/* Bytes of the ring; once full it stays so. refused: entries that made way. */
struct usage record_usage(const struct record *r);

/* Called after each entry while set (live events); NULL to stop. */
void record_watch(struct record *r, void (*on_entry)(void *ctx), void *ctx);

#endif
