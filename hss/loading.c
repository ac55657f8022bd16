/* SPDX-License-Identifier: MIT */
#include "hss/loading.h"

enum { ERRORS_MAX = 1 << 20, CATALOGUE_MAX = 16 << 20 };

/* ---- one file ----------------------------------------------------------- */

struct loading {
    struct list node; /* in hss.loading */
    struct import_file file;
    struct store_import what;
    loading_fn *done;
    void *ctx;
};

static void release(struct loading *l)
{
    list_remove(&l->node);
    import_file_fini(&l->file);
    free(l);
}

static void on_stored(void *ctx, enum ims_err err, const struct why *why)
{
    struct loading *l = ctx;

    l->done(l->ctx, err, &l->what, why);
    release(l);
}

void loading_begin(struct hss *me, const struct import_file *file,
                   loading_fn *done, void *ctx)
{
    struct loading *l = mem_zalloc(sizeof(*l));

    *l = (struct loading){.file = *file, .done = done, .ctx = ctx};
    list_append(&me->loading, &l->node);
    l->what = (struct store_import){.catalogue = &l->file.catalogue,
                                    .subscribers = l->file.subscribers,
                                    .nsubscribers = l->file.nsubscribers};
    store_import(me->store, &l->what, on_stored, l);
}

void loading_free_all(struct hss *me)
{
    LIST_EACH (it, &me->loading) {
        release(container_of(it, struct loading, node));
    }
}

/* ---- the topology's ----------------------------------------------------- */

static void on_imported(void *ctx, enum ims_err err,
                        const struct store_import *what, const struct why *why)
{
    struct hss *me = ctx;

    me->imports--;
    if (err) {
        log_at(me->env->log, LOG_ERROR, "subscribers are not imported: %s",
               why->text);
        str_set(&me->import_failed, slice_of(why->text));
        return;
    }
    log_at(me->env->log, LOG_NOTICE,
           "%zu subscribers imported, %zu were there already", what->inserted,
           what->unchanged);
}

enum ims_err loading_check(const struct topology_network *network,
                           struct buf *errors)
{
    size_t n = network->import_count;
    struct import_file *files = mem_zalloc((n + 1) * sizeof(*files));
    enum ims_err err = import_paths(
        network->imports, n, slice_of(network->domain), NULL, files, errors);

    for (size_t i = 0; i < n; i++)
        import_file_fini(&files[i]);
    free(files);
    return err;
}

static enum ims_err read_all(const struct topology_network *n,
                             const struct catalogue *catalogue,
                             struct import_file *files, struct why *why)
{
    struct slice rest, first = S("");
    struct buf errors;
    enum ims_err err;

    buf_init(&errors, ERRORS_MAX);
    err = import_paths(n->imports, n->import_count, slice_of(n->domain),
                       catalogue, files, &errors);
    rest = buf_slice(&errors);
    slice_cut(&rest, '\n', &first);
    if (err)
        why_set(why, err, "%.*s", SLICE_ARG(slice_first(first, 240)));
    buf_fini(&errors);
    return err;
}

enum ims_err loading_network(struct hss *me,
                             const struct topology_network *network,
                             struct why *why)
{
    unsigned n = network->import_count;
    struct import_file *files = mem_zalloc((n + 1) * sizeof(*files));
    struct catalogue catalogue;
    struct arena a;
    enum ims_err err;

    arena_init(&a, 4096, CATALOGUE_MAX);
    err = store_catalogue(me->store, &a, &catalogue, why);
    if (!err)
        err = read_all(network, &catalogue, files, why);
    for (unsigned i = 0; i < n; i++) {
        if (err) {
            import_file_fini(&files[i]);
            continue;
        }
        me->imports++;
        loading_begin(me, &files[i], on_imported, me);
    }
    arena_fini(&a);
    free(files);
    return err;
}
