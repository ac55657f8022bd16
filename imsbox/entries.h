/* SPDX-License-Identifier: MIT
 *
 * The records of all nodes in one place: entries as each node kept them, the
 * two copies of a message joined, given out in the order in which things
 * happened.
 */
#ifndef IMSBOX_ENTRIES_H
#define IMSBOX_ENTRIES_H

#include "base/record.h"
#include "base/why.h"
#include "node/record_wire.h"

struct reading; /* reading.h */

/* One entry, in one piece of memory with its texts; owned by its entries. */
struct entry {
    unsigned node; /* whose record it is from */
    uint64_t seq;
    uint64_t pair;  /* the same in both copies, see record_pair() */
    uint64_t print; /* a hash of the bytes */
    int64_t wall_us;
    enum record_kind kind;
    enum record_proto proto; /* of messages and drops */
    struct addr local, remote;
    struct slice call, session; /* empty: none */
    struct slice bytes;         /* of messages and drops; masked */
    struct slice proc, clause, says, reason;
    struct slice fault;  /* the fault on purpose that did this; empty: none */
    struct entry *other; /* the sender's copy of a received message, and the
                            receiver's of a sent one */
    bool joined;         /* has, or had, its other copy */
    bool chosen, told, gone;
};

struct entries_node {
    struct entry **list; /* by seq */
    unsigned count, room;
    unsigned at; /* the first one not given out */
};

struct entries {
    struct entries_node *nodes;
    unsigned node_count;
};

void entries_init(struct entries *e, unsigned node_count);
void entries_fini(struct entries *e);

/* What a node says of its record (the answer to GET /api/v1/record): its
 * entries are added, and r goes on. MALFORMED: not that; r stays. */
enum ims_err entries_read(struct entries *e, unsigned node, struct slice json,
                          struct reading *r, struct why *why) MUST_CHECK;

/* One entry of them, and its time; it counts as chosen. */
enum ims_err entries_add(struct entries *e, unsigned node, struct slice json,
                         int64_t *wall_us, struct why *why) MUST_CHECK;
/* Likewise, as it came in binary. */
void entries_take(struct entries *e, unsigned node,
                  const struct wire_entry *entry);

/* Finds the two copies of each message that was not joined yet. */
void entries_join(struct entries *e);

/* The next chosen entry not newer than until_us, NULL without. Each node's
 * come in its own order, a received message never before it was sent (clocks
 * may differ), else the earliest first. */
const struct entry *entries_next(struct entries *e, int64_t until_us);

/* Frees what was given out or passed over, unless it is a message newer than
 * keep_us that waits for its other copy. */
void entries_forget(struct entries *e, int64_t keep_us);

/* Was it on its way out? Else it came in. */
static inline bool entry_is_sent(const struct entry *e)
{
    return e->kind == RECORD_TX || e->kind == RECORD_LOST;
}

static inline bool entry_is_message(const struct entry *e)
{
    return e->kind != RECORD_SAYS;
}

#endif
