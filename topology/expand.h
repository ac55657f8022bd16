/* SPDX-License-Identifier: MIT
 *
 * Variables of the environment in a topology's addresses and paths, written as
 * compose files write them: ${NAME}, and ${NAME:-value} for when NAME is not
 * set or empty. So one file serves many copies of a network.
 */
#ifndef TOPOLOGY_EXPAND_H
#define TOPOLOGY_EXPAND_H

#include "topology/yaml.h"

/* The scalar's text with every variable replaced, in the arena; its own text
 * when it has none. What stands in a variable is not looked through again.
 * false: the fault is in the report, *out untouched. */
bool expand_text(const struct yaml *y, struct arena *arena, struct slice *out,
                 struct report *report);

#endif
