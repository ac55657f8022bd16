/* SPDX-License-Identifier: MIT
 *
 * imsbox trace: what the nodes recorded, gathered, joined and shown.
 */
#include "imsbox/calls.h"
#include "imsbox/choose.h"
#include "imsbox/commands.h"
#include "imsbox/gather.h"
#include "imsbox/ladder.h"
#include "imsbox/pcapng.h"
#include <errno.h>
#include <stdlib.h>
#include <time.h>

enum {
    FOLLOW_EVERY_MS = 200,
    FOLLOW_BEHIND_US = 400 * MSEC, /* so that all nodes' entries are there */
    FOLLOW_KEEP_US = 10 * SECOND,  /* how late the other copy may come */
};

/* Rows of the options. */
enum { CALL, USER, PCAPNG, FOLLOW };

struct trace_options {
    const char *site; /* name or file, or NULL */
    const char *call, *user, *pcapng;
    bool follow;
};

struct trace {
    const struct trace_options *options;
    struct site site;
    struct entries entries;
    struct choice choice;
    struct parties parties;
    struct steps steps;
    struct gather *gather;
    struct output out;
};

/* Fetches, marks and joins what is new. */
static unsigned look(struct trace *t)
{
    unsigned answered = gather_round(t->gather);

    choice_mark(&t->choice, &t->entries);
    entries_join(&t->entries);
    return answered;
}

/* ---- the ways to show it ------------------------------------------------- */

static void collect(struct trace *t, struct ladder *l)
{
    struct step s;

    while (steps_next(&t->steps, INT64_MAX, &s))
        ladder_add(l, &s);
}

static int show_ladder(struct trace *t)
{
    struct ladder l = {.out = &t->out, .parties = &t->parties};
    unsigned count;

    collect(t, &l);
    ladder_print(&l);
    count = l.count;
    ladder_fini(&l);
    if (count == 0)
        fprintf(stderr, "imsbox: no node recorded anything about %s\n",
                t->options->call ? t->options->call : t->options->user);
    return count == 0 ? EXIT_UNKNOWN : EXIT_DONE;
}

static int write_capture(struct trace *t)
{
    struct ladder l = {.parties = &t->parties};
    FILE *to = fopen(t->options->pcapng, "we");
    struct why why = {0};
    enum ims_err err;

    if (!to) {
        fprintf(stderr, "imsbox: %s: %s\n", t->options->pcapng,
                strerror(errno));
        return EXIT_FILE;
    }
    collect(t, &l);
    err = pcapng_write(to, l.steps, l.count, &t->parties, &why);
    if (fclose(to) != 0 && err == IMS_OK)
        err = why_set(&why, IMS_STORAGE, "%s", strerror(errno));
    if (err != IMS_OK)
        fprintf(stderr, "imsbox: %s: %s\n", t->options->pcapng, why.text);
    ladder_fini(&l);
    return err == IMS_OK ? EXIT_DONE : EXIT_FILE;
}

static int64_t wall_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * SECOND + now.tv_nsec / 1000;
}

static int follow(struct trace *t)
{
    struct step s;

    for (;;) {
        int64_t now = wall_us();

        while (steps_next(&t->steps, now - FOLLOW_BEHIND_US, &s))
            ladder_print_line(&t->out, &t->parties, &s);
        if (ferror(stdout))
            return EXIT_FILE;
        entries_forget(&t->entries, now - FOLLOW_KEEP_US);
        gather_wait(t->gather, FOLLOW_EVERY_MS);
        look(t);
    }
}

static int show(struct trace *t)
{
    const struct trace_options *o = t->options;

    if (look(t) == 0)
        return EXIT_UNAVAILABLE;
    if (o->follow)
        return follow(t);
    if (o->pcapng)
        return write_capture(t);
    if (o->call || o->user)
        return show_ladder(t);
    calls_print(&t->entries, stdout);
    return 0;
}

static int trace(const struct trace_options *o)
{
    struct trace t = {.options = o};
    struct why why;
    int status;

    if (site_find(o->site, &t.site, &why) != IMS_OK) {
        fprintf(stderr, "imsbox: %s\n", why.text);
        return EXIT_UNAVAILABLE;
    }
    output_init(&t.out, stdout, 0);
    entries_init(&t.entries, t.site.node_count);
    choice_init(&t.choice, o->call, o->user);
    parties_init(&t.parties, &t.site);
    t.steps = (struct steps){.entries = &t.entries, .parties = &t.parties};
    t.gather = gather_new(&t.site, &t.entries);
    status = show(&t);
    gather_free(t.gather);
    parties_fini(&t.parties);
    choice_fini(&t.choice);
    entries_fini(&t.entries);
    site_fini(&t.site);
    return status;
}

static int run(const struct words *w)
{
    const struct trace_options o = {
        .site = w->count > 0 ? w->rest[0] : w->topology,
        .call = w->option[CALL],
        .user = w->option[USER],
        .pcapng = w->option[PCAPNG],
        .follow = w->option[FOLLOW] != NULL,
    };

    if ((o.call && o.user) || (o.follow && o.pcapng)) {
        fprintf(stderr, "imsbox: %s cannot be asked for together\n",
                o.call && o.user ? "--call and --user"
                                 : "--follow and --pcapng");
        return EXIT_WRONG_WORDS;
    }
    return trace(&o);
}

static const struct command_option options[] = {
    [CALL] = {"call", 0, "ID", "the call (or registration) with this Call-ID"},
    [USER] = {"user", 0, "IMPU", "every call that names sip:user@domain"},
    [PCAPNG] = {"pcapng", 0, "FILE",
                "writes a capture for Wireshark: raw IP, names of the nodes, "
                "decisions as packet comments"},
    [FOLLOW] = {"follow", 'f', NULL,
                "goes on, one line a message, until Ctrl-C"},
    {0},
};

const struct command command_trace = {
    .name = "trace",
    .arguments = "[NAME|FILE]",
    .most = 1,
    .summary = "one ladder across all nodes",
    .about = "What the nodes of a topology recorded: messages (SIP and Cx) and "
             "decisions, as one ladder. Without options: the calls there are.",
    .options = options,
    .asks = true,
    .run = run,
};
