/* SPDX-License-Identifier: MIT
 *
 * One subscription as it lies in the database: two rows.
 *
 *   subscriber   what was provisioned: changed by edits alone
 *   live         registrations, S-CSCFs, restoration information, sequence
 *                numbers: changed by Cx; there when something of it is
 *
 * Both hold packed bytes, so that one read gives everything and one write
 * changes it. A private identity, and a set, has a number within its
 * subscription that stays with it; the two together are its id.
 */
#ifndef HSS_STORE_SQLITE_RECORD_H
#define HSS_STORE_SQLITE_RECORD_H

#include "hss/store.h"

/* Parsed. All of it is in one or two arenas: see record_parse_live. */
struct record {
    struct subscriber s;
    /* the same that s has, to be changed: */
    struct subscriber_private *privates;
    struct subscriber_set *sets;
    uint16_t *private_n, *set_n; /* their numbers */
    /* by set; who of its private identities left something */
    struct cx_scscf_restorations *restorations;
};

static inline int64_t record_id(int64_t sub, uint16_t n)
{
    return (int64_t)((uint64_t)sub << 16 | n);
}
static inline int64_t record_sub(int64_t id)
{
    return id >> 16;
}
/* The place of an id; SIZE_MAX: it is of nobody in the record. */
size_t record_private_at(const struct record *r, int64_t id);
size_t record_set_at(const struct record *r, int64_t id);
/* May the private identity at that place use the set? */
bool record_set_uses(const struct subscriber_set *set, size_t private_at);
bool record_set_registered(const struct subscriber_set *set, size_t private_at);

/* What the live row's columns say. */
unsigned record_registered(const struct record *r); /* sets */
bool record_is_served(const struct record *r);

/* A record of what is provisioned, with numbers from 1 on and nothing live but
 * the sequence numbers. What is told twice stands once; lists whose order says
 * nothing are sorted. Points into s. FULL at the arena's limit. */
enum ims_err record_make(struct arena *a, const struct subscriber *s,
                         struct record *out, struct why *why) MUST_CHECK;

/* Appends. */
void record_pack(struct buf *out, const struct record *r);
/* Nothing when there is nothing live. */
void record_pack_live(struct buf *out, const struct record *r);

/* The bytes must stay as long as the record. FULL at the arena's limit,
 * INTERNAL for what no record_pack wrote. */
enum ims_err record_parse(struct arena *a, struct slice bytes,
                          struct record *out, struct why *why) MUST_CHECK;
/* Over what was live before; on failure nothing is. */
enum ims_err record_parse_live(struct arena *a, struct slice bytes,
                               struct record *r, struct why *why) MUST_CHECK;

#endif
