/* SPDX-License-Identifier: MIT
 *
 * Checkpoints of the write-ahead log.
 */
#include "hss/store_sqlite.h"

enum {
    KEEP_PAGES = 1000,   /* of the log: time to begin */
    KEEP_FORCE = 100000, /* the keeper does not keep up: the writer does all */
};

static int on_commit(void *ctx, sqlite3 *db, const char *name, int pages)
{
    (void)db;
    (void)name;
    *(int *)ctx = pages;
    return SQLITE_OK;
}

enum ims_err keep_open(struct store *s, const char *uri, struct why *why)
{
    enum ims_err err;

    if (s->lock_fd < 0) /* in memory: without a log */
        return IMS_OK;
    err = db_open(&s->keeper, uri, true, why);
    if (err)
        return err;
    sqlite3_wal_hook(s->writer.db, on_commit, &s->wal_pages);
    s->keeping = lane_open(s->net, "keeper");
    return IMS_OK;
}

void keep_close(struct store *s)
{
    if (s->keeping)
        lane_close(s->keeping);
    db_close(&s->keeper);
}

/* Nearly all of it: what is written meanwhile is left. */
static void keep_run(void *ctx)
{
    struct store *s = ctx;

    sqlite3_wal_checkpoint_v2(s->keeper.db, NULL, SQLITE_CHECKPOINT_PASSIVE,
                              NULL, NULL);
}

static void keep_done(void *ctx)
{
    struct store *s = ctx;

    s->keeps = false;
    s->kept = true;
    LIST_EACH (it, &s->held) {
        list_remove(it);
        store_queue(s, container_of(it, struct store_job, node));
    }
}

void keep_look(struct store *s)
{
    if (!s->keeping || s->keeps || s->kept || s->wal_pages < KEEP_PAGES)
        return;
    s->keeps = true;
    lane_do(s->keeping, keep_run, keep_done, s);
}

void keep_end(struct store *s)
{
    if (s->keeping && (s->ends_log || s->wal_pages > KEEP_FORCE))
        sqlite3_wal_checkpoint_v2(s->writer.db, NULL, SQLITE_CHECKPOINT_RESTART,
                                  NULL, NULL);
}
