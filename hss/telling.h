/* SPDX-License-Identifier: MIT
 *
 * What the HSS tells S-CSCFs by itself: RTR (TS 29.228 6.1.3, rtr.h) and PPR
 * (6.2.2, ppr.h). A telling is a procedure of some requests with one end: what
 * it changes here is committed first, then every request is sent, again as
 * long as that may help while its S-CSCF cannot be reached or is busy; who
 * asked is told what became of each.
 *
 *     t = telling_new(me, done, ctx);
 *     rtr_add(t, &rtr);  telling_change(t, &change);
 *     telling_run(t, sub);
 */
#ifndef HSS_TELLING_H
#define HSS_TELLING_H

#include "hss/hss.h"

enum { TELLING_TRIES = 4 }; /* of a request, over 3.5 s and more */

/* What became of one request. */
struct told {
    struct list node;
    const char *command; /* "RTR", "PPR" */
    struct slice scscf;  /* Server-Name */
    struct slice about;  /* the first public identity that it concerns */
    bool success;        /* the S-CSCF did it, or had nothing to do */
    enum ims_err err;    /* OK: an answer came, with: */
    unsigned result;
    bool unreached; /* err: for it alone the S-CSCF is silent */
    unsigned tries;
    struct slice sentence; /* for people */
};

/* Once, perhaps before telling_run returns. err: the store failed; nothing has
 * changed and nobody was told. tolds: struct told, good during the call; NULL
 * with err. */
typedef void telling_fn(void *ctx, enum ims_err err, const struct list *tolds,
                        const struct why *why);

struct telling {
    struct hss *me;
    struct list node; /* in hss.tellings */
    struct arena arena;
    struct list requests; /* struct tell, not ended */
    struct list tolds;    /* those that have */
    struct store_registration *changes;
    size_t nchanges, maxchanges;
    struct store_waiter *waiter; /* of who fills it, or NULL */
    telling_fn *done;
    void *ctx;
};

/* done may be NULL. */
struct telling *telling_new(struct hss *me, telling_fn *done, void *ctx);
/* A copy in the telling's arena. */
struct cx_texts telling_keep(struct telling *t, const struct cx_texts *texts);
/* A text in it must live as long as the telling. */
void telling_change(struct telling *t, const struct store_registration *c);
/* Commits the changes, sends the requests, ends; t is gone then. */
void telling_run(struct telling *t, int64_t sub);
/* Ends without having done anything, by the error; t is gone. */
void telling_fail(struct telling *t, enum ims_err err, const struct why *why);
/* Of a node that is being freed; nobody is told. */
void telling_free_all(struct hss *me);
/* The array that tells what became of each, a value for the key before. */
void telling_json(const struct list *tolds, struct json *j);

/* ---- for rtr.c and ppr.c ------------------------------------------------ */

/* One request; the struct of its command begins with it, zeroed, in the
 * telling's arena. */
struct tell {
    struct list node; /* in telling.requests */
    struct telling *t;
    struct told told; /* command, scscf, about are set */
    struct timer timer;
    uint64_t ticket; /* of Cx while it is on its way; or 0 */
    /* Sends it to the host, and sets ticket. False: there is no sense in it
     * any more; told.sentence says why. */
    bool (*send)(struct tell *w, const struct cx_path *to);
    /* The answer is there: true when it is to be sent once more, otherwise.
     * NULL: never. */
    bool (*answered)(struct tell *w);
};

void tell_add(struct telling *t, struct tell *w);
/* From the callback of Cx; w may be gone afterwards. */
void tell_answered(struct tell *w, enum ims_err err, unsigned result);

/* ---- where an S-CSCF is, scscfs.c --------------------------------------- */

/* Its Diameter identity, by what it said of itself in MAR and SAR; else the
 * host of its SIP URI. The texts live in the arena or in the name. */
struct cx_path scscf_path(struct hss *me, struct arena *a, struct slice name);
/* It is what `from` says; kept in the store. */
void scscf_learn(struct hss *me, struct slice name, const struct cx_path *from);

#endif
