/* SPDX-License-Identifier: MIT
 *
 * https://sqlite.org/vfs.html
 */
#include "support/disk_priv.h"
#include <assert.h>

static struct disk_handle *of(sqlite3_file *f)
{
    return container_of(f, struct disk_handle, base);
}

/* ---- a handle's methods --------------------------------------------------
 */

static int on_close(sqlite3_file *base)
{
    struct disk_handle *h = of(base);
    struct disk_file *f = h->file;

    if (--f->handles == 0 && (h->delete_on_close || f->is_shadow))
        disk_file_free(f);
    return SQLITE_OK;
}

static int on_read(sqlite3_file *base, void *out, int n, sqlite3_int64 at)
{
    const struct disk_file *f = of(base)->file;
    size_t from = (size_t)at, size = (size_t)n, there = 0;

    if (!disk_may_read(of(base)->disk, f))
        return SQLITE_IOERR_READ;
    if (from < f->n)
        there = f->n - from < size ? f->n - from : size;
    if (there)
        memcpy(out, f->bytes + from, there);
    if (there == size)
        return SQLITE_OK;
    memset((char *)out + there, 0, size - there);
    return SQLITE_IOERR_SHORT_READ;
}

static int on_write(sqlite3_file *base, const void *bytes, int n,
                    sqlite3_int64 at)
{
    struct disk_handle *h = of(base);

    return disk_write(h->disk, h->file, (size_t)at, bytes, (size_t)n);
}

static int on_truncate(sqlite3_file *base, sqlite3_int64 size)
{
    struct disk_handle *h = of(base);

    return disk_truncate(h->disk, h->file, (size_t)size);
}

static int on_sync(sqlite3_file *base, int flags)
{
    struct disk_handle *h = of(base);

    (void)flags;
    return disk_sync(h->disk, h->file);
}

static int on_size(sqlite3_file *base, sqlite3_int64 *size)
{
    *size = (sqlite3_int64)of(base)->file->n;
    return SQLITE_OK;
}

/* The rules are those of https://sqlite.org/lockingv3.html. */
static int on_lock(sqlite3_file *base, int level)
{
    struct disk_handle *h = of(base);
    struct disk_file *f = h->file;
    bool others = f->shared > (h->lock >= SQLITE_LOCK_SHARED);

    if (h->lock >= level)
        return SQLITE_OK;
    if (f->exclusive && f->exclusive != h)
        return SQLITE_BUSY;
    if (level >= SQLITE_LOCK_RESERVED && f->reserved && f->reserved != h)
        return SQLITE_BUSY;
    if (level == SQLITE_LOCK_EXCLUSIVE && others)
        return SQLITE_BUSY;
    if (h->lock < SQLITE_LOCK_SHARED)
        f->shared++;
    if (level >= SQLITE_LOCK_RESERVED)
        f->reserved = h;
    if (level == SQLITE_LOCK_EXCLUSIVE)
        f->exclusive = h;
    h->lock = level;
    return SQLITE_OK;
}

static int on_unlock(sqlite3_file *base, int level)
{
    struct disk_handle *h = of(base);
    struct disk_file *f = h->file;

    if (f->exclusive == h)
        f->exclusive = NULL;
    if (f->reserved == h)
        f->reserved = NULL;
    if (level == SQLITE_LOCK_NONE && h->lock >= SQLITE_LOCK_SHARED)
        f->shared--;
    h->lock = level;
    return SQLITE_OK;
}

static int on_is_reserved(sqlite3_file *base, int *out)
{
    *out = of(base)->file->reserved != NULL;
    return SQLITE_OK;
}

static int on_control(sqlite3_file *base, int op, void *arg)
{
    (void)base, (void)op, (void)arg;
    return SQLITE_NOTFOUND;
}

static int on_sector_size(sqlite3_file *base)
{
    (void)base;
    return 4096;
}

static int on_traits(sqlite3_file *base)
{
    (void)base;
    return 0; /* it promises nothing */
}

/* ---- the memory that connections share ----------------------------------- */

static int on_shm_map(sqlite3_file *base, int region, int size, int extend,
                      void volatile **out)
{
    struct disk_file *f = of(base)->file;

    assert(region < DISK_SHM_REGIONS);
    if (!f->shm[region] && extend)
        f->shm[region] = mem_zalloc((size_t)size);
    *out = f->shm[region];
    return SQLITE_OK;
}

static int shm_unlock(struct disk_handle *h, int from, int n)
{
    for (int i = from; i < from + n; i++) {
        unsigned bit = 1u << i;

        if (h->shm_shared & bit)
            h->file->slots[i].shared--;
        if (h->shm_exclusive & bit)
            h->file->slots[i].exclusive = NULL;
        h->shm_shared &= ~bit;
        h->shm_exclusive &= ~bit;
    }
    return SQLITE_OK;
}

static bool is_free(const struct disk_handle *h, int slot, bool exclusive)
{
    const struct disk_file *f = h->file;
    unsigned own = h->shm_shared >> slot & 1;

    if (f->slots[slot].exclusive && f->slots[slot].exclusive != h)
        return false;
    return !exclusive || f->slots[slot].shared == own;
}

static int on_shm_lock(sqlite3_file *base, int from, int n, int flags)
{
    struct disk_handle *h = of(base);
    bool exclusive = flags & SQLITE_SHM_EXCLUSIVE;

    if (flags & SQLITE_SHM_UNLOCK)
        return shm_unlock(h, from, n);
    for (int i = from; i < from + n; i++)
        if (!is_free(h, i, exclusive))
            return SQLITE_BUSY;
    for (int i = from; i < from + n; i++) {
        unsigned bit = 1u << i;

        if (exclusive)
            h->file->slots[i].exclusive = h;
        else if (!(h->shm_shared & bit))
            h->file->slots[i].shared++;
        *(exclusive ? &h->shm_exclusive : &h->shm_shared) |= bit;
    }
    return SQLITE_OK;
}

static void on_shm_barrier(sqlite3_file *base)
{
    (void)base;
}

static int on_shm_unmap(sqlite3_file *base, int delete)
{
    if (delete)
        disk_drop_shm(of(base)->file);
    return SQLITE_OK;
}

/* ---- the VFS's methods ---------------------------------------------------
 */

static struct disk *disk_of(sqlite3_vfs *vfs)
{
    return container_of(vfs, struct disk, vfs);
}

static int on_open(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *base,
                   int flags, int *out_flags)
{
    static const sqlite3_io_methods methods = {
        .iVersion = 2,
        .xClose = on_close,
        .xRead = on_read,
        .xWrite = on_write,
        .xTruncate = on_truncate,
        .xSync = on_sync,
        .xFileSize = on_size,
        .xLock = on_lock,
        .xUnlock = on_unlock,
        .xCheckReservedLock = on_is_reserved,
        .xFileControl = on_control,
        .xSectorSize = on_sector_size,
        .xDeviceCharacteristics = on_traits,
        .xShmMap = on_shm_map,
        .xShmLock = on_shm_lock,
        .xShmBarrier = on_shm_barrier,
        .xShmUnmap = on_shm_unmap,
    };
    struct disk *d = disk_of(vfs);
    struct disk_handle *h = of(base);
    struct disk_file *f = name ? disk_file_find(d, name) : NULL;

    base->pMethods = NULL;
    if (!f && !(flags & SQLITE_OPEN_CREATE))
        return SQLITE_CANTOPEN;
    if (!f)
        f = disk_file_new(d, name ? name : "");
    *h = (struct disk_handle){.base.pMethods = &methods,
                              .disk = d,
                              .file = f,
                              .delete_on_close =
                                  flags & SQLITE_OPEN_DELETEONCLOSE};
    f->handles++;
    if (out_flags)
        *out_flags = flags;
    return SQLITE_OK;
}

static int on_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
    struct disk_file *f = disk_file_find(disk_of(vfs), name);

    (void)sync;
    if (!f)
        return SQLITE_IOERR_DELETE_NOENT;
    if (!disk_is_of_shadows(disk_of(vfs), name))
        disk_file_hide(disk_of(vfs), f);
    return SQLITE_OK;
}

static int on_access(sqlite3_vfs *vfs, const char *name, int flags, int *out)
{
    (void)flags;
    *out = disk_file_find(disk_of(vfs), name) != NULL;
    return SQLITE_OK;
}

static int on_full_path(sqlite3_vfs *vfs, const char *name, int n, char *out)
{
    (void)vfs;
    sqlite3_snprintf(n, out, "%s", name);
    return SQLITE_OK;
}

static int on_randomness(sqlite3_vfs *vfs, int n, char *out)
{
    dice_bytes(&disk_of(vfs)->dice, out, (size_t)n);
    return n;
}

static int on_sleep(sqlite3_vfs *vfs, int us)
{
    (void)vfs;
    return us;
}

static int on_time(sqlite3_vfs *vfs, double *julian)
{
    (void)vfs;
    *julian = 2461041.5; /* 2026-01-01 */
    return SQLITE_OK;
}

/* A VFS registered later stands in front of SQLite's own of the same name. */
void disk_mount(struct disk *d)
{
    d->vfs = (sqlite3_vfs){.iVersion = 1,
                           .szOsFile = sizeof(struct disk_handle),
                           .mxPathname = DISK_NAME_MAX,
                           .zName = "memdb",
                           .xOpen = on_open,
                           .xDelete = on_delete,
                           .xAccess = on_access,
                           .xFullPathname = on_full_path,
                           .xRandomness = on_randomness,
                           .xSleep = on_sleep,
                           .xCurrentTime = on_time};
    sqlite3_initialize();
    sqlite3_vfs_register(&d->vfs, 0);
    assert(sqlite3_vfs_find("memdb") == &d->vfs);
}
