/* SPDX-License-Identifier: MIT
 *
 * An import: what is missing is inserted, a piece at a time, and seen when all
 * of it is there. A few are seen with the one piece that they are; of an import
 * that is only tried no piece stays.
 */
#include "hss/store_sqlite_bulk.h"

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
    return catalogue_insert(w, b->import->catalogue, false, why);
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
    for (int i = 0; i < BULK_PIECE && b->read < im->nsubscribers && !err; i++) {
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
    return err ? err : bulk_show(w, why);
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
    bool hides = b->import->nsubscribers > BULK_PIECE;
    enum ims_err err = begin_entry(w, b, why);

    if (!err && b->import->catalogue)
        err = catalogue_insert(w, b->import->catalogue, hides, why);
    if (err || b->dry_run)
        return err;
    if (hides) {
        b->pending = true;
        b->range.pending = b->audit;
        return bulk_hide(w, b, why);
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
        bulk_fail(b, err, why);
        bulk_clean(b);
        return;
    }
    b->s->reader.hidden = (struct store_hidden){0};
    b->import->audit = inserted_nobody(b) ? 0 : b->audit;
    cache_clear(b->s);
    bulk_finish(b);
}

static void on_piece(struct bulk *b, enum ims_err err, const struct why *why)
{
    struct why given_up;

    if (!err && b->import->cancelled) {
        err = why_set(&given_up, IMS_CANCELLED, "the import was given up");
        why = &given_up;
    }
    if (err) {
        bulk_fail(b, err, why);
        if (b->dry_run)
            bulk_finish(b);
        else
            bulk_clean(b);
        return;
    }
    report(b);
    if (b->read < b->import->nsubscribers)
        bulk_step(b, import_piece, on_piece);
    else if (b->dry_run)
        bulk_finish(b);
    else
        bulk_step(b, import_end, on_import_ended);
}

static void on_import_begun(struct bulk *b, enum ims_err err,
                            const struct why *why)
{
    cache_clear(b->s);
    if (err)
        bulk_fail(b, err, why);
    else if (b->over)
        report(b);
    if (err || b->over) {
        b->import->audit = err || inserted_nobody(b) ? 0 : b->audit;
        bulk_finish(b);
        return;
    }
    if (!b->dry_run)
        b->s->reader.hidden = b->range;
    bulk_step(b, import_piece, on_piece);
}

static void import_start(struct bulk *b)
{
    bulk_step(b, import_begin, on_import_begun);
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
    bulk_enqueue(b);
}
