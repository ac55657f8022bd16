/* SPDX-License-Identifier: MIT */
#include "hss/spool.h"
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

void spool_close(struct spool *s)
{
    if (s->map)
        munmap(s->map, s->mapped);
    if (s->fd)
        close(s->fd - 1);
    *s = (struct spool){0};
}
