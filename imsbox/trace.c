/* SPDX-License-Identifier: MIT
 *
 * imsbox trace: what the nodes recorded, as calls, a ladder, lines that go on,
 * JSON or a capture.
 */
#include "base/json.h"
#include "imsbox/calls.h"
#include "imsbox/commands.h"
#include "imsbox/ladder.h"
#include "imsbox/pcapng.h"
#include "imsbox/view.h"
#include <errno.h>

/* Rows of the options. */
enum { CALL, USER, PCAPNG, FOLLOW };

enum { JSON_MAX = 1 << 22 }; /* of one step */

struct trace {
    const struct words *words;
    struct view view;
    struct output out;
};

/* ---- for people ---------------------------------------------------------- */

static void collect(struct trace *t, struct ladder *l)
{
    struct step s;

    while (steps_next(&t->view.steps, INT64_MAX, &s))
        ladder_add(l, &s);
}

static enum exit_status show_ladder(struct trace *t)
{
    struct ladder l = {.out = &t->out, .parties = &t->view.parties};
    const struct words *w = t->words;
    unsigned count;

    collect(t, &l);
    ladder_print(&l);
    count = l.count;
    ladder_fini(&l);
    if (count == 0)
        fprintf(stderr, "imsbox: no node recorded anything about %s\n",
                w->option[CALL] ? w->option[CALL] : w->option[USER]);
    return count == 0 ? EXIT_UNKNOWN : EXIT_DONE;
}

static enum exit_status write_capture(struct trace *t, const char *name)
{
    struct ladder l = {.parties = &t->view.parties};
    FILE *to = strcmp(name, "-") == 0 ? stdout : fopen(name, "we");
    struct why why = {0};
    enum ims_err err;

    if (!to) {
        fprintf(stderr, "imsbox: %s: %s\n", name, strerror(errno));
        return EXIT_FILE;
    }
    collect(t, &l);
    err = pcapng_write(to, l.steps, l.count, &t->view.parties, &why);
    if (fclose(to) != 0 && err == IMS_OK)
        err = why_set(&why, IMS_STORAGE, "%s", strerror(errno));
    if (err != IMS_OK)
        fprintf(stderr, "imsbox: %s: %s\n", name, why.text);
    ladder_fini(&l);
    return err == IMS_OK ? EXIT_DONE : EXIT_FILE;
}

/* ---- for programs -------------------------------------------------------- */

static void print_json_step(const struct trace *t, const struct step *s)
{
    const struct entry *e = s->entry;
    const struct party *p = t->view.parties.list;
    struct buf text;
    struct json j;

    buf_init(&text, JSON_MAX);
    json_init(&j, &text);
    json_object_begin(&j);
    json_put_int(&j, "wall_us", s->wall_us);
    json_put_str(&j, "kind", s->kind == STEP_ARROW ? "message" : "says");
    json_put_str(&j, s->kind == STEP_ARROW ? "from" : "node", p[s->from].name);
    if (s->kind == STEP_ARROW)
        json_put_str(&j, "to", p[s->to].name);
    json_put_str(&j, "text", s->text);
    if (e->call.n)
        json_put_text(&j, "call", e->call);
    if (e->session.n)
        json_put_text(&j, "session", e->session);
    if (e->proc.n) {
        json_put_text(&j, "procedure", e->proc);
        json_put_text(&j, "clause", e->clause);
    }
    if (s->kind == STEP_ARROW && e->proto == RECORD_SIP)
        json_put_text(&j, "message", e->bytes);
    if (s->lost)
        json_put_bool(&j, "lost", true);
    json_object_end(&j);
    printf("%.*s\n", SLICE_ARG(buf_slice(&text)));
    fflush(stdout);
    buf_fini(&text);
}

/* ---- the ways to show it ------------------------------------------------- */

static void print_step(const struct trace *t, const struct step *s)
{
    if (t->words->json)
        print_json_step(t, s);
    else
        ladder_print_line(&t->out, &t->view.parties, s);
}

static enum exit_status follow(struct trace *t)
{
    struct step s;

    while (!ferror(stdout)) {
        while (steps_next(&t->view.steps, view_now_us() - VIEW_BEHIND_US, &s))
            print_step(t, &s);
        view_go_on(&t->view);
    }
    return EXIT_FILE;
}

static enum exit_status print_all(struct trace *t)
{
    enum exit_status status = EXIT_UNKNOWN;
    struct step s;

    while (steps_next(&t->view.steps, INT64_MAX, &s)) {
        print_json_step(t, &s);
        status = EXIT_DONE;
    }
    return status;
}

static enum exit_status show(struct trace *t)
{
    const struct words *w = t->words;
    enum exit_status status = view_look(&t->view);

    if (status != EXIT_DONE)
        return status;
    if (w->option[FOLLOW])
        return follow(t);
    if (w->option[PCAPNG])
        return write_capture(t, w->option[PCAPNG]);
    if (w->json)
        return print_all(t);
    if (w->option[CALL] || w->option[USER])
        return show_ladder(t);
    if (calls_print(&t->view.entries, stdout) == 0)
        fprintf(stderr, "imsbox: nobody has registered or called yet\n");
    return EXIT_DONE;
}

static int run(const struct words *w)
{
    const char *site = w->count > 0 ? w->rest[0] : w->topology;
    struct trace t = {.words = w};
    enum exit_status status;

    if ((w->option[CALL] && w->option[USER]) ||
        (w->option[FOLLOW] && w->option[PCAPNG])) {
        fprintf(stderr, "imsbox: %s cannot be asked for together\n",
                w->option[CALL] && w->option[USER] ? "--call and --user"
                                                   : "--follow and --pcapng");
        return EXIT_WRONG_WORDS;
    }
    status = view_open(&t.view, site, w->option[CALL], w->option[USER]);
    if (status != EXIT_DONE)
        return status;
    output_init(&t.out, stdout, 0);
    status = show(&t);
    view_close(&t.view);
    return status;
}

static const struct command_option options[] = {
    [CALL] = {"call", 0, "ID", "the call (or registration) with this Call-ID"},
    [USER] = {"user", 0, "USER", "every call that names bob or sip:bob@DOMAIN"},
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
             "decisions, as one ladder. Without options: the calls there are. "
             "With --json: one object a line.",
    .options = options,
    .asks = true,
    .run = run,
};
