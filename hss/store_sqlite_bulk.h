/* SPDX-License-Identifier: MIT
 *
 * What the files of works on many subscriptions share: their steps, each a job
 * of the store, and what is hidden meanwhile.
 */
#ifndef HSS_STORE_SQLITE_BULK_H
#define HSS_STORE_SQLITE_BULK_H

#include "hss/store_sqlite.h"

enum { BULK_PIECE = 32 }; /* subscriptions: milliseconds of a writer's time */

struct bulk {
    struct list node; /* in store.bulks */
    struct store *s;
    void (*start)(struct bulk *b);
    struct store_import *import; /* the caller's; or NULL */
    struct store_audit entry;    /* to be written; its texts in the arena */
    struct arena arena;
    struct store_hidden range;
    int64_t next;     /* id of the next subscription */
    size_t read;      /* subscriptions so far */
    size_t unchanged; /* of them */
    int64_t audit;
    bool dry_run;
    bool pending; /* clean: the entry was never complete */
    bool over;    /* set by a step: no other one follows */
    bool sweeps;  /* reset: what is hidden goes, too */
    enum ims_err err;
    struct why why;
    store_fn *done;
    void *ctx;
};

struct bulk *bulk_new(struct store *s, void (*start)(struct bulk *b),
                      store_fn *done, void *ctx);
/* Behind those that wait already. */
void bulk_enqueue(struct bulk *b);
/* run is on the lane; then, on the loop, hears what came of it. */
typedef enum ims_err bulk_run_fn(struct store_db *w, struct bulk *b,
                                 struct why *why);
typedef void bulk_then_fn(struct bulk *b, enum ims_err err,
                          const struct why *why);
void bulk_step(struct bulk *b, bulk_run_fn *run, bulk_then_fn *then);
void bulk_fail(struct bulk *b, enum ims_err err, const struct why *why);
/* Tells it, and the next one begins. */
void bulk_finish(struct bulk *b);
/* Its range is deleted, in pieces; then bulk_finish. */
void bulk_clean(struct bulk *b);

/* On the lane: the range, which the reader hides behind the commit. */
enum ims_err bulk_hide(struct store_db *w, struct bulk *b,
                       struct why *why) MUST_CHECK;
enum ims_err bulk_show(struct store_db *w, struct why *why) MUST_CHECK;

#endif
