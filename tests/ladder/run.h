/* SPDX-License-Identifier: MIT
 *
 * Runs a ladder in a world: stimuli are sent, expectations are compared with
 * what the records say.
 */
#ifndef LADDER_RUN_H
#define LADDER_RUN_H

#include "ladder/world.h"

struct run_options {
    bool live;    /* events of several nodes may come in another order */
    bool verbose; /* prints the actual ladder even when all is well */
};

/* True when every line came true; else `out` says which did not, why not, and
 * what happened instead, as a ladder. */
bool ladder_run(struct world *w, const struct run_options *o, struct buf *out);

#endif
