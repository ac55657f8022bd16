/* SPDX-License-Identifier: MIT */
#include "hss/api_registrations.h"
#include "hss/body.h"
#include "hss/export.h"
#include "hss/hss.h"
#include "hss/provisioning.h"
#include "ims/identity.h"

enum {
    PAGE_MAX = 1000,
    PAGE = 100,
    LOOKED_MAX = 2000, /* found by a text, served or not: of one page */
    ROOM_MAX = 8 << 20,
};

struct page {
    struct store *store;
    struct json *json;
    uint64_t after, limit, shown;
    uint64_t next; /* 0: nothing follows */
};

static bool is_served(const struct subscriber *s)
{
    for (size_t i = 0; i < s->nsets; i++) {
        if (subscriber_set_is_served(&s->sets[i]))
            return true;
    }
    return false;
}

/* One after the other in memory of its own: a page of large ones has room. Who
 * was deleted since the page was listed is not in it. */
static enum ims_err put_one(struct page *p, int64_t id, struct why *why)
{
    struct subscriber s;
    struct arena a;
    struct why inner;
    enum ims_err err;

    arena_init(&a, 4096, ROOM_MAX);
    err = store_read(p->store, &a, id, &s, &inner);
    if (!err && is_served(&s)) {
        json_object_begin(p->json);
        json_put_int(p->json, "subscriber", s.id);
        json_key(p->json, "sets");
        export_json_sets(p->json, &s);
        json_object_end(p->json);
        p->shown++;
    }
    arena_fini(&a);
    if (err && err != IMS_NOT_FOUND)
        return why_set(why, err, "subscriber %lld: %s", (long long)id,
                       inner.text);
    return IMS_OK;
}

static enum ims_err put_all(struct api_call *c, struct page *p, struct why *why)
{
    struct store_ids ids;
    enum ims_err err = store_list_served(p->store, &c->arena, (int64_t)p->after,
                                         p->limit, &ids, why);

    for (size_t i = 0; !err && i < ids.n; i++)
        err = put_one(p, ids.p[i], why);
    if (!err && ids.n && ids.n == p->limit)
        p->next = (uint64_t)ids.p[ids.n - 1];
    return err;
}

/* "alice@ims.example" as well as "sip:alice@ims.example". */
static enum ims_err find_one(struct page *p, struct slice name, int64_t *id,
                             struct why *why)
{
    enum ims_err err = why_set(why, IMS_NOT_FOUND, "nobody has that identity");

    static const char *const forms[] = {"%.*s", "sip:%.*s", "tel:%.*s"};
    enum { FORMS = sizeof(forms) / sizeof(forms[0]) };

    for (size_t i = 0; err == IMS_NOT_FOUND && i < FORMS; i++) {
        char text[512];
        struct identity canonical;
        struct slice form;
        struct buf b;

        buf_over(&b, text, sizeof(text));
        buf_printf(&b, forms[i], SLICE_ARG(name));
        form = buf_slice(&b);
        if (!identity_any_canonical(form, &canonical, NULL))
            form = identity_slice(&canonical);
        if (!b.full)
            err = store_find(p->store, form, id, why);
    }
    return err;
}

static enum ims_err put_found(struct api_call *c, struct page *p,
                              struct slice q, struct why *why)
{
    struct store_ids ids;
    enum ims_err err;
    int64_t id;
    size_t i;

    err = find_one(p, q, &id, why);
    if (!err)
        return p->after ? IMS_OK : put_one(p, id, why);
    if (err != IMS_NOT_FOUND)
        return err;
    err = store_search(p->store, &c->arena,
                       &(struct store_search){.text = q,
                                              .after = (int64_t)p->after,
                                              .max = LOOKED_MAX},
                       &ids, why);
    if (err)
        return err;
    for (i = 0; !err && i < ids.n && p->shown < p->limit; i++)
        err = put_one(p, ids.p[i], why);
    if (i && (i < ids.n || ids.n == LOOKED_MAX))
        p->next = (uint64_t)ids.p[i - 1];
    return err;
}

/* A subscription is told once for each of its identities that is named. */
static enum ims_err put_those(struct page *p, struct slice list,
                              struct why *why)
{
    enum ims_err err = IMS_OK;
    struct slice name;
    int64_t id;

    while (!err && p->shown < PAGE_MAX && slice_cut(&list, ' ', &name)) {
        if (name.n)
            err = find_one(p, name, &id, why);
        if (!err && name.n)
            err = put_one(p, id, why);
        else if (err == IMS_NOT_FOUND)
            err = IMS_OK;
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
    if (err && err != IMS_NOT_FOUND) {
        api_fail(c, err, &why);
        return;
    }
    json_array_end(&c->json);
    if (p.next)
        json_put_u64(&c->json, "next_after", p.next);
    json_object_end(&c->json);
    api_reply(c, 200);
}
