/* SPDX-License-Identifier: MIT
 *
 * The audit list and its undoing; back to the topology's start.
 */
#include "hss/api_audit.h"
#include "hss/api_catalogue.h"
#include "hss/body.h"
#include "hss/consequence.h"
#include "hss/import.h"
#include "hss/leavers.h"
#include "hss/loading.h"
#include <time.h>

enum { PAGE_MAX = 1000, PAGE = 100 };

/* ---- entries ------------------------------------------------------------ */

static void put_time(struct json *j, int64_t at_us)
{
    time_t seconds = (time_t)(at_us / SECOND);
    char text[32];
    struct tm tm;

    gmtime_r(&seconds, &tm);
    strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
    json_key(j, "time");
    json_printf(j, "%s.%03dZ", text, (int)(at_us % SECOND / MSEC));
}

static void put_state(struct json *j, const char *key, struct slice text)
{
    json_key(j, key);
    if (text.n)
        json_raw(j, text);
    else
        json_nothing(j);
}

static void put_number(struct json *j, const char *key, int64_t value)
{
    if (value)
        json_put_int(j, key, value);
}

static void put_entry(struct api_call *c, const struct store_audit *a)
{
    struct json *j = &c->json;
    struct why why;
    bool can = !store_can_undo(hss_of(c)->store, a, &why);

    json_object_begin(j);
    json_put_int(j, "number", a->n);
    put_time(j, a->at_us);
    json_put_text(j, "who", a->who);
    json_put_str(j, "action", audit_action_name(a->action));
    json_put_text(j, "what", a->what);
    put_number(j, "subscriber", a->sub);
    put_number(j, "last", a->last);
    put_number(j, "undoes", a->undoes);
    put_number(j, "undone_by", a->undone_by);
    json_put_bool(j, "can_undo", can);
    if (!can)
        json_put_str(j, "why_not", why.text);
    put_state(j, "before", a->before);
    put_state(j, "after", a->after);
    json_object_end(j);
}

void api_list_audit(struct node *n, struct api_call *c)
{
    struct store_audits list;
    uint64_t before, limit;
    struct why why;

    (void)n;
    if (api_query_u64(c, "before", INT64_MAX, INT64_MAX, &before, &why) ||
        api_query_u64(c, "limit", PAGE_MAX, PAGE, &limit, &why) ||
        store_audit_list(hss_of(c)->store, &c->arena, (int64_t)before, limit,
                         &list, &why)) {
        api_fail(c, why.err, &why);
        return;
    }
    json_object_begin(&c->json);
    json_key(&c->json, "entries");
    json_array_begin(&c->json);
    for (size_t i = 0; i < list.n; i++)
        put_entry(c, &list.p[i]);
    json_array_end(&c->json);
    if (list.n && list.n == limit)
        json_put_int(&c->json, "next_before", list.p[list.n - 1].n);
    json_object_end(&c->json);
    api_reply(c, 200);
}

static bool read_entry(struct api_call *c, struct arena *a, int64_t n,
                       struct store_audit *out)
{
    struct why why;
    enum ims_err err = store_audit(hss_of(c)->store, a, n, out, &why);

    if (err)
        api_fail(c, err, &why);
    return !err;
}

void api_get_audit(struct node *n, struct api_call *c)
{
    struct store_audit a;
    int64_t number;

    (void)n;
    if (!body_path_number(c, 0, &number) ||
        !read_entry(c, &c->arena, number, &a))
        return;
    put_entry(c, &a);
    api_reply(c, 200);
}

/* ---- undo --------------------------------------------------------------- */

struct undo {
    struct api_call *call;
    int64_t n;
    struct slice what;
    bool dry_run;
};

/* The entry that the undoing is, or would be of. */
static void answer(struct undo *u)
{
    struct api_call *c = u->call;
    struct store_audit a;

    if (!read_entry(c, &c->own, u->n, &a))
        return;
    if (a.undone_by && !read_entry(c, &c->own, a.undone_by, &a))
        return;
    put_entry(c, &a);
    api_reply(c, 200);
}

static void on_removed(void *ctx, enum ims_err err, const struct why *why)
{
    struct undo *u = ctx;

    if (err)
        api_fail(u->call, err, why);
    else
        answer(u);
}

static void on_edited(void *ctx, enum ims_err err, const struct store_edited *r,
                      const struct why *why)
{
    struct undo *u = ctx;

    if (!err && r->leaver)
        leavers_tell(hss_of(u->call)->leavers, r->leaver, r->before, NULL,
                     NULL);
    else if (!err && !u->dry_run && r->before && r->after && r->audit)
        hss_tell_change(hss_of(u->call), r->before, r->after, NULL, NULL);
    on_removed(ctx, err, why);
}

static void on_entry_undone(void *ctx, enum ims_err err, const struct why *why)
{
    struct undo *u = ctx;

    if (!err && !u->dry_run)
        api_spread_entry(u->call, u->what);
    on_removed(ctx, err, why);
}

/* What was before comes back; nothing was: then it goes. */
static void undo_one(struct undo *u, const struct store_audit *a)
{
    struct api_call *c = u->call;
    struct store_edit e = {.id = a->sub,
                           .version = STORE_ANY_VERSION,
                           .dry_run = u->dry_run,
                           .tells = true,
                           .who = c->who.name,
                           .undoes = a};
    struct import_file file = {0};
    struct catalogue known;
    struct buf errors;
    struct why why;
    enum ims_err err =
        store_catalogue(hss_of(c)->store, &c->arena, &known, &why);

    if (err) {
        api_fail(c, err, &why);
        return;
    }
    buf_init(&errors, 4096);
    if (a->undo.n && import_yaml(a->undo, "undo", slice_of(c->node->env.domain),
                                 &known, &file, &errors)) {
        api_problem(c, 409, "what was before cannot be read any more: %.*s",
                    SLICE_ARG(slice_first(buf_slice(&errors), 200)));
    } else {
        e.sub = file.nsubscribers ? file.subscribers : NULL;
        store_edit(hss_of(c)->store, &e, on_edited, u);
    }
    import_file_fini(&file);
    buf_fini(&errors);
}

static struct undo *undo_new(struct api_call *c, struct store_audit *a)
{
    struct undo *u = arena_zalloc(&c->arena, sizeof(*u));
    struct why why;

    if (!u) {
        api_problem(c, 503, "no memory is left for this request");
        return NULL;
    }
    u->call = c;
    if (!body_path_number(c, 0, &u->n) || !read_entry(c, &c->arena, u->n, a) ||
        !body_flag(c, "dry_run", false, &u->dry_run))
        return NULL;
    u->what = a->what;
    if (!store_can_undo(hss_of(c)->store, a, &why))
        return u;
    api_fail(c, why.err, &why);
    return NULL;
}

void api_undo(struct node *n, struct api_call *c)
{
    struct store_audit a;
    struct undo *u = undo_new(c, &a);

    (void)n;
    if (!u)
        return;
    if (a.action == AUDIT_CATALOGUE) {
        struct why why;
        enum ims_err err =
            api_undo_entry(c, &a, u->dry_run, on_entry_undone, u, &why);

        if (err)
            api_fail(c, err, &why);
        return;
    }
    if (a.last)
        store_remove(hss_of(c)->store, &a, c->who.name, u->dry_run, on_removed,
                     u);
    else
        undo_one(u, &a);
}

/* ---- reset -------------------------------------------------------------- */

static void on_loaded(void *ctx, enum ims_err err, const struct why *why)
{
    struct api_call *c = ctx;
    uint64_t subscribers = 0, registered;
    struct why counted;

    if (!err) {
        err =
            store_count(hss_of(c)->store, &subscribers, &registered, &counted);
        why = &counted;
    }
    if (err) {
        api_fail(c, err, why);
        return;
    }
    json_object_begin(&c->json);
    json_put_u64(&c->json, "subscribers", subscribers);
    json_object_end(&c->json);
    api_reply(c, 200);
}

void api_reset(struct node *n, struct api_call *c)
{
    struct why why;
    enum ims_err err = loading_reset(n->state, c->who.name, on_loaded, c, &why);

    if (err)
        api_fail(c, err, &why);
}
