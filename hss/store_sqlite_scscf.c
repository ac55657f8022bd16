/* SPDX-License-Identifier: MIT
 *
 * Where S-CSCFs are reached over Diameter.
 */
#include "hss/store_sqlite.h"

enum ims_err store_find_scscf(struct store *s, struct arena *a,
                              struct slice name, struct store_scscf *out,
                              struct why *why)
{
    struct store_db *db = &s->reader;
    sqlite3_stmt *q = db_bind(db, SQL_SCSCF_FIND, "t", name);
    enum ims_err err = db_row(db, q, why);
    struct store_scscf found;

    if (err)
        return err;
    found.host = db_text(db, q, 0, a);
    found.realm = db_text(db, q, 1, a);
    db_done(q);
    err = db_read_end(db, IMS_OK, why);
    if (!err)
        *out = found;
    return err;
}

struct scscf_job {
    struct store_job job;
    struct arena arena;
    struct slice name;
    struct store_scscf where;
};

static enum ims_err scscf_run(struct store_db *w, struct store_job *job,
                              struct why *why)
{
    struct scscf_job *j = container_of(job, struct scscf_job, job);

    return db_run(w,
                  db_bind(w, SQL_SCSCF_PUT, "ttt", j->name, j->where.host,
                          j->where.realm),
                  why);
}

static void scscf_release(struct store_job *job)
{
    struct scscf_job *j = container_of(job, struct scscf_job, job);

    arena_fini(&j->arena);
    free(j);
}

void store_scscf(struct store *s, struct slice name,
                 const struct store_scscf *where, store_fn *done, void *ctx)
{
    struct scscf_job *j = mem_zalloc(sizeof(*j));

    j->job = (struct store_job){
        .run = scscf_run, .release = scscf_release, .done = done, .ctx = ctx};
    /* bounded by the Diameter message that the texts came in */
    arena_init(&j->arena, 256, SIZE_MAX);
    j->name = slice_keep(&j->arena, name);
    j->where.host = slice_keep(&j->arena, where->host);
    j->where.realm = slice_keep(&j->arena, where->realm);
    store_submit(s, &j->job);
}
