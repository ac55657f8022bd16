/* SPDX-License-Identifier: MIT */
#include "base/mem.h"
#include "topology/build.h"
#include "topology/check.h"
#include "topology/faults.h"
#include "topology/read.h"
#include "topology/topology.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct topology *make(const struct file *f, const char *path)
{
    struct topology *t = mem_zalloc(sizeof *t);

    arena_init(&t->arena, 0, SIZE_MAX);
    t->path = arena_printf(&t->arena, "%s%c", path, 0).p;
    t->dir = path_dir(&t->arena, path);
    topology_build(f, t);
    return t;
}

/* It is a node of one kind, and needs not say what it is. */
static void complete_dashboard(struct file_node *n)
{
    const struct file_place *p = n->listeners[TOPOLOGY_ADMIN].listen.items;

    if (!n->at.line)
        return;
    n->name = (struct file_text){"dashboard", n->at};
    n->role =
        (struct file_word){.value = TOPOLOGY_DASHBOARD, .given = true, n->at};
    n->host = (struct file_text){p && p->host ? p->host : "127.0.0.1", n->at};
}

enum ims_err topology_parse(struct slice text, const char *path,
                            struct topology **out, struct buf *errors)
{
    struct report report = {0};
    struct file file = {0};
    struct topology *t = NULL;
    struct arena arena;
    const struct yaml *y;

    arena_init(&arena, 0, SIZE_MAX);
    y = yaml_read(text, &arena, &report);
    if (y)
        topology_read(&topology_table, y, &arena, &file, &report);
    complete_dashboard(&file.dashboard);
    if (y && y->kind == YAML_MAP)
        topology_check(&file, path, &arena, &report);
    if (report.count == 0) {
        t = make(&file, path);
        topology_check_faults(&file.faults, t, &report);
        topology_build_faults(&file.faults, t);
    }
    if (report.count == 0)
        *out = t;
    else
        topology_free(t);
    arena_fini(&arena);
    report_print(&report, path, errors);
    return report.count == 0 ? IMS_OK : IMS_CONFIG;
}

static bool read_all(int fd, struct buf *out)
{
    for (;;) {
        char part[16384];
        ssize_t n = read(fd, part, sizeof part);

        if (n <= 0)
            return n == 0;
        buf_add(out, slice_at(part, (size_t)n));
        if (out->full)
            return true;
    }
}

enum ims_err topology_load(const char *path, struct topology **out,
                           struct buf *errors)
{
    enum ims_err err = IMS_CONFIG;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct buf text;

    buf_init(&text, TOPOLOGY_FILE_MAX);
    if (fd < 0 || !read_all(fd, &text))
        buf_printf(errors, "%s: %s; expected a topology file\n", path,
                   strerror(errno));
    else if (text.full)
        buf_printf(errors, "%s: more than %u bytes; expected less\n", path,
                   TOPOLOGY_FILE_MAX);
    else
        err = topology_parse(buf_slice(&text), path, out, errors);
    if (fd >= 0)
        close(fd);
    buf_fini(&text);
    return err;
}

void topology_free(struct topology *t)
{
    if (!t)
        return;
    arena_fini(&t->arena);
    free(t);
}
