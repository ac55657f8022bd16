/* SPDX-License-Identifier: MIT
 *
 * Subscribers as resources: lists and searches, one as a whole.
 */
#include "hss/api_subscribers.h"
#include "hss/change.h"
#include "hss/export.h"
#include "hss/patch.h"

enum { PAGE_MAX = 1000, PAGE = 100, ROOM_MAX = 8 << 20, HITS_MAX = 8 };

/* ---- lists -------------------------------------------------------------- */

/* Identities that a text may stand for: what is meant exactly comes first. */
static enum ims_err exact_hits(struct api_call *c, struct slice q,
                               int64_t hits[HITS_MAX], size_t *count,
                               struct why *why)
{
    static const char *const forms[] = {"%.*s", "sip:%.*s", "tel:%.*s",
                                        "sip:%.*s@%s", "%.*s@%s"};
    struct store *s = hss_of(c)->store;
    enum ims_err err;
    size_t n = 0;

    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        char text[512];
        struct identity canonical;
        struct slice name;
        struct buf b;
        int64_t id;
        size_t k = 0;

        buf_over(&b, text, sizeof(text));
        buf_printf(&b, forms[i], SLICE_ARG(q), c->node->env.domain);
        name = buf_slice(&b);
        if (!identity_any_canonical(name, &canonical, NULL))
            name = identity_slice(&canonical);
        err = b.full ? IMS_NOT_FOUND : store_find(s, name, &id, why);
        if (err == IMS_NOT_FOUND)
            continue;
        if (err)
            return err;
        while (k < n && hits[k] != id)
            k++;
        if (k == n)
            hits[n++] = id;
    }
    *count = n;
    return IMS_OK;
}

struct page {
    struct slice q; /* p NULL: all */
    uint64_t after, limit;
    int64_t hits[HITS_MAX];
    size_t nhits;
    struct store_ids ids;
};

static bool read_page(struct api_call *c, struct page *p)
{
    struct store *s = hss_of(c)->store;
    enum ims_err err;
    struct why why;

    if (api_query_u64(c, "after", INT64_MAX, 0, &p->after, &why) ||
        api_query_u64(c, "limit", PAGE_MAX, PAGE, &p->limit, &why)) {
        api_fail(c, why.err, &why);
        return false;
    }
    p->q = (struct slice){NULL, 0};
    if (api_query(c, "q", &p->q))
        p->q = slice_trim(p->q);
    if (!p->q.n) {
        err = store_list(s, &c->arena, (int64_t)p->after, p->limit, &p->ids,
                         &why);
    } else {
        err = exact_hits(c, p->q, p->hits, &p->nhits, &why);
        if (!err)
            err = store_search(
                s, &c->arena,
                &(struct store_search){
                    .text = p->q, .after = (int64_t)p->after, .max = p->limit},
                &p->ids, &why);
    }
    if (err)
        api_fail(c, err, &why);
    return !err;
}

static bool is_hit(const struct page *p, int64_t id)
{
    for (size_t i = 0; i < p->nhits; i++) {
        if (p->hits[i] == id)
            return true;
    }
    return false;
}

/* Memory of one after the other, so that a page of large ones has room. Who was
 * deleted since the page was listed is not in it. */
static enum ims_err put_one(struct api_call *c, int64_t id, struct why *why)
{
    struct subscriber s;
    struct arena a;
    struct why inner;
    enum ims_err err;

    arena_init(&a, 4096, ROOM_MAX);
    err = store_read(hss_of(c)->store, &a, id, &s, &inner);
    if (!err)
        export_json_listed(&c->json, &s);
    arena_fini(&a);
    if (err && err != IMS_NOT_FOUND)
        return why_set(why, err, "subscriber %lld: %s", (long long)id,
                       inner.text);
    return IMS_OK;
}

static enum ims_err put_page(struct api_call *c, const struct page *p,
                             struct why *why)
{
    enum ims_err err = IMS_OK;

    for (size_t i = 0; !err && i < p->nhits && p->after == 0 && p->limit; i++)
        err = put_one(c, p->hits[i], why);
    for (size_t i = 0; !err && i < p->ids.n; i++)
        if (!is_hit(p, p->ids.p[i]))
            err = put_one(c, p->ids.p[i], why);
    return err;
}

void api_list_subscribers(struct node *n, struct api_call *c)
{
    struct page p = {0};
    uint64_t total, registered;
    struct why why;

    (void)n;
    if (!read_page(c, &p))
        return;
    if (store_count(hss_of(c)->store, &total, &registered, &why)) {
        api_fail(c, why.err, &why);
        return;
    }
    json_object_begin(&c->json);
    json_put_u64(&c->json, "total", total);
    json_key(&c->json, "subscribers");
    json_array_begin(&c->json);
    if (put_page(c, &p, &why)) {
        api_fail(c, why.err, &why);
        return;
    }
    json_array_end(&c->json);
    if (p.ids.n && p.ids.n == p.limit)
        json_put_int(&c->json, "next_after", p.ids.p[p.ids.n - 1]);
    json_object_end(&c->json);
    api_reply(c, 200);
}

/* ---- one ---------------------------------------------------------------- */

void api_get_subscriber(struct node *n, struct api_call *c)
{
    struct subscriber s;

    (void)n;
    if (!change_read(c, &s))
        return;
    export_json(&c->json, &s);
    change_add_etag(c, s.version);
    api_reply(c, 200);
}

void api_get_subscriber_registration(struct node *n, struct api_call *c)
{
    struct subscriber s;

    (void)n;
    if (!change_read(c, &s))
        return;
    json_object_begin(&c->json);
    json_put_int(&c->json, "subscriber", s.id);
    json_key(&c->json, "sets");
    export_json_sets(&c->json, &s);
    json_object_end(&c->json);
    api_reply(c, 200);
}

static json_t *body_as_it_is(struct change *ch, const json_t *now)
{
    (void)now;
    return body_json(ch->call, "application/json");
}

void api_post_subscriber(struct node *n, struct api_call *c)
{
    (void)n;
    change_create(c, body_as_it_is);
}

void api_put_subscriber(struct node *n, struct api_call *c)
{
    (void)n;
    change_begin(c, body_as_it_is, true);
}

static json_t *body_as_patch(struct change *ch, const json_t *now)
{
    json_t *patch = body_json(ch->call, "application/merge-patch+json");
    json_t *tree = patch ? json_deep_copy(now) : NULL;
    const char *key = "", *why = "";

    if (patch && !patch_subscriber(tree, patch, &key, &why)) {
        char pointer[32];
        struct buf b;

        buf_over(&b, pointer, sizeof(pointer) - 1);
        buf_printf(&b, "/%s", key);
        pointer[b.n] = '\0';
        body_refuse_at(ch->call, pointer, "%s", why);
        json_decref(tree);
        tree = NULL;
    }
    json_decref(patch);
    return tree;
}

void api_patch_subscriber(struct node *n, struct api_call *c)
{
    (void)n;
    change_begin(c, body_as_patch, false);
}

void api_delete_subscriber(struct node *n, struct api_call *c)
{
    (void)n;
    change_begin(c, NULL, false);
}
