/* SPDX-License-Identifier: MIT
 *
 * Emptying tables of a million rows. To delete them takes seconds, in which no
 * other write is committed; to give them another name and begin new ones takes
 * none. The old ones are swept out behind it, in pieces, whenever nobody else
 * has something to write.
 */
#include "hss/store_sqlite.h"
#include <stdio.h>

enum { ROWS = 500 }; /* of a piece: some milliseconds of a writer's time */

static const int64_t AGAIN = 5 * SECOND; /* behind a piece that failed */

static const char *const tables[] = {"subscriber", "identity", "live",
                                     "search"};

enum ims_err sweep_begin(struct store_db *w, int64_t mark, struct why *why)
{
    enum ims_err err = db_script(w, "DROP INDEX live_served", why);
    char text[128];

    for (size_t i = 0; i < sizeof(tables) / sizeof(*tables) && !err; i++) {
        snprintf(text, sizeof(text), "ALTER TABLE %s RENAME TO gone_%s_%lld",
                 tables[i], tables[i], (long long)mark);
        err = db_script(w, text, why);
    }
    return err ? err : schema_tables(w, why);
}

/* ---- behind it ---------------------------------------------------------- */

struct sweep {
    struct store_job job;
    struct store *s;
    bool over; /* nothing is left */
};

static enum ims_err find_gone(struct store_db *w, char *name, size_t size,
                              struct why *why)
{
    sqlite3_stmt *q = db_bind(w, SQL_GONE, "");
    enum ims_err err = db_row(w, q, why);
    struct slice found;

    if (err)
        return err;
    found = db_peek(q, 0);
    snprintf(name, size, "%.*s", SLICE_ARG(found));
    db_done(q);
    return IMS_OK;
}

static enum ims_err delete_rows(struct store_db *w, const char *name,
                                struct why *why)
{
    bool rowid = strncmp(name, "gone_identity", 13) != 0;
    const char *key = rowid ? "rowid" : "name, private";
    char text[256];

    snprintf(text, sizeof(text),
             "DELETE FROM %s WHERE (%s) IN (SELECT %s FROM %s LIMIT %d)", name,
             key, key, name, ROWS);
    return db_script(w, text, why);
}

/* Of the next rows of live, which is swept first, those that an S-CSCF
 * serves. */
static enum ims_err note_leavers(struct store_db *w, const char *name,
                                 struct why *why)
{
    const char *mark = name + sizeof("gone_live_") - 1;
    char text[384];
    enum ims_err err;

    if (strncmp(name, "gone_live_", sizeof("gone_live_") - 1) != 0)
        return IMS_OK;
    snprintf(text, sizeof(text),
             "INSERT INTO leaver(sub, data, live)"
             " SELECT s.id, s.data, l.data FROM (SELECT * FROM %s LIMIT %d) l"
             " JOIN gone_subscriber_%s s ON s.id = l.id WHERE l.served",
             name, ROWS, mark);
    err = db_script(w, text, why);
    if (!err && sqlite3_changes(w->db))
        w->pending.has_leavers = true;
    return err;
}

static enum ims_err sweep_run(struct store_db *w, struct store_job *job,
                              struct why *why)
{
    struct sweep *s = container_of(job, struct sweep, job);
    char name[64], text[128];
    enum ims_err err = find_gone(w, name, sizeof(name), why);

    s->over = err == IMS_NOT_FOUND;
    if (!err)
        err = note_leavers(w, name, why);
    if (!err)
        err = delete_rows(w, name, why);
    if (err || sqlite3_changes(w->db))
        return s->over ? IMS_OK : err;
    snprintf(text, sizeof(text), "DROP TABLE %s", name);
    return db_script(w, text, why);
}

static void on_again(void *ctx)
{
    sweep_go_on(ctx);
}

static void sweep_done(void *ctx, enum ims_err err, const struct why *why)
{
    struct sweep *s = ctx;

    (void)why;
    s->s->sweeps = false;
    if (err)
        timer_start(s->s->net->timers, &s->s->sweep_again, AGAIN, on_again,
                    s->s);
    else if (!s->over)
        sweep_go_on(s->s);
}

static void sweep_release(struct store_job *job)
{
    free(container_of(job, struct sweep, job));
}

void sweep_go_on(struct store *s)
{
    struct sweep *j;

    if (s->sweeps)
        return;
    s->sweeps = true;
    j = mem_zalloc(sizeof(*j));
    j->s = s;
    j->job = (struct store_job){.patient = true,
                                .run = sweep_run,
                                .release = sweep_release,
                                .done = sweep_done,
                                .ctx = j};
    store_submit(s, &j->job);
}
