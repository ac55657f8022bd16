/* SPDX-License-Identifier: MIT
 *
 * The subscriber store, the only durable state of a network. Reads answer at
 * once, on the loop. Writes are queued and answered by a callback after their
 * commit: one writer off the loop commits everything that waits in one
 * transaction, synced to disk. While a write for a subscription is on its way
 * reads of it may be overtaken; who decides something upon what it reads
 * begins behind store_when_idle.
 *
 * Identities are canonical (ims/identity.h). Ids are of this store alone and
 * good as long as what they name exists. Reads return NOT_FOUND for what is
 * not there and STORAGE when the database fails; texts and lists they return
 * live in the arena given.
 */
#ifndef HSS_STORE_H
#define HSS_STORE_H

#include "base/arena.h"
#include "base/list.h"
#include "hss/subscriber.h"
#include "ims/cx.h"
#include "net/net.h"

struct store;

/* Opens or creates, migrates to the present schema, and locks the database
 * against other processes. path: a file; or (also behind a directory) "memory:
 * NAME", a database in memory that is shared by everybody in this process who
 * opens the same NAME and lasts while one of them has it open ("memory:" alone:
 * nobody shares it). Errors: CONFIG (cannot be opened, newer than this
 * program), EXISTS (in use by another process), STORAGE. */
enum ims_err store_open(struct net *net, const char *path, struct store **out,
                        struct why *why) MUST_CHECK;
/* Writes not committed by then are dropped without callback. */
void store_close(struct store *s);

/* The newest schema; and brings a file to an older or the newest one (tests
 * of migrations). Nobody may have the file open. */
unsigned store_schema_newest(void);
enum ims_err store_schema_make(const char *path, unsigned version,
                               struct why *why) MUST_CHECK;

struct store_figures {
    uint64_t commits; /* transactions of the writer */
    uint64_t writes;  /* writes committed in them */
    uint64_t failed;  /* writes that failed or were refused */
    uint64_t waiting; /* writes queued or on their way now */
};
void store_figures(const struct store *s, struct store_figures *out);

/* ---- order -------------------------------------------------------------- */

/* Embedded in whoever waits, zero-initialised. */
struct store_waiter {
    struct list node;
    int64_t sub;
    void (*go)(void *ctx);
    void *ctx;
    bool waits;
};

/* Calls go(ctx) when no write for the subscription is on its way: now, or
 * later in the order of asking. */
void store_when_idle(struct store *s, int64_t sub, struct store_waiter *w,
                     void (*go)(void *ctx), void *ctx);
void store_wait_cancel(struct store_waiter *w);

/* ---- what Cx asks ------------------------------------------------------- */

/* A public identity with its implicit registration set. */
struct store_public {
    int64_t sub, set, id;
    struct slice name; /* as stored: the wildcard when one matched */
    enum profile_identity_type type;
    bool barred;
    bool set_barred; /* every identity of the set is barred */
    bool psi_inactive;
    struct slice psi_server;
    enum registration_state state;
    struct slice scscf; /* empty: none assigned */
};
/* The identity itself, or the first wildcard that matches it. */
enum ims_err store_find_public(struct store *s, struct arena *a,
                               struct slice impu, struct store_public *out,
                               struct why *why) MUST_CHECK;

/* Whose it is; nothing more. */
enum ims_err store_subscription_of(struct store *s, struct slice impu,
                                   int64_t *sub, struct why *why) MUST_CHECK;

/* The first identity of a set. */
enum ims_err store_set(struct store *s, struct arena *a, int64_t set,
                       struct store_public *out, struct why *why) MUST_CHECK;

struct store_private {
    int64_t sub, id;
    enum digest_algorithm algorithm;
};
enum ims_err store_find_private(struct store *s, struct slice impi,
                                struct store_private *out,
                                struct why *why) MUST_CHECK;

/* A private identity of a set. */
struct store_pair {
    int64_t impi;
    struct slice name;
    bool registered;
};
struct store_pairs {
    struct store_pair *p;
    size_t n;
};
/* In the order of provisioning; none is not an error. */
enum ims_err store_pairs_of_set(struct store *s, struct arena *a, int64_t set,
                                struct store_pairs *out,
                                struct why *why) MUST_CHECK;

struct store_ids {
    int64_t *p;
    size_t n;
};
/* The sets that a private identity belongs to. */
enum ims_err store_sets_of_private(struct store *s, struct arena *a,
                                   int64_t impi, struct store_ids *out,
                                   struct why *why) MUST_CHECK;

/* The S-CSCF of any set of the subscription, registered ones first; empty
 * without one. */
enum ims_err store_scscf_of_subscription(struct store *s, struct arena *a,
                                         int64_t sub, struct slice *out,
                                         struct why *why) MUST_CHECK;

/* Where an S-CSCF is reached over Diameter: Origin-Host and Origin-Realm of its
 * own requests. By its Server-Name. */
struct store_scscf {
    struct slice host, realm;
};
enum ims_err store_find_scscf(struct store *s, struct arena *a,
                              struct slice name, struct store_scscf *out,
                              struct why *why) MUST_CHECK;

/* What of a subscription is no identity: lists of struct subscriber. */
enum ims_err store_subscription(struct store *s, struct arena *a, int64_t sub,
                                struct subscriber *out,
                                struct why *why) MUST_CHECK;

/* Authentication data, HA1 included; out->impi is not filled. */
enum ims_err store_authentication(struct store *s, struct arena *a,
                                  int64_t impi, struct subscriber_private *out,
                                  struct why *why) MUST_CHECK;

/* The user profile of a set (TS 29.228 section 6.6) and the charging addresses
 * of its subscription. */
struct store_profile_ask {
    int64_t set;
    struct slice impi;  /* whom it is for */
    bool expand_shared; /* filter criteria of shared sets, not their ids */
};
enum ims_err store_profile(struct store *s, struct arena *a,
                           const struct store_profile_ask *ask,
                           struct ims_profile **profile,
                           struct profile_charging *charging,
                           struct why *why) MUST_CHECK;

/* Has any identity of the set a service in unregistered state: a filter
 * criterion that is not for the registered part alone? */
enum ims_err store_serves_unregistered(struct store *s, int64_t set, bool *out,
                                       struct why *why) MUST_CHECK;

/* S-CSCF restoration information of the set's private identities (TS 23.380
 * section 4); none is not an error. */
enum ims_err store_restorations(struct store *s, struct arena *a, int64_t set,
                                struct cx_scscf_restorations *out,
                                struct why *why) MUST_CHECK;

/* ---- writes ------------------------------------------------------------- */

/* Once, on the loop, never before the call returns. err is OK, or why it was
 * refused: nothing of the write happened then. */
typedef void store_fn(void *ctx, enum ims_err err, const struct why *why);

/* Nothing is written: what was asked for before, but for pieces of what changes
 * many, is committed, or has failed. */
void store_behind_writes(struct store *s, store_fn *done, void *ctx);

enum store_change { STORE_KEEP, STORE_SET, STORE_CLEAR };

/* The registration of one set changes; texts and bytes are copied. */
struct store_registration {
    int64_t set;
    int64_t impi;                   /* whose flag and restoration; 0: all */
    enum store_change state_change; /* SET: to `state` */
    enum registration_state state;
    enum store_change registered; /* flag of the pair */
    enum store_change scscf_change;
    struct slice scscf;
    enum store_change restoration_change;
    const struct cx_scscf_restoration *restoration;
};
void store_registrations(struct store *s, int64_t sub,
                         const struct store_registration *c, size_t n,
                         store_fn *done, void *ctx);

/* The S-CSCF of that name is reached there from now on. done may be NULL. */
void store_scscf(struct store *s, struct slice name,
                 const struct store_scscf *where, store_fn *done, void *ctx);

/* Sequence numbers up to ceiling may be used from its commit on. */
void store_sqn(struct store *s, int64_t sub, int64_t impi, uint64_t ceiling,
               store_fn *done, void *ctx);

/* ---- reading what is provisioned ---------------------------------------- */

/* One subscription with all that belongs to it. */
enum ims_err store_read(struct store *s, struct arena *a, int64_t id,
                        struct subscriber *out, struct why *why) MUST_CHECK;
/* By a public or private identity. */
enum ims_err store_find(struct store *s, struct slice identity, int64_t *id,
                        struct why *why) MUST_CHECK;
/* The ids behind `after` in ascending order, at most max of them. */
enum ims_err store_list(struct store *s, struct arena *a, int64_t after,
                        size_t max, struct store_ids *out,
                        struct why *why) MUST_CHECK;
/* The same of subscriptions with a set that has an S-CSCF. */
enum ims_err store_list_served(struct store *s, struct arena *a, int64_t after,
                               size_t max, struct store_ids *out,
                               struct why *why) MUST_CHECK;
enum ims_err store_count(struct store *s, uint64_t *subscriptions,
                         uint64_t *registered, struct why *why) MUST_CHECK;
enum ims_err store_catalogue(struct store *s, struct arena *a,
                             struct catalogue *out, struct why *why) MUST_CHECK;

#endif
