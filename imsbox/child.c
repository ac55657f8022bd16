/* SPDX-License-Identifier: MIT */
#include "imsbox/child.h"
#include "node/program.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* Between fork and exec: only what is safe there, and no way back. Signals are
 * held since before the fork. */
static void become(const struct child_start *s, int out, pid_t parent)
{
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent)
        _exit(1);
    setpgid(0, 0);
    signal(SIGINT, SIG_IGN); /* forgets a Ctrl-C from before setpgid */
    signal(SIGINT, SIG_DFL);
    program_hold_signals();
    signal(SIGPIPE, SIG_DFL);
    dup2(out, STDOUT_FILENO);
    dup2(out, STDERR_FILENO);
    unsetenv("NOTIFY_SOCKET"); /* it is our own manager's */
    if (s->run_dir)
        setenv("IMSBOX_RUN_DIR", s->run_dir, 1);
    execv(s->program, s->argv);
    dprintf(STDERR_FILENO, "%s: %s\n", s->program, strerror(errno));
    _exit(127);
}

enum ims_err child_start(struct child *c, const struct child_start *s,
                         struct why *why)
{
    pid_t parent = getpid();
    sigset_t all, before;
    int fds[2];

    *c = (struct child){.fd = -1, .on_line = s->on_line, .ctx = s->ctx};
    if (pipe2(fds, O_CLOEXEC | O_NONBLOCK) != 0)
        return why_set(why, IMS_INTERNAL, "pipe: %s", strerror(errno));
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before);
    c->pid = fork();
    if (c->pid == 0)
        become(s, fds[1], parent);
    sigprocmask(SIG_SETMASK, &before, NULL);
    close(fds[1]);
    if (c->pid < 0) {
        close(fds[0]);
        c->pid = 0;
        return why_set(why, IMS_INTERNAL, "fork: %s", strerror(errno));
    }
    c->fd = fds[0];
    return IMS_OK;
}

/* A line longer than the buffer comes in pieces. */
static void tell_lines(struct child *c)
{
    struct slice rest = {c->line, c->n}, line;
    ssize_t end;

    while ((end = slice_index(rest, '\n')) >= 0) {
        line = slice_first(rest, (size_t)end);
        rest = slice_from(rest, (size_t)end + 1);
        c->on_line(c->ctx, line);
    }
    if (rest.n == sizeof c->line) {
        c->on_line(c->ctx, rest);
        rest.n = 0;
    }
    memmove(c->line, rest.p, rest.n);
    c->n = rest.n;
}

void child_read(struct child *c)
{
    ssize_t n;

    while (c->fd >= 0) {
        n = read(c->fd, c->line + c->n, sizeof c->line - c->n);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EAGAIN)
            return;
        if (n <= 0) {
            close(c->fd);
            c->fd = -1;
            return;
        }
        c->n += (size_t)n;
        tell_lines(c);
    }
}

void child_reaped(struct child *c)
{
    child_read(c);
    if (c->n > 0)
        c->on_line(c->ctx, (struct slice){c->line, c->n});
    c->n = 0;
    if (c->fd >= 0)
        close(c->fd);
    c->fd = -1;
    c->pid = 0;
}

void child_print_end(int status, char *out, size_t size)
{
    if (WIFSIGNALED(status))
        snprintf(out, size, "killed by signal %d (%s)", WTERMSIG(status),
                 strsignal(WTERMSIG(status)));
    else
        snprintf(out, size, "exit status %d", WEXITSTATUS(status));
}
