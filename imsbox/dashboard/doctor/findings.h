/* SPDX-License-Identifier: MIT
 *
 * Findings that are kept, in bounded number, notes making room first. What
 * happens again and again is one finding that counts, and is the newest one
 * then.
 */
#ifndef DOCTOR_FINDINGS_H
#define DOCTOR_FINDINGS_H

#include "imsbox/dashboard/doctor/finding.h"

enum { DOCTOR_FINDINGS = 1000 };

struct findings {
    struct list list; /* struct finding, by change */
    unsigned count;
    uint64_t last_id, last_change, told;
};

void findings_init(struct findings *s);
/* Ids and changes go on. */
void findings_clear(struct findings *s);

/* f is its own then. */
void findings_keep(struct findings *s, struct finding *f);
/* Those that came, or came again, since the last telling; each once, the
 * newest last. */
void findings_tell(struct findings *s,
                   void (*on_finding)(void *ctx, const struct finding *f),
                   void *ctx);
/* The one before f; NULL: the newest one, NULL behind the oldest. */
const struct finding *findings_older(const struct findings *s,
                                     const struct finding *f);

/* That step of the story shows that the same goes well again: those that
 * failed are solved. */
void findings_note_success(struct findings *all, const struct story *s,
                           const struct told *t);
/* Likewise, of one alone. */
void findings_note_success_of(struct finding *f, const struct story *s,
                              const struct told *t);
void findings_note_open(struct findings *s, const struct told *t);

#endif
