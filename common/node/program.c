/* SPDX-License-Identifier: MIT */
#include "node/program.h"
#include "base/mem.h"
#include "node/http.h"
#include "node/notify.h"
#include "node/process.h"
#include "node/tokens.h"
#include "node/version.h"
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

enum {
    ERRORS_MAX = 65536,
    DUMP_MAX = 64 << 20,
    STOP_US = 5 * SECOND, /* to leave the neighbours, after the drain */
};

/* A topology that the node was once given: kept, because layers point into
 * the one that they were started with. */
struct kept {
    struct topology *topology;
    struct kept *older;
};

struct program {
    const struct node_role *role;
    const char *path, *name;
    struct kept *topologies; /* the newest first */
    struct loop *loop;
    struct node *node;
    struct tokens tokens;
    struct http *http;
    struct notify notify;
};

/* ---- configuration ------------------------------------------------------- */

/* The errors, one a line, already named file:line:column. */
static void print_errors(const struct buf *errors)
{
    fprintf(stderr, "%.*s", SLICE_ARG(buf_slice(errors)));
}

static enum ims_err load(struct program *p)
{
    struct topology *t;
    struct buf errors;
    struct kept *k;
    enum ims_err err;

    buf_init(&errors, ERRORS_MAX);
    err = topology_load(p->path, &t, &errors);
    print_errors(&errors);
    buf_fini(&errors);
    if (err != IMS_OK)
        return err;
    k = mem_alloc(sizeof(*k));
    *k = (struct kept){.topology = t, .older = p->topologies};
    p->topologies = k;
    return IMS_OK;
}

static void forget_newest(struct program *p)
{
    struct kept *k = p->topologies;

    p->topologies = k->older;
    topology_free(k->topology);
    free(k);
}

static bool is_mine(const struct program *p, const struct topology_node *n)
{
    return n && n->role == p->role->role;
}

/* Says what -n could have been. */
static void print_names(const struct program *p)
{
    const struct topology *t = p->topologies->topology;
    const char *role = topology_role_name(p->role->role);

    fprintf(stderr, "%s: no %s is named %s; it has", p->path, role, p->name);
    for (unsigned i = 0; i < t->network_count; i++) {
        const struct topology_network *net = &t->networks[i];

        for (unsigned k = 0; k < net->node_count; k++)
            if (is_mine(p, &net->nodes[k]))
                fprintf(stderr, " %s", net->nodes[k].name);
    }
    fprintf(stderr, "\n");
}

/* ---- signals ------------------------------------------------------------- */

/* Before the loop runs nothing has begun that could be finished, and what
 * start-up waits for (a name, a disk) may take its time. */
static void leave_early(int signo)
{
    (void)signo;
    _exit(EXIT_SUCCESS);
}

static sigset_t all_signals(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    sigaddset(&set, SIGUSR1);
    return set;
}

void program_hold_signals(void)
{
    sigset_t set = all_signals();

    pthread_sigmask(SIG_SETMASK, &set, NULL);
}

/* SIGHUP and SIGUSR1 wait for the loop. */
static void watch_early_signals(void)
{
    sigset_t stops;

    program_hold_signals();
    signal(SIGTERM, leave_early);
    signal(SIGINT, leave_early);
    sigemptyset(&stops);
    sigaddset(&stops, SIGTERM);
    sigaddset(&stops, SIGINT);
    pthread_sigmask(SIG_UNBLOCK, &stops, NULL);
}

static void on_drained(void *ctx)
{
    const struct program *p = ctx;

    loop_stop(p->loop);
}

static void on_stop(void *ctx, int signo)
{
    struct program *p = ctx;

    (void)signo;
    notify_stopping(&p->notify, p->node->self->timers.drain + STOP_US);
    node_drain(p->node, on_drained, p);
}

static void on_reload(void *ctx, int signo)
{
    struct program *p = ctx;
    struct log *log = p->node->env.log;
    struct why why = {0};

    (void)signo;
    notify_reloading(&p->notify, p->node->env.clock->mono_us);
    if (load(p) != IMS_OK) {
        log_at(log, LOG_ERROR, "%s has errors; nothing was changed", p->path);
    } else if (node_reload(p->node, p->topologies->topology, &why) != IMS_OK) {
        log_at(log, LOG_ERROR, "%s; nothing was changed", why.text);
        forget_newest(p);
    } else {
        log_at(log, LOG_NOTICE, "%s was read again", p->path);
    }
    notify_say(&p->notify, "READY=1");
}

/* Written aside and then renamed, so that nobody reads half of it. */
static bool write_file(const char *path, struct slice text)
{
    char aside[4096 + 8];
    int fd;
    bool ok;

    snprintf(aside, sizeof(aside), "%s.new", path);
    fd = open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        return false;
    ok = write(fd, text.p, text.n) == (ssize_t)text.n;
    return close(fd) == 0 && ok && rename(aside, path) == 0;
}

static void on_dump(void *ctx, int signo)
{
    const struct program *p = ctx;
    const char *dir = getenv("IMSBOX_RUN_DIR");
    char path[4096];
    struct buf out;
    struct json j;

    (void)signo;
    buf_init(&out, DUMP_MAX);
    json_init(&j, &out);
    node_dump(p->node, &j);
    buf_char(&out, '\n');
    if (!dir) {
        fprintf(stderr, "%.*s", SLICE_ARG(buf_slice(&out)));
    } else {
        snprintf(path, sizeof(path), "%s/%s.state.json", dir, p->name);
        if (write_file(path, buf_slice(&out)))
            log_at(p->node->env.log, LOG_NOTICE, "state is in %s", path);
        else
            log_at(p->node->env.log, LOG_ERROR, "state dump to %s: %s", path,
                   strerror(errno));
    }
    buf_fini(&out);
}

/* ---- running ------------------------------------------------------------- */

static enum ims_err open_loop(struct program *p, struct why *why)
{
    const struct topology *t = p->topologies->topology;
    const struct topology_node *self = topology_find_node(t, slice_of(p->name));
    struct loop_options o = {
        .dns_servers = t->dns.servers,
        .dns_server_count = t->dns.server_count,
        .dns_timeout_ms = (unsigned)(t->dns.timeout / MSEC),
        .dns_tries = t->dns.tries,
        .dns_keep_us = t->dns.keep,
        .udp_queue_bytes = self->limits.udp_queue_bytes,
        .stream_queue_bytes = self->limits.stream_queue_bytes,
    };
    enum ims_err err = loop_new(&o, &p->loop, why);

    if (err == IMS_OK && self->seeded)
        dice_init_seed(loop_net(p->loop)->dice, self->seed);
    return err;
}

static enum ims_err open_node(struct program *p, struct why *why)
{
    struct node_options o = {
        .role = p->role,
        .topology = p->topologies->topology,
        .name = p->name,
        .net = loop_net(p->loop),
        .loop = p->loop,
    };
    enum ims_err err = node_new(&o, &p->node, why);

    if (err == IMS_OK)
        process_add_figures(p->node->env.metrics, p->loop);
    return err;
}

static const char *token_of(const struct str *s)
{
    return s->n ? str_c(s) : NULL;
}

/* For a person who has none yet; not a log line, and never again. */
static void show_token(const struct program *p,
                       const struct topology_listener *l)
{
    const char *host = l->advertise_host;

    if (!tokens_show_once(&p->tokens))
        return;
    if (strcmp(host, "0.0.0.0") == 0 || strcmp(host, "[::]") == 0)
        host = "127.0.0.1";
    fprintf(stderr,
            "Open http://%s:%u/?token=%s (shown this once; kept in "
            "%s/admin-token)\n",
            host, l->advertise_port, str_c(&p->tokens.admin),
            str_c(&p->tokens.dir));
}

static enum ims_err open_http(struct program *p, struct why *why)
{
    const struct topology_listener *l =
        topology_listener_of(p->node->self, TOPOLOGY_ADMIN, TRANSPORT_NONE);
    const struct topology_access *access = &p->node->topology->access;
    struct addr local;
    bool open;
    enum ims_err err;

    if (!l)
        return IMS_OK;
    err = node_listen_addr(&l->at, &local, why);
    if (err != IMS_OK)
        return err;
    open = access->loopback_open && addr_is_loopback(&local);
    err = tokens_load(p->node->topology, !open, &p->tokens, why);
    if (err == IMS_OK)
        err = http_new(
            &(struct http_options){
                .node = p->node,
                .loop = p->loop,
                .local = &local,
                .rules = {.admin = token_of(&p->tokens.admin),
                          .viewer = token_of(&p->tokens.viewer),
                          .open = open,
                          .names = access->names,
                          .name_count = access->name_count,
                          .passes_on = p->role->role == TOPOLOGY_DASHBOARD},
            },
            &p->http, why);
    if (err == IMS_OK && !open && p->role->role == TOPOLOGY_DASHBOARD)
        show_token(p, l);
    return err;
}

static void watch_signals(struct program *p)
{
    sigset_t set = all_signals();

    signal(SIGPIPE, SIG_IGN);
    loop_on_signal(p->loop, SIGTERM, on_stop, p);
    loop_on_signal(p->loop, SIGINT, on_stop, p);
    loop_on_signal(p->loop, SIGHUP, on_reload, p);
    loop_on_signal(p->loop, SIGUSR1, on_dump, p);
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

/* ---- the service manager ------------------------------------------------- */

static void print_status(void *ctx, struct buf *out)
{
    const struct program *p = ctx;
    const char *domain = p->node->env.domain; /* the dashboard has none */
    struct why why = {0};

    if (node_is_ready(p->node, &why))
        buf_printf(out, "%s serves %s", p->name,
                   domain && domain[0] ? domain
                                       : p->topologies->topology->name);
    else
        buf_printf(out, "%s is not ready: %s", p->name, why.text);
}

/* Ready is whose listeners are open: nodes start in any order, and one that
 * waits for its HSS must not keep the HSS from being started. */
static void tell_manager(struct program *p)
{
    notify_open(&p->notify);
    notify_say(&p->notify, "READY=1");
    notify_begin(&p->notify, p->node->env.timers, print_status, p);
}

/* What is wrong beside the topology itself is told in the same way. */
static bool check_more(const struct program *p)
{
    const struct topology_node *self =
        topology_find_node(p->topologies->topology, slice_of(p->name));
    struct buf errors;
    bool right;

    if (!p->role->check)
        return true;
    buf_init(&errors, 1 << 20);
    right = p->role->check(self, &errors) == IMS_OK;
    fprintf(stderr, "%.*s", SLICE_ARG(buf_slice(&errors)));
    buf_fini(&errors);
    return right;
}

static int check_only(const struct program *p)
{
    if (!check_more(p))
        return EXIT_CONFIG;
    printf("%s: right for %s\n", p->path, p->name);
    return EXIT_SUCCESS;
}

static int run(struct program *p)
{
    struct why why = {0};
    enum ims_err err = open_loop(p, &why);

    if (err == IMS_OK)
        err = open_node(p, &why);
    if (err == IMS_OK)
        err = open_http(p, &why);
    if (err == IMS_OK) {
        watch_signals(p);
        tell_manager(p);
        loop_run(p->loop);
        program_hold_signals(); /* what closes is not to be hurried */
        notify_close(&p->notify);
    } else if (err != IMS_CONFIG || check_more(p)) {
        fprintf(stderr, "error %s: %s\n", p->name, why.text);
    }
    http_free(p->http);
    tokens_fini(&p->tokens);
    node_free(p->node);
    if (p->loop)
        loop_free(p->loop);
    if (err == IMS_CONFIG)
        return EXIT_CONFIG;
    return err == IMS_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* ---- arguments ----------------------------------------------------------- */

struct arguments {
    const char *topology, *name;
    bool check, version, help, wrong;
};

static struct arguments parse(int argc, char **argv)
{
    static const struct option options[] = {
        {"check-config", no_argument, NULL, 'c'},
        {"help", no_argument, NULL, 'h'},
        {"version", no_argument, NULL, 'V'},
        {NULL, 0, NULL, 0},
    };
    struct arguments a = {0};
    int c;

    while ((c = getopt_long(argc, argv, "t:n:Vh", options, NULL)) != -1) {
        switch (c) {
        case 't': a.topology = optarg; break;
        case 'n': a.name = optarg; break;
        case 'c': a.check = true; break;
        case 'V': a.version = true; break;
        case 'h': a.help = true; break;
        default: a.wrong = true; break;
        }
    }
    a.wrong = a.wrong || optind < argc;
    return a;
}

static void print_help(FILE *to, const struct node_role *role)
{
    const char *name = topology_role_name(role->role);

    fprintf(to,
            "%s\n"
            "\n"
            "usage: %s -t FILE -n NAME [--check-config]\n"
            "       %s -V | -h\n"
            "\n"
            "  -t FILE         the topology\n"
            "  -n NAME         which of its nodes this is\n"
            "  --check-config  says whether both are right, and ends\n"
            "  -V              the version\n"
            "\n"
            "SIGTERM ends it when what has begun is finished, SIGHUP reads\n"
            "FILE again, SIGUSR1 writes the state to $IMSBOX_RUN_DIR or\n"
            "stderr. Exit status: 0, 1 (could not run), 64 (wrong\n"
            "arguments), 78 (bad configuration).\n",
            role->summary, name, name);
}

int node_run(const char *path, const char *name, bool check,
             const struct node_role *role)
{
    struct program p = {.role = role, .path = path, .name = name};
    int status = EXIT_CONFIG;

    if (!check)
        watch_early_signals();
    if (load(&p) != IMS_OK)
        return EXIT_CONFIG;
    if (!is_mine(&p,
                 topology_find_node(p.topologies->topology, slice_of(name))))
        print_names(&p);
    else if (check)
        status = check_only(&p);
    else
        status = run(&p);
    while (p.topologies)
        forget_newest(&p);
    return status;
}

int node_main(int argc, char **argv, const struct node_role *role)
{
    struct arguments a = parse(argc, argv);

    if (a.help) {
        print_help(stdout, role);
        return EXIT_SUCCESS;
    }
    if (a.version) {
        printf("%s %s\n", topology_role_name(role->role), IMSBOX_VERSION);
        return EXIT_SUCCESS;
    }
    if (a.wrong || !a.topology || !a.name) {
        if (!a.wrong)
            fprintf(stderr, "%s: -t FILE and -n NAME are both needed\n\n",
                    topology_role_name(role->role));
        print_help(stderr, role);
        return EXIT_USAGE;
    }
    return node_run(a.topology, a.name, a.check, role);
}
