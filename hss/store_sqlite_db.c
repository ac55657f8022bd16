/* SPDX-License-Identifier: MIT
 *
 * Connections and statements: the only file that knows SQLite's result codes.
 */
#include "hss/store_sqlite.h"
#include <stdio.h>

enum {
    BUSY_MS = 5000,       /* another connection's commit to a memory store */
    WRITER_CACHE = 65536, /* KiB: indexes of a bulk import stay in memory */
    READER_CACHE = 32768,
};

/* Bytes. Search reads everything that there is: without a copy. Who shortened
 * the file would end us by SIGBUS, but it is ours alone, and locked. */
static const int64_t READER_MAP = (int64_t)4 << 30;

static const char *const statements[] = {
#define SQL(name, text) text,
#include "hss/store_sqlite.def"
#undef SQL
};

static enum ims_err failed(struct store_db *db, struct why *why)
{
    return why_set(why, IMS_STORAGE, "the store failed: %s",
                   db->db ? sqlite3_errmsg(db->db) : "out of memory");
}

enum ims_err db_open(struct store_db *db, const char *uri, bool writes,
                     struct why *why)
{
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI |
                (writes ? SQLITE_OPEN_CREATE : 0);
    char settings[256];

    pending_init(&db->pending);
    buf_init(&db->packed, SIZE_MAX); /* bounded by a subscriber's limits */
    if (sqlite3_open_v2(uri, &db->db, flags, NULL))
        return why_set(why, IMS_CONFIG, "cannot open the store %s: %s", uri,
                       db->db ? sqlite3_errmsg(db->db) : "out of memory");
    sqlite3_busy_timeout(db->db, BUSY_MS);
    snprintf(settings, sizeof(settings),
             "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
             "PRAGMA foreign_keys=ON; PRAGMA cache_size=-%d;"
             "PRAGMA mmap_size=%lld; PRAGMA query_only=%d",
             writes ? WRITER_CACHE : READER_CACHE,
             writes ? 0LL : (long long)READER_MAP, !writes);
    return db_script(db, settings, why);
}

void db_close(struct store_db *db)
{
    for (size_t i = 0; i < SQL_COUNT; i++)
        sqlite3_finalize(db->stmt[i]);
    sqlite3_close(db->db);
    pending_fini(&db->pending);
    buf_fini(&db->packed);
    *db = (struct store_db){0};
}

enum ims_err db_script(struct store_db *db, const char *sql, struct why *why)
{
    return sqlite3_exec(db->db, sql, NULL, NULL, NULL) ? failed(db, why)
                                                       : IMS_OK;
}

static void bind_text(sqlite3_stmt *q, int n, struct slice s, bool or_null)
{
    if (or_null && s.n == 0)
        sqlite3_bind_null(q, n);
    else
        sqlite3_bind_text(q, n, s.p ? s.p : "", (int)s.n, SQLITE_STATIC);
}

sqlite3_stmt *db_bind(struct store_db *db, enum sql id, const char *types, ...)
{
    sqlite3_stmt *q = db->stmt[id];
    struct slice s;
    va_list ap;

    if (!q && sqlite3_prepare_v3(db->db, statements[id], -1,
                                 SQLITE_PREPARE_PERSISTENT, &q, NULL))
        return NULL;
    db->stmt[id] = q;
    sqlite3_reset(q);
    va_start(ap, types);
    for (int n = 1; types[n - 1]; n++) {
        switch (types[n - 1]) {
        case 'i': sqlite3_bind_int64(q, n, va_arg(ap, int64_t)); break;
        case 'b':
            s = va_arg(ap, struct slice);
            sqlite3_bind_blob(q, n, s.p, (int)s.n, SQLITE_STATIC);
            break;
        default: bind_text(q, n, va_arg(ap, struct slice), types[n - 1] == 'T');
        }
    }
    va_end(ap);
    return q;
}

enum ims_err db_row(struct store_db *db, sqlite3_stmt *q, struct why *why)
{
    int rc = q ? sqlite3_step(q) : SQLITE_ERROR;

    if (rc == SQLITE_ROW)
        return IMS_OK;
    if (q)
        sqlite3_reset(q);
    if (rc == SQLITE_DONE)
        return why_set(why, IMS_NOT_FOUND, "not in the store");
    return failed(db, why);
}

enum ims_err db_run(struct store_db *db, sqlite3_stmt *q, struct why *why)
{
    int rc = q ? sqlite3_step(q) : SQLITE_ERROR;
    int code = sqlite3_extended_errcode(db->db);

    if (q)
        sqlite3_reset(q);
    if (rc == SQLITE_DONE || rc == SQLITE_ROW)
        return IMS_OK;
    if (code == SQLITE_CONSTRAINT_UNIQUE ||
        code == SQLITE_CONSTRAINT_PRIMARYKEY)
        return why_set(why, IMS_EXISTS, "exists already");
    if (code == SQLITE_CONSTRAINT_FOREIGNKEY)
        return why_set(why, IMS_CONFLICT, "is in use");
    return failed(db, why);
}

void db_done(sqlite3_stmt *q)
{
    sqlite3_reset(q);
}

int64_t db_int(sqlite3_stmt *q, int column)
{
    return sqlite3_column_int64(q, column);
}

bool db_is_null(sqlite3_stmt *q, int column)
{
    return sqlite3_column_type(q, column) == SQLITE_NULL;
}

struct slice db_peek(sqlite3_stmt *q, int column)
{
    const void *p = sqlite3_column_blob(q, column);

    return slice_at(p, (size_t)sqlite3_column_bytes(q, column));
}

void *db_alloc(struct store_db *db, struct arena *a, size_t size)
{
    void *p = arena_zalloc(a, size);

    if (!p)
        db->arena_full = true;
    return p;
}

struct slice db_text(struct store_db *db, sqlite3_stmt *q, int column,
                     struct arena *a)
{
    struct slice s = db_peek(q, column);
    char *p = s.n ? db_alloc(db, a, s.n + 1) : NULL;

    if (!p)
        return S("");
    memcpy(p, s.p, s.n);
    return slice_at(p, s.n);
}

void *db_rows_add(struct store_db *db, struct arena *a, struct db_rows *r)
{
    if (r->n == r->cap) {
        size_t cap = r->cap ? 2 * r->cap : 4;
        void *p = db_alloc(db, a, cap * r->size);

        if (!p)
            return NULL;
        if (r->n)
            memcpy(p, r->p, r->n * r->size);
        r->p = p;
        r->cap = cap;
    }
    return (char *)r->p + r->n++ * r->size;
}

enum ims_err db_read_end(struct store_db *db, enum ims_err err, struct why *why)
{
    bool full = db->arena_full;

    db->arena_full = false;
    if (!err && full)
        return why_set(why, IMS_FULL, "more data than there is room for");
    return err;
}
