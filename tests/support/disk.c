/* SPDX-License-Identifier: MIT
 *
 * A directory of files, each a run of bytes with the writes that were not
 * synced yet. A file that a stop took out of the directory is a shadow until
 * its last handle goes.
 */
#include "support/disk_priv.h"
#include <assert.h>

/* A write since the last sync; or, without bytes, a change of the size. */
struct unsynced {
    struct list link;
    size_t at, n;
    size_t size; /* of the file behind it */
    char bytes[];
};

/* What is wrong with files of a prefix. */
struct trouble {
    struct list link;
    struct str prefix;
    bool full, stopped;
    unsigned stop_after;
    unsigned spares, refuses; /* so many writes; then so many */
    unsigned fail_read_after;
};

/* ---- files ---------------------------------------------------------------
 */

struct disk_file *disk_file_find(struct disk *d, const char *name)
{
    LIST_EACH (it, &d->files) {
        struct disk_file *f = container_of(it, struct disk_file, link);

        if (slice_eq(str_slice(&f->name), slice_of(name)))
            return f;
    }
    return NULL;
}

struct disk_file *disk_file_new(struct disk *d, const char *name)
{
    struct disk_file *f = mem_zalloc(sizeof *f);

    str_set(&f->name, slice_of(name));
    list_init(&f->unsynced);
    list_append(&d->files, &f->link);
    return f;
}

static void forget_unsynced(struct disk_file *f)
{
    LIST_EACH (it, &f->unsynced) {
        list_remove(it);
        free(container_of(it, struct unsynced, link));
    }
}

void disk_drop_shm(struct disk_file *f)
{
    for (unsigned i = 0; i < DISK_SHM_REGIONS; i++) {
        free(f->shm[i]);
        f->shm[i] = NULL;
    }
}

void disk_file_free(struct disk_file *f)
{
    forget_unsynced(f);
    disk_drop_shm(f);
    list_remove(&f->link);
    str_fini(&f->name);
    free(f->bytes);
    free(f->durable);
    free(f);
}

void disk_file_hide(struct disk *d, struct disk_file *f)
{
    list_remove(&f->link);
    list_append(&d->shadows, &f->link);
    f->is_shadow = true;
    if (!f->handles)
        disk_file_free(f);
}

/* A database's log is named behind it. */
bool disk_is_of_shadows(const struct disk *d, const char *name)
{
    for (struct list *it = d->shadows.next; it != &d->shadows; it = it->next)
        if (slice_starts(
                slice_of(name),
                str_slice(&container_of(it, struct disk_file, link)->name)))
            return true;
    return false;
}

static void reserve(char **bytes, size_t *cap, size_t n)
{
    if (n <= *cap)
        return;
    *cap = n > 2 * *cap ? n : 2 * *cap;
    *bytes = mem_realloc(*bytes, *cap);
}

static void resize(struct disk_file *f, size_t n)
{
    reserve(&f->bytes, &f->cap, n);
    if (n > f->n)
        memset(f->bytes + f->n, 0, n - f->n);
    f->n = n;
}

static void put(struct disk_file *f, size_t at, const void *bytes, size_t n)
{
    if (at + n > f->n)
        resize(f, at + n);
    memcpy(f->bytes + at, bytes, n);
}

static void note(struct disk_file *f, size_t at, const void *bytes, size_t n)
{
    struct unsynced *u = mem_alloc(sizeof *u + n);

    *u = (struct unsynced){.at = at, .n = n, .size = f->n};
    if (n)
        memcpy(u->bytes, bytes, n);
    list_append(&f->unsynced, &u->link);
}

static void make_durable(struct disk_file *f)
{
    LIST_EACH (it, &f->unsynced) {
        struct unsynced *u = container_of(it, struct unsynced, link);
        size_t end = u->n ? u->at + u->n : u->size;

        if (end > f->durable_n) {
            reserve(&f->durable, &f->durable_cap, end);
            memset(f->durable + f->durable_n, 0, end - f->durable_n);
            f->durable_n = end;
        }
        if (u->n)
            memcpy(f->durable + u->at, u->bytes, u->n);
        else
            f->durable_n = end;
    }
    forget_unsynced(f);
}

/* ---- troubles ------------------------------------------------------------
 */

static bool begins(const struct str *prefix, const struct str *name)
{
    return slice_starts(str_slice(name), str_slice(prefix));
}

static struct trouble *trouble_of(struct disk *d, const char *prefix)
{
    struct trouble *t;

    LIST_EACH (it, &d->troubles) {
        t = container_of(it, struct trouble, link);
        if (slice_eq(str_slice(&t->prefix), slice_of(prefix)))
            return t;
    }
    t = mem_zalloc(sizeof *t);
    str_set(&t->prefix, slice_of(prefix));
    list_append(&d->troubles, &t->link);
    return t;
}

void disk_full(struct disk *d, const char *prefix, bool full)
{
    trouble_of(d, prefix)->full = full;
}

void disk_refuse(struct disk *d, const char *prefix, unsigned after, unsigned n)
{
    trouble_of(d, prefix)->spares = after;
    trouble_of(d, prefix)->refuses = n;
}

void disk_fail_read(struct disk *d, const char *prefix, unsigned n)
{
    trouble_of(d, prefix)->fail_read_after = n;
}

void disk_stop_after(struct disk *d, const char *prefix, unsigned n)
{
    struct trouble *t = trouble_of(d, prefix);

    t->stop_after = n;
    t->stopped = false;
}

bool disk_has_stopped(const struct disk *d, const char *prefix)
{
    return trouble_of((struct disk *)d, prefix)->stopped;
}

/* Each write that was not synced may be there, in part, or not at all. */
static void survive(struct disk *d, struct disk_file *to,
                    const struct disk_file *from)
{
    put(to, 0, from->durable ? from->durable : "", from->durable_n);
    for (struct list *it = from->unsynced.next; it != &from->unsynced;
         it = it->next) {
        const struct unsynced *u = container_of(it, struct unsynced, link);
        uint64_t fate = dice_below(&d->dice, 3);

        d->figures.lost += fate != 0;
        if (fate == 0 && u->n)
            put(to, u->at, u->bytes, u->n);
        else if (fate == 0)
            resize(to, u->size);
        else if (fate == 1)
            put(to, u->at, u->bytes, dice_below(&d->dice, u->n + 1));
    }
}

static void replace(struct disk *d, struct disk_file *old, bool power)
{
    struct disk_file *f = disk_file_new(d, str_c(&old->name));

    if (power)
        survive(d, f, old);
    else
        put(f, 0, old->bytes ? old->bytes : "", old->n);
    note(f, 0, f->bytes ? f->bytes : "", f->n);
    make_durable(f);
    disk_file_hide(d, old);
}

void disk_stop(struct disk *d, const char *prefix, bool power)
{
    struct list old;

    list_init(&old);
    LIST_EACH (it, &d->files) {
        struct disk_file *f = container_of(it, struct disk_file, link);

        if (!slice_starts(str_slice(&f->name), slice_of(prefix)))
            continue;
        list_remove(it);
        list_append(&old, it);
    }
    LIST_EACH (it, &old)
        replace(d, container_of(it, struct disk_file, link), power);
    disk_stop_after(d, prefix, 0);
}

static void break_all(struct disk *d, struct trouble *t)
{
    LIST_EACH (it, &d->files) {
        struct disk_file *f = container_of(it, struct disk_file, link);

        if (begins(&t->prefix, &f->name))
            f->broken = true;
    }
    disk_stop(d, str_c(&t->prefix), true);
    t->stopped = true;
}

/* May these bytes be written? */
static int is_fit(struct disk *d, struct disk_file *f)
{
    bool full = false;

    LIST_EACH (it, &d->troubles) {
        struct trouble *t = container_of(it, struct trouble, link);

        if (!begins(&t->prefix, &f->name))
            continue;
        full |= t->full;
        if (t->stop_after && --t->stop_after == 0)
            break_all(d, t);
    }
    d->figures.refused += full || f->broken;
    if (f->broken)
        return SQLITE_IOERR_WRITE;
    return full ? SQLITE_FULL : SQLITE_OK;
}

/* ---- what SQLite wants ---------------------------------------------------
 */

static bool is_refused(struct disk *d, const struct disk_file *f)
{
    bool refused = false;

    LIST_EACH (it, &d->troubles) {
        struct trouble *t = container_of(it, struct trouble, link);

        if (!t->refuses || !begins(&t->prefix, &f->name))
            continue;
        if (t->spares) {
            t->spares--;
            continue;
        }
        t->refuses--;
        refused = true;
    }
    d->figures.refused += refused;
    return refused;
}

bool disk_may_read(struct disk *d, const struct disk_file *f)
{
    bool may = true;

    LIST_EACH (it, &d->troubles) {
        struct trouble *t = container_of(it, struct trouble, link);

        if (t->fail_read_after && begins(&t->prefix, &f->name) &&
            --t->fail_read_after == 0)
            may = false;
    }
    d->figures.unread += !may;
    return may;
}

/* What breaks amid a write may have written it. */
int disk_write(struct disk *d, struct disk_file *f, size_t at,
               const void *bytes, size_t n)
{
    struct list *last;
    int err;

    if (is_refused(d, f))
        return SQLITE_FULL;
    note(f, at, bytes, n);
    last = f->unsynced.prev;
    err = is_fit(d, f);
    if (err != SQLITE_OK) {
        list_remove(last);
        free(container_of(last, struct unsynced, link));
        return err;
    }
    put(f, at, bytes, n);
    d->figures.writes++;
    return SQLITE_OK;
}

int disk_truncate(struct disk *d, struct disk_file *f, size_t n)
{
    int err = is_fit(d, f);

    if (err == SQLITE_IOERR_WRITE)
        return err;
    resize(f, n);
    note(f, 0, NULL, 0);
    return SQLITE_OK;
}

int disk_sync(struct disk *d, struct disk_file *f)
{
    int err = is_fit(d, f);

    if (err == SQLITE_IOERR_WRITE)
        return err;
    make_durable(f);
    d->figures.syncs++;
    return SQLITE_OK;
}

/* ---- its life ------------------------------------------------------------
 */

struct disk *disk_new(uint64_t seed)
{
    struct disk *d = mem_zalloc(sizeof *d);

    dice_init_seed(&d->dice, seed);
    list_init(&d->files);
    list_init(&d->shadows);
    list_init(&d->troubles);
    disk_mount(d);
    return d;
}

void disk_free(struct disk *d)
{
    sqlite3_vfs_unregister(&d->vfs);
    LIST_EACH (it, &d->files) {
        assert(!container_of(it, struct disk_file, link)->handles);
        disk_file_free(container_of(it, struct disk_file, link));
    }
    LIST_EACH (it, &d->troubles) {
        str_fini(&container_of(it, struct trouble, link)->prefix);
        free(container_of(it, struct trouble, link));
    }
    free(d);
}

const struct disk_figures *disk_figures(const struct disk *d)
{
    return &d->figures;
}

static size_t file_bytes(const struct disk_file *f)
{
    size_t n = f->cap + f->durable_cap;

    for (struct list *it = f->unsynced.next; it != &f->unsynced; it = it->next)
        n += sizeof(struct unsynced) +
             container_of(it, struct unsynced, link)->n;
    return n;
}

size_t disk_bytes(const struct disk *d)
{
    size_t n = 0;

    for (struct list *it = d->files.next; it != &d->files; it = it->next)
        n += file_bytes(container_of(it, struct disk_file, link));
    return n;
}
