/* SPDX-License-Identifier: MIT
 *
 * Figures of the process and its loop, for /metrics of a node that has a
 * process to itself.
 */
#ifndef NODE_PROCESS_H
#define NODE_PROCESS_H

#include "base/metrics.h"
#include "net/loop.h"

void process_add_figures(struct metrics *m, const struct loop *loop);

#endif
