/* SPDX-License-Identifier: MIT */
#include "imsbox/command.h"
#include "node/program.h"
#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *arguments, *help;
} commands[] = {
    {"up", command_up, "FILE",
     "start the nodes of a topology, show their logs"},
    {"check", command_check, "FILE...", "say what is wrong with a topology"},
    {"status", command_status, "[NAME|FILE [NODE]]",
     "the nodes, and what ails them"},
    {"trace", command_trace, "[NAME|FILE] [--call ID] ...",
     "one ladder across all nodes"},
    {"compose", command_compose, "FILE...",
     "write a docker compose file for topologies"},
    {"schema", command_schema, "", "print the topology's JSON Schema"},
};

static void help(FILE *to)
{
    fprintf(to, "usage: imsbox COMMAND ...\n\n");
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        fprintf(to, "  %-7s %-28s %s\n", commands[i].name,
                commands[i].arguments, commands[i].help);
    fprintf(to, "\nimsbox COMMAND -h tells more.\n");
}

int main(int argc, char **argv)
{
    const char *name = argc > 1 ? argv[1] : "";

    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        if (strcmp(name, commands[i].name) == 0)
            return commands[i].run(argc - 1, argv + 1);
    if (strcmp(name, "-h") == 0 || strcmp(name, "--help") == 0) {
        help(stdout);
        return 0;
    }
    help(stderr);
    return EXIT_USAGE;
}
