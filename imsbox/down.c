/* SPDX-License-Identifier: MIT
 *
 * imsbox down: tells the `imsbox up` of a network to stop, and waits.
 */
#include "imsbox/commands.h"
#include "imsbox/site.h"
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/pidfd.h>
#include <unistd.h>

enum { PATIENCE_MS = 60000 };

/* A process that is asked to end, until it has. */
static enum exit_status end(int process, const char *name)
{
    struct pollfd ended = {.fd = process, .events = POLLIN};

    if (pidfd_send_signal(process, SIGTERM, NULL, 0) != 0) {
        fprintf(stderr, "imsbox: %s: %s\n", name, strerror(errno));
        return errno == EPERM ? EXIT_DENIED : EXIT_UNAVAILABLE;
    }
    if (poll(&ended, 1, PATIENCE_MS) != 1) {
        fprintf(stderr, "imsbox: %s has not stopped after %d s\n", name,
                PATIENCE_MS / 1000);
        return EXIT_NO;
    }
    printf("%s is stopped\n", name);
    return EXIT_DONE;
}

static enum exit_status stop(long pid, const char *name)
{
    int process = pidfd_open((pid_t)pid, 0);
    enum exit_status status;

    if (process < 0) {
        fprintf(stderr, "imsbox: process %ld: %s\n", pid, strerror(errno));
        return EXIT_UNAVAILABLE;
    }
    status = end(process, name);
    close(process);
    return status;
}

static int run(const struct words *w)
{
    enum exit_status status = EXIT_UNAVAILABLE;
    struct str name = {0};
    struct why why;
    long pid;

    if (site_find_up(w->count ? w->rest[0] : NULL, &name, &pid, &why) == IMS_OK)
        status = stop(pid, str_c(&name));
    else
        fprintf(stderr, "imsbox: %s\n", why.text);
    str_fini(&name);
    return status;
}

const struct command command_down = {
    .name = "down",
    .arguments = "[NAME|FILE]",
    .most = 1,
    .summary = "stop a network, as Ctrl-C in its terminal does",
    .about = "The network of this name or file, or the only one that runs. "
             "Ends when all its nodes have.",
    .run = run,
};
