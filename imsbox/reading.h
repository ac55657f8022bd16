/* SPDX-License-Identifier: MIT
 *
 * How far a node's record was read (GET /api/v1/record). A node that was
 * started again counts its entries from 1 anew, and is read so.
 */
#ifndef IMSBOX_READING_H
#define IMSBOX_READING_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

struct reading {
    uint64_t boot;   /* the life of the node that it is of; 0: not known */
    uint64_t next;   /* what to ask for from now on */
    uint64_t last;   /* the newest it had */
    uint64_t missed; /* overwritten unread since the last time */
    bool anew;       /* that was another life: its entries are not what was
                        asked for */
};

/* By the answer to what was asked for. */
void reading_go_on(struct reading *r, const json_t *answer);
/* Is there more to read now? */
bool reading_goes_on(const struct reading *r);

#endif
