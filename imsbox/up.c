/* SPDX-License-Identifier: MIT
 *
 * imsbox up: starts the nodes of a topology, shows what they say, and stops
 * them in order.
 *
 *   STARTING  all nodes run, not all are ready
 *      | all are ready: the banner        | one died before all answered,
 *      |                                  | or Ctrl-C
 *   RUNNING                               |
 *      | Ctrl-C, or the last one died     |
 *   STOPPING  role by role, P-CSCFs first <
 *
 * Once all have answered it has started, though a node may wait for others
 * still: who dies from then on is, with --restart, started again.
 */
#include "imsbox/up.h"
#include "imsbox/answers.h"
#include "imsbox/banner.h"
#include "imsbox/commands.h"
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

enum { RESTART }; /* rows of the options */

enum {
    ASK_EVERY_MS = 50, /* whether a node is ready */
    ASK_TIMEOUT_MS = 2000,
    COMPLAIN_EVERY_MS = 10000, /* about nodes that do not become ready */
    STARTING_MS = 30000,       /* at a time, from a service manager */
    KILL_AFTER_MS = 10000,     /* beyond the drain time of the topology */
    RESTART_AFTER_MS = 1000,   /* its death, with --restart */
    LAST_WORDS_MS = 500,       /* that a terminal takes nothing of them */
    ONE_WISH_MS = 1000, /* signals so close together are one: timeout(1) and
                           terminals send several */
};

/* ---- becoming ready ------------------------------------------------------ */

/* The first node that is not ready, or has not even answered; NULL: none. */
static const struct up_node *awaited(const struct up *up, bool ready)
{
    for (unsigned i = 0; i < up->count; i++) {
        const struct up_node *n = &up->nodes[i];

        if (!(ready ? n->ready : n->answered) &&
            !(up_is_dashboard(n) && n->child.pid == 0))
            return n;
    }
    return NULL;
}

static void on_ready(void *ctx, long status, struct slice body)
{
    struct up_node *n = ctx;

    n->asking = false;
    n->ready = status == 200;
    n->answered |= status != 0;
    answer_detail(body, n->why, sizeof n->why);
}

static void ask(struct up_node *n)
{
    char url[300];

    snprintf(url, sizeof url, "%s/readyz", n->at->admin);
    n->asking = true;
    asker_get(n->up->asker, url, ASK_TIMEOUT_MS, on_ready, n);
}

static void complain(const struct up *up)
{
    for (unsigned i = 0; i < up->count; i++)
        if (up->nodes[i].child.pid != 0 && !up->nodes[i].ready)
            output_printf(&up->out, up_self, "%s is not ready yet: %s",
                          up->nodes[i].at->node->name, up->nodes[i].why);
}

/* The nodes have it by now; the banner asks them more than their health. */
static void show_token(const struct up *up)
{
    struct str token = {0};

    site_token(&up->site, &token);
    asker_set_token(up->asker, str_c(&token));
    str_fini(&token);
}

/* Started is what answers, as with a single node (program.c): what it waits
 * for, a neighbour of another house or a long import, no restart brings. */
static void tell_started(struct up *up)
{
    if (up->started_is_told || awaited(up, false))
        return;
    up->started_is_told = true;
    notify_say(&up->notify, "READY=1");
    up->beaten = 0;
}

static void wait_for_ready(struct up *up)
{
    int64_t now = up_now_ms();

    if (now - up->asked >= ASK_EVERY_MS) {
        up->asked = now;
        for (unsigned i = 0; i < up->count; i++)
            if (!up->nodes[i].ready && !up->nodes[i].asking)
                ask(&up->nodes[i]);
    }
    if (now - up->complained >= COMPLAIN_EVERY_MS) {
        up->complained = now;
        complain(up);
    }
    tell_started(up);
    if (!awaited(up, true)) {
        up->state = RUNNING;
        notify_say(&up->notify, "STATUS=%s runs", up->site.topology->name);
        show_token(up);
        banner_print(&up->out, up_self, &up->site, up->asker,
                     (now - up->started) / 1000.0);
    }
}

/* ---- stopping ------------------------------------------------------------ */

/* Or is about to. */
static bool runs(const struct up_node *n)
{
    return n->child.pid != 0 || n->start_at != 0;
}

static unsigned count_running(const struct up *up)
{
    unsigned count = 0;

    for (unsigned i = 0; i < up->count; i++)
        count += runs(&up->nodes[i]);
    return count;
}

static void tell(struct up_node *n, int signo)
{
    n->told_to_stop = true;
    kill(n->child.pid, signo);
}

/* Ends the nodes of the role whose turn it is; without any, the next role's. */
static void stop_next(struct up *up)
{
    bool any = false;

    while (!any && up->stopping <= TOPOLOGY_DASHBOARD) {
        int64_t wait = KILL_AFTER_MS;

        for (unsigned i = 0; i < up->count; i++) {
            struct up_node *n = &up->nodes[i];
            int64_t drain = n->at->node->timers.drain / MSEC + KILL_AFTER_MS;

            if (n->child.pid == 0 || n->at->node->role != up->stopping)
                continue;
            any = true;
            wait = drain > wait ? drain : wait;
            if (!n->told_to_stop)
                tell(n, SIGTERM);
        }
        if (!any)
            up->stopping++;
        up->kill_at = up_now_ms() + wait;
    }
}

static void stop(struct up *up)
{
    if (up->state == STOPPING)
        return;
    up->state = STOPPING;
    notify_say(&up->notify, "STOPPING=1");
    for (unsigned i = 0; i < up->count; i++)
        up->nodes[i].start_at = 0;
    up->stopped = up_now_ms();
    up->stopping = TOPOLOGY_PCSCF;
    stop_next(up);
}

/* Of the role whose turn it is; of all when the user has no patience. */
static void kill_stragglers(struct up *up, bool all)
{
    for (unsigned i = 0; i < up->count; i++) {
        struct up_node *n = &up->nodes[i];

        if (n->child.pid == 0 || (!all && n->at->node->role != up->stopping))
            continue;
        output_printf(&up->out, up_self, "%s does not stop: killed",
                      n->at->node->name);
        tell(n, SIGKILL);
        up->status = 1;
    }
    up->kill_at = up_now_ms() + KILL_AFTER_MS;
}

static void check_stopping(struct up *up)
{
    bool left = false;

    for (unsigned i = 0; i < up->count; i++)
        left |= up->nodes[i].child.pid != 0 &&
                up->nodes[i].at->node->role == up->stopping;
    if (!left)
        stop_next(up);
    else if (up_now_ms() >= up->kill_at)
        kill_stragglers(up, false);
}

/* ---- what happens -------------------------------------------------------- */

/* A wrong topology does not get better by itself. */
static bool is_hopeless(int status)
{
    return WIFEXITED(status) && WEXITSTATUS(status) == EXIT_TOPOLOGY;
}

static void on_death(struct up *up, struct up_node *n, int status)
{
    bool clean = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    char end[100];

    child_reaped(&n->child);
    n->ready = false;
    if (up->state == STOPPING && clean)
        return; /* told to by us or, as systemd does, beside us */
    child_print_end(status, end, sizeof end);
    output_printf(&up->out, up_self, "%s died: %s", n->at->node->name, end);
    if (up->restarts && up->started_is_told && up->state != STOPPING &&
        !is_hopeless(status)) {
        n->start_at = up_now_ms() + RESTART_AFTER_MS;
        up->beaten = 0;
        return;
    }
    if (up_is_dashboard(n))
        return;
    if (up->status == 0)
        up->status = is_hopeless(status) ? EXIT_TOPOLOGY : 1;
    if (up->state == STARTING && !up->started_is_told)
        stop(up);
}

static void reap(struct up *up)
{
    int status;
    pid_t pid;

    while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
        for (unsigned i = 0; i < up->count; i++)
            if (up->nodes[i].child.pid == pid)
                on_death(up, &up->nodes[i], status);
}

static void on_wish_to_stop(struct up *up)
{
    if (up->state != STOPPING) {
        output_printf(&up->out, up_self, "stopping");
        stop(up);
    } else if (up_now_ms() - up->stopped >= ONE_WISH_MS) {
        kill_stragglers(up, true);
    }
}

static void on_signal(struct up *up)
{
    struct signalfd_siginfo info;

    while (read(up->signals, &info, sizeof info) == sizeof info) {
        if (info.ssi_signo != SIGCHLD)
            on_wish_to_stop(up);
    }
    reap(up);
}

static void tell_status(const struct up *up)
{
    const char *name = up->site.topology->name;

    for (unsigned i = 0; i < up->count; i++) {
        const struct up_node *n = &up->nodes[i];
        bool is_there = n->child.pid != 0;
        bool waits = up->state == STARTING && is_there && !n->ready;

        if (is_there && !waits)
            continue;
        notify_say(&up->notify, "STATUS=%s %s %s%s%s", name,
                   waits ? "waits for" : "runs without", n->at->node->name,
                   waits ? ": " : "", waits ? n->why : "");
        return;
    }
    notify_say(&up->notify, "STATUS=%s runs", name);
}

/* That we live, and who does not. */
static void beat(struct up *up)
{
    int64_t every = up->notify.watchdog_us / MSEC / 2;

    if (up->state == STOPPING ||
        up_now_ms() - up->beaten < (every ? every : 1000))
        return;
    up->beaten = up_now_ms();
    if (every)
        notify_say(&up->notify, "WATCHDOG=1");
    if (!up->started_is_told)
        notify_say(&up->notify, "EXTEND_TIMEOUT_USEC=%lld",
                   (long long)STARTING_MS * MSEC);
    tell_status(up);
}

/* ms until there is something to do though nothing happens. */
static int patience(const struct up *up)
{
    int64_t every = up->notify.watchdog_us / MSEC / 2;

    if (up->state != RUNNING)
        return ASK_EVERY_MS;
    for (unsigned i = 0; i < up->count; i++)
        if (up->nodes[i].start_at != 0)
            return ASK_EVERY_MS;
    return every > 0 && every < 60000 ? (int)every : 60000;
}

static void turn(struct up *up)
{
    struct curl_waitfd *watched = mem_zalloc((up->count + 2) * sizeof *watched);
    int out = output_waits(&up->out);
    unsigned count = 0;

    watched[count++] =
        (struct curl_waitfd){.fd = up->signals, .events = CURL_WAIT_POLLIN};
    if (out >= 0)
        watched[count++] =
            (struct curl_waitfd){.fd = out, .events = CURL_WAIT_POLLOUT};
    for (unsigned i = 0; i < up->count; i++)
        if (up->nodes[i].child.fd >= 0)
            watched[count++] = (struct curl_waitfd){.fd = up->nodes[i].child.fd,
                                                    .events = CURL_WAIT_POLLIN};
    asker_wait(up->asker, watched, count, patience(up));
    free(watched);
    output_go_on(&up->out);
    for (unsigned i = 0; i < up->count; i++)
        child_read(&up->nodes[i].child);
    on_signal(up);
}

/* A dashboard of nothing is not what anybody waits for. */
static bool is_only_dashboard(const struct up *up)
{
    unsigned running = count_running(up);

    for (unsigned i = 0; i < up->count; i++)
        running -= up_is_dashboard(&up->nodes[i]) && runs(&up->nodes[i]);
    return running == 0;
}

static void run(struct up *up)
{
    while (count_running(up) > 0) {
        turn(up);
        up_start_again(up);
        beat(up);
        if (up->state != STOPPING && is_only_dashboard(up))
            stop(up);
        if (up->state == STARTING)
            wait_for_ready(up);
        if (up->state == STOPPING)
            check_stopping(up);
    }
}

/* ---- the frame ----------------------------------------------------------- */

/* By who started us: nohup ignores SIGHUP. */
static bool is_ignored(int signo)
{
    struct sigaction was;

    return sigaction(signo, NULL, &was) == 0 && was.sa_handler == SIG_IGN;
}

static bool watch_signals(struct up *up)
{
    sigset_t set;

    signal(SIGPIPE, SIG_IGN);
    signal(SIGCHLD, SIG_DFL); /* ignored, the kernel would reap for us */
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    if (!is_ignored(SIGHUP)) /* which is not so while it is blocked */
        sigaddset(&set, SIGHUP);
    sigaddset(&set, SIGCHLD);
    sigprocmask(SIG_BLOCK, &set, NULL);
    up->signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    return up->signals >= 0;
}

static int name_width(const struct site *s)
{
    size_t width = strlen(up_self);

    for (unsigned i = 0; i < s->node_count; i++) {
        size_t n = strlen(s->nodes[i].node->name);

        width = n > width ? n : width;
    }
    if (s->dashboard.node && strlen("dashboard") > width)
        width = strlen("dashboard");
    return (int)width;
}

static void add_nodes(struct up *up)
{
    struct site *s = &up->site;

    up->count = s->node_count + (s->dashboard.node != NULL);
    up->nodes = mem_zalloc(up->count * sizeof *up->nodes);
    for (unsigned i = 0; i < up->count; i++) {
        up->nodes[i] = (struct up_node){.up = up,
                                        .at = i < s->node_count ? &s->nodes[i]
                                                                : &s->dashboard,
                                        .hue = i + 1};
        up->nodes[i].child.fd = -1;
    }
}

static int up(struct topology *t, bool restarts)
{
    struct up up = {.signals = -1, .restarts = restarts};
    struct why why;

    site_init(&up.site, t);
    output_init(&up.out, stdout, name_width(&up.site));
    output_never_wait(&up.out);
    if (rundir_lock(t, &up.dir, &why) != IMS_OK) {
        fprintf(stderr, "imsbox: %s\n", why.text);
        output_fini(&up.out);
        site_fini(&up.site);
        return 1;
    }
    str_set(&up.site.dir, str_slice(&up.dir.dir));
    add_nodes(&up);
    notify_open(&up.notify);
    up.asker = asker_new();
    up.started = up.complained = up.beaten = up_now_ms();
    if (!watch_signals(&up) || !up_start_all(&up)) {
        up.status = 1;
        stop(&up);
    }
    run(&up);
    asker_free(up.asker);
    notify_close(&up.notify);
    close(up.signals);
    rundir_unlock(&up.dir);
    output_finish(&up.out, LAST_WORDS_MS);
    output_fini(&up.out);
    free(up.nodes);
    site_fini(&up.site);
    return up.status;
}

static int run_up(const struct words *w)
{
    struct topology *t = NULL;
    struct buf errors;
    enum ims_err err;

    buf_init(&errors, 1 << 16);
    err = topology_load(w->rest[0], &t, &errors);
    fprintf(stderr, "%.*s", SLICE_ARG(buf_slice(&errors)));
    buf_fini(&errors);
    return err == IMS_OK ? up(t, w->option[RESTART] != NULL) : EXIT_TOPOLOGY;
}

static const struct command_option options[] = {
    [RESTART] = {"restart", 0, NULL,
                 "starts a node again that dies after all had started"},
    {0},
};

const struct command command_up = {
    .name = "up",
    .arguments = "FILE",
    .least = 1,
    .most = 1,
    .summary = "start the nodes of a topology, show their logs",
    .about = "Starts the nodes of the topology FILE from the programs beside "
             "this one, shows their log lines under their names, and says when "
             "all are ready. Ctrl-C (SIGTERM, SIGHUP) stops them: P-CSCFs, "
             "I-CSCFs, S-CSCFs, then HSSs; once more kills them. Exit status "
             "0: stopped as told; 1: a node died, or had to be killed.",
    .options = options,
    .run = run_up,
};
