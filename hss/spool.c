/* SPDX-License-Identifier: MIT */
#include "hss/spool.h"
#include "base/mem.h"
#include "base/str.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static enum ims_err failed(struct why *why, const char *what)
{
    return why_set(why, IMS_STORAGE, "the file cannot be %s: %s", what,
                   strerror(errno));
}

static int open_beside(const char *path)
{
    const char *slash = strrchr(path, '/');
    struct str dir = {0};
    int fd;

    str_set(&dir, slash ? slice_between(path, slash + 1) : S("."));
    fd = open(str_c(&dir), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    str_fini(&dir);
    return fd;
}

enum ims_err spool_open(struct spool *s, const char *beside, struct why *why)
{
    int fd = strstr(beside, "memory:") ? -1 : open_beside(beside);

    if (fd < 0) /* not every file system has files without a name */
        fd = memfd_create("imsbox-import", MFD_CLOEXEC);
    if (fd < 0)
        return failed(why, "made");
    *s = (struct spool){.fd = fd + 1};
    return IMS_OK;
}

enum ims_err spool_write(struct spool *s, uint64_t at, struct slice bytes,
                         struct why *why)
{
    while (bytes.n) {
        ssize_t n = pwrite(s->fd - 1, bytes.p, bytes.n, (off_t)at);

        if (n < 0)
            return failed(why, "written");
        at += (uint64_t)n;
        bytes = slice_from(bytes, (size_t)n);
    }
    return IMS_OK;
}

enum ims_err spool_map(struct spool *s, struct slice *out, struct why *why)
{
    struct stat st;

    if (fstat(s->fd - 1, &st) < 0)
        return failed(why, "read");
    *out = S("");
    if (st.st_size == 0)
        return IMS_OK;
    s->map =
        mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, s->fd - 1, 0);
    if (s->map == MAP_FAILED) {
        s->map = NULL;
        return failed(why, "read");
    }
    s->mapped = (size_t)st.st_size;
    *out = slice_at(s->map, s->mapped);
    return IMS_OK;
}

/* ---- a whole file ------------------------------------------------------- */

static enum ims_err unreadable(struct why *why)
{
    return why_set(why, IMS_STORAGE, "cannot be read: %s", strerror(errno));
}

/* From the beginning of the file. *copied: how many bytes. */
typedef enum ims_err copy_fn(struct spool *s, int from, size_t max,
                             size_t *copied, struct why *why);

static enum ims_err too_large(struct why *why, size_t max)
{
    return why_set(why, IMS_FULL, "more than %zu bytes", max);
}

static enum ims_err copy_bytes(struct spool *s, int from, size_t max,
                               size_t *copied, struct why *why)
{
    static const size_t piece = 1 << 20;
    char *bytes = mem_alloc(piece);
    enum ims_err err = IMS_OK;
    ssize_t n;

    *copied = 0;
    while (!err && (n = read(from, bytes, piece)) != 0) {
        if (n < 0)
            err = unreadable(why);
        else if (*copied + (size_t)n > max)
            err = too_large(why, max);
        else
            err = spool_write(s, *copied, slice_at(bytes, (size_t)n), why);
        *copied += n > 0 ? (size_t)n : 0;
    }
    free(bytes);
    return err;
}

static enum ims_err copy_to_memory(struct spool *s, int from, size_t max,
                                   size_t *copied, struct why *why)
{
    struct stat st;
    ssize_t n = 1;
    void *map;

    *copied = 0;
    if (fstat(from, &st) < 0 || lseek(from, 0, SEEK_SET) < 0)
        return unreadable(why);
    if ((uintmax_t)st.st_size > max)
        return too_large(why, max);
    map = mmap(NULL, (size_t)st.st_size, PROT_READ | PROT_WRITE,
               MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (map == MAP_FAILED)
        return unreadable(why);
    *s = (struct spool){.map = map, .mapped = (size_t)st.st_size};
    while (n > 0 && *copied < s->mapped) {
        n = read(from, (char *)map + *copied, s->mapped - *copied);
        *copied += n > 0 ? (size_t)n : 0;
    }
    return n < 0 ? unreadable(why) : IMS_OK;
}

static bool is_the_same(const struct stat *a, const struct stat *b)
{
    return a->st_size == b->st_size && a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
           a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

static enum ims_err copy_file(struct spool *s, int from, copy_fn *copy,
                              size_t max, struct why *why)
{
    struct stat before, after;
    enum ims_err err;
    size_t copied;

    if (fstat(from, &before) < 0)
        return unreadable(why);
    err = copy(s, from, max, &copied, why);
    if (err)
        return err;
    if (fstat(from, &after) < 0)
        return unreadable(why);
    if (S_ISREG(after.st_mode) &&
        (!is_the_same(&before, &after) || copied != (size_t)after.st_size))
        return why_set(why, IMS_CONFLICT,
                       "was written while it was read; try again");
    return IMS_OK;
}

enum ims_err spool_copy(struct spool *s, const char *path, const char *beside,
                        size_t max, struct slice *out, struct why *why)
{
    int from = open(path, O_RDONLY | O_CLOEXEC);
    enum ims_err err;

    *s = (struct spool){0};
    if (from < 0)
        return unreadable(why);
    err = spool_open(s, beside ? beside : path, why);
    if (!err)
        err = copy_file(s, from, copy_bytes, max, why);
    if (!err)
        err = spool_map(s, out, why);
    if (err == IMS_STORAGE) { /* no room on the disk stops no start */
        spool_close(s);
        err = copy_file(s, from, copy_to_memory, max, why);
        *out = slice_at(s->map, s->mapped);
    }
    close(from);
    if (err)
        spool_close(s);
    return err;
}

void spool_close(struct spool *s)
{
    if (s->map)
        munmap(s->map, s->mapped);
    if (s->fd)
        close(s->fd - 1);
    *s = (struct spool){0};
}
