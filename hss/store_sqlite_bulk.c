/* SPDX-License-Identifier: MIT
 *
 * Many subscriptions at once, in pieces between which other writes are
 * committed. One such work is under way at a time:
 *
 *   import   begin: a range of ids is hidden -> piece ... piece -> end: shown
 *                                          any error -> clean -> told
 *   remove   begin: the range is hidden -> told -> clean
 *   reset    everything at once
 *   clean    piece ... piece -> the range is gone
 *
 * The hidden range is in the database, so that what a crash left is cleaned
 * when the store is opened again; both connections know it.
 */
#include "hss/store_sqlite.h"

enum { PIECE = 32 }; /* subscriptions: some milliseconds of a writer's time */

struct bulk {
    struct list node; /* in store.bulks */
    struct store *s;
    void (*start)(struct bulk *b);
    struct store_import *import; /* the caller's; or NULL */
    struct catalogue before;     /* the import: in the arena */
    struct store_audit entry;    /* to be written; its texts in the arena */
    struct arena arena;
    struct store_hidden range;
    int64_t next;     /* id of the next subscription */
    size_t read;      /* subscriptions so far */
    size_t unchanged; /* of them */
    int64_t audit;
    bool dry_run;
    bool pending; /* clean: the entry was never complete */
    bool over;    /* set by a step: no other one follows */
    bool sweeps;  /* reset: what is hidden goes, too */
    enum ims_err err;
    struct why why;
    store_fn *done;
    void *ctx;
};

static void clean(struct bulk *b);

/* ---- steps -------------------------------------------------------------- */

struct step {
    struct store_job job;
    struct bulk *b;
    enum ims_err (*run)(struct store_db *w, struct bulk *b, struct why *why);
    void (*then)(struct bulk *b, enum ims_err err, const struct why *why);
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

static struct step *
step_new(struct bulk *b,
         enum ims_err (*run)(struct store_db *, struct bulk *, struct why *),
         void (*then)(struct bulk *, enum ims_err, const struct why *))
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

static void
do_step(struct bulk *b,
        enum ims_err (*run)(struct store_db *, struct bulk *, struct why *),
        void (*then)(struct bulk *, enum ims_err, const struct why *))
{
    store_submit(b->s, &step_new(b, run, then)->job);
}

/* ---- life --------------------------------------------------------------- */

static struct bulk *bulk_new(struct store *s, void (*start)(struct bulk *b),
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
    struct bulk *b = bulk_new(s, clean, NULL, NULL);

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

static void enqueue(struct bulk *b)
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

static void fail(struct bulk *b, enum ims_err err, const struct why *why)
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

static void finish(struct bulk *b)
{
    struct store *s = b->s;
    bool stuck = b->start == clean && b->err;

    tell(b);
    list_remove(&b->node);
    if (stuck && !list_is_empty(&s->bulks) && !first_of(s)->sweeps)
        refuse_behind(first_of(s), b);
    bulk_free(b);
    if (!list_is_empty(&s->bulks))
        start_first(s);
}

/* ---- hiding ------------------------------------------------------------- */

static enum ims_err hide(struct store_db *w, struct bulk *b, struct why *why)
{
    w->hidden = b->range;
    return db_run(w,
                  db_bind(w, SQL_HIDDEN_INSERT, "iii", b->range.first,
                          b->range.last, b->range.pending),
                  why);
}

static enum ims_err show(struct store_db *w, struct why *why)
{
    w->hidden = (struct store_hidden){0};
    return db_run(w, db_bind(w, SQL_HIDDEN_DELETE, ""), why);
}

/* ---- import ------------------------------------------------------------- */

static enum ims_err insert_one(struct store_db *w, struct bulk *b,
                               struct subscriber *s, struct why *why)
{
    int64_t id = b->next;
    bool known = false;
    enum ims_err err;

    s->version = (uint64_t)b->audit;
    if (b->import->range) /* one that exists is an error */
        err = subscriber_insert(w, s, &id, why);
    else
        err = subscriber_insert_new(w, s, id, &known, why);
    b->read++;
    b->unchanged += known;
    b->next += !err && !known;
    return err;
}

/* Nothing is left of the piece before, and nothing keeps ids for this one. */
static enum ims_err try_again(struct store_db *w, struct bulk *b,
                              struct why *why)
{
    enum ims_err err = subscriber_next_id(w, &b->next, why);

    if (err || !b->import->catalogue)
        return err;
    return catalogue_insert(w, b->import->catalogue, why);
}

static enum ims_err import_piece(struct store_db *w, struct bulk *b,
                                 struct why *why)
{
    struct store_import *im = b->import;
    enum ims_err err = IMS_OK;
    struct arena a;

    arena_init(&a, 0, SIZE_MAX); /* bounded by a file's subscriber */
    if (b->dry_run)
        err = try_again(w, b, why);
    for (int i = 0; i < PIECE && b->read < im->nsubscribers && !err; i++) {
        struct subscriber s = {0};

        if (im->next)
            err = im->next(im->ctx, &a, &s, why);
        else
            s = im->subscribers[b->read];
        if (!err)
            err = insert_one(w, b, &s, why);
    }
    arena_fini(&a);
    return err;
}

static bool inserted_nobody(const struct bulk *b)
{
    return b->next == b->range.first;
}

static enum ims_err end_entry(struct store_db *w, struct bulk *b,
                              struct why *why)
{
    if (inserted_nobody(b))
        return db_run(w, db_bind(w, SQL_AUDIT_FORGET, "i", b->audit), why);
    return db_run(w, db_bind(w, SQL_AUDIT_LAST, "ii", b->next - 1, b->audit),
                  why);
}

/* What is hidden does not count. */
static enum ims_err count_imported(struct store_db *w, const struct bulk *b,
                                   struct why *why)
{
    return db_run(
        w,
        db_bind(w, SQL_TOTAL_ADD, "ii", b->next - b->range.first, b->next - 1),
        why);
}

static enum ims_err import_end(struct store_db *w, struct bulk *b,
                               struct why *why)
{
    enum ims_err err = end_entry(w, b, why);

    if (!err)
        err = count_imported(w, b, why);
    return err ? err : show(w, why);
}

static enum ims_err begin_entry(struct store_db *w, struct bulk *b,
                                struct why *why)
{
    enum ims_err err = subscriber_next_id(w, &b->next, why);

    b->range.first = b->next;
    b->range.last = b->next + (int64_t)b->import->nsubscribers - 1;
    b->entry.sub = b->range.first;
    b->entry.last = b->range.last;
    return err ? err : audit_insert(w, &b->entry, &b->audit, why);
}

/* A few go in one step, without being hidden. */
static enum ims_err import_begin(struct store_db *w, struct bulk *b,
                                 struct why *why)
{
    enum ims_err err = begin_entry(w, b, why);

    if (!err && b->import->catalogue)
        err = catalogue_read(w, &b->arena, &b->before, why);
    if (!err && b->import->catalogue)
        err = catalogue_insert(w, b->import->catalogue, why);
    if (err || b->dry_run)
        return err;
    if (b->import->nsubscribers > PIECE) {
        b->pending = true;
        b->range.pending = b->audit;
        return hide(w, b, why);
    }
    b->over = true;
    err = import_piece(w, b, why);
    if (!err)
        err = count_imported(w, b, why);
    return err ? err : end_entry(w, b, why);
}

static void report(struct bulk *b)
{
    struct store_import *im = b->import;

    im->done = b->read;
    im->unchanged = b->unchanged;
    im->inserted = b->read - b->unchanged;
}

static void on_import_ended(struct bulk *b, enum ims_err err,
                            const struct why *why)
{
    if (err) {
        fail(b, err, why);
        clean(b);
        return;
    }
    b->s->reader.hidden = (struct store_hidden){0};
    b->import->audit = inserted_nobody(b) ? 0 : b->audit;
    cache_clear(b->s);
    finish(b);
}

static void on_piece(struct bulk *b, enum ims_err err, const struct why *why)
{
    struct why given_up;

    if (!err && b->import->cancelled) {
        err = why_set(&given_up, IMS_CANCELLED, "the import was given up");
        why = &given_up;
    }
    if (err) {
        fail(b, err, why);
        if (b->dry_run)
            finish(b);
        else
            clean(b);
        return;
    }
    report(b);
    if (b->read < b->import->nsubscribers)
        do_step(b, import_piece, on_piece);
    else if (b->dry_run)
        finish(b);
    else
        do_step(b, import_end, on_import_ended);
}

static void on_import_begun(struct bulk *b, enum ims_err err,
                            const struct why *why)
{
    cache_clear(b->s);
    if (err)
        fail(b, err, why);
    else if (b->over)
        report(b);
    if (err || b->over) {
        b->import->audit = err || inserted_nobody(b) ? 0 : b->audit;
        finish(b);
        return;
    }
    if (!b->dry_run)
        b->s->reader.hidden = b->range;
    do_step(b, import_piece, on_piece);
}

static void import_start(struct bulk *b)
{
    do_step(b, import_begin, on_import_begun);
}

void store_import(struct store *s, struct store_import *import, store_fn *done,
                  void *ctx)
{
    struct bulk *b = bulk_new(s, import_start, done, ctx);

    b->import = import;
    b->dry_run = import->dry_run;
    b->entry.who = slice_keep(&b->arena, import->who);
    b->entry.what = slice_keep(&b->arena, import->what);
    b->entry.action = import->range ? AUDIT_RANGE : AUDIT_IMPORT;
    import->done = import->inserted = import->unchanged = 0;
    import->audit = 0;
    enqueue(b);
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
        err = leaver_note(w, id, why);
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
    int64_t ids[PIECE];
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
    enum ims_err err = delete_some(w, b, PIECE, &n, why);

    w->hidden = b->range;
    if (!err && n)
        return IMS_OK;
    b->over = true;
    if (!err && b->pending)
        err = db_run(w, db_bind(w, SQL_AUDIT_FORGET, "i", b->audit), why);
    if (!err && b->import && b->import->catalogue)
        err = catalogue_forget(w, b->import->catalogue, &b->before, why);
    return err ? err : show(w, why);
}

/* What cannot be cleaned now stays hidden until the next import or undoing, or
 * until the store is opened again. */
static void on_cleaned(struct bulk *b, enum ims_err err, const struct why *why)
{
    if (!err && !b->over) {
        do_step(b, clean_piece, on_cleaned);
        return;
    }
    if (!err)
        b->s->reader.hidden = (struct store_hidden){0};
    else if (!b->err)
        fail(b, err, why);
    cache_clear(b->s);
    finish(b);
}

static void clean(struct bulk *b)
{
    b->over = false;
    do_step(b, clean_piece, on_cleaned);
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
    clean(leftovers_new(s));
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
    if (b->range.last - b->range.first >= PIECE)
        return hide(w, b, why);
    b->over = true;
    return delete_some(w, b, PIECE, &n, why);
}

static void on_removed(struct bulk *b, enum ims_err err, const struct why *why)
{
    cache_clear(b->s);
    if (err)
        fail(b, err, why);
    if (err || b->over || b->dry_run) {
        finish(b);
        return;
    }
    b->s->reader.hidden = b->range;
    tell(b);
    clean(b);
}

static void remove_start(struct bulk *b)
{
    do_step(b, remove_begin, on_removed);
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
    enqueue(b);
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
        err = show(w, why);
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
        fail(b, err, why);
    finish(b);
}

static void reset_start(struct bulk *b)
{
    do_step(b, reset_run, on_reset);
}

void store_reset(struct store *s, struct slice who, store_fn *done, void *ctx)
{
    struct bulk *b = bulk_new(s, reset_start, done, ctx);

    b->sweeps = true;
    b->entry.action = AUDIT_RESET;
    b->entry.who = slice_keep(&b->arena, who);
    b->entry.what = S("to the topology's start");
    enqueue(b);
}
