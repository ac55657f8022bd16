/* SPDX-License-Identifier: MIT */
#include "hss/listed.h"
#include "ims/identity.h"

enum { ROOM_MAX = 8 << 20 };

/* ---- who is meant ------------------------------------------------------- */

static enum ims_err find(struct store *s, struct slice text, int64_t *id,
                         struct why *why)
{
    struct identity canonical;

    if (!identity_any_canonical(text, &canonical, NULL))
        text = identity_slice(&canonical);
    return store_find(s, text, id, why);
}

static void add(int64_t *ids, size_t *count, int64_t id)
{
    for (size_t i = 0; i < *count; i++) {
        if (ids[i] == id)
            return;
    }
    ids[(*count)++] = id;
}

enum ims_err listed_meant(struct store *s, struct slice text,
                          const char *domain, size_t max,
                          int64_t ids[MEANT_MAX], size_t *count,
                          struct why *why)
{
    static const char *const forms[] = {"%.*s", "sip:%.*s", "tel:%.*s",
                                        "sip:%.*s@%s", "%.*s@%s"};
    size_t n = domain ? 5 : 3;

    *count = 0;
    for (size_t i = 0; i < n && *count < max; i++) {
        char form[512];
        enum ims_err err;
        struct buf b;
        int64_t id;

        buf_over(&b, form, sizeof(form));
        buf_printf(&b, forms[i], SLICE_ARG(text), domain);
        if (b.full)
            continue; /* longer than any identity */
        err = find(s, buf_slice(&b), &id, why);
        if (!err)
            add(ids, count, id);
        else if (err != IMS_NOT_FOUND)
            return err;
    }
    return IMS_OK;
}

/* ---- one after the other ------------------------------------------------ */

enum ims_err listed_give(struct store *s, int64_t id,
                         void (*put)(void *list, const struct subscriber *one),
                         void *list, struct why *why)
{
    struct subscriber one;
    struct why inner;
    enum ims_err err;
    struct arena a;

    arena_init(&a, 4096, ROOM_MAX);
    err = store_read(s, &a, id, &one, &inner);
    if (!err)
        put(list, &one);
    arena_fini(&a);
    if (err && err != IMS_NOT_FOUND)
        return why_set(why, err, "subscriber %lld: %s", (long long)id,
                       inner.text);
    return IMS_OK;
}
