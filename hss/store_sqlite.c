/* SPDX-License-Identifier: MIT
 *
 * The store's life and its group commit.
 *
 *   store_submit -> waiting -> batch -> BEGIN, each write in a savepoint,
 *                   (loop)     (lane)   COMMIT -> batch_done -> callbacks
 *                                                 (loop)
 *
 * One batch is under way at a time; what arrives meanwhile makes up the next
 * one. A subscription is busy from store_submit until its callback returned.
 */
#include "hss/store_sqlite.h"
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <unistd.h>

static struct slice sub_key(const int64_t *sub)
{
    return slice_at(sub, sizeof(*sub));
}

/* ---- opening ------------------------------------------------------------ */

/* A second process on the same file would know nothing of this one's writes
 * under way. */
static enum ims_err lock_file(const char *path, int *fd, struct why *why)
{
    char name[4096];

    if (snprintf(name, sizeof(name), "%s-lock", path) >= (int)sizeof(name))
        return why_set(why, IMS_CONFIG, "the store's path is too long");
    *fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (*fd < 0)
        return why_set(why, IMS_CONFIG, "cannot open %s: %m", name);
    if (flock(*fd, LOCK_EX | LOCK_NB) == 0)
        return IMS_OK;
    close(*fd);
    *fd = -1;
    return why_set(why, IMS_EXISTS, "the store %s is in use by another process",
                   path);
}

/* It holds every subscriber's secret: nobody else may read it. */
static void create_private(const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

    if (fd >= 0)
        close(fd);
}

/* What stands behind "memory:" in the last part of a path; or NULL. */
static const char *memory_name(const char *path)
{
    static const char memory[] = "memory:";
    const char *slash = strrchr(path, '/');
    const char *last = slash ? slash + 1 : path;

    if (strncmp(last, memory, sizeof(memory) - 1) != 0)
        return NULL;
    return last + sizeof(memory) - 1;
}

/* The memdb VFS gives connections of one process a common database in memory
 * under a name that begins with a slash. */
static enum ims_err database_uri(struct store *s, const char *path, char *uri,
                                 size_t size, struct why *why)
{
    const char *name = memory_name(path);
    enum ims_err err;

    s->lock_fd = -1;
    if (name) {
        if (*name)
            snprintf(uri, size, "file:/%s?vfs=memdb", name);
        else
            snprintf(uri, size, "file:/imsbox-%p?vfs=memdb", (void *)s);
        return IMS_OK;
    }
    err = lock_file(path, &s->lock_fd, why);
    if (err)
        return err;
    create_private(path);
    if ((size_t)snprintf(uri, size, "%s", path) >= size)
        return why_set(why, IMS_CONFIG, "the store's path is too long");
    return IMS_OK;
}

static enum ims_err count_registered(struct store *s, struct why *why)
{
    sqlite3_stmt *q = db_bind(&s->reader, SQL_REGISTERED, "");
    enum ims_err err = db_row(&s->reader, q, why);

    if (err)
        return err;
    s->registered = db_int(q, 0);
    db_done(q);
    return IMS_OK;
}

enum ims_err store_open(struct net *net, const char *path, struct store **out,
                        struct why *why)
{
    struct store *s = mem_zalloc(sizeof(*s));
    char uri[4096];
    enum ims_err err;

    s->net = net;
    list_init(&s->waiting);
    list_init(&s->batch);
    list_init(&s->waiters);
    list_init(&s->bulks);
    list_init(&s->held);
    map_init(&s->busy, dice_u64(net->dice), 0);
    cache_init(s);
    err = database_uri(s, path, uri, sizeof(uri), why);
    if (!err)
        err = db_open(&s->writer, uri, true, why);
    if (!err)
        err = schema_migrate(&s->writer, store_schema_newest(), why);
    if (!err)
        err = db_open(&s->reader, uri, false, why);
    if (!err)
        err = keep_open(s, uri, why);
    if (!err)
        err = count_registered(s, why);
    if (err) {
        store_close(s);
        return err;
    }
    s->lane = lane_open(net, "store");
    err = bulk_recover(s, why);
    if (err) {
        store_close(s);
        return err;
    }
    sweep_go_on(s);
    *out = s;
    return IMS_OK;
}

static void drop_jobs(struct store *s, struct list *jobs)
{
    LIST_EACH (it, jobs) {
        struct store_job *job = container_of(it, struct store_job, node);

        map_remove(&s->busy, &job->busy);
        list_remove(it);
        if (job->has_live)
            buf_fini(&job->live);
        job->release(job);
    }
}

void store_close(struct store *s)
{
    if (s->lane)
        lane_close(s->lane);
    keep_close(s);
    timer_stop(s->net->timers, &s->soon);
    timer_stop(s->net->timers, &s->sweep_again);
    drop_jobs(s, &s->held);
    drop_jobs(s, &s->batch);
    drop_jobs(s, &s->waiting);
    bulk_free_all(s);
    LIST_EACH (it, &s->waiters) {
        store_wait_cancel(container_of(it, struct store_waiter, node));
    }
    map_fini(&s->busy);
    cache_fini(s);
    db_close(&s->reader);
    db_close(&s->writer);
    if (s->lock_fd >= 0)
        close(s->lock_fd);
    free(s);
}

void store_figures(const struct store *s, struct store_figures *out)
{
    *out = s->figures;
    out->waiting = s->busy.count;
}

/* ---- group commit ------------------------------------------------------- */

static void start_batch(struct store *s);

static void on_soon(void *ctx)
{
    struct store *s = ctx;

    if (!s->running && !list_is_empty(&s->waiting))
        start_batch(s);
}

/* What comes in one turn of the loop is committed together. */
void store_queue(struct store *s, struct store_job *job)
{
    list_append(&s->waiting, &job->node);
    if (!s->running && !timer_runs(&s->soon))
        timer_start(s->net->timers, &s->soon, 0, on_soon, s);
}

void store_submit(struct store *s, struct store_job *job)
{
    map_add(&s->busy, &job->busy, sub_key(&job->sub));
    if (job->patient && s->keeps)
        list_append(&s->held, &job->node);
    else
        store_queue(s, job);
}

static enum ims_err do_sql(struct store_db *w, enum sql sql, struct why *why)
{
    return db_run(w, db_bind(w, sql, ""), why);
}

static enum ims_err run_job(struct store_db *w, struct store_job *job)
{
    enum ims_err err;

    pending_forget(w);
    err = job->run(w, job, &job->why);
    if (!err)
        err = pending_write(w, &job->why);
    job->registered = w->pending.registered;
    job->has_leavers = w->pending.has_leavers;
    return err;
}

/* One that writes by a single statement needs no savepoint. */
static void run_one(struct store_db *w, struct store_job *job)
{
    if (job->single) {
        job->err = run_job(w, job);
        return;
    }
    job->err = do_sql(w, SQL_SAVEPOINT, &job->why);
    if (job->err)
        return;
    job->err = run_job(w, job);
    if ((job->err || job->discard) && do_sql(w, SQL_ROLLBACK_TO, NULL))
        job->err = IMS_STORAGE;
    if (do_sql(w, SQL_RELEASE, NULL) && !job->err)
        job->err = why_set(&job->why, IMS_STORAGE, "the store failed: %s",
                           sqlite3_errmsg(w->db));
}

/* What failed to be synced may be there when the power comes back. A row that
 * is written as it was is no write to SQLite: nothing would come behind what
 * failed, though its answer says that this row is what is kept. */
static enum ims_err end_doubt(struct store *s, struct why *why)
{
    return s->in_doubt ? do_sql(&s->writer, SQL_SKIP_ID, why) : IMS_OK;
}

/* When one cannot be read or has no room, SQLite may undo the whole
 * transaction: those behind it would each be committed by itself. */
static enum ims_err run_all(struct store *s, struct why *why)
{
    LIST_EACH (it, &s->batch) {
        struct store_job *job = container_of(it, struct store_job, node);

        run_one(&s->writer, job);
        if (sqlite3_get_autocommit(s->writer.db))
            return why_set(why, IMS_STORAGE, "%s",
                           job->err ? job->why.text
                                    : "the store failed: all was undone");
    }
    return IMS_OK;
}

static enum ims_err run_transaction(struct store *s, struct why *why)
{
    enum ims_err err = do_sql(&s->writer, SQL_BEGIN, why);

    if (!err)
        err = end_doubt(s, why);
    if (!err)
        err = run_all(s, why);
    if (!err) {
        err = do_sql(&s->writer, SQL_COMMIT, why);
        s->in_doubt = err != IMS_OK;
    }
    if (err && !sqlite3_get_autocommit(s->writer.db))
        (void)!do_sql(&s->writer, SQL_ROLLBACK, NULL);
    return err;
}

/* On the lane. */
static void run_batch(void *ctx)
{
    struct store *s = ctx;
    struct why why = {0};
    enum ims_err err;

    keep_end(s);
    err = run_transaction(s, &why);
    if (!err)
        return;
    LIST_EACH (it, &s->batch) {
        struct store_job *job = container_of(it, struct store_job, node);

        job->err = why_set(&job->why, err, "%s", why.text);
    }
}

/* What is known of the subscription is what the write left. */
static void learn(struct store *s, struct store_job *job)
{
    if (!job->err && !job->discard)
        s->registered += job->registered;
    if (job->clears)
        cache_clear(s);
    else if (!job->err && job->has_live)
        cache_live(s, job->sub, buf_slice(&job->live));
    else if (job->sub)
        cache_forget(s, job->sub);
    if (job->has_live)
        buf_fini(&job->live);
    if (!job->err && job->has_leavers && s->on_leavers)
        s->on_leavers(s->leavers_ctx);
}

static void answer(struct store *s, struct store_job *job)
{
    uint64_t *counter = job->err ? &s->figures.failed : &s->figures.writes;

    ++*counter;
    list_remove(&job->node);
    map_remove(&s->busy, &job->busy);
    learn(s, job);
    if (job->done)
        job->done(job->ctx, job->err, &job->why);
    job->release(job);
}

/* Each may make its subscription busy again for those behind it. */
static void wake_waiters(struct store *s)
{
    struct list ready;

    list_init(&ready);
    LIST_EACH (it, &s->waiters) {
        list_remove(it);
        list_append(&ready, it);
    }
    while (!list_is_empty(&ready)) {
        struct list *it = ready.next;
        struct store_waiter *w = container_of(it, struct store_waiter, node);

        list_remove(it);
        if (map_find(&s->busy, sub_key(&w->sub))) {
            list_append(&s->waiters, it);
            continue;
        }
        w->waits = false;
        w->go(w->ctx);
    }
}

static void batch_done(void *ctx)
{
    struct store *s = ctx;

    s->figures.commits++;
    while (!list_is_empty(&s->batch))
        answer(s, container_of(s->batch.next, struct store_job, node));
    wake_waiters(s);
    s->running = false;
    keep_look(s);
    if (!list_is_empty(&s->waiting))
        start_batch(s);
}

static bool waits(struct store *s, bool patient)
{
    LIST_EACH (it, &s->waiting) {
        if (container_of(it, struct store_job, node)->patient == patient)
            return true;
    }
    return false;
}

/* All that is in a hurry, or one patient job: they take turns. */
static void start_batch(struct store *s)
{
    bool patient = waits(s, true) && (!s->was_patient || !waits(s, false));

    LIST_EACH (it, &s->waiting) {
        if (container_of(it, struct store_job, node)->patient != patient)
            continue;
        list_remove(it);
        list_append(&s->batch, it);
        if (patient)
            break;
    }
    s->was_patient = patient;
    s->ends_log = s->kept;
    s->kept = false;
    s->running = true;
    lane_do(s->lane, run_batch, batch_done, s);
}

/* ---- order -------------------------------------------------------------- */

void store_when_idle(struct store *s, int64_t sub, struct store_waiter *w,
                     void (*go)(void *ctx), void *ctx)
{
    if (!s->busy.count || !map_find(&s->busy, sub_key(&sub))) {
        go(ctx);
        return;
    }
    *w = (struct store_waiter){.sub = sub, .go = go, .ctx = ctx, .waits = true};
    list_append(&s->waiters, &w->node);
}

void store_wait_cancel(struct store_waiter *w)
{
    if (w->waits)
        list_remove(&w->node);
    w->waits = false;
}

static enum ims_err run_nothing(struct store_db *w, struct store_job *job,
                                struct why *why)
{
    (void)w;
    (void)job;
    (void)why;
    return IMS_OK;
}

static void release_nothing(struct store_job *job)
{
    free(job);
}

void store_behind_writes(struct store *s, store_fn *done, void *ctx)
{
    struct store_job *job = mem_zalloc(sizeof(*job));

    *job = (struct store_job){.single = true,
                              .run = run_nothing,
                              .release = release_nothing,
                              .done = done,
                              .ctx = ctx};
    store_submit(s, job);
}
