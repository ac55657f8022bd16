/* SPDX-License-Identifier: MIT */
#include "hss/api.h"
#include "hss/export.h"
#include "hss/exporting.h"
#include "hss/hss.h"
#include "hss/loading.h"
#include "node/links.h"

enum { PAGE_MAX = 1000, PAGE = 100, ERRORS_MAX = 1 << 20 };

static struct hss *hss_of(struct node *n)
{
    return n->state;
}

/* ---- reading ------------------------------------------------------------ */

/* By the id of an answer, or by any identity of the subscriber. */
static bool find(struct api_call *c, int64_t *id)
{
    struct hss *me = hss_of(c->node);
    struct slice name = c->param[0];
    struct identity canonical;
    struct why why;
    uint64_t number;
    enum ims_err err;

    if (slice_u64(name, INT64_MAX, &number)) {
        *id = (int64_t)number;
        return true;
    }
    if (!identity_canonical(name, &canonical, NULL))
        name = identity_slice(&canonical);
    err = store_find(me->store, name, id, &why);
    if (err)
        api_fail(c, err, &why);
    return !err;
}

static bool read_one(struct api_call *c, int64_t id, struct subscriber *out)
{
    struct why why;
    enum ims_err err =
        store_read(hss_of(c->node)->store, &c->arena, id, out, &why);

    if (err == IMS_NOT_FOUND)
        why_set(&why, err, "there is no subscriber %lld", (long long)id);
    if (err)
        api_fail(c, err, &why);
    return !err;
}

static void get_subscriber(struct node *n, struct api_call *c)
{
    struct subscriber s;
    int64_t id;

    (void)n;
    if (!find(c, &id) || !read_one(c, id, &s))
        return;
    export_json(&c->json, &s);
    api_reply(c, 200);
}

/* Two lists page alike: ids behind ?after=, at most ?limit= of them. */
typedef enum ims_err list_fn(struct store *s, struct arena *a, int64_t after,
                             size_t max, struct store_ids *out,
                             struct why *why);

static bool read_page(struct api_call *c, list_fn *list, struct store_ids *ids)
{
    uint64_t after, limit;
    struct why why;

    if (api_query_u64(c, "after", INT64_MAX, 0, &after, &why) ||
        api_query_u64(c, "limit", PAGE_MAX, PAGE, &limit, &why) ||
        list(hss_of(c->node)->store, &c->arena, (int64_t)after, limit, ids,
             &why)) {
        api_fail(c, why.err, &why);
        return false;
    }
    return true;
}

static void put_next(struct api_call *c, const struct store_ids *ids)
{
    if (ids->n)
        json_put_int(&c->json, "next_after", ids->p[ids->n - 1]);
}

static bool put_total(struct api_call *c, bool of_registered)
{
    uint64_t subscribers, registered;
    struct why why;
    enum ims_err err =
        store_count(hss_of(c->node)->store, &subscribers, &registered, &why);

    if (err) {
        api_fail(c, err, &why);
        return false;
    }
    json_object_begin(&c->json);
    json_put_u64(&c->json, "total", of_registered ? registered : subscribers);
    return true;
}

static void get_subscribers(struct node *n, struct api_call *c)
{
    struct subscriber s;
    struct store_ids ids;

    if (!read_page(c, store_list, &ids) || !put_total(c, false))
        return;
    json_key(&c->json, "subscribers");
    json_array_begin(&c->json);
    for (size_t i = 0; i < ids.n; i++) {
        if (!store_read(hss_of(n)->store, &c->arena, ids.p[i], &s, NULL))
            export_json(&c->json, &s);
    }
    json_array_end(&c->json);
    put_next(c, &ids);
    json_object_end(&c->json);
    api_reply(c, 200);
}

static void get_registrations(struct node *n, struct api_call *c)
{
    struct subscriber s;
    struct store_ids ids;

    if (!read_page(c, store_list_served, &ids) || !put_total(c, true))
        return;
    json_key(&c->json, "registrations");
    json_array_begin(&c->json);
    for (size_t i = 0; i < ids.n; i++) {
        if (store_read(hss_of(n)->store, &c->arena, ids.p[i], &s, NULL))
            continue;
        json_object_begin(&c->json);
        json_put_int(&c->json, "subscriber", s.id);
        json_key(&c->json, "sets");
        export_json_sets(&c->json, &s);
        json_object_end(&c->json);
    }
    json_array_end(&c->json);
    put_next(c, &ids);
    json_object_end(&c->json);
    api_reply(c, 200);
}

static void get_peers(struct node *n, struct api_call *c)
{
    node_dump_peers(&n->env, hss_of(n)->diameter, &c->json);
    api_reply(c, 200);
}

/* ---- writing ------------------------------------------------------------ */

/* A change on its way; dies with its answer. */
struct change {
    struct api_call *call;
    int64_t id;
};

static struct change *change_new(struct api_call *c, int64_t id)
{
    struct change *ch = arena_alloc(&c->arena, sizeof(*ch));

    if (!ch) {
        api_problem(c, 503, "no memory is left for this request");
        return NULL;
    }
    *ch = (struct change){c, id};
    return ch;
}

static bool read_body(struct api_call *c, bool secrets_may_lack,
                      struct subscriber *out)
{
    struct draft_rules rules = {.domain = slice_of(c->node->env.domain),
                                .secrets_may_lack = secrets_may_lack};
    struct why why;
    enum ims_err err = import_json(c->body, &rules, &c->arena, out, &why);

    if (err)
        api_fail(c, err, &why);
    return !err;
}

/* A name that the body mentions and nobody knows is the body's fault, not
 * that of the path. */
static void fail_change(struct api_call *c, enum ims_err err,
                        const struct why *why)
{
    if (err == IMS_NOT_FOUND || err == IMS_MISSING)
        api_problem(c, 400, "%s", why->text);
    else
        api_fail(c, err, why);
}

static void on_created(void *ctx, enum ims_err err, const struct why *why)
{
    struct change *ch = ctx;
    struct api_call *c = ch->call;
    struct subscriber s;
    char location[64];
    struct buf b;

    if (err) {
        fail_change(c, err, why);
        return;
    }
    if (!read_one(c, ch->id, &s))
        return;
    buf_over(&b, location, sizeof(location));
    buf_printf(&b, "/api/v1/subscribers/%lld", (long long)ch->id);
    export_json(&c->json, &s);
    api_reply_created(c, buf_slice(&b));
}

static void post_subscriber(struct node *n, struct api_call *c)
{
    struct subscriber s;
    struct change *ch;

    if (!read_body(c, false, &s))
        return;
    ch = change_new(c, 0);
    if (ch)
        store_create(hss_of(n)->store, &s, &ch->id, on_created, ch);
}

static void on_updated(void *ctx, enum ims_err err, const struct why *why)
{
    struct change *ch = ctx;
    struct subscriber s;

    if (err) {
        fail_change(ch->call, err, why);
        return;
    }
    if (!read_one(ch->call, ch->id, &s))
        return;
    export_json(&ch->call->json, &s);
    api_reply(ch->call, 200);
}

static void put_subscriber(struct node *n, struct api_call *c)
{
    struct subscriber now, s;
    struct change *ch;
    int64_t id;

    if (!find(c, &id) || !read_one(c, id, &now) || !read_body(c, true, &s))
        return;
    ch = change_new(c, id);
    if (ch)
        store_update(hss_of(n)->store, id, &s, on_updated, ch);
}

static void on_deleted(void *ctx, enum ims_err err, const struct why *why)
{
    struct change *ch = ctx;

    if (err)
        api_fail(ch->call, err, why);
    else
        api_reply(ch->call, 204);
}

static void delete_subscriber(struct node *n, struct api_call *c)
{
    struct change *ch;
    int64_t id;

    if (!find(c, &id))
        return;
    ch = change_new(c, id);
    if (ch)
        store_delete(hss_of(n)->store, id, on_deleted, ch);
}

/* ---- files -------------------------------------------------------------- */

static void on_uploaded(void *ctx, enum ims_err err,
                        const struct store_import *what, const struct why *why)
{
    struct api_call *c = ctx;

    if (err) {
        fail_change(c, err, why);
        return;
    }
    json_object_begin(&c->json);
    json_put_u64(&c->json, "inserted", what->inserted);
    json_put_u64(&c->json, "unchanged", what->unchanged);
    json_object_end(&c->json);
    api_reply(c, 200);
}

static bool is_csv(struct slice type)
{
    return slice_starts_nocase(type, S("text/csv"));
}

static void post_import(struct node *n, struct api_call *c)
{
    struct slice domain = slice_of(n->env.domain);
    struct catalogue known;
    struct import_file file;
    struct buf errors;
    struct why why;
    enum ims_err err =
        store_catalogue(hss_of(n)->store, &c->arena, &known, &why);

    if (err) {
        api_fail(c, err, &why);
        return;
    }
    buf_init(&errors, ERRORS_MAX);
    if (is_csv(c->type))
        err = import_csv(c->body, "csv", domain, &known, &file, &errors);
    else
        err = import_yaml(c->body, "yaml", domain, &known, &file, &errors);
    if (err) {
        api_problem(c, 400, "%.*s", SLICE_ARG(buf_slice(&errors)));
        import_file_fini(&file);
    } else {
        loading_begin(hss_of(n), &file, on_uploaded, c);
    }
    buf_fini(&errors);
}

const struct api_route hss_routes[HSS_ROUTES] = {
    {"GET", "/api/v1/subscribers", get_subscribers},
    {"POST", "/api/v1/subscribers", post_subscriber},
    {"GET", "/api/v1/subscribers/{id}", get_subscriber},
    {"PUT", "/api/v1/subscribers/{id}", put_subscriber},
    {"DELETE", "/api/v1/subscribers/{id}", delete_subscriber},
    {"GET", "/api/v1/registrations", get_registrations},
    {"POST", "/api/v1/import", post_import},
    {"GET", "/api/v1/export", exporting_get},
    {"POST", "/api/v1/export", exporting_post},
    {"GET", "/api/v1/peers", get_peers},
};
