/* SPDX-License-Identifier: MIT
 *
 * Subscribers as resources: lists and searches, one as a whole.
 */
#include "hss/api_subscribers.h"
#include "hss/change.h"
#include "hss/export.h"
#include "hss/listed.h"
#include "hss/patch.h"

enum { PAGE_MAX = 1000, PAGE = 100 };

/* ---- lists -------------------------------------------------------------- */

struct page {
    struct slice q; /* p NULL: all */
    uint64_t after, limit;
    int64_t hits[MEANT_MAX]; /* what is meant exactly comes first */
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
        err = listed_meant(s, p->q, c->node->env.domain, MEANT_MAX, p->hits,
                           &p->nhits, &why);
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

static void put_one(void *list, const struct subscriber *one)
{
    export_json_listed(list, one);
}

static enum ims_err put_page(struct api_call *c, const struct page *p,
                             struct why *why)
{
    struct store *s = hss_of(c)->store;
    enum ims_err err = IMS_OK;

    for (size_t i = 0; !err && i < p->nhits && p->after == 0 && p->limit; i++)
        err = listed_give(s, p->hits[i], put_one, &c->json, why);
    for (size_t i = 0; !err && i < p->ids.n; i++)
        if (!is_hit(p, p->ids.p[i]))
            err = listed_give(s, p->ids.p[i], put_one, &c->json, why);
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
