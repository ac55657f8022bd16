/* SPDX-License-Identifier: MIT */
#include "hss/api_catalogue.h"
#include "hss/body.h"
#include "hss/export.h"
#include "hss/spread.h"
#include "hss/tree.h"
#include <inttypes.h>
#include <stdio.h>

enum { TEXT_MAX = 16 << 20 };

/* "/api/v1/profiles/...": which of them. */
static enum catalogue_kind kind_of(const struct api_call *c)
{
    if (slice_starts(c->path, S("/api/v1/profiles")))
        return CATALOGUE_PROFILE;
    return slice_starts(c->path, S("/api/v1/shared-ifc")) ? CATALOGUE_SHARED
                                                          : CATALOGUE_CHARGING;
}

/* ---- reading ------------------------------------------------------------ */

static bool read_all(struct api_call *c, struct catalogue *out)
{
    struct why why;
    enum ims_err err = store_catalogue(hss_of(c)->store, &c->arena, out, &why);

    if (err)
        api_fail(c, err, &why);
    return !err;
}

static enum ims_err put_section(struct api_call *c, struct slice name,
                                enum catalogue_kind kind,
                                const struct catalogue *all, struct why *why)
{
    struct slice yaml;
    struct arena a;
    enum ims_err err;

    arena_init(&a, 0, TEXT_MAX);
    err = catalogue_yaml(all, kind, name, &a, &yaml, why);
    if (!err)
        catalogue_json(&c->json, yaml);
    arena_fini(&a);
    return err;
}

static enum ims_err put_sections(struct api_call *c, enum catalogue_kind kind,
                                 const struct catalogue *all, struct why *why)
{
    enum ims_err err = IMS_OK;
    char number[16];

    for (struct catalogue_profile *i = all->profiles;
         !err && i && kind == CATALOGUE_PROFILE; i = i->next)
        err = put_section(c, i->name, kind, all, why);
    for (struct catalogue_shared *i = all->shared;
         !err && i && kind == CATALOGUE_SHARED; i = i->next) {
        snprintf(number, sizeof(number), "%u", i->id);
        err = put_section(c, slice_of(number), kind, all, why);
    }
    for (struct catalogue_charging *i = all->charging;
         !err && i && kind == CATALOGUE_CHARGING; i = i->next)
        err = put_section(c, i->name, kind, all, why);
    return err;
}

void api_list_entries(struct node *n, struct api_call *c)
{
    enum catalogue_kind kind = kind_of(c);
    struct catalogue all;
    struct why why;

    (void)n;
    if (!read_all(c, &all))
        return;
    json_object_begin(&c->json);
    json_key(&c->json, catalogue_section(kind));
    json_array_begin(&c->json);
    if (put_sections(c, kind, &all, &why)) {
        api_fail(c, why.err, &why);
        return;
    }
    json_array_end(&c->json);
    json_object_end(&c->json);
    api_reply(c, 200);
}

enum { ETAG_BYTES = 24 };

/* Strong: it is of the text itself. */
static struct slice etag_of(struct slice yaml, char out[static ETAG_BYTES])
{
    snprintf(out, ETAG_BYTES, "\"%016" PRIx64 "\"", slice_hash(yaml, 0));
    return slice_of(out);
}

static bool keep_yaml(struct api_call *c, const struct catalogue *all,
                      struct slice *yaml)
{
    struct why why;
    enum ims_err err =
        catalogue_yaml(all, kind_of(c), c->param[0], &c->arena, yaml, &why);

    if (err)
        api_fail(c, err, &why);
    return !err;
}

static bool read_one(struct api_call *c, struct slice *yaml)
{
    struct catalogue all;

    return read_all(c, &all) && keep_yaml(c, &all, yaml);
}

static void not_there(struct api_call *c)
{
    api_problem(c, 404, "there is no %s %.*s", catalogue_word(kind_of(c)),
                SLICE_ARG(slice_first(c->param[0], 120)));
}

static void answer(struct api_call *c, struct slice yaml, unsigned status)
{
    char etag[ETAG_BYTES];

    catalogue_json(&c->json, yaml);
    api_add_header(c, "ETag", etag_of(yaml, etag));
    api_reply(c, status);
}

void api_get_entry(struct node *n, struct api_call *c)
{
    struct slice yaml;

    (void)n;
    if (!read_one(c, &yaml))
        return;
    if (yaml.n)
        answer(c, yaml, 200);
    else
        not_there(c);
}

/* ---- writing ------------------------------------------------------------ */

struct entry {
    struct api_call *call;
    struct slice before, yaml; /* as it was, as it is to be */
    bool dry_run, push;
};

/* Those who use it get it behind the answer: they may be many. */
static void spread(const struct entry *e)
{
    struct api_call *c = e->call;

    if (e->push && !e->dry_run && e->before.n && e->yaml.n &&
        !slice_eq(e->before, e->yaml))
        spread_begin(hss_of(c), kind_of(c), c->param[0], c->who.name);
}

static bool has_precondition(const struct api_call *c)
{
    return api_header(c, "If-Match").p || api_header(c, "If-None-Match").p;
}

/* Else it is in use. */
static void refuse_conflict(struct entry *e, const struct why *why)
{
    struct api_call *c = e->call;
    struct slice now;

    if (has_precondition(c) && !read_one(c, &now))
        return;
    if (has_precondition(c) && !slice_eq(now, e->before))
        api_problem(c, 412, "%s", why->text);
    else
        api_fail(c, IMS_CONFLICT, why);
}

static void on_written(void *ctx, enum ims_err err, const struct why *why)
{
    struct entry *e = ctx;
    struct api_call *c = e->call;

    if (!err)
        spread(e);
    if (err == IMS_CONFLICT)
        refuse_conflict(e, why);
    else if (err == IMS_NOT_FOUND)
        body_refuse_at(c, "", "%s", why->text);
    else if (err)
        api_fail(c, err, why);
    else if (!e->yaml.n && !e->dry_run)
        api_reply(c, 204);
    else
        answer(c, e->yaml.n ? e->yaml : e->before,
               e->before.n || e->dry_run ? 200 : 201);
}

static bool holds(struct entry *e)
{
    struct api_call *c = e->call;
    struct slice match = api_header(c, "If-Match");
    struct slice none = api_header(c, "If-None-Match");
    char text[ETAG_BYTES];
    struct slice etag = etag_of(e->before, text);

    if (match.p && (!e->before.n || !body_names_etag(match, etag)))
        api_problem(c, 412, "the %s is another one by now; read it again",
                    catalogue_word(kind_of(c)));
    else if (none.p && e->before.n && body_names_etag(none, etag))
        api_problem(c, 412, "the %s exists already",
                    catalogue_word(kind_of(c)));
    else
        return true;
    return false;
}

static bool has_control(struct slice name)
{
    for (size_t i = 0; i < name.n; i++) {
        if ((unsigned char)name.p[i] < 0x20 || name.p[i] == 0x7f)
            return true;
    }
    return false;
}

static struct entry *begin(struct api_call *c)
{
    struct entry *e = arena_zalloc(&c->arena, sizeof(*e));
    uint64_t number;

    if (!e) {
        api_problem(c, 503, "no memory is left for this request");
        return NULL;
    }
    e->call = c;
    if (kind_of(c) == CATALOGUE_SHARED &&
        (!slice_u64(c->param[0], INT32_MAX, &number) || number == 0)) {
        api_problem(c, 400, "a shared iFC set has a number from 1 on, not %.*s",
                    SLICE_ARG(slice_first(c->param[0], 40)));
        return NULL;
    }
    if (c->param[0].n > CATALOGUE_MAX_NAME || has_control(c->param[0])) {
        api_problem(c, 400,
                    "a name has at most %d bytes and no control characters",
                    CATALOGUE_MAX_NAME);
        return NULL;
    }
    return body_flag(c, "dry_run", false, &e->dry_run) &&
                   body_flag(c, "push", true, &e->push) &&
                   read_one(c, &e->before) && holds(e)
               ? e
               : NULL;
}

static void write_it(struct entry *e)
{
    struct api_call *c = e->call;
    struct store_entry_edit edit = {.kind = kind_of(c),
                                    .name = c->param[0],
                                    .yaml = e->yaml,
                                    .dry_run = e->dry_run,
                                    .who = c->who.name};

    if (has_precondition(c))
        edit.expected = e->before.n ? e->before : S("");
    store_entry_edit(hss_of(c)->store, &edit, on_written, e);
}

/* The name in the body may be left out, and is that of the path. */
static bool name_of(struct api_call *c, json_t *body)
{
    const char *key = kind_of(c) == CATALOGUE_SHARED ? "id" : "name";
    const json_t *said = json_object_get(body, key);
    struct slice text = S("");
    uint64_t number = 0;
    char pointer[16];

    if (json_is_string(said))
        text = slice_at(json_string_value(said), json_string_length(said));
    if (json_is_integer(said) && slice_u64(c->param[0], INT32_MAX, &number) &&
        json_integer_value(said) == (json_int_t)number)
        text = c->param[0];
    if (said && !json_is_null(said) && !slice_eq(text, c->param[0])) {
        snprintf(pointer, sizeof(pointer), "/%s", key);
        body_refuse_at(c, pointer, "another one than in the path");
        return false;
    }
    json_object_set_new(body, key, json_stringn(c->param[0].p, c->param[0].n));
    return true;
}

static bool read_entry(struct entry *e, const json_t *body)
{
    static tree_fn *const readers[] = {[CATALOGUE_PROFILE] = tree_profiles,
                                       [CATALOGUE_SHARED] = tree_shared,
                                       [CATALOGUE_CHARGING] = tree_charging};
    struct api_call *c = e->call;
    struct catalogue out = {0};
    struct json_reading r;
    struct yaml *tree;

    json_reading_init(&r, &c->arena);
    tree = json_tree(&r, body);
    if (tree && r.complaints.count == 0)
        readers[kind_of(c)](&r.complaints, tree, &out);
    if (!tree || r.complaints.count) {
        body_refuse(c, &r, S(""));
        return false;
    }
    return keep_yaml(c, &out, &e->yaml);
}

void api_put_entry(struct node *n, struct api_call *c)
{
    struct entry *e = begin(c);
    json_t *body = e ? body_json(c, "application/json") : NULL;

    (void)n;
    if (!body)
        return;
    if (name_of(c, body) && read_entry(e, body))
        write_it(e);
    json_decref(body);
}

void api_delete_entry(struct node *n, struct api_call *c)
{
    struct entry *e = begin(c);

    (void)n;
    if (!e)
        return;
    if (e->before.n)
        write_it(e);
    else
        not_there(c);
}

/* ---- undo --------------------------------------------------------------- */

/* "service profile gold": which one the entry is of. */
static bool parse_what(struct slice what, enum catalogue_kind *kind,
                       struct slice *name)
{
    for (int k = CATALOGUE_PROFILE; k <= CATALOGUE_CHARGING; k++) {
        struct slice word = slice_of(catalogue_word((enum catalogue_kind)k));

        if (!slice_starts(what, word))
            continue;
        *kind = (enum catalogue_kind)k;
        *name = slice_from(what, word.n + 1);
        return true;
    }
    return false;
}

void api_spread_entry(struct api_call *c, struct slice what)
{
    enum catalogue_kind kind;
    struct slice name;

    if (parse_what(what, &kind, &name))
        spread_begin(hss_of(c), kind, name, c->who.name);
}

static bool is_now(struct api_call *c, struct slice yaml, struct slice after)
{
    struct json j;
    struct buf text;
    bool same;

    buf_init(&text, TEXT_MAX);
    json_init(&j, &text);
    if (yaml.n)
        catalogue_json(&j, yaml);
    same = slice_eq(buf_slice(&text), after);
    buf_fini(&text);
    (void)c;
    return same;
}

enum ims_err api_undo_entry(struct api_call *c, const struct store_audit *a,
                            bool dry_run, store_fn *done, void *ctx,
                            struct why *why)
{
    struct store_entry_edit edit = {.yaml = a->undo,
                                    .dry_run = dry_run,
                                    .who = c->who.name,
                                    .undoes = a->n};
    struct catalogue all;
    enum ims_err err = store_catalogue(hss_of(c)->store, &c->arena, &all, why);

    if (err)
        return err;
    if (!parse_what(a->what, &edit.kind, &edit.name))
        return why_set(why, IMS_CONFLICT, "it is of no known kind");
    err = catalogue_yaml(&all, edit.kind, edit.name, &c->arena, &edit.expected,
                         why);
    if (err)
        return err;
    if (!is_now(c, edit.expected, a->after))
        return why_set(why, IMS_CONFLICT,
                       "the %s was changed since; undo that first",
                       catalogue_word(edit.kind));
    store_entry_edit(hss_of(c)->store, &edit, done, ctx);
    return IMS_OK;
}
