/* SPDX-License-Identifier: MIT
 *
 * A subscription to registration state, as reg_event.c (SUBSCRIBE) and
 * reg_event_notify.c (NOTIFY) share it.
 */
#ifndef SCSCF_REG_EVENT_PRIVATE_H
#define SCSCF_REG_EVENT_PRIVATE_H

#include "scscf/reg_event.h"
#include "sip/ua.h"

struct reg_events {
    struct scscf *me;
    struct map by_impu; /* the identity that is watched */
    struct map by_tag;  /* our tag of the dialog */
    struct str contact; /* of ours, where refreshes go */
    uint64_t refused;   /* at the limit */
    bool closed;        /* the stack has gone */
};

/* Owned by the table; goes with the answer to its last NOTIFY. */
struct subscription {
    struct map_node by_impu, by_tag;
    struct reg_events *table;
    struct sip_ua_dialog dialog;
    struct str impu;    /* canonical */
    struct str watcher; /* the asserted identity */
    struct str event;   /* as it came: an id must come back */
    struct str icid;    /* of the SUBSCRIBE; 5.4.2.1.1 item 1B */
    enum ioi_type ioi;
    struct timer expiry;
    int64_t expires_at;
    uint32_t version;    /* of the next document */
    struct list waiting; /* NOTIFYs, the first one under way */
    unsigned waiting_count;
    struct sip_client *notify; /* under way */
    bool over;                 /* nothing is to follow what waits */
};

uint32_t subscription_left(const struct subscription *s); /* seconds */
void subscription_free(struct subscription *s);
void subscription_forget_news(struct subscription *s);

/* A NOTIFY with a document of the set: all of it, or what is news. reason:
 * it is the last one, for that (RFC 6665 4.1.3); NULL: others may follow. */
void subscription_tell(struct subscription *s, const struct irs *irs, bool full,
                       const char *reason);
/* The last one, without a document. */
void subscription_end(struct subscription *s, const char *reason);
/* Does the set keep a contact when all is settled? */
bool reg_event_stays(const struct irs *irs);

#endif
