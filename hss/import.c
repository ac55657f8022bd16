/* SPDX-License-Identifier: MIT */
#include "hss/import.h"
#include "base/mem.h"

void import_file_fini(struct import_file *f)
{
    free(f->subscribers);
    import_reader_free(f->reader);
    arena_fini(&f->arena);
    *f = (struct import_file){0};
}

/* The second reading, of a text that is right. */
static enum ims_err read_all(struct import_file *f, struct buf *errors)
{
    size_t n = import_reader_count(f->reader);
    enum ims_err err = IMS_OK;
    struct why why;

    f->subscribers = mem_zalloc((n + 1) * sizeof(*f->subscribers));
    f->catalogue = *import_reader_catalogue(f->reader);
    while (!err && f->nsubscribers < n) {
        err = import_reader_next(f->reader, &f->arena,
                                 &f->subscribers[f->nsubscribers], &why);
        f->nsubscribers += !err;
    }
    if (err)
        buf_printf(errors, "%s\n", why.text);
    return err ? IMS_CONFIG : IMS_OK;
}

static enum ims_err read_text(struct import_file *out, const char *path,
                              struct buf *errors)
{
    if (!import_reader_check(out->reader)) {
        complaints_print(import_reader_complaints(out->reader), path, errors);
        return IMS_CONFIG;
    }
    return read_all(out, errors);
}

static void file_init(struct import_file *f)
{
    *f = (struct import_file){0};
    arena_init(&f->arena, 1 << 14, SIZE_MAX); /* bounded by the text */
}

enum ims_err import_yaml(struct slice text, const char *path,
                         struct slice domain, const struct catalogue *catalogue,
                         struct import_file *out, struct buf *errors)
{
    file_init(out);
    out->reader = import_reader_new(IMPORT_YAML, text, domain, catalogue);
    return read_text(out, path, errors);
}

enum ims_err import_csv(struct slice text, const char *path,
                        struct slice domain, const struct catalogue *catalogue,
                        struct import_file *out, struct buf *errors)
{
    file_init(out);
    out->reader = import_reader_new(IMPORT_CSV, text, domain, catalogue);
    return read_text(out, path, errors);
}

/* ---- paths -------------------------------------------------------------- */

enum ims_err import_path(const char *path, struct slice domain,
                         const struct catalogue *catalogue,
                         struct import_file *out, struct buf *errors)
{
    file_init(out);
    out->reader = import_reader_open(path, NULL, domain, catalogue, errors);
    return out->reader ? read_text(out, path, errors) : IMS_CONFIG;
}

enum ims_err import_paths(const char *const *paths, size_t n,
                          struct slice domain,
                          const struct catalogue *catalogue,
                          struct import_file *out, struct buf *errors)
{
    struct catalogue known = {0};
    enum ims_err err = IMS_OK;
    struct arena a;

    arena_init(&a, 0, SIZE_MAX); /* bounded by what was read */
    if (catalogue)
        import_names_add(&a, &known, catalogue);
    for (size_t i = 0; i < n; i++) {
        if (import_path(paths[i], domain, &known, &out[i], errors))
            err = IMS_CONFIG;
        import_names_add(&a, &known, &out[i].catalogue);
    }
    arena_fini(&a);
    return err;
}
