/* SPDX-License-Identifier: MIT
 *
 * The smallest whole network: one P-, I- and S-CSCF, an HSS, two phones that
 * belong to it, and two that come when somebody has been at it, to see whether
 * it still serves.
 */
#ifndef WORLDS_SMALL_H
#define WORLDS_SMALL_H

#include "worlds/phone.h"

enum { SMALL_PHONES = 4 };

struct small {
    struct plan plan;
    struct sim *sim; /* the caller's */
    struct core core;
    struct tally tally;
    struct phone phones[SMALL_PHONES]; /* the last two come later */
};

/* Nodes ready, two subscribers provisioned, their phones on. With an image (of
 * small_image; else NULL) in half of the time. reg_event: the P-CSCF subscribes
 * to registrations, which it does anew now and then. */
void small_begin(struct small *w, struct sim *sim,
                 const struct disk_image *image, bool reg_event);
/* Of the HSS's disk at that moment; the caller's. */
struct disk_image *small_image(void);
/* The phones register and are in a call, unless somebody hinders them. */
void small_talk(struct small *w);
/* What an administrator asks the HSS; answers the status, 0 when none came
 * within a second. */
unsigned small_admin(struct small *w, const char *method, const char *path,
                     struct slice body);
/* A fault on purpose (docs/faults.md) as JSON, at a node; and none at any. */
void small_fault(struct small *w, unsigned node, struct slice body);
void small_mend(struct small *w);
/* The phones stop, and time passes until nothing can be under way. */
void small_calm(struct small *w);
/* NULL, or what is wrong after small_calm: a node is not ready, forgot an
 * answer, keeps something, or does not serve two new phones. */
const char *small_wrong(struct small *w);
void small_end(struct small *w);

#endif
