/* SPDX-License-Identifier: MIT
 *
 * A subscription to the state of registrations, as reg_event.c (SUBSCRIBE),
 * reg_event_notify.c (NOTIFY) and reg_event_follow.c (what a document means)
 * share it.
 */
#ifndef PCSCF_REG_EVENT_PRIVATE_H
#define PCSCF_REG_EVENT_PRIVATE_H

#include "ims/reginfo.h"
#include "pcscf/reg_event.h"
#include "sip/ua.h"

/* Seconds; a subscription that lasted less is begun anew after a pause alone,
 * and one that would last less is none: neither may go on for ever. */
enum { WATCH_LEAST_S = 5 };

enum { WATCH_TAG = 16 };

struct reg_watches {
    struct pcscf *me;
    struct map by_impu; /* the identity that is watched */
    struct map by_tag;  /* ours */
    struct str contact;
    bool closed; /* the stack has gone */
};

/* Owned by the table: until its end is told or its time is up. */
struct watch {
    struct map_node by_impu, by_tag;
    struct reg_watches *table;
    struct sip_ua_dialog dialog; /* none before an answer or a NOTIFY */
    struct str impu;             /* canonical, a SIP URI */
    struct str call_id, watcher; /* of the SUBSCRIBE */
    char tag[WATCH_TAG];
    struct list contacts;         /* struct contact.watched */
    struct sip_client *subscribe; /* under way */
    struct str service_route;     /* of the S-CSCF that is to tell */
    struct timer refresh, expiry;
    uint32_t asked;   /* seconds, by the last SUBSCRIBE */
    uint32_t least;   /* seconds, that who is asked wants; 0: has not said so */
    uint32_t granted; /* seconds, from granted_at on; 0: no answer yet */
    int64_t granted_at;
    int64_t heard_at; /* the last NOTIFY; 0: none yet */
    int64_t started_at;
    uint32_t version; /* of the last document */
    bool has_version;
    bool gap;    /* a document is missing, and all is not asked for yet */
    bool awaits; /* the NOTIFY that the last SUBSCRIBE brings */
    bool joined; /* by a contact that registered during its life */
};

struct record_about watch_about(const struct watch *w);
/* The first SUBSCRIBE, or one within the dialog that it made. Nothing happens
 * while one is under way, or when no contact is left. */
void watch_subscribe(struct watch *w);
/* From now on; never longer than was asked for. */
void watch_lasts(struct watch *w, uint32_t seconds);
/* A NOTIFY has come. */
void watch_heard(struct watch *w);
/* Of the SUBSCRIBE that is to make the dialog: it comes twice at most. */
uint32_t watch_first_cseq(const struct watch *w);
/* Asks for all if a document is missing: at once, or behind the answer to the
 * SUBSCRIBE under way. */
void watch_fill_gap(struct watch *w);
/* From the start, if a contact is left: at once, or after a pause if it told
 * nothing or ended as soon as it began. w is gone. */
void watch_again(struct watch *w);
void watch_free(struct watch *w);

/* A document, and its identities in canonical form, in its order; empty: not
 * readable. All in an arena. */
struct reg_event_news {
    const struct reginfo *doc; /* NULL: the NOTIFY has none */
    struct slice *aors;
};

/* The body of a NOTIFY. As reginfo_parse; FULL. */
enum ims_err reg_event_read(struct slice body, struct arena *a,
                            struct reg_event_news *out,
                            struct why *why) MUST_CHECK;
/* The contacts that are followed by it: `watched` of each is in the list. */
void reg_event_follow(struct pcscf *me, struct list *contacts,
                      const struct reg_event_news *news);

#endif
