/* SPDX-License-Identifier: MIT
 *
 * What the files of the disk share: disk.c has the files and what goes wrong
 * with them, disk_vfs.c is what SQLite calls.
 */
#ifndef SUPPORT_DISK_PRIV_H
#define SUPPORT_DISK_PRIV_H

#include "base/dice.h"
#include "base/list.h"
#include "base/str.h"
#include "support/disk.h"
#include <sqlite3.h>

enum { DISK_SHM_REGIONS = 64, DISK_NAME_MAX = 256 };

struct disk_handle;

struct disk_file {
    struct list link; /* in disk.files; a shadow: in disk.shadows */
    struct str name;
    unsigned handles;
    char *bytes;
    size_t n, cap;
    char *durable;
    size_t durable_n, durable_cap;
    struct list unsynced;
    bool is_shadow;
    bool broken; /* every write fails */
    /* locks, and the memory that connections in WAL mode share */
    unsigned shared;
    struct disk_handle *reserved, *exclusive;
    void *shm[DISK_SHM_REGIONS];
    struct {
        unsigned shared;
        struct disk_handle *exclusive;
    } slots[SQLITE_SHM_NLOCK];
};

struct disk {
    sqlite3_vfs vfs;
    struct dice dice;
    struct list files, shadows, troubles;
    struct disk_figures figures;
};

struct disk_handle {
    sqlite3_file base;
    struct disk *disk;
    struct disk_file *file;
    int lock;
    unsigned shm_shared, shm_exclusive; /* masks of slots */
    bool delete_on_close;
};

/* ---- disk.c -------------------------------------------------------------- */

struct disk_file *disk_file_find(struct disk *d, const char *name);
struct disk_file *disk_file_new(struct disk *d, const char *name);
void disk_file_free(struct disk_file *f);
void disk_drop_shm(struct disk_file *f);
/* Out of the directory: gone with its last handle. */
void disk_file_hide(struct disk *d, struct disk_file *f);
/* Is whoever speaks of the name one who has shadows? */
bool disk_is_of_shadows(const struct disk *d, const char *name);
bool disk_may_read(struct disk *d, const struct disk_file *f);
/* SQLITE_OK, SQLITE_FULL, or SQLITE_IOERR_WRITE of what broke. */
int disk_write(struct disk *d, struct disk_file *f, size_t at,
               const void *bytes, size_t n);
int disk_truncate(struct disk *d, struct disk_file *f, size_t n);
int disk_sync(struct disk *d, struct disk_file *f);

/* ---- disk_vfs.c ---------------------------------------------------------- */

void disk_mount(struct disk *d);

#endif
