/* SPDX-License-Identifier: MIT
 *
 * Real processes on loopback: the programs of the nodes, each with its own
 * process; phones on the real loop; what happened is asked of the nodes'
 * admin interfaces.
 */
#include "crypto/encode.h"
#include "ladder/world.h"
#include "net/loop.h"
#include <curl/curl.h>
#include <dirent.h>
#include <fcntl.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    LIVE_NODES = 32,
    BATCH = 2000,
    READY_TRIES = 400,
    STOP_TRIES = 1000, /* of 20 ms */
    HURRY_TRIES = 100, /* what is still in progress then is left */
    LATE_US = 20 * MSEC,
};

struct live_node {
    const struct topology_node *self;
    pid_t pid;     /* 0: does not run */
    uint64_t next; /* entry of its record */
};

struct world_live {
    struct world w;
    struct loop *loop;
    struct live_node nodes[LIVE_NODES];
    unsigned count;
    const char *programs;
    struct buf complaints; /* of nodes that did not end well */
    char dir[64];          /* of this run: topology, databases, logs */
    char file[600];        /* the topology */
    char prefix[32];
    CURL *curl;
};

static struct world_live *live_of(struct world *w)
{
    return container_of(w, struct world_live, w);
}

/* ---- processes
 * ---------------------------------------------------------------
 */

static void exec_node(const struct world_live *l, const struct live_node *n)
{
    char program[512], log[160];
    int fd;

    snprintf(program, sizeof program, "%s/%s", l->programs,
             topology_role_name(n->self->role));
    snprintf(log, sizeof log, "%s/%s.log", l->dir, n->self->name);
    fd = open(log, O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
    if (fd >= 0) {
        dup2(fd, STDOUT_FILENO);
        dup2(fd, STDERR_FILENO);
    }
    execl(program, program, "-t", l->file, "-n", n->self->name, (char *)NULL);
    _exit(127);
}

static enum ims_err start(struct world_live *l, struct live_node *n,
                          struct why *why)
{
    pid_t pid = fork();

    if (pid < 0)
        return why_set(why, IMS_INTERNAL, "fork failed");
    if (pid == 0)
        exec_node(l, n);
    n->pid = pid;
    n->next = 0;
    return IMS_OK;
}

static void ask_to_end(const struct live_node *n, int signo)
{
    if (n->pid)
        kill(n->pid, signo);
}

/* The wait status, 0 for a clean end. */
static int wait_for_end(const struct live_node *n)
{
    int status;

    for (unsigned i = 0; i < STOP_TRIES; i++) {
        if (waitpid(n->pid, &status, WNOHANG) == n->pid)
            return status;
        if (i == HURRY_TRIES)
            ask_to_end(n, SIGTERM);
        usleep(20000);
    }
    ask_to_end(n, SIGKILL);
    waitpid(n->pid, &status, 0);
    return status;
}

static void add_log(struct buf *out, const char *path)
{
    char part[4096];
    size_t n;
    FILE *f = fopen(path, "r");

    while (f && (n = fread(part, 1, sizeof part, f)) > 0)
        buf_add(out, slice_at(part, n));
    if (f)
        fclose(f);
}

/* A node that was told to end (`wanted`: by what signal it may have died) does
 * so with status 0; sanitizers see to it that leaks do not. */
static void reap(struct world_live *l, struct live_node *n, int wanted)
{
    char log[160];
    int status;

    if (!n->pid)
        return;
    status = wait_for_end(n);
    n->pid = 0;
    if (status == 0 || (WIFSIGNALED(status) && WTERMSIG(status) == wanted))
        return;
    buf_printf(&l->complaints, "  %s ended with %s %d; its log:\n",
               n->self->name, WIFSIGNALED(status) ? "signal" : "status",
               WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
    snprintf(log, sizeof log, "%s/%s.log", l->dir, n->self->name);
    add_log(&l->complaints, log);
}

static struct live_node *find(struct world *w, struct slice name,
                              struct why *why)
{
    struct world_live *l = live_of(w);

    for (unsigned i = 0; i < l->count; i++)
        if (slice_eq(slice_of(l->nodes[i].self->name), name))
            return &l->nodes[i];
    why_set(why, IMS_NOT_FOUND, "no node %.*s", SLICE_ARG(name));
    return NULL;
}

/* ---- HTTP
 * --------------------------------------------------------------------
 */

static size_t on_body(char *p, size_t size, size_t n, void *ctx)
{
    buf_add(ctx, slice_at(p, size * n));
    return size * n;
}

static bool http_prepare(struct world_live *l, const struct live_node *n,
                         struct slice path, long timeout_ms, struct buf *body)
{
    const struct topology_listener *admin =
        topology_listener_of(n->self, TOPOLOGY_ADMIN, TRANSPORT_NONE);
    char url[1024];

    if (!admin)
        return false;
    snprintf(url, sizeof url, "http://%s:%u%.*s", admin->at.host,
             admin->at.addr.port, SLICE_ARG(path));
    curl_easy_reset(l->curl);
    curl_easy_setopt(l->curl, CURLOPT_URL, url);
    curl_easy_setopt(l->curl, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(l->curl, CURLOPT_TIMEOUT_MS, timeout_ms);
    curl_easy_setopt(l->curl, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(l->curl, CURLOPT_WRITEDATA, body);
    return true;
}

static bool http_perform(struct world_live *l, long *status)
{
    if (curl_easy_perform(l->curl) != CURLE_OK)
        return false;
    curl_easy_getinfo(l->curl, CURLINFO_RESPONSE_CODE, status);
    return true;
}

static bool http_get(struct world_live *l, const struct live_node *n,
                     struct slice path, long *status, struct buf *body)
{
    return http_prepare(l, n, path, 5000, body) && http_perform(l, status);
}

static bool http_ask(struct world_live *l, const struct live_node *n,
                     struct world_ask *ask, long *status)
{
    struct curl_slist *headers =
        curl_slist_append(NULL, "Content-Type: application/json");
    char method[16];
    bool good = http_prepare(l, n, ask->path, 60000, ask->answer);

    snprintf(method, sizeof method, "%.*s", SLICE_ARG(ask->method));
    if (good) {
        curl_easy_setopt(l->curl, CURLOPT_CUSTOMREQUEST, method);
        curl_easy_setopt(l->curl, CURLOPT_HTTPHEADER, headers);
    }
    if (good && ask->body.n) {
        curl_easy_setopt(l->curl, CURLOPT_POSTFIELDSIZE, (long)ask->body.n);
        curl_easy_setopt(l->curl, CURLOPT_COPYPOSTFIELDS, ask->body.p);
    }
    good = good && http_perform(l, status);
    curl_slist_free_all(headers);
    return good;
}

/* ---- records
 * ------------------------------------------------------------------
 */

struct batch {
    json_t *entries[BATCH];
    const struct topology_node *from[BATCH];
    json_t *roots[LIVE_NODES];
    unsigned count, root_count;
};

static struct slice text_of(const json_t *o, const char *key)
{
    const char *text = json_string_value(json_object_get(o, key));

    return slice_of(text ? text : "");
}

static void read_addr(const json_t *o, const char *key, struct addr *out)
{
    struct slice text = text_of(o, key);
    ssize_t colon = slice_rindex(text, ':');
    enum transport t = TRANSPORT_NONE;
    uint64_t port = 0;

    if (colon < 0 || !addr_parse_ip(slice_first(text, (size_t)colon), out))
        return;
    slice_u64(slice_from(text, (size_t)colon + 1), 65535, &port);
    transport_parse(text_of(o, "transport"), &t);
    out->port = (uint16_t)port;
    out->transport = t;
}

static enum record_kind kind_of(struct slice name)
{
    return slice_eq(name, S("rx"))     ? RECORD_RX
           : slice_eq(name, S("tx"))   ? RECORD_TX
           : slice_eq(name, S("drop")) ? RECORD_DROP
           : slice_eq(name, S("lost")) ? RECORD_LOST
                                       : RECORD_SAYS;
}

static void take_entry(struct world_live *l, const struct topology_node *from,
                       const json_t *o)
{
    struct slice base64 = text_of(o, "base64");
    char *bytes = mem_alloc(base64.n + 1);
    size_t n = 0;
    struct record_entry e = {
        .wall_us = json_integer_value(json_object_get(o, "wall_us")),
        .kind = kind_of(text_of(o, "kind")),
        .proto = slice_eq(text_of(o, "proto"), S("diameter")) ? RECORD_DIAMETER
                                                              : RECORD_SIP,
        .proc = text_of(o, "proc").p,
        .clause = text_of(o, "clause").p,
        .says = text_of(o, "says"),
        .bytes = text_of(o, "text"),
    };

    if (base64.n && base64_decode(base64, bytes, base64.n, &n))
        e.bytes = slice_at(bytes, n);
    read_addr(o, "local", &e.local);
    read_addr(o, "remote", &e.remote);
    world_take(&l->w, from, &e);
    free(bytes);
}

static int64_t time_of(const json_t *o)
{
    return json_integer_value(json_object_get(o, "wall_us"));
}

/* What came before the instant. */
static void collect(struct world_live *l, struct live_node *n, int64_t before,
                    struct batch *b)
{
    char path[128];
    struct buf body;
    long status = 0;
    size_t i;
    json_t *root, *o;

    buf_init(&body, 16 << 20);
    snprintf(path, sizeof path, "/api/v1/record?from=%llu&limit=1000",
             (unsigned long long)n->next);
    if (!http_get(l, n, slice_of(path), &status, &body) || status != 200 ||
        !(root = json_loadb(body.p, body.n, 0, NULL))) {
        buf_fini(&body);
        return;
    }
    json_array_foreach(json_object_get(root, "entries"), i, o)
    {
        if (b->count == BATCH || time_of(o) >= before)
            break;
        b->entries[b->count] = o;
        b->from[b->count++] = n->self;
        n->next = (uint64_t)json_integer_value(json_object_get(o, "seq")) + 1;
    }
    b->roots[b->root_count++] = root;
    buf_fini(&body);
}

/* By insertion, since each node's entries are in order already. */
static void sort(struct batch *b)
{
    for (unsigned i = 1; i < b->count; i++)
        for (unsigned k = i;
             k && time_of(b->entries[k]) < time_of(b->entries[k - 1]); k--) {
            json_t *o = b->entries[k];
            const struct topology_node *from = b->from[k];

            b->entries[k] = b->entries[k - 1];
            b->from[k] = b->from[k - 1];
            b->entries[k - 1] = o;
            b->from[k - 1] = from;
        }
}

static int64_t now_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * SECOND + t.tv_nsec / 1000;
}

/* A node that is asked later knows more: what is younger than the first
 * question, and than a turn of a node's loop, waits for the next time, so that
 * the events of all nodes come in the order of time. */
static void collect_all(struct world_live *l, int64_t late_us)
{
    struct batch *b = mem_zalloc(sizeof *b);
    int64_t before = now_us() - late_us;

    for (unsigned i = 0; i < l->count; i++)
        if (l->nodes[i].pid)
            collect(l, &l->nodes[i], before, b);
    sort(b);
    for (unsigned i = 0; i < b->count; i++)
        take_entry(l, b->from[i], b->entries[i]);
    for (unsigned i = 0; i < b->root_count; i++)
        json_decref(b->roots[i]);
    free(b);
}

/* ---- what a ladder may do
 * ------------------------------------------------------
 */

static void on_time(void *ctx)
{
    loop_stop(ctx);
}

static void live_run(struct world *w, int64_t us)
{
    struct world_live *l = live_of(w);
    struct timer t = {0};

    timer_start(w->net->timers, &t, us, on_time, l->loop);
    loop_run(l->loop);
    collect_all(l, LATE_US);
}

/* The last words of a node that ends. */
static void end_node(struct world *w, struct live_node *n, int signo)
{
    live_run(w, LATE_US);
    collect_all(live_of(w), 0);
    ask_to_end(n, signo);
    reap(live_of(w), n, signo == SIGKILL ? SIGKILL : 0);
}

static enum ims_err live_node_dies(struct world *w, struct slice name,
                                   struct why *why)
{
    struct live_node *n = find(w, name, why);

    if (!n)
        return IMS_NOT_FOUND;
    end_node(w, n, SIGKILL);
    return IMS_OK;
}

static enum ims_err live_node_stops(struct world *w, struct slice name,
                                    struct why *why)
{
    struct live_node *n = find(w, name, why);

    if (!n)
        return IMS_NOT_FOUND;
    end_node(w, n, SIGTERM);
    return IMS_OK;
}

static enum ims_err live_node_starts(struct world *w, struct slice name,
                                     struct why *why)
{
    struct live_node *n = find(w, name, why);

    return n ? start(live_of(w), n, why) : IMS_NOT_FOUND;
}

static enum ims_err live_link(struct world *w, const struct ladder_line *line,
                              struct why *why)
{
    (void)w;
    (void)line;
    return why_set(why, IMS_UNSUPPORTED,
                   "a ladder that changes links says \"mode sim\"");
}

static enum ims_err live_ask(struct world *w, struct slice name,
                             struct world_ask *ask, struct why *why)
{
    struct live_node *n = find(w, name, why);
    long code = 0;

    if (!n || !http_ask(live_of(w), n, ask, &code))
        return why_set(why, IMS_UNREACHABLE, "the API does not answer");
    ask->status = (unsigned)code;
    return IMS_OK;
}

static void remove_dir(const struct world_live *l)
{
    DIR *d = opendir(l->dir);
    char path[512];
    struct dirent *e;

    while (d && (e = readdir(d))) {
        snprintf(path, sizeof path, "%s/%s", l->dir, e->d_name);
        unlink(path);
    }
    if (d)
        closedir(d);
    unlink(l->file);
    rmdir(l->dir);
}

static bool live_free(struct world *w, struct buf *out)
{
    struct world_live *l = live_of(w);
    bool good;

    for (unsigned i = 0; i < l->count; i++)
        ask_to_end(&l->nodes[i], SIGTERM);
    for (unsigned i = 0; i < l->count; i++)
        reap(l, &l->nodes[i], 0);
    good = l->complaints.n == 0;
    buf_add(out, buf_slice(&l->complaints));
    buf_fini(&l->complaints);
    remove_dir(l);
    world_fini(w);
    loop_free(l->loop);
    curl_easy_cleanup(l->curl);
    free(l);
    return good;
}

/* ---- start
 * -------------------------------------------------------------------- */

static enum ims_err start_all(struct world_live *l, struct why *why)
{
    const struct topology *t = l->w.topology;

    for (unsigned i = 0; i < t->network_count; i++)
        for (unsigned k = 0; k < t->networks[i].node_count; k++) {
            struct live_node *n = &l->nodes[l->count];
            enum ims_err err;

            if (l->count == LIVE_NODES)
                return why_set(why, IMS_FULL, "too many nodes");
            *n = (struct live_node){.self = &t->networks[i].nodes[k]};
            l->count++;
            err = start(l, n, why);
            if (err != IMS_OK)
                return err;
        }
    return IMS_OK;
}

static enum ims_err wait_ready(struct world_live *l, struct why *why)
{
    struct buf body;
    long status;

    buf_init(&body, 1 << 16);
    for (unsigned i = 0, tries = 0; i < l->count; i++) {
        status = 0;
        while (!http_get(l, &l->nodes[i], S("/readyz"), &status, &body) ||
               status != 200) {
            if (++tries == READY_TRIES) {
                buf_fini(&body);
                return why_set(why, IMS_TIMEOUT, "%s is not ready",
                               l->nodes[i].self->name);
            }
            usleep(50000);
        }
    }
    buf_fini(&body);
    return IMS_OK;
}

static enum ims_err write_topology(struct world_live *l,
                                   const struct world_options *o,
                                   struct why *why)
{
    struct buf text;
    char store[96], path[512];
    const char *slash;
    enum ims_err err;
    FILE *f;

    buf_init(&text, 1 << 20);
    snprintf(store, sizeof store, "%s/", l->dir);
    err = world_read_topology(&l->w, o, l->prefix, store, &text, why);
    /* beside the original, so that its relative paths hold */
    world_topology_path(o, path, sizeof path);
    slash = strrchr(path, '/');
    snprintf(l->file, sizeof l->file, "%.*s/.ladder-%d-%u.yaml",
             (int)(slash - path), path, (int)getpid(), o->net);
    if (err == IMS_OK && (f = fopen(l->file, "w"))) {
        fwrite(text.p, 1, text.n, f);
        fclose(f);
    }
    buf_fini(&text);
    return err;
}

enum ims_err world_live_new(const struct world_options *o, struct world **out,
                            struct why *why)
{
    static const struct world_ops ops = {
        .run = live_run,
        .node_dies = live_node_dies,
        .node_stops = live_node_stops,
        .node_starts = live_node_starts,
        .link = live_link,
        .ask = live_ask,
        .free = live_free,
    };
    struct world_live *l = mem_zalloc(sizeof *l);
    enum ims_err err;

    l->w.ops = &ops;
    l->w.ladder = o->ladder;
    l->programs = o->programs;
    list_init(&l->w.phones);
    events_init(&l->w.events);
    l->curl = curl_easy_init();
    buf_init(&l->complaints, 1 << 20);
    snprintf(l->prefix, sizeof l->prefix, "127.%u.%u", o->block, o->net);
    snprintf(l->dir, sizeof l->dir, "/tmp/imsbox-ladder-XXXXXX");
    if (!mkdtemp(l->dir))
        l->dir[0] = '\0';
    err = loop_new(&(struct loop_options){0}, &l->loop, why);
    if (err != IMS_OK)
        abort();
    l->w.net = loop_net(l->loop);
    l->w.began_us = l->w.net->clock->wall_us;
    err = write_topology(l, o, why);
    if (err == IMS_OK)
        err = start_all(l, why);
    if (err == IMS_OK)
        err = wait_ready(l, why);
    if (err == IMS_OK)
        err = world_make_phones(&l->w, l->prefix, why);
    if (err != IMS_OK) {
        struct buf said;

        buf_init(&said, 1 << 20);
        live_free(&l->w, &said);
        printf("%.*s", SLICE_ARG(buf_slice(&said)));
        buf_fini(&said);
        return err;
    }
    *out = &l->w;
    return IMS_OK;
}
