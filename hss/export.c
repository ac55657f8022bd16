/* SPDX-License-Identifier: MIT */
#include "hss/export.h"

enum {
    PAGE = 256,      /* subscribers in a piece */
    ROOM = 64 << 20, /* bytes of a page as it is read */
};

struct exporter {
    struct store *store;
    enum export_format format;
    bool secrets;
    bool begun;
    int64_t after; /* the last id that was written */
};

struct exporter *export_new(struct store *s, enum export_format format,
                            bool secrets)
{
    struct exporter *e = mem_zalloc(sizeof(*e));

    e->store = s;
    e->format = format;
    e->secrets = secrets;
    return e;
}

void export_free(struct exporter *e)
{
    free(e);
}

static enum ims_err put_head(struct exporter *e, struct buf *out,
                             struct why *why)
{
    struct catalogue c;
    struct arena a;
    enum ims_err err;

    if (e->format == EXPORT_CSV) {
        export_csv_heading(out);
        return IMS_OK;
    }
    arena_init(&a, 4096, ROOM);
    err = store_catalogue(e->store, &a, &c, why);
    if (!err)
        export_yaml_catalogue(out, &c);
    arena_fini(&a);
    buf_str(out, "subscribers:\n");
    return err;
}

/* One that was deleted since the page was listed is not in it. */
static enum ims_err put_one(struct exporter *e, struct arena *a, int64_t id,
                            struct buf *out, struct why *why)
{
    struct subscriber s;
    enum ims_err err = store_read(e->store, a, id, &s, why);

    e->after = id;
    if (err)
        return err == IMS_NOT_FOUND ? IMS_OK : err;
    if (e->format == EXPORT_CSV)
        export_csv(out, &s, e->secrets);
    else
        export_yaml(out, &s, e->secrets);
    return IMS_OK;
}

static enum ims_err put_page(struct exporter *e, struct buf *out, bool *done,
                             struct why *why)
{
    struct store_ids ids;
    struct arena a;
    enum ims_err err;

    arena_init(&a, 65536, ROOM);
    err = store_list(e->store, &a, e->after, PAGE, &ids, why);
    for (size_t i = 0; !err && i < ids.n; i++)
        err = put_one(e, &a, ids.p[i], out, why);
    if (!err)
        *done = ids.n < PAGE;
    arena_fini(&a);
    return err;
}

enum ims_err export_step(struct exporter *e, struct buf *out, bool *done,
                         struct why *why)
{
    enum ims_err err = e->begun ? IMS_OK : put_head(e, out, why);

    e->begun = true;
    if (!err)
        err = put_page(e, out, done, why);
    if (!err && out->full)
        return why_set(why, IMS_TOO_LARGE, "more text than there is room for");
    return err;
}
