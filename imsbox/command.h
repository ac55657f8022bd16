/* SPDX-License-Identifier: MIT
 *
 * The commands of imsbox, one file each, every one a struct command: from it
 * the command line is read (words.c), helped along (help.c), completed
 * (completion.c) and described (manual.c). A new command is a file and a row
 * of commands.c.
 */
#ifndef IMSBOX_COMMAND_H
#define IMSBOX_COMMAND_H

#include <stdbool.h>
#include <stdio.h>

/* What the shell is told; exits.def says it to people. */
enum exit_status {
#define EXIT_ROW(name, number, text) EXIT_##name = (number),
#include "imsbox/exits.def"
#undef EXIT_ROW
};

enum { OPTIONS_MAX = 24 }; /* of one command */

struct command_option {
    const char *name;     /* "call", for --call */
    char letter;          /* or 0 */
    const char *argument; /* "ID", "yaml|csv" (one of these), "FILE" (of which
                             shells know names); NULL: takes none */
    const char *help;
};

struct words;

struct command {
    const char *name;      /* "up", "sub add" */
    const char *arguments; /* "FILE...", as help shows them */
    unsigned least, most;  /* how many arguments it takes */
    const char *summary;   /* one line, lower case, no full stop */
    const char *about;     /* paragraphs, for -h and the manual; or NULL */
    const struct command_option *options; /* name NULL at the end; or NULL */
    /* It talks to a running network: takes --topology, --network, --json. */
    bool asks;
    int (*run)(const struct words *w);  /* answers an exit status */
    const struct command *const *below; /* instead of run; NULL at the end */
};

/* A command line, read. All texts are the process's arguments. */
struct words {
    const struct command *command;
    /* By the option's row: its argument, "" of one that takes none, NULL of
     * one that was not given. */
    const char *option[OPTIONS_MAX];
    const char **rest; /* arguments */
    unsigned count;
    /* of commands that ask */
    const char *topology; /* name or file; NULL: the only one that runs */
    const char *network;  /* domain; NULL: found by what is asked for */
    bool json;
    bool help;
};

/* Options that every command has, and those of commands that ask; name NULL
 * at the end. */
extern const struct command_option command_help_option[];
extern const struct command_option command_common_options[];

/* What all commands are below of. */
extern const struct command command_top;

/* The command that argv[1...] name; *used of them do. Where a name is wrong,
 * the command above it; then argv[*used + 1] is the wrong one. */
const struct command *command_find(int argc, char **argv, int *used);

/* Reads what stands behind a command's name. False: why was said on stderr. */
bool words_read(const struct command *c, int argc, char **argv,
                struct words *w);
void words_free(struct words *w);

/* The last word of its name: "add". */
const char *command_word(const struct command *c);
void command_tell(const struct command *c, FILE *to);

/* Of names (NULL at the end) the one that is most like word, NULL when none
 * is near. */
const char *nearest(const char *word, const char *const *names);

#endif
