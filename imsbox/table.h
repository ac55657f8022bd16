/* SPDX-License-Identifier: MIT
 *
 * A table for people: columns as wide as their texts, at most TABLE_WIDTH
 * altogether; what does not fit is cut and ends with an ellipsis.
 */
#ifndef IMSBOX_TABLE_H
#define IMSBOX_TABLE_H

#include "base/buf.h"
#include <stdio.h>

enum { TABLE_WIDTH = 100, TABLE_COLUMNS = 8 };

struct table {
    const char *const *heads; /* NULL at the end */
    unsigned columns, count;  /* count: cells so far */
    char **cells;
    unsigned room;
    unsigned width[TABLE_COLUMNS];
    bool begun; /* its heads were printed */
    bool whole; /* nothing in it may be cut: it gets as wide as it is */
};

void table_init(struct table *t, const char *const *heads);
void table_fini(struct table *t);
/* The next cell, row by row. Control characters become '?'. */
void table_add(struct table *t, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* What was added since, under the heads the first time; columns stay as wide
 * as they were, or widen. Nothing for no rows. */
void table_print(struct table *t, FILE *to);

#endif
