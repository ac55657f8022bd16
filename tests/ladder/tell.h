/* SPDX-License-Identifier: MIT
 *
 * What happened, as a ladder: by itself, or beside the ladder that was
 * expected.
 */
#ifndef LADDER_TELL_H
#define LADDER_TELL_H

#include "ladder/event.h"

/* How far a run came. */
struct telling {
    const struct ladder *ladder;
    struct events *events;
    struct list *from; /* told is what came behind this event ... */
    unsigned first;    /* ... and the ladder from this line's index on */
    int64_t began_us;  /* times count from here */

    /* For each line that came true the event that it met, whose `line` is its
     * number, or else the last one that was there. */
    struct list *const *met;
    unsigned failed;      /* the index of the line that did not come true */
    struct list *instead; /* the arrow in its place; NULL: none */
    const char *why;      /* it did not */
};

/* All that happened, an event a line. */
void tell_world(const struct telling *t, struct buf *out);
/* Beside what was expected, up to the failed line and behind it. */
void tell_beside(const struct telling *t, struct buf *out);

#endif
