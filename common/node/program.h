/* SPDX-License-Identifier: MIT
 *
 * A node as a program. Each role's main.c is
 *
 *     int main(int argc, char **argv)
 *     {
 *         return node_main(argc, argv, &scscf_role);
 *     }
 *
 *   -t FILE -n NAME  the topology, and which node of it this is
 *   --check-config   checks both and ends
 *   -V, -h           version, help
 *
 * SIGTERM and SIGINT drain, the second one hurries; before the node serves they
 * end it at once. SIGHUP reads the topology again; SIGUSR1 writes the state
 * dump to $IMSBOX_RUN_DIR/NAME.state.json or, without that variable, to stderr.
 * A service manager is told what happens (notify.h). Exit status: 0, 1 (could
 * not run), 64 (wrong arguments), 78 (bad configuration, each error on stderr
 * as file:line:column: text).
 */
#ifndef NODE_PROGRAM_H
#define NODE_PROGRAM_H

#include "node/node.h"

enum { EXIT_USAGE = 64, EXIT_CONFIG = 78 };

/* Blocks the signals that a node takes, and no other. Who starts a node does
 * this before exec: until node_main is there they would kill it. Safe after
 * fork. */
void program_hold_signals(void);

/* What node_main does with -t path -n name (and --check-config). */
int node_run(const char *path, const char *name, bool check,
             const struct node_role *role);
int node_main(int argc, char **argv, const struct node_role *role);

#endif
