/* SPDX-License-Identifier: MIT
 *
 * What a trace shows, step by step: an arrow between two parties, or what a
 * node says between the arrows.
 */
#ifndef IMSBOX_STEPS_H
#define IMSBOX_STEPS_H

#include "imsbox/parties.h"

enum step_kind { STEP_ARROW, STEP_SAYS };

struct step {
    enum step_kind kind;
    int64_t wall_us;
    unsigned from, to; /* parties; of STEP_SAYS both are who says it */
    bool lost;         /* sent to a node of ours that did not record it */
    char text[400];    /* "REGISTER sip:ims.example"; the sentence; harmless */
    const struct entry *entry;
};

struct steps {
    struct entries *entries;
    struct parties *parties;
    const struct entry *dropped; /* its reason comes after its arrow */
};

/* The next step that is not newer than until_us; false without. */
bool steps_next(struct steps *s, int64_t until_us, struct step *out);

#endif
