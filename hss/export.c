/* SPDX-License-Identifier: MIT */
#include "hss/export.h"

enum {
    PAGE = 256,           /* subscribers read at a time */
    PIECE_MAX = 64 << 20, /* bytes of a page as text */
    ROOM = 64 << 20,      /* bytes of a page read */
};

struct exporter {
    struct store *store;
    enum export_format format;
    bool secrets;
    struct buf text;
    export_fn *write;
    void *ctx;
};

static enum ims_err flush(struct exporter *e, struct why *why)
{
    enum ims_err err;

    if (e->text.full)
        return why_set(why, IMS_FULL, "a page of subscribers is too large");
    err = e->write(e->ctx, buf_slice(&e->text), why);
    buf_reset(&e->text);
    return err;
}

static enum ims_err head(struct exporter *e, struct why *why)
{
    struct catalogue c;
    struct arena a;
    enum ims_err err;

    if (e->format == EXPORT_CSV) {
        export_csv_heading(&e->text);
        return flush(e, why);
    }
    arena_init(&a, 4096, ROOM);
    err = store_catalogue(e->store, &a, &c, why);
    if (!err)
        export_yaml_catalogue(&e->text, &c);
    arena_fini(&a);
    buf_str(&e->text, "subscribers:\n");
    return err ? err : flush(e, why);
}

static enum ims_err one(struct exporter *e, struct arena *a, int64_t id,
                        struct why *why)
{
    struct subscriber s;
    enum ims_err err = store_read(e->store, a, id, &s, why);

    if (err)
        return err;
    if (e->format == EXPORT_CSV)
        export_csv(&e->text, &s, e->secrets);
    else
        export_yaml(&e->text, &s, e->secrets);
    return IMS_OK;
}

/* *after: where the next page begins; unchanged behind the last. */
static enum ims_err page(struct exporter *e, int64_t *after, struct why *why)
{
    struct store_ids ids;
    struct arena a;
    enum ims_err err;

    arena_init(&a, 65536, ROOM);
    err = store_list(e->store, &a, *after, PAGE, &ids, why);
    for (size_t i = 0; !err && i < ids.n; i++) {
        err = one(e, &a, ids.p[i], why);
        *after = ids.p[i];
    }
    arena_fini(&a);
    return err ? err : flush(e, why);
}

enum ims_err export_store(struct store *s, enum export_format format,
                          bool secrets, export_fn *write, void *ctx,
                          struct why *why)
{
    struct exporter e = {.store = s,
                         .format = format,
                         .secrets = secrets,
                         .write = write,
                         .ctx = ctx};
    int64_t after = 0, before = -1;
    enum ims_err err;

    buf_init(&e.text, PIECE_MAX);
    err = head(&e, why);
    while (!err && after != before) {
        before = after;
        err = page(&e, &after, why);
    }
    buf_fini(&e.text);
    return err;
}
