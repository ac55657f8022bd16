/* SPDX-License-Identifier: MIT */
#include "imsbox/rundir.h"
#include "base/json.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { LOCK_TRIES = 20, LOCK_EVERY_MS = 10 };

void rundir_root(const char *topology_dir, struct str *out)
{
    const char *runtime = getenv("XDG_RUNTIME_DIR");

    if (runtime && runtime[0] == '/')
        str_printf(out, "%s/imsbox", runtime);
    else
        str_printf(out, "%s/.imsbox", topology_dir);
}

char *rundir_file(const char *path)
{
    ssize_t slash = slice_rindex(slice_of(path), '/');
    struct str dir = {0}, file = {0};
    struct stat st;
    char *real;

    if (lstat(path, &st) != 0)
        return NULL;
    str_printf(&dir, "%.*s/", slash < 0 ? 1 : (int)slash,
               slash < 0 ? "." : path);
    real = realpath(str_c(&dir), NULL);
    if (real) /* "/" ends with one */
        str_printf(&file, "%s/%s", real[1] ? real : "", path + slash + 1);
    str_fini(&dir);
    free(real);
    return file.p;
}

static enum ims_err make_dir(const char *path, struct why *why)
{
    if (mkdir(path, 0750) == 0 || errno == EEXIST)
        return IMS_OK;
    return why_set(why, IMS_STORAGE, "%s: %s", path, strerror(errno));
}

/* Who looks for what runs holds it for a moment (site.c). */
static bool lock(int fd)
{
    const struct timespec pause = {.tv_nsec = LOCK_EVERY_MS * 1000000L};

    for (unsigned i = 0; i < LOCK_TRIES; i++) {
        if (flock(fd, LOCK_EX | LOCK_NB) == 0)
            return true;
        nanosleep(&pause, NULL);
    }
    return false;
}

enum ims_err rundir_lock(const struct topology *t, struct rundir *out,
                         struct why *why)
{
    struct str root = {0}, path = {0};
    enum ims_err err;

    *out = (struct rundir){.fd = -1};
    rundir_root(t->dir, &root);
    str_printf(&out->dir, "%s/%s", str_c(&root), t->name);
    str_printf(&path, "%s/lock", str_c(&out->dir));
    err = make_dir(str_c(&root), why);
    if (err == IMS_OK)
        err = make_dir(str_c(&out->dir), why);
    if (err == IMS_OK) {
        out->fd = open(str_c(&path), O_RDWR | O_CREAT | O_CLOEXEC, 0640);
        if (out->fd < 0)
            err = why_set(why, IMS_STORAGE, "%s: %s", str_c(&path),
                          strerror(errno));
        else if (!lock(out->fd))
            err = why_set(why, IMS_EXISTS,
                          "%s runs already (%s is held by another imsbox)",
                          t->name, str_c(&path));
    }
    str_fini(&root);
    str_fini(&path);
    if (err != IMS_OK) {
        if (out->fd >= 0)
            close(out->fd);
        str_fini(&out->dir);
    }
    return err;
}

static void print_site(const struct site *s, struct buf *out)
{
    char *path = rundir_file(s->topology->path);
    char *target = realpath(s->topology->path, NULL);
    struct json j;

    json_init(&j, out);
    json_object_begin(&j);
    json_put_str(&j, "topology", path ? path : s->topology->path);
    if (target)
        json_put_str(&j, "target", target);
    json_put_int(&j, "pid", getpid());
    json_key(&j, "nodes");
    json_array_begin(&j);
    for (unsigned i = 0; i < s->node_count; i++) {
        json_object_begin(&j);
        json_put_str(&j, "name", s->nodes[i].node->name);
        json_put_str(&j, "role", topology_role_name(s->nodes[i].node->role));
        json_put_str(&j, "admin", s->nodes[i].admin);
        json_put_int(&j, "pid", s->nodes[i].pid);
        json_object_end(&j);
    }
    json_array_end(&j);
    if (s->dashboard.node) {
        json_put_str(&j, "dashboard", s->dashboard.admin);
        json_put_int(&j, "dashboard_pid", s->dashboard.pid);
    }
    json_object_end(&j);
    buf_char(out, '\n');
    free(path);
    free(target);
}

enum ims_err rundir_write(const struct rundir *l, const struct site *s,
                          struct why *why)
{
    struct str path = {0}, temp = {0};
    enum ims_err err = IMS_OK;
    struct buf text;
    FILE *f;

    buf_init(&text, 1 << 24);
    print_site(s, &text);
    str_printf(&path, "%s/run.json", str_c(&l->dir));
    str_printf(&temp, "%s/run.json.new", str_c(&l->dir));
    f = fopen(str_c(&temp), "we");
    if (!f || fwrite(text.p, 1, text.n, f) != text.n || fflush(f) != 0 ||
        rename(str_c(&temp), str_c(&path)) != 0)
        err =
            why_set(why, IMS_STORAGE, "%s: %s", str_c(&path), strerror(errno));
    if (f)
        fclose(f);
    buf_fini(&text);
    str_fini(&path);
    str_fini(&temp);
    return err;
}

void rundir_unlock(struct rundir *l)
{
    struct str path = {0};

    str_printf(&path, "%s/run.json", str_c(&l->dir));
    unlink(str_c(&path));
    str_fini(&path);
    str_fini(&l->dir);
    close(l->fd);
}
