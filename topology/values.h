/* SPDX-License-Identifier: MIT
 *
 * Single values of a topology file: what each type looks like, in words, and
 * how it is read.
 */
#ifndef TOPOLOGY_VALUES_H
#define TOPOLOGY_VALUES_H

#include "topology/fields.h"
#include "topology/yaml.h"

/* Reads one value (not a map) of field f into *out, which has field_size(f)
 * bytes and stays untouched after an error (which is in the report). Texts are
 * copied into the arena. */
bool value_read(const struct field *f, const struct yaml *y,
                struct arena *arena, void *out, struct report *report);

/* "a number from 1 to 256", "a duration such as 500ms, ..." */
void value_expected(const struct field *f, struct buf *out);

/* As the file writes them: "500ms", "4min"; "64KiB". */
void value_print_duration(int64_t us, struct buf *out);
void value_print_size(int64_t bytes, struct buf *out);

#endif
