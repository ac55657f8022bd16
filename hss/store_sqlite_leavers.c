/* SPDX-License-Identifier: MIT
 *
 * Who was served when he was deleted.
 */
#include "hss/store_sqlite.h"

enum ims_err leaver_note(struct store_db *w, int64_t sub, int64_t *n,
                         struct why *why)
{
    enum ims_err err = db_run(w, db_bind(w, SQL_LEAVER_INSERT, "i", sub), why);

    if (!err && n)
        *n = sqlite3_last_insert_rowid(w->db);
    else
        w->pending.has_leavers = w->pending.has_leavers || !err;
    return err;
}

static enum ims_err parse(struct arena *a, struct slice data, struct slice live,
                          int64_t sub, struct record *r)
{
    enum ims_err err = record_parse(a, data, r, NULL);

    if (err)
        return err;
    r->s.id = sub;
    return record_parse_live(a, live, r, NULL);
}

enum ims_err store_leaver_next(struct store *s, struct arena *a, int64_t after,
                               struct store_leaver *out, struct why *why)
{
    struct store_db *db = &s->reader;
    sqlite3_stmt *q = db_bind(db, SQL_LEAVER_NEXT, "i", after);
    enum ims_err err = db_row(db, q, why);
    struct slice data, live;
    struct record r;
    int64_t n, sub;

    if (err)
        return err;
    n = db_int(q, 0);
    sub = db_int(q, 1);
    data = db_text(db, q, 2, a);
    live = db_text(db, q, 3, a);
    db_done(q);
    err = db_read_end(db, IMS_OK, why);
    *out = (struct store_leaver){.n = n};
    if (err || parse(a, data, live, sub, &r))
        return why_set(why, IMS_MALFORMED,
                       "what the store kept of subscriber %lld cannot be read",
                       (long long)sub);
    out->sub = r.s;
    return IMS_OK;
}

/* ---- one less ----------------------------------------------------------- */

struct told_job {
    struct store_job job;
    int64_t n;
};

static enum ims_err told_run(struct store_db *w, struct store_job *job,
                             struct why *why)
{
    const struct told_job *j = container_of(job, struct told_job, job);

    return db_run(w, db_bind(w, SQL_LEAVER_DELETE, "i", j->n), why);
}

static void told_release(struct store_job *job)
{
    free(container_of(job, struct told_job, job));
}

void store_leaver_told(struct store *s, int64_t n, store_fn *done, void *ctx)
{
    struct told_job *j = mem_zalloc(sizeof(*j));

    j->n = n;
    j->job = (struct store_job){.single = true,
                                .run = told_run,
                                .release = told_release,
                                .done = done,
                                .ctx = ctx};
    store_submit(s, &j->job);
}

void store_on_leavers(struct store *s, void (*fn)(void *ctx), void *ctx)
{
    s->on_leavers = fn;
    s->leavers_ctx = ctx;
}
