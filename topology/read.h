/* SPDX-License-Identifier: MIT
 *
 * From the YAML tree to a struct file, by the tables of fields.c.
 */
#ifndef TOPOLOGY_READ_H
#define TOPOLOGY_READ_H

#include "topology/fields.h"
#include "topology/yaml.h"

/* Fills the zeroed struct of table t at out; what could not be read stays
 * zero and is in the report. Memory comes from the arena. */
void topology_read(const struct table *t, const struct yaml *y,
                   struct arena *arena, void *out, struct report *report);

#endif
