/* SPDX-License-Identifier: MIT */
#include "imsbox/site.h"
#include "base/mem.h"
#include "imsbox/rundir.h"
#include "node/tokens.h"
#include <dirent.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

/* ---- a site -------------------------------------------------------------- */

/* Who listens everywhere is asked at its host. */
static const char *admin_url(struct topology *t, const struct topology_node *n)
{
    const struct topology_listener *l =
        topology_listener_of(n, TOPOLOGY_ADMIN, TRANSPORT_NONE);
    const char *host = l->at.host;
    struct slice url;

    if (strcmp(host, "0.0.0.0") == 0 || strcmp(host, "::") == 0)
        host = n->host;
    if (strcmp(host, "0.0.0.0") == 0)
        host = "127.0.0.1";
    else if (strcmp(host, "::") == 0)
        host = "::1";
    url = arena_printf(
        &t->arena, strchr(host, ':') ? "http://[%s]:%u%c" : "http://%s:%u%c",
        host, l->at.addr.port, 0);
    return url.p;
}

void site_init(struct site *s, struct topology *t)
{
    unsigned count = 0;

    *s = (struct site){.topology = t};
    for (unsigned i = 0; i < t->network_count; i++)
        count += t->networks[i].node_count;
    s->nodes = mem_zalloc(count * sizeof *s->nodes);
    for (unsigned i = 0; i < t->network_count; i++)
        for (unsigned k = 0; k < t->networks[i].node_count; k++) {
            struct site_node *n = &s->nodes[s->node_count++];

            n->node = &t->networks[i].nodes[k];
            n->admin = admin_url(t, n->node);
        }
    if (t->dashboard)
        s->dashboard = (struct site_node){.node = t->dashboard,
                                          .admin = admin_url(t, t->dashboard)};
}

void site_fini(struct site *s)
{
    topology_free(s->topology);
    free(s->nodes);
    str_fini(&s->dir);
    *s = (struct site){0};
}

/* ---- finding one --------------------------------------------------------- */

static enum ims_err load(const char *path, struct site *out, struct why *why)
{
    struct topology *t;
    struct buf errors;
    struct slice first;
    enum ims_err err;

    buf_init(&errors, 1 << 16);
    err = topology_load(path, &t, &errors);
    if (err == IMS_OK) {
        site_init(out, t);
    } else {
        struct slice rest = buf_slice(&errors);

        slice_cut(&rest, '\n', &first);
        why_set(why, err, "%.*s", SLICE_ARG(first));
    }
    buf_fini(&errors);
    return err;
}

static bool is_locked(const char *dir)
{
    struct str path = {0};
    bool locked = false;
    int fd;

    str_printf(&path, "%s/lock", dir);
    fd = open(str_c(&path), O_RDONLY | O_CLOEXEC);
    if (fd >= 0) {
        locked = flock(fd, LOCK_SH | LOCK_NB) != 0;
        close(fd);
    }
    str_fini(&path);
    return locked;
}

static void take_pids(const json_t *run, struct site *s)
{
    const json_t *nodes = json_object_get(run, "nodes"), *n;
    size_t i;

    json_array_foreach(nodes, i, n)
    {
        const char *name = json_string_value(json_object_get(n, "name"));

        for (unsigned k = 0; name && k < s->node_count; k++)
            if (strcmp(s->nodes[k].node->name, name) == 0)
                s->nodes[k].pid =
                    (long)json_integer_value(json_object_get(n, "pid"));
    }
}

/* What run.json of a directory says; NULL unless an imsbox holds it. */
static json_t *read_run(const char *dir)
{
    struct str path = {0};
    json_t *run = NULL;

    str_printf(&path, "%s/run.json", dir);
    if (is_locked(dir))
        run = json_load_file(str_c(&path), 0, NULL);
    str_fini(&path);
    return run;
}

enum { ROOTS_MAX = 4 };

/* Where to look without a file at hand. */
static unsigned roots(struct str out[ROOTS_MAX])
{
    const char *runtime = getenv("XDG_RUNTIME_DIR");
    unsigned n = 0;

    if (runtime && runtime[0] == '/')
        str_printf(&out[n++], "%s/imsbox", runtime);
    if (n == 0 || strcmp(str_c(&out[0]), RUNDIR_OF_SERVICES) != 0)
        str_printf(&out[n++], RUNDIR_OF_SERVICES);
    str_printf(&out[n++], ".imsbox");
    str_printf(&out[n++], "topology/.imsbox");
    return n;
}

/* Where an `imsbox up` of this file has its run directory. */
static unsigned roots_of_file(const char *file, struct str out[ROOTS_MAX])
{
    ssize_t slash = slice_rindex(slice_of(file), '/');
    struct str dir = {0};

    str_printf(&dir, "%.*s", slash > 0 ? (int)slash : 1,
               slash < 0 ? "." : file);
    rundir_root(str_c(&dir), &out[0]);
    str_printf(&out[1], RUNDIR_OF_SERVICES);
    str_fini(&dir);
    return strcmp(str_c(&out[0]), str_c(&out[1])) == 0 ? 1 : 2;
}

struct search {
    const char *name; /* NULL: any */
    char *path;       /* of its topology, rundir_file(); NULL: any */
    char *target;     /* and that without links; or NULL */
    json_t *run;      /* of the first one found */
    struct str dir;   /* and where that is */
    unsigned count;
    struct str names;
};

static bool is_told_as(const char *path, const json_t *run, const char *key)
{
    const char *told = json_string_value(json_object_get(run, key));

    return path && told && strcmp(path, told) == 0;
}

/* A link may have been pointed elsewhere since. */
static bool is_sought(const struct search *s, const json_t *run)
{
    return !s->path || is_told_as(s->path, run, "topology") ||
           is_told_as(s->target, run, "target");
}

static void note_found(struct search *s, json_t *run, const char *root,
                       const char *name)
{
    struct str names = {0};

    if (s->count++ == 0) {
        s->run = json_incref(run);
        str_printf(&s->dir, "%s/%s", root, name);
    }
    str_printf(&names, "%s%s%s", str_c(&s->names), s->count > 1 ? ", " : "",
               name);
    str_set(&s->names, str_slice(&names));
    str_fini(&names);
}

static void search_root(struct search *s, const char *root)
{
    DIR *d = opendir(root);
    struct dirent *e;

    while (d && (e = readdir(d))) {
        struct str dir = {0};
        json_t *run;

        if (e->d_name[0] == '.' || (s->name && strcmp(s->name, e->d_name) != 0))
            continue;
        str_printf(&dir, "%s/%s", root, e->d_name);
        run = read_run(str_c(&dir));
        if (run && is_sought(s, run))
            note_found(s, run, root, e->d_name);
        json_decref(run);
        str_fini(&dir);
    }
    if (d)
        closedir(d);
}

/* What runs of that file, by that name, or (NULL) at all. */
static void search(struct search *s, const char *file_or_name)
{
    struct str dirs[ROOTS_MAX] = {{0}};
    unsigned n;

    *s = (struct search){.name = file_or_name};
    if (file_or_name)
        s->path = rundir_file(file_or_name);
    if (s->path) {
        s->name = NULL;
        s->target = realpath(file_or_name, NULL);
    }
    n = s->path ? roots_of_file(file_or_name, dirs) : roots(dirs);
    for (unsigned i = 0; i < n; i++)
        search_root(s, str_c(&dirs[i]));
    for (unsigned i = 0; i < ROOTS_MAX; i++)
        str_fini(&dirs[i]);
}

static void search_fini(struct search *s)
{
    json_decref(s->run);
    str_fini(&s->dir);
    str_fini(&s->names);
    free(s->path);
    free(s->target);
}

/* That there is one, and no more. */
static enum ims_err check_found(const struct search *s, struct why *why)
{
    if (s->count == 1)
        return IMS_OK;
    if (s->count > 1)
        return why_set(why, IMS_NOT_FOUND, "several run: %s; say which",
                       str_c(&s->names));
    if (s->path)
        return why_set(why, IMS_NOT_FOUND,
                       "no `imsbox up` runs %s here; what systemd or docker "
                       "started they stop",
                       s->path);
    if (s->name)
        return why_set(why, IMS_NOT_FOUND,
                       "%s: neither a topology file nor the name of one that "
                       "runs",
                       s->name);
    return why_set(why, IMS_NOT_FOUND,
                   "nothing runs here: `imsbox up FILE` starts it, or give the "
                   "topology's file");
}

/* A file's nodes may run elsewhere, in containers: then there is no run. */
static enum ims_err open_site(const char *path, const struct search *s,
                              struct site *out, struct why *why)
{
    enum ims_err err = load(path, out, why);

    if (err != IMS_OK || !s->run)
        return err;
    take_pids(s->run, out);
    str_set(&out->dir, str_slice(&s->dir));
    return IMS_OK;
}

enum ims_err site_find(const char *file_or_name, struct site *out,
                       struct why *why)
{
    const char *path;
    enum ims_err err;
    struct search s;

    search(&s, file_or_name);
    path = json_string_value(json_object_get(s.run, "topology"));
    if (s.path)
        err = open_site(file_or_name, &s, out, why);
    else if ((err = check_found(&s, why)) == IMS_OK)
        err = path ? open_site(path, &s, out, why)
                   : why_set(why, IMS_NOT_FOUND, "run.json without topology");
    search_fini(&s);
    return err;
}

enum ims_err site_find_up(const char *file_or_name, struct str *name, long *pid,
                          struct why *why)
{
    enum ims_err err;
    struct search s;

    search(&s, file_or_name);
    err = check_found(&s, why);
    if (err == IMS_OK) {
        str_set(name, str_slice(&s.names));
        *pid = (long)json_integer_value(json_object_get(s.run, "pid"));
    }
    search_fini(&s);
    return err;
}

/* ---- its token ----------------------------------------------------------- */

void site_token(const struct site *s, struct str *out)
{
    struct tokens tokens = {0};
    struct why why;

    bool is_in_run = s->dir.n && !s->topology->access.tokens;
    enum ims_err err =
        is_in_run ? tokens_load_from(str_c(&s->dir), false, &tokens, &why)
                  : tokens_load(s->topology, false, &tokens, &why);

    str_set(out, err == IMS_OK ? str_slice(&tokens.admin) : S(""));
    tokens_fini(&tokens);
}
