/* SPDX-License-Identifier: MIT */
#include "imsbox/command.h"
#include "node/version.h"
#include <string.h>

enum { NAMES_MAX = 64 };

/* A name that there is not below c. */
static int unknown(const struct command *c, const char *word)
{
    const char *names[NAMES_MAX + 1] = {NULL};
    const char *near;

    for (unsigned i = 0; i < NAMES_MAX && c->below[i]; i++)
        names[i] = command_word(c->below[i]);
    near = nearest(word, names);
    fprintf(stderr, "imsbox: %s%s%s is no command", c->name,
            c->name[0] ? " " : "", word);
    if (near)
        fprintf(stderr, "; %s%s%s perhaps?\n", c->name, c->name[0] ? " " : "",
                near);
    else
        fprintf(stderr, "; `imsbox help` lists them\n");
    return EXIT_WRONG_WORDS;
}

static int run(const struct command *c, int argc, char **argv)
{
    struct words w;
    int status = EXIT_WRONG_WORDS;

    if (words_read(c, argc, argv, &w)) {
        if (w.help)
            command_tell(c, stdout);
        status = w.help ? EXIT_DONE : c->run(&w);
    }
    words_free(&w);
    return status;
}

static bool is(const char *word, const char *letter, const char *name)
{
    return strcmp(word, letter) == 0 || strcmp(word, name) == 0;
}

int main(int argc, char **argv)
{
    int used;
    const struct command *c = command_find(argc, argv, &used);
    const char *next = used + 1 < argc ? argv[used + 1] : NULL;

    if (c->run)
        return run(c, argc - used - 1, argv + used + 1);
    if (next && is(next, "-h", "--help")) {
        command_tell(c, stdout);
        return EXIT_DONE;
    }
    if (next && c == &command_top && is(next, "-V", "--version")) {
        printf("imsbox %s\n", IMSBOX_VERSION);
        return EXIT_DONE;
    }
    if (next)
        return unknown(c, next);
    command_tell(c, stderr);
    return EXIT_WRONG_WORDS;
}
