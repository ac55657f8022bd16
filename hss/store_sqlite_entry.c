/* SPDX-License-Identifier: MIT
 *
 * Changes of one entry of the catalogue, with their entry of the audit list.
 */
#include "hss/import_reader.h"
#include "hss/store_sqlite.h"

enum { TEXT_MAX = 16 << 20 };

struct entry_job {
    struct store_job job;
    struct arena arena;
    struct store_entry_edit edit; /* its texts are in the arena */
    int64_t at_us;
};

/* ---- writing ------------------------------------------------------------ */

static enum ims_err find_id(struct store_db *w, enum sql sql, struct slice name,
                            int64_t *id, struct why *why)
{
    sqlite3_stmt *q = db_bind(w, sql, "t", name);
    enum ims_err err = db_row(w, q, why);

    if (err)
        return err;
    *id = db_int(q, 0);
    db_done(q);
    return IMS_OK;
}

/* The row of a profile stays: identities refer to it. */
static enum ims_err profile_replace(struct store_db *w,
                                    const struct catalogue *c, struct why *why)
{
    const struct catalogue_profile *p = c->profiles;
    int64_t id;
    enum ims_err err = find_id(w, SQL_PROFILE_FIND, p->name, &id, why);

    if (err == IMS_NOT_FOUND)
        return catalogue_insert(w, c, false, why);
    if (!err)
        err = db_run(w, db_bind(w, SQL_PROFILE_CLEAR_IFC, "i", id), why);
    if (!err)
        err = db_run(w, db_bind(w, SQL_PROFILE_CLEAR_SHARED, "i", id), why);
    if (!err)
        err = db_run(w, db_bind(w, SQL_PROFILE_CLEAR_SERVICE, "i", id), why);
    if (!err)
        err = db_run(w,
                     db_bind(w, SQL_PROFILE_UPDATE, "ii",
                             (int64_t)p->service.media_profile, id),
                     why);
    return err ? err : profile_details(w, id, &p->service, why);
}

static enum ims_err shared_replace(struct store_db *w,
                                   const struct catalogue *c, struct why *why)
{
    int64_t id = c->shared->id;
    enum ims_err err = db_run(w, db_bind(w, SQL_SHARED_CLEAR, "i", id), why);

    if (!err)
        err = db_run(w, db_bind(w, SQL_SHARED_INSERT, "i", id), why);
    if (err == IMS_EXISTS)
        err = IMS_OK;
    return err ? err : ifcs_insert(w, 0, id, c->shared->ifcs, why);
}

static enum ims_err charging_replace(struct store_db *w,
                                     const struct catalogue *c, struct why *why)
{
    const struct profile_charging *a = &c->charging->addresses;
    enum ims_err err =
        db_run(w,
               db_bind(w, SQL_CHARGING_UPDATE, "TTTTt", a->primary_ecf,
                       a->secondary_ecf, a->primary_ccf, a->secondary_ccf,
                       c->charging->name),
               why);

    return err ? err : catalogue_insert(w, c, false, why);
}

static enum ims_err replace(struct store_db *w, const struct entry_job *j,
                            struct why *why)
{
    struct import_reader *r =
        import_reader_new(IMPORT_YAML, j->edit.yaml, S(""), NULL);
    const struct catalogue *c = import_reader_catalogue(r);
    enum ims_err err = IMS_OK;

    if (!import_reader_check(r))
        err = why_set(why, IMS_INTERNAL, "the entry cannot be read: %.*s",
                      SLICE_ARG(import_reader_complaints(r)->first->text));
    else if (j->edit.kind == CATALOGUE_PROFILE && c->profiles)
        err = profile_replace(w, c, why);
    else if (j->edit.kind == CATALOGUE_SHARED && c->shared)
        err = shared_replace(w, c, why);
    else if (j->edit.kind == CATALOGUE_CHARGING && c->charging)
        err = charging_replace(w, c, why);
    import_reader_free(r);
    return err;
}

/* Shared sets are looked after by the database itself. */
static enum ims_err check_unused(struct store_db *w, const struct entry_job *j,
                                 struct why *why)
{
    bool profile = j->edit.kind == CATALOGUE_PROFILE;
    sqlite3_stmt *q;
    enum ims_err err;
    int64_t uses;

    if (j->edit.kind == CATALOGUE_SHARED)
        return IMS_OK;
    q = db_bind(w, profile ? SQL_PROFILE_USES : SQL_CHARGING_USES, "t",
                j->edit.name);
    err = db_row(w, q, why);
    if (err)
        return err == IMS_NOT_FOUND ? IMS_OK : err;
    uses = db_int(q, 0);
    db_done(q);
    return uses ? why_set(why, IMS_CONFLICT, "is in use") : IMS_OK;
}

static enum ims_err erase(struct store_db *w, const struct entry_job *j,
                          struct why *why)
{
    static const enum sql sql[] = {
        [CATALOGUE_PROFILE] = SQL_PROFILE_DELETE,
        [CATALOGUE_SHARED] = SQL_SHARED_DELETE,
        [CATALOGUE_CHARGING] = SQL_CHARGING_DELETE,
    };
    enum ims_err err = check_unused(w, j, why);

    if (!err)
        err = db_run(w, db_bind(w, sql[j->edit.kind], "t", j->edit.name), why);
    if (err == IMS_CONFLICT)
        return why_set(why, err,
                       "the %s %.*s is in use; take it from who uses it first",
                       catalogue_word(j->edit.kind), SLICE_ARG(j->edit.name));
    return err;
}

struct brought {
    enum catalogue_kind kind;
    struct slice name;
};

static enum ims_err read_brought(struct store_db *w, struct arena *a,
                                 struct db_rows *out, struct why *why)
{
    sqlite3_stmt *q = db_bind(w, SQL_BROUGHT, "");
    enum ims_err err;

    while (!(err = db_row(w, q, why))) {
        struct brought *b = db_rows_add(w, a, out);

        if (!b)
            continue;
        b->kind = (enum catalogue_kind)db_int(q, 0);
        b->name = db_text(w, q, 1, a);
    }
    return db_read_end(w, err == IMS_NOT_FOUND ? IMS_OK : err, why);
}

enum ims_err catalogue_forget(struct store_db *w, struct why *why)
{
    struct db_rows rows = {.size = sizeof(struct brought)};
    enum ims_err err;
    struct arena a;

    arena_init(&a, 4096, SIZE_MAX); /* bounded by the catalogue */
    err = read_brought(w, &a, &rows, why);
    for (size_t i = 0; i < rows.n && !err; i++) {
        const struct brought *b = (const struct brought *)rows.p + i;
        struct entry_job j = {.edit = {.kind = b->kind, .name = b->name}};

        err = erase(w, &j, why);
        if (err == IMS_CONFLICT) /* somebody uses it */
            err = IMS_OK;
    }
    arena_fini(&a);
    return err;
}

/* ---- the change --------------------------------------------------------- */

static enum ims_err read_yaml(struct store_db *w, struct entry_job *j,
                              struct slice *out, struct why *why)
{
    struct catalogue c;
    enum ims_err err = catalogue_read(w, &j->arena, &c, why);

    if (!err)
        err =
            catalogue_yaml(&c, j->edit.kind, j->edit.name, &j->arena, out, why);
    return err;
}

static struct slice as_json(struct entry_job *j, struct slice yaml)
{
    struct slice kept = S("");
    struct json json;
    struct buf text;

    if (!yaml.n)
        return kept;
    buf_init(&text, TEXT_MAX);
    json_init(&json, &text);
    catalogue_json(&json, yaml);
    kept = slice_keep(&j->arena, buf_slice(&text));
    buf_fini(&text);
    return kept;
}

static enum ims_err note(struct store_db *w, struct entry_job *j,
                         struct slice before, struct slice after,
                         struct why *why)
{
    struct store_audit a = {
        .at_us = j->at_us,
        .action = AUDIT_CATALOGUE,
        .who = j->edit.who,
        .what = arena_printf(&j->arena, "%s %.*s", catalogue_word(j->edit.kind),
                             SLICE_ARG(j->edit.name)),
        .before = as_json(j, before),
        .after = as_json(j, after),
        .undo = before,
        .undoes = j->edit.undoes,
    };
    int64_t n;

    return audit_insert(w, &a, &n, why);
}

static enum ims_err entry_run(struct store_db *w, struct store_job *job,
                              struct why *why)
{
    struct entry_job *j = container_of(job, struct entry_job, job);
    struct slice before = S(""), after = S("");
    enum ims_err err = read_yaml(w, j, &before, why);

    if (!err && j->edit.expected.p && !slice_eq(j->edit.expected, before))
        return why_set(why, IMS_CONFLICT,
                       "the %s was changed meanwhile; read it again",
                       catalogue_word(j->edit.kind));
    if (!err)
        err = j->edit.yaml.n ? replace(w, j, why) : erase(w, j, why);
    if (!err)
        err = read_yaml(w, j, &after, why);
    if (err)
        return err;
    job->discard = j->edit.dry_run || slice_eq(before, after);
    return job->discard ? IMS_OK : note(w, j, before, after, why);
}

static void entry_release(struct store_job *job)
{
    struct entry_job *j = container_of(job, struct entry_job, job);

    arena_fini(&j->arena);
    free(j);
}

void store_entry_edit(struct store *s, const struct store_entry_edit *e,
                      store_fn *done, void *ctx)
{
    struct entry_job *j = mem_zalloc(sizeof(*j));

    j->job = (struct store_job){.clears = true,
                                .run = entry_run,
                                .release = entry_release,
                                .done = done,
                                .ctx = ctx};
    arena_init(&j->arena, 4096, SIZE_MAX); /* bounded by the catalogue */
    j->edit = *e;
    j->edit.who = slice_keep(&j->arena, e->who);
    j->edit.name = slice_keep(&j->arena, e->name);
    j->edit.yaml = slice_keep(&j->arena, e->yaml);
    if (e->expected.p)
        j->edit.expected = slice_keep(&j->arena, e->expected);
    j->at_us = s->net->clock->wall_us;
    store_submit(s, &j->job);
}
