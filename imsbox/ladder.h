/* SPDX-License-Identifier: MIT
 *
 * Steps as a ladder: one column a party, one line an arrow, decisions with
 * their clause between them.
 */
#ifndef IMSBOX_LADDER_H
#define IMSBOX_LADDER_H

#include "imsbox/output.h"
#include "imsbox/steps.h"

struct ladder {
    const struct output *out;
    const struct parties *parties;
    struct step *steps; /* owned */
    unsigned count, room;
};

void ladder_add(struct ladder *l, const struct step *s);
/* All of it, drawn; nothing for no steps. */
void ladder_print(const struct ladder *l);
void ladder_fini(struct ladder *l);

/* One step as one line, for a trace that goes on. */
void ladder_print_line(const struct output *out, const struct parties *parties,
                       const struct step *s);

#endif
