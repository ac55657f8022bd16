/* SPDX-License-Identifier: MIT
 *
 * Writes of provisioning: one subscriber, or an import.
 */
#include "hss/store_sqlite.h"

/* Ahead of a change of one subscriber. */
static enum ims_err must_exist(struct store_db *w, int64_t id, struct why *why)
{
    sqlite3_stmt *q = db_bind(w, SQL_SUBSCRIPTION_READ, "i", id);
    enum ims_err err = db_row(w, q, why);

    if (err == IMS_NOT_FOUND)
        return why_set(why, err, "there is no such subscriber any more");
    if (!err)
        db_done(q);
    return err;
}

/* ---- one subscriber ----------------------------------------------------- */

struct subscriber_job {
    struct store_job job;
    struct arena arena;
    const struct subscriber *sub; /* NULL: to be deleted */
    int64_t id, *id_out;
    store_fn *done;
    void *ctx;
};

static enum ims_err subscriber_run(struct store_db *w, struct store_job *job,
                                   struct why *why)
{
    struct subscriber_job *j = container_of(job, struct subscriber_job, job);
    enum ims_err err;

    if (!j->id)
        return subscriber_insert(w, j->sub, &j->id, why);
    err = must_exist(w, j->id, why);
    if (err)
        return err;
    if (j->sub)
        return subscriber_update(w, j->id, j->sub, why);
    return db_run(w, db_bind(w, SQL_SUBSCRIPTION_DELETE, "i", j->id), why);
}

static void subscriber_done(void *ctx, enum ims_err err, const struct why *why)
{
    struct subscriber_job *j = ctx;

    if (!err && j->id_out)
        *j->id_out = j->id;
    if (j->done)
        j->done(j->ctx, err, why);
}

static void subscriber_release(struct store_job *job)
{
    struct subscriber_job *j = container_of(job, struct subscriber_job, job);

    arena_fini(&j->arena);
    free(j);
}

static struct subscriber_job *subscriber_job(int64_t id,
                                             const struct subscriber *sub,
                                             store_fn *done, void *ctx)
{
    struct subscriber_job *j = mem_zalloc(sizeof(*j));

    j->job = (struct store_job){.sub = id,
                                .run = subscriber_run,
                                .release = subscriber_release,
                                .done = subscriber_done,
                                .ctx = j};
    arena_init(&j->arena, sub ? 1024 : 0, SIZE_MAX);
    j->sub = sub ? subscriber_copy(&j->arena, sub) : NULL;
    j->id = id;
    j->done = done;
    j->ctx = ctx;
    return j;
}

void store_create(struct store *s, const struct subscriber *sub, int64_t *id,
                  store_fn *done, void *ctx)
{
    struct subscriber_job *j = subscriber_job(0, sub, done, ctx);

    j->id_out = id;
    store_submit(s, &j->job);
}

void store_update(struct store *s, int64_t id, const struct subscriber *sub,
                  store_fn *done, void *ctx)
{
    store_submit(s, &subscriber_job(id, sub, done, ctx)->job);
}

void store_delete(struct store *s, int64_t id, store_fn *done, void *ctx)
{
    store_submit(s, &subscriber_job(id, NULL, done, ctx)->job);
}

/* ---- import ------------------------------------------------------------- */

struct import_job {
    struct store_job job;
    struct store_import *import;
};

static enum ims_err has_identity(struct store_db *w, struct slice identity,
                                 bool *has, struct why *why)
{
    sqlite3_stmt *q = db_bind(w, SQL_SUBSCRIPTION_OF, "tt", identity, identity);
    enum ims_err err = db_row(w, q, why);

    *has = !err;
    if (err == IMS_NOT_FOUND)
        return IMS_OK;
    if (!err)
        db_done(q);
    return err;
}

static enum ims_err is_known(struct store_db *w, const struct subscriber *s,
                             bool *known, struct why *why)
{
    enum ims_err err = IMS_OK;

    *known = false;
    for (size_t i = 0; i < s->nprivates && !err && !*known; i++)
        err = has_identity(w, s->privates[i].impi, known, why);
    for (size_t i = 0; i < s->nsets && !err && !*known; i++) {
        const struct subscriber_set *set = &s->sets[i];

        for (size_t k = 0; k < set->npublics && !err && !*known; k++)
            err = has_identity(w, set->publics[k].impu, known, why);
    }
    return err;
}

static enum ims_err import_run(struct store_db *w, struct store_job *job,
                               struct why *why)
{
    struct store_import *im = container_of(job, struct import_job, job)->import;
    enum ims_err err = IMS_OK;
    bool known;
    int64_t id;

    im->inserted = im->unchanged = 0;
    if (im->catalogue)
        err = catalogue_insert(w, im->catalogue, why);
    for (size_t i = 0; i < im->nsubscribers && !err; i++) {
        err = is_known(w, &im->subscribers[i], &known, why);
        if (err || known) {
            im->unchanged++;
            continue;
        }
        err = subscriber_insert(w, &im->subscribers[i], &id, why);
        im->inserted++;
    }
    return err;
}

static void import_release(struct store_job *job)
{
    free(container_of(job, struct import_job, job));
}

void store_import(struct store *s, struct store_import *import, store_fn *done,
                  void *ctx)
{
    struct import_job *j = mem_zalloc(sizeof(*j));

    j->job = (struct store_job){
        .run = import_run, .release = import_release, .done = done, .ctx = ctx};
    j->import = import;
    store_submit(s, &j->job);
}
