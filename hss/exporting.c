/* SPDX-License-Identifier: MIT */
#include "hss/exporting.h"
#include "hss/export.h"
#include "node/feed.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum {
    FILES_MAX = 1000,     /* of one second */
    WAITING = 1 << 20,    /* bytes for a slow reader; then it is waited for */
    FEED_MAX = 128 << 20, /* of a page of the largest subscribers */
    PAUSE_US = 10 * MSEC,
};

struct exporting {
    struct list node; /* in hss.exporting */
    struct hss *me;
    struct api_call *call;
    struct exporter *export;
    struct timer timer;
    bool csv;
    struct buf text;   /* what is not written yet */
    struct feed *feed; /* to the caller; or NULL: */
    struct str path;   /* of the file once it is whole */
    struct str part;   /* until then */
    int fd;
    struct net_lane *lane; /* that makes it last; or NULL */
    int error;             /* of that, or 0 */
};

static void step(void *ctx);
static void end(struct exporting *e);
static void keep_file(void *ctx);
static void on_kept(void *ctx);
static void on_left(void *ctx);

static void release(struct exporting *e)
{
    if (e->lane)
        lane_close(e->lane);
    timer_stop(e->me->env->timers, &e->timer);
    list_remove(&e->node);
    export_free(e->export);
    buf_fini(&e->text);
    str_fini(&e->path);
    str_fini(&e->part);
    if (e->feed)
        feed_close(e->feed);
    if (e->fd >= 0)
        close(e->fd);
    free(e);
}

/* Nobody takes what was written of it for the whole. */
static void break_off(struct exporting *e)
{
    if (e->feed)
        feed_cut(e->feed);
    else
        unlink(str_c(&e->part));
    release(e);
}

void exporting_free_all(struct hss *me)
{
    LIST_EACH (it, &me->exporting) {
        break_off(container_of(it, struct exporting, node));
    }
}

static bool read_format(struct api_call *c, bool *csv)
{
    struct slice format = S("yaml");

    api_query(c, "format", &format);
    *csv = slice_eq(format, S("csv"));
    if (*csv || slice_eq(format, S("yaml")))
        return true;
    api_problem(c, 400, "format \"%.*s\"; yaml or csv was expected",
                SLICE_ARG(slice_first(format, 40)));
    return false;
}

static struct exporting *begin(struct node *n, struct api_call *c, bool csv,
                               bool secrets)
{
    struct hss *me = n->state;
    struct exporting *e = mem_zalloc(sizeof(*e));

    e->me = me;
    e->call = c;
    e->csv = csv;
    e->fd = -1;
    e->export = export_new(me->store, csv ? EXPORT_CSV : EXPORT_YAML, secrets);
    buf_init(&e->text, API_BODY_MAX);
    list_append(&me->exporting, &e->node);
    return e;
}

void exporting_get(struct node *n, struct api_call *c)
{
    bool csv;

    struct exporting *e;

    if (!read_format(c, &csv))
        return;
    e = begin(n, c, csv, false);
    e->feed = feed_new(FEED_MAX, on_left, e);
    e->call = NULL;
    api_reply_feed(c, csv ? "text/csv" : "application/yaml", e->feed);
    timer_start(e->me->env->timers, &e->timer, 0, step, e);
}

/* Whoever has it is the only one of us to write the file itself. */
static void open_part(struct exporting *e)
{
    str_set(&e->part, S(""));
    str_printf(&e->part, "%s.part", str_c(&e->path));
    e->fd =
        open(str_c(&e->part), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (e->fd < 0 || access(str_c(&e->path), F_OK) != 0)
        return;
    close(e->fd);
    unlink(str_c(&e->part));
    e->fd = -1;
    errno = EEXIST;
}

/* "box.db-20261121T031500.yaml"; never over a file that exists: the next one
 * of a second has a number. */
static bool open_file(struct exporting *e)
{
    const char *store = e->me->self->store;
    time_t now = (time_t)(e->me->env->clock->wall_us / SECOND);
    char stamp[32];
    struct tm tm;

    gmtime_r(&now, &tm);
    strftime(stamp, sizeof(stamp), "%Y%m%dT%H%M%S", &tm);
    for (int i = 1; e->fd < 0 && i <= FILES_MAX && (i == 1 || errno == EEXIST);
         i++) {
        char number[16] = "";

        if (i > 1)
            snprintf(number, sizeof(number), "-%d", i);
        str_set(&e->path, S(""));
        str_printf(&e->path, "%s-%s%s.%s", store, stamp, number,
                   e->csv ? "csv" : "yaml");
        open_part(e);
    }
    return e->fd >= 0;
}

void exporting_post(struct node *n, struct api_call *c)
{
    struct exporting *e;
    bool csv;

    if (!read_format(c, &csv))
        return;
    e = begin(n, c, csv, true);
    if (open_file(e)) {
        step(e);
        return;
    }
    api_problem(c, 500, "cannot write %s: %m", str_c(&e->part));
    release(e);
}

static bool feed_out(struct exporting *e)
{
    struct piece *p = piece_new(buf_slice(&e->text));
    bool good = feed_put(e->feed, p);

    piece_drop(p);
    buf_reset(&e->text);
    return good;
}

static bool write_out(struct exporting *e)
{
    struct slice rest = buf_slice(&e->text);

    if (e->feed)
        return feed_out(e);

    while (e->fd >= 0 && rest.n) {
        ssize_t n = write(e->fd, rest.p, rest.n);

        if (n < 0) {
            api_problem(e->call, 500, "cannot write %s: %m", str_c(&e->part));
            return false;
        }
        rest = slice_from(rest, (size_t)n);
    }
    if (e->fd >= 0)
        buf_reset(&e->text);
    return true;
}

static void fail(struct exporting *e, enum ims_err err, const struct why *why)
{
    if (e->call)
        api_fail(e->call, err, why);
    else
        log_at(e->me->env->log, LOG_ERROR, "an export ends early: %s",
               why->text);
    break_off(e);
}

static void step(void *ctx)
{
    struct exporting *e = ctx;
    bool done = false;
    struct why why;
    enum ims_err err;

    if (e->feed && feed_waiting(e->feed) > WAITING) {
        timer_start(e->me->env->timers, &e->timer, PAUSE_US, step, e);
        return;
    }
    err = export_step(e->export, &e->text, &done, &why);
    if (err) {
        fail(e, err, &why);
    } else if (!write_out(e)) {
        break_off(e);
    } else if (done) {
        end(e);
    } else {
        timer_start(e->me->env->timers, &e->timer, 0, step, e);
    }
}

/* A disk takes its time. */
static void end(struct exporting *e)
{
    if (e->feed) {
        release(e);
        return;
    }
    e->lane = lane_open(e->me->env->net, "export");
    lane_do(e->lane, keep_file, on_kept, e);
}

static bool sync_directory(const char *path)
{
    struct str dir = {0};
    const char *slash = strrchr(path, '/');
    int fd;
    bool good;

    str_printf(&dir, "%.*s", slash ? (int)(slash - path) + 1 : 1,
               slash ? path : ".");
    fd = open(str_c(&dir), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    str_fini(&dir);
    /* EINVAL: its file system does not sync directories */
    good = fd >= 0 && (fsync(fd) == 0 || errno == EINVAL);
    if (fd >= 0)
        close(fd);
    return good;
}

/* Not over a file of somebody else's. */
static bool give_name(const struct exporting *e)
{
    if (link(str_c(&e->part), str_c(&e->path)) == 0)
        return unlink(str_c(&e->part)) == 0;
    /* EPERM: its file system has one name for each file */
    return errno == EPERM && rename(str_c(&e->part), str_c(&e->path)) == 0;
}

/* On the lane. */
static void keep_file(void *ctx)
{
    struct exporting *e = ctx;
    bool good = fsync(e->fd) == 0;

    good = close(e->fd) == 0 && good && give_name(e);
    e->fd = -1;
    if (good && sync_directory(str_c(&e->path)))
        return;
    e->error = errno;
    if (good)
        unlink(str_c(&e->path));
}

static void on_kept(void *ctx)
{
    struct exporting *e = ctx;
    struct api_call *c = e->call;

    if (e->error) {
        api_problem(c, 500, "cannot write %s: %s", str_c(&e->path),
                    strerror(e->error));
        break_off(e);
        return;
    }
    json_object_begin(&c->json);
    json_put_str(&c->json, "file", str_c(&e->path));
    json_object_end(&c->json);
    api_reply(c, 201);
    release(e);
}

static void on_left(void *ctx)
{
    release(ctx);
}
