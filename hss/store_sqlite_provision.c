/* SPDX-License-Identifier: MIT
 *
 * Changes of one subscription, with their entry of the audit list.
 */
#include "hss/export.h"
#include "hss/store_sqlite.h"

enum {
    TEXT_MAX = 4 << 20, /* of one subscription in the audit list */
};

struct edit_job {
    struct store_job job;
    struct arena arena;
    struct store_edit edit; /* its texts are in the arena */
    struct subscriber *sub; /* NULL: to be deleted */
    struct store_audit undoes;
    int64_t at_us;
    struct record was; /* as it is in the database, when there is one */
    struct subscriber *before, *after;
    int64_t audit, leaver;
    store_edit_fn *done;
    void *ctx;
};

/* ---- what it was, what it is -------------------------------------------- */

static enum ims_err read_now(struct store_db *w, struct edit_job *j,
                             struct record *r, struct subscriber **out,
                             struct why *why)
{
    enum ims_err err = subscriber_read(w, &j->arena, j->edit.id, r, why);
    struct subscriber *kept;

    *out = NULL;
    if (err)
        return err;
    kept = arena_alloc(&j->arena, sizeof(*kept));
    if (!kept)
        return why_set(why, IMS_FULL, "more data than there is room for");
    *kept = r->s;
    *out = kept;
    return IMS_OK;
}

static enum ims_err read_before(struct store_db *w, struct edit_job *j,
                                struct why *why)
{
    const struct store_edit *e = &j->edit;
    enum ims_err err;

    if (e->id == 0)
        return IMS_OK;
    err = is_hidden(w, e->id) ? IMS_NOT_FOUND
                              : read_now(w, j, &j->was, &j->before, why);
    if (err == IMS_NOT_FOUND && e->undoes && j->sub)
        return IMS_OK; /* it comes back */
    if (err == IMS_NOT_FOUND)
        return why_set(why, err, "there is no such subscriber any more");
    if (!err && e->version != STORE_ANY_VERSION &&
        e->version != j->before->version)
        return why_set(why, IMS_CONFLICT,
                       "the subscriber was changed meanwhile; read it again");
    return err;
}

static struct slice as_yaml(struct edit_job *j, const struct subscriber *s)
{
    struct buf text;
    struct slice kept = S("");

    if (!s)
        return kept;
    buf_init(&text, TEXT_MAX);
    buf_str(&text, "subscribers:\n");
    export_yaml(&text, s, true);
    kept = slice_keep(&j->arena, buf_slice(&text));
    secret_wipe(text.p, text.n);
    buf_fini(&text);
    return kept;
}

static struct slice as_json(struct edit_job *j, const struct subscriber *s)
{
    struct slice kept = S("");
    struct json json;
    struct buf text;

    if (!s)
        return kept;
    buf_init(&text, TEXT_MAX);
    json_init(&json, &text);
    export_json(&json, s);
    kept = slice_keep(&j->arena, buf_slice(&text));
    buf_fini(&text);
    return kept;
}

/* The identity that people know it by. */
static struct slice label(const struct subscriber *s)
{
    for (size_t i = 0; i < s->nsets; i++) {
        if (s->sets[i].npublics)
            return s->sets[i].publics[0].impu;
    }
    return s->nprivates ? s->privates[0].impi : S("");
}

/* ---- the change --------------------------------------------------------- */

static enum ims_err delete_sub(struct store_db *w, struct edit_job *j,
                               struct why *why)
{
    enum ims_err err = IMS_OK;

    if (j->edit.tells && subscriber_is_served(j->before))
        err = leaver_note(w, j->edit.id, &j->leaver, why);
    return err ? err : subscriber_delete(w, &j->was, why);
}

static enum ims_err write_sub(struct store_db *w, struct edit_job *j,
                              struct why *why)
{
    int64_t more = j->sub ? 1 : -1;
    enum ims_err err;

    if (j->sub && j->before)
        return subscriber_update(w, &j->was, j->sub, j->edit.undoes != NULL,
                                 why);
    if (!j->sub)
        err = delete_sub(w, j, why);
    else
        err = subscriber_insert(w, j->sub, &j->edit.id, why);
    if (err)
        return err;
    return db_run(w, db_bind(w, SQL_TOTAL_ADD, "ii", more, j->edit.id), why);
}

static enum audit_action action_of(const struct edit_job *j)
{
    if (j->edit.undoes)
        return AUDIT_UNDO;
    if (!j->before)
        return AUDIT_CREATE;
    return j->after ? AUDIT_CHANGE : AUDIT_DELETE;
}

/* How many of an entry's subscriptions it was not the last to change. */
static enum ims_err changed(struct store_db *w, int64_t version, int64_t more,
                            struct why *why)
{
    return db_run(w, db_bind(w, SQL_AUDIT_CHANGED, "ii", more, version), why);
}

static enum ims_err note(struct store_db *w, struct edit_job *j,
                         struct slice undo, struct why *why)
{
    const struct store_audit *undoes = j->edit.undoes;
    struct store_audit a = {
        .at_us = j->at_us,
        .who = j->edit.who,
        .what = label(j->after ? j->after : j->before),
        .action = action_of(j),
        .sub = j->edit.id,
        .was = j->before ? (int64_t)j->before->version : 0,
        .before = as_json(j, j->before),
        .after = as_json(j, j->after),
        .undo = undo,
        .undoes = undoes ? undoes->n : 0,
    };
    enum ims_err err = audit_insert(w, &a, &j->audit, why);
    int64_t now = undoes ? undoes->was : j->audit;

    if (!err)
        err = changed(w, a.was, 1, why);
    if (!err && undoes)
        err = changed(w, undoes->was, -1, why);
    if (err || !j->after)
        return err;
    j->after->version = (uint64_t)now;
    err = db_run(w, db_bind(w, SQL_AUDIT_NOW, "ii", now, j->audit), why);
    if (!err)
        err = db_run(
            w, db_bind(w, SQL_SUBSCRIBER_VERSION, "ii", now, j->edit.id), why);
    return err;
}

/* An undoing is noted all the same: the entry is undone then. */
static bool changes_nothing(struct edit_job *j, struct slice undo)
{
    return j->before && j->after && !j->edit.undoes &&
           slice_eq(undo, as_yaml(j, j->after));
}

static enum ims_err edit_run(struct store_db *w, struct store_job *job,
                             struct why *why)
{
    struct edit_job *j = container_of(job, struct edit_job, job);
    struct record now;
    struct slice undo;
    enum ims_err err = read_before(w, j, why);

    if (!err && j->edit.undoes)
        err = audit_can_undo(w, j->edit.undoes, why);
    if (!err)
        err = write_sub(w, j, why);
    if (!err && j->sub)
        err = pending_write(w, why); /* a name of the catalogue may be wrong */
    if (!err && j->sub)
        err = read_now(w, j, &now, &j->after, why);
    if (err)
        return err;
    undo = as_yaml(j, j->before);
    job->discard = j->edit.dry_run || changes_nothing(j, undo);
    return job->discard ? IMS_OK : note(w, j, undo, why);
}

static void edit_done(void *ctx, enum ims_err err, const struct why *why)
{
    struct edit_job *j = ctx;
    struct store_edited r = {j->before, j->after, j->audit,
                             j->job.discard ? 0 : j->leaver};

    if (j->done)
        j->done(j->ctx, err, &r, why);
}

static void edit_release(struct store_job *job)
{
    struct edit_job *j = container_of(job, struct edit_job, job);

    arena_fini(&j->arena);
    free(j);
}

void store_edit(struct store *s, const struct store_edit *e,
                store_edit_fn *done, void *ctx)
{
    struct edit_job *j = mem_zalloc(sizeof(*j));

    j->job = (struct store_job){.sub = e->id,
                                .run = edit_run,
                                .release = edit_release,
                                .done = edit_done,
                                .ctx = j};
    arena_init(&j->arena, 4096,
               SIZE_MAX); /* bounded by a subscriber's limits */
    j->edit = *e;
    j->edit.who = slice_keep(&j->arena, e->who);
    j->sub = e->sub ? subscriber_copy(&j->arena, e->sub) : NULL;
    if (e->undoes) {
        j->undoes = *e->undoes;
        j->edit.undoes = &j->undoes; /* of its texts none is used */
    }
    j->at_us = s->net->clock->wall_us;
    j->done = done;
    j->ctx = ctx;
    store_submit(s, &j->job);
}
