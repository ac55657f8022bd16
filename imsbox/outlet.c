/* SPDX-License-Identifier: MIT */
#include "imsbox/outlet.h"
#include "base/buf.h"
#include "base/mem.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct outlet {
    int fd;
    struct buf waiting;
    unsigned long long lost; /* lines */
};

/* Other processes have the same terminal: O_NONBLOCK is of an open file, so a
 * file of our own is opened. */
static int open_again(int fd)
{
    char path[40];
    struct stat st;

    if (fstat(fd, &st) != 0 || !(isatty(fd) || S_ISFIFO(st.st_mode)))
        return -1;
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    return open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

struct outlet *outlet_new(int fd)
{
    struct outlet *o;
    int own = open_again(fd);

    if (own < 0)
        return NULL;
    o = mem_zalloc(sizeof *o);
    o->fd = own;
    buf_init(&o->waiting, OUTLET_WAITING_MAX + 200);
    return o;
}

void outlet_free(struct outlet *o)
{
    if (!o)
        return;
    buf_fini(&o->waiting);
    close(o->fd);
    free(o);
}

/* Whom nobody reads any more has nothing to wait for. */
static void write_some(struct outlet *o)
{
    struct slice rest = buf_slice(&o->waiting);

    while (rest.n > 0) {
        ssize_t n = write(o->fd, rest.p, rest.n);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            break;
        rest = slice_from(rest, (size_t)n);
    }
    if (rest.n > 0 && errno != EAGAIN)
        rest.n = 0;
    memmove(o->waiting.p, rest.p, rest.n);
    o->waiting.n = rest.n;
}

void outlet_go_on(struct outlet *o)
{
    if (o->waiting.n > 0)
        write_some(o);
    if (o->waiting.n > 0 || o->lost == 0)
        return;
    buf_printf(&o->waiting, "(%llu lines are not shown: nobody read them)\n",
               o->lost);
    o->lost = 0;
    write_some(o);
}

static unsigned count_lines(struct slice lines)
{
    unsigned n = 0;

    for (size_t i = 0; i < lines.n; i++)
        n += lines.p[i] == '\n';
    return n;
}

void outlet_put(struct outlet *o, struct slice lines)
{
    outlet_go_on(o);
    if (o->lost || o->waiting.n + lines.n > OUTLET_WAITING_MAX) {
        o->lost += count_lines(lines);
        return;
    }
    buf_add(&o->waiting, lines);
    write_some(o);
}

int outlet_waits(const struct outlet *o)
{
    return o->waiting.n > 0 ? o->fd : -1;
}
