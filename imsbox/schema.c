/* SPDX-License-Identifier: MIT */
#include "topology/schema.h"
#include "imsbox/commands.h"
#include <stdio.h>

static int run(const struct words *w)
{
    struct buf out;
    bool written;

    (void)w;
    buf_init(&out, 1 << 20);
    topology_schema_print(&out);
    written = fwrite(out.p, 1, out.n, stdout) == out.n && fflush(stdout) == 0;
    buf_fini(&out);
    return written ? EXIT_DONE : EXIT_FILE;
}

const struct command command_schema = {
    .name = "schema",
    .summary = "print the topology's JSON Schema",
    .about = "The schema by which editors complete and check topology files.",
    .run = run,
};
