/* SPDX-License-Identifier: MIT
 *
 * What the files of the SQLite store share; nobody else includes it.
 *
 * Two connections: `reader` belongs to the loop; `writer` to the lane while a
 * batch runs. A statement is prepared at its first use and kept.
 */
#ifndef HSS_STORE_SQLITE_H
#define HSS_STORE_SQLITE_H

#include "base/map.h"
#include "hss/provisioning.h"
#include "hss/store_sqlite_record.h"
#include <sqlite3.h>

enum sql {
#define SQL(name, text) SQL_##name,
#include "hss/store_sqlite.def"
#undef SQL
    SQL_COUNT
};

/* Subscriptions that are in the tables and not to be seen: of an import that
 * is not complete, or to be deleted. first 0: none. */
struct store_hidden {
    int64_t first, last;
    int64_t pending; /* the entry of an import that is not complete; or 0 */
};

/* What a write leaves for its end, because the next subscriber of an import
 * changes the same row again: store_sqlite_pending.c. */
enum {
    SEARCH_PAGE = 64,  /* subscriptions in one text of the search */
    PENDING_USES = 32, /* names */
};
struct store_use {
    enum catalogue_kind kind;
    struct slice name; /* in pending.arena */
    int64_t delta;
};
struct store_pending {
    struct arena arena;
    struct store_use uses[PENDING_USES];
    size_t nuses;
    int64_t page; /* of the search that `text` is; -1: none */
    struct buf text;
    bool text_changed;
    int64_t registered; /* sets more than before */
    bool has_leavers;   /* who was served and is deleted */
};

struct store_db {
    sqlite3 *db;
    sqlite3_stmt *stmt[SQL_COUNT];
    bool arena_full; /* something read found no room: see db_read_end */
    struct store_hidden hidden;   /* as this connection sees it */
    struct store_pending pending; /* the writer's */
    struct buf packed;            /* for who packs something */
};

/* A write: the struct of one kind of write begins with it. */
struct store_job {
    struct map_node busy; /* in store.busy, by sub */
    struct list node;     /* in store.held, .waiting, then .batch */
    int64_t sub;          /* 0: concerns no subscription that exists */
    bool patient;         /* others go first, every other time */
    bool single;  /* its run writes at its end, by one statement, or nothing */
    bool clears;  /* more than its subscription may be another one behind it */
    bool discard; /* set by run: nothing of it is to stay, and no error */
    enum ims_err (*run)(struct store_db *w, struct store_job *job,
                        struct why *why); /* off the loop */
    void (*release)(struct store_job *job);
    store_fn *done;
    void *ctx;
    enum ims_err err;
    struct why why;
    int64_t registered; /* sets more than before it */
    bool has_leavers;
    bool has_live; /* what is live of sub behind it is in `live` */
    struct buf live;
};

/* Subscriptions that were read, as long as nothing of them is written: the
 * loop's. The catalogue too. */
struct cache_entry;
struct store_cache {
    struct map subs, publics, privates;
    struct cache_entry *large; /* the only one; or NULL */
    struct list recent;        /* the one asked for last is the last */
    struct catalogue catalogue;
    struct map profiles; /* of the catalogue, by name */
    struct arena arena;  /* the catalogue's */
    bool has_catalogue;
};

struct store {
    struct store_db reader, writer, keeper;
    struct net *net;
    struct net_lane *lane;
    int lock_fd; /* -1: in memory */
    struct list waiting;
    struct list batch; /* the lane's while running */
    bool running;
    struct timer soon; /* the next batch begins behind this turn */
    bool was_patient;  /* the batch before */
    bool in_doubt;     /* it failed, and may be on the disk all the same */
    bool sweeps;       /* a piece is on its way */
    struct timer sweep_again;
    struct store_cache cache;
    int64_t registered;       /* sets */
    int wal_pages;            /* of the log, by the writer's last commit */
    struct net_lane *keeping; /* the keeper's; NULL: there is no log */
    bool kept;                /* its part is done: the writer's is next */
    bool ends_log;            /* this batch does that */
    bool keeps;               /* it is at work */
    struct list held;         /* patient jobs that wait for it */
    struct map busy;          /* jobs not answered yet */
    struct list waiters;      /* store_waiter */
    struct list bulks;        /* imports and the like, the first one at work */
    struct store_figures figures;
    void (*on_leavers)(void *ctx);
    void *leavers_ctx;
};

/* ---- store_sqlite.c ----------------------------------------------------- */

/* Takes the job over. */
void store_submit(struct store *s, struct store_job *job);
/* One that was taken over, into the next batch. */
void store_queue(struct store *s, struct store_job *job);

/* ---- store_sqlite_keep.c ------------------------------------------------ */

/* The writer's log goes into the database beside the writer, on a connection
 * and a lane of its own: else the commit that fills the log would do it, and
 * an answer would wait for all of it. */
enum ims_err keep_open(struct store *s, const char *uri,
                       struct why *why) MUST_CHECK;
void keep_close(struct store *s);
/* Behind a commit: perhaps it is time. */
void keep_look(struct store *s);
/* On the writer's lane, ahead of a batch: the little that the keeper left, so
 * that the log begins anew. */
void keep_end(struct store *s);

/* ---- store_sqlite_db.c: statements -------------------------------------- */

enum ims_err db_open(struct store_db *db, const char *uri, bool writes,
                     struct why *why) MUST_CHECK;
void db_close(struct store_db *db);
enum ims_err db_script(struct store_db *db, const char *sql,
                       struct why *why) MUST_CHECK;

/* The statement, with its parameters bound in order: i int64_t, t struct slice
 * (text), b struct slice (blob), T text or NULL when empty. Texts must stay
 * until the statement is done. NULL when it cannot be prepared: db_row and
 * db_run then tell. */
sqlite3_stmt *db_bind(struct store_db *db, enum sql id, const char *types, ...);
/* The next row: OK; NOT_FOUND: no more, and the statement is done; STORAGE. */
enum ims_err db_row(struct store_db *db, sqlite3_stmt *q,
                    struct why *why) MUST_CHECK;
/* For statements without rows. EXISTS for a key that exists, CONFLICT for a
 * broken reference. */
enum ims_err db_run(struct store_db *db, sqlite3_stmt *q,
                    struct why *why) MUST_CHECK;
/* Ends a statement of which more rows could come. */
void db_done(sqlite3_stmt *q);

int64_t db_int(sqlite3_stmt *q, int column);
bool db_is_null(sqlite3_stmt *q, int column);
/* Text or blob, copied to the arena; empty for NULL. Zero-terminated. At the
 * arena's limit it is empty, and db_read_end tells. */
struct slice db_text(struct store_db *db, sqlite3_stmt *q, int column,
                     struct arena *a);
/* Zeroed memory; NULL at the limit, and db_read_end tells. */
void *db_alloc(struct store_db *db, struct arena *a, size_t size);
/* A growing list of equal items in an arena; items move as it grows. */
struct db_rows {
    void *p;
    size_t n, cap, size; /* size of one item */
};
/* Room for one item more, zeroed; NULL at the limit, and db_read_end tells. */
void *db_rows_add(struct store_db *db, struct arena *a, struct db_rows *r);
/* The verdict on a whole read: err, or FULL when the arena was too small. */
enum ims_err db_read_end(struct store_db *db, enum ims_err err,
                         struct why *why) MUST_CHECK;
/* Not copied: good until the next row. */
struct slice db_peek(sqlite3_stmt *q, int column);

/* ---- store_sqlite_schema.c ---------------------------------------------- */

/* Brings the schema to `version`; refuses to go back. */
enum ims_err schema_migrate(struct store_db *db, unsigned version,
                            struct why *why) MUST_CHECK;

/* Those of subscriptions, empty. */
enum ims_err schema_tables(struct store_db *db, struct why *why) MUST_CHECK;
/* Step 5: from a row for each thing to two rows a subscription. */
enum ims_err migrate_records(struct store_db *db, struct why *why) MUST_CHECK;

/* ---- store_sqlite_catalogue.c, store_sqlite_profile.c ------------------- */

/* Inserts what the catalogue does not have yet; noted: so that it can be
 * forgotten, until bulk_show. */
enum ims_err catalogue_insert(struct store_db *w, const struct catalogue *c,
                              bool noted, struct why *why) MUST_CHECK;
enum ims_err catalogue_read(struct store_db *db, struct arena *a,
                            struct catalogue *out, struct why *why) MUST_CHECK;
/* Deletes what was inserted and noted, unless somebody uses it. */
enum ims_err catalogue_forget(struct store_db *w, struct why *why) MUST_CHECK;
/* Of a profile's row, or a shared set's, that has none yet. */
enum ims_err profile_details(struct store_db *w, int64_t id,
                             const struct profile_service *s,
                             struct why *why) MUST_CHECK;
enum ims_err ifcs_insert(struct store_db *w, int64_t profile, int64_t shared,
                         const struct profile_ifc *ifc,
                         struct why *why) MUST_CHECK;
/* Filter criteria in ascending priority; profile or shared is 0. */
enum ims_err ifcs_read(struct store_db *db, struct arena *a, int64_t profile,
                       int64_t shared, const struct profile_ifc **out,
                       struct why *why) MUST_CHECK;
/* A service profile without identities. */
enum ims_err profile_service_read(struct store_db *db, struct arena *a,
                                  int64_t profile, struct profile_service *out,
                                  struct why *why) MUST_CHECK;

/* ---- store_sqlite_subscriber.c: on the writer --------------------------- */

/* Also what is hidden. Parsed into the arena, as all of it is. */
enum ims_err subscriber_read(struct store_db *db, struct arena *a, int64_t id,
                             struct record *out, struct why *why) MUST_CHECK;
/* Behind every id that was given, also to who is gone: nobody is taken for him.
 * And behind those that are hidden. */
enum ims_err subscriber_next_id(struct store_db *w, int64_t *id,
                                struct why *why) MUST_CHECK;
/* id: of s, or 0; then the next one, which *id becomes. */
enum ims_err subscriber_insert(struct store_db *w, const struct subscriber *s,
                               int64_t *id, struct why *why) MUST_CHECK;
/* Does nothing but set *known when somebody has one of its identities. */
enum ims_err subscriber_insert_new(struct store_db *w,
                                   const struct subscriber *s, int64_t id,
                                   bool *known, struct why *why) MUST_CHECK;
/* undoes: s is what it was once; sequence numbers used since stay used. */
enum ims_err subscriber_update(struct store_db *w, const struct record *before,
                               const struct subscriber *s, bool undoes,
                               struct why *why) MUST_CHECK;
enum ims_err subscriber_delete(struct store_db *w, const struct record *r,
                               struct why *why) MUST_CHECK;
/* What became live of a record that was read as `before`. */
struct record_live {
    bool there, served;
    unsigned registered;
};
struct record_live record_live_of(const struct record *r);
enum ims_err live_write(struct store_db *w, const struct record_live *before,
                        const struct record *now, struct why *why) MUST_CHECK;

/* ---- store_sqlite_pending.c --------------------------------------------- */

void pending_init(struct store_pending *p);
void pending_fini(struct store_pending *p);
/* At the end of a write that went well. */
enum ims_err pending_write(struct store_db *w, struct why *why) MUST_CHECK;
/* At its beginning. */
void pending_forget(struct store_db *w);
/* delta more use an entry of the catalogue. NOT_FOUND, perhaps only from
 * pending_write: there is none. An empty name is nobody. */
enum ims_err pending_use(struct store_db *w, enum catalogue_kind kind,
                         struct slice name, int64_t delta,
                         struct why *why) MUST_CHECK;
/* What a subscription is found by: s NULL, nothing any more. */
enum ims_err pending_search(struct store_db *w, int64_t id,
                            const struct subscriber *s,
                            struct why *why) MUST_CHECK;

/* ---- store_sqlite_search.c ---------------------------------------------- */

/* Appends the words of a subscriber, each behind a space. */
void search_words(struct buf *out, const struct subscriber *s);
/* Step 8: all that is there. */
enum ims_err search_fold_all(struct store_db *w, struct why *why) MUST_CHECK;

/* ---- store_sqlite_leavers.c --------------------------------------------- */

/* Ahead of its deletion; it is served. n: whoever deletes it tells of it, and
 * is told which leaver it is; NULL: with the others. */
enum ims_err leaver_note(struct store_db *w, int64_t sub, int64_t *n,
                         struct why *why) MUST_CHECK;

/* ---- store_sqlite_sweep.c ----------------------------------------------- */

/* The tables of subscriptions are empty ones; mark: another one each time. */
enum ims_err sweep_begin(struct store_db *w, int64_t mark,
                         struct why *why) MUST_CHECK;
/* Behind its commit, or a crash's: what they had goes, little by little. */
void sweep_go_on(struct store *s);

/* ---- store_sqlite_cache.c: on the loop ---------------------------------- */

void cache_init(struct store *s);
void cache_fini(struct store *s);
void cache_clear(struct store *s);
/* A write of it came to its end. */
void cache_forget(struct store *s, int64_t sub);
void cache_live(struct store *s, int64_t sub, struct slice live);
/* Good until the next call; hidden ones are NOT_FOUND. */
struct cached {
    const struct record *r;
    size_t set, at; /* the public identity's set, and its place there; or */
                    /* at: the private identity's */
};
enum ims_err cache_public(struct store *s, struct slice impu,
                          struct cached *out, struct why *why) MUST_CHECK;
enum ims_err cache_private(struct store *s, struct slice impi,
                           struct cached *out, struct why *why) MUST_CHECK;
enum ims_err cache_record(struct store *s, int64_t sub,
                          const struct record **out,
                          struct why *why) MUST_CHECK;
/* Only what is there already: NULL. */
const struct record *cache_look(struct store *s, int64_t sub);
enum ims_err cache_catalogue(struct store *s, struct why *why) MUST_CHECK;
/* NULL: there is none. */
const struct profile_service *cache_profile(struct store *s, struct slice name);

/* ---- store_sqlite_audit.c ----------------------------------------------- */

/* Appends to the list, of which the oldest entry goes when it is long; *n is
 * its number. */
enum ims_err audit_insert(struct store_db *w, const struct store_audit *a,
                          int64_t *n, struct why *why) MUST_CHECK;
enum ims_err audit_read(struct store_db *db, struct arena *a, int64_t n,
                        struct store_audit *out, struct why *why) MUST_CHECK;

enum ims_err audit_can_undo(struct store_db *db, const struct store_audit *a,
                            struct why *why) MUST_CHECK;

/* ---- store_sqlite_bulk.c ------------------------------------------------ */

/* Goes on with what a crash left hidden. */
enum ims_err bulk_recover(struct store *s, struct why *why) MUST_CHECK;
void bulk_free_all(struct store *s);
static inline bool is_hidden(const struct store_db *db, int64_t sub)
{
    return sub >= db->hidden.first && sub <= db->hidden.last &&
           db->hidden.first;
}

#endif
