/* SPDX-License-Identifier: MIT
 *
 * imsbox dashboard: one address for a whole network.
 */
#include "imsbox/commands.h"
#include "imsbox/dashboard/hub.h"
#include "node/program.h"
#include <stdlib.h>

enum { OPTION_PAGES };

static const struct command_option options[] = {
    [OPTION_PAGES] = {"pages", 0, "DIRECTORY",
                      "serves pages from there, read anew at each request, "
                      "not those of the program"},
    {0},
};

static int run(const struct words *w)
{
    if (w->option[OPTION_PAGES])
        setenv("IMSBOX_PAGES", w->option[OPTION_PAGES], 1);
    return node_run(w->rest[0], "dashboard", false, &dashboard_role);
}

const struct command command_dashboard = {
    .name = "dashboard",
    .arguments = "FILE",
    .least = 1,
    .most = 1,
    .summary = "collect from all nodes of a topology, serve it under one "
               "address",
    .about = "Follows what the nodes of the topology FILE record, wherever "
             "they run, and serves the whole network at the address that "
             "`dashboard:` of FILE says. A node that is dead is shown as dead; "
             "it stops nothing else. `imsbox up` starts one by itself.",
    .options = options,
    .run = run,
};
