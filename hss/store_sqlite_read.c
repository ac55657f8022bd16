/* SPDX-License-Identifier: MIT
 *
 * What Cx procedures read, and lists of ids.
 */
#include "hss/store_sqlite.h"
#include "ims/identity.h"

/* ---- identities --------------------------------------------------------- */

/* Columns of PUBLIC_COLUMNS in store_sqlite.def. */
static void public_of_row(struct store_db *db, struct arena *a, sqlite3_stmt *q,
                          struct store_public *out)
{
    out->id = db_int(q, 0);
    out->set = db_int(q, 1);
    out->sub = db_int(q, 2);
    out->name = db_text(db, q, 3, a);
    out->type = (enum profile_identity_type)db_int(q, 4);
    out->barred = db_int(q, 5) != 0;
    out->state = (enum registration_state)db_int(q, 6);
    out->scscf = db_text(db, q, 7, a);
    out->psi_server = db_text(db, q, 8, a);
    out->psi_inactive = db_int(q, 9) != 0;
    out->set_barred = db_int(q, 10) == 0;
}

/* Ends the statement. */
static enum ims_err public_of_one(struct store_db *db, struct arena *a,
                                  sqlite3_stmt *q, struct store_public *out,
                                  struct why *why)
{
    struct store_public found = {0};
    enum ims_err err;

    public_of_row(db, a, q, &found);
    db_done(q);
    err = db_read_end(db, IMS_OK, why);
    if (!err && is_hidden(db, found.sub))
        return why_set(why, IMS_NOT_FOUND, "not in the store");
    if (!err)
        *out = found;
    return err;
}

/* TS 29.228 6.1.4: wildcards come after distinct identities. */
static enum ims_err find_wildcard(struct store_db *db, struct slice impu,
                                  int64_t *id, struct why *why)
{
    sqlite3_stmt *q = db_bind(db, SQL_WILDCARDS, "t", impu);
    enum ims_err err;

    while (!(err = db_row(db, q, why))) {
        if (is_hidden(db, db_int(q, 2)) ||
            !identity_wildcard_matches(db_peek(q, 1), impu))
            continue;
        *id = db_int(q, 0);
        db_done(q);
        return IMS_OK;
    }
    if (err == IMS_NOT_FOUND)
        return why_set(why, err, "no public identity %.*s", SLICE_ARG(impu));
    return err;
}

enum ims_err store_find_public(struct store *s, struct arena *a,
                               struct slice impu, struct store_public *out,
                               struct why *why)
{
    struct store_db *db = &s->reader;
    sqlite3_stmt *q = db_bind(db, SQL_PUBLIC_BY_NAME, "t", impu);
    enum ims_err err = db_row(db, q, why);
    int64_t id = 0;

    if (!err)
        err = public_of_one(db, a, q, out, why);
    if (err != IMS_NOT_FOUND)
        return err;
    err = find_wildcard(db, impu, &id, why);
    if (err)
        return err;
    q = db_bind(db, SQL_PUBLIC_BY_ID, "i", id);
    err = db_row(db, q, why);
    return err ? err : public_of_one(db, a, q, out, why);
}

enum ims_err store_set(struct store *s, struct arena *a, int64_t set,
                       struct store_public *out, struct why *why)
{
    struct store_db *db = &s->reader;
    sqlite3_stmt *q = db_bind(db, SQL_PUBLIC_OF_SET, "i", set);
    enum ims_err err = db_row(db, q, why);

    return err ? err : public_of_one(db, a, q, out, why);
}

enum ims_err store_find_private(struct store *s, struct slice impi,
                                struct store_private *out, struct why *why)
{
    sqlite3_stmt *q = db_bind(&s->reader, SQL_PRIVATE_BY_NAME, "t", impi);
    enum ims_err err = db_row(&s->reader, q, why);

    if (!err && is_hidden(&s->reader, db_int(q, 1))) {
        db_done(q);
        err = IMS_NOT_FOUND;
    }
    if (err == IMS_NOT_FOUND)
        return why_set(why, err, "no private identity %.*s", SLICE_ARG(impi));
    if (err)
        return err;
    out->id = db_int(q, 0);
    out->sub = db_int(q, 1);
    out->algorithm = algorithm_of_number((unsigned)db_int(q, 2));
    db_done(q);
    return IMS_OK;
}

enum ims_err store_pairs_of_set(struct store *s, struct arena *a, int64_t set,
                                struct store_pairs *out, struct why *why)
{
    struct store_db *db = &s->reader;
    sqlite3_stmt *q = db_bind(db, SQL_PAIRS_OF_SET, "i", set);
    struct db_rows r = {.size = sizeof(struct store_pair)};
    struct store_pair *pair;
    enum ims_err err;

    while (!(err = db_row(db, q, why))) {
        pair = db_rows_add(db, a, &r);
        if (!pair)
            continue;
        pair->impi = db_int(q, 0);
        pair->name = db_text(db, q, 1, a);
        pair->registered = db_int(q, 2) != 0;
    }
    err = db_read_end(db, err == IMS_NOT_FOUND ? IMS_OK : err, why);
    if (!err)
        *out = (struct store_pairs){r.p, r.n};
    return err;
}

static enum ims_err read_ids(struct store_db *db, sqlite3_stmt *q,
                             struct arena *a, struct store_ids *out,
                             struct why *why)
{
    struct db_rows r = {.size = sizeof(int64_t)};
    enum ims_err err;
    int64_t *id;

    while (!(err = db_row(db, q, why))) {
        id = db_rows_add(db, a, &r);
        if (id)
            *id = db_int(q, 0);
    }
    err = db_read_end(db, err == IMS_NOT_FOUND ? IMS_OK : err, why);
    if (!err)
        *out = (struct store_ids){r.p, r.n};
    return err;
}

enum ims_err store_sets_of_private(struct store *s, struct arena *a,
                                   int64_t impi, struct store_ids *out,
                                   struct why *why)
{
    return read_ids(&s->reader,
                    db_bind(&s->reader, SQL_SETS_OF_PRIVATE, "i", impi), a, out,
                    why);
}

/* A page may begin in front of the hidden ones, or behind them. */
static enum ims_err list_ids(struct store *s, enum sql sql, struct arena *a,
                             int64_t after, size_t max, struct store_ids *out,
                             struct why *why)
{
    struct store_db *db = &s->reader;
    struct db_rows r = {.size = sizeof(int64_t)};
    enum ims_err err = IMS_OK;
    int64_t *id;

    while (!err && r.n < max) {
        sqlite3_stmt *q = db_bind(db, sql, "ii", after, (int64_t)(max - r.n));
        bool jump = false;

        while (!jump && !(err = db_row(db, q, why))) {
            jump = is_hidden(db, db_int(q, 0));
            id = jump ? NULL : db_rows_add(db, a, &r);
            if (id)
                *id = db_int(q, 0);
        }
        if (jump)
            db_done(q);
        after = db->hidden.last;
    }
    err = db_read_end(db, err == IMS_NOT_FOUND ? IMS_OK : err, why);
    if (!err)
        *out = (struct store_ids){r.p, r.n};
    return err;
}

enum ims_err store_list(struct store *s, struct arena *a, int64_t after,
                        size_t max, struct store_ids *out, struct why *why)
{
    return list_ids(s, SQL_SUBSCRIPTIONS, a, after, max, out, why);
}

enum ims_err store_list_served(struct store *s, struct arena *a, int64_t after,
                               size_t max, struct store_ids *out,
                               struct why *why)
{
    return list_ids(s, SQL_SUBSCRIPTIONS_SERVED, a, after, max, out, why);
}

enum ims_err store_find(struct store *s, struct slice identity, int64_t *id,
                        struct why *why)
{
    sqlite3_stmt *q =
        db_bind(&s->reader, SQL_SUBSCRIPTION_OF, "tt", identity, identity);
    enum ims_err err = db_row(&s->reader, q, why);
    int64_t found;

    if (err == IMS_NOT_FOUND)
        return why_set(why, err, "no subscriber has the identity %.*s",
                       SLICE_ARG(identity));
    if (err)
        return err;
    found = db_int(q, 0);
    db_done(q);
    if (is_hidden(&s->reader, found))
        return why_set(why, IMS_NOT_FOUND, "%.*s is being imported or deleted",
                       SLICE_ARG(identity));
    *id = found;
    return IMS_OK;
}

enum ims_err store_scscf_of_subscription(struct store *s, struct arena *a,
                                         int64_t sub, struct slice *out,
                                         struct why *why)
{
    struct store_db *db = &s->reader;
    sqlite3_stmt *q = db_bind(db, SQL_SCSCF_OF_SUBSCRIPTION, "i", sub);
    enum ims_err err = db_row(db, q, why);
    struct slice found = S("");

    if (err && err != IMS_NOT_FOUND)
        return err;
    if (!err)
        found = db_text(db, q, 0, a);
    db_done(q);
    err = db_read_end(db, IMS_OK, why);
    if (!err)
        *out = found;
    return err;
}

enum ims_err store_serves_unregistered(struct store *s, int64_t set, bool *out,
                                       struct why *why)
{
    sqlite3_stmt *q = db_bind(&s->reader, SQL_SERVES_UNREGISTERED, "i", set);
    enum ims_err err = db_row(&s->reader, q, why);

    if (err)
        return err;
    *out = db_int(q, 0) != 0;
    db_done(q);
    return IMS_OK;
}

enum ims_err store_count(struct store *s, uint64_t *subscriptions,
                         uint64_t *registered, struct why *why)
{
    const struct store_hidden *hidden = &s->reader.hidden;
    sqlite3_stmt *q =
        db_bind(&s->reader, SQL_COUNTS, "ii", hidden->first, hidden->last);
    enum ims_err err = db_row(&s->reader, q, why);

    if (err)
        return err;
    *subscriptions = (uint64_t)db_int(q, 0);
    *registered = (uint64_t)db_int(q, 1);
    db_done(q);
    return IMS_OK;
}

/* ---- restoration information, TS 23.380 section 4 ------------------------ */

static const struct cx_subscription *
subscription_of_row(struct store_db *db, sqlite3_stmt *q, struct arena *a)
{
    struct cx_subscription *sub;

    if (db_is_null(q, 6))
        return NULL;
    sub = db_alloc(db, a, sizeof(*sub));
    if (!sub)
        return NULL;
    sub->call_id = db_text(db, q, 6, a);
    sub->from = db_text(db, q, 7, a);
    sub->to = db_text(db, q, 8, a);
    sub->record_route = db_text(db, q, 9, a);
    sub->contact = db_text(db, q, 10, a);
    return sub;
}

static struct slice text_or_absent(struct slice s)
{
    return s.n ? s : (struct slice){0};
}

static void restoration_of_row(struct store_db *db, sqlite3_stmt *q,
                               struct arena *a, struct cx_restoration *out)
{
    out->path = db_text(db, q, 2, a);
    out->contact = db_text(db, q, 3, a);
    out->initial_cseq = (uint32_t)db_int(q, 4);
    out->call_id = text_or_absent(db_text(db, q, 5, a));
    out->subscription = subscription_of_row(db, q, a);
}

/* Rows come by private identity: each begins a group. */
enum ims_err store_restorations(struct store *s, struct arena *a, int64_t set,
                                struct cx_scscf_restorations *out,
                                struct why *why)
{
    struct store_db *db = &s->reader;
    sqlite3_stmt *q = db_bind(db, SQL_RESTORATIONS, "i", set);
    struct db_rows groups = {.size = sizeof(struct cx_scscf_restoration)};
    struct db_rows contacts = {.size = sizeof(struct cx_restoration)};
    struct cx_scscf_restoration *group = NULL;
    struct cx_restoration *contact;
    int64_t impi = 0;
    enum ims_err err;

    while (!(err = db_row(db, q, why))) {
        if (!group || db_int(q, 0) != impi) {
            impi = db_int(q, 0);
            group = db_rows_add(db, a, &groups);
            if (!group)
                continue;
            group->impi = db_text(db, q, 1, a);
            group->scheme = text_or_absent(db_text(db, q, 11, a));
            contacts = (struct db_rows){.size = contacts.size};
        }
        contact = db_rows_add(db, a, &contacts);
        if (contact)
            restoration_of_row(db, q, a, contact);
        group->v = contacts.p;
        group->count = contacts.n;
    }
    err = db_read_end(db, err == IMS_NOT_FOUND ? IMS_OK : err, why);
    if (!err)
        *out = (struct cx_scscf_restorations){groups.p, groups.n};
    return err;
}
