/* SPDX-License-Identifier: MIT */
#include "hss/api_registrations.h"
#include "hss/body.h"
#include "hss/export.h"
#include "hss/hss.h"
#include "hss/listed.h"
#include "hss/provisioning.h"

enum {
    PAGE_MAX = 1000,
    PAGE = 100,
    LOOKED_MAX = 2000, /* found by a text, served or not: of one page */
};

struct page {
    struct store *store;
    struct json *json;
    uint64_t after, limit, shown;
    uint64_t next; /* 0: nothing follows */
};

static void put_one(void *list, const struct subscriber *one)
{
    struct page *p = list;

    if (!subscriber_is_served(one))
        return;
    json_object_begin(p->json);
    json_put_int(p->json, "subscriber", one->id);
    json_key(p->json, "sets");
    export_json_sets(p->json, one);
    json_object_end(p->json);
    p->shown++;
}

static enum ims_err give(struct page *p, int64_t id, struct why *why)
{
    return listed_give(p->store, id, put_one, p, why);
}

static enum ims_err put_all(struct api_call *c, struct page *p, struct why *why)
{
    struct store_ids ids;
    enum ims_err err = store_list_served(p->store, &c->arena, (int64_t)p->after,
                                         p->limit, &ids, why);

    for (size_t i = 0; !err && i < ids.n; i++)
        err = give(p, ids.p[i], why);
    if (!err && ids.n && ids.n == p->limit)
        p->next = (uint64_t)ids.p[ids.n - 1];
    return err;
}

static enum ims_err put_found(struct api_call *c, struct page *p,
                              struct slice q, struct why *why)
{
    struct store_ids ids;
    int64_t id[MEANT_MAX];
    size_t i, n;
    enum ims_err err = listed_meant(p->store, q, NULL, 1, id, &n, why);

    if (err)
        return err;
    if (n)
        return p->after ? IMS_OK : give(p, id[0], why);
    err = store_search(p->store, &c->arena,
                       &(struct store_search){.text = q,
                                              .after = (int64_t)p->after,
                                              .max = LOOKED_MAX},
                       &ids, why);
    if (err)
        return err;
    for (i = 0; !err && i < ids.n && p->shown < p->limit; i++)
        err = give(p, ids.p[i], why);
    if (i && (i < ids.n || ids.n == LOOKED_MAX))
        p->next = (uint64_t)ids.p[i - 1];
    return err;
}

/* A subscription is told once for each of its identities that is named. */
static enum ims_err put_those(struct page *p, struct slice list,
                              struct why *why)
{
    enum ims_err err = IMS_OK;
    int64_t id[MEANT_MAX];
    struct slice name;
    size_t n = 0;

    while (!err && p->shown < PAGE_MAX && slice_cut(&list, ' ', &name)) {
        if (name.n)
            err = listed_meant(p->store, name, NULL, 1, id, &n, why);
        if (!err && name.n && n)
            err = give(p, id[0], why);
    }
    return err;
}

static bool read_page(struct api_call *c, struct page *p)
{
    struct why why;

    *p = (struct page){.store = hss_of(c)->store, .json = &c->json};
    if (api_query_u64(c, "after", INT64_MAX, 0, &p->after, &why) ||
        api_query_u64(c, "limit", PAGE_MAX, PAGE, &p->limit, &why)) {
        api_fail(c, why.err, &why);
        return false;
    }
    return true;
}

void api_list_registrations(struct node *n, struct api_call *c)
{
    uint64_t subscribers, registered;
    enum ims_err err;
    struct slice q, of;
    struct page p;
    struct why why;

    (void)n;
    if (!read_page(c, &p))
        return;
    err = store_count(p.store, &subscribers, &registered, &why);
    json_object_begin(&c->json);
    json_put_u64(&c->json, "total", registered);
    json_key(&c->json, "registrations");
    json_array_begin(&c->json);
    if (err == IMS_OK && api_query(c, "of", &of))
        err = put_those(&p, of, &why);
    else if (err == IMS_OK && api_query(c, "q", &q) && slice_trim(q).n)
        err = put_found(c, &p, slice_trim(q), &why);
    else if (err == IMS_OK)
        err = put_all(c, &p, &why);
    if (err) {
        api_fail(c, err, &why);
        return;
    }
    json_array_end(&c->json);
    if (p.next)
        json_put_u64(&c->json, "next_after", p.next);
    json_object_end(&c->json);
    api_reply(c, 200);
}
