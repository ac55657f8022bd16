/* SPDX-License-Identifier: MIT
 *
 * The topology file's keys as a JSON Schema (draft 2020-12), printed from the
 * same tables by which the loader reads a file.
 */
#ifndef TOPOLOGY_SCHEMA_H
#define TOPOLOGY_SCHEMA_H

#include "base/buf.h"

void topology_schema_print(struct buf *out);

#endif
