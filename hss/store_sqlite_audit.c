/* SPDX-License-Identifier: MIT
 *
 * The audit list: who changed what, and what it was before.
 */
#include "hss/store_sqlite.h"

const char *audit_action_name(enum audit_action a)
{
    switch (a) {
    case AUDIT_CREATE: return "create";
    case AUDIT_CHANGE: return "change";
    case AUDIT_DELETE: return "delete";
    case AUDIT_IMPORT: return "import";
    case AUDIT_RANGE: return "range";
    case AUDIT_SQN: return "sqn";
    case AUDIT_SECRETS: return "secrets";
    case AUDIT_UNDO: return "undo";
    case AUDIT_RESET: return "reset";
    case AUDIT_CATALOGUE: return "catalogue";
    case AUDIT_DEREGISTER: return "deregister";
    case AUDIT_PUSH: return "push";
    }
    return "?";
}

/* ---- writing ------------------------------------------------------------ */

enum ims_err audit_insert(struct store_db *w, const struct store_audit *a,
                          int64_t *n, struct why *why)
{
    enum ims_err err =
        db_run(w,
               db_bind(w, SQL_AUDIT_INSERT, "ititiiiiTTTi", a->at_us, a->who,
                       (int64_t)a->action, a->what, a->sub, a->last, a->was,
                       a->now, a->before, a->after, a->undo, a->undoes),
               why);

    if (err)
        return err;
    *n = sqlite3_last_insert_rowid(w->db);
    if (a->undoes)
        err = db_run(w, db_bind(w, SQL_AUDIT_UNDONE, "ii", *n, a->undoes), why);
    if (!err && a->undoes)
        err = db_run(w, db_bind(w, SQL_AUDIT_REDONE, "i", a->undoes), why);
    if (!err && *n > STORE_AUDIT_MAX)
        err = db_run(w, db_bind(w, SQL_AUDIT_BOUND, "i", *n - STORE_AUDIT_MAX),
                     why);
    return err;
}

struct note_job {
    struct store_job job;
    struct arena arena;
    struct store_audit audit;
};

static enum ims_err note_run(struct store_db *w, struct store_job *job,
                             struct why *why)
{
    int64_t n;

    return audit_insert(w, &container_of(job, struct note_job, job)->audit, &n,
                        why);
}

static void note_release(struct store_job *job)
{
    struct note_job *j = container_of(job, struct note_job, job);

    arena_fini(&j->arena);
    free(j);
}

void store_note(struct store *s, const struct store_audit *a, store_fn *done,
                void *ctx)
{
    struct note_job *j = mem_zalloc(sizeof(*j));

    j->job = (struct store_job){
        .run = note_run, .release = note_release, .done = done, .ctx = ctx};
    arena_init(&j->arena, 0, SIZE_MAX); /* bounded by what it is told */
    j->audit = *a;
    j->audit.at_us = s->net->clock->wall_us;
    j->audit.who = slice_keep(&j->arena, a->who);
    j->audit.what = slice_keep(&j->arena, a->what);
    j->audit.before = slice_keep(&j->arena, a->before);
    j->audit.after = slice_keep(&j->arena, a->after);
    j->audit.undo = slice_keep(&j->arena, a->undo);
    store_submit(s, &j->job);
}

/* ---- reading ------------------------------------------------------------ */

static void audit_of_row(struct store_db *db, sqlite3_stmt *q, struct arena *a,
                         struct store_audit *out)
{
    out->n = db_int(q, 0);
    out->at_us = db_int(q, 1);
    out->who = db_text(db, q, 2, a);
    out->action = (enum audit_action)db_int(q, 3);
    out->what = db_text(db, q, 4, a);
    out->sub = db_int(q, 5);
    out->last = db_int(q, 6);
    out->was = db_int(q, 7);
    out->now = db_int(q, 8);
    out->before = db_text(db, q, 9, a);
    out->after = db_text(db, q, 10, a);
    out->undo = db_text(db, q, 11, a);
    out->undoes = db_int(q, 12);
    out->undone_by = db_int(q, 13);
}

enum ims_err audit_read(struct store_db *db, struct arena *a, int64_t n,
                        struct store_audit *out, struct why *why)
{
    sqlite3_stmt *q = db_bind(db, SQL_AUDIT_READ, "i", n);
    enum ims_err err = db_row(db, q, why);
    struct store_audit found;

    if (err == IMS_NOT_FOUND)
        return why_set(why, err, "the audit list has no entry %lld",
                       (long long)n);
    if (err)
        return err;
    audit_of_row(db, q, a, &found);
    db_done(q);
    err = db_read_end(db, IMS_OK, why);
    if (!err)
        *out = found;
    return err;
}

enum ims_err store_audit(struct store *s, struct arena *a, int64_t n,
                         struct store_audit *out, struct why *why)
{
    return audit_read(&s->reader, a, n, out, why);
}

enum ims_err store_audit_list(struct store *s, struct arena *a, int64_t before,
                              size_t max, struct store_audits *out,
                              struct why *why)
{
    struct store_db *db = &s->reader;
    sqlite3_stmt *q = db_bind(db, SQL_AUDIT_LIST, "iii", before,
                              db->hidden.pending, (int64_t)max);
    struct db_rows r = {.size = sizeof(struct store_audit)};
    enum ims_err err;

    while (!(err = db_row(db, q, why))) {
        struct store_audit *entry = db_rows_add(db, a, &r);

        if (entry)
            audit_of_row(db, q, a, entry);
    }
    err = db_read_end(db, err == IMS_NOT_FOUND ? IMS_OK : err, why);
    if (!err)
        *out = (struct store_audits){r.p, r.n};
    return err;
}

/* ---- may it be undone? -------------------------------------------------- */

static enum ims_err reset_since(struct store_db *db, int64_t n, struct why *why)
{
    sqlite3_stmt *q =
        db_bind(db, SQL_AUDIT_LAST_RESET, "i", (int64_t)AUDIT_RESET);
    enum ims_err err = db_row(db, q, why);
    int64_t last;

    if (err)
        return err;
    last = db_int(q, 0);
    db_done(q);
    if (last > n)
        return why_set(why, IMS_CONFLICT,
                       "the network was reset since (entry %lld)",
                       (long long)last);
    return IMS_OK;
}

/* Is the subscription as the entry left it? */
static enum ims_err as_left(struct store_db *db, int64_t sub, int64_t now,
                            struct why *why)
{
    sqlite3_stmt *q = db_bind(db, SQL_RECORD_READ, "i", sub);
    enum ims_err err = db_row(db, q, why);
    int64_t version = err ? 0 : db_int(q, 0);

    if (!err)
        db_done(q);
    if (err && err != IMS_NOT_FOUND)
        return err;
    if (err)
        return now == 0 ? IMS_OK
                        : why_set(why, IMS_CONFLICT,
                                  "the subscriber was deleted since; undo that "
                                  "first");
    if (now == 0)
        return why_set(why, IMS_CONFLICT,
                       "subscriber %lld is there again since entry %lld",
                       (long long)sub, (long long)version);
    if (version != now)
        return why_set(why, IMS_CONFLICT,
                       "the subscriber was changed since; undo entry %lld "
                       "first",
                       (long long)version);
    return IMS_OK;
}

static enum ims_err range_unchanged(struct store_db *db,
                                    const struct store_audit *a,
                                    struct why *why)
{
    sqlite3_stmt *q = db_bind(db, SQL_AUDIT_CHANGES, "i", a->n);
    enum ims_err err = db_row(db, q, why);
    int64_t n;

    if (err)
        return err;
    n = db_int(q, 0);
    db_done(q);
    if (n == 0)
        return IMS_OK;
    return why_set(why, IMS_CONFLICT,
                   "%lld of its subscribers were changed or deleted since; "
                   "undo that first",
                   (long long)n);
}

enum ims_err audit_can_undo(struct store_db *db, const struct store_audit *a,
                            struct why *why)
{
    enum ims_err err;

    if (a->undone_by)
        return why_set(why, IMS_CONFLICT, "it was undone by entry %lld",
                       (long long)a->undone_by);
    err = reset_since(db, a->n, why);
    if (err)
        return err;
    switch (a->action) {
    case AUDIT_IMPORT:
    case AUDIT_RANGE: return range_unchanged(db, a, why);
    case AUDIT_CATALOGUE: return IMS_OK; /* what it is now tells */
    case AUDIT_CREATE:
    case AUDIT_CHANGE:
    case AUDIT_DELETE:
    case AUDIT_UNDO:
        if (a->sub && !a->last)
            return as_left(db, a->sub, a->now, why);
        break;
    case AUDIT_SQN:
        return why_set(why, IMS_CONFLICT,
                       "a card has seen sequence numbers since: set the number "
                       "that is wanted");
    case AUDIT_SECRETS:
        return why_set(why, IMS_CONFLICT,
                       "nothing was changed: secrets were read");
    case AUDIT_DEREGISTER:
    case AUDIT_PUSH:
        return why_set(why, IMS_CONFLICT,
                       "S-CSCFs have been told, and phones register again "
                       "themselves");
    case AUDIT_RESET: break;
    }
    return why_set(why, IMS_CONFLICT,
                   "an entry of this kind (%s) cannot be undone",
                   audit_action_name(a->action));
}

enum ims_err store_can_undo(struct store *s, const struct store_audit *a,
                            struct why *why)
{
    return audit_can_undo(&s->reader, a, why);
}
