/* SPDX-License-Identifier: MIT
 *
 * Fetches what the nodes recorded, round after round only what is new.
 */
#ifndef IMSBOX_GATHER_H
#define IMSBOX_GATHER_H

#include "imsbox/ask.h"
#include "imsbox/command.h"
#include "imsbox/entries.h"
#include "imsbox/site.h"

struct gather;

struct gather *gather_new(const struct site *s, struct entries *into);
void gather_free(struct gather *g);

/* Everything that the nodes have by now. What goes wrong (a node that does
 * not answer, entries that were overwritten) is told on stderr, once. DONE when
 * any node answered, else DENIED or UNAVAILABLE. */
enum exit_status gather_round(struct gather *g);

void gather_wait(struct gather *g, int ms); /* doing nothing */

#endif
