/* SPDX-License-Identifier: MIT */
#include "hss/api_import.h"
#include "hss/body.h"
#include "hss/loading.h"
#include "hss/spool.h"
#include <stdio.h>

enum {
    JOBS_MAX = 16,          /* remembered */
    ACTIVE_MAX = 4,         /* of them on their way, or open */
    IDLE_US = 600 * SECOND, /* an open one may be dropped then */
    ROOM_MAX = 16 << 20,    /* of the store's catalogue */
};

enum state { OPEN, CHECKING, STORING, DONE, FAILED, CANCELLED };

struct import {
    struct list node; /* in hss.importing, oldest first */
    struct hss *me;
    int64_t number;
    enum state state;
    enum import_format format;
    struct str name, who, detail;
    bool dry_run, cancelled;
    struct spool spool;
    uint64_t bytes;
    struct import_reader *reader; /* while it is checked; when it failed */
    struct loading *loading;      /* while it is stored */
    struct store_import result;
    size_t subscribers;
    int64_t touched_us, began_us, ended_us; /* mono */
    struct api_call *waiting;               /* for the end; or NULL */
};

static const char *state_name(enum state s)
{
    switch (s) {
    case OPEN: return "open";
    case CHECKING: return "checking";
    case STORING: return "storing";
    case DONE: return "done";
    case FAILED: return "failed";
    case CANCELLED: return "cancelled";
    }
    return "?";
}

static bool is_active(const struct import *i)
{
    return i->state <= STORING;
}

static int64_t now_us(const struct import *i)
{
    return i->me->env->clock->mono_us;
}

/* ---- life --------------------------------------------------------------- */

static void import_free(struct import *i)
{
    list_remove(&i->node);
    import_reader_free(i->reader);
    spool_close(&i->spool);
    str_fini(&i->name);
    str_fini(&i->who);
    str_fini(&i->detail);
    free(i);
}

void api_import_free_all(struct hss *me)
{
    LIST_EACH (it, &me->importing) {
        import_free(container_of(it, struct import, node));
    }
}

/* Room for one more: what is over goes, and what nobody goes on with. */
static bool make_room(struct hss *me)
{
    size_t all = 0, active = 0;

    LIST_EACH (it, &me->importing) {
        struct import *i = container_of(it, struct import, node);

        if (i->state == OPEN && now_us(i) - i->touched_us > IDLE_US) {
            import_free(i);
            continue;
        }
        all++;
        active += is_active(i);
    }
    LIST_EACH (it, &me->importing) {
        struct import *i = container_of(it, struct import, node);

        if (all < JOBS_MAX || is_active(i))
            continue;
        import_free(i);
        all--;
    }
    return active < ACTIVE_MAX;
}

static struct import *import_new(struct api_call *c, enum import_format format,
                                 struct slice name)
{
    struct hss *me = hss_of(c);
    struct import *i;
    struct why why;

    if (!make_room(me)) {
        api_add_header(c, "Retry-After", S("5"));
        api_problem(c, 503,
                    "%d imports are on their way; wait for one of them, or "
                    "delete it (GET /api/v1/imports)",
                    ACTIVE_MAX);
        return NULL;
    }
    i = mem_zalloc(sizeof(*i));
    i->me = me;
    i->number = ++me->last_import;
    i->format = format;
    str_set(&i->name, name);
    str_set(&i->who, c->who.name);
    i->touched_us = i->began_us = now_us(i);
    list_append(&me->importing, &i->node);
    if (!spool_open(&i->spool, me->self->store, &why))
        return i;
    api_fail(c, why.err, &why);
    import_free(i);
    return NULL;
}

static struct import *find(struct api_call *c)
{
    int64_t number;

    if (!body_path_number(c, 0, &number))
        return NULL;
    LIST_EACH (it, &hss_of(c)->importing) {
        struct import *i = container_of(it, struct import, node);

        if (i->number == number)
            return i;
    }
    api_problem(c, 404, "there is no import %lld, or no more",
                (long long)number);
    return NULL;
}

/* ---- telling ------------------------------------------------------------ */

static void put_errors(struct json *j, const struct complaints *errors)
{
    json_key(j, "errors");
    json_array_begin(j);
    body_put_errors(j, errors);
    json_array_end(j);
    json_put_u64(j, "error_count", errors->count);
}

static void put_import(struct json *j, const struct import *i)
{
    const struct store_import *r =
        i->loading ? loading_progress(i->loading) : &i->result;
    int64_t end = is_active(i) ? now_us(i) : i->ended_us;

    json_object_begin(j);
    json_put_int(j, "id", i->number);
    json_put_str(j, "state", state_name(i->state));
    json_put_text(j, "name", str_slice(&i->name));
    json_put_str(j, "format", i->format == IMPORT_CSV ? "csv" : "yaml");
    json_put_bool(j, "dry_run", i->dry_run);
    json_put_u64(j, "bytes", i->bytes);
    json_put_u64(j, "checked",
                 i->state == CHECKING ? import_reader_checked(i->reader)
                 : i->state == OPEN   ? 0
                                      : i->bytes);
    json_put_u64(j, "subscribers", i->subscribers);
    json_put_u64(j, "stored", r->done);
    json_put_u64(j, "inserted", r->inserted);
    json_put_u64(j, "unchanged", r->unchanged);
    if (r->audit)
        json_put_int(j, "audit", r->audit);
    json_put_u64(j, "milliseconds", (uint64_t)(end - i->began_us) / MSEC);
    if (i->detail.n)
        json_put_text(j, "detail", str_slice(&i->detail));
    if (i->state == FAILED && i->reader)
        put_errors(j, import_reader_complaints(i->reader));
    json_object_end(j);
}

static void answer(struct api_call *c, const struct import *i, unsigned status)
{
    put_import(&c->json, i);
    api_reply(c, status);
}

static void answer_created(struct api_call *c, const struct import *i)
{
    char location[64];

    snprintf(location, sizeof(location), "/api/v1/imports/%lld",
             (long long)i->number);
    put_import(&c->json, i);
    api_reply_created(c, slice_of(location));
}

/* ---- the work ----------------------------------------------------------- */

static void end(struct import *i, enum state state, const struct why *why)
{
    struct api_call *c = i->waiting;

    i->state = state;
    i->ended_us = now_us(i);
    i->loading = NULL;
    i->waiting = NULL;
    spool_close(&i->spool);
    if (why)
        str_set(&i->detail, slice_of(why->text));
    if (!c)
        return;
    if (state == DONE)
        answer(c, i, 200);
    else if (i->reader)
        body_refuse_file(c, import_reader_complaints(i->reader));
    else
        api_fail(c, why->err, why);
}

static void on_stored(void *ctx, enum ims_err err,
                      const struct store_import *what, const struct why *why)
{
    struct import *i = ctx;

    i->result = *what;
    end(i,
        !err                   ? DONE
        : err == IMS_CANCELLED ? CANCELLED
                               : FAILED,
        err ? why : NULL);
}

static void check(void *ctx)
{
    struct import *i = ctx;

    (void)!import_reader_check(i->reader);
}

static void fail(struct import *i)
{
    struct why why;

    why_set(&why, IMS_CONFIG, "%zu errors; nothing was imported",
            import_reader_complaints(i->reader)->count);
    end(i, FAILED, &why);
}

static void give_up(struct import *i)
{
    struct why why;

    why_set(&why, IMS_CANCELLED, "the import was given up");
    import_reader_free(i->reader);
    i->reader = NULL;
    end(i, CANCELLED, &why);
}

static void on_checked(void *ctx)
{
    struct import *i = ctx;
    struct loading_ask ask = {.reader = i->reader,
                              .who = str_slice(&i->who),
                              .what = str_slice(&i->name),
                              .dry_run = i->dry_run,
                              .done = on_stored,
                              .ctx = i};

    if (i->cancelled) {
        give_up(i);
        return;
    }
    if (import_reader_complaints(i->reader)->count) {
        fail(i);
        return;
    }
    i->subscribers = import_reader_count(i->reader);
    i->state = STORING;
    i->reader = NULL;
    i->loading = loading_begin(i->me, &ask);
}

/* Checked in a lane of its own: a million lines take their time. */
static enum ims_err run(struct import *i, struct why *why)
{
    struct slice domain = slice_of(i->me->env->domain), text;
    struct catalogue known;
    struct arena a;
    enum ims_err err = spool_map(&i->spool, &text, why);

    arena_init(&a, 4096, ROOM_MAX);
    if (!err)
        err = store_catalogue(i->me->store, &a, &known, why);
    if (!err) {
        i->reader = import_reader_new(i->format, text, domain, &known);
        i->state = CHECKING;
        i->began_us = now_us(i);
        if (!i->me->import_lane)
            i->me->import_lane = lane_open(i->me->env->net, "import");
        lane_do(i->me->import_lane, check, on_checked, i);
    }
    arena_fini(&a);
    return err;
}

/* ---- one body ----------------------------------------------------------- */

static bool format_of_type(struct api_call *c, enum import_format *out)
{
    static const char *const yaml[] = {"application/yaml", "application/x-yaml",
                                       "text/yaml", "text/x-yaml",
                                       "application/json"}; /* is YAML too */
    struct slice rest = c->type, type;

    slice_cut(&rest, ';', &type);
    type = slice_trim(type);
    *out = slice_eq_nocase(type, S("text/csv")) ? IMPORT_CSV : IMPORT_YAML;
    if (*out == IMPORT_CSV || type.n == 0)
        return true;
    for (size_t i = 0; i < sizeof(yaml) / sizeof(yaml[0]); i++) {
        if (slice_eq_nocase(type, slice_of(yaml[i])))
            return true;
    }
    api_problem(c, 415,
                "a file of type %.*s; send Content-Type: application/yaml or "
                "text/csv",
                SLICE_ARG(slice_first(type, 80)));
    return false;
}

void api_post_import(struct node *n, struct api_call *c)
{
    enum import_format format;
    bool dry_run, wait;
    struct import *i;
    struct why why;
    enum ims_err err;

    (void)n;
    if (!body_flag(c, "dry_run", false, &dry_run) ||
        !body_flag(c, "wait", true, &wait) || !format_of_type(c, &format))
        return;
    i = import_new(c, format, S("upload"));
    if (!i)
        return;
    i->dry_run = dry_run;
    i->bytes = c->body.n;
    err = spool_write(&i->spool, 0, c->body, &why);
    if (!err)
        err = run(i, &why);
    if (err) {
        api_fail(c, err, &why);
        import_free(i);
    } else if (wait) {
        i->waiting = c;
    } else {
        answer(c, i, 202);
    }
}

/* ---- several ------------------------------------------------------------ */

void api_list_imports(struct node *n, struct api_call *c)
{
    (void)n;
    json_object_begin(&c->json);
    json_key(&c->json, "imports");
    json_array_begin(&c->json);
    LIST_EACH (it, &hss_of(c)->importing) {
        put_import(&c->json, container_of(it, struct import, node));
    }
    json_array_end(&c->json);
    json_object_end(&c->json);
    api_reply(c, 200);
}

void api_get_import(struct node *n, struct api_call *c)
{
    struct import *i = find(c);

    (void)n;
    if (i)
        answer(c, i, 200);
}

void api_open_import(struct node *n, struct api_call *c)
{
    static const char *const keys[] = {"format", "name", NULL};
    json_t *body = body_json(c, "application/json");
    struct slice format = S(""), name = S("upload");
    struct import *i = NULL;
    bool csv;

    (void)n;
    if (body && body_only(c, body, keys) &&
        body_text(c, body, "format", true, &format) &&
        body_text(c, body, "name", false, &name)) {
        csv = slice_eq(format, S("csv"));
        if (csv || slice_eq(format, S("yaml")))
            i = import_new(c, csv ? IMPORT_CSV : IMPORT_YAML,
                           slice_first(name, 200));
        else
            body_refuse_at(c, "/format", "yaml or csv was expected");
    }
    if (i)
        answer_created(c, i);
    json_decref(body);
}

static bool must_be_open(struct api_call *c, const struct import *i)
{
    if (i->state == OPEN)
        return true;
    api_problem(c, 409, "the import is %s; only an open one takes parts",
                state_name(i->state));
    return false;
}

void api_put_import_part(struct node *n, struct api_call *c)
{
    struct import *i = find(c);
    struct slice given;
    uint64_t offset;
    struct why why;

    (void)n;
    if (!i || !must_be_open(c, i))
        return;
    if (!api_query(c, "offset", &given)) {
        api_problem(c, 400, "no offset; ?offset=%llu was expected",
                    (unsigned long long)i->bytes);
    } else if (api_query_u64(c, "offset", INT64_MAX, 0, &offset, &why)) {
        api_fail(c, why.err, &why);
    } else if (offset != i->bytes) {
        api_problem(c, 409, "offset %llu; the next part begins at %llu",
                    (unsigned long long)offset, (unsigned long long)i->bytes);
    } else if (i->bytes + c->body.n > IMPORT_MAX) {
        api_problem(c, 413, "the file would be longer than %d bytes",
                    IMPORT_MAX);
    } else if (spool_write(&i->spool, i->bytes, c->body, &why)) {
        api_fail(c, why.err, &why);
    } else {
        i->bytes += c->body.n;
        i->touched_us = now_us(i);
        answer(c, i, 200);
    }
}

void api_run_import(struct node *n, struct api_call *c)
{
    struct import *i = find(c);
    struct why why;
    enum ims_err err;

    (void)n;
    if (!i || !must_be_open(c, i) ||
        !body_flag(c, "dry_run", false, &i->dry_run))
        return;
    err = run(i, &why);
    if (err)
        api_fail(c, err, &why);
    else
        answer(c, i, 202);
}

void api_delete_import(struct node *n, struct api_call *c)
{
    struct import *i = find(c);

    (void)n;
    if (!i)
        return;
    if (i->state == CHECKING)
        i->cancelled = true;
    else if (i->state == STORING)
        loading_cancel(i->loading);
    else
        import_free(i);
    api_reply(c, 204);
}
