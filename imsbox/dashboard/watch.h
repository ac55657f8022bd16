/* SPDX-License-Identifier: MIT
 *
 * One node as the dashboard sees it: whether it lives, since when and why not,
 * how it is, and what it records. Its events are followed (node/events.h) and
 * handed on entry by entry; after a break they go on where they stopped. A
 * clock that is far from ours is made up for: entries come with our time.
 */
#ifndef DASHBOARD_WATCH_H
#define DASHBOARD_WATCH_H

#include "base/str.h"
#include "imsbox/dashboard/fetch.h"
#include "imsbox/site.h"
#include "node/record_wire.h"

enum watch_state { WATCH_STARTING, WATCH_ALIVE, WATCH_DEAD };

struct watch;

struct watch_handler {
    void (*on_entry)(void *ctx, struct watch *w, const struct wire_entry *e);
    void (*on_missed)(void *ctx, struct watch *w, uint64_t count);
    /* State, readiness or status are others now. */
    void (*on_change)(void *ctx, struct watch *w);
};

struct watch {
    const struct site_node *at;
    unsigned number; /* of the node in its site */
    enum watch_state state;
    bool ready;         /* by its last word */
    int64_t since_us;   /* wall clock; of the state, and of ready */
    int64_t began_us;   /* wall clock */
    char why[200];      /* WATCH_DEAD */
    struct str status;  /* JSON object: ready, reason, ...; empty: unknown */
    uint64_t boot;      /* which of its lives the numbers below are of */
    uint64_t seq;       /* the newest entry that we have */
    uint64_t goal;      /* the newest there was when it was connected to */
    int64_t reached_us; /* wall clock of our newest entry, while below goal */
    int64_t behind_us;  /* its clock, of ours: no more than this, */
    int64_t epoch_us;   /* as long as our wall clock began here */

    struct fetcher *fetcher;
    struct net *net;
    const char *token; /* borrowed; NULL: none is sent */
    const struct watch_handler *h;
    void *ctx;
    struct wire wire;
    struct fetch *stream, *probe;
    bool again; /* the node is another one, or our clock was set: this stream
                   is over, and the next begins at once */
    struct timer retry, next_probe, silence;
};

/* Begins to follow. fetcher, handler and site outlive it. */
void watch_begin(struct watch *w, struct fetcher *f, struct net *net,
                 const struct watch_handler *h, void *ctx);
void watch_end(struct watch *w);

/* What it recorded up to here is there, as far as one can know: a node that
 * has a backlog to tell holds the others' story back, and so does, in the
 * beginning and for a while, one that starts together with us. */
int64_t watch_horizon(const struct watch *w);

const char *watch_state_name(enum watch_state s);

#endif
