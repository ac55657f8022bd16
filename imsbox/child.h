/* SPDX-License-Identifier: MIT
 *
 * A node as a child process, with its output in lines.
 */
#ifndef IMSBOX_CHILD_H
#define IMSBOX_CHILD_H

#include "base/why.h"
#include <sys/types.h>

enum { CHILD_LINE_MAX = 4096 };

struct child {
    pid_t pid; /* 0: not started, or gone */
    int fd;    /* its stdout and stderr; -1: at its end */
    size_t n;
    char line[CHILD_LINE_MAX]; /* a beginning without its end */
    void (*on_line)(void *ctx, struct slice line);
    void *ctx;
};

struct child_start {
    const char *program; /* path */
    char *const *argv;   /* NULL at the end */
    const char *run_dir; /* for IMSBOX_RUN_DIR */
    void (*on_line)(void *ctx, struct slice line);
    void *ctx;
};

/* Never waits until somebody reads what it says: what the pipe has no room for
 * is lost. In a process group of its own, so that Ctrl-C does not reach it, and
 * told to stop (SIGTERM) should this process die. It begins with the signals of
 * a node held (program.h). */
enum ims_err child_start(struct child *c, const struct child_start *s,
                         struct why *why) MUST_CHECK;
/* What it wrote, line by line, without waiting for more. */
void child_read(struct child *c);
/* It is gone (status from waitpid): the rest of its output, then the end. */
void child_reaped(struct child *c);

/* "exit status 1", "killed by signal 11 (Segmentation fault)". */
void child_print_end(int status, char *out, size_t size);

#endif
