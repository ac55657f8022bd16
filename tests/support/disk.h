/* SPDX-License-Identifier: MIT
 *
 * A disk in memory that can be full, break and lose what was not synced, as
 * SQLite sees it through a VFS. While it is there every store of the process
 * that is called "memory:NAME" lies on it, as file "/NAME", with a write-ahead
 * log as on a real disk; it outlives the connections to it.
 *
 * One thread, one disk at a time.
 */
#ifndef SUPPORT_DISK_H
#define SUPPORT_DISK_H

#include "base/slice.h"

struct disk;

struct disk *disk_new(uint64_t seed);
void disk_free(struct disk *d); /* nobody has a file open */

/* The following are about the files whose names begin with prefix. */

/* Nothing more can be written while it is full. */
void disk_full(struct disk *d, const char *prefix, bool full);
/* Behind `after` more writes, n of them find it full. */
void disk_refuse(struct disk *d, const char *prefix, unsigned after,
                 unsigned n);
/* The n-th read from now on fails, and no other. 0: none. */
void disk_fail_read(struct disk *d, const char *prefix, unsigned n);
/* The machine stops at once: whoever has files open goes on with shadows of
 * them that nobody sees any more. With the power everything goes that was not
 * synced: each write since is there, half there or not, as the dice say. */
void disk_stop(struct disk *d, const char *prefix, bool power);
/* disk_stop with power at the n-th write or sync from now on, of which nobody
 * hears: it and all that follow fail. 0: no longer. */
void disk_stop_after(struct disk *d, const char *prefix, unsigned n);
/* Has that happened? */
bool disk_has_stopped(const struct disk *d, const char *prefix);

struct disk_figures {
    uint64_t writes, syncs;
    uint64_t refused; /* because it was full, or broken */
    uint64_t unread;
    uint64_t lost; /* writes that a stop made undone, or half done */
};
const struct disk_figures *disk_figures(const struct disk *d);
size_t disk_bytes(const struct disk *d); /* of memory */

#endif
