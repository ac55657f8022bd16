/* SPDX-License-Identifier: MIT */
#include "hss/loading.h"
#include "imsbox/commands.h"
#include "topology/topology.h"
#include <stdio.h>
#include <string.h>

static bool check(const char *path)
{
    struct topology *t = NULL;
    struct buf errors;
    bool right;

    buf_init(&errors, 1 << 16);
    right = topology_load(path, &t, &errors) == IMS_OK;
    for (unsigned i = 0; t && i < t->network_count; i++)
        right = !loading_check(&t->networks[i], NULL, &errors) && right;
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

static int run(const struct words *w)
{
    int status = EXIT_DONE;

    for (unsigned i = 0; i < w->count; i++)
        if (!check(w->rest[i]))
            status = EXIT_TOPOLOGY;
    return status;
}

const struct command command_check = {
    .name = "check",
    .arguments = "FILE...",
    .least = 1,
    .most = 1000,
    .summary = "say what is wrong with a topology",
    .about = "Reads topology files as `imsbox up` would and says what is wrong "
             "with them and the files of subscribers that they import, one "
             "line each: file:line:column: what was found; what was expected.",
    .run = run,
};
