/* SPDX-License-Identifier: MIT */
#include "imsbox/files.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static bool complain(const char *name, const char *why)
{
    fprintf(stderr, "imsbox: %s: %s\n", name, why);
    return false;
}

bool file_read(const char *name, struct buf *out)
{
    bool is_stdin = strcmp(name, "-") == 0;
    int fd = is_stdin ? dup(STDIN_FILENO) : open(name, O_RDONLY | O_CLOEXEC);
    char bytes[65536];
    ssize_t n = 0;
    int failed;

    if (fd < 0)
        return complain(name, strerror(errno));
    while (!out->full && (n = read(fd, bytes, sizeof bytes)) > 0)
        buf_add(out, slice_at(bytes, (size_t)n));
    failed = errno;
    close(fd);
    if (n < 0)
        return complain(name, strerror(failed));
    return out->full ? complain(name, "too large") : true;
}
