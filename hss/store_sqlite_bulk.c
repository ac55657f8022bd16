/* SPDX-License-Identifier: MIT
 *
 * Many subscriptions at once, in pieces between which other writes are
 * committed. One such work is under way at a time:
 *
 *   import   (store_sqlite_import.c)
 *            begin: a range of ids is hidden -> piece ... piece -> end: shown
 *                                          any error -> clean -> told
 *   remove   begin: the range is hidden -> told -> clean
 *   reset    everything at once
 *   clean    piece ... piece -> the range is gone
 *
 * The hidden range is in the database, so that what a crash left is cleaned
 * when the store is opened again; both connections know it.
 */
#include "hss/store_sqlite_bulk.h"

/* ---- steps -------------------------------------------------------------- */

struct step {
    struct store_job job;
    struct bulk *b;
    bulk_run_fn *run;
    bulk_then_fn *then;
};

static enum ims_err step_run(struct store_db *w, struct store_job *job,
                             struct why *why)
{
    struct step *s = container_of(job, struct step, job);

    job->discard = s->b->dry_run;
    return s->run(w, s->b, why);
}

static void step_done(void *ctx, enum ims_err err, const struct why *why)
{
    struct step *s = ctx;
    struct store *store = s->b->s;

    if (err) /* what it hid or showed is undone with it */
        store->writer.hidden = store->reader.hidden;
    s->then(s->b, err, why);
}

static void step_release(struct store_job *job)
{
    free(container_of(job, struct step, job));
}

static struct step *step_new(struct bulk *b, bulk_run_fn *run,
                             bulk_then_fn *then)
{
    struct step *s = mem_zalloc(sizeof(*s));

    s->job = (struct store_job){.patient = true,
                                .run = step_run,
                                .release = step_release,
                                .done = step_done,
                                .ctx = s};
    s->b = b;
    s->run = run;
    s->then = then;
    return s;
}

void bulk_step(struct bulk *b, bulk_run_fn *run, bulk_then_fn *then)
{
    store_submit(b->s, &step_new(b, run, then)->job);
}

/* ---- life --------------------------------------------------------------- */

struct bulk *bulk_new(struct store *s, void (*start)(struct bulk *b),
                      store_fn *done, void *ctx)
{
    struct bulk *b = mem_zalloc(sizeof(*b));

    b->s = s;
    b->start = start;
    b->done = done;
    b->ctx = ctx;
    b->entry.at_us = s->net->clock->wall_us;
    arena_init(&b->arena, 0, SIZE_MAX); /* who and what */
    return b;
}

/* Of what is hidden when nothing is going on, because it could not be cleaned:
 * it would be seen behind the next one. Goes first. */
static struct bulk *leftovers_new(struct store *s)
{
    struct bulk *b = bulk_new(s, bulk_clean, NULL, NULL);

    b->range = s->reader.hidden;
    b->audit = b->range.pending;
    b->pending = b->audit != 0;
    list_prepend(&s->bulks, &b->node);
    return b;
}

static struct bulk *first_of(struct store *s)
{
    return container_of(s->bulks.next, struct bulk, node);
}

static void start_first(struct store *s)
{
    struct bulk *b = first_of(s);

    if (s->reader.hidden.last && !b->sweeps)
        b = leftovers_new(s);
    b->start(b);
}

void bulk_enqueue(struct bulk *b)
{
    bool first = list_is_empty(&b->s->bulks);

    list_append(&b->s->bulks, &b->node);
    if (first)
        start_first(b->s);
}

static void bulk_free(struct bulk *b)
{
    list_remove(&b->node);
    arena_fini(&b->arena);
    free(b);
}

void bulk_free_all(struct store *s)
{
    LIST_EACH (it, &s->bulks) {
        bulk_free(container_of(it, struct bulk, node));
    }
}

static void tell(struct bulk *b)
{
    store_fn *done = b->done;

    b->done = NULL;
    if (done)
        done(b->ctx, b->err, &b->why);
}

void bulk_fail(struct bulk *b, enum ims_err err, const struct why *why)
{
    b->err = why_set(&b->why, err, "%s", why->text);
}

/* One must wait until what is left can be cleaned. */
static void refuse_behind(struct bulk *b, const struct bulk *leftovers)
{
    b->err = why_set(&b->why, leftovers->err,
                     "what an import or an undoing left cannot be deleted: %s",
                     leftovers->why.text);
    tell(b);
    bulk_free(b);
}

void bulk_finish(struct bulk *b)
{
    struct store *s = b->s;
    bool stuck = b->start == bulk_clean && b->err;

    tell(b);
    list_remove(&b->node);
    if (stuck && !list_is_empty(&s->bulks) && !first_of(s)->sweeps)
        refuse_behind(first_of(s), b);
    bulk_free(b);
    if (!list_is_empty(&s->bulks))
        start_first(s);
}

/* ---- hiding ------------------------------------------------------------- */

enum ims_err bulk_hide(struct store_db *w, struct bulk *b, struct why *why)
{
    w->hidden = b->range;
    return db_run(w,
                  db_bind(w, SQL_HIDDEN_INSERT, "iii", b->range.first,
                          b->range.last, b->range.pending),
                  why);
}

enum ims_err bulk_show(struct store_db *w, struct why *why)
{
    enum ims_err err = db_run(w, db_bind(w, SQL_BROUGHT_DELETE, ""), why);

    w->hidden = (struct store_hidden){0};
    return err ? err : db_run(w, db_bind(w, SQL_HIDDEN_DELETE, ""), why);
}

/* ---- cleaning ----------------------------------------------------------- */

static enum ims_err delete_one(struct store_db *w, int64_t id, struct why *why)
{
    struct record r;
    struct arena a;
    enum ims_err err;

    arena_init(&a, 2048, SIZE_MAX); /* bounded by the rows */
    err = subscriber_read(w, &a, id, &r, why);
    if (!err && record_is_served(&r))
        err = leaver_note(w, id, NULL, why);
    if (!err)
        err = subscriber_delete(w, &r, why);
    arena_fini(&a);
    return err;
}

/* At most `most` of the range; *n: so many there were. */
static enum ims_err delete_some(struct store_db *w, const struct bulk *b,
                                size_t most, size_t *n, struct why *why)
{
    sqlite3_stmt *q =
        db_bind(w, SQL_SUBSCRIBERS, "ii", b->range.first - 1, (int64_t)most);
    int64_t ids[BULK_PIECE];
    enum ims_err err;

    *n = 0;
    while (!(err = db_row(w, q, why)) && db_int(q, 0) <= b->range.last)
        ids[(*n)++] = db_int(q, 0);
    if (!err)
        db_done(q);
    if (err && err != IMS_NOT_FOUND)
        return err;
    err = IMS_OK;
    for (size_t i = 0; i < *n && !err; i++)
        err = delete_one(w, ids[i], why);
    return err;
}

static enum ims_err clean_piece(struct store_db *w, struct bulk *b,
                                struct why *why)
{
    size_t n;
    enum ims_err err = delete_some(w, b, BULK_PIECE, &n, why);

    w->hidden = b->range;
    if (!err && n)
        return IMS_OK;
    b->over = true;
    if (!err && b->pending)
        err = db_run(w, db_bind(w, SQL_AUDIT_FORGET, "i", b->audit), why);
    if (!err)
        err = catalogue_forget(w, why);
    return err ? err : bulk_show(w, why);
}

/* What cannot be cleaned now stays hidden until the next import, undoing or
 * reset, or until the store is opened again. */
static void on_cleaned(struct bulk *b, enum ims_err err, const struct why *why)
{
    if (!err && !b->over) {
        bulk_step(b, clean_piece, on_cleaned);
        return;
    }
    if (!err)
        b->s->reader.hidden = (struct store_hidden){0};
    else if (!b->err)
        bulk_fail(b, err, why);
    cache_clear(b->s);
    bulk_finish(b);
}

void bulk_clean(struct bulk *b)
{
    b->over = false;
    bulk_step(b, clean_piece, on_cleaned);
}

enum ims_err bulk_recover(struct store *s, struct why *why)
{
    sqlite3_stmt *q = db_bind(&s->writer, SQL_HIDDEN, "");
    enum ims_err err = db_row(&s->writer, q, why);

    if (err)
        return err == IMS_NOT_FOUND ? IMS_OK : err;
    s->reader.hidden = s->writer.hidden =
        (struct store_hidden){db_int(q, 0), db_int(q, 1), db_int(q, 2)};
    db_done(q);
    bulk_clean(leftovers_new(s));
    return IMS_OK;
}

/* ---- removing ----------------------------------------------------------- */

static enum ims_err remove_begin(struct store_db *w, struct bulk *b,
                                 struct why *why)
{
    struct store_audit undone = {0};
    size_t n;
    enum ims_err err = audit_read(w, &b->arena, b->entry.undoes, &undone, why);

    if (!err)
        err = audit_can_undo(w, &undone, why);
    if (!err)
        err = audit_insert(w, &b->entry, &b->audit, why);
    if (!err)
        err = db_run(w,
                     db_bind(w, SQL_TOTAL_ADD, "ii",
                             b->range.first - b->range.last - 1, b->range.last),
                     why);
    if (err || b->dry_run)
        return err;
    if (b->range.last - b->range.first >= BULK_PIECE)
        return bulk_hide(w, b, why);
    b->over = true;
    return delete_some(w, b, BULK_PIECE, &n, why);
}

static void on_removed(struct bulk *b, enum ims_err err, const struct why *why)
{
    cache_clear(b->s);
    if (err)
        bulk_fail(b, err, why);
    if (err || b->over || b->dry_run) {
        bulk_finish(b);
        return;
    }
    b->s->reader.hidden = b->range;
    tell(b);
    bulk_clean(b);
}

static void remove_start(struct bulk *b)
{
    bulk_step(b, remove_begin, on_removed);
}

void store_remove(struct store *s, const struct store_audit *undone,
                  struct slice who, bool dry_run, store_fn *done, void *ctx)
{
    struct bulk *b = bulk_new(s, remove_start, done, ctx);

    b->dry_run = dry_run;
    b->range = (struct store_hidden){undone->sub, undone->last, 0};
    b->entry.action = AUDIT_UNDO;
    b->entry.who = slice_keep(&b->arena, who);
    b->entry.what = slice_keep(&b->arena, undone->what);
    b->entry.undoes = undone->n;
    b->entry.sub = undone->sub;
    b->entry.last = undone->last;
    bulk_enqueue(b);
}

/* ---- reset -------------------------------------------------------------- */

static enum ims_err reset_run(struct store_db *w, struct bulk *b,
                              struct why *why)
{
    enum ims_err err = audit_insert(w, &b->entry, &b->audit, why);

    if (!err)
        err = sweep_begin(w, b->audit, why);
    if (!err && w->hidden.pending)
        err = db_run(w, db_bind(w, SQL_AUDIT_FORGET, "i", w->hidden.pending),
                     why);
    if (!err)
        err = bulk_show(w, why);
    if (err)
        return err;
    return db_script(
        w,
        "DELETE FROM wildcard; DELETE FROM spt_group; DELETE FROM spt;"
        "DELETE FROM ifc; DELETE FROM profile_shared;"
        "DELETE FROM profile_service; DELETE FROM profile;"
        "DELETE FROM shared_ifc_set; DELETE FROM charging;"
        "UPDATE total SET subscribers = 0;",
        why);
}

static void on_reset(struct bulk *b, enum ims_err err, const struct why *why)
{
    cache_clear(b->s);
    if (!err) {
        b->s->registered = 0;
        b->s->reader.hidden = (struct store_hidden){0};
        sweep_go_on(b->s);
    }
    if (err)
        bulk_fail(b, err, why);
    bulk_finish(b);
}

static void reset_start(struct bulk *b)
{
    bulk_step(b, reset_run, on_reset);
}

void store_reset(struct store *s, struct slice who, store_fn *done, void *ctx)
{
    struct bulk *b = bulk_new(s, reset_start, done, ctx);

    b->sweeps = true;
    b->entry.action = AUDIT_RESET;
    b->entry.who = slice_keep(&b->arena, who);
    b->entry.what = S("to the topology's start");
    bulk_enqueue(b);
}
