/* SPDX-License-Identifier: MIT
 *
 * imsbox capture: what happens from now on, as a pcapng stream.
 */
#include "base/mem.h"
#include "imsbox/commands.h"
#include "imsbox/pcapng.h"
#include "imsbox/view.h"
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

enum { WRITE, CALL, USER, PAST };

struct capture {
    struct view view;
    struct pcapng *file;
    int64_t since;      /* older steps are left out */
    struct step *steps; /* that are written together */
    unsigned count, room;
};

static void add(struct capture *c, const struct step *s)
{
    if (c->count == c->room) {
        c->room = c->room ? 2 * c->room : 64;
        c->steps = mem_realloc(c->steps, c->room * sizeof *c->steps);
    }
    c->steps[c->count++] = *s;
}

static void take(struct capture *c)
{
    int64_t until = view_now_us() - VIEW_BEHIND_US;
    struct step s;

    c->count = 0;
    while (steps_next(&c->view.steps, until, &s))
        if (s.wall_us >= c->since)
            add(c, &s);
}

/* Until Ctrl-C kills us, or nobody reads any more: that is a good end too. */
static enum exit_status go_on(struct capture *c)
{
    enum exit_status status = view_look(&c->view);
    struct why why = {0};

    if (status != EXIT_DONE)
        return status;
    for (take(c); pcapng_add(c->file, c->steps, c->count, &why) == IMS_OK;
         take(c))
        view_go_on(&c->view);
    if (errno == EPIPE)
        return EXIT_DONE;
    fprintf(stderr, "imsbox: %s\n", why.text);
    return EXIT_FILE;
}

static enum exit_status capture(const struct words *w, FILE *to)
{
    const char *site = w->count > 0 ? w->rest[0] : w->topology;
    struct capture c = {.since = w->option[PAST] ? 0 : view_now_us()};
    enum exit_status status =
        view_open(&c.view, site, w->option[CALL], w->option[USER]);

    if (status != EXIT_DONE)
        return status;
    c.file = pcapng_open(to, &c.view.parties);
    status = go_on(&c);
    pcapng_close(c.file);
    free(c.steps);
    view_close(&c.view);
    return status;
}

static int run(const struct words *w)
{
    const char *name = w->option[WRITE];
    bool own = name && strcmp(name, "-") != 0;
    enum exit_status status;
    FILE *to;

    if (!name || (!own && isatty(STDOUT_FILENO))) {
        fprintf(stderr, "imsbox: a capture goes to a file (-w FILE) or a "
                        "program: imsbox capture -w - | wireshark -k -i -\n");
        return EXIT_WRONG_WORDS;
    }
    signal(SIGPIPE, SIG_IGN);
    to = own ? fopen(name, "we") : stdout;
    if (!to) {
        fprintf(stderr, "imsbox: %s: %s\n", name, strerror(errno));
        return EXIT_FILE;
    }
    status = capture(w, to);
    if (own)
        fclose(to);
    return status;
}

static const struct command_option options[] = {
    [WRITE] = {"write", 'w', "FILE", "where to; - is stdout"},
    [CALL] = {"call", 0, "ID", "only the call with this Call-ID"},
    [USER] = {"user", 0, "USER", "only calls that name bob or sip:bob@DOMAIN"},
    [PAST] = {"past", 0, NULL, "also what the nodes have recorded already"},
    {0},
};

const struct command command_capture = {
    .name = "capture",
    .arguments = "[NAME|FILE]",
    .most = 1,
    .summary = "what happens from now on, live into Wireshark",
    .about = "imsbox capture -w - | wireshark -k -i - shows messages of all "
             "nodes, SIP and Diameter, each once, with the nodes' names and "
             "what they decided as comments. Needs no right to capture.",
    .options = options,
    .asks = true,
    .run = run,
};
