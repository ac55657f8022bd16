/* SPDX-License-Identifier: MIT */
#include "base/buf.h"
#include "imsbox/commands.h"

enum { WIDTH = 79, WORDS_MAX = 3 };

/* Paragraphs, filled to the terminal's width behind a margin of blanks. */
static void fill(FILE *to, int margin, const char *text)
{
    int column = margin;

    while (*text) {
        int n = (int)strcspn(text, " \n");

        if (column > margin && column + 1 + n > WIDTH) {
            fprintf(to, "\n%*s", margin, "");
            column = margin;
        }
        column += fprintf(to, "%s%.*s", column > margin ? " " : "", n, text);
        text += n;
        if (*text == '\n') {
            fprintf(to, "\n%*s", margin, "");
            column = margin;
        }
        if (*text)
            text++;
    }
    fputc('\n', to);
}

static int left_side(const struct command_option *o, char *out, size_t size)
{
    char letter[8] = "    ";

    if (o->letter)
        snprintf(letter, sizeof letter, "-%c, ", o->letter);
    return snprintf(out, size, "  %s--%s%s%s", letter, o->name,
                    o->argument ? " " : "", o->argument ? o->argument : "");
}

static void widen(const struct command_option *o, int *width)
{
    char text[100];

    for (; o && o->name; o++) {
        int n = left_side(o, text, sizeof text);

        *width = n > *width ? n : *width;
    }
}

static void print_options(const struct command_option *o, int width, FILE *to)
{
    char text[100];

    for (; o && o->name; o++) {
        left_side(o, text, sizeof text);
        fprintf(to, "%-*s  ", width, text);
        fill(to, width + 2, o->help);
    }
}

static void print_below(const struct command *c, FILE *to)
{
    int width = 0;

    for (const struct command *const *it = c->below; *it; it++) {
        int n = (int)strlen((*it)->name);

        width = n > width ? n : width;
    }
    for (const struct command *const *it = c->below; *it; it++)
        fprintf(to, "  %-*s  %s\n", width, (*it)->name, (*it)->summary);
}

static void print_exits(FILE *to)
{
#define EXIT_ROW(name, number, text) fprintf(to, "  %2d  %s\n", number, text);
#include "imsbox/exits.def"
#undef EXIT_ROW
}

/* What one command takes. */
static void print_one(const struct command *c, FILE *to)
{
    int width = 0;

    fprintf(to, "usage: imsbox %s%s%s%s\n\n", c->name,
            c->options || c->asks ? " [OPTIONS]" : "", c->arguments ? " " : "",
            c->arguments ? c->arguments : "");
    if (c->about) {
        fill(to, 0, c->about);
        fputc('\n', to);
    }
    widen(c->options, &width);
    widen(c->asks ? command_common_options : NULL, &width);
    widen(command_help_option, &width);
    print_options(c->options, width, to);
    print_options(c->asks ? command_common_options : NULL, width, to);
    print_options(command_help_option, width, to);
}

void command_tell(const struct command *c, FILE *to)
{
    if (!c->below) {
        print_one(c, to);
        return;
    }
    fprintf(to, "usage: imsbox %s%sCOMMAND ...\n\n", c->name,
            c->name[0] ? " " : "");
    if (c->about) {
        fill(to, 0, c->about);
        fputc('\n', to);
    }
    print_below(c, to);
    fprintf(to, "\nimsbox %s%sCOMMAND -h tells more.\n", c->name,
            c->name[0] ? " " : "");
    if (!c->name[0]) {
        fprintf(to, "\nExit status:\n");
        print_exits(to);
    }
}

/* ---- the command --------------------------------------------------------- */

/* `imsbox help sub add` is `imsbox sub add -h`. */
static int run(const struct words *w)
{
    char *argv[WORDS_MAX + 2] = {"imsbox"};
    const struct command *c;
    int used;

    for (unsigned i = 0; i < w->count; i++)
        argv[i + 1] = (char *)w->rest[i];
    c = command_find((int)w->count + 1, argv, &used);
    if ((unsigned)used < w->count) {
        fprintf(stderr,
                "imsbox: %s%s%s is no command; `imsbox help` lists "
                "them\n",
                c->name, c->name[0] ? " " : "", argv[used + 1]);
        return EXIT_WRONG_WORDS;
    }
    command_tell(c, stdout);
    return EXIT_DONE;
}

const struct command command_help = {
    .name = "help",
    .arguments = "[COMMAND...]",
    .most = WORDS_MAX,
    .summary = "what a command does and takes",
    .run = run,
};
