/* SPDX-License-Identifier: MIT
 *
 * Whoever looks at the wire: which request got which answers, which sequence
 * numbers left an HSS, what an HSS answered and thus must not forget.
 */
#ifndef WORLDS_WIRE_H
#define WORLDS_WIRE_H

#include "worlds/core.h"

/* Port from which phones send what is no proper message. */
enum { WIRE_JUNK_PORT = 5099 };

struct wire *wire_new(struct core *c);
void wire_free(struct wire *w);

/* An HSS came again: what it answered is still there. */
void wire_check_durable(struct wire *w, struct core_node *hss);
/* The operator changes something of a user: what was answered before counts no
 * more. */
void wire_change(struct wire *w, unsigned subscriber);
/* He gives a user another name; of which turn. That was answered with 200. */
uint64_t wire_rename(struct wire *w, unsigned subscriber);
void wire_renamed(struct wire *w, unsigned subscriber, uint64_t turn,
                  const char *name);
/* What was asked so far may never be answered: there were faults. */
void wire_excuse(struct wire *w);
/* All is quiet: nothing waits for an answer any more. Forgets what passed. */
void wire_settle(struct wire *w);
size_t wire_bytes(const struct wire *w); /* of memory, when settled */

#endif
