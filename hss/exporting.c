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
    struct str path;   /* of the file */
    int fd;
};

static void step(void *ctx);
static void end(struct exporting *e);
static void on_left(void *ctx);

static void release(struct exporting *e)
{
    timer_stop(e->me->env->timers, &e->timer);
    list_remove(&e->node);
    export_free(e->export);
    buf_fini(&e->text);
    str_fini(&e->path);
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
        unlink(str_c(&e->path));
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
        e->fd = open(str_c(&e->path), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
                     0600);
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
    api_problem(c, 500, "cannot write %s: %m", str_c(&e->path));
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
            api_problem(e->call, 500, "cannot write %s: %m", str_c(&e->path));
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

static void end(struct exporting *e)
{
    struct api_call *c = e->call;

    if (c) {
        json_object_begin(&c->json);
        json_put_str(&c->json, "file", str_c(&e->path));
        json_object_end(&c->json);
        api_reply(c, 201);
    }
    release(e);
}

static void on_left(void *ctx)
{
    release(ctx);
}
