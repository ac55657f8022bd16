/* SPDX-License-Identifier: MIT
 *
 * Changes of what is provisioned. Each is one entry of the audit list, written
 * in the same transaction, and the subscription's version is that entry's
 * number: who changed it last can be told, and what was changed since cannot
 * be overwritten by mistake. Most changes can be undone as long as nothing
 * newer stands on them.
 *
 * What changes many subscriptions at once (an import, its undoing) is written
 * in pieces between which Cx is served. The subscriptions are hidden meanwhile,
 * and become visible, or vanish, at once.
 */
#ifndef HSS_PROVISIONING_H
#define HSS_PROVISIONING_H

#include "hss/catalogue.h"
#include "hss/store.h"

/* ---- the audit list ----------------------------------------------------- */

/* Numbers stand in the database and never change meaning. */
enum audit_action {
    AUDIT_CREATE = 1,
    AUDIT_CHANGE,
    AUDIT_DELETE,
    AUDIT_IMPORT,
    AUDIT_RANGE,
    AUDIT_SQN,
    AUDIT_SECRETS, /* they were shown */
    AUDIT_UNDO,
    AUDIT_RESET,
    AUDIT_CATALOGUE,
    AUDIT_DEREGISTER, /* RTR; after: what its S-CSCFs said */
    AUDIT_PUSH,       /* PPR; likewise */
};
const char *audit_action_name(enum audit_action a);

enum { STORE_AUDIT_MAX = 10000 }; /* entries; then the oldest goes */

struct store_audit {
    int64_t n;
    int64_t at_us; /* wall clock */
    enum audit_action action;
    struct slice who, what;
    int64_t sub, last; /* subscription, or the first and last of many; or 0 */
    int64_t was, now;  /* its version before and after; 0: it was not there */
    struct slice before, after; /* JSON without secrets; or empty */
    struct slice undo;          /* YAML, with secrets: what was before */
    int64_t undoes, undone_by;  /* entries, or 0 */
};
struct store_audits {
    struct store_audit *p;
    size_t n;
};
/* Newest first, older than `before`. */
enum ims_err store_audit_list(struct store *s, struct arena *a, int64_t before,
                              size_t max, struct store_audits *out,
                              struct why *why) MUST_CHECK;
enum ims_err store_audit(struct store *s, struct arena *a, int64_t n,
                         struct store_audit *out, struct why *why) MUST_CHECK;
/* Could it be undone at present? Else why has the reason (CONFLICT). */
enum ims_err store_can_undo(struct store *s, const struct store_audit *a,
                            struct why *why) MUST_CHECK;

/* An entry by itself. */
void store_note(struct store *s, const struct store_audit *a, store_fn *done,
                void *ctx);

/* ---- one subscription --------------------------------------------------- */

#define STORE_ANY_VERSION UINT64_MAX

struct store_edit {
    int64_t id;                   /* 0: a new subscription */
    const struct subscriber *sub; /* NULL: it is to be deleted; copied */
    /* Only when it has this version, else CONFLICT. */
    uint64_t version;
    bool dry_run; /* everything but the change */
    /* Whom it deletes while S-CSCFs serve him they are told of: he is a leaver
     * from then on. */
    bool tells;
    struct slice who;
    /* Undoing an entry: the version comes back with what it was of. Sequence
     * numbers do not: what a card has seen is not undone. */
    const struct store_audit *undoes; /* or NULL */
};

/* Good during the callback. Without a change audit is 0, and before and after
 * are the same. */
struct store_edited {
    const struct subscriber *before, *after; /* NULL: there is none */
    int64_t audit;
    int64_t leaver; /* which one he is, for leavers_tell; or 0 */
};
typedef void store_edit_fn(void *ctx, enum ims_err err,
                           const struct store_edited *r, const struct why *why);

/* Registrations of what stays, and secrets and sequence numbers not given, are
 * kept. Errors: EXISTS (an identity), NOT_FOUND (the subscription; a profile or
 * charging set), MISSING (a secret), CONFLICT. A subscription that is not there
 * is made with the id when something is undone. */
void store_edit(struct store *s, const struct store_edit *e,
                store_edit_fn *done, void *ctx);

/* ---- the catalogue ------------------------------------------------------ */

struct store_entry_edit {
    enum catalogue_kind kind;
    struct slice name;
    struct slice yaml;     /* catalogue_yaml of it; empty: to be deleted */
    struct slice expected; /* as it must be now, else CONFLICT; p NULL: any */
    bool dry_run;
    struct slice who;
    int64_t undoes; /* entry of the audit list, or 0 */
};
/* Creates, replaces or deletes; who refers to it has the new one at once.
 * Errors: CONFLICT (also: in use), NOT_FOUND (a shared set). */
void store_entry_edit(struct store *s, const struct store_entry_edit *e,
                      store_fn *done, void *ctx);

/* ---- many at once ------------------------------------------------------- */

struct store_import {
    const struct catalogue *catalogue; /* or NULL */
    size_t nsubscribers;
    /* The next of them, in the arena, off the loop. NULL: they are in
     * `subscribers`. */
    enum ims_err (*next)(void *ctx, struct arena *a, struct subscriber *out,
                         struct why *why);
    void *ctx;
    const struct subscriber *subscribers;
    struct slice who, what;
    bool range; /* as AUDIT_RANGE: that one exists already is an error */
    bool dry_run;
    bool cancelled; /* may be set while it is on its way: CANCELLED */
    /* result, readable all the time: */
    size_t done; /* of them, so far */
    size_t inserted;
    size_t unchanged; /* skipped: an identity exists already */
    int64_t audit;    /* 0: nothing was inserted */
};
/* Inserts what is missing and overwrites nothing: an entry of the catalogue
 * that exists stays as it is; a subscriber of whom an identity exists is
 * skipped. Everything in it stays in place until done. */
void store_import(struct store *s, struct store_import *import, store_fn *done,
                  void *ctx);

/* Undoes an import or a range: done comes when its subscriptions are not to be
 * seen any more. CONFLICT when one of them was changed or deleted since. */
void store_remove(struct store *s, const struct store_audit *undone,
                  struct slice who, bool dry_run, store_fn *done, void *ctx);

/* Empties everything but the audit list. BUSY while an import is on its way. */
void store_reset(struct store *s, struct slice who, store_fn *done, void *ctx);

/* ---- who left ----------------------------------------------------------- */

/* A subscriber who was served by an S-CSCF when he was deleted. He is kept
 * until store_leaver_told, also across a stop. */
struct store_leaver {
    int64_t n; /* of the leaver */
    struct subscriber sub;
};
/* The next one behind `after`; NOT_FOUND: there is none. MALFORMED: he is
 * out->n, and nothing else can be read of him. */
enum ims_err store_leaver_next(struct store *s, struct arena *a, int64_t after,
                               struct store_leaver *out,
                               struct why *why) MUST_CHECK;
/* done may be NULL. */
void store_leaver_told(struct store *s, int64_t n, store_fn *done, void *ctx);
/* fn(ctx) is called when there are some more by what changes many at once,
 * never before this returns. */
void store_on_leavers(struct store *s, void (*fn)(void *ctx), void *ctx);

/* ---- search ------------------------------------------------------------- */

struct store_search {
    struct slice text; /* words */
    bool any;          /* one of the words is enough */
    int64_t after;
    size_t max;    /* hits */
    size_t budget; /* subscriptions read through, about; 0: all */
};

/* The subscriptions behind `after` in ascending order, at most max of them,
 * that each word of the text (any: one of them) is found in: as a part of a
 * name, an identity's user or a number; of one or two characters as a
 * beginning. NOT_FOUND when the text has no word. */
enum ims_err store_search(struct store *s, struct arena *a,
                          const struct store_search *what,
                          struct store_ids *out, struct why *why) MUST_CHECK;

#endif
