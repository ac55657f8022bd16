/* SPDX-License-Identifier: MIT */
#include "hss/loading.h"
#include "imsbox/command.h"
#include "node/program.h"
#include "topology/topology.h"
#include <stdio.h>
#include <string.h>

static void help(FILE *to)
{
    fprintf(to, "usage: imsbox check FILE...\n\n"
                "Reads topology files as `imsbox up` would and says what is "
                "wrong with them and\n"
                "the files of subscribers that they import, one line each: "
                "file:line:column: what was found; what was "
                "expected.\n"
                "Exit status 0: nothing is wrong; 78: something is.\n");
}

static bool check(const char *path)
{
    struct topology *t = NULL;
    struct buf errors;
    bool right;

    buf_init(&errors, 1 << 16);
    right = topology_load(path, &t, &errors) == IMS_OK;
    for (unsigned i = 0; t && i < t->network_count; i++)
        right = !loading_check(&t->networks[i], &errors) && right;
    if (right) {
        unsigned nodes = 0;

        for (unsigned i = 0; i < t->network_count; i++)
            nodes += t->networks[i].node_count;
        printf("%s: right: %s, %u network%s, %u node%s\n", path, t->name,
               t->network_count, t->network_count == 1 ? "" : "s", nodes,
               nodes == 1 ? "" : "s");
    }
    fprintf(stderr, "%.*s", SLICE_ARG(buf_slice(&errors)));
    topology_free(t);
    buf_fini(&errors);
    return right;
}

int command_check(int argc, char **argv)
{
    int status = 0;

    if (argc > 1 && (!strcmp(argv[1], "-h") || !strcmp(argv[1], "--help"))) {
        help(stdout);
        return 0;
    }
    if (argc < 2 || argv[1][0] == '-') {
        help(stderr);
        return EXIT_USAGE;
    }
    for (int i = 1; i < argc; i++)
        if (!check(argv[i]))
            status = EXIT_CONFIG;
    return status;
}
