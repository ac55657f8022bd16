/* SPDX-License-Identifier: MIT
 *
 * A bar on stderr for what takes long; nothing at all where stderr is no
 * terminal.
 */
#ifndef IMSBOX_PROGRESS_H
#define IMSBOX_PROGRESS_H

#include <stdbool.h>

struct progress {
    bool shown; /* stderr is a terminal */
    bool drawn; /* a bar stands in the line */
};

void progress_init(struct progress *p);
/* "storing  [#####.....]  51 %  510000 of 1000000" */
void progress_draw(struct progress *p, const char *what, long long done,
                   long long all);
void progress_clear(struct progress *p);

#endif
