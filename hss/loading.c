/* SPDX-License-Identifier: MIT */
#include "hss/loading.h"
#include "hss/leavers.h"

enum { ERRORS_MAX = 1 << 20, CATALOGUE_MAX = 16 << 20 };

/* ---- one file ----------------------------------------------------------- */

struct loading {
    struct list node; /* in hss.loading */
    struct import_reader *reader;
    struct store_import what;
    loading_fn *done;
    void *ctx;
};

static void release(struct loading *l)
{
    list_remove(&l->node);
    import_reader_free(l->reader);
    free(l);
}

static void on_stored(void *ctx, enum ims_err err, const struct why *why)
{
    struct loading *l = ctx;

    l->done(l->ctx, err, &l->what, why);
    release(l);
}

struct loading *loading_begin(struct hss *me, const struct loading_ask *ask)
{
    struct loading *l = mem_zalloc(sizeof(*l));

    l->reader = ask->reader;
    l->done = ask->done;
    l->ctx = ask->ctx;
    list_append(&me->loading, &l->node);
    l->what = (struct store_import){
        .catalogue = import_reader_catalogue(l->reader),
        .nsubscribers = import_reader_count(l->reader),
        .next = import_reader_next,
        .ctx = l->reader,
        .who = ask->who,
        .what = ask->what,
        .dry_run = ask->dry_run,
    };
    store_import(me->store, &l->what, on_stored, l);
    return l;
}

const struct store_import *loading_progress(const struct loading *l)
{
    return &l->what;
}

void loading_cancel(struct loading *l)
{
    l->what.cancelled = true;
}

void loading_free_all(struct hss *me)
{
    LIST_EACH (it, &me->loading) {
        release(container_of(it, struct loading, node));
    }
}

/* ---- the topology's ----------------------------------------------------- */

struct files {
    struct import_reader **readers; /* n of them, NULL where one was taken */
    size_t n;
};

static void files_fini(struct files *f)
{
    for (size_t i = 0; i < f->n; i++)
        import_reader_free(f->readers[i]);
    free(f->readers);
    *f = (struct files){0};
}

/* A later one may refer to the catalogue of an earlier one. CONFIG: `errors`
 * has those of all. */
static enum ims_err files_read(struct files *f,
                               const struct topology_network *network,
                               const char *store,
                               const struct catalogue *catalogue,
                               struct buf *errors)
{
    struct slice domain = slice_of(network->domain);
    struct catalogue known = {0};
    enum ims_err err = IMS_OK;
    struct arena a;

    f->n = network->import_count;
    f->readers = mem_zalloc((f->n + 1) * sizeof(*f->readers));
    arena_init(&a, 0, SIZE_MAX); /* bounded by what was read */
    if (catalogue)
        import_names_add(&a, &known, catalogue);
    for (size_t i = 0; i < f->n; i++) {
        const char *path = network->imports[i];
        struct import_reader *r =
            import_reader_open(path, store, domain, &known, errors);

        f->readers[i] = r;
        if (!r || !import_reader_check(r))
            err = IMS_CONFIG;
        if (!r)
            continue;
        complaints_print(import_reader_complaints(r), path, errors);
        import_names_add(&a, &known, import_reader_catalogue(r));
    }
    arena_fini(&a);
    return err;
}

enum ims_err loading_check(const struct topology_network *network,
                           const char *store, struct buf *errors)
{
    struct files f;
    enum ims_err err = files_read(&f, network, store, NULL, errors);

    files_fini(&f);
    return err;
}

/* The same for whom one sentence must do. */
static enum ims_err read_all(struct files *f, const struct hss *me,
                             const struct topology_network *network,
                             const struct catalogue *catalogue, struct why *why)
{
    struct slice rest, first = S("");
    struct buf errors;
    enum ims_err err;

    buf_init(&errors, ERRORS_MAX);
    err = files_read(f, network, me->self->store, catalogue, &errors);
    rest = buf_slice(&errors);
    slice_cut(&rest, '\n', &first);
    if (err)
        why_set(why, err, "%.*s", SLICE_ARG(slice_first(first, 240)));
    buf_fini(&errors);
    return err;
}

static void on_imported(void *ctx, enum ims_err err,
                        const struct store_import *what, const struct why *why)
{
    struct hss *me = ctx;
    store_fn *done = me->imported;

    me->imports--;
    if (err) {
        log_at(me->env->log, LOG_ERROR, "subscribers are not imported: %s",
               why->text);
        if (!me->import_failed.err)
            why_set(&me->import_failed, err, "%s", why->text);
    } else {
        log_at(me->env->log, LOG_NOTICE,
               "subscribers: %zu imported, %zu were there already",
               what->inserted, what->unchanged);
    }
    if (me->imports)
        return;
    leavers_look(me->leavers);
    if (!done)
        return;
    me->imported = NULL;
    done(me->imported_ctx, me->import_failed.err, &me->import_failed);
}

static struct slice file_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slice_of(slash ? slash + 1 : path);
}

static void begin_all(struct hss *me, const struct topology_network *network,
                      struct files *f)
{
    for (size_t i = 0; i < f->n; i++) {
        me->imports++;
        loading_begin(
            me, &(struct loading_ask){.reader = f->readers[i],
                                      .who = S("topology"),
                                      .what = file_name(network->imports[i]),
                                      .done = on_imported,
                                      .ctx = me});
        f->readers[i] = NULL;
    }
}

/* What a crash left of an import may name entries of the catalogue that go with
 * it: who refers to them is refused when he is written, not here. */
enum ims_err loading_network(struct hss *me,
                             const struct topology_network *network,
                             struct why *why)
{
    struct catalogue catalogue;
    struct files f = {0};
    struct arena a;
    enum ims_err err;

    arena_init(&a, 4096, CATALOGUE_MAX);
    err = store_catalogue(me->store, &a, &catalogue, why);
    if (!err)
        err = read_all(&f, me, network, &catalogue, why);
    if (!err)
        begin_all(me, network, &f);
    files_fini(&f);
    arena_fini(&a);
    return err;
}

/* ---- reset -------------------------------------------------------------- */

/* The files wait in the store's queue behind it. */
static void on_emptied(void *ctx, enum ims_err err, const struct why *why)
{
    struct hss *me = ctx;
    store_fn *done = me->imported;

    counters_forget_all(me->counters);
    if (!err && me->imports)
        return;
    me->imported = NULL;
    done(me->imported_ctx, err, why);
}

enum ims_err loading_reset(struct hss *me, struct slice who, store_fn *done,
                           void *ctx, struct why *why)
{
    struct files f = {0};
    enum ims_err err;

    if (me->imports || me->imported)
        return why_set(why, IMS_BUSY,
                       "subscribers of the topology are being imported; try "
                       "again in a moment");
    err = read_all(&f, me, me->self->network, NULL, why);
    if (!err) {
        LIST_EACH (it, &me->loading) {
            loading_cancel(container_of(it, struct loading, node));
        }
        me->imported = done;
        me->imported_ctx = ctx;
        me->import_failed = (struct why){0};
        store_reset(me->store, who, on_emptied, me);
        begin_all(me, me->self->network, &f);
    }
    files_fini(&f);
    return err;
}
