/* SPDX-License-Identifier: MIT
 *
 * imsbox manual: the parts of our manual pages that are made from tables, in
 * the source form of scdoc(5). packaging/man has the rest.
 */
#include "topology/manual.h"
#include "base/slice.h"
#include "imsbox/commands.h"

/* What scdoc would take for markup is escaped; a line end parts paragraphs. */
static void plain(const char *margin, const char *text)
{
    fputs(margin, stdout);
    for (; *text; text++) {
        if (*text == '\n') {
            printf("\n\n%s", margin);
            continue;
        }
        if (strchr("\\*_`#[]<>~", *text))
            putchar('\\');
        putchar(*text);
    }
}

static void print_option(const struct command_option *o)
{
    printf("\t*");
    if (o->letter)
        printf("-%c*, *", o->letter);
    plain("--", o->name);
    putchar('*');
    if (o->argument) {
        printf(" _");
        plain("", o->argument);
        putchar('_');
    }
    printf("\n");
    plain("\t\t", o->help);
    printf(".\n\n");
}

static void print_command(const struct command *c)
{
    printf("*imsbox %s*", c->name);
    if (c->options || c->asks)
        printf(" [_OPTIONS_]");
    if (c->arguments)
        plain(" ", c->arguments);
    printf("\n");
    plain("\t", c->about ? c->about : c->summary);
    printf("%s\n\n", c->about ? "" : ".");
    for (const struct command_option *o = c->options; o && o->name; o++)
        print_option(o);
}

static void print_below(const struct command *c)
{
    if (c->run)
        print_command(c);
    for (const struct command *const *it = c->below; it && *it; it++)
        print_below(*it);
}

static void print_commands(void)
{
    printf("# COMMANDS\n\n");
    print_below(&command_top);
    printf("Every command takes *-h* (*--help*), and says what it takes.\n\n"
           "# OPTIONS OF COMMANDS THAT ASK A NETWORK\n\n");
    for (const struct command_option *o = command_common_options; o->name; o++)
        print_option(o);
    printf("# EXIT STATUS\n\n");
#define EXIT_ROW(name, number, text) printf("*%d*\n\t%s.\n\n", number, text);
#include "imsbox/exits.def"
#undef EXIT_ROW
}

static void print_topology(void)
{
    struct buf out;

    buf_init(&out, 1 << 20);
    topology_manual_print(&out);
    fwrite(out.p, 1, out.n, stdout);
    buf_fini(&out);
}

static int run(const struct words *w)
{
    if (strcmp(w->rest[0], "commands") == 0) {
        print_commands();
    } else if (strcmp(w->rest[0], "topology") == 0) {
        print_topology();
    } else {
        fprintf(stderr,
                "imsbox: the manual has commands and topology, not "
                "%s\n",
                w->rest[0]);
        return EXIT_WRONG_WORDS;
    }
    return fflush(stdout) == 0 ? EXIT_DONE : EXIT_FILE;
}

const struct command command_manual = {
    .name = "manual",
    .arguments = "commands|topology",
    .least = 1,
    .most = 1,
    .summary = "print what manual pages are made of",
    .about = "The commands, or the keys of a topology file, in the source form "
             "of scdoc(5).",
    .run = run,
};
