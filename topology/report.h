/* SPDX-License-Identifier: MIT
 *
 * What is wrong with a topology file: sentences with their place, collected
 * in any order and printed in the order of the file.
 */
#ifndef TOPOLOGY_REPORT_H
#define TOPOLOGY_REPORT_H

#include "base/buf.h"

/* A place in the file, counted from 1; line 0: the file as a whole. */
struct mark {
    unsigned line, column;
};

enum { REPORT_MAX = 20 };

struct report {
    unsigned count; /* all of them, kept or not */
    struct {
        struct mark at;
        char text[400];
    } errors[REPORT_MAX]; /* sorted; the first ones in the file */
};

/* fmt: "what was found; what was expected". */
void report_error(struct report *r, struct mark at, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* "path:line:column: text\n" for each, and how many more there were. */
void report_print(const struct report *r, const char *path, struct buf *out);

#endif
