/* SPDX-License-Identifier: MIT */
#include "base/mem.h"
#include "base/slice.h"
#include "imsbox/command.h"

const struct command_option command_help_option[] = {
    {"help", 'h', NULL, "says this"},
    {0},
};

const struct command_option command_common_options[] = {
    {"topology", 't', "NAME|FILE",
     "the network: by its name, by its topology file; without it the only one "
     "that runs"},
    {"network", 'n', "DOMAIN",
     "which of the topology's networks; found by the identity without it"},
    {"json", 'j', NULL, "JSON for programs instead of a table"},
    {0},
};

const char *command_word(const struct command *c)
{
    const char *blank = strrchr(c->name, ' ');

    return blank ? blank + 1 : c->name;
}

static const struct command *below(const struct command *c, const char *word)
{
    for (const struct command *const *it = c->below; it && *it; it++)
        if (strcmp(command_word(*it), word) == 0)
            return *it;
    return NULL;
}

const struct command *command_find(int argc, char **argv, int *used)
{
    const struct command *c = &command_top, *next;

    for (*used = 0; *used + 1 < argc; ++*used) {
        next = below(c, argv[*used + 1]);
        if (!next)
            break;
        c = next;
    }
    return c;
}

/* ---- options ------------------------------------------------------------- */

struct reading {
    struct words *w;
    int argc, at;
    char **argv;
};

/* A row, and where its value goes. */
struct target {
    const struct command_option *row;
    const char **value; /* NULL: it is one of the others */
};

static bool complain(const struct words *w, const char *word, const char *what)
{
    fprintf(stderr, "imsbox: %s %s; `imsbox %s -h` tells more\n", word, what,
            w->command->name);
    return false;
}

/* A name behind two hyphens, a letter behind one. */
static bool is_named(const struct command_option *o, struct slice word)
{
    if (slice_starts(word, S("--")))
        return slice_eq(slice_from(word, 2), slice_of(o->name));
    return o->letter && word.n == 2 && word.p[1] == o->letter;
}

static const struct command_option *row_of(const struct command_option *rows,
                                           struct slice word)
{
    for (const struct command_option *o = rows; o && o->name; o++)
        if (is_named(o, word))
            return o;
    return NULL;
}

static bool find(struct words *w, struct slice word, struct target *out)
{
    const struct command *c = w->command;
    const struct command_option *o = row_of(c->options, word);

    *out = (struct target){.row = o};
    if (o) {
        out->value = &w->option[o - c->options];
        return true;
    }
    o = c->asks ? row_of(command_common_options, word) : NULL;
    out->row = o ? o : row_of(command_help_option, word);
    return out->row != NULL;
}

static void keep(struct words *w, const struct target *t, const char *value)
{
    if (t->value)
        *t->value = value;
    else if (t->row->letter == 'h')
        w->help = true;
    else if (t->row->letter == 'j')
        w->json = true;
    else if (t->row->letter == 't')
        w->topology = value;
    else
        w->network = value;
}

static bool unknown_option(const struct words *w, const char *word)
{
    const char *names[2 * OPTIONS_MAX + 1] = {"help"};
    const char *near;
    unsigned n = 1;

    for (const struct command_option *o = w->command->options; o && o->name;
         o++)
        names[n++] = o->name;
    for (unsigned i = 0; w->command->asks && command_common_options[i].name;
         i++)
        names[n++] = command_common_options[i].name;
    near = nearest(word + strspn(word, "-"), names);
    if (!near)
        return complain(w, word, "is no option");
    fprintf(stderr, "imsbox: %s is no option; --%s perhaps?\n", word, near);
    return false;
}

/* "yaml|csv" has "csv". A set in capitals names values, and allows any. */
static bool is_one_of(const char *set, const char *value)
{
    struct slice rest = slice_of(set), one;

    if (!strchr(set, '|') || (set[0] >= 'A' && set[0] <= 'Z'))
        return true;
    while (slice_cut(&rest, '|', &one))
        if (slice_eq(one, slice_of(value)))
            return true;
    return false;
}

/* --name=value, --name value, -n value. */
static bool read_option(struct reading *r)
{
    const char *word = r->argv[r->at];
    const char *equals = word[1] == '-' ? strchr(word, '=') : NULL;
    const char *value = "";
    struct target t;

    if (!find(r->w, equals ? slice_between(word, equals) : slice_of(word), &t))
        return unknown_option(r->w, word);
    if (t.row->argument) {
        if (!equals && r->at + 1 == r->argc)
            return complain(r->w, word, "lacks its argument");
        value = equals ? equals + 1 : r->argv[++r->at];
        if (!is_one_of(t.row->argument, value)) {
            fprintf(stderr, "imsbox: --%s takes %s, not %s\n", t.row->name,
                    t.row->argument, value);
            return false;
        }
    } else if (equals) {
        return complain(r->w, word, "takes no argument");
    }
    keep(r->w, &t, value);
    return true;
}

static bool is_option(const char *word)
{
    return word[0] == '-' && word[1] != '\0';
}

bool words_read(const struct command *c, int argc, char **argv, struct words *w)
{
    struct reading r = {.w = w, .argc = argc, .argv = argv};
    bool literal = false; /* behind "--" */

    *w = (struct words){.command = c};
    w->rest = mem_zalloc((size_t)(argc + 1) * sizeof *w->rest);
    for (; r.at < argc; r.at++) {
        const char *word = argv[r.at];

        if (!literal && strcmp(word, "--") == 0)
            literal = true;
        else if (literal || !is_option(word))
            w->rest[w->count++] = word;
        else if (!read_option(&r))
            return false;
    }
    if (w->help)
        return true;
    if (w->count > c->most)
        return complain(w, w->rest[c->most], "is more than it takes");
    if (w->count < c->least) {
        fprintf(stderr, "usage: imsbox %s %s\n", c->name, c->arguments);
        return false;
    }
    return true;
}

void words_free(struct words *w)
{
    free(w->rest);
    w->rest = NULL;
}
