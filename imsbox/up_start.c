/* SPDX-License-Identifier: MIT
 *
 * imsbox up: the nodes of a topology as child processes, once and again.
 */
#include "imsbox/up.h"
#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { TRY_AGAIN_MS = 1000 }; /* who cannot be started */

int64_t up_now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void on_line(void *ctx, struct slice line)
{
    const struct up_node *n = ctx;

    output_line(&n->up->out, n->hue, n->at->node->name, line);
}

/* The nodes' programs lie beside our own, or where `make install` puts them:
 * imsbox in bin, they in sbin. */
static bool program_path(const char *role, char *out, size_t size)
{
    char own[4096];
    ssize_t n = readlink("/proc/self/exe", own, sizeof own);
    ssize_t slash;

    if (n <= 0 || (size_t)n == sizeof own)
        return false;
    slash = slice_rindex((struct slice){own, (size_t)n}, '/');
    if ((size_t)snprintf(out, size, "%.*s/%s", (int)slash, own, role) >= size)
        return false;
    if (access(out, X_OK) == 0)
        return true;
    return (size_t)snprintf(out, size, "%.*s/../sbin/%s", (int)slash, own,
                            role) < size;
}

static enum ims_err start_node(struct up_node *n, struct why *why)
{
    struct up *up = n->up;
    char program[4200];
    char *path = (char *)up->site.topology->path;
    char *const as_node[] = {
        program, "-t", path, "-n", (char *)n->at->node->name, NULL,
    };
    char *const as_dashboard[] = {program, "dashboard", path, NULL};
    bool shows = up_is_dashboard(n);
    const struct child_start start = {
        .program = program,
        .argv = shows ? as_dashboard : as_node,
        .run_dir = str_c(&up->dir.dir),
        .on_line = on_line,
        .ctx = n,
    };

    if (!program_path(shows ? up_self : topology_role_name(n->at->node->role),
                      program, sizeof program))
        return why_set(why, IMS_INTERNAL, "cannot tell where imsbox lies");
    return child_start(&n->child, &start, why);
}

static bool start_one(struct up_node *n)
{
    struct up *up = n->up;
    struct why why;

    if (start_node(n, &why) != IMS_OK) {
        output_printf(&up->out, up_self, "%s: %s", n->at->node->name, why.text);
        return false;
    }
    n->at->pid = n->child.pid;
    return true;
}

/* Who asks later finds them by it. */
static bool write_site(struct up *up)
{
    struct why why;

    if (rundir_write(&up->dir, &up->site, &why) == IMS_OK)
        return true;
    output_printf(&up->out, up_self, "%s", why.text);
    return false;
}

bool up_start_all(struct up *up)
{
    for (unsigned i = 0; i < up->count; i++)
        if (!start_one(&up->nodes[i]))
            return false;
    return write_site(up);
}

void up_start_again(struct up *up)
{
    bool any = false;

    for (unsigned i = 0; i < up->count; i++) {
        struct up_node *n = &up->nodes[i];

        if (n->start_at == 0 || up_now_ms() < n->start_at)
            continue;
        n->start_at = start_one(n) ? 0 : up_now_ms() + TRY_AGAIN_MS;
        any = true;
    }
    if (!any)
        return;
    up->beaten = 0;
    write_site(up);
}
