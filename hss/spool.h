/* SPDX-License-Identifier: MIT
 *
 * A file without a name, for what comes in parts, and for what others may write
 * to: beside the store where that is a file, else in memory. It holds secrets:
 * nobody else can open it, and it is gone with its process.
 */
#ifndef HSS_SPOOL_H
#define HSS_SPOOL_H

#include "base/slice.h"
#include "base/why.h"

/* Zero-initialised: closed. */
struct spool {
    int fd; /* + 1 */
    void *map;
    size_t mapped;
};

/* beside: a path in the directory to use. Errors: STORAGE. */
enum ims_err spool_open(struct spool *s, const char *beside,
                        struct why *why) MUST_CHECK;
enum ims_err spool_write(struct spool *s, uint64_t at, struct slice bytes,
                         struct why *why) MUST_CHECK;
/* All of it; good until it is closed. */
enum ims_err spool_map(struct spool *s, struct slice *out,
                       struct why *why) MUST_CHECK;
/* Opens it and maps all that a file has, at most max bytes, into *out: who
 * shortened a file that is mapped itself would end its reader by SIGBUS.
 * Without room on the disk it is in memory. beside NULL: the file. Nothing is
 * open when it fails; STORAGE, FULL, CONFLICT (somebody is writing it). */
enum ims_err spool_copy(struct spool *s, const char *path, const char *beside,
                        size_t max, struct slice *out,
                        struct why *why) MUST_CHECK;
void spool_close(struct spool *s);

#endif
