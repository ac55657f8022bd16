/* SPDX-License-Identifier: MIT */
#include "topology/schema.h"
#include "imsbox/command.h"
#include <stdio.h>

int command_schema(int argc, char **argv)
{
    struct buf out;
    bool written;

    (void)argc;
    (void)argv;
    buf_init(&out, 1 << 20);
    topology_schema_print(&out);
    written = fwrite(out.p, 1, out.n, stdout) == out.n && fflush(stdout) == 0;
    buf_fini(&out);
    return written ? 0 : 1;
}
