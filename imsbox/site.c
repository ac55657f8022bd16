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

    s->pid = (long)json_integer_value(json_object_get(run, "pid"));
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

static enum ims_err open_run(const json_t *run, struct site *out,
                             struct why *why)
{
    const char *path = json_string_value(json_object_get(run, "topology"));
    enum ims_err err;

    if (!path)
        return why_set(why, IMS_NOT_FOUND, "run.json without topology");
    err = load(path, out, why);
    if (err == IMS_OK)
        take_pids(run, out);
    return err;
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

struct search {
    const char *name; /* NULL: any */
    json_t *run;      /* of the first one found */
    unsigned count;
    struct str names;
};

static void search_root(struct search *s, const char *root)
{
    DIR *d = opendir(root);
    struct dirent *e;

    while (d && (e = readdir(d))) {
        struct str dir = {0};
        json_t *run = NULL;

        if (e->d_name[0] == '.' || (s->name && strcmp(s->name, e->d_name) != 0))
            continue;
        str_printf(&dir, "%s/%s", root, e->d_name);
        run = read_run(str_c(&dir));
        str_fini(&dir);
        if (!run)
            continue;
        if (s->count++ == 0)
            s->run = run;
        else
            json_decref(run);
        str_printf(&dir, "%s%s%s", str_c(&s->names), s->count > 1 ? ", " : "",
                   e->d_name);
        str_set(&s->names, str_slice(&dir));
        str_fini(&dir);
    }
    if (d)
        closedir(d);
}

static enum ims_err find_running(const char *name, struct site *out,
                                 struct why *why)
{
    struct search s = {.name = name};
    struct str dirs[ROOTS_MAX] = {{0}};
    unsigned n = roots(dirs);
    enum ims_err err;

    for (unsigned i = 0; i < n; i++) {
        search_root(&s, str_c(&dirs[i]));
        str_fini(&dirs[i]);
    }
    if (s.count == 1)
        err = open_run(s.run, out, why);
    else if (s.count > 1)
        err = why_set(why, IMS_NOT_FOUND, "several run: %s; say which",
                      str_c(&s.names));
    else if (name)
        err = why_set(why, IMS_NOT_FOUND,
                      "%s: neither a topology file nor the name of one that "
                      "runs",
                      name);
    else
        err = why_set(why, IMS_NOT_FOUND,
                      "nothing runs here: `imsbox up FILE` starts it, or give "
                      "the topology's file");
    json_decref(s.run);
    str_fini(&s.names);
    return err;
}

/* The run directory in which it runs: ours, else that of a service. */
static void find_dir(const struct topology *t, struct str *out)
{
    struct str root = {0}, of_service = {0};

    rundir_root(t->dir, &root);
    str_printf(out, "%s/%s", str_c(&root), t->name);
    str_printf(&of_service, RUNDIR_OF_SERVICES "/%s", t->name);
    if (!is_locked(str_c(out)) && is_locked(str_c(&of_service)))
        str_set(out, str_slice(&of_service));
    str_fini(&root);
    str_fini(&of_service);
}

/* A file's nodes may run elsewhere, in containers: no run directory then. */
static enum ims_err find_file(const char *path, struct site *out,
                              struct why *why)
{
    struct str dir = {0};
    enum ims_err err = load(path, out, why);
    json_t *run;

    if (err != IMS_OK)
        return err;
    find_dir(out->topology, &dir);
    run = read_run(str_c(&dir));
    if (run)
        take_pids(run, out);
    json_decref(run);
    str_fini(&dir);
    return IMS_OK;
}

enum ims_err site_find(const char *file_or_name, struct site *out,
                       struct why *why)
{
    if (file_or_name && access(file_or_name, F_OK) == 0)
        return find_file(file_or_name, out, why);
    return find_running(file_or_name, out, why);
}

/* ---- its token ----------------------------------------------------------- */

void site_token(const struct site *s, struct str *out)
{
    struct str dir = {0};
    struct tokens tokens = {0};
    struct why why;

    find_dir(s->topology, &dir);
    if (tokens_load_from(str_c(&dir), false, &tokens, &why) != IMS_OK ||
        tokens.admin.n == 0) {
        tokens_fini(&tokens);
        tokens = (struct tokens){0};
        if (tokens_load(s->topology, false, &tokens, &why) != IMS_OK)
            tokens = (struct tokens){0};
    }
    str_set(out, str_slice(&tokens.admin));
    tokens_fini(&tokens);
    str_fini(&dir);
}
